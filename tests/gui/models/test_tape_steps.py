"""The list of steps: it asks the tape for what is seen, lays changes and verdicts over it, and says which is played."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, overload

import pytest
from PySide6.QtCore import Qt

from fieldpro.gui.look import Look
from fieldpro.gui.models.tape_steps import ANSWER, NOTE, NUMBER, SERVICE, SIZE, TABLE, TIME, VERDICT, StepsModel
from table_playback.play import StepResult, Verdict
from table_playback.tape import FROM_METER, TO_METER, Order, Step, VerifyRule

TITLES = {23: "Current register data", 2053: "Display"}


class Counting(Sequence[Step]):
    """Steps that are made when they are asked for, as a tape's are; how many were."""

    def __init__(self, count: int) -> None:
        self.count, self.asked = count, 0

    def __len__(self) -> int:
        return self.count

    @overload
    def __getitem__(self, index: int) -> Step: ...
    @overload
    def __getitem__(self, index: slice) -> Sequence[Step]: ...
    def __getitem__(self, index: int | slice) -> Step | Sequence[Step]:
        assert isinstance(index, int)
        self.asked += 1
        return read(index + 1)

    def __iter__(self) -> Iterator[Step]:
        raise AssertionError("somebody walks over the whole tape")


def read(number: int, **more: Any) -> Step:
    fields = {"service": "full-read", "table": 23, "data": bytes(92), "response": 0, **more}
    return Step(number, number * 0.5, FROM_METER, **fields)


@pytest.fixture
def model(qtbot: Any) -> StepsModel:
    return StepsModel(Look())


def texts(model: StepsModel, row: int) -> list[str]:
    return [model.index(row, column).data() for column in range(model.columnCount())]


def test_it_is_a_model_as_qt_wants_it(model: StepsModel, qtmodeltester: Any) -> None:
    model.set_tape([read(number) for number in range(1, 8)], {}, {})
    qtmodeltester.check(model)


def test_a_tape_of_a_hundred_thousand_steps_costs_the_rows_that_are_seen(model: StepsModel) -> None:
    steps = Counting(100_000)
    model.set_tape(steps, {}, {})
    assert model.rowCount() == 100_000
    assert steps.asked == 0
    assert texts(model, 99_999)[NUMBER] == "100,000"
    assert steps.asked < 5


def test_a_row_in_words(model: StepsModel) -> None:
    part = read(2, service="offset-read", table=2053, offset=1200, data=bytes(1500), response=3, note="slow")
    model.set_tape([read(1), part], {}, {})
    model.set_names(TITLES, {})
    assert texts(model, 0) == ["1", "0:00.500", "Read", "23  Current register data", "92", "ok", "", ""]
    second = texts(model, 1)
    assert second[SERVICE] == "Read a part"
    assert second[TABLE] == "M 5  Display, from byte 1,200"
    assert second[SIZE] == "1,500"
    assert second[ANSWER] != "ok"
    assert second[NOTE] == "slow"


def test_a_procedure_is_named_and_a_log_on_has_no_size(model: StepsModel) -> None:
    call = Step(1, 0, TO_METER, "full-write", table=7, procedure=9, data=b"\x09\x00\x01", response=0)
    model.set_tape([call, Step(2, 61.25, TO_METER, "logon", response=None)], {}, {})
    model.set_names({}, {9: "Remote reset"})
    assert texts(model, 0)[SERVICE : TABLE + 1] == ["Run a procedure", "Procedure 9  Remote reset"]
    assert texts(model, 1)[TIME] == "1:01.250"
    assert texts(model, 1)[SIZE : ANSWER + 1] == ["", "no answer"]


def test_a_verdict_is_a_word_an_icon_and_a_colour(model: StepsModel) -> None:
    model.set_tape([read(1), read(2)], {}, {})
    model.add_results([StepResult(read(2), Verdict.DIFFERS, detail="two bytes")])
    cell = model.index(1, VERDICT)
    assert cell.data() == "Differs"
    assert not cell.data(Qt.ItemDataRole.DecorationRole).isNull()
    assert cell.data(Qt.ItemDataRole.ForegroundRole) == Look().color("bad")
    assert cell.data(Qt.ItemDataRole.ToolTipRole) == "Differs: two bytes"
    assert model.index(0, VERDICT).data() == ""
    model.clear_results()
    assert model.index(1, VERDICT).data() == ""


def test_a_change_is_shown_and_the_tape_stays(model: StepsModel) -> None:
    tape = [read(1), read(2)]
    model.set_tape(tape, {}, {})
    rule = VerifyRule(order=Order.ANY, ignore=("CLOCK_TBL.*",))
    model.set_step(read(2, enabled=False, verify=rule, note="later"))
    note = texts(model, 1)[NOTE]
    assert "off" in note
    assert "any order" in note
    assert "CLOCK_TBL.*" in note
    assert note.endswith("later")
    assert model.index(1, NUMBER).data(Qt.ItemDataRole.CheckStateRole) == Qt.CheckState.Unchecked
    assert tape[1].enabled


def test_checking_a_box_says_which_step(model: StepsModel, qtbot: Any) -> None:
    model.set_tape([read(1), read(2)], {}, {})
    with qtbot.waitSignal(model.switched) as heard:
        model.setData(model.index(1, NUMBER), Qt.CheckState.Unchecked.value, Qt.ItemDataRole.CheckStateRole)
    assert heard.args == [2, False]


def test_only_some_steps_keep_their_numbers(model: StepsModel) -> None:
    model.set_tape([read(number) for number in range(1, 10)], {}, {})
    model.show_only([7, 3])
    assert [model.index(row, NUMBER).data() for row in range(model.rowCount())] == ["3", "7"]
    assert (model.row_of(7), model.row_of(4)) == (1, None)
    model.show_only(None)
    assert model.row_of(4) == 3


def test_the_step_that_is_played_is_marked(model: StepsModel) -> None:
    model.set_tape([read(1), read(2)], {}, {})
    model.set_current(2)
    cell = model.index(1, NUMBER)
    assert cell.data(Qt.ItemDataRole.FontRole).bold() or cell.data(Qt.ItemDataRole.FontRole).weight() > 400
    assert cell.data(Qt.ItemDataRole.BackgroundRole) is not None
    assert "being played" in cell.data(Qt.ItemDataRole.AccessibleTextRole)
    model.set_current(0)
    assert cell.data(Qt.ItemDataRole.BackgroundRole) is None

"""Compare: records, tapes and the meter on the line, and everything that can be wrong with them."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QItemSelectionModel, Qt

from fieldpro.app import open_transport
from fieldpro.gui.models.compare_rows import Element
from fieldpro.gui.pages.compare import ComparePage
from fieldpro.gui.pages.compare_chooser import LEFT, RIGHT
from fieldpro.gui.pages.compare_work import Kind
from fieldpro.gui.states import PageState
from fieldpro.gui.window import Window
from fieldpro.meter.read import read_tables
from fieldpro.records import ReadOut
from fieldpro.session import MeterSession, SessionPlan
from table_playback.tape import Header, TableImage, Tape, save

LONG_MS = 60_000


def read_from(url: str) -> ReadOut:
    with MeterSession(open_transport(url), SessionPlan(), close_transport=True) as session:
        found: ReadOut = session.run(read_tables())
    return found


@pytest.fixture(scope="module")
def monday() -> ReadOut:
    return read_from("sim://centron?seed=3&days=5&at=2026-03-02T12:00")


@pytest.fixture(scope="module")
def wednesday() -> ReadOut:
    return read_from("sim://centron?seed=3&days=5&at=2026-03-04T12:00")


@pytest.fixture(scope="module")
def house() -> ReadOut:
    return read_from("sim://residential?seed=4&at=2026-03-02T12:00")


@pytest.fixture
def window(fresh_window: Window) -> Window:
    return fresh_window


@pytest.fixture
def page(window: Window) -> ComparePage:
    window.go("compare")
    assert isinstance(window.page, ComparePage)
    return window.page


def keep(window: Window, qtbot: Any, *read_outs: ReadOut) -> list[int]:
    """Save records; their numbers."""
    numbers: list[int] = []
    for read_out in read_outs:
        window.workbench.store(lambda store, read_out=read_out: store.save(read_out), numbers.append)
    qtbot.waitUntil(lambda: len(numbers) == len(read_outs), timeout=LONG_MS)
    window.workbench.records_changed.emit()
    return numbers


def compared(window: Window, qtbot: Any, *numbers: int) -> ComparePage:
    window.go("compare", " ".join(map(str, numbers)))
    page = window.page
    assert isinstance(page, ComparePage)
    qtbot.waitUntil(lambda: page.states.state is PageState.FULL, timeout=LONG_MS)
    qtbot.waitUntil(lambda: bool(page.result.model.rows or page.result.nothing.text()), timeout=LONG_MS)
    return page


def test_two_records_the_verdict_first(window: Window, qtbot: Any, monday: ReadOut, wednesday: ReadOut) -> None:
    page = compared(window, qtbot, *keep(window, qtbot, monday, wednesday))
    assert page.result.headline.text().startswith("1 difference in 1 table, ")
    assert "volatile left out" in page.result.headline.text()
    assert page.result.warnings.isHidden()
    assert page.result.model.rows[0].name == "LP_DATA_SET1_TBL"


def test_a_row_shows_its_bytes_on_both_sides(window: Window, qtbot: Any, monday: ReadOut, house: ReadOut) -> None:
    page = compared(window, qtbot, *keep(window, qtbot, monday, house))
    result = page.result
    place = next(n for n, row in enumerate(result.model.rows) if row.path == "GENERAL_MFG_ID_TBL.ED_MODEL")
    result.view.selectRow(place)
    qtbot.waitUntil(lambda: result.hexes[LEFT].data == monday.tables[1].data, timeout=LONG_MS)
    assert result.hexes[RIGHT].data == house.tables[1].data
    assert [view.span for view in result.hexes] == [(4, 8), (4, 8)]
    assert result.captions[LEFT].accessibleName() == "Left: bytes 4 to 11, GENERAL_MFG_ID_TBL.ED_MODEL"


def test_two_different_meters_are_said_to_be(window: Window, qtbot: Any, monday: ReadOut, house: ReadOut) -> None:
    page = compared(window, qtbot, *keep(window, qtbot, monday, house))
    assert page.result.warnings.isVisible()
    assert page.result.warnings.text().startswith("These are two different meters: ")


def test_the_filter_and_the_switches(window: Window, qtbot: Any, monday: ReadOut, wednesday: ReadOut) -> None:
    result = compared(window, qtbot, *keep(window, qtbot, monday, wednesday)).result
    few = len(result.model.rows)
    qtbot.mouseClick(result.which.button("every"), Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: len(result.model.rows) > few)
    qtbot.mouseClick(result.which.button("different"), Qt.MouseButton.LeftButton)
    result.volatile_box.click()
    qtbot.waitUntil(lambda: any(row.state == "volatile: Clock" for row in result.model.rows))
    qtbot.keyClicks(result.filter, "clock_tbl")
    qtbot.waitUntil(lambda: {row.path.partition(".")[0] for row in result.model.rows} == {"CLOCK_TBL"})
    result.filter.setText("no such thing")
    qtbot.waitUntil(lambda: "no such thing" in result.nothing.text())
    assert not result.model.rows
    assert result.bytes_panel.isHidden()


@pytest.mark.parametrize(("suffix", "begins"), [("html", b"<!doctype html>"), ("json", b"{"), ("txt", b"1 difference")])
def test_saving(
    window: Window, qtbot: Any, monday: ReadOut, wednesday: ReadOut, tmp_path: Path, suffix: str, begins: bytes
) -> None:
    page = compared(window, qtbot, *keep(window, qtbot, monday, wednesday))
    path = tmp_path / f"found.{suffix}"
    page.choose_file = lambda _parent, _title, _name, _kind, then: then(path)
    qtbot.mouseClick(page.result.save_button, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(path.exists, timeout=LONG_MS)
    assert path.read_bytes().startswith(begins)


def test_two_rows_of_records(window: Window, qtbot: Any, monday: ReadOut, wednesday: ReadOut) -> None:
    numbers = keep(window, qtbot, wednesday, monday)
    window.go("records")
    records = window.page
    qtbot.waitUntil(lambda: len(records.model.rows) == 2)
    model = records.view.selectionModel()
    for row in range(2):
        every = QItemSelectionModel.SelectionFlag.Select | QItemSelectionModel.SelectionFlag.Rows
        model.select(records.model.index(row, 0), every)
    assert records.compare_button.isEnabled()
    assert not records.open_button.isEnabled()
    assert not records.delete_button.isEnabled()
    qtbot.mouseClick(records.compare_button, Qt.MouseButton.LeftButton)
    page = window.page
    assert isinstance(page, ComparePage)
    qtbot.waitUntil(lambda: page.states.state is PageState.FULL, timeout=LONG_MS)
    assert {side.record for side in page.chooser.sides} == set(numbers)


def test_one_row_of_records_is_the_left_side(window: Window, qtbot: Any, monday: ReadOut) -> None:
    (number,) = keep(window, qtbot, monday)
    window.go("compare", str(number))
    page = window.page
    assert page.chooser.sides[LEFT].record == number
    assert page.chooser.sides[RIGHT] is None
    assert page.states.state is PageState.EMPTY
    assert not page.chooser.compare_button.isEnabled()


def test_the_two_newest_records(window: Window, qtbot: Any, monday: ReadOut, wednesday: ReadOut) -> None:
    first, second = keep(window, qtbot, monday, wednesday)
    window.go("compare")
    page = window.page
    qtbot.waitUntil(lambda: page.chooser.newest_two() is not None, timeout=LONG_MS)
    page._compare_newest()
    qtbot.waitUntil(lambda: page.states.state is PageState.FULL, timeout=LONG_MS)
    assert {side.record for side in page.chooser.sides} == {first, second}


def test_choosing_another_side_takes_the_result_away(
    window: Window, qtbot: Any, monday: ReadOut, wednesday: ReadOut
) -> None:
    numbers = keep(window, qtbot, monday, wednesday)
    page = compared(window, qtbot, *numbers)
    window.go("compare", f"{numbers[0]} {numbers[0]}")
    assert page.states.state is PageState.EMPTY
    assert page.done is None
    assert page.chooser.why_not == "Both sides are the same."


def test_swapping(window: Window, qtbot: Any, monday: ReadOut, house: ReadOut) -> None:
    page = compared(window, qtbot, *keep(window, qtbot, monday, house))
    before = [side.key for side in page.chooser.sides]
    qtbot.mouseClick(page.chooser.swap_button, Qt.MouseButton.LeftButton)
    assert [side.key for side in page.chooser.sides] == before[::-1]
    qtbot.mouseClick(page.chooser.compare_button, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: page.states.state is PageState.FULL, timeout=LONG_MS)
    assert page.done.left.identity.model == "VHOUSE"


def test_a_tape_and_a_record(window: Window, qtbot: Any, monday: ReadOut, tmp_path: Path) -> None:
    (number,) = keep(window, qtbot, monday)
    at = datetime(2026, 3, 2, tzinfo=UTC)
    images = {n: TableImage(n, reading.data) for n, reading in monday.tables.items() if reading.data}
    path = tmp_path / "bench.tape"
    save(Tape(Header(monday.identity, at, at, device_profile=monday.device_profile), (), images), path)
    window.go("compare", str(number))
    page = window.page
    page.chooser.open_tape(RIGHT, path)
    assert page.chooser.sides[RIGHT].kind is Kind.TAPE
    qtbot.mouseClick(page.chooser.compare_button, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: page.states.state is PageState.FULL, timeout=LONG_MS)
    assert page.result.headline.text().split(",")[0].endswith("tables equal")
    qtbot.waitUntil(lambda: page.result.nothing.text().startswith("Nothing differs that counts."))


def test_the_meter_on_the_line(window: Window, qtbot: Any, monday: ReadOut) -> None:
    numbers = keep(window, qtbot, replace(monday, tables={n: monday.tables[n] for n in (0, 1, 21, 52, 53)}))
    bench = window.workbench
    bench.connect_to("sim://centron?seed=3&days=5&at=2026-03-02T12:00", title="the virtual meter")
    qtbot.waitUntil(lambda: bench.view is not None and not bench.jobs.busy, timeout=LONG_MS)
    window.go("compare", str(numbers[0]))
    page = window.page
    page.chooser._chosen(RIGHT, page.chooser._meter)
    qtbot.mouseClick(page.chooser.compare_button, Qt.MouseButton.LeftButton)
    assert page.states.state is PageState.LOADING
    qtbot.waitUntil(lambda: page.states.state is PageState.FULL, timeout=LONG_MS)
    assert page.done is not None
    assert set(page.done.right.held) == {0, 1, 21, 52, 53}
    assert page.done.comparison.counts.differences == 0


class TestBadInput:
    def test_a_broken_tape_says_what_and_where(
        self, page: ComparePage, window: Window, qtbot: Any, tmp_path: Path, monday: ReadOut
    ) -> None:
        (number,) = keep(window, qtbot, monday)
        path = tmp_path / "broken.tape"
        path.write_bytes(b"no zip at all")
        window.go("compare", str(number))
        page.chooser.open_tape(RIGHT, path)
        page.compare()
        qtbot.waitUntil(lambda: page.states.state is PageState.FAILED, timeout=LONG_MS)
        assert "no tape" in page.states.currentWidget().accessibleName()
        assert "broken.tape" in page.states.currentWidget().accessibleName()
        assert page.done is None

    def test_a_record_that_is_not_there(self, page: ComparePage, window: Window, qtbot: Any, monday: ReadOut) -> None:
        (number,) = keep(window, qtbot, monday)
        window.go("compare", f"{number} 999")
        qtbot.waitUntil(lambda: page.states.state is PageState.FAILED, timeout=LONG_MS)

    def test_a_record_of_an_unknown_profile(self, window: Window, qtbot: Any, monday: ReadOut) -> None:
        strange = replace(monday, device_profile="no-such-meter")
        page = compared(window, qtbot, *keep(window, qtbot, monday, strange))
        assert "no-such-meter" in page.result.warnings.text()

    def test_empty_read_outs(self, window: Window, qtbot: Any, monday: ReadOut) -> None:
        empty = replace(monday, tables={})
        page = compared(window, qtbot, *keep(window, qtbot, empty, empty))
        assert page.result.headline.text() == "Nothing to compare"
        assert page.result.nothing.text() == "Neither side holds a table."

    def test_an_answer_that_comes_late_is_thrown_away(
        self, page: ComparePage, window: Window, qtbot: Any, monday: ReadOut, house: ReadOut
    ) -> None:
        one, two = keep(window, qtbot, monday, house)
        window.go("compare", f"{one} {two}")
        window.go("compare", f"{one} {one}")
        qtbot.waitUntil(
            lambda: window.workbench._compute_lane.idle and window.workbench._store_lane.idle, timeout=LONG_MS
        )
        assert page.states.state is PageState.EMPTY
        assert page.done is None


def test_nothing_there_yet(page: ComparePage) -> None:
    assert page.states.state is PageState.EMPTY
    assert not any(isinstance(row, Element) for row in page.result.model.rows)

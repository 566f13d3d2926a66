"""The verdict in one line, and the rows below the tables they belong to."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from fieldpro.c12.dictionary.model import Annotation
from fieldpro.gui.models.differences import Difference, Heading, Shown, rows, title_of, verdict, within_table
from fieldpro.meter.changes import Change, Counts, State


def change(path: str, state: State, *, title: str = "", unit: str = "", group: str = "ST 6 Utility") -> Change:
    words = Annotation(title=title, unit=unit)
    return Change(path, 6, state, 1, 2, group=group, annotation=words, reason="no such table")


@dataclass
class FakeSet:
    changes: tuple[Change, ...]
    warnings: tuple[Any, ...] = field(default=())

    @property
    def counts(self) -> Counts:
        return Counts(*(sum(each.state is state for each in self.changes) for state in State))

    @property
    def groups(self) -> dict[str, tuple[Change, ...]]:
        found: dict[str, list[Change]] = {}
        for each in self.changes:
            found.setdefault(each.group, []).append(each)
        return {group: tuple(each) for group, each in found.items()}


def many(*states: State) -> Any:
    return FakeSet(tuple(change(f"T_TBL.E{n}", state, group=f"G{n % 3}") for n, state in enumerate(states)))


def test_the_verdict_counts_differences_groups_and_what_is_read_only() -> None:
    said = verdict(many(*[State.DIFFERENT] * 10, *[State.READ_ONLY] * 2, *[State.SAME] * 4))
    assert said.headline == "12 differences in 3 groups, 2 read-only"
    assert said.detail == "4 elements as wanted"
    assert said.tone == "warn"


def test_one_difference_is_said_as_one() -> None:
    assert verdict(many(State.DIFFERENT)).headline == "1 difference in 1 group"


def test_a_meter_that_holds_all_of_it_is_well() -> None:
    said = verdict(many(State.SAME, State.SAME))
    assert (said.headline, said.tone) == ("The meter holds what the program wants", "good")


def test_what_could_not_be_compared_is_not_called_well() -> None:
    assert verdict(many(State.SAME, State.UNKNOWN)).tone == "warn"
    assert verdict(many(State.UNKNOWN)).headline == "Nothing of this program could be compared"


def test_only_what_differs_and_can_be_written_has_a_box() -> None:
    found = rows(many(State.DIFFERENT, State.READ_ONLY, State.SAME), Shown.DIFFERENT)
    assert [type(row) for row in found] == [Heading, Difference, Heading, Difference]
    assert [row.can_write for row in found if isinstance(row, Difference)] == [True, False]
    assert [row.paths for row in found if isinstance(row, Heading)] == [("T_TBL.E0",), ()]
    assert len(rows(many(State.DIFFERENT, State.SAME), Shown.ALL)) == 4


def test_unknown_rows_say_why() -> None:
    (_, row) = rows(many(State.UNKNOWN), Shown.UNKNOWN)
    assert isinstance(row, Difference)
    assert row.state == "no such table"


def test_what_was_written_has_its_result_and_no_box() -> None:
    (heading, row) = rows(many(State.DIFFERENT), Shown.DIFFERENT, {"T_TBL.E0": ("written and verified", "good")})
    assert isinstance(heading, Heading)
    assert isinstance(row, Difference)
    assert (heading.paths, row.state, row.tone, row.can_write) == ((), "written and verified", "good", False)


def test_elements_are_called_by_what_they_stand_in() -> None:
    deep = change("CALENDAR_TBL.TIER_SWITCHES[2].TIER_SWITCH.SWITCH_HOUR", State.DIFFERENT, title="Hour")
    assert title_of(deep) == "Tier switches [2], hour"
    assert title_of(change("UTIL_INFO_TBL.TARIFF_ID", State.SAME, title="Tariff")) == "Tariff"
    assert title_of(change("LIST_TBL.SOURCES[7]", State.SAME, title="Display sources")) == "Display sources [7]"
    assert title_of(change("LIST_TBL.SOURCES[7]", State.SAME)) == "Sources [7]"
    assert within_table("MAIN_TBL[3].X") == "[3].X"

"""The power of the laptop, the probe or the meter is cut while a program is written: nothing is left in doubt."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from fieldpro.meter.changes.journal import Journal
from fieldpro.meter.changes.records import Stage

DEATHS = ("laptop", "probe", "meter")
STEP = 9  # every so manieth boundary in the quick run, starting elsewhere for each death


@pytest.fixture(scope="module", params=["centron", "residential"])
def case(request: pytest.FixtureRequest, power_cut: Any) -> Any:
    return power_cut.Case.of(request.param)


@pytest.mark.parametrize("death", DEATHS)
def test_the_meter_is_as_before_as_wanted_or_as_the_journal_names(case: Any, death: str) -> None:
    outcomes = {case.run(cut, death) for cut in range(DEATHS.index(death), case.boundaries(), STEP)}
    assert outcomes <= {"before", "after", "finished", "gone back"}
    assert len(outcomes) > 1


@pytest.mark.soak
@pytest.mark.parametrize("death", DEATHS)
def test_so_it_is_at_every_single_boundary(case: Any, death: str) -> None:
    boundaries = case.boundaries()
    assert boundaries > 80
    outcomes = [case.run(cut, death) for cut in range(boundaries)]
    assert len(outcomes) == boundaries


RESHAPING = {
    "ACT_DISP_TBL.NBR_PRI_DISP_LIST_ITEMS": 10,
    "PRI_DISP_LIST_TBL.PRI_DISP_SOURCES": [0, 1, 9, 2, 4, 13, 14, 15, 8, 8],
    "UTIL_INFO_TBL.TARIFF_ID": "TOU-2",
}


@pytest.mark.parametrize("death", DEATHS)
def test_limits_and_the_tables_they_shape_come_out_together(power_cut: Any, death: str) -> None:
    case = power_cut.Case.of("centron", RESHAPING)
    assert tuple(case.change_set.images) == (31, 6, 33)
    outcomes = {case.run(cut, death) for cut in range(20 + DEATHS.index(death), case.boundaries(), 3)}
    assert "after" in outcomes or "finished" in outcomes


def test_a_journal_that_does_not_say_what_it_intends_would_be_found_out(
    power_cut: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The sweep can fail: it does when intentions are not written down."""
    case = power_cut.Case.of("residential")
    honest = Journal.mark

    def forgetful(self: Journal, job: Any, operation: int, stage: Stage) -> None:
        if stage is not Stage.INTENDED:
            honest(self, job, operation, stage)

    monkeypatch.setattr(Journal, "mark", forgetful)
    boundaries = case.boundaries()
    with pytest.raises(AssertionError, match="journal"):
        _sweep(case, boundaries)


def test_nor_would_one_that_is_written_too_late(power_cut: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """It does, too, when a write is made before its intention is on the disk."""
    case = power_cut.Case.of("residential")
    honest = Journal.mark
    held_back: list[Any] = []

    def late(self: Journal, job: Any, operation: int, stage: Stage) -> None:
        for marked in held_back:
            honest(self, *marked)
        held_back[:] = [(job, operation, stage)]

    monkeypatch.setattr(Journal, "mark", late)
    boundaries = case.boundaries()
    with pytest.raises(AssertionError):
        _sweep(case, boundaries, held_back.clear)


def _sweep(case: Any, boundaries: int, begin: Callable[[], None] = lambda: None) -> None:
    for cut in range(boundaries):
        begin()
        case.run(cut, "laptop")

"""Data cleared, status cleared, recording stopped, starts: each with what was there before."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from fieldpro.c12.psem import FullRead
from fieldpro.errors import LinkError, NotVerified, ProcedureUnanswered
from fieldpro.meter.procedures import (
    Patience,
    Terms,
    carry_out,
    clear_data,
    clear_manufacturer_status,
    clear_standard_status,
    cold_start,
    save_configuration,
    start_load_profile,
    stop_load_profile,
    warm_start,
)
from fieldpro.meter.view import MeterView

Make = Callable[..., Any]


def test_everything_that_is_cleared_was_read_before(both: Any) -> None:
    length = both.values(63)["LP_STATUS_SET1"]["NBR_VALID_BLOCKS"]
    outcome = both.run(clear_data(evidence=both.evidence()))
    before = MeterView(outcome.before)
    assert any(register.value for register in before.current().registers)
    assert before.events()
    assert before.self_reads()
    assert len(before.profile()) > (length - 1) * 20
    counted = [register.value for register in MeterView(outcome.after).current().registers if register.raw]
    assert all(value < 1 for value in counted)  # kWh of the second that has passed since
    assert both.values(63)["LP_STATUS_SET1"]["NBR_VALID_BLOCKS"] == 0


def test_status_flags_are_cleared(bench: Make) -> None:
    at = bench("residential")
    outcome = at.run(clear_standard_status(evidence=at.evidence()))
    set_before = {flag.name for flag in MeterView(outcome.before).status() if flag.is_set}
    assert "LOW_BATTERY_FLAG" in set_before
    assert not [flag for flag in MeterView(outcome.after).status() if flag.is_set]
    assert outcome.notes == ()


def test_a_flag_whose_cause_is_still_there_is_named(bench: Make) -> None:
    at = bench("centron")
    at.run(stop_load_profile(evidence=at.evidence()))
    outcome = at.run(clear_manufacturer_status(evidence=at.evidence()))
    assert outcome.notes == ("Still set, or set again: Load profile stopped.",)


def test_recording_stops_and_starts(both: Any) -> None:
    stopped = both.run(stop_load_profile(evidence=both.evidence()))
    assert (stopped.recorded, stopped.records) == (((1, True),), ((1, False),))
    started = both.run(start_load_profile(evidence=both.evidence()))
    assert (started.recorded, started.records) == (((1, False),), ((1, True),))


def test_a_meter_that_goes_on_recording_is_found_out(bench: Make) -> None:
    at = bench("centron")
    at.meter.device.body.stop_profile = lambda: None
    with pytest.raises(NotVerified):
        at.run(stop_load_profile(evidence=at.evidence()))


@pytest.mark.parametrize("job", [cold_start, warm_start, save_configuration])
def test_starts(both: Any, job: Any) -> None:
    assert both.run(job(evidence=both.evidence())).result.done


def test_a_meter_that_restarts_before_it_answers_is_found_again(bench: Make) -> None:
    """The line is dead from the restart on until its third attempt to be read."""
    at = bench("centron")
    state = {"dead": 0}

    def hook(request: Any) -> None:
        if getattr(request, "table", None) == 7:
            state["dead"] = 4
        elif state["dead"]:
            state["dead"] -= 1
            if isinstance(request, FullRead):
                raise LinkError("silent", "memory", 3)

    at.hook = hook
    begun = at.real
    outcome = at.run(warm_start(evidence=at.evidence()))
    assert outcome.result.done
    assert not outcome.result.answered
    assert "anew" in outcome.notes[0]
    assert at.real - begun > 3
    assert at.procedures_sent == [1]


def test_one_that_never_comes_back_is_in_doubt(bench: Make) -> None:
    at = bench("centron")
    dead: list[bool] = []

    def hook(request: Any) -> None:
        if getattr(request, "table", None) == 7:
            dead.append(True)
        elif dead:
            raise LinkError("silent", "memory", 3)

    at.hook = hook
    evidence = at.evidence()
    with pytest.raises((ProcedureUnanswered, LinkError)):
        at.run(cold_start(evidence=evidence))
    assert evidence.before is not None


def test_the_tables_to_save_can_be_chosen(bench: Make) -> None:
    at = bench("centron")
    outcome = at.run(carry_out(3, {}, before=[23], after=[23], evidence=at.evidence()))
    assert 64 not in outcome.before.tables
    assert 23 in outcome.before.tables
    assert at.values(23)["NBR_DEMAND_RESETS"] == 0


def test_patience_is_the_one_of_the_terms(bench: Make) -> None:
    at = bench("centron")
    at.meter.device.procedures.run = lambda *_, **__: None  # it takes the request and never answers
    begun = at.real
    with pytest.raises(ProcedureUnanswered):
        at.run(carry_out(7, {}, evidence=at.evidence(), terms=Terms(patience=Patience(answer_s=3))))
    assert at.real - begun < 8

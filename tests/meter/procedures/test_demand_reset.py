"""A demand reset: saved first, refused when the last one was today, proved by the meter's counter."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest

from fieldpro.c12.psem import FullWrite
from fieldpro.errors import NotVerified, ProcedureRefused, ResetLockedOut, WrongMeter
from fieldpro.explain import explain
from fieldpro.meter.device_profile import load
from fieldpro.meter.procedures import Terms, demand_reset, last_demand_reset, self_read
from fieldpro.meter.view import MeterView
from fieldpro.records import MeterIdentity, RegisterKind

Make = Callable[..., Any]
SOMEBODY = MeterIdentity("FPRO", "VCENTRON", "0000000000000001", "", "", "")


def demands(read_out: Any) -> list[Any]:
    registers = MeterView(read_out).current().registers
    return [each.value for each in registers if each.kind is RegisterKind.DEMAND and not each.tier]


def test_the_registers_before_and_after_come_with_it(both: Any) -> None:
    inside = both.values(23)
    outcome = both.run(demand_reset(evidence=both.evidence()))
    saved = MeterView(outcome.before).tables.decode(23)["TOT_DATA_BLOCK"]["DEMANDS"]
    assert saved == inside["TOT_DATA_BLOCK"]["DEMANDS"]
    assert (outcome.resets_before, outcome.resets_after) == (
        inside["NBR_DEMAND_RESETS"],
        inside["NBR_DEMAND_RESETS"] + 1,
    )
    assert any(demands(outcome.before))
    assert not any(demands(outcome.after))
    assert outcome.notes == ()
    assert not outcome.forced


def test_the_meter_keeps_the_old_demands_in_table_25(bench: Make) -> None:
    at = bench("centron")
    outcome = at.run(demand_reset(evidence=at.evidence()))
    kept = MeterView(outcome.after).previous_demand_reset()
    assert [each.value for each in kept.registers if each.kind is RegisterKind.DEMAND and not each.tier] == demands(
        outcome.before
    )


def test_a_second_one_within_the_lock_out_time_is_refused_and_nothing_is_sent(both: Any) -> None:
    both.run(demand_reset(evidence=both.evidence()))
    both.real += 23 * 3600
    both.asked.clear()
    with pytest.raises(ResetLockedOut) as caught:
        both.run(demand_reset(evidence=both.evidence()))
    assert both.procedures_sent == []
    words = explain(caught.value)
    assert "24" in words.what
    assert words.next_step


def test_it_is_done_again_after_the_lock_out_time(bench: Make) -> None:
    at = bench("centron")
    at.run(demand_reset(evidence=at.evidence()))
    at.real += 24.5 * 3600
    assert at.run(demand_reset(evidence=at.evidence())).resets_after == at.values(23)["NBR_DEMAND_RESETS"]


@pytest.mark.parametrize("how", [{"force": True}, {"lock_out_h": 0}, {"lock_out_h": 0.5}])
def test_the_lock_out_time_can_be_set_and_broken(bench: Make, how: dict[str, Any]) -> None:
    at = bench("centron")
    at.run(demand_reset(evidence=at.evidence()))
    at.real += 3600
    outcome = at.run(demand_reset(evidence=at.evidence(), **how))
    assert outcome.forced is ("force" in how)
    assert bool(outcome.notes) is ("force" in how)


def test_a_clock_that_is_years_off_does_not_unlock_it(bench: Make) -> None:
    at = bench("centron")
    body = at.meter.device.body
    body.set_clock(body.life.clock.standard_at(at.real) + 400 * 86_400)
    at.run(demand_reset(evidence=at.evidence(), lock_out_h=0))
    with pytest.raises(ResetLockedOut):
        at.run(demand_reset(evidence=at.evidence()))


def test_when_the_last_one_was_is_the_meters_own_word(bench: Make) -> None:
    at = bench("centron")
    outcome = at.run(demand_reset(evidence=at.evidence()))
    assert outcome.last_reset == datetime(2026, 3, 1)  # the billing day of its calendar
    assert last_demand_reset(outcome.after) == datetime(2026, 3, 20, 11, 34)


def test_with_a_self_read_it_is_in_the_list(both: Any) -> None:
    before = both.values(26)["LAST_ENTRY_SEQ_NBR"]
    both.run(demand_reset(self_read=True, evidence=both.evidence()))
    assert both.values(26)["LAST_ENTRY_SEQ_NBR"] == before + 1


def test_a_self_read_resets_nothing(both: Any) -> None:
    before = both.values(23)
    outcome = both.run(self_read(evidence=both.evidence()))
    assert both.values(23)["NBR_DEMAND_RESETS"] == before["NBR_DEMAND_RESETS"]
    assert MeterView(outcome.after).self_reads()[0].registers
    assert outcome.notes == ()


def test_a_meter_that_says_done_and_did_nothing_is_found_out_and_the_snapshot_is_kept(bench: Make) -> None:
    at = bench("centron")
    at.meter.device.body.demand_reset = lambda *_: None
    evidence = at.evidence()
    with pytest.raises(NotVerified) as caught:
        at.run(demand_reset(evidence=evidence))
    assert caught.value.element == "NBR_DEMAND_RESETS"
    assert evidence.before is not None
    assert any(demands(evidence.before))
    assert [result.done for result in evidence.results] == [True]


def test_a_level_that_may_not_is_told_so(bench: Make) -> None:
    at = bench("centron", password="TERTIARY")
    evidence = at.evidence()
    with pytest.raises(ProcedureRefused) as caught:
        at.run(demand_reset(evidence=evidence))
    assert caught.value.result == 5
    assert "password" in explain(caught.value).next_step
    assert evidence.before is not None


def test_the_right_is_asked_before_anything_but_reads_is_sent(bench: Make) -> None:
    at = bench("centron")
    asked: list[str] = []

    def refuse(right: str) -> None:
        asked.append(right)
        raise PermissionError(right)

    with pytest.raises(PermissionError):
        at.run(demand_reset(evidence=at.evidence(), terms=Terms(allow=refuse)))
    assert asked == ["demand-reset"]
    assert not [each for each in at.asked if isinstance(each, FullWrite)]


def test_another_meter_than_the_one_meant_is_left_alone(bench: Make) -> None:
    at = bench("centron")
    with pytest.raises(WrongMeter):
        at.run(demand_reset(evidence=at.evidence(), terms=Terms(meter=SOMEBODY, profile=load("fieldpro-virtual"))))
    assert at.procedures_sent == []

"""Registers, profile, tiers and demands are one truth, to the pulse."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from functools import cache
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fieldpro.errors import UsageError
from fieldpro.simulator import describe
from fieldpro.simulator.body import Body
from fieldpro.simulator.clock import Step
from fieldpro.simulator.incidents import Period, past
from fieldpro.simulator.load import Flow
from fieldpro.simulator.profile import (
    CLOCK_BACK,
    CLOCK_FORWARD,
    DST,
    FINE,
    LONG,
    OVERFLOW,
    PARTIAL,
    POWER_FAIL,
    SKIPPED,
    STOPPED,
    TEST,
    recorded,
)

NOW = datetime(2026, 3, 1, 12, 7, 20, tzinfo=UTC).timestamp()
CHANNELS = [Flow.WH_DELIVERED, Flow.WH_RECEIVED, Flow.VARH_DELIVERED, Flow.VAH]


@cache
def body(seed: int = 1, *, days: int = 366) -> Body:
    """A meter whose history the seed has made. Not to be changed by a test."""
    return Body(describe.overridden(describe.load("centron"), seed=seed, days=days), lambda: NOW)


def quiet(*, days: int = 30) -> Body:
    """A meter to which nothing has ever happened; a test may change it."""
    description = describe.overridden(describe.load("centron"), days=days)
    history = description.history.model_copy(
        update={"outages": False, "clock_settings": False, "test_mode": False, "flags": ()}
    )
    clock = description.clock.model_copy(update={"error_s": 0.0})
    return Body(description.model_copy(update={"history": history, "clock": clock}), lambda: NOW)


def status_at(meter: Body, real: float) -> tuple[int, int]:
    """Status and flags of the interval that holds a real time."""
    kept = meter.profile(NOW)
    index = int(np.searchsorted(kept.ends_standard, meter.life.clock.standard_at(real), side="right"))
    return int(kept.status[index, 0]), int(kept.flags[index])


# --- agreement --------------------------------------------------------------------------------------------------


@settings(max_examples=40)
@given(st.integers(0, 4), st.data())
def test_the_profile_between_two_times_is_the_difference_of_the_registers(seed: int, data: st.DataObject) -> None:
    meter = body(seed)
    kept = meter.profile(NOW)
    first, last = sorted(data.draw(st.lists(st.integers(0, len(kept) - 1), min_size=2, max_size=2)))
    ends = meter.life.clock.real(kept.ends_standard)
    difference = meter.registers.pulses(float(ends[last])) - meter.registers.pulses(float(ends[first]))
    assert kept.pulses[first + 1 : last + 1].sum(axis=0).tolist() == difference[CHANNELS].tolist()


@pytest.mark.parametrize("seed", range(4))
def test_tiers_add_up_to_the_total(seed: int) -> None:
    snapshot = body(seed).snapshot(NOW)
    assert np.sum([tier.sums for tier in snapshot.tiers], axis=0).tolist() == list(snapshot.total.sums)
    assert min(tier.sums[0] for tier in snapshot.tiers) > 0


def test_the_maximum_demand_is_the_largest_of_all_windows_since_the_reset() -> None:
    meter = quiet()
    snapshot = meter.snapshot(NOW)
    reset = meter.life.demand_resets(NOW)[-1]
    assert NOW - 5 * 86_400 < reset < NOW - 3600
    ends = np.arange(np.ceil(reset / 300) * 300, NOW, 300.0)
    ends = ends[ends > reset]
    window = meter.energy.pulses(ends) - meter.energy.pulses(ends - 900)
    delivered = window[:, Flow.WH_DELIVERED] * 0.5 * 4
    demand = snapshot.total.demands[0]
    assert demand.maximum == delivered.max()
    assert demand.occurred == meter.life.local_at(float(ends[delivered.argmax()]))
    reactive = window[:, Flow.VARH_DELIVERED] * 0.5 * 4
    assert snapshot.total.coincidents[0] == reactive[delivered.argmax()]
    assert max(tier.demands[0].maximum for tier in snapshot.tiers) == demand.maximum


def test_block_demand_only_ends_on_its_interval() -> None:
    occurred = body().snapshot(NOW).total.demands[1].occurred
    assert occurred is None or occurred % 900 == 0


def test_cumulative_demand_is_the_sum_of_the_maxima_at_every_reset() -> None:
    meter = body()
    resets = meter.life.demand_resets(NOW)
    maxima = [meter.registers.snapshot(at, before_reset=True).total.demands[0].maximum for at in resets]
    now = meter.snapshot(NOW).total.demands[0]
    assert now.cumulative == sum(maxima)
    assert now.continuous == now.cumulative + now.maximum
    assert meter.snapshot(NOW).resets == len(resets) == 14  # on the first of every month since February 2025


def test_what_runs_now_is_the_demand_so_far_and_the_last_whole_one() -> None:
    meter = quiet()
    demand = meter.register_spec.demands[1]  # block
    present = meter.registers.present_demand(demand, NOW)
    pulses = meter.energy.pulses(np.array([NOW - 440 - 900, NOW - 440, NOW]))[:, demand.flow]
    assert present.remaining_s == 460
    assert present.value == (pulses[2] - pulses[1]) * 0.5 * 4
    assert present.previous == (pulses[1] - pulses[0]) * 0.5 * 4


def test_what_is_measured_now_is_the_power_that_is_being_metered() -> None:
    meter = body()
    instant = meter.instant(NOW)
    slot = NOW // 300 * 300
    counted = np.diff(meter.load.at(np.array([slot, slot + 300.0])), axis=0)[0] * 12
    assert instant.active_watts == pytest.approx(counted[Flow.WH_DELIVERED] - counted[Flow.WH_RECEIVED])
    assert instant.apparent_volt_amps == pytest.approx(counted[Flow.VAH])
    for phase in instant.phases:
        lag = np.radians(phase.amp_angle - phase.volt_angle)
        assert phase.volts * phase.amps * np.cos(lag) == pytest.approx(phase.active_watts)
        assert phase.volts * phase.amps * np.sin(lag) == pytest.approx(phase.reactive_vars)
        assert 114 < phase.volts < 126


def test_the_same_seed_and_moment_are_the_same_meter_and_another_seed_is_not() -> None:
    again = Body(describe.load("centron"), lambda: NOW)
    assert again.snapshot(NOW) == body(1).snapshot(NOW)
    assert np.array_equal(again.profile(NOW).pulses, body(1).profile(NOW).pulses)
    assert body(2).snapshot(NOW) != body(1).snapshot(NOW)


def test_a_longer_profile_tells_the_same_of_the_days_both_hold() -> None:
    year, month = body().profile(NOW), body(days=30).profile(NOW)
    assert np.array_equal(year.pulses[-len(month) :], month.pulses)


def test_a_meter_cannot_be_read_before_it_was_installed() -> None:
    with pytest.raises(UsageError):
        Body(describe.load("centron"), lambda: 1_000_000_000.0)


# --- what the intervals say -------------------------------------------------------------------------------------


def test_a_year_has_every_kind_of_incident() -> None:
    kept = body().profile(NOW)
    assert {FINE, PARTIAL, LONG, SKIPPED, TEST} <= set(np.unique(kept.status).tolist())
    assert np.bitwise_or.reduce(kept.flags) == DST | POWER_FAIL | CLOCK_FORWARD | CLOCK_BACK
    assert (kept.status == FINE).mean() > 0.98


def test_a_power_failure_makes_partial_and_skipped_intervals_without_energy() -> None:
    meter = quiet()
    hour = NOW // 900 * 900 - 86_400
    meter.life = meter.life.after_outage(hour + 400, hour + 2000)
    assert status_at(meter, hour - 100) == (FINE, 0)
    assert status_at(meter, hour + 100) == (PARTIAL, POWER_FAIL)
    assert status_at(meter, hour + 1000) == (SKIPPED, POWER_FAIL)
    assert status_at(meter, hour + 1900) == (PARTIAL, POWER_FAIL)
    assert status_at(meter, hour + 2800) == (FINE, 0)
    kept = meter.profile(NOW)
    skipped = kept.status[:, 0] == SKIPPED
    assert skipped.sum() == 1
    assert not kept.pulses[skipped].any()


def test_a_blink_raises_no_flag() -> None:
    meter = quiet()
    hour = NOW // 900 * 900 - 86_400
    meter.life = meter.life.after_outage(hour + 400, hour + 408)
    assert status_at(meter, hour + 100)[1] == 0


@pytest.mark.parametrize("delta", [300.0, 2700.0])
def test_a_clock_set_forward_shortens_and_skips_intervals(delta: float) -> None:
    meter = quiet()
    at = NOW // 900 * 900 - 86_400 + 100
    before = len(meter.profile(NOW))
    meter.life = replace(meter.life, clock=meter.life.clock.with_step(Step(at, delta)))
    kept = meter.profile(NOW)
    touched = (kept.flags & CLOCK_FORWARD) > 0
    assert touched.sum() == (1 if delta == 300 else 4)
    assert set(kept.status[touched, 0].tolist()) <= {PARTIAL, SKIPPED}
    assert (kept.status[~touched, 0] == FINE).all()
    # The first of these 30 days has made way for what was skipped, or there are three intervals more.
    assert len(kept) >= before


def test_a_clock_set_back_makes_one_long_interval_and_none_twice() -> None:
    meter = quiet()
    at = NOW // 900 * 900 - 86_400 + 100
    meter.life = replace(meter.life, clock=meter.life.clock.with_step(Step(at, -600)))
    kept = meter.profile(NOW)
    assert np.flatnonzero(kept.flags & CLOCK_BACK).tolist() == np.flatnonzero(kept.status[:, 0] == LONG).tolist()
    assert (kept.status[:, 0] == LONG).sum() == 1
    assert (np.diff(kept.ends_standard) == 900).all()


def test_test_mode_does_not_count_and_is_marked() -> None:
    meter = quiet()
    hour = NOW // 900 * 900 - 86_400
    meter.life = replace(meter.life, tests=(Period(hour, hour + 900),))
    kept = meter.profile(NOW)
    marked = kept.status[:, 0] == TEST
    assert marked.sum() == 1
    assert not kept.pulses[marked].any()


def test_a_stopped_profile_records_nothing_while_the_registers_count_on() -> None:
    meter = quiet()
    hour = NOW // 900 * 900 - 86_400
    meter.life = replace(meter.life, stops=(Period(hour, hour + 1800),))
    kept = meter.profile(NOW)
    marked = kept.status[:, 0] == STOPPED
    assert marked.sum() == 2
    assert not kept.pulses[marked].any()
    assert np.diff(meter.energy.pulses(np.array([hour, hour + 1800.0])), axis=0)[0].sum() > 0


def test_an_interval_that_overflows_says_so() -> None:
    meter = quiet()
    small = recorded(meter.life, meter.energy, replace(meter.profile_spec, limit=2_000), NOW)
    over = small.status == OVERFLOW
    assert over.any()
    assert (small.pulses[over] == 2_000).all()
    assert (small.pulses[~over] <= 2_000).all()


def test_daylight_saving_is_a_flag_and_loses_no_interval() -> None:
    kept = body().profile(NOW)
    assert (np.diff(kept.ends_standard) == 900).all()
    changes = np.flatnonzero(np.diff(kept.flags & DST))
    ends = [datetime.fromtimestamp(kept.ends_standard[index + 1], UTC).isoformat()[:16] for index in changes]
    assert ends == ["2025-03-09T02:15", "2025-11-02T01:15"]


@given(st.integers(0, 2**32 - 1))
def test_the_past_does_not_change_as_time_goes_on(seed: int) -> None:
    first, last = 1_736_000_000.0, 1_772_000_000.0
    sooner, later = past(seed, first, last - 40 * 86_400), past(seed, first, last)
    for before, after in ((sooner.outages, later.outages), (sooner.tests, later.tests), (sooner.steps, later.steps)):
        assert set(before) <= set(after)
    assert sum(step.delta_s for step in later.steps) == 0
    for one, two in pairwise(later.outages):
        assert one.end < two.start

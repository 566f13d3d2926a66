"""Real time and the meter's clock, set forward and back."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from fieldpro.simulator.clock import ClockLine, Step, running_clock

STEPS = st.lists(st.tuples(st.integers(1_000_000, 3_000_000), st.integers(-5000, 5000).filter(bool)), max_size=5)


def line(steps) -> ClockLine:
    return ClockLine(zone_s=-21_600, error_s=7, steps=[Step(at, delta) for at, delta in steps])


def test_a_clock_shows_real_time_its_zone_its_error_and_its_settings() -> None:
    clock = line([(2_000_000, 90)])
    assert clock.standard_at(1_999_999) == 1_999_999 - 21_600 + 7
    assert clock.standard_at(2_000_000) == 2_000_000 - 21_600 + 97


def test_what_a_setting_skips_is_reached_at_once() -> None:
    clock = line([(2_000_000, 900)])
    skipped = clock.standard_at(2_000_000) - np.array([1.0, 450.0, 899.0])
    assert (clock.real(skipped) == 2_000_000).all()


def test_a_clock_set_back_reaches_nothing_new_until_it_has_caught_up() -> None:
    clock = line([(2_000_000, -600)])
    before = clock.standard_at(1_999_999) + 1
    assert clock.latest_standard_at(2_000_300) == before
    assert clock.real_at(before + 1) == 2_000_601


@given(STEPS, st.integers(900_000, 3_100_000))
def test_the_first_time_a_moment_is_shown_is_never_after_it_is_shown(steps, real) -> None:
    clock = line(steps)
    first = clock.real_at(clock.standard_at(real))
    assert first <= real + 0.002
    if clock.latest_standard_at(real) == clock.standard_at(real) and not steps:
        assert first == real


@given(STEPS)
def test_later_moments_are_reached_later_or_together(steps) -> None:
    clock = line(steps)
    marks = clock.standard_at(900_000) + np.arange(0, 2_300_000, 900.0)
    assert (np.diff(clock.real(marks)) >= -1e-6).all()


def test_a_virtual_clock_starts_where_it_is_told_and_runs_as_fast() -> None:
    now = [50.0]
    clock = running_clock(start=1000.0, speed=60, base=lambda: now[0])
    assert clock() == 1000
    now[0] += 2
    assert clock() == 1120

"""The clock is set to the second: at once when it is far off, in small steps while a load profile records."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta, timezone
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from fieldpro.errors import NotVerified, UsageError
from fieldpro.meter.device_profile import DeviceProfile, load
from fieldpro.meter.procedures import ClockRules, Terms, set_clock, stop_load_profile
from fieldpro.simulator.profile import CLOCK_BACK, CLOCK_FORWARD

Make = Callable[..., Any]
EASTERN = ZoneInfo("America/New_York")
STANDARD = timezone(timedelta(hours=-5))  # the small meter keeps standard time all year


def shown(at: Any) -> datetime:
    return at.values(52)["CLOCK_CALENDAR"]  # type: ignore[no-any-return] # values of a table have no types


def off_by(at: Any, seconds: float) -> None:
    """The meter's clock put wrong by so much against this computer's; positive is ahead."""
    body = at.meter.device.body
    body.set_clock(at.real + body.life.clock.zone_s + seconds)


def right_time(at: Any, zone: Any) -> datetime:
    return at.now().astimezone(zone).replace(tzinfo=None)  # type: ignore[no-any-return] # the fixture has no types


CENTRAL = ZoneInfo("America/Chicago")
SITES = [("centron", None, CENTRAL), ("residential", STANDARD, STANDARD)]


@pytest.mark.parametrize(("name", "zone", "truth"), SITES)
@pytest.mark.parametrize("seconds", [-7200, -300, -47, -6, 4, 33, 3600, 40 * 86_400])
def test_it_is_right_to_the_second_afterwards(bench: Make, name: str, zone: Any, truth: Any, seconds: float) -> None:
    at = bench(name)
    off_by(at, seconds)
    outcome = at.run(set_clock(zone=zone, evidence=at.evidence()))
    assert abs((shown(at) - right_time(at, truth)).total_seconds()) <= 1.5
    assert outcome.difference_before_s == pytest.approx(-seconds, abs=1.5)
    assert abs(outcome.difference_after_s) <= 1.5
    assert outcome.was_set


@pytest.mark.parametrize(("name", "zone", "truth"), SITES)
def test_a_clock_that_is_right_is_left_alone(bench: Make, name: str, zone: Any, truth: Any) -> None:
    at = bench(name)
    off_by(at, 0.4)
    outcome = at.run(set_clock(zone=zone, evidence=at.evidence()))
    assert not outcome.was_set
    assert at.procedures_sent == []


def test_a_small_difference_goes_in_steps_below_the_limit(bench: Make) -> None:
    at = bench("centron")
    off_by(at, -23)
    outcome = at.run(set_clock(evidence=at.evidence(), rules=ClockRules(step_s=5)))
    assert outcome.gradual
    assert len(outcome.steps) == 5
    moves = [(step.said_after - step.said_before).total_seconds() for step in outcome.steps]
    assert all(0 < move <= 6 for move in moves)  # whole seconds on the display: one may be hidden
    assert all(step.result.done for step in outcome.steps)


@pytest.mark.parametrize("seconds", [-40, 40])
@pytest.mark.parametrize("into", [-30, -12, -3, -1, 0, 1, 3, 12])
def test_no_step_crosses_the_end_of_an_interval(bench: Make, seconds: float, into: int) -> None:
    at = bench("centron", start="2026-03-20T16:45:00")
    at.real += into
    off_by(at, seconds)
    body = at.meter.device.body
    before = body.profile(at.real)
    at.run(set_clock(evidence=at.evidence()))
    at.real += 3600
    body = at.meter.device.body
    after = body.profile(at.real)
    numbers = after.ends_standard[-6:]
    assert (numbers[1:] - numbers[:-1] == 900).all()
    ends = set(before.ends_standard.tolist())
    assert ends <= set(after.ends_standard.tolist()) | {min(ends)}
    for step in body.life.clock.steps[-8:]:
        stood = body.life.clock.standard_at(step.at) - step.delta_s
        assert int(stood // 900) == int((stood + step.delta_s) // 900)


def test_a_greater_difference_is_set_at_once_and_its_price_is_told(bench: Make) -> None:
    at = bench("centron")
    off_by(at, -3000)
    outcome = at.run(set_clock(evidence=at.evidence()))
    assert not outcome.gradual
    assert len(outcome.steps) == 1
    assert any("load profile" in note for note in outcome.notes)
    at.real += 3600
    flags = at.meter.device.body.profile(at.real).flags
    assert (flags[-8:] & (CLOCK_FORWARD | CLOCK_BACK)).any()


def test_without_a_recording_profile_there_is_nothing_to_be_gentle_with(bench: Make) -> None:
    at = bench("centron")
    at.run(stop_load_profile(evidence=at.evidence()))
    off_by(at, -23)
    outcome = at.run(set_clock(evidence=at.evidence()))
    assert (outcome.gradual, len(outcome.steps)) == (False, 1)
    assert outcome.notes == ()


def test_a_clock_that_is_set_over_the_change_of_daylight_saving_is_right_in_the_end(bench: Make) -> None:
    at = bench("centron", start="2026-03-20T16:34:20")
    off_by(at, -30 * 86_400)  # it is February for the meter, and standard time
    outcome = at.run(set_clock(evidence=at.evidence()))
    assert abs((shown(at) - right_time(at, CENTRAL)).total_seconds()) <= 1.5
    assert abs(outcome.difference_after_s) <= 1.5


def test_a_meter_that_does_not_tell_its_zone_is_not_set_by_guess(bench: Make) -> None:
    at = bench("residential")
    with pytest.raises(UsageError):
        at.run(set_clock(evidence=at.evidence()))
    assert at.procedures_sent == []


def test_a_zone_that_is_not_the_meters_is_told(bench: Make) -> None:
    at = bench("centron")
    outcome = at.run(set_clock(zone=EASTERN, evidence=at.evidence()))
    assert any("another zone" in note for note in outcome.notes)
    assert abs((shown(at) - right_time(at, CENTRAL)).total_seconds()) <= 1.5


def test_a_meter_whose_parameters_nobody_knows_is_not_set_by_guess(bench: Make) -> None:
    at = bench("centron")
    profile = unknown_layout()
    with pytest.raises(UsageError):
        at.run(set_clock(evidence=at.evidence(), terms=Terms(profile=profile)))
    assert at.procedures_sent == []


def test_a_layout_without_a_mask_has_none(bench: Make) -> None:
    at = bench("centron")
    sent: list[bytes] = []
    at.hook = lambda request: sent.append(request.data) if getattr(request, "table", 0) == 7 else None
    with pytest.raises(Exception, match="procedure-refused"):  # our meter has the other layout, and refuses it
        at.run(set_clock(evidence=at.evidence(), terms=Terms(profile=unknown_layout(2))))
    assert len(sent[0]) == 3 + 5 + 1


def test_a_clock_that_does_not_take_the_time_is_found_out(bench: Make) -> None:
    at = bench("centron")
    off_by(at, 3600)
    body = at.meter.device.body
    body.set_clock = lambda standard: (0.0, 0.0)
    evidence = at.evidence()
    with pytest.raises(NotVerified) as caught:
        at.run(set_clock(evidence=evidence))
    assert caught.value.element == "CLOCK_CALENDAR"
    assert evidence.before is not None
    assert evidence.after is not None


def test_the_times_before_and_after_are_in_the_read_outs(bench: Make) -> None:
    at = bench("centron")
    off_by(at, 3600)
    outcome = at.run(set_clock(evidence=at.evidence()))
    assert {52, 53, 61, 63} <= set(outcome.before.tables)
    assert outcome.after.tables[52].data != outcome.before.tables[52].data
    assert outcome.shown_before - outcome.shown_after > timedelta(minutes=59)
    assert outcome.steps[0].said_before - outcome.steps[0].said_after > timedelta(minutes=59)


def test_a_clock_in_gmt_is_set_in_gmt(bench: Make) -> None:
    at = bench("centron")
    bank = at.meter.device.bank
    real_read = bank.read

    def read(number: int) -> bytes:
        data = real_read(number)
        if number == 52:  # the same hands, said to be GMT
            qualifier = bank.layout(52).locate("TIME_DATE_QUAL").offset
            return data[:qualifier] + bytes([data[qualifier] | 0x10]) + data[qualifier + 1 :]
        return data

    bank.read = read
    at.run(set_clock(evidence=at.evidence()))
    assert abs((shown(at) - right_time(at, UTC)).total_seconds()) <= 1.5


def unknown_layout(value: int = 0) -> DeviceProfile:
    known = load("fieldpro-virtual")
    keys = known.dictionary.model_copy(update={"settings": {"PROC10_LAYOUT": value}})
    return known.model_copy(update={"dictionary": keys})

"""Test mode comes to an end: the program leaves it, or the meter does by itself."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from fieldpro.errors import NotVerified, ProcedureRefused, UsageError
from fieldpro.meter.device_profile import load
from fieldpro.meter.procedures import Terms, change_mode, leave_test_mode, stay_in_test_mode

Make = Callable[..., Any]


def in_test_mode(at: Any) -> bool:
    return bool(at.values(3)["ED_MODE"]["TEST_MODE_FLAG"])


def test_a_meter_is_put_into_test_mode_and_told_when_it_leaves(both: Any) -> None:
    outcome = both.run(change_mode("test", evidence=both.evidence()))
    assert in_test_mode(both)
    assert (outcome.mode_before, outcome.mode_after) == ("metering", "test")
    assert outcome.returns_after_min == 30
    assert "30 minutes" in outcome.notes[0]
    back = both.run(leave_test_mode(evidence=both.evidence()))
    assert not in_test_mode(both)
    assert back.notes == ()


def test_it_leaves_by_itself_after_its_time(both: Any) -> None:
    both.run(change_mode("test", evidence=both.evidence()))
    both.real += 29 * 60
    assert in_test_mode(both)
    both.real += 61
    assert not in_test_mode(both)


def test_a_stay_ends_with_the_program_putting_it_back(both: Any) -> None:
    both.meter.line_dropped()
    both.log_on(both.password_now)
    outcome = both.run(stay_in_test_mode(for_s=300, evidence=both.evidence()))
    assert both.procedures_sent == [6, 6]
    assert not outcome.by_itself
    assert outcome.mode_after == "metering"
    assert 299 <= (outcome.left_at - outcome.entered_at).total_seconds() <= 330
    assert {progress.text for progress in both.progress if progress.unit == "s"} == {"Test mode"}


def test_a_stay_ends_when_the_person_is_ready(bench: Make) -> None:
    at = bench("centron")
    begun = at.real
    outcome = at.run(stay_in_test_mode(for_s=3600, is_ready=lambda: at.real > begun + 60, evidence=at.evidence()))
    assert outcome.mode_after == "metering"
    assert at.real < begun + 90


def test_a_meter_that_goes_back_by_itself_is_noticed_and_not_told_again(bench: Make) -> None:
    at = bench("centron")
    outcome = at.run(stay_in_test_mode(for_s=7200, evidence=at.evidence()))
    assert outcome.by_itself
    assert at.procedures_sent == [6]
    assert 1790 <= (outcome.left_at - outcome.entered_at).total_seconds() <= 1830


def test_a_mode_that_the_meter_lacks_is_its_to_refuse(bench: Make) -> None:
    at = bench("centron")
    with pytest.raises(ProcedureRefused) as caught:
        at.run(change_mode("meter shop", evidence=at.evidence()))
    assert caught.value.result == 3


def test_a_mode_that_nobody_knows_is_not_sent(bench: Make) -> None:
    at = bench("centron")
    with pytest.raises(UsageError):
        at.run(change_mode("holiday", evidence=at.evidence()))
    assert at.procedures_sent == []


def test_how_modes_are_coded_is_the_profiles_word(bench: Make) -> None:
    at = bench("centron")
    known = load("fieldpro-virtual")
    keys = known.dictionary.model_copy(update={"settings": {"PROC6_MODE_CODING": 1}})
    sent: list[bytes] = []
    at.hook = lambda request: sent.append(request.data) if getattr(request, "table", 0) == 7 else None
    with pytest.raises(ProcedureRefused):  # 3 is no mode of our meter, whose modes are bits
        at.run(
            change_mode(
                "meter shop",
                evidence=at.evidence(),
                terms=Terms(profile=known.model_copy(update={"dictionary": keys})),
            )
        )
    assert sent[0][3:] == b"\x03"


def test_a_meter_that_says_done_and_stays_as_it_was_is_found_out(bench: Make) -> None:
    at = bench("centron")
    at.meter.device.body.start_test = lambda: None
    with pytest.raises(NotVerified) as caught:
        at.run(change_mode("test", evidence=at.evidence()))
    assert (caught.value.wanted, caught.value.found) == ("test", "metering")

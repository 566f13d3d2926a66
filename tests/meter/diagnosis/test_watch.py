"""Watching a site: counters, the conversation with a virtual meter, and what is kept of it."""

from __future__ import annotations

import json
from collections.abc import Generator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from fieldpro import visit_record
from fieldpro.errors import Cancelled, UsageError
from fieldpro.meter.diagnosis import (
    Counter,
    Counters,
    Diagnosis,
    Look,
    Outcome,
    Settings,
    Site,
    Terms,
    diagnose,
    form,
    judge,
    reset,
)
from fieldpro.session.conversation import Pause, Progress
from fieldpro.session.meter_session import MeterSession
from fieldpro.session.plan import SessionPlan
from fieldpro.simulator import VirtualMeter, describe
from fieldpro.simulator.serve import MemoryServer

WYE = Site(form("9S"), 200)
GOOD = ((120.0, 120.0, 120.0), (0.0, 120.0, 240.0), (9.0, 9.0, 9.0), (10.0, 130.0, 250.0))
LOW_B = ((120.0, 90.0, 120.0), *GOOD[1:])


def counted(samples: list[Any], settings: Settings | None = None, counters: Counters | None = None) -> Counters:
    settings, counters = settings or Settings(), counters or Counters()
    for sample in samples:
        counters = counters.after(judge(sample, WYE, settings), settings)
    return counters


def test_two_misses_do_not_trip_and_three_do(make_sample: Any) -> None:
    low = make_sample(*LOW_B)
    assert counted([low] * 2)["D2"] == Counter(misses=2)
    assert counted([low] * 3)["D2"] == Counter(misses=3, tripped=True, count=1)
    assert counted([low] * 3).tripped == ("D2",)


def test_a_pass_between_begins_anew(make_sample: Any) -> None:
    low, good = make_sample(*LOW_B), make_sample(*GOOD)
    assert counted([low, low, good, low, low])["D2"].count == 0
    assert counted([low, low, low, low, low])["D2"].count == 1
    assert counted([low, low, low, good, low, low, low])["D2"].count == 2
    assert not counted([low, low, low, good]).tripped


def test_what_is_not_judged_neither_misses_nor_passes(make_sample: Any) -> None:
    low, blind = make_sample(*LOW_B), make_sample()
    assert counted([low, low, blind, low])["D2"].tripped


def test_counters_stay_at_255(make_sample: Any) -> None:
    low, good = make_sample(*LOW_B), make_sample(*GOOD)
    assert counted([low, low, low, good] * 260)["D2"].count == 255


def test_d6_trips_after_its_duration(make_sample: Any) -> None:
    settings = Settings({"D6.duration": 30})
    harmonic = make_sample(*GOOD, total=12.0)
    assert not counted([harmonic] * 5, settings)["D6"].tripped
    assert counted([harmonic] * 6, settings)["D6"].tripped


# --- at a meter


class Watched:
    """A virtual meter whose phase B may lose its voltage; time is the test's."""

    def __init__(self, name: str = "centron") -> None:
        self.now = datetime(2026, 3, 2, 2, 30, tzinfo=UTC)  # in the evening: no sun on the roof
        self.meter = VirtualMeter(describe.load(name), clock=lambda: self.now.timestamp())
        self.paused_s = 0.0
        self.steps: list[Any] = []

    def run(self, conversation: Any) -> Any:
        server = MemoryServer(self.meter)
        try:
            with MeterSession(server.client, SessionPlan()) as session:
                return session.run(self._without_waiting(conversation))
        finally:
            server.close()

    def _without_waiting(self, conversation: Any) -> Generator[Any, Any, Any]:
        """Pauses pass at once, and the meter's clock goes on."""
        try:
            step = next(conversation)
            while True:
                if isinstance(step, Pause):
                    self.now += timedelta(seconds=step.seconds)
                    self.paused_s += step.seconds
                    step = conversation.send(None)
                    continue
                self.steps.append(step)
                step = conversation.send((yield step))
        except StopIteration as end:
            return end.value


def test_a_good_site_is_watched_every_five_seconds() -> None:
    at, seen = Watched(), list[Look]()
    diagnosis = at.run(diagnose(samples=4, on_look=seen.append, now=lambda: at.now))
    assert at.paused_s == 15
    assert [look.sample.at.second for look in seen] == [0, 5, 10, 15]
    assert diagnosis.looks == tuple(seen)
    assert diagnosis.meter == "FPRO 0000000061873204"
    assert diagnosis.site == Site(form("9S"), 200)
    found = {name: verdict.outcome for name, verdict in diagnosis.verdicts.items()}
    assert [found[name] for name in ("D1", "D2", "D3", "D4")] == [Outcome.PASS] * 4
    assert found["D5"] is Outcome.NOT_JUDGED
    read = [step.table for step in at.steps if not isinstance(step, Progress) and getattr(step, "table", None) == 2049]
    assert len(read) == 4


def test_a_single_phase_meter_has_its_form_too() -> None:
    diagnosis = Watched("residential").run(diagnose())
    assert diagnosis.site.form.name == "2S"
    assert diagnosis.verdicts["D1"].outcome is Outcome.PASS
    assert diagnosis.verdicts["D2"].outcome is Outcome.NOT_JUDGED


def test_a_site_wired_for_another_form_trips_d1() -> None:
    diagnosis = Watched().run(diagnose(samples=3, terms=Terms(form=form("5S"))))
    assert diagnosis.counters["D1"].count == 1
    assert diagnosis.verdicts["D1"].text.startswith("Tripped once in 3 samples: voltage C at ")


def test_a_cancel_keeps_what_was_seen() -> None:
    at = Watched()
    conversation = diagnose(samples=None, now=lambda: at.now)

    def cancelled_at_the_third() -> Generator[Any, Any, Any]:
        step = next(conversation)
        pauses = 0
        try:
            while True:
                if isinstance(step, Pause):
                    pauses += 1
                    step = conversation.throw(Cancelled()) if pauses == 3 else conversation.send(None)
                    continue
                step = conversation.send((yield step))
        except StopIteration as end:
            return end.value

    assert len(at.run(cancelled_at_the_third()).looks) == 3


def test_an_unknown_form_is_asked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("fieldpro.meter.diagnosis.watch.form_of_meter", lambda tables: None)
    with pytest.raises(UsageError) as caught:
        Watched().run(diagnose())
    assert caught.value.subject == "meter form"


# --- what is kept


def test_a_diagnosis_goes_through_json_and_back(make_sample: Any) -> None:
    settings = Settings({"D2.tolerance": 5.0})
    counters, looks = Counters(), []
    for sample in (make_sample(*LOW_B), make_sample(volt_angles=(0.0, 119.0, 241.0)), make_sample(*LOW_B)):
        verdicts = judge(sample, WYE, settings)
        counters = counters.after(verdicts, settings)
        looks.append(Look(sample, verdicts, counters))
    diagnosis = Diagnosis("FPRO 1", WYE, settings, Counters(), tuple(looks))
    text = json.dumps(diagnosis.data(), allow_nan=False)
    again = Diagnosis.from_data(json.loads(text))
    assert again.data() == diagnosis.data()
    assert again.verdicts == diagnosis.verdicts
    assert again.counters.counts == diagnosis.counters.counts


@pytest.mark.parametrize("damage", [{"schema": 2}, {"form": "99S"}, {"looks": [{}]}, {"settings": {}}])
def test_a_record_that_is_none_is_refused(damage: dict[str, Any]) -> None:
    data = Diagnosis("FPRO 1", WYE, Settings(), Counters(), ()).data()
    with pytest.raises(UsageError):
        Diagnosis.from_data({**data, **damage})


def test_the_visit_keeps_every_check_with_its_counters(make_sample: Any) -> None:
    low = make_sample(*LOW_B)
    settings, counters, looks = Settings(), Counters(), []
    for _ in range(3):
        verdicts = judge(low, WYE, settings)
        counters = counters.after(verdicts, settings)
        looks.append(Look(low, verdicts, counters))
    diagnosis = Diagnosis("FPRO 1", WYE, settings, Counters(), tuple(looks))
    kept = diagnosis.for_visit()
    lines = {line.code: line for line in kept.checks}
    assert list(lines) == ["D1", "D2", "D3", "D4", "D5", "D6"]
    assert lines["D2"].verdict is visit_record.Verdict.BAD
    assert lines["D2"].counter == "0 before, 1 after"
    assert lines["D5"].verdict is visit_record.Verdict.NOT_CHECKED
    assert kept.form == "9S"
    assert reset(counters, saved=diagnosis) == Counters()
    with pytest.raises(UsageError):
        reset(counted([make_sample(*GOOD), *[low] * 3], counters=counters), saved=diagnosis)

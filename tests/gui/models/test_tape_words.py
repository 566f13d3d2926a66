"""A tape in words: what playing came to, whose it is, how a step is held; and the small texts that are typed."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from fieldpro import resources
from fieldpro.errors import LinkError
from fieldpro.gui.models import tape_words as words
from fieldpro.gui.models.tape_recent import recent, remember
from fieldpro.gui.pages import tape_deck, tape_deck_transport
from fieldpro.gui.pages.tape_deck_rule import parse_ignore, parse_tolerance
from fieldpro.gui.pages.tape_deck_serve import AT_RANDOM, AT_STEP, fault_text
from fieldpro.records import MeterIdentity
from fieldpro.simulator.fault_kinds import ANSWER_FAULTS, FaultKind, Value
from fieldpro.simulator.faults import FaultPlan
from table_playback.play import PlayResult, StepResult, Verdict
from table_playback.tape import Header, Step, Tape
from table_playback.tape.messages import NAMES

NOW = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)
STEP = Step(1, 0.0, "<", "full-read", table=23, response=0)


def result(*verdicts: Verdict, **more: Any) -> PlayResult:
    return PlayResult(tuple(StepResult(STEP, each) for each in verdicts), ("a",), None, NOW, NOW, **more)


def test_every_service_and_verdict_has_a_word() -> None:
    assert set(NAMES) - {"unknown"} == set(words.SERVICES)
    assert set(words.FACES) == {str(each) for each in Verdict} == set(words.COUNTED)


def test_what_playing_came_to_in_one_line() -> None:
    good = words.sum_of(result(*[Verdict.EQUAL] * 1998))
    assert (good.headline, good.tone) == ("1,998 equal", "good")
    two = words.sum_of(result(*[Verdict.EQUAL] * 1998, Verdict.DIFFERS, Verdict.DIFFERS, Verdict.MISSING))
    assert (two.headline, two.tone) == ("1,998 equal, 2 differ, 1 missing", "bad")


def test_one_step_differs_and_does_not_differ() -> None:
    assert words.sum_of(result(Verdict.EQUAL, Verdict.DIFFERS)).headline == "1 equal, 1 differs"


def test_what_did_not_come_to_its_end_never_looks_well() -> None:
    stopped = words.sum_of(result(Verdict.EQUAL, stopped=True))
    assert (stopped.headline, stopped.tone) == ("Stopped: 1 equal", "warn")
    broken = words.sum_of(result(Verdict.EQUAL, error=LinkError("silent", "COM4")))
    assert (broken.headline, broken.tone) == ("Broke off: 1 equal", "bad")
    declined = words.sum_of(result(declined=True))
    assert (declined.headline, declined.tone) == ("Not played", "weak")


def test_whose_tape_it_is() -> None:
    header = Header(MeterIdentity("FPRO", "VC", "42", "", "", ""), NOW, NOW, who="Ada", port="sim://centron?seed=1")
    assert words.meter_words(header) == "FPRO VC  42"
    assert words.origin_words(header).endswith("by Ada on sim://centron")
    assert words.title_words(Tape(header, path="/a/b/visit.tape")) == "visit.tape"
    assert words.meter_words(Header(None, NOW, NOW)) == "An unknown meter"
    assert words.content_words(1, 56) == "1 step, 56 tables"


def test_tolerances_and_elements_as_they_are_typed() -> None:
    assert parse_ignore(" CLOCK_TBL.* , , A.B, A.B") == ("CLOCK_TBL.*", "A.B")
    assert parse_tolerance("INSTANTANEOUS_*=50, A.B = 0.5") == (("INSTANTANEOUS_*", 50.0), ("A.B", 0.5))
    for wrong in ("A", "A=", "=5", "A=x", "A=-1", "A=inf"):
        with pytest.raises(ValueError, match=wrong.replace("*", r"\*")):
            parse_tolerance(f"B=1, {wrong}")


@pytest.mark.parametrize("kind", ANSWER_FAULTS, ids=lambda kind: kind.name)
def test_every_fault_that_can_be_chosen_is_one(kind: FaultKind) -> None:
    name = kind.name
    seconds = "2.5" if kind.value is Value.SECONDS else ""
    at_step = FaultPlan.parse(fault_text(name, AT_STEP, "12", seconds)).answers
    assert [(each.kind, each.step) for each in at_step] == [(name, 12)]
    at_random = FaultPlan.parse(fault_text(name, AT_RANDOM, "5", seconds)).answers
    assert [(each.kind, each.share) for each in at_random] == [(name, 0.05)]


def test_recent_tapes_are_those_that_are_still_there(tmp_path: Path) -> None:
    folder = tmp_path
    for name in ("a.tape", "b.tape"):
        (folder / name).write_bytes(b"")
        remember(folder / name, folder)
    remember(folder / "a.tape", folder)
    assert [path.name for path in recent(folder)] == ["a.tape", "b.tape"]
    (folder / "a.tape").unlink()
    assert [path.name for path in recent(folder)] == ["b.tape"]
    (folder / "recent-tapes.json").write_text("no list")
    assert recent(folder) == []


def test_the_help_has_every_key_of_the_deck() -> None:
    text = resources.text("help", "58-tape-deck.md")
    for key in (*tape_deck.KEYS.values(), *tape_deck_transport.KEYS.values()):
        assert any(key in line.split("|")[1] for line in text.splitlines() if line.startswith("| ")), key

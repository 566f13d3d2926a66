"""`fieldpro clock`: the meter's clock against this computer's, and setting it."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Annotated
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import typer

from fieldpro.cli import console
from fieldpro.cli.jobs import evidence_kept, guarded
from fieldpro.cli.line import MeterLine
from fieldpro.cli.options import with_meter
from fieldpro.cli.source import view_of
from fieldpro.errors import UsageError
from fieldpro.meter.procedures import RULES, ClockRules, ClockSet, Terms, set_clock
from fieldpro.meter.read import read_tables
from fieldpro.meter.view import MeterView
from fieldpro.records import ClockReading
from fieldpro.security import entries
from fieldpro.security.guard import JobNotes
from fieldpro.security.rights import Right
from fieldpro.session.conversation import Conversation

CLOCK_TABLES = frozenset({0, 1, 52, 53, 55})
SET_DATE_TIME = 10
GRADUAL_UP_TO_S = 900.0  # a quarter of an hour, in steps of seconds, is what a person may still wait for


@with_meter
def clock(
    meter: MeterLine,
    *,
    to_set: Annotated[bool, typer.Option("--set", help="Set it to this computer's time.")] = False,
    gradual: Annotated[
        bool, typer.Option("--gradual", help="In small steps up to 15 minutes, whatever it takes.")
    ] = False,
    at_once: Annotated[bool, typer.Option("--at-once", help="In one step, however small the difference.")] = False,
    zone: Annotated[str, typer.Option(metavar="ZONE", help="The meter's, where it does not say: America/Denver.")] = "",
    as_json: Annotated[bool, typer.Option("--json", help="As an object.")] = False,
) -> None:
    """Show the meter's clock; with --set, set it.

    While a load profile records, a difference up to a minute is taken away in small steps, so that no interval is lost.
    """
    if gradual and at_once:
        raise UsageError("setting the clock", "--gradual or --at-once", "both")
    if (gradual or at_once) and not to_set:
        raise UsageError("--gradual and --at-once", "--set beside them", "it alone")
    where = zone_of(zone)
    view = view_of(
        meter, "clock", lambda collection: read_tables(CLOCK_TABLES, collection=collection, only_listed=True)
    )
    if not to_set:
        shown = view.clock()
        if shown is None:
            raise UsageError("clock", "a meter with a clock", "none")
        _show(shown, as_json=as_json)
        return
    up_to_s = GRADUAL_UP_TO_S if gradual else 0.0 if at_once else RULES.gradual_up_to_s
    outcome = set_to_now(meter, view, where, replace(RULES, gradual_up_to_s=up_to_s))
    _tell(outcome, as_json=as_json)


def set_to_now(meter: MeterLine, view: MeterView, zone: ZoneInfo | None, rules: ClockRules = RULES) -> ClockSet:
    """Set the clock of the meter that was looked at. Raises as `set_clock` and `guarded` do."""
    told = entries.procedure(number=SET_DATE_TIME, name="Set the clock", parameters={})
    with evidence_kept(meter, "set the clock") as evidence:
        terms = Terms(meter=view.identity, profile=view.device_profile)

        def job(notes: JobNotes) -> Conversation[ClockSet]:
            outcome = yield from set_clock(zone=zone, rules=rules, evidence=evidence, terms=terms)
            notes.add(
                shown_before=str(outcome.shown_before),
                shown_after=str(outcome.shown_after),
                difference_before_s=round(outcome.difference_before_s, 1),
                difference_after_s=round(outcome.difference_after_s, 1),
                steps=len(outcome.steps),
            )
            return outcome

        return guarded(meter, view.identity, Right.CLOCK, entries.PROCEDURE, told, job)


def zone_of(name: str) -> ZoneInfo | None:
    """Raises `UsageError` for a zone that there is not."""
    if not name:
        return None
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError):
        raise UsageError("--zone", "a zone such as America/Denver", name) from None


def _show(shown: ClockReading, *, as_json: bool) -> None:
    if as_json:
        content = {
            "meter_time": shown.meter_time.isoformat(),
            "computer_time": shown.computer_time.isoformat(),
            "drift_s": shown.drift_s,
            "is_gmt": shown.is_gmt,
            "dst_applied": shown.dst_applied,
        }
        console.line(json.dumps(content, indent=2))
        return
    drift = "" if shown.drift_s is None else f"{shown.drift_s:+.1f} s ahead of this computer"
    console.facts(
        (
            ("Meter's clock", shown.meter_time.isoformat(" ")),
            ("This computer", shown.computer_time.isoformat(" ", timespec="seconds")),
            ("Difference", drift or "not known: the meter does not tell its zone"),
            ("Daylight saving", "applied" if shown.dst_applied else "not applied"),
        )
    )


def _tell(outcome: ClockSet, *, as_json: bool) -> None:
    if as_json:
        content = {
            "was_set": outcome.was_set,
            "gradual": outcome.gradual,
            "steps": len(outcome.steps),
            "shown_before": outcome.shown_before.isoformat(),
            "shown_after": outcome.shown_after.isoformat(),
            "difference_before_s": round(outcome.difference_before_s, 1),
            "difference_after_s": round(outcome.difference_after_s, 1),
            "notes": list(outcome.notes),
        }
        console.line(json.dumps(content, indent=2))
        return
    if outcome.was_set:
        steps = f"in {len(outcome.steps)} steps" if len(outcome.steps) > 1 else "in one step"
        console.line(f"The clock was set {steps}.")
    else:
        console.line("The clock is right and was left alone.")
    console.facts(
        (
            ("Before", f"{outcome.shown_before}, {outcome.difference_before_s:+.1f} s to go"),
            ("After", f"{outcome.shown_after}, {outcome.difference_after_s:+.1f} s to go"),
        )
    )
    for note in outcome.notes:
        console.say(note)

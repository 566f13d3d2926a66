"""`fieldpro events`: the meter's history and event logs, in words, newest first."""

from __future__ import annotations

import json
from contextlib import suppress
from typing import Annotated

import typer

from fieldpro.cli import console
from fieldpro.cli.line import MeterLine
from fieldpro.cli.options import with_meter
from fieldpro.cli.reading import collect
from fieldpro.errors import TableAbsent
from fieldpro.meter.read import read_events
from fieldpro.records import LogEvent


@with_meter
def events(
    meter: MeterLine,
    *,
    as_json: Annotated[
        bool, typer.Option("--json", help="As an object of two lists; null for a log that the meter does not have.")
    ] = False,
    save: Annotated[bool, typer.Option("--save", help="Keep the read-out among the records.")] = False,
) -> None:
    """Read the event logs. Times are those of the meter's own clock."""
    outcome = collect(meter, "events", lambda collection: read_events(collection=collection), save=save)
    view = outcome.view()
    logs: dict[str, list[LogEvent] | None] = {"events": None, "history": None}
    for name, log_of in (("events", view.events), ("history", view.history)):
        with suppress(TableAbsent):  # many meters keep only one of the two
            logs[name] = outcome.tell(log_of)
    if all(log is None for log in logs.values()):
        outcome.tell(view.events)
    if as_json:
        content = {name: None if log is None else [_entry(event) for event in log] for name, log in logs.items()}
        console.line(json.dumps(content, indent=2))
    else:
        console.rows(
            ("LOG", "TIME", "EVENT", "USER", "DETAIL"),
            [
                (
                    name,
                    "" if event.occurred_at is None else event.occurred_at.isoformat(" "),
                    f"{event.number} {event.title}",
                    "" if event.user_id is None else str(event.user_id),
                    event.detail or event.argument.hex(" "),
                )
                for name, log in logs.items()
                for event in log or ()
            ],
        )
    outcome.say_notes(view)
    outcome.finish(outcome.read_out.tables.values())


def _entry(event: LogEvent) -> dict[str, object]:
    return {
        "number": event.number,
        "title": event.title,
        "time": None if event.occurred_at is None else event.occurred_at.isoformat(),
        "sequence": event.sequence,
        "user_id": event.user_id,
        "argument": event.argument.hex(),
        "detail": event.detail,
        "manufacturer": event.manufacturer,
    }

"""`fieldpro events`: the meter's history and event logs, in words, newest first."""

from __future__ import annotations

import json
from typing import Annotated

import typer

from fieldpro.cli import console
from fieldpro.cli.line import MeterLine
from fieldpro.cli.options import with_meter
from fieldpro.cli.reading import collect
from fieldpro.meter.read import read_events
from fieldpro.records import LogEvent


@with_meter
def events(
    meter: MeterLine,
    *,
    as_json: Annotated[bool, typer.Option("--json", help="As a list of objects.")] = False,
    save: Annotated[bool, typer.Option("--save", help="Keep the read-out among the records.")] = False,
) -> None:
    """Read the event logs. Times are those of the meter's own clock."""
    outcome = collect(meter, "events", lambda collection: read_events(collection=collection), save=save)
    view = outcome.view()
    logs = {"events": view.events(), "history": view.history()}
    if as_json:
        content = {name: [_entry(event) for event in log] for name, log in logs.items()}
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
                for event in log
            ],
        )
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

"""`fieldpro read`: tables of a meter, decoded, as text or as JSON."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import Annotated

import typer

from fieldpro.c12.psem.codes import ResponseCode
from fieldpro.cli import console
from fieldpro.cli.decoded import json_entry, show
from fieldpro.cli.identify import show_identity
from fieldpro.cli.line import MeterLine
from fieldpro.cli.numbers import parse_tables
from fieldpro.cli.options import with_meter
from fieldpro.cli.reading import collect
from fieldpro.errors import ServiceRefused, UsageError
from fieldpro.meter.read import read_tables
from fieldpro.meter.wanted import listed
from fieldpro.records import TableReading


@with_meter
def read(
    meter: MeterLine,
    *,
    tables: Annotated[str | None, typer.Option(help="0,1,20-28,mt3 ...", show_default=False)] = None,
    everything: Annotated[
        bool, typer.Option("--all", help="All the meter lists, less passwords and keys; the default.")
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="An object with `meter` and `tables`.")] = False,
    elements: Annotated[int, typer.Option(min=0, help="Elements shown of each array, as text; 0 shows all.")] = 12,
    save: Annotated[bool, typer.Option("--save", help="Keep the read-out among the records.")] = False,
) -> None:
    """Read tables and decode them."""
    if tables is not None and everything:
        raise UsageError("the tables", "--tables or --all", "both")
    numbers = None if tables is None else parse_tables(tables)
    outcome = collect(meter, "read", lambda collection: read_tables(numbers, collection=collection), save=save)
    view = outcome.view()
    there = outcome.read_out.tables
    readings = [there[number] for number in (there if numbers is None else numbers) if number in there]
    if as_json:
        content = {
            "meter": asdict(outcome.read_out.identity),
            "tables": [json_entry(reading, view.tables) for reading in readings],
        }
        console.line(json.dumps(content, indent=2))
    else:
        show_identity(outcome.read_out.identity)
        console.line()
        for reading in readings:
            show(reading, view.tables, elements=elements)
    closed = [reading for reading in readings if numbers is None and _is_closed(reading)]
    if closed:
        labels = ", ".join(str(reading.number) for reading in closed)
        console.say(f"Closed to this user, a password of a higher level opens them: tables {labels}.")
    if numbers is None and 0 in there and there[0].error is None:
        outcome.tell(lambda: listed(view.tables))  # raises when its own list cannot be understood
    outcome.finish(reading for reading in readings if reading not in closed)


def _is_closed(reading: TableReading) -> bool:
    """Refused for want of access. Where everything was asked for, that is no failure: it is all this user may read.
    Without table 0 nobody knows what everything is."""
    return (
        reading.number != 0 and isinstance(reading.error, ServiceRefused) and reading.error.response == ResponseCode.ISC
    )

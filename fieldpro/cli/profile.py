"""`fieldpro profile`: the load profile, whole, from a time on, or since the last read, as rows or as CSV."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer

from fieldpro.app import default_store
from fieldpro.cli import console, recording
from fieldpro.cli.line import MeterLine
from fieldpro.cli.options import with_meter
from fieldpro.cli.reading import collect
from fieldpro.errors import UsageError
from fieldpro.export import csv_profile
from fieldpro.interval.summary import between, summarise
from fieldpro.meter.profile_tables import profile_set
from fieldpro.meter.read_profile import Since, read_profile
from fieldpro.records import MeterIdentity

LAST = "last"


@with_meter
def profile(
    meter: MeterLine,
    *,
    since: Annotated[
        str, typer.Option(help="2026-01-01, 2026-01-01T12:00 on the meter's clock, or `last`.", show_default=False)
    ] = "",
    csv: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Write CSV to this file.", show_default=False)
    ] = None,
    set_number: Annotated[int, typer.Option("--set", min=1, max=4, help="The load profile set.")] = 1,
    save: Annotated[bool, typer.Option("--save", help="Keep the read-out among the records.")] = False,
) -> None:
    """Read the load profile. Times are the ends of the intervals, on the meter's own clock."""
    start = parse_since(since)
    if csv is not None and csv.is_dir():  # said before minutes of reading, not after
        raise UsageError("--csv", "the name of a file", f"the folder {csv}")
    outcome = collect(
        meter, "profile", lambda collection: read_profile(set_number, since=start, collection=collection), save=save
    )
    view = outcome.view()
    if set_number > 1:
        outcome.require(profile_set(set_number).table)
    series = outcome.tell(lambda: view.profile(set_number))
    if isinstance(start, datetime):
        series = between(series, start)
    if csv is not None:
        with recording.export(meter.here.guard, csv, format="csv", source=outcome.read_out.identity, count=len(series)):
            count = csv_profile.write(csv, series)
        console.say(f"{count:,} intervals written to {csv}.")
    else:
        console.rows(csv_profile.header(series), csv_profile.rows(series), right=range(2, 2 + len(series.channels)))
    if len(series):
        for channel in summarise(series).channels:
            total = "" if channel.total is None else f"{channel.total:,.3f} {channel.unit} in all"
            console.say(f"{channel.name}: {total}")
    outcome.say_notes(view)
    outcome.finish(outcome.read_out.tables.values())


def parse_since(text: str) -> Since:
    """A time on the meter's clock; `last` asks the store for the end of what it holds of this meter."""
    if not text:
        return None
    if text == LAST:
        return _end_of_the_last_read
    try:
        time = datetime.fromisoformat(text)
    except ValueError:
        raise UsageError("--since", "a date, a date with a time, or `last`", text) from None
    if time.tzinfo is not None:
        raise UsageError("--since", "a time on the meter's own clock, without a zone", text)
    return time


def _end_of_the_last_read(identity: MeterIdentity) -> datetime | None:
    with default_store() as store:
        return store.last_profile_time(identity.key)

"""`fieldpro calendar`: a time-of-use calendar shown, checked, and asked which tier holds at a moment, and why.

The calendar is a meter's (PORT), a saved one's (record:N), or that of a program (NAME.toml, NAME, template:NAME).
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer

from fieldpro.cli import console
from fieldpro.cli.line import MeterLine
from fieldpro.cli.options import with_meter
from fieldpro.cli.source import TEMPLATE, find_program, view_of
from fieldpro.errors import UsageError
from fieldpro.meter.calendar import (
    TABLES,
    Calendar,
    clock_text,
    dials,
    read_calendar,
    tier_at,
    tier_name,
    year_map,
)
from fieldpro.meter.calendar import check as check_calendar
from fieldpro.meter.programs.calendars import calendar_of
from fieldpro.meter.read import read_tables

calendar = typer.Typer(
    no_args_is_help=True,
    help="Show a time-of-use calendar, check it, ask it for a tier. In place of PORT: record:N, or a program.",
)
AsJson = Annotated[bool, typer.Option("--json", help="As an object or a list of objects.")]


@calendar.command("show")
@with_meter
def show(
    meter: MeterLine,
    *,
    year: Annotated[
        int | None, typer.Option(min=2000, max=2069, help="Also its days and hours by tier.", show_default=False)
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Show seasons, day types with their switch times, and dates."""
    found = calendar_from(meter)
    if as_json:
        content = asdict(found)
        if year is not None:
            content["hours"] = {tier_name(tier): hours for tier, hours in year_map(found, year).hours().items()}
        console.line(json.dumps(content, indent=2, default=str))
        return
    console.rows(("SEASON", "DAYS", "SCHEDULE", "TIERS"), list(_day_types(found)), right=(0, 2))
    dates = list(_dates(found))
    if dates:
        console.line()
        console.rows(("DATE", "WHAT"), dates)
    if year is not None:
        console.line()
        hours = year_map(found, year).hours()
        console.rows(
            ("TIER", f"HOURS OF {year}"),
            [(tier_name(tier), f"{of_tier:,.2f}") for tier, of_tier in sorted(hours.items())],
            right=(1,),
        )


@calendar.command("check")
@with_meter
def check(meter: MeterLine, *, as_json: AsJson = False) -> None:
    """Say what is wrong with a calendar: gaps, collisions, what does not fit the meter. Errors end with 2."""
    complaints = check_calendar(calendar_from(meter))
    if as_json:
        content = [
            {"weight": each.weight.value, "place": each.place, "text": each.text, "name": each.name}
            for each in complaints
        ]
        console.line(json.dumps(content, indent=2))
    elif complaints:
        console.rows(("", "PLACE", "WHAT"), [(each.weight.value, each.place, each.text) for each in complaints])
    else:
        console.line("Nothing is wrong with this calendar.")
    if any(each.is_error for each in complaints):
        raise typer.Exit(2)


@calendar.command("tier")
@with_meter
def tier(
    meter: MeterLine,
    *,
    at: Annotated[
        str,
        typer.Option(
            metavar="TIME", help="On the meter's clock: 2026-07-04T14:30; else this computer's.", show_default=False
        ),
    ] = "",
    second: Annotated[bool, typer.Option("--second", help="In the hour that comes twice, the second time.")] = False,
    demands: Annotated[bool, typer.Option("--demands", help="The tier of demands, where they have their own.")] = False,
    as_json: AsJson = False,
) -> None:
    """Say which tier holds at a moment, and why."""
    moment = _moment(at)
    answer = tier_at(calendar_from(meter), moment, second=second, demands=demands)
    if as_json:
        content = {
            "at": answer.moment.isoformat(),
            "exists": answer.exists,
            "tier": answer.tier_name,
            "season": answer.season,
            "special": answer.special,
            "day_type": answer.day_type,
            "schedule": answer.schedule,
            "daylight": answer.daylight,
            "since": None if answer.since is None else clock_text(answer.since),
            "until": None if answer.until is None else clock_text(answer.until),
            "why": list(answer.steps),
        }
        console.line(json.dumps(content, indent=2))
        return
    console.line(f"Tier {answer.tier_name}" if answer.exists else "The meter's clock never shows this time.")
    for step in answer.steps:
        console.line(f"  {step}")


def calendar_from(meter: MeterLine) -> Calendar:
    """The calendar that PORT names. Raises as reading and `read_calendar` do, `UsageError` for a program without."""
    name = meter.port
    if is_program(name, meter):
        found = find_program(name, meter.here.desk.library)
        return calendar_of(found.program)
    view = view_of(meter, "calendar", lambda seen: read_tables(TABLES, collection=seen, only_listed=True))
    if view.tables.get(54) is None:
        raise UsageError("calendar", "a meter with table 54", "none, or it was not read")
    return read_calendar(view.tables)


def is_program(name: str, meter: MeterLine) -> bool:
    """Whether a name is a program's rather than a port's."""
    if name.startswith(TEMPLATE) or name.endswith(".toml"):
        return True
    is_port = ":" in name or name.startswith(os.sep) or Path(name).exists()
    return not is_port and name.partition("@")[0] in meter.here.desk.library.names()


def _day_types(found: Calendar) -> Iterator[tuple[str, str, str, str]]:
    for dial in dials(found):
        tiers = ", ".join(
            f"{clock_text(arc.start)} {'as before' if arc.tier is None else tier_name(arc.tier)}" for arc in dial.arcs
        )
        yield str(dial.season), dial.title, str(dial.schedule), tiers


def _dates(found: Calendar) -> Iterator[tuple[str, str]]:
    for recurring in found.recurring:
        yield str(recurring.when), str(recurring.action)
    for single in found.singles:
        yield single.day.isoformat(), str(single.action)


def _moment(text: str) -> datetime:
    if not text:
        return datetime.now().replace(second=0, microsecond=0)
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise UsageError("--at", "a date with a time: 2026-07-04T14:30", text) from None
    if moment.tzinfo is not None:
        raise UsageError("--at", "a time on the meter's own clock, without a zone", text)
    return moment

"""`fieldpro visit`: an order worked through step by step, kept on disk after each, and its report.

A step that needs the meter is done with `do PORT`, one that a person does with `done`; both take the next step only.
"""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from fieldpro.cli import console, recording
from fieldpro.cli.here import Here
from fieldpro.cli.line import MeterLine
from fieldpro.cli.options import with_here, with_meter
from fieldpro.cli.visit_steps import AT_THE_METER, Choices, do_step
from fieldpro.errors import SignInRefused, StepRefused, UsageError
from fieldpro.export.visit_report import write_html, write_pdf
from fieldpro.meter.visit import Action, Step, VisitJob
from fieldpro.meter.visit.job import listed, unfinished
from fieldpro.meter.visit.order import load as load_order
from fieldpro.security.rights import Right
from fieldpro.settings import data_folder
from fieldpro.visit_record import VisitRecord, to_plain

VISITS = "visits"
visit = typer.Typer(no_args_is_help=True, help="Work through an order step by step, and report what was done.")
Which = Annotated[
    str, typer.Option("--visit", metavar="ID", help="Else the newest that is not closed.", show_default=False)
]
Reason = Annotated[str, typer.Option(help="Why, in words.", show_default=False)]


@visit.command("begin")
@with_here
def begin(
    here: Here,
    *,
    file: Annotated[Path, typer.Argument(metavar="ORDER", help="The order, TOML or JSON.", show_default=False)],
) -> None:
    """Begin a visit for an order."""
    here.guard.require(Right.VISIT)
    signed_in = here.guard.signed_in
    if signed_in is None:
        raise SignInRefused("")
    order = load_order(file)
    job = VisitJob.begin(order, who=signed_in.name, role=str(signed_in.role), folder=data_folder() / VISITS)
    console.line(job.record.id)
    _tell_next(job)


@visit.command("list")
@with_here
def list_visits(
    here: Here, *, as_json: Annotated[bool, typer.Option("--json", help="As a list of objects.")] = False
) -> None:
    """List the visits, the newest first."""
    here.guard.require(Right.VISIT)
    records = [record for _, record in listed(data_folder() / VISITS)]
    if as_json:
        console.line(json.dumps([to_plain(record) for record in records], indent=2))
        return
    console.rows(
        ("VISIT", "ORDER", "KIND", "WHO", "METER", "OUTCOME", "NEXT STEP"),
        [
            (
                record.id,
                record.order.get("number", ""),
                record.kind_title,
                record.who,
                "" if record.meter is None else record.meter.serial,
                record.outcome,
                "" if record.closed or record.next is None else record.next.title,
            )
            for record in records
        ],
    )


@visit.command("show")
@with_here
def show(
    here: Here,
    *,
    which: Which = "",
    as_json: Annotated[bool, typer.Option("--json", help="As an object.")] = False,
) -> None:
    """Show the steps of a visit: what is done, what is next."""
    record = _job(here, which, closed=True).record
    if as_json:
        console.line(json.dumps(to_plain(record), indent=2))
        return
    console.facts((name.replace("_", " ").capitalize(), value) for name, value in record.order.items())
    console.line()
    console.rows(
        ("STEP", "TITLE", "STATE", "WHO", "NOTE"),
        [(step.id, step.title, step.state.value, step.who, step.note) for step in record.steps],
    )
    console.say(f"{record.outcome}.")


@visit.command("do")
@with_meter
def do(
    meter: MeterLine,
    *,
    which: Which = "",
    only: Annotated[
        list[str] | None, typer.Option(metavar="PATH", help="Of the differences only these; may be repeated.")
    ] = None,
    fields: Annotated[
        list[str] | None, typer.Option("--field", metavar="NAME=VALUE", help="A field of the program; may be repeated.")
    ] = None,
    yes: Annotated[bool, typer.Option("--yes", help="Write without asking.")] = False,
    zone: Annotated[str, typer.Option(metavar="ZONE", help="The meter's, to set its clock: America/Denver.")] = "",
    reason: Reason = "",
    confirm: Annotated[
        str | None, typer.Option(metavar="SERIAL", help="The meter's serial number, for the switch; else asked.")
    ] = None,
) -> None:
    """Do the next step, at the meter."""
    asked_at = datetime.now(UTC)
    job = _job(meter.here, which)
    step = _due(job)
    if step.action not in AT_THE_METER:
        raise StepRefused(step.title, "it is done without the meter: `fieldpro visit done`")
    choices = Choices(tuple(only or ()), tuple(fields or ()), yes, zone, reason, confirm, asked_at)
    do_step(meter, job, step, choices)
    console.line(f"{step.title}: done")
    _tell_next(job)


@visit.command("done")
@with_here
def done(
    here: Here,
    *,
    which: Which = "",
    note: Annotated[str, typer.Option(help="What is to stand in the report.", show_default=False)] = "",
) -> None:
    """Say that the next step, which a person does, is done."""
    job = _job(here, which)
    step = _due(job)
    if step.action in AT_THE_METER:
        raise StepRefused(step.title, "it is done at the meter: `fieldpro visit do PORT`")
    if step.action is Action.CLOSE:
        raise StepRefused(step.title, "it is done with `fieldpro visit close`")
    job.done(step.id, note)
    console.line(f"{step.title}: done")
    _tell_next(job)


@visit.command("skip")
@with_here
def skip(here: Here, *, which: Which = "", reason: Reason = "") -> None:
    """Leave the next step out, with a reason."""
    job = _job(here, which)
    step = _due(job)
    job.skip(step.id, reason)
    console.line(f"{step.title}: left out")
    _tell_next(job)


@visit.command("refuse")
@with_here
def refuse(here: Here, *, which: Which = "", reason: Reason = "") -> None:
    """Say that the next step may not or cannot be done: the visit ends there."""
    job = _job(here, which)
    step = _due(job)
    job.refuse(step.id, reason)
    console.line(f"{step.title}: refused")
    _tell_next(job)


@visit.command("close")
@with_here
def close(here: Here, *, which: Which = "") -> None:
    """Close a visit; its hash is a record of the audit log."""
    record = _job(here, which).close_with(here.guard)
    console.line(f"{record.outcome}.")
    console.say(f"Record {record.audit_number} of the audit log: {record.audit_hash}")


@visit.command("report")
@with_here
def report(
    here: Here,
    *,
    file: Annotated[Path, typer.Argument(metavar="FILE", help="NAME.pdf or NAME.html.", show_default=False)],
    which: Which = "",
    paper: Annotated[str, typer.Option(help="Of a PDF: letter or A4.")] = "letter",
) -> None:
    """Write the one-page report of a visit; without --visit, of the newest."""
    record = _job(here, which, closed=True).record
    writers = {".pdf": "pdf", ".html": "html", ".htm": "html"}
    form = writers.get(file.suffix.casefold())
    if form is None:
        raise UsageError("report", "NAME.pdf or NAME.html", str(file))
    if paper.casefold() not in ("letter", "a4"):
        raise UsageError("--paper", "letter or A4", paper)
    with recording.export(here.guard, file, format=form, source=_source(record)):
        if form == "pdf":
            write_pdf(file, record, paper="A4" if paper.casefold() == "a4" else "letter")
        else:
            write_html(file, record)
    console.say(f"Report of visit {record.id} written to {file}.")


def _job(here: Here, which: str, *, closed: bool = False) -> VisitJob:
    """The visit that is meant. Raises `UsageError` when there is none."""
    here.guard.require(Right.VISIT)
    folder = data_folder() / VISITS
    paths = [path for path, _ in listed(folder)] if closed or which else list(reversed(unfinished(folder)))
    chosen = [path for path in paths if not which or path.name.startswith(f"{which}.")]
    if not chosen:
        known = ", ".join(path.name.partition(".")[0] for path in paths) or "none is here"
        raise UsageError("visit", f"a visit that was begun ({known})", which or "none that is not closed")
    return VisitJob.resume(chosen[0], who=here.who)


def _due(job: VisitJob) -> Step:
    step = job.next
    if step is None:
        raise StepRefused(job.record.kind_title, "no step is left; `fieldpro visit close` closes the visit")
    return step


def _tell_next(job: VisitJob) -> None:
    step = job.next
    if step is None:
        console.say("No step is left: `fieldpro visit close` closes the visit.")
    else:
        how = "visit do PORT" if step.action in AT_THE_METER else "visit done"
        how = "visit close" if step.action is Action.CLOSE else how
        console.say(f"Next: {step.title}. {step.help} (`fieldpro {how}`)")


def _source(record: VisitRecord) -> str:
    return f"visit {record.id}" if record.meter is None else f"{record.meter.manufacturer} {record.meter.serial}"

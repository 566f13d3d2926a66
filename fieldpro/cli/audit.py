"""`fieldpro audit`: the record of what was done, and whether anybody has tampered with it."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path
from typing import Annotated, cast

import typer

from fieldpro.cli import console, recording
from fieldpro.cli.here import Here
from fieldpro.cli.options import with_here
from fieldpro.cli.outcome import Exit
from fieldpro.security.chain import AuditRecord, Finding
from fieldpro.security.rights import Right
from fieldpro.security.secret_store import AUDIT_KEY, StoredKey, open_secret_store
from fieldpro.settings import data_folder
from fieldpro.store.audit import AuditLog, verify_export

audit = typer.Typer(no_args_is_help=True, help="Look at the audit log, check it, write it to a file.")
AsJson = Annotated[bool, typer.Option("--json", help="As a list of objects.")]


@audit.command("verify")
@with_here
def verify(
    here: Here,
    *,
    file: Annotated[
        Path | None, typer.Argument(metavar="[FILE]", help="An exported log in place of the one here.")
    ] = None,
    known: Annotated[
        list[str] | None,
        typer.Option(metavar="HASH", help="Of a report on paper, that must be in the log.", show_default=False),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Find every record that was altered, is missing, doubled, out of order or forged. Findings end with 3."""
    log = log_of(here)
    if file is None:
        count = log.count()
        findings = log.verify(known=known or ())
    else:
        key = StoredKey(open_secret_store(data_folder()), AUDIT_KEY).recall()
        findings = verify_export(file, key, known=known or ())
        count = sum(1 for line in file.read_text(encoding="utf-8").splitlines() if not line.startswith('{"anchor"'))
    if as_json:
        console.line(json.dumps([_plain(finding) for finding in findings], indent=2))
    elif findings:
        for finding in findings:
            console.line(str(finding))
    else:
        console.line(f"The log is whole: {count} records, none altered, missing, doubled or out of order.")
    if findings:
        raise typer.Exit(Exit.BENCH)


@audit.command("list")
@with_here
def list_records(
    here: Here,
    *,
    kind: Annotated[str | None, typer.Option(help="Only these: write, procedure, session ...")] = None,
    meter: Annotated[str | None, typer.Option(help="Only of this meter: maker and serial number.")] = None,
    limit: Annotated[int, typer.Option(min=1, help="At most so many, newest first.")] = 50,
    as_json: AsJson = False,
) -> None:
    """List records, the newest first."""
    records = log_of(here).records(kind, meter=meter, limit=limit)
    if as_json:
        content = [{**asdict(record), "data": record.told, "hash": record.hash} for record in records]
        console.line(json.dumps(content, indent=2))
        return
    console.rows(
        ("NUMBER", "TIME (UTC)", "KIND", "WHO", "ROLE", "METER", "OUTCOME"),
        [
            (
                str(record.number),
                record.at[:19].replace("T", " "),
                record.kind,
                record.who,
                record.role,
                record.meter,
                _outcome(record),
            )
            for record in records
        ],
        right=(0,),
    )


@audit.command("export")
@with_here
def export(
    here: Here,
    *,
    file: Annotated[Path, typer.Argument(metavar="FILE", help="JSON Lines, oldest first.", show_default=False)],
) -> None:
    """Write the whole log to a file; `fieldpro audit verify FILE` checks such a file."""
    log = log_of(here)
    with recording.export(here.guard, file, format="audit log", source="audit log", count=log.count()):
        count = log.export(file)
    console.say(f"{count} records written to {file}.")


def log_of(here: Here) -> AuditLog:
    """The log, for who may look at it. Raises `NotAllowed`."""
    here.guard.require(Right.AUDIT)
    return cast(AuditLog, here.guard.audit)  # the guard of this program is made with one: `fieldpro.app.make_guard`


def _outcome(record: AuditRecord) -> str:
    data = record.told
    parts = [data.get("outcome"), data.get("error"), data.get("name") or data.get("purpose") or data.get("job")]
    return " ".join(str(part) for part in parts if part)


def _plain(finding: Finding) -> dict[str, object]:
    return {
        "fault": finding.fault.value,
        "number": finding.number,
        "place": finding.place,
        "detail": finding.detail,
        "text": str(finding),
    }

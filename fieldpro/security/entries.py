"""What stands in the records of the audit log: one function a kind, so that all faces record the same.

    session    {port, user_id, tables, failed, outcome, ...}
    write      {purpose, program, changes, written, verified, outcome, ...}
    procedure  {number, name, parameters, result, words, outcome, ...}
    export     {file, format, source, count, outcome, ...}
    playback   {tapes, steps, written, procedures, changes, verdicts, outcome, ...}
    visit      {id, order, visit, outcome, sha256}

Values are texts as they were shown. Secrets are hidden when a record is written, whatever is handed in.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

SESSION, WRITE, PROCEDURE, EXPORT = "session", "write", "procedure", "export"
APPROVAL, REFUSAL, SIGN_IN, SIGN_IN_REFUSED, USERS = "approval", "refusal", "sign-in", "sign-in-refused", "users"
VISIT, PLAYBACK = "visit", "playback"
MOST_CHANGES = 5_000
"""Of so many changes at most each is in its record; the count is in it always."""


def session(
    *, port: str, user_id: int, tables: Iterable[int] = (), failed: Iterable[int] = (), read_out: int | None = None
) -> dict[str, Any]:
    """A session with a meter: the port, who logged on, the tables that were read and those that were not."""
    return {
        "port": port,
        "user_id": user_id,
        "tables": sorted(tables),
        "failed": sorted(failed),
        "read_out": read_out,
    }


def write(
    *,
    purpose: str,
    changes: Iterable[tuple[str, str, str]],
    program: str = "",
    revision: int | None = None,
    program_hash: str = "",
    job: str = "",
) -> dict[str, Any]:
    """A write: (path, old text, new text) of each element, and the program they come from. `job`: of the journal."""
    listed = [[path, old, new] for path, old, new in changes]
    return {
        "purpose": purpose,
        "program": {"name": program, "revision": revision, "hash": program_hash} if program else None,
        "changes": listed[:MOST_CHANGES],
        "count": len(listed),
        "job": job,
    }


def procedure(*, number: int, name: str, parameters: Mapping[str, Any] | bytes, reason: str = "") -> dict[str, Any]:
    """A procedure before it is run; its result is added when it is known."""
    return {"number": number, "name": name, "parameters": parameters, "reason": reason}


def playback(
    *,
    tapes: Iterable[str],
    steps: int,
    written: Iterable[int] = (),
    procedures: Iterable[int] = (),
    changes: Iterable[tuple[str, str, str]] = (),
) -> dict[str, Any]:
    """Tapes played to a meter: how many steps, the tables that they write, (path, old text, new text) of each element
    that was shown, and the procedures that they run. The verdicts are added when they are known."""
    listed = [[path, old, new] for path, old, new in changes]
    return {
        "tapes": list(tapes),
        "steps": steps,
        "written": sorted(written),
        "procedures": sorted(procedures),
        "changes": listed[:MOST_CHANGES],
        "count": len(listed),
    }


def visit(*, id: str, order: str, kind: str, outcome: str, sha256: str) -> dict[str, Any]:
    """A visit that is closed. sha256: of all that its file says, so that the file can be held against the log."""
    return {"id": id, "order": order, "visit": kind, "outcome": outcome, "sha256": sha256}


def export(*, file: Path | str, format: str, source: str, count: int | None = None) -> dict[str, Any]:
    """A file that was written: what it was made from, and how many rows, intervals or tables are in it."""
    return {"file": str(file), "format": format, "source": source, "count": count}

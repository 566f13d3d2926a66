"""Writing a change set that was shown and agreed to: allowed, recorded, proven, and told."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from fieldpro.cli import console, differences
from fieldpro.cli.jobs import at_meter, guarded
from fieldpro.cli.line import MeterLine
from fieldpro.errors import Cancelled, FieldProError
from fieldpro.meter.changes import ChangeSet, Staged, Written, apply, prove_passwords, stage
from fieldpro.meter.collection import Collection
from fieldpro.meter.pending import Trigger
from fieldpro.meter.read import read_tables
from fieldpro.security import entries
from fieldpro.security.guard import JobNotes
from fieldpro.security.rights import Right
from fieldpro.session.conversation import Conversation


def write_changes(meter: MeterLine, change_set: ChangeSet, *, save: bool = False, as_json: bool = False) -> Written:
    """Write it, and tell what was written. Raises as `changes.apply` does, and `NotAllowed` before anything is sent."""
    journal = meter.here.desk.journal
    after = Collection(operator=meter.operator)

    def job(notes: JobNotes) -> Conversation[Written]:
        written = yield from apply(change_set, journal=journal, who=meter.operator)
        notes.add(job=written.job, verified=len(written.changes) - len(written.unproven))
        if save:
            yield from _read_again(written, after)
        return written

    right, told = right_for(change_set), entry_of(change_set)
    written = guarded(meter, change_set.identity, right, entries.WRITE, told, job)
    tell(written, as_json=as_json)
    if save and after.read_out().tables:
        read_out = replace(after.read_out(), note=note_of(written))
        console.say(f"Saved as record {meter.here.desk.store.save(read_out)}.")
    if any(row.secret for row in written.changes):
        _prove(meter, written)
    return written


def stage_changes(meter: MeterLine, change_set: ChangeSet, trigger: Trigger, *, as_json: bool = False) -> Staged:
    """Write it into pending tables. Raises as `changes.stage` does."""

    def job(notes: JobNotes) -> Conversation[Staged]:
        staged = yield from stage(change_set, trigger, journal=meter.here.desk.journal, who=meter.operator)
        notes.add(job=staged.job)
        return staged

    told = {**entry_of(change_set), "purpose": f"pending, {trigger.words}"}
    staged = guarded(meter, change_set.identity, Right.PENDING, entries.WRITE, told, job)
    if as_json:
        plain = {"meter": staged.identity.key, "tables": list(staged.tables), "takes_hold": trigger.words}
        console.line(json.dumps({**plain, "job": staged.job}, indent=2))
    console.say(f"{len(staged.tables)} tables wait in the meter and take hold {trigger.words}.")
    return staged


def right_for(change_set: ChangeSet) -> Right:
    """Passwords and keys take a right of their own."""
    return Right.SECURITY_TABLES if any(row.secret for row in change_set.different) else Right.PROGRAM_WRITE


def entry_of(change_set: ChangeSet) -> Mapping[str, Any]:
    """What the audit log says of a write."""
    origin = change_set.origin
    return entries.write(
        purpose=change_set.purpose,
        changes=[(row.path, row.old_text, row.new_text) for row in change_set.different],
        program=origin.name,
        revision=origin.revision or None,
        program_hash=origin.hash,
    )


def note_of(written: Written) -> str:
    """What stands in a record: the program with revision and hash, and how many changes."""
    origin = written.origin
    program = f"{origin} (SHA-256 {origin.hash}): " if origin.name else ""
    return f"{program}{_changes(len(written.changes))} written and read back ({written.change_set.purpose})"


def tell(written: Written, *, as_json: bool) -> None:
    if as_json:
        content = {
            **differences.as_plain(written.change_set, everything=False),
            "purpose": written.change_set.purpose,
            "job": written.job,
            "unproven": list(written.unproven),
            "side_effects": list(written.side_effects),
        }
        console.line(json.dumps(content, indent=2, default=str))
    proof = len(written.changes) - len(written.unproven)
    console.say(f"{_changes(len(written.changes))} written, {proof} of them read back and found as wanted.")
    for path in written.side_effects:
        console.say(f"The meter changed along with them: {path}.")


def _read_again(written: Written, after: Collection) -> Conversation[None]:
    """What was written counts whatever becomes of this."""
    try:
        yield from read_tables(written.change_set.tables, collection=after, only_listed=True)
    except (FieldProError, Cancelled) as error:
        console.say(f"What was written could not be read again for the record: {error.code}.")


def _prove(meter: MeterLine, written: Written) -> None:
    """Passwords cannot be read back; each is proven by opening the meter, and the previous one is forgotten then."""
    journal = meter.here.desk.journal
    opened = at_meter(
        meter, written.identity, "proving new passwords", lambda: prove_passwords(written, journal=journal)
    )
    for path in opened:
        console.say(f"{path}: the new one opens the meter; the previous one is forgotten.")
    for row in written.changes:
        if row.secret and row.path not in opened:
            console.say(f"{row.path} is not proven; what it was before is kept for `fieldpro program undo`.")


def _changes(count: int) -> str:
    return f"{count} {'change' if count == 1 else 'changes'}"

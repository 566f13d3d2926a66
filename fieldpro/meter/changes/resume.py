"""After an interruption: finish what was begun, or go back to what was there before.

unfinished = journal.unfinished(identity)
tables = yield from look(unfinished)           what the meter holds now
finish(unfinished, tables, journal) or go_back(...)    a change set, shown and applied as every other
undo(job, tables, journal)                     the same for a write that came to its end long ago
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from fieldpro.c12.dictionary import Tables
from fieldpro.errors import SecretMissing, UsageError
from fieldpro.meter.changes.apply import secret_name
from fieldpro.meter.changes.change import Warn, WarningKind
from fieldpro.meter.changes.change_set import ChangeSet
from fieldpro.meter.changes.compare import context_of, towards
from fieldpro.meter.changes.exact import exact, joined
from fieldpro.meter.changes.journal import STAGING, Journal, Unfinished
from fieldpro.meter.changes.records import Job, SecretSpan, Span, digest
from fieldpro.meter.collection import Collection
from fieldpro.meter.read import read_tables
from fieldpro.meter.view import MeterView
from fieldpro.secret import Secret
from fieldpro.session.conversation import Conversation


def look(unfinished: Unfinished) -> Conversation[MeterView]:
    """Read what the meter holds where the interrupted write was to change something."""
    read_out = yield from read_tables(unfinished.tables, collection=Collection())
    return MeterView(read_out)


def finish(unfinished: Unfinished, tables: Tables | MeterView, journal: Journal) -> ChangeSet:
    """What is left to bring the meter to what was wanted. Raises `SecretMissing`, and `UsageError` for pending tables,
    which `finish_staging` is for."""
    return _resumed(unfinished, _towards(unfinished.root, tables, journal, "after"), "finish")


def go_back(unfinished: Unfinished, tables: Tables | MeterView, journal: Journal) -> ChangeSet:
    """What brings the meter back to what was there before. Raises `SecretMissing`, `UsageError`."""
    return _resumed(unfinished, _towards(unfinished.root, tables, journal, "before"), "go-back")


def undo(job: Job, tables: Tables | MeterView, journal: Journal) -> ChangeSet:
    """What takes a write of long ago back, from the before-image in the journal. Raises `SecretMissing` where that
    was a password or key that is not kept any longer, and `UsageError` for pending tables."""
    return replace(_towards(job, tables, journal, "before"), origin=job.origin, purpose="undo")


def _resumed(unfinished: Unfinished, change_set: ChangeSet, purpose: str) -> ChangeSet:
    return replace(change_set, origin=unfinished.origin, continues=unfinished.root.id, purpose=purpose)


def _towards(job: Job, tables: Tables | MeterView, journal: Journal, which: str) -> ChangeSet:
    if job.purpose == STAGING:
        raise UsageError("write to go on from", "one of tables in force", "one of pending tables")
    context = context_of(tables)
    images: dict[int, bytes] = {}
    blind: dict[str, Secret] = {}
    warnings: list[Warn] = []
    for span, _ in job.spans:
        held = images.get(span.table, context.get(span.table))
        if held is None and span.hidden:
            blind |= {hidden.path: _secret(hidden, job, journal, which) for hidden in span.hidden}
            continue
        wanted = _content(span, job, journal, which)
        named = ", ".join(span.paths) or span.name
        if held is None or wanted is None:
            raise UsageError(named, "a table that was read", "none")
        if not span.whole and not _is_either(span, context.get(span.table) or b""):
            warnings.append(Warn(WarningKind.CHANGED_SINCE, named, "something else"))
        if span.whole:
            images[span.table] = wanted
        else:
            images[span.table] = held[: span.offset] + wanted + held[span.offset + len(wanted) :]
    by_bytes = {number: data for number, data in images.items() if not _has_layout(context, number)}
    by_element = {number: data for number, data in images.items() if number not in by_bytes}
    change_set = replace(towards(context, by_element, also=blind), warnings=tuple(warnings))
    requests = [(number, None, data) for number, data in by_bytes.items() if data != context.get(number)]
    return joined(change_set, exact(context, requests)) if requests else change_set


def _has_layout(tables: Tables, number: int) -> bool:
    """Tables without one were written as bytes (`changes.exact`), and are so again."""
    definition = tables.dictionary.tables.get(number)
    return definition is not None and definition.type is not None


def _content(span: Span, job: Job, journal: Journal, which: str) -> bytes | None:
    """The span's bytes before or after, its secrets put in again."""
    bare = span.before if which == "before" else span.after
    if bare is None:
        return None
    data = bytearray(bare)
    for hidden in span.hidden:
        start = hidden.offset - span.offset
        data[start : start + hidden.length] = _secret(hidden, job, journal, which).reveal()
    return bytes(data)


def _secret(hidden: SecretSpan, job: Job, journal: Journal, which: str) -> Secret:
    secret = journal.keeper.recall(secret_name(job.root or job.id, hidden.path, which))
    if secret is None:
        raise SecretMissing(hidden.path)
    return secret


def _is_either(span: Span, held: bytes) -> bool:
    """Whether the meter holds what was there before or what was wanted; a table that got another shape holds what the
    meter makes of it."""
    found = held[span.offset : span.offset + len(span.after)]
    for bare in (span.before, span.after):
        if bare is not None and _blanked(found, span) == bare:
            return all(_is_known(hidden, held) for hidden in span.hidden)
    return False


def _blanked(found: bytes, span: Span) -> bytes:
    data = bytearray(found)
    for hidden in span.hidden:
        start = hidden.offset - span.offset
        data[start : start + hidden.length] = bytes(hidden.length)
    return bytes(data)


def _is_known(hidden: SecretSpan, held: bytes) -> bool:
    return digest(held[hidden.offset : hidden.offset + hidden.length], hidden.salt) in (hidden.before, hidden.after)


def states(unfinished: Unfinished) -> Iterator[str]:
    """The interrupted write, a line for each run of bytes: where, and what the meter holds there."""
    for state in unfinished.spans:
        span = state.span
        what = ", ".join(span.paths) or f"{span.name}, {len(span.after)} bytes at {span.offset}"
        yield f"{what}: holds {state.holds}"

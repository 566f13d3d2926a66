"""After an interruption: finish what was begun, or go back to what was there before.

unfinished = journal.unfinished(identity)
tables = yield from look(unfinished)           what the meter holds now
finish(unfinished, tables) or go_back(unfinished, tables)    a change set, shown and applied as every other
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
from fieldpro.meter.changes.journal import Journal, Unfinished
from fieldpro.meter.changes.records import SecretSpan, Span
from fieldpro.meter.collection import Collection
from fieldpro.meter.read import read_tables
from fieldpro.meter.view import MeterView
from fieldpro.session.conversation import Conversation


def look(unfinished: Unfinished) -> Conversation[MeterView]:
    """Read what the meter holds where the interrupted write was to change something."""
    read_out = yield from read_tables(unfinished.tables, collection=Collection())
    return MeterView(read_out)


def finish(unfinished: Unfinished, tables: Tables | MeterView, journal: Journal) -> ChangeSet:
    """What is left to bring the meter to what was wanted. Raises `SecretMissing`, and `UsageError` for pending tables,
    which `finish_staging` is for."""
    return _towards(unfinished, tables, journal, "after", "finish")


def go_back(unfinished: Unfinished, tables: Tables | MeterView, journal: Journal) -> ChangeSet:
    """What brings the meter back to what was there before. Raises `SecretMissing`."""
    return _towards(unfinished, tables, journal, "before", "go-back")


def _towards(
    unfinished: Unfinished, tables: Tables | MeterView, journal: Journal, which: str, purpose: str
) -> ChangeSet:
    if unfinished.is_staging:
        raise UsageError("interrupted write", "one of tables in force", "one of pending tables")
    context = context_of(tables)
    images: dict[int, bytes] = {}
    warnings: list[Warn] = []
    for span, _ in unfinished.root.spans:
        held = images.get(span.table, context.get(span.table))
        wanted = _content(span, unfinished, journal, which)
        if held is None or wanted is None:
            raise SecretMissing(", ".join(span.paths) or span.name)
        if not span.whole and not _is_either(span, unfinished, journal, context.get(span.table) or b""):
            warnings.append(Warn(WarningKind.CHANGED_SINCE, ", ".join(span.paths) or span.name, "something else"))
        if span.whole:
            images[span.table] = wanted
        else:
            images[span.table] = held[: span.offset] + wanted + held[span.offset + len(wanted) :]
    change_set = towards(context, images)
    return replace(
        change_set,
        origin=unfinished.origin,
        continues=unfinished.root.id,
        purpose=purpose,
        warnings=tuple(warnings),
    )


def _content(span: Span, unfinished: Unfinished, journal: Journal, which: str) -> bytes | None:
    """The span's bytes before or after, its secrets put in again."""
    bare = span.before if which == "before" else span.after
    if bare is None:
        return None
    data = bytearray(bare)
    for hidden in span.hidden:
        secret = journal.keeper.recall(secret_name(unfinished.root.id, hidden.path, which))
        if secret is None:
            raise SecretMissing(hidden.path)
        start = hidden.offset - span.offset
        data[start : start + hidden.length] = secret.reveal()
    return bytes(data)


def _is_either(span: Span, unfinished: Unfinished, journal: Journal, held: bytes) -> bool:
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
    from fieldpro.meter.changes.records import digest

    return digest(held[hidden.offset : hidden.offset + hidden.length], hidden.salt) in (hidden.before, hidden.after)


def states(unfinished: Unfinished) -> Iterator[str]:
    """The interrupted write, a line for each run of bytes: where, and what the meter holds there."""
    for state in unfinished.spans:
        span = state.span
        what = ", ".join(span.paths) or f"{span.name}, {len(span.after)} bytes at {span.offset}"
        yield f"{what}: holds {state.holds}"

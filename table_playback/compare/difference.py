"""Two contents of one table, element by element, each in the context of its own meter.

    difference(tables_before, tables_after, 52, rule=step.verify, volatile=load_masks())  -> what differs and counts
    differences(left, right, ...)                                                  -> the volatile ones too, marked

Elements are compared where both sides know all their bytes and nothing of them is redacted. Where there is no layout,
or it cannot be resolved, runs of bytes are told instead, with the reason.
"""

from __future__ import annotations

from collections.abc import Iterable

from fieldpro.c12.dictionary.tables import Tables
from fieldpro.errors import TableUnresolved
from table_playback.compare.contents import Content, Spans, table_name
from table_playback.compare.masks import Masks
from table_playback.compare.quantities import with_quantities
from table_playback.compare.records import FieldDifference
from table_playback.compare.runs import byte_differences, tail_difference
from table_playback.compare.walk import Half, Walk
from table_playback.tape.verify import EXACT, Order, VerifyRule


def difference(
    tables_before: Tables,
    tables_after: Tables,
    number: int,
    *,
    rule: VerifyRule = EXACT,
    volatile: Masks | Iterable[str] = (),
    data_before: bytes | None = None,
    data_after: bytes | None = None,
    parts_before: Spans = (),
    parts_after: Spans = (),
    masked: Spans = (),
) -> tuple[FieldDifference, ...]:
    """What differs in one table and counts, in the order of the bytes; nothing when the rule leaves it all out.

    data_*: the table's bytes, those of the context when None. parts_*: (offset, length) of what of them is known where
    that is not all; zeros stand elsewhere. masked: redacted parts, on either side.
    Raises `TableUnresolved` when a side has no bytes of the table.
    """
    sides = []
    for tables, data, parts in ((tables_before, data_before, parts_before), (tables_after, data_after, parts_after)):
        held = tables.get(number) if data is None else data
        if held is None:
            raise TableUnresolved(table_name(tables, number), (number,))
        sides.append(Content(tables, number, held, parts, masked))
    masks = volatile if isinstance(volatile, Masks) else Masks.of(volatile)
    found = differences(sides[0], sides[1], rule=rule, volatile=masks)
    return tuple(each for each in found if not each.volatile)


def differences(
    left: Content, right: Content, *, rule: VerifyRule = EXACT, volatile: Masks | None = None
) -> list[FieldDifference]:
    """Everything that differs in one table; `volatile` says which of it does not count."""
    volatile = volatile or Masks()
    ignored = Masks.of(rule.ignore)
    if rule.order is Order.UNCHECKED or ignored.title(left.name):
        return []
    if left.layout is None or right.layout is None:
        return _marked(_bytes(left, right, 0, left.reason or right.reason), volatile, left.name)
    halves = [Half(side.decoded(), side.known(side.layout.size)) for side in (left, right) if side.layout is not None]
    found = Walk(halves[0], halves[1], rule=rule, volatile=volatile).run()
    if left.layout.size == right.layout.size and not (left.parts or right.parts):
        found += _marked(_bytes(left, right, left.layout.size, ""), volatile, left.name)
    return with_quantities(found, left.tables, left.number)


def _bytes(left: Content, right: Content, first: int, note: str) -> list[FieldDifference]:
    """Bytes from `first` on, and what one side has more."""
    secret = left.secret or right.secret
    size = min(len(left.data), len(right.data))
    known = left.known(size), right.known(size)
    name = left.name
    found = byte_differences(name, left.data, right.data, first=first, known=known, note=note, secret=secret)
    if not (left.parts or right.parts):
        more = tail_difference(name, left.data, right.data, note=note, secret=secret)
        found += [] if more is None else [more]
    return found


def _marked(found: list[FieldDifference], volatile: Masks, table: str) -> list[FieldDifference]:
    """Bytes are volatile when their whole table is."""
    from dataclasses import replace

    title = volatile.title(table)
    return [replace(each, volatile=title) for each in found] if title else found

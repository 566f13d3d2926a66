"""Writes exactly as somebody has them: a step of a tape, a request made by hand. The same road as every other write.

    change_set = exact(tables, [(2053, 4, data)])                    4F: by offset
    change_set = exact(tables, [(2053, None, data), (13, (1, 2), data)])     40: the whole table; 4n: by index
    ... shown, confirmed ...
    written = yield from apply(change_set, journal=journal)          these requests, in this order, and no others

The change set shows what the bytes change element by element, where the table has a layout, and as bytes where it has
none; elements that stay as they are stand in it as the same, and are written all the same. `apply` reads what is there
before, writes each request as it is, reads it back, and keeps the journal; `finish`, `go_back` and `undo` know these
writes too. Passwords and keys go by whole elements only, so that they can be kept out of journal and texts.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from typing import Any, TypeAlias

from fieldpro.c12.codec import Binary, Formats
from fieldpro.c12.dictionary import Tables
from fieldpro.c12.dictionary.layout import Layout, Node
from fieldpro.c12.dictionary.model import MANUFACTURER, PENDING
from fieldpro.c12.dictionary.shape import Leaf, Member, Record
from fieldpro.errors import FieldProError, WriteImpossible
from fieldpro.meter.changes.change import Change, State, Warn, WarningKind
from fieldpro.meter.changes.change_set import ChangeSet
from fieldpro.meter.changes.comparison import same_shape
from fieldpro.meter.changes.image import Image, Region, leaves, value_in
from fieldpro.meter.changes.plan import Operation
from fieldpro.meter.identity import identity_of
from fieldpro.meter.programs.rules import Rules, rules
from fieldpro.secret import Secret, holds_secrets

Place: TypeAlias = int | Sequence[int] | None
"""Where in its table: an offset, an index path, or None for all of it."""
RAW = "DATA"
"""The one element of a table without a layout."""


def exact(tables: Tables, requests: Iterable[tuple[int, Place, bytes]], *, by: Rules | None = None) -> ChangeSet:
    """The change set of these writes, in this order.

    tables: what the meter holds; of tables that cannot be read, nothing. Tables 0 and 1 must be among them.
    Raises `WriteImpossible` for what cannot be written this way, `TableUnresolved` without table 0.
    """
    by = by or rules()
    images: dict[int, Image] = {}
    operations = []
    for number, place, data in requests:
        image = images.get(number)
        if image is None:
            image = images[number] = _image(tables, number, _length(place, data))
        operation = _operation(image, number, place, data)
        image.lay(operation.offset, data, whole=operation.whole)
        operations.append(operation)
    _fit_layouts(tables, images)
    rows = [row for image in images.values() for row in _rows(tables, image, operations, by)]
    warnings = tuple(_reshaped(tables, images))
    return ChangeSet(identity_of(tables), tables, tuple(rows), images, by, warnings, exact=tuple(operations))


def again(change_set: ChangeSet, before: Tables) -> ChangeSet:
    """The same requests against what the meter holds now."""
    return exact(before, [request_of(each) for each in change_set.exact], by=change_set.rules)


def backwards(change_set: ChangeSet, after: Tables) -> ChangeSet:
    """What was there before, by the same requests in the opposite order."""
    requests = []
    for operation in reversed(change_set.exact):
        held = operation.regions[0].before
        if held is None:
            raise WriteImpossible(operation.name, "what was there before is not known")
        table, place, _ = request_of(operation)
        requests.append((table, place, held))
    return exact(after, requests, by=change_set.rules)


def joined(by_element: ChangeSet, by_bytes: ChangeSet) -> ChangeSet:
    """Both in one, of different tables: what is written the shortest way, and what is written as it is."""
    return replace(
        by_element,
        changes=by_element.changes + by_bytes.changes,
        images={**by_element.images, **by_bytes.images},
        warnings=by_element.warnings + by_bytes.warnings,
        exact=by_bytes.exact,
    )


def request_of(operation: Operation) -> tuple[int, Place, bytes]:
    """What `exact` was given for it."""
    place: Place = None if operation.whole else operation.indices
    if not operation.whole and operation.indices is None:
        place = operation.offset
    return operation.table, place, operation.regions[0].after


def raw_layout(tables: Tables, number: int, size: int) -> Layout:
    """A table whose layout is not known: one element, all of its bytes."""
    member = Member(RAW, Leaf(f"BINARY({size})", Binary(size)), 0, 0)
    known = tables.dictionary.tables.get(number % PENDING)
    name, title = (known.name, known.title) if known is not None else (_name(number), "")
    formats = tables.formats if 0 in tables.numbers else Formats()
    return Layout(name, number, title, Record("", (member,), size, 1, {RAW: member}), formats)


# --- inside -------------------------------------------------------------------------------------------------------


def _length(place: Place, data: bytes) -> int:
    return place + len(data) if isinstance(place, int) else len(data)


def _image(tables: Tables, number: int, least: int) -> Image:
    """The table as it is. Of one that was not read nothing is known but, perhaps, its layout."""
    held = tables.get(number)
    layout = _layout(tables, number, held)
    if layout is None or (held is not None and len(held) != layout.size):
        layout = raw_layout(tables, number, least if held is None else len(held))
    return Image(layout, held)


def _layout(tables: Tables, number: int, data: bytes | None) -> Layout | None:
    try:
        return tables.layout(number, data)
    except FieldProError:
        return None


def _operation(image: Image, number: int, place: Place, data: bytes) -> Operation:
    name = image.layout.table
    if not data:
        raise WriteImpossible(name, "there is nothing to write")
    if place is None:
        before = image.before
        return Operation(number, name, 0, len(data), (Region(0, before, data),), whole=True, exact=True)
    indices: tuple[int, ...] | None = None
    count = 1
    if isinstance(place, int):
        offset = place
    else:
        indices = tuple(place)
        offset, count = _by_index(image.layout, indices, len(data))
    if image.before is not None and offset + len(data) > len(image.before):
        ends = offset + len(data)
        raise WriteImpossible(name, f"it has {len(image.before)} bytes; this goes from {offset} to {ends}")
    held = None if image.before is None else image.before[offset : offset + len(data)]
    return Operation(number, name, offset, len(data), (Region(offset, held, data),), indices, count=count, exact=True)


def _by_index(layout: Layout, indices: tuple[int, ...], length: int) -> tuple[int, int]:
    """(offset, count of elements) of a write by index. The elements that follow count too, as long as there is data."""
    try:
        node = layout.node_at_index(indices)
        offset, count, covered = node.offset, 1, node.length
        while covered < length:
            node = layout.node_at_index((*indices[:-1], indices[-1] + count))
            count, covered = count + 1, covered + node.length
    except FieldProError:
        detail = f"nobody can say where index {'.'.join(map(str, indices))} is, or where it ends"
        raise WriteImpossible(layout.table, detail) from None
    if covered != length:
        raise WriteImpossible(layout.table, f"{length} bytes are no whole elements from this index on")
    return offset, count


def _fit_layouts(tables: Tables, images: dict[int, Image]) -> None:
    """Where the new bytes give a table another shape, elements of the one are not those of the other: it is told as
    bytes."""
    after = Tables(
        tables.dictionary, settings=tables.settings, raw={each: tables.get(each) or b"" for each in tables.numbers}
    )
    for number, image in images.items():
        if image.before is not None:
            after.put(number, image.after)
    for number, image in images.items():
        if image.before is None:
            continue
        layout = _layout(after, number, image.after)
        if layout is None or len(image.after) != image.layout.size or not same_shape(layout, image.layout):
            image.layout = raw_layout(tables, number, len(image.after))


def _rows(tables: Tables, image: Image, operations: list[Operation], by: Rules) -> Iterator[Change]:
    """Every element that is written, whole or in part."""
    spans = [(each.offset, each.offset + each.length) for each in operations if each.table == image.number]
    layout, before, after = image.layout, image.before, image.after
    definition = tables.dictionary.tables.get(image.number % PENDING)
    group = f"{definition.label} {definition.title or definition.name}" if definition is not None else layout.table
    secrets = holds_secrets(image.number)
    raw = layout.root.children[0].name == RAW if len(layout.root.children) else True
    for node in leaves(layout.root):
        start, end = node.offset, node.offset + node.length
        inside = [span for span in spans if span[0] < end and start < span[1]]
        if not inside:
            continue
        secret = secrets and (raw or by.secret.has(node.full_path))
        if secret and (raw or not any(span[0] <= start and end <= span[1] for span in inside)):
            raise WriteImpossible(layout.table, "passwords and keys are written by whole elements of a known layout")
        yield _row(image.number, node, before, after, group=group, secret=secret)


def _row(number: int, node: Node, before: bytes | None, after: bytes, *, group: str, secret: bool) -> Change:
    place = slice(node.offset, node.offset + node.length)
    new: Any = value_in(node, after[place])
    old: Any = None if before is None or len(before) < place.stop else value_in(node, before[place])
    if before is not None and old is None:
        old = before  # a table of another length, as bytes
    state = State.SAME if old is not None and old == new else State.DIFFERENT
    if secret:
        old, new = (None if each is None else Secret(bytes(each)) for each in (old, new))
    return Change(node.full_path, number, state, old, new, node.span, group, node.annotation, "", secret)


def _reshaped(tables: Tables, images: dict[int, Image]) -> Iterator[Warn]:
    """Other tables that these writes give another shape."""
    raw = {number: tables.get(number) or b"" for number in tables.numbers}
    raw |= {number: image.after for number, image in images.items() if image.before is not None}
    after = Tables(tables.dictionary, settings=tables.settings, raw=raw)
    for number in tables.numbers:
        try:
            if number in images or tables.needs(number).isdisjoint(images):
                continue
            is_same = same_shape(tables.layout(number), after.layout(number))
        except FieldProError:
            is_same = False
        except KeyError:
            continue
        if not is_same:
            yield Warn(WarningKind.RESHAPES, "The limits in use", _named(tables, number))


def _named(tables: Tables, number: int) -> str:
    definition = tables.dictionary.tables.get(number)
    return _name(number) if definition is None else f"{definition.label} {definition.title or definition.name}"


def _name(number: int) -> str:
    bare = number % PENDING
    name = f"MFG_TABLE_{bare - MANUFACTURER}" if bare >= MANUFACTURER else f"TABLE_{bare}"
    return f"PENDING_{name}" if number >= PENDING else name

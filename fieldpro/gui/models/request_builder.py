"""A request made by hand: what was typed, as the exact message and packets that would go out, or what is wrong with it
and in which field. No Qt here.

    built = build(Typed("offset-read", table="23", offset="0x10", count="4"), tables, link)
    built.complaints     {} or {"count": "a number from 1 to 65535"}
    built.message        3F 00 17 00 00 10 00 04
    built.packets        the packets of the link with their CRC (ANSI C12.18), for the packets agreed on
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from fieldpro.c12.dictionary.layout import Layout, Node
from fieldpro.c12.dictionary.model import MANUFACTURER
from fieldpro.c12.dictionary.shape import Member, make_record
from fieldpro.c12.dictionary.tables import Tables
from fieldpro.c12.link.endpoint import Endpoint, LinkSettings
from fieldpro.c12.link.packet import ACK, OVERHEAD
from fieldpro.c12.psem import (
    DefaultRead,
    DefaultWrite,
    FullRead,
    FullWrite,
    IndexRead,
    IndexWrite,
    OffsetRead,
    OffsetWrite,
    Request,
    Wait,
)
from fieldpro.c12.psem.index_path import MAX_INDICES
from fieldpro.c12.psem.offset_read import MAX_OFFSET
from fieldpro.c12.psem.table_data import MAX_COUNT
from fieldpro.c12.psem.table_number import is_pending
from fieldpro.errors import FieldProError
from fieldpro.gui.words import mark, tr
from fieldpro.secret import holds_secrets

INITIATE = 7  # table 7: what is written there starts a procedure
LARGEST_TABLE = 0x1FFF  # ANSI C12.19, TABLE_IDB: 13 bits
TABLE, OFFSET, INDEX, COUNT, DATA, SECONDS = "table", "offset", "index", "count", "data", "seconds"


@dataclass(frozen=True, slots=True)
class Service:
    """A service that a request by hand can be of. `takes`: its fields, in the order of the message."""

    id: str
    title: str
    code: str
    takes: tuple[str, ...]
    is_write: bool = False


SERVICES: tuple[Service, ...] = (
    Service("full-read", mark("Read a table"), "30", (TABLE,)),
    Service("offset-read", mark("Read by offset"), "3F", (TABLE, OFFSET, COUNT)),
    Service("index-read", mark("Read by index"), "31..39", (TABLE, INDEX, COUNT)),
    Service("default-read", mark("Read the default"), "3E", ()),
    Service("full-write", mark("Write a table"), "40", (TABLE, DATA), True),
    Service("offset-write", mark("Write by offset"), "4F", (TABLE, OFFSET, DATA), True),
    Service("index-write", mark("Write by index"), "41..49", (TABLE, INDEX, DATA), True),
    Service("default-write", mark("Write the default"), "4E", (DATA,), True),
    Service("wait", mark("Wait"), "70", (SECONDS,)),
)
BY_ID = {service.id: service for service in SERVICES}
NOT_OFFERED = mark(
    "Identification, negotiation, log-on, security, log-off and terminate are said by every session itself, "
    "so that it always ends; they cannot stand inside one."
)


@dataclass(frozen=True, slots=True)
class Link:
    """What was agreed with the meter. `said`: messages of ours that go before this one, from which the toggle bit of
    its packets follows; None when that is not known."""

    packet_size: int = 64
    packet_count: int = 1
    said: int | None = None

    @property
    def capacity(self) -> int:
        return (self.packet_size - OVERHEAD) * self.packet_count


@dataclass(frozen=True, slots=True)
class Typed:
    """What stands in the fields, as it was typed. `data` is there as bytes already: the hex and the fields beside it
    are one draft."""

    service: str
    table: str = ""
    offset: str = ""
    index: str = ""
    count: str = ""
    data: bytes = b""
    seconds: str = ""


@dataclass(frozen=True)
class Built:
    """`complaints` by field: no request can be like that, and `message` is empty. `notes` by field: it can be sent, but
    think. `why_not_sent`: it is only to be looked at. `span`: (offset, length) of the table that it speaks of, where
    that is known."""

    typed: Typed
    service: Service
    request: Request[Any] | None = None
    complaints: Mapping[str, str] = field(default_factory=dict)
    notes: Mapping[str, str] = field(default_factory=dict)
    packets: tuple[bytes, ...] = ()
    why_not_sent: str = ""
    table: int | None = None
    layout: Layout | None = None
    span: tuple[int, int] | None = None
    place: int | tuple[int, ...] | None = None  # offset, index path, or None for all of the table
    data_layout: Layout | None = None  # of what is written, where it is a table or an element of one

    @property
    def message(self) -> bytes:
        return b"" if self.request is None else self.request.encode()

    @property
    def hides_answer(self) -> bool:
        """It reads passwords or keys."""
        return self.table is not None and holds_secrets(self.table)

    @property
    def title(self) -> str:
        return tr(self.service.title) if self.request is None else self.request.summary


class Wrong(ValueError):
    """What was typed cannot be: the field, and what is expected."""

    def __init__(self, field: str, expected: str) -> None:
        super().__init__(expected)
        self.field = field


def build(typed: Typed, tables: Tables | None, link: Link | None = None) -> Built:
    """The request, or what is wrong with each field. `tables`: what is known of the meter, for names and layouts."""
    service = BY_ID[typed.service]
    work = _Work(typed, service, tables)
    link = link or Link()
    request = work.request()
    if request is not None and len(request.encode()) > link.capacity:
        work.complaints[DATA] = tr(
            "{size} bytes of message are more than the packets agreed on can carry: {most}.",
            size=f"{len(request.encode()):,}",
            most=f"{link.capacity:,}",
        )
    if work.complaints:
        return Built(
            typed,
            service,
            None,
            work.complaints,
            work.notes,
            table=work.table,
            layout=work.layout,
            place=work.place,
            data_layout=work.data_layout(),
        )
    assert request is not None
    packets = packets_of(request.encode(), link)
    return Built(
        typed,
        service,
        request,
        {},
        work.notes,
        packets,
        work.why_not_sent(),
        work.table,
        work.layout,
        work.span,
        work.place,
        work.data_layout(),
    )


def packets_of(message: bytes, link: Link) -> tuple[bytes, ...]:
    """The packets of a message with their CRC. Where the toggle bit is not known they are those without it."""
    end = Endpoint(LinkSettings(packet_size=link.packet_size, packet_count=link.packet_count))
    for _ in range((link.said or 0) % 2):
        end.send(b"\x20", 0.0)  # any message: it only flips the toggle bit
        end.outgoing()
        end.receive(bytes([ACK]), 0.0)
    end.send(message, 0.0)
    found = []
    while packet := end.outgoing():
        found.append(packet)
        end.receive(bytes([ACK]), 0.0)
    return tuple(found)


class _Work:
    """One request being made of what was typed."""

    def __init__(self, typed: Typed, service: Service, tables: Tables | None) -> None:
        self.typed, self.service, self.tables = typed, service, tables
        self.complaints: dict[str, str] = {}
        self.notes: dict[str, str] = {}
        self.table: int | None = None
        self.layout: Layout | None = None
        self.span: tuple[int, int] | None = None
        self.place: int | tuple[int, ...] | None = None
        self._node: Node | None = None  # of a place that was given by its name

    def request(self) -> Request[Any] | None:
        reads: dict[str, Callable[[], Any]] = {
            TABLE: self._table,
            OFFSET: self._offset,
            INDEX: self._index,
            SECONDS: self._seconds,
            COUNT: self._count,
            DATA: self._data,
        }
        found = {name: self._attempt(name, read) for name, read in reads.items() if name in self.service.takes}
        if self.complaints:
            return None
        self._look(found)
        return self._made(found)

    def _attempt(self, name: str, read: Callable[[], Any]) -> Any:
        try:
            return read()
        except Wrong as wrong:
            self.complaints[wrong.field] = str(wrong)
        except FieldProError:
            self.complaints[name] = tr("an element of this table, or a number")
        return None

    def _made(self, found: Mapping[str, Any]) -> Request[Any]:
        match self.service.id:
            case "full-read":
                return FullRead(found[TABLE])
            case "offset-read":
                return OffsetRead(found[TABLE], found[OFFSET], found[COUNT])
            case "index-read":
                return IndexRead(found[TABLE], found[INDEX], found[COUNT])
            case "default-read":
                return DefaultRead()
            case "full-write":
                return FullWrite(found[TABLE], found[DATA])
            case "offset-write":
                return OffsetWrite(found[TABLE], found[OFFSET], found[DATA])
            case "index-write":
                return IndexWrite(found[TABLE], found[INDEX], found[DATA])
            case "default-write":
                return DefaultWrite(found[DATA])
        return Wait(found[SECONDS])

    def why_not_sent(self) -> str:
        if self.service.id == "default-write":
            return tr(
                "Nobody but the meter knows which table the default is. What is there could not be kept and shown "
                "before: this request can be looked at, not sent."
            )
        return ""

    def data_layout(self) -> Layout | None:
        """The layout of what is written: the table's, or that of the one element that is named."""
        if not self.service.is_write or self.layout is None:
            return None
        if self.service.id == "full-write":
            return self.layout
        node = self._node
        if node is None and isinstance(self.place, tuple):
            try:
                node = self.layout.node_at_index(self.place)
            except FieldProError:
                return None
        if node is None or node.bit is not None:
            return None
        name = node.name if isinstance(node.path[-1], str) else f"{node.path[-2]}[{node.path[-1]}]"
        member = Member(name, node.shape, 0, 0, node.annotation)
        shape = make_record("", [member])
        return Layout(self.layout.table, self.layout.number, self.layout.title, shape, self.layout.formats)

    # --- fields -----------------------------------------------------------------------------------------------

    def _table(self) -> int:
        number = table_number(self.typed.table, self.tables)
        self.table = number
        if self.service.is_write and holds_secrets(number):
            raise Wrong(TABLE, tr("Passwords and keys are written in Configure, where nobody sees them."))
        if self.service.is_write and number == INITIATE:
            raise Wrong(
                TABLE, tr("A write of table 7 starts a procedure: run it from the procedures below the tables.")
            )
        if self.tables is not None:
            self.layout = _layout(self.tables, number)
        return number

    def _offset(self) -> int:
        text = self.typed.offset.strip()
        if text and not _is_number(text):
            self._node = self._element(OFFSET, text)
            self.place = self._node.offset
            return self._node.offset
        return _number(OFFSET, text, 0, MAX_OFFSET)

    def _index(self) -> tuple[int, ...]:
        text = self.typed.index.strip()
        expected = tr("1 to {most} numbers such as 3.0.1, or the name of an element", most=MAX_INDICES)
        parts = text.replace(",", ".").replace(" ", ".").split(".")
        if all(part.isdecimal() for part in parts):
            indices = tuple(int(part) for part in parts)
            if len(indices) > MAX_INDICES or any(index > 0xFFFF for index in indices):
                raise Wrong(INDEX, expected)
            self.place = indices
            return indices
        if not text:
            raise Wrong(INDEX, expected)
        self._node = self._element(INDEX, text)
        if self._node.bit is not None:
            raise Wrong(INDEX, tr("an element with bytes of its own; this is a part of a bit field"))
        assert self.layout is not None
        path = self.layout.index_path(self._node.path)
        if not 1 <= len(path) <= MAX_INDICES:
            raise Wrong(INDEX, expected)
        self.place = path
        return path

    def _element(self, name: str, text: str) -> Node:
        if self.layout is None:
            raise Wrong(name, tr("a number: the layout of this table is not known"))
        try:
            return self.layout.node(text)
        except FieldProError:
            raise Wrong(name, tr("a number, or an element of {table}", table=self.layout.table)) from None

    def _count(self) -> int:
        text = self.typed.count.strip()
        if not text and self._node is not None:
            return self._node.length if self.service.id == "offset-read" else 1
        return _number(COUNT, text, 1, MAX_COUNT)

    def _data(self) -> bytes:
        size = len(self.typed.data)
        if not 1 <= size <= MAX_COUNT:
            raise Wrong(DATA, tr("1 to {most} bytes", most=f"{MAX_COUNT:,}"))
        return self.typed.data

    def _seconds(self) -> int:
        return _number(SECONDS, self.typed.seconds.strip(), 0, 255)

    # --- the whole --------------------------------------------------------------------------------------------

    def _look(self, found: Mapping[str, Any]) -> None:
        """Where in its table it is, and what may be wrong with that."""
        layout = self.layout
        size = None if layout is None else layout.size
        data = found.get(DATA, b"")
        if self.service.id in ("full-read", "full-write"):
            self.span = None if size is None else (0, size)
            if self.service.is_write and size is not None and len(data) != size:
                self.notes[DATA] = tr("The table has {size} bytes by its layout.", size=f"{size:,}")
        elif OFFSET in found:
            self.place = found[OFFSET]
            length = found.get(COUNT, len(data))
            self.span = (found[OFFSET], length)
            if size is not None and found[OFFSET] + length > size:
                end = f"{found[OFFSET] + length:,}"
                words = tr("The table ends at {size} by its layout; this goes to {end}.", size=f"{size:,}", end=end)
                self.notes[COUNT if COUNT in found else DATA] = words
        elif INDEX in found:
            self._look_at_index(found)
        if self.table is not None and is_pending(self.table):
            self.notes[TABLE] = tr("A pending table: the copy that takes hold later.")

    def _look_at_index(self, found: Mapping[str, Any]) -> None:
        self.place = found[INDEX]
        if self.layout is None:
            return
        try:
            node = self.layout.node_at_index(found[INDEX])
            length = node.length
            for more in range(1, found.get(COUNT, 1)):
                length += self.layout.node_at_index((*found[INDEX][:-1], found[INDEX][-1] + more)).length
        except FieldProError:
            self.notes[INDEX] = tr("The layout has no such element.")
            return
        self.span = (node.offset, length)
        if self.service.is_write and len(found[DATA]) != node.length:
            words = tr("{element} has {size} bytes.", element=node.full_path, size=f"{node.length:,}")
            self.notes[DATA] = words


def table_number(text: str, tables: Tables | None) -> int:
    """A table as a person names it: "23", "ST 23", "MT 3", "2051", "0x803", or by its name. Raises `Wrong`."""
    expected = tr("a number from 0 to {most}, ST 23, MT 3, or a table's name", most=LARGEST_TABLE)
    bare = text.strip().upper()
    kind, _, rest = bare.partition(" ")
    if kind in ("ST", "MT") and rest.strip().isdecimal():
        number = int(rest)
        if number >= MANUFACTURER:
            raise Wrong(TABLE, expected)
        return number + (MANUFACTURER if kind == "MT" else 0)
    if bare[:2] in ("ST", "MT") and bare[2:].isdecimal():
        return table_number(f"{bare[:2]} {bare[2:]}", tables)
    if _is_number(bare):
        number = int(bare, 0) if bare.startswith("0X") else int(bare)
        if not 0 <= number <= LARGEST_TABLE:
            raise Wrong(TABLE, expected)
        return number
    known = None if tables is None else tables.dictionary.by_name.get(bare)
    if known is None:
        raise Wrong(TABLE, expected)
    return known.number


def _layout(tables: Tables, number: int) -> Layout | None:
    try:
        return tables.layout(number)
    except FieldProError:
        return None


def _is_number(text: str) -> bool:
    return text.isdecimal() or (text[:2].lower() == "0x" and all(sign in "0123456789abcdefABCDEF" for sign in text[2:]))


def _number(name: str, text: str, low: int, high: int) -> int:
    expected = tr("a number from {low} to {high}", low=low, high=f"{high:,}")
    if not text or not _is_number(text) or text.lower() == "0x":
        raise Wrong(name, expected)
    value = int(text, 16) if text[:2].lower() == "0x" else int(text)
    if not low <= value <= high:
        raise Wrong(name, expected)
    return value

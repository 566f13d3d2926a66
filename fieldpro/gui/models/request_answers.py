"""The answers to requests made by hand: what came, when, how long it took, and what is another than before. No Qt here.

The last hundred are kept. Passwords and keys are never among them: what reads them is answered with stars.
"""

from __future__ import annotations

import csv
import io
from collections import deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from fieldpro.c12.dictionary.decoded import DecodedTable
from fieldpro.c12.dictionary.layout import Layout, Node
from fieldpro.c12.dictionary.shape import Array
from fieldpro.c12.link.monitor import Monitor
from fieldpro.c12.psem import ReadReply, response_words
from fieldpro.c12.psem.codes import ResponseCode
from fieldpro.c12.psem.message import Reader
from fieldpro.errors import MessageError
from fieldpro.gui.changed_bytes import changed_runs
from fieldpro.gui.models.request_builder import Built
from fieldpro.gui.words import tr
from fieldpro.records import ReadOut

KEPT = 100
MOST_ELEMENTS = 5_000
MASK = b"*"
HIDDEN_FROM = 3  # in a reply that brings a secret: response code and count are none


@dataclass(frozen=True)
class Answer:
    """One exchange. `reply` is the whole reply message, b"" when none came; `error` then says why. `at_s`: seconds
    since the epoch when it was asked; `changed`: runs of the table's bytes that are not as in the answer before."""

    number: int
    built: Built
    message: bytes
    reply: bytes
    at_s: float
    took_s: float
    error: str = ""
    changed: tuple[tuple[int, int], ...] | None = None  # None: there is nothing before to hold it against
    note: str = ""

    @property
    def code(self) -> int | None:
        return self.reply[0] if self.reply else None

    @property
    def code_words(self) -> str:
        if self.code is None:
            return self.error or tr("no answer")
        words = response_words(self.code)
        return words if self.code == ResponseCode.OK else f"{words} ({self.code:02X})"

    @property
    def tone(self) -> str:
        return "good" if self.code == ResponseCode.OK and not self.error else "bad" if self.code is None else "warn"

    @property
    def data(self) -> bytes:
        """The table's bytes in the reply; b"" when there are none, or they are no whole reply."""
        return table_data(self.reply)[0]

    @property
    def strange(self) -> str:
        """What is wrong with the reply's form, in words."""
        return table_data(self.reply)[1] if self.built.request is not None and not self.built.service.is_write else ""

    @property
    def when(self) -> str:
        return f"{datetime.fromtimestamp(self.at_s).astimezone():%H:%M:%S.%f}"[:-3]

    @property
    def changed_words(self) -> str:
        """ "3 bytes", "as before"."""
        if self.changed is None:
            return ""
        count = sum(length for _, length in self.changed)
        if not count:
            return tr("as before")
        return tr("1 byte") if count == 1 else tr("{count} bytes", count=f"{count:,}")


@dataclass
class Answers:
    """The last answers, oldest first."""

    kept: deque[Answer] = field(default_factory=lambda: deque(maxlen=KEPT))
    count: int = 0

    def add(self, built: Built, message: bytes, reply: bytes, at_s: float, took_s: float, error: str = "") -> Answer:
        """Keep an answer, held against the last one to the same message."""
        if built.hides_answer:
            reply = masked(reply)
        before = next((each for each in reversed(self.kept) if each.message == message and each.reply), None)
        changed = None
        if before is not None and reply and not built.service.is_write:
            one, other = before.data or before.reply, table_data(reply)[0] or reply
            changed = changed_runs(one, other)
        self.count += 1
        made = Answer(self.count, built, message, reply, at_s, took_s, error, changed)
        self.kept.append(made)
        return made

    def before(self, answer: Answer) -> Answer | None:
        """The one that it was held against."""
        found = None
        for each in self.kept:
            if each is answer:
                return found
            if each.message == answer.message and each.reply:
                found = each
        return None

    def clear(self) -> None:
        self.kept.clear()


def masked(reply: bytes) -> bytes:
    return reply[:HIDDEN_FROM] + MASK * max(0, len(reply) - HIDDEN_FROM)


def table_data(reply: bytes) -> tuple[bytes, str]:
    """The bytes of a table in a reply to a read, and what is wrong with its form."""
    if not reply or reply[0] != ResponseCode.OK:
        return b"", ""
    reader = Reader(reply[1:], "Read reply")
    try:
        data = ReadReply.read(reader).data
        reader.end()
    except MessageError as error:
        told = tr("expected {what}, found {found}", what=error.expected, found=error.found)
        return reply[3:-1], tr("The reply is not as it should be at byte {at}: {told}.", at=error.offset + 1, told=told)
    return data, ""


# --- by element --------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Element:
    """One element of an answer. `changed`: not as in the answer before."""

    path: str
    title: str
    value: str
    unit: str
    raw: str
    note: str
    changed: bool


@dataclass(frozen=True, slots=True)
class Elements:
    """`reason`: why there are none, or not all."""

    rows: tuple[Element, ...]
    reason: str = ""


def elements_of(answer: Answer) -> Elements:
    """The answer decoded as far as it goes: of a read in part, what lies in its span."""
    built, data = answer.built, answer.data
    if built.service.is_write or built.service.id == "wait":
        return Elements((), answer.note)
    if built.hides_answer:
        return Elements((), tr("Passwords or keys: they are not shown."))
    if not data:
        return Elements((), answer.strange or tr("There is nothing to decode: {words}.", words=answer.code_words))
    layout = built.layout
    if built.table is None:
        return Elements((), tr("Only the meter knows which table its default is: it is shown as bytes."))
    if layout is None:
        return Elements((), tr("The layout of this table is not known: it is shown as bytes."))
    if isinstance(built.place, tuple) and built.span is None:
        return Elements((), tr("The layout has no such element: it is shown as bytes."))
    offset = built.span[0] if built.span is not None and built.place is not None else 0
    rows = list(_rows(layout, offset, data, answer.changed or ()))
    reason = answer.strange
    wanted = built.span[1] if built.span is not None else layout.size
    if not reason and len(data) != wanted:
        reason = tr("{count} bytes came; the layout has {wanted}.", count=f"{len(data):,}", wanted=f"{wanted:,}")
    if len(rows) > MOST_ELEMENTS:
        rows, reason = rows[:MOST_ELEMENTS], tr("The first {count} elements.", count=f"{MOST_ELEMENTS:,}")
    return Elements(tuple(rows), reason)


def _rows(layout: Layout, offset: int, data: bytes, changed: Sequence[tuple[int, int]]) -> Iterator[Element]:
    end = min(offset + len(data), layout.size)
    decoded = DecodedTable(layout, (bytes(offset) + data).ljust(layout.size, b"\0"))
    made = 0
    waiting = [layout.root]
    while waiting and made <= MOST_ELEMENTS:
        node = waiting.pop()
        if node.offset >= end or node.offset + node.length <= offset:
            continue
        if not node.is_leaf:
            first, stop = _among(node, offset, end)
            waiting += reversed([node.children[place] for place in range(first, stop)])
            continue
        whole = offset <= node.offset and node.offset + node.length <= end
        shown = decoded.field(node)
        at = node.offset - offset
        touched = any(at < start + length and start < at + node.length for start, length in changed)
        value = shown.text if whole else tr("in part")
        raw = data[max(0, at) : at + node.length].hex(" ")
        note = "; ".join(shown.notes) if whole else ""
        made += 1
        yield Element(shown.path, _title(node, shown.title or shown.name), value, shown.unit, raw, note, touched)


def _title(node: Node, title: str) -> str:
    """The title with the places in the arrays around it: "Summations [2]"."""
    places = "".join(f"[{part}]" for part in node.path if isinstance(part, int))
    return title if title.startswith("[") else f"{title} {places}".strip()


def _among(node: Node, offset: int, end: int) -> tuple[int, int]:
    """Which children can lie in a part of the table: of a long array only those, so that its end costs no more."""
    shape = node.shape
    if not isinstance(shape, Array) or shape.element is None or not shape.element.size:
        return 0, len(node.children)
    first = max(0, (offset - node.offset) // shape.element.size)
    stop = min(shape.count, -(-(end - node.offset) // shape.element.size))
    return first, min(stop, first + MOST_ELEMENTS + 1)


# --- on the wire -------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class WireLine:
    """One packet or acknowledgement: which way, its bytes, what it says."""

    time: float
    direction: str
    raw: bytes
    words: str


def wire_lines(records: Sequence[Any], first_s: float, last_s: float) -> list[WireLine]:
    """What went over the wire in this time, both ways; secrets are masked."""
    monitor = Monitor()
    found = []
    for record in records:
        if first_s <= record.time <= last_s:
            items = monitor.feed(record.direction, record.data, record.time)
            found += [WireLine(item.time, item.direction, item.raw, item.summary) for item in items]
    return found


# --- as a file ---------------------------------------------------------------------------------------------------


def as_csv(answers: Sequence[Answer]) -> str:
    """time, milliseconds, service, table, request and reply in hex, code, what changed."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(("time", "took_ms", "service", "table", "request", "code", "words", "reply", "changed"))
    for each in answers:
        changed = "" if each.changed is None else " ".join(f"{start}+{length}" for start, length in each.changed)
        writer.writerow(
            (
                datetime.fromtimestamp(each.at_s, UTC).isoformat(timespec="milliseconds"),
                f"{each.took_s * 1000:.1f}",
                each.built.service.id,
                "" if each.built.table is None else each.built.table,
                each.message.hex(),
                "" if each.code is None else f"{each.code:02x}",
                each.code_words,
                each.reply.hex(),
                changed,
            )
        )
    return out.getvalue()


def as_tape(answers: Sequence[Answer], readout: ReadOut | None, who: str) -> Any:
    """A tape whose steps are these exchanges. Raises `FieldProError` for messages that no step can have."""
    from dataclasses import replace

    from table_playback.tape import Header, Tape
    from table_playback.tape.messages import step_of

    began = min(each.at_s for each in answers)
    ended = max(each.at_s + each.took_s for each in answers)
    steps = []
    for number, each in enumerate(answers, 1):
        reply = each.reply or None
        hidden = each.built.hides_answer
        if hidden and reply is not None:  # a reply of stars has no valid checksum
            data = reply[HIDDEN_FROM:-1]
            reply = reply[:HIDDEN_FROM] + data + bytes([-sum(data) & 0xFF])
        step = step_of(each.message, reply, number=number, time_s=each.at_s - began, duration_s=each.took_s)
        if hidden and step.data:
            step = replace(step, masked=((0, len(step.data)),), data=bytes(len(step.data)))
        steps.append(replace(step, note=each.error or each.note))
    header = Header(
        meter=None if readout is None else readout.identity,
        started_at=datetime.fromtimestamp(began, UTC),
        ended_at=datetime.fromtimestamp(ended, UTC),
        device_profile="" if readout is None else readout.device_profile,
        who=who,
        port="" if readout is None else readout.port,
        title=tr("Requests by hand"),
        link={} if readout is None else dict(readout.link),
    )
    return Tape(header, tuple(steps))

"""A step, a table image and a packet as one line of JSON each, and back.

A field that has its usual value is left out; bytes are hex. Keys that this version does not know are passed over, so
that the same version can gain some; a copy that this version saves does not have them. The shapes below are those of
the file and are held to by `msgspec`.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated, Literal

import msgspec
from msgspec import Meta

from fieldpro.c12.psem.index_path import MAX_INDICES
from table_playback.tape.limits import MAX_TIME_s
from table_playback.tape.messages import NAMES, READS, WRITES
from table_playback.tape.model import FROM_METER, TO_METER, Spans, Step, TableImage, WirePacket
from table_playback.tape.verify import EXACT, Order, VerifyRule

Seconds = Annotated[float, Meta(ge=0, le=MAX_TIME_s)]
Word = Annotated[int, Meta(ge=0, le=0xFFFF)]
Offset = Annotated[int, Meta(ge=0, le=0xFF_FFFF)]
Octet = Annotated[int, Meta(ge=0, le=0xFF)]
Place = Annotated[int, Meta(ge=1, le=0x7FFF_FFFF)]
Span = tuple[Annotated[int, Meta(ge=0, le=0x1FF_FFFF)], Annotated[int, Meta(ge=1, le=0x1FF_FFFF)]]
Instant = Annotated[datetime, Meta(tz=True)]
Indices = Annotated[tuple[Word, ...], Meta(max_length=MAX_INDICES)]

TABLE_DATA = 0xFFFF
"""The most bytes that one read or write carries (ANSI C12.18: the count is of 16 bits)."""


class RuleLine(msgspec.Struct, omit_defaults=True, gc=False):
    order: Order = Order.RECORDED
    ignore: tuple[str, ...] = ()
    tolerance: tuple[tuple[str, Annotated[float, Meta(ge=0)]], ...] = ()
    repeats: bool = True


class StepLine(msgspec.Struct, omit_defaults=True, gc=False):
    number: Place
    time_s: Seconds
    direction: Literal[">", "<"]
    service: str
    table: Word | None = None
    procedure: Word | None = None
    offset: Offset | None = None
    indices: Indices = ()
    count: Word | None = None
    data: str = ""
    response: Octet | None = None
    answer: str = ""
    duration_s: Seconds | None = None
    note: str = ""
    enabled: bool = True
    verify: RuleLine | None = None
    masked: tuple[Span, ...] = ()
    masked_answer: tuple[Span, ...] = ()
    sent: str | None = None
    received: str | None = None


class TableLine(msgspec.Struct, omit_defaults=True, gc=False):
    number: Annotated[int, Meta(ge=0, le=0x1FFF)]
    data: str
    read_at: Instant | None = None
    writable: bool = False
    masked: tuple[Span, ...] = ()
    parts: tuple[Span, ...] = ()


class WireLine(msgspec.Struct, omit_defaults=True, gc=False):
    time_s: Seconds
    direction: Literal[">", "<"]
    data: str
    step: Annotated[int, Meta(ge=0, le=0x7FFF_FFFF)] = 0


DECODE_STEP = msgspec.json.Decoder(StepLine).decode
DECODE_TABLE = msgspec.json.Decoder(TableLine).decode
DECODE_WIRE = msgspec.json.Decoder(WireLine).decode
_ENCODER = msgspec.json.Encoder()


class Unfit(ValueError):
    """A line that has the shape of its kind, and cannot be: the text says why."""


# --- steps --------------------------------------------------------------------------------------------------------


def step_line(step: Step) -> bytes:
    """The step as a line, its end included."""
    line = StepLine(
        step.number,
        step.time_s,
        step.direction,
        step.service,
        step.table,
        step.procedure,
        step.offset,
        step.indices,
        step.count,
        step.data.hex(),
        step.response,
        step.answer.hex(),
        step.duration_s,
        step.note,
        step.enabled,
        None if step.verify == EXACT else _rule_line(step.verify),
        step.masked,
        step.masked_answer,
        None if step.sent is None else step.sent.hex(),
        None if step.received is None else step.received.hex(),
    )
    return _ENCODER.encode(line) + b"\n"


def step_of_line(line: StepLine) -> Step:
    """Raises `ValueError` for data that is not hex."""
    return Step(
        line.number,
        line.time_s,
        line.direction,
        line.service,
        line.table,
        line.procedure,
        line.offset,
        line.indices,
        line.count,
        bytes.fromhex(line.data),
        line.response,
        bytes.fromhex(line.answer),
        line.duration_s,
        line.note,
        line.enabled,
        EXACT if line.verify is None else _rule(line.verify),
        line.masked,
        line.masked_answer,
        None if line.sent is None else bytes.fromhex(line.sent),
        None if line.received is None else bytes.fromhex(line.received),
    )


def make_step(text: bytes) -> Step:
    """A step from its line. Raises `msgspec.MsgspecError` and `ValueError`."""
    return step_of_line(DECODE_STEP(text))


def check_step(line: StepLine) -> None:
    """Whether the step can be sent, answered and shown. Raises `Unfit`, and `ValueError` for data that is not hex."""
    size = len(bytes.fromhex(line.data)) if line.data else 0
    if line.answer or line.masked or line.masked_answer or line.received:
        _check_answer(line, size)
    if line.sent is not None:
        bytes.fromhex(line.sent)
        if line.service not in NAMES:
            raise Unfit(f"service: {line.service!r} is none that a step can be of")
        return
    service = line.service
    if service == "full-read":
        if line.table is None:
            raise Unfit("a full-read needs its table")
    elif service == "offset-read":
        if line.table is None or line.offset is None or line.count is None:
            raise Unfit("an offset-read needs its table, offset and count")
    else:
        _check_service(line)
    if size > TABLE_DATA and (service in WRITES or (service in READS and line.received is None)):
        raise Unfit(f"data: {size} bytes are more than a service carries")


def _check_service(line: StepLine) -> None:
    service = line.service
    if service in ("index-read", "index-write"):
        if line.table is None or not line.indices or (line.count is None and service == "index-read"):
            raise Unfit(f"an {service} needs its table, indices and count")
    elif service in ("full-write", "offset-write"):
        if line.table is None or (line.offset is None and service == "offset-write"):
            raise Unfit(f"the {service} needs its table and offset")
    elif service not in NAMES:
        raise Unfit(f"service: {service!r} is none that a step can be of")
    elif NAMES[service] is None:
        raise Unfit(f"the service {service} needs the bytes that were sent")


def _check_answer(line: StepLine, size: int) -> None:
    answered = len(bytes.fromhex(line.answer))
    if line.received is not None:
        bytes.fromhex(line.received)
    for name, spans, room in (("masked", line.masked, size), ("masked_answer", line.masked_answer, answered)):
        _check_spans(name, spans, room)


def _check_spans(name: str, spans: Spans, room: int) -> None:
    for offset, length in spans:
        if offset + length > room:
            raise Unfit(f"{name}: {length} bytes from {offset} reach beyond the {room} there are")


def _rule_line(rule: VerifyRule) -> RuleLine:
    return RuleLine(rule.order, rule.ignore, rule.tolerance, rule.repeats)


def _rule(line: RuleLine) -> VerifyRule:
    return VerifyRule(line.order, line.ignore, line.tolerance, line.repeats)


# --- table images -------------------------------------------------------------------------------------------------


def table_line(image: TableImage) -> bytes:
    """The table image as a line, its end included. Raises `ValueError` for a time without its zone."""
    line = TableLine(image.number, image.data.hex(), in_utc(image.read_at), image.writable, image.masked, image.parts)
    return _ENCODER.encode(line) + b"\n"


def image_of_line(line: TableLine) -> TableImage:
    """Raises `Unfit`, and `ValueError` for data that is not hex."""
    data = bytes.fromhex(line.data)
    _check_spans("masked", line.masked, len(data))
    _check_spans("parts", line.parts, len(data))
    return TableImage(line.number, data, in_utc(line.read_at), line.writable, line.masked, line.parts)


def in_utc(time: datetime | None) -> datetime | None:
    """An aware time in UTC. Raises `ValueError` for a naive one, or one at the edge of what there is."""
    if time is None:
        return None
    if time.tzinfo is None:
        raise Unfit("a time on a tape needs its zone")
    try:
        return time.astimezone(UTC)
    except OverflowError as problem:
        raise Unfit(f"{time.isoformat()} is no time in UTC") from problem


# --- packets ------------------------------------------------------------------------------------------------------


def wire_line(packet: WirePacket) -> bytes:
    """The packet as a line, its end included. Raises `Unfit` for one that no tape can hold."""
    if not 0 <= packet.time_s <= MAX_TIME_s or packet.direction not in (TO_METER, FROM_METER) or packet.step < 0:
        raise Unfit(f"no packet can be at {packet.time_s} s, go {packet.direction!r} and belong to step {packet.step}")
    return _ENCODER.encode(WireLine(packet.time_s, packet.direction, packet.data.hex(), packet.step)) + b"\n"


def packet_of_line(line: WireLine) -> WirePacket:
    """Raises `ValueError` for data that is not hex."""
    return WirePacket(line.time_s, line.direction, bytes.fromhex(line.data), line.step)


def make_packet(text: bytes) -> WirePacket:
    """A packet from its line. Raises `msgspec.MsgspecError` and `ValueError`."""
    return packet_of_line(DECODE_WIRE(text))


def what_is_wrong(problem: Exception) -> str:
    """An error of `msgspec` in words: "table: Expected `int`, got `str`"."""
    text, _, path = str(problem).partition(" - at `$")
    field = path.rstrip("`").lstrip(".")
    return f"{field}: {text}" if field else text

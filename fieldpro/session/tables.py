"""Reading one table the best way: whole when it is small, else by offset in pieces.

A piece is a whole number of the negotiated packets, at most some four seconds of the line: a lost link costs no more
than one piece, a cancel waits no longer, and what the requests in between cost the line stays below one per cent.
A request counts up to 65,535 bytes and its offset has 24 bits (C12.18, services 30 and 3F).
"""

from __future__ import annotations

from fieldpro.c12.psem.codes import ResponseCode
from fieldpro.c12.psem.full_read import FullRead
from fieldpro.c12.psem.offset_read import MAX_OFFSET, OffsetRead
from fieldpro.errors import ProtocolError, ServiceRefused
from fieldpro.session.conversation import AskFacts, Conversation, Progress, SessionFacts

PACKET_OVERHEAD = 8
REPLY_OVERHEAD = 4  # response code, count (2), checksum
MAX_COUNT = 0xFFFF
PIECE_S = 4.0
_DOUBTS = 3
_BITS_PER_BYTE = 10
# How a meter says that it has no offset access, or none to this table: service not supported, operation not
# possible, inappropriate action.
NO_OFFSET_ACCESS = frozenset({ResponseCode.SNS, ResponseCode.ONP, ResponseCode.IAR})


def largest_reply(facts: SessionFacts) -> int:
    """The most bytes of a table that one reply carries, by the negotiated packets."""
    room = (facts.packet_size - PACKET_OVERHEAD) * facts.packet_count - REPLY_OVERHEAD
    return max(1, min(MAX_COUNT, room))


def piece_size(facts: SessionFacts) -> int:
    """How many bytes to ask for at once: whole packets, about `PIECE_S` of the line."""
    payload = facts.packet_size - PACKET_OVERHEAD
    packets = max(1, round(facts.baud / _BITS_PER_BYTE * PIECE_S / facts.packet_size))
    return max(1, min(largest_reply(facts), packets * payload - REPLY_OVERHEAD))


def read_table(
    number: int, expected_size: int | None = None, *, offset_access: bool | None = None
) -> Conversation[bytes]:
    """The bytes of table `number`.

    expected_size: from the table's layout, None when it is not known (then it is read whole).
    offset_access: whether the meter reads by offset (C12.19 table 0, DATA_ACCESS_METHOD); None tries it.
    The result is as long as the meter made it: it may be shorter or longer than expected when read whole.
    """
    facts: SessionFacts = yield AskFacts()
    size = expected_size or 0
    if offset_access is False or size <= piece_size(facts):
        return (yield from _read_whole(number, expected_size))
    try:
        return (yield from read_range(number, 0, size))
    except ServiceRefused as error:
        if offset_access or error.response not in NO_OFFSET_ACCESS or size > MAX_COUNT:
            raise
    return (yield from _read_whole(number, expected_size))


def read_range(number: int, offset: int, count: int) -> Conversation[bytes]:
    """`count` bytes of a table from `offset` on, in pieces.

    Raises `ProtocolError` when the meter gives another number of bytes than it was asked for, except that it may
    end early: then the result is shorter.
    """
    if offset + count > MAX_OFFSET + 1:
        raise ProtocolError("Read", f"a table of at most {MAX_OFFSET + 1} bytes", f"{offset + count} bytes")
    facts: SessionFacts = yield AskFacts()
    data = bytearray()
    yield Progress(0, count, "bytes", f"table {number}")
    while len(data) < count:
        wanted = min(piece_size(facts), count - len(data))
        piece = yield from _read_expecting(OffsetRead(number, offset + len(data), wanted), wanted)
        if len(piece) > wanted:
            raise ProtocolError("Read", f"{wanted} bytes", f"{len(piece)} bytes")
        data += piece
        yield Progress(len(data), count, "bytes", f"table {number}")
        if len(piece) < wanted:
            break
        facts = yield AskFacts()
    return bytes(data)


def _read_whole(number: int, expected_size: int | None) -> Conversation[bytes]:
    yield Progress(0, expected_size, "bytes", f"table {number}")
    data = yield from _read_expecting(FullRead(number), expected_size)
    yield Progress(len(data), len(data), "bytes", f"table {number}")
    return data


def _read_expecting(request: FullRead | OffsetRead, size: int | None) -> Conversation[bytes]:
    """The data, asked for once more when its size is not the expected one: the same answer twice is believed.

    No answer says what it answers, and a late one to an earlier request could be taken for this one.
    """
    data: bytes = (yield request).data
    for _ in range(_DOUBTS):
        if size is None or len(data) == size:
            return data
        again: bytes = (yield request).data
        if again == data:
            return data
        data = again
    raise ProtocolError(f"Read {request.subject}", f"{size} bytes", f"{len(data)} bytes, and other ones before")

"""Between a step and the bytes of its service: request and reply messages (ANSI C12.18 and C12.21).

    step = step_of(b"\x30\x00\x01", b"\x00\x00\x20...", number=4, time_s=1.25)
    request_bytes(step) ; reply_bytes(step)      the same messages again

`step_of` gives fields wherever they say the messages exactly, and keeps the bytes where they do not.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from fieldpro.c12.psem import (
    DefaultRead,
    DefaultWrite,
    FullRead,
    FullWrite,
    IndexRead,
    IndexWrite,
    OffsetRead,
    OffsetWrite,
    ReadReply,
    Request,
    decode_request,
)
from fieldpro.c12.psem.codes import ResponseCode
from fieldpro.errors import FieldProError, MessageError
from table_playback.tape.model import FROM_METER, TO_METER, Step

UNKNOWN = "unknown"
NAMES: dict[str, int | None] = {
    "identify": 0x20,
    "terminate": 0x21,
    "disconnect": 0x22,
    "full-read": 0x30,
    "index-read": None,
    "default-read": 0x3E,
    "offset-read": 0x3F,
    "full-write": 0x40,
    "index-write": None,
    "default-write": 0x4E,
    "offset-write": 0x4F,
    "logon": 0x50,
    "security": 0x51,
    "logoff": 0x52,
    "authenticate": 0x53,
    "negotiate": None,
    "wait": 0x70,
    "timing-setup": 0x71,
    UNKNOWN: None,
}
"""Every service a step can be of, with its code where that is one."""

READS = frozenset({"full-read", "index-read", "default-read", "offset-read"})
WRITES = frozenset({"full-write", "index-write", "default-write", "offset-write"})
SESSION = frozenset(NAMES) - READS - WRITES - {UNKNOWN}
_BY_CODE = {code: name for name, code in NAMES.items() if code is not None}


def service_name(code: int) -> str:
    """The name of a service code."""
    if 0x31 <= code <= 0x39:
        return "index-read"
    if 0x41 <= code <= 0x49:
        return "index-write"
    return "negotiate" if 0x60 <= code <= 0x6F else _BY_CODE.get(code, UNKNOWN)


def request_of(step: Step) -> Request[Any] | None:
    """The request of a table service, ready to be sent; None for the services of a session and for `sent` bytes.

    Raises `MessageError` for a step that lacks a field, or has a value that no request can have.
    """
    if step.sent is not None:
        return None
    table = _needed(step, "table", step.table) if step.service not in ("default-read", "default-write") else 0
    match step.service:
        case "full-read":
            return FullRead(table)
        case "index-read":
            return IndexRead(table, step.indices, _needed(step, "count", step.count))
        case "offset-read":
            return OffsetRead(table, _needed(step, "offset", step.offset), _needed(step, "count", step.count))
        case "default-read":
            return DefaultRead()
        case "full-write":
            return FullWrite(table, step.data)
        case "index-write":
            return IndexWrite(table, step.indices, step.data)
        case "offset-write":
            return OffsetWrite(table, _needed(step, "offset", step.offset), step.data)
        case "default-write":
            return DefaultWrite(step.data)
        case _:
            return None


def request_bytes(step: Step) -> bytes:
    """The whole request message. Raises `MessageError` as `request_of`."""
    if step.sent is not None:
        return step.sent
    code = NAMES.get(step.service)
    if step.service in READS or step.service in WRITES:
        request = request_of(step)
        assert request is not None
        return request.encode()
    if code is None:
        raise MessageError(step.service, 0, "the bytes of the request", "none")
    return bytes([code]) + step.data


def reply_bytes(step: Step) -> bytes | None:
    """The whole reply message; None when no answer came."""
    if step.received is not None:
        return step.received
    if step.response is None:
        return None
    if step.service in READS and step.response == ResponseCode.OK and step.sent is None:
        return ReadReply(step.data).encode()
    return bytes([step.response]) + step.answer


def step_of(
    request: bytes, reply: bytes | None, *, number: int, time_s: float, duration_s: float | None = None
) -> Step:
    """The step of an exchange, in fields."""
    service = service_name(request[0]) if request else UNKNOWN
    direction = FROM_METER if service in READS else TO_METER
    step = _with_request(Step(number, time_s, direction, service, duration_s=duration_s), request)
    return step if reply is None else _with_reply(step, reply)


def _with_request(step: Step, request: bytes) -> Step:
    if step.service in READS or step.service in WRITES:
        try:
            known = _fields(step, decode_request(request))
            if request_bytes(known) == request:
                return known
        except FieldProError:
            pass
    elif NAMES[step.service] is not None:
        return replace(step, data=request[1:])
    return replace(step, sent=request)


def _fields(step: Step, request: Request[Any]) -> Step:
    match request:
        case FullRead(table):
            return replace(step, table=table)
        case IndexRead(table, indices, count):
            return replace(step, table=table, indices=tuple(indices), count=count)
        case OffsetRead(table, offset, count):
            return replace(step, table=table, offset=offset, count=count)
        case FullWrite(table, data):
            return replace(step, table=table, data=data)
        case IndexWrite(table, indices, data):
            return replace(step, table=table, indices=tuple(indices), data=data)
        case OffsetWrite(table, offset, data):
            return replace(step, table=table, offset=offset, data=data)
        case DefaultWrite(data):
            return replace(step, data=data)
        case _:
            return step


def _with_reply(step: Step, reply: bytes) -> Step:
    if not reply:
        return replace(step, received=reply)
    response = reply[0]
    if step.service in READS and response == ResponseCode.OK and step.sent is None:
        request = request_of(step)
        assert request is not None
        try:
            return replace(step, response=response, data=request.decode_reply(reply).data)
        except MessageError:
            return replace(step, response=response, received=reply)
    return replace(step, response=response, answer=reply[1:])


def _needed(step: Step, name: str, value: int | None) -> int:
    if value is None:
        raise MessageError(f"{step.service} of step {step.number}", 0, name, "none")
    return value

"""Where the data of a step lies in its messages, and the reverse: what is masked in one is masked in the other.

51 | password (20)                          request, data from 1
40 | table (2) | count (2) | data | cksum   request, data before the checksum
00 | count (2) | data | cksum               reply to a read, data from 3
00 | answer                                 reply to anything else, answer from 1
"""

from __future__ import annotations

from fieldpro.c12.psem.codes import ResponseCode
from fieldpro.c12.psem.table_data import checksum
from table_playback.redact.spans import moved, window
from table_playback.tape.messages import READS, WRITES, request_bytes
from table_playback.tape.model import Spans, Step

_READ_DATA = 3
_OFFSET, _DEFAULT = 0x4F, 0x4E


def gives_table_data(step: Step) -> bool:
    """Whether `data` is what a read brought."""
    return step.service in READS and step.response == ResponseCode.OK and step.received is None and step.sent is None


def mask_step(step: Step, request: Spans, reply: Spans) -> tuple[Spans, Spans]:
    """(`masked`, `masked_answer`) of a step whose messages are masked there."""
    masked: Spans = ()
    if step.sent is None and step.service not in READS:
        masked = window(request, _request_start(step), len(step.data))
    if gives_table_data(step):
        return window(reply, _READ_DATA, len(step.data)), ()
    answer = window(reply, 1, len(step.answer)) if step.received is None else ()
    return masked, answer


def message_spans(step: Step) -> tuple[Spans, Spans]:
    """(request, reply) as they are masked by the fields of the step."""
    reply = moved(step.masked_answer, 1)
    if step.service in READS:
        return (), moved(step.masked, _READ_DATA) if gives_table_data(step) else reply
    return (moved(step.masked, _request_start(step)) if step.sent is None else ()), reply


def _request_start(step: Step) -> int:
    return len(request_bytes(step)) - 1 - len(step.data) if step.service in WRITES else 1


def with_checksum(message: bytes, *, is_request: bool, of_read: bool) -> bytes:
    """A message of table data with the checksum of the data as it is now, masked bytes among it."""
    if is_request:
        code = message[0] if message else 0
        if not 0x40 <= code <= 0x4F:
            return message
        start = {_DEFAULT: 3, _OFFSET: 8}.get(code, 5 + 2 * (code & 0x0F))
    elif of_read and message[:1] == b"\0":
        start = _READ_DATA
    else:
        return message
    data = message[start:-1]
    if len(message) <= start or int.from_bytes(message[start - 2 : start], "big") != len(data):
        return message
    return message[:-1] + bytes([checksum(data)])

"""A tape as a meter, freely: any read is answered from the table images, in any order.

* A table is what its image says, or else what the tape read last.
* A table that is known in part answers for that part only (onp otherwise). An index read finds its elements by the
  dictionary; one that it cannot find is answered as recorded.
* A table is written where its image says that it may be, or where the recorded meter let itself be written; what was
  written is there for later reads, for as long as the meter is served.
* What the recorded meter refused is refused, see `access`. A table that nobody knows is refused (iar).
* A procedure is answered as recorded, with the client's own number for it; one that the tape does not have gets result
  6, unknown.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from typing import Any

from fieldpro.c12.dictionary import PENDING
from fieldpro.c12.dictionary.tables import Tables
from fieldpro.c12.psem import (
    DefaultRead,
    FullRead,
    FullWrite,
    IndexRead,
    IndexWrite,
    OffsetRead,
    OffsetWrite,
    Ok,
    ReadReply,
    Request,
    ResponseCode,
    State,
    decode_request,
    service_of,
)
from fieldpro.errors import FieldProError, MessageError
from fieldpro.simulator.answer import Answer
from table_playback.serve import procedures
from table_playback.serve.access import LOG_OFF_BY_PROCEDURE, PASSWORD_BY_PROCEDURE, Access
from table_playback.serve.images import Images
from table_playback.serve.procedures import Procedures
from table_playback.serve.session import TapeSession, refusal
from table_playback.tape import Step
from table_playback.tape.messages import SESSION, UNKNOWN, reply_bytes, request_bytes, service_name

_READ_OVERHEAD = 4  # response code, count (2), checksum
_LARGEST_READ = 0xFFFF
_FIRST_TABLE, _LAST_TABLE = 0x30, 0x4F


class Recordings:
    """Answers as recorded, by the bytes of the request, for what no image can answer; a collector."""

    def __init__(self) -> None:
        self.replies: dict[bytes, bytes] = {}

    def take(self, step: Step) -> None:
        if step.service not in ("index-read", "default-read", UNKNOWN):
            return
        with contextlib.suppress(MessageError):  # a step that nothing can ask for
            reply = reply_bytes(step)
            if reply is not None:
                self.replies[request_bytes(step)] = reply


class Durations:
    """How long the meter took, by the bytes of the request and by service; a collector."""

    def __init__(self) -> None:
        self._of_request: dict[bytes, float] = {}
        self._of_service: dict[str, tuple[float, int]] = {}

    def take(self, step: Step) -> None:
        if step.duration_s is None:
            return
        total, count = self._of_service.get(step.service, (0.0, 0))
        self._of_service[step.service] = (total + step.duration_s, count + 1)
        if step.service not in SESSION:
            with contextlib.suppress(MessageError):  # a step that nothing can ask for
                self._of_request[request_bytes(step)] = step.duration_s

    def of(self, message: bytes) -> float:
        """Seconds: of the same request, or else the mean of its service, or none."""
        known = self._of_request.get(message)
        if known is not None:
            return known
        total, count = self._of_service.get(service_name(message[0]), (0.0, 1)) if message else (0.0, 1)
        return total / count


class _Refused(Exception):  # not an error of the program: how a service says no
    def __init__(self, code: ResponseCode) -> None:
        super().__init__(code.words)
        self.code = code


class FreeDevice:
    """The device behind the port."""

    def __init__(
        self,
        images: Images,
        session: TapeSession,
        *,
        access: Access,
        procedures: Procedures,
        recordings: Recordings,
        durations: Durations | None,
        tables: Callable[[], Tables],
    ) -> None:
        self.images = images
        self._session = session
        self._access = access
        self._procedures = procedures
        self._recordings = recordings
        self._durations = durations
        self._make_tables = tables
        self._tables: Tables | None = None

    # --- what a port asks for -----------------------------------------------------------------------------------

    def to_base(self, *, capacity: int) -> None:
        self._session.to_base(capacity=capacity)

    def power_failed(self, start: float, end: float) -> None:
        """Images do not remember."""

    def answer(self, message: bytes) -> Answer:
        answer = self._answer(message)
        if self._durations is None:
            return answer
        return Answer(answer.data, answer.effect, self._durations.of(message))

    def _answer(self, message: bytes) -> Answer:
        known = bool(message) and service_of(message[0]) is not None
        try:
            request = decode_request(message)
        except MessageError:
            recorded = self._recordings.replies.get(message)
            if recorded is not None:
                return Answer(recorded)
            return refusal(ResponseCode.ERR if known else ResponseCode.SNS)
        if not _FIRST_TABLE <= message[0] <= _LAST_TABLE:
            return self._session.answer(request)
        if self._session.state is not State.SESSION:
            return refusal(ResponseCode.ISSS)
        try:
            reply = self._table_service(request, message)
        except _Refused as refused:
            return refusal(refused.code)
        return Answer(reply) if len(reply) <= self._session.capacity else refusal(ResponseCode.ONP)

    # --- tables -------------------------------------------------------------------------------------------------

    def _table_service(self, request: Request[Any], message: bytes) -> bytes:
        table: int | None = getattr(request, "table", None)
        if table is not None:
            code = self._access.refusal(service_name(message[0]), table, secured=self._session.secured)
            if code is not None:
                raise _Refused(code)
        match request:
            case FullRead(table):
                return ReadReply(self._part(table, 0, None)).encode()
            case OffsetRead(table, offset, count):
                return ReadReply(self._part(table, offset, count)).encode()
            case IndexRead(table, indices, count):
                return self._index_read(table, indices, count, message)
            case DefaultRead():
                return self._recorded(message, ResponseCode.SNS)
            case FullWrite(table, data):
                self._write_whole(table, data)
            case OffsetWrite(table, offset, data):
                self._write_part(table, offset, data)
            case IndexWrite(table, indices, data):
                offset, length = self._span(table, indices, 1)
                if len(data) < length:
                    raise _Refused(ResponseCode.ONP)
                self._write_part(table, offset, data)
            case _:
                raise _Refused(ResponseCode.SNS)
        return Ok().encode()

    def _part(self, table: int, offset: int, count: int | None) -> bytes:
        image = self.images.get(table)
        if image is None:
            raise _Refused(ResponseCode.IAR)
        known = image.beginning if image.whole else None
        data = known if count is None else image.part(offset, count)
        if data is None or len(data) > _LARGEST_READ:
            raise _Refused(ResponseCode.ONP)
        return data

    def _index_read(self, table: int, indices: tuple[int, ...], count: int, message: bytes) -> bytes:
        try:
            offset, length = self._span(table, indices, count)
            return ReadReply(self._part(table, offset, length)).encode()
        except _Refused as refused:
            return self._recorded(message, refused.code)

    def _recorded(self, message: bytes, otherwise: ResponseCode) -> bytes:
        recorded = self._recordings.replies.get(message)
        if recorded is None:
            raise _Refused(otherwise)
        return recorded

    def _span(self, table: int, indices: tuple[int, ...], count: int) -> tuple[int, int]:
        """Offset and length of `count` elements from an index path on."""
        if self.images.get(table) is None:
            raise _Refused(ResponseCode.IAR)
        if table >= PENDING:
            raise _Refused(ResponseCode.ONP)
        try:
            layout = self._known_tables.layout(table)
            first = layout.locate_index(indices)
            last = layout.locate_index((*indices[:-1], indices[-1] + max(count, 1) - 1)) if indices else first
        except (FieldProError, LookupError):
            raise _Refused(ResponseCode.ONP) from None
        return first.offset, last.offset + last.length - first.offset

    @property
    def _known_tables(self) -> Tables:
        if self._tables is None:
            self._tables = self._make_tables()
        return self._tables

    # --- writing ------------------------------------------------------------------------------------------------

    def _write_whole(self, table: int, data: bytes) -> None:
        if table == procedures.INITIATE:
            self._run(data)
            return
        self._check_writable(table)
        image = self.images.get(table)
        if image is not None and image.whole and len(data) != len(image.beginning):
            raise _Refused(ResponseCode.ONP)
        self._keep(table, data)

    def _write_part(self, table: int, offset: int, data: bytes) -> None:
        self._check_writable(table)
        image = self.images.get(table)
        too_far = image is not None and image.whole and offset + len(data) > len(image.beginning)
        if table == procedures.INITIATE or too_far:
            raise _Refused(ResponseCode.ONP)
        self.images.put_part(table, offset, data)
        self._keep(table, None)

    def _check_writable(self, table: int) -> None:
        if not self.images.is_writable(table):
            raise _Refused(ResponseCode.IAR)

    def _run(self, data: bytes) -> None:
        """A procedure: its answer is in table 8 from now on."""
        if len(data) < procedures.HEAD:
            raise _Refused(ResponseCode.ONP)
        found = self._procedures.answer(data, big_endian=self._is_big)
        self._keep(procedures.INITIATE, data)
        if found is not None:
            self._keep(procedures.RESPONSE, found)
        number = procedures.number_of(data, big_endian=self._is_big)
        if (
            found is not None
            and found[procedures.HEAD] == 0
            and number in (PASSWORD_BY_PROCEDURE, LOG_OFF_BY_PROCEDURE)
        ):
            self._session.secured = number == PASSWORD_BY_PROCEDURE

    def _keep(self, table: int, data: bytes | None) -> None:
        if data is not None:
            self.images.put_whole(table, data)
        if self._tables is not None:
            self._tables.put(table, self.images[table].beginning)

    @property
    def _is_big(self) -> bool:
        """Most significant byte first (ANSI C12.19 table 0, FORMAT_CONTROL_1)."""
        general = self.images.get(0)
        return general is not None and bool(general.beginning) and bool(general.beginning[0] & 1)

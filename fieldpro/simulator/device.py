"""What a meter answers (ANSI C12.18 services): the order of services, access, tables, procedures.

A message in, an answer out. Refusals are what a meter gives: isss out of order, sns for a service it does not have,
iar or onp for a table it does not have, isc without the clearance, onp for a read that no answer can hold.
"""

from __future__ import annotations

from typing import Any

from fieldpro.c12.dictionary import PENDING
from fieldpro.c12.psem import (
    Disconnect,
    FullRead,
    FullWrite,
    Identify,
    IdentifyReply,
    IndexRead,
    IndexWrite,
    Logoff,
    Logon,
    LogonReply,
    Negotiate,
    NegotiateReply,
    OffsetRead,
    OffsetWrite,
    Ok,
    ReadReply,
    Refusal,
    Reply,
    Request,
    ResponseCode,
    Security,
    Standard,
    State,
    Terminate,
    TimingSetup,
    TimingSetupReply,
    Wait,
    decode_request,
    is_allowed,
    next_state,
    service_of,
)
from fieldpro.errors import MessageError, TableError
from fieldpro.simulator import events
from fieldpro.simulator.answer import Answer, Effect, Negotiated, TimingSet, ToBase, WaitGranted
from fieldpro.simulator.bank import Bank
from fieldpro.simulator.body import Body, User
from fieldpro.simulator.clock import Now
from fieldpro.simulator.describe import MeterDescription
from fieldpro.simulator.pending import HEADER_BYTES, is_pending
from fieldpro.simulator.procedures import Procedures, implemented

_START_BAUD = 9600
_SMALLEST_PACKET = 64
_READ_OVERHEAD = 4  # response code, count (2), checksum
_INITIATE = 7


class Refused(Exception):  # not an error of the program: how a service handler says no
    def __init__(self, code: ResponseCode) -> None:
        super().__init__(code.words)
        self.code = code


class Device:
    """The meter behind the port."""

    def __init__(self, description: MeterDescription, clock: Now) -> None:
        self.description = description
        self.body = Body(description, clock)
        self.bank = Bank(self.body, implemented(description))
        self.procedures = Procedures(self.body, self.bank)
        self.state = State.BASE
        self.user = User()
        self.groups = 0
        self.capacity = 0

    def to_base(self, *, capacity: int) -> None:
        """Base state; `capacity`: bytes of the longest answer there."""
        self.state = State.BASE
        self.capacity = capacity
        self._log_off()

    def power_failed(self, start: float, end: float) -> None:
        self.body.power_failed(start, end)

    def answer(self, message: bytes) -> Answer:
        """The answer to one message, whatever its bytes are; what was due until now has happened before."""
        self.catch_up()
        try:
            request = decode_request(message)
        except MessageError:
            known = bool(message) and service_of(message[0]) is not None
            return Answer(Refusal(ResponseCode.ERR if known else ResponseCode.SNS).encode())
        try:
            reply, effect = self._carry_out(request)
        except Refused as refused:
            return Answer(Refusal(refused.code).encode())
        self.state = next_state(self.state, request)
        return Answer(reply.encode(), effect)

    def catch_up(self) -> None:
        """Do what was due since the meter was last looked at."""
        now = self.body.now()
        self.bank.activate_due(now)
        if self.body.switch is not None:
            self.body.switch.advance(now)
        self.procedures.settle()

    def _carry_out(self, request: Request[Any]) -> tuple[Reply, Effect | None]:
        if not self._supports(request):
            raise Refused(ResponseCode.SNS)
        if not is_allowed(self.state, request):
            raise Refused(ResponseCode.ISSS)
        match request:
            case Identify():
                standard = Standard.C12_21 if self.description.link.standard == "C12.21" else Standard.C12_18
                return IdentifyReply(standard, 1, 0), None
            case Negotiate():
                return self._negotiate(request)
            case TimingSetup(traffic_s, inter_character_s, response_s, retries):
                limits = (traffic_s, inter_character_s, response_s, retries)
                return TimingSetupReply(*limits), TimingSet(*limits)
            case Wait(seconds):
                return Ok(), WaitGranted(seconds)
            case Logon(user_id):
                self.user = User(user_id)
                return LogonReply(), None
            case Security(password):
                self._open(password)
                return Ok(), None
            case Logoff():
                self._log_off()
                return Ok(), None
            case Terminate() | Disconnect():
                self._log_off()
                return Ok(), ToBase()
            case _:
                return self._table_service(request), None

    def _supports(self, request: Request[Any]) -> bool:
        description = self.description
        match request:
            case Negotiate():
                return description.link.negotiate
            case TimingSetup():
                return description.link.standard == "C12.21"
            case OffsetRead() | OffsetWrite():
                return "offset" in description.format.access
            case IndexRead() | IndexWrite():
                return "index" in description.format.access
            case Identify() | Terminate() | Disconnect() | Wait() | Logon() | Security() | Logoff():
                return True
            case FullRead() | FullWrite():
                return True
            case _:
                return False

    # --- session ------------------------------------------------------------------------------------------------

    def _negotiate(self, request: Negotiate) -> tuple[Reply, Effect]:
        """The best both can do; a rate that nobody offered stays as it is."""
        link = self.description.link
        packet_size = max(min(request.packet_size, link.packet_size), _SMALLEST_PACKET)
        packet_count = max(min(request.packet_count, link.packet_count), 1)
        common = [baud for baud in request.bauds if baud in link.bauds]
        baud = max(common, default=_START_BAUD)
        self.capacity = packet_count * (packet_size - 8)
        reply = NegotiateReply(packet_size, packet_count, baud if request.bauds else None)
        return reply, Negotiated(packet_size, packet_count, baud)

    def _open(self, password: Any) -> None:
        groups = self.bank.access.groups_of(password)
        if not groups:
            raise Refused(ResponseCode.ISC)
        self.groups = groups

    def log_on(self, user: User, groups: int) -> None:
        """What procedure 18 does."""
        self.user, self.groups = user, groups

    def _log_off(self) -> None:
        self.user, self.groups = User(), 0

    # --- tables -------------------------------------------------------------------------------------------------

    def _table_service(self, request: Request[Any]) -> Reply:
        match request:
            case FullRead(table):
                return self._reply(self._readable(table))
            case OffsetRead(table, offset, count):
                return self._reply(self._part(self._readable(table), offset, count))
            case IndexRead(table, indices, count):
                data = self._readable(table)
                offset, length = self._span(table, indices, count)
                return self._reply(data[offset : offset + length])
            case FullWrite(table, data):
                self._write(table, data)
            case OffsetWrite(table, offset, data):
                self._write_part(table, offset, data)
            case IndexWrite(table, indices, data):
                self._check_writable(table)
                offset, _ = self._span(table, indices, 1)
                self._write_part(table, offset, data)
        return Ok()

    def _reply(self, data: bytes) -> ReadReply:
        if len(data) > min(self.capacity - _READ_OVERHEAD, 0xFFFF):
            raise Refused(ResponseCode.ONP)
        return ReadReply(data)

    def _readable(self, table: int) -> bytes:
        self._check_exists(table)
        if not self.bank.access.may("read", table % PENDING, self.groups):
            raise Refused(ResponseCode.ISC)
        if self.bank.is_empty(table):
            raise Refused(ResponseCode.ONP)
        return self.bank.read(table)

    def _check_exists(self, table: int) -> None:
        if not self.bank.has(table):
            unknown = self.description.link.unknown_table
            raise Refused(ResponseCode.IAR if unknown == "iar" else ResponseCode.ONP)

    def _part(self, data: bytes, offset: int, count: int) -> bytes:
        if offset + count > len(data):
            if self.description.link.past_end == "refuse":
                raise Refused(ResponseCode.ONP)
            return data[offset : offset + count].ljust(count, b"\0")
        return data[offset : offset + count]

    def _span(self, table: int, indices: tuple[int, ...], count: int) -> tuple[int, int]:
        """Offset and length of `count` elements from an index path on; a count of 0 is all there are to the end."""
        if is_pending(table):
            raise Refused(ResponseCode.ONP)
        layout = self.bank.layout(table)
        try:
            first = layout.locate_index(indices)
            last = layout.locate_index((*indices[:-1], indices[-1] + max(count, 1) - 1)) if indices else first
        except (TableError, LookupError):
            raise Refused(ResponseCode.ONP) from None
        return first.offset, last.offset + last.length - first.offset

    def _check_writable(self, table: int) -> None:
        self._check_exists(table)
        if not self.bank.takes(table):
            raise Refused(ResponseCode.IAR)
        if not self.bank.access.may("write", table % PENDING, self.groups):
            raise Refused(ResponseCode.ISC)

    def _write_part(self, table: int, offset: int, data: bytes) -> None:
        """The offset into a pending table does not count its header, which comes first in the data all the same."""
        self._check_writable(table)
        header = data[:HEADER_BYTES] if is_pending(table) else b""
        data = data[len(header) :]
        whole = self.bank.read(table % PENDING if self.bank.is_empty(table) else table)
        if header and not self.bank.is_empty(table):
            whole = whole[HEADER_BYTES:]
        if table == _INITIATE or offset + len(data) > len(whole):
            raise Refused(ResponseCode.ONP)
        self._write(table, header + whole[:offset] + data + whole[offset + len(data) :])

    def _write(self, table: int, data: bytes) -> None:
        self._check_writable(table)
        if table == _INITIATE:
            self._start_procedure(data)
            return
        try:
            self.bank.write(table, data)
        except TableError:
            raise Refused(ResponseCode.ONP) from None
        self.body.note(events.TABLE_WRITTEN, user=self.user, argument=table)

    def _start_procedure(self, data: bytes) -> None:
        """Without a level, only logging in and out may be asked for; with one, ST8 says what came of it."""
        request = self.procedures.read_request(data)
        if request is None:
            raise Refused(ResponseCode.ONP)
        may = self.bank.access.may("run", request.number, self.groups)
        if not may and not self.groups:
            raise Refused(ResponseCode.ISC)
        self.procedures.run(request, device=self, allowed=may)

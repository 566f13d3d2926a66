"""A meter written from the published packet and table rules alone: it imports nothing of FieldPro.

    with ScriptedMeter(tables, Habits(negotiate=None, nak_first=1)) as meter:
        ...  meter.url, meter.requests

What it serves is bytes; `Writer` puts them together in either byte order and any time and number format. Its habits are
those of meters that are not ours: no negotiation, no offset access, a toggle that never flips, replies in crumbs.
"""

from __future__ import annotations

import socket
import struct
import threading
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from types import TracebackType
from typing import Any, Self

ACK, NAK = b"\x06", b"\x15"
OK, ERR, SNS, ISC, ONP, IAR, BSY, DNR, DLK, RNO, ISSS = range(11)
BAUD_CODES = {9600: 6, 14400: 7, 19200: 8, 28800: 9, 57600: 10}
EPOCH = datetime(1970, 1, 1)


def crc16(data: bytes) -> bytes:
    register = 0xFFFF
    for byte in data:
        register ^= byte
        for _ in range(8):
            register = register >> 1 ^ 0x8408 if register & 1 else register >> 1
    return struct.pack("<H", register ^ 0xFFFF)


def frame(data: bytes, *, control: int = 0, sequence: int = 0, identity: int = 0) -> bytes:
    head = bytes([0xEE, identity, control, sequence]) + struct.pack(">H", len(data)) + data
    return head + crc16(head)


def counted(data: bytes) -> bytes:
    """A good reply to a read: code, count, data, two's complement of the sum."""
    return b"\x00" + struct.pack(">H", len(data)) + data + bytes([-sum(data) & 0xFF])


@dataclass
class Habits:
    """negotiate: the (packet size, packets, baud) this meter settles for, None to refuse it (sns). nak_first: how many
    of the first frames are refused. toggle: "flip", "never" or "inverted" (begins with 1). chunk: bytes of a write.
    answers: for a table, the codes given before the data; a list that does not run out is a steady refusal."""

    standard: bytes = b"\x00\x01\x00\x00"
    negotiate: tuple[int, int, int] | None = (64, 1, 9600)
    nak_first: int = 0
    toggle: str = "flip"
    chunk: int = 0
    offset_reads: bool = True
    pads: bool = False
    wait: bool = True
    logon_code: int = OK
    security_code: int = OK
    negotiate_code: int = SNS
    answers: Mapping[int, list[int]] = field(default_factory=dict)
    extra: Mapping[int, bytes] = field(default_factory=dict)  # bytes behind the end of a table
    dies_after: int = 0  # requests


class ScriptedMeter:
    """One client at a time, over TCP on this machine."""

    def __init__(self, tables: Mapping[int, bytes], habits: Habits | None = None) -> None:
        self.tables = dict(tables)
        self.habits = habits or Habits()
        self.requests: list[bytes] = []
        self.problems: list[str] = []
        self._codes = {number: list(codes) for number, codes in self.habits.answers.items()}
        self._naks = self.habits.nak_first
        self._listener = socket.create_server(("127.0.0.1", 0))
        self._listener.settimeout(0.1)
        self._over = threading.Event()
        self._base_state()
        self._thread = threading.Thread(target=self._serve, daemon=True)

    @property
    def url(self) -> str:
        return f"socket://127.0.0.1:{self._listener.getsockname()[1]}"

    @property
    def services(self) -> list[int]:
        return [request[0] for request in self.requests]

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self._over.set()
        self._thread.join(5)
        self._listener.close()

    # --- the line -----------------------------------------------------------------------------------------------

    def _serve(self) -> None:
        while not self._over.is_set():
            try:
                line, _ = self._listener.accept()
            except TimeoutError:
                continue
            with line:
                line.settimeout(0.1)
                line.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                try:
                    self._speak(line)
                except (ConnectionError, _Gone):
                    continue

    def _speak(self, line: socket.socket) -> None:
        self._base_state()
        self._line = line
        self._buffer = b""
        parts = b""
        previous = b""
        while True:
            start = self._take(1)
            if start != b"\xee":
                continue
            head = start + self._take(5)
            (length,) = struct.unpack(">H", head[4:6])
            raw = head + self._take(length + 2)
            if crc16(raw[:-2]) != raw[-2:] or self._naks > 0:
                self._naks -= 1
                self._write(NAK)
                continue
            self._write(ACK)
            if raw == previous and not self._answered:
                continue
            previous, self._answered = raw, False
            if raw[2] & 0x40 or not raw[2] & 0x80:
                parts = b""
            parts += raw[6:-2]
            if raw[3] == 0:
                self._answer(parts)

    def _take(self, count: int) -> bytes:
        while len(self._buffer) < count:
            if self._over.is_set():
                raise _Gone
            try:
                data = self._line.recv(4096)
            except TimeoutError:
                continue
            if not data:
                raise _Gone
            self._buffer += data
        taken, self._buffer = self._buffer[:count], self._buffer[count:]
        return taken

    def _write(self, data: bytes) -> None:
        step = self.habits.chunk or len(data)
        for start in range(0, len(data), step):
            self._line.sendall(data[start : start + step])

    def _send(self, message: bytes) -> None:
        room = self._packet_size - 8
        pieces = [message[start : start + room] for start in range(0, len(message), room)]
        if len(pieces) > self._packets:
            pieces = [b"\x04"]  # the reply does not fit into the packets agreed on
        last = len(pieces) - 1
        for place, piece in enumerate(pieces):
            control = (0x80 if last else 0) | (0x40 if last and not place else 0)
            if self.habits.toggle != "never" and self._toggle:
                control |= 0x20
            self._toggle = not self._toggle
            packet = frame(piece, control=control, sequence=last - place)
            for _ in range(4):
                self._write(packet)
                if self._take(1) == ACK:
                    break
            else:
                raise _Gone
        self._answered = True

    # --- the services -------------------------------------------------------------------------------------------

    def _base_state(self) -> None:
        self._state = "base"
        self._packet_size, self._packets = 64, 1
        self._toggle = self.habits.toggle == "inverted"
        self._answered = True

    def _answer(self, request: bytes) -> None:
        self.requests.append(request)
        if self.habits.dies_after and len(self.requests) > self.habits.dies_after:
            raise _Gone
        service, body = request[0], request[1:]
        if service == 0x20:
            self._send(b"\x00" + self.habits.standard)
            self._state = "id"
        elif 0x60 <= service <= 0x6B and self._state == "id":
            self._negotiate(service & 0x0F, body)
        elif service == 0x50 and self._state == "id":
            self._send(bytes([self.habits.logon_code]))
            if self.habits.logon_code == OK:
                self._state = "session"
        elif service == 0x21:
            self._send(b"\x00")
            self._base_state()
        elif service == 0x70:
            self._send(b"\x00" if self.habits.wait else bytes([SNS]))
        elif self._state != "session":
            self._send(bytes([ISSS]))
        elif service == 0x51:
            self._send(bytes([self.habits.security_code]))
        elif service == 0x52:
            self._state = "id"
            self._send(b"\x00")
        elif service == 0x30:
            self._read(int.from_bytes(body, "big"), 0, None)
        elif service == 0x3F and self.habits.offset_reads:
            number, high, low, count = struct.unpack(">HBHH", body)
            self._read(number, high << 16 | low, count)
        else:
            self._send(bytes([SNS]))

    def _negotiate(self, bauds: int, body: bytes) -> None:
        if self.habits.negotiate is None:
            self._send(bytes([self.habits.negotiate_code]))
            return
        size, packets, baud = self.habits.negotiate
        offered_size, offered_packets = struct.unpack(">HB", body[:3])
        size, packets = min(size, offered_size), min(packets, offered_packets)
        codes = body[3 : 3 + bauds]
        code = BAUD_CODES[baud] if BAUD_CODES[baud] in codes else 6
        self._send(b"\x00" + struct.pack(">HBB", size, packets, code))
        self._packet_size, self._packets = size, packets

    def _read(self, number: int, offset: int, count: int | None) -> None:
        codes = self._codes.get(number)
        if codes:
            code = codes[0] if len(codes) == 1 and codes[0] not in (BSY, DNR) else codes.pop(0)
            self._send(bytes([code]))
            return
        if number not in self.tables:
            self._send(bytes([IAR]))
            return
        data = self.tables[number] + self.habits.extra.get(number, b"")
        if count is None:
            self._send(counted(data))
        elif offset + count <= len(data):
            self._send(counted(data[offset : offset + count]))
        elif self.habits.pads:
            self._send(counted(data[offset : offset + count].ljust(count, b"\x00")))
        else:
            self._send(bytes([ONP]))


class _Gone(Exception):
    """The line is closed."""


class Writer:
    """Numbers, times and sets as a meter with these formats writes them (C12.19 table 0)."""

    def __init__(
        self, *, msb_first: bool = False, tm: int = 1, ni1: int = 8, ni2: int = 7, id_bcd: bool = False, access: int = 3
    ) -> None:
        self.order = ">" if msb_first else "<"
        self.tm, self.ni1_format, self.ni2_format = tm, ni1, ni2
        self.format_1 = (1 if msb_first else 0) | 1 << 1
        self.format_2 = tm | access << 3 | (0x20 if id_bcd else 0)
        self.format_3 = ni1 | ni2 << 4
        self.id_bcd = id_bcd

    def u16(self, value: int) -> bytes:
        return struct.pack(self.order + "H", value)

    def u32(self, value: int) -> bytes:
        return struct.pack(self.order + "I", value)

    def whole(self, value: int, size: int) -> bytes:
        return value.to_bytes(size, "big" if self.order == ">" else "little", signed=True)

    def ni1(self, value: float) -> bytes:
        return self.ni(self.ni1_format, value)

    def ni2(self, value: float) -> bytes:
        return self.ni(self.ni2_format, value)

    def ni(self, kind: int, value: float) -> bytes:
        match kind:
            case 0:
                return struct.pack(self.order + "d", value)
            case 1:
                return struct.pack(self.order + "f", value)
            case 2 | 3 | 13:
                width = {2: 12, 3: 6, 13: 21}[kind]
                text = repr(value) if value != int(value) else str(int(value))
                return text.rjust(width).encode()
            case 4:
                return self.whole(round(value * 10_000), 4)
            case 5 | 6 | 12:
                width = {5: 6, 6: 4, 12: 8}[kind]
                return bytes.fromhex(str(int(value)).rjust(2 * width, "0"))
            case _:
                return self.whole(int(value), {7: 3, 8: 4, 9: 5, 10: 6, 11: 8}[kind])

    def long_time(self, moment: datetime) -> bytes:
        fields = [moment.year % 100, moment.month, moment.day, moment.hour, moment.minute, moment.second]
        return self._time(fields, moment)

    def short_time(self, moment: datetime) -> bytes:
        fields = [moment.year % 100, moment.month, moment.day, moment.hour, moment.minute]
        return self._time(fields, moment)

    def _time(self, fields: list[int], moment: datetime) -> bytes:
        seconds = int((moment - EPOCH).total_seconds())
        match self.tm:
            case 1:
                return bytes(value // 10 << 4 | value % 10 for value in fields)
            case 2:
                return bytes(fields)
            case 3:
                return self.u32(seconds // 60) + (bytes([seconds % 60]) if len(fields) == 6 else b"")
            case _:
                return self.u32(seconds)

    def serial(self, text: str, width: int) -> bytes:
        if self.id_bcd:
            return bytes.fromhex(text.rjust(width, "0"))
        return text.encode("latin-1").ljust(width)

    def table_0(
        self,
        tables: set[int],
        *,
        device_class: bytes = b"GE  ",
        version: int = 1,
        dims: tuple[int, int, int, int, int] = (10, 1, 2, 0, 0),
        pending: int = 0,
    ) -> bytes:
        dim_std, dim_mfg, dim_std_procs, dim_mfg_procs, dim_status = dims
        used = bytearray(dim_std)
        for number in tables:
            used[number // 8] |= 1 << number % 8
        rest = bytes(dim_mfg) + bytes(dim_std_procs) + bytes(dim_mfg_procs) + bytes(dim_std) + bytes(dim_mfg)
        head = bytes([self.format_1, self.format_2, self.format_3]) + device_class
        head += bytes([2, 0, 16, 16, version, 0, dim_std, dim_mfg, dim_std_procs, dim_mfg_procs, dim_status, pending])
        return head + bytes(used) + rest


MOMENT = datetime(2026, 3, 1, 12, 15)
WH_DELIVERED = 0 | 0 << 8 | 1 << 11 | 0b1001 << 14  # W, bulk, times 100, quadrants 1 and 4
W_DEMAND = 0 | 4 << 8 | 2 << 11 | 0b1001 << 14  # W, block demand, times 1000


def small_meter(
    write: Writer,
    *,
    version: int = 1,
    dimensions: bool = True,
    maker: bytes = b"ACME",
    name: bytes = b"M-1",
    **zero: Any,
) -> dict[int, bytes]:
    """Two sources, one summation, one demand, three tiers, one channel of load profile and three events.

    dimensions False: the n1 tables are missing and the n0 ones count (their capacity is what is set).
    """
    n1 = 1 if dimensions else 0
    tables: dict[int, bytes] = {}
    tables[1] = maker.ljust(4) + name.ljust(8) + bytes([1, 2, 3, 4]) + write.serial("12345678", 16)
    tables[3] = bytes([1]) + write.u16(1 << 11 | 1 << 8) + bytes([0])
    tables[5] = write.serial("778899", 20)
    tables[10 + n1] = bytes([0x04, 2, 1, 0, 0, 0, 2, 2])
    tables[12] = write.u32(WH_DELIVERED) + write.u32(W_DEMAND)
    tables[13] = write.u16(15)
    tables[16] = bytes([0x11, 0x13])
    tables[20 + n1] = bytes([0b0000_0110, 0, 0, 1, 1, 0, 1, 3, 0, 0])
    tables[22] = bytes([0, 1, 1])
    tables[23] = bytes([7]) + b"".join(
        write.ni1(value) + write.short_time(MOMENT) + write.ni2(value // 100) for value in (123456, 100000, 20000, 3456)
    )
    tables[52] = write.long_time(MOMENT) + bytes([0])
    sets = write.u16(4) + write.u16(6) + bytes([1, 15])
    tables[60 + n1] = write.u32(400) + write.u16(0b1 << 11 | 1 << 6) + bytes([0b10]) + sets
    tables[62] = bytes([0, 0, 0, 2]) + write.u16(10) + write.u16(1)
    tables[63] = bytes([0b10_0000]) + write.u16(2) + write.u16(1) + write.u32(2) + write.u16(0) + write.u16(6)
    tables[64] = b"".join(_profile_block(write, number) for number in range(4))
    log = bytes([0b110, 1, 0, 0, 1]) + write.u16(0) + write.u16(3)
    tables[70 + n1] = log + (bytes([0]) + write.u16(0) if version >= 2 else b"")
    events = [(1, 0), (2, 1), (20, 2)]
    tables[76] = bytes([0]) + write.u16(3) + write.u16(2) + write.u32(2) + write.u16(3)
    tables[76] += b"".join(
        write.long_time(MOMENT.replace(minute=number)) + write.u16(number) + write.u16(0) + write.u16(code) + bytes([9])
        for code, number in events
    )
    tables[0] = write.table_0({0, *tables}, version=version, **zero)
    return tables


def _profile_block(write: Writer, number: int) -> bytes:
    """Six quarters of an hour; blocks 2 and 3 have never been filled."""
    end = datetime(2026, 3, 1, 9 + number, 30 * number) if number < 2 else datetime(2000, 1, 1)
    values = range(100 * number, 100 * number + 6)
    return write.short_time(end) + b"\x3f" + b"".join(write.u16(value) for value in values)

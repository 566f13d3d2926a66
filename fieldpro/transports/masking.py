"""Which bytes of a wire are secret, told while they pass: what `Tap` masks.

    EE 00 20 00 00 15 | 51 | password, 20 bytes | CRC
                             ^^^^^^^^^^^^^^^^^^^^ ^^^   masked; a CRC would give a short password away

Masked are: the password of Security (C12.18, service 51), the tickets of Authenticate (C12.21, 53) both ways, what is
written to or read from the tables of passwords and keys (C12.19 tables 42, 45, 46), and the parameters of the log-in
procedure (table 7, standard procedure 18); whole or in chunks, in one packet or several, repeated or not.

After a packet with a secret the other direction may bring its echo, damaged in any way: until our next packet nothing
of it passes but acknowledgements, the clear beginning of the echo, and short packets whose CRC is right. After a
request whose reply brings a secret, too, only what came whole is looked into, and the rest is masked; so it is until
another request was answered, for replies come late and twice.
"""

from __future__ import annotations

from fieldpro.c12.crc import crc16
from fieldpro.c12.psem.secrets import PREFIX_SIZE, REPLY_START, may_hold_secret, reads_secret, secret_start

MASK = b"*"
_START = 0xEE
_ACKNOWLEDGEMENTS = b"\x06\x15"
_SIGNALS = (b"\x06", b"\x15")
_HEADER_BYTES = 6
_SEQUENCE = 3  # in the header: packets still to come in this message
_CRC_BYTES = 2
_LARGEST_DATA = 8192 - _HEADER_BYTES - _CRC_BYTES
_SHORT_REPLY = 5  # a response code, and four bytes of limit with it
_MULTI, _FIRST = 0x80, 0x40


class _Lane:
    """The packets of one direction."""

    def __init__(self) -> None:
        self.head = bytearray()  # of the packet that is coming in
        self.data_left = 0
        self.crc_left = 0
        self.message = bytearray()  # the first bytes of the message
        self.position = 0  # in the message
        self.secret_from: int | None = None
        self.masked_here = False
        self.clear = b""  # of the last packet with a secret: header and data before the secret
        self.masked = 0  # bytes of it after that, CRC included

    @property
    def is_inside(self) -> bool:
        """A packet has begun and not ended."""
        return bool(self.head or self.data_left or self.crc_left)

    def reset(self) -> None:
        self.head.clear()
        self.data_left = self.crc_left = 0

    def pass_through(self, data: bytes) -> bytes:
        """`data` with its secrets masked."""
        if self._is_harmless(data):
            return data
        shown = bytearray()
        at = 0
        while at < len(data):
            if self.data_left:
                at = self._data(data, at, shown)
            elif self.crc_left:
                count = min(self.crc_left, len(data) - at)
                shown += MASK * count if self.masked_here else data[at : at + count]
                self.crc_left -= count
                at += count
            elif self.head:
                count = min(_HEADER_BYTES - len(self.head), len(data) - at)
                shown += data[at : at + count]
                self.head += data[at : at + count]
                at += count
                if len(self.head) == _HEADER_BYTES:
                    self._begin()
            else:
                start = data.find(_START, at)
                end = len(data) if start < 0 else start + 1
                shown += data[at:end]
                at = end
                if start >= 0:
                    self.head.append(_START)
        return bytes(shown)

    def _is_harmless(self, data: bytes) -> bool:
        """Nearly always: an acknowledgement, a packet or the beginning or middle of one, of a message that can have no
        secret. The bytes are taken then."""
        if self.data_left > len(data) and len(self.message) == PREFIX_SIZE and not may_hold_secret(self.message[0]):
            self.position += len(data)
            self.data_left -= len(data)
            return True
        if self.is_inside or not data:
            return False
        start = 1 if data[0] in _ACKNOWLEDGEMENTS else 0
        begin = start + _HEADER_BYTES
        if len(data) <= begin:
            return len(data) == start
        if data[start] != _START:
            return False
        is_first = data[start + 2] & (_MULTI | _FIRST) != _MULTI
        if not is_first and len(self.message) < PREFIX_SIZE:
            return False
        length = data[start + 4] << 8 | data[start + 5]
        left = begin + length + _CRC_BYTES - len(data)
        if may_hold_secret(data[begin] if is_first else self.message[0]) or left < 0 or not 0 < length <= _LARGEST_DATA:
            return False
        here = min(length, len(data) - begin)
        if is_first:
            self.message[:] = data[begin : begin + min(PREFIX_SIZE, here)]
            self.position = 0
            self.secret_from = None
        self.position += here
        self.masked_here = False
        self.data_left = max(0, left - _CRC_BYTES)
        self.crc_left = min(left, _CRC_BYTES)
        return True

    def _begin(self) -> None:
        control, length = self.head[2], int.from_bytes(self.head[4:6], "big")
        if length > _LARGEST_DATA:
            self.head.clear()
            return
        if not control & _MULTI or control & _FIRST:
            self.message.clear()
            self.position = 0
            self.secret_from = None
        self.masked_here = False
        self.data_left, self.crc_left = length, _CRC_BYTES
        self.clear, self.masked = bytes(self.head), 0
        self.head.clear()

    def _data(self, data: bytes, at: int, shown: bytearray) -> int:
        room = PREFIX_SIZE - len(self.message)
        if room <= 0 or (self.message and not may_hold_secret(self.message[0])):
            count = min(self.data_left, len(data) - at)
            if room > 0:
                self.message += data[at : at + min(count, room)]
        else:
            count = 1
            self.message.append(data[at])
            if self.secret_from is None:
                self.secret_from = secret_start(self.message)
        if self.secret_from is not None and self.position >= self.secret_from:
            shown += MASK * count
            if not self.masked_here:
                self.masked_here = True
                self.masked = self.data_left + _CRC_BYTES
        else:
            shown += data[at : at + count]
            if len(self.message) < PREFIX_SIZE:
                self.clear += data[at : at + count]
        self.position += count
        self.data_left -= count
        return at + count


class WireMask:
    """Both directions of one wire. The bytes given back are as many as were given, some of them a little later."""

    def __init__(self) -> None:
        self._out = _Lane()
        self._in = _Lane()
        self._held = bytearray()
        self._mask_left = 0
        self._secret_is_about = False  # the reply to a request may bring a secret, late or again
        self._owed = False  # and has not come yet
        self._last_secret = b""  # packet with one

    @property
    def holds(self) -> bool:
        """Whether `flush_incoming` has something to do."""
        return bool(self._held or self._mask_left)

    def flush_incoming(self) -> bytes:
        """What was held back of the incoming bytes, masked: call it before `outgoing`."""
        self._mask_left = 0
        held = MASK * len(self._held)
        self._held.clear()
        return held

    def outgoing(self, data: bytes) -> bytes:
        if self._in.is_inside:
            self._in.reset()
        shown = self._out.pass_through(data)
        if data not in _SIGNALS and not self._secret_is_about and reads_secret(self._out.message):
            self._secret_is_about = self._owed = True
        return shown

    def incoming(self, data: bytes) -> bytes:
        if self._out.masked_here or self._secret_is_about:
            return b"".join(self._guarded(byte) for byte in data)
        return self._in.pass_through(data)

    def _guarded(self, byte: int) -> bytes:
        """What may be shown now, after one more byte of what may be the echo of a secret, or a secret."""
        if self._mask_left:
            self._mask_left -= 1
            return MASK
        held = self._held
        if not held and byte != _START:
            return bytes([byte]) if byte in _ACKNOWLEDGEMENTS else MASK
        held.append(byte)
        clear = self._out.clear
        if self._out.masked_here and clear.startswith(held):
            if len(held) < len(clear):
                return b""
            self._mask_left = self._out.masked
            return self._release(len(held))
        if len(held) < _HEADER_BYTES:
            return b""
        length = int.from_bytes(held[4:6], "big")
        if length > (_LARGEST_DATA if self._secret_is_about else _SHORT_REPLY):
            return self._release(0)
        if len(held) < _HEADER_BYTES + length + _CRC_BYTES:
            return b""
        return self._release(self._clear_of(bytes(held)))

    def _clear_of(self, packet: bytes) -> int:
        """How many bytes of a whole packet may be shown."""
        if crc16(packet[:-_CRC_BYTES]).to_bytes(_CRC_BYTES, "little") != packet[-_CRC_BYTES:]:
            return 0
        if not self._secret_is_about:
            return len(packet)
        control, data = packet[2], packet[_HEADER_BYTES:-_CRC_BYTES]
        begins = not control & _MULTI or bool(control & _FIRST)
        if begins and data[:1] != b"\0":
            self._owed = self._owed and data[:1] == self._out.message[:1]  # a refusal; or the echo of a request
            return len(packet)
        if packet != self._last_secret and not reads_secret(self._out.message) and not self._owed:
            self._secret_is_about = False
            return len(packet)
        self._owed = self._owed and packet[_SEQUENCE] != 0
        self._last_secret = packet
        return _HEADER_BYTES + (REPLY_START if begins else 0)

    def _release(self, clear: int) -> bytes:
        """The bytes held back, all but the first `clear` of them masked."""
        shown = bytes(self._held[:clear]) + MASK * (len(self._held) - clear)
        self._held.clear()
        return shown

"""Which bytes of a wire are secret, told while they pass: what `Tap` masks.

    EE 00 20 00 00 15 | 51 | password, 20 bytes | CRC
                             ^^^^^^^^^^^^^^^^^^^^ ^^^   masked; a CRC would give a short password away

Masked are: the password of Security (C12.18, service 51), what is written to or read from the tables of passwords
and keys (C12.19 tables 42, 45, 46), and the parameters of the log-in procedure (table 7, standard procedure 18);
whole or in chunks, in one packet or several, repeated or not. After such a packet the other direction may bring its
echo, damaged in any way: until our next packet nothing of it passes but acknowledgements, the clear beginning of
the echo, and short packets whose CRC is right.
"""

from __future__ import annotations

from fieldpro.c12.crc import crc16
from fieldpro.c12.psem.secrets import PREFIX_SIZE, reads_secret, secret_start

MASK = b"*"
_START = 0xEE
_ACKNOWLEDGEMENTS = b"\x06\x15"
_HEADER_BYTES = 6
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

    def reset(self) -> None:
        self.head.clear()
        self.data_left = self.crc_left = 0

    def pass_through(self, data: bytes, *, secret_reply: bool) -> bytes:
        """`data` with its secrets masked."""
        shown = bytearray()
        at = 0
        while at < len(data):
            if self.data_left:
                at = self._data(data, at, shown, secret_reply)
            elif self.crc_left:
                shown += MASK if self.masked_here else data[at : at + 1]
                self.crc_left -= 1
                at += 1
            elif self.head:
                shown.append(data[at])
                self.head.append(data[at])
                at += 1
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

    def _data(self, data: bytes, at: int, shown: bytearray, secret_reply: bool) -> int:
        if len(self.message) < PREFIX_SIZE:
            count = 1
            self.message.append(data[at])
            if self.secret_from is None:
                self.secret_from = secret_start(self.message)
            if self.secret_from is None and secret_reply and self.message[0] == 0:
                self.secret_from = 3
        else:
            count = min(self.data_left, len(data) - at)
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

    @property
    def _wary(self) -> bool:
        """Whether an echo of a secret may come in."""
        return self._out.masked_here

    def flush_incoming(self) -> bytes:
        """What was held back of the incoming bytes, masked: call it before `outgoing`."""
        held = MASK * len(self._held)
        self._held.clear()
        self._mask_left = 0
        return held

    def outgoing(self, data: bytes) -> bytes:
        self._in.reset()
        return self._out.pass_through(data, secret_reply=bool(self._in.message) and reads_secret(self._in.message))

    def incoming(self, data: bytes) -> bytes:
        if self._wary:
            return b"".join(self._guarded(byte) for byte in data)
        secret_reply = bool(self._out.message) and reads_secret(self._out.message)
        return self._in.pass_through(data, secret_reply=secret_reply)

    def _guarded(self, byte: int) -> bytes:
        """What may be shown now, after one more byte of what may be the echo of a secret."""
        if self._mask_left:
            self._mask_left -= 1
            return MASK
        held = self._held
        if not held and byte != _START:
            return bytes([byte]) if byte in _ACKNOWLEDGEMENTS else MASK
        held.append(byte)
        clear = self._out.clear
        if clear.startswith(held):
            if len(held) < len(clear):
                return b""
            self._mask_left = self._out.masked
            return self._release(genuine=True)
        if len(held) < _HEADER_BYTES:
            return b""
        length = int.from_bytes(held[4:6], "big")
        if length > _SHORT_REPLY:
            return self._release(genuine=False)
        if len(held) < _HEADER_BYTES + length + _CRC_BYTES:
            return b""
        return self._release(genuine=crc16(bytes(held[:-2])).to_bytes(2, "little") == held[-2:])

    def _release(self, *, genuine: bool) -> bytes:
        shown = bytes(self._held) if genuine else MASK * len(self._held)
        self._held.clear()
        return shown

"""Faults of single answers at work: which of them an answer has, and what they make of its bytes.

A fault at a step has its number of times; one at random is drawn anew whenever a request is heard, from a generator
of its own, so that spoiled bytes and spoiled answers do not change each other.
"""

from __future__ import annotations

import random
from collections import OrderedDict, deque

from fieldpro.c12.crc import crc_bytes
from fieldpro.c12.link import ACK, NAK
from fieldpro.c12.link.packet import HEADER_SIZE, PacketControl
from fieldpro.c12.psem.codes import ResponseCode
from fieldpro.simulator.faults import AnswerFault, FaultPlan

_READS = range(0x30, 0x40)
_OF_TABLES = range(0x30, 0x50)
_COUNT_END = 3  # response code, count (2)
_HELD_READS = 256
_MOST_FIRED = 10_000


class SpoiledAnswers:
    """The faults of one connection. `fired`: (step, kind) of what has happened, the newest last."""

    def __init__(self, plan: FaultPlan, *, seed: int) -> None:
        self.fired: deque[tuple[int, str]] = deque(maxlen=_MOST_FIRED)
        self._random = random.Random(f"answers {seed if plan.seed is None else plan.seed}")
        self._at_random = tuple(fault for fault in plan.answers if fault.step is None)
        self._at_step: dict[int, dict[str, AnswerFault]] = {}
        self._left: dict[tuple[int, str], int] = {}
        for fault in plan.answers:
            if fault.step is not None:
                self._at_step.setdefault(fault.step, {})[fault.kind] = fault
                self._left[fault.step, fault.kind] = fault.times
        self._keeps_reads = any(fault.kind == "stale" for fault in plan.answers)
        self._reads: OrderedDict[bytes, bytes] = OrderedDict()  # request -> reply
        self._last_read = b""
        self._step = 0
        self._drawn: dict[str, AnswerFault] = {}
        self.any = bool(plan.answers)

    @property
    def left(self) -> dict[tuple[int, str], int]:
        """How often each fault at a step has still to happen."""
        return {place: times for place, times in self._left.items() if times}

    def begin(self, step: int, message: bytes) -> None:
        """A request was heard, and this will be the step of its answer."""
        self._step = step
        if self._at_random:
            self._drawn = {
                fault.kind: fault
                for fault in self._at_random
                if self._random.random() < fault.share and _may_have(fault.kind, message)
            }

    def take(self, kind: str) -> AnswerFault | None:
        """The fault of this kind, if this answer has it; that counts as once."""
        fault = self._at_step.get(self._step, {}).get(kind)
        if fault is not None and self._left[self._step, kind]:
            self._left[self._step, kind] -= 1
        else:
            fault = self._drawn.pop(kind, None)
        if fault is not None:
            self.fired.append((self._step, kind))
        return fault

    def reply(self, message: bytes, reply: bytes) -> bytes:
        """The reply as it is given: stale, or with a wrong count."""
        if not message or message[0] not in _READS or reply[0] != ResponseCode.OK:
            return reply
        given = reply
        if self._keeps_reads:
            earlier = self._reads.get(message) or self._last_read
            if earlier and self.take("stale"):
                given = earlier
            self._remember(message, reply)
        if self._wants("wrong-length", "count") and self.take("wrong-length"):
            count = int.from_bytes(given[1:_COUNT_END], "big") + 1 & 0xFFFF
            given = given[:1] + count.to_bytes(2, "big") + given[_COUNT_END:]
        return given

    def packet(self, sent: bytes) -> bytes:
        """The bytes as they go onto the wire; acknowledgements come first in them, then a packet or none."""
        start = 0
        while start < len(sent) and sent[start] in (ACK, NAK):
            start += 1
        signals, packet = sent[:start], sent[start:]
        if not packet:
            return sent
        if self.take("drop"):
            return signals
        if self.take("wrong-toggle"):
            packet = _with(packet, 2, packet[2] ^ PacketControl.TOGGLE)
        if self._wants("wrong-length", "packet") and self.take("wrong-length"):
            packet = _longer(packet)
        if self.take("bad-crc"):
            packet = packet[:-1] + bytes([packet[-1] ^ 0xFF])
        if self.take("duplicate"):
            packet += packet
        return signals + packet

    def power_cut(self, sent: bytes) -> tuple[bytes, float] | None:
        """What leaves before the power fails, and how long it stays away; None when it does not fail in these bytes."""
        if len(sent) < HEADER_SIZE:
            return None
        fault = self.take("power-loss")
        return None if fault is None else (sent[: len(sent) // 2], float(fault.value or 0.0))

    def _wants(self, kind: str, value: str) -> bool:
        fault = self._at_step.get(self._step, {}).get(kind)
        if fault is None or not self._left[self._step, kind]:
            fault = self._drawn.get(kind)
        return fault is not None and fault.value == value

    def _remember(self, message: bytes, reply: bytes) -> None:
        self._last_read = self._reads[message] = reply
        self._reads.move_to_end(message)
        if len(self._reads) > _HELD_READS:
            self._reads.popitem(last=False)


def _may_have(kind: str, message: bytes) -> bool:
    """At random, only a request for a table is answered with busy."""
    return kind != "busy" or (bool(message) and message[0] in _OF_TABLES)


def _with(packet: bytes, offset: int, value: int) -> bytes:
    body = packet[:offset] + bytes([value]) + packet[offset + 1 : -2]
    return body + crc_bytes(body)


def _longer(packet: bytes) -> bytes:
    """Its length field says one byte more than there is; the CRC holds for what it says."""
    length = int.from_bytes(packet[4:HEADER_SIZE], "big") + 1
    body = packet[:4] + length.to_bytes(2, "big") + packet[HEADER_SIZE:-2]
    return body + crc_bytes(body)

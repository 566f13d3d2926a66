"""Faults on request: what can go wrong between a meter and a client, from a text such as `lose:0.05,nak:3`.

| fault | value | what happens |
| --- | --- | --- |
| lose, corrupt | 0 to 1 | so many of the bytes, in both directions, are lost or changed |
| nak | n | the next n good packets are answered with NAK |
| silent | n | the next n good packets are not answered at all |
| slow | seconds | the meter thinks so long before every answer |
| busy | n | the next n requests for a table are answered with bsy |
| deaf | baud | above this rate no byte gets through, as over a probe that is too slow |
| powerfail | n | the power fails once n bytes have been sent, in the middle of a packet |
| off | seconds | how long the power stays away (3 unless given) |
| procedure | seconds | every procedure takes so long until it is finished |
| stuck | n | the next n movements of the service switch fail |
| backfeed | volts | something else feeds the load side of the service switch |
| actuator | seconds | the motor of the service switch runs so long |
| seed | n | seed of the bytes that are lost or changed |
"""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from fieldpro.errors import UsageError


def _share(text: str) -> float:
    value = float(text)
    if not 0 <= value <= 1:
        raise ValueError
    return value


def _count(text: str) -> int:
    value = int(text)
    if value < 0:
        raise ValueError
    return value


def _seconds(text: str) -> float:
    value = float(text)
    if not 0 <= value <= 600:
        raise ValueError
    return value


_KINDS: dict[str, tuple[Callable[[str], float], str]] = {
    "lose": (_share, "a share, 0 to 1"),
    "corrupt": (_share, "a share, 0 to 1"),
    "nak": (_count, "a whole number of packets"),
    "silent": (_count, "a whole number of packets"),
    "slow": (_seconds, "seconds, 0 to 600"),
    "busy": (_count, "a whole number of requests"),
    "deaf": (_count, "a baud rate"),
    "powerfail": (_count, "a whole number of bytes"),
    "off": (_seconds, "seconds, 0 to 600"),
    "procedure": (_seconds, "seconds, 0 to 600"),
    "stuck": (_count, "a whole number of movements"),
    "backfeed": (_count, "whole volts"),
    "actuator": (_seconds, "seconds, 0 to 600"),
    "seed": (_count, "a whole number"),
}


@dataclass(frozen=True, slots=True)
class FaultPlan:
    """What shall go wrong. None: the power stays (`powerfail`), any rate will do (`deaf`), the meter's own `seed` and
    `actuator`."""

    lose: float = 0.0
    corrupt: float = 0.0
    nak: int = 0
    silent: int = 0
    slow: float = 0.0
    busy: int = 0
    deaf: int | None = None
    powerfail: int | None = None
    off: float = 3.0
    procedure: float = 0.0
    stuck: int = 0
    backfeed: int = 0
    actuator: float | None = None
    seed: int | None = None

    @classmethod
    def parse(cls, text: str) -> FaultPlan:
        """From `kind:value,kind:value`. Raises `UsageError` that names the fault and what it takes."""
        values: dict[str, Any] = {}
        for part in filter(None, (piece.strip() for piece in text.split(","))):
            kind, _, value = part.partition(":")
            if kind not in _KINDS:
                raise UsageError("fault", f"one of {', '.join(_KINDS)}", kind)
            read, expected = _KINDS[kind]
            try:
                values[kind] = read(value)
            except ValueError:
                raise UsageError(f"fault {kind}", expected, value or "nothing") from None
        return cls(**values)


class Faults:
    """A plan at work: counts down what is counted, and spoils bytes. `rng` makes it repeatable."""

    def __init__(self, plan: FaultPlan, *, seed: int) -> None:
        self.plan = plan
        self.nak_left, self.silent_left, self.busy_left = plan.nak, plan.silent, plan.busy
        self.bytes_to_power_fail = plan.powerfail
        self._random = random.Random(seed if plan.seed is None else plan.seed)

    def spoil(self, data: bytes, *, baud: int) -> bytes:
        """The bytes that get through, some of them changed."""
        plan = self.plan
        if plan.deaf is not None and baud > plan.deaf:
            return b""
        if not plan.lose and not plan.corrupt:
            return data
        kept = bytearray()
        for byte in data:
            if plan.lose and self._random.random() < plan.lose:
                continue
            if plan.corrupt and self._random.random() < plan.corrupt:
                byte ^= 1 << self._random.randrange(8)
            kept.append(byte)
        return bytes(kept)

    def takes_busy(self) -> bool:
        if self.busy_left:
            self.busy_left -= 1
            return True
        return False

    def cut(self, data: bytes) -> tuple[bytes, bool]:
        """What leaves before the power fails, and whether it fails in these bytes."""
        if self.bytes_to_power_fail is None:
            return data, False
        if len(data) < self.bytes_to_power_fail:
            self.bytes_to_power_fail -= len(data)
            return data, False
        sent = data[: self.bytes_to_power_fail]
        self.bytes_to_power_fail = None
        return sent, True

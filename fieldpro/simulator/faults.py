"""Faults on request: what can go wrong between a meter and a client, from a text.

    lose:0.05,nak:3                        of the line and the meter: one value for the whole connection
    busy@12,bad-crc@40x3,delay@5=2.5       of one answer: at a step, so many times, with a value
    drop:0.02,delay:0.1=2,seed:7           of so many of the answers, at random, the same with the same seed

The kinds are declared in `fieldpro.simulator.fault_kinds`. A step is the number of a step of a tape, or of the answer,
counted from 1, where there is no tape. `nak` and `busy` are of both sorts: with a whole number they are for the next so
many, with a share (0.02) at random. A fault at a step is over once it has happened its number of times: what is asked
again is answered.
"""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from fieldpro.errors import UsageError
from fieldpro.simulator.fault_kinds import ANSWER, LINE, FaultKind, Value

_MOST = 1_000_000
_WHOLE = re.compile(r"-?\d+")


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


def _field(text: str) -> str:
    if text not in ("packet", "count"):
        raise ValueError
    return text


_READ: Mapping[Value, Callable[[str], float | str]] = {
    Value.SHARE: _share,
    Value.SECONDS: _seconds,
    Value.FIELD: _field,
    **dict.fromkeys(
        (Value.PACKETS, Value.REQUESTS, Value.BYTES, Value.MOVEMENTS, Value.VOLTS, Value.BAUD, Value.WHOLE), _count
    ),
}


@dataclass(frozen=True, slots=True)
class AnswerFault:
    """A fault of an answer. step: at which; None where it is at random, for a `share` of them. value: as its kind."""

    kind: str
    step: int | None = None
    times: int = 1
    share: float = 0.0
    value: float | str | None = None

    def __str__(self) -> str:
        known = ANSWER[self.kind]
        place = (
            f":{self.share}" if self.step is None else f"@{self.step}" + (f"x{self.times}" if self.times > 1 else "")
        )
        return self.kind + place + ("" if self.value in (None, known.default) else f"={self.value}")


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
    answers: tuple[AnswerFault, ...] = ()

    @classmethod
    def parse(cls, text: str) -> FaultPlan:
        """From the parts of a text, with commas between. Raises `UsageError` that names the fault and what it takes."""
        values: dict[str, Any] = {}
        answers: list[AnswerFault] = []
        for part in filter(None, (piece.strip() for piece in text.split(","))):
            kind = re.split("[@:=]", part, maxsplit=1)[0]
            if kind not in LINE and kind not in ANSWER:
                raise UsageError("fault", f"one of {', '.join(sorted({*LINE, *ANSWER}))}", kind)
            rest = part[len(kind) :]
            if rest.startswith(":") and kind in LINE and (kind not in ANSWER or _WHOLE.fullmatch(rest[1:])):
                values[kind] = _value(LINE[kind], rest[1:])
            elif kind in ANSWER:
                answers.append(_answer_fault(ANSWER[kind], rest))
            else:
                raise UsageError(f"fault {kind}", f"{kind}:VALUE, {LINE[kind].value}", rest or "nothing")
        return cls(**values, answers=tuple(answers))

    def __str__(self) -> str:
        """The text that asks for this plan."""
        given = [f"{name}:{value}" for name in LINE if (value := getattr(self, name)) != getattr(_NOTHING, name)]
        return ",".join([*given, *map(str, self.answers)])

    def with_seed(self, seed: int | None) -> FaultPlan:
        """The same with this seed where it is one."""
        return self if seed is None else replace(self, seed=seed)


def _value(kind: FaultKind, text: str) -> float | str:
    try:
        return _READ[kind.value](text)
    except ValueError:
        raise UsageError(f"fault {kind.name}", kind.value, text or "nothing") from None


def _answer_fault(kind: FaultKind, rest: str) -> AnswerFault:
    """`rest` is what follows the name: "@40x3", "@5=2.5", ":0.02=2"."""
    place, equals, text = rest.partition("=")
    value = kind.default
    if equals:
        if kind.value is Value.NONE:
            raise UsageError(f"fault {kind.name}", "no value", text)
        value = _value(kind, text)
    if place.startswith(":"):
        try:
            return AnswerFault(kind.name, share=_share(place[1:]), value=value)
        except ValueError:
            raise UsageError(f"fault {kind.name}", Value.SHARE, place[1:] or "nothing") from None
    found = re.fullmatch(r"@(\d{1,9})(?:x(\d{1,7}))?", place)
    if found is None or not int(found[1]) or (found[2] is not None and not 1 <= int(found[2]) <= _MOST):
        raise UsageError(f"fault {kind.name}", "@STEP, @STEPxTIMES (each from 1) or :SHARE", place or "nothing")
    return AnswerFault(kind.name, step=int(found[1]), times=int(found[2] or 1), value=value)


_NOTHING = FaultPlan()


class Faults:
    """A plan at work on the line: counts down what is counted, and spoils bytes. `rng` makes it repeatable."""

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

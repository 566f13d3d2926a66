"""Sessions in which every kind of credential is said, on lines as bad as lines are, recorded onto tapes.

    talk = Talk(seed=7)
    path = talk.record(folder)        a saved tape
    talk.leaks(path)                  the secrets found in it, as bytes, as text, as hex

One seed is one session: a virtual meter with passwords and keys of its own, packets of 64 to 1024 bytes, bytes that
come one by one or together, a probe that echoes or not, some bits changed in either direction. The client is the
program's own session; the meter behind the port gives away and takes whatever it is asked, so that every secret really
passes over the wire. Time is moved by hand.
"""

from __future__ import annotations

import random
import string
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from fieldpro.c12.link import LinkSettings
from fieldpro.c12.psem import (
    Authenticate,
    AuthenticateReply,
    FullRead,
    FullWrite,
    Identify,
    IndexRead,
    IndexWrite,
    OffsetRead,
    OffsetWrite,
    Ok,
    ReadReply,
    Security,
    decode_request,
)
from fieldpro.errors import FieldProError, LinkError
from fieldpro.secret import Secret, holds_secrets
from fieldpro.session.conversation import Conversation
from fieldpro.session.meter_session import MeterSession
from fieldpro.session.plan import SessionPlan
from fieldpro.simulator import VirtualMeter, describe
from fieldpro.simulator.answer import Answer, Answering
from fieldpro.simulator.port import Port
from table_playback.record import Recording

START = 1_772_366_860.0  # 2026-03-01 12:07:40 UTC
LETTERS = string.ascii_letters + string.digits
WINDOW = 5  # so many bytes of a secret in a row are a leak, too
BYTE_S = 10 / 9600
PENDING = 4096
INITIATE = 7


class Time:
    """The meter's real time and everybody's steady clock, moved by hand."""

    def __init__(self) -> None:
        self.steady = 1000.0

    def __call__(self) -> float:
        return START + self.steady

    def monotonic(self) -> float:
        return self.steady

    def time(self) -> float:
        return self()

    def sleep(self, seconds: float) -> None:
        self.steady += seconds


@dataclass
class Line:
    """A transport to a port. echo: the probe sends back what it is given. damage: the share of bytes that change a bit
    on their way to the client. step: so many bytes come at once."""

    meter: Port
    clock: Time
    random: random.Random
    echo: bool = False
    damage: float = 0.0
    step: int = 1 << 16
    name: str = "line"
    baud: int = 9600
    arriving: bytearray = field(default_factory=bytearray)

    def set_baud(self, baud: int) -> None:
        self.baud = baud

    def write(self, data: bytes) -> None:
        if self.echo:
            self._send(data)
        self.clock.sleep(BYTE_S * len(data))
        self.meter.receive(data, self.clock.steady)
        self._send(self.meter.outgoing(self.clock.steady))

    def read(self, timeout_s: float) -> bytes:
        until = self.clock.steady + timeout_s
        while not self.arriving and self.clock.steady < until:
            due = self.meter.deadline
            self.clock.steady = until if due is None else min(until, max(due, self.clock.steady + 1e-6))
            self.meter.tick(self.clock.steady)
            self._send(self.meter.outgoing(self.clock.steady))
        data = bytes(self.arriving[: self.step])
        del self.arriving[: self.step]
        self.clock.sleep(BYTE_S * len(data))
        return data

    def discard_input(self) -> None:
        self.arriving.clear()

    def cancel_read(self) -> None: ...

    def close(self) -> None: ...

    def _send(self, data: bytes) -> None:
        for byte in data:
            hit = self.random.random() < self.damage
            self.arriving.append(byte ^ (1 << self.random.randrange(8)) if hit else byte)


class Generous:
    """A device that gives away and takes every secret; the rest is the virtual meter's answer."""

    def __init__(self, device: Answering, talk: Talk) -> None:
        self._device = device
        self._talk = talk

    def answer(self, message: bytes) -> Answer:
        try:
            request = decode_request(message)
        except FieldProError:
            return self._device.answer(message)
        match request:
            case Authenticate(key, ticket):
                return Answer(AuthenticateReply(key, self._talk.secret(len(ticket))).encode())
            case FullRead(table) | IndexRead(table) | OffsetRead(table) if holds_secrets(table):
                return Answer(ReadReply(self._talk.secret(self._talk.random.randint(20, 300))).encode())
            case FullWrite(table) | IndexWrite(table) | OffsetWrite(table) if holds_secrets(table):
                return Answer(Ok().encode())
            case _:
                return self._device.answer(message)

    def to_base(self, *, capacity: int) -> None:
        self._device.to_base(capacity=capacity)

    def power_failed(self, start: float, end: float) -> None:
        self._device.power_failed(start, end)


class Talk:
    """One session, or what is left of it on its line. `said`: every secret that passed."""

    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)
        self.said: list[bytes] = []
        self.clock = Time()
        self.password = self.text()
        self.line = self._line(seed)

    def secret(self, count: int) -> bytes:
        made = self.random.randbytes(count)
        self.said.append(made)
        return made

    def text(self) -> bytes:
        made = "".join(self.random.choices(LETTERS, k=self.random.randint(8, 20))).encode()
        self.said.append(made)
        return made

    def _line(self, seed: int) -> Line:
        name = self.random.choice(["centron", "residential"])
        description = describe.load(name)
        levels = [
            level.model_copy(update={"password": self.password.decode()})
            if nth == len(description.security.levels) - 1
            else level
            for nth, level in enumerate(description.security.levels)
        ]
        security = description.security.model_copy(update={"levels": tuple(levels)})
        virtual = VirtualMeter(description.model_copy(update={"security": security}), clock=self.clock)
        settings = LinkSettings(packet_count=255, name=name)
        port = Port(Generous(virtual.device, self), settings=settings, seed=seed, clock=self.clock)
        return Line(
            port,
            self.clock,
            self.random,
            echo=self.random.random() < 0.4,
            damage=self.random.choice([0.0, 0.0, 0.001, 0.01]),
            step=self.random.choice([1, 7, 1 << 16]),
        )

    def record(self, folder: Path) -> Path:
        """Say everything, record it, save the tape. The part that lay beside it is kept as `NAME.part-as-it-was`."""
        path = folder / f"{self.random.getrandbits(32):08x}.tape"
        recording = Recording(path, title="credentials", clock=self.clock)
        plan = SessionPlan(
            password=Secret(self.password),
            packet_size=self.random.choice([64, 128, 1024]),
            password_fill=self.random.choice([0x20, 0]),
            max_baud=9600,
        )
        todo = list(self.requests())
        self.random.shuffle(todo)
        transport = recording.listen(self.line)
        while todo:
            session = MeterSession(transport, plan, clock=self.clock)
            try:
                with session:
                    session.run(self._say(todo))
            except FieldProError:  # the line was too bad for this one
                todo = todo[1:]
        recording.recorder.spill()
        part = path.with_name(path.name + ".part")
        part.with_name(path.name + ".part-as-it-was").write_bytes(part.read_bytes())
        recording.stop()
        return path

    def _say(self, todo: list[object]) -> Conversation[None]:
        while todo:
            try:
                yield todo[0]  # type: ignore[misc] # a request of any kind
            except LinkError:
                raise
            except FieldProError:  # refused, or answered with something that is none
                pass
            del todo[0]

    def requests(self) -> Iterator[object]:
        """Every kind of credential once or twice, and harmless requests between."""
        for table in (42, 45, 46, PENDING + 42):
            yield FullRead(table)
            yield OffsetRead(table, 3, 40)
            yield IndexRead(table, (0, 1), 1)
            yield FullWrite(table, self.secret(self.random.randint(20, 200)))
            yield OffsetWrite(table, 20, self.secret(20))
            yield IndexWrite(table, (0, 1, 0), self.secret(20))
        for order in ("little", "big"):
            for procedure in (18, 18 | 0x2000):  # selector bits above the number
                head = procedure.to_bytes(2, order) + b"\x05"  # type: ignore[arg-type] # one of the two
                yield FullWrite(INITIATE, head + b"\x02\x00" + self.text().ljust(20))
                yield OffsetWrite(INITIATE, 0, head + b"\x02\x00" + self.text().ljust(20))
        yield Security(Secret(self.text()))
        yield Security(Secret(self.text()), user_id=2)
        yield Security(Secret(self.secret(20)))
        yield Authenticate(1, self.secret(8))
        yield Authenticate(2, self.secret(16))
        yield from (Identify(), FullRead(1), FullRead(5), OffsetRead(0, 0, 8))

    def leaks(self, path: Path) -> list[str]:
        """Where a secret is: the member of the file, and how it was found."""
        contents = {"the file": path.read_bytes()}
        kept = path.with_name(path.name + ".part-as-it-was")
        if kept.exists():
            contents["the part"] = kept.read_bytes()
        with zipfile.ZipFile(path) as archive:
            contents |= {name: archive.read(name) for name in archive.namelist()}
        return [f"{name}: {how}" for name, content in contents.items() for how in _found(content, self.said)]


def _found(content: bytes, secrets: list[bytes]) -> Iterator[str]:
    lower = content.lower()
    for secret in secrets:
        if secret in content:
            yield "as bytes"
        if secret.lower() in lower:
            yield "as text"
        windows = {secret[at : at + WINDOW].hex().encode() for at in range(len(secret) - WINDOW + 1)}
        if any(window in lower for window in windows):
            yield "as hex"

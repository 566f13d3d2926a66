"""`sim://NAME?...`: a virtual meter inside the process, from one line of text.

sim://centron                            the meter as described, real time, as fast as it goes
sim://centron?seed=3&days=45             another load and history, 45 days of load profile
sim://centron?pace=1&baud=9600           paced like a UART, 9600 baud at most
sim://centron?at=2026-03-01T12:00        real time (UTC, unless it says otherwise) begins there
sim://centron?speed=60                   an hour a minute
sim://centron?faults=lose:0.05,nak:3     see `fieldpro.simulator.faults`; a step is the number of an answer: busy@12
sim://centron?keep=0                     a new meter each time

A meter lives on between two connections, as one on a wall does: within a process the same URL finds the same meter,
unless it is still connected. With `at` or `faults`, which are for repeatable tests, it is a new one each time; `keep`
says otherwise.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime
from urllib.parse import parse_qsl, urlsplit

from fieldpro.errors import UsageError
from fieldpro.simulator import describe
from fieldpro.simulator.clock import running_clock
from fieldpro.simulator.faults import FaultPlan
from fieldpro.simulator.kept import KeptMeters
from fieldpro.simulator.serve import MemoryServer
from fieldpro.simulator.virtual import VirtualMeter
from fieldpro.transports.base import Transport

SCHEME = "sim"
_YES, _NO = ("1", "yes", "true", "on"), ("0", "no", "false", "off")
_OWN_KEYS = ("at", "speed", "pace", "faults", "keep")


@dataclass(frozen=True, slots=True)
class Order:
    """What a URL, or the options of a command, ask for."""

    name: str
    overrides: tuple[tuple[str, int], ...] = ()
    at: datetime | None = None
    speed: float = 1.0
    pace: bool = False
    faults: FaultPlan = field(default_factory=FaultPlan)
    keep: bool = True

    def meter(self) -> VirtualMeter:
        """A new meter. Raises `UsageError` for a name or a value that makes no sense."""
        description = describe.overridden(describe.load(self.name), **dict(self.overrides))
        start = self.at.timestamp() if self.at is not None else None
        return VirtualMeter(description, clock=running_clock(start=start, speed=self.speed), faults=self.faults)


def parse(url: str) -> Order:
    """Raises `UsageError` that names the key and what it takes."""
    parts = urlsplit(url)
    if parts.scheme != SCHEME:
        raise UsageError("virtual meter", "sim://NAME", url)
    name = (parts.netloc + parts.path).strip("/")
    return order(name, dict(parse_qsl(parts.query, keep_blank_values=True)))


def order(name: str, options: dict[str, str]) -> Order:
    """From options as text; the keys of a URL."""
    if name not in describe.names():
        raise UsageError("virtual meter", f"one of {', '.join(describe.names())}", name)
    overrides = []
    for key, value in options.items():
        if key in describe.OVERRIDES:
            overrides.append((key, _whole(key, value)))
        elif key not in _OWN_KEYS:
            raise UsageError("virtual meter option", f"one of {', '.join([*describe.OVERRIDES, *_OWN_KEYS])}", key)
    return Order(
        name,
        tuple(overrides),
        at=_moment(options["at"]) if "at" in options else None,
        speed=_speed(options.get("speed", "1")),
        pace=_switch("pace", options.get("pace", "0")),
        faults=FaultPlan.parse(options.get("faults", "")),
        keep=_switch("keep", options.get("keep", "0" if "at" in options or "faults" in options else "1")),
    )


_kept = KeptMeters()


def open_url(url: str) -> Transport:
    """The client's end of a virtual meter's port; the meter's thread ends when it is closed."""
    wanted = parse(url)
    if not wanted.keep:
        return MemoryServer(wanted.meter(), pace=wanted.pace, name=url).client
    return _kept.open(url, wanted.meter, name=url, pace=wanted.pace)


def _whole(key: str, text: str) -> int:
    try:
        return int(text)
    except ValueError:
        raise UsageError(key, "a whole number", text) from None


def _speed(text: str) -> float:
    try:
        value = float(text)
    except ValueError:
        value = 0.0
    if not 0 < value <= 100_000:
        raise UsageError("speed", "a number above 0, at most 100000", text)
    return value


def _switch(key: str, text: str) -> bool:
    if text.lower() not in (*_YES, *_NO):
        raise UsageError(key, "1 or 0", text)
    return text.lower() in _YES


def _moment(text: str) -> datetime:
    try:
        moment = datetime.fromisoformat(text.replace(" ", "+"))  # a query's "+" arrives as a blank
    except ValueError:
        raise UsageError("at", "a time such as 2026-03-01T12:00", text) from None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)

"""The ways to a meter that the Connect page offers: virtual meters, probes by USB identity, meters seen before.

No Qt here. `look_around` runs outside the GUI thread: it asks the system for its ports.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

from fieldpro.gui.words import tr


class Kind(StrEnum):
    VIRTUAL = "virtual"
    PROBE = "probe"
    RECENT = "recent"
    PORT = "port"


@dataclass(frozen=True, slots=True)
class WayIn:
    """One way in. `url` opens it; `probe` is the profile to use, "" to find it by trying; `levels` names the access
    levels of its meter, the lowest first, where they are known."""

    kind: Kind
    url: str
    title: str
    detail: str
    probe: str = ""
    levels: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Surroundings:
    """Everything that could be connected now. `probe_profiles` are (name, title, note)."""

    virtual: tuple[WayIn, ...] = ()
    probes: tuple[WayIn, ...] = ()
    ports: tuple[WayIn, ...] = ()
    recent: tuple[WayIn, ...] = ()
    probe_profiles: tuple[tuple[str, str, str], ...] = field(default=())

    @property
    def all_ways(self) -> tuple[WayIn, ...]:
        """In the order of the list "all ports"; a probe is listed once, as the port it is."""
        return (*self.virtual, *self.probes, *self.ports, *self.recent)

    def likely(self, kind: Kind) -> WayIn | None:
        """The first of a kind: what the big button offers."""
        ways = {Kind.VIRTUAL: self.virtual, Kind.PROBE: self.probes, Kind.RECENT: self.recent}[kind]
        return ways[0] if ways else None


def ways_of_ports(ports: Iterable[Any]) -> tuple[tuple[WayIn, ...], tuple[WayIn, ...]]:
    """(those that look like a probe, the others). A USB serial adapter may be a probe; a built-in port is a port.
    `ports` are `fieldpro.transports.ports.PortInfo`. An adapter is known by what is printed in its USB identity."""
    probes, others = [], []
    for port in ports:
        if port.vendor_id is None:
            others.append(WayIn(Kind.PORT, port.device, port.device, port.description or tr("Serial port")))
            continue
        name = port.description or port.chip or tr("USB serial adapter")
        identity = " ".join(text for text in (port.chip, port.serial_number) if text)
        detail = tr("{identity} on {device}", identity=identity, device=port.device) if identity else port.device
        probes.append(WayIn(Kind.PROBE, port.identity, name, detail))
    return tuple(probes), tuple(others)


def ways_of_meters(meters: Sequence[Any], present: Iterable[str], now: datetime) -> tuple[WayIn, ...]:
    """Meters seen before, the latest first; those on a port that is here now come before the others.
    `meters` are the store's `RecentMeter`."""
    here = set(present)
    ways = [
        WayIn(
            Kind.RECENT,
            meter.port,
            " ".join(text for text in (meter.identity.model, meter.identity.serial) if text),
            tr("{ago}, over {port}", ago=ago(now, meter.last_seen), port=meter.port),
        )
        for meter in meters
    ]
    return tuple(sorted(ways, key=lambda way: way.url not in here and not way.url.startswith("sim://")))


def ago(now: datetime, then: datetime) -> str:
    """How long ago, as a person says it."""
    seconds = (now - then).total_seconds()
    if seconds < 90:
        return tr("just now")
    if seconds < 5_400:
        return tr("{count} minutes ago", count=round(seconds / 60))
    if seconds < 36 * 3_600:
        return tr("{count} hours ago", count=round(seconds / 3_600))
    return tr("{count} days ago", count=round(seconds / 86_400))

"""Looks around for ways to a meter: virtual meters, ports, meters seen before. Runs in the ports' lane."""

from __future__ import annotations

import tomllib
from datetime import UTC, datetime
from functools import cache
from typing import Any

from fieldpro import resources
from fieldpro.errors import StoreError
from fieldpro.gui.models.ways_in import Kind, Surroundings, WayIn, ways_of_meters, ways_of_ports
from fieldpro.gui.words import tr

FIRST_VIRTUAL = "centron"


@cache
def virtual_ways() -> tuple[WayIn, ...]:
    """The virtual meters that ship with the program, the polyphase one first."""
    names = sorted(resources.names("meters", ".toml"), key=lambda name: (name != FIRST_VIRTUAL, name))
    return tuple(_virtual_way(name) for name in names)


def _virtual_way(name: str) -> WayIn:
    described = tomllib.loads(resources.text("meters", f"{name}.toml"))
    title, _comma, detail = str(described.get("title", name)).partition(", ")
    levels = tuple(str(level.get("title", "")) for level in described.get("security", {}).get("levels", ()))
    detail = detail or tr("Inside this program, nothing to plug in")
    return WayIn(Kind.VIRTUAL, f"sim://{name}", title, detail[:1].upper() + detail[1:], levels=levels)


def look_around(desk: Any) -> Surroundings:
    """What could be connected now. Meters seen before are left out while the store cannot be used."""
    from fieldpro.transports.ports import list_ports
    from fieldpro.transports.probes import profiles

    probes, ports = ways_of_ports(list_ports())
    try:
        meters = desk.store.recent_meters(limit=8)
    except StoreError:
        meters = []
    present = [way.url for way in (*probes, *ports)]
    return Surroundings(
        virtual=virtual_ways(),
        probes=probes,
        ports=ports,
        recent=ways_of_meters(meters, present, datetime.now(UTC)),
        probe_profiles=tuple((one.name, one.title, one.note) for one in profiles()),
    )

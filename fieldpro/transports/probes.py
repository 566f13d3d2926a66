"""Optical probes and serial adapters as data: what a profile in `resources/probes/` says of one.

A probe is powered from the handshake lines DTR and RTS, may send every byte back (echo), needs a pause before the
line is turned round, may need a wake byte, and is only so fast. No single setting suits all, so a port that was
opened without a profile tries those with an `auto` number, in its order, until a meter answers.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from fieldpro import resources
from fieldpro.errors import FileError, UsageError

FOLDER = "probes"


@dataclass(frozen=True, slots=True, kw_only=True)
class ProbeProfile:
    """One kind of probe.

    dtr, rts: the level each line is held at; True is asserted, the positive voltage that powers a head.
    settle_s: how long the head needs after its power comes on.
    turn_round_s: the least time between the last byte heard and the first one sent.
    wake: bytes sent before the first packet; max_baud: the fastest rate its optics follow, None when unknown.
    auto: place among the profiles that are tried when none is chosen; 0 is never tried.
    """

    name: str
    title: str
    note: str = ""
    dtr: bool = True
    rts: bool = True
    echo: bool = False
    settle_s: float = 0.0
    turn_round_s: float = 0.0
    wake: bytes = b""
    max_baud: int | None = None
    auto: int = 0


DIRECT = ProbeProfile(name="direct", title="No probe: a wire, a network or a virtual port")

_TYPES: Mapping[str, tuple[type, ...]] = {
    "title": (str,),
    "note": (str,),
    "dtr": (bool,),
    "rts": (bool,),
    "echo": (bool,),
    "settle_s": (int, float),
    "turn_round_s": (int, float),
    "wake": (str,),
    "max_baud": (int,),
    "auto": (int,),
}


def parse(name: str, text: str) -> ProbeProfile:
    """A profile from its TOML text. Raises `FileError` with the key at fault."""
    path = f"{FOLDER}/{name}.toml"
    try:
        values: dict[str, Any] = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise FileError(path, "text", "TOML", str(error)) from error
    for key, value in values.items():
        wanted = _TYPES.get(key)
        if wanted is None:
            raise FileError(path, key, "one of " + ", ".join(sorted(_TYPES)), "an unknown key")
        if not isinstance(value, wanted) or (isinstance(value, bool) and bool not in wanted):
            raise FileError(path, key, wanted[-1].__name__, repr(value))
        if isinstance(value, int | float) and value < 0:
            raise FileError(path, key, "not negative", repr(value))
    if "title" not in values:
        raise FileError(path, "title", "a title", "none")
    if "wake" in values:
        try:
            values["wake"] = bytes.fromhex(values["wake"])
        except ValueError as error:
            raise FileError(path, "wake", "bytes in hex", repr(values["wake"])) from error
    return ProbeProfile(name=name, **values)


@cache
def profiles() -> tuple[ProbeProfile, ...]:
    """Every profile there is, by title."""
    found = [parse(name, resources.text(FOLDER, f"{name}.toml")) for name in resources.names(FOLDER, ".toml")]
    return tuple(sorted(found, key=lambda profile: profile.title))


def profile(name: str) -> ProbeProfile:
    """The profile of this name. Raises `UsageError`."""
    for candidate in profiles():
        if candidate.name == name:
            return candidate
    raise UsageError("probe profile", "one of " + ", ".join(sorted(p.name for p in profiles())), name)


def auto_profiles() -> tuple[ProbeProfile, ...]:
    """What is tried, in order, when no profile was chosen."""
    return tuple(sorted((p for p in profiles() if p.auto), key=lambda candidate: candidate.auto))

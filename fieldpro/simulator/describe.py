"""A virtual meter, described by a data file: `load("centron")` reads and checks resources/meters/centron.toml.

To add a meter, copy one of those files and change it. What a URL or the command line overrides (`days`, `baud`, ...)
is declared in `OVERRIDES`.
"""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Mapping
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Annotated, Any

from pydantic import Field, ValidationError, model_validator

from fieldpro import resources
from fieldpro.errors import FileError, UsageError
from fieldpro.simulator import parts
from fieldpro.simulator.numbers import holds_exactly

FOLDER = "meters"


class MeterDescription(parts.Part):
    """One virtual meter. The order of `sources` is their number."""

    name: Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9-]*$", max_length=16)]
    title: str
    seed: Annotated[int, Field(ge=0, le=0xFFFFFFFF)] = 1
    dictionary: tuple[str, ...] = ()
    installed: datetime
    form: parts.Byte
    identity: parts.Identity
    utility: parts.Utility = parts.Utility()
    format: parts.Format
    link: parts.Link
    nameplate: parts.Nameplate
    clock: parts.Clock
    load: parts.Load
    history: parts.History = parts.History()
    sources: dict[str, parts.Source]
    demand: parts.Demand = parts.Demand()
    registers: parts.RegisterPart
    load_profile: parts.LoadProfilePart
    calendar: parts.CalendarPart = parts.CalendarPart()
    display: parts.Display = parts.Display()
    log: parts.Log = parts.Log()
    pending: parts.Pending = parts.Pending()
    switch: parts.ServiceSwitchPart | None = None
    security: parts.Security

    @model_validator(mode="after")
    def _names_exist(self) -> MeterDescription:
        registers, profile = self.registers, self.load_profile
        named = [*registers.summations, *registers.demands, *registers.present_demands, *registers.present_values]
        named += [name for pair in registers.coincidents for name in (pair.source, pair.with_)]
        named += [name for channel in profile.channels for name in (channel.source, channel.end_reading)]
        named += [name for shown in (*self.display.lists, *self.display.test_lists) for name in shown.items]
        for name in named:
            if name not in self.sources:
                raise ValueError(f'no source is called "{name}"')
        for name, source in self.sources.items():
            if source.pulse_weight and not holds_exactly(self.format.ni_format1, source.pulse_weight):
                raise ValueError(f'source "{name}": ni_format1 cannot hold a pulse_weight of {source.pulse_weight:g}')
            if source.demand and getattr(self.demand, source.demand) is None:
                raise ValueError(f'source "{name}" wants {source.demand} demand, which [demand] does not set')
        for pair in registers.coincidents:
            if pair.with_ not in registers.demands:
                raise ValueError(f'a coincident value goes with "{pair.with_}", which is no demand of [registers]')
        if self.installed.tzinfo is None:
            raise ValueError("installed needs a zone, such as the Z at its end")
        return self

    @model_validator(mode="after")
    def _levels_exist(self) -> MeterDescription:
        known = {"anyone", *(level.name for level in self.security.levels)}
        security = self.security
        asked = [security.read, security.write, security.procedure]
        asked += [word for rule in security.rules for word in (rule.read, rule.write, rule.run) if word is not None]
        for word in asked:
            if word not in known:
                raise ValueError(f'no access level is called "{word}"')
        return self

    @property
    def origin(self) -> int:
        """Real time of the installation, a whole load slot."""
        return int(self.installed.timestamp()) // 300 * 300

    def source_number(self, name: str) -> int:
        return list(self.sources).index(name)


def parse(text: str, path: str) -> MeterDescription:
    """A description from its text. Raises `FileError` that names the key and says what it should be."""
    try:
        return MeterDescription.model_validate(tomllib.loads(text))
    except tomllib.TOMLDecodeError as error:
        raise FileError(path, "the text", "TOML", str(error)) from None
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        place = ".".join(str(part) for part in first["loc"]) or "the file"
        raise FileError(path, place, first["msg"].removeprefix("Value error, "), _shown(first.get("input"))) from None


def _shown(value: Any) -> str:
    text = repr(value)
    return text if len(text) < 60 else f"{text[:57]}..."


def names() -> list[str]:
    """The virtual meters that ship with the program."""
    return resources.names(FOLDER, ".toml")


@cache
def load(name: str) -> MeterDescription:
    """One of the meters that ship. Raises `UsageError` for a name that none has, `FileError` for a bad file."""
    if name not in names():
        raise UsageError("virtual meter", f"one of {', '.join(names())}", name)
    return parse(resources.text(FOLDER, f"{name}.toml"), f"{FOLDER}/{name}.toml")


def load_file(path: Path) -> MeterDescription:
    """A meter that somebody described. Raises `FileError`."""
    try:
        return parse(path.read_text(encoding="utf-8"), str(path))
    except (OSError, UnicodeDecodeError) as error:
        raise FileError(str(path), "the file", "a description in TOML", str(error)) from error


# --- what a URL may override ----------------------------------------------------------------------------------


def _days(description: MeterDescription, value: int) -> dict[str, Any]:
    profile = description.load_profile
    a_day = max(1440 // (profile.interval_min * profile.intervals), 1)
    return {"load_profile": {"blocks": value * a_day}}


def _baud(description: MeterDescription, value: int) -> dict[str, Any]:
    """The fastest rate offered; those above it go."""
    kept = tuple(rate for rate in description.link.bauds if rate <= value)
    return {"link": {"bauds": kept or description.link.bauds[:1]}}


OVERRIDES: Mapping[str, tuple[str, int, int, Callable[[MeterDescription, int], dict[str, Any]]]] = {
    "seed": ("seed of the load and the history", 0, 0xFFFFFFFF, lambda _, value: {"seed": value}),
    "days": ("days the load profile holds", 1, 1000, _days),
    "baud": ("fastest baud rate offered", 300, 57600, _baud),
    "packet": ("largest packet in bytes", 64, 8192, lambda _, value: {"link": {"packet_size": value}}),
    "packets": ("most packets in a message", 1, 255, lambda _, value: {"link": {"packet_count": value}}),
}


def overridden(description: MeterDescription, **values: int) -> MeterDescription:
    """The same meter with some things otherwise; see `OVERRIDES`. Raises `UsageError` for a value out of range."""
    changes: dict[str, Any] = {}
    for key, value in values.items():
        if key not in OVERRIDES:
            raise UsageError("virtual meter setting", f"one of {', '.join(OVERRIDES)}", key)
        title, low, high, change = OVERRIDES[key]
        if not low <= value <= high:
            raise UsageError(f"{key} ({title})", f"{low} to {high}", str(value))
        for part, changed in change(description, value).items():
            if isinstance(changed, dict):
                held = changes.get(part, getattr(description, part))
                changes[part] = held.model_copy(update=changed)
            else:
                changes[part] = changed
    return description.model_copy(update=changes)

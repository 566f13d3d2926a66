"""Device profiles: what is known of one make of meter beyond the standard, as a TOML file a person can write.

    name = "openway-centron"              the file's own name
    title = "Itron OpenWay CENTRON"
    [[match]]                             one or more; the patterns of a block must all fit (* and ?, any case)
    manufacturer = "ITRN"
    model = "CENTRON*"
    device_class = "*"
    [dictionary]
    overlays = ["fieldpro-virtual"]       dictionary overlays, in the order they are laid on
    settings = { PROC6_MODE_CODING = 1 }     values of the PROFILE keys that the dictionary declares
    [link]                                what the port can do; left out = the protocol's defaults
    max_baud = 28800
    [reading]
    skip_tables = [9]                     listed by the meter, not read by default
    [writing]                             parts = "never": whole tables only
    [load_profile]                        scaling, simple_status, dst_moves_times
    [[status_flags]]                      words for the bits of ED_MFG_STATUS: bit, title, meaning, severity
    [[quantities]]                        code, name, unit of further ID_CODEs of table 12
    [events]                              titles of the maker's events by number: 3 = "Cover removed"
    [[procedures]]                        notes on the maker's procedures; see `fieldpro.meter.procedure_note`
    [switch]                              where the service switch lies; see `fieldpro.meter.switch_keys`
    [test_mode]                           returns_after_min = 30
    [display]                             entries = "source-number": what table 32 holds
    [security]                            previous = "second-half": where table 42 keeps previous passwords
    [instantaneous]                       where volts, amperes and angles lie: element paths of one table

Wherever C12.19 leaves a matter open, or sources disagree, the answer is a key here and not a constant in code.
"""

from __future__ import annotations

import fnmatch
import re
import tomllib
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from fieldpro import resources
from fieldpro.dictionaries import load_dictionary, overlay_names
from fieldpro.errors import FileError, UsageError
from fieldpro.meter.procedure_note import ProcedureNote
from fieldpro.meter.switch_keys import SwitchKeys
from fieldpro.records import MeterIdentity, Severity

FOLDER = "profiles"
GENERIC = "generic"

Baud = Literal[300, 600, 1200, 2400, 4800, 9600, 14400, 19200, 28800, 57600]
TableNumber = Annotated[int, Field(ge=0, le=0x1FFF)]


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Match(_Part):
    """Patterns on the identity; "*" fits anything. Letters of either case are the same."""

    manufacturer: str = "*"
    model: str = "*"
    device_class: str = "*"

    def fits(self, identity: MeterIdentity) -> bool:
        return all(
            fnmatch.fnmatchcase(getattr(identity, name).casefold(), pattern.casefold())
            for name, pattern in self._patterns()
        )

    @property
    def weight(self) -> tuple[int, int]:
        """How much this asks for: patterns that are not "*", then letters in them. The greater one wins."""
        asked = [pattern for _, pattern in self._patterns() if pattern != "*"]
        return len(asked), sum(len(re.sub(r"[*?]", "", pattern)) for pattern in asked)

    def _patterns(self) -> list[tuple[str, str]]:
        return [
            ("manufacturer", self.manufacturer),
            ("model", self.model),
            ("device_class", self.device_class),
        ]


class DictionaryKeys(_Part):
    """Which overlays the dictionary is built with, and the values of its PROFILE keys."""

    overlays: tuple[str, ...] = ()
    settings: dict[str, int] = Field(default_factory=dict)


class LinkLimits(_Part):
    """What the port can do and stand; None leaves the default of C12.18."""

    negotiate: bool = True
    max_baud: Baud | None = None
    packet_size: Annotated[int, Field(ge=64, le=8192)] | None = None
    packet_count: Annotated[int, Field(ge=1, le=255)] | None = None
    inter_character_s: Annotated[float, Field(gt=0)] | None = None
    response_s: Annotated[float, Field(gt=0)] | None = None
    traffic_s: Annotated[float, Field(gt=0)] | None = None
    turn_round_s: Annotated[float, Field(ge=0)] | None = None


class Reading(_Part):
    """How its tables are read. `offset_reads` "as-listed" believes ST0 DATA_ACCESS_METHOD, "never" does not."""

    skip_tables: frozenset[TableNumber] = frozenset()
    offset_reads: Literal["as-listed", "never"] = "as-listed"


class Writing(_Part):
    """How its tables are written. `parts` "as-listed" believes ST0 DATA_ACCESS_METHOD about writes too; "never" writes
    whole tables only, "offset" and "index" only in that way."""

    parts: Literal["as-listed", "never", "offset", "index"] = "as-listed"


class LoadProfile(_Part):
    """What C12.19 leaves open about load profile data, as this make of meter does it.

    scaling: whether SCALARS and DIVISORS were applied "before-recording" or are to be applied "after-reading".
    simple_status: what a bit that is set in SIMPLE_INT_STATUS means. dst_moves_times: whether the times of blocks
    follow daylight saving where the intervals' DST flag says so; False where they keep standard time.
    """

    scaling: Literal["before-recording", "after-reading"] = "before-recording"
    simple_status: Literal["set-is-valid", "set-is-invalid"] = "set-is-valid"
    dst_moves_times: bool = True


class FlagMeaning(_Part):
    """Words for one bit of the maker's own status, ED_MFG_STATUS."""

    bit: Annotated[int, Field(ge=0, le=2039)]
    title: Annotated[str, Field(min_length=1)]
    meaning: str = ""
    severity: Severity = Severity.INFO


class ExtraQuantity(_Part):
    """Name and unit of an ID_CODE in table 12 that the standard words here do not hold."""

    code: Annotated[int, Field(ge=0, le=255)]
    name: Annotated[str, Field(min_length=1)]
    unit: str = ""


class PhaseElements(_Part):
    """Where one phase's values lie: element paths in the table; "" when the meter does not measure it."""

    name: str
    volts: str = ""
    amps: str = ""
    volt_angle: str = ""
    amp_angle: str = ""


class Instantaneous(_Part):
    """Where the present volts, amperes and angles lie, and the value of one count of each."""

    table: TableNumber
    phases: Annotated[tuple[PhaseElements, ...], Field(min_length=1)]
    frequency: str = ""
    volts_per_count: float = 1.0
    amps_per_count: float = 1.0
    degrees_per_count: float = 1.0
    hertz_per_count: float = 1.0


class ModeKeys(_Part):
    """returns_after_min: minutes after which the meter leaves test mode by itself; None when that is not known."""

    returns_after_min: Annotated[float, Field(gt=0)] | None = None


class DisplayKeys(_Part):
    """What an entry of table 32 (DISPLAY_SOURCES) says, which C12.19 leaves to the maker: "source-number" is the number
    of a source of table 16, in the meter's byte order; "unknown" is anything else."""

    entries: Literal["unknown", "source-number"] = "unknown"


class SecurityKeys(_Part):
    """Where table 42 keeps the password that a new one replaced: nowhere, or the first half are those in use and the
    second half, in the same order, the ones before."""

    previous: Literal["not-kept", "second-half"] = "not-kept"


class DeviceProfile(_Part):
    """One make of meter."""

    name: Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9-]*$")]
    title: Annotated[str, Field(min_length=1)]
    notes: str = ""
    match: tuple[Match, ...] = ()
    dictionary: DictionaryKeys = DictionaryKeys()
    link: LinkLimits = LinkLimits()
    reading: Reading = Reading()
    writing: Writing = Writing()
    load_profile: LoadProfile = LoadProfile()
    status_flags: tuple[FlagMeaning, ...] = ()
    quantities: tuple[ExtraQuantity, ...] = ()
    events: dict[int, str] = Field(default_factory=dict)
    instantaneous: Instantaneous | None = None
    procedures: tuple[ProcedureNote, ...] = ()
    test_mode: ModeKeys = ModeKeys()
    display: DisplayKeys = DisplayKeys()
    security: SecurityKeys = SecurityKeys()
    switch: SwitchKeys | None = None

    @model_validator(mode="after")
    def _someone_fits(self) -> DeviceProfile:
        if not self.match and self.name != GENERIC:
            raise ValueError("a profile needs at least one [[match]] block")
        return self

    def weight(self, identity: MeterIdentity) -> tuple[int, int] | None:
        """How closely this profile fits a meter; None when it does not."""
        fitting = [block.weight for block in self.match if block.fits(identity)]
        if fitting:
            return max(fitting)
        return (-1, 0) if self.name == GENERIC else None


def parse(text: str, path: str) -> DeviceProfile:
    """A profile from the text of its file. Raises `FileError` that names the key or line and what was expected."""
    try:
        content = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        what, _, place = str(error).partition(" (at ")
        raise FileError(path, place.rstrip(")") or "the file", "TOML", what) from error
    try:
        profile = DeviceProfile.model_validate(content)
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        place = ".".join(str(part) for part in first["loc"]) or "the file"
        found = "nothing" if first["type"] == "missing" else repr(first["input"])
        raise FileError(path, place, first["msg"], found) from error
    if profile.name != Path(path).stem:
        raise FileError(path, "name", f"the file's own name, {Path(path).stem!r}", repr(profile.name))
    _check_dictionary(profile.dictionary, path)
    return profile


def _check_dictionary(keys: DictionaryKeys, path: str) -> None:
    """Overlays and settings must be there; a slip in a name would silently change nothing."""
    there = overlay_names()
    for nth, name in enumerate(keys.overlays):
        if name not in there:
            raise FileError(path, f"dictionary.overlays.{nth}", f"one of {', '.join(there)}", repr(name))
    if keys.settings:
        known = load_dictionary(keys.overlays).profile_keys
        for name in keys.settings:
            if name not in known:
                raise FileError(path, f"dictionary.settings.{name}", f"one of {', '.join(known)}", repr(name))


def read(path: Path) -> DeviceProfile:
    """A profile from a file of the user's."""
    try:
        return parse(path.read_text(encoding="utf-8"), str(path))
    except (OSError, UnicodeDecodeError) as error:
        raise FileError(str(path), "the file", "UTF-8 text that can be read", str(error)) from error


@cache
def shipped() -> tuple[DeviceProfile, ...]:
    """The profiles that come with the program, by name."""
    names = resources.names(FOLDER, ".toml")
    return tuple(parse(resources.text(FOLDER, f"{name}.toml"), f"{FOLDER}/{name}.toml") for name in names)


def load(name: str, *, extra: Sequence[DeviceProfile] = ()) -> DeviceProfile:
    """The profile of this name, the user's own first. Raises `UsageError` when there is none."""
    for profile in (*extra, *shipped()):
        if profile.name == name:
            return profile
    raise UsageError("device profile", " or ".join(profile.name for profile in shipped()), name)


def choose(identity: MeterIdentity, *, extra: Sequence[DeviceProfile] = ()) -> DeviceProfile:
    """The profile that fits a meter most closely; of two alike, the user's own; in the end the generic one."""
    best: DeviceProfile | None = None
    best_weight = (-2, 0)
    for profile in (*extra, *shipped()):
        weight = profile.weight(identity)
        if weight is not None and weight > best_weight:
            best, best_weight = profile, weight
    if best is None:
        raise UsageError("device profiles", f"one named {GENERIC}", "none")
    return best

"""Pending tables: what was written to take hold later (ANSI C12.19 table 4, tables 4096 + n, procedures 12 to 15).

    AtTime(datetime(2026, 6, 1)) | After(days=2) | ByProcedure()        when a pending table takes hold
    header(trigger)      the values of PENDING_HEADER, in front of a pending table and as parameters of 13 and 15
    waiting(tables)      what table 4 says is waiting, each with its trigger

A pending header is six bytes, counted in the size of the pending table and not in offsets.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeAlias

from fieldpro.c12.dictionary.model import MANUFACTURER
from fieldpro.c12.dictionary.tables import Tables
from fieldpro.meter.registers import moment

PENDING_STATUS = 4
_AT_TIME, _AFTER, _BY_PROCEDURE = 0, 1, 2
_STORAGE_BYTES = 5


@dataclass(frozen=True, slots=True)
class AtTime:
    """At a time on the meter's own clock (naive), to the minute."""

    time: datetime
    self_read: bool = False
    demand_reset: bool = False

    @property
    def words(self) -> str:
        return f"at {self.time:%Y-%m-%d %H:%M}"


@dataclass(frozen=True, slots=True)
class After:
    """After a time from the moment it is written."""

    weeks: int = 0
    days: int = 0
    hours: int = 0
    minutes: int = 0
    seconds: int = 0
    self_read: bool = False
    demand_reset: bool = False

    @property
    def words(self) -> str:
        parts = ((self.weeks, "weeks"), (self.days, "days"), (self.hours, "h"), (self.minutes, "min"))
        said = [f"{count} {unit}" for count, unit in (*parts, (self.seconds, "s")) if count]
        return "after " + (" ".join(said) or "no time")


@dataclass(frozen=True, slots=True)
class ByProcedure:
    """When procedure 12 or 13 says so. storage: five bytes that tell several such triggers apart."""

    storage: bytes = bytes(_STORAGE_BYTES)
    self_read: bool = False
    demand_reset: bool = False

    @property
    def words(self) -> str:
        told = f" with {self.storage.hex(' ').upper()}" if any(self.storage) else ""
        return f"when it is told to{told}"


Trigger: TypeAlias = AtTime | After | ByProcedure


@dataclass(frozen=True, slots=True)
class Waiting:
    """One entry of table 4. `table` counts manufacturer tables from 2048. trigger: None for one that is not known."""

    table: int
    trigger: Trigger | None
    still_pending: bool


def header(trigger: Trigger) -> dict[str, Any]:
    """The values of STD.PENDING_HEADER_RCD."""
    code = {AtTime: _AT_TIME, After: _AFTER, ByProcedure: _BY_PROCEDURE}[type(trigger)]
    selector = {
        "EVENT_CODE": code,
        "SELF_READ_FLAG": trigger.self_read,
        "DEMAND_RESET_FLAG": trigger.demand_reset,
    }
    values: dict[str, Any] = {"EVENT_SELECTOR": selector}
    match trigger:
        case AtTime(time):
            return values | {"ACTIVATION_TIME": time}
        case After(weeks, days, hours, minutes, seconds):
            spans = {"WEEKS": weeks, "DAYS": days, "HOURS": hours, "MINUTES": minutes, "SECONDS": seconds}
            return values | spans
        case ByProcedure(storage):
            return values | {"EVENT_STORAGE": storage}


def trigger_of(values: Mapping[str, Any]) -> Trigger | None:
    """The trigger from the values of a pending header; None for a code that the standard lacks, or a time that is
    none."""
    selector = values["EVENT_SELECTOR"]
    flags = {"self_read": bool(selector["SELF_READ_FLAG"]), "demand_reset": bool(selector["DEMAND_RESET_FLAG"])}
    match selector["EVENT_CODE"]:
        case 0:
            time = moment(values.get("ACTIVATION_TIME"))
            return None if time is None else AtTime(time, **flags)
        case 1:
            weeks, days, hours, minutes, seconds = (
                int(values[name]) for name in ("WEEKS", "DAYS", "HOURS", "MINUTES", "SECONDS")
            )
            return After(weeks, days, hours, minutes, seconds, **flags)
        case 2:
            return ByProcedure(bytes(values["EVENT_STORAGE"]), **flags)
        case _:
            return None


def waiting(tables: Tables) -> list[Waiting]:
    """What table 4 lists, whether it still waits or not. Raises as `Tables.decode` does."""
    values = tables.decode(PENDING_STATUS).values
    found = []
    for entry in values["PENDING_TABLES"][: int(values["NBR_PENDING_TABLES"])]:
        selector = entry["TABLE_SELECTOR"]
        table = int(selector["TBL_PROC_NBR"]) + MANUFACTURER * bool(selector["STD_VS_MFG_FLAG"])
        found.append(Waiting(table, trigger_of(entry["HEADER"]), bool(selector["PENDING_FLAG"])))
    return found


def last_activation(tables: Tables) -> datetime | None:
    """When a pending table last took hold, by the meter's own clock; None for never."""
    return moment(tables.decode(PENDING_STATUS).get("LAST_ACTIVATION_DATE_TIME"))

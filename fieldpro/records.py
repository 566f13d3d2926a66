"""What is known of a meter after it was read: plain frozen records, shared by the store, the CLI and the window.

Raw bytes are the truth; everything else (`fieldpro.meter.view`) is computed from them and a dictionary, so that a
saved read-out opens exactly as if the meter were connected.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any

from fieldpro.errors import FieldProError
from fieldpro.secret import holds_secrets


@dataclass(frozen=True, slots=True)
class MeterIdentity:
    """Who the meter is: ST0 DEVICE_CLASS and versions, ST1, ST5. Texts are stripped of their padding."""

    manufacturer: str
    model: str
    serial: str
    hardware: str
    firmware: str
    device_class: str
    identification: str = ""

    @property
    def key(self) -> str:
        """What tells this meter from every other one: maker and serial number."""
        return f"{self.manufacturer} {self.serial}"


class TableStatus(StrEnum):
    READ = "read"
    REFUSED = "refused"  # the meter answered with a response code
    FAILED = "failed"  # the link or the job ended before or in it
    NOT_READ = "not-read"


@dataclass(frozen=True, slots=True)
class TableReading:
    """One table of a read-out. `number` counts manufacturer tables from 2048, pending ones from 4096.

    parts: (offset, length) of what was read where that is not all of it, in the order of the bytes; `data` holds
    zeros elsewhere. Empty when the table was read whole, or not at all.
    """

    number: int
    status: TableStatus
    data: bytes = b""
    error: FieldProError | None = None
    read_at: datetime | None = None  # UTC
    parts: tuple[tuple[int, int], ...] = ()


@dataclass(frozen=True, slots=True)
class ReadOut:
    """Everything one visit read. Times are aware, in UTC."""

    identity: MeterIdentity
    port: str
    operator: str
    started_at: datetime
    ended_at: datetime
    device_profile: str  # name of the device profile the tables were read with
    tables: Mapping[int, TableReading]
    note: str = ""
    link: Mapping[str, int | str] = field(default_factory=dict)  # baud, packet_size, packet_count, standard

    @property
    def complete(self) -> bool:
        return all(reading.status is TableStatus.READ for reading in self.tables.values())

    def without_secrets(self) -> ReadOut:
        """The same without what the tables of passwords and keys hold: what may be kept in a file."""
        tables = {n: reading for n, reading in self.tables.items() if not (holds_secrets(n) and reading.data)}
        return replace(self, tables=tables)


@dataclass(frozen=True, slots=True)
class ReadOutDigest:
    """What is computed from a read-out when it is saved, for search and reports; the bytes stay the truth.

    values: decoded values of each table as JSON can say them. profile_until: end of the newest load profile
    interval, on the meter's own clock (naive).
    """

    values: Mapping[int, Any] = field(default_factory=dict)
    profile_until: datetime | None = None


# --- what is computed from the tables (fieldpro.meter.view) ---------------------------------------------------


class RegisterKind(StrEnum):
    SUMMATION = "summation"
    DEMAND = "demand"  # maximum or minimum demand, with the time it occurred
    CUMULATIVE = "cumulative"
    CONTINUOUS_CUMULATIVE = "continuous-cumulative"
    COINCIDENT = "coincident"
    PRESENT_DEMAND = "present-demand"
    PRESENT_VALUE = "present-value"


@dataclass(frozen=True, slots=True)
class Quantity:
    """What a source measures (ST12): a name as the trade says it, its unit, and its direction of flow.

    `role` is what charts and colours go by: delivered, received, reactive, apparent, voltage, current, other.
    """

    name: str  # "Wh delivered"
    unit: str  # "kWh", "kW", "V"; the engineering unit values are given in
    role: str
    phase: str = ""  # "A", "B", "C" or ""


@dataclass(frozen=True, slots=True)
class Register:
    """One register value with its meaning. `tier` 0 is the total; `path` is the element it came from."""

    quantity: Quantity
    kind: RegisterKind
    tier: int
    value: Decimal
    raw: int | float
    path: str  # "CURRENT_REG_DATA_TBL.TOT_DATA_BLOCK.SUMMATIONS[0]"
    occurred_at: datetime | None = None  # the meter's own clock, naive


class Severity(StrEnum):
    GOOD = "good"
    INFO = "info"
    WARNING = "warning"
    ALERT = "alert"


@dataclass(frozen=True, slots=True)
class StatusFlag:
    """One flag of ST3: `name` is the element, `title` and `meaning` are words for a person."""

    name: str
    title: str
    meaning: str
    severity: Severity
    is_set: bool


@dataclass(frozen=True, slots=True)
class LogEvent:
    """One entry of the history (ST74) or event log (ST76), newest first in lists."""

    number: int
    title: str
    occurred_at: datetime | None  # the meter's own clock, naive
    sequence: int | None
    user_id: int | None
    argument: bytes
    detail: str = ""  # the argument in words, where it is known
    manufacturer: bool = False


@dataclass(frozen=True, slots=True)
class ClockReading:
    """The meter's clock against ours. `drift_s` is meter minus computer, positive when the meter is ahead."""

    meter_time: datetime  # naive, as the meter shows it
    computer_time: datetime  # aware
    drift_s: float | None  # None when the meter's offset from UTC is not known
    is_gmt: bool
    dst_applied: bool


@dataclass(frozen=True, slots=True)
class PhaseValues:
    """Instantaneous values per phase, in volts, amperes and degrees; angles against voltage A."""

    phases: tuple[str, ...]  # ("A", "B", "C")
    volts: tuple[float, ...]
    amps: tuple[float, ...]
    volt_angles: tuple[float, ...]
    amp_angles: tuple[float, ...]
    frequency_hz: float | None = None

"""The parts of a virtual meter's description, as a person writes them in TOML; see resources/meters/centron.toml.

Every key is checked when the file is loaded; `fieldpro.simulator.describe` checks what the parts say of each other.
"""

from __future__ import annotations

from datetime import date, time
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

Byte = Annotated[int, Field(ge=0, le=255)]
TableNumber = Annotated[int, Field(ge=0, le=4095)]

QUANTITIES = {
    "Wh": 0,
    "W": 0,
    "varh": 1,
    "var": 1,
    "VAh": 2,
    "VA": 2,
    "V": 8,
    "A": 12,
    "PF": 24,
    "Hz": 33,
}  # ST12 ID_CODE
TIME_BASES = {"bulk": 0, "instantaneous": 1, "period": 2, "sub-block": 3, "block": 4}  # ST12 TIME_BASE
SCALES = ("1", "1e2", "1e3", "1e6", "1e9", "1e-2", "1e-3", "1e-6")  # ST12 MULTIPLIER
PHASES = {"": 0, "A": 5, "B": 6, "C": 7}  # ST12 SEGMENTATION
RULES = {  # RDATE offset codes
    "none": 0,
    "weekday-before": 1,
    "first-weekday-on-or-after": 2,
    "second-weekday-on-or-after": 3,
    "third-weekday-on-or-after": 4,
    "fourth-weekday-on-or-after": 5,
    "last-weekday-of-month": 6,
    "sunday-to-monday": 8,
    "saturday-to-friday-sunday-to-monday": 14,
}


class Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Identity(Part):
    """ST1, ST5 and ST0 DEVICE_CLASS. Versions are [version, revision]."""

    manufacturer: Annotated[str, Field(max_length=4)]
    model: Annotated[str, Field(max_length=8)]
    device_class: Annotated[str, Field(max_length=4)]
    hardware: tuple[Byte, Byte]
    firmware: tuple[Byte, Byte]
    serial: Annotated[str, Field(max_length=16)]
    identification: Annotated[str, Field(max_length=20)]


class Utility(Part):
    """ST6."""

    owner: Annotated[str, Field(max_length=20)] = ""
    division: Annotated[str, Field(max_length=20)] = ""
    service_point: Annotated[str, Field(max_length=20)] = ""
    electrical_address: Annotated[str, Field(max_length=20)] = ""
    device_id: Annotated[str, Field(max_length=20)] = ""
    utility_serial: Annotated[str, Field(max_length=20)] = ""
    customer: Annotated[str, Field(max_length=20)] = ""
    coordinates: tuple[str, str, str] = ("", "", "")
    tariff: Annotated[str, Field(max_length=8)] = ""
    programmer: Annotated[str, Field(max_length=10)] = ""
    misc: Annotated[str, Field(max_length=30)] = ""


class Format(Part):
    """ST0: how everything is written."""

    data_order: Literal["lsb-first", "msb-first"]
    characters: Annotated[int, Field(ge=1, le=3)] = 1
    time: Annotated[int, Field(ge=1, le=4)]
    access: tuple[Literal["offset", "index"], ...] = ()
    id_bcd: bool = False
    ni_format1: Annotated[int, Field(ge=0, le=13)]
    ni_format2: Annotated[int, Field(ge=0, le=13)]
    std_version: Byte = 2
    std_revision: Byte = 0


Baud = Literal[300, 600, 1200, 2400, 4800, 9600, 14400, 19200, 28800, 57600]


class Link(Part):
    """What the port does. reply_packets: packets of an answer where nothing was negotiated (the standard's is 1)."""

    standard: Literal["C12.18", "C12.21"] = "C12.18"
    identity: Byte = 0
    negotiate: bool = True
    packet_size: Annotated[int, Field(ge=64, le=8192)] = 64
    packet_count: Annotated[int, Field(ge=1, le=255)] = 1
    reply_packets: Annotated[int, Field(ge=1, le=255)] = 1
    bauds: Annotated[tuple[Baud, ...], Field(min_length=1)] = (9600,)
    unknown_table: Literal["iar", "onp"] = "iar"
    past_end: Literal["refuse", "pad"] = "refuse"
    turn_round_s: Annotated[float, Field(ge=0, le=1)] = 0.0


class Nameplate(Part):
    """ST2 and the service the meter is on. The codes are written into ST2 as they stand here."""

    kh_watt_hours: float
    kt_watt_hours: float
    frequency_hertz: Literal[25, 50, 60]
    frequency_code: Annotated[int, Field(ge=0, le=7)] = 0
    elements: Annotated[int, Field(ge=1, le=3)]
    base_type: Annotated[int, Field(ge=0, le=15)]
    accuracy_class: Annotated[int, Field(ge=0, le=63)]
    volts_code: Annotated[int, Field(ge=0, le=15)]
    class_amps: int
    test_amps: int
    nominal_volts: float


class Clock(Part):
    """The zone, what the clock is ahead of real time, whether the American daylight saving rules apply, and whether
    ST53 tells the zone."""

    zone_minutes: Annotated[int, Field(ge=-840, le=840)]
    error_s: float = 0.0
    dst: bool = False
    zone_told: bool = True


class Load(Part):
    """See `fieldpro.simulator.load.LoadShape`."""

    mean_watts: Annotated[float, Field(gt=0)]
    weekday: Annotated[tuple[float, ...], Field(min_length=24, max_length=24)]
    weekend: Annotated[tuple[float, ...], Field(min_length=24, max_length=24)]
    cooling: float = 0.0
    heating: float = 0.0
    appliance_watts: float = 0.0
    reactive: float = 0.0
    capacitor_vars: float = 0.0
    solar_watts: float = 0.0
    latitude_deg: float = 36.0


class History(Part):
    """Which kinds of incident the seed draws for the time before today."""

    outages: bool = True
    clock_settings: bool = True
    test_mode: bool = True
    flags: tuple[str, ...] = ()  # of ST3 ED_STD_STATUS1, set until they are cleared


class Source(Part):
    """One source of ST16 and what it points to. pulse_weight: Wh of a pulse, a constant still to be applied (ST15)."""

    quantity: Literal["Wh", "W", "varh", "var", "VAh", "VA", "V", "A", "PF", "Hz"]
    base: Literal["bulk", "instantaneous", "period", "sub-block", "block"]
    quadrants: tuple[Annotated[int, Field(ge=1, le=4)], ...] = ()
    net: bool = False
    phase: Literal["", "A", "B", "C"] = ""
    scale: Literal["1", "1e2", "1e3", "1e6", "1e9", "1e-2", "1e-3", "1e-6"] = "1"
    engineering: bool = False
    pulse_weight: Annotated[float, Field(gt=0)] | None = None
    demand: Literal["", "rolling", "block"] = ""


class Rolling(Part):
    subinterval_min: Annotated[int, Field(ge=1, le=60)]
    multiple: Annotated[int, Field(ge=2, le=15)]


class BlockDemand(Part):
    interval_min: Annotated[int, Field(ge=1, le=60)]


class Demand(Part):
    """ST13. Left out: the meter has no such demand, or does not exclude anything."""

    power_fail_recognition_s: Byte | None = None
    power_fail_exclusion_min: Byte = 0
    cold_load_min: Byte = 0
    reset_exclusion_min: Byte | None = None
    rolling: Rolling | None = None
    block: BlockDemand | None = None


class Coincident(Part):
    source: str
    # "with" is the maximum demand at whose moment the value is taken
    with_: Annotated[str, Field(alias="with")]


class RegisterPart(Part):
    """ST20 to ST28; sources by name."""

    tiers: Annotated[int, Field(ge=0, le=8)] = 0
    self_reads: Annotated[int, Field(ge=0, le=60)] = 0
    daily_self_read: bool = False
    summations: tuple[str, ...]
    demands: tuple[str, ...] = ()
    coincidents: tuple[Coincident, ...] = ()
    present_demands: tuple[str, ...] = ()
    present_values: tuple[str, ...] = ()


class Channel(Part):
    source: str
    end_reading: str


class LoadProfilePart(Part):
    """ST60 to ST64. order: of the blocks; circular: the newest overwrites the oldest in its place."""

    blocks: Annotated[int, Field(ge=1, le=2000)]
    intervals: Annotated[int, Field(ge=1, le=1440)]
    interval_min: Literal[1, 2, 3, 5, 10, 15, 20, 30, 60]
    format: Literal["UINT8", "UINT16", "UINT32"] = "UINT16"
    block_end_readings: bool = True
    block_end_pulses: bool = True
    extended_status: bool = True
    order: Literal["ascending", "descending"] = "ascending"
    circular: bool = True
    channels: Annotated[tuple[Channel, ...], Field(min_length=1, max_length=16)]


class Season(Part):
    """`from` is the month and day it begins, MM-DD."""

    from_: Annotated[str, Field(alias="from", pattern=r"^\d\d-\d\d$")]
    season: Annotated[int, Field(ge=0, le=15)]


class Schedules(Part):
    saturday: Byte
    sunday: Byte
    weekday: Byte
    special: tuple[Byte, ...] = ()


class Switch(Part):
    schedule: Byte
    at: time
    tier: Annotated[int, Field(ge=0, le=7)]


class Holiday(Part):
    month: Annotated[int, Field(ge=1, le=12)]
    day: Annotated[int, Field(ge=1, le=31)]
    rule: Literal[
        "none",
        "weekday-before",
        "first-weekday-on-or-after",
        "second-weekday-on-or-after",
        "third-weekday-on-or-after",
        "fourth-weekday-on-or-after",
        "last-weekday-of-month",
        "sunday-to-monday",
        "saturday-to-friday-sunday-to-monday",
    ] = "none"
    weekday: Annotated[int, Field(ge=0, le=6)] = 0
    special: Annotated[int, Field(ge=0, le=12)] = 0


class OneOff(Part):
    date: date
    special: Annotated[int, Field(ge=0, le=12)] = 0


class CalendarPart(Part):
    """ST50 to ST54. billing_day: of every month, demand reset and self-read at its midnight; 0 for none."""

    separate_weekdays: Literal[False] = False
    seasons: tuple[Season, ...] = ()
    schedules: tuple[Schedules, ...] = ()
    switches: tuple[Switch, ...] = ()
    holidays: tuple[Holiday, ...] = ()
    one_off: tuple[OneOff, ...] = ()
    billing_day: Annotated[int, Field(ge=0, le=28)] = 0


class DisplayList(Part):
    title: str
    items: tuple[str, ...]
    on_s: Annotated[int, Field(ge=0, le=15)]
    off_s: Annotated[int, Field(ge=0, le=15)]
    hold_min: Annotated[int, Field(ge=0, le=15)]


class Display(Part):
    """ST30 to ST34. width: bytes of one display source entry."""

    width: Annotated[int, Field(ge=1, le=16)] = 2
    lists: tuple[DisplayList, ...] = ()
    test_lists: tuple[DisplayList, ...] = ()


LIMIT_POLICIES = ("stay-open", "arm", "reconnect")


class LoadLimitPart(Part):
    """The load limit as delivered: above the threshold for so long, the switch opens; then `policy`, after
    reconnect_s, at most most_trips - 1 times."""

    on: bool = False
    threshold_watts: Annotated[float, Field(gt=0)]
    duration_s: Annotated[int, Field(ge=1, le=0xFFFF)]
    policy: Literal["stay-open", "arm", "reconnect"] = "stay-open"
    reconnect_s: Annotated[int, Field(ge=0, le=0xFFFF)] = 60
    most_trips: Byte = 3


class ServiceSwitchPart(Part):
    """The relay that connects and disconnects the customer. actuator_s: how long its motor runs."""

    actuator_s: Annotated[float, Field(gt=0, le=120)] = 1.5
    limit: LoadLimitPart


class Pending(Part):
    """ST4: how many tables may wait, and which ones can be written to wait."""

    entries: Byte = 0
    tables: tuple[TableNumber, ...] = ()


class Log(Part):
    """ST70 to ST76. argument_length: bytes of an entry's argument."""

    history_entries: Annotated[int, Field(ge=0, le=2000)] = 0
    event_entries: Annotated[int, Field(ge=0, le=2000)] = 0
    argument_length: Annotated[int, Field(ge=0, le=16)] = 4


class LevelPart(Part):
    name: str
    title: str
    password: Annotated[str, Field(min_length=1, max_length=20)]
    previous: Annotated[str, Field(max_length=20)] = ""


class Rule(Part):
    """Who may read and write some tables, or run some procedures: "anyone", or from this level on."""

    tables: tuple[TableNumber, ...] = ()
    procedures: tuple[TableNumber, ...] = ()
    read: str | None = None
    write: str | None = None
    run: str | None = None


class Security(Part):
    """ST40 to ST45. levels: lowest first. A rule's word goes before the defaults `read`, `write`, `procedure`."""

    levels: Annotated[tuple[LevelPart, ...], Field(min_length=1, max_length=7)]
    keys: tuple[Annotated[str, Field(pattern=r"^([0-9a-fA-F]{2})*$")], ...] = ()
    key_length: Byte = 8
    read: str = "anyone"
    write: str
    procedure: str
    rules: tuple[Rule, ...] = ()
    writable: tuple[TableNumber, ...] = ()

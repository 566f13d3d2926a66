"""Where a make of meter keeps its service switch: the `[switch]` part of a device profile.

    [switch]
    table = 2051                                    the state, read again and again while the switch moves
    state = "STATE"
    states = { open = [0], closed = [1], armed = [2], moving = [3, 4] }
    load_side_volts = "LOAD_SIDE_VOLTS"             "" where the meter does not measure it
    load_side_present = "SWITCH_FLAGS.LOAD_SIDE_VOLTAGE_FLAG"
    fault = "SWITCH_FLAGS.FAULT_FLAG"
    settle_s = 20
    [switch.disconnect]                             likewise [switch.arm] and [switch.connect]; left out: it cannot
    procedure = 2049
    parameters = { RELAY = 1 }
    [switch.limit]                                  left out: no load limit
    table = 2052

Everything here is data; another make of meter is another file. Elements are paths in their table.
"""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field

TableNumber = Annotated[int, Field(ge=0, le=0x0FFF)]
StateName = Literal["open", "closed", "armed", "moving", "failed"]
PolicyName = Literal["stay-open", "arm", "reconnect"]


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class SwitchCommand(_Part):
    """One order to the switch: a procedure of the dictionary, its parameters by element name, and its selector."""

    procedure: Annotated[int, Field(ge=0, le=0x0FFF)]
    parameters: dict[str, Any] = Field(default_factory=dict)
    selector: Annotated[int, Field(ge=0, le=3)] = 0


class LimitKeys(_Part):
    """Where the load limit lies. watts_per_count: the value of one count of the threshold. policies: the values of the
    policy element by name. "" for what the meter does not have."""

    table: TableNumber
    on: str = ""
    threshold: Annotated[str, Field(min_length=1)]
    watts_per_count: Annotated[float, Field(gt=0)] = 1.0
    duration: Annotated[str, Field(min_length=1)]
    seconds_per_count: Annotated[float, Field(gt=0)] = 1.0
    policy: str = ""
    policies: dict[PolicyName, int] = Field(default_factory=dict)
    reconnect_delay: str = ""
    most_trips: str = ""


class SwitchKeys(_Part):
    """Where the state of the switch lies, and how it is told to move.

    load_side_voltage: "measured" when one of load_side_volts and load_side_present tells it, "not-measured" when this
    make cannot tell; then a person has to measure it before the customer is connected. present_from_volts: from here on
    there is voltage. settle_s: how long its motor may run.
    """

    table: TableNumber
    state: Annotated[str, Field(min_length=1)]
    states: dict[StateName, tuple[int, ...]]
    load_side_voltage: Literal["measured", "not-measured"] = "measured"
    load_side_volts: str = ""
    volts_per_count: Annotated[float, Field(gt=0)] = 1.0
    present_from_volts: Annotated[float, Field(gt=0)] = 12.0
    load_side_present: str = ""
    fault: str = ""
    cause: str = ""
    last_change: str = ""
    operations: str = ""
    trips: str = ""
    settle_s: Annotated[float, Field(gt=0, le=600)] = 20.0
    disconnect: SwitchCommand | None = None
    arm: SwitchCommand | None = None
    connect: SwitchCommand | None = None
    limit: LimitKeys | None = None

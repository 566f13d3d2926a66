"""Interval series: what a load profile becomes once its bytes are understood.

Times are the meter's own clock (naive, `datetime64[s]`) and stand at the END of each interval, as C12.19 counts
them. Pulses are kept for ever; `values` is a view of them in engineering units.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum, IntFlag

import numpy as np
from numpy.typing import NDArray


class ChannelStatus(IntEnum):
    """EXTENDED_INT_STATUS, one nibble a channel (C12.19 table 64)."""

    FINE = 0
    OVERFLOW = 1
    PARTIAL = 2
    LONG = 3
    SKIPPED = 4
    TEST = 5
    CONFIGURATION_CHANGED = 6
    STOPPED = 7


class IntervalFlag(IntFlag):
    """EXTENDED_INT_STATUS, the nibble for the whole interval (bits 4-7 of byte 0, here shifted to 0-3)."""

    DST = 1
    POWER_FAIL = 2
    CLOCK_FORWARD = 4
    CLOCK_BACK = 8


@dataclass(frozen=True, slots=True)
class Channel:
    """One channel: its name ("Wh delivered"), unit of a value ("kWh"), role (see `fieldpro.records.Quantity`)
    and the engineering value of one pulse."""

    name: str
    unit: str
    role: str
    value_per_pulse: float
    source: int = 0


@dataclass(frozen=True, slots=True)
class IntervalSeries:
    """n intervals of c channels, oldest first.

    end_times: (n,) datetime64[s]; pulses: (n, c) int64 (or float64 where the meter stores floats);
    status: (n, c) uint8 of `ChannelStatus`; flags: (n,) uint8 of `IntervalFlag`;
    valid: (n,) bool, False where the meter says the interval was not recorded (skipped, not yet closed).
    """

    channels: tuple[Channel, ...]
    interval_s: int
    end_times: NDArray[np.datetime64]
    pulses: NDArray[np.generic]
    status: NDArray[np.uint8]
    flags: NDArray[np.uint8]
    valid: NDArray[np.bool_]

    @property
    def values(self) -> NDArray[np.float64]:
        """(n, c) float64 in each channel's unit; NaN where the interval was not recorded."""
        factors = np.array([channel.value_per_pulse for channel in self.channels])
        values: NDArray[np.float64] = self.pulses.astype(np.float64) * factors
        values[~self.valid] = np.nan
        return values

    def __len__(self) -> int:
        return len(self.end_times)

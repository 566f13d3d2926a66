"""From the blocks of a load profile table to a time-stamped series, whole arrays at a time (C12.19 tables 61 to 67).

    table 61  how many blocks, intervals a block, channels; minutes of an interval; which statuses there are
    table 62  source, scalar and divisor of each channel
    table 63  which block is the newest, how many are valid, how many of its intervals are, in which order they lie
    table 64  LP_DATA_SET1[block]: BLK_END_TIME, END_READINGS, SIMPLE_INT_STATUS, LP_INT[interval]
              (65, 66, 67 are sets 2, 3, 4)

Blocks are put in order by their place in the ring, never by their times: a clock that was set back makes times that
do not rise, and they are shown as the meter has them. BLK_END_TIME is the end of the last valid interval of a block.
Every other end is counted back from it; where the DST flag of an interval differs from that of the block's last one,
its end moves by the daylight saving amount, so that a series shows what the meter's own clock showed: the hour that is
left out in spring is no gap, and the hour of autumn stands there twice, told apart by the DST flag.

Missing stretches between blocks become intervals that are not valid, so that a gap stays a gap.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from fieldpro.interval.series import Channel, ChannelStatus, IntervalFlag, IntervalSeries

LONGEST_FILL_S = 400 * 86_400  # a longer jump is a clock that was wrong, and gets one interval that is not valid

Seconds = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Ring:
    """Where the valid blocks lie, and in which order: LP_SET_STATUS_FLAGS and counts of table 63."""

    blocks: int
    intervals: int
    valid_blocks: int
    last_block: int
    valid_intervals: int
    newest_first: bool = False  # BLOCK_ORDER_FLAG: the older of two blocks has the greater index
    intervals_newest_first: bool = False  # INTERVAL_ORDER_FLAG: the same within a block
    sequence: int = 0  # LAST_BLOCK_SEQ_NBR: number of the newest block since the profile began

    def counts(self, blocks: NDArray[np.intp]) -> Seconds:
        """Valid intervals of each of these blocks: all but in the newest."""
        return np.where(blocks == self.last_block, self.last_count, self.intervals).astype(np.int64)

    def order(self) -> NDArray[np.intp]:
        """Indices of the valid blocks, oldest first."""
        count = min(self.valid_blocks, self.blocks)
        age = np.arange(count - 1, -1, -1, dtype=np.intp)
        return (self.last_block + (age if self.newest_first else -age)) % max(self.blocks, 1)

    def newest(self, count: int) -> list[int]:
        """Indices of the `count` newest valid blocks, newest first: the order in which they are worth reading."""
        return [int(index) for index in self.order()[::-1][:count]]

    @property
    def last_count(self) -> int:
        """Valid intervals of the newest block."""
        return min(self.valid_intervals, self.intervals)


@dataclass(frozen=True, slots=True)
class Blocks:
    """Blocks as arrays, oldest first; intervals as they lie in the table.

    ends: (b,) seconds since 1970 on the meter's clock, -1 where the block has no time. counts: (b,) valid intervals
    of each. values: (b, n, c). extended: (b, n, c // 2 + 1) uint8 or None. simple: (b, n) bool, True where valid, or
    None. newest_first: within a block the newest interval stands first.
    """

    ends: Seconds
    counts: Seconds
    values: NDArray[np.generic]
    extended: NDArray[np.uint8] | None = None
    simple: NDArray[np.bool_] | None = None
    newest_first: bool = False


def assemble(
    blocks: Blocks, channels: tuple[Channel, ...], *, interval_s: int, dst_s: int, notes: list[str]
) -> IntervalSeries:
    """The series of these blocks, oldest interval first; what is odd about it goes into `notes`.

    dst_s: the daylight saving amount in seconds; 0 when the DST flag does not move the meter's profile times.
    """
    counts, width = blocks.counts, len(channels)
    if not counts.any() or width == 0:
        return _empty(channels, interval_s, blocks.values.dtype)
    to_end, rows = _chosen(blocks)
    per_block = blocks.values.shape[1]
    values = blocks.values.reshape(len(counts) * per_block, width)[rows]
    if blocks.extended is None:
        flags = np.zeros(len(to_end), dtype=np.uint8)
        status = np.zeros((len(to_end), width), dtype=np.uint8)
    else:
        flags, status = unpack(blocks.extended.reshape(len(counts) * per_block, -1)[rows], width)
    dst = (flags & IntervalFlag.DST).astype(np.int64) * dst_s
    last_dst = dst[np.maximum(np.cumsum(counts) - 1, 0)]
    standard = np.repeat(_ends(blocks, interval_s, notes) - last_dst, counts) - to_end * interval_s
    valid = recorded(status)
    if blocks.simple is not None:
        valid &= blocks.simple.reshape(-1)[rows]
    numbers = values if values.dtype.kind == "f" else values.astype(np.int64)
    steps = np.diff(standard)
    if (steps == interval_s).all():
        return _series(channels, interval_s, standard + dst, numbers, status, flags, valid)
    back = int((steps < interval_s).sum())
    if back:
        notes.append(f"the load profile's times step back in {back} places: the clock was set back")
    return _filled(channels, interval_s, standard, dst, numbers, status, flags, valid)


def unpack(extended: NDArray[np.uint8], channels: int) -> tuple[NDArray[np.uint8], NDArray[np.uint8]]:
    """EXTENDED_INT_STATUS as (flags (n,), status (n, channels)).

    Nibbles in the order high, low of each byte: byte 0 high is the whole interval, byte 0 low channel 1, byte 1 high
    channel 2, byte 1 low channel 3 ...
    """
    nibbles = np.empty((len(extended), extended.shape[1] * 2), dtype=np.uint8)
    np.right_shift(extended, 4, out=nibbles[:, 0::2])
    np.bitwise_and(extended, 0x0F, out=nibbles[:, 1::2])
    return nibbles[:, 0].copy(), nibbles[:, 1 : 1 + channels].copy()


def recorded(status: NDArray[np.uint8]) -> NDArray[np.bool_]:
    """(n,) False where every channel says that the interval was skipped or the recording stopped."""
    valid = np.zeros(len(status), dtype=np.bool_)
    for channel in status.T:
        valid |= (channel != ChannelStatus.SKIPPED) & (channel != ChannelStatus.STOPPED)
    return valid


def _chosen(blocks: Blocks) -> tuple[Seconds, NDArray[np.intp] | slice]:
    """For every valid interval in time order: how many follow it in its block, and its row in the flat table."""
    counts = blocks.counts
    lengths = np.repeat(counts, counts)
    place = np.arange(len(lengths)) - np.repeat(np.cumsum(counts) - counts, counts)
    to_end = lengths - 1 - place
    if not blocks.newest_first and (counts[:-1] == blocks.values.shape[1]).all():
        return to_end, slice(0, len(lengths))  # they lie as they are wanted
    first_row = np.repeat(np.arange(len(counts)) * blocks.values.shape[1], counts)
    return to_end, (first_row + (to_end if blocks.newest_first else place)).astype(np.intp)


def _ends(blocks: Blocks, interval_s: int, notes: list[str]) -> Seconds:
    """Block ends with those that the meter does not give counted on from their neighbours."""
    ends = blocks.ends
    unknown = ends < 0
    if not unknown.any():
        return ends
    notes.append(f"{int(unknown.sum())} load profile blocks have no end time: it is counted from their neighbours")
    known = np.flatnonzero(~unknown)
    if len(known) == 0:
        return np.cumsum(blocks.counts) * interval_s
    line = np.cumsum(blocks.counts * interval_s)
    nearest = known[np.abs(known[None, :] - np.arange(len(ends))[:, None]).argmin(axis=1)]
    counted: Seconds = np.where(unknown, ends[nearest] + line - line[nearest], ends)
    return counted


def _filled(
    channels: tuple[Channel, ...],
    interval_s: int,
    standard: Seconds,
    dst: Seconds,
    numbers: NDArray[np.generic],
    status: NDArray[np.uint8],
    flags: NDArray[np.uint8],
    valid: NDArray[np.bool_],
) -> IntervalSeries:
    """The series with intervals that are not valid wherever time is missing."""
    steps = np.diff(standard)
    missing = np.where(steps > interval_s, (steps - 1) // interval_s, 0) if interval_s else np.zeros_like(steps)
    missing[steps > LONGEST_FILL_S] = 1
    place = np.arange(len(standard)) + np.concatenate([[0], np.cumsum(missing)])
    total = int(place[-1]) + 1
    source = np.repeat(np.arange(len(standard)), np.append(missing + 1, 1))
    since = np.arange(total) - place[source]
    is_there = since == 0
    new_flags = np.where(is_there, flags[source], flags[source] & IntervalFlag.DST).astype(np.uint8)
    new_status = np.where(is_there[:, None], status[source], np.uint8(ChannelStatus.SKIPPED))
    new_numbers = np.where(is_there[:, None], numbers[source], numbers.dtype.type(0))
    ends = standard[source] + since * interval_s + dst[source]
    return _series(channels, interval_s, ends, new_numbers, new_status, new_flags, valid[source] & is_there)


def _series(
    channels: tuple[Channel, ...],
    interval_s: int,
    ends: Seconds,
    numbers: NDArray[np.generic],
    status: NDArray[np.uint8],
    flags: NDArray[np.uint8],
    valid: NDArray[np.bool_],
) -> IntervalSeries:
    return IntervalSeries(channels, interval_s, ends.astype("datetime64[s]"), numbers, status, flags, valid)


def _empty(channels: tuple[Channel, ...], interval_s: int, dtype: np.dtype[np.generic]) -> IntervalSeries:
    width = len(channels)
    return IntervalSeries(
        channels,
        interval_s,
        np.empty(0, dtype="datetime64[s]"),
        np.empty((0, width), dtype=dtype if dtype.kind == "f" else np.int64),
        np.empty((0, width), dtype=np.uint8),
        np.empty(0, dtype=np.uint8),
        np.empty(0, dtype=np.bool_),
    )

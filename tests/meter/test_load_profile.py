"""A ring of blocks becomes a series in time order, whatever order the ring and its blocks are in."""

from __future__ import annotations

from datetime import datetime, timedelta

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from fieldpro.interval.series import Channel, ChannelStatus, IntervalFlag
from fieldpro.meter.load_profile import Blocks, Ring, assemble, unpack

QUARTER = 900
EPOCH = datetime(1970, 1, 1)


def channels(count: int) -> tuple[Channel, ...]:
    return tuple(Channel(f"channel {index}", "kWh", "other", 0.5) for index in range(count))


def seconds(text: str) -> int:
    return int((datetime.fromisoformat(text) - EPOCH).total_seconds())


def times(series: object) -> list[str]:
    return [str(time)[:16] for time in series.end_times]  # type: ignore[attr-defined] # read in the tests below


def pack(flags: int, status: list[int]) -> list[int]:
    """EXTENDED_INT_STATUS by hand: nibbles flags, channel 1, channel 2 ... two a byte, the high one first."""
    nibbles = [flags, *status]
    if len(nibbles) % 2:
        nibbles.append(0)
    return [nibbles[index] << 4 | nibbles[index + 1] for index in range(0, len(nibbles), 2)]


def test_the_nibbles_are_high_before_low() -> None:
    extended = np.array([[0x32, 0x45, 0x10], [0x00, 0x00, 0x70]], dtype=np.uint8)
    flags, status = unpack(extended, 4)
    assert flags.tolist() == [3, 0]
    assert status.tolist() == [[2, 4, 5, 1], [0, 0, 0, 7]]


@pytest.mark.parametrize(
    ("ring", "order"),
    [
        (Ring(4, 2, 4, 3, 2), [0, 1, 2, 3]),
        (Ring(4, 2, 4, 1, 2), [2, 3, 0, 1]),
        (Ring(4, 2, 2, 1, 2), [0, 1]),
        (Ring(4, 2, 2, 0, 2), [3, 0]),
        (Ring(4, 2, 4, 0, 2, newest_first=True), [3, 2, 1, 0]),
        (Ring(4, 2, 3, 2, 2, newest_first=True), [0, 3, 2]),
        (Ring(4, 2, 0, 0, 0), []),
        (Ring(4, 2, 9, 3, 2), [0, 1, 2, 3]),
    ],
)
def test_the_ring_is_walked_from_the_oldest_block(ring: Ring, order: list[int]) -> None:
    assert ring.order().tolist() == order
    assert ring.newest(2) == order[::-1][:2]


@given(
    blocks=st.integers(1, 6),
    intervals=st.integers(1, 7),
    width=st.integers(1, 5),
    newest_first=st.booleans(),
    intervals_newest_first=st.booleans(),
    data=st.data(),
)
def test_whatever_the_order_the_intervals_come_out_oldest_first(
    blocks: int, intervals: int, width: int, newest_first: bool, intervals_newest_first: bool, data: st.DataObject
) -> None:
    valid_blocks = data.draw(st.integers(1, blocks))
    last_block = data.draw(st.integers(0, blocks - 1))
    last_count = data.draw(st.integers(1, intervals))
    ring = Ring(blocks, intervals, valid_blocks, last_block, last_count, newest_first, intervals_newest_first)
    total = (valid_blocks - 1) * intervals + last_count
    start = seconds("2026-01-01T00:00")

    table = np.full((blocks, intervals, width), 99_999, dtype=">u4")
    extended = np.full((blocks, intervals, width // 2 + 1), 0xFF, dtype=np.uint8)
    ends = np.full(blocks, -1, dtype=np.int64)
    for nth in range(total):  # element by element, as a meter writes
        age = valid_blocks - 1 - nth // intervals
        block = (last_block + age) % blocks if newest_first else (last_block - age) % blocks
        place = nth % intervals
        if intervals_newest_first:
            place = (last_count if age == 0 else intervals) - 1 - place
        table[block, place] = [nth * 10 + channel for channel in range(width)]
        extended[block, place] = pack(2, [(nth + channel) % 4 for channel in range(width)])
        ends[block] = start + (nth + 1) * QUARTER
    order = ring.order()

    notes: list[str] = []
    given_blocks = Blocks(
        ends[order], ring.counts(order), table[order], extended[order], newest_first=intervals_newest_first
    )
    series = assemble(given_blocks, channels(width), interval_s=QUARTER, dst_s=3600, notes=notes)
    assert notes == []
    assert len(series) == total
    assert series.pulses.tolist() == [[nth * 10 + channel for channel in range(width)] for nth in range(total)]
    assert series.status.tolist() == [[(nth + channel) % 4 for channel in range(width)] for nth in range(total)]
    assert set(series.flags.tolist()) == {2}
    assert series.end_times.astype(np.int64).tolist() == [start + (nth + 1) * QUARTER for nth in range(total)]
    assert series.valid.all()
    assert series.values[0, 0] == 0.0
    assert series.values[-1, width - 1] == (total - 1) * 5 + (width - 1) * 0.5


def flagged(end: str, flags: list[int]) -> Blocks:
    """One block of one channel that ends at `end`."""
    extended = np.array([[pack(flag, [0]) for flag in flags]], dtype=np.uint8)
    values = np.arange(len(flags), dtype="<u2").reshape(1, -1, 1)
    return Blocks(np.array([seconds(end)]), np.array([len(flags)]), values, extended)


def test_the_hour_left_out_in_spring_is_no_gap() -> None:
    blocks = flagged("2026-03-08T03:30", [0, 0, 1, 1])
    notes: list[str] = []
    series = assemble(blocks, channels(1), interval_s=QUARTER, dst_s=3600, notes=notes)
    assert times(series) == ["2026-03-08T01:45", "2026-03-08T02:00", "2026-03-08T03:15", "2026-03-08T03:30"]
    assert series.valid.all()
    assert notes == []


def test_the_hour_of_autumn_stands_there_twice() -> None:
    blocks = flagged("2026-11-01T01:30", [1, 1, 1, 1, 0, 0])
    series = assemble(blocks, channels(1), interval_s=QUARTER, dst_s=3600, notes=[])
    shown = [time[11:] for time in times(series)]
    assert shown == ["01:15", "01:30", "01:45", "02:00", "01:15", "01:30"]
    assert (series.flags & IntervalFlag.DST).tolist() == [1, 1, 1, 1, 0, 0]
    assert series.valid.all()


def test_a_meter_whose_profile_keeps_standard_time_is_not_moved() -> None:
    blocks = flagged("2026-03-08T02:30", [0, 0, 1, 1])
    series = assemble(blocks, channels(1), interval_s=QUARTER, dst_s=0, notes=[])
    assert [time[11:] for time in times(series)] == ["01:45", "02:00", "02:15", "02:30"]


def two_blocks(first_end: str, second_end: str, counts: tuple[int, int] = (2, 2)) -> Blocks:
    ends = np.array([seconds(first_end), seconds(second_end)])
    return Blocks(ends, np.array(counts), np.array([[[1], [2]], [[3], [4]]], dtype="<u2"))


def test_time_missing_between_blocks_becomes_intervals_that_are_not_valid() -> None:
    blocks = two_blocks("2026-01-01T00:30", "2026-01-01T01:45")
    series = assemble(blocks, channels(1), interval_s=QUARTER, dst_s=3600, notes=[])
    assert [time[11:] for time in times(series)] == ["00:15", "00:30", "00:45", "01:00", "01:15", "01:30", "01:45"]
    assert series.valid.tolist() == [True, True, False, False, False, True, True]
    assert series.pulses[:, 0].tolist() == [1, 2, 0, 0, 0, 3, 4]
    assert series.status[:, 0].tolist() == [0, 0, *[ChannelStatus.SKIPPED] * 3, 0, 0]
    assert np.isnan(series.values[2:5]).all()
    assert not np.isnan(series.values[[0, 1, 5, 6]]).any()


def test_a_wild_clock_does_not_fill_the_memory() -> None:
    blocks = two_blocks("2026-01-01T00:30", "2089-01-01T00:30")
    series = assemble(blocks, channels(1), interval_s=QUARTER, dst_s=0, notes=[])
    assert len(series) == 5
    assert series.valid.tolist() == [True, True, False, True, True]


def test_a_clock_set_back_is_shown_as_the_meter_has_it_with_a_word() -> None:
    blocks = two_blocks("2026-01-01T01:00", "2026-01-01T01:00")
    notes: list[str] = []
    series = assemble(blocks, channels(1), interval_s=QUARTER, dst_s=0, notes=notes)
    assert [time[11:] for time in times(series)] == ["00:45", "01:00", "00:45", "01:00"]
    assert len(notes) == 1
    assert "set back" in notes[0]


def test_a_block_without_a_time_is_counted_from_its_neighbours() -> None:
    ends = np.array([seconds("2026-01-01T00:30"), -1, -1])
    blocks = Blocks(ends, np.array([2, 2, 1]), np.arange(6, dtype="<u2").reshape(3, 2, 1))
    notes: list[str] = []
    series = assemble(blocks, channels(1), interval_s=QUARTER, dst_s=0, notes=notes)
    assert [time[11:] for time in times(series)] == ["00:15", "00:30", "00:45", "01:00", "01:15"]
    assert "2 load profile blocks" in notes[0]


@pytest.mark.parametrize("code", [ChannelStatus.SKIPPED, ChannelStatus.STOPPED])
def test_what_no_channel_recorded_is_not_valid(code: ChannelStatus) -> None:
    extended = np.array([[pack(2, [code, code]), pack(0, [code, 0]), pack(0, [2, 1])]], dtype=np.uint8)
    blocks = Blocks(np.array([seconds("2026-01-01T00:45")]), np.array([3]), np.ones((1, 3, 2), dtype="<u2"), extended)
    series = assemble(blocks, channels(2), interval_s=QUARTER, dst_s=0, notes=[])
    assert series.valid.tolist() == [False, True, True]


def test_the_simple_status_says_what_is_valid() -> None:
    simple = np.array([[True, False, True, True]])
    blocks = Blocks(
        np.array([seconds("2026-01-01T00:45")]), np.array([3]), np.ones((1, 4, 1), dtype="u1"), None, simple
    )
    series = assemble(blocks, channels(1), interval_s=QUARTER, dst_s=0, notes=[])
    assert series.valid.tolist() == [True, False, True]


@pytest.mark.parametrize(("valid_blocks", "valid_intervals"), [(0, 0), (1, 0)])
def test_a_profile_that_has_just_begun_is_an_empty_series(valid_blocks: int, valid_intervals: int) -> None:
    ring = Ring(2, 4, valid_blocks, 0, valid_intervals)
    ends = np.full(valid_blocks, seconds("2026-01-01T00:00"))
    blocks = Blocks(ends, ring.counts(ring.order()), np.ones((valid_blocks, 4, 1), dtype="<u2"))
    series = assemble(blocks, channels(1), interval_s=QUARTER, dst_s=0, notes=[])
    assert len(series) == 0
    assert series.values.shape == (0, 1)


def test_a_closed_block_before_one_that_has_just_begun_is_all_there_is() -> None:
    blocks = two_blocks("2026-01-01T00:30", "2026-01-01T00:30", (2, 0))
    series = assemble(blocks, channels(1), interval_s=QUARTER, dst_s=0, notes=[])
    assert times(series) == ["2026-01-01T00:15", "2026-01-01T00:30"]


def test_floating_values_stay_floating() -> None:
    values = np.array([[[1.25], [2.5]]], dtype="<f4")
    blocks = Blocks(np.array([seconds("2026-01-01T00:30")]), np.array([2]), values)
    series = assemble(blocks, channels(1), interval_s=QUARTER, dst_s=0, notes=[])
    assert series.values[:, 0].tolist() == [0.625, 1.25]


def test_a_year_keeps_its_length() -> None:
    """35,040 intervals of a year with both changes: time goes by as it does, 92 intervals in spring, 100 in autumn."""
    start = datetime(2026, 1, 1)
    standard = np.array([seconds(str(start + timedelta(seconds=QUARTER * (nth + 1)))) for nth in range(35_040)])
    spring, autumn = seconds("2026-03-08T02:00"), seconds("2026-11-01T01:00")
    dst = (standard > spring) & (standard <= autumn)
    extended = np.zeros((365, 96, 1), dtype=np.uint8)
    extended[:, :, 0] = (dst.astype(np.uint8) << 4).reshape(365, 96)
    ends = (standard + dst * 3600).reshape(365, 96)[:, -1]
    blocks = Blocks(ends, np.full(365, 96), np.ones((365, 96, 1), dtype="<u2"), extended)
    notes: list[str] = []
    series = assemble(blocks, channels(1), interval_s=QUARTER, dst_s=3600, notes=notes)
    assert notes == []
    assert len(series) == 35_040
    days = (series.end_times - np.timedelta64(1, "s")).astype("datetime64[D]")
    counts = dict(zip(*np.unique(days, return_counts=True), strict=True))
    assert counts[np.datetime64("2026-03-08")] == 92
    assert counts[np.datetime64("2026-11-01")] == 100
    assert set(counts.values()) == {92, 96, 100}

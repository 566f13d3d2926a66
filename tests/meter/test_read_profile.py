"""Reading a load profile takes no more bytes than are wanted, and what was read before is not read again."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest

from fieldpro.errors import Cancelled, LinkError, UsageError
from fieldpro.meter.collection import Collection
from fieldpro.meter.read import read_tables
from fieldpro.meter.read_profile import read_profile
from fieldpro.meter.view import MeterView
from fieldpro.records import MeterIdentity, TableStatus

Meter = Any  # the hand-made meter of conftest.py: 5 blocks of 4 intervals of 15 minutes, blocks 2 to 6 are there
BLOCK = 44  # bytes of a block


def pulses(view: MeterView) -> list[int]:
    """Channel 1 of the recorded intervals: the number of each since the profile began."""
    series = view.profile()
    return [int(value) // 10 for value in series.pulses[series.valid, 0]]


def profile_bytes(meter: Meter) -> int:
    return sum(count or len(meter.raw[64]) for table, _, count in meter.asked if table == 64)


def test_everything_is_read_whole_when_all_blocks_are_wanted(hand_made: Meter) -> None:
    read_out = hand_made.run(read_profile())
    assert [asked for asked in hand_made.asked if asked[0] == 64] == [(64, 0, 0)]
    assert set(hand_made.tables_asked) == {0, 1, 5, 11, 12, 15, 16, 51, 52, 53, 61, 62, 63, 64}
    assert pulses(MeterView(read_out)) == list(range(8, 27))
    assert read_out.tables[64].parts == ()


@pytest.mark.parametrize(
    ("since", "blocks"),
    [
        ("2026-01-01T06:45", 2),  # the newest interval ends then; an hour of slack for daylight saving
        ("2026-01-01T06:00", 2),
        ("2026-01-01T05:59", 3),
        ("2026-01-01T04:00", 4),
        ("2026-01-01T02:00", 5),
        ("2025-01-01T00:00", 5),
        ("2027-01-01T00:00", 1),
    ],
)
def test_since_a_time_takes_only_the_blocks_that_reach_back_to_it(hand_made: Meter, since: str, blocks: int) -> None:
    start = datetime.fromisoformat(since)
    read_out = hand_made.run(read_profile(since=start))
    assert profile_bytes(hand_made) == blocks * BLOCK
    found = pulses(MeterView(read_out))
    assert found == list(range(24 - 4 * (blocks - 1), 27))
    wanted = [
        nth
        for nth in range(8, 27)
        if datetime(2026, 1, 1) + (nth + 1) * (datetime(1, 1, 1, 0, 15) - datetime(1, 1, 1)) > start
    ]
    assert set(wanted) <= set(found)


def test_the_newest_block_is_asked_for_first_and_the_ring_in_two_pieces(hand_made: Meter) -> None:
    hand_made.run(read_profile(since=datetime(2026, 1, 1, 4)))
    asked = [(offset // BLOCK, count // BLOCK) for table, offset, count in hand_made.asked if table == 64]
    assert asked == [(1, 1), (0, 1), (3, 2)]  # blocks 6; 5; 3 and 4, which lie at the end of the ring


def test_a_part_says_which_part_it_is_and_the_rest_is_not_shown(hand_made: Meter) -> None:
    read_out = hand_made.run(read_profile(since=datetime(2026, 1, 1, 6)))
    reading = read_out.tables[64]
    assert reading.status is TableStatus.READ
    assert reading.parts == ((0, 2 * BLOCK),)
    assert reading.data[: 2 * BLOCK] == hand_made.raw[64][: 2 * BLOCK]
    assert not any(reading.data[2 * BLOCK :])


def test_since_the_last_read_asks_once_the_meter_is_known(hand_made: Meter) -> None:
    asked: list[str] = []

    def last(identity: MeterIdentity) -> datetime | None:
        asked.append(identity.key)
        return datetime(2026, 1, 1, 6)

    hand_made.run(read_profile(since=last))
    assert asked == ["HAND 0042"]
    assert profile_bytes(hand_made) == 2 * BLOCK

    hand_made.asked.clear()
    hand_made.run(read_profile(since=lambda identity: None))
    assert profile_bytes(hand_made) == 5 * BLOCK


def test_a_young_profile_is_read_as_far_as_it_goes(make_meter: Callable[..., Meter]) -> None:
    meter = make_meter(newest_block=1, valid_intervals=2)
    read_out = meter.run(read_profile())
    assert profile_bytes(meter) == 2 * BLOCK
    assert pulses(MeterView(read_out)) == [0, 1, 2, 3, 4, 5]


def test_reading_on_joins_the_blocks_of_the_earlier_read(make_meter: Callable[..., Meter]) -> None:
    base = make_meter(newest_block=6, valid_intervals=3).run(read_profile())
    later = make_meter(newest_block=8, valid_intervals=1)
    read_out = later.run(read_profile(since=datetime(2026, 1, 1, 6, 45), collection=Collection(base=base)))
    assert profile_bytes(later) == 4 * BLOCK
    assert pulses(MeterView(read_out)) == list(range(16, 33))


def test_a_ring_that_has_come_round_since_is_read_as_far_as_it_was_written(make_meter: Callable[..., Meter]) -> None:
    base = make_meter(newest_block=6, valid_intervals=3).run(read_profile())
    later = make_meter(newest_block=20, valid_intervals=4)
    read_out = later.run(read_profile(since=datetime(2026, 1, 1, 20, 0), collection=Collection(base=base)))
    found = pulses(MeterView(read_out))
    assert found == list(range(found[0], 84)), "nothing of the old ring is left in it"
    assert found[0] >= 64


def test_a_profile_that_began_anew_keeps_nothing_of_the_old_one(make_meter: Callable[..., Meter]) -> None:
    base = make_meter(newest_block=6, valid_intervals=3).run(read_profile())
    cleared = make_meter(newest_block=2, valid_intervals=4)
    read_out = cleared.run(read_profile(since=datetime(2026, 1, 1, 2, 30), collection=Collection(base=base)))
    assert pulses(MeterView(read_out)) == list(range(4, 12))


@pytest.mark.parametrize("later_requests", range(1, 8))
def test_a_link_that_dies_in_the_middle_leaves_the_newest_blocks(hand_made: Meter, later_requests: int) -> None:
    hand_made.with_small_packets()
    hand_made.run(read_profile(since=datetime(2026, 1, 1, 4)))
    before = next(index for index, asked in enumerate(hand_made.asked) if asked[0] == 64)
    hand_made.asked.clear()
    hand_made.fails_after, hand_made.failure = before + later_requests, LinkError("silent", "memory", 4)
    collection = Collection()
    with pytest.raises(LinkError):
        hand_made.run(read_profile(since=datetime(2026, 1, 1, 4), collection=collection))
    read_out = collection.read_out()
    reading = read_out.tables[64]
    assert reading.status is TableStatus.FAILED
    for offset, length in reading.parts:
        assert reading.data[offset : offset + length] == hand_made.raw[64][offset : offset + length]
    view = MeterView(read_out)
    found = pulses(view)
    assert "of 220 bytes were read" in view.notes[0]
    if later_requests >= 3:  # the newest block has come in
        assert found[-3:] == [24, 25, 26]
    else:
        assert found == []


def test_a_cancelled_profile_is_what_was_read_so_far(hand_made: Meter) -> None:
    hand_made.run(read_profile(since=datetime(2026, 1, 1, 4)))
    total = len(hand_made.asked)
    hand_made.asked.clear()
    hand_made.fails_after, hand_made.failure = total - 1, Cancelled("profile")
    read_out = hand_made.run(read_profile(since=datetime(2026, 1, 1, 4)))
    assert pulses(MeterView(read_out)) == list(range(20, 27))


def test_a_meter_without_access_by_offset_gives_the_whole_table(hand_made: Meter) -> None:
    raw = bytearray(hand_made.raw[0])
    raw[1] &= 0b11100111  # DATA_ACCESS_METHOD 0
    hand_made.raw[0] = bytes(raw)
    read_out = hand_made.run(read_profile(since=datetime(2026, 1, 1, 6)))
    assert [asked for asked in hand_made.asked if asked[0] == 64] == [(64, 0, 0)]
    assert pulses(MeterView(read_out)) == list(range(8, 27))


def test_progress_knows_how_many_bytes_the_blocks_take(hand_made: Meter) -> None:
    hand_made.with_small_packets()
    hand_made.run(read_profile(since=datetime(2026, 1, 1, 4)))
    done = [step.done for step in hand_made.progress]
    assert done == sorted(done)
    last = hand_made.progress[-1]
    assert last.done == last.total
    small = sum(len(hand_made.raw[number]) for number in hand_made.tables_asked if number != 64)
    assert last.done == small + 4 * BLOCK


def test_there_are_four_sets_and_no_more(hand_made: Meter) -> None:
    with pytest.raises(UsageError):
        hand_made.run(read_profile(5))


def test_a_set_that_the_meter_does_not_have_is_refused_by_the_meter(hand_made: Meter) -> None:
    read_out = hand_made.run(read_profile(2))
    assert read_out.tables[65].status is TableStatus.REFUSED


def test_the_profile_goes_on_from_a_full_read_out(hand_made: Meter) -> None:
    base = hand_made.run(read_tables())
    hand_made.asked.clear()
    read_out = hand_made.run(read_profile(since=datetime(2026, 1, 1, 6, 45), collection=Collection(base=base)))
    assert profile_bytes(hand_made) == 2 * BLOCK
    assert read_out.tables[64].parts == ()
    assert pulses(MeterView(read_out)) == list(range(8, 27))

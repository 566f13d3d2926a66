"""Reading tables: the right ones, in the right order, and nothing that was read is ever lost."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest

from fieldpro.c12.psem.codes import ResponseCode
from fieldpro.errors import Cancelled, LinkError, PortGone, ServiceRefused, UsageError
from fieldpro.meter import device_profile
from fieldpro.meter.collection import Collection
from fieldpro.meter.read import identify, read_clock, read_events, read_overview, read_registers, read_tables
from fieldpro.meter.read_profile import read_profile
from fieldpro.meter.reading import merged
from fieldpro.records import ReadOut, TableStatus

Meter = Any  # the hand-made meter of conftest.py


def statuses(read_out: ReadOut) -> dict[int, str]:
    return {number: reading.status.value for number, reading in read_out.tables.items()}


def test_identify_reads_three_small_tables(hand_made: Meter) -> None:
    identity = hand_made.run(identify())
    assert (identity.manufacturer, identity.model, identity.serial) == ("HAND", "MADE", "0042")
    assert (identity.hardware, identity.firmware) == ("1.2", "3.14")
    assert (identity.device_class, identity.identification) == ("TEST", "SITE 9")
    assert identity.key == "HAND 0042"
    assert hand_made.tables_asked == [0, 1, 5]


def test_everything_the_meter_lists_is_read_but_the_tables_of_procedures_and_passwords(hand_made: Meter) -> None:
    read_out = hand_made.run(read_tables())
    assert set(read_out.tables) == set(hand_made.raw) - {7, 8, 42}
    for number, reading in read_out.tables.items():
        assert reading.status is TableStatus.READ
        assert reading.data == hand_made.raw[number]
        assert reading.read_at is not None
    assert len(hand_made.asked) == len(set(hand_made.asked)), "no table is read twice"


def test_a_refused_table_is_a_refused_reading_and_costs_nothing_else(hand_made: Meter) -> None:
    read_out = hand_made.run(read_tables([42, 64]))
    reading = read_out.tables[42]
    assert reading.status is TableStatus.REFUSED
    assert isinstance(reading.error, ServiceRefused)
    assert reading.error.response == ResponseCode.ISC
    assert not read_out.complete
    assert read_out.tables[64].status is TableStatus.READ


def test_tables_that_shape_others_come_first_and_load_profile_data_last(hand_made: Meter) -> None:
    hand_made.run(read_tables())
    order = hand_made.tables_asked
    for needed, shaped in ((11, 12), (11, 16), (21, 23), (51, 53), (61, 64), (62, 64), (71, 76), (0, 1)):
        assert order.index(needed) < order.index(shaped)
    assert order[-1] == 64


def test_a_chosen_table_brings_those_that_shape_it(hand_made: Meter) -> None:
    read_out = hand_made.run(read_tables([23]))
    assert hand_made.tables_asked == [0, 1, 5, 21, 23]
    assert set(read_out.tables) == {0, 1, 5, 21, 23}


def test_a_table_that_the_meter_does_not_list_is_tried_all_the_same(hand_made: Meter) -> None:
    read_out = hand_made.run(read_tables([8, 33]))
    assert read_out.tables[8].data == b"\0\0\0\0"
    assert read_out.tables[33].status is TableStatus.REFUSED


def test_the_smaller_reads_take_only_what_is_listed(hand_made: Meter) -> None:
    assert set(hand_made.run(read_clock()).tables) == {0, 1, 5, 51, 52, 53}
    assert set(hand_made.run(read_events()).tables) == {0, 1, 5, 71, 76}
    registers = hand_made.run(read_registers())
    assert set(registers.tables) == {0, 1, 5, 11, 12, 15, 16, 21, 22, 23, 25, 26, 27, 28}
    overview = hand_made.run(read_overview())
    assert 3 in overview.tables
    assert 64 not in overview.tables


def test_the_read_out_says_where_when_and_how(hand_made: Meter, at_noon: Callable[[], datetime]) -> None:
    collection = Collection(operator="Ada", note="exchange", now=at_noon)
    read_out = hand_made.run(read_tables([3], collection=collection))
    assert (read_out.port, read_out.operator, read_out.note) == ("memory", "Ada", "exchange")
    assert read_out.link == {"baud": 9600, "packet_size": 128, "packet_count": 4, "standard": 0}
    assert read_out.device_profile == "generic"
    assert read_out.started_at == read_out.ended_at == at_noon()
    assert read_out.tables[3].read_at == at_noon()


@pytest.mark.parametrize("requests", [0, 1, 2, 3, 7, 20])
@pytest.mark.parametrize("failure", [LinkError("silent", "memory", 4), PortGone("memory", "pulled")])
def test_a_dead_link_loses_nothing_that_was_read(hand_made: Meter, failure: Any, requests: int) -> None:
    hand_made.fails_after, hand_made.failure = requests, failure
    collection = Collection()
    with pytest.raises(type(failure)):
        hand_made.run(read_tables(collection=collection))
    read_out = collection.read_out()
    read = [number for number, status in statuses(read_out).items() if status == "read"]
    assert len(read) == sum(number != 42 for number, _, _ in hand_made.asked)
    assert all(read_out.tables[number].data == hand_made.raw[number] for number in read)
    failed = [reading for reading in read_out.tables.values() if reading.status is TableStatus.FAILED]
    assert [reading.error for reading in failed] == [failure]
    if requests > 2:
        assert {reading.status for reading in read_out.tables.values()} >= {TableStatus.NOT_READ}
        assert 64 in read_out.tables
        assert read_out.identity.serial == "0042"


def test_a_large_table_keeps_the_pieces_it_had_when_the_link_died(hand_made: Meter) -> None:
    hand_made.with_small_packets()
    hand_made.run(read_tables([64]))
    pieces = [asked for asked in hand_made.asked if asked[0] == 64]
    assert len(pieces) == 11
    hand_made.fails_after = len(hand_made.asked) - 4
    hand_made.failure = LinkError("silent", "memory", 4)
    hand_made.asked.clear()
    collection = Collection()
    with pytest.raises(LinkError):
        hand_made.run(read_tables([64], collection=collection))
    reading = collection.read_out().tables[64]
    assert reading.status is TableStatus.FAILED
    assert reading.data == hand_made.raw[64][:140]
    assert reading.parts == ((0, 140),)


def test_a_cancelled_read_gives_what_was_read_so_far(hand_made: Meter) -> None:
    hand_made.fails_after, hand_made.failure = 6, Cancelled("read")
    read_out = hand_made.run(read_tables())
    found = statuses(read_out)
    assert sum(status == "read" for status in found.values()) == 6
    assert sum(status == "failed" for status in found.values()) == 1
    assert found[64] == "not-read"


def test_a_cancel_before_anybody_was_met_is_a_cancel(hand_made: Meter) -> None:
    hand_made.fails_after, hand_made.failure = 1, Cancelled("read")
    with pytest.raises(Cancelled):
        hand_made.run(read_tables())


@pytest.mark.parametrize(("requests", "ends"), [(1, False), (9, True)])
def test_the_overview_and_the_profile_may_be_cancelled_too(hand_made: Meter, requests: int, ends: bool) -> None:
    hand_made.fails_after, hand_made.failure = requests, Cancelled("read")
    for conversation in (read_overview, read_profile):
        hand_made.asked.clear()
        if ends:
            assert hand_made.run(conversation()).identity.serial == "0042"
        else:
            with pytest.raises(Cancelled):
                hand_made.run(conversation())


def test_what_was_read_can_be_asked_for_in_the_middle(hand_made: Meter) -> None:
    collection = Collection()
    seen: list[int] = []
    original = hand_made._answer

    def answer(item: Any) -> Any:
        seen.append(sum(status == "read" for status in statuses(collection.read_out()).values()))
        return original(item)

    hand_made._answer = answer
    hand_made.run(read_tables(collection=collection))
    assert seen == sorted(seen)
    assert seen[-1] >= 20


def test_reading_again_goes_on_from_what_is_there(hand_made: Meter) -> None:
    base = hand_made.run(read_tables())
    hand_made.asked.clear()
    hand_made.raw[23] = bytes(len(hand_made.raw[23]))
    again = hand_made.run(read_tables([23], collection=Collection(base=base)))
    assert hand_made.tables_asked == [0, 1, 23]
    assert set(again.tables) == set(base.tables)
    assert again.tables[23].data == hand_made.raw[23]
    assert again.tables[12] == base.tables[12]
    assert again.started_at == base.started_at
    assert again.ended_at > base.ended_at


def test_going_on_with_another_meter_is_refused(hand_made: Meter) -> None:
    base = hand_made.run(read_tables([3]))
    hand_made.raw[1] = hand_made.raw[1].replace(b"0042", b"0043")
    with pytest.raises(UsageError) as caught:
        hand_made.run(read_tables([3], collection=Collection(base=base)))
    assert (caught.value.expected, caught.value.found) == ("HAND 0042", "HAND 0043")


def test_a_meter_that_shows_neither_table_0_nor_1_is_still_read(hand_made: Meter) -> None:
    hand_made.refuse = {0: 3, 1: 3}
    read_out = hand_made.run(read_tables([3, 23]))
    assert statuses(read_out) == {0: "refused", 1: "refused", 3: "read", 23: "read"}
    assert read_out.identity.key == " "


def test_undecodable_configuration_does_not_stop_a_read(hand_made: Meter) -> None:
    hand_made.raw[21] = b"\x01"
    read_out = hand_made.run(read_tables())
    assert read_out.tables[23].data == hand_made.raw[23]
    assert read_out.tables[21].data == b"\x01"


def test_the_profile_in_force_says_what_is_skipped(hand_made: Meter) -> None:
    own = device_profile.parse(
        'name = "own"\ntitle = "O"\n[[match]]\nmodel = "MADE"\n[reading]\nskip_tables = [76, 2051]\n', "own.toml"
    )
    read_out = hand_made.run(read_tables(profile=own))
    assert read_out.device_profile == "own"
    assert not {76, 2051} & set(read_out.tables)


def test_progress_counts_bytes_and_knows_the_total_once_the_shapes_are_known(hand_made: Meter) -> None:
    hand_made.run(read_tables())
    steps = hand_made.progress
    done = [step.done for step in steps]
    assert done == sorted(done)
    totals = [step.total for step in steps]
    first = next(index for index, total in enumerate(totals) if total is not None)
    assert all(total is not None for total in totals[first:])
    assert steps[first].done < 200
    known = totals[first]
    assert known is not None
    assert abs(known - done[-1]) <= len(hand_made.raw[2051]), "only the table without a layout was not foreseen"
    assert steps[-1].done == steps[-1].total
    assert {step.unit for step in steps} == {"bytes"}
    assert steps[-1].text == "Reading load profile: data of set 1"


def test_parts_that_touch_become_one() -> None:
    assert merged([(10, 5), (0, 4), (15, 1), (4, 0), (2, 4)]) == ((0, 6), (10, 6))
    assert merged([]) == ()

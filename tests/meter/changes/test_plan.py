"""The least traffic: whole, by offset or by index, neighbours together, and never a byte that was not meant."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from fieldpro.c12.link import Packet
from fieldpro.c12.psem import FullWrite, IndexWrite, OffsetWrite
from fieldpro.errors import WriteImpossible
from fieldpro.meter.changes import edit
from fieldpro.meter.changes.image import Image
from fieldpro.meter.changes.plan import EXCHANGE, Access, Operation, access_of, plan
from fieldpro.meter.view import MeterView

BOTH = Access.OFFSET | Access.INDEX
NAMES = ("OWNER_NAME", "UTILITY_DIV", "SERVICE_POINT_ID", "CUSTOMER_ID", "COORDINATE_2", "TARIFF_ID", "MISC_ID")


@pytest.fixture(scope="module")
def view(power_cut: Any) -> MeterView:
    from fieldpro.meter.read import read_tables

    wire = power_cut.Wire(*power_cut.make_meter("centron"))
    with power_cut.open_session(wire, "centron", packet_size=1024) as session:
        return MeterView(session.run(read_tables((0, 1, 6, 31, 33, 51, 54))))


def image(view: MeterView, number: int, **values: Any) -> Image:
    table = view.tables.dictionary.tables[number].name
    return edit(view, {f"{table}.{name}": value for name, value in values.items()}).images[number]


def written(operations: tuple[Operation, ...], held: bytes) -> bytes:
    """What the table holds after all of them."""
    data = bytearray(held)
    for operation in operations:
        place = slice(operation.offset, operation.offset + operation.length)
        data[place] = operation.laid_over(bytes(data[place]))
    return bytes(data)


@pytest.mark.parametrize("access", [Access.WHOLE, Access.OFFSET, Access.INDEX, BOTH])
@given(
    wanted=st.dictionaries(st.sampled_from(NAMES), st.text("AB", min_size=1, max_size=8), min_size=1),
    room=st.sampled_from([56, 112, 65535]),
)
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_whatever_the_way_the_table_ends_as_it_is_wanted(
    view: MeterView, access: Access, wanted: dict[str, str], room: int
) -> None:
    held = view.tables.get(6) or b""
    made = image(view, 6, **wanted)
    if access is Access.WHOLE and room < 236:
        with pytest.raises(WriteImpossible):
            plan(made, access, room=room)
        return
    operations = plan(made, access, room=room)
    assert written(operations, held) == made.after
    assert all(
        len(operation.write(operation.laid_over(held[operation.offset :][: operation.length])).encode()) <= room
        for operation in operations
    )
    whole = EXCHANGE + 6 + len(held)
    assert sum(operation.cost for operation in operations) <= whole or room < 236


def test_the_more_ways_a_meter_has_the_less_it_costs(view: MeterView) -> None:
    made = image(view, 6, OWNER_NAME="A", CUSTOMER_ID="B", MISC_ID="C")
    costs = {access: sum(each.cost for each in plan(made, access)) for access in (Access.WHOLE, Access.OFFSET, BOTH)}
    assert costs[BOTH] <= costs[Access.OFFSET] < costs[Access.WHOLE]


def test_the_cost_is_what_goes_over_the_wire(view: MeterView) -> None:
    """A packet of 8 bytes around the request, one around the reply, two acknowledgements, and the reply's code."""
    for access in (Access.WHOLE, Access.OFFSET, Access.INDEX):
        (operation,) = plan(image(view, 6, TARIFF_ID="TOU-2"), access)
        request = operation.write(bytes(operation.length)).encode()
        reply = b"\x00"
        packets = [Packet(0, 0, 0, request).encode(), Packet(0, 0, 0, reply).encode()]
        assert operation.cost == sum(map(len, packets)) + 2


def test_elements_that_lie_close_are_one_write_and_gaps_that_cost_more_are_two(view: MeterView) -> None:
    close = plan(image(view, 6, OWNER_NAME="A", SERVICE_POINT_ID="B"), Access.OFFSET)
    assert [(each.offset, each.length) for each in close] == [(0, 60)]
    far = plan(image(view, 6, OWNER_NAME="A", ELEC_ADDR="B"), Access.OFFSET)
    assert [(each.offset, each.length) for each in far] == [(0, 20), (60, 20)]


def test_what_is_too_long_for_the_link_goes_in_pieces(view: MeterView) -> None:
    operations = plan(
        image(view, 6, OWNER_NAME="A" * 20, UTILITY_DIV="B" * 20, SERVICE_POINT_ID="C" * 20), Access.OFFSET, room=56
    )
    assert [each.length for each in operations] == [47, 13]
    assert (
        written(operations, view.tables.get(6) or b"")
        == image(view, 6, OWNER_NAME="A" * 20, UTILITY_DIV="B" * 20, SERVICE_POINT_ID="C" * 20).after
    )


@pytest.mark.parametrize(
    ("access", "kind"), [(Access.WHOLE, FullWrite), (Access.OFFSET, OffsetWrite), (Access.INDEX, IndexWrite)]
)
def test_each_way_reads_back_the_same_bytes_that_it_writes(view: MeterView, access: Access, kind: type) -> None:
    (operation,) = plan(image(view, 6, TARIFF_ID="TOU-2"), access)
    assert isinstance(operation.write(bytes(operation.length)), kind)
    request = operation.read()
    assert (request is None) == (kind is FullWrite)


def test_by_index_a_bit_is_written_with_the_byte_it_is_in(view: MeterView) -> None:
    made = edit(view, {"CALENDAR_TBL.TIER_SWITCHES[3].TIER_SWITCH.NEW_TIER": 1}).images[54]
    (operation,) = plan(made, Access.INDEX)
    assert (operation.indices, operation.length) == ((2, 3), 3)
    assert written((operation,), view.tables.get(54) or b"") == made.after


def test_a_table_that_cannot_be_read_is_written_element_by_element_or_not_at_all(view: MeterView) -> None:
    from fieldpro.meter.programs.rules import rules

    layout = view.tables.layout(6)
    blind = Image(layout, None)
    blind.set(layout.node("TARIFF_ID"), "TOU-2", rules().tolerance)
    (operation,) = plan(blind, Access.OFFSET)
    assert (operation.offset, operation.length) == (170, 8)
    with pytest.raises(WriteImpossible):
        plan(blind, Access.WHOLE)


@pytest.mark.parametrize(("method", "access"), [(0, Access.WHOLE), (1, Access.OFFSET), (2, Access.INDEX), (3, BOTH)])
def test_table_0_says_which_ways_there_are(method: int, access: Access) -> None:
    assert access_of(method) == access

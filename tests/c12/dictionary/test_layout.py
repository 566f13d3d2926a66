"""Places: paths, offsets, bits and index paths, and what is said when there is no such place."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from fieldpro.c12.dictionary import Layout, Span, Tables
from fieldpro.errors import TableError

Meter = Callable[..., Tables]


@pytest.fixture
def registers(meter: Meter) -> Layout:
    return meter({21: bytes.fromhex("16 00 00 02 02 01 01 01 00 00")}, TM_FORMAT=2).layout(23)


def test_an_element_is_found_by_its_path(registers: Layout) -> None:
    assert registers.locate("NBR_DEMAND_RESETS") == Span(0, 1)
    assert registers.locate("CURRENT_REG_DATA_TBL.TOT_DATA_BLOCK.SUMMATIONS[1]") == Span(5, 4)
    assert registers.locate("TOT_DATA_BLOCK.DEMANDS[1].EVENT_TIME[0]") == Span(9 + 13, 5)
    assert registers.locate(["TIER_DATA_BLOCK", 0]).end == registers.size
    assert registers.locate("CURRENT_REG_DATA_TBL") == Span(0, registers.size)
    assert registers.name == registers.table == "CURRENT_REG_DATA_TBL"


def test_a_bit_is_found_with_or_without_its_bit_field(meter: Meter) -> None:
    layout = meter().layout(3)
    wanted = Span(1, 2, (8, 8))
    assert layout.locate("ED_MODE_STATUS_TBL.ED_STD_STATUS1.LOW_BATTERY_FLAG") == wanted
    assert layout.locate("LOW_BATTERY_FLAG") == wanted
    assert layout.index_path("LOW_BATTERY_FLAG") == (1, 8)
    assert layout.node("LOW_BATTERY_FLAG").type == "BOOL(8)"
    assert layout.node("ED_MODE.FILLER").type == "FILL(4..7)"


def test_an_offset_leads_to_the_innermost_element(registers: Layout) -> None:
    assert registers.at(0).full_path == "CURRENT_REG_DATA_TBL.NBR_DEMAND_RESETS"
    assert registers.at(6).full_path == "CURRENT_REG_DATA_TBL.TOT_DATA_BLOCK.SUMMATIONS[1]"
    assert registers.at(registers.size - 1).full_path.endswith("TIER_DATA_BLOCK[0].COINCIDENTS[0].COINCIDENT_VALUES[0]")
    for offset in (-1, registers.size):
        with pytest.raises(TableError):
            registers.at(offset)


def test_an_offset_skips_elements_without_bytes(meter: Meter) -> None:
    tables = meter({21: bytes.fromhex("02 00 00 01 01 00 01 00 00 00")}, TM_FORMAT=0)
    layout = tables.layout(23)  # the time of the demand has no bytes
    assert layout.at(4).full_path == "CURRENT_REG_DATA_TBL.TOT_DATA_BLOCK.DEMANDS[0].DEMAND[0]"
    assert layout.locate("TOT_DATA_BLOCK.DEMANDS[0].EVENT_TIME[0]") == Span(4, 0)


def test_index_paths_lead_back(registers: Layout) -> None:
    for node in registers.root.walk():
        path = registers.index_path(node.full_path)
        assert registers.node_at_index(path).full_path == node.full_path
        assert registers.locate_index(path) == node.span
    for wrong in ((9,), (1, 0, 7), (1, 0, -1), (0, 0)):
        with pytest.raises(TableError):
            registers.locate_index(wrong)


@pytest.mark.parametrize(
    "path",
    ["NO_SUCH", "TOT_DATA_BLOCK.SUMMATIONS[2]", "TOT_DATA_BLOCK[0]", "TOT_DATA_BLOCK.DEMANDS.DEMAND", "A..B", "[x]",
     "NBR_DEMAND_RESETS.BIT", "NBR_DEMAND_RESETS[0]"],
)  # fmt: skip
def test_a_place_that_is_not_there_is_an_error_with_what_is(registers: Layout, path: str) -> None:
    with pytest.raises(TableError) as caught:
        registers.locate(path)
    assert caught.value.table == "CURRENT_REG_DATA_TBL"
    assert caught.value.expected


def test_nothing_is_below_a_bit(meter: Meter) -> None:
    with pytest.raises(TableError, match="nothing below"):
        meter().layout(3).node(["ED_MODE", "METERING_FLAG", "BIT"])


def test_nodes_make_a_tree_that_can_be_sliced(registers: Layout) -> None:
    root = registers.root
    assert [child.name for child in root.children] == ["NBR_DEMAND_RESETS", "TOT_DATA_BLOCK", "TIER_DATA_BLOCK"]
    assert [child.depth for child in root.children[1:]] == [1, 1]
    assert root.children[-1].name == "TIER_DATA_BLOCK"
    demands = root.children[1].children[1]
    assert [demand.name for demand in demands.children] == ["[0]", "[1]"]
    assert demands.children[1].title == "Demands"
    assert demands.unit == ""
    assert not demands.is_leaf
    assert len(root.children[0].children) == 0
    assert root.name == "CURRENT_REG_DATA_TBL"
    with pytest.raises(IndexError):
        root.children[3]


def test_a_table_that_is_too_short_says_where_it_ends(registers: Layout) -> None:
    with pytest.raises(TableError) as caught:
        registers.decode(bytes(7))
    error = caught.value
    assert error.element == "CURRENT_REG_DATA_TBL.TOT_DATA_BLOCK.SUMMATIONS[1]"
    assert (error.offset, error.found) == (5, "7 bytes")
    assert error.expected == f"{registers.size} bytes"


@pytest.mark.parametrize(
    ("path", "value", "element", "expected"),
    [
        ((), 3, "", "values by element name"),
        (("NBR_DEMAND_RESETS",), 256, ".NBR_DEMAND_RESETS", "a number from 0 to 255"),
        (("NBR_DEMAND_RESETS",), None, ".NBR_DEMAND_RESETS", "whole number"),
        (("RESETS",), 1, ".RESETS", "an element of STD.REGISTER_DATA_RCD"),
        (("TOT_DATA_BLOCK", "SUMMATIONS"), [1], ".TOT_DATA_BLOCK.SUMMATIONS", "a list of 2"),
        (("TOT_DATA_BLOCK", "SUMMATIONS"), "12", ".TOT_DATA_BLOCK.SUMMATIONS", "a list of 2"),
        (("TOT_DATA_BLOCK", "SUMMATIONS", 1), "x" * 99, ".TOT_DATA_BLOCK.SUMMATIONS[1]", "a whole number"),
        (("TOT_DATA_BLOCK",), {}, ".TOT_DATA_BLOCK.SUMMATIONS", "a value for this element"),
    ],
)
def test_values_that_do_not_fit_are_an_error_with_their_place(
    registers: Layout, path: tuple[str | int, ...], value: object, element: str, expected: str
) -> None:
    values = registers.decode(bytes([*range(5), 0, 0, 0, 0] + [0] * (registers.size - 9))).values
    changed = values
    for part in path[:-1]:
        changed = changed[part]
    if path:
        changed[path[-1]] = value
    else:
        values = value
    with pytest.raises(TableError) as caught:
        registers.encode(values)
    assert caught.value.element == f"CURRENT_REG_DATA_TBL{element}"
    assert expected in caught.value.expected
    assert len(caught.value.found) <= 60


@pytest.mark.parametrize(
    ("mode", "element"),
    [
        ({"METERING_FLAG": 2}, "METERING_FLAG"),
        ({"FILLER": 16}, "FILLER"),
        ({"METERING_FLAG": "yes"}, "METERING_FLAG"),
        ({"NO_FLAG": True}, "NO_FLAG"),
    ],
)
def test_bits_that_do_not_fit_are_an_error_too(meter: Meter, mode: dict[str, object], element: str) -> None:
    layout = meter().layout(3)
    values = layout.decode(bytes(6)).values
    values["ED_MODE"] |= mode
    with pytest.raises(TableError) as caught:
        layout.encode(values)
    assert caught.value.element == f"ED_MODE_STATUS_TBL.ED_MODE.{element}"
    del values["ED_MODE"]["METERING_FLAG"]
    with pytest.raises(TableError, match=r"a value for this element|NO_FLAG|FILLER"):
        layout.encode(values)
    values["ED_MODE"] = 1
    with pytest.raises(TableError, match="values by element name"):
        layout.encode(values)


def test_a_part_of_a_table_is_decoded_and_encoded_by_itself(registers: Layout) -> None:
    data = bytes(range(64))[: registers.size]
    data = data + bytes(registers.size - len(data))
    values = registers.decode(data).values
    for path in ("TOT_DATA_BLOCK", "TOT_DATA_BLOCK.SUMMATIONS[1]", "TIER_DATA_BLOCK[0].DEMANDS"):
        span = registers.locate(path)
        part = data[span.offset : span.end]
        value = registers.decode_part(path, part)
        assert registers.encode_part(path, value) == part
    assert (
        registers.decode_part("TOT_DATA_BLOCK", data[1 : 1 + registers.locate("TOT_DATA_BLOCK").length])
        == (values["TOT_DATA_BLOCK"])
    )
    with pytest.raises(TableError, match="4 bytes"):
        registers.decode_part("TOT_DATA_BLOCK.SUMMATIONS[1]", bytes(5))
    with pytest.raises(TableError) as caught:
        registers.encode_part("TOT_DATA_BLOCK.SUMMATIONS[1]", "seven")
    assert caught.value.element == "CURRENT_REG_DATA_TBL.TOT_DATA_BLOCK.SUMMATIONS[1]"


def test_a_bit_has_no_bytes_of_its_own(meter: Meter) -> None:
    with pytest.raises(TableError, match="bytes of its own"):
        meter().layout(3).decode_part("LOW_BATTERY_FLAG", b"\0")


def test_what_lies_in_a_part_of_a_table(registers: Layout) -> None:
    def paths(offset: int, length: int) -> list[str]:
        return [node.full_path.removeprefix("CURRENT_REG_DATA_TBL.") for node in registers.within(offset, length)]

    assert paths(0, registers.size) == ["CURRENT_REG_DATA_TBL"]
    assert paths(0, 5) == ["NBR_DEMAND_RESETS", "TOT_DATA_BLOCK.SUMMATIONS[0]"]
    assert paths(1, 8) == ["TOT_DATA_BLOCK.SUMMATIONS"]
    assert paths(2, 3) == []


def test_a_part_of_a_bit_field_is_not_in_a_part_of_a_table(meter: Meter) -> None:
    assert [node.name for node in meter().layout(3).within(0, 2)] == ["ED_MODE"]


def test_passwords_and_keys_are_not_shown(meter: Meter) -> None:
    tables = meter({41: bytes.fromhex("01 04 01 02 00 00")})
    fields = [*tables.decode(42, b"WORDX").fields(), *tables.decode(45, b"KE").fields()]
    texts = " ".join(field.text for field in fields)
    assert texts.count("not shown") == 2
    with pytest.raises(TableError) as caught:
        tables.encode(42, {"SECURITY_ENTRIES": [{"PASSWORD": b"TOO LONG", "ACCESS_PERMISSIONS": {}}]})
    assert "TOO LONG" not in str(caught.value)
    with pytest.raises(TableError) as caught:
        tables.layout(45).encode_part("KEY_ENTRIES[0]", b"TOO LONG")
    assert "TOO LONG" not in str(caught.value)

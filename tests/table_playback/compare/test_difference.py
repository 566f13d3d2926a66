"""Two contents of one table: which elements are told, with which words and places, and what is left out."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fieldpro.c12.dictionary import Dictionary, Tables
from fieldpro.errors import TableUnresolved
from table_playback.compare import FieldDifference, Kind, difference
from table_playback.tape import Order, VerifyRule

Context = Callable[..., Tables]
BIG = bytes([0b0000_0011, 0, 0])  # table 0 of a big-endian meter
STATE = bytes.fromhex("01 E600 0500 41424344 0A00 1400")
#                      flags volts used name   channels


def told(before: Tables, after: Tables, number: int = 11, **how: object) -> list[tuple[str, str, str]]:
    return [(each.path, each.expected_text, each.found_text) for each in difference(before, after, number, **how)]  # type: ignore[arg-type] # as given


def changed(data: bytes, **at: bytes) -> bytes:
    """`data` with other bytes at `b3`, `b11` ..."""
    copy = bytearray(data)
    for place, value in at.items():
        offset = int(place[1:])
        copy[offset : offset + len(value)] = value
    return bytes(copy)


class TestElements:
    def test_equal_tables_have_no_difference(self, context: Context) -> None:
        assert difference(context({11: STATE}), context({11: STATE}), 11) == ()

    def test_a_number_is_told_with_its_title_unit_and_place(self, context: Context) -> None:
        (found,) = difference(context({11: STATE}), context({11: changed(STATE, b1=b"\xe7")}), 11)
        assert found == FieldDifference(
            "STATE_TBL.VOLTS", "Voltage", "V", "230", "231", 1, 2, found_offset=1, found_length=2
        )

    def test_only_the_bits_that_differ_are_told(self, context: Context) -> None:
        found = difference(context({11: STATE}), context({11: changed(STATE, b0=b"\x03")}), 11)
        assert [(each.path, each.expected_text, each.found_text, each.bits) for each in found] == [
            ("STATE_TBL.FLAGS.MODE", "idle (0)", "busy (1)", (1, 3))
        ]

    def test_of_a_set_the_members_of_one_side_are_told(self, context: Context) -> None:
        assert told(context({11: STATE}), context({11: changed(STATE, b3=b"\x09")})) == [
            ("STATE_TBL.USED", "with 2", "with 3")
        ]

    def test_values_that_read_the_same_are_told_with_their_bytes(self, context: Context) -> None:
        padded = changed(STATE, b5=b"AB  "), changed(STATE, b5=b"AB\0\0")
        (found,) = difference(context({11: padded[0]}), context({11: padded[1]}), 11)
        assert found.expected_text != found.found_text
        assert found.expected_text.endswith("(41 42 20 20)")

    def test_an_element_of_an_array_has_its_number(self, context: Context) -> None:
        (found,) = difference(context({11: STATE}), context({11: changed(STATE, b11=b"\x15")}), 11)
        assert (found.path, found.title, found.found_text) == ("STATE_TBL.CHANNELS[1]", "Channels [1]", "21")

    def test_of_a_password_nothing_is_told_but_that_it_differs(self, context: Context) -> None:
        found = difference(context({42: b"\x01\x11\x22\x33\x44"}), context({42: b"\x01\x55\x66\x77\x88"}), 42)
        assert [(each.path, each.expected_text, each.found_text) for each in found] == [
            ("SECURITY_TBL.PASSWORD", "not shown", "not shown")
        ]

    def test_a_side_without_the_table_is_an_error(self, context: Context) -> None:
        with pytest.raises(TableUnresolved):
            difference(context(), context({11: STATE}), 11)


class TestOtherShapes:
    def test_the_same_values_in_the_other_byte_order_are_equal(self, context: Context) -> None:
        big = bytes.fromhex("01 00E6 0500 41424344 000A 0014")
        assert told(context({11: STATE}), context({11: big}, general=BIG)) == []

    def test_a_value_is_compared_as_a_value_in_the_other_byte_order(self, context: Context) -> None:
        big = bytes.fromhex("01 00E7 0500 41424344 000A 0014")
        assert told(context({11: STATE}), context({11: big}, general=BIG)) == [("STATE_TBL.VOLTS", "230", "231")]

    def test_an_array_that_is_longer_on_one_side_tells_what_is_more(self, context: Context) -> None:
        after = context({10: bytes([3, 4, 100, 0]), 11: STATE + b"\x1e\x00"})
        (found,) = difference(context({11: STATE}), after, 11)
        assert (found.path, found.kind, found.found_text) == ("STATE_TBL.CHANNELS[2]", Kind.ONLY_RIGHT, "30 Wh")

    def test_an_element_of_one_side_alone_is_told(self, context: Context, dictionary: Dictionary) -> None:
        before = context({10: bytes([1, 4, 100, 0]), 11: STATE[:11]})
        found = difference(context({11: STATE}), before, 11)
        assert [(each.path, each.kind) for each in found] == [("STATE_TBL.CHANNELS[1]", Kind.ONLY_LEFT)]


class TestWhatIsLeftOut:
    DIFFERENT = changed(STATE, b1=b"\xe9", b9=b"\x0c")

    def test_ignored_elements_are_not_told(self, context: Context) -> None:
        rule = VerifyRule(ignore=("STATE_TBL.VOLTS",))
        found = told(context({11: STATE}), context({11: self.DIFFERENT}), rule=rule)
        assert [path for path, _, _ in found] == ["STATE_TBL.CHANNELS[0]"]

    def test_volatile_elements_are_not_told_here(self, context: Context) -> None:
        found = told(context({11: STATE}), context({11: self.DIFFERENT}), volatile=["*.CHANNELS"])
        assert [path for path, _, _ in found] == ["STATE_TBL.VOLTS"]

    @pytest.mark.parametrize(("most", "count"), [(3.0, 0), (2.0, 1)])
    def test_within_tolerance_is_equal(self, context: Context, most: float, count: int) -> None:
        rule = VerifyRule(tolerance=(("STATE_TBL.VOLTS", most), ("*.CHANNELS", 2.0)))
        assert len(told(context({11: STATE}), context({11: self.DIFFERENT}), rule=rule)) == count

    def test_an_unchecked_step_has_no_differences(self, context: Context) -> None:
        rule = VerifyRule(order=Order.UNCHECKED)
        assert told(context({11: STATE}), context({11: self.DIFFERENT}), rule=rule) == []

    def test_redacted_bytes_are_never_compared(self, context: Context) -> None:
        found = told(context({11: STATE}), context({11: self.DIFFERENT}), masked=((1, 2),))
        assert [path for path, _, _ in found] == ["STATE_TBL.CHANNELS[0]"]

    def test_only_what_both_sides_know_is_compared(self, context: Context) -> None:
        found = told(
            context({11: STATE}), context({11: self.DIFFERENT}), parts_before=((0, 5),), parts_after=((1, 10),)
        )
        assert [path for path, _, _ in found] == ["STATE_TBL.VOLTS"]

    def test_of_an_element_known_in_part_the_bytes_are_compared(self, context: Context) -> None:
        after = changed(STATE, b1=b"\xff\xff")
        (found,) = difference(context({11: STATE}), context({11: after}), 11, parts_after=((2, 3),))
        assert (found.path, found.expected_text, found.found_text) == ("STATE_TBL.VOLTS", "00", "ff")
        assert found.note == "known in part: 1 byte from byte 1 of the element"


class TestLists:
    LOG = bytes([2]) + bytes.fromhex("110100 120200 000000 000000")

    def only(self, context: Context, data: bytes, **how: object) -> FieldDifference:
        how.setdefault("volatile", ["*.NBR_VALID_ENTRIES"])
        (found,) = difference(context({12: self.LOG}), context({12: data}), 12, **how)  # type: ignore[arg-type] # as given
        return found

    def test_entries_that_came_are_one_difference(self, context: Context) -> None:
        found = self.only(context, bytes([4]) + bytes.fromhex("110100 120200 130300 140400"))
        assert (found.path, found.note) == ("LOG_TBL.ENTRIES", "2 new")
        assert (found.expected_text, found.found_text) == ("2 entries", "4 entries")
        assert [(part.kind, part.found_text) for part in found.parts] == [
            (Kind.ONLY_RIGHT, "Event 19, Number 3"),
            (Kind.ONLY_RIGHT, "Event 20, Number 4"),
        ]

    def test_entries_that_moved_up_are_not_new(self, context: Context) -> None:
        found = self.only(context, bytes([3]) + bytes.fromhex("130300 110100 120200 000000"))
        assert found.note == "1 new"

    def test_an_entry_that_was_written_over_is_gone(self, context: Context) -> None:
        found = self.only(context, bytes([2]) + bytes.fromhex("130300 120200 000000 000000"))
        assert found.note == "1 new, 1 gone"

    def test_the_same_entries_in_another_order_differ_unless_any_order_will_do(self, context: Context) -> None:
        turned = bytes([2]) + bytes.fromhex("120200 110100 000000 000000")
        assert self.only(context, turned).note == "the same entries in other places"
        rule = VerifyRule(order=Order.ANY)
        assert difference(context({12: self.LOG}), context({12: turned}), 12, rule=rule) == ()

    def test_a_list_that_differs_in_volatile_elements_alone_does_not_count(self, context: Context) -> None:
        other = bytes([2]) + bytes.fromhex("110900 120A00 000000 000000")
        found = difference(context({12: self.LOG}), context({12: other}), 12, volatile=["*.ENTRIES.NUMBER"])
        assert found == ()

    def test_a_longer_list_is_told_by_its_entries(self, context: Context) -> None:
        longer = context({10: bytes([2, 5, 100, 0]), 12: self.LOG + bytes.fromhex("130300")})
        (found,) = difference(context({12: self.LOG}), longer, 12)
        assert found.note == "1 new"


class TestLargeArrays:
    def values(self, *numbers: int) -> bytes:
        return b"".join(bytes([index % 7]) + number.to_bytes(2, "little") for index, number in enumerate(numbers))

    def test_much_that_differs_is_one_difference_with_the_first_as_parts(self, context: Context) -> None:
        before, after = self.values(*range(100)), self.values(*range(50), *range(1050, 1100))
        (found,) = difference(context({13: before}), context({13: after}), 13)
        assert found.note == "50 of 100 differ, the first is [50], the last [99]"
        assert [part.path for part in found.parts][:2] == ["VALUES_TBL.VALUES[50].VALUE", "VALUES_TBL.VALUES[51].VALUE"]
        assert (found.parts[0].expected_text, found.parts[0].found_text, found.parts[0].unit) == ("50", "1050", "Wh")

    def test_a_few_are_told_one_by_one(self, context: Context) -> None:
        before, after = self.values(*range(100)), self.values(*range(98), 0, 0)
        assert len(difference(context({13: before}), context({13: after}), 13)) == 2

    def test_masks_hold_in_large_arrays_too(self, context: Context) -> None:
        before = self.values(*range(100))
        stamps = bytes(byte ^ 0x40 if index % 3 == 0 else byte for index, byte in enumerate(before))
        two = changed(stamps, b4=b"\xff", b100=b"\xff")
        found = told(context({13: before}), context({13: two}), 13, volatile=["*.VALUES.STAMP"])
        assert [path for path, _, _ in found] == ["VALUES_TBL.VALUES[1].VALUE", "VALUES_TBL.VALUES[33].VALUE"]

    def test_single_elements_can_be_named_in_large_arrays(self, context: Context) -> None:
        before, after = self.values(*range(100)), self.values(*range(1000, 1100))
        names = [f"VALUES_TBL.VALUES[{index}]" for index in range(99)]
        found = told(context({13: before}), context({13: after}), 13, volatile=names)
        assert [path for path, _, _ in found] == ["VALUES_TBL.VALUES[99].VALUE"]

    def test_tolerance_holds_in_large_arrays_too(self, context: Context) -> None:
        before, after = self.values(*range(100)), self.values(*range(1, 100), 200)
        rule = VerifyRule(tolerance=(("*.VALUE", 1.0),))
        found = told(context({13: before}), context({13: after}), 13, rule=rule)
        assert [path for path, _, _ in found] == ["VALUES_TBL.VALUES[99].VALUE"]


class TestBytes:
    def test_a_table_without_a_layout_is_told_in_runs_of_bytes(self, context: Context) -> None:
        found = difference(context({99: bytes(20)}), context({99: changed(bytes(20), b2=b"\1\2", b15=b"\3")}), 99)
        assert [(each.path, each.title, each.found_text) for each in found] == [
            ("NAMED_TBL@2", "Bytes 2 to 3", "01 02"),
            ("NAMED_TBL@15", "Byte 15", "03"),
        ]
        assert "no layout" in found[0].note

    def test_why_a_layout_is_missing_is_said(self, dictionary: Dictionary) -> None:
        sides = [Tables(dictionary, raw={0: bytes([2, 0, 0]), 11: data}) for data in (STATE, changed(STATE, b1=b"\1"))]
        (found,) = difference(sides[0], sides[1], 11)
        assert "needs table 10" in found.note

    def test_an_unknown_table_is_told_in_bytes(self, context: Context) -> None:
        (found,) = difference(context({2100: b"\1"}), context({2100: b"\2"}), 2100)
        assert found.path == "TABLE_2100@0"

    def test_what_one_side_has_more_is_told(self, context: Context) -> None:
        (found,) = difference(context({99: b"ab"}), context({99: b"abcd"}), 99)
        assert (found.kind, found.found_text, found.offset, found.length) == (Kind.ONLY_RIGHT, "63 64", 2, 2)

    def test_a_table_that_is_too_short_is_compared_as_far_as_it_goes(self, context: Context) -> None:
        short = changed(STATE, b1=b"\xe7")[:6]
        found = difference(context({11: STATE}), context({11: short}), 11)
        assert found[0].path == "STATE_TBL.VOLTS"
        assert any("more" in each.title for each in found)

    def test_bytes_behind_the_end_are_told(self, context: Context) -> None:
        (found,) = difference(context({11: STATE + b"x"}), context({11: STATE + b"y"}), 11)
        assert (found.path, found.expected_text, found.found_text) == ("STATE_TBL@13", "78", "79")

    def test_secret_bytes_are_not_shown_without_a_layout(self, context: Context) -> None:
        found = difference(context({46: b"\x11\x22"}), context({46: b"\x33\x44"}), 46)
        assert [(each.expected_text, each.found_text) for each in found] == [("not shown", "not shown")]


@given(before=st.binary(min_size=13, max_size=13), after=st.binary(min_size=13, max_size=13))
def test_two_contents_are_equal_exactly_when_their_bytes_are(
    dictionary: Dictionary, before: bytes, after: bytes
) -> None:
    limits = {0: bytes([2, 0, 0]), 10: bytes([2, 4, 100, 0])}
    sides = [Tables(dictionary, raw={**limits, 11: data}) for data in (before, after)]
    assert (difference(sides[0], sides[1], 11) == ()) is (before == after)


@given(before=st.binary(max_size=400), after=st.binary(max_size=400), cut=st.integers(0, 400))
def test_no_bytes_make_it_fail(dictionary: Dictionary, before: bytes, after: bytes, cut: int) -> None:
    limits = {0: bytes([2, 0, 0]), 10: bytes([2, 4, 100, 0])}
    sides = [Tables(dictionary, raw=limits) for _ in range(2)]
    for number in (0, 10, 11, 12, 13, 42, 99):
        found = difference(
            sides[0], sides[1], number, data_before=before, data_after=after, parts_after=((0, min(cut, len(after))),)
        )
        if before == after:
            assert found == ()

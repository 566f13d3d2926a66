"""A table changed from either side: bytes and fields agree with the dictionary's encoder, and every step goes back."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fieldpro.c12.dictionary.build import Dictionary
from fieldpro.c12.dictionary.layout import Node
from fieldpro.c12.dictionary.tables import Tables
from fieldpro.dictionaries import load_dictionary
from fieldpro.gui.changed_bytes import changed_runs
from fieldpro.gui.pages.tables_draft import (
    Drafts,
    TableDraft,
    can_edit,
    choices_of,
    expected_of,
    is_same_layout,
    laid_over,
    raw_of,
    text_of,
)

NOTATION = """
TYPE INNER_RCD = PACKED RECORD
    AT : STIME_DATE;            { When }
    KIND : UINT8;               { Kind | 0 = "none", 1 = "one", 7 = "seven" }
    LEVELS : ARRAY[3] OF INT16; { Levels [V] }
END;
TYPE FLAGS_BFLD = BIT FIELD OF UINT16
    ON : BOOL(0);               { Switched on }
    MODE : UINT(1..3);          { Mode | 0 = "off", 1 = "slow", 2 = "fast" }
    DRIFT : INT(4..7);          { Drift [s] }
    FILL : FILL(8..15);
END;
TYPE EDITED_RCD = PACKED RECORD
    NAME : ARRAY[8] OF CHAR;    { Name }
    FLAGS : FLAGS_BFLD;         { Flags }
    MEMBERS : SET(2);           { Members }
    PLAIN : BINARY(3);          { Plain }
    BIG : UINT32;               { Big }
    PARTS : ARRAY[2] OF INNER_RCD;  { Parts }
END;
TABLE 2060 EDITED_TBL = EDITED_RCD;    { Edited }
"""


@pytest.fixture(scope="module")
def tables(general: bytes) -> Tables:
    from fieldpro import resources
    from fieldpro.dictionaries import STANDARD

    sources = [(name, resources.text("dictionary", "standard", f"{name}.c1219")) for name in STANDARD]
    return Tables(Dictionary.build([*sources, ("edited", NOTATION)]), raw={0: general})


@pytest.fixture(scope="module")
def general(hand_readout: Any) -> bytes:
    return bytes(hand_readout.tables[0].data)


def editable(tables: Tables) -> list[Node]:
    return [node for node in tables.layout(2060).root.walk() if can_edit(node) and not node.name.startswith("FILL")]


def draft_of(tables: Tables, data: bytes) -> TableDraft:
    return TableDraft(2060, data, tables.layout(2060))


SIZE = 8 + 2 + 2 + 3 + 4 + 2 * (4 + 1 + 6)


@settings(max_examples=150, deadline=None)
@given(data=st.data(), raw=st.binary(min_size=SIZE, max_size=SIZE))
def test_bytes_give_fields_and_the_fields_give_the_bytes_back(tables: Tables, data: st.DataObject, raw: bytes) -> None:
    """Whatever is typed over the bytes: the values that are shown encode to just these bytes."""
    draft = draft_of(tables, bytes(SIZE))
    offset = data.draw(st.integers(0, SIZE - 1))
    draft.write(offset, raw[offset:])
    decoded = draft.decoded
    assert decoded is not None
    assert tables.layout(2060).encode(decoded.values) == draft.data == bytes(offset) + raw[offset:]


@settings(max_examples=200, deadline=None)
@given(data=st.data(), raw=st.binary(min_size=SIZE, max_size=SIZE), other=st.binary(min_size=SIZE, max_size=SIZE))
def test_a_field_set_is_what_the_encoder_makes_of_it(
    tables: Tables, data: st.DataObject, raw: bytes, other: bytes
) -> None:
    """A value taken from other bytes and typed as it is shown: only its own bits are changed, as `encode` has them."""
    draft = draft_of(tables, raw)
    layout = tables.layout(2060)
    node = data.draw(st.sampled_from(editable(tables)))
    place = slice(node.offset, node.offset + node.length)
    typed = text_of(node, other[place])
    shown = draft_of(tables, other).decoded
    assert shown is not None
    try:
        draft.set_value(node, typed)
    except ValueError:  # a text that the format of characters does not have cannot be typed, only pasted as bytes
        assert node.name == "NAME"
        assert draft.data == raw
        return
    assert draft.data[: place.start] == raw[: place.start]
    assert draft.data[place.stop :] == raw[place.stop :]
    values = draft.decoded.values if draft.decoded is not None else None
    assert layout.encode(values) == draft.data
    if node.name != "NAME":
        assert draft.decoded is not None
        assert draft.decoded.get(node.path) == shown.get(node.path)


@settings(max_examples=100, deadline=None)
@given(
    steps=st.lists(st.tuples(st.integers(0, SIZE - 1), st.binary(min_size=1, max_size=6)), max_size=12),
    raw=st.binary(min_size=SIZE, max_size=SIZE),
)
def test_every_step_is_undone_and_done_again(tables: Tables, steps: list[tuple[int, bytes]], raw: bytes) -> None:
    draft = draft_of(tables, raw)
    seen = [draft.data]
    for offset, data in steps:
        if draft.write(offset, data[: SIZE - offset]) is not None:
            seen.append(draft.data)
    for expected in reversed(seen[:-1]):
        draft.undo()
        assert draft.data == expected
    assert draft.undo() is None
    assert not draft.changed
    for expected in seen[1:]:
        draft.redo()
        assert draft.data == expected
    assert draft.redo() is None


@given(one=st.binary(max_size=40), other=st.binary(max_size=40), near=st.integers(0, 3))
def test_runs_hold_every_changed_byte_and_no_two_touch(one: bytes, other: bytes, near: int) -> None:
    runs = changed_runs(one, other, near=near)
    inside = {at for offset, length in runs for at in range(offset, offset + length)}
    for at in range(max(len(one), len(other))):
        if one[at : at + 1] != other[at : at + 1]:
            assert at in inside
    assert all(end[0] - sum(begin) > near for begin, end in pairwise(runs))


def node(tables: Tables, path: str) -> Node:
    return tables.layout(2060).node(path)


@pytest.mark.parametrize(
    ("path", "text", "raw"),
    [
        ("FLAGS.MODE", "fast", "0400"),
        ("FLAGS.MODE", "fast (2)", "0400"),
        ("FLAGS.MODE", "5", "0a00"),
        ("FLAGS.ON", "yes", "0100"),
        ("FLAGS.DRIFT", "-1", "f000"),
        ("PARTS[0].KIND", "seven", "07"),
        ("PARTS[0].KIND", "0x07", None),
        ("MEMBERS", "1, 3", "0a00"),
        ("MEMBERS", "none", "0000"),
        ("PLAIN", "01 02 ff", "0102ff"),
        ("BIG", "12,000", "e02e0000"),
        ("NAME", "abc", b"abc     ".hex()),
    ],
)
def test_values_are_taken_as_a_person_types_them(tables: Tables, path: str, text: str, raw: str | None) -> None:
    found = node(tables, path)
    if raw is None:
        with pytest.raises(ValueError, match="one of 'none', 'one', 'seven'"):
            raw_of(found, text, bytes(found.length))
        return
    assert raw_of(found, text, bytes(found.length)).hex() == raw


@pytest.mark.parametrize(
    ("path", "text", "words"),
    [
        ("FLAGS.MODE", "8", "0 to 7"),
        ("FLAGS.ON", "2", "true or false"),
        ("FLAGS.DRIFT", "9", "-8 to 7"),
        ("BIG", "-1", "0 to 4294967295"),
        ("PARTS[1].LEVELS[2]", "40000", "-32768 to 32767"),
        ("MEMBERS", "16", "0 to 15"),
        ("PLAIN", "01 02", "3 bytes in hex"),
        ("PARTS[0].AT", "yesterday", "2026-07-04"),
        ("NAME", "much too long", "fits 8 bytes"),
    ],
)
def test_what_does_not_fit_says_what_is_expected_and_changes_nothing(
    tables: Tables, path: str, text: str, words: str
) -> None:
    draft = draft_of(tables, bytes(range(SIZE)))
    with pytest.raises(ValueError, match=words):
        draft.set_value(node(tables, path), text)
    assert not draft.changed


def test_fields_say_what_can_be_chosen_and_what_fits(tables: Tables) -> None:
    assert choices_of(node(tables, "FLAGS.MODE")) == ["off (0)", "slow (1)", "fast (2)"]
    assert choices_of(node(tables, "FLAGS.ON")) == ["no", "yes"]
    assert choices_of(node(tables, "BIG")) == []
    assert expected_of(node(tables, "PARTS[0].LEVELS[1]")) == "-32,768 to 32,767"
    assert expected_of(node(tables, "FLAGS.DRIFT")) == "-8 to 7"


def test_changes_are_counted_by_element_and_bits_by_bit(tables: Tables) -> None:
    draft = draft_of(tables, bytes(SIZE))
    draft.set_value(node(tables, "FLAGS.ON"), "yes")
    draft.set_value(node(tables, "FLAGS.MODE"), "fast")
    draft.set_value(node(tables, "BIG"), "4294967295")
    assert [found.name for found in draft.changed_nodes()] == ["ON", "MODE", "BIG"]
    assert draft.count() == 3


def test_digits_of_one_byte_are_one_step_back() -> None:
    draft = TableDraft(2051, b"\0\0")
    draft.write(0, b"\xa0", key=("typed", 1))
    draft.write(0, b"\xa5", key=("typed", 1))
    draft.write(0, b"\xa7", key=("typed", 2))
    draft.undo()
    assert draft.data == b"\xa5\0"
    draft.undo()
    assert draft.data == b"\0\0"
    assert draft.redo() is not None
    assert draft.data == b"\xa5\0"


def test_beyond_the_end_is_refused_and_the_end_can_be_moved() -> None:
    draft = TableDraft(2051, b"abcd")
    with pytest.raises(ValueError, match="2 are left"):
        draft.write(2, b"xyz")
    draft.resize(6)
    assert draft.data == b"abcd\0\0"
    draft.resize(3)
    assert (draft.data, draft.runs()) == (b"abc", ((3, 1),))
    draft.revert()
    assert draft.data == b"abcd"
    draft.undo()
    assert draft.data == b"abc"


def test_a_short_table_is_decoded_as_far_as_it_goes(tables: Tables) -> None:
    draft = draft_of(tables, b"METER   " + b"\x01\0")
    decoded = draft.decoded
    assert decoded is not None
    assert (decoded.get("NAME"), decoded.get("FLAGS.ON")) == ("METER", True)
    with pytest.raises(ValueError, match="a longer table"):
        draft.set_value(node(tables, "BIG"), "1")


def test_a_table_read_anew_keeps_what_was_changed() -> None:
    drafts = Drafts()
    drafts.begin("A 1")
    draft = drafts.of(2051, b"abcd", None)
    draft.write(1, b"X")
    again = drafts.of(2051, b"wbcz", None)
    assert again is draft
    assert (again.data, again.base, again.can_undo) == (b"wXcz", b"wbcz", False)
    assert drafts.images == {2051: b"wXcz"}
    assert not drafts.begin("A 1")
    assert drafts.begin("B 2")
    assert drafts.images == {}


def test_another_length_is_kept_as_it_is_wanted() -> None:
    draft = TableDraft(2051, b"abcd")
    draft.resize(5)
    assert laid_over(draft, b"wxyz") == b"abcd\0"


def test_layouts_are_compared_by_what_stands_where(tables: Tables) -> None:
    assert is_same_layout(tables.layout(2060), tables.layout(2060))
    assert not is_same_layout(tables.layout(2060), tables.layout(0))
    assert is_same_layout(None, None)
    assert not is_same_layout(tables.layout(0), None)
    short = Tables(load_dictionary(), raw={0: tables.get(0) or b""})
    changed = bytearray(tables.get(0) or b"")
    layout = short.layout(0)
    changed[layout.locate("DIM_STD_TBLS_USED").offset] += 1
    assert not is_same_layout(layout, short.layout(0, bytes(changed)))

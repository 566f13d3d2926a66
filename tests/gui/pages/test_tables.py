"""The tables page: catalogue, tree, elements beside bytes."""

from __future__ import annotations

import time
from dataclasses import replace
from typing import Any

import pytest
from PySide6.QtCore import QModelIndex, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication

from fieldpro.c12.dictionary.build import Dictionary
from fieldpro.c12.dictionary.tables import Tables
from fieldpro.gui.look import Look
from fieldpro.gui.pages.tables import TablesPage
from fieldpro.gui.pages.tables_catalogue import Group, Presence, TableEntry, catalogue, filtered, find, size_text
from fieldpro.gui.pages.tables_detail import Content, TableDetail, content_of
from fieldpro.gui.pages.tables_fields import RUN, FieldsModel
from fieldpro.gui.pages.tables_tree import TablesTree
from fieldpro.gui.roles import THEMES, Theme
from fieldpro.gui.states import PageState
from fieldpro.records import ReadOut, TableReading, TableStatus


@pytest.fixture(scope="module")
def groups(hand_readout: ReadOut) -> tuple[Group, ...]:
    from fieldpro.dictionaries import load_dictionary

    raw = {number: reading.data for number, reading in hand_readout.tables.items() if reading.data}
    return catalogue(Tables(load_dictionary(), raw=raw), hand_readout.tables)


@pytest.fixture
def big(hand_view: Any) -> Tables:
    """A meter whose table 64 has more than a hundred thousand elements."""
    text = """
TYPE BIG_INT_RCD = PACKED RECORD
    STATUS : UINT8;                 { Status }
    DATA : ARRAY[4] OF UINT16;      { Values [pulses] }
END;
TYPE BIG_BLK_RCD = PACKED RECORD
    COUNT : UINT32;                 { Count }
    INTERVALS : ARRAY[96] OF BIG_INT_RCD;   { Intervals }
END;
TYPE BIG_RCD = PACKED RECORD
    BLOCKS : ARRAY[365] OF BIG_BLK_RCD;     { Blocks }
END;
TABLE 64 LP_DATA_SET1_TBL = BIG_RCD;         { A year }
"""
    from fieldpro import resources
    from fieldpro.dictionaries import STANDARD

    sources = [(name, resources.text("dictionary", "standard", f"{name}.c1219")) for name in STANDARD]
    tables = Tables(Dictionary.build([*sources, ("big", text)]), raw={0: hand_view.tables.get(0)})
    size = 365 * (4 + 96 * 9)
    tables.put(64, (bytes(range(256)) * (size // 256 + 1))[:size])
    return tables


def test_presence_says_what_became_of_each_table(groups: tuple[Group, ...]) -> None:
    def presence(number: int) -> Presence:
        entry = find(groups, number)
        assert entry is not None
        return entry.presence

    assert {number: presence(number) for number in (0, 2, 3, 5, 64, 2051)} == {
        0: Presence.READ,
        2: Presence.LACKING,
        3: Presence.NOT_READ,
        5: Presence.REFUSED,
        64: Presence.PARTIAL,
        2051: Presence.READ,
    }


def test_a_refused_table_says_why_and_a_partial_one_how_much_is_here(groups: tuple[Group, ...]) -> None:
    refused, partial, makers = find(groups, 5), find(groups, 64), find(groups, 2051)
    assert refused is not None
    assert partial is not None
    assert makers is not None
    assert "security level" in refused.reason
    assert partial.reason.startswith("400 of 1000 bytes are here")
    assert (makers.label, makers.state) == ("MT 3", "64 B")


def test_groups_are_decades_in_order_and_the_makers_last(groups: tuple[Group, ...]) -> None:
    decades = [group.decade for group in groups]
    assert decades[-1] == -1
    assert decades[:-1] == sorted(decades[:-1])
    assert all(entry.number // 10 == group.decade for group in groups[:-1] for entry in group.entries)


@pytest.mark.parametrize(
    ("text", "number"),
    [("st 23", 23), ("23", 23), ("GEN_CONFIG", 0), ("serial number", 1), ("nbr_tiers", 21), ("mt 3", 2051)],
)
def test_search_finds_by_number_name_and_element(groups: tuple[Group, ...], text: str, number: int) -> None:
    found = {entry.number for group in filtered(groups, text) for entry in group.entries}
    assert number in found
    assert len(found) < 60


def test_only_the_meters_tables_on_request(groups: tuple[Group, ...]) -> None:
    found = [entry for group in filtered(groups, "", only_meter=True) for entry in group.entries]
    assert all(entry.in_meter for entry in found)
    assert len(found) == 13
    assert filtered(groups, "no such thing anywhere") == ()


def test_sizes_read_well() -> None:
    assert [size_text(size) for size in (0, 9_999, 405_528)] == ["0 B", "9,999 B", "406 kB"]


def test_the_tree_keeps_the_rules_of_qt(qtmodeltester: Any, groups: tuple[Group, ...], qapp: Any) -> None:
    tree = TablesTree(Look())
    tree.set_groups(groups)
    qtmodeltester.check(tree)


def test_the_tree_is_strong_where_the_meter_has_a_table(groups: tuple[Group, ...], qapp: Any) -> None:
    tree = TablesTree(Look())
    tree.set_groups(groups)
    has, lacks = tree.index_of(1), tree.index_of(2)
    assert tree.data(has, Qt.ItemDataRole.FontRole).weight() > tree.data(lacks, Qt.ItemDataRole.FontRole).weight()
    assert tree.data(lacks, Qt.ItemDataRole.AccessibleTextRole).endswith("not in this meter")
    assert not tree.index_of(9_999).isValid()


@pytest.fixture
def fields(hand_view: Any, qapp: Any) -> FieldsModel:
    model = FieldsModel(Look())
    model.set_table(hand_view.tables.decode(0))
    return model


def rows(model: FieldsModel, parent: QModelIndex | None = None) -> list[list[str]]:
    above = parent if parent is not None else QModelIndex()
    return [
        [model.data(model.index(row, column, above)) for column in range(4)] for row in range(model.rowCount(above))
    ]


def test_the_elements_keep_the_rules_of_qt(qtmodeltester: Any, fields: FieldsModel) -> None:
    qtmodeltester.check(fields)


def test_elements_have_titles_values_in_words_units_and_names(fields: FieldsModel) -> None:
    shown = rows(fields)
    assert ["Device class", "TEST", "", "DEVICE_CLASS"] in shown
    assert ["C12.19 edition", "1997 (1)", "", "STD_VERSION_NO"] in shown
    assert ["Length of the set of standard tables", "10", "bytes", "DIM_STD_TBLS_USED"] in shown


def test_fillers_that_are_zero_are_left_out(fields: FieldsModel) -> None:
    names = [row[3] for row in rows(fields, fields.index(0, 0))]
    assert names == ["DATA_ORDER", "CHAR_FORMAT", "MODEL_SELECT"]


def test_a_path_is_found_and_a_span_is_its_bytes(fields: FieldsModel, hand_view: Any) -> None:
    layout = hand_view.tables.layout(0)
    index = fields.index_of(layout.node("FORMAT_CONTROL_2.TM_FORMAT").path)
    assert fields.data(index) == "Time format"
    assert fields.bytes_of(index) == (1, 1)
    assert fields.parent(index) == fields.index(1, 0)
    assert not fields.index_of(("NO_SUCH",)).isValid()


def test_long_arrays_come_in_runs_and_are_made_as_far_as_they_are_seen(big: Tables, qapp: Any) -> None:
    model = FieldsModel(Look())
    started = time.perf_counter()
    model.set_table(big.decode(64))
    blocks = model.index(0, 0)
    assert [row[0] for row in rows(model, blocks)] == ["[0 .. 99]", "[100 .. 199]", "[200 .. 299]", "[300 .. 364]"]
    last = model.index(3, 0, blocks)
    assert model.rowCount(last) == 65
    assert model.bytes_of(last) == (300 * 868, 65 * 868)
    assert time.perf_counter() - started < 1.0
    index = model.index_of(("BLOCKS", 364, "INTERVALS", 95, "DATA", 3))
    assert model.data(index) == "[3]"
    assert model.field(index) is not None
    assert model.bytes_of(index) == (365 * 868 - 2, 2)
    assert model.field(last) is None
    depth = 0
    parent = index
    while parent.isValid():
        depth += 1
        parent = model.parent(parent)
    assert depth == 7
    assert RUN == 100


def test_a_model_without_a_table_is_empty(qapp: Any) -> None:
    model = FieldsModel(Look())
    model.set_table(None)
    assert model.rowCount() == 0
    assert model.field(QModelIndex()) is None


# --- elements beside bytes -------------------------------------------------------------------------------------


@pytest.fixture
def detail(hosted: Any, hand_view: Any, groups: tuple[Group, ...]) -> TableDetail:
    made = TableDetail(Look())
    hosted(made, 900, 500)
    entry = find(groups, 0)
    assert entry is not None
    made.show_content(content_of(hand_view.tables, entry, hand_view.tables.get(0)))
    return made


def test_an_element_chosen_shows_its_bytes(detail: TableDetail) -> None:
    detail.show_path("GEN_CONFIG_TBL.DEVICE_CLASS")
    assert detail.hex.span == (3, 4)
    assert detail.note.text() == "GEN_CONFIG_TBL.DEVICE_CLASS \u00b7 ASCII(4) \u00b7 offset 3, 4 bytes"


def test_a_byte_chosen_shows_its_element(detail: TableDetail) -> None:
    detail.hex.byte_chosen.emit(5)
    chosen = detail.model.field(detail.fields.currentIndex())
    assert chosen is not None
    assert chosen.name == "DEVICE_CLASS"
    assert detail.hex.span == (3, 4)
    detail.hex.byte_chosen.emit(5)
    assert detail.hex.span == (3, 4)


def test_values_and_bytes_can_be_copied(detail: TableDetail) -> None:
    detail.show_path("GEN_CONFIG_TBL.DIM_STD_TBLS_USED")
    detail.copy_value()
    assert QGuiApplication.clipboard().text() == "10 bytes"
    detail.copy_hex()
    assert QGuiApplication.clipboard().text() == "0a"


def test_a_big_table_opens_and_is_walked_without_a_wait(detail: TableDetail, big: Tables) -> None:
    entry = find(catalogue(big, {}), 64)
    assert entry is not None
    data = big.get(64) or b""
    started = time.perf_counter()
    detail.show_content(Content(entry, data, big.decode(64)))
    detail.hex.byte_chosen.emit(len(data) - 1)
    QApplication.processEvents()
    assert time.perf_counter() - started < 1.0
    chosen = detail.model.field(detail.fields.currentIndex())
    assert chosen is not None
    assert chosen.path == "LP_DATA_SET1_TBL.BLOCKS[364].INTERVALS[95].DATA[3]"


@pytest.mark.parametrize(
    ("number", "words"),
    [
        (2051, "no layout for this table"),
        (23, "follows from table 21"),
        (5, "security level"),
        (3, "has not been read"),
        (2, "does not list"),
    ],
)
def test_what_cannot_be_decoded_says_why(
    hand_view: Any, groups: tuple[Group, ...], hand_readout: ReadOut, number: int, words: str
) -> None:
    entry = find(groups, number)
    assert entry is not None
    reading = hand_readout.tables.get(number)
    content = content_of(hand_view.tables, entry, b"" if reading is None else reading.data)
    assert content.table is None
    assert words in content.reason
    assert content.needs == ((21,) if number == 23 else ())


def test_passwords_are_shown_only_to_those_who_ask(hand_view: Any) -> None:
    entry = TableEntry(42, "ST 42", "SECURITY_TBL", "Passwords", Presence.READ, 8)
    data = b"SWORDFISH"
    hidden = content_of(hand_view.tables, entry, data)
    assert (hidden.data, hidden.table, hidden.is_secret) == (b"", None, True)
    shown = content_of(hand_view.tables, entry, data, reveal=True)
    assert (shown.data, shown.is_secret) == (data, False)


def test_the_page_hides_them_until_the_button_is_pressed(
    page: TablesPage, qtbot: Any, hand_view: Any, hand_readout: ReadOut
) -> None:
    reading = TableReading(42, TableStatus.READ, b"SWORDFISH")
    page.workbench.readout = replace(hand_readout, tables={**hand_readout.tables, 42: reading})
    full(page, qtbot, hand_view)
    page.show_table(42)
    qtbot.waitUntil(lambda: page.reveal_button.isVisible())
    assert page.detail.hex.data == b""
    assert not page.copy_hex_button.isEnabled()
    qtbot.mouseClick(page.reveal_button, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: page.detail.hex.data == b"SWORDFISH")
    assert not page.reveal_button.isVisible()


def test_bytes_too_short_are_shown_all_the_same(hand_view: Any, groups: tuple[Group, ...]) -> None:
    entry = find(groups, 1)
    assert entry is not None
    content = content_of(hand_view.tables, entry, b"abc")
    assert content.data == b"abc"
    assert content.parts == ((0, 3),)
    assert "3 of 32 bytes are here" in content.reason
    assert content.table is not None
    assert content.table.data == b"abc".ljust(32, b"\0")


# --- the page --------------------------------------------------------------------------------------------------


@pytest.fixture
def page(workbench: Any, hosted: Any, hand_readout: ReadOut) -> TablesPage:
    made = TablesPage(workbench)
    made.set_theme(Look())
    hosted(made, 1100, 700)
    workbench.readout = hand_readout
    return made


def full(page: TablesPage, qtbot: Any, view: Any) -> TablesPage:
    page.show_view(view)
    qtbot.waitUntil(lambda: page.detail.content is not None)
    return page


def test_without_a_meter_it_says_what_is_needed(page: TablesPage) -> None:
    assert page.states.state is PageState.EMPTY


def test_it_opens_on_the_meters_identity(page: TablesPage, qtbot: Any, hand_view: Any) -> None:
    page.show_view(hand_view)
    assert page.states.state is PageState.LOADING
    qtbot.waitUntil(lambda: page.detail.content is not None)
    assert page.states.state is PageState.FULL
    assert page.name.accessibleName() == "ST 1  Manufacturer identification"
    assert page.tree.currentIndex() == page.model.index_of(1)


def test_a_row_of_the_tree_shows_its_table(page: TablesPage, qtbot: Any, hand_view: Any) -> None:
    full(page, qtbot, hand_view)
    page.tree.setCurrentIndex(page.model.index_of(5))
    qtbot.waitUntil(lambda: "security level" in page.reason.text())
    assert page.read_button.text() == "Read"
    page.tree.setCurrentIndex(page.model.index_of(0))
    qtbot.waitUntil(lambda: not page.reason.isVisible())
    assert page.read_button.text() == "Read again"


def test_search_narrows_the_tree_and_enter_opens_the_first(page: TablesPage, qtbot: Any, hand_view: Any) -> None:
    full(page, qtbot, hand_view)
    page.search.setText("gen_config")
    qtbot.waitUntil(lambda: len(page.model.groups) == 1)
    qtbot.keyClick(page.search, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: page.chosen == 0)


def test_a_search_for_an_element_chooses_it_in_the_table(page: TablesPage, qtbot: Any, hand_view: Any) -> None:
    full(page, qtbot, hand_view)
    page.search.setText("default set")
    qtbot.keyClick(page.search, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: page.detail.fields.currentIndex().isValid())
    chosen = page.detail.model.field(page.detail.fields.currentIndex())
    assert chosen is not None
    assert chosen.path == "GEN_CONFIG_TBL.DEFAULT_SET_USED"


def test_a_table_asked_for_is_found_behind_a_filter(page: TablesPage, qtbot: Any, hand_view: Any) -> None:
    full(page, qtbot, hand_view)
    qtbot.mouseClick(page.which.button("in-meter"), Qt.MouseButton.LeftButton)
    assert not page.model.index_of(2).isValid()
    page.visited("2")
    assert page.model.index_of(2).isValid()
    qtbot.waitUntil(lambda: "does not list" in page.reason.text())


def test_a_table_asked_for_before_there_is_a_meter_is_shown_then(page: TablesPage, qtbot: Any, hand_view: Any) -> None:
    page.visited("2051")
    full(page, qtbot, hand_view)
    assert page.chosen == 2051
    places = list(page.places())
    assert [place for place in places if place[2] == "Table"] == [("2051", "MT 3  Manufacturer table 3", "Table")]
    assert ("65545", "SP 9  Demand reset, self read, season change", "Procedure") in places


def test_the_table_that_was_looked_at_stays_when_more_is_read(page: TablesPage, qtbot: Any, hand_view: Any) -> None:
    full(page, qtbot, hand_view)
    page.show_table(0)
    qtbot.waitUntil(lambda: page.detail.content is not None and page.detail.content.entry.number == 0)
    content = page.detail.content
    page.show_view(hand_view)
    qtbot.waitUntil(lambda: page.detail.content is not content)
    assert page.chosen == 0


def test_read_again_reads_the_chosen_table(
    page: TablesPage, qtbot: Any, hand_view: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    full(page, qtbot, hand_view)
    asked: list[list[int]] = []
    monkeypatch.setattr(page.workbench, "read", lambda numbers, **_words: asked.append(numbers))
    page.read_again()
    page.show_table(23)
    qtbot.waitUntil(lambda: page.detail.content is not None and page.detail.content.needs == (21,))
    page._read_needs()
    assert asked == [[1], [21]]


def test_when_the_meter_goes_the_page_is_empty(page: TablesPage, qtbot: Any, hand_view: Any) -> None:
    full(page, qtbot, hand_view)
    page.show_no_view()
    assert page.states.state is PageState.EMPTY
    assert page.model.rowCount() == 0


@pytest.mark.parametrize("theme", THEMES, ids=lambda theme: theme.name)
def test_every_theme_can_be_put_on(page: TablesPage, qtbot: Any, hand_view: Any, theme: Theme) -> None:
    full(page, qtbot, hand_view)
    page.set_theme(Look(theme))
    assert page.grab().width() == 1100

"""The wire page: what went over the wire, in words, filtered, followed, found again and saved."""

from __future__ import annotations

import json
import time
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication

from fieldpro.c12.link.monitor import Monitor, WireItem, WireKind
from fieldpro.c12.link.packet import Packet
from fieldpro.errors import FileError
from fieldpro.gui.look import Look
from fieldpro.gui.pages.wire import WirePage
from fieldpro.gui.pages.wire_detail import MESSAGE, PartsModel
from fieldpro.gui.pages.wire_file import save
from fieldpro.gui.pages.wire_model import MOST, Filter, Show, WireModel, gap_text, is_problem
from fieldpro.gui.pages.wire_parts import message_parts, packet_parts, part_at
from fieldpro.gui.states import PageState
from fieldpro.transports.tap import TapRecord

ACK = b"\x06"
READ_1 = Packet(0, 0x00, 0, bytes.fromhex("300001")).encode()
DATA = Packet(0, 0x00, 0, bytes.fromhex("00000441424344f6")).encode()
READ_5 = Packet(0, 0x20, 0, bytes.fromhex("300005")).encode()
REFUSED = Packet(0, 0x20, 0, bytes.fromhex("03")).encode()


def conversation(start: float = 1_000.0) -> list[TapRecord]:
    steps = [(">", READ_1), ("<", ACK + DATA), (">", ACK), (">", READ_5), ("<", ACK + REFUSED), (">", ACK)]
    return [
        TapRecord(start + 0.1 * n, way, data)  # type: ignore[arg-type] # the ways above are ">" and "<"
        for n, (way, data) in enumerate(steps)
    ]


def items() -> list[WireItem]:
    monitor = Monitor()
    return [item for record in conversation() for item in monitor.feed(record.direction, record.data, record.time)]


@pytest.fixture
def model(qapp: Any) -> WireModel:
    made = WireModel(Look())
    made.append(items())
    return made


def column(model: WireModel, number: int) -> list[str]:
    return [model.data(model.index(row, number)) for row in range(model.rowCount())]


def test_the_model_keeps_the_rules_of_qt(qtmodeltester: Any, model: WireModel) -> None:
    qtmodeltester.check(model)


def test_rows_say_when_which_way_and_what(model: WireModel) -> None:
    assert column(model, 2) == [
        "\u2192 meter",
        "\u2190 meter",
        "\u2190 meter",
        "\u2192 meter",
        "\u2192 meter",
        "\u2190 meter",
        "\u2190 meter",
        "\u2192 meter",
    ]
    assert column(model, 4)[0] == "Read table 1"
    assert column(model, 4)[2] == "ok, 4 bytes"
    assert column(model, 4)[6].startswith("refused: ")
    assert column(model, 1)[:2] == ["", "+100 ms"]
    assert column(model, 5)[0] == "11"


@pytest.mark.parametrize(
    ("wanted", "rows"),
    [
        (Filter(), [0, 1, 2, 3, 4, 5, 6, 7]),
        (Filter(direction=">"), [0, 3, 4, 7]),
        (Filter(show=Show.SERVICES), [0, 2, 4, 6]),
        (Filter(show=Show.PROBLEMS), [6]),
        (Filter(text="TABLE 5"), [4]),
        (Filter(text="ack", direction="<"), [1, 5]),
        (Filter(text="nothing of the kind"), []),
    ],
)
def test_a_filter_takes_what_it_says(model: WireModel, wanted: Filter, rows: list[int]) -> None:
    everything = model.shown()
    model.set_filter(wanted)
    assert model.shown() == [everything[row] for row in rows]
    model.append(items())
    assert model.rowCount() == 2 * len(rows)


def test_what_is_a_problem() -> None:
    kinds = {item.kind: item for item in items()}
    assert not is_problem(kinds[WireKind.ACK])
    damaged = [
        item
        for item in Monitor().feed("<", b"\x15", 1.0) + Monitor().feed(">", b"\x01\x02\x03", 1.0)
        if item.kind is not WireKind.ACK
    ]
    assert all(is_problem(item) for item in damaged)


def test_a_moment_is_found(model: WireModel) -> None:
    assert model.row_at(0.0) == 0
    assert model.row_at(1_000.31) == 4
    assert model.row_at(9_999.0) == 7
    model.set_filter(Filter(text="nothing of the kind"))
    assert model.row_at(1.0) is None


def test_the_oldest_give_way_when_it_is_full(model: WireModel) -> None:
    one = items()[0]
    model.append([one] * MOST)
    assert model.rowCount() <= MOST
    assert model.rowCount() > MOST * 0.8


def test_gaps_are_in_the_unit_that_fits() -> None:
    assert [gap_text(value) for value in (None, 0.012, 3.2)] == ["", "+12 ms", "+3.20 s"]


def test_parts_cover_the_packet_and_find_their_bytes() -> None:
    item = items()[0]
    parts = packet_parts(item)
    assert [(part.name, part.offset, part.length) for part in parts] == [
        ("Start", 0, 1),
        ("Identity", 1, 1),
        ("Control", 2, 1),
        ("Sequence", 3, 1),
        ("Length", 4, 2),
        ("Data", 6, 3),
        ("CRC", 9, 2),
    ]
    assert sum(part.length for part in parts) == len(item.raw)
    assert [part_at(parts, offset) for offset in (0, 5, 8, 10, 11)] == [0, 4, 5, 6, None]
    assert [part.meaning for part in message_parts(item)] == ["Read (30)", "Read table 1"]
    assert message_parts(items()[2])[0].meaning == "ok (00)"
    assert message_parts(items()[1]) == []
    assert len(packet_parts(items()[1])) == 1


def test_parts_of_several_packets_say_their_place() -> None:
    first = Packet(0, 0xC0, 2, b"\x00\x00\x10abc").encode()
    [item] = [item for item in Monitor().feed("<", first, 1.0) if item.kind is WireKind.PACKET]
    meanings = {part.name: part.meaning for part in packet_parts(item)}
    assert meanings["Control"] == "one of several, first of several"
    assert meanings["Sequence"] == "2 more to come"


def test_parts_model_keeps_the_rules_of_qt(qtmodeltester: Any, qapp: Any) -> None:
    model = PartsModel(Look())
    model.set_rows(packet_parts(items()[0]))
    qtmodeltester.check(model)


@pytest.mark.parametrize("suffix", [".txt", ".jsonl"])
def test_a_conversation_is_saved_whole(tmp_path: Path, suffix: str) -> None:
    path = tmp_path / f"wire{suffix}"
    assert save(path, items()) == 8
    lines = path.read_text().splitlines()
    assert len(lines) == 8
    assert (READ_1.hex(" ") if suffix == ".txt" else READ_1.hex()) in lines[0]
    if suffix == ".jsonl":
        first = json.loads(lines[0])
        assert (first["direction"], first["service"], first["time"]) == (">", "Read", "1970-01-01T00:16:40+00:00")


def test_a_password_is_in_no_file(tmp_path: Path) -> None:
    secret = Packet(0, 0, 0, b"\x51" + b"SWORDFISH".ljust(20)).encode()
    found = Monitor().feed(">", secret, 1.0)
    for name in ("wire.txt", "wire.jsonl"):
        save(tmp_path / name, found)
        text = (tmp_path / name).read_text()
        assert b"SWORDFISH".hex() not in text.replace(" ", "")
        assert "SWORDFISH" not in text


def test_a_file_that_cannot_be_written_says_so(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(FileError):
        save(tmp_path / "file" / "wire.txt", items())


# --- the page --------------------------------------------------------------------------------------------------


@pytest.fixture
def page(workbench: Any, qtbot: Any, hosted: Any) -> WirePage:
    workbench.wire.records.extend(conversation())
    made = WirePage(workbench)
    made.set_theme(Look())
    hosted(made, 1100, 700)
    qtbot.waitUntil(lambda: made.model.rowCount() == 8)
    return made


def test_an_empty_wire_says_what_comes_here(workbench: Any, qtbot: Any) -> None:
    made = WirePage(workbench)
    qtbot.addWidget(made)
    assert made.states.state is PageState.EMPTY


def test_what_was_recorded_before_the_page_is_there_and_what_comes_is_added(page: WirePage, qtbot: Any) -> None:
    assert page.states.state is PageState.FULL
    page.workbench.wire_recorded.emit(conversation(2_000.0))
    qtbot.waitUntil(lambda: page.model.rowCount() == 16)
    assert page.count_label.text() == "16 items"


def test_a_chosen_row_is_taken_apart_and_parts_and_bytes_find_each_other(page: WirePage, qtbot: Any) -> None:
    page.table.selectRow(0)
    detail = page.detail
    assert detail.hex.data == READ_1
    detail.parts.selectRow(5)
    assert detail.hex.span == (6, 3)
    detail.hex.byte_chosen.emit(4)
    assert detail.parts.currentIndex().row() == 4
    assert detail.hex.span == (4, 2)
    qtbot.mouseClick(detail.which.button(MESSAGE), Qt.MouseButton.LeftButton)
    assert detail.hex.data == bytes.fromhex("300001")
    page.table.selectRow(1)
    assert detail.hex.data == ACK
    assert not detail.which.button(MESSAGE).isEnabled()


def test_choosing_a_row_stops_following_and_following_goes_to_the_end(page: WirePage, qtbot: Any) -> None:
    assert page.follow_button.isChecked()
    page.table.selectRow(2)
    assert not page.follow_button.isChecked()
    for start in range(2_000, 2_020):
        page.workbench.wire_recorded.emit(conversation(float(start)))
    qtbot.waitUntil(lambda: page.model.rowCount() == 168)
    assert page.table.verticalScrollBar().value() == 0
    page.follow_button.setChecked(True)
    assert page.table.verticalScrollBar().value() == page.table.verticalScrollBar().maximum() > 0


def test_filters_narrow_the_list(page: WirePage, qtbot: Any) -> None:
    qtbot.mouseClick(page.shows.button("services"), Qt.MouseButton.LeftButton)
    assert page.model.rowCount() == 4
    page.search.setText("table 5")
    qtbot.waitUntil(lambda: page.model.rowCount() == 1)
    assert page.count_label.text() == "1 of 8 items"


def test_a_moment_is_shown_whatever_the_filter(page: WirePage, qtbot: Any) -> None:
    qtbot.mouseClick(page.shows.button("problems"), Qt.MouseButton.LeftButton)
    page.visited("1000.310000")
    assert page.model.filter == Filter()
    assert page.table.currentIndex().row() == 4
    assert not page.follow_button.isChecked()


def test_a_moment_that_is_still_on_its_way_is_waited_for(workbench: Any, qtbot: Any) -> None:
    workbench.wire.records.extend(conversation())
    made = WirePage(workbench)
    qtbot.addWidget(made)
    made.show_moment(1_000.31)
    qtbot.waitUntil(lambda: made.table.currentIndex().row() == 4)


def test_clear_empties_the_list_and_what_comes_is_shown(page: WirePage, qtbot: Any) -> None:
    page.clear()
    assert page.states.state is PageState.EMPTY
    page.workbench.wire_recorded.emit(conversation(3_000.0))
    qtbot.waitUntil(lambda: page.model.rowCount() == 8)


def test_what_is_shown_is_saved(page: WirePage, qtbot: Any, tmp_path: Path) -> None:
    page.choose_file = lambda *args: args[-1](tmp_path / "wire.txt")
    qtbot.mouseClick(page.shows.button("services"), Qt.MouseButton.LeftButton)
    with qtbot.waitSignal(page.workbench.told) as told:
        page.save()
    assert len((tmp_path / "wire.txt").read_text().splitlines()) == 4
    assert told.args[0].startswith("Saved 4 items")


def test_a_hundred_thousand_items_are_filtered_and_painted_without_a_wait(page: WirePage, qtbot: Any) -> None:
    many = items() * 12_500
    page.model.append(many)
    started = time.perf_counter()
    page.model.set_filter(Filter(text="table 5"))
    page.model.set_filter(Filter(show=Show.SERVICES))
    QApplication.processEvents()
    assert time.perf_counter() - started < 2.0
    assert page.model.rowCount() == 50_004

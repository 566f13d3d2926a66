"""Tables and Request on a virtual meter: bytes written, read back, taken back; requests exactly as they were built."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import Qt

from fieldpro.c12.link.monitor import Monitor, WireKind
from fieldpro.gui.models.request_builder import Typed
from fieldpro.gui.pages.request import RequestPage
from fieldpro.gui.pages.request_answers_view import WIRE
from fieldpro.gui.pages.tables import TablesPage
from fieldpro.gui.pages.tables_catalogue import PROCEDURE
from fieldpro.gui.states import PageState
from fieldpro.gui.window import Window

LONG_MS = 30_000
UTILITY = 6  # table 6, utility information: written by those who may configure


@pytest.fixture
def window(home_window: Window) -> Window:
    return home_window


def connect(window: Window, qtbot: Any, seed: int, password: str = "PRIMARY") -> None:
    bench = window.workbench
    url = f"sim://centron?seed={seed}&days=2&at=2026-03-10T12:05"
    bench.connect_to(url, title="the virtual meter", user_id=2, user_name="Ada", password=password)
    qtbot.waitUntil(lambda: bench.view is not None and not bench.jobs.busy, timeout=LONG_MS)


def read(window: Window, qtbot: Any, *numbers: int) -> None:
    bench = window.workbench
    before = bench.view
    bench.read(list(numbers))
    qtbot.waitUntil(lambda: bench.view is not before and not bench.jobs.busy, timeout=LONG_MS)


@pytest.fixture
def tables(window: Window, qtbot: Any, request: pytest.FixtureRequest) -> TablesPage:
    connect(window, qtbot, sum(request.node.name.encode()))
    read(window, qtbot, UTILITY)
    window.go("tables", str(UTILITY))
    page = window.page
    assert isinstance(page, TablesPage)
    qtbot.waitUntil(lambda: page.detail.draft is not None and page.detail.draft.number == UTILITY, timeout=LONG_MS)
    return page


@pytest.fixture
def page(window: Window, qtbot: Any, request: pytest.FixtureRequest) -> RequestPage:
    connect(window, qtbot, sum(request.node.name.encode()))
    window.go("request")
    made = window.page
    assert isinstance(made, RequestPage)
    qtbot.waitUntil(lambda: made.states.state is PageState.FULL and made.built is not None, timeout=LONG_MS)
    return made


def typed(page: RequestPage, qtbot: Any, wanted: Typed) -> None:
    page.form.fill(wanted)
    qtbot.waitUntil(lambda: page.built is not None and page.built.service.id == wanted.service, timeout=LONG_MS)


def answers(page: RequestPage, qtbot: Any, count: int) -> list[Any]:
    qtbot.waitUntil(lambda: page.answers_view.answers.count >= count, timeout=LONG_MS)
    qtbot.waitUntil(lambda: not page.workbench.jobs.busy and len(page.answers_view.model.rows) > 0, timeout=LONG_MS)
    return list(page.answers_view.answers.kept)


# --- tables ------------------------------------------------------------------------------------------------------


def test_changes_are_shown_written_read_back_and_taken_back(tables: TablesPage, window: Window, qtbot: Any) -> None:
    bench, detail = window.workbench, tables.detail
    before = detail.hex.data
    node = detail.model.table.layout.root.children[0]  # type: ignore[union-attr] # the first element, a text
    detail.hex._choose(node.offset)
    qtbot.keyClicks(detail.hex, "58")
    assert tables.write_button.text() == "Write 1 change"
    qtbot.mouseClick(tables.write_button, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: tables.writer.dialog is not None, timeout=LONG_MS)
    dialog = tables.writer.dialog
    assert dialog is not None
    assert dialog.do_button.text() == "Write 1 change"
    assert dialog.keep_button.hasFocus() or dialog.keep_button.isDefault()
    qtbot.mouseClick(dialog.do_button, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: bench.readout.tables[UTILITY].data[:1] == b"X", timeout=LONG_MS)
    qtbot.waitUntil(lambda: not tables.drafts.changed and not bench.jobs.busy, timeout=LONG_MS)
    assert bench.readout.tables[UTILITY].data[1:] == before[1:]
    (audited,) = bench.desk.guard.audit.records("write")
    assert '"verified": 1' in audited.data or '"verified":1' in audited.data
    assert bench.desk.journal.unfinished(bench.readout.identity) is None
    banner = tables.banners.banners[0]
    assert "written and verified" in banner.headline
    from fieldpro.gui.parts import QPushButton

    back = next(made for made in banner.findChildren(QPushButton) if made.text().startswith("Take back"))
    qtbot.mouseClick(back, Qt.MouseButton.LeftButton)
    dialog = tables.writer.dialog
    assert dialog is not None
    qtbot.mouseClick(dialog.do_button, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: bench.readout.tables[UTILITY].data == before, timeout=LONG_MS)
    qtbot.waitUntil(lambda: not bench.jobs.busy, timeout=LONG_MS)


def test_a_draft_that_is_left_alone_is_not_written(tables: TablesPage, window: Window, qtbot: Any) -> None:
    detail = tables.detail
    detail.hex._choose(0)
    qtbot.keyClicks(detail.hex, "58")
    qtbot.mouseClick(tables.write_button, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: tables.writer.dialog is not None, timeout=LONG_MS)
    tables.writer.dialog.keep_button.click()
    qtbot.waitUntil(lambda: not window.workbench.jobs.busy)
    assert window.workbench.desk.guard.audit.records("write") == []
    assert tables.drafts.changed


# --- requests ----------------------------------------------------------------------------------------------------


def test_a_read_goes_out_exactly_as_it_was_shown_before(page: RequestPage, window: Window, qtbot: Any) -> None:
    typed(page, qtbot, Typed("offset-read", table="ST 1", offset="0", count="6"))
    shown = page.form.goes_out.toPlainText()
    built = page.built
    assert built is not None
    assert "3f 00 01 00 00 00 00 06" in shown
    qtbot.mouseClick(page.send_button, Qt.MouseButton.LeftButton)
    [answer] = answers(page, qtbot, 1)
    window.workbench._tick_wire()
    sent = b"".join(record.data for record in window.workbench.wire.records if record.direction == ">")
    assert sent.count(built.packets[0]) == 1, "the packet that was shown, its toggle bit and CRC among it"
    assert answer.data == b"FPRO" + answer.data[4:]
    assert (answer.code, answer.code_words) == (0, "ok")
    rows = page.answers_view.elements
    qtbot.waitUntil(lambda: len(rows.rows) == 2)
    assert rows.rows[0].value == "FPRO"
    assert rows.rows[1].value == "in part"
    page.answers_view.which.choose(WIRE)
    page.answers_view._show_which()
    wire = page.answers_view.wire.toPlainText()
    assert built.packets[0].hex(" ") in wire
    assert "Log off" not in wire


def test_a_refusal_is_an_answer_like_any_other(page: RequestPage, qtbot: Any) -> None:
    typed(page, qtbot, Typed("full-read", table="MT 2047"))
    page.send()
    [answer] = answers(page, qtbot, 1)
    assert answer.code != 0
    assert answer.code_words.endswith(f"({answer.code:02X})")
    assert answer.tone == "warn"


def test_it_is_asked_again_and_again_until_it_is_stopped(page: RequestPage, window: Window, qtbot: Any) -> None:
    typed(page, qtbot, Typed("full-read", table="ST 52"))
    page.times.setValue(0)
    page.interval.setValue(0.0)
    qtbot.mouseClick(page.repeat_button, Qt.MouseButton.LeftButton)
    assert page.stop_button.isVisible()
    qtbot.waitUntil(lambda: page.answers_view.answers.count > 130, timeout=LONG_MS)
    qtbot.mouseClick(page.stop_button, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: page.asking is None and not window.workbench.jobs.busy, timeout=LONG_MS)
    qtbot.waitUntil(lambda: not page._show_timer.isActive())
    kept = page.answers_view.answers.kept
    assert len(kept) == 100 == len(page.answers_view.model.rows)
    assert all(answer.changed is not None for answer in list(kept)[1:])
    assert not page.stop_button.isVisible()
    assert page.send_button.isEnabled()


def test_a_long_interval_is_stopped_at_once(page: RequestPage, window: Window, qtbot: Any) -> None:
    page.times.setValue(0)
    page.interval.setValue(3600.0)
    page.repeat()
    qtbot.waitUntil(lambda: page.answers_view.answers.count == 1, timeout=LONG_MS)
    page.stop()
    qtbot.waitUntil(lambda: page.asking is None and not window.workbench.jobs.busy, timeout=3_000)


def test_so_many_times_is_so_many_times(page: RequestPage, window: Window, qtbot: Any) -> None:
    page.times.setValue(3)
    page.interval.setValue(0.0)
    page.repeat()
    assert len(answers(page, qtbot, 3)) == 3
    qtbot.waitUntil(lambda: page.asking is None)
    assert page.answers_view.answers.count == 3
    assert [answer.changed for answer in page.answers_view.answers.kept] == [None, (), ()]


def test_a_write_is_shown_before_and_goes_out_as_it_was_built(page: RequestPage, window: Window, qtbot: Any) -> None:
    bench = window.workbench
    read(window, qtbot, UTILITY)
    typed(page, qtbot, Typed("offset-write", table="ST 6", offset="0", data=b"XY"))
    qtbot.waitUntil(lambda: page.send_button.isEnabled(), timeout=LONG_MS)
    built = page.built
    assert built is not None
    assert page.send_button.text() == "Compare and write"
    before = bench.readout.tables[UTILITY].data
    page.send()
    qtbot.waitUntil(lambda: page.writer.dialog is not None, timeout=LONG_MS)
    page.writer.dialog.do_button.click()
    [answer] = answers(page, qtbot, 1)
    qtbot.waitUntil(lambda: bench.readout.tables[UTILITY].data == b"XY" + before[2:], timeout=LONG_MS)
    bench._tick_wire()
    monitor = Monitor()
    items = [item for record in bench.wire.records for item in monitor.feed(record.direction, record.data, record.time)]
    writes = [item.message for item in items if item.kind is WireKind.PACKET and item.message[:1] == b"\x4f"]
    assert writes == [built.message] == [answer.message]
    assert len(bench.desk.guard.audit.records("write")) == 1
    assert bench.desk.journal.jobs(bench.readout.identity)


def test_a_whole_table_is_edited_in_fields_before_it_is_written(page: RequestPage, window: Window, qtbot: Any) -> None:
    typed(page, qtbot, Typed("full-write", table="ST 6"))
    qtbot.waitUntil(lambda: page.form.data.model.table is not None, timeout=LONG_MS)
    if page.form.read_button.isVisible():
        qtbot.mouseClick(page.form.read_button, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: not page.form.read_button.isVisible(), timeout=LONG_MS)
    held = window.workbench.readout.tables[UTILITY].data
    qtbot.waitUntil(lambda: page.form.draft.data == held, timeout=LONG_MS)
    page.form.data.hex._choose(0)
    qtbot.keyClicks(page.form.data.hex, "59")
    qtbot.waitUntil(lambda: page.built is not None and page.built.typed.data[:1] == b"Y", timeout=LONG_MS)
    assert page.built is not None
    assert page.built.message[5:-1] == b"Y" + held[1:]


def test_passwords_are_stars_in_the_answer_and_in_every_file(
    page: RequestPage, window: Window, qtbot: Any, tmp_path: Path
) -> None:
    from table_playback.tape import load

    typed(page, qtbot, Typed("full-read", table="ST 42"))
    page.send()
    [answer] = answers(page, qtbot, 1)
    if answer.code == 0:
        assert set(answer.reply[3:]) == {ord("*")}
    window.workbench._tick_wire()
    page.answers_view.which.choose(WIRE)
    page.answers_view._show_which()
    files = {tmp_path / "answers.csv", tmp_path / "answers.tape"}
    for path in files:
        page.save(path)
    qtbot.waitUntil(lambda: all(path.exists() for path in files), timeout=LONG_MS)
    texts = [(tmp_path / "answers.csv").read_text(), page.answers_view.wire.toPlainText()]
    texts += [step.data.hex() for step in load(tmp_path / "answers.tape").steps]
    for password in (b"PRIMARY", b"SECONDARY", b"TERTIARY", b"LIMITED"):
        assert not any(password.hex() in text or password.hex(" ") in text for text in texts)


def test_answers_are_saved_as_csv_and_as_a_tape(page: RequestPage, qtbot: Any, tmp_path: Path) -> None:
    from table_playback.tape import load

    page.send()
    answers(page, qtbot, 1)
    typed(page, qtbot, Typed("index-read", table="ST 1", index="MANUFACTURER", count="1"))
    page.send()
    kept = answers(page, qtbot, 2)
    for name in ("answers.csv", "answers.tape"):
        page.save(tmp_path / name)
    qtbot.waitUntil(lambda: (tmp_path / "answers.csv").exists() and (tmp_path / "answers.tape").exists())
    with (tmp_path / "answers.csv").open() as lines:
        rows = list(csv.DictReader(lines))
    assert [row["service"] for row in rows] == ["full-read", "index-read"]
    assert [bytes.fromhex(row["reply"]) for row in rows] == [answer.reply for answer in kept]
    tape = load(tmp_path / "answers.tape")
    assert [(step.service, step.table, step.data) for step in tape.steps] == [
        ("full-read", 1, kept[0].data),
        ("index-read", 1, kept[1].data),
    ]


def test_a_reader_may_read_but_not_write(page: RequestPage, qtbot: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    from fieldpro.security.rights import RIGHTS, Role

    bench = page.workbench
    monkeypatch.setattr(bench.rights, "may", lambda right: right in RIGHTS[Role.READER])
    typed(page, qtbot, Typed("offset-write", table="ST 6", offset="0", data=b"XY"))
    page._allow()
    assert not page.send_button.isEnabled()
    assert page.send_button.toolTip() == "Your role may not write this."
    typed(page, qtbot, Typed("full-read", table="1"))
    assert page.send_button.isEnabled()


# --- procedures --------------------------------------------------------------------------------------------------


def procedure(window: Window, qtbot: Any, number: int, seed: int) -> TablesPage:
    connect(window, qtbot, seed)
    window.go("tables", str(PROCEDURE + number))
    page = window.page
    assert isinstance(page, TablesPage)
    qtbot.waitUntil(
        lambda: page.procedure.known is not None and page.procedure.known.offer.number == number, timeout=LONG_MS
    )
    return page


def test_procedures_are_a_branch_of_their_own_with_both_layouts(window: Window, qtbot: Any) -> None:
    page = procedure(window, qtbot, 9, 91)
    branch = page.groups[-1]
    assert branch.title == "Procedures"
    assert {"SP 9", "SP 10"} <= {entry.label for entry in branch.entries}
    assert page.procedure.request.model.table is not None
    assert page.procedure.request.isVisible()
    assert not page.detail.isVisible()
    page.show_table(1)
    qtbot.waitUntil(lambda: page.detail.isVisible(), timeout=LONG_MS)
    assert not page.procedure.isVisible()


def test_parameters_edited_as_bytes_are_fields_and_the_procedure_runs(window: Window, qtbot: Any) -> None:
    """The self read is a bit of the parameters of procedure 9: typed as hex, shown as a flag; it clears nothing, but
    its number does, so that it takes a second act."""
    page = procedure(window, qtbot, 9, 92)
    bench = page.procedure
    bench.request.hex._choose(0)
    qtbot.keyClicks(bench.request.hex, "02")
    table = bench.request.model.table
    assert table is not None
    flags = {shown.name: shown.value for shown in table.fields()}
    assert flags["SELF_READ_FLAG"] is True
    assert flags["DEMAND_RESET_FLAG"] is False
    qtbot.mouseClick(bench.run_button, Qt.MouseButton.LeftButton)
    dialog = bench.dialog
    assert dialog is not None
    dialog.box.setChecked(True)
    dialog.reason_field.setText("at the bench")
    dialog.do_button.click()
    qtbot.waitUntil(lambda: bench.result is not None and not window.workbench.jobs.busy, timeout=LONG_MS)
    assert bench.which.chosen == "answer"
    (audited,) = window.workbench.desk.guard.audit.records("procedure")
    assert '"02"' in audited.data
    assert "at the bench" in audited.data


def test_orders_to_the_switch_are_not_given_here(window: Window, qtbot: Any) -> None:
    page = procedure(window, qtbot, 22, 93)  # C12.19 procedure 22, direct load control
    assert page.procedure.known is not None
    if page.procedure.known.offer.note.guarded:
        assert not page.procedure.run_button.isEnabled()
        assert "page Switch" in page.procedure.said.text()


# --- earlier values ----------------------------------------------------------------------------------------------


def test_earlier_values_come_from_the_records_of_this_meter(tables: TablesPage, window: Window, qtbot: Any) -> None:
    bench, detail = window.workbench, tables.detail
    with qtbot.waitSignal(bench.records_changed, timeout=LONG_MS):
        bench.save()
    detail.hex._choose(0)
    qtbot.keyClicks(detail.hex, "58")
    tables.view_choice.choose("history")
    tables._show_choice()
    history = tables.history
    qtbot.waitUntil(lambda: len(history.records.rows) == 1 and len(history.steps.rows) == 1, timeout=LONG_MS)
    [earlier], [step] = history.records.rows, history.steps.rows
    assert earlier.differs == 1
    assert step.then == "Springfield Power"
    assert step.now == "Xpringfield Power"
    assert "One element is not as it was" in history.said.text()
    assert not detail.isVisible()


def test_a_table_in_no_record_says_so(tables: TablesPage, qtbot: Any) -> None:
    tables.view_choice.choose("history")
    tables._show_choice()
    qtbot.waitUntil(lambda: "in no record" in tables.history.said.text(), timeout=LONG_MS)

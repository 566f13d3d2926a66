"""The technician's path in the window: compare, choose two of five differences, write, verify, take it back; and what
goes wrong on the way."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QPoint, Qt

from fieldpro.app import open_transport, write_journal
from fieldpro.c12.psem.full_write import FullWrite
from fieldpro.c12.psem.index_write import IndexWrite
from fieldpro.c12.psem.offset_write import OffsetWrite
from fieldpro.errors import FieldProError, LinkError
from fieldpro.gui.models.check_rows import BOX
from fieldpro.gui.models.differences import Heading
from fieldpro.gui.states import PageState
from fieldpro.gui.window import Window
from fieldpro.meter.changes import apply, compare_with_meter
from fieldpro.meter.programs import template
from fieldpro.secret import Secret
from fieldpro.security import entries
from fieldpro.session.meter_session import MeterSession
from fieldpro.session.plan import SessionPlan

LONG_MS = 30_000
WRITES = (FullWrite, IndexWrite, OffsetWrite)
FIVE = "5 differences in 2 groups"


@pytest.fixture
def window(home_window: Window) -> Window:
    return home_window


def connect(window: Window, qtbot: Any, url: str, password: str = "PRIMARY", page: str = "overview") -> None:
    bench = window.workbench
    bench.connect_to(url, title="the virtual meter", user_id=2, user_name="Ada", password=password)
    qtbot.waitUntil(lambda: bench.view is not None and window.page_id == page, timeout=LONG_MS)
    qtbot.waitUntil(lambda: not bench.jobs.busy, timeout=LONG_MS)


def choose_program(window: Window, qtbot: Any, words: str) -> Any:
    """Type a part of the name and take what is offered, as a person does."""
    window.go("program")
    page = window.page
    qtbot.waitUntil(lambda: page.chooser.box.count() > 0, timeout=LONG_MS)
    index = page.chooser.box.findText(words, Qt.MatchFlag.MatchContains)
    assert index >= 0
    page.chooser.box.setCurrentIndex(index)
    page.chooser.box.activated.emit(index)
    return page


def compared(page: Any, qtbot: Any) -> None:
    qtbot.waitUntil(
        lambda: page.change_set is not None and not page.workbench.jobs.busy and page.states.state is PageState.FULL,
        timeout=LONG_MS,
    )


def click_box(page: Any, qtbot: Any, path: str) -> None:
    """A click beside the middle of the box's cell: with gloves nobody hits the box itself."""
    rows = page.differences.model.rows
    row = next(n for n, each in enumerate(rows) if not isinstance(each, Heading) and each.path == path)
    view = page.differences.view
    place = view.visualRect(page.differences.model.index(row, BOX)).center() + QPoint(8, 0)
    qtbot.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, pos=place)


def press_write(page: Any, qtbot: Any) -> Any:
    qtbot.mouseClick(page.differences.write_button, Qt.MouseButton.LeftButton)
    return page.dialog


def test_two_of_five_differences_are_written_verified_and_taken_back(window: Window, qtbot: Any) -> None:
    connect(window, qtbot, "sim://centron?seed=21&days=2")
    page = choose_program(window, qtbot, "Commercial")
    compared(page, qtbot)
    panel = page.differences
    assert panel.headline.text() == FIVE
    assert panel.write_button.text() == "Write 5 changes"
    five = [change.path for change in page.change_set.different]
    for path in five[:1] + five[3:]:
        click_box(page, qtbot, path)
    assert panel.chosen == five[1:3]
    dialog = press_write(page, qtbot)
    assert dialog.do_button.text() == "Write 2 changes"
    assert "0000000061873204" in dialog.windowTitle()
    assert dialog.focusWidget() is dialog.keep_button, "Enter alone writes nothing"
    qtbot.mouseClick(dialog.do_button, Qt.MouseButton.LeftButton)
    with qtbot.waitSignal(window.workbench.records_changed, timeout=LONG_MS):
        qtbot.waitUntil(lambda: page.done is not None, timeout=LONG_MS)
    assert panel.headline.text() == "2 changes written and verified"
    assert [row.state for row in panel.model.rows if not isinstance(row, Heading)] == ["written and verified"] * 2
    record = window.workbench.desk.store.load(page.record_id)
    assert page.loaded.program.hash in record.note
    assert "commercial-tou revision 1" in record.note

    qtbot.mouseClick(panel.again_button, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: panel.headline.text() == "3 differences in 2 groups", timeout=LONG_MS)
    done = window.workbench.desk.journal.jobs(window.workbench.view.identity)
    assert [str(job.outcome) for job in done] == ["done"]
    (audited,) = window.workbench.desk.guard.audit.records(entries.WRITE)
    assert page.loaded.program.hash in audited.data


def test_what_was_written_is_taken_back_as_new_differences(window: Window, qtbot: Any) -> None:
    connect(window, qtbot, "sim://centron?seed=22&days=2")
    page = choose_program(window, qtbot, "Commercial")
    compared(page, qtbot)
    panel = page.differences
    press_write(page, qtbot).do_button.click()
    qtbot.waitUntil(lambda: page.done is not None, timeout=LONG_MS)
    assert panel.undo_button.text() == "Take back 5 changes"
    qtbot.mouseClick(panel.undo_button, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: panel.headline.text() == "Taking back 5 changes", timeout=LONG_MS)
    assert len(panel.chosen) == 5
    press_write(page, qtbot).do_button.click()
    qtbot.waitUntil(lambda: panel.headline.text() == "5 changes taken back and verified", timeout=LONG_MS)
    qtbot.mouseClick(panel.again_button, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: panel.headline.text() == FIVE, timeout=LONG_MS)
    qtbot.mouseClick(panel.filter.button("past"), Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: bool(panel.past.rows), timeout=LONG_MS)
    assert {each.outcome for each in panel.past.rows} == {"undo, done", "write, done"}


def test_rows_are_chosen_with_the_keyboard(window: Window, qtbot: Any) -> None:
    connect(window, qtbot, "sim://centron?seed=23&days=2")
    page = choose_program(window, qtbot, "Commercial")
    compared(page, qtbot)
    view, panel = page.differences.view, page.differences
    view.setFocus()
    view.selectRow(2)  # the heading of the calendar: four rows
    qtbot.keyClick(view, Qt.Key.Key_Space)
    assert panel.write_button.text() == "Write 1 change"
    qtbot.keyClick(view, Qt.Key.Key_Down)
    qtbot.keyClick(view, Qt.Key.Key_Space)
    assert panel.write_button.text() == "Write 2 changes"
    qtbot.mouseClick(panel.none_button, Qt.MouseButton.LeftButton)
    assert not panel.write_button.isEnabled()


def test_a_field_that_is_filled_in_becomes_a_difference(window: Window, qtbot: Any) -> None:
    connect(window, qtbot, "sim://centron?seed=24&days=2")
    page = choose_program(window, qtbot, "installed")
    compared(page, qtbot)
    assert page.differences.headline.text() == "1 difference in 1 group"
    qtbot.keyClicks(page.fields.fields["service_point"], "SP-9")
    qtbot.waitUntil(lambda: page.differences.headline.text() == "2 differences in 1 group", timeout=LONG_MS)
    qtbot.keyClicks(page.fields.fields["tariff"], "far too long a tariff for the element it is for")
    qtbot.waitUntil(lambda: page.fields._said["tariff"].isVisible(), timeout=LONG_MS)
    assert page.differences.headline.text() == "2 differences in 1 group"


def test_a_program_for_another_meter_is_said_before_it_is_written(window: Window, qtbot: Any) -> None:
    connect(window, qtbot, "sim://centron?seed=25&days=2")
    page = choose_program(window, qtbot, "Residential")
    compared(page, qtbot)
    said = page.banners.banners[0]
    assert "VHOUSE" in said.headline
    assert "form 2S" in said.text
    assert "edition 1" in said.text
    dialog = press_write(page, qtbot)
    assert not dialog.do_button.isEnabled()
    dialog.box.setChecked(True)
    assert dialog.do_button.isEnabled()
    dialog.keep_button.click()
    assert page.done is None
    assert not window.workbench.jobs.busy


def test_a_faulty_file_is_shown_with_its_lines_and_never_compared(window: Window, qtbot: Any, tmp_path: Path) -> None:
    connect(window, qtbot, "sim://centron?seed=26&days=2")
    window.go("program")
    page = window.page
    path = tmp_path / "faulty.toml"
    path.write_text('schema = 1\nname = "faulty"\nrevision = 1\n[elements.UTIL_INFO_TBL]\nTARIF_ID = "GS-1"\n')
    page.open_file(path)
    qtbot.waitUntil(lambda: page.differences.headline.text() == "1 fault in this program", timeout=LONG_MS)
    (fault,) = page.differences.complaints.rows
    assert (fault.line, fault.path) == (5, "UTIL_INFO_TBL.TARIF_ID")
    assert page.differences.write_button.isHidden()


@pytest.mark.parametrize(
    "content", ["", "schema = 99\n", 'schema = 1\nname = "cut"\nrevision = 1\nelements_total = 3\n']
)
def test_a_file_that_is_no_program_is_one_sentence(window: Window, qtbot: Any, tmp_path: Path, content: str) -> None:
    window.go("program")
    page = window.page
    path = tmp_path / "no.toml"
    path.write_text(content)
    page.open_file(path)
    qtbot.waitUntil(lambda: bool(page.banners.banners), timeout=LONG_MS)
    assert str(path) in page.banners.banners[0].text
    assert page.states.state is PageState.EMPTY


def test_without_a_meter_a_program_is_checked_and_kept(window: Window, qtbot: Any, tmp_path: Path) -> None:
    page = choose_program(window, qtbot, "Commercial")
    qtbot.waitUntil(lambda: page.states.state is PageState.FULL, timeout=LONG_MS)
    assert page.differences.headline.text() == "The program was checked and has no faults"
    assert page.differences.write_button.isHidden()
    qtbot.mouseClick(page.chooser.keep_button, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: page.loaded.kind == "library", timeout=LONG_MS)
    target = tmp_path / "saved.toml"
    page.save_to(target)
    qtbot.waitUntil(target.exists, timeout=LONG_MS)
    page.open_file(target)
    qtbot.waitUntil(lambda: page.loaded.origin == str(target), timeout=LONG_MS)
    assert page.loaded.program.hash == template("commercial-tou").hash


def test_this_meter_as_a_program_differs_in_nothing(window: Window, qtbot: Any) -> None:
    connect(window, qtbot, "sim://centron?seed=27&days=2")
    window.go("program")
    page = window.page
    qtbot.mouseClick(page.chooser.meter_button, Qt.MouseButton.LeftButton)
    compared(page, qtbot)
    assert page.differences.headline.text() == "The meter holds what the program wants"
    assert page.change_set.counts.same > 500
    assert "identification" in page.loaded.program.blanks


def test_without_the_password_the_meter_refuses_and_nothing_is_written(window: Window, qtbot: Any) -> None:
    connect(window, qtbot, "sim://centron?seed=28&days=2", password="")
    page = choose_program(window, qtbot, "Commercial")
    compared(page, qtbot)
    press_write(page, qtbot).do_button.click()
    qtbot.waitUntil(lambda: bool(page.banners.banners), timeout=LONG_MS)
    qtbot.waitUntil(lambda: not window.workbench.jobs.busy, timeout=LONG_MS)
    assert page.done is None
    assert window.workbench.unfinished is None
    assert page.differences.headline.text() == FIVE


def test_a_right_that_is_missing_disables_the_button(
    window: Window, qtbot: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    connect(window, qtbot, "sim://centron?seed=29&days=2")
    monkeypatch.setattr(window.workbench.rights, "may", lambda _right: False)
    page = choose_program(window, qtbot, "Commercial")
    compared(page, qtbot)
    assert not page.differences.write_button.isEnabled()
    assert "role" in page.differences.count_label.text()


def test_changes_wait_in_the_meter_until_it_is_told(window: Window, qtbot: Any) -> None:
    connect(window, qtbot, "sim://centron?seed=9044&days=2")
    page = choose_program(window, qtbot, "Commercial")
    compared(page, qtbot)
    panel = page.differences
    assert panel.when.isVisible()
    panel.when.choose("told")
    dialog = press_write(page, qtbot)
    dialog.do_button.click()
    qtbot.waitUntil(lambda: panel.headline.text() == "5 changes wait", timeout=LONG_MS)
    qtbot.waitUntil(lambda: not window.workbench.jobs.busy, timeout=LONG_MS)
    assert panel.undo_button.isHidden()
    qtbot.mouseClick(panel.again_button, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: panel.headline.text() == FIVE, timeout=LONG_MS)
    window.go("procedures")
    procedures = window.page
    qtbot.waitUntil(lambda: bool(procedures.model.rows), timeout=LONG_MS)
    procedures._choose("12")
    qtbot.mouseClick(procedures.run_button, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: procedures.result is not None, timeout=LONG_MS)
    window.go("program")
    qtbot.waitUntil(lambda: not window.workbench.jobs.busy, timeout=LONG_MS)
    qtbot.mouseClick(panel.again_button, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: panel.headline.text() == "The meter holds what the program wants", timeout=LONG_MS)


# --- after an interruption ------------------------------------------------------------------------------------------


def cut(inner: Any, writes: int) -> Any:
    """A conversation whose line dies at the write after so many."""
    seen, request = 0, next(inner)
    while True:
        if isinstance(request, WRITES):
            seen += 1
            if seen > writes:
                raise LinkError("silent", "sim")
        try:
            answer = yield request
        except FieldProError as error:
            request = inner.throw(error)
        else:
            request = inner.send(answer)


def interrupt_a_write(url: str) -> None:
    """Write the five differences from another window, and have the line die after the first of two tables."""
    plan = SessionPlan(user_id=2, user="Ada", password=Secret.from_text("PRIMARY"))
    transport = open_transport(url)
    with MeterSession(transport, plan) as session:
        change_set = session.run(compare_with_meter(template("commercial-tou")))
        with pytest.raises(LinkError):
            session.run(cut(apply(change_set, journal=write_journal(), who="Bert"), 1))
    transport.close()


@pytest.mark.parametrize(("way", "left"), [("finish", "The meter holds what the program wants"), ("back", FIVE)])
def test_an_interrupted_write_comes_before_anything_else(window: Window, qtbot: Any, way: str, left: str) -> None:
    url = f"sim://centron?seed={31 if way == 'finish' else 32}&days=2"
    interrupt_a_write(url)
    connect(window, qtbot, url, page="program")
    page = window.page
    assert page.interrupted.isVisible()
    assert "Bert" in page.interrupted.text.text()
    assert page.interrupted.text.text().endswith("1 of 5 places are written.")
    button = page.interrupted.finish_button if way == "finish" else page.interrupted.back_button
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: page.change_set is not None, timeout=LONG_MS)
    assert bool(page.change_set.continues)
    press_write(page, qtbot).do_button.click()
    qtbot.waitUntil(lambda: page.interrupted.isHidden(), timeout=LONG_MS)
    assert window.workbench.unfinished is None
    page = choose_program(window, qtbot, "Commercial")
    qtbot.waitUntil(lambda: page.differences.headline.text() == left, timeout=LONG_MS)


def test_while_a_write_is_interrupted_no_other_is_begun(window: Window, qtbot: Any) -> None:
    url = "sim://centron?seed=9043&days=2"
    interrupt_a_write(url)
    connect(window, qtbot, url, page="program")
    page = choose_program(window, qtbot, "Residential")
    compared(page, qtbot)
    assert not page.differences.write_button.isEnabled()
    assert "interrupted" in page.differences.count_label.text()
    qtbot.mouseClick(page.interrupted.leave_button, Qt.MouseButton.LeftButton)
    dialog = page.interruption.dialog
    assert not dialog.do_button.isEnabled()
    dialog.box.setChecked(True)
    dialog.do_button.click()
    qtbot.waitUntil(lambda: window.workbench.unfinished is None, timeout=LONG_MS)
    assert page.differences.write_button.isEnabled()

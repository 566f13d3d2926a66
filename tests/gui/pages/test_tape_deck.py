"""Someone at the deck: records a read, plays it back, plants a fault and sees it named, serves the tape, reads it."""

from __future__ import annotations

import json
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import Qt

from fieldpro.gui.pages.tape_deck import TapeDeckPage
from fieldpro.gui.pages.tape_deck_serve import TCP, ServeOrder
from fieldpro.gui.start import make_window
from fieldpro.gui.states import PageState
from fieldpro.gui.window import Window
from fieldpro.security import entries
from fieldpro.settings import Settings
from table_playback.play import Verdict
from table_playback.tape import Step, Tape, load, save

LONG_MS = 60_000
URL = "sim://centron?seed=3&days=2"
PASSWORD = "PRIMARY"


@pytest.fixture
def window(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, qtbot: Any) -> Iterator[Window]:
    monkeypatch.setenv("FIELDPRO_HOME", str(tmp_path))
    made = make_window(Settings(tmp_path / "settings.json"))
    qtbot.addWidget(made)
    made.resize(1280, 800)
    made.show()
    qtbot.waitExposed(made)
    made.workbench.attendance.begin()
    qtbot.waitUntil(lambda: made.workbench.rights.guard is not None, timeout=LONG_MS)
    yield made
    made.close()


def connect(window: Window, qtbot: Any, url: str = URL) -> None:
    bench = window.workbench
    bench.connect_to(url, title="the virtual meter", user_id=2, user_name="Ada", password=PASSWORD)
    qtbot.waitUntil(lambda: bench.view is not None and window.page_id == "overview", timeout=LONG_MS)
    qtbot.waitUntil(lambda: not bench.jobs.busy, timeout=LONG_MS)


def the_deck(window: Window) -> TapeDeckPage:
    window.go("tape-deck")
    page = window.page
    assert isinstance(page, TapeDeckPage)
    return page


@pytest.fixture
def deck(window: Window, qtbot: Any) -> TapeDeckPage:
    """A connected meter, and a short read of it on a tape."""
    connect(window, qtbot)
    page = the_deck(window)
    page.short_action.trigger()
    qtbot.waitUntil(lambda: page.playlist.reel is not None, timeout=LONG_MS)
    at_rest(page, qtbot)
    return page


def at_rest(page: TapeDeckPage, qtbot: Any) -> None:
    bench = page.workbench
    qtbot.waitUntil(
        lambda: not bench.jobs.busy and not page.playing.is_on and bench._compute_lane.idle, timeout=LONG_MS
    )


def click(button: Any, qtbot: Any) -> None:
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)


def play(page: TapeDeckPage, qtbot: Any, button: Any = None) -> None:
    click(button or page.transport.play_button, qtbot)
    qtbot.waitUntil(lambda: not page.playing.is_on, timeout=LONG_MS)
    at_rest(page, qtbot)


def a_step(page: TapeDeckPage, table: int) -> Step:
    reel = page.playlist.reel
    assert reel is not None
    return next(step for step in reel.tape.steps if step.table == table and step.data)


def plant(page: TapeDeckPage, table: int, place: int) -> int:
    """Change one byte of what the tape has; the number of the step."""
    step = a_step(page, table)
    data = bytearray(step.data)
    data[place] ^= 0x01
    page._step_changed(replace(step, data=bytes(data)))
    return step.number


def said(page: TapeDeckPage) -> list[str]:
    return [f"{banner.headline} {banner.text}" for banner in page.banners.banners]


# --- record, play, compare ----------------------------------------------------------------------------------------


def test_a_read_is_recorded_saved_opened_again_and_plays_equal(
    deck: TapeDeckPage, window: Window, tmp_path: Path, qtbot: Any
) -> None:
    reel = deck.playlist.reel
    assert reel is not None
    assert not reel.saved
    assert reel.tape.steps[0].service == "identify"
    assert reel.tape.steps[-1].service == "terminate"
    path = tmp_path / "visit.tape"
    deck.choose_file = lambda _parent, _title, _name, _kind, then: then(path)
    click(deck.head_card.save_button, qtbot)
    qtbot.waitUntil(lambda: deck.playlist.reel.saved, timeout=LONG_MS)
    assert not list((tmp_path / "tapes").glob("*")), "the recording itself is gone once it is saved"
    assert PASSWORD.encode() not in path.read_bytes()
    deck.close_tape()
    assert deck.states.state is PageState.EMPTY
    deck.open_file(path)
    qtbot.waitUntil(lambda: deck.states.state is PageState.FULL, timeout=LONG_MS)
    assert deck.head_card.title.text() == "visit.tape"
    count = len(load(path).steps)
    assert deck.model.rowCount() == count
    play(deck, qtbot)
    assert deck.last_result is not None
    assert deck.last_result.counts[Verdict.EQUAL] == count, list(deck.last_result.bad)
    assert deck.head_card.verdict.word == f"{count:,} equal"
    assert deck.playlist.reel.saved


def test_a_fault_is_planted_and_named_with_its_field(deck: TapeDeckPage, qtbot: Any) -> None:
    number = plant(deck, 1, 4)  # GENERAL_MFG_ID_TBL.ED_MODEL
    assert not deck.playlist.reel.saved
    play(deck, qtbot)
    assert [result.step.number for result in deck.last_result.bad] == [number]
    assert deck.head_card.verdict.word.endswith("1 differs")
    assert deck.steps.number == number, "the first one that differs is in hand"
    qtbot.waitUntil(lambda: deck.detail.step is not None and deck.detail.step.number == number)
    qtbot.waitUntil(lambda: bool(deck.detail.content.differing))
    (row,) = deck.detail.content.differing
    assert row.path == "GENERAL_MFG_ID_TBL.ED_MODEL"
    assert row.expected != row.found
    assert row.found in ("VCENTRON", "VCENTRON ".strip())
    assert deck.detail.hex.span == (row.offset, row.length)
    click(deck.detail.side.button("meter"), qtbot)
    assert deck.detail.hex.data[4:12] == b"VCENTRON"
    click(deck.steps.which.button("bad"), qtbot)
    assert deck.model.rowCount() == 1
    assert deck.model.number_at(0) == number


def test_an_element_that_is_left_out_differs_no_more(deck: TapeDeckPage, qtbot: Any) -> None:
    number = plant(deck, 1, 4)
    play(deck, qtbot)
    qtbot.waitUntil(lambda: deck.detail.content is not None and bool(deck.detail.content.differing))
    click(deck.detail.leave_button, qtbot)
    assert deck.playlist.reel.step(number).verify.ignore == ("GENERAL_MFG_ID_TBL.ED_MODEL",)
    play(deck, qtbot)
    assert not list(deck.last_result.bad)
    assert "GENERAL_MFG_ID_TBL.ED_MODEL" in deck.model.index(number - 1, 7).data()


def test_one_step_is_exactly_one(deck: TapeDeckPage, window: Window, qtbot: Any) -> None:
    step = a_step(deck, 1)
    deck.steps.choose(step.number)
    heard: list[Any] = []
    window.workbench.wire.listen(heard.append)
    play(deck, qtbot, deck.transport.step_button)
    assert [(each.step.number, each.verdict) for each in deck.last_result.results] == [(step.number, Verdict.EQUAL)]
    assert set(deck.playlist.reel.results) == {step.number}
    assert deck.steps.number == step.number + 1, "pressed again, the next one is played"
    play(deck, qtbot, deck.transport.step_button)
    assert set(deck.playlist.reel.results) == {step.number, step.number + 1}


def test_from_here_plays_what_follows(deck: TapeDeckPage, qtbot: Any) -> None:
    count = len(deck.playlist.reel.tape.steps)
    deck.steps.choose(count - 3)
    play(deck, qtbot, deck.transport.from_button)
    assert [each.step.number for each in deck.last_result.results] == list(range(count - 3, count + 1))


def test_a_step_that_is_off_is_not_played(deck: TapeDeckPage, qtbot: Any) -> None:
    step = a_step(deck, 1)
    deck.steps.choose(step.number)
    deck.steps.table.setFocus()
    qtbot.keyClick(deck.steps.table, Qt.Key.Key_Space)
    assert not deck.playlist.reel.step(step.number).enabled
    play(deck, qtbot)
    assert deck.playlist.reel.results[step.number].verdict is Verdict.SKIPPED


def test_stop_ends_a_loop_and_logs_off(deck: TapeDeckPage, window: Window, qtbot: Any) -> None:
    deck.transport.loop_box.setChecked(True)
    click(deck.transport.play_button, qtbot)
    count = len(deck.playlist.reel.tape.steps)
    qtbot.waitUntil(lambda: sum(deck._counts.values()) > 2 * count, timeout=LONG_MS)
    qtbot.keyClick(deck, Qt.Key.Key_Escape)
    qtbot.waitUntil(lambda: not deck.playing.is_on, timeout=10_000)
    at_rest(deck, qtbot)
    assert deck.last_result.stopped
    assert deck.head_card.verdict.word.startswith("Stopped")
    deck.transport.loop_box.setChecked(False)
    play(deck, qtbot)
    assert not list(deck.last_result.bad), "the session before was ended as it should be"


def test_the_pace_of_the_tape_can_be_stopped_too(deck: TapeDeckPage, qtbot: Any) -> None:
    last = deck.playlist.reel.step(len(deck.playlist.reel.tape.steps) - 2)
    deck._step_changed(replace(last, time_s=last.time_s + 3600.0))
    deck.transport.speed_box.choose(1.0)
    click(deck.transport.play_button, qtbot)
    qtbot.waitUntil(lambda: sum(deck._counts.values()) >= last.number - 1, timeout=LONG_MS)
    click(deck.transport.stop_button, qtbot)
    qtbot.waitUntil(lambda: not deck.playing.is_on, timeout=10_000)
    assert deck.last_result.stopped


def test_two_tapes_are_played_in_order(deck: TapeDeckPage, tmp_path: Path, qtbot: Any) -> None:
    path = tmp_path / "second.tape"
    save(deck.playlist.reel.tape, path)
    deck.open_file(path, add=True)
    qtbot.waitUntil(lambda: len(deck.playlist.reels) == 2, timeout=LONG_MS)
    assert deck.head_card.title.text().startswith("2/2")
    qtbot.keyClick(deck, Qt.Key.Key_F9)
    assert deck.head_card.title.text().startswith("1/2")
    play(deck, qtbot)
    assert len(deck.last_result.results) == 2 * len(deck.playlist.reels[0].tape.steps)
    assert not list(deck.last_result.bad)
    assert all(len(reel.results) == len(reel.tape.steps) for reel in deck.playlist.reels)


def test_recording_all_anew_takes_the_fault_out_again(deck: TapeDeckPage, qtbot: Any) -> None:
    number = plant(deck, 1, 4)
    deck.transport.mode_box.choose("all")
    play(deck, qtbot)
    qtbot.waitUntil(lambda: deck.playlist.reel.step(number).data[4:12] == b"VCENTRON", timeout=LONG_MS)
    assert not deck.playlist.reel.saved
    deck.transport.mode_box.choose("none")
    play(deck, qtbot)
    assert not list(deck.last_result.bad)


def test_keys_choose_speed_and_mode(deck: TapeDeckPage, qtbot: Any) -> None:
    both = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier
    qtbot.keyClick(deck, Qt.Key.Key_Down, both)
    assert deck.transport.speed == 100.0
    qtbot.keyClick(deck, Qt.Key.Key_Up, both)
    assert deck.transport.speed is None
    qtbot.keyClick(deck, Qt.Key.Key_M, both)
    assert deck.transport.mode == "once"
    qtbot.keyClick(deck, Qt.Key.Key_L, both)
    assert deck.transport.loops


def test_the_summary_is_saved_in_the_form_that_its_name_says(deck: TapeDeckPage, tmp_path: Path, qtbot: Any) -> None:
    play(deck, qtbot)
    for name, begins in (("a.html", "<!"), ("a.xml", "<?xml"), ("a.json", "{"), ("a.csv", ""), ("a.txt", "")):
        path = tmp_path / name
        deck.choose_file = lambda _parent, _title, _name, _kind, then, path=path: then(path)
        click(deck.steps.report_button, qtbot)
        qtbot.waitUntil(path.is_file, timeout=LONG_MS)
        assert path.read_text().lower().startswith(begins)
    assert len(list(deck.workbench.desk.guard.audit.records(entries.EXPORT))) == 5


def test_a_meter_that_goes_away_ends_the_playing(deck: TapeDeckPage, window: Window, qtbot: Any) -> None:
    deck.transport.loop_box.setChecked(True)
    click(deck.transport.play_button, qtbot)
    qtbot.waitUntil(lambda: sum(deck._counts.values()) > 5, timeout=LONG_MS)
    window.workbench.disconnect_meter()
    assert not deck.playing.is_on
    assert deck.head_card.verdict.word.startswith("Broke off")
    assert not deck.transport.play_button.isEnabled()


def test_a_tape_that_is_not_saved_is_not_closed_without_a_word(deck: TapeDeckPage) -> None:
    deck.close_tape()
    assert deck.playlist.reel is not None
    assert "not saved" in said(deck)[0]
    deck._close_reel()
    assert deck.states.state is PageState.EMPTY


# --- writes -------------------------------------------------------------------------------------------------------


@pytest.fixture
def writing(deck: TapeDeckPage, tmp_path: Path, qtbot: Any) -> Callable[[], Step]:
    """A tape that writes one byte of table 6 otherwise than it is."""
    view = deck.workbench.view
    header = deck.playlist.reel.header
    held: dict[str, bytes] = {}

    def make() -> Step:
        bench = deck.workbench
        with qtbot.waitSignal(bench.view_changed, timeout=LONG_MS):
            bench.read([6])
        at_rest(deck, qtbot)
        data = bench.view.tables.get(6)
        assert data
        held["before"] = data
        span = bench.view.tables.layout(6).locate("UTIL_INFO_TBL.OWNER_NAME")
        step = Step(1, 0.0, ">", "offset-write", table=6, offset=span.offset, data=b"FELIX", response=0)
        path = tmp_path / "writes.tape"
        save(Tape(replace(header, redactions=()), (step,), {}), path)
        deck._close_reel()
        deck.open_file(path)
        qtbot.waitUntil(lambda: deck.playlist.reel is not None and deck.playlist.reel.path == path, timeout=LONG_MS)
        at_rest(deck, qtbot)
        return step

    assert view is not None
    return make


def test_a_write_is_shown_first_and_nothing_is_sent_without_a_yes(
    deck: TapeDeckPage, writing: Callable[[], Step], qtbot: Any
) -> None:
    writing()
    click(deck.transport.play_button, qtbot)
    qtbot.waitUntil(lambda: deck.playing.dialog is not None, timeout=LONG_MS)
    dialog = deck.playing.dialog
    assert "0000000061873204" in dialog.windowTitle()
    assert dialog.focusWidget() is dialog.keep_button, "Enter alone writes nothing"
    click(dialog.keep_button, qtbot)
    qtbot.waitUntil(lambda: not deck.playing.is_on, timeout=LONG_MS)
    assert deck.last_result.declined
    assert deck.head_card.verdict.word == "Not played"
    assert deck.workbench.desk.journal.jobs(deck.workbench.view.identity) == ()


def test_a_write_that_is_agreed_to_is_written_read_back_and_recorded(
    deck: TapeDeckPage, writing: Callable[[], Step], qtbot: Any
) -> None:
    writing()
    click(deck.transport.play_button, qtbot)
    qtbot.waitUntil(lambda: deck.playing.dialog is not None, timeout=LONG_MS)
    click(deck.playing.dialog.do_button, qtbot)
    qtbot.waitUntil(lambda: not deck.playing.is_on, timeout=LONG_MS)
    assert [each.verdict for each in deck.last_result.results] == [Verdict.EQUAL], deck.last_result
    bench = deck.workbench
    assert [str(job.outcome) for job in bench.desk.journal.jobs(bench.view.identity)] == ["done"]
    (audited,) = bench.desk.guard.audit.records(entries.WRITE)
    assert "OWNER_NAME" in audited.data
    with qtbot.waitSignal(bench.view_changed, timeout=LONG_MS):
        bench.read([6])
    assert bench.view.tables.decode(6)["OWNER_NAME"].startswith("FELIX")


def test_stop_works_while_the_dialog_asks(deck: TapeDeckPage, writing: Callable[[], Step], qtbot: Any) -> None:
    writing()
    click(deck.transport.play_button, qtbot)
    qtbot.waitUntil(lambda: deck.playing.dialog is not None, timeout=LONG_MS)
    deck.stop()
    qtbot.waitUntil(lambda: not deck.playing.is_on, timeout=10_000)
    assert deck.workbench.desk.journal.jobs(deck.workbench.view.identity) == ()


# --- files that are none ------------------------------------------------------------------------------------------


def altered(path: Path, data: bytes) -> None:
    """One letter of one step is another, and its hash does not fit any more."""
    with zipfile.ZipFile(path) as old:
        members = {name: old.read(name) for name in old.namelist()}
    members["steps.jsonl"] = members["steps.jsonl"].replace(b'"full-read"', b'"full-reaD"', 1)
    with zipfile.ZipFile(path, "w") as new:
        for name, content in members.items():
            new.writestr(name, content)


def truncated(path: Path, data: bytes) -> None:
    path.write_bytes(data[: len(data) // 2])


def from_the_future(path: Path, data: bytes) -> None:
    with zipfile.ZipFile(path) as old:
        members = {name: old.read(name) for name in old.namelist()}
    said = json.loads(members["tape.json"])
    said["version"] = 99
    members["tape.json"] = json.dumps(said).encode()
    with zipfile.ZipFile(path, "w") as new:
        for name, content in members.items():
            new.writestr(name, content)


def climbing_out(path: Path, data: bytes) -> None:
    with zipfile.ZipFile(path, "a") as file:
        file.writestr("../../escaped", b"x")


def no_tape(path: Path, data: bytes) -> None:
    path.write_bytes(b"good morning")


@pytest.mark.parametrize(
    "spoil", [altered, truncated, from_the_future, climbing_out, no_tape], ids=lambda one: one.__name__
)
def test_a_file_that_is_no_good_tape_is_said_and_nothing_of_it_is_shown(
    window: Window, tmp_path: Path, qtbot: Any, spoil: Callable[[Path, bytes], None], readout_maker: Any
) -> None:
    from table_playback.formats import from_read_out

    path = tmp_path / "broken.tape"
    save(from_read_out(readout_maker()), path)
    spoil(path, path.read_bytes())
    page = the_deck(window)
    page.open_file(path)
    qtbot.waitUntil(lambda: bool(said(page)), timeout=LONG_MS)
    assert page.playlist.reel is None
    assert page.states.state is PageState.EMPTY
    assert not page.transport.play_button.isEnabled()
    (words,) = said(page)
    assert "broken.tape" in words, words
    assert not (tmp_path.parent / "escaped").exists()


def test_a_broken_file_leaves_the_tape_in_hand(window: Window, tmp_path: Path, qtbot: Any, readout_maker: Any) -> None:
    from table_playback.formats import from_read_out

    good, bad = tmp_path / "good.tape", tmp_path / "bad.tape"
    save(from_read_out(readout_maker()), good)
    bad.write_bytes(b"nothing")
    page = the_deck(window)
    page.open_files([good, bad])
    qtbot.waitUntil(lambda: bool(said(page)) and page.playlist.reel is not None, timeout=LONG_MS)
    assert page.head_card.title.text() == "good.tape"
    assert page.states.state is PageState.FULL


def test_a_tape_for_another_meter_is_not_played_unless_somebody_says_so(deck: TapeDeckPage, qtbot: Any) -> None:
    reel = deck.playlist.reel
    header = replace(reel.header, meter=replace(reel.header.meter, serial="0042"))
    reel.opened = replace(reel.opened, tape=replace(reel.tape, header=header))
    play(deck, qtbot)
    assert deck.last_result is None
    (words,) = said(deck)
    assert "0042" in words
    deck._play_to_any()
    qtbot.waitUntil(lambda: deck.last_result is not None, timeout=LONG_MS)
    assert deck.last_result.counts[Verdict.EQUAL] > 3


# --- recording ----------------------------------------------------------------------------------------------------


def test_recording_from_now_on_has_everything_and_no_password(window: Window, tmp_path: Path, qtbot: Any) -> None:
    connect(window, qtbot)
    page = the_deck(window)
    page.toggle_recording()
    qtbot.waitUntil(lambda: page.recorder.recording is not None, timeout=LONG_MS)
    assert page.strip.isVisible()
    bench = window.workbench
    for tables in ([5], [6]):
        with qtbot.waitSignal(bench.view_changed, timeout=LONG_MS):
            bench.read(tables)
        qtbot.waitUntil(lambda: not bench.jobs.busy, timeout=LONG_MS)
    page.toggle_recording()
    qtbot.waitUntil(lambda: page.playlist.reel is not None, timeout=LONG_MS)
    assert not page.strip.isVisible()
    tape = page.playlist.reel.tape
    assert [step.service for step in tape.steps].count("identify") == 2, "both sessions are on it"
    assert {step.table for step in tape.steps} >= {5, 6}
    assert all(PASSWORD.encode() not in step.data for step in tape.steps)
    assert all(PASSWORD.encode() not in packet.data for packet in tape.wire)
    (kept,) = (tmp_path / "tapes").glob("*")
    again = TapeDeckPage(bench)
    qtbot.addWidget(again)
    again.visited()
    qtbot.waitUntil(lambda: bool(said(again)), timeout=LONG_MS)
    assert kept.name in said(again)[0], "what nobody saved is offered again"


def test_recording_nothing_makes_no_tape(window: Window, tmp_path: Path, qtbot: Any) -> None:
    page = the_deck(window)
    page.toggle_recording()
    qtbot.waitUntil(lambda: page.recorder.recording is not None, timeout=LONG_MS)
    page.toggle_recording()
    qtbot.waitUntil(lambda: bool(said(page)), timeout=LONG_MS)
    assert page.playlist.reel is None
    qtbot.waitUntil(lambda: not list((tmp_path / "tapes").glob("*")), timeout=LONG_MS)


def test_redacting_takes_the_serial_number_out(deck: TapeDeckPage, tmp_path: Path, qtbot: Any) -> None:
    serial = deck.playlist.reel.header.meter.serial
    deck.redact_panel.show()
    click(deck.redact_panel.do_button, qtbot)
    qtbot.waitUntil(
        lambda: not deck.playlist.reel.saved and deck.playlist.reel.header.meter.serial != serial, timeout=LONG_MS
    )
    path = tmp_path / "redacted.tape"
    deck._save(deck.playlist.reel, path)
    qtbot.waitUntil(lambda: deck.playlist.reel.saved, timeout=LONG_MS)
    with zipfile.ZipFile(path) as file:
        content = b"".join(file.read(name) for name in file.namelist())
    assert serial.encode() not in content
    assert serial.encode().hex().encode() not in content


# --- serving ------------------------------------------------------------------------------------------------------


def test_the_tape_becomes_the_meter_of_this_window_and_stops(deck: TapeDeckPage, window: Window, qtbot: Any) -> None:
    click(deck.serve_button, qtbot)
    click(deck.serve_panel.start_button, qtbot)
    qtbot.waitUntil(lambda: bool(deck.serving.url), timeout=LONG_MS)
    bench = window.workbench
    first = bench.view
    click(deck.serve_panel.connect_button, qtbot)
    qtbot.waitUntil(lambda: bench.view is not None and bench.view is not first and not bench.jobs.busy, timeout=LONG_MS)
    assert bench.view.identity.serial == "0000000061873204"
    qtbot.waitUntil(lambda: "answers" in deck.serve_panel.progress.accessibleName(), timeout=LONG_MS)
    window.go("tape-deck")
    click(deck.serve_panel.stop_button, qtbot)
    assert not deck.serving.is_on
    bench.disconnect_meter()


def test_a_fault_on_request_is_met_by_who_reads(deck: TapeDeckPage, window: Window, qtbot: Any) -> None:
    bench = window.workbench
    bench.disconnect_meter()
    deck.serve(ServeOrder(where=TCP, faults="time-out@6"))
    qtbot.waitUntil(lambda: bool(deck.serving.url), timeout=LONG_MS)
    assert deck.serving.url.startswith("socket://127.0.0.1:")
    deck.connect_to_served()
    qtbot.waitUntil(lambda: bench.view is not None and not bench.jobs.busy, timeout=LONG_MS)
    deck.stop()
    assert not deck.serving.is_on


def test_strictly_served_it_tells_what_was_asked_out_of_turn(deck: TapeDeckPage, window: Window, qtbot: Any) -> None:
    bench = window.workbench
    bench.disconnect_meter()
    deck.serve(ServeOrder(order="strict"))
    qtbot.waitUntil(lambda: bool(deck.serving.url), timeout=LONG_MS)
    bench.connect_to(deck.serving.url, title="strict")
    qtbot.waitUntil(lambda: deck.serving._step > 0, timeout=LONG_MS)
    qtbot.waitUntil(lambda: bench.jobs.job is not None and not bench.jobs.busy, timeout=LONG_MS)
    deck.serving._tick()
    assert "Step" in deck.serve_panel.progress.accessibleName()
    deck.serving.stop()


def test_faults_that_are_none_are_said(deck: TapeDeckPage, qtbot: Any) -> None:
    deck.serve(ServeOrder(faults="gremlins@3"))
    qtbot.waitUntil(lambda: bool(said(deck)), timeout=LONG_MS)
    assert "gremlins" in said(deck)[0]
    assert not deck.serving.is_on


def test_a_record_becomes_a_virtual_meter_in_one_step(window: Window, qtbot: Any) -> None:
    connect(window, qtbot)
    bench = window.workbench
    with qtbot.waitSignal(bench.records_changed, timeout=LONG_MS):
        bench.save()
    shown = bench.view.registers()
    window.go("records")
    page = window.page
    qtbot.waitUntil(lambda: len(page.model.rows) == 1, timeout=LONG_MS)
    first = bench.view
    click(page.virtual_button, qtbot)
    qtbot.waitUntil(lambda: bench.view is not None and bench.view is not first and not bench.jobs.busy, timeout=LONG_MS)
    assert window.page_id == "overview"
    assert bench.connected
    assert [(each.quantity, each.value) for each in bench.view.registers()] == [
        (each.quantity, each.value) for each in shown
    ]

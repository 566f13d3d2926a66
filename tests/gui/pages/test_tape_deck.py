"""Someone at the deck: records a read, plays it back, plants a fault and sees it named; and writes from a tape."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from deck_driver import LONG_MS, PASSWORD, a_step, at_rest, click, plant, play, said
from PySide6.QtCore import Qt

from fieldpro.gui.pages.tape_deck import TapeDeckPage
from fieldpro.gui.states import PageState
from fieldpro.gui.window import Window
from fieldpro.security import entries
from table_playback.play import Verdict
from table_playback.tape import Step, Tape, load, save


@pytest.fixture
def window(home_window: Window) -> Window:
    return home_window


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

"""Files at the deck: what is no good tape is said; recordings hold everything and no password; redacting."""

from __future__ import annotations

import json
import zipfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from deck_driver import LONG_MS, PASSWORD, click, connect, play, said, the_deck

from fieldpro.gui.pages.tape_deck import TapeDeckPage
from fieldpro.gui.states import PageState
from fieldpro.gui.window import Window
from table_playback.play import Verdict
from table_playback.tape import save


@pytest.fixture
def window(home_window: Window) -> Window:
    return home_window


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

"""Hands for tests of the Tape deck: they connect, play, click and plant, and wait until it is over."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from PySide6.QtCore import Qt

from fieldpro.gui.pages.tape_deck import TapeDeckPage
from fieldpro.gui.window import Window
from table_playback.tape import Step

LONG_MS = 60_000
URL = "sim://centron?seed=3&days=2"
PASSWORD = "PRIMARY"


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

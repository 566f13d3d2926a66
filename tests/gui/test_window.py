"""The frame: rail, meter bar, job bar, banners, themes, closing."""

from __future__ import annotations

import gc
import sys
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget

from fieldpro.errors import LinkError
from fieldpro.gui import density, roles
from fieldpro.gui.density import DENSITIES, FIELD
from fieldpro.gui.look import Look
from fieldpro.gui.registry import PAGES
from fieldpro.gui.roles import DARK, THEMES, Role
from fieldpro.gui.standing import JobOutcome, JobState, Standing
from fieldpro.gui.states import PageState
from fieldpro.gui.window import Window
from fieldpro.records import ReadOut


def test_it_opens_on_connect_without_a_meter(window: Window) -> None:
    assert window.page_id == "connect"
    assert window.meter_bar.pill.word == "No meter"
    assert window.job_bar.isHidden()


def test_pages_are_built_on_their_first_visit(window: Window) -> None:
    assert set(window.pages) == {"connect"}
    window.go("records")
    assert set(window.pages) == {"connect", "records"}


def test_pages_that_need_a_meter_say_so(window: Window) -> None:
    for page in PAGES:
        if page.needs_meter:
            window.go(page.id)
            assert window.page.states.state is PageState.EMPTY, page.id


def test_pages_behind_follow_when_they_are_visited(window: Window, readout: ReadOut, qtbot: Any) -> None:
    window.go("overview")
    window.go("records")
    with qtbot.waitSignal(window.workbench.view_changed):
        window.workbench.show_readout(readout, standing=Standing.SAVED)
    overview = window.pages["overview"]
    assert overview.states.state is PageState.EMPTY
    window.go("overview")
    qtbot.waitUntil(lambda: overview.states.state is PageState.FULL)


def test_the_rail_shows_icons_only_on_a_small_screen(window: Window) -> None:
    assert not window.rail.narrow
    window.resize(1024, 768)
    assert window.rail.narrow
    window.actions_.by_id["view.rail"].trigger()
    assert not window.rail.narrow


@pytest.mark.parametrize("page", [page.id for page in PAGES])
@pytest.mark.parametrize("dense", DENSITIES, ids=lambda one: one.name)
def test_every_page_fits_a_small_screen(page: str, dense: density.Density, shown: Window) -> None:
    shown.set_look(Look(roles.SUNLIGHT, dense))
    shown.resize(1024, 768)
    shown.go(page)
    shown.page.states.show_full()
    assert shown.minimumSizeHint().width() <= 1024, page
    assert shown.minimumSizeHint().height() <= 768, page


def test_the_arrow_keys_go_through_the_rail(window: Window, qtbot: Any) -> None:
    buttons = window.rail._buttons
    buttons["connect"].setFocus()
    qtbot.keyClick(buttons["connect"], Qt.Key.Key_Down)
    assert buttons["overview"].hasFocus()
    qtbot.keyClick(buttons["overview"], Qt.Key.Key_Space)
    assert window.page_id == "overview"
    qtbot.keyClick(buttons["overview"], Qt.Key.Key_Up)
    assert buttons["connect"].hasFocus()


def test_keys_go_to_pages(window: Window, qtbot: Any) -> None:
    window.activateWindow()
    number = [page.id for page in PAGES].index("tables") + 1
    qtbot.keyClick(window, Qt.Key(ord(str(number))), Qt.KeyboardModifier.ControlModifier)
    assert window.page_id == "tables"


def test_the_meter_bar_says_who_and_how_well(shown: Window) -> None:
    bar = shown.meter_bar
    assert bar.serial_label.text() == "0000000061873204"
    assert bar.pill.word == "Battery low"
    assert bar.pill.property("tone") == "warn"
    assert "VCENTRON" in shown.windowTitle()


def test_actions_are_possible_when_what_they_need_is_there(window: Window, readout: ReadOut, qtbot: Any) -> None:
    actions = window.actions_.by_id
    assert not actions["meter.save"].isEnabled()
    with qtbot.waitSignal(window.workbench.view_changed):
        window.workbench.show_readout(readout, standing=Standing.SAVED)
    assert actions["meter.save"].isEnabled()
    assert not actions["meter.read"].isEnabled()


def test_the_job_bar_tells_how_far_how_fast_how_long(window: Window, qtbot: Any) -> None:
    bar = window.job_bar
    job = JobState("Reading load profile", done=1204, total=3504, unit="blocks", rate_per_s=10.0, remaining_s=130.0)
    bar.show_job(job)
    for words in ("Reading load profile", "1,204 of 3,504 blocks", "600 blocks/min", "2 min left"):
        assert words in bar.words
    with qtbot.waitSignal(bar.cancel_wanted):
        qtbot.mouseClick(bar.cancel_button, Qt.MouseButton.LeftButton)


def test_a_failed_job_stays_until_it_is_read(window: Window, qtbot: Any) -> None:
    bar = window.job_bar
    bar.show_job(JobState("Reading").ended(JobOutcome.DONE, "Done"))
    assert bar._timer.isActive()
    bar.show_job(JobState("Reading").ended(JobOutcome.FAILED, "The meter does not answer"))
    assert not bar._timer.isActive()
    qtbot.mouseClick(bar.dismiss_button, Qt.MouseButton.LeftButton)
    assert bar.isHidden()


def test_a_failure_becomes_a_banner_that_helps(window: Window) -> None:
    window.workbench.fail(LinkError("silent", "COM4"), conversation=True)
    banner = window.page.banners.banners[0]
    assert banner.headline == "The meter does not answer."
    assert "COM4" in banner.text
    assert "Seat the probe" in banner.text
    choices = {button.text() for button in banner.findChildren(QWidget) if hasattr(button, "click")}
    assert choices == {"Show the conversation", "Dismiss"}
    window.actions_.by_id["banners.clear"].trigger()
    assert window.page.banners.banners == []


def test_the_same_failure_is_said_once_and_old_ones_give_way(window: Window) -> None:
    for port in ("COM1", "COM2", "COM2", "COM3", "COM4"):
        window.workbench.fail(LinkError("silent", port))
    assert [banner.text.split(".")[0] for banner in window.page.banners.banners] == ["COM4", "COM3", "COM2"]


@pytest.mark.parametrize("theme", THEMES, ids=lambda one: one.name)
def test_every_page_takes_every_theme(theme: roles.Theme, shown: Window) -> None:
    for page in PAGES:
        shown.go(page.id)
    shown.set_look(Look(theme, FIELD))
    shown.grab()
    assert shown.palette().window().color().name() == theme.colours[Role.GROUND]
    assert all(page.look.theme is theme for page in shown.pages.values())


def test_a_setting_changes_the_look_and_is_kept(window: Window, qtbot: Any) -> None:
    with qtbot.waitSignal(window.look_changed):
        window.actions_.by_id["view.theme-dark"].trigger()
    assert window.workbench.look.theme is DARK
    assert window.workbench.settings.get("theme") == "dark"


def test_help_for_this_page(window: Window) -> None:
    window.go("records")
    window.actions_.by_id["help.page"].trigger()
    assert window.page_id == "help"
    assert window.page.list.currentItem().text() == "Records"


def test_closing_closes_the_connection(window: Window, desk: Any, qtbot: Any) -> None:
    window.workbench.connect_virtual()
    qtbot.waitUntil(lambda: window.workbench.connected)
    window.close()
    assert desk.connections[0].closed


def test_repainting_leaves_none_alone(shown: Window) -> None:
    """A binding that drops a reference to None with every call ends the process after some thousand repaints."""
    for page in ("overview", "connect"):
        shown.go(page)
        shown.grab()
    gc.collect()
    before = sys.getrefcount(None)
    for _ in range(60):
        shown.grab()
    gc.collect()
    # Immortal None (Python 3.12 and later) never moves; before that a leak of one a call would be thousands
    assert abs(sys.getrefcount(None) - before) < 500

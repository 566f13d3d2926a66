"""The Configure page on a virtual meter: named fields, complaints at the field, lists in order, secrets, one write."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QLineEdit

from fieldpro.gui.attendance import Presence
from fieldpro.gui.models.configuration import DISPLAY, SECURITY
from fieldpro.gui.pages.configure import ConfigurePage
from fieldpro.gui.states import PageState
from fieldpro.gui.window import Window
from fieldpro.meter.editors import DisplayEditor, SecurityEditor
from fieldpro.meter.view import MeterView

LONG_MS = 30_000
PASSWORDS = {"centron": "PRIMARY", "residential": "MASTER"}


@pytest.fixture
def window(fresh_window: Window) -> Window:
    return fresh_window


def connected(
    window: Window, qtbot: Any, name: str, *, meter: str = "centron", password: str | None = None
) -> ConfigurePage:
    """The page with everything read."""
    bench = window.workbench
    url = f"sim://{meter}?seed={sum(name.encode())}&days=3&at=2026-03-02T12:00"
    bench.connect_to(
        url, title="the meter", user_id=2, user_name="Ada", password=PASSWORDS[meter] if password is None else password
    )
    qtbot.waitUntil(lambda: bench.view is not None and window.page_id == "overview", timeout=LONG_MS)
    qtbot.waitUntil(lambda: not bench.jobs.busy, timeout=LONG_MS)
    window.go("configure")
    page = window.page
    assert isinstance(page, ConfigurePage)
    seen(page, qtbot)
    before = bench.view
    page.read()
    qtbot.waitUntil(lambda: bench.view is not before, timeout=LONG_MS)
    seen(page, qtbot)
    return page


def seen(page: ConfigurePage, qtbot: Any) -> None:
    """What was changed has been laid out."""
    qtbot.waitUntil(
        lambda: page.outlook is not None and not page.workbench.jobs.busy and page.workbench._compute_lane.idle,
        timeout=LONG_MS,
    )
    qtbot.wait(1)


def sheets(page: ConfigurePage) -> Any:
    assert page.outlook is not None
    return page.outlook.sheets


def type_into(field: Any, text: str, qtbot: Any) -> None:
    assert isinstance(field, QLineEdit)
    field.setFocus()
    field.selectAll()
    qtbot.keyClicks(field, text)


def write(page: ConfigurePage, qtbot: Any) -> list[tuple[str, str, str]]:
    """Through the dialog; the rows that stood in it."""
    before = page.configured
    page.write_button.click()
    qtbot.waitUntil(lambda: page.dialog is not None, timeout=LONG_MS)
    return confirm(page, qtbot, before)


def confirm(page: ConfigurePage, qtbot: Any, before: Any) -> list[tuple[str, str, str]]:
    from fieldpro.gui.rows_view import RowsView

    assert page.dialog is not None
    rows: list[tuple[str, str, str]] = page.dialog.findChild(RowsView).model().rows
    page.dialog.do_button.click()
    qtbot.waitUntil(lambda: page.configured is not before, timeout=LONG_MS)
    seen(page, qtbot)
    return list(rows)


def in_meter(window: Window) -> MeterView:
    readout = window.workbench.readout
    assert readout is not None
    return MeterView(readout)


def test_without_a_meter_it_says_so_and_before_it_was_read_it_offers_to(window: Window, qtbot: Any) -> None:
    window.go("configure")
    page = window.page
    assert isinstance(page, ConfigurePage)
    assert page.states.state is PageState.EMPTY
    assert page.write_button.isHidden()
    bench = window.workbench
    bench.connect_to("sim://centron?seed=5&days=3", title="the meter")
    qtbot.waitUntil(lambda: bench.view is not None and not bench.jobs.busy, timeout=LONG_MS)
    window.go("configure")
    seen(page, qtbot)
    assert page.states.state is PageState.FULL
    assert page.display.states.state is PageState.EMPTY
    assert "33" in page.display.states.currentWidget().accessibleName()


def test_lists_show_what_the_meter_shows_by_name(window: Window, qtbot: Any) -> None:
    page = connected(window, qtbot, "names")
    names = [page.display.items.index(row, 2).data() for row in range(3)]
    assert names == ["Wh delivered", "Wh received", "W sliding delivered"]
    assert page.display.items.index(0, 1).data().endswith(" kWh")
    assert page.display.lists.index(2, 0).data() == "Secondary list 1"
    assert page.demand.forms["W sliding delivered"].fields["subinterval_0"].accessibleName() == "Sub-interval: 5 min"
    assert page.profile.channels.index(0, 1).data() == "Wh delivered per interval"
    assert page.profile.days.text() == "A full set holds 3 days."


def test_what_cannot_be_written_is_shown_as_text_and_says_why(window: Window, qtbot: Any) -> None:
    page = connected(window, qtbot, "closed")
    assert page.demand.why.text() == "Read-only: this meter does not let table 13 (Demand control) be written."
    assert isinstance(page.demand.forms["W received"].fields["subinterval_1"], QLabel)
    assert page.profile.why.text().startswith("Read-only: this meter does not let tables 61")
    assert page.profile._edit.isHidden()
    assert page.display.why.isHidden()
    page.security.places_view.setCurrentIndex(page.security.places.index(4, 0))
    assert page.security.place is not None
    assert page.security.place.title == "Key 1"
    assert page.security._typing.isHidden()
    assert page.write_button.accessibleDescription() == "Nothing was changed."


def test_a_value_out_of_its_limits_is_said_at_its_field_as_it_is_typed(window: Window, qtbot: Any) -> None:
    page = connected(window, qtbot, "limits")
    form = page.display.form
    field = form.fields["on_primary_0"]
    type_into(field, "16", qtbot)
    seen(page, qtbot)
    assert form.said["on_primary_0"].text() == "0 to 15 s is wanted, not 16"
    assert field.accessibleDescription() == "0 to 15 s is wanted, not 16"
    assert page._pill.word == "1 error"
    assert page.write_button.accessibleDescription() == "Mend the errors first."
    page.tabs.choose("security")
    page.show_part("security")
    page._go_to(0)
    assert page.tabs.chosen == "display"
    assert field.hasFocus()
    type_into(field, "x", qtbot)
    seen(page, qtbot)
    assert form.said["on_primary_0"].text() == "A whole number is expected"
    assert not page.write_button.isEnabled()
    page.start_again()
    seen(page, qtbot)
    assert field.text() == "5"
    assert form.said["on_primary_0"].isHidden()
    assert page._pill.word == "No faults"


def test_a_display_list_is_reordered_written_verified_and_taken_back(window: Window, qtbot: Any) -> None:
    page = connected(window, qtbot, "order")
    before = DisplayEditor(in_meter(window)).lists()[0]
    page.display.items_view.setCurrentIndex(page.display.items.index(2, 0))
    page.display.up_button.click()
    page.display.addable.choose(next(n for n in page.display.addable.values if n not in (0, 1, 2)))
    page.display.add_button.click()
    type_into(page.display.form.fields["on_primary_0"], "7", qtbot)
    seen(page, qtbot)
    assert page.write_button.text() == "Write 4 changes"
    wanted = [item.name for _place, item in page.display.items.rows]
    rows = write(page, qtbot)
    assert ("Primary list 1, item 2", "Wh received", "W sliding delivered") in rows
    assert ("Primary list 1: on time", "5 s", "7 s") in rows
    assert rows[2][:2] == ("Primary list 1, item 4", "nothing")
    after = DisplayEditor(in_meter(window)).lists()[0]
    assert [item.name for item in after.items] == wanted
    assert after.on_s == 7
    assert page.outlook is not None
    assert page.outlook.changed == 0
    banner = page.banners.banners[0]
    assert "written and verified" in banner.headline
    assert page.configured is not None
    assert page.configured.done is not None
    back = page.configured.done.written.inverse()
    configured = page.configured
    page._take_back(back, tuple((what, new, old) for what, old, new in rows))
    assert confirm(page, qtbot, configured)[0][0] == "Primary list 1, item 2"
    taken = DisplayEditor(in_meter(window)).lists()[0]
    assert [item.name for item in taken.items] == [item.name for item in before.items]
    assert taken.on_s == 5


def test_rights_are_words_and_a_right_too_many_is_an_error(window: Window, qtbot: Any) -> None:
    page = connected(window, qtbot, "rights")
    part = page.security
    titles = [each.title for each in part.rights.rows]
    part.rights_view.setCurrentIndex(part.rights.index(titles.index("Primary display lists"), 0))
    assert part.right_words.text() == "Primary display lists: read by anyone, written by group 2"
    part.boxes["write", 1].click()
    seen(page, qtbot)
    assert part.right_words.text() == "Primary display lists: read by anyone, written by group 1, 2"
    assert page.write_button.text() == "Write 1 change"
    part.rights_view.setCurrentIndex(part.rights.index(titles.index("Passwords"), 0))
    part.anyone["writes"].click()
    seen(page, qtbot)
    assert "whoever reaches the port" in part.rights.index(titles.index("Passwords"), 3).data()
    page.undo()
    seen(page, qtbot)
    assert page.outlook is not None
    assert not page.outlook.errors
    assert write(page, qtbot) == [("Primary display lists: group 1: write", "no", "yes")]
    after = SecurityEditor(in_meter(window)).rights
    assert after[titles.index("Primary display lists")].write == {1, 2}


def type_password(page: ConfigurePage, qtbot: Any, row: int, new: str, again: str = "") -> None:
    part = page.security
    part.places_view.setCurrentIndex(part.places.index(row, 0))
    qtbot.keyClicks(part.new, new)
    qtbot.keyClicks(part.again, again or new)
    part.take_button.click()
    seen(page, qtbot)


def test_a_password_is_typed_blind_twice_and_forgotten_at_once(window: Window, qtbot: Any) -> None:
    page = connected(window, qtbot, "blind")
    part = page.security
    page.tabs.choose(SECURITY)
    page.show_part(SECURITY)
    assert {part.new.echoMode(), part.again.echoMode()} == {QLineEdit.EchoMode.NoEcho}
    type_password(page, qtbot, 1, "ORANGE", "LEMON")
    assert part.trouble.text() == "The two are not the same: type both again."
    assert part.new.text() == part.again.text() == ""
    assert not sheets(page)[SECURITY].changed
    qtbot.keyClicks(part.new, "HALF")
    part.places_view.setCurrentIndex(part.places.index(2, 0))
    assert part.new.text() == ""
    type_password(page, qtbot, 1, "ORANGE")
    assert part.new.text() == part.again.text() == ""
    assert part.places.index(1, 1).data() == "a new one was typed"
    assert "ORANGE" not in repr(page.outlook)
    type_password(page, qtbot, 2, "ORANGE")
    assert part.places.index(2, 1).data().startswith("The same as Level 2")
    part.forget_button.click()
    seen(page, qtbot)
    assert page.write_button.text() == "Write 1 change"


@pytest.mark.parametrize(("meter", "row"), [("centron", 3), ("residential", 0)])
def test_ones_own_password_is_changed_proven_and_used_from_then_on(
    window: Window, qtbot: Any, meter: str, row: int, tmp_path: Path
) -> None:
    page = connected(window, qtbot, f"own {meter}", meter=meter)
    type_password(page, qtbot, row, "GRAPEFRUIT")
    rows = write(page, qtbot)
    assert rows == [(f"Password, level {row + 1}", "••••••", "a new one")]
    assert page.configured is not None
    assert page.configured.passwords is not None
    assert page.configured.passwords.proven == (f"Level {row + 1}",)
    assert page.outlook is not None
    assert page.outlook.changed == 0
    assert window.workbench.session_password == page.configured.passwords.own
    page.read()
    seen(page, qtbot)
    assert not any(banner.property("tone") == "bad" for banner in page.banners.banners)
    for found in tmp_path.rglob("*"):
        if found.is_file() and os.access(found, os.R_OK):
            assert b"GRAPEFRUIT" not in found.read_bytes()


def test_without_a_password_of_ones_own_none_can_be_changed(window: Window, qtbot: Any) -> None:
    page = connected(window, qtbot, "none", password="")
    assert not any(sheet.missing for sheet in sheets(page).values())
    assert page.security.right_words.text() == "They were not read: not every log-on may."
    type_password(page, qtbot, 1, "ORANGE")
    assert page.write_button.accessibleDescription() == "Connect with a password to change passwords."


def test_what_is_in_hand_is_dropped_with_the_meter(window: Window, qtbot: Any) -> None:
    page = connected(window, qtbot, "dropped")
    type_password(page, qtbot, 1, "ORANGE")
    bench = window.workbench
    bench.connect_to("sim://residential?seed=9&days=3", title="another")
    qtbot.waitUntil(lambda: bench.view is not None and not bench.jobs.busy, timeout=LONG_MS)
    assert page.hand.wanted().passwords == {}
    window.go("configure")
    seen(page, qtbot)
    assert page.outlook is not None
    assert page.outlook.changed == 0
    assert page.hand.wanted().passwords == {}


def test_a_locked_window_forgets_what_was_typed(window: Window, qtbot: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    page = connected(window, qtbot, "locked")
    type_password(page, qtbot, 1, "ORANGE")
    page.do(DISPLAY, lambda editor: editor.with_value("on_primary_0", 7))
    qtbot.keyClicks(page.security.new, "HALF")
    monkeypatch.setattr(window.workbench.attendance, "presence", Presence.LOCKED)
    window.workbench.attendance.changed.emit()
    seen(page, qtbot)
    assert page.security.new.text() == ""
    assert not page.hand.wanted().passwords
    assert page.write_button.text() == "Write 1 change"


def test_the_keyboard_reaches_every_field_and_each_has_a_name(window: Window, qtbot: Any) -> None:
    page = connected(window, qtbot, "keys")
    for part in page.parts.values():
        for field in part.findChildren(QLineEdit):
            if field.isVisibleTo(part) and field.focusPolicy() & Qt.FocusPolicy.TabFocus:
                assert field.accessibleName(), field.objectName()


@pytest.mark.parametrize("width", [720, 1280])
def test_nothing_is_cut_off_at_the_side(width: int, window: Window, qtbot: Any) -> None:
    page = connected(window, qtbot, f"wide {width}")
    window.resize(width, 800)
    for key, area in page._areas.items():
        page.tabs.choose(key)
        page.show_part(key)
        qtbot.waitUntil(lambda area=area: area.widget().width() == area.viewport().width(), timeout=5_000)
        assert area.widget().minimumSizeHint().width() <= area.viewport().width(), key
    assert page.security.cards.stacked is (width == 720)

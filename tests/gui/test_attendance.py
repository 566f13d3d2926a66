"""Signing in at the window: open without users, shut with them, locked by hand and by idleness, back-off shown."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLineEdit

from fieldpro import app
from fieldpro.errors import ScreenLocked
from fieldpro.gui.attendance import USERS_FILE, Presence, remaining
from fieldpro.gui.start import make_window
from fieldpro.gui.window import Window
from fieldpro.security import policy
from fieldpro.security.guard import Guard
from fieldpro.security.idle import IdleLock
from fieldpro.security.providers import Standing
from fieldpro.security.rights import Right, Role
from fieldpro.security.secret_store import AUDIT_KEY, MemoryStore, StoredKey
from fieldpro.security.users import LockOut, Users
from fieldpro.settings import Settings
from fieldpro.store.audit import AuditLog

ADA, BOB = "the first engine", "not so long ago"
LONG_MS = 20_000


class Seconds:
    now = 0.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def seconds() -> Seconds:
    return Seconds()


@pytest.fixture
def make(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, qtbot: Any, seconds: Seconds
) -> Iterator[Callable[[], Window]]:
    """Windows on one data folder, with keys in memory and a clock by hand."""
    monkeypatch.setenv("FIELDPRO_HOME", str(tmp_path))
    keys = MemoryStore()

    def guard(store: Any) -> Guard:
        users = Users(
            tmp_path / app.USERS, StoredKey(keys, "users key"), lock_out=LockOut(free=1, first_s=2, longest_s=60)
        )
        log = AuditLog(store, StoredKey(keys, AUDIT_KEY))
        return Guard(users, log, policy.load(tmp_path), idle=IdleLock(600, clock=seconds))

    monkeypatch.setattr(app, "make_guard", guard)
    windows: list[Window] = []

    def one() -> Window:
        made = make_window(Settings(tmp_path / "settings.json"))
        windows.append(made)
        qtbot.addWidget(made)
        made.resize(1280, 800)
        made.show()
        qtbot.waitExposed(made)
        return made

    yield one
    for made in windows:
        made.close()


@pytest.fixture
def begun(make: Callable[[], Window], qtbot: Any) -> Window:
    """A window without users, after its start."""
    made = make()
    made.workbench.attendance.begin()
    qtbot.waitUntil(lambda: made.workbench.attendance.presence is Presence.OPEN, timeout=LONG_MS)
    return made


def add_ada(window: Window, qtbot: Any) -> None:
    """The first user, as a person adds them."""
    window.go("users")
    page = window.page
    page.new_name.setText("Ada")
    page.new_password.setText(ADA)
    page.again.setText(ADA)
    page.add_button.click()
    qtbot.waitUntil(lambda: window.workbench.attendance.presence is Presence.NOBODY, timeout=LONG_MS)


def enter(window: Window, qtbot: Any, name: str, password: str) -> None:
    lock = window.lock_screen
    if not lock.name.isHidden():
        qtbot.keyClicks(lock.name, name)
    qtbot.keyClicks(lock.password, password)
    qtbot.keyClick(lock.password, Qt.Key.Key_Return)
    assert lock.password.text() == ""


def entered(window: Window, qtbot: Any, name: str = "Ada", password: str = ADA) -> None:
    enter(window, qtbot, name, password)
    qtbot.waitUntil(lambda: window.workbench.attendance.presence is Presence.HERE, timeout=LONG_MS)


def test_the_file_that_is_looked_for_is_the_one_that_is_written() -> None:
    assert USERS_FILE == app.USERS


def test_without_users_it_works_and_says_so(begun: Window) -> None:
    assert begun.lock_screen.isHidden()
    assert begun.workbench.allowed(Right.SWITCH_DISCONNECT)
    begun.go("users")
    assert "everybody at this computer is administrator" in begun.page.words.text()
    assert not begun.actions_.by_id["who.lock"].isEnabled()
    begun.workbench.attendance.lock()
    assert begun.lock_screen.isHidden()


def test_the_first_user_signs_in_next_and_nothing_else_can_be_reached(begun: Window, qtbot: Any) -> None:
    add_ada(begun, qtbot)
    lock = begun.lock_screen
    assert lock.isVisible()
    assert lock.size() == begun.size()
    assert not begun.rail.isEnabled()
    assert not begun.actions_.by_id["meter.connect"].isEnabled()
    assert not begun.workbench.allowed(Right.READ)
    entered(begun, qtbot)
    assert lock.isHidden()
    assert begun.rail.isEnabled()
    assert begun.actions_.by_id["meter.connect"].isEnabled()
    assert begun.workbench.settings.operator == "Ada"
    assert begun.rail.who.accessibleName() == "Ada works here"
    told = [record.kind for record in begun.workbench.desk.guard.audit.records()]
    assert told[0] == "sign-in"
    assert "users" in told


def test_a_new_window_is_shut_from_its_first_moment(begun: Window, make: Callable[[], Window], qtbot: Any) -> None:
    add_ada(begun, qtbot)
    second = make()
    assert second.lock_screen.isVisible()
    assert not second.lock_screen.enter_button.isEnabled()  # nobody is asked before it is known whom
    second.workbench.attendance.begin()
    qtbot.waitUntil(second.lock_screen.enter_button.isEnabled, timeout=LONG_MS)
    entered(second, qtbot)


def test_a_wrong_password_is_said_and_too_many_wait(begun: Window, qtbot: Any) -> None:
    add_ada(begun, qtbot)
    lock = begun.lock_screen
    enter(begun, qtbot, "Ada", "wrong one")
    qtbot.waitUntil(lambda: bool(lock.trouble.text()), timeout=LONG_MS)
    lock.name.clear()
    enter(begun, qtbot, "Ada", ADA)
    qtbot.waitUntil(lambda: "The next try is looked at in" in lock.trouble.text(), timeout=LONG_MS)
    assert not lock.enter_button.isEnabled()
    qtbot.waitUntil(lock.enter_button.isEnabled, timeout=LONG_MS)
    assert lock.trouble.text() == "Try again now."
    lock.name.clear()
    entered(begun, qtbot)


def test_it_is_locked_by_hand_and_opened_by_the_one_who_works_here(begun: Window, qtbot: Any) -> None:
    add_ada(begun, qtbot)
    entered(begun, qtbot)
    begun.actions_.by_id["who.lock"].trigger()
    lock = begun.lock_screen
    assert begun.workbench.attendance.presence is Presence.LOCKED
    assert lock.isVisible()
    assert lock.name.isHidden()
    assert "Ada works here" in lock.words.text()
    with pytest.raises(ScreenLocked):
        begun.workbench.rights.guard.require(Right.READ)  # type: ignore[union-attr]  # it is there by now
    entered(begun, qtbot)
    assert lock.isHidden()


def test_left_alone_it_locks_itself_and_a_touch_keeps_it_open(begun: Window, qtbot: Any, seconds: Seconds) -> None:
    add_ada(begun, qtbot)
    entered(begun, qtbot)
    attendance = begun.workbench.attendance
    seconds.now = 599
    qtbot.mouseClick(begun.rail, Qt.MouseButton.LeftButton)
    seconds.now = 700
    attendance.look_at_the_clock()
    assert attendance.presence is Presence.HERE
    seconds.now = 1300
    attendance.look_at_the_clock()
    assert attendance.presence is Presence.LOCKED
    begun.lock_screen.other_button.click()
    assert attendance.presence is Presence.NOBODY


def test_users_are_managed_by_who_may(begun: Window, qtbot: Any) -> None:
    add_ada(begun, qtbot)
    entered(begun, qtbot)
    begun.go("users")
    page = begun.page
    page.new_name.setText("Bob")
    page.new_role.choose(Role.READER)
    page.new_password.setText(BOB)
    page.again.setText("something else")
    page.add_button.click()
    assert page.add_trouble.text() == "The two passwords are not the same."
    page.new_password.setText(BOB)
    page.again.setText(BOB)
    page.add_button.click()
    qtbot.waitUntil(lambda: [user.name for user in page.users.rows] == ["Ada", "Bob"], timeout=LONG_MS)
    page.users_view.setCurrentIndex(page.users.index(1, 0))
    page.role_box.activated.emit(page.role_box.values.index(Role.TECHNICIAN))
    qtbot.waitUntil(lambda: page.users.rows[1].role is Role.TECHNICIAN, timeout=LONG_MS)
    begun.workbench.attendance.sign_out()
    entered(begun, qtbot, "Bob", BOB)
    assert begun.workbench.allowed(Right.CLOCK)
    assert not begun.workbench.allowed(Right.CALENDAR)
    assert page.add_card.isHidden()
    assert page.list_card.isHidden()
    assert [row[0].right for row in page.rights.rows if row[1]].count(Right.USERS) == 0


def test_no_password_is_kept_anywhere_in_the_window(begun: Window, qtbot: Any, tmp_path: Path) -> None:
    add_ada(begun, qtbot)
    entered(begun, qtbot)
    assert all(ADA not in field.text() for field in begun.findChildren(QLineEdit))
    for path in tmp_path.rglob("*"):
        if path.is_file():
            assert ADA.encode() not in path.read_bytes(), path
    assert json.loads((tmp_path / app.USERS).read_text())["users"][0]["name"] == "Ada"


def test_users_that_cannot_be_known_leave_it_shut(make: Callable[[], Window], qtbot: Any, tmp_path: Path) -> None:
    (tmp_path / app.USERS).write_text("{")
    window = make()
    window.workbench.attendance.begin()
    qtbot.waitUntil(lambda: window.workbench.attendance.presence is Presence.FAILED, timeout=LONG_MS)
    lock = window.lock_screen
    assert lock.isVisible()
    assert lock.enter_button.isHidden()
    assert str(tmp_path / app.USERS) in lock.words.text()
    (tmp_path / app.USERS).unlink()
    lock.again_button.click()
    qtbot.waitUntil(lambda: window.workbench.attendance.presence is Presence.OPEN, timeout=LONG_MS)
    assert lock.isHidden()


def test_what_remains_of_authorisations_in_words() -> None:
    good = Standing(None, 2, 7200.0)  # type: ignore[arg-type]  # its authorisation is not looked at
    late = Standing(None, 1, 600.0)  # type: ignore[arg-type]  # nor here
    found = remaining([(Right.CLOCK, [good]), (Right.SWITCH_DISCONNECT, [])])
    assert found.words == "2 uses, 2 h 0 min"
    assert found.detail == "Set the clock: 2 uses, 2 h 0 min\nOpen the switch: none"
    assert remaining([(Right.CLOCK, [late])]).tone == "warn"
    assert remaining([(Right.CLOCK, [])]).words == "None"

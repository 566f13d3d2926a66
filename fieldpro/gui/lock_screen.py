"""The lock: over the whole window while nobody is signed in, or while who is here has left it alone. Nothing of a meter
can be seen or pressed below it; a job that runs goes on."""

from __future__ import annotations

import math
import time

from PySide6.QtCore import QEvent, QObject, QTimer
from PySide6.QtWidgets import QApplication, QDialog, QFrame, QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from fieldpro.errors import UsageError
from fieldpro.explain import Explanation
from fieldpro.gui.attendance import Attendance, Presence
from fieldpro.gui.figures import duration
from fieldpro.gui.look import Look
from fieldpro.gui.parts import IconLabel, button, dress, label
from fieldpro.gui.words import tr
from fieldpro.secret import Secret

WIDTH_PX = 380
COUNT_MS = 200
LATE_S = 0.05  # a try a moment too early would cost another wait
TOUCHES = (
    QEvent.Type.MouseMove,
    QEvent.Type.MouseButtonPress,
    QEvent.Type.KeyPress,
    QEvent.Type.Wheel,
    QEvent.Type.TouchBegin,
)


class LockScreen(QFrame):
    """A child of the window that covers it; the window is told to stop answering keys while it does."""

    def __init__(self, window: QWidget, attendance: Attendance) -> None:
        super().__init__(window)
        self.setProperty("kind", "lock")
        self.setAccessibleName(tr("Sign in"))
        self.setAutoFillBackground(True)
        self._window, self._attendance = window, attendance
        self._wait_s = 0
        self._wait_ends = 0.0
        self._words = Explanation("", "", "")
        outer = QHBoxLayout(self)
        column = QVBoxLayout()
        column.setSpacing(12)
        self._icon = IconLabel("lock", size=48)
        self.headline = label(type="title", wrap=True)
        self.words = label(tone="weak", wrap=True)
        self.trouble = label(tone="bad", wrap=True)
        self.name = QLineEdit()
        self.name.setPlaceholderText(tr("Name"))
        self.name.setAccessibleName(tr("Name"))
        self.password = QLineEdit()
        self.password.setEchoMode(QLineEdit.EchoMode.Password)
        self.password.setPlaceholderText(tr("Password"))
        self.password.setAccessibleName(tr("Password"))
        for field in (self.name, self.password):
            field.returnPressed.connect(self.enter)
        self.enter_button = button(tr("Sign in"), self.enter, kind="primary")
        self.other_button = button(tr("Somebody else"), attendance.sign_out, kind="quiet")
        self.again_button = button(tr("Try again"), attendance.begin, kind="primary")
        self.quit_button = button(tr("Quit"), window.close, kind="quiet")
        buttons = QHBoxLayout()
        for made in (self.enter_button, self.again_button, self.other_button):
            buttons.addWidget(made)
        buttons.addStretch(1)
        buttons.addWidget(self.quit_button)
        for thing in (self.headline, self.words, self.name, self.password, self.trouble):
            thing.setFixedWidth(WIDTH_PX)
        column.addStretch(2)
        column.addWidget(self._icon)
        for thing in (self.headline, self.words, self.name, self.password, self.trouble):
            column.addWidget(thing)
        column.addLayout(buttons)
        column.addStretch(3)
        outer.addStretch(1)
        outer.addLayout(column)
        outer.addStretch(1)
        self._countdown = QTimer(self)
        self._countdown.setInterval(COUNT_MS)
        self._countdown.timeout.connect(self._count)
        attendance.changed.connect(self._show)
        attendance.refused.connect(self.refuse)
        window.installEventFilter(self)
        app = QApplication.instance()
        if app is not None:
            app.installEventFilter(self)
        self.hide()
        self._show()

    def set_look(self, look: Look) -> None:
        dress(self, look)

    # --- Qt ---------------------------------------------------------------------------------------------------

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Keeps the size of the window, and tells the idle clock that somebody is here."""
        if event.type() in TOUCHES:
            self._attendance.touch()
        elif watched is self._window and event.type() == QEvent.Type.Resize:
            self.resize(self._window.size())
        return False

    # --- showing ----------------------------------------------------------------------------------------------

    def _show(self) -> None:
        attendance = self._attendance
        if not attendance.is_shut:
            self._uncover()
            return
        presence = attendance.presence
        signed_in = attendance.signed_in
        locked = presence is Presence.LOCKED and signed_in is not None
        failed = presence is Presence.FAILED
        if failed and attendance.trouble is not None:
            words = attendance.trouble
            self.headline.setText(f"{words.what}.")
            self.words.setText(f"{words.subject}\n{words.next_step}".strip())
        elif locked and signed_in is not None:
            self.headline.setText(tr("Locked"))
            self.words.setText(
                tr("{name} works here. The password opens it; a job that runs goes on.", name=signed_in.name)
            )
        else:
            self.headline.setText(tr("Sign in"))
            self.words.setText(tr("This computer has users. Who works here stands in every record."))
        self.name.setVisible(not locked and not failed)
        self.password.setVisible(not failed)
        self.enter_button.setVisible(not failed)
        self.enter_button.setText(tr("Unlock") if locked else tr("Sign in"))
        self.again_button.setVisible(failed)
        self.other_button.setVisible(locked)
        self._set_possible()
        if self.isHidden():
            self._cover()

    def _cover(self) -> None:
        self.trouble.setText("")
        self.password.clear()
        self.resize(self._window.size())
        for dialog in self._window.findChildren(QDialog):
            dialog.reject()
        self._others(False)
        self.show()
        self.raise_()
        (self.password if self.name.isHidden() else self.name).setFocus()

    def _uncover(self) -> None:
        if not self.isHidden():
            self.hide()
            self.password.clear()
            self.name.clear()
            self.trouble.setText("")
        self._others(True)

    def _others(self, enabled: bool) -> None:
        """What stands below: no key, click or screen reader reaches it; its actions are off too."""
        for child in self._window.children():
            if isinstance(child, QWidget) and child is not self and not child.isWindow():
                child.setEnabled(enabled)
        for action in self._window.actions():
            action.setVisible(enabled)  # an action that is not visible has no shortcut

    # --- entering ---------------------------------------------------------------------------------------------

    def enter(self) -> None:
        """With what was typed; the field forgets it at once."""
        if not self.enter_button.isEnabled():
            return
        signed_in = self._attendance.signed_in
        name = (
            signed_in.name if self._attendance.presence is Presence.LOCKED and signed_in else self.name.text().strip()
        )
        typed = self.password.text()
        if not name or not typed:
            (self.password if name else self.name).setFocus()
            return
        self.password.clear()
        try:
            secret = Secret.from_text(typed)
        except UsageError:
            self.trouble.setText(tr("The password has a sign that no password here can have."))
            return
        self.trouble.setText("")
        self._attendance.sign_in(name, secret)

    def refuse(self, words: Explanation, wait_s: int) -> None:
        """Wrong, or too often wrong: how long it takes until the next try is looked at."""
        self._wait_s = wait_s
        self._words = words
        if wait_s:
            self._wait_ends = time.monotonic() + wait_s + LATE_S
            self._countdown.start()
        self._say_refusal()
        self._set_possible()
        self.password.setFocus()

    def _say_refusal(self) -> None:
        text = f"{self._words.what}. {self._words.next_step}"
        if self._wait_s:
            text = tr(
                "{what}. The next try is looked at in {time}.", what=self._words.what, time=duration(self._wait_s)
            )
        self.trouble.setText(text)
        self.trouble.setAccessibleName(text)

    def _count(self) -> None:
        left_s = max(0, math.ceil(self._wait_ends - time.monotonic()))
        if left_s == self._wait_s:
            return
        self._wait_s = left_s
        if left_s:
            self._say_refusal()
        else:
            self._countdown.stop()
            self.trouble.setText(tr("Try again now."))
        self._set_possible()

    def _set_possible(self) -> None:
        ready = not self._wait_s and not self._attendance.is_busy and self._attendance.guard is not None
        self.enter_button.setEnabled(ready)
        self.name.setEnabled(True)
        self.password.setEnabled(True)

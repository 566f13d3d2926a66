"""The meter bar: who the meter is, whether it is well, its clock, its port. Always there.

What matters least gives way first when the window is narrow: access, mode, port, then the clock.
"""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QAction, QResizeEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QMenu, QSizePolicy, QToolButton, QVBoxLayout, QWidget

from fieldpro.gui import icons
from fieldpro.gui.attendance import Remaining
from fieldpro.gui.figures import clock_drift, short_port
from fieldpro.gui.look import Look, mark_as
from fieldpro.gui.parts import Elided, IconLabel, Pill, button, dress, label
from fieldpro.gui.standing import MeterState, Standing
from fieldpro.gui.words import tr
from fieldpro.records import Severity

LEAST_PX = 480
DRIFT_WARN_S = 60.0  # beyond it the clock is a thing to look at

TONE_OF_SEVERITY = {Severity.GOOD: "good", Severity.INFO: "good", Severity.WARNING: "warn", Severity.ALERT: "bad"}


def health(state: MeterState) -> tuple[str, str]:
    """The one pill: (word, tone)."""
    match state.standing:
        case Standing.NONE:
            return tr("No meter"), "weak"
        case Standing.CONNECTING:
            return tr("Connecting"), "weak"
    if state.severity is None:
        return tr("Status not read"), "weak"
    tone = TONE_OF_SEVERITY[state.severity]
    if tone == "good":
        return tr("OK"), tone
    if state.flags > 1:
        return tr("{headline} and {count} more", headline=state.headline, count=state.flags - 1), tone
    return state.headline, tone


class _Fact(QWidget):
    """A small heading over a value: "Clock / +3 s"."""

    def __init__(self, heading: str) -> None:
        super().__init__()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(label(heading, type="small", tone="weak"))
        self._value = label()
        column.addWidget(self._value)
        self._heading = heading
        self.wanted = False

    def say(self, value: str, tone: str = "", tip: str = "") -> None:
        self.setToolTip(tip)
        self.wanted = bool(value)
        self._value.setText(value)
        mark_as(self._value, tone=tone)
        self.setAccessibleName(f"{self._heading}: {value}")
        self.setVisible(self.wanted)


class MeterBar(QFrame):
    """`connect_wanted` and `save_wanted` from its buttons; the menu holds the actions of `set_menu`."""

    connect_wanted = Signal()
    save_wanted = Signal()
    copy_wanted = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.setProperty("kind", "bar")
        self.setAccessibleName(tr("Meter"))
        self._look = Look()
        self._state = MeterState()
        self._saves = True
        row = self._row = QHBoxLayout(self)
        row.setSizeConstraint(QHBoxLayout.SizeConstraint.SetNoConstraint)
        row.setContentsMargins(24, 8, 16, 8)
        row.setSpacing(16)
        self._icon = IconLabel("meter", size=24)
        row.addWidget(self._icon)
        who = QVBoxLayout()
        who.setSpacing(0)
        self._name = Elided(type="strong")
        self._serial = label(type="mono", tone="weak", copyable=True)
        who.addWidget(self._name)
        who.addWidget(self._serial)
        row.addLayout(who)
        self._pill = Pill()
        row.addWidget(self._pill)
        row.addStretch(1)
        self._mode, self._clock = _Fact(tr("Mode")), _Fact(tr("Clock"))
        self._port, self._access = _Fact(tr("Port")), _Fact(tr("Access"))
        self._authorised = _Fact(tr("Authorised"))
        for fact in (self._mode, self._clock, self._port, self._access, self._authorised):
            row.addWidget(fact)
        self._save = button(tr("Save"), self.save_wanted.emit, icon="save")
        self._connect = button(tr("Connect"), self.connect_wanted.emit, icon="connect")
        self._more = QToolButton()
        self._more.setProperty("kind", "menu")
        self._more.setText(tr("More"))
        self._more.setAccessibleName(tr("More actions for this meter"))
        self._more.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self._more.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self._more.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        for made in (self._connect, self._save, self._more):
            row.addWidget(made)
        self.show_state(self._state)

    @property
    def pill(self) -> Pill:
        return self._pill

    @property
    def serial_label(self) -> QLabel:
        return self._serial

    def set_menu(self, actions: list[QAction]) -> None:
        menu = QMenu(self._more)
        menu.addActions(actions)
        self._more.setMenu(menu)

    def set_look(self, look: Look) -> None:
        self._look = look
        dress(self, look)
        self._more.setIcon(icons.icon("more", look))
        self.show_state(self._state)

    def offer_save(self, offered: bool) -> None:
        """Not where the page itself offers it."""
        if offered != self._saves:
            self._saves = offered
            self.show_state(self._state)

    def show_state(self, state: MeterState) -> None:
        self._state = state
        identity = state.identity
        if identity is not None:
            self._name.set_text(f"{identity.manufacturer} {identity.model}".strip())
            serial = identity.serial or identity.identification
            self._serial.setText(serial)
            self._serial.setAccessibleName(tr("Serial number {serial}", serial=serial))
        else:
            connecting = state.standing is Standing.CONNECTING
            self._name.set_text(tr("Connecting to {port}", port=state.port) if connecting else tr("FieldPro"))
        self._serial.setVisible(identity is not None)
        word, tone = health(state)
        self._pill.show_state(word, tone, self._look)
        self._mode.say(state.mode)
        late = state.drift_s is not None and abs(state.drift_s) > DRIFT_WARN_S
        self._clock.say("" if state.drift_s is None else clock_drift(state.drift_s), "warn" if late else "")
        self._access.say(state.access)
        if state.saved_at is not None:
            self._port.say(tr("Record {when}", when=f"{state.saved_at.astimezone():%Y-%m-%d %H:%M}"))
        else:
            self._port.say("" if identity is None else short_port(state.port), tip=state.port)
        shown = identity is not None
        self._save.setVisible(shown and state.record_id is None and self._saves)
        self._more.setVisible(shown)
        self._connect.setVisible(state.standing in (Standing.NONE, Standing.SAVED))
        dress(self, self._look)
        self._give_way()

    def show_remaining(self, remaining: Remaining) -> None:
        """What remains of the authorisations for this meter, where jobs need one."""
        self._authorised.say(remaining.words, remaining.tone, remaining.detail)
        self._give_way()

    def minimumSizeHint(self) -> QSize:
        """The bar never keeps the window wide: what does not fit gives way."""
        return QSize(LEAST_PX, super().minimumSizeHint().height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._give_way()

    def _give_way(self) -> None:
        facts = (self._access, self._mode, self._port, self._authorised, self._clock)
        for fact in facts:
            fact.setVisible(fact.wanted)
        for fact in facts:
            if self._row.minimumSize().width() + 160 <= self.width():
                return
            fact.hide()

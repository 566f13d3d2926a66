"""Connect: three big ways in, then who one is, the probe, all ports, and the probe test.

The password goes from the field into a `Secret` and the field is emptied at once; it is never shown, kept or logged.
Ports are looked at again every two seconds while the page is shown, in the ports' lane.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QSignalBlocker, QSize, Qt, QTimer
from PySide6.QtGui import QFontMetrics, QHideEvent, QShowEvent
from PySide6.QtWidgets import (
    QButtonGroup,
    QComboBox,
    QGridLayout,
    QHBoxLayout,
    QLineEdit,
    QPushButton,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from fieldpro.gui.around import virtual_ways
from fieldpro.gui.look import Look
from fieldpro.gui.models.ways_in import Kind, Surroundings, WayIn
from fieldpro.gui.page import Page
from fieldpro.gui.pages.probe_test import ProbeTest
from fieldpro.gui.parts import Card, CardGrid, Elided, IconLabel, button, dress, label, number_field
from fieldpro.gui.standing import MeterState, Standing
from fieldpro.gui.words import mark, tr

if TYPE_CHECKING:
    from fieldpro.gui.workbench import Workbench

POLL_MS = 2_000

NOTHING = {
    Kind.PROBE: (mark("No probe found"), mark("Plug one in, and it shows up here")),
    Kind.RECENT: (mark("No meter yet"), mark("Meters you have read stand here")),
}


class WayInButton(QPushButton):
    """A big way in: picture, title, one line below."""

    def __init__(self, heading: str, icon: str) -> None:
        super().__init__()
        self.setProperty("kind", "way-in")
        self.setCheckable(True)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.way: WayIn | None = None
        self._heading = heading
        row = self._row = QHBoxLayout(self)
        row.setContentsMargins(16, 16, 16, 16)
        row.setSpacing(16)
        row.addWidget(IconLabel(icon, tone="accent", size=32), 0, Qt.AlignmentFlag.AlignTop)
        words = QVBoxLayout()
        words.setSpacing(2)
        self._title, self._detail = Elided(type="strong"), label(tone="weak", wrap=True)
        self._detail.setAlignment(Qt.AlignmentFlag.AlignTop | Qt.AlignmentFlag.AlignLeft)
        words.addWidget(label(heading, type="small", tone="weak"))
        words.addWidget(self._title)
        words.addWidget(self._detail)
        row.addLayout(words, 1)
        for child in (self._title, self._detail):
            child.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)

    def sizeHint(self) -> QSize:
        return self._row.sizeHint()

    def minimumSizeHint(self) -> QSize:
        return self._row.minimumSize()

    def set_look(self, look: Look) -> None:
        """Room for two lines of detail, whatever stands there."""
        self._detail.setFixedHeight(2 * QFontMetrics(look.font()).lineSpacing() + 2)

    def show_way(self, way: WayIn | None, nothing: tuple[str, str]) -> None:
        self.way = way
        title, detail = (way.title, way.detail) if way is not None else map(tr, nothing)
        self._title.set_text(title)
        self._detail.setText(detail)
        self.setEnabled(way is not None)
        self.setAccessibleName(f"{self._heading}: {title}")
        self.setAccessibleDescription(detail)


class ConnectPage(Page):
    """See the module."""

    scrolls = True

    def __init__(self, workbench: Workbench) -> None:
        super().__init__(workbench, tr("Connect"))
        self._around = Surroundings()
        self._looking = False
        self._offered_last = False
        self._build_ways()
        self._build_details()
        self.body_layout.addStretch(1)
        self._timer = QTimer(self)
        self._timer.setInterval(POLL_MS)
        self._timer.timeout.connect(self._look_around)
        workbench.meter_changed.connect(self._meter_changed)
        virtual = virtual_ways()
        first = virtual[0]
        self._show_around(Surroundings(virtual=virtual))
        self.big[Kind.VIRTUAL].setChecked(True)
        self._choose(first)

    # --- building ---------------------------------------------------------------------------------------------

    def _build_ways(self) -> None:
        grid = CardGrid(minimum_px=280)
        self._group = QButtonGroup(self)
        self.big: dict[Kind, WayInButton] = {}
        for kind, heading, icon in (
            (Kind.VIRTUAL, tr("Virtual meter"), "virtual"),
            (Kind.PROBE, tr("Optical probe"), "probe"),
            (Kind.RECENT, tr("Seen before"), "recent"),
        ):
            made = WayInButton(heading, icon)
            made.clicked.connect(lambda _checked=False, made=made: self._choose(made.way))
            self._group.addButton(made)
            self.big[kind] = made
            grid.add(made)
        self.body_layout.addWidget(grid)

    def _build_details(self) -> None:
        grid = CardGrid(minimum_px=380)
        grid.add(self._way_card())
        grid.add(self._person_card())
        self.body_layout.addWidget(grid)
        foot = QHBoxLayout()
        foot.setSpacing(16)
        self.connect_button = button(tr("Connect"), self._connect_or_stop, kind="primary", icon="connect")
        self.connect_button.setMinimumWidth(200)
        self._promise = label(tr("Connecting reads the meter. Nothing is written to it."), tone="weak", wrap=True)
        foot.addWidget(self.connect_button)
        foot.addWidget(self._promise, 1)
        self.body_layout.addLayout(foot)

    def _way_card(self) -> Card:
        card = Card(tr("Port"))
        self.port = QComboBox()
        typed = QLineEdit()
        self.port.setLineEdit(typed)
        self.port.setInsertPolicy(QComboBox.InsertPolicy.NoInsert)
        typed.setPlaceholderText(tr("Device, socket://host:port, rfc2217://host:port, sim://name, tape:path"))
        self.port.activated.connect(self._port_activated)
        typed.returnPressed.connect(self.connect_meter)
        self.port.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.port.setMinimumContentsLength(16)
        self.port.setAccessibleName(tr("Port"))
        self.probe = QComboBox()
        self.probe.addItem(tr("Find it by trying"), "")
        self.probe.setMinimumContentsLength(16)
        self.probe.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.probe.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.probe.currentIndexChanged.connect(self._probe_chosen)
        self.probe.setAccessibleName(tr("Probe profile"))
        card.add(_form([(tr("All &ports"), self.port), (tr("Probe pro&file"), self.probe)]))
        self._probe_note = label(
            tr("The usual profiles are tried until a meter answers."), type="small", tone="weak", wrap=True
        )
        card.add(self._probe_note)
        self.probe_test = ProbeTest(self.workbench, self._chosen_port, lambda: str(self.probe.currentData() or ""))
        card.add(self.probe_test)
        card.content.addStretch(1)
        return card

    def _person_card(self) -> Card:
        card = Card(tr("Log-on"))
        settings = self.workbench.settings
        self.user_id = number_field(settings.get_number("user_id"), 0, 65_535)
        self.user_id.setAccessibleName(tr("User number"))
        self.user_name = QLineEdit(settings.get_text("user_name"))
        self.user_name.setMaxLength(10)
        self.user_name.setAccessibleName(tr("User name"))
        self.password = QLineEdit()
        self.password.setEchoMode(QLineEdit.EchoMode.NoEcho)
        self.password.setMaxLength(20)
        self.password.setPlaceholderText(tr("None"))
        self.password.setAccessibleName(tr("Password"))
        self.password.setInputMethodHints(
            Qt.InputMethodHint.ImhHiddenText
            | Qt.InputMethodHint.ImhSensitiveData
            | Qt.InputMethodHint.ImhNoPredictiveText
        )
        self.password.textChanged.connect(self._password_typed)
        for field in (self.user_name, self.password):
            field.returnPressed.connect(self.connect_meter)
        fields = [
            (tr("User &number"), self.user_id),
            (tr("&User name"), self.user_name),
            (tr("Pass&word"), self.password),
        ]
        card.add(_form(fields))
        self._level_note = label(type="small", tone="weak", wrap=True)
        card.add(self._level_note)
        card.content.addStretch(1)
        self._password_typed("")
        return card

    # --- Qt and Page ------------------------------------------------------------------------------------------

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._timer.start()

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self._timer.stop()

    def visited(self, place: str = "") -> None:
        self.connect_button.setFocus()
        if place:
            self._choose(WayIn(Kind.PORT, place, place, ""))

    def set_theme(self, look: Look) -> None:
        super().set_theme(look)
        for made in self.big.values():
            made.set_look(look)
        for widget in (self.port, self.probe):
            widget.view().setMinimumWidth(360)

    # --- what one does ----------------------------------------------------------------------------------------

    def _connect_or_stop(self) -> None:
        if self.workbench.meter.standing is Standing.CONNECTING:
            self.workbench.disconnect_meter()
        else:
            self.connect_meter()

    def connect_meter(self) -> None:
        """Connect over the chosen port; the password leaves the field for good."""
        url = self._chosen_port()
        if not url or self.workbench.meter.standing is Standing.CONNECTING:
            return
        typed = self.password.text()
        self.password.clear()
        self.banners.clear()
        way = self._way()
        self.workbench.connect_to(
            url,
            title=way.title if way is not None else url,
            probe=str(self.probe.currentData() or ""),
            user_id=self.user_id.value(),
            user_name=self.user_name.text(),
            password=typed,
        )

    def _way(self) -> WayIn | None:
        url = self._chosen_port()
        return next((way for way in self._around.all_ways if way.url == url), None)

    def _chosen_port(self) -> str:
        """The URL in force: the chosen one, or what was typed over it."""
        text = self.port.currentText().strip()
        at = self.port.findText(text)
        return str(self.port.itemData(at)) if at >= 0 else text

    def _choose(self, way: WayIn | None) -> None:
        if way is None:
            return
        at = self.port.findData(way.url)
        if at >= 0:
            self.port.setCurrentIndex(at)
        else:
            self.port.setEditText(way.url)
        self._password_typed(self.password.text())
        if way.probe:
            self.probe.setCurrentIndex(max(0, self.probe.findData(way.probe)))

    def _port_activated(self, _index: int) -> None:
        url = self._chosen_port()
        self._group.setExclusive(False)
        for made in self.big.values():
            made.setChecked(made.way is not None and made.way.url == url)
        self._group.setExclusive(True)

    def _probe_chosen(self, _index: int) -> None:
        name = self.probe.currentData()
        notes = {profile: note for profile, _title, note in self._around.probe_profiles}
        self._probe_note.setText(notes.get(name) or tr("The usual profiles are tried until a meter answers."))

    def _password_typed(self, text: str) -> None:
        way = self._way()
        if text:
            told = tr("{count} characters typed. The meter decides what this password allows.", count=len(text))
        elif way is not None and way.levels:
            told = tr("Without a password: what everyone may read. Levels of this meter, by password: {levels}.")
            told = told.format(levels="; ".join(way.levels))
        else:
            told = tr("Without a password a meter shows what everyone may read: on most, identity, status, registers.")
        self._level_note.setText(told)

    # --- what there is ----------------------------------------------------------------------------------------

    def _look_around(self) -> None:
        if self._looking or self.workbench.meter.standing is Standing.CONNECTING:
            return
        self._looking = True

        def found(around: Surroundings) -> None:
            self._looking = False
            self._show_around(around)

        def failed(_error: Any) -> None:
            self._looking = False

        self.workbench.look_around(found, failed)

    def look_now(self) -> None:
        """Look for ports at once; the window asks for it after its first paint."""
        self._look_around()

    def _show_around(self, around: Surroundings) -> None:
        if around == self._around:
            return
        chosen = self._chosen_port()
        self._around = around
        for kind, made in self.big.items():
            made.show_way(around.likely(kind), NOTHING.get(kind, ("", "")))
        with QSignalBlocker(self.port):
            self.port.clear()
            for way in around.all_ways:
                self.port.addItem(f"{way.title}  ({way.url})" if way.title != way.url else way.title, way.url)
            if chosen and self.port.findData(chosen) < 0:
                self.port.setEditText(chosen)
            elif chosen:
                self.port.setCurrentIndex(self.port.findData(chosen))
        probe = self.probe.currentData()
        with QSignalBlocker(self.probe):
            while self.probe.count() > 1:
                self.probe.removeItem(1)
            for name, title, _note in around.probe_profiles:
                self.probe.addItem(title, name)
                self.probe.setCurrentIndex(max(0, self.probe.findData(probe)))
        self._offer_last()

    def _offer_last(self) -> None:
        """The port used last, once, when it is here; and the probe of the settings."""
        if self._offered_last or self.workbench.view is not None:
            return
        settings = self.workbench.settings
        way = next((way for way in self._around.all_ways if way.url == settings.get_text("last_port")), None)
        if self._around.probe_profiles:
            self._offered_last = True
            self.probe.setCurrentIndex(max(0, self.probe.findData(settings.get_text("probe"))))
            if way is not None:
                self._choose(way)
                self._port_activated(0)

    def _meter_changed(self, meter: MeterState) -> None:
        connecting = meter.standing is Standing.CONNECTING
        self.connect_button.setText(tr("Stop connecting") if connecting else tr("Connect"))
        self.connect_button.setProperty("icon_name", "cancel" if connecting else "connect")
        dress(self, self.look)


def _form(rows: list[tuple[str, QWidget]]) -> QGridLayout:
    """Titles with a key of their own at the left, fields at the right."""
    grid = QGridLayout()
    grid.setHorizontalSpacing(16)
    grid.setVerticalSpacing(8)
    grid.setColumnStretch(1, 1)
    for row, (text, field) in enumerate(rows):
        title = label(text, tone="weak")
        title.setBuddy(field)
        title.setMinimumWidth(104)
        grid.addWidget(title, row, 0, Qt.AlignmentFlag.AlignVCenter)
        grid.addWidget(field, row, 1)
    return grid

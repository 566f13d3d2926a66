"""Overview: in two seconds who the meter is, whether it is well, its energy, demand and phases; then the rest."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QVBoxLayout, QWidget

from fieldpro.gui.banners import Banner
from fieldpro.gui.figures import clock_drift, grouped
from fieldpro.gui.look import Look, mark_as
from fieldpro.gui.meter_bar import DRIFT_WARN_S
from fieldpro.gui.models.overview import Figure, OverviewFacts, RegisterRow, overview_of, with_headings
from fieldpro.gui.models.rows import Column, RowsModel
from fieldpro.gui.page import Page
from fieldpro.gui.parts import Card, CardGrid, IconLabel, button, dress, label
from fieldpro.gui.pictures import DayBars, Phasors
from fieldpro.gui.rows_view import RowsView
from fieldpro.gui.states import Choice
from fieldpro.gui.words import tr
from fieldpro.records import LogEvent, PhaseValues, ReadOut, Severity

if TYPE_CHECKING:
    from fieldpro.gui.workbench import Workbench


FLAG_LOOKS = {
    Severity.GOOD: ("good", "good"),
    Severity.INFO: ("info", ""),
    Severity.WARNING: ("warn", "warn"),
    Severity.ALERT: ("bad", "bad"),
}
"""Icon and tone of a flag that is set."""


class OverviewPage(Page):
    """See the module."""

    needs_meter = True
    scrolls = True

    def __init__(self, workbench: Workbench) -> None:
        super().__init__(workbench, tr("Overview"))
        self.facts: OverviewFacts | None = None
        self._said: list[Banner] = []
        self._read_line = label(type="small", tone="weak")
        self.head.insertWidget(1, self._read_line)
        self.read_button = button(tr("Read again"), workbench.read_essentials, icon="read")
        self.save_button = button(tr("Save read-out"), workbench.save, kind="primary", icon="save")
        self.head.addWidget(self.read_button)
        self.head.addWidget(self.save_button)
        self._grid = CardGrid(minimum_px=400)
        self._grid.add(self._energy_card())
        self._grid.add(self._phases_card())
        self._grid.add(self._status_card())
        self._grid.add(self._day_card())
        self._grid.add(self._registers_card())
        self._grid.add(self._events_card())
        self._grid.add(self._identity_card())
        self._grid.add(self._notes_card())
        self.body_layout.addWidget(self._grid)
        self.body_layout.addStretch(1)
        workbench.meter_changed.connect(lambda _meter: self._show_buttons())
        self._show_buttons()

    # --- the cards --------------------------------------------------------------------------------------------

    def _energy_card(self) -> Card:
        self._energy = Card(tr("Energy"))
        self._figures = QGridLayout()
        self._figures.setHorizontalSpacing(24)
        self._figures.setVerticalSpacing(12)
        self._energy.add(self._figures)
        self._energy.content.addStretch(1)
        return self._energy

    def _phases_card(self) -> Card:
        card = Card(tr("Phases"))
        row = QHBoxLayout()
        row.setSpacing(16)
        self._phasors = Phasors()
        row.addWidget(self._phasors)
        self._phase_table = QGridLayout()
        self._phase_table.setHorizontalSpacing(16)
        self._phase_table.setVerticalSpacing(4)
        column = QVBoxLayout()
        column.addStretch(1)
        column.addLayout(self._phase_table)
        column.addStretch(1)
        row.addLayout(column, 1)
        card.add(row)
        self._no_phases = label(
            tr("This meter shows no instantaneous values, or they were not read."), tone="weak", wrap=True
        )
        card.add(self._no_phases)
        card.content.addStretch(1)
        return card

    def _status_card(self) -> Card:
        card = Card(tr("Status"))
        self._clock_line = label(wrap=True)
        card.add(self._clock_line)
        self._flags = QVBoxLayout()
        self._flags.setSpacing(8)
        card.add(self._flags)
        self._rest = QWidget()
        self._rest_column = QVBoxLayout(self._rest)
        self._rest_column.setContentsMargins(0, 0, 0, 0)
        self._rest_column.setSpacing(4)
        self._rest.hide()
        card.add(self._rest)
        self.rest_button = button(tr("Show what is not set"), self._toggle_rest, kind="link")
        card.content.addWidget(self.rest_button, 0, Qt.AlignmentFlag.AlignLeft)
        card.content.addStretch(1)
        return card

    def _day_card(self) -> Card:
        self._day_heading = Card(tr("Last 24 hours"))
        self._bars = DayBars()
        self._day_heading.add(self._bars)
        self._no_day = label(tr("The load profile was not read yet."), tone="weak", wrap=True)
        self._day_heading.add(self._no_day)
        opens = button(tr("Open the load profile"), lambda: self.workbench.go("load-profile"), kind="link")
        self._day_heading.content.addWidget(opens, 0, Qt.AlignmentFlag.AlignLeft)
        self._day_heading.content.addStretch(1)
        return self._day_heading

    def _registers_card(self) -> Card:
        card = Card(tr("Registers"), wide=True)
        self.registers = RowsModel([], self)
        self.registers_view = RowsView(self.registers, tr("Registers by tier"), whole=True)
        card.add(self.registers_view)
        self._no_registers = label(tr("No registers were read."), tone="weak")
        card.add(self._no_registers)
        return card

    def _events_card(self) -> Card:
        card = Card(tr("Last events"))
        self.events = RowsModel(
            [
                Column(tr("When"), _when),
                Column(tr("Event"), lambda event: event.title, tip=lambda event: event.detail or event.title),
                Column(tr("User"), lambda event: "" if event.user_id is None else str(event.user_id), right=True),
            ],
            self,
        )
        self.events_view = RowsView(self.events, tr("Last events"), whole=True, stretch=1)
        card.add(self.events_view)
        self._no_events = label(tone="weak", wrap=True)
        card.add(self._no_events)
        card.content.addStretch(1)
        return card

    def _identity_card(self) -> Card:
        card = Card(tr("Identity"))
        self._identity = QGridLayout()
        self._identity.setHorizontalSpacing(16)
        self._identity.setVerticalSpacing(8)
        self._identity.setColumnStretch(1, 1)
        card.add(self._identity)
        card.content.addStretch(1)
        return card

    def _notes_card(self) -> Card:
        """What was strange in the data, in words; hidden while nothing was."""
        self._notes = Card(tr("Notes"), wide=True)
        self._notes_text = label(wrap=True, copyable=True)
        self._notes_text.setAccessibleName(tr("Notes"))
        self._notes.add(self._notes_text)
        self._notes.hide()
        return self._notes

    # --- Page -------------------------------------------------------------------------------------------------

    def show_view(self, view: Any) -> None:
        readout: ReadOut = view.read_out
        if self.facts is None:
            self.states.show_loading(tr("Working out the overview"))
        self.workbench.compute(
            lambda: overview_of(view, readout),
            self._show,
            lambda error: self.states.show_failed(
                self.explain(error), Choice(tr("Read again"), self.workbench.read_essentials)
            ),
        )

    def show_no_view(self) -> None:
        self.facts = None
        super().show_no_view()

    def set_theme(self, look: Look) -> None:
        super().set_theme(look)
        for view in (self.registers_view, self.events_view):
            view.set_look(look)
        self._phasors.set_look(look)
        self._bars.set_look(look)

    # --- showing ----------------------------------------------------------------------------------------------

    def _show(self, facts: OverviewFacts) -> None:
        self.facts = facts
        self._show_figures(facts.figures)
        self._show_phases(facts.phases)
        self._show_status(facts)
        self._show_day(facts)
        self._show_registers(facts)
        self._show_events(facts)
        self._show_identity(facts)
        self._notes.setVisible(bool(facts.notes))
        self._notes_text.setText("\n".join(facts.notes))
        read_at = "" if facts.read_at is None else f"{facts.read_at.astimezone():%Y-%m-%d %H:%M %Z}"
        tables = tr("{count} tables", count=facts.tables_read)
        if facts.tables_failed:
            tables = tr("{count} tables, {failed} not", count=facts.tables_read, failed=facts.tables_failed)
        self._read_line.setText(tr("Read {when}, {tables}", when=read_at, tables=tables))
        self._say_missing(facts)
        dress(self, self.look)
        self.states.show_full()

    def _say_missing(self, facts: OverviewFacts) -> None:
        """What could not be decoded; messages of others stay."""
        for banner in self._said:
            if banner in self.banners.banners:
                banner.dismiss()
        self._said = [
            self.banners.say("warn", f"{words.what}.", f"{words.subject}. {words.next_step}") for words in facts.missing
        ]

    def _show_buttons(self) -> None:
        connected = self.workbench.connected
        self.read_button.setVisible(connected)
        self.save_button.setVisible(self.workbench.view is not None and self.workbench.meter.record_id is None)

    def _show_figures(self, figures: tuple[Figure, ...]) -> None:
        _clear(self._figures)
        if not figures:
            self._figures.addWidget(label(tr("No registers were read."), tone="weak"), 0, 0)
        for row, figure in enumerate(figures):
            title = label(figure.title, tone="weak")
            value = label(figure.value, type="figure", copyable=True)
            value.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
            value.setAccessibleName(f"{figure.title} {figure.value} {figure.unit}")
            self._figures.addWidget(title, row, 0)
            self._figures.addWidget(value, row, 1)
            self._figures.addWidget(label(figure.unit, tone="weak"), row, 2)
        self._figures.setColumnStretch(0, 1)
        self._figures.setColumnMinimumWidth(2, 40)

    def _show_phases(self, phases: PhaseValues | None) -> None:
        _clear(self._phase_table)
        self._phasors.setVisible(phases is not None)
        self._no_phases.setVisible(phases is None)
        self._phasors.show_values(phases)
        if phases is None:
            return
        for column, heading in enumerate((tr("Phase"), "V", "A", "°")):
            self._phase_table.addWidget(_right(label(heading, type="small", tone="weak"), column > 0), 0, column)
        for row, phase in enumerate(phases.phases, 1):
            lag = (phases.volt_angles[row - 1] - phases.amp_angles[row - 1] + 180) % 360 - 180
            cells = (
                phase,
                f"{phases.volts[row - 1]:.1f}",
                f"{phases.amps[row - 1]:.2f}",
                f"{lag:+.0f}".replace("-", "\u2212"),
            )
            for column, text in enumerate(cells):
                self._phase_table.addWidget(
                    _right(label(text, type="strong" if column == 0 else "body"), column > 0), row, column
                )
        rest = len(phases.phases) + 1
        if phases.frequency_hz is not None:
            line = label(tr("{frequency} Hz", frequency=f"{phases.frequency_hz:.2f}"), tone="weak")
            self._phase_table.addWidget(line, rest, 0, 1, 4)
        self._phase_table.setColumnStretch(0, 1)

    def _show_status(self, facts: OverviewFacts) -> None:
        _clear(self._flags)
        _clear(self._rest_column)
        self._show_clock(facts)
        if facts.flags is None:
            self._flags.addWidget(label(tr("The status was not read."), tone="weak"))
        elif not facts.set_flags:
            self._flags.addLayout(_state_row("good", "good", tr("All well: no flag is set."), ""))
        for flag in facts.set_flags:
            icon, tone = FLAG_LOOKS[flag.severity]
            self._flags.addLayout(_state_row(icon, tone, flag.title, flag.meaning))
        rest = [flag for flag in facts.flags or () if not flag.is_set]
        for flag in rest:
            self._rest_column.addWidget(label(tr("Not set: {title}", title=flag.title), tone="weak", wrap=True))
        self.rest_button.setVisible(bool(rest))
        self._rest.hide()
        self.rest_button.setText(tr("Show what is not set ({count})", count=len(rest)))
        self._rest_count = len(rest)

    def _show_clock(self, facts: OverviewFacts) -> None:
        clock = facts.clock
        if clock is None:
            self._clock_line.setText(tr("The clock was not read."))
            return
        shown = f"{clock.meter_time:%Y-%m-%d %H:%M:%S}"
        if clock.drift_s is None:
            self._clock_line.setText(tr("Clock {time}; its offset from UTC is not known.", time=shown))
            return
        late = abs(clock.drift_s) > DRIFT_WARN_S
        mark_as(self._clock_line, tone="warn" if late else "")
        drift = clock_drift(clock.drift_s)
        self._clock_line.setText(tr("Clock {time}, {drift} against this computer", time=shown, drift=drift))

    def _toggle_rest(self) -> None:
        shown = self._rest.isHidden()
        self._rest.setVisible(shown)
        text = tr("Hide what is not set") if shown else tr("Show what is not set ({count})")
        self.rest_button.setText(text.format(count=self._rest_count))

    def _show_day(self, facts: OverviewFacts) -> None:
        self._bars.setVisible(facts.day is not None)
        self._no_day.setVisible(facts.day is None)
        self._bars.show_day(facts.day)
        if facts.day is not None:
            known = [value for value in facts.day.values if value is not None]
            told = tr("Last 24 hours: {sum} {unit} delivered", sum=grouped(sum(known), 2), unit=facts.day.unit)
            self._day_heading.heading.setText(told)

    def _show_registers(self, facts: OverviewFacts) -> None:
        columns = [
            Column(tr("Register"), lambda row: row.name or row.kind, strong=lambda row: not row.name),
            Column(tr("Unit"), lambda row: row.unit, tone=lambda _row: "weak"),
        ]
        for tier in facts.tiers:
            title = tr("Total") if tier == 0 else tr("Tier {tier}", tier=tier)
            columns.append(Column(title, partial(_value_of_tier, tier), right=True))
        if any(row.peak_at for row in facts.registers):
            columns.append(Column(tr("Peak at"), lambda row: row.peak_at))
        self.registers.set_table(columns, with_headings(facts.registers))
        self.registers_view.setVisible(bool(facts.registers))
        self._no_registers.setVisible(not facts.registers)

    def _show_events(self, facts: OverviewFacts) -> None:
        self.events.set_rows(facts.events)
        self.events_view.setVisible(bool(facts.events))
        self._no_events.setVisible(not facts.events)
        self._no_events.setText(tr("The log is empty.") if facts.events_known else tr("The event log was not read."))

    def _show_identity(self, facts: OverviewFacts) -> None:
        _clear(self._identity)
        who = facts.identity
        rows = (
            (tr("Maker"), who.manufacturer),
            (tr("Model"), who.model),
            (tr("Serial number"), who.serial),
            (tr("Identification"), who.identification),
            (tr("Hardware"), who.hardware),
            (tr("Firmware"), who.firmware),
            (tr("Device class"), who.device_class),
            (tr("Link"), facts.link),
        )
        for row, (title, value) in enumerate((title, value) for title, value in rows if value):
            self._identity.addWidget(label(title, tone="weak"), row, 0)
            shown = label(value, type="mono" if title == tr("Serial number") else "body", wrap=True, copyable=True)
            shown.setAccessibleName(f"{title}: {value}")
            self._identity.addWidget(shown, row, 1)


def _when(event: LogEvent) -> str:
    return "" if event.occurred_at is None else f"{event.occurred_at:%Y-%m-%d %H:%M:%S}"


def _state_row(icon: str, tone: str, title: str, meaning: str) -> QHBoxLayout:
    row = QHBoxLayout()
    row.setSpacing(8)
    row.addWidget(IconLabel(icon, tone=tone), 0, Qt.AlignmentFlag.AlignTop)
    words = QVBoxLayout()
    words.setSpacing(0)
    words.addWidget(label(title, type="strong", tone=tone, wrap=True))
    if meaning:
        words.addWidget(label(meaning, type="small", tone="weak", wrap=True))
    row.addLayout(words, 1)
    return row


def _right(widget: Any, right: bool) -> Any:
    if right:
        widget.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
    return widget


def _clear(layout: Any) -> None:
    """Take everything out of a layout, those of layouts in it too."""
    while (item := layout.takeAt(0)) is not None:
        if item.widget() is not None:
            item.widget().hide()
            item.widget().deleteLater()
        elif item.layout() is not None:
            _clear(item.layout())
            item.layout().deleteLater()


def _value_of_tier(tier: int, row: RegisterRow) -> str:
    return row.values.get(tier, "")

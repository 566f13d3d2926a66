"""Diagnosis: the phasors of the site, drawn anew with every sample, and what the checks D1 to D6 say of them.

Watching is one job on the meter that can be stopped; each sample comes from the port's thread as it is taken. Counters
go on from one watch to the next, and are reset only after a record holds them.
"""

from __future__ import annotations

import json
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QGridLayout, QHBoxLayout, QLabel, QScrollArea, QVBoxLayout, QWidget

from fieldpro.errors import Cancelled, FieldProError
from fieldpro.files import write_atomically
from fieldpro.gui.fields import Choose
from fieldpro.gui.look import Look as WindowLook
from fieldpro.gui.models.diagnosis_rows import CheckRow, check_rows, note_of, overall, phase_rows, sectors
from fieldpro.gui.models.rows import Column, RowsModel
from fieldpro.gui.page import Page
from fieldpro.gui.pages.diagnosis_settings import SettingsCard
from fieldpro.gui.pages.diagnosis_work import Watching, seen_so_far
from fieldpro.gui.parts import Card, Pill, button, dress, label
from fieldpro.gui.phasor_diagram import PhasorDiagram, Sector
from fieldpro.gui.rows_view import RowsView
from fieldpro.gui.save_file import choose_file
from fieldpro.gui.standing import Standing
from fieldpro.gui.states import Choice
from fieldpro.gui.words import tr
from fieldpro.meter.diagnosis import Counters, Diagnosis, Look, Settings, Site, form, forms, reset
from fieldpro.security.rights import Right

if TYPE_CHECKING:
    from fieldpro.gui.workbench import Workbench

FROM_NAMEPLATE = ""


class _CheckLine(QWidget):
    """One check: its state as icon, word and colour, what was found, and the counter."""

    def __init__(self, row: CheckRow) -> None:
        super().__init__()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 4, 0, 4)
        column.setSpacing(2)
        head = QHBoxLayout()
        head.setSpacing(8)
        self.pill = Pill()
        self._title = label(f"{row.name}  {row.title}", type="strong", wrap=True)
        self._counter = label(type="small", tone="weak")
        head.addWidget(self._title, 1)
        head.addWidget(self._counter)
        head.addWidget(self.pill)
        column.addLayout(head)
        self._text = label(wrap=True, tone="weak")
        column.addWidget(self._text)

    def show_row(self, row: CheckRow, look: WindowLook) -> None:
        self.pill.show_state(row.word, row.tone, look)
        self._text.setText(row.text)
        self._text.setVisible(bool(row.text))
        self._counter.setText(row.counted if row.count or row.misses else "")
        self.setAccessibleName(f"{row.name} {row.title}: {row.word}. {row.text}. {row.counted}")


class DiagnosisPage(Page):
    """See the module. `looks` are the samples of this watch, `counters` go on over all watches of a meter."""

    needs_meter = True

    def __init__(self, workbench: Workbench) -> None:
        super().__init__(workbench, tr("Diagnosis"))
        self.looks: list[Look] = []
        self.site: Site | None = None
        self.settings = Settings()
        self.counters = Counters()  # as they were when this watch began
        self.diagnosis: Diagnosis | None = None
        self.saved: Diagnosis | None = None
        self._ticket: Any = None
        self._meter = ""
        self._watching: Watching | None = None
        self.choose_file = choose_file
        self._verdict = Pill()
        self._when = label(type="small", tone="weak")
        self.head.insertWidget(1, self._verdict)
        self.save_button = button(tr("Save"), self.save, icon="save")
        self.file_button = button(tr("To a file"), self._ask_where, icon="export")
        self.watch_button = button(tr("Watch the site"), self.start, kind="primary", icon="pulse")
        self.stop_button = button(tr("Stop watching"), self.stop, icon="cancel")
        for made in (self.save_button, self.file_button, self.stop_button, self.watch_button):
            self.head.addWidget(made)
        row = QHBoxLayout()
        row.setSpacing(16)
        row.addWidget(self._picture_card(), 5)
        row.addWidget(self._side(), 6)
        self.body_layout.addLayout(row, 1)
        workbench.meter_changed.connect(lambda _meter: self._set_possible())
        workbench.job_changed.connect(lambda _job: self._set_possible())
        self._show_rows()

    # --- building ---------------------------------------------------------------------------------------------

    def _picture_card(self) -> Card:
        card = Card(tr("Phasors"))
        self.diagram = PhasorDiagram()
        card.add(self.diagram, 1)
        self.phases = RowsModel(
            [
                Column(tr("Phase"), lambda row: row.phase, strong=lambda _row: True),
                Column("V", lambda row: row.volts, right=True),
                Column(tr("V lag °"), lambda row: row.volt_angle, right=True),
                Column("A", lambda row: row.amps, right=True),
                Column(tr("A lag °"), lambda row: row.amp_angle, right=True),
                Column(tr("PF"), lambda row: row.power_factor, right=True),
            ],
            self,
        )
        self.phases_view = RowsView(self.phases, tr("Instantaneous values"), whole=True)
        card.add(self.phases_view)
        self._rest = label(type="small", tone="weak")
        foot = QHBoxLayout()
        foot.addWidget(self._rest)
        foot.addStretch(1)
        foot.addWidget(self._when)
        card.add(foot)
        return card

    def _side(self) -> QScrollArea:
        inside = QWidget()
        column = QVBoxLayout(inside)
        column.setContentsMargins(0, 0, 8, 0)
        column.setSpacing(16)
        checks = Card(tr("Checks"))
        self.lines = [_CheckLine(row) for row in check_rows(None, self.counters)]
        for line in self.lines:
            checks.add(line)
        buttons = QHBoxLayout()
        self.reset_button = button(tr("Reset the counters"), self.reset_counters)
        buttons.addWidget(self.reset_button)
        self._reset_words = label(type="small", tone="weak", wrap=True)
        buttons.addWidget(self._reset_words, 1)
        checks.add(buttons)
        column.addWidget(checks)
        column.addWidget(self._form_card())
        self.settings_card = SettingsCard(self.settings)
        self.settings_card.changed.connect(self._settings_changed)
        column.addWidget(self.settings_card)
        column.addStretch(1)
        area = QScrollArea()
        area.setWidgetResizable(True)
        area.setFrameShape(QFrame.Shape.NoFrame)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        area.setWidget(inside)
        inside.setAutoFillBackground(False)
        area.viewport().setAutoFillBackground(False)
        return area

    def _form_card(self) -> Card:
        card = Card(tr("Meter form"))
        row = QGridLayout()
        row.setColumnStretch(1, 1)
        words = QLabel(tr("Form"))
        self.form_box = Choose(tr("Meter form"), lambda _name: self._set_possible())
        known = [(name, f"{name}, {each.title}") for name, each in forms().items()]
        self.form_box.offer([(FROM_NAMEPLATE, tr("as the nameplate says")), *known], FROM_NAMEPLATE)
        words.setBuddy(self.form_box)
        row.addWidget(words, 0, 0)
        row.addWidget(self.form_box, 0, 1)
        card.add(row)
        self._site_words = label(type="small", tone="weak", wrap=True)
        card.add(self._site_words)
        return card

    # --- Page -------------------------------------------------------------------------------------------------

    def show_view(self, view: Any) -> None:
        if view.identity.key != self._meter:
            self._meter = view.identity.key
            self._forget()
        self.states.show_full()
        self._show_rows()
        self._set_possible()

    def show_no_view(self) -> None:
        self._meter = ""
        self._forget()
        super().show_no_view()
        self._set_possible()

    def set_theme(self, look: WindowLook) -> None:
        super().set_theme(look)
        self.diagram.set_look(look)
        self.phases_view.set_look(look)
        self._show_rows()

    def _forget(self) -> None:
        """Another meter: nothing of the one before is shown with it."""
        self.looks, self.site, self.diagnosis, self.saved = [], None, None, None
        self.counters = Counters()
        self.diagram.show_values(None)
        self.phases.set_rows([])
        self._rest.setText("")
        self._site_words.setText("")
        self._when.setText("")

    # --- watching ---------------------------------------------------------------------------------------------

    @property
    def is_watching(self) -> bool:
        return self._ticket is not None

    def start(self) -> None:
        """A sample every five seconds, until it is stopped."""
        if self.is_watching:
            return
        bench = self.workbench
        if self.looks:
            self.counters = self.looks[-1].counters
        self.looks, self.diagnosis = [], None
        chosen = self.form_box.chosen
        profile = None if bench.view is None else getattr(bench.view, "device_profile", None)
        watching = Watching(
            form=form(chosen) if chosen else None,
            settings=self.settings,
            before=self.counters,
            profile=profile,
            operator=bench.settings.operator,
            base=bench.readout,
            on_look=lambda look: bench.bridge.post(partial(self._seen, watching, look)),
        )
        self._watching = watching
        self._ticket = bench.submit(
            tr("Watching the site"), watching.conversation, then=self._watched, failed=self._watch_failed
        )
        self._set_possible()

    def stop(self) -> None:
        if self._ticket is not None:
            self._ticket.cancel()
            self.stop_button.setEnabled(False)

    def _seen(self, watching: Watching, look: Look) -> None:
        """A sample, in the GUI thread."""
        if watching is self._watching:
            self.looks.append(look)
            self.site = watching.site or self.site
            self._show_look(look)

    def _watched(self, diagnosis: Diagnosis) -> None:
        self._ticket = None
        self.diagnosis, self.site = diagnosis, diagnosis.site
        if diagnosis.looks:
            self.looks = list(diagnosis.looks)
            self._show_look(diagnosis.last)
        if self._watching is not None and (readout := self._watching.so_far()) is not None:
            self.workbench.merge(readout)
        self._set_possible()

    def _watch_failed(self, error: FieldProError) -> None:
        """What was seen before it failed is kept, and can be saved."""
        self._ticket = None
        self.diagnosis = seen_so_far(self._meter, self.site, self.settings, self.counters, self.looks)
        if not isinstance(error, Cancelled):
            if self.looks:
                self.workbench.fail(error, conversation=True)
            else:
                self.states.show_failed(self.explain(error), Choice(tr("Back"), self._back))
        self._set_possible()

    def _back(self) -> None:
        self.states.show_full()

    def _show_look(self, look: Look) -> None:
        sample = look.sample
        lay = () if self.site is None else sectors(sample, self.site, self.settings)
        self.diagram.show_values(
            sample.values, tuple(Sector(each.start_deg, each.span_deg, each.missed) for each in lay)
        )
        self.phases.set_rows(phase_rows(sample))
        rest = [] if sample.values.frequency_hz is None else [f"{sample.values.frequency_hz:.2f} Hz"]
        if sample.total_distortion is not None:
            rest.append(tr("current distortion {percent} %", percent=f"{sample.total_distortion:.1f}"))
        self._rest.setText(", ".join(rest))
        if self.site is not None:
            title = tr(
                "Form {name}, {title}; class {amps} A",
                name=self.site.form.name,
                title=self.site.form.title,
                amps=f"{self.site.class_amps:g}",
            )
            self._site_words.setText(title)
        count = len(self.looks)
        samples = tr("1 sample") if count == 1 else tr("{count} samples", count=count)
        self._when.setText(tr("{samples}, last at {time}", samples=samples, time=f"{sample.at.astimezone():%H:%M:%S}"))
        self._show_rows()
        self._set_possible()

    def _show_rows(self) -> None:
        rows = check_rows(self.looks[-1] if self.looks else None, self.counters)
        for line, row in zip(self.lines, rows, strict=True):
            line.show_row(row, self.look)
        self._verdict.show_state(*overall(rows, len(self.looks)), self.look)
        dress(self, self.look)

    def _settings_changed(self, settings: Settings) -> None:
        """They hold from the next watch on."""
        self.settings = settings
        self._set_possible()

    def _set_possible(self) -> None:
        bench = self.workbench
        connected = bench.meter.standing is Standing.CONNECTED
        may = bench.allowed(Right.DIAGNOSE)
        if not bench.jobs.busy and self._ticket is not None:  # disconnected: no answer comes any more
            self._ticket = None
            self.diagnosis = seen_so_far(self._meter, self.site, self.settings, self.counters, self.looks)
        self.watch_button.setVisible(not self.is_watching)
        self.stop_button.setVisible(self.is_watching)
        self.stop_button.setEnabled(self.is_watching)
        self.watch_button.setEnabled(connected and may and not bench.jobs.busy)
        why = "" if connected else tr("Connect the meter to watch its site.")
        self.watch_button.setToolTip(why or ("" if may else tr("Your role may not do this.")))
        done = self.diagnosis is not None and bool(self.diagnosis.looks)
        self.save_button.setEnabled(done and self.saved is not self.diagnosis)
        self.file_button.setEnabled(done)
        self.settings_card.setEnabled(not self.is_watching)
        self.form_box.setEnabled(not self.is_watching)
        can_reset = done and self.saved is self.diagnosis and bench.allowed(Right.DIAGNOSE_RESET)
        self.reset_button.setEnabled(can_reset)
        self._reset_words.setText("" if can_reset else tr("Counters can be reset once a record holds them."))

    # --- keeping ----------------------------------------------------------------------------------------------

    def save(self) -> None:
        """The read-out with the verdicts in its note, among the records."""
        diagnosis, readout, bench = self.diagnosis, self.workbench.readout, self.workbench
        if diagnosis is None or readout is None:
            return
        from dataclasses import replace

        noted = replace(readout, operator=bench.settings.operator, note=note_of(diagnosis))

        def saved(record: int) -> None:
            self.saved = diagnosis
            bench.tell(tr("Saved as record {record}, with the verdicts in its note", record=record))
            bench.records_changed.emit()
            self._set_possible()

        bench.store(lambda store: store.save(noted), saved)

    def _ask_where(self) -> None:
        kind = tr("Site diagnosis (*.json)")
        self.choose_file(self, tr("Save the diagnosis"), "site-diagnosis.json", kind, self.save_to)

    def save_to(self, path: Path) -> None:
        """Every sample with its verdicts and settings."""
        diagnosis, bench = self.diagnosis, self.workbench
        if diagnosis is None:
            return

        def write() -> Path:
            write_atomically(path, (json.dumps(diagnosis.data(), indent=1) + "\n").encode())
            return path

        bench.compute(write, lambda done: bench.tell(tr("Saved in {path}", path=done)), of_view=False)

    def reset_counters(self) -> None:
        if self.diagnosis is None or self.saved is None:
            return
        self.counters = reset(self.diagnosis.counters, saved=self.saved)
        self.looks, self.diagnosis = [], None
        self._show_rows()
        self._set_possible()

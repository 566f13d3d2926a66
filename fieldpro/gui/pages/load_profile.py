"""Load profile: the chart, full width, its last 30 days, with one line that says what they hold.

Everything slow (decoding, export, reading) is handed to the workbench; what is drawn are arrays made there.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QDate, Qt
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QDateEdit, QFrame, QHBoxLayout, QMenu, QVBoxLayout, QWidget

from fieldpro.errors import FieldProError, TableUnresolved, UsageError
from fieldpro.explain import explain
from fieldpro.gui.charts.profile_data import ProfileData
from fieldpro.gui.charts.summary import range_words, summarize, summary_line
from fieldpro.gui.charts.timeline import DAY_S
from fieldpro.gui.charts.window import TimeWindow
from fieldpro.gui.look import Look
from fieldpro.gui.page import Page
from fieldpro.gui.pages.load_profile_bar import CHART, HEAT, RANGES_DAYS, WHOLE, ProfileBar
from fieldpro.gui.pages.load_profile_facts import file_name, part, profile_of, save_csv
from fieldpro.gui.pages.load_profile_read import ProfileRead
from fieldpro.gui.pages.load_profile_stack import ProfileStack
from fieldpro.gui.parts import Elided, button, dress, label
from fieldpro.gui.save_file import choose_file
from fieldpro.gui.states import Choice
from fieldpro.gui.words import tr
from fieldpro.records import ReadOut

if TYPE_CHECKING:
    from fieldpro.gui.workbench import Workbench

FIRST_DAYS = 30  # what "from a date" offers at first


class LoadProfilePage(Page):
    """The page of the load profile."""

    needs_meter = True

    def __init__(self, workbench: Workbench) -> None:
        super().__init__(workbench, tr("Load profile"))
        self.data: ProfileData | None = None
        self.choose_file = choose_file
        self._tells_next = False  # what is shown next was read on request: say what was got
        self._make_head()
        self.summary = Elided(type="strong")
        self.bar = ProfileBar(self.look)
        self.stack = ProfileStack(self.look)
        self.chart = self.stack.chart
        frame = QFrame()
        frame.setProperty("kind", "card")
        inside = QVBoxLayout(frame)
        inside.setContentsMargins(4, 4, 4, 4)
        inside.addWidget(self.stack)
        self.body_layout.setSpacing(8)
        self.body_layout.addWidget(self.summary)
        self.body_layout.addWidget(self.bar)
        self.body_layout.addWidget(frame, 1)
        self.hint = label(type="small", tone="weak", wrap=True)
        self.body_layout.addWidget(self.hint)
        self._wire_up()
        self._show_hint(CHART)
        self.show_no_view()

    def _make_head(self) -> None:
        self.range_label = label(tone="weak")
        self.head.insertWidget(1, self.range_label)
        self.export_button = button(tr("Export CSV"), self.export, icon="export")
        self.read_button = button(tr("Read"), kind="primary", icon="read")
        menu = QMenu(self.read_button)
        menu.addAction(tr("Since the last read"), self.read_new)
        menu.addAction(tr("From a date\u2026"), self.ask_date)
        menu.addAction(tr("Everything"), self.read_all)
        self.read_button.setMenu(menu)
        self.read_button.setAccessibleDescription(tr("Opens a menu: since the last read, from a date, everything"))
        self.head.addWidget(self.export_button)
        self.head.addWidget(self.read_button)
        self.date_row = QWidget()
        row = QHBoxLayout(self.date_row)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        self.date_edit = QDateEdit(QDate.currentDate().addDays(-FIRST_DAYS))
        self.date_edit.setCalendarPopup(True)
        self.date_edit.setDisplayFormat("yyyy-MM-dd")
        words = label(tr("Read from"))
        words.setBuddy(self.date_edit)
        self.date_edit.setAccessibleName(tr("Read from this date"))
        row.addStretch(1)
        row.addWidget(words)
        row.addWidget(self.date_edit)
        row.addWidget(button(tr("Read from this date"), self._read_from_date, kind="primary"))
        row.addWidget(button(tr("Close"), self.date_row.hide, kind="quiet"))
        self.date_row.hide()
        outer = self.layout()
        if isinstance(outer, QVBoxLayout):
            outer.insertWidget(1, self.date_row)

    def _wire_up(self) -> None:
        self.bar.view_chosen.connect(self.show_part)
        self.bar.range_chosen.connect(self._show_range)
        self.bar.chips.switched.connect(self.chart.set_channel_shown)
        self.bar.chips.chosen.connect(self.stack.set_channel)
        self.chart.settled.connect(self._say)
        self.chart.window_changed.connect(self._mark_range)
        self.stack.picked.connect(self._show_picked)
        self.workbench.meter_changed.connect(self._allow)
        self.workbench.job_changed.connect(self._allow)
        for place, view in enumerate((CHART, HEAT, "table"), start=1):
            QShortcut(QKeySequence(f"Alt+{place}"), self, lambda view=view: self.show_part(view))

    # --- the four states --------------------------------------------------------------------------------------

    def show_view(self, view: Any) -> None:
        if self.data is None:
            self.states.show_loading(tr("Laying out the load profile"))
        self.workbench.compute(lambda: profile_of(view), self._show_data, self._show_failed)
        self._allow()

    def show_no_view(self) -> None:
        self.data = None
        self.range_label.setText("")
        self._allow()
        super().show_no_view()

    def _show_data(self, data: ProfileData | None) -> None:
        if data is None:
            self._show_none(tr("The meter has recorded no interval yet."))
            return
        before, self.data = self.data, data
        self.stack.set_data(data)
        if before is None or before.series.channels != data.series.channels:
            self.bar.chips.set_channels(data.series.channels)
            self.bar.fold()
            self.show_part(self.bar.views.chosen)
        for channel in set(range(len(data.series.channels))) - self.bar.chips.shown:
            self.chart.set_channel_shown(channel, False)
        self._say(self.chart.window)
        self.states.show_full()
        self._allow()
        if self._tells_next:
            self._tells_next = False
            end = data.time.moment(data.end)
            words = tr("{count} intervals, up to {end}", count=f"{len(data):,}", end=f"{end:%Y-%m-%d %H:%M}")
            self.workbench.tell(tr("Load profile read: {words}", words=words))

    def _show_failed(self, error: FieldProError) -> None:
        self.data = None
        self._allow()
        if isinstance(error, TableUnresolved | UsageError):
            self._show_none(tr("It has not been read. A year of it takes some minutes through an optical probe."))
            return
        again = Choice(tr("Read it again"), self.read_all)
        tables = Choice(tr("Look at its tables"), lambda: self.workbench.go("tables", "64"))
        self.states.show_failed(explain(error, translate=tr), *([again, tables] if self._can_read() else [tables]))

    def _show_none(self, reason: str) -> None:
        self.data = None
        self._allow()
        if self._can_read():
            read = Choice(tr("Read the load profile"), self.read_all)
            self.states.show_empty(tr("No load profile yet"), reason, read, icon="load-profile")
            return
        connect = Choice(tr("Connect a meter"), lambda: self.workbench.go("connect"))
        self.states.show_empty(tr("No load profile in this read-out"), reason, connect, icon="load-profile")

    def _can_read(self) -> bool:
        return self.workbench.connected

    def _allow(self, _changed: object = None) -> None:
        """Buttons that can do something now."""
        self.read_button.setEnabled(self._can_read() and not self.workbench.jobs.busy)
        self.export_button.setEnabled(self.data is not None)

    # --- what is shown ----------------------------------------------------------------------------------------

    def show_part(self, view: str) -> None:
        """Chart, heat map or table."""
        self.bar.views.choose(view)
        self.stack.show_view(view)
        self.bar.chips.set_single(self.stack.channel if view == HEAT else None)
        self.bar.chips.setVisible(view != "table")
        self.bar.ranges.setVisible(view == CHART)
        self.bar.fold()
        self._show_hint(view)
        self._say(self.chart.window)

    def _show_hint(self, view: str) -> None:
        self.hint.setText(
            {
                CHART: tr(
                    "Wheel zooms time, Shift+wheel values, drag pans, double click resets. "
                    "Keys: \u2190 \u2192 pan, + \u2212 zoom, \u2191 \u2193 values, Ctrl+\u2190 \u2192 cursor, 0 reset."
                ),
                HEAT: tr("Each column is a day, each row an interval. Click or press Enter to see it in the chart."),
            }.get(view, tr("Newest first. Times are the ends of intervals on the meter's clock."))
        )

    def _show_range(self, key: str) -> None:
        window = self.chart.window
        if window is not None:
            self.chart.set_window(window.whole() if key == WHOLE else window.days(RANGES_DAYS[key]))
            self.chart.setFocus(Qt.FocusReason.OtherFocusReason)

    def _mark_range(self, window: TimeWindow) -> None:
        """Press the button of the range that is shown, if one is."""
        days = next((key for key, days in RANGES_DAYS.items() if abs(window.span - days * DAY_S) < 60), "")
        self.bar.ranges.choose(WHOLE if window.is_whole else days)

    def _show_picked(self, index: int) -> None:
        if self.chart.window is not None:
            self.chart.set_window(self.chart.window.days(7))
        self.show_part(CHART)
        self.chart.show_index(index)
        self.chart.setFocus(Qt.FocusReason.OtherFocusReason)

    def _say(self, window: TimeWindow | None) -> None:
        """The line of summary: of what the chart shows, or of everything in the other views."""
        data = self.data
        if data is None or window is None:
            return
        left, right = (window.left, window.right) if self.bar.views.chosen == CHART else (data.start, data.end)
        self.summary.set_text(summary_line(data, summarize(data, left, right)))
        zone = data.zone or tr("on the meter's clock")
        self.range_label.setText(f"{range_words(data, left, right)}, {zone}")

    def visited(self, place: str = "") -> None:
        """`place` is a moment on the meter's clock, in ISO form."""
        if place and self.data is not None:
            seconds = (datetime.fromisoformat(place) - datetime(1970, 1, 1)).total_seconds()
            self.show_part(CHART)
            self.chart.show_index(self.data.nearest(self.data.time.x(seconds)))

    def set_theme(self, look: Look) -> None:
        super().set_theme(look)
        self.bar.set_look(look)
        self.stack.set_look(look)
        dress(self, look)

    # --- export -----------------------------------------------------------------------------------------------

    def export(self) -> None:
        """Save what the chart shows as CSV; everything, from the other views."""
        data, window = self.data, self.chart.window
        if data is None or window is None:
            return
        whole = self.bar.views.chosen != CHART
        series = data.series if whole else part(data, window.left, window.right)
        identity = None if self.workbench.readout is None else self.workbench.readout.identity

        def save(path: Any) -> None:
            self.workbench.compute(
                lambda: save_csv(path, series),
                lambda count: self.workbench.tell(
                    tr("Saved {count} intervals in {path}", count=f"{count:,}", path=str(path))
                ),
            )

        self.choose_file(self, tr("Export the load profile"), file_name(identity, series), tr("CSV (*.csv)"), save)

    # --- reading ----------------------------------------------------------------------------------------------

    def read_all(self) -> None:
        self._read(None)

    def read_new(self) -> None:
        """What the meter recorded since the newest interval that is shown; all of it when none is."""
        if self.data is None:
            self._read(None)
        else:
            self._read(self.data.time.moment(self.data.end))

    def ask_date(self) -> None:
        if self.data is not None:
            newest = self.data.time.moment(self.data.end).date() - timedelta(days=1)
            self.date_edit.setDate(QDate(newest.year, newest.month, newest.day))
        self.date_row.show()
        self.date_edit.setFocus(Qt.FocusReason.OtherFocusReason)

    def _read_from_date(self) -> None:
        self.date_row.hide()
        chosen = self.date_edit.date()
        self._read(datetime(chosen.year(), chosen.month(), chosen.day()))

    def _read(self, since: datetime | None) -> None:
        """Read from a time on (None: everything the meter holds), as a job."""
        data = self.data
        newest = None if data is None else data.time.moment(data.end)
        base = self.workbench.readout
        reading = ProfileRead(self.workbench.settings.operator, base, since=since, newest=newest)

        def got(fresh: ReadOut) -> None:
            self._tells_next = True
            self.workbench.merge(reading.result(fresh))

        def failed(error: FieldProError) -> None:
            so_far = reading.so_far()
            if so_far is not None:
                self.workbench.merge(so_far)
            self.workbench.fail(error, conversation=True)

        self.workbench.submit(tr("Reading the load profile"), reading.conversation, then=got, failed=failed)

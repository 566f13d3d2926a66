"""The window: rail, meter bar, page, job bar. It brings them together and holds no work of its own."""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property, partial
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QSize, Qt, QTimer, Signal
from PySide6.QtGui import QCloseEvent, QGuiApplication, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QApplication, QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from fieldpro.gui import density, roles
from fieldpro.gui.action_set import ActionSet
from fieldpro.gui.actions import METER_MENU
from fieldpro.gui.attendance import Presence
from fieldpro.gui.job_bar import JobBar
from fieldpro.gui.lock_screen import LockScreen
from fieldpro.gui.look import Look
from fieldpro.gui.meter_bar import MeterBar
from fieldpro.gui.models.entries import Entry
from fieldpro.gui.page import Page
from fieldpro.gui.parts import rule
from fieldpro.gui.rail import Rail
from fieldpro.gui.registry import PAGES, entry
from fieldpro.gui.snapshot import virtual_meter_of_what_is_shown
from fieldpro.gui.standing import JobOutcome, JobState, MeterState, Standing
from fieldpro.gui.trouble import Trouble
from fieldpro.gui.words import tr
from fieldpro.gui.workbench import Workbench

if TYPE_CHECKING:
    from fieldpro.gui.palette import CommandPalette

NARROW_BELOW_PX = 1120  # below it the rail shows icons only


class Window(QWidget):
    """One window on one workbench. `painted` once, after the first paint: what is heavy may be loaded then."""

    painted = Signal()
    look_changed = Signal(object)  # Look

    def __init__(self, workbench: Workbench) -> None:
        super().__init__()
        self.workbench = workbench
        self.pages: dict[str, Page] = {}
        self.page_id = ""
        self._stale: set[str] = set()  # pages that show an earlier view
        self._first_paint = True
        self.closed_in_time: bool | None = None  # once closed: whether the job had logged off by then
        self._rail_choice: bool | None = None  # None: by the width of the window
        self._tables: list[tuple[int, str]] = []
        self.setWindowTitle("FieldPro")
        self.setMinimumSize(QSize(800, 560))
        self._dress_program(workbench.look)  # before anything is built, or it is all dressed twice
        self._build()
        self.actions_ = ActionSet(self, self._handlers())
        self.lock_screen = LockScreen(self, workbench.attendance)
        self.meter_bar.set_menu([self.actions_.by_id[action] for action in METER_MENU])
        self._listen()
        self._dress_frame(workbench.look)
        self._meter_changed(workbench.meter)
        self.go("connect")

    # --- pages ------------------------------------------------------------------------------------------------

    def go(self, page_id: str, place: str = "") -> None:
        """Show a page; it is built on its first visit."""
        if page_id not in self.pages:
            self._build_page(page_id)
        self.page_id = page_id
        self._refresh(page_id)
        page = self.pages[page_id]
        self.stack.setCurrentWidget(page)
        self.rail.show_page(page_id)
        self.meter_bar.offer_save(page_id != "overview")
        page.visited(place)

    @property
    def page(self) -> Page:
        return self.pages[self.page_id]

    def set_look(self, look: Look) -> None:
        """Change theme or density everywhere at once."""
        self.workbench.look = look
        self._dress_program(look)
        self._dress_frame(look)
        for page in self.pages.values():
            page.set_theme(look)
        self.look_changed.emit(look)

    @staticmethod
    def _dress_program(look: Look) -> None:
        app = QApplication.instance()
        if isinstance(app, QApplication):
            look.apply(app)

    def _dress_frame(self, look: Look) -> None:
        self.rail.set_look(look)
        self.meter_bar.set_look(look)
        self.job_bar.set_look(look)
        self.actions_.set_look(look, METER_MENU)
        self.lock_screen.set_look(look)

    def set_tables(self, tables: list[tuple[int, str]]) -> None:
        """The tables the command palette knows: number and title."""
        self._tables = tables

    # --- Qt ---------------------------------------------------------------------------------------------------

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        if self._first_paint:
            self._first_paint = False
            QTimer.singleShot(0, self.painted.emit)  # once what was painted is on the screen

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit_rail()

    def closeEvent(self, event: QCloseEvent) -> None:
        """Ask the job to stop, wait a bounded time for it to log off, close."""
        self.hide()
        self.closed_in_time = self.workbench.close()
        super().closeEvent(event)

    # --- building ---------------------------------------------------------------------------------------------

    def _build(self) -> None:
        self.rail, self.meter_bar, self.job_bar = Rail(), MeterBar(), JobBar()
        self.stack = QStackedWidget()
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        row.addWidget(self.rail)
        column = QVBoxLayout()
        column.setSpacing(0)
        column.addWidget(self.meter_bar)
        column.addWidget(rule())
        column.addWidget(self.stack, 1)
        self._job_rule = rule()
        self._job_rule.hide()
        column.addWidget(self._job_rule)
        column.addWidget(self.job_bar)
        row.addLayout(column, 1)

    def _build_page(self, page_id: str) -> None:
        page = entry(page_id).build(self.workbench)
        self.pages[page_id] = page
        self.stack.addWidget(page)
        page.set_theme(self.workbench.look)
        self._stale.add(page_id)

    def _listen(self) -> None:
        bench = self.workbench
        self.rail.page_chosen.connect(self.go)
        self.rail.palette_wanted.connect(self._open_palette)
        self.meter_bar.connect_wanted.connect(lambda: self.go("connect"))
        self.meter_bar.save_wanted.connect(bench.save)
        self.job_bar.cancel_wanted.connect(bench.cancel)
        bench.go_requested.connect(self.go)
        bench.view_changed.connect(self._view_changed)
        bench.meter_changed.connect(self._meter_changed)
        bench.job_changed.connect(self._job_changed)
        bench.told.connect(self._told)
        bench.troubled.connect(self._troubled)
        bench.look_wanted.connect(self._look_wanted)
        bench.attendance.changed.connect(self._attendance_changed)
        bench.attendance.remaining_changed.connect(self.meter_bar.show_remaining)
        self.rail.who_wanted.connect(lambda: self.go("users"))
        bench.action_wanted.connect(lambda action: self.actions_.by_id[action].trigger())

    def _handlers(self) -> dict[str, Callable[[], object]]:
        bench = self.workbench
        handlers: dict[str, Callable[[], object]] = {f"go.{page.id}": partial(self.go, page.id) for page in PAGES}
        handlers |= {
            "meter.connect": lambda: self.go("connect"),
            "meter.virtual": bench.connect_virtual,
            "meter.disconnect": bench.disconnect_meter,
            "meter.read": bench.read_essentials,
            "meter.read-all": bench.read,
            "meter.save": bench.save,
            "meter.snapshot": lambda: virtual_meter_of_what_is_shown(bench),
            "meter.copy-serial": self._copy_serial,
            "job.cancel": bench.cancel,
            "who.lock": bench.attendance.lock,
            "who.sign-out": bench.attendance.sign_out,
            "palette.open": self._open_palette,
            "banners.clear": lambda: self.page.banners.clear(),
            "help.page": lambda: self.go("help", self.page_id),
            "view.rail": self._toggle_rail,
            "view.full-screen": self._toggle_full_screen,
            "app.quit": self.close,
        }
        for theme in roles.THEMES:
            handlers[f"view.theme-{theme.name}"] = partial(bench.set_setting, "theme", theme.name)
        for one in density.DENSITIES:
            handlers[f"view.density-{one.name}"] = partial(bench.set_setting, "density", one.name)
        return handlers

    @cached_property
    def palette_(self) -> CommandPalette:
        """The command palette, made when it is first wanted."""
        from fieldpro.gui.palette import CommandPalette

        made = CommandPalette(self)
        made.search_wanted.connect(self._search_records)
        return made

    # --- what the workbench says ------------------------------------------------------------------------------

    def _view_changed(self, view: object) -> None:
        """The page in front follows at once, the others when they are visited."""
        self._stale = set(self.pages)
        self._refresh(self.page_id)
        self._set_possible()

    def _refresh(self, page_id: str) -> None:
        if page_id not in self._stale:
            return
        self._stale.discard(page_id)
        page, view = self.pages[page_id], self.workbench.view
        if view is None:
            page.show_no_view()
        else:
            page.show_view(view)

    def _meter_changed(self, meter: MeterState) -> None:
        self.meter_bar.show_state(meter)
        who = "" if meter.identity is None else f"{meter.identity.model} {meter.identity.serial} - "
        self.setWindowTitle(f"{who}FieldPro")
        self._set_possible()

    def _job_changed(self, job: JobState) -> None:
        self.job_bar.show_job(job)
        self._set_possible()

    def _attendance_changed(self) -> None:
        """Another one works here: what is offered follows."""
        signed_in = self.workbench.attendance.signed_in
        name = signed_in.name if signed_in is not None and not signed_in.is_open else ""
        self.workbench.settings.acting = name
        self.rail.show_who(name)
        self._set_possible()
        self.workbench.meter_changed.emit(self.workbench.meter)

    def _told(self, text: str, job: str) -> None:
        self.job_bar.tell(text, job or tr("Done"))

    def _troubled(self, trouble: Trouble) -> None:
        self.page.show_trouble(trouble)

    def _look_wanted(self, theme: str, density_name: str) -> None:
        self.set_look(Look(roles.theme(theme), density.density(density_name)))

    def _set_possible(self) -> None:
        job = self.workbench.jobs.job
        have = {
            "meter": self.workbench.meter.standing is Standing.CONNECTED,
            "view": self.workbench.view is not None,
            "job": job is not None and job.outcome is JobOutcome.RUNNING,
            "user": self.workbench.attendance.presence is Presence.HERE,
        }
        self.actions_.set_possible({name for name, there in have.items() if there})

    # --- actions ----------------------------------------------------------------------------------------------

    def _open_palette(self) -> None:
        entries = self.actions_.entries()
        for number, title in self._tables:
            entries.append(Entry(title, tr("Table"), partial(self.go, "tables", str(number)), hint=str(number)))
        for page_id, page in self.pages.items():
            for place, title, kind in page.places():
                entries.append(Entry(title, kind, partial(self.go, page_id, place)))
        self.palette_.open_with(entries, self.workbench.look)

    def _search_records(self, text: str) -> None:
        def found(records: list[Any]) -> None:
            self.palette_.add_found(text, [self._record_entry(record) for record in records])

        self.workbench.store(lambda store: store.find(text, limit=8), found)

    def _record_entry(self, record: Any) -> Entry:
        identity, number = record.identity, record.id
        title = (
            f"{identity.manufacturer} {identity.model} {identity.serial}, {record.ended_at.astimezone():%Y-%m-%d %H:%M}"
        )
        return Entry(title, tr("Record"), lambda: self.workbench.open_record(number), hint=str(number))

    def _copy_serial(self) -> None:
        identity = self.workbench.meter.identity
        if identity is not None:
            QGuiApplication.clipboard().setText(identity.serial)
            self.workbench.tell(tr("Copied {serial}", serial=identity.serial))

    def _toggle_rail(self) -> None:
        self._rail_choice = not self.rail.narrow
        self._fit_rail()

    def _toggle_full_screen(self) -> None:
        if self.windowState() & Qt.WindowState.WindowFullScreen:
            self.showNormal()
        else:
            self.showFullScreen()

    def _fit_rail(self) -> None:
        narrow = self.width() < NARROW_BELOW_PX if self._rail_choice is None else self._rail_choice
        if narrow != self.rail.narrow:
            self.rail.set_narrow(narrow)

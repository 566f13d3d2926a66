"""Request: a request made by hand, its exact bytes before and after, the last answers.

A page of its own beside Tables: Tables is about what a table holds, this is about what is said. A read goes out exactly
as it was built, once or again and again. A write goes out exactly as it was built too, but on the road of every write:
what is there is read first, the difference is shown and confirmed, journalled, and read back.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import QDoubleSpinBox, QHBoxLayout, QSplitter, QVBoxLayout, QWidget

from fieldpro.errors import FieldProError
from fieldpro.gui.look import Look
from fieldpro.gui.models.request_builder import Built, Link, Typed, build
from fieldpro.gui.page import Page
from fieldpro.gui.pages.program_work import Done
from fieldpro.gui.pages.request_answers_view import AnswersView
from fieldpro.gui.pages.request_form import RequestForm
from fieldpro.gui.pages.request_work import Asking, LookingByHand, save_answers
from fieldpro.gui.pages.tables_writing import Writer
from fieldpro.gui.parts import button, label, number_field, scrolling
from fieldpro.gui.save_file import choose_file
from fieldpro.gui.standing import Standing
from fieldpro.gui.words import tr
from fieldpro.security.rights import Right

if TYPE_CHECKING:
    from fieldpro.gui.workbench import Workbench

BUILD_MS = 40  # after the last key
SHOW_MS = 100  # answers are shown so often at most
FORM_PX, ANSWERS_PX = 400, 660
LEAST_FORM_PX = 360
BEFORE_LOG_ON = 3  # identification, negotiation, log-on go before the first request of a session
FIRST_TABLE = "1"
FILES = "CSV (*.csv);;Tape (*.tape)"


class RequestPage(Page):
    """See the module. `built` is the request as it stands, None while it is being made."""

    needs_meter = True

    def __init__(self, workbench: Workbench) -> None:
        super().__init__(workbench, tr("Request"))
        self.built: Built | None = None
        self.asking: Asking | None = None
        self.writing: Built | None = None
        self._view: Any = None
        self.form = RequestForm(self.look)
        self.form.changed.connect(self._changed)
        self.form.read_wanted.connect(self._read)
        self.answers_view = AnswersView(workbench, self.look, self._allow)
        self.writer = Writer(self)
        self.writer.done.connect(self._written)
        self.writer.ended.connect(self._allow)
        self._build_timer = QTimer(self, singleShot=True, interval=BUILD_MS)
        self._build_timer.timeout.connect(self._build)
        self._show_timer = QTimer(self, singleShot=True, interval=SHOW_MS)
        self._show_timer.timeout.connect(self.answers_view.show_new)
        splitter = QSplitter(Qt.Orientation.Horizontal)
        splitter.setChildrenCollapsible(False)
        splitter.setHandleWidth(16)
        splitter.addWidget(self._make_left())
        splitter.addWidget(self._make_right())
        splitter.setSizes([FORM_PX, ANSWERS_PX])
        splitter.setStretchFactor(1, 1)
        self.body_layout.addWidget(splitter, 1)
        self.form.fill(Typed("full-read", table=FIRST_TABLE))
        workbench.meter_changed.connect(lambda _meter: self._allow())
        workbench.job_changed.connect(lambda _job: self._allow())
        self.show_no_view()

    def _make_left(self) -> QWidget:
        side = QWidget()
        side.setMinimumWidth(LEAST_FORM_PX)
        column = self._left = QVBoxLayout(side)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        column.addWidget(scrolling(self.form), 3)
        column.addWidget(label(tr("What will go out"), type="heading"))
        column.addWidget(self.form.goes_out, 2)
        column.addWidget(self.form.about)
        self.said = label(tone="warn", wrap=True)
        column.addWidget(self.said)
        self.times = number_field(0, 0, 1_000_000)
        self.times.setSpecialValueText(tr("until stopped"))
        self.times.setAccessibleName(tr("How often"))
        self.times.setSuffix(tr(" times"))
        self.interval = QDoubleSpinBox()
        self.interval.setRange(0.0, 3600.0)
        self.interval.setDecimals(1)
        self.interval.setValue(1.0)
        self.interval.setPrefix(tr("every "))
        self.interval.setSuffix(" s")
        self.interval.setAccessibleName(tr("Interval"))
        self.interval.lineEdit().setTextMargins(8, 0, 8, 0)
        self.repeat_button = button(tr("Repeat"), self.repeat)
        self.stop_button = button(tr("Stop"), self.stop, icon="cancel")
        self.send_button = button(tr("Send"), self.send, kind="primary", icon="sent")
        again = QHBoxLayout()
        again.setSpacing(8)
        again.addWidget(self.times, 1)
        again.addWidget(self.interval, 1)
        again.addStretch(0)
        again.addWidget(self.repeat_button)
        again.addWidget(self.stop_button)
        again.addWidget(self.send_button)
        column.addLayout(again)
        return side

    def _make_right(self) -> QWidget:
        side = QWidget()
        column = QVBoxLayout(side)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        head = QHBoxLayout()
        head.setSpacing(8)
        head.addWidget(label(tr("The last answers"), type="heading"))
        head.addStretch(1)
        self.again_button = button(tr("Take this request"), self._take, kind="quiet")
        self.clear_button = button(tr("Clear"), self.answers_view.clear, kind="quiet")
        self.save_button = button(tr("Save answers"), self.ask_where, icon="save")
        for made in (self.again_button, self.clear_button, self.save_button):
            head.addWidget(made)
        column.addLayout(head)
        column.addWidget(self.answers_view, 1)
        return side

    # --- the page ---------------------------------------------------------------------------------------------

    def set_theme(self, look: Look) -> None:
        super().set_theme(look)
        self.form.set_look(look)
        self.answers_view.set_look(look)

    def show_view(self, view: Any) -> None:
        self._view = view
        if self.built is None:
            self.states.show_loading(tr("Laying out the tables"))
        self._build()
        self.form.offer_names(view.tables.dictionary.by_name)

    def show_no_view(self) -> None:
        self._view, self.built = None, None
        super().show_no_view()

    def visited(self, place: str = "") -> None:
        """`place` is a table's number, or "service table"."""
        if place:
            service, _, table = place.rpartition(" ")
            self.form.fill(Typed(service or "full-read", table=table))
            self.form.service.setFocus()

    # --- building ---------------------------------------------------------------------------------------------

    def _changed(self) -> None:
        """What stands in the fields is not what was built any more: nothing can be sent until it is."""
        self.built = None
        self._build_timer.start()
        self._allow()

    def link(self) -> Link:
        """What was agreed with this meter when it was read."""
        readout = self.workbench.readout
        agreed = {} if readout is None else readout.link
        said = BEFORE_LOG_ON + (self.workbench.session_password is not None)
        return Link(int(agreed.get("packet_size", 64)), int(agreed.get("packet_count", 1)), said)

    def _build(self) -> None:
        view = self._view
        if view is None:
            return
        typed, link = self.form.typed, self.link()
        self.workbench.compute(lambda: build(typed, view.tables, link), self._show_built, self._cannot_build)

    def _cannot_build(self, error: FieldProError) -> None:
        self.states.show_failed(self.explain(error))

    def _show_built(self, built: Built) -> None:
        self.states.show_full()
        if built.typed != self.form.typed:
            return
        self.built = built
        if built.service.is_write:
            self.form.show_layout(built, self._held(built))
        link = self.link()
        words = tr("of at most {size} bytes", size=f"{link.packet_size:,}")
        self.form.show_built(built, words)
        self._allow()

    def _held(self, built: Built) -> bytes:
        """What was read of the table or element that is to be written."""
        readout, layout = self.workbench.readout, built.layout
        reading = None if readout is None or built.table is None else readout.tables.get(built.table)
        if reading is None or layout is None or reading.parts:
            return b""
        offset = 0
        if isinstance(built.place, int):
            offset = built.place
        elif built.place is not None:
            try:
                offset = layout.locate_index(built.place).offset
            except FieldProError:
                return b""
        size = 0 if built.data_layout is None else built.data_layout.size
        return reading.data[offset : offset + size]

    def _read(self) -> None:
        """Read the table that is to be written."""
        if self.built is not None and self.built.table is not None and self.workbench.connected:
            self.workbench.read([self.built.table])

    def _allow(self) -> None:
        built, bench = self.built, self.workbench
        why_not = self._why_not()
        running = self.asking is not None
        is_write = built is not None and built.service.is_write
        self.send_button.setEnabled(not why_not)
        self.send_button.setText(tr("Compare and write") if is_write else tr("Send"))
        self.send_button.setToolTip(why_not)
        self.send_button.setAccessibleDescription(why_not)
        self.repeat_button.setEnabled(not why_not and not is_write)
        self.repeat_button.setVisible(not running and not is_write)
        self._left.setStretch(0, 8 if is_write else 3)  # what is written takes room
        self.form.about.setVisible(not is_write)
        self.times.setVisible(not is_write)
        self.interval.setVisible(not is_write)
        self.stop_button.setVisible(running)
        self.said.setText(why_not if bench.meter.standing is not Standing.CONNECTED or running else "")
        self.said.setVisible(bool(self.said.text()) and not running)
        some = bool(self.answers_view.answers.kept)
        self.save_button.setEnabled(some and bench.allowed(Right.EXPORT))
        self.clear_button.setEnabled(some and not running)
        self.again_button.setEnabled(self.answers_view.answer is not None)

    def _why_not(self) -> str:
        built, bench = self.built, self.workbench
        if built is None or built.request is None:
            return tr("It is not a request yet.")
        if built.why_not_sent:
            return built.why_not_sent
        if built.service.is_write:
            return self.writer.why_not()
        if bench.meter.standing is not Standing.CONNECTED or not bench.connected:
            return tr("Connect the meter to send it.")
        if not bench.allowed(Right.READ):
            return tr("Your role may not read meters.")
        return tr("A job is running.") if bench.jobs.busy else ""

    # --- asking -----------------------------------------------------------------------------------------------

    def send(self) -> None:
        """Once. A write is compared and confirmed first."""
        built = self.built
        if built is None or self._why_not():
            return
        if built.service.is_write:
            self.writing = built
            bench = self.workbench
            looking = LookingByHand(built, bench.settings.operator, bench.readout)
            self.writer.look(tr("Comparing with the meter"), looking.conversation)
            return
        self._ask(built, 1, 0.0)

    def repeat(self) -> None:
        """So often, or until it is stopped."""
        built = self.built
        if built is not None and not self._why_not() and not built.service.is_write:
            self._ask(built, self.times.value() or None, self.interval.value())

    def stop(self) -> None:
        """End it, at once."""
        if self.asking is not None:
            self.asking.stop.set()
            self.workbench.cancel()

    def _ask(self, built: Built, times: int | None, interval_s: float) -> None:
        bench = self.workbench
        identity = None if bench.readout is None else bench.readout.identity

        def took(reply: bytes, at_s: float, took_s: float, error: str) -> None:
            bench.bridge.post(lambda: self._take_answer(built, reply, at_s, took_s, error))

        asking = Asking(built, identity, bench.rights, took, times, interval_s)
        ticket = bench.submit(built.title, asking.conversation, then=lambda _count: self._ended(), failed=self._failed)
        self.asking = None if ticket is None else asking
        self._allow()

    def _take_answer(self, built: Built, reply: bytes, at_s: float, took_s: float, error: str) -> None:
        self.answers_view.answers.add(built, built.message, reply, at_s, took_s, error)
        if not self._show_timer.isActive():
            self._show_timer.start()

    def _ended(self) -> None:
        self.asking = None
        self._allow()

    def _failed(self, error: FieldProError) -> None:
        self._ended()
        self.workbench.fail(error, conversation=True)

    def _written(self, done: Done) -> None:
        """The write stands among the answers; its packets are those of that time."""
        built, self.writing = self.writing, None
        written = done.written
        if built is None or written.change_set.purpose != "write":
            return
        took_s = (written.ended_at - written.started_at).total_seconds()
        at_s = written.started_at.timestamp()
        self.answers_view.answers.add(built, built.message, b"\0", at_s, took_s)
        self.answers_view.show_new()

    def _take(self) -> None:
        """The request of the answer in hand into the fields again."""
        answer = self.answers_view.answer
        if answer is not None:
            self.form.fill(answer.built.typed)

    # --- saving -----------------------------------------------------------------------------------------------

    def ask_where(self) -> None:
        choose_file(self, tr("Save the answers"), "answers.csv", FILES, self.save)

    def save(self, path: Path) -> None:
        bench = self.workbench
        answers, readout = self.answers_view.shown, bench.readout
        bench.at_store(
            lambda: save_answers(answers, readout, path, bench.settings.operator, bench.rights),
            lambda where: bench.tell(tr("Saved as {file}", file=where)),
        )

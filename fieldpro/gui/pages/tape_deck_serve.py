"""The tape as a meter: where it listens, in which order it answers, what goes wrong on request, and how far it is.

Serving.start(tape, ServeOrder(...))    a server in a thread of its own; `said` what it does, ten times a second
ServePanel                              the card that asks for it, and shows it
"""

from __future__ import annotations

import sys
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from threading import Lock
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, QTimer, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QLineEdit, QVBoxLayout, QWidget

from fieldpro.errors import FieldProError, PortGone
from fieldpro.gui.fields import Choose, above
from fieldpro.gui.figures import grouped
from fieldpro.gui.look import Look
from fieldpro.gui.parts import Elided, Pill, button, dress, label
from fieldpro.gui.words import mark, tr
from fieldpro.simulator.fault_kinds import ANSWER_FAULTS, Value

if TYPE_CHECKING:
    from fieldpro.gui.workbench import Workbench
    from table_playback.serve import Mismatch, TapeMeter
    from table_playback.tape import Tape

TICK_MS = 100
SHOWN = 5  # mismatches in the panel, the newest first
INSIDE, PTY, TCP = "inside", "pty", "tcp"
INSIDE_URL = "tape:inside:"
WHERES = (
    (INSIDE, mark("In this program")),
    (PTY, mark("A serial port of this computer")),
    (TCP, mark("A network port of this computer")),
)
ORDERS = (("free", mark("Free: any table, any order")), ("strict", mark("Strict: in the order of the tape")))
TIMINGS = (("fast", mark("At once")), ("recorded", mark("As slow as recorded")))
AT_STEP, AT_RANDOM = "step", "random"


@dataclass(frozen=True, slots=True)
class ServeOrder:
    """What is asked for. `faults` as `fieldpro.simulator.faults` spells them."""

    where: str = INSIDE
    order: str = "free"
    timing: str = "fast"
    faults: str = ""
    seed: int | None = None


@dataclass(frozen=True, slots=True)
class Served:
    """How it stands: the step that was answered last, how many answers, how often it was asked out of turn."""

    step: int = 0
    answers: int = 0
    mismatches: int = 0
    newest: tuple[str, ...] = ()


class Serving(QObject):
    """At most one tape at a time. `began(url)`, `said(Served)`, `ended(error or None)`."""

    began = Signal(str, object)  # URL, remarks
    said = Signal(object)
    ended = Signal(object)

    def __init__(self, workbench: Workbench, parent: QObject) -> None:
        super().__init__(parent)
        self._bench = workbench
        self.url = ""
        self._meter: TapeMeter | None = None
        self._server: Any = None
        self._starting = 0
        self._lock = Lock()
        self._newest: deque[str] = deque(maxlen=SHOWN)
        self._step = self._mismatches = 0
        self._ticker = QTimer(self)
        self._ticker.setInterval(TICK_MS)
        self._ticker.timeout.connect(self._tick)

    @property
    def is_on(self) -> bool:
        return self._server is not None or self._starting > 0

    def start(self, tape: Callable[[], Tape], order: ServeOrder) -> None:
        """Make the meter and open its port, in the lane of ports; `tape` is called there."""
        if self.is_on:
            return
        self._starting += 1
        self._newest.clear()
        self._step = self._mismatches = 0
        self._bench.look_at_ports(lambda _desk: self._open(tape(), order), self._opened, self._failed)

    def stop(self) -> None:
        """End it and give the port back."""
        self._starting = 0
        self._ticker.stop()
        server, self._server, self._meter = self._server, None, None
        if server is not None:
            self._bench.look_at_ports(lambda _desk: server.close(), lambda _none: None)
        if self.url:
            self.url = ""
            self.ended.emit(None)

    def rewind(self) -> None:
        """Strictly: from the first step again."""
        if self._meter is not None:
            self._meter.rewind()
            self._step = 0

    # --- in the lane of ports, and in the thread of the server ------------------------------------------------

    def _open(self, tape: Tape, order: ServeOrder) -> tuple[Any, TapeMeter, str]:
        from fieldpro.simulator.serve import PtyServer, TcpServer
        from table_playback.serve import meter_of_tape
        from table_playback.serve.inside import serve

        meter = meter_of_tape(
            tape,
            order=order.order,  # type: ignore[arg-type]  # one of ORDERS
            timing=order.timing,  # type: ignore[arg-type]  # one of TIMINGS
            faults=order.faults,
            seed=order.seed,
            on_step=self._answered,
            on_mismatch=self._mismatched,
        )
        if order.where == INSIDE:
            inside = serve(meter)
            return inside, meter, inside.url
        if order.where == PTY:
            pty = PtyServer(meter)
            return pty, meter, pty.path
        tcp = TcpServer(meter)
        return tcp, meter, tcp.url

    def _answered(self, number: int) -> None:
        self._step = number

    def _mismatched(self, mismatch: Mismatch) -> None:
        with self._lock:
            self._mismatches += 1
            self._newest.appendleft(str(mismatch))

    # --- in the GUI thread ------------------------------------------------------------------------------------

    def _opened(self, made: tuple[Any, TapeMeter, str]) -> None:
        server, meter, url = made
        if not self._starting:  # stopped meanwhile
            self._bench.look_at_ports(lambda _desk: server.close(), lambda _none: None)
            return
        self._starting = 0
        self._server, self._meter, self.url = server, meter, url
        self._ticker.start()
        self.began.emit(url, meter.remarks)
        self._tick()

    def _failed(self, error: FieldProError) -> None:
        self._starting = 0
        self.ended.emit(error)

    def _tick(self) -> None:
        meter, server = self._meter, self._server
        if meter is None:
            return
        if not server.is_serving:
            self._server = self._meter = None
            self._ticker.stop()
            self.url = ""
            self.ended.emit(PortGone(server.name))
            return
        with self._lock:
            newest = tuple(self._newest)
        self.said.emit(Served(self._step, meter.answers_given, self._mismatches, newest))


class ServePanel(QFrame):
    """`start_wanted(ServeOrder)`, `stop_wanted`, `connect_wanted`, `closed`."""

    start_wanted = Signal(object)
    stop_wanted = Signal()
    connect_wanted = Signal()
    rewind_wanted = Signal()
    closed = Signal()

    def __init__(self, look: Look) -> None:
        super().__init__()
        self.setProperty("kind", "card")
        self.setAccessibleName(tr("The tape as a meter"))
        self._look = look
        outer = QVBoxLayout(self)
        outer.setContentsMargins(16, 10, 12, 12)
        outer.setSpacing(8)
        self.asking = self._build_asking()
        self.running = self._build_running()
        outer.addWidget(self.asking)
        outer.addWidget(self.running)
        self.show_running("")
        self._look_at_faults()

    # --- asking -----------------------------------------------------------------------------------------------

    def _build_asking(self) -> QWidget:
        made = QWidget()
        column = QVBoxLayout(made)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        self.where = self._choose(tr("Where it listens"), [each for each in WHERES if _is_here(each[0])])
        self.order = self._choose(tr("In which order"), ORDERS)
        self.timing = self._choose(tr("How fast"), TIMINGS)
        self.fault = Choose(tr("What goes wrong"), lambda _kind: self._look_at_faults())
        self.fault.offer([("", tr("Nothing")), *((kind.name, tr(kind.title)) for kind in ANSWER_FAULTS)], "")
        self.when = Choose(tr("When"), lambda _when: self._look_at_faults())
        self.when.offer([(AT_STEP, tr("At the step")), (AT_RANDOM, tr("At random, of 100"))], AT_STEP)
        self.place = QLineEdit("1")
        self.place.setAccessibleName(tr("Which step, or how many of a hundred"))
        self.value = QLineEdit()
        self.value.setAccessibleName(tr("Seconds"))
        self.seed = QLineEdit()
        self.seed.setAccessibleName(tr("Seed"))
        self.seed.setPlaceholderText(tr("any"))
        self.faults_field = QLineEdit()
        self.faults_field.setAccessibleName(tr("Faults"))
        self.faults_field.setPlaceholderText(tr("none"))
        self.add_button = button(tr("Add the fault"), self._add_fault)
        self.start_button = button(tr("Serve"), self._start, kind="primary", icon="virtual")
        first, second = QHBoxLayout(), QHBoxLayout()
        for row in (first, second):
            row.setSpacing(8)
        first.addWidget(label(tr("The tape as a meter"), type="strong"))
        first.addStretch(1)
        first.addWidget(button(tr("Close"), self.closed.emit, kind="quiet", icon="close"))
        column.addLayout(first)
        third = QHBoxLayout()
        third.setSpacing(8)
        for words, field in (
            (tr("Where"), self.where),
            (tr("Order"), self.order),
            (tr("How fast"), self.timing),
        ):
            third.addLayout(above(words, field), 1)
        third.addLayout(above(" ", self.start_button))
        column.addLayout(third)
        self._places: dict[QWidget, QLabel] = {}
        for words, entry, width in (
            (tr("What goes wrong"), self.fault, 0),
            (tr("When"), self.when, 0),
            (tr("Step"), self.place, 72),
            (tr("Seconds"), self.value, 72),
        ):
            if width:
                entry.setFixedWidth(width)
            second.addLayout(above(words, entry))
        second.addLayout(above(" ", self.add_button))
        second.addLayout(above(tr("Faults"), self.faults_field), 1)
        self.seed.setFixedWidth(88)
        second.addLayout(above(tr("Seed"), self.seed))
        column.addLayout(second)
        self.help = label(type="small", tone="weak", wrap=True)
        column.addWidget(self.help)
        self.help.hide()
        return made

    @staticmethod
    def _choose(name: str, choices: Any) -> Choose:
        made = Choose(name)
        made.offer([(value, tr(text)) for value, text in choices], choices[0][0])
        made.setMinimumContentsLength(14)
        return made

    def _look_at_faults(self) -> None:
        kind = next((each for each in ANSWER_FAULTS if each.name == self.fault.chosen), None)
        self.add_button.setEnabled(kind is not None)
        self.value.setEnabled(kind is not None and kind.value is Value.SECONDS)
        self.value.setText("" if kind is None or kind.value is not Value.SECONDS else f"{kind.default:g}")
        at_random = self.when.chosen == AT_RANDOM
        self.seed.setEnabled(True)
        self.help.setText("" if kind is None else tr(kind.help))
        self.help.setVisible(kind is not None)
        if at_random and self.place.text() == "1":
            self.place.setText("5")

    def _add_fault(self) -> None:
        text = fault_text(self.fault.chosen, self.when.chosen, self.place.text(), self.value.text())
        said = self.faults_field.text().strip()
        self.faults_field.setText(f"{said},{text}" if said else text)

    def _start(self) -> None:
        seed = self.seed.text().strip()
        self.start_wanted.emit(
            ServeOrder(
                self.where.chosen,
                self.order.chosen,
                self.timing.chosen,
                self.faults_field.text().strip(),
                int(seed) if seed.isdecimal() else None,
            )
        )

    # --- running ----------------------------------------------------------------------------------------------

    def _build_running(self) -> QWidget:
        made = QWidget()
        column = QVBoxLayout(made)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        self.state = Pill()
        self.url = label(type="mono", copyable=True)
        self.url.setAccessibleName(tr("Where it listens"))
        self.progress = Elided(tone="weak")
        self.connect_button = button(tr("Connect to it"), self.connect_wanted.emit, kind="primary", icon="connect")
        self.rewind_button = button(tr("Rewind"), self.rewind_wanted.emit, icon="undo")
        self.stop_button = button(tr("Stop serving"), self.stop_wanted.emit, icon="stop")
        row = QHBoxLayout()
        row.setSpacing(12)
        for widget in (self.state, self.url, self.progress):
            row.addWidget(widget)
        row.addStretch(1)
        for order in (self.rewind_button, self.connect_button, self.stop_button):
            row.addWidget(order)
        column.addLayout(row)
        self.remarks = label(type="small", tone="weak", wrap=True)
        self.mismatches = label(type="small", tone="warn", wrap=True)
        column.addWidget(self.remarks)
        column.addWidget(self.mismatches)
        return made

    def show_running(self, url: str, remarks: tuple[str, ...] = (), *, strict: bool = False) -> None:
        """It listens at `url`; "" when it does not."""
        self.asking.setVisible(not url)
        self.running.setVisible(bool(url))
        if url:
            self.url.setText(tr("in this program") if url.startswith(INSIDE_URL) else url)
            self.url.setAccessibleName(tr("It listens at {url}", url=url))
            self.state.show_state(tr("Serving"), "good", self._look)
        self.rewind_button.setVisible(strict)
        self.remarks.setText(" ".join(remarks))
        self.remarks.setVisible(bool(remarks))
        self.mismatches.hide()
        self._strict = strict

    def show_served(self, served: Served) -> None:
        if self._strict and served.step:
            said = tr("Step {number} answered", number=grouped(served.step))
        else:
            said = tr("{count} answers", count=grouped(served.answers))
        if served.mismatches:
            count = served.mismatches
            more = tr("1 mismatch") if count == 1 else tr("{count} mismatches", count=grouped(count))
            self.state.show_state(more, "warn", self._look)
            self.mismatches.setText("\n".join(served.newest))
        self.mismatches.setVisible(bool(served.mismatches))
        self.progress.set_text(said)

    def set_look(self, look: Look) -> None:
        self._look = look
        dress(self, look)


def fault_text(kind: str, when: str, place: str, seconds: str) -> str:
    """One fault as `fieldpro.simulator.faults` spells it: "busy@12", "delay@5=2.5", "drop:0.05"."""
    found = next(each for each in ANSWER_FAULTS if each.name == kind)
    place = place.strip() or "1"
    if when == AT_RANDOM:
        try:
            at = f":{float(place) / 100:g}"
        except ValueError:
            at = f":{place}"
    else:
        at = f"@{place}"
    value = f"={seconds.strip()}" if found.value is Value.SECONDS and seconds.strip() else ""
    return f"{kind}{at}{value}"


def _is_here(where: str) -> bool:
    return where != PTY or sys.platform != "win32"

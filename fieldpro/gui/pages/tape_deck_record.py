"""Recording from the window: from now on, whatever is said; or one read of the meter, in one step.

What passes on the port goes onto a tape as it comes, with a part on disk that a crash leaves behind. It goes on when
the meter is disconnected and connected again.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, QTimer, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout

from fieldpro.errors import FieldProError
from fieldpro.gui.conversations import Reading
from fieldpro.gui.figures import duration, grouped
from fieldpro.gui.look import Look
from fieldpro.gui.models.tape_reel import Opened
from fieldpro.gui.pages import tape_deck_work as work
from fieldpro.gui.parts import IconLabel, button, dress, label
from fieldpro.gui.words import tr
from table_playback.record import Recording

if TYPE_CHECKING:
    from fieldpro.gui.workbench import Workbench
    from fieldpro.records import ReadOut

TICK_MS = 500


class Recorder(QObject):
    """At most one recording at a time. `began`, `counted(steps, seconds)`, `made(Opened, Path)`, `failed(error)`."""

    began = Signal()
    counted = Signal(int, float)
    made = Signal(object, object)
    failed = Signal(object)

    def __init__(self, workbench: Workbench, parent: QObject) -> None:
        super().__init__(parent)
        self._bench = workbench
        self.recording: Recording | None = None
        self._starting = False
        self._began_at = datetime.now()
        self._ticker = QTimer(self)
        self._ticker.setInterval(TICK_MS)
        self._ticker.timeout.connect(self._count)

    @property
    def is_on(self) -> bool:
        return self._starting or self.recording is not None

    @property
    def path(self) -> Path | None:
        return None if self.recording is None else self.recording.path

    def start(self, then: Callable[[], object] | None = None) -> None:
        """From now on. `then` is called once it listens."""
        if self.is_on:
            return
        self._starting = True
        bench, now = self._bench, datetime.now()
        port = bench.meter.port
        who = bench.settings.operator

        def make() -> Recording:
            return Recording(work.recording_path(f"{now:%Y-%m-%d %H%M%S}"), who=who, port=port)

        def listens(recording: Recording) -> None:
            self._starting, self.recording, self._began_at = False, recording, now
            bench.wire.listen(recording.hear)
            self._ticker.start()
            self.began.emit()
            if then is not None:
                then()

        bench.compute(make, listens, self._failed, of_view=False)

    def stop(self) -> None:
        """The tape, decoded and redacted in the lane; a person saves it then."""
        recording = self.recording
        if recording is None:
            return
        self.recording = None
        self._ticker.stop()
        self._bench.wire.leave(recording.hear)

        def finish() -> Opened:
            tape = recording.stop()
            return work.of_recording(tape)

        self._bench.compute(finish, lambda opened: self.made.emit(opened, recording.path), self._failed, of_view=False)

    def record_a_read(self, *, every_table: bool) -> None:
        """Read the connected meter, and have that on a tape."""
        self.start(lambda: self._read(every_table))

    def _read(self, every_table: bool) -> None:
        bench = self._bench
        reading = Reading(bench.settings.operator, bench.readout)
        factory: Callable[[], Any] = (lambda: reading.tables(None)) if every_table else reading.overview

        def got(fresh: ReadOut) -> None:
            bench.merge(fresh)
            self.stop()

        def failed(error: FieldProError) -> None:
            so_far = reading.so_far()
            if so_far is not None:
                bench.merge(so_far)
            self.stop()
            bench.fail(error, conversation=True)

        if bench.submit(tr("Recording a read"), factory, then=got, failed=failed) is None:
            self.stop()

    def _count(self) -> None:
        recording = self.recording
        if recording is None:
            return
        seconds = (datetime.now() - self._began_at).total_seconds()
        self._bench.compute(
            lambda: len(recording.steps),
            lambda count: self.counted.emit(count, seconds) if self.recording is recording else None,
            of_view=False,
        )

    def _failed(self, error: FieldProError) -> None:
        self._starting = False
        self.failed.emit(error)


class RecordStrip(QFrame):
    """Stands over the page while something is recorded."""

    stop_wanted = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.setProperty("kind", "banner")
        self.setProperty("tone", "bad")
        self.setAccessibleName(tr("Recording"))
        row = QHBoxLayout(self)
        row.setContentsMargins(12, 6, 8, 6)
        row.setSpacing(12)
        row.addWidget(IconLabel("record", tone="bad", size=20))
        self.said = label(tr("Recording"), type="strong")
        row.addWidget(self.said)
        row.addWidget(label(tr("Everything that is said to the meter, on any page, is on the tape."), tone="weak"))
        row.addStretch(1)
        self.stop_button = button(tr("Stop recording"), self.stop_wanted.emit, icon="stop")
        row.addWidget(self.stop_button)
        self.hide()

    def set_look(self, look: Look) -> None:
        dress(self, look)

    def show_count(self, steps: int, seconds: float) -> None:
        words = tr("1 step") if steps == 1 else tr("{count} steps", count=grouped(steps))
        self.said.setText(tr("Recording: {steps}, {time}", steps=words, time=duration(seconds)))

"""How a face records a job: a part beside the tape while it goes on, and the tape at its end, however it ends.

with recording(path, title="Before the update", who="Ada", port=url) as tape:
    MeterLine(..., listen=tape.listen).run(...)
tape.tape                        the tape, saved

recording = Recording(path)      the same without a `with`: a window starts it and stops it
connection.listeners.add(recording.hear) ; ... ; connection.listeners.remove(recording.hear) ; recording.stop()
"""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path

from fieldpro.errors import Cancelled, TapeError
from fieldpro.records import MeterIdentity
from fieldpro.transports.base import Transport
from fieldpro.transports.clock import SYSTEM_CLOCK, Clock
from fieldpro.transports.tap import Tap, TapRecord
from table_playback.record.recorder import Recorder
from table_playback.tape.file import save
from table_playback.tape.model import Header, Redaction, Step, Tape
from table_playback.tape.writer import TapeWriter

SPILL_s = 1.0
"""So often what was heard is appended to the part: a crash loses no more."""
_JOIN_LIMIT_s = 30.0


class Recording:
    """One tape being recorded into a file, with a thread of its own that appends to the part.

    Raises `TapeError` where the part cannot be written, or lies there from a crash; `UsageError` for an identifier that
    nothing has.
    """

    def __init__(
        self,
        path: str | Path,
        *,
        identifiers: Iterable[str] = (),
        title: str = "",
        who: str = "",
        port: str = "",
        note: str = "",
        clock: Clock = SYSTEM_CLOCK,
    ) -> None:
        self.path = Path(path)
        self.tape: Tape | None = None
        now = datetime.fromtimestamp(clock.time(), UTC)
        identifiers = tuple(identifiers)
        kept = Recorder(identifiers=identifiers)  # a slip in a name, before there is a file
        told = tuple(Redaction(what, 0, at_capture=True, when=now) for what in kept.identifiers)  # for `rebuilt`
        header = Header(None, now, now, who=who, port=port, title=title, note=note, redactions=told)
        self._writer = TapeWriter(self.path, header)
        self.recorder = Recorder(
            identifiers=kept.identifiers, title=title, who=who, port=port, note=note, into=self._writer, clock=clock
        )
        self._clock = clock
        self._ending = threading.Event()
        self._thread = threading.Thread(target=self._spill_on, name=f"recording {self.path.name}", daemon=True)
        self._thread.start()

    def _spill_on(self) -> None:
        while not self._ending.wait(SPILL_s):
            if not self.recorder.spill():
                self.recorder.look()

    def _end_thread(self) -> None:
        self._ending.set()
        self._thread.join(_JOIN_LIMIT_s)

    def hear(self, record: TapRecord) -> None:
        """A sink for a tap."""
        self.recorder.hear(record)

    def listen(self, transport: Transport) -> Transport:
        """A tap around an open port."""
        return Tap(transport, self.hear, clock=self._clock)

    @property
    def steps(self) -> Sequence[Step]:
        """The exchanges so far."""
        return self.recorder.steps

    def stop(self, *, interrupted: bool = False, meter: MeterIdentity | None = None) -> Tape:
        """End it and save the tape. A second call gives the same tape.

        Raises `TapeError` when it cannot be saved; then the part stays, for `recover` and `rebuilt`.
        """
        if self.tape is None:
            self._end_thread()
            self.recorder.spill()
            made = self.recorder.finish(interrupted=interrupted, meter=meter)
            save(made, self.path)
            self._writer.abandon()
            self.tape = made
        return self.tape

    def abandon(self) -> None:
        """End it and keep nothing."""
        self._end_thread()
        self._writer.abandon()


@contextlib.contextmanager
def recording(
    path: str | Path,
    *,
    identifiers: Iterable[str] = (),
    title: str = "",
    who: str = "",
    port: str = "",
    note: str = "",
    clock: Clock = SYSTEM_CLOCK,
) -> Iterator[Recording]:
    """Record what is said inside the `with`. What ends it goes on; the tape is saved all the same, and says so. Where
    nothing was said until then there is no tape, and one that was there stays."""
    made = Recording(path, identifiers=identifiers, title=title, who=who, port=port, note=note, clock=clock)
    try:
        yield made
    except BaseException as error:
        with contextlib.suppress(TapeError):  # what went wrong first is what is told; the part is still there
            if made.recorder.has_heard:
                made.stop(interrupted=not isinstance(error, Cancelled | KeyboardInterrupt))
            else:
                made.abandon()
        raise
    made.stop()

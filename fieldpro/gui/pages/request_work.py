"""What the Request page has done outside the GUI thread: asking once or again and again, looking before a write,
saving the answers.

A read is sent exactly as it was built, in one exchange: it is not asked again when the meter is busy, and whatever
comes back is the answer.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from threading import Event
from typing import TYPE_CHECKING, ClassVar

from fieldpro.errors import Cancelled, FieldProError, FileError, WriteImpossible
from fieldpro.explain import explain
from fieldpro.files import write_atomically
from fieldpro.gui.models.request_answers import Answer, as_csv, as_tape
from fieldpro.gui.models.request_builder import Built
from fieldpro.gui.pages.tables_work import Looked, name_of
from fieldpro.gui.words import tr
from fieldpro.meter import wanted
from fieldpro.meter.changes import exact, writable
from fieldpro.meter.collection import Collection
from fieldpro.meter.read import read_tables
from fieldpro.meter.view import MeterView
from fieldpro.records import MeterIdentity, ReadOut
from fieldpro.security import entries
from fieldpro.security.rights import Right
from fieldpro.session.conversation import AskFacts, Conversation, Pause, Progress, SessionFacts
from table_playback.play.verbatim import Verbatim

if TYPE_CHECKING:
    from fieldpro.gui.rights import Rights

Took = Callable[[bytes, float, float, str], object]
"""reply, when it was asked (seconds since the epoch), how long it took, why there is none."""


class ByHand(Verbatim):
    """A request as somebody made it. Every reply is an answer, "invalid service sequence state" too."""

    title: ClassVar[str] = "Request"


@dataclass
class Asking:
    """The same request `times` times (None: until it is stopped), `interval_s` apart from beginning to beginning.
    `took` hears of each answer, in the port's thread. `stop` ends it between two of them."""

    built: Built
    identity: MeterIdentity | None
    rights: Rights
    took: Took
    times: int | None = 1
    interval_s: float = 0.0
    stop: Event = field(default_factory=Event)

    def conversation(self) -> Conversation[int]:
        """How many were answered. Raises what the link raises."""
        facts: SessionFacts = yield AskFacts()
        built = self.built
        tables = () if built.table is None else (built.table,)
        told = entries.session(port=facts.port, user_id=0, tables=tables)
        with self.rights.job(Right.READ, self.identity or "", entries.SESSION, told) as notes:
            count = yield from self._ask_all(built)
            notes.add(requests=count)
        return count

    def _ask_all(self, built: Built) -> Conversation[int]:
        assert built.request is not None
        request = ByHand(built.message, built.request.subject, True)
        count = 0
        while self.times is None or count < self.times:
            if count:
                yield Progress(count, self.times, "requests", built.title)
            began, at_s = time.monotonic(), time.time()
            try:
                answer = yield request
            except Cancelled:
                return count
            except FieldProError as error:
                words = explain(error, translate=tr).what
                self.took(b"", at_s, time.monotonic() - began, words)
                raise
            self.took(answer.message, at_s, time.monotonic() - began, "")
            count += 1
            if self.stop.is_set() or count == self.times:
                break
            try:
                yield Pause(max(0.0, self.interval_s - (time.monotonic() - began)))
            except Cancelled:
                return count
            if self.stop.is_set():
                break
        return count


class LookingByHand:
    """Reads what a write touches and what shapes it, and makes the change set of exactly this request."""

    def __init__(self, built: Built, operator: str, base: ReadOut | None) -> None:
        self._built = built
        self._collection = Collection(operator=operator, base=base)

    def conversation(self) -> Conversation[Looked]:
        """Raises `WriteImpossible`, and what reading raises."""
        built = self._built
        assert built.table is not None
        yield from read_tables([built.table], collection=self._collection)
        read_out = self._collection.read_out()
        tables = MeterView(read_out).tables
        reading = read_out.tables.get(built.table)
        if reading is None or not reading.data or reading.error is not None:
            raise WriteImpossible(name_of(tables, built.table), "what is there now could not be read")
        change_set = exact(tables, [(built.table, built.place, built.typed.data)])
        warnings = [str(warning) for warning in change_set.warnings]
        try:
            if built.table not in writable(tables) and built.table in wanted.listed(tables):
                warnings.append(
                    tr(
                        "{table} is not among the tables that this meter lists as writable.",
                        table=name_of(tables, built.table),
                    )
                )
        except FieldProError:
            pass
        return Looked(change_set, read_out, tuple(warnings))


def save_answers(answers: Sequence[Answer], readout: ReadOut | None, path: Path, who: str, rights: Rights) -> Path:
    """As CSV or as a tape, by the ending of the name. Raises `FileError`, `TapeError`, and as `Rights.job`."""
    is_tape = path.suffix.casefold() == ".tape"
    told = entries.export(file=path, format="tape" if is_tape else "csv", source="requests", count=len(answers))
    identity = "" if readout is None else readout.identity
    with rights.job(Right.EXPORT, identity, entries.EXPORT, told):
        if is_tape:
            from table_playback.tape import save

            save(as_tape(answers, readout, who), path)
            return path
        try:
            write_atomically(path, as_csv(answers).encode())
        except OSError as error:
            where = "a place that can be written"
            raise FileError(str(path), "the file", where, error.strerror or str(error)) from error
    return path

"""Reading with a `Collection` at hand, so that a link that dies, or Ctrl-C, costs nothing that was read before."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import TypeVar

from fieldpro.cli import console
from fieldpro.cli.line import MeterLine
from fieldpro.errors import Cancelled, FieldProError, LinkError, TableAbsent, TableUnresolved, TransportError
from fieldpro.meter.collection import Collection
from fieldpro.meter.view import MeterView
from fieldpro.meter.wanted import listed
from fieldpro.records import ReadOut, TableReading, TableStatus
from fieldpro.session.conversation import Conversation

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Outcome:
    """What was read, and what ended the reading before its end, if anything did."""

    read_out: ReadOut
    ended_by: FieldProError | None

    def view(self) -> MeterView:
        """The read-out's meaning; raises what ended the reading when nothing is there to have a meaning."""
        if self.ended_by is not None and not any(
            reading.status is TableStatus.READ for reading in self.read_out.tables.values()
        ):
            raise self.ended_by
        return MeterView(self.read_out)

    def tell(self, meaning: Callable[[], T]) -> T:
        """What `meaning` finds in the read-out. When a table is missing for it, raises why: what ended the reading,
        what the meter said when it was asked for the table, or `TableAbsent`."""
        try:
            return meaning()
        except TableUnresolved as error:
            if self.ended_by is not None:
                raise self.ended_by from error
            for number in error.needs:
                reading = self.read_out.tables.get(number)
                if reading is not None and reading.error is not None:
                    raise reading.error from error
                self.require(number)
            raise

    def require(self, number: int) -> None:
        """Raises `TableAbsent` where the meter says that it has no such table."""
        tables = self.view().tables
        if tables.get(0) is not None and number not in listed(tables):
            raise TableAbsent(tables.dictionary.table(number).name, number)

    def say_notes(self, view: MeterView) -> None:
        """What `view` left out of its answers, on standard error."""
        for note in view.notes:
            console.say(note)

    def finish(self, wanted: Iterable[TableReading]) -> None:
        """To be called last: raises what ended the reading, else the first error of a table that was wanted."""
        if self.ended_by is not None:
            raise self.ended_by
        for reading in wanted:
            if reading.error is not None:
                raise reading.error


def collect(
    meter: MeterLine, name: str, conversation: Callable[[Collection], Conversation[ReadOut]], *, save: bool = False
) -> Outcome:
    """Run a read; keep it in the store when `save` is set. Raises when the meter was not reached at all."""
    collection = Collection(operator=meter.operator)
    ended_by: FieldProError | None = None
    try:
        if meter.run(name, lambda: conversation(collection), collection=collection).stopped:
            ended_by = Cancelled(name)
    except (LinkError, TransportError, Cancelled) as error:
        ended_by = error
    read_out = collection.read_out()
    if not read_out.tables and ended_by is not None:
        raise ended_by
    if save:
        console.say(f"Saved as record {meter.here.desk.store.save(read_out)}.")
    return Outcome(read_out, ended_by)

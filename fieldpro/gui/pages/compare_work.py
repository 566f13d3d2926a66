"""What the Compare page has done outside the GUI thread: opening the two sides, comparing, finding bytes, saving.

The functions run in the lanes and in the port's thread; what they return is frozen and is only looked at by the page.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING

from fieldpro.errors import FileError, UsageError
from fieldpro.files import write_atomically
from fieldpro.gui.words import tr
from fieldpro.meter.view import MeterView
from fieldpro.security import entries
from fieldpro.security.rights import Right
from table_playback.compare import Comparison, Side, as_html, as_json, as_text, compare
from table_playback.compare.steps import bytes_of_step
from table_playback.tape import load

if TYPE_CHECKING:
    from fieldpro.gui.rights import Rights
    from fieldpro.session.conversation import Conversation
    from fieldpro.store.database import Store
    from fieldpro.store.rows import RecordSummary

NEWEST = 200  # records that are offered


class Kind(StrEnum):
    METER = "meter"
    SHOWN = "shown"  # the read-out that the window shows
    RECORD = "record"
    TAPE = "tape"


@dataclass(frozen=True, slots=True)
class Source:
    """Something that can be a side. `record` is its number in the store, `path` where its file lies."""

    kind: Kind
    title: str = ""
    record: int = 0
    path: str = ""

    @property
    def key(self) -> tuple[str, int, str]:
        """What tells it from the others; the title may change."""
        return self.kind, self.record, self.path


@dataclass(frozen=True)
class Compared:
    """Two sides and what is different between them."""

    left: Side
    right: Side
    comparison: Comparison


def offered_records(store: Store) -> list[Source]:
    """The newest records, as they are offered."""
    return [Source(Kind.RECORD, record_title(each), each.id) for each in store.find(limit=NEWEST)]


def record_title(record: RecordSummary) -> str:
    identity = record.identity
    meter = " ".join(filter(None, (identity.manufacturer, identity.model, identity.serial)))
    return f"{record.ended_at.astimezone():%Y-%m-%d %H:%M}  {meter or tr('meter not named')}  ({record.id})"


def tape_source(path: Path) -> Source:
    return Source(Kind.TAPE, path.name, path=str(path))


def record_source(number: int) -> Source:
    return Source(Kind.RECORD, tr("Record {number}", number=number), number)


def side_of(source: Source, store: Store | None, shown: MeterView | None) -> Side:
    """Open a side that is not a meter on the line. Raises `StoreError`, `TapeError`."""
    if source.kind is Kind.TAPE:
        return Side.of_tape(load(Path(source.path)), title=source.title)
    if source.kind is Kind.RECORD:
        if store is None:
            raise UsageError("record", "an open store", str(source.record))
        return Side.of_read_out(store.load(source.record), title=source.title)
    if shown is None:
        raise UsageError("side", "a read-out that is shown", "none")
    return Side.of_read_out(shown.read_out, title=source.title, profile=shown.device_profile)


def reading_like(side: Side, title: str) -> Callable[[], Conversation[Side]]:
    """A conversation that reads from the meter what this side has."""
    return lambda: Side.of_meter(side, title=title)


def compared(left: Side, right: Side) -> Compared:
    return Compared(left, right, compare(left, right))


def bytes_of(done: Compared, key: tuple[str, int, int]) -> tuple[bytes | None, bytes | None]:
    """The bytes of a table or step on both sides; None for none, and for passwords and keys."""
    kind, left, right = key
    if kind == "table":
        sides = (done.left, done.right)
        shown = [side.held[left].data if left in side.held and not side.hides(left) else None for side in sides]
        return shown[0], shown[1]
    return bytes_of_step(done.left, left), bytes_of_step(done.right, right)


def save(done: Compared, path: Path, rights: Rights, *, volatile: bool) -> Path:
    """As a page, text or JSON, by the ending of the name. Raises `FileError`, and as `Rights.job`."""
    suffix = path.suffix.casefold()
    if suffix == ".json":
        form, text = "json", as_json(done.comparison)
    elif suffix in (".html", ".htm"):
        form, text = "html", as_html(done.comparison, volatile=volatile)
    else:
        form, text = "text", as_text(done.comparison, volatile=volatile)
    identity = done.left.identity or done.right.identity
    told = entries.export(file=path, format=form, source="comparison", count=done.comparison.counts.differences)
    with rights.job(Right.EXPORT, identity or "", entries.EXPORT, told):
        try:
            write_atomically(path, text.encode())
        except OSError as error:
            raise FileError(
                str(path), "the file", "a place that can be written", error.strerror or str(error)
            ) from error
    return path

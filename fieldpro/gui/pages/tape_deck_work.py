"""What the Tape deck has done outside the GUI thread: opening, making, saving, redacting, exporting, comparing.

The functions run in the lanes; what they return is only looked at by the page.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from fieldpro.errors import UsageError
from fieldpro.gui.models import tape_recent
from fieldpro.gui.models.tape_fields import StepContent, content_of
from fieldpro.gui.models.tape_reel import Opened
from fieldpro.security import entries
from fieldpro.security.rights import Right
from fieldpro.settings import data_folder
from table_playback.play.context import dictionary_of, tables_of
from table_playback.tape import Step, Tape, edited, load, part_of, recover, save

if TYPE_CHECKING:
    from fieldpro.gui.rights import Rights
    from fieldpro.records import ReadOut
    from table_playback.formats import Format
    from table_playback.play import PlayResult, StepResult

SUFFIX = ".tape"
FOLDER = "tapes"  # in the data folder: recordings under way
CONTEXT_STEPS = 500  # so many steps are looked at for tables that the tape has no image of


# --- opening ------------------------------------------------------------------------------------------------------


def opened(tape: Tape, path: Path | None = None, notes: Iterable[str] = ()) -> Opened:
    """A tape with what the page needs to show it."""
    dictionary, _ = dictionary_of(tape)
    titles = {number: table.title or table.name for number, table in dictionary.tables.items()}
    procedures = {number: each.title or each.name for number, each in dictionary.procedures.items()}
    tables = tables_of(tape, () if 0 in tape.tables else tape.steps[:CONTEXT_STEPS])
    return Opened(tape, path, tables, titles, procedures, tuple(notes))


def open_file(path: Path) -> tuple[Opened, list[Path]]:
    """A tape, or a file of another format; and the recent tapes. Raises `TapeError`, `UsageError`."""
    if path.suffix.casefold() == SUFFIX:
        found = opened(load(path), path)
        return found, tape_recent.remember(path)
    form = format_of(path)
    if form is None or not form.can_read:
        expected = ", ".join((SUFFIX, *(each.title for each in _formats() if each.can_read)))
        raise UsageError("tape", expected, path.name)
    return opened(form.read(path)), tape_recent.recent()


def of_read_out(read_out: ReadOut) -> Opened:
    """A tape of a read-out: its tables, and a step that reads each of them."""
    from table_playback.formats import from_read_out

    return opened(from_read_out(read_out))


def format_of(path: Path) -> Format | None:
    """By the ending of the name; a folder is one of table images."""
    for each in _formats():
        if path.suffix.casefold() in each.suffixes or (path.is_dir() and "" in each.suffixes):
            return each
    return None


def _formats() -> tuple[Format, ...]:
    from table_playback.formats import FORMATS

    return FORMATS


def filters(*, write: bool) -> list[tuple[str, str]]:
    """(title, "*.csv *.txt") of each format, for a file dialog."""
    return [
        (each.title, " ".join(f"*{suffix}" for suffix in each.suffixes if suffix))
        for each in _formats()
        if (each.can_write if write else each.can_read) and any(each.suffixes)
    ]


# --- interrupted recordings ---------------------------------------------------------------------------------------


def recording_path(name: str) -> Path:
    """Where a recording lies while it is made."""
    folder = data_folder() / FOLDER
    folder.mkdir(parents=True, exist_ok=True)
    return folder / f"{name}{SUFFIX}"


def of_recording(tape: Tape) -> Opened:
    """A recording that has just ended; its path is for the program alone, so a person has yet to name it."""
    return opened(replace(tape, path=""))


def left_over(being_made: Iterable[Path] = ()) -> list[Path]:
    """Recordings that nobody saved: tapes, and parts of those that were interrupted. being_made: recorded right now."""
    now = {each for path in being_made for each in (path, part_of(path))}
    folder = data_folder() / FOLDER
    found = [*folder.glob(f"*{SUFFIX}"), *folder.glob(f"*{SUFFIX}.part")]
    return sorted((path for path in found if path not in now), key=lambda path: path.stat().st_mtime)


def rescue(path: Path) -> Opened:
    """The tape of a recording that nobody saved. Raises `TapeError`."""
    from table_playback.record import rebuilt

    tape = load(path) if path.suffix == SUFFIX else rebuilt(recover(path))
    return opened(replace(tape, path=""))


# --- changing and saving ------------------------------------------------------------------------------------------


def saved(tape: Tape, path: Path, *, part: Path | None = None) -> tuple[Opened, list[Path]]:
    """Write it, and give it back as it lies in the file; then the `part` it came from goes. Raises `TapeError`."""
    save(tape, path)
    if part is not None:
        part.unlink(missing_ok=True)
    return opened(load(path), path), tape_recent.remember(path)


def exported(tape: Tape, path: Path, rights: Rights) -> tuple[str, ...]:
    """Write it in another format; what that could not take. Raises `TapeError`, `UsageError`, and as `Rights.job`."""
    form = format_of(path)
    if form is None or not form.can_write:
        expected = ", ".join(suffix for each in _formats() if each.can_write for suffix in each.suffixes if suffix)
        raise UsageError("export", f"a name that ends with {expected}", path.name)
    told = entries.export(file=path, format=form.name, source=tape.path or "tape", count=len(tape.steps))
    with rights.job(Right.EXPORT, tape.header.meter or "", entries.EXPORT, told):
        return tuple(form.write(tape, path))


def redacted(tape: Tape, what: Sequence[str]) -> Opened:
    """Without these things. The path is kept: saving writes over the file that still has them."""
    from table_playback.redact import redact

    path = Path(tape.path) if tape.path else None
    return opened(replace(redact(tape, what), path=tape.path), path)


def same_rule(tape: Tape, changed: Mapping[int, Step], step: Step) -> list[Step]:
    """The steps that ask the same as this one, with its rule."""
    found = []
    for each in tape.steps:
        mine = changed.get(each.number, each)
        if (mine.service, mine.table) == (step.service, step.table) and mine.verify != step.verify:
            found.append(replace(mine, verify=step.verify))
    return found


def with_changes(tape: Tape, changed: Mapping[int, Step]) -> Tape:
    """The tape as it would be saved."""
    return edited(tape, changed) if changed else tape


# --- one step -----------------------------------------------------------------------------------------------------


def content(opened_tape: Opened, step: Step, result: StepResult | None) -> StepContent:
    return content_of(step, result, opened_tape.tables)


@dataclass(frozen=True)
class SavedReport:
    """A summary that was written."""

    path: Path
    steps: int


def save_report(result: PlayResult, path: Path, rights: Rights) -> SavedReport:
    """The summary, in the form that the ending of the name says. Raises as `report.save` and `Rights.job`."""
    from table_playback.play import report

    told = entries.export(file=path, format="playback summary", source=result.titles[0], count=len(result.results))
    with rights.job(Right.EXPORT, result.meter or "", entries.EXPORT, told):
        report.save(result, path)
    return SavedReport(path, len(result.results))

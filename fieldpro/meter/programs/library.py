"""A folder of programs: every revision kept, found by name, title, device class or what it sets.

    NAME/NAME-r0003.toml

A revision that is there is never written over: a change makes the next one.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

from fieldpro.errors import FileError, UsageError
from fieldpro.files import write_atomically
from fieldpro.meter.programs.dump import dump
from fieldpro.meter.programs.file import NAME, read
from fieldpro.meter.programs.model import Program

_REVISION = re.compile(r"-r(\d+)\.toml$")


@dataclass(frozen=True, slots=True)
class Entry:
    """One revision in the library. `error` is set, and the rest empty, when its file cannot be used."""

    name: str
    revision: int
    path: Path
    saved_at: datetime
    title: str = ""
    device_class: str = ""
    form: str = ""
    hash: str = ""
    elements: int = 0
    error: FileError | None = None


class Library:
    """The programs of one folder, which need not exist yet."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def search(self, text: str = "") -> list[Entry]:
        """The newest revision of every program that has all the words of `text` in its name, title, note, target or
        element names; by name."""
        words = text.casefold().split()
        found = []
        for name in self.names():
            path = self._paths(name)[-1]
            entry, said = self._entry(path)
            if all(word in said for word in words):
                found.append(entry)
        return found

    def names(self) -> list[str]:
        """Programs that have a revision."""
        folders = self.folder.iterdir() if self.folder.is_dir() else iter(())
        return sorted(folder.name for folder in folders if folder.is_dir() and self._paths(folder.name))

    def history(self, name: str) -> list[Entry]:
        """Every revision of a program, the newest first."""
        return [self._entry(path)[0] for path in reversed(self._paths(name))]

    def load(self, name: str, revision: int | None = None) -> Program:
        """A program, in its newest revision unless another is asked for. Raises `UsageError`, `FileError`."""
        paths = self._paths(name)
        chosen = [path for path in paths if revision in (None, _revision(path))]
        if not chosen:
            what = name if revision is None else f"{name} revision {revision}"
            raise UsageError("program", f"one of the library {self.folder}", what)
        program = read(chosen[-1])
        if (program.name, program.revision) != (name, _revision(chosen[-1])):
            found = f"{program.name} revision {program.revision}"
            raise FileError(str(chosen[-1]), "name and revision", "those of the file's name", found)
        return program

    def save(self, program: Program) -> Entry:
        """Keep a revision. One that is there already with the same hash stays as it is; with another one it is
        refused with `UsageError`."""
        if re.fullmatch(NAME, program.name) is None:
            raise UsageError("program name", "small letters, digits and hyphens", program.name)
        if program.filled:
            program = replace(program, filled={})
        path = self.folder / program.name / f"{program.name}-r{program.revision:04d}.toml"
        if path.exists():
            if read(path).hash != program.hash:
                taken = f"revision {program.revision}, which is there with another content"
                raise UsageError(f"program {program.name}", f"revision {self.next_revision(program.name)}", taken)
        else:
            write_atomically(path, dump(program).encode())
        return self._entry(path)[0]

    def save_next(self, program: Program) -> Entry:
        """Keep it as the next revision; as it is when the newest one says the same."""
        paths = self._paths(program.name)
        if paths:
            newest = read(paths[-1])
            if newest.hash == replace(program, revision=newest.revision, filled={}).hash:
                return self._entry(paths[-1])[0]
        return self.save(replace(program, revision=self.next_revision(program.name)))

    def next_revision(self, name: str) -> int:
        paths = self._paths(name)
        return _revision(paths[-1]) + 1 if paths else 1

    def find(self, hash: str) -> Entry | None:
        """The revision that a record names by its hash."""
        for name in self.names():
            for entry in self.history(name):
                if entry.hash == hash:
                    return entry
        return None

    def _paths(self, name: str) -> list[Path]:
        """The files of all revisions, the oldest first."""
        files = (self.folder / name).glob(f"{name}-r*.toml")
        return sorted((file for file in files if _REVISION.search(file.name)), key=_revision)

    def _entry(self, path: Path) -> tuple[Entry, str]:
        """The entry, and everything that a search looks into."""
        saved_at = datetime.fromtimestamp(path.stat().st_mtime, UTC)
        name, revision = path.parent.name, _revision(path)
        try:
            program = read(path)
        except FileError as error:
            return Entry(name, revision, path, saved_at, error=error), name
        target = program.target
        entry = Entry(
            name,
            revision,
            path,
            saved_at,
            program.title,
            target.device_class,
            target.form,
            program.hash,
            len(program.elements),
        )
        said = [name, program.title, program.note, target.manufacturer, target.model, target.device_class, target.form]
        return entry, " ".join([*said, *program.elements, program.hash]).casefold()


def _revision(path: Path) -> int:
    match = _REVISION.search(path.name)
    return int(match[1]) if match else 0

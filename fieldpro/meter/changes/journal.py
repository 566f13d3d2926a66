"""The journal of what is written to meters: one append-only file a meter, each record on the disk before it counts.

    journal = Journal(folder)
    job = journal.begin(...) ; journal.mark(job, 0, Stage.INTENDED) ; ... ; journal.end(job, Outcome.DONE)
    journal.unfinished(identity)      on the next connection: what was interrupted, None when nothing was

Whatever dies, the file tells which spans of which tables hold what was there before, which hold what was wanted, and
which one hold one or the other. Passwords and keys are in it as digests; their bytes are the keeper's.
"""

from __future__ import annotations

import os
import re
import secrets
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from typing import Any

from fieldpro.errors import JournalError
from fieldpro.meter.changes.change import Origin
from fieldpro.meter.changes.keeper import Keeper, MemoryKeeper
from fieldpro.meter.changes.records import Job, Outcome, Span, Stage, beginning, line_of, record_of, replay
from fieldpro.records import MeterIdentity

STAGING = "pending"  # the purpose of a job that writes pending tables
SUFFIX = ".journal"


@dataclass(frozen=True, slots=True)
class SpanState:
    """One run of bytes and how far it has come. `after` is what the interrupted job was to write."""

    span: Span
    stage: Stage
    reshaped: bool = False  # the limits that shape this table were written, or were about to be

    @property
    def holds(self) -> str:
        """Which of its two contents the meter holds."""
        if self.stage is Stage.NOT_STARTED:
            return "what the meter made of it when its limits changed" if self.reshaped else "before"
        return "before or after" if self.stage is Stage.INTENDED else "after"


@dataclass(frozen=True, slots=True)
class Unfinished:
    """An interrupted write. `root` is the job it began with; `last` the one that was interrupted last, which is another
    one when finishing or going back was interrupted too."""

    root: Job
    last: Job
    damaged: int = 0  # lines of the journal that could not be read

    @property
    def identity(self) -> MeterIdentity:
        return self.root.meter

    @property
    def origin(self) -> Origin:
        return self.root.origin

    @property
    def started(self) -> str:
        return self.root.at

    @property
    def spans(self) -> tuple[SpanState, ...]:
        """Where the interrupted job was. Spans of the root job that are not among them hold what `last` was for:
        "after" when it was to finish, "before" when it was to go back."""
        found = []
        touched = False
        for span, stage in self.last.spans:
            found.append(SpanState(span, stage, span.whole and touched))
            touched = touched or stage is not Stage.NOT_STARTED
        return tuple(found)

    @property
    def tables(self) -> frozenset[int]:
        return frozenset(span.table for span, _ in self.root.spans)

    @property
    def is_staging(self) -> bool:
        """Whether pending tables were being written: what is in force was not touched."""
        return self.root.purpose == STAGING

    @property
    def settled(self) -> int:
        """How many spans hold for certain what was wanted of them."""
        return sum(state.stage in (Stage.WRITTEN, Stage.VERIFIED) for state in self.spans)


def utc_now() -> datetime:
    return datetime.now(UTC)


class Journal:
    """The journals of one folder. `sync` puts a file's content on the disk. Raises `JournalError`."""

    def __init__(
        self,
        folder: Path,
        *,
        now: Callable[[], datetime] = utc_now,
        sync: Callable[[int], None] = os.fsync,
        keeper: Keeper | None = None,
    ) -> None:
        self.folder = folder
        self.keeper: Keeper = keeper or MemoryKeeper()
        self.now = now
        self._sync = sync

    # --- writing

    def begin(
        self,
        identity: MeterIdentity,
        operations: Sequence[Sequence[Span]],
        *,
        origin: Origin | None = None,
        who: str = "",
        purpose: str = "write",
        root: str = "",
    ) -> Job:
        """A job is going to write these operations; nothing has been written yet."""
        name = secrets.token_hex(8)
        spans = tuple(tuple(each) for each in operations)
        job = Job(name, self._moment(), identity, origin or Origin(), who, purpose, spans, root)
        self._append(identity, beginning(job))
        return job

    def mark(self, job: Job, operation: int, stage: Stage) -> None:
        """An operation has come so far. INTENDED is marked before the request is sent."""
        self._append(job.meter, {"kind": stage, "job": job.id, "at": self._moment(), "operation": operation})

    def end(self, job: Job, outcome: Outcome) -> None:
        """Nothing of this job is open any more; nor of the one that it finished or took back."""
        roots = {Outcome.FINISHED: (job.root,), Outcome.GONE_BACK: (job.root,), Outcome.GIVEN_UP: (job.root,)}
        for name in (job.id, *roots.get(outcome, ())):
            if name:
                self._append(job.meter, {"kind": "end", "job": name, "at": self._moment(), "outcome": outcome})

    def give_up(self, unfinished: Unfinished) -> None:
        """Leave the meter as it is: somebody has decided so."""
        for job in {unfinished.last.id: unfinished.last, unfinished.root.id: unfinished.root}.values():
            self._append(job.meter, {"kind": "end", "job": job.id, "at": self._moment(), "outcome": Outcome.GIVEN_UP})

    # --- reading

    def unfinished(self, identity: MeterIdentity) -> Unfinished | None:
        """What was interrupted at this meter, the newest first; None when nothing was."""
        jobs, damaged = self._read(identity)
        for last in reversed(jobs.values()):
            if last.outcome is None and (last.touched or last.root):
                root = jobs.get(last.root, last)
                if root.outcome is None:
                    return Unfinished(root, last, damaged)
        return None

    def jobs(self, identity: MeterIdentity) -> tuple[Job, ...]:
        """Everything that was written to this meter from here, the oldest first."""
        return tuple(self._read(identity)[0].values())

    def path(self, identity: MeterIdentity) -> Path:
        """The file of one meter: its name in letters that every file system has, and what tells it apart."""
        key = identity.key
        readable = re.sub(r"[^A-Za-z0-9]+", "-", key).strip("-")[:48] or "meter"
        return self.folder / f"{readable}-{sha256(key.encode()).hexdigest()[:8]}{SUFFIX}"

    def _read(self, identity: MeterIdentity) -> tuple[dict[str, Job], int]:
        path = self.path(identity)
        try:
            lines = path.read_bytes().split(b"\n")
        except FileNotFoundError:
            return {}, 0
        except OSError as error:
            raise JournalError(str(path), str(error)) from error
        records = [record_of(line) for line in lines if line]
        return replay([record for record in records if record is not None]), records.count(None)

    def _append(self, identity: MeterIdentity, record: dict[str, Any]) -> None:
        path = self.path(identity)
        try:
            is_new = not path.exists()
            if is_new:
                path.parent.mkdir(parents=True, exist_ok=True)
            with path.open("ab+", buffering=0) as file:
                line = line_of(record)
                if not is_new and _is_torn(file):
                    line = b"\n" + line
                if file.write(line) != len(line):
                    raise JournalError(str(path), "no room left on the disk")
                self._sync(file.fileno())
            if is_new and os.name == "posix":
                self._sync_folder(path.parent)
        except OSError as error:
            raise JournalError(str(path), str(error)) from error

    def _sync_folder(self, folder: Path) -> None:
        """A new file's name is on the disk only when its folder is."""
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            self._sync(descriptor)
        finally:
            os.close(descriptor)

    def _moment(self) -> str:
        return self.now().isoformat(timespec="milliseconds")


def _is_torn(file: Any) -> bool:
    """Whether the last line was not written to its end."""
    size = file.seek(0, os.SEEK_END)
    if not size:
        return False
    file.seek(size - 1)
    torn = file.read(1) != b"\n"
    file.seek(0, os.SEEK_END)
    return bool(torn)

"""What stands in the journal: jobs, the spans they write, and how far each has come. One record a line:

    CRC32 in hex, a blank, the record as JSON, a line feed

    {"kind": "begin", "version": 1, "job": ..., "at": ..., "meter": {...}, "program": {...}, "who": ...,
     "purpose": "write", "root": "", "operations": [[span, ...], ...]}
    {"kind": "intended" | "written" | "verified", "job": ..., "at": ..., "operation": 3}
    {"kind": "end", "job": ..., "at": ..., "outcome": "done"}

A record is on the disk before what it announces happens. What a cut left of the last line is not a record.
"""

from __future__ import annotations

import hashlib
import json
import secrets
import zlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from fieldpro.meter.changes.change import Origin
from fieldpro.records import MeterIdentity

VERSION = 1  # of these records
_SCRYPT = {"n": 1 << 12, "r": 8, "p": 1, "dklen": 16}


class Stage(StrEnum):
    NOT_STARTED = "not-started"
    INTENDED = "intended"  # the request may have left: the meter holds one or the other
    WRITTEN = "written"  # the meter said so
    VERIFIED = "verified"  # read back


class Outcome(StrEnum):
    DONE = "done"
    FINISHED = "finished"  # interrupted, then finished
    GONE_BACK = "gone-back"  # interrupted, then taken back
    NOTHING_WRITTEN = "nothing-written"  # ended before anything was written
    GIVEN_UP = "given-up"  # somebody decided to leave it as it is


@dataclass(frozen=True, slots=True)
class SecretSpan:
    """Bytes of a span that are secret: blanked in it, told by a digest; the bytes themselves are the keeper's."""

    offset: int  # in the table
    length: int
    path: str
    salt: str
    before: str  # digests; empty where it is not known
    after: str

    @classmethod
    def of(cls, path: str, offset: int, before: bytes | None, after: bytes) -> SecretSpan:
        salt = secrets.token_hex(8)
        return cls(offset, len(after), path, salt, "" if before is None else digest(before, salt), digest(after, salt))


def digest(value: bytes, salt: str) -> str:
    """What tells two secrets apart and gives none away: passwords are short, so this is slow on purpose."""
    return hashlib.scrypt(value, salt=bytes.fromhex(salt), **_SCRYPT).hex()


@dataclass(frozen=True, slots=True)
class Span:
    """A run of bytes of a table, before and after. `whole`: the table got another shape, the lengths differ."""

    table: int
    name: str
    offset: int
    before: bytes | None
    after: bytes
    paths: tuple[str, ...] = ()
    hidden: tuple[SecretSpan, ...] = ()
    whole: bool = False


@dataclass(frozen=True, slots=True)
class Job:
    """One application of a change set. `root`: the interrupted job that this one finishes or takes back."""

    id: str
    at: str  # UTC, ISO 8601
    meter: MeterIdentity
    origin: Origin
    who: str
    purpose: str
    operations: tuple[tuple[Span, ...], ...]
    root: str = ""
    stages: Mapping[int, Stage] = field(default_factory=dict)
    outcome: Outcome | None = None

    def stage(self, operation: int) -> Stage:
        return self.stages.get(operation, Stage.NOT_STARTED)

    @property
    def spans(self) -> Iterator[tuple[Span, Stage]]:
        for number, spans in enumerate(self.operations):
            for span in spans:
                yield span, self.stage(number)

    @property
    def touched(self) -> bool:
        """Whether anything may have reached the meter."""
        return any(stage is not Stage.NOT_STARTED for _, stage in self.spans)


# --- records as lines ---------------------------------------------------------------------------------------------


def line_of(record: Mapping[str, Any]) -> bytes:
    text = json.dumps(record, ensure_ascii=False, separators=(",", ":")).encode()
    return b"%08x %s\n" % (zlib.crc32(text), text)


def record_of(line: bytes) -> dict[str, Any] | None:
    """The record of a line; None when it is damaged or was not written to its end."""
    check, _, text = line.partition(b" ")
    if check != b"%08x" % zlib.crc32(text):
        return None
    record = json.loads(text)
    return record if isinstance(record, dict) else None


def beginning(job: Job) -> dict[str, Any]:
    meter, origin = job.meter, job.origin
    return {
        "kind": "begin",
        "version": VERSION,
        "job": job.id,
        "at": job.at,
        "meter": {name: getattr(meter, name) for name in MeterIdentity.__dataclass_fields__},
        "program": {"name": origin.name, "revision": origin.revision, "hash": origin.hash},
        "who": job.who,
        "purpose": job.purpose,
        "root": job.root,
        "operations": [[_plain(span) for span in spans] for spans in job.operations],
    }


def replay(records: Sequence[Mapping[str, Any]]) -> dict[str, Job]:
    """The jobs of a journal as its records leave them. Records of a job whose beginning is lost are left out."""
    jobs: dict[str, Job] = {}
    for record in records:
        kind, name = record["kind"], record["job"]
        if kind == "begin":
            jobs[name] = _job(record)
            continue
        job = jobs.get(name)
        if job is None:
            continue
        if kind == "end":
            jobs[name] = _with(job, outcome=Outcome(record["outcome"]))
        else:
            jobs[name] = _with(job, stages={**job.stages, record["operation"]: Stage(kind)})
    return jobs


def _with(job: Job, **changes: Any) -> Job:
    values = {name: getattr(job, name) for name in Job.__dataclass_fields__}
    return Job(**{**values, **changes})


def _job(record: Mapping[str, Any]) -> Job:
    return Job(
        record["job"],
        record["at"],
        MeterIdentity(**record["meter"]),
        Origin(**record["program"]),
        record["who"],
        record["purpose"],
        tuple(tuple(_span(span) for span in spans) for spans in record["operations"]),
        record["root"],
    )


def _plain(span: Span) -> dict[str, Any]:
    hidden = [{name: getattr(secret, name) for name in SecretSpan.__dataclass_fields__} for secret in span.hidden]
    return {
        "table": span.table,
        "name": span.name,
        "offset": span.offset,
        "before": None if span.before is None else span.before.hex(),
        "after": span.after.hex(),
        "paths": list(span.paths),
        "hidden": hidden,
        "whole": span.whole,
    }


def _span(record: Mapping[str, Any]) -> Span:
    before = record["before"]
    return Span(
        record["table"],
        record["name"],
        record["offset"],
        None if before is None else bytes.fromhex(before),
        bytes.fromhex(record["after"]),
        tuple(record["paths"]),
        tuple(SecretSpan(**secret) for secret in record["hidden"]),
        record["whole"],
    )

"""The audit chain: what one record is, how the records hang together, and how every tampering is found and named.

    hash    SHA-256 over the canonical JSON of the record with the hash of the record before it
    seal    HMAC-SHA-256 of that hash, by a key that only the secret store has
    anchor  how many records there are and the hash of the last one, sealed with the same key

Protected against whom: somebody who can write the database but does not have the key (another program, a person with
the file in hand, a colleague at the same computer without the keyring) cannot alter, add, double, reorder or take away
a record, the last ones and all of them included, without `verify` naming it. Not protected: against somebody who has
the key, and so may write any history; and against putting back an older copy of the whole database. The report of a
visit prints the hash of the last record, and `verify(known=...)` finds whether it is still in the chain: paper in
another person's hands shows even that.
"""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Protocol

from fieldpro.secret import Secret
from fieldpro.security.canonical import canonical

FIRST = "0" * 64
"""What stands for the hash of the record before the first one."""

BROKEN = "chain-broken"
"""The kind of the record that the log writes itself when it finds its anchor not in order; its data hold `from`, the
last number of the part before it."""

SEAL_DOMAIN = b"FieldPro audit record 1\n"
ANCHOR_DOMAIN = b"FieldPro audit anchor 1\n"


class KeySource(Protocol):
    """Where the key of the seals is: `recall` gives None when there is none yet, `make` makes it once.

    A key is settled when something sealed with it is safely on the disk: only then is it suspicious when nothing is
    there any more, and not after a kill in between.
    """

    def recall(self) -> Secret | None: ...
    def make(self) -> Secret: ...
    def is_settled(self) -> bool: ...
    def settle(self) -> None: ...


@dataclass(frozen=True, slots=True)
class AuditRecord:
    """One record. `at` is UTC, ISO 8601; `data` is canonical JSON, `previous` the hash of the record before it."""

    number: int
    kind: str  # session, write, procedure, export, approval, refusal, sign-in, users, visit ...
    at: str
    who: str
    role: str
    meter: str
    data: str
    previous: str

    @property
    def hash(self) -> str:
        text = canonical({name: getattr(self, name) for name in AuditRecord.__dataclass_fields__})
        return hashlib.sha256(text.encode()).hexdigest()

    @property
    def told(self) -> dict[str, Any]:
        """The data as values; nothing where somebody has made it no JSON (`verify` names such a record)."""
        try:
            found = json.loads(self.data)
        except ValueError:
            return {}
        return found if isinstance(found, dict) else {}


@dataclass(frozen=True, slots=True)
class StoredRecord:
    """A record as it lies in the store, believed to be nothing: `place` is the row's own number."""

    place: int
    record: AuditRecord | None  # None where the row does not even have the form of one
    hash: str
    seal: str


@dataclass(frozen=True, slots=True)
class Anchor:
    """How many records there are, and the hash of the last one."""

    count: int
    head: str
    seal: str


class Fault(StrEnum):
    ALTERED = "altered"  # its content is not what was recorded
    FORGED = "forged"  # whole in itself, but sealed by somebody else
    MISSING = "missing"
    DOUBLED = "doubled"
    REORDERED = "reordered"
    UNLINKED = "unlinked"  # does not follow from the record before it
    ANCHOR = "anchor"  # the anchor is missing, altered, or does not fit the records
    BROKEN = "broken"  # the log itself found its anchor not in order, at this record
    KEY = "key"  # the key of the seals is not here
    UNKNOWN_HASH = "unknown-hash"  # a hash known from elsewhere is not in the chain


WORDS: Mapping[Fault, str] = {
    Fault.ALTERED: "was altered after it was recorded",
    Fault.FORGED: "was not written by this program",
    Fault.MISSING: "is missing",
    Fault.DOUBLED: "is there twice",
    Fault.REORDERED: "stands in the wrong place",
    Fault.UNLINKED: "does not follow from the record before it",
    Fault.ANCHOR: "the end of the log is not the one that was sealed",
    Fault.BROKEN: "here the program found that the end of its log had been changed",
    Fault.KEY: "the key of the seals is not here: nobody can say whether the records are genuine",
    Fault.UNKNOWN_HASH: "a record with this hash is no longer in the log",
}


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that is wrong. `number`: of the record concerned, None where it is the log as a whole. `place`: the
    row it was found in."""

    fault: Fault
    number: int | None = None
    place: int | None = None
    detail: str = ""

    def __str__(self) -> str:
        row = f" (row {self.place})" if self.place not in (None, self.number) else ""
        subject = f"Record {self.number}{row} " if self.number is not None else ""
        detail = f": {self.detail}" if self.detail else ""
        return f"{subject}{WORDS[self.fault]}{detail}"


def seal(key: Secret, record_hash: str) -> str:
    return _hmac(key, SEAL_DOMAIN, record_hash)


def anchor(key: Secret, count: int, head: str) -> Anchor:
    """The anchor of a chain of `count` records that ends with the hash `head`."""
    return Anchor(count, head, _hmac(key, ANCHOR_DOMAIN, f"{count} {head}"))


def is_sealed(key: Secret, given: Anchor) -> bool:
    return hmac.compare_digest(anchor(key, given.count, given.head).seal.encode(), given.seal.encode())


def verify(
    rows: Sequence[StoredRecord], end: Anchor | None, key: Secret | None, *, known: Iterable[str] = ()
) -> list[Finding]:
    """Everything that is wrong, in the order of the numbers; nothing when the chain is whole.

    rows: in the order of their places. key: None when the secret store has none: then a log with records in it cannot
    be proven. known: hashes from reports on paper, that must be in the chain.
    """
    whole = {row.hash for row in rows if row.record is not None and row.record.hash == row.hash}
    gone = [text.strip().lower() for text in known]
    findings = [Finding(Fault.UNKNOWN_HASH, detail=text) for text in gone if text not in whole]
    if key is None:
        return [Finding(Fault.KEY), *findings] if rows or end is not None else findings
    sound: dict[int, StoredRecord] = {}
    spoilt: set[int] = set()  # numbers whose record is there but not sound: not called missing as well
    for row in rows:
        fault = _own_fault(row, key)
        record = row.record
        if fault is not None or record is None:
            findings.append(Finding(fault or Fault.ALTERED, row.place, row.place))
            spoilt.add(row.place)
        elif record.number in sound:
            findings.append(Finding(Fault.DOUBLED, record.number, row.place))
        else:
            sound[record.number] = row
            if record.number != row.place:
                findings.append(Finding(Fault.REORDERED, record.number, row.place))
    findings += _links(sound)
    findings += _end(sound, spoilt, end, key)
    return sorted(findings, key=lambda finding: (finding.number is None, finding.number or 0, finding.place or 0))


def is_sound(row: StoredRecord, key: Secret) -> bool:
    """Whether a row is what we have written, wherever it lies now."""
    return _own_fault(row, key) is None


def _own_fault(row: StoredRecord, key: Secret) -> Fault | None:
    if row.record is None or row.record.hash != row.hash:
        return Fault.ALTERED
    if not hmac.compare_digest(seal(key, row.hash).encode(), row.seal.encode()):
        return Fault.FORGED
    return None


def _links(sound: Mapping[int, StoredRecord]) -> list[Finding]:
    """What does not follow from the record before it; and what the log itself has found out."""
    found = []
    for number, row in sorted(sound.items()):
        record = row.record
        assert record is not None  # a sound one has its record
        if record.kind == BROKEN:
            found.append(Finding(Fault.BROKEN, number, row.place, record.at))
        before = sound.get(number - 1)
        expected = FIRST if number == 1 else before.hash if before is not None else None
        if expected is not None and record.previous != expected and record.kind != BROKEN:
            found.append(Finding(Fault.UNLINKED, number, row.place))
    return found


def _end(sound: Mapping[int, StoredRecord], spoilt: set[int], end: Anchor | None, key: Secret) -> list[Finding]:
    """Gaps, and whether the chain ends where its anchor says."""
    last = max(sound, default=0)
    if end is None:
        return [*_gaps(sound, spoilt, last), Finding(Fault.ANCHOR, detail="there is none")]
    if not is_sealed(key, end):
        return [*_gaps(sound, spoilt, last), Finding(Fault.ANCHOR, detail="its seal is not ours")]
    found = _gaps(sound, spoilt, max(last, end.count))
    if last > end.count:
        found.append(Finding(Fault.ANCHOR, detail=f"it says {end.count} records, there are {last}"))
    elif end.count in sound and sound[end.count].hash != end.head:
        found.append(Finding(Fault.ANCHOR, detail=f"record {end.count} is another one"))
    return found


def _gaps(sound: Mapping[int, StoredRecord], spoilt: set[int], last: int) -> list[Finding]:
    """Numbers without a record. Those that the log itself has jumped over, for foreign rows, never had one."""
    jumped: set[int] = set()
    for number, row in sound.items():
        if row.record is not None and row.record.kind == BROKEN:
            jumped.update(range(int(json.loads(row.record.data).get("from", number)) + 1, number))
    there = sound.keys() | spoilt | jumped
    return [Finding(Fault.MISSING, number) for number in range(1, last + 1) if number not in there]


def _hmac(key: Secret, domain: bytes, text: str) -> str:
    return hmac.new(key.reveal(), domain + text.encode("utf-8", "replace"), hashlib.sha256).hexdigest()


def as_plain(row: StoredRecord) -> dict[str, Any]:
    """A stored record in the types of JSON, for export."""
    record = row.record
    fields = {name: getattr(record, name) for name in AuditRecord.__dataclass_fields__} if record else {}
    return {"place": row.place, **fields, "hash": row.hash, "seal": row.seal}

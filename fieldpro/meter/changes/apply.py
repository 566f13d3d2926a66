"""Applies a change set to the meter on the line, as a conversation; what it does is in the journal before it happens.

    written = yield from apply(change_set, journal=journal, who="Ada")
    written.inverse()        the change set that takes it back

    1  table 1: is it the same meter? an interrupted write is to be dealt with first
    2  what is to be changed is read again; refused when it is not what was shown
    3  every operation: journal "intended", write, journal "written", read back, compare, journal "verified"

A write whose answer is lost is read back: done, it counts as written; not done, it is made once more. Otherwise the
error goes on, and the journal says what the meter holds.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from fieldpro.c12.dictionary import Tables
from fieldpro.errors import (
    ChangedSinceShown,
    FieldProError,
    Interrupted,
    LinkError,
    MessageError,
    ProtocolError,
    ServiceRefused,
    WrongMeter,
)
from fieldpro.meter.changes.change import Change, Origin, State
from fieldpro.meter.changes.change_set import ChangeSet
from fieldpro.meter.changes.image import Image, bytes_of, value_in
from fieldpro.meter.changes.journal import Journal
from fieldpro.meter.changes.plan import Access, Operation, access_of, plan
from fieldpro.meter.changes.proof import NOT_READABLE, Proof, prove, read_back
from fieldpro.meter.changes.records import Job, Outcome, SecretSpan, Span, Stage
from fieldpro.meter.device_profile import DeviceProfile
from fieldpro.meter.identity import identity_of
from fieldpro.records import MeterIdentity
from fieldpro.secret import Secret
from fieldpro.session.conversation import AskFacts, Conversation, Progress, SessionFacts
from fieldpro.session.tables import PACKET_OVERHEAD, read_table

IDENTITY_TABLE = 1
_ALLOWED = {
    "as-listed": Access.OFFSET | Access.INDEX,
    "never": Access.WHOLE,
    "offset": Access.OFFSET,
    "index": Access.INDEX,
}
_LOST_ANSWER = (LinkError, MessageError, ProtocolError)


@dataclass(frozen=True, eq=False)
class Written:
    """What was written and read back. `unproven`: what cannot be read back, such as passwords; a log-on proves them.
    `side_effects`: elements that the meter changed along with those that were written."""

    identity: MeterIdentity
    change_set: ChangeSet
    origin: Origin
    job: str
    started_at: datetime
    ended_at: datetime
    operations: int
    unproven: tuple[str, ...] = ()
    side_effects: tuple[str, ...] = ()

    @property
    def changes(self) -> tuple[Change, ...]:
        return self.change_set.different

    def inverse(self) -> ChangeSet:
        """The change set that brings back what was there before."""
        return self.change_set.inverse()


def apply(
    change_set: ChangeSet, *, journal: Journal, who: str = "", profile: DeviceProfile | None = None
) -> Conversation[Written]:
    """Write a change set that was shown and chosen.

    Raises, with nothing written: `WrongMeter`, `ChangedSinceShown`, `Interrupted`, `WriteImpossible`, `JournalError`.
    Raises, with what was written in the journal: `NotVerified`, `ServiceRefused`, `LinkError`, `Cancelled` and others.
    """
    work = Work(change_set, journal, who, profile)
    return (yield from work.run())


@dataclass
class Work:
    """One application under way."""

    change_set: ChangeSet
    journal: Journal
    who: str
    profile: DeviceProfile | None
    proof: Proof = field(default_factory=Proof)
    _written: bool = False

    def run(self) -> Conversation[Written]:
        started = self.journal.now()
        identity = yield from self.meet()
        yield from self._look_at_secrets()
        operations, held = yield from self._look_again()
        spans = [list(self._spans(operation, data)) for operation, data in zip(operations, held, strict=True)]
        job = self.journal.begin(
            identity,
            spans,
            origin=self.change_set.origin,
            who=self.who,
            purpose=self.change_set.purpose,
            root=self.change_set.continues,
        )
        self._keep_secrets(job)
        total = sum(operation.cost for operation in operations)
        done = 0
        for number, operation in enumerate(operations):
            yield Progress(done, total, "bytes", f"Writing {self._title(operation)}")
            yield from self._carry_out(job, number, operation, held[number])
            done += operation.cost
        yield Progress(total, total, "bytes", "Written and read back")
        self.journal.end(job, _outcome(self.change_set.purpose))
        return Written(
            identity,
            self.change_set,
            self.change_set.origin,
            job.id,
            started,
            self.journal.now(),
            len(operations),
            tuple(self.proof.unproven),
            tuple(self.proof.side_effects),
        )

    # --- before anything is written

    def meet(self) -> Conversation[MeterIdentity]:
        """Table 1, and the journal. Raises `WrongMeter`, `Interrupted`."""
        before = self.change_set.before
        shown = before.get(IDENTITY_TABLE)
        found = yield from read_table(IDENTITY_TABLE, None if shown is None else len(shown))
        expected = self.change_set.identity
        general = before.get(0) or b""
        if shown is None or found != shown:
            general = yield from read_table(0)
        here = Tables(before.dictionary, settings=before.settings, raw={0: general, IDENTITY_TABLE: found})
        identity = identity_of(here)
        if identity.key != expected.key or (shown is not None and found != shown):
            raise WrongMeter(_named(expected), _named(identity))
        open_job = self.journal.unfinished(expected)
        if open_job is not None and open_job.root.id != self.change_set.continues:
            raise Interrupted(expected.key, open_job.root.id, open_job.started)
        return expected

    def _look_at_secrets(self) -> Conversation[None]:
        """Tables of passwords and keys are not shown, so they are read only now: what was there before is kept until
        what is written is proven. A meter that does not let them be read is written blindly, element by element."""
        change_set = self.change_set
        found: dict[int, bytes] = {}
        for number, image in change_set.images.items():
            if image.before is None:
                try:
                    size = None if self.change_set.exact else image.layout.size
                    found[number] = yield from read_table(number, size)
                except ServiceRefused as error:
                    if error.response not in NOT_READABLE:
                        raise
        if found:
            raw = {number: change_set.before.get(number) or b"" for number in change_set.before.numbers}
            before = Tables(change_set.before.dictionary, settings=change_set.before.settings, raw=raw | found)
            self.change_set = change_set.against(before)

    def _look_again(self) -> Conversation[tuple[list[Operation], list[bytes]]]:
        """The operations, and what the meter holds where each of them writes. Raises `ChangedSinceShown`."""
        facts: SessionFacts = yield AskFacts()
        room = max(1, (facts.packet_size - PACKET_OVERHEAD) * facts.packet_count)
        operations = [self._readable(operation) for operation in self.change_set.exact]
        for image in self.change_set.images.values():
            if image.number not in {operation.table for operation in self.change_set.exact}:
                operations += plan(image, self._access, room=room)
        held: list[bytes] = []
        whole: dict[int, bytes] = {}
        for operation in operations:
            image = self.change_set.images[operation.table]
            if image.before is None:
                held.append(b"")
                continue
            request = operation.read()
            if request is None and operation.table not in whole:
                shown = self.change_set.before.get(operation.table)
                whole[operation.table] = yield from read_table(operation.table, None if shown is None else len(shown))
            data = operation.cut(whole[operation.table]) if request is None else (yield request).data
            self.check_unchanged(image, operation, data)
            held.append(data)
        return operations, held

    @property
    def _access(self) -> Access:
        method = self.change_set.before.decode(0).get("DATA_ACCESS_METHOD")
        listed = access_of(int(method))
        return listed if self.profile is None else listed & _ALLOWED[self.profile.writing.parts]

    def _readable(self, operation: Operation) -> Operation:
        """Whether the part that is written as somebody has it can be read by itself."""
        way = Access.INDEX if operation.indices is not None else Access.OFFSET
        return replace(operation, by_whole=not operation.whole and way not in self._access)

    def check_unchanged(self, image: Image, operation: Operation, data: bytes) -> None:
        """Raises `ChangedSinceShown` when the meter holds something else where this writes than what was shown."""
        shown = self.change_set.before.get(image.number) or b""
        if image.reshaped_from is not None or (operation.exact and operation.whole and len(data) != len(shown)):
            if data != shown:
                raise ChangedSinceShown(image.layout.table, f"{len(shown)} bytes", f"{len(data)} other bytes")
            return
        if len(data) < min(operation.length, len(shown) - operation.offset):
            raise ProtocolError("Read", f"{operation.length} bytes of table {image.number}", f"{len(data)} bytes")
        now = shown[: operation.offset] + data[: operation.length] + shown[operation.offset + operation.length :]
        for region in operation.regions:
            place = slice(region.offset, region.end)
            if now[place] != shown[place]:
                self._refuse(image, place, shown, now)

    def _refuse(self, image: Image, place: slice, shown: bytes, now: bytes) -> None:
        """Name the first element that is not what it was. Volatile ones that are to be written may have moved."""
        allowed = bytearray(shown)
        for change in self.change_set.changes if self.change_set.exact else self.change_set.different:
            span = change.span
            if change.table != image.number or span.offset >= place.stop or span.offset + span.length <= place.start:
                continue
            node = image.layout.node(change.path)
            at = slice(node.offset, node.offset + node.length)
            if value_in(node, now[at]) == value_in(node, shown[at]):
                continue
            if not self.change_set.rules.volatile.has(change.path):
                found = "something else" if change.secret else replace(change, new=value_in(node, now[at])).new_text
                raise ChangedSinceShown(change.path, change.old_text, found)
            bits = bytes_of(node)
            allowed[at] = bytes(a & ~m | b & m for a, b, m in zip(allowed[at], now[at], bits, strict=True))
        for offset in range(place.start, place.stop):
            if allowed[offset] != now[offset]:
                around = image.layout.at(offset)
                raise ChangedSinceShown(around.full_path, f"{shown[offset]:02X}", f"{now[offset]:02X}")

    # --- writing

    def _carry_out(self, job: Job, number: int, operation: Operation, held: bytes) -> Conversation[None]:
        image = self.change_set.images[operation.table]
        data = operation.laid_over(held[: operation.length] if held else bytes(operation.length))
        self.journal.mark(job, number, Stage.INTENDED)
        try:
            yield operation.write(data)
        except ServiceRefused:
            if not self._written:
                self.journal.end(job, Outcome.NOTHING_WRITTEN)
            raise
        except _LOST_ANSWER as error:
            yield from self._clear_up(operation, held, data, error)
        self._written = True
        self.journal.mark(job, number, Stage.WRITTEN)
        if (yield from prove(self.proof, self.change_set, image, operation, data)):
            self.journal.mark(job, number, Stage.VERIFIED)

    def _clear_up(self, operation: Operation, held: bytes, data: bytes, error: FieldProError) -> Conversation[None]:
        """The answer to a write was lost: was it done? If not, write it once more."""
        found = yield from read_back(operation)
        if found == data or (operation.exact and found[: len(data)] == data):
            return
        reshaped = self.change_set.images[operation.table].reshaped_from is not None
        if not reshaped and (not held or found != held):
            raise error
        yield operation.write(data)

    # --- what is kept

    def _spans(self, operation: Operation, held: bytes) -> Iterator[Span]:
        """The operation for the journal, secrets blanked."""
        rules = self.change_set.rules
        image = self.change_set.images[operation.table]
        inside = [
            change
            for change in self.change_set.different
            if change.table == operation.table and _overlap(change, operation)
        ]
        for region in operation.regions:
            before, after = region.before, bytearray(region.after)
            blanked = None if before is None else bytearray(before)
            hidden = []
            if operation.name in rules.secret.tables:
                for path, start, length in self._secrets_in(image, region.offset, region.end):
                    at = start - region.offset
                    old = None if blanked is None else bytes(blanked[at : at + length])
                    hidden.append(SecretSpan.of(path, start, old, bytes(after[at : at + length])))
                    after[at : at + length] = bytes(length)
                    if blanked is not None:
                        blanked[at : at + length] = bytes(length)
            paths = tuple(change.path for change in inside if _overlap(change, region))
            yield Span(
                operation.table,
                operation.name,
                region.offset,
                None if blanked is None else bytes(blanked),
                bytes(after),
                paths,
                tuple(hidden),
                image.reshaped_from is not None,
            )

    def _secrets_in(self, image: Image, start: int, end: int) -> Iterator[tuple[str, int, int]]:
        for change in self._secrets:
            span = change.span
            if change.table == image.number and start <= span.offset < end:
                yield change.path, span.offset, span.length

    @property
    def _secrets(self) -> list[Change]:
        """The passwords and keys that are written; exact requests write also those that stay as they are."""
        change_set = self.change_set
        rows = change_set.changes if change_set.exact else change_set.different
        return [row for row in rows if row.secret and row.state in (State.DIFFERENT, State.SAME)]

    def _keep_secrets(self, job: Job) -> None:
        """What was there before and what is wanted, for as long as it is not proven."""
        if job.root:
            return  # the job that was interrupted has kept them: what there was at its beginning is not to be lost
        for change in self._secrets:
            if isinstance(change.old, Secret):
                self.journal.keeper.keep(secret_name(job.id, change.path, "before"), change.old)
            self.journal.keeper.keep(secret_name(job.id, change.path, "after"), change.new)

    def _title(self, operation: Operation) -> str:
        return self.change_set.images[operation.table].layout.title or operation.name


def secret_name(job: str, path: str, which: str) -> str:
    """What the keeper knows a password or key of a job by."""
    return f"{job}/{path}/{which}"


def _outcome(purpose: str) -> Outcome:
    outcomes: Mapping[str, Outcome] = {"finish": Outcome.FINISHED, "go-back": Outcome.GONE_BACK}
    return outcomes.get(purpose, Outcome.DONE)


def _overlap(change: Change, place: Any) -> bool:
    span = change.span
    return bool(span.offset < place.offset + place.length and place.offset < span.offset + span.length)


def _named(identity: MeterIdentity) -> str:
    return f"{identity.manufacturer} {identity.model} {identity.serial}, firmware {identity.firmware}"

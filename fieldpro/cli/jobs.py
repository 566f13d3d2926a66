"""A job that changes a meter: the meter of before, the right, the record, and what was there kept among the records."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from typing import Any, TypeVar

from fieldpro.cli import console
from fieldpro.cli.line import MeterLine
from fieldpro.errors import WrongMeter
from fieldpro.meter.collection import Collection
from fieldpro.meter.procedures import Evidence
from fieldpro.meter.read import identify
from fieldpro.records import MeterIdentity
from fieldpro.security.guard import JobNotes
from fieldpro.security.rights import Right
from fieldpro.session.conversation import Conversation

T = TypeVar("T")


def guarded(
    meter: MeterLine,
    identity: MeterIdentity,
    right: Right,
    kind: str,
    told: Mapping[str, Any],
    job: Callable[[JobNotes], Conversation[T]],
    *,
    reason: str = "",
) -> T:
    """Run a job at the meter that was shown, when who works here may; one record of it, however it ends.

    Raises `WrongMeter` and as `Guard.allow` does before anything but reads is sent.
    """

    def conversation() -> Conversation[T]:
        with meter.here.guard.job(right, identity, kind, told, reason=reason) as notes:
            return (yield from job(notes))

    return at_meter(meter, identity, kind, conversation)


def at_meter(meter: MeterLine, identity: MeterIdentity, name: str, job: Callable[[], Conversation[T]]) -> T:
    """Run a job at the meter that was met before. Raises `WrongMeter` for another one, before the job begins."""
    seen = Collection(operator=meter.operator)

    def conversation() -> Conversation[T]:
        found = yield from identify(collection=seen)
        if found.key != identity.key:
            raise WrongMeter(identity.key, found.key)
        return (yield from job())

    return meter.run(name, conversation, collection=seen).result


@contextmanager
def evidence_kept(meter: MeterLine, deed: str) -> Iterator[Evidence]:
    """The evidence of a job. What was there before it is saved as a record, however the job ends."""
    evidence = Evidence(operator=meter.operator, note=f"Before: {deed}")
    try:
        yield evidence
    finally:
        before = evidence.before
        if before is not None and before.tables:
            number = meter.here.desk.store.save(replace(before, note=f"Before: {deed}"))
            console.say(f"What was there before is record {number}.")

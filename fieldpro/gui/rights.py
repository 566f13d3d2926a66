"""What the one who works here may do, for the pages: asked before a button is offered, and again by the job itself.

`guard` is the `fieldpro.security.guard.Guard` of this window; without one everything is allowed and nothing is
recorded. `may` is for the GUI thread; `job` is entered by a conversation, in the thread of its port:

    with rights.job(Right.CLOCK, meter, entries.PROCEDURE, entries.procedure(...)) as notes:
        result = yield from set_clock()
        notes.add(result=result.words)
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from fieldpro.records import MeterIdentity
    from fieldpro.security.guard import Guard
    from fieldpro.security.rights import Right


class Notes(Protocol):
    """What is to stand in the record of a job."""

    def add(self, **data: Any) -> None: ...


class _NoNotes:
    def add(self, **data: Any) -> None:
        """Nobody keeps a record."""


class Rights:
    """See the module."""

    def __init__(self) -> None:
        self.guard: Guard | None = None

    def may(self, right: Right) -> bool:
        """By role alone."""
        return self.guard is None or self.guard.may(right)

    @contextmanager
    def job(
        self,
        right: Right,
        meter: MeterIdentity | str,
        kind: str,
        data: Mapping[str, Any] | None = None,
        *,
        reason: str = "",
    ) -> Iterator[Notes]:
        """A job on a meter: allowed before anything is sent, recorded however it ends. Raises as `Guard.allow`."""
        if self.guard is None:
            yield _NoNotes()
            return
        with self.guard.job(right, meter, kind, data, reason=reason) as notes:
            yield notes

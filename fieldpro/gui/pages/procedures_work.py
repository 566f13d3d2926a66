"""One procedure as the window runs it: allowed, recorded, with what was there before kept whatever becomes of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from threading import Event
from typing import TYPE_CHECKING, Any

from fieldpro.gui.models.procedure_entries import Entry
from fieldpro.gui.models.procedure_outcome import Result, result_of
from fieldpro.meter.procedures import Evidence, Terms
from fieldpro.security import entries

if TYPE_CHECKING:
    from fieldpro.gui.rights import Rights
    from fieldpro.meter.device_profile import DeviceProfile
    from fieldpro.records import MeterIdentity, ReadOut
    from fieldpro.session.conversation import Conversation


@dataclass
class ProcedureRun:
    """A run under way. `stop` ends what can be ended early; `evidence` is in hand whatever happens."""

    entry: Entry
    values: Mapping[str, Any]
    rights: Rights
    operator: str
    identity: MeterIdentity
    profile: DeviceProfile | None = None
    reason: str = ""
    stop: Event = field(default_factory=Event)

    def __post_init__(self) -> None:
        self.evidence = Evidence(operator=self.operator)

    def conversation(self) -> Conversation[Result]:
        entry = self.entry
        told = entries.procedure(
            number=entry.number, name=entry.title, parameters=_plain(self.values), reason=self.reason
        )
        values = {**self.values, "is_ready": self.stop.is_set} if entry.stops else self.values
        terms = Terms(meter=self.identity, profile=self.profile)
        with self.rights.job(entry.right, self.identity, entries.PROCEDURE, told, reason=self.reason) as notes:
            outcome = yield from entry.run(values, self.evidence, terms)
            result = result_of(entry.title, outcome)
            notes.add(words=result.headline, notes=list(result.notes))
        return result

    @property
    def snapshot(self) -> ReadOut | None:
        """What was there before, to be saved; None when nothing was read, or nothing is cleared."""
        before = self.evidence.before
        if before is None or not self.entry.keeps_snapshot:
            return None
        return replace(before, operator=self.operator, note=f"Before: {self.entry.title}")


def _plain(values: Mapping[str, Any]) -> dict[str, Any]:
    """Values as a record can say them."""
    return {name: _text(value) for name, value in values.items()}


def _text(value: Any) -> Any:
    if isinstance(value, bytes):
        return value.hex(" ").upper()
    return value.isoformat() if isinstance(value, datetime) else value

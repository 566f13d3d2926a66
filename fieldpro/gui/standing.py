"""What the frame shows of the meter and of the job: plain frozen records, made outside the GUI thread. No Qt here."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from fieldpro.explain import Explanation
from fieldpro.records import MeterIdentity, Severity


class Standing(StrEnum):
    """How the window stands to the meter it shows."""

    NONE = "none"
    CONNECTING = "connecting"
    CONNECTED = "connected"
    SAVED = "saved"  # a saved read-out, no meter


@dataclass(frozen=True, slots=True)
class MeterState:
    """The meter bar. `severity` is the worst flag that is set, `headline` its words, `flags` how many are set."""

    standing: Standing = Standing.NONE
    port: str = ""
    identity: MeterIdentity | None = None
    severity: Severity | None = None
    headline: str = ""
    flags: int = 0
    mode: str = ""
    drift_s: float | None = None
    access: str = ""  # what the log-on allows, in words
    saved_at: datetime | None = None
    record_id: int | None = None


class JobOutcome(StrEnum):
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    CANCELLED = "cancelled"


@dataclass(frozen=True, slots=True)
class JobState:
    """The job bar. `done` of `total` `unit`; `total` None while nobody knows; `rate_per_s` in units a second."""

    name: str
    outcome: JobOutcome = JobOutcome.RUNNING
    text: str = ""
    done: int = 0
    total: int | None = None
    unit: str = ""
    rate_per_s: float | None = None
    remaining_s: float | None = None
    cancelling: bool = False
    explanation: Explanation | None = None

    def ended(self, outcome: JobOutcome, text: str, explanation: Explanation | None = None) -> JobState:
        return replace(self, outcome=outcome, text=text, explanation=explanation, remaining_s=None)

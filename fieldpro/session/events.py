"""What a session and a worker tell while they work: plain records, for the job bar, the log, the link-quality bar."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

from fieldpro.errors import FieldProError
from fieldpro.session.conversation import Progress, SessionFacts
from fieldpro.session.ticket import Ticket


@dataclass(frozen=True, slots=True)
class LinkQuality:
    """How good the line is, counted since the session was made.

    packets: received whole; sent: packets sent the first time; retries: packets sent again; naks: acknowledgements
    that refused one of ours; repeats: packets the meter sent twice; garbage_bytes: bytes that made no packet (CRC
    errors and noise); echo_damage: bytes of echo that came back wrong.
    """

    packets: int = 0
    sent: int = 0
    retries: int = 0
    naks: int = 0
    repeats: int = 0
    garbage_bytes: int = 0
    echo_damage: int = 0

    @property
    def share_good(self) -> float:
        """0 to 1: packets that went through at the first try, of all that were sent either way."""
        bad = self.retries + self.repeats
        total = self.packets + self.sent + bad
        return 1.0 if total == 0 else 1.0 - bad / total


# --- of a session ---------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class ProbeTried:
    """The meter did not answer with this probe profile; the next one is taken."""

    probe: str


@dataclass(frozen=True, slots=True)
class ProbeChosen:
    """The meter answered with this probe profile. `echoes`: the probe sends our bytes back."""

    probe: str
    echoes: bool


@dataclass(frozen=True, slots=True)
class BaudFailed:
    """The meter did not answer at the agreed rate; the session starts again without it."""

    baud: int


@dataclass(frozen=True, slots=True)
class Opened:
    facts: SessionFacts


@dataclass(frozen=True, slots=True)
class Busy:
    """The meter is busy or has no data yet; the request is repeated after `seconds`."""

    subject: str
    response: int
    seconds: float


@dataclass(frozen=True, slots=True)
class Reconnecting:
    """The link died in the middle of a read; it is opened again and the read repeated."""

    error: FieldProError
    attempt: int


@dataclass(frozen=True, slots=True)
class Quality:
    """The line's quality has changed."""

    quality: LinkQuality


@dataclass(frozen=True, slots=True)
class Closed:
    """Logged off and terminated; `clean` is False when the meter did not confirm it."""

    clean: bool


SessionEvent: TypeAlias = ProbeTried | ProbeChosen | BaudFailed | Opened | Busy | Reconnecting | Quality | Closed


# --- of a worker ----------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class JobStarted:
    ticket: Ticket


@dataclass(frozen=True, slots=True)
class JobProgress:
    """`rate_per_s` counts `progress.unit` a second; `remaining_s` is None while nobody can tell."""

    ticket: Ticket
    progress: Progress
    rate_per_s: float | None
    remaining_s: float | None


@dataclass(frozen=True, slots=True)
class JobDone:
    ticket: Ticket
    result: object


@dataclass(frozen=True, slots=True)
class JobFailed:
    """`error` is a `FieldProError`, or any other exception when the program itself is at fault."""

    ticket: Ticket
    error: Exception


@dataclass(frozen=True, slots=True)
class JobCancelled:
    """`result` is what the job had by then, when it gives such a thing; the session has been closed properly."""

    ticket: Ticket
    result: object = None


JobEvent: TypeAlias = JobStarted | JobProgress | JobDone | JobFailed | JobCancelled
JobEnd: TypeAlias = JobDone | JobFailed | JobCancelled

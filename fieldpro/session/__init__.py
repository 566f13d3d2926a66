"""Sessions with meters: what is said (conversations), and who says it (the session, the worker of a port)."""

from fieldpro.session.conversation import AskFacts, AskQuality, Conversation, Pause, Progress, SessionFacts
from fieldpro.session.events import (
    JobCancelled,
    JobDone,
    JobEvent,
    JobFailed,
    JobProgress,
    JobStarted,
    LinkQuality,
    SessionEvent,
)
from fieldpro.session.meter_session import MeterSession
from fieldpro.session.plan import SessionPlan
from fieldpro.session.tables import read_range, read_table
from fieldpro.session.ticket import Ticket
from fieldpro.session.worker import PortWorker

__all__ = [
    "AskFacts",
    "AskQuality",
    "Conversation",
    "JobCancelled",
    "JobDone",
    "JobEvent",
    "JobFailed",
    "JobProgress",
    "JobStarted",
    "LinkQuality",
    "MeterSession",
    "Pause",
    "PortWorker",
    "Progress",
    "SessionEvent",
    "SessionFacts",
    "SessionPlan",
    "Ticket",
    "read_range",
    "read_table",
]

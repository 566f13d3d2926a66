"""The legal order of services (ANSI C12.18 and C12.21, states of a device), as a table one can read aloud.

    BASE --Identify--> ID --Log on--> SESSION --Log off--> ID --Terminate--> BASE

A request out of its place is answered with isss and changes nothing; so does a request that is refused.
Where the standards' editions differ we keep the wider reading: Terminate and Disconnect also end a session, and
Authenticate belongs into the session, beside Security.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import Any

from fieldpro.c12.psem.authenticate import Authenticate
from fieldpro.c12.psem.default_read import DefaultRead
from fieldpro.c12.psem.default_write import DefaultWrite
from fieldpro.c12.psem.disconnect import Disconnect
from fieldpro.c12.psem.full_read import FullRead
from fieldpro.c12.psem.full_write import FullWrite
from fieldpro.c12.psem.identification import Identify
from fieldpro.c12.psem.index_read import IndexRead
from fieldpro.c12.psem.index_write import IndexWrite
from fieldpro.c12.psem.logoff import Logoff
from fieldpro.c12.psem.logon import Logon
from fieldpro.c12.psem.message import Request
from fieldpro.c12.psem.negotiate import Negotiate
from fieldpro.c12.psem.offset_read import OffsetRead
from fieldpro.c12.psem.offset_write import OffsetWrite
from fieldpro.c12.psem.security import Security
from fieldpro.c12.psem.terminate import Terminate
from fieldpro.c12.psem.timing_setup import TimingSetup
from fieldpro.c12.psem.wait import Wait
from fieldpro.errors import ProtocolError


class State(Enum):
    BASE = "base"  # nothing said yet
    ID = "ID"  # the device has said what it speaks
    SESSION = "session"  # a user is logged on


@dataclass(frozen=True, slots=True)
class Rule:
    """In one of the states `allowed`, `service` may be asked for; done, it leads to `then` (None: no change)."""

    service: type[Request[Any]]
    allowed: frozenset[State]
    then: State | None

    def __str__(self) -> str:
        places = " or ".join(state.value for state in State if state in self.allowed)
        outcome = "stays there" if self.then is None else f"leads to {self.then.value}"
        return f"{self.service.__name__} is allowed in {places} and {outcome}"


def _rule(service: type[Request[Any]], *allowed: State, then: State | None = None) -> Rule:
    return Rule(service, frozenset(allowed), then)


ORDER: tuple[Rule, ...] = (
    _rule(Identify, State.BASE, then=State.ID),
    _rule(Negotiate, State.ID),
    _rule(TimingSetup, State.ID),
    _rule(Wait, State.ID, State.SESSION),
    _rule(Logon, State.ID, then=State.SESSION),
    _rule(Security, State.SESSION),
    _rule(Authenticate, State.SESSION),
    _rule(FullRead, State.SESSION),
    _rule(IndexRead, State.SESSION),
    _rule(DefaultRead, State.SESSION),
    _rule(OffsetRead, State.SESSION),
    _rule(FullWrite, State.SESSION),
    _rule(IndexWrite, State.SESSION),
    _rule(DefaultWrite, State.SESSION),
    _rule(OffsetWrite, State.SESSION),
    _rule(Logoff, State.SESSION, then=State.ID),
    _rule(Terminate, State.ID, State.SESSION, then=State.BASE),
    _rule(Disconnect, State.ID, State.SESSION, then=State.BASE),
)
_RULES = {rule.service: rule for rule in ORDER}


def is_allowed(state: State, request: Request[Any]) -> bool:
    return state in _RULES[type(request)].allowed


def next_state(state: State, request: Request[Any]) -> State:
    """The state after `request` was carried out. Raises `ProtocolError` when it has no place in `state`."""
    rule = _RULES[type(request)]
    if state not in rule.allowed:
        expected = " or ".join(place.value for place in State if place in rule.allowed)
        raise ProtocolError(rule.service.title, f"state {expected}", f"state {state.value}")
    return state if rule.then is None else rule.then

"""The legal order of services, walked along and stepped out of."""

from __future__ import annotations

from typing import Any

import pytest

from fieldpro.c12.psem import (
    ORDER,
    SERVICES,
    Authenticate,
    FullRead,
    FullWrite,
    Identify,
    Logoff,
    Logon,
    Negotiate,
    Request,
    Security,
    State,
    Terminate,
    TimingSetup,
    Wait,
    is_allowed,
    next_state,
)
from fieldpro.errors import ProtocolError
from fieldpro.secret import Secret


def test_every_service_has_exactly_one_place() -> None:
    assert sorted(rule.service.__name__ for rule in ORDER) == sorted(service.__name__ for service in SERVICES)


def test_a_whole_visit() -> None:
    visit: list[tuple[Request[Any], State]] = [
        (Identify(), State.ID),
        (TimingSetup(30, 1, 4, 3), State.ID),
        (Negotiate(1024, 2, (9600,)), State.ID),
        (Wait(5), State.ID),
        (Logon(0, "me"), State.SESSION),
        (Security(Secret(b"")), State.SESSION),
        (Authenticate(1, b""), State.SESSION),
        (FullRead(1), State.SESSION),
        (FullWrite(7, b""), State.SESSION),
        (Wait(5), State.SESSION),
        (Logoff(), State.ID),
        (Logon(0, "you"), State.SESSION),
        (Terminate(), State.BASE),
    ]
    state = State.BASE
    for request, then in visit:
        assert is_allowed(state, request)
        state = next_state(state, request)
        assert state is then


@pytest.mark.parametrize(
    ("state", "request_"),
    [
        (State.BASE, FullRead(1)),
        (State.BASE, Logon(0, "")),
        (State.BASE, Terminate()),
        (State.ID, Identify()),
        (State.ID, FullRead(1)),
        (State.ID, Security(Secret(b""))),
        (State.ID, Logoff()),
        (State.SESSION, Logon(0, "")),
        (State.SESSION, Negotiate(64, 1)),
    ],
)
def test_out_of_place(state: State, request_: Request[Any]) -> None:
    assert not is_allowed(state, request_)
    with pytest.raises(ProtocolError) as caught:
        next_state(state, request_)
    assert caught.value.service == request_.title
    assert caught.value.found == f"state {state.value}"


def test_the_table_can_be_read_aloud() -> None:
    sentences = [str(rule) for rule in ORDER]
    assert sentences[0] == "Identify is allowed in base and leads to ID"
    assert "FullRead is allowed in session and stays there" in sentences
    assert "Terminate is allowed in ID or session and leads to base" in sentences

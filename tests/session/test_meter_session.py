"""A session as a playbook: what goes over the wire, in which order, and how it ends."""

from __future__ import annotations

from typing import Any

import pytest

from fieldpro.c12.psem.full_write import FullWrite
from fieldpro.errors import LinkError, ServiceRefused
from fieldpro.secret import Secret
from fieldpro.session import MeterSession, Pause, SessionPlan, read_table


@pytest.fixture
def open_lab(lab: Any, clock: Any, memory_ends: Any) -> Any:
    def make(plan: SessionPlan | None = None, *, wire: dict[str, Any] | None = None, **meter: Any) -> Any:
        made = lab.ScriptedMeter(**meter)
        line = lab.SimWire(made, memory_ends, clock, **(wire or {}))
        return made, line, MeterSession(line, plan, clock=clock)

    return make


def test_a_session_identifies_negotiates_logs_on_reads_and_says_goodbye(open_lab: Any, lab: Any) -> None:
    meter, wire, session = open_lab()
    with session:
        assert session.run(read_table(lab.SMALL)) == lab.TABLES[lab.SMALL]
    assert meter.services == ["Identify", "Negotiate", "Logon", "FullRead", "Logoff", "Terminate"]
    assert wire.baud == 9600
    assert session.facts.baud == 28800
    assert (session.facts.packet_size, session.facts.packet_count) == (256, 32)

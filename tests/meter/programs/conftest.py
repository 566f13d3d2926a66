"""Virtual meters read over memory, once a test run."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from fieldpro.meter.read import read_tables
from fieldpro.meter.view import MeterView
from fieldpro.records import ReadOut
from fieldpro.secret import Secret
from fieldpro.session.meter_session import MeterSession
from fieldpro.session.plan import SessionPlan
from fieldpro.simulator import open_url

PASSWORDS = {"centron": "PRIMARY", "residential": "MASTER"}


@pytest.fixture(scope="session")
def read_outs() -> Mapping[str, ReadOut]:
    """Everything the two virtual meters list, read with the highest password."""
    found = {}
    for name, password in PASSWORDS.items():
        url = f"sim://{name}?seed=3&days=1&at=2026-03-01T12:00"
        plan = SessionPlan(password=Secret.from_text(password))
        with MeterSession(open_url(url), plan, close_transport=True) as session:
            found[name] = session.run(read_tables())
    return found


@pytest.fixture(params=sorted(PASSWORDS))
def view(request: pytest.FixtureRequest, read_outs: Mapping[str, ReadOut]) -> MeterView:
    return MeterView(read_outs[request.param])


@pytest.fixture
def centron(read_outs: Mapping[str, ReadOut]) -> MeterView:
    return MeterView(read_outs["centron"])

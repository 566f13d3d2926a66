"""A customer cut off and connected over a real session, in real time."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from fieldpro.errors import SwitchError
from fieldpro.meter.procedures import Evidence
from fieldpro.meter.read import identify
from fieldpro.meter.switch import Approval, Confirmation, Deed, connect, disconnect, read_switch
from fieldpro.secret import Secret
from fieldpro.session import MeterSession, SessionPlan
from fieldpro.simulator import VirtualMeter, describe
from fieldpro.simulator.faults import FaultPlan
from fieldpro.simulator.serve import MemoryServer


def approval(deed: Deed, meter: str) -> Approval:
    now = datetime.now(UTC)
    acts = (Confirmation("button", now - timedelta(seconds=3)), Confirmation("serial number typed", now))
    return Approval(deed, meter, "Non-payment, order 4711", acts, "Ada")


def test_off_and_on_and_not_onto_voltage() -> None:
    meter = VirtualMeter(describe.overridden(describe.load("centron"), days=3), faults=FaultPlan(actuator=0.6))
    plan = SessionPlan(user="TESTER", password=Secret.from_text("PRIMARY"))
    with MemoryServer(meter) as server, MeterSession(server.client, plan) as session:
        key = session.run(identify()).key
        off = session.run(disconnect(approval(Deed.DISCONNECT, key), evidence=Evidence(operator="Ada")))
        assert (off.before.state, off.after.state) == ("closed", "open")
        switch = meter.device.body.switch
        assert switch is not None
        switch.backfeed_volts = 120.0
        with pytest.raises(SwitchError) as caught:
            session.run(connect(approval(Deed.CONNECT, key)))
        assert caught.value.reason == "load-side-voltage"
        switch.backfeed_volts = 0.0
        on = session.run(connect(approval(Deed.CONNECT, key)))
        assert on.after.state == "closed"
        assert session.run(read_switch()).operations == 2

"""Disconnect, arm, connect: refused before anything is sent when something is wrong, watched until the switch rests."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from fieldpro.c12.psem import FullRead, FullWrite
from fieldpro.errors import LinkError, NotApproved, ProcedureRefused, ProcedureUnanswered, SwitchError
from fieldpro.explain import explain
from fieldpro.meter.device_profile import load
from fieldpro.meter.procedures import Terms
from fieldpro.meter.switch import Deed, arm, connect, disconnect, read_switch
from fieldpro.meter.switch_keys import SwitchCommand

Make = Callable[..., Any]
VIRTUAL = load("fieldpro-virtual")
ORDERS = {Deed.DISCONNECT: disconnect, Deed.ARM: arm, Deed.CONNECT: connect}


def state(at: Any) -> str:
    at.meter.device.catch_up()
    return str(at.meter.device.body.switch.state.name)


def profile(**changes: Any) -> Any:
    """The virtual meters' profile with some keys of the switch otherwise."""
    assert VIRTUAL.switch is not None
    return VIRTUAL.model_copy(update={"switch": VIRTUAL.switch.model_copy(update=changes)})


def give(at: Any, deed: Deed, approval: Any, **more: Any) -> Any:
    return at.run(ORDERS[deed](approval, evidence=at.evidence(), **more))


def refused(at: Any, deed: Deed, approval: Any, **more: Any) -> SwitchError:
    with pytest.raises(SwitchError) as caught:
        give(at, deed, approval, **more)
    assert explain(caught.value).next_step
    return caught.value


def test_a_customer_is_cut_off_and_connected_again(both: Any, approve: Make) -> None:
    off = give(both, Deed.DISCONNECT, approve(both, Deed.DISCONNECT))
    assert (off.before.state, off.after.state, state(both)) == ("closed", "open", "OPEN")
    assert off.after.cause == "command"
    assert off.after.load_side_voltage is False
    assert off.result.done
    assert off.approval.reason == "Non-payment, order 4711"
    assert 2051 in off.read_before.tables
    assert off.read_before.tables[2051].data != off.read_after.tables[2051].data
    on = give(both, Deed.CONNECT, approve(both, Deed.CONNECT))
    assert (on.before.state, on.after.state, state(both)) == ("open", "closed", "CLOSED")
    assert both.procedures_sent == [2049, 2051]


def test_it_is_watched_until_it_rests(bench: Make, approve: Make) -> None:
    at = bench("centron", faults="actuator:7")
    outcome = give(at, Deed.DISCONNECT, approve(at, Deed.DISCONNECT))
    assert outcome.moved_in_s >= 6.5
    assert outcome.after.state == "open"


def test_the_armed_switch_is_the_customers_to_close(bench: Make, approve: Make) -> None:
    at = bench("centron")
    give(at, Deed.DISCONNECT, approve(at, Deed.DISCONNECT))
    armed = give(at, Deed.ARM, approve(at, Deed.ARM))
    assert armed.after.words.startswith("open and armed")
    at.meter.press_button()
    at.real += 3
    assert state(at) == "CLOSED"
    assert at.run(read_switch(evidence=at.evidence())).cause == "button"


@pytest.mark.parametrize("deed", list(ORDERS))
def test_without_an_approval_nothing_is_even_asked(bench: Make, deed: Deed) -> None:
    at = bench("centron")
    with pytest.raises(NotApproved):
        give(at, deed, None)
    assert at.asked == []


@pytest.mark.parametrize("deed", list(ORDERS))
@pytest.mark.parametrize("spoilt", [{"reason": ""}, {"confirmations": ()}, {"meter": "FPRO 1"}, {"deed": Deed.LIMIT}])
def test_with_half_an_approval_nothing_is_sent(bench: Make, approve: Make, deed: Deed, spoilt: dict[str, Any]) -> None:
    at = bench("centron")
    with pytest.raises(NotApproved):
        give(at, deed, approve(at, deed, **spoilt))
    assert not [request for request in at.asked if isinstance(request, FullWrite)]


def test_the_right_is_asked_and_without_it_nothing_is_sent(bench: Make, approve: Make) -> None:
    at = bench("centron")

    def refuse(right: str) -> None:
        raise PermissionError(right)

    for deed, right in ((Deed.DISCONNECT, "switch.disconnect"), (Deed.ARM, "switch.connect")):
        with pytest.raises(PermissionError, match=right):
            give(at, deed, approve(at, deed), terms=Terms(allow=refuse))
    assert at.procedures_sent == []


def test_connecting_onto_voltage_is_refused_with_the_reason(bench: Make, approve: Make) -> None:
    at = bench("centron", faults="backfeed:117")
    off = give(at, Deed.DISCONNECT, approve(at, Deed.DISCONNECT))
    assert "something else feeds it" in off.notes[0]
    for deed in (Deed.CONNECT, Deed.ARM):
        error = refused(at, deed, approve(at, deed))
        assert (error.reason, error.detail) == ("load-side-voltage", "117 V")
        assert "117 V" in explain(error).what
    assert at.procedures_sent == [2049]
    assert state(at) == "OPEN"


def test_voltage_that_comes_up_after_the_look_is_the_meters_own_refusal(bench: Make, approve: Make) -> None:
    at = bench("centron")
    give(at, Deed.DISCONNECT, approve(at, Deed.DISCONNECT))

    def hook(request: Any) -> None:
        if isinstance(request, FullWrite):
            at.meter.device.body.switch.backfeed_volts = 118.0

    at.hook = hook
    error = refused(at, Deed.CONNECT, approve(at, Deed.CONNECT))
    assert (error.reason, error.detail) == ("load-side-voltage", "the meter found it")
    assert state(at) == "OPEN"


def test_where_the_meter_cannot_tell_a_person_has_to_have_measured(bench: Make, approve: Make) -> None:
    at = bench("centron")
    blind = Terms(profile=profile(load_side_voltage="not-measured"))
    give(at, Deed.DISCONNECT, approve(at, Deed.DISCONNECT), terms=blind)
    assert refused(at, Deed.CONNECT, approve(at, Deed.CONNECT), terms=blind).reason == "load-side-unknown"
    assert at.procedures_sent == [2049]
    outcome = give(at, Deed.CONNECT, approve(at, Deed.CONNECT, measured_dead=True), terms=blind)
    assert outcome.after.state == "closed"


def test_only_an_open_switch_is_armed(bench: Make, approve: Make) -> None:
    at = bench("centron")
    assert refused(at, Deed.ARM, approve(at, Deed.ARM)).reason == "wrong-state"
    assert at.procedures_sent == []


def test_a_switch_that_is_there_already_is_not_told_again(bench: Make, approve: Make) -> None:
    at = bench("centron")
    outcome = give(at, Deed.CONNECT, approve(at, Deed.CONNECT))
    assert outcome.result is None
    assert "already" in outcome.notes[0]
    assert at.procedures_sent == []


def test_a_moving_switch_is_let_be(bench: Make, approve: Make) -> None:
    at = bench("centron", faults="actuator:300")
    at.meter.device.body.switch.disconnect(at.real)
    assert refused(at, Deed.CONNECT, approve(at, Deed.CONNECT)).reason == "moving"
    assert at.procedures_sent == []


def test_a_switch_that_sticks_is_reported(bench: Make, approve: Make) -> None:
    at = bench("centron", faults="stuck:1")
    error = refused(at, Deed.DISCONNECT, approve(at, Deed.DISCONNECT))
    assert error.reason == "stuck"
    assert "closed" in error.detail
    assert state(at) == "CLOSED"
    assert give(at, Deed.DISCONNECT, approve(at, Deed.DISCONNECT)).after.state == "open"


def test_one_that_sticks_without_saying_so_is_found_by_its_state(bench: Make, approve: Make) -> None:
    at = bench("centron", faults="stuck:1")
    terms = Terms(profile=profile(fault="", disconnect=SwitchCommand(procedure=2049, selector=2)))
    error = refused(at, Deed.DISCONNECT, approve(at, Deed.DISCONNECT), terms=terms)
    assert error.reason == "stuck"
    assert "after 20 s" in error.detail


def test_an_old_failure_says_nothing_of_this_time(bench: Make, approve: Make) -> None:
    at = bench("centron", faults="stuck:1,actuator:4")
    refused(at, Deed.DISCONNECT, approve(at, Deed.DISCONNECT))
    at_once = Terms(profile=profile(disconnect=SwitchCommand(procedure=2049, selector=2)))  # no answer is waited for
    outcome = give(at, Deed.DISCONNECT, approve(at, Deed.DISCONNECT), terms=at_once)
    assert outcome.before.has_failed
    assert outcome.after.state == "open"


def test_a_refusal_for_want_of_a_level_is_no_failure_of_the_switch(bench: Make, approve: Make) -> None:
    at = bench("centron", faults="stuck:1")
    refused(at, Deed.DISCONNECT, approve(at, Deed.DISCONNECT))
    at.log_on("LIMITED")
    with pytest.raises(ProcedureRefused) as caught:
        give(at, Deed.DISCONNECT, approve(at, Deed.DISCONNECT))
    assert caught.value.result == 5


def test_one_that_sticks_twice_is_reported_twice(bench: Make, approve: Make) -> None:
    at = bench("centron", faults="stuck:2")
    for _ in range(2):
        assert refused(at, Deed.DISCONNECT, approve(at, Deed.DISCONNECT)).reason == "stuck"


def test_a_motor_that_does_not_stop_in_time_is_an_error_within_that_time(bench: Make, approve: Make) -> None:
    at = bench("centron", faults="actuator:600")
    begun = at.real
    terms = Terms(profile=profile(settle_s=15.0))
    error = refused(at, Deed.DISCONNECT, approve(at, Deed.DISCONNECT), terms=terms)
    assert error.reason == "slow"
    assert "moving" in error.state
    assert at.real - begun < 40


@pytest.mark.parametrize("selector", [0, 1, 2, 3])
def test_whatever_the_meter_answers_the_switch_itself_is_looked_at(bench: Make, approve: Make, selector: int) -> None:
    at = bench("centron")
    terms = Terms(profile=profile(disconnect=SwitchCommand(procedure=2049, selector=selector)))
    outcome = give(at, Deed.DISCONNECT, approve(at, Deed.DISCONNECT), terms=terms)
    assert outcome.after.state == "open"


def test_an_order_whose_answer_is_lost_is_proved_by_the_switch(bench: Make, approve: Make) -> None:
    at = bench("centron")
    lost: list[bool] = []

    def hook(request: Any) -> None:
        if isinstance(request, FullWrite):
            at._say(request)
            lost.append(True)
            raise LinkError("silent", "memory", 3)
        if lost and isinstance(request, FullRead) and request.table == 8:
            raise LinkError("silent", "memory", 3)

    at.hook = hook
    outcome = give(at, Deed.DISCONNECT, approve(at, Deed.DISCONNECT))
    assert outcome.after.state == "open"
    assert at.procedures_sent == [2049]


def test_an_order_that_got_lost_on_its_way_is_in_doubt_and_not_repeated(bench: Make, approve: Make) -> None:
    at = bench("centron")

    def hook(request: Any) -> None:
        if isinstance(request, FullWrite):
            raise LinkError("silent", "memory", 3)

    at.hook = hook
    with pytest.raises(ProcedureUnanswered):
        give(at, Deed.DISCONNECT, approve(at, Deed.DISCONNECT))
    assert at.procedures_sent == [2049]
    assert state(at) == "CLOSED"


def test_a_level_that_may_not_is_told_so(bench: Make, approve: Make) -> None:
    at = bench("centron", password="LIMITED")
    with pytest.raises(ProcedureRefused) as caught:
        give(at, Deed.DISCONNECT, approve(at, Deed.DISCONNECT))
    assert caught.value.result == 5


def test_a_meter_whose_switch_nobody_described_has_none(bench: Make, approve: Make) -> None:
    at = bench("centron")
    terms = Terms(profile=VIRTUAL.model_copy(update={"switch": None}))
    assert refused(at, Deed.DISCONNECT, approve(at, Deed.DISCONNECT), terms=terms).reason == "no-switch"
    with pytest.raises(SwitchError):
        at.run(read_switch(evidence=at.evidence(), terms=terms))
    one_way = Terms(profile=profile(arm=None))
    assert refused(at, Deed.ARM, approve(at, Deed.ARM), terms=one_way).reason == "no-switch"


def test_what_is_told_is_logged_by_the_meter(bench: Make, approve: Make) -> None:
    from fieldpro.meter.read import read_events
    from fieldpro.meter.view import MeterView

    at = bench("centron")
    give(at, Deed.DISCONNECT, approve(at, Deed.DISCONNECT))
    newest = MeterView(at.run(read_events())).events()[:2]
    assert newest[0].title == "Service switch opened"
    assert replace(newest[1], argument=b"").detail == "maker's procedure 1, Disconnect the customer"

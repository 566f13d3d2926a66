"""The service switch on the command line: shown, ordered after two acts and a reason, refused with its reason."""

from __future__ import annotations

from typing import Any

import pytest

SERIAL = "0000000061873204"  # resources/meters/centron.toml
WHY = ("--reason", "Non-payment, order 4711", "--confirm", SERIAL)


def test_the_switch_is_shown_with_its_load_side_and_limit(fieldpro: Any, meter: str) -> None:
    state = fieldpro("switch", meter, "--json").json
    assert (state["state"], state["load_side_voltage"]) == ("closed", True)
    assert state["limit"]["threshold_watts"] > 0
    assert fieldpro("switch", meter, "status").out.startswith("Switch")


def test_a_customer_is_cut_off_and_connected_again(fieldpro: Any, meter: str, logged_on: Any) -> None:
    opened = fieldpro("switch", meter, "disconnect", "--json", *WHY, *logged_on)
    assert opened.code == 0, opened.err
    assert (opened.json["before"]["state"], opened.json["after"]["state"]) == ("closed", "open")
    armed = fieldpro("switch", meter, "arm", *WHY, *logged_on)
    assert armed.code == 0, armed.err
    closed = fieldpro("switch", meter, "connect", *WHY, *logged_on)
    assert closed.code == 0, closed.err
    assert closed.out.startswith("The switch is closed")
    told = fieldpro("audit", "list", "--kind", "procedure", "--json").json
    assert [record["data"]["name"] for record in told] == [
        "Connect the customer",
        "Arm the switch",
        "Disconnect the customer",
    ]
    assert all(record["data"]["reason"] == "Non-payment, order 4711" for record in told)
    approvals = fieldpro("audit", "list", "--kind", "approval", "--json").json
    assert [record["data"]["right"] for record in approvals] == [
        "switch.connect",
        "switch.connect",
        "switch.disconnect",
    ]


def test_connecting_onto_voltage_is_refused_with_the_reason(fieldpro: Any, meter: str, logged_on: Any) -> None:
    fed = f"{meter}&faults=backfeed:118&keep=1"
    assert fieldpro("switch", fed, "disconnect", *WHY, *logged_on).code == 0
    said = fieldpro("switch", fed, "connect", *WHY, *logged_on)
    assert said.code == 1
    assert "118 V" in said.err
    assert fieldpro("switch", fed, "--json").json["state"] == "open"


def test_a_switch_that_sticks_is_the_meters_failure(fieldpro: Any, meter: str, logged_on: Any) -> None:
    said = fieldpro("switch", f"{meter}&faults=stuck:1&keep=1", "disconnect", *WHY, *logged_on)
    assert said.code == 1
    assert said.out == ""
    (told,) = fieldpro("audit", "list", "--kind", "procedure", "--json").json
    assert (told["data"]["outcome"], told["data"]["error"]) == ("failed", "switch")


def test_the_load_limit_is_changed_and_told(fieldpro: Any, meter: str, logged_on: Any) -> None:
    said = fieldpro("switch", meter, "limit", "--watts", "30000", "--on", "--policy", "arm", "--json", *WHY, *logged_on)
    assert said.code == 0, said.err
    assert said.json["limit"]["threshold_watts"] == 30_000
    assert (said.json["limit"]["on"], said.json["limit"]["policy"]) == (True, "arm")
    (told,) = fieldpro("audit", "list", "--kind", "write", "--json").json
    assert told["data"]["outcome"] == "done"


@pytest.mark.parametrize(
    "arguments",
    [
        ("disconnect",),
        ("disconnect", "--reason", "Non-payment, order 4711"),
        ("disconnect", "--reason", "why", "--confirm", SERIAL),
        ("disconnect", "--reason", "Non-payment, order 4711", "--confirm", "4711"),
        ("limit", *WHY),
        ("limit", "--policy", "explode", *WHY),
        ("explode",),
    ],
)
def test_an_order_that_is_not_approved_ends_with_2_and_the_switch_stays(
    fieldpro: Any, meter: str, logged_on: Any, arguments: tuple[str, ...]
) -> None:
    said = fieldpro("switch", meter, *arguments, *logged_on)
    assert said.code == 2, said.err
    assert fieldpro("switch", meter, "--json").json["state"] == "closed"

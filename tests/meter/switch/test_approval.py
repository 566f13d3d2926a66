"""An approval is a reason in words and two acts; anything less is none, and the error says what lacks."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from fieldpro.errors import NotApproved
from fieldpro.explain import explain
from fieldpro.meter.switch import Approval, Confirmation, Deed
from fieldpro.security.rights import Right

NOW = datetime(2026, 3, 20, 16, 34, tzinfo=UTC)
METER = "FPRO 61873204"


def act(name: str, seconds_ago: float) -> Confirmation:
    return Confirmation(name, NOW - timedelta(seconds=seconds_ago))


def approval(
    *confirmations: Confirmation, reason: str = "Non-payment, order 4711", deed: Deed = Deed.DISCONNECT
) -> Approval:
    return Approval(deed, METER, reason, confirmations or (act("button", 5), act("typed", 2)))


def missing(given: Approval, *, deed: Deed = Deed.DISCONNECT, meter: str = METER, now: datetime = NOW) -> str:
    with pytest.raises(NotApproved) as caught:
        given.check(deed, meter, now)
    assert explain(caught.value).subject == deed.words
    return caught.value.missing


def test_a_good_one_is_good() -> None:
    approval().check(Deed.DISCONNECT, METER, NOW)
    approval().check(Deed.DISCONNECT, METER, NOW + timedelta(minutes=4))


def test_it_holds_for_one_deed_at_one_meter() -> None:
    assert "disconnect the customer" in missing(approval(), deed=Deed.CONNECT)
    assert "FPRO 2" in missing(approval(), meter="FPRO 2")


@pytest.mark.parametrize("reason", ["", "   ", "x", "........ ....", "n/a"])
def test_a_reason_is_words(reason: str) -> None:
    assert "reason" in missing(approval(reason=reason))


@pytest.mark.parametrize(
    ("confirmations", "what"),
    [
        ((act("button", 5),), "second"),
        ((act("button", 5), act("button", 2)), "another way"),
        ((act("Button ", 5), act("button", 2)), "another way"),
        ((act("", 5), act("typed", 2)), "another way"),
        ((act("button", 2.0), act("typed", 1.9)), "apart"),
        ((act("button", 900), act("typed", 2)), "minutes"),
        ((act("button", -60), act("typed", -90)), "minutes"),
    ],
)
def test_two_confirmations_are_two_acts_of_now(confirmations: tuple[Confirmation, ...], what: str) -> None:
    assert what in missing(approval(*confirmations))


def test_it_grows_old() -> None:
    assert "minutes" in missing(approval(), now=NOW + timedelta(minutes=6))


@pytest.mark.parametrize("deed", list(Deed))
def test_every_deed_has_words_and_a_right(deed: Deed) -> None:
    assert deed.words
    assert deed.right in set(Right)

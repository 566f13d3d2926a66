"""The approval of an order to the service switch: a reason in words, and two confirmations that are two acts.

    approval = Approval(Deed.DISCONNECT, meter.key, "Non-payment, order 4711",
                        (Confirmation("button", at), Confirmation("typed the meter number", later)))

It holds for one deed at one meter and for a few minutes. The acts have to differ, and to lie apart in time as well: a
double click, or the same key pressed twice, is one act.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from fieldpro.errors import NotApproved

SHORTEST_REASON = 8  # letters and digits
APART = timedelta(seconds=0.5)
HOLDS_FOR = timedelta(minutes=5)


class Deed(StrEnum):
    """What is approved. The value is for logs; `words` are for a person, `right` what the user needs."""

    DISCONNECT = "disconnect"
    ARM = "arm"
    CONNECT = "connect"
    LIMIT = "load-limit"

    @property
    def words(self) -> str:
        return _TITLES[self]

    @property
    def right(self) -> str:
        return _RIGHTS[self]


_TITLES = {
    Deed.DISCONNECT: "Disconnect the customer",
    Deed.ARM: "Arm the switch",
    Deed.CONNECT: "Connect the customer",
    Deed.LIMIT: "Change the load limit",
}
_RIGHTS = {
    Deed.DISCONNECT: "switch.disconnect",
    Deed.ARM: "switch.connect",
    Deed.CONNECT: "switch.connect",
    Deed.LIMIT: "switch.load-limit",
}


@dataclass(frozen=True, slots=True)
class Confirmation:
    """One act of a person: what it was, and when (aware)."""

    act: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Approval:
    """meter: the key of the identity it holds for. measured_dead: the person has measured that there is no voltage on
    the load side, where the meter cannot tell."""

    deed: Deed
    meter: str
    reason: str
    confirmations: tuple[Confirmation, ...]
    who: str = ""
    measured_dead: bool = False

    def check(self, deed: Deed, meter: str, now: datetime) -> None:
        """Raises `NotApproved` that says what is missing for this deed at this meter now."""
        missing = self._missing(deed, meter, now)
        if missing:
            raise NotApproved(deed.words, missing)

    def _missing(self, deed: Deed, meter: str, now: datetime) -> str:
        if self.deed is not deed:
            return f"it was approved to {self.deed.words[0].lower()}{self.deed.words[1:]}"
        if self.meter != meter:
            return f"it was approved for meter {self.meter}, and this is {meter}"
        if sum(character.isalnum() for character in self.reason) < SHORTEST_REASON:
            return "a reason in words"
        if len(self.confirmations) < 2:
            return "a second confirmation"
        first, second = sorted(self.confirmations, key=lambda each: each.at)[:2]
        if not first.act.strip() or first.act.strip().casefold() == second.act.strip().casefold():
            return "a second confirmation in another way than the first"
        if second.at - first.at < APART:
            return "a second confirmation apart from the first"
        if not timedelta(seconds=-1) <= now - first.at <= HOLDS_FOR:
            return f"an approval of the last {HOLDS_FOR.seconds // 60} minutes"
        return ""


def require_approval(approval: Approval | None, deed: Deed, meter: str, now: datetime) -> Approval:
    """The approval, when there is one that holds. Raises `NotApproved`."""
    if approval is None:
        raise NotApproved(deed.words, "a reason and two confirmations")
    approval.check(deed, meter, now)
    return approval

"""Every procedure of a meter as the window offers it: what it is called, what it takes, what it clears. No Qt here.

Most come from the catalogue as they are; those with a conversation of their own have a form of their own, made of the
same `Parameter`s, and the demand reset's number stands for three: the reset, the self read, the change of season.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from fieldpro.c12.dictionary import Tables
from fieldpro.errors import FieldProError, UsageError
from fieldpro.gui.figures import duration
from fieldpro.gui.words import tr
from fieldpro.meter import procedures
from fieldpro.meter.pending import waiting
from fieldpro.meter.procedure_note import Danger
from fieldpro.meter.procedures import RULES, ClockRules, Evidence, Offer, Parameter, Terms
from fieldpro.meter.view import MeterView
from fieldpro.security.rights import Right

LONGEST_TEST_MIN = 480
DANGER_ORDER = (Danger.NONE, Danger.SOME, Danger.UNKNOWN, Danger.HIGH)
Values = Mapping[str, Any]


@dataclass(frozen=True)
class Entry:
    """One row of the list. `parameters` None: nobody knows them, they are given in hex. `run` makes the conversation
    of values by path. `stops`: it can be ended early. `why_not`: why it cannot be run as things are, "" when it can."""

    id: str
    number: int
    label: str
    title: str
    verb: str  # "Reset demand of {serial}"
    danger: Danger
    warning: str
    clears: tuple[str, ...]
    right: Right
    parameters: tuple[Parameter, ...] | None
    run: Callable[[Values, Evidence, Terms], Any]
    stops: bool = False
    why_not: str = ""
    needs_table: int | None = None  # to be read before it can be chosen what it is to do

    @property
    def is_dangerous(self) -> bool:
        return self.danger in (Danger.HIGH, Danger.UNKNOWN)

    @property
    def keeps_snapshot(self) -> bool:
        """Whether what was there before is saved as a record."""
        return self.is_dangerous or bool(self.clears)


@dataclass(frozen=True, slots=True)
class LockOut:
    """When demand was last reset, by the meter's own clock, and whether another reset is locked out now."""

    last: datetime | None
    now: datetime | None
    locked: bool

    @property
    def words(self) -> str:
        if self.last is None or self.now is None:
            return tr("The meter does not say when demand was last reset; the lock-out time cannot be checked.")
        said = tr(
            "Last demand reset: {when}, {since} ago by the meter's clock.",
            when=f"{self.last:%Y-%m-%d %H:%M}",
            since=duration((self.now - self.last).total_seconds()),
        )
        if self.locked:
            return said + " " + tr("That is within the lock-out time of {hours} h.", hours=f"{procedures.LOCK_OUT_H:g}")
        return said


def entries(view: MeterView) -> list[Entry]:
    """What the meter lists and a person may want; the service switch has a page of its own."""
    tables = view.tables
    found: list[Entry] = []
    for offer in procedures.offers(tables, view.device_profile):
        if offer.listed is not False and offer.note.offered and not offer.note.right.startswith("switch."):
            found += _entries_of(offer, tables)
    return found


def lock_out(view: MeterView) -> LockOut:
    """What is known of the last demand reset from what was read."""
    last = procedures.last_demand_reset(view.read_out)
    try:
        clock = view.clock()
    except FieldProError:
        clock = None
    now = None if clock is None else clock.meter_time
    locked = last is not None and now is not None and abs(now - last) < timedelta(hours=procedures.LOCK_OUT_H)
    return LockOut(last, now, locked)


def _entries_of(offer: Offer, tables: Tables) -> Iterator[Entry]:
    note = offer.note
    base = Entry(
        str(offer.number),
        offer.number,
        offer.label,
        offer.title,
        tr("Run “{title}” on {serial}", title=offer.title, serial="{serial}"),
        note.danger,
        note.warning,
        note.clears,
        Right(note.right),
        _parameters(offer.number, tables),
        lambda values, evidence, terms: procedures.carry_out(
            offer.number, _given(values), evidence=evidence, terms=terms
        ),
    )
    own = _OWN.get(note.own_job)
    yield from [base] if own is None else own(base, tables)


def _parameters(number: int, tables: Tables) -> tuple[Parameter, ...] | None:
    try:
        return procedures.parameters(number, tables)
    except FieldProError:
        return None


def _given(values: Values) -> Values | bytes:
    """As `carry_out` takes them: bytes where only those are known."""
    raw = values.get("")
    return raw if isinstance(raw, bytes) else procedures.values_from(values)


# --- those with a conversation of their own -----------------------------------------------------------------------


def _flag(path: str, title: str) -> Parameter:
    return Parameter(path, title, "flag")


def _simple(job: Callable[..., Any], verb: str) -> Callable[[Entry, Tables], Iterator[Entry]]:
    """A job that takes nothing."""

    def made(base: Entry, _tables: Tables) -> Iterator[Entry]:
        yield replace(
            base,
            verb=tr(verb),
            parameters=(),
            run=lambda _values, evidence, terms: job(evidence=evidence, terms=terms),
        )

    return made


def _demand_reset(base: Entry, _tables: Tables) -> Iterator[Entry]:
    yield replace(
        base,
        id="demand-reset",
        title=tr("Demand reset"),
        verb=tr("Reset demand of {serial}"),
        parameters=(
            _flag("self_read", tr("Keep a self read too")),
            _flag("force", tr("Do it within the lock-out time all the same")),
        ),
        run=lambda values, evidence, terms: procedures.demand_reset(
            self_read=bool(values.get("self_read")), force=bool(values.get("force")), evidence=evidence, terms=terms
        ),
    )
    yield replace(
        base,
        id="self-read",
        title=tr("Self read"),
        verb=tr("Make a self read of {serial}"),
        danger=Danger.NONE,
        warning=tr("The registers as they stand are kept in the list of self reads; nothing is reset."),
        clears=(),
        right=Right.PROCEDURE,
        parameters=(),
        run=lambda _values, evidence, terms: procedures.self_read(evidence=evidence, terms=terms),
    )
    yield replace(
        base,
        id="season-change",
        title=tr("Change of season"),
        verb=tr("Change the season of {serial}"),
        danger=Danger.SOME,
        warning=tr("The registers are kept as those of the season that ends, and the next season begins."),
        clears=(),
        right=Right.PROCEDURE,
        parameters=(),
        run=lambda _values, evidence, terms: procedures.carry_out(
            base.number, {"ACTION_FLAG": _season_flags()}, evidence=evidence, terms=terms
        ),
    )


def _season_flags() -> dict[str, bool]:
    return {"DEMAND_RESET_FLAG": False, "SELF_READ_FLAG": False, "SEASON_CHANGE_FLAG": True}


def _clock(base: Entry, _tables: Tables) -> Iterator[Entry]:
    def run(values: Values, evidence: Evidence, terms: Terms) -> Any:
        rules = ClockRules(gradual_up_to_s=0.0) if values.get("at_once") else RULES
        return procedures.set_clock(zone=zone_of(values.get("zone", "")), rules=rules, evidence=evidence, terms=terms)

    yield replace(
        base,
        id="set-clock",
        verb=tr("Set the clock of {serial}"),
        parameters=(
            _flag("at_once", tr("At once, not in steps")),
            Parameter("zone", tr("The meter's zone, if it does not tell: America/Chicago"), "text", size=64),
        ),
        run=run,
    )


def zone_of(name: str) -> ZoneInfo | None:
    """None for no name. Raises `UsageError` for one that is none."""
    if not name:
        return None
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError) as error:
        raise UsageError("zone", "a name such as America/Chicago", name) from error


def _mode(base: Entry, tables: Tables) -> Iterator[Entry]:
    known = _attempt(lambda: procedures.modes(tables)) or {}
    if not known:
        yield base
        return
    words = dict(known)
    yield replace(
        base,
        id="change-mode",
        verb=tr("Change the mode of {serial}"),
        parameters=(Parameter("mode", tr("Mode"), "choice", words=words),),
        run=lambda values, evidence, terms: procedures.change_mode(
            words[int(values["mode"])], evidence=evidence, terms=terms
        ),
    )
    if procedures.TEST in words.values() and procedures.METERING in words.values():
        yield replace(
            base,
            id="test-mode",
            title=tr("Test mode, with return"),
            verb=tr("Put {serial} into test mode"),
            warning=tr("The meter does not count for billing until it is back; it is put back when the time is over."),
            parameters=(Parameter("minutes", tr("For"), "number", "min", 1, LONGEST_TEST_MIN),),
            run=_stay,
            stops=True,
        )


def _stay(values: Values, evidence: Evidence, terms: Terms) -> Any:
    return procedures.stay_in_test_mode(
        for_s=60.0 * int(values["minutes"]),
        is_ready=values.get("is_ready") or (lambda: False),
        evidence=evidence,
        terms=terms,
    )


def _lists(base: Entry, tables: Tables) -> Iterator[Entry]:
    words = _attempt(lambda: procedures.list_names(tables)) or {}
    which = Parameter("list", tr("List"), "choice" if words else "number", "", 0, 255, dict(words))
    if base.number == 4:
        yield replace(
            base,
            verb=tr("Empty a list of {serial}"),
            parameters=(which,),
            run=lambda values, evidence, terms: procedures.reset_list_pointers(
                int(values["list"]), evidence=evidence, terms=terms
            ),
        )
        return
    yield replace(
        base,
        verb=tr("Mark entries of {serial} as read"),
        parameters=(which, Parameter("entries", tr("Entries (0: all that are unread)"), "number", "", 0, 65_535)),
        run=lambda values, evidence, terms: procedures.update_last_read(
            int(values["list"]), int(values["entries"]) or None, evidence=evidence, terms=terms
        ),
    )


def _pending(base: Entry, tables: Tables) -> Iterator[Entry]:
    activates = base.number in (12, 13)
    job = procedures.activate_pending if activates else procedures.clear_pending
    verb = tr("Activate pending tables of {serial}") if activates else tr("Give up pending tables of {serial}")
    if base.number in (12, 14):
        yield replace(
            base,
            verb=verb,
            parameters=(),
            run=lambda _values, evidence, terms: job(evidence=evidence, terms=terms),
        )
        return
    listed = _attempt(lambda: waiting(tables))
    triggers = [each.trigger for each in listed or () if each.still_pending and each.trigger is not None]
    distinct = list(dict.fromkeys(triggers))
    why_not = "" if distinct else tr("Nothing waits in this meter.") if listed is not None else tr("Not read yet.")
    words = {number: trigger.words for number, trigger in enumerate(distinct)}
    yield replace(
        base,
        verb=verb,
        parameters=(Parameter("trigger", tr("Which"), "choice", words=words),) if words else (),
        run=lambda values, evidence, terms: job(distinct[int(values["trigger"])], evidence=evidence, terms=terms),
        why_not=why_not,
        needs_table=4 if listed is None else None,
    )


def _attempt(call: Callable[[], Any]) -> Any:
    try:
        return call()
    except FieldProError:
        return None


_OWN: Mapping[str, Callable[[Entry, Tables], Iterator[Entry]]] = {
    "cold_start": _simple(procedures.cold_start, "Start {serial} as it was delivered"),
    "warm_start": _simple(procedures.warm_start, "Restart {serial}"),
    "clear_data": _simple(procedures.clear_data, "Clear the data of {serial}"),
    "clear_standard_status": _simple(procedures.clear_standard_status, "Clear the status flags of {serial}"),
    "clear_manufacturer_status": _simple(procedures.clear_manufacturer_status, "Clear the maker's flags of {serial}"),
    "start_load_profile": _simple(procedures.start_load_profile, "Start the load profile of {serial}"),
    "stop_load_profile": _simple(procedures.stop_load_profile, "Stop the load profile of {serial}"),
    "demand_reset": _demand_reset,
    "set_clock": _clock,
    "change_mode": _mode,
    "reset_list_pointers": _lists,
    "update_last_read": _lists,
    "activate_pending": _pending,
    "clear_pending": _pending,
}

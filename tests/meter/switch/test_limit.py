"""The load limit is shown, approved, written as a change set, and does what it says."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from fieldpro.errors import NotApproved, SwitchError, UsageError
from fieldpro.meter.changes import Journal
from fieldpro.meter.device_profile import load
from fieldpro.meter.read import read_tables
from fieldpro.meter.switch import Deed, LoadLimit, limit_of, read_switch, set_load_limit
from fieldpro.meter.switch.limit import limit_changes, limit_values, policies
from fieldpro.meter.view import MeterView

Make = Callable[..., Any]
VIRTUAL = load("fieldpro-virtual")
NEW = LoadLimit(True, 4_000.0, 120.0, "reconnect", 600.0, 2)


@pytest.fixture
def journal(tmp_path: Path) -> Journal:
    return Journal(tmp_path)


def read(at: Any) -> MeterView:
    return MeterView(at.run(read_tables([0, 1, 5, 2051, 2052])))


def test_what_will_change_is_shown_first(both: Any) -> None:
    changes = limit_changes(NEW, read(both), VIRTUAL)
    different = {change.path.partition(".")[2] for change in changes.different}
    assert {"LIMIT_FLAGS.LIMIT_ON_FLAG", "THRESHOLD", "DURATION", "RECONNECT_DELAY"} <= different
    assert not [request for request in both.asked if type(request).__name__.endswith("Write")]


def test_it_is_written_read_back_and_in_force(both: Any, approve: Make, journal: Journal) -> None:
    changes = limit_changes(NEW, read(both), VIRTUAL)
    approval = approve(both, Deed.LIMIT)
    written = both.run(set_load_limit(changes, approval, journal=journal, now=both.now(), who="Ada"))
    assert written.changes
    assert both.run(read_switch(evidence=both.evidence())).limit == NEW
    inside = both.meter.device.body.switch.limit
    assert (inside.threshold_watts, inside.duration_s, inside.most_trips) == (4_000.0, 120, 2)


def test_it_opens_the_switch(bench: Make, approve: Make, journal: Journal) -> None:
    at = bench("centron", start="2026-03-20T04:00:00")
    limit = LoadLimit(True, 1.0, 30.0, "stay-open", 0.0, 1)
    changes = limit_changes(limit, read(at), VIRTUAL)
    at.run(set_load_limit(changes, approve(at, Deed.LIMIT), journal=journal, now=at.now()))
    at.real += 40
    found = at.run(read_switch(evidence=at.evidence()))
    assert (found.state, found.cause, found.trips) == ("open", "load limit", 1)


def test_without_an_approval_nothing_is_sent(bench: Make, approve: Make, journal: Journal) -> None:
    at = bench("centron")
    changes = limit_changes(NEW, read(at), VIRTUAL)
    at.asked.clear()
    for approval in (None, approve(at, Deed.CONNECT), approve(at, Deed.LIMIT, meter="FPRO 1")):
        with pytest.raises(NotApproved):
            at.run(set_load_limit(changes, approval, journal=journal, now=at.now()))
    assert at.asked == []


def test_a_limit_goes_to_its_elements_and_back(bench: Make) -> None:
    at = bench("centron")
    tables = read(at).tables
    keys = VIRTUAL.switch.limit  # type: ignore[union-attr] # the virtual meters have one
    assert keys is not None
    found = limit_of(tables, keys)
    assert limit_values(found, tables, keys) == {
        "LOAD_LIMIT_TBL.LIMIT_FLAGS.LIMIT_ON_FLAG": False,
        "LOAD_LIMIT_TBL.THRESHOLD": 25_000.0,
        "LOAD_LIMIT_TBL.DURATION": 300,
        "LOAD_LIMIT_TBL.POLICY": 1,
        "LOAD_LIMIT_TBL.RECONNECT_DELAY": 60,
        "LOAD_LIMIT_TBL.MOST_TRIPS": 3,
    }
    assert set(policies(keys)) == {"stay-open", "arm", "reconnect"}
    assert "no load limit" in found.words
    assert "25000 W for 300 s" in replace(found, on=True).words


def test_what_this_make_cannot_do_is_refused_in_words(bench: Make) -> None:
    at = bench("centron")
    tables = read(at).tables
    keys = VIRTUAL.switch.limit  # type: ignore[union-attr] # the virtual meters have one
    assert keys is not None
    with pytest.raises(UsageError):
        limit_values(replace(NEW, policy="whatever"), tables, keys)
    with pytest.raises(UsageError):
        limit_values(replace(NEW, duration_s=0.5), tables, keys)
    with pytest.raises(UsageError):
        limit_values(NEW, tables, keys.model_copy(update={"most_trips": ""}))
    with pytest.raises(SwitchError):
        limit_changes(NEW, tables, load("generic"))

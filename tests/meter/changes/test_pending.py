"""A change set written now to take hold later: at a date, after a time, when it is told to, or never."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest

from fieldpro.c12.psem import FullWrite
from fieldpro.errors import ChangedSinceShown, FieldProError, UsageError, WriteImpossible
from fieldpro.meter.changes import Outcome, edit, finish, finish_staging, go_back_from_staging, stage
from fieldpro.meter.changes.pending import pending_header, room_for_pending
from fieldpro.meter.pending import After, AtTime, ByProcedure, Trigger, waiting
from fieldpro.meter.procedures import activate_pending, clear_pending
from fieldpro.secret import Secret

CALENDAR = {"CALENDAR_TBL.TIER_SWITCHES[1].TIER_SWITCH.SWITCH_HOUR": 6}
TARIFF = {"UTIL_INFO_TBL.TARIFF_ID": "TOU-2"}
SOON = AtTime(datetime(2026, 3, 2, 6, 0))
TRIGGERS: list[Trigger] = [SOON, After(days=1, hours=2), ByProcedure(b"TOU26")]


def run_stage(site: Any, change_set: Any, trigger: Trigger) -> Any:
    return site.run(stage(change_set, trigger, journal=site.journal, who="Ada"))


def pass_by(site: Any, hours: float) -> None:
    site.clock.sleep(hours * 3600)
    site.meter.tick(site.clock.steady)


@pytest.mark.parametrize("trigger", TRIGGERS, ids=lambda trigger: type(trigger).__name__)
def test_what_is_staged_waits_and_what_is_in_force_stays(centron: Any, trigger: Trigger) -> None:
    before = centron.held(54)
    staged = run_stage(centron, centron.edited(CALENDAR), trigger)
    assert staged.tables == (54,)
    assert centron.view(54).tables.get(54) == before
    (entry,) = [each for each in waiting(centron.view(4).tables) if each.still_pending]
    assert (entry.table, entry.trigger) == (54, trigger)
    (write,) = [step for step in centron.asked if isinstance(step, FullWrite)] or [None]
    assert write is None, "looking writes nothing"
    assert centron.journal.unfinished(staged.identity) is None


def test_a_pending_table_is_written_with_six_bytes_in_front_of_it(centron: Any) -> None:
    change_set = centron.edited(CALENDAR)
    run_stage(centron, change_set, ByProcedure(b"TOU26"))
    (write,) = [step for step in centron.asked if isinstance(step, FullWrite)]
    assert write.table == 4096 + 54
    assert write.data == b"\x02TOU26" + change_set.images[54].after


@pytest.mark.parametrize(
    ("trigger", "head"),
    [
        (After(1, 2, 3, 4, 5), "01 01 02 03 04 05"),
        (ByProcedure(b"\1\2\3\4\5", self_read=True), "12 01 02 03 04 05"),
        (ByProcedure(demand_reset=True), "22 00 00 00 00 00"),
        # 20514 days and 6 hours in minutes: 29540520; TM_FORMAT 3, least significant byte first; one byte to fill
        (SOON, "00 A8 C0 C2 01 00"),
    ],
)
def test_the_header_of_a_trigger(centron: Any, trigger: Trigger, head: str) -> None:
    assert pending_header(centron.view(0).tables, trigger).hex(" ").upper() == head


def test_at_its_date_it_is_in_force(centron: Any) -> None:
    change_set = centron.edited(TARIFF)
    run_stage(centron, change_set, SOON)
    pass_by(centron, 12)
    assert centron.view(6).tables.decode(6)["TARIFF_ID"] == "GS-TOU"
    pass_by(centron, 12)
    assert centron.view(6).tables.decode(6)["TARIFF_ID"] == "TOU-2"
    centron.write(change_set.inverse())
    assert centron.view(6).tables.decode(6)["TARIFF_ID"] == "GS-TOU"


def test_it_can_be_put_into_force_by_its_trigger(centron: Any) -> None:
    staged = run_stage(centron, centron.edited(TARIFF), ByProcedure(b"ONE  "))
    outcome = centron.run(activate_pending(ByProcedure(b"ONE  ")))
    assert outcome.result.done
    assert centron.held(6) == staged.change_set.images[6].after


def test_it_can_be_given_up(centron: Any) -> None:
    before = centron.held(6)
    run_stage(centron, centron.edited(TARIFF), SOON)
    assert centron.run(clear_pending(SOON)).result.done
    pass_by(centron, 48)
    assert centron.held(6) == before
    assert not [each for each in waiting(centron.view(4).tables) if each.still_pending]


def test_a_meter_without_pending_tables_is_not_asked(make_site: Any) -> None:
    residential = make_site("residential")
    change_set = residential.edited(TARIFF)
    if room_for_pending(change_set.before):
        pytest.fail("this test wants a meter without pending tables")
    with pytest.raises(WriteImpossible):
        run_stage(residential, change_set, SOON)


def test_what_has_changed_since_it_was_shown_is_not_staged(centron: Any) -> None:
    shown = centron.edited(TARIFF)
    centron.write(centron.edited({"UTIL_INFO_TBL.TARIFF_ID": "OTHER"}))
    with pytest.raises(ChangedSinceShown):
        run_stage(centron, shown, SOON)
    assert not [each for each in waiting(centron.view(4).tables) if each.still_pending]


def test_passwords_are_not_staged(centron: Any) -> None:
    change_set = edit(centron.view(), {"SECURITY_TBL.SECURITY_ENTRIES[0].PASSWORD": Secret(b"NEW")})
    with pytest.raises(WriteImpossible):
        run_stage(centron, change_set, SOON)


@pytest.mark.parametrize("back", [True, False])
def test_an_interrupted_staging_is_named_finished_or_cleared(power_cut: Any, centron: Any, back: bool) -> None:
    """Cut at every boundary from the first write on."""
    kinds = set()
    for cut in range(18, 64):
        site = type(centron)(power_cut, "centron", type(centron.journal)(centron.journal.folder / str(cut)))
        change_set = site.edited({**TARIFF, **CALENDAR})
        before = {number: site.held(number) for number in change_set.tables}
        wire = power_cut.Wire(site.meter, site.clock, cut=cut)
        try:
            with power_cut.open_session(wire, "centron", packet_size=1024) as session:
                session.run(stage(change_set, SOON, journal=site.journal))
        except FieldProError:
            pass
        site.clock.sleep(60)
        site.meter.tick(site.clock.steady)
        unfinished = site.journal.unfinished(change_set.identity)
        kinds.add(unfinished is not None)
        assert {number: site.held(number) for number in before} == before
        if unfinished is None:
            continue
        assert unfinished.is_staging
        with pytest.raises(UsageError):
            finish(unfinished, change_set.before, site.journal)
        resume = go_back_from_staging if back else finish_staging
        site.run(resume(unfinished, change_set.before, journal=site.journal))
        (job,) = site.journal.jobs(change_set.identity)
        assert job.outcome is (Outcome.GONE_BACK if back else Outcome.FINISHED)
        left = [each.table for each in waiting(site.view(4).tables) if each.still_pending]
        assert sorted(left) == ([] if back else sorted(before))
    assert kinds == {True, False}

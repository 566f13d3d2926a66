"""Writing a change set: the right meter, what was shown, the least traffic, proof, and the way back."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from fieldpro.c12.psem import FullRead, FullWrite, IndexRead, IndexWrite, OffsetRead, OffsetWrite
from fieldpro.errors import (
    Cancelled,
    ChangedSinceShown,
    Interrupted,
    LinkError,
    NotVerified,
    ServiceRefused,
    WrongMeter,
)
from fieldpro.meter.changes import Outcome, Stage, apply, edit, go_back, look
from fieldpro.meter.device_profile import Writing, load
from fieldpro.session.conversation import Progress
from fieldpro.session.ticket import Ticket

WRITES = (FullWrite, IndexWrite, OffsetWrite)
TARIFF = {"UTIL_INFO_TBL.TARIFF_ID": "TOU-2"}


def writes(site: Any) -> list[Any]:
    return [step for step in site.asked if isinstance(step, WRITES)]


def test_what_is_written_is_in_the_meter_and_nothing_else_has_changed(site: Any) -> None:
    before = site.held(6)
    written = site.write(site.edited({**TARIFF, "UTIL_INFO_TBL.OWNER_NAME": "Capital City"}))
    decoded = site.view(6).tables.decode(6)
    assert (decoded["TARIFF_ID"], decoded["OWNER_NAME"]) == ("TOU-2", "Capital City")
    after = site.held(6)
    changed = [at for at in range(len(before)) if before[at] != after[at]]
    assert all(at < 20 or 170 <= at < 178 for at in changed)
    assert {change.path for change in written.changes} == {"UTIL_INFO_TBL.OWNER_NAME", "UTIL_INFO_TBL.TARIFF_ID"}
    assert not written.side_effects
    assert not written.unproven


def test_a_meter_that_has_index_access_only_is_written_by_index(make_site: Any) -> None:
    residential = make_site("residential")
    residential.write(residential.edited(TARIFF))
    (write,) = writes(residential)
    assert (write.table, write.indices, write.data) == (6, (10,), b"TOU-2   ")
    assert any(isinstance(step, IndexRead) and step.indices == (10,) for step in residential.asked)
    assert residential.view(6).tables.decode(6)["TARIFF_ID"] == "TOU-2"


def test_by_index_a_small_record_is_written_at_once_where_that_costs_less(make_site: Any) -> None:
    """A longer index path costs more than the two bytes beside the one that changes."""
    residential = make_site("residential")
    residential.write(residential.edited({"PRI_DISP_LIST_TBL.PRI_DISP_LIST[0].DISP_SCROLL1.ON_TIME": 9}))
    (write,) = writes(residential)
    assert (write.indices, len(write.data)) == ((0,), 3)
    assert residential.view(33).tables.decode(33).get("PRI_DISP_LIST[0].DISP_SCROLL1.ON_TIME") == 9


@pytest.mark.parametrize(
    ("parts", "kind"),
    [("as-listed", IndexWrite), ("offset", OffsetWrite), ("index", IndexWrite), ("never", FullWrite)],
)
def test_the_device_profile_says_in_which_ways_parts_are_written(centron: Any, parts: str, kind: type) -> None:
    profile = load("fieldpro-virtual").model_copy(update={"writing": Writing.model_validate({"parts": parts})})
    before = centron.held(6)
    written = centron.write(centron.edited(TARIFF), profile=profile)
    (write,) = writes(centron)
    assert type(write) is kind
    if kind is FullWrite:
        assert write.data == written.change_set.images[6].after
    assert centron.held(6) == before[:170] + b"TOU-2   " + before[178:]


def test_neighbours_are_written_together_and_what_lies_far_apart_is_not(centron: Any) -> None:
    profile = load("fieldpro-virtual").model_copy(update={"writing": Writing(parts="offset")})
    neighbours = {"UTIL_INFO_TBL.OWNER_NAME": "Capital City", "UTIL_INFO_TBL.UTILITY_DIV": "West"}
    centron.write(centron.edited({**neighbours, "UTIL_INFO_TBL.EX1_SW_VERSION_NUMBER": 9}), profile=profile)
    assert [(write.offset, len(write.data)) for write in writes(centron)] == [(0, 40), (182, 1)]


def test_many_changes_make_a_whole_table_cheaper(centron: Any) -> None:
    values = {f"CALENDAR_TBL.TIER_SWITCHES[{index}].TIER_SWITCH.SWITCH_MIN": 15 for index in range(15)}
    centron.write(centron.edited(values))
    assert len(writes(centron)) == 1


def test_what_will_be_written_is_read_again_just_before(centron: Any) -> None:
    centron.write(centron.edited(TARIFF))
    kinds = [step for step in centron.asked if isinstance(step, (FullRead, IndexRead, OffsetRead, *WRITES))]
    at = next(index for index, step in enumerate(kinds) if isinstance(step, WRITES))
    assert isinstance(kinds[0], FullRead)
    assert kinds[0].table == 1
    assert kinds[at - 1] == kinds[at + 1], "the same bytes are read before and after"


def test_another_meter_is_not_written(centron: Any, make_site: Any) -> None:
    change_set = centron.edited(TARIFF)
    other = make_site("residential")
    with pytest.raises(WrongMeter) as refused:
        other.write(change_set)
    assert "61873204" in refused.value.expected
    assert "20418875" in refused.value.found
    assert not writes(other)
    assert other.journal.unfinished(change_set.identity) is None


def test_what_has_changed_since_it_was_shown_is_not_written_over(site: Any) -> None:
    shown = site.edited({"UTIL_INFO_TBL.OWNER_NAME": "Capital City", **TARIFF})
    site.write(site.edited({"UTIL_INFO_TBL.TARIFF_ID": "SECRETLY"}))
    with pytest.raises(ChangedSinceShown) as refused:
        site.write(shown)
    assert (refused.value.element, refused.value.found) == ("UTIL_INFO_TBL.TARIFF_ID", "SECRETLY")
    assert not writes(site)
    assert site.view(6).tables.decode(6)["TARIFF_ID"] == "SECRETLY"


def test_what_has_changed_elsewhere_in_the_table_stays_as_it_is(centron: Any) -> None:
    profile = load("fieldpro-virtual").model_copy(update={"writing": Writing(parts="never")})
    shown = centron.edited(TARIFF)
    centron.write(centron.edited({"UTIL_INFO_TBL.CUSTOMER_ID": "somebody new"}))
    centron.write(shown, profile=profile)
    decoded = centron.view(6).tables.decode(6)
    assert (decoded["CUSTOMER_ID"], decoded["TARIFF_ID"]) == ("somebody new", "TOU-2")


def test_a_write_can_be_taken_back_as_a_change_set_of_its_own(site: Any) -> None:
    before = {number: site.held(number) for number in (6, 33, 53)}
    written = site.write(
        site.edited(
            {
                **TARIFF,
                "PRI_DISP_LIST_TBL.PRI_DISP_LIST[0].DISP_SCROLL1.ON_TIME": 9,
                "TIME_OFFSET_TBL.DST_TIME_AMT": 30,
            }
        )
    )
    back = written.inverse()
    assert next((change.path, change.old_text) for change in back.different) == ("TIME_OFFSET_TBL.DST_TIME_AMT", "30")
    assert len(back.different) == 3
    site.write(back)
    assert {number: site.held(number) for number in before} == before
    assert [job.purpose for job in site.journal.jobs(written.identity)] == ["write", "undo"]


def test_a_refused_write_leaves_nothing_behind(power_cut: Any, centron: Any) -> None:
    change_set = centron.edited(TARIFF)
    power_cut.PASSWORDS["reader"] = "TERTIARY"
    wire = power_cut.Wire(centron.meter, centron.clock)
    with power_cut.open_session(wire, "reader") as session, pytest.raises(ServiceRefused) as refused:
        session.run(apply(change_set, journal=centron.journal))
    assert refused.value.response == 3
    assert centron.journal.unfinished(change_set.identity) is None
    (job,) = centron.journal.jobs(change_set.identity)
    assert job.outcome is Outcome.NOTHING_WRITTEN


def test_a_refusal_in_the_middle_leaves_the_journal_open(power_cut: Any, centron: Any) -> None:
    """The limited level may write table 33 and not table 54."""
    change_set = centron.edited({**TARIFF, "CALENDAR_TBL.TIER_SWITCHES[1].TIER_SWITCH.SWITCH_HOUR": 6})
    power_cut.PASSWORDS["limited"] = "LIMITED"
    wire = power_cut.Wire(centron.meter, centron.clock)
    with power_cut.open_session(wire, "limited") as session, pytest.raises(ServiceRefused):
        session.run(apply(change_set, journal=centron.journal))
    unfinished = centron.journal.unfinished(change_set.identity)
    assert [state.stage for state in unfinished.spans] == [Stage.VERIFIED, Stage.INTENDED]
    with pytest.raises(Interrupted):
        centron.write(centron.edited({"UTIL_INFO_TBL.OWNER_NAME": "Nobody"}))


def test_a_meter_that_keeps_what_it_had_is_found_out(centron: Any) -> None:
    change_set = centron.edited(TARIFF)
    bank = centron.meter.device.bank
    bank.write = lambda number, data: None
    with pytest.raises(NotVerified) as kept:
        centron.write(change_set)
    assert (kept.value.element, kept.value.wanted, kept.value.found) == ("UTIL_INFO_TBL.TARIFF_ID", "TOU-2", "GS-TOU")
    assert centron.journal.unfinished(change_set.identity) is not None


def test_a_meter_that_changes_something_else_along_with_it_is_told(centron: Any) -> None:
    profile = load("fieldpro-virtual").model_copy(update={"writing": Writing(parts="never")})
    bank = centron.meter.device.bank
    honest = bank.write
    bank.write = lambda number, data: honest(number, data[:20] + b"Tinkered".ljust(20) + data[40:])
    written = centron.write(centron.edited(TARIFF), profile=profile)
    assert written.side_effects == ("UTIL_INFO_TBL.UTILITY_DIV",)


def test_a_write_whose_answer_is_lost_is_looked_for_and_not_made_twice(power_cut: Any, centron: Any) -> None:
    """The probe is lifted while the meter answers, and put back: the session comes up again by itself."""
    change_set = centron.edited(TARIFF)
    bank = centron.meter.device.bank
    honest = bank.write
    done = []
    bank.write = lambda number, data: (done.append(number), honest(number, data))

    class Lifted(power_cut.Wire):
        def write(self, data: bytes) -> None:
            super().write(data)
            if b"TOU-2" in data and self.off_until is None and len(done) == 1:
                self.off_until, self._failed_at = self.clock.steady + 3, self.clock()
                self._arriving.clear()

    with power_cut.open_session(Lifted(centron.meter, centron.clock), "centron") as session:
        session.run(apply(change_set, journal=centron.journal))
    assert done == [6]
    assert centron.view(6).tables.decode(6)["TARIFF_ID"] == "TOU-2"
    (job,) = centron.journal.jobs(change_set.identity)
    assert job.outcome is Outcome.DONE


def test_a_link_that_stays_dead_is_the_error_that_is_told(power_cut: Any, centron: Any) -> None:
    change_set = centron.edited(TARIFF)
    wire = power_cut.Wire(centron.meter, centron.clock, cut=24)
    with power_cut.open_session(wire, "centron") as session, pytest.raises(LinkError):
        session.run(apply(change_set, journal=centron.journal))


def test_progress_counts_bytes_and_ends_at_the_whole(centron: Any) -> None:
    centron.write(centron.edited({**TARIFF, "TIME_OFFSET_TBL.DST_TIME_AMT": 30}))
    told = [step for step in centron.asked if isinstance(step, Progress) and step.text.startswith("Writ")]
    assert [progress.text for progress in told][:2] == ["Writing Time offsets", "Writing Utility information"]
    assert told[-1].done == told[-1].total
    assert [progress.done for progress in told] == sorted(progress.done for progress in told)


def test_the_record_names_program_revision_and_hash(centron: Any) -> None:
    from fieldpro.meter.changes import compare
    from fieldpro.meter.programs import Program, Target

    program = Program("storm", 4, Target(), TARIFF)
    written = centron.write(compare(program, centron.view()))
    assert (written.origin.name, written.origin.revision, written.origin.hash) == ("storm", 4, program.hash)
    (job,) = centron.journal.jobs(written.identity)
    assert job.origin == written.origin
    assert job.who == "Ada"


def test_nothing_to_write_writes_nothing(centron: Any) -> None:
    written = centron.write(centron.edited({"UTIL_INFO_TBL.TARIFF_ID": "GS-TOU"}))
    assert written.operations == 0
    assert not writes(centron)


def test_volatile_elements_may_move_meanwhile(centron: Any) -> None:
    """With a rule that masks the tariff, its moving is no reason to refuse, nor to doubt the write."""
    from fieldpro.meter.programs.rules import Elements

    shown = centron.edited(TARIFF)
    loose = replace(
        shown, rules=shown.rules.model_copy(update={"volatile": Elements(elements=("UTIL_INFO_TBL.TARIFF_ID",))})
    )
    centron.write(centron.edited({"UTIL_INFO_TBL.TARIFF_ID": "MOVED"}))
    centron.write(loose)
    assert centron.view(6).tables.decode(6)["TARIFF_ID"] == "TOU-2"


def test_a_calendar_with_one_holiday_more_is_written_after_its_limits(centron: Any) -> None:
    view = centron.view()
    dates = list(view.tables.decode(54)["RECURR_DATES"])
    holiday = {**dates[7], "RECURR_DATE": "month=12 day=24"}
    change_set = edit(
        view,
        {"ACT_TIME_TOU_TBL.NBR_RECURR_DATES": len(dates) + 1, "CALENDAR_TBL.RECURR_DATES": [*dates, holiday]},
    )
    assert change_set.tables == (51, 54)
    before = {number: centron.held(number) for number in (51, 54)}
    written = centron.write(change_set)
    after = centron.view(54).tables.decode(54)
    assert str(after["RECURR_DATES"][-1]["RECURR_DATE"]) == "24 December"
    assert after["TIER_SWITCHES"] == view.tables.decode(54)["TIER_SWITCHES"]
    centron.write(written.inverse())
    assert {number: centron.held(number) for number in before} == before


def test_more_than_the_device_can_do_is_refused_by_it_and_nothing_is_left_open(centron: Any) -> None:
    change_set = centron.edited({"ACT_DISP_TBL.NBR_PRI_DISP_LIST_ITEMS": 200})
    with pytest.raises(ServiceRefused):
        centron.write(change_set)
    assert centron.journal.unfinished(change_set.identity) is None


def test_a_cancel_stops_between_two_writes_and_the_journal_knows(power_cut: Any, centron: Any) -> None:
    change_set = centron.edited({**TARIFF, "TIME_OFFSET_TBL.DST_TIME_AMT": 30})
    ticket = Ticket("write")

    def cancel_at_the_second(progress: Progress) -> None:
        if progress.text == "Writing Utility information":
            ticket.cancel()

    wire = power_cut.Wire(centron.meter, centron.clock)
    with power_cut.open_session(wire, "centron", packet_size=1024) as session, pytest.raises(Cancelled):
        session.run(apply(change_set, journal=centron.journal), ticket, cancel_at_the_second)
    unfinished = centron.journal.unfinished(change_set.identity)
    assert [state.stage for state in unfinished.spans] == [Stage.VERIFIED, Stage.INTENDED]
    centron.write(go_back(unfinished, centron.run(look(unfinished)), centron.journal))
    assert centron.view(53).tables.decode(53)["DST_TIME_AMT"] == 60


def test_a_neighbouring_bit_that_has_changed_meanwhile_is_not_written_over(centron: Any) -> None:
    """On and off time share a byte: only one of them was shown."""
    path = "PRI_DISP_LIST_TBL.PRI_DISP_LIST[0].DISP_SCROLL1"
    shown = centron.edited({f"{path}.ON_TIME": 9})
    centron.write(centron.edited({f"{path}.OFF_TIME": 7}))
    with pytest.raises(ChangedSinceShown) as refused:
        centron.write(shown)
    assert refused.value.element == path
    assert centron.view(33).tables.decode(33).get("PRI_DISP_LIST[0].DISP_SCROLL1.OFF_TIME") == 7


def test_a_volatile_bit_may_move_and_its_neighbours_may_not(centron: Any) -> None:
    from fieldpro.meter.programs.rules import Elements

    path = "PRI_DISP_LIST_TBL.PRI_DISP_LIST[0].DISP_SCROLL1"
    shown = centron.edited({f"{path}.ON_TIME": 9})
    rules = shown.rules.model_copy(update={"volatile": Elements(elements=(f"{path}.ON_TIME",))})
    loose = replace(shown, rules=rules)
    centron.write(centron.edited({f"{path}.ON_TIME": 3}))
    centron.write(loose)
    assert centron.view(33).tables.decode(33).get("PRI_DISP_LIST[0].DISP_SCROLL1.ON_TIME") == 9
    centron.write(centron.edited({f"{path}.ON_TIME": 3, f"{path}.OFF_TIME": 7}))
    with pytest.raises(ChangedSinceShown):
        centron.write(loose)


def test_a_write_that_never_arrived_is_made_once_more(power_cut: Any, centron: Any) -> None:
    """The packet and its three repetitions are lost; then the line is back."""
    change_set = centron.edited(TARIFF)
    bank = centron.meter.device.bank
    honest = bank.write
    done: list[int] = []
    bank.write = lambda number, data: (done.append(number), honest(number, data))
    lost: list[bytes] = []

    class Lossy(power_cut.Wire):
        def write(self, data: bytes) -> None:
            if b"TOU-2" in data and len(lost) < 4:
                lost.append(data)
            else:
                super().write(data)

    with power_cut.open_session(Lossy(centron.meter, centron.clock), "centron") as session:
        session.run(apply(change_set, journal=centron.journal))
    assert len(lost) == 4
    assert done == [6]
    (job,) = centron.journal.jobs(change_set.identity)
    assert job.outcome is Outcome.DONE


def test_a_meter_that_rounds_in_the_last_digit_is_believed(centron: Any) -> None:
    """Table 15 made writable: what is read back differs by the last bit of a FLOAT64."""
    bank = centron.meter.device.bank
    general = bank._tables.decode(0).values
    bank.writable |= {15}
    bank.keep(0, bank._tables.encode(0, {**general, "STD_TBLS_WRITE": (*general["STD_TBLS_WRITE"], 15)}))
    honest = bank.write

    def rounding(number: int, data: bytes) -> None:
        honest(number, bytes([data[0] ^ 1]) + data[1:])

    bank.write = rounding
    path = "CONSTANTS_TBL.SELECTION[0].MULTIPLIER"
    written = centron.write(centron.edited({path: 2.5}))
    assert written.changes[0].new == 2.5
    assert centron.view(15).tables.decode(15).get("SELECTION[0].MULTIPLIER") != 2.5

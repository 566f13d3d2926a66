"""After an interruption: finish or go back, again and again if need be; nothing else is written before."""

from __future__ import annotations

from typing import Any

import pytest

from fieldpro.errors import FieldProError, Interrupted, UsageError
from fieldpro.meter.changes import Journal, Stage, WarningKind, apply, edit, finish, go_back, look, states, undo


@pytest.fixture
def case(power_cut: Any) -> Any:
    return power_cut.Case.of("centron")


class Broken:
    """A meter whose program write was cut after so many packets: the journal is open."""

    def __init__(self, power_cut: Any, case: Any, journal: Any, cut: int) -> None:
        self.kit, self.case, self.journal = power_cut, case, journal
        self.meter, self.clock = power_cut.make_meter("centron")
        self.write(case.change_set, cut)

    def write(self, change_set: Any, cut: int | None = None) -> None:
        wire = self.kit.Wire(self.meter, self.clock, cut=cut)
        try:
            with self.kit.open_session(wire, "centron") as session:
                session.run(apply(change_set, journal=self.journal))
        except FieldProError:
            assert cut is not None
        self.clock.sleep(60)
        self.meter.tick(self.clock.steady)

    def run(self, conversation: Any) -> Any:
        with self.kit.open_session(self.kit.Wire(self.meter, self.clock), "centron") as session:
            return session.run(conversation)

    @property
    def unfinished(self) -> Any:
        return self.journal.unfinished(self.case.change_set.identity)

    @property
    def held(self) -> dict[int, bytes]:
        return self.case._held(self.meter)


@pytest.fixture
def broken(power_cut: Any, case: Any, journal: Any) -> Broken:
    return Broken(power_cut, case, journal, 85)


def test_the_interruption_is_told_span_by_span(broken: Broken) -> None:
    unfinished = broken.unfinished
    told = list(states(unfinished))
    assert len(told) == len(unfinished.spans) > 3
    assert told[0] == "TIME_OFFSET_TBL.DST_TIME_AMT: holds after"
    on_its_way = [state.span.table for state in unfinished.spans if state.stage is Stage.INTENDED]
    assert on_its_way
    assert len(set(on_its_way)) == 1, "one write at a time"
    assert sum("before or after" in line for line in told) == len(on_its_way)
    assert told[-1].endswith("holds before")
    assert unfinished.settled >= 1


def test_nothing_else_is_written_before(broken: Broken) -> None:
    view = broken.run(look(broken.unfinished))
    other = edit(view, {"UTIL_INFO_TBL.OWNER_NAME": "Nobody"})
    with pytest.raises(Interrupted) as refused:
        broken.run(apply(other, journal=broken.journal))
    assert refused.value.job == broken.unfinished.root.id


@pytest.mark.parametrize("back", [False, True])
def test_what_is_left_is_a_change_set_that_can_be_shown(broken: Broken, back: bool) -> None:
    unfinished = broken.unfinished
    change_set = (go_back if back else finish)(unfinished, broken.run(look(unfinished)), broken.journal)
    assert 0 < len(change_set.different) < len(broken.case.change_set.different)
    assert change_set.origin == broken.case.change_set.origin
    broken.write(change_set)
    assert broken.held == dict(broken.case.before if back else broken.case.after)
    assert broken.unfinished is None


def test_finishing_may_be_interrupted_too_and_going_back_is_still_possible(broken: Broken) -> None:
    """Every few packets of the finishing: cut, then gone back to the very beginning."""
    root = broken.unfinished.root
    cut = 40
    while True:
        unfinished = broken.unfinished
        change_set = finish(unfinished, broken.run(look(unfinished)), broken.journal)
        broken.write(change_set, cut)
        if broken.unfinished is None:
            break
        assert broken.unfinished.root.id == root.id
        assert broken.held not in (dict(broken.case.before),)
        back = go_back(broken.unfinished, broken.run(look(broken.unfinished)), broken.journal)
        broken.write(back, cut + 7)
        if broken.unfinished is None:
            assert broken.held == dict(broken.case.before)
            return
        cut += 11
    assert broken.held == dict(broken.case.after)


def test_what_somebody_else_has_changed_since_is_warned_of(broken: Broken) -> None:
    bank = broken.meter.device.bank
    data = bank.read(53)
    bank.keep(53, data[:4] + b"\x0f" + data[5:])
    unfinished = broken.unfinished
    change_set = finish(unfinished, broken.run(look(unfinished)), broken.journal)
    (warning,) = change_set.warnings
    assert warning.kind is WarningKind.CHANGED_SINCE
    assert "DST_TIME_AMT" in warning.expected


def test_a_meter_that_holds_what_was_wanted_only_needs_the_journal_closed(
    power_cut: Any, case: Any, journal: Any
) -> None:
    """Cut when everything was written and only the journal's end was missing."""
    broken = Broken(power_cut, case, journal, 85)
    for number, data in case.after.items():
        broken.meter.device.bank.keep(number, data)
    change_set = finish(broken.unfinished, broken.run(look(broken.unfinished)), journal)
    assert not change_set
    broken.write(change_set)
    assert broken.unfinished is None


def test_what_was_not_readable_before_cannot_be_taken_back_by_the_change_set_alone(centron: Any) -> None:
    from fieldpro.secret import Secret

    blind = edit(centron.view(), {"SECURITY_TBL.SECURITY_ENTRIES[0].PASSWORD": Secret(b"NEWREADER")})
    with pytest.raises(UsageError):
        blind.inverse()


def test_a_write_of_long_ago_can_be_taken_back_from_the_journal_alone(site: Any) -> None:
    before = {number: site.held(number) for number in (6, 33)}
    path = "PRI_DISP_LIST_TBL.PRI_DISP_LIST[0].DISP_SCROLL1.ON_TIME"
    site.write(site.edited({"UTIL_INFO_TBL.TARIFF_ID": "TOU-2", path: 9}))
    (job,) = site.journal.jobs(site.view(1).identity)
    change_set = undo(job, site.view(0, 1, 6, 33), site.journal)
    assert (change_set.purpose, change_set.continues, len(change_set.different)) == ("undo", "", 2)
    site.write(change_set)
    assert {number: site.held(number) for number in before} == before


def test_taking_back_what_somebody_else_has_changed_since_is_warned_of(centron: Any) -> None:
    centron.write(centron.edited({"UTIL_INFO_TBL.TARIFF_ID": "TOU-2"}))
    centron.write(centron.edited({"UTIL_INFO_TBL.TARIFF_ID": "TOU-3"}))
    first, _ = centron.journal.jobs(centron.view(1).identity)
    (warning,) = undo(first, centron.view(0, 1, 6), centron.journal).warnings
    assert warning.kind is WarningKind.CHANGED_SINCE


def _named_exactly(broken: Broken) -> None:
    """What the meter holds is what the journal of the interrupted finishing says, byte for byte."""
    unfinished = broken.unfinished
    if unfinished.last.id == unfinished.root.id:
        broken.case._named_exactly(broken.held, unfinished)
        return
    expected = {number: bytearray(data) for number, data in broken.case.after.items()}
    for state in unfinished.spans:
        span = state.span
        place = slice(span.offset, span.offset + len(span.after))
        found = broken.held[span.table][place]
        if state.stage is Stage.INTENDED:
            assert found in (span.before, span.after)
            expected[span.table][place] = found
        elif state.stage is Stage.NOT_STARTED:
            expected[span.table][place] = span.before
    assert broken.held == {number: bytes(data) for number, data in expected.items()}


@pytest.mark.soak
@pytest.mark.parametrize("back", [False, True])
def test_finishing_may_be_cut_at_every_boundary_too(power_cut: Any, case: Any, tmp_path: Any, back: bool) -> None:
    cuts = completed = 0
    while not completed:
        journal = Journal(tmp_path / str(cuts), sync=lambda descriptor: None)
        broken = Broken(power_cut, case, journal, 85)
        unfinished = broken.unfinished
        broken.write(finish(unfinished, broken.run(look(unfinished)), journal), cuts)
        if broken.unfinished is None:
            completed = 1
            assert broken.held == dict(case.after)
        else:
            _named_exactly(broken)
            last = (go_back if back else finish)(broken.unfinished, broken.run(look(broken.unfinished)), journal)
            broken.write(last)
            assert broken.held == dict(case.before if back else case.after)
            assert broken.unfinished is None
            cuts += 1
    assert cuts > 40

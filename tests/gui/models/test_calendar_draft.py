"""A calendar in hand and tiers in pictures, without a window."""

from __future__ import annotations

from datetime import date

from fieldpro.gui.models.calendar_draft import (
    CalendarDraft,
    action_choices,
    blank,
    look_ahead,
    place_of,
    schedule_tiers,
    schedule_use,
)
from fieldpro.gui.models.tiers import YearTiers, clock_face, plain_day, stretches, tier_letter
from fieldpro.meter.calendar import Calendar, Limits, Season, TierSwitch
from fieldpro.meter.editors.complaint import Complaint


def test_every_change_can_be_undone_and_the_same_is_none() -> None:
    draft = CalendarDraft(blank())
    assert not draft.put("switches", 0, TierSwitch(0, 0, 0))
    assert not draft.can_undo
    number = draft.new_schedule()
    draft.set_day(0, 6, number)
    assert draft.calendar.seasons[0].weekdays[6] == number == 1
    assert draft.is_changed
    draft.undo()
    draft.undo()
    assert draft.calendar == blank()
    assert not draft.is_changed


def test_a_meter_with_one_schedule_for_working_days_gets_it_for_all_five() -> None:
    draft = CalendarDraft(Calendar((Season((0,) * 7),), (TierSwitch(0, 0, 0),), limits=Limits(separate_weekdays=False)))
    draft.set_day(0, 1, 4)
    assert draft.calendar.seasons[0].weekdays == (0, 4, 4, 4, 4, 4, 0)
    draft.set_day(0, 0, 2)
    assert draft.calendar.seasons[0].weekdays[0] == 2


def test_a_meter_that_wants_order_gets_it_and_the_entry_is_found_again() -> None:
    draft = CalendarDraft(Calendar((Season((0,) * 7),), (TierSwitch(0, 600, 1),), limits=Limits(sort_switches=True)))
    early = TierSwitch(0, 60, 2)
    assert draft.add("switches", early) == 0
    assert draft.index_of("switches", TierSwitch(0, 600, 1)) == 1


def test_schedules_are_named_by_who_has_them() -> None:
    seasons = (Season((1, 0, 0, 0, 0, 0, 1), (2,)), Season((1,) * 7, (2,)))
    calendar = Calendar(seasons, (TierSwitch(0, 0, 0), TierSwitch(0, 420, 1)))
    assert schedule_use(calendar, 0) == "season 0: Monday to Friday"
    assert schedule_use(calendar, 2) == "season 0, 1: special day 0"
    assert schedule_use(calendar, 9) == ""
    assert schedule_tiers(calendar, 0) == "00:00 A, 07:00 B"
    assert (19, "special day 0") in action_choices(calendar)


def test_complaints_lead_to_their_place() -> None:
    outlook = look_ahead(CalendarDraft(Calendar((Season((0,) * 7),), (TierSwitch(0, 0, 9),))).calendar, 2026)
    wrong = outlook.errors[0]
    assert place_of(wrong) == ("switches", 0)
    assert outlook.about("switches", 0)
    assert place_of(Complaint("tier switches", "too many", "tier switches")) == ("switches", -1)


def test_a_year_is_counted_by_tier() -> None:
    year = YearTiers(date(2026, 1, 1), (bytes([0, 0, 1, 255]),) * 3 + (bytes(4),))
    assert year.hours() == {0: 60.0, 1: 18.0}
    assert year.at(0, 720) == 1
    assert year.at(0, 1439) is None
    assert stretches(bytes([0, 0, 1, 255])) == [(0, 2, 0), (2, 3, 1), (3, 4, 255)]
    assert plain_day(year.days, 0, 4) == 2
    assert (tier_letter(3), tier_letter(-1), clock_face(870)) == ("D", "?", "14:30")

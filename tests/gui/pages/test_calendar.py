"""The Calendar page on a virtual meter: looked at, asked, edited, complained of in its place, written, taken back."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
from PySide6.QtCore import QDate, QDateTime, Qt, QTime

from fieldpro.gui.pages.calendar import CalendarPage
from fieldpro.gui.states import PageState
from fieldpro.gui.window import Window
from fieldpro.meter.calendar import read_calendar, tier_at
from fieldpro.meter.changes import compare
from fieldpro.meter.view import MeterView

LONG_MS = 30_000
PASSWORDS = {"centron": "PRIMARY", "residential": "MASTER"}


@pytest.fixture
def window(fresh_window: Window) -> Window:
    return fresh_window


def connected(window: Window, qtbot: Any, name: str, *, meter: str = "centron") -> CalendarPage:
    """The page with the meter's calendar in hand."""
    bench = window.workbench
    url = f"sim://{meter}?seed={sum(name.encode())}&days=3&at=2026-03-02T12:00"
    bench.connect_to(url, title="the meter", user_id=2, user_name="Ada", password=PASSWORDS[meter])
    qtbot.waitUntil(lambda: bench.view is not None and window.page_id == "overview", timeout=LONG_MS)
    qtbot.waitUntil(lambda: not bench.jobs.busy, timeout=LONG_MS)
    window.go("calendar")
    page = window.page
    assert isinstance(page, CalendarPage)
    qtbot.waitUntil(lambda: page.states.state is PageState.EMPTY, timeout=LONG_MS)
    page.read()
    seen(page, qtbot)
    return page


def seen(page: CalendarPage, qtbot: Any) -> None:
    """The draft in hand was checked and drawn."""
    qtbot.waitUntil(
        lambda: (
            page.outlook is not None
            and page.states.state is PageState.FULL
            and not page._settle.isActive()
            and not page.workbench.jobs.busy
            and page.workbench._compute_lane.idle
        ),
        timeout=LONG_MS,
    )


def test_without_a_meter_a_calendar_can_be_begun_for_a_program(window: Window, qtbot: Any) -> None:
    window.go("calendar")
    page = window.page
    assert isinstance(page, CalendarPage)
    assert page.states.state is PageState.EMPTY
    page.new_calendar()
    seen(page, qtbot)
    assert page.outlook is not None
    assert page.outlook.complaints == ()
    assert not page.write_button.isEnabled()


def test_the_calendar_of_the_meter_is_shown_and_the_question_answered(window: Window, qtbot: Any) -> None:
    page = connected(window, qtbot, "ask")
    assert page.outlook is not None
    assert page.outlook.complaints == ()
    assert len(page.outlook.year.days) == 365
    page.year.ask(datetime(2026, 7, 4, 14, 30))
    assert page.year.verdict.text() == "Tier A"
    assert "Special day 0" in page.year.why.text()
    assert "4 July" in page.year.why.text()
    page.year.ask(datetime(2026, 7, 6, 16, 30))
    assert page.year.verdict.text() == "Tier D"
    assert page.year.map.mark == (186, 990)


def test_the_arrow_keys_move_the_question_over_the_year(window: Window, qtbot: Any) -> None:
    page = connected(window, qtbot, "keys")
    page.year.ask(datetime(2026, 7, 6, 16, 30))
    page.year.map.setFocus()
    qtbot.keyClick(page.year.map, Qt.Key.Key_Left)
    at = page.year.moment.dateTime()
    assert (at.date().month(), at.date().day(), at.time().hour(), at.time().minute()) == (7, 5, 16, 30)
    assert page.year.verdict.text() == "Tier A"


def test_what_is_typed_wrong_is_said_at_its_place_and_not_written(window: Window, qtbot: Any) -> None:
    page = connected(window, qtbot, "wrong")
    page.tabs.choose("days")
    page.show_part("days")
    page.days.add_button.click()
    page.days.tier.activated.emit(1)
    page.days.at.setTime(QTime(7, 0))
    page.days._put(tier=6)
    seen(page, qtbot)
    assert page.outlook is not None
    index = page.days.index
    told = [each.text for each in page.outlook.about("switches", index)]
    assert any("registers for A to D" in text for text in told)
    row = [row for row, _switch in page.days.switches.rows].index(index)
    assert "registers" in page.days.switches.index(row, 2).data()
    assert not page.write_button.isEnabled()
    assert page.write_button.accessibleDescription() == "Mend the errors first."
    page.tabs.choose("year")
    page.show_part("year")
    page._go_to(0)
    assert page.tabs.chosen == "days"
    draft = page.draft
    assert draft is not None
    while draft.can_undo:
        page.undo()
    seen(page, qtbot)
    assert page.outlook.complaints == ()
    assert not draft.is_changed


def test_a_meter_with_daylight_saving_only_has_a_year_of_one_tier(window: Window, qtbot: Any) -> None:
    page = connected(window, qtbot, "plain", meter="residential")
    assert page.outlook is not None
    assert page.outlook.errors == ()
    assert list(page.outlook.year.hours()) == [0]
    page.days.new_button.click()
    seen(page, qtbot)
    assert page.outlook.errors


def test_a_changed_calendar_is_written_verified_and_taken_back(window: Window, qtbot: Any) -> None:
    page = connected(window, qtbot, "write")
    assert page.draft is not None
    before = page.draft.calendar
    schedule = before.schedules[0]
    page.days.go_to("schedules", schedule)
    last = page.days.switches.rows[-1][1]
    page.days.switches_view.setCurrentIndex(page.days.switches.index(len(page.days.switches.rows) - 1, 0))
    page.days._put(minute=last.minute + 45)
    seen(page, qtbot)
    assert page.outlook is not None
    assert page.outlook.errors == ()
    wanted = page.draft.calendar
    page.write_button.click()
    qtbot.waitUntil(lambda: page.dialog is not None, timeout=LONG_MS)
    assert page.dialog is not None
    assert "Write" in page.dialog.do_button.text()
    page.dialog.do_button.click()
    qtbot.waitUntil(lambda: page.done is not None, timeout=LONG_MS)
    seen(page, qtbot)
    assert calendar_in(window).of_schedule(schedule) == wanted.of_schedule(schedule)
    assert "written and verified" in page.banners.banners[0].headline
    done = page.done
    page.ask_to_write(done.written.inverse())
    assert page.dialog is not None
    page.dialog.do_button.click()
    qtbot.waitUntil(lambda: page.done is not done, timeout=LONG_MS)
    seen(page, qtbot)
    assert calendar_in(window).of_schedule(schedule) == before.of_schedule(schedule)
    seen(page, qtbot)
    assert page.draft.calendar.of_schedule(schedule) == before.of_schedule(schedule)


def calendar_in(window: Window) -> Any:
    readout = window.workbench.readout
    assert readout is not None
    return read_calendar(MeterView(readout).tables)


def test_seasons_and_dates_are_edited_by_name(window: Window, qtbot: Any) -> None:
    page = connected(window, qtbot, "names")
    draft = page.draft
    assert draft is not None
    box = page.seasons.boxes[0, 6]
    box.setCurrentIndex(box.values.index(2))
    box.activated.emit(box.currentIndex())
    assert draft.calendar.seasons[0].weekdays[6] == 2
    working = page.seasons.boxes[1, 1]
    working.activated.emit(working.values.index(0))
    assert draft.calendar.seasons[1].weekdays[1:6] == (0,) * 5
    dates = page.dates.recurring
    dates.add_button.click()
    dates.month.activated.emit(dates.month.values.index(12))
    dates.day.setValue(24)
    dates.offset.activated.emit(dates.offset.values.index(10))
    added = draft.calendar.recurring[-1]
    assert (added.when.month, added.when.day, added.when.offset) == (12, 24, 10)
    dates.kind.activated.emit(dates.kind.values.index(14))
    dates.weekday.activated.emit(dates.weekday.values.index(5))
    assert str(draft.calendar.recurring[-1].when) == "every Friday"
    dates.action.what.activated.emit(0)
    seen(page, qtbot)
    assert page.outlook is not None
    assert "nothing happens" in page.outlook.about("recurring", len(draft.calendar.recurring) - 1)[0].text
    singles = page.dates.singles
    count = len(draft.calendar.singles)
    singles.add_button.click()
    assert len(draft.calendar.singles) == count + 1
    singles.remove_button.click()
    assert len(draft.calendar.singles) == count


def test_a_calendar_goes_into_a_program_and_is_the_same_there(window: Window, qtbot: Any) -> None:
    page = connected(window, qtbot, "program")
    assert page.draft is not None
    page.program_box.setEditText("summer-tou")
    page.program_button.click()
    qtbot.waitUntil(lambda: bool(page.banners.banners), timeout=LONG_MS)
    assert page.banners.banners[0].headline == "The calendar is in program summer-tou, revision 1."
    program = window.workbench.desk.library.load("summer-tou")
    readout = window.workbench.readout
    assert readout is not None
    assert compare(program, MeterView(readout)).counts.different == 0
    page.days._put(minute=page.days.switches.rows[0][1].minute + 15)
    seen(page, qtbot)
    page.program_button.click()
    qtbot.waitUntil(lambda: len(window.workbench.desk.library.history("summer-tou")) == 2, timeout=LONG_MS)


def test_the_page_and_the_model_agree(window: Window, qtbot: Any) -> None:
    page = connected(window, qtbot, "agree")
    assert page.outlook is not None
    assert page.draft is not None
    for day, hour in ((0, 0), (180, 16), (186, 14), (300, 18), (364, 23)):
        moment = datetime(2026, 1, 1, hour) + timedelta(day)
        assert page.outlook.year.at(day, hour * 60) == tier_at(page.draft.calendar, moment).tier


def test_a_calendar_can_wait_in_the_meter_for_its_day(window: Window, qtbot: Any) -> None:
    page = connected(window, qtbot, "later")
    assert page.draft is not None
    before = page.draft.calendar
    page.days._put(tier=3)
    seen(page, qtbot)
    page.when_box.setCurrentIndex(1)
    page.when_box.activated.emit(1)
    assert not page.at.isHidden()
    page.at.setDateTime(QDateTime(QDate(2026, 6, 1), QTime(0, 0)))
    page.write_button.click()
    qtbot.waitUntil(lambda: page.dialog is not None, timeout=LONG_MS)
    assert page.dialog is not None
    page.dialog.do_button.click()
    qtbot.waitUntil(lambda: page.staged is not None or bool(page.banners.banners), timeout=LONG_MS)
    seen(page, qtbot)
    assert page.banners.banners[0].headline == "The calendar waits in the meter and takes hold at 2026-06-01 00:00."
    page.read()
    seen(page, qtbot)
    assert calendar_in(window) == before

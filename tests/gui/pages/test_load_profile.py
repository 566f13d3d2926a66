"""The load profile page: its four states, its views, its export and its reads."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PySide6.QtCore import QDate, Qt
from PySide6.QtWidgets import QPushButton

from fieldpro.errors import TableError
from fieldpro.gui.charts.timeline import DAY_S
from fieldpro.gui.look import Look
from fieldpro.gui.pages.load_profile import LoadProfilePage
from fieldpro.gui.pages.load_profile_facts import file_name
from fieldpro.gui.pages.load_profile_read import ProfileRead, laid_over
from fieldpro.gui.roles import THEMES, Theme
from fieldpro.gui.states import PageState
from fieldpro.records import ReadOut, TableReading, TableStatus


@pytest.fixture
def page(workbench: Any, hosted: Any, hand_readout: ReadOut) -> LoadProfilePage:
    made = LoadProfilePage(workbench)
    made.set_theme(Look())
    hosted(made, 1100, 700)
    workbench.readout = hand_readout
    return made


def full(page: LoadProfilePage, qtbot: Any, view: Any) -> LoadProfilePage:
    page.show_view(view)
    qtbot.waitUntil(lambda: page.states.state is PageState.FULL)
    return page


def words(page: LoadProfilePage) -> str:
    return page.summary.accessibleName()


def test_without_a_meter_it_says_what_is_needed(page: LoadProfilePage) -> None:
    assert page.states.state is PageState.EMPTY
    assert not page.export_button.isEnabled()


def test_it_is_loading_until_the_arrays_are_there(page: LoadProfilePage, qtbot: Any, hand_view: Any) -> None:
    page.show_view(hand_view)
    assert page.states.state is PageState.LOADING
    qtbot.waitUntil(lambda: page.states.state is PageState.FULL)


def test_full_shows_the_last_30_days_and_their_summary(page: LoadProfilePage, qtbot: Any, hand_view: Any) -> None:
    full(page, qtbot, hand_view)
    window = page.chart.window
    assert window is not None
    assert window.span == 30 * DAY_S
    assert page.range_label.text() == "31 Jan to 1 Mar 2026, on the meter's clock"
    assert "kWh delivered" in words(page)
    assert "1 gap, 10 intervals" in words(page)
    assert "1 flagged" in words(page)
    assert page.bar.ranges.chosen == "30"


def test_a_profile_that_was_not_read_is_empty_with_the_way_out(
    page: LoadProfilePage, qtbot: Any, view_maker: Any, hand_readout: ReadOut
) -> None:
    page.show_view(view_maker(hand_readout, None))
    qtbot.waitUntil(lambda: page.states.state is PageState.EMPTY and page.workbench._compute_lane.idle)
    assert [one.text() for one in page.states._empty.findChildren(QPushButton)] == ["Connect a meter"]


def test_bytes_that_cannot_be_are_a_failure_in_words(page: LoadProfilePage, qtbot: Any, hand_view: Any) -> None:
    def broken() -> Any:
        raise TableError("LP_DATA_SET1_TBL", "LP_DATA_SET1_TBL.LP_DATA_SET1[3]", 77, "a time", "month 13")

    hand_view.profile = broken
    page.show_view(hand_view)
    qtbot.waitUntil(lambda: page.states.state is PageState.FAILED)


def test_a_profile_without_intervals_is_empty(page: LoadProfilePage, qtbot: Any, hand_view: Any) -> None:
    series = hand_view.series
    hand_view.series = replace(
        series,
        end_times=series.end_times[:0],
        pulses=series.pulses[:0],
        status=series.status[:0],
        flags=series.flags[:0],
        valid=series.valid[:0],
    )
    page.show_view(hand_view)
    qtbot.waitUntil(lambda: page.states.state is PageState.EMPTY)


def test_range_buttons_move_the_chart_and_follow_it(page: LoadProfilePage, qtbot: Any, hand_view: Any) -> None:
    full(page, qtbot, hand_view)
    qtbot.mouseClick(page.bar.ranges.button("7"), Qt.MouseButton.LeftButton)
    window = page.chart.window
    assert window is not None
    assert window.span == 7 * DAY_S
    qtbot.keyClick(page.chart, Qt.Key.Key_Minus)
    assert page.bar.ranges.chosen == ""
    qtbot.mouseClick(page.bar.ranges.button("whole"), Qt.MouseButton.LeftButton)
    assert page.chart.window is not None
    assert page.chart.window.is_whole
    assert page.bar.ranges.chosen == "whole"
    qtbot.waitUntil(lambda: page.range_label.text().startswith("1 Jan to 1 Mar 2026"))


def test_chips_hide_channels_and_keep_them_hidden_when_more_is_read(
    page: LoadProfilePage, qtbot: Any, hand_view: Any
) -> None:
    full(page, qtbot, hand_view)
    chip = page.bar.chips.buttons[2]
    assert chip.accessibleName() == "V phase A, V, shown"
    qtbot.mouseClick(chip, Qt.MouseButton.LeftButton)
    assert chip.accessibleName() == "V phase A, V, hidden"
    assert len(page.chart.lanes) == 1
    before = page.data
    page.show_view(hand_view)
    qtbot.waitUntil(lambda: page.data is not before)
    assert len(page.chart.lanes) == 1


def test_views_stay_on_the_same_interval(page: LoadProfilePage, qtbot: Any, hand_view: Any) -> None:
    full(page, qtbot, hand_view)
    page.chart.show_index(5_000)
    page.show_part("table")
    assert page.stack.model.row_of(page.stack.table.currentIndex().row()) == 5_000
    page.stack.table.selectRow(page.stack.model.row_of(4_000))
    page.show_part("chart")
    assert page.chart.cursor_index == 4_000
    page.show_part("heat")
    assert page.bar.ranges.isHidden()
    page.stack.heat.picked.emit(3_000)
    assert page.stack.currentWidget() is page.chart
    assert page.chart.cursor_index == 3_000


def test_the_heat_map_shows_the_channel_whose_chip_is_pressed(
    page: LoadProfilePage, qtbot: Any, hand_view: Any
) -> None:
    full(page, qtbot, hand_view)
    page.show_part("heat")
    qtbot.mouseClick(page.bar.chips.buttons[1], Qt.MouseButton.LeftButton)
    assert page.stack.heat.accessibleDescription().startswith("Wh received")
    page.show_part("chart")
    assert page.bar.chips.shown == {0, 1, 2}


def test_a_place_is_a_moment_on_the_meters_clock(page: LoadProfilePage, qtbot: Any, hand_view: Any) -> None:
    full(page, qtbot, hand_view)
    page.visited("2026-01-10T12:10")
    assert page.chart.cursor_index == 9 * 96 + 48


def test_the_visible_range_is_exported(page: LoadProfilePage, qtbot: Any, hand_view: Any, tmp_path: Path) -> None:
    full(page, qtbot, hand_view)
    asked: list[str] = []

    def choose(_parent: Any, _title: str, name: str, _kind: str, then: Any) -> None:
        asked.append(name)
        then(tmp_path / "out.csv")

    page.choose_file = choose
    page._show_range("7")
    with qtbot.waitSignal(page.workbench.told) as told:
        page.export()
    lines = (tmp_path / "out.csv").read_text().splitlines()
    assert lines[0].startswith("end,dst,Wh delivered [kWh]")
    assert len(lines) - 1 == 7 * 96
    assert asked == ["load-profile HAND 0042 2026-02-23 to 2026-03-02.csv"]
    assert "672 intervals" in told.args[0]


def test_a_file_name_needs_no_identity(series_maker: Any) -> None:
    assert file_name(None, series_maker(288)) == "load-profile 2026-01-01 to 2026-01-04.csv"


def test_an_export_that_fails_says_so(page: LoadProfilePage, qtbot: Any, hand_view: Any, tmp_path: Path) -> None:
    full(page, qtbot, hand_view)
    (tmp_path / "file").write_text("")
    page.choose_file = lambda *args: args[-1](tmp_path / "file" / "out.csv")
    with qtbot.waitSignal(page.workbench.troubled):
        page.export()


@pytest.mark.parametrize("theme", THEMES, ids=lambda theme: theme.name)
def test_every_theme_can_be_put_on(page: LoadProfilePage, qtbot: Any, hand_view: Any, theme: Theme) -> None:
    full(page, qtbot, hand_view)
    page.set_theme(Look(theme))
    for view in ("chart", "heat", "table"):
        page.show_part(view)
        assert page.grab().width() == 1100


# --- reading ---------------------------------------------------------------------------------------------------


def test_reads_ask_for_what_was_said(
    page: LoadProfilePage, qtbot: Any, hand_view: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[datetime | None] = []

    def submit(_name: str, factory: Any, *, then: Any, failed: Any) -> None:
        asked.append(factory.__self__._since)

    monkeypatch.setattr(page.workbench, "submit", submit)
    page.read_new()
    full(page, qtbot, hand_view)
    page.read_new()
    page.read_all()
    page.ask_date()
    assert page.date_row.isVisible()
    page.date_edit.setDate(QDate(2026, 2, 3))
    page._read_from_date()
    assert asked == [None, datetime(2026, 3, 2, 0, 0), None, datetime(2026, 2, 3)]
    assert not page.date_row.isVisible()


def test_reading_needs_a_meter(page: LoadProfilePage, qtbot: Any) -> None:
    assert not page.read_button.isEnabled()
    with qtbot.waitSignal(page.workbench.troubled):
        page.read_all()


def reading(data: bytes, parts: tuple[tuple[int, int], ...] = ()) -> TableReading:
    return TableReading(64, TableStatus.READ, data, parts=parts)


def test_new_blocks_are_laid_over_what_was_there() -> None:
    old, new = reading(bytes([1] * 10)), reading(bytes([0, 0, 2, 2, 0, 0, 0, 0, 3, 0]), ((2, 2), (8, 1)))
    joined = laid_over(old, new)
    assert joined.data == bytes([1, 1, 2, 2, 1, 1, 1, 1, 3, 1])
    assert joined.parts == ()


def test_two_partial_reads_say_together_what_is_there() -> None:
    joined = laid_over(reading(bytes(10), ((0, 3), (8, 2))), reading(bytes(10), ((2, 4),)))
    assert joined.parts == ((0, 6), (8, 2))


def test_a_table_of_another_size_or_a_whole_one_takes_the_place_of_the_old() -> None:
    whole = reading(bytes(10))
    assert laid_over(reading(bytes(9)), reading(bytes(10), ((0, 1),))).parts == ((0, 1),)
    assert laid_over(reading(bytes([1] * 10)), whole) is whole


def test_a_read_that_leaves_a_hole_is_not_joined(hand_readout: ReadOut) -> None:
    base = replace(hand_readout, tables={64: reading(bytes([1] * 10))})
    fresh = replace(hand_readout, tables={64: reading(bytes(10), ((2, 2),))})
    newest = datetime(2026, 3, 1)
    joins = ProfileRead("Ada", base, since=datetime(2026, 2, 1), newest=newest)
    leaves = ProfileRead("Ada", base, since=datetime(2026, 3, 2), newest=newest)
    assert joins.result(fresh).tables[64].data == bytes([1, 1, 0, 0, 1, 1, 1, 1, 1, 1])
    assert leaves.result(fresh) is fresh
    assert joins.so_far() is None


def test_everything_shown_is_reachable_and_named(page: LoadProfilePage, qtbot: Any, hand_view: Any) -> None:
    full(page, qtbot, hand_view)
    nameless = [
        widget
        for widget in page.findChildren(QPushButton)
        if widget.isVisible() and not (widget.accessibleName() or widget.text())
    ]
    assert nameless == []
    assert np.isfinite(page.chart.lanes[0].values).all()

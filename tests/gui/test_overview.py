"""The Overview: figures with the meter's own digits, only the flags that are set, what was not read is said."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import Any

import numpy as np
import pytest
from PySide6.QtWidgets import QLabel

from fieldpro.errors import LinkError, TableError, TableUnresolved
from fieldpro.gui.models.overview import OverviewFacts, figure, overview_of
from fieldpro.gui.models.rows import Column, RowsModel
from fieldpro.gui.pages.overview import OverviewPage
from fieldpro.gui.states import PageState
from fieldpro.gui.window import Window
from fieldpro.interval.series import Channel, IntervalSeries
from fieldpro.records import ReadOut


@pytest.fixture
def page(shown: Window, qtbot: Any) -> OverviewPage:
    shown.go("overview")
    page = shown.page
    assert isinstance(page, OverviewPage)
    qtbot.waitUntil(lambda: page.facts is not None)
    return page


def words(page: OverviewPage) -> str:
    return "\n".join(label.text() for label in page.findChildren(QLabel) if label.isVisibleTo(page))


@pytest.mark.parametrize(
    ("value", "shown"),
    [("12345.678", "12,345.678"), ("9.2500", "9.25"), ("100", "100"), ("1E+3", "1,000"), ("0.0000001", "0.000000")],
)
def test_a_figure_has_the_digits_of_the_meter(value: str, shown: str) -> None:
    assert figure(Decimal(value)) == shown


def test_it_shows_energy_demand_and_phases(page: OverviewPage) -> None:
    text = words(page)
    for told in ("12,345.678", "kWh", "Delivered", "Received", "Demand now", "12.5", "120.1", "60.01 Hz", "+12"):
        assert told in text


def test_only_the_flags_that_are_set_are_shown_until_one_asks(page: OverviewPage) -> None:
    assert "Battery low" in words(page)
    assert "Tampering" not in words(page)
    page.rest_button.click()
    assert "Not set: Tampering" in words(page)
    page.rest_button.click()
    assert "Tampering" not in words(page)


def test_registers_stand_in_rows_by_tier(page: OverviewPage) -> None:
    titles = [column.title for column in page.registers.columns]
    assert titles == ["Register", "Unit", "Total", "Tier 1", "Tier 2", "Peak at"]
    shown = [[page.registers.data(page.registers.index(row, column)) for column in range(5)] for row in range(2)]
    assert shown == [["Energy", "", "", "", ""], ["Wh delivered", "kWh", "12,345.678", "10,000.500", "2,345.178"]]
    peak = next(row for row in page.registers.rows if row.kind == "Peak demand" and row.name)
    assert peak.peak_at == "2026-02-20 14:15"


def test_the_last_ten_events(page: OverviewPage) -> None:
    assert [event.number for event in page.events.rows] == list(range(12, 2, -1))


def test_the_phasors_are_told_in_words_too(page: OverviewPage) -> None:
    assert "A: 120.1 V at 0.0 degrees" in page._phasors.accessibleDescription()


class Silent:
    """A view of a meter of which nothing was read."""

    notes = ()
    tables: dict[int, bytes] = {}  # noqa: RUF012 - a view without tables

    def __getattr__(self, name: str) -> Any:
        def raises(*_args: object) -> None:
            raise TableUnresolved(name, (3,))

        return raises


def test_what_was_not_read_is_missing_and_not_guessed(readout: ReadOut, page: OverviewPage, qtbot: Any) -> None:
    facts = overview_of(Silent(), readout)
    assert facts == OverviewFacts(
        identity=readout.identity, read_at=readout.ended_at, tables_read=6, link="57,600 baud"
    )
    page._show(facts)
    for told in ("No registers were read.", "The status was not read.", "The clock was not read.", "not read yet"):
        qtbot.waitUntil(lambda told=told: told in words(page))
    assert page.states.state is PageState.FULL


def test_bytes_that_do_not_fit_are_told_on_the_page(readout: ReadOut, page: OverviewPage) -> None:
    class Broken(Silent):
        def status(self) -> None:
            raise TableError("ED_MODE_STATUS_TBL", "ED_STD_STATUS1", 1, "2 bytes", "1 byte")

    page._show(overview_of(Broken(), readout))
    assert "ED_MODE_STATUS_TBL" in page.banners.banners[0].text


def test_the_last_day_comes_from_the_profile(readout: ReadOut) -> None:
    ends = np.datetime64("2026-02-28T23:00", "s") + np.arange(8) * np.timedelta64(1800, "s")
    series = IntervalSeries(
        channels=(Channel("Wh delivered", "kWh", "delivered", 0.5),),
        interval_s=1800,
        end_times=ends,
        pulses=np.arange(8, dtype=np.int64).reshape(8, 1),
        status=np.zeros((8, 1), np.uint8),
        flags=np.zeros(8, np.uint8),
        valid=np.array([True] * 5 + [False] + [True] * 2),
    )

    class WithProfile(Silent):
        def profile(self, _number: int = 1) -> IntervalSeries:
            return series

        tables = {64: b"x"}  # noqa: RUF012 - see above

    day = overview_of(WithProfile(), readout).day
    assert day is not None
    # ends 23:00 to 02:30, so the 24 hours begin at 02:30 and the first interval at 22:30, 20 hours later
    assert (day.start_s, day.first_s) == (9_000, 72_000)
    assert day.values == (0.0, 0.5, 1.0, 1.5, 2.0, None, 3.0, 3.5)


def test_a_new_meter_takes_the_place_of_the_old(page: OverviewPage) -> None:
    page.workbench.connect_virtual()
    assert page.states.state is PageState.EMPTY
    assert page.facts is None


def test_the_rows_model_keeps_its_contract(qtmodeltester: Any) -> None:
    model = RowsModel([Column("Name", str), Column("Length", lambda text: str(len(text)), right=True)])
    model.set_rows(["one", "three"])
    model.append(["seven"])
    qtmodeltester.check(model)
    assert model.rowCount() == 3


def test_facts_of_a_partly_read_meter_count_what_failed(readout: ReadOut) -> None:
    from fieldpro.records import TableReading, TableStatus

    tables = {**readout.tables, 44: TableReading(44, TableStatus.REFUSED)}
    assert overview_of(Silent(), replace(readout, tables=tables)).tables_failed == 1


def test_messages_of_others_stay_when_the_page_is_shown_anew(page: OverviewPage, readout: ReadOut) -> None:
    page.workbench.fail(LinkError("silent", "COM4"))
    page._show(overview_of(Silent(), readout))
    assert [banner.headline for banner in page.banners.banners] == ["The meter does not answer."]

"""A read-out made by hand (tables 0, 1, 61 to 64 and one of the maker's), and the view of it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from deck_driver import LONG_MS, at_rest, connect, the_deck
from PySide6.QtWidgets import QWidget

from fieldpro.c12.dictionary.tables import Tables
from fieldpro.dictionaries import load_dictionary
from fieldpro.errors import ServiceRefused, TableUnresolved
from fieldpro.gui.pages.tape_deck import TapeDeckPage
from fieldpro.gui.start import make_window
from fieldpro.gui.window import Window
from fieldpro.interval.series import Channel, ChannelStatus, IntervalSeries
from fieldpro.records import LogEvent, MeterIdentity, ReadOut, TableReading, TableStatus
from fieldpro.settings import Settings

READ_AT = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)
BLOCKS, INTERVALS = 130, 4
LISTED = (0, 1, 3, 5, 8, 21, 22, 23, 61, 62, 63, 64)

GENERAL = {
    "FORMAT_CONTROL_1": {"DATA_ORDER": 0, "CHAR_FORMAT": 1, "MODEL_SELECT": 0},
    "FORMAT_CONTROL_2": {"TM_FORMAT": 3, "DATA_ACCESS_METHOD": 1, "ID_FORM": 0, "INT_FORMAT": 0},
    "FORMAT_CONTROL_3": {"NI_FORMAT1": 0, "NI_FORMAT2": 1},
    "DEVICE_CLASS": "TEST",
    "NAMEPLATE_TYPE": 2,
    "DEFAULT_SET_USED": 0,
    "MAX_PROC_PARM_LENGTH": 0,
    "MAX_RESP_DATA_LEN": 0,
    "STD_VERSION_NO": 1,
    "STD_REVISION_NO": 0,
    "DIM_STD_TBLS_USED": 10,
    "DIM_MFG_TBLS_USED": 1,
    "DIM_STD_PROC_USED": 0,
    "DIM_MFG_PROC_USED": 0,
    "DIM_MFG_STATUS_USED": 1,
    "NBR_PENDING": 0,
    "STD_TBLS_USED": LISTED,
    "MFG_TBLS_USED": (3,),
    "STD_PROC_USED": (),
    "MFG_PROC_USED": (),
    "STD_TBLS_WRITE": (),
    "MFG_TBLS_WRITE": (),
}
IDENTITY_TABLE = {
    "MANUFACTURER": "HAND",
    "ED_MODEL": "MADE",
    "HW_VERSION_NUMBER": 1,
    "HW_REVISION_NUMBER": 2,
    "FW_VERSION_NUMBER": 3,
    "FW_REVISION_NUMBER": 14,
    "MFG_SERIAL_NUMBER": "0042",
}


def make_readout() -> ReadOut:
    tables = Tables(load_dictionary())
    for number, values in ((0, GENERAL), (1, IDENTITY_TABLE)):
        tables.put(number, tables.encode(number, values))

    def read(number: int, data: bytes) -> TableReading:
        return TableReading(number, TableStatus.READ, data, None, READ_AT)

    readings = {number: read(number, tables.get(number) or b"") for number in tables.numbers}
    readings[2048 + 3] = read(2048 + 3, bytes(range(64)))
    readings[23] = read(23, bytes(40))
    readings[5] = TableReading(5, TableStatus.REFUSED, error=ServiceRefused("Read table 5", 3, "table 5"))
    readings[3] = TableReading(3, TableStatus.NOT_READ)
    readings[64] = TableReading(64, TableStatus.READ, bytes(1000), None, READ_AT, ((0, 400),))
    identity = MeterIdentity("HAND", "MADE", "0042", "1.2", "3.14", "TEST")
    return ReadOut(identity, "sim://test", "Ada", READ_AT, READ_AT + timedelta(minutes=1), "generic", readings)


def make_series(count: int = 96 * 60) -> IntervalSeries:
    ends = np.datetime64("2026-01-01T00:15", "s") + np.arange(count) * np.timedelta64(900, "s")
    channels = (
        Channel("Wh delivered", "kWh", "delivered", 0.01),
        Channel("Wh received", "kWh", "received", 0.01),
        Channel("V phase A", "V", "voltage", 0.1),
    )
    pulses = (np.arange(count)[:, None] % 97 + np.arange(3)).astype(np.int64)
    status = np.zeros((count, 3), dtype=np.uint8)
    status[-100, :] = ChannelStatus.PARTIAL
    valid = np.ones(count, dtype=bool)
    valid[-200:-190] = False
    return IntervalSeries(channels, 900, ends, pulses, status, np.zeros(count, dtype=np.uint8), valid)


class HandView:
    """What the pages ask of a `MeterView`. `series` None: the profile was not read."""

    def __init__(self, readout: ReadOut, series: IntervalSeries | None) -> None:
        self.readout, self.identity, self.series = readout, readout.identity, series
        raw = {number: reading.data for number, reading in readout.tables.items() if reading.data}
        self.tables = Tables(load_dictionary(), raw=raw)

    def profile(self, number: int = 1) -> IntervalSeries:
        if self.series is None:
            raise TableUnresolved("LP_DATA_SET1_TBL", (64,))
        return self.series

    def events(self) -> list[LogEvent]:
        return [LogEvent(1, "Power failure", datetime(2026, 2, 20, 12, 5), 1, None, b"")]

    def history(self) -> list[LogEvent]:
        raise TableUnresolved("HISTORY_LOG_DATA_TBL", (74,))


@pytest.fixture(scope="session")
def hand_readout() -> ReadOut:
    return make_readout()


@pytest.fixture
def hand_view(hand_readout: ReadOut) -> HandView:
    return HandView(hand_readout, make_series())


@pytest.fixture
def view_maker() -> Any:
    return HandView


@pytest.fixture
def series_maker() -> Any:
    return make_series


@pytest.fixture
def hosted(qtbot: Any) -> Any:
    """Show a widget inside a window: the offscreen platform warns of a window whose own least size changes."""
    hosts: list[QWidget] = []

    def show(widget: QWidget, width: int, height: int) -> None:
        host = QWidget()
        hosts.append(host)
        qtbot.addWidget(host)
        host.resize(width, height)
        widget.setParent(host)
        widget.resize(width, height)
        host.show()
        widget.show()
        qtbot.waitExposed(host)

    return show


@pytest.fixture
def fresh_window(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, qtbot: Any) -> Iterator[Window]:
    """The whole window of a user without history; it may reach virtual meters."""
    monkeypatch.setenv("FIELDPRO_HOME", str(tmp_path))
    made = make_window(Settings(tmp_path / "settings.json"))
    qtbot.addWidget(made)
    made.resize(1280, 800)
    made.show()
    qtbot.waitExposed(made)
    yield made
    made.close()


@pytest.fixture
def home_window(fresh_window: Window, qtbot: Any) -> Window:
    """The same, once it knows who works here and what they may do."""
    bench = fresh_window.workbench
    bench.attendance.begin()
    qtbot.waitUntil(lambda: bench.rights.guard is not None, timeout=LONG_MS)
    return fresh_window


@pytest.fixture
def deck(window: Window, qtbot: Any) -> TapeDeckPage:
    """A connected meter, and a short read of it on a tape."""
    connect(window, qtbot)
    page = the_deck(window)
    page.short_action.trigger()
    qtbot.waitUntil(lambda: page.playlist.reel is not None, timeout=LONG_MS)
    at_rest(page, qtbot)
    return page

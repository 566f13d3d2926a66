"""A window of its own for each test, on a desk that needs no port: a worker that runs conversations without a wire,
a view with known values, and a real store in a folder that is thrown away."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QCoreApplication, QEvent
from PySide6.QtWidgets import QApplication

from fieldpro.c12.dictionary.tables import Tables
from fieldpro.dictionaries import load_dictionary
from fieldpro.errors import TableUnresolved
from fieldpro.gui.look import Look
from fieldpro.gui.standing import Standing
from fieldpro.gui.window import Window
from fieldpro.gui.workbench import Workbench
from fieldpro.meter.changes import Journal
from fieldpro.meter.device_profile import load
from fieldpro.meter.programs import Library
from fieldpro.records import (
    ClockReading,
    LogEvent,
    MeterIdentity,
    PhaseValues,
    Quantity,
    ReadOut,
    Register,
    RegisterKind,
    Severity,
    StatusFlag,
    TableReading,
    TableStatus,
)
from fieldpro.settings import Settings
from fieldpro.store.database import Store

READ_AT = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)
IDENTITY = MeterIdentity("FPRO", "VCENTRON", "0000000061873204", "3.1", "5.7", "FPRO", "FP-61873204")
DELIVERED = Quantity("Wh delivered", "kWh", "delivered")
RECEIVED = Quantity("Wh received", "kWh", "received")
DEMAND = Quantity("W delivered", "kW", "delivered")


def make_readout(serial: str = IDENTITY.serial, *, minutes: int = 0) -> ReadOut:
    at = READ_AT + timedelta(minutes=minutes)
    identity = MeterIdentity("FPRO", "VCENTRON", serial, "3.1", "5.7", "FPRO", "FP-1")
    tables = {n: TableReading(n, TableStatus.READ, bytes([n] * 8), None, at) for n in (0, 1, 3, 5, 23, 52)}
    return ReadOut(identity, "sim://centron", "Ada", at, at, "generic", tables, link={"baud": 57600})


class FakeView:
    """What `MeterView` gives, with values a test knows."""

    mode = "metering"
    device_profile = load("generic")

    def __init__(self, readout: ReadOut) -> None:
        self.readout = readout
        self.read_out = readout
        self.identity = readout.identity
        self.tables = Tables(load_dictionary())
        self.notes = ("a note",)

    def registers(self) -> list[Register]:
        def energy(quantity: Quantity, tier: int, value: str) -> Register:
            return Register(quantity, RegisterKind.SUMMATION, tier, Decimal(value), 0, f"SUMMATIONS[{tier}]")

        peak_at = datetime(2026, 2, 20, 14, 15)
        return [
            energy(DELIVERED, 0, "12345.678"),
            energy(DELIVERED, 1, "10000.5"),
            energy(DELIVERED, 2, "2345.178"),
            energy(RECEIVED, 0, "9.25"),
            Register(DEMAND, RegisterKind.DEMAND, 0, Decimal("41.5"), 0, "DEMANDS[0]", peak_at),
            Register(DEMAND, RegisterKind.PRESENT_DEMAND, 0, Decimal("12.5"), 0, "PRESENT_DEMAND[0]"),
        ]

    def status(self) -> list[StatusFlag]:
        return [
            StatusFlag(
                "LOW_BATTERY_FLAG", "Battery low", "The clock will stop at a power fail.", Severity.WARNING, True
            ),
            StatusFlag("TAMPER_DETECT_FLAG", "Tampering", "The cover was opened.", Severity.ALERT, False),
        ]

    def clock(self) -> ClockReading:
        return ClockReading(datetime(2026, 3, 1, 12, 0, 3), READ_AT, 3.0, False, False)

    def events(self) -> list[LogEvent]:
        return [LogEvent(n, f"Event {n}", datetime(2026, 3, 1, 11, n), n, 1, b"") for n in range(12, 0, -1)]

    history = events

    def instantaneous(self) -> PhaseValues:
        return PhaseValues(
            ("A", "B", "C"),
            (120.1, 119.8, 120.6),
            (10.5, 9.25, 11.0),
            (0.0, 240.0, 120.0),
            (-12.0, 230.0, 101.0),
            60.01,
        )

    def profile(self, number: int = 1) -> Any:
        raise TableUnresolved("LP_DATA_SET1_TBL", (64,))


class FakeTicket:
    def __init__(self, number: int, name: str) -> None:
        self.id, self.name, self.cancelled = number, name, False

    def cancel(self) -> None:
        self.cancelled = True


class FakeWorker:
    """Takes jobs; the test says what becomes of them."""

    def __init__(self) -> None:
        self.tickets: list[FakeTicket] = []

    def submit(self, name: str, conversation: Any) -> FakeTicket:
        self.tickets.append(FakeTicket(len(self.tickets) + 1, name))
        return self.tickets[-1]


class FakeConnection:
    def __init__(self) -> None:
        self.worker = FakeWorker()
        self.closed = False

    def close(self, timeout_s: float) -> bool:
        self.closed = True
        return True


class FakeDesk:
    """`connections` are those that were opened; `error` is raised by the next connect."""

    def __init__(self, settings: Settings, folder: Path) -> None:
        self.settings = settings
        self.store = Store(folder / "store.db")
        self.library = Library(folder / "programs")
        self.journal = Journal(folder / "journals")
        self.connections: list[FakeConnection] = []
        self.requests: list[Any] = []
        self.error: Exception | None = None

    def close(self) -> None:
        self.store.close()

    def connect(self, request: Any, *, on_event: Any, on_record: Any) -> FakeConnection:
        self.requests.append(request)
        if self.error is not None:
            raise self.error
        self.connections.append(FakeConnection())
        return self.connections[-1]


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(tmp_path / "settings.json")


@pytest.fixture
def desk(settings: Settings, tmp_path: Path) -> Iterator[FakeDesk]:
    made = FakeDesk(settings, tmp_path)
    yield made
    made.store.close()


@pytest.fixture
def workbench(desk: FakeDesk, settings: Settings, qtbot: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[Workbench]:
    from fieldpro.gui import view_maker

    def make(readout: ReadOut) -> Any:
        view = FakeView(readout)
        return view, view_maker.summarise(view, readout)

    monkeypatch.setattr(view_maker, "make_view", make)
    made = Workbench(settings, lambda: desk, Look())
    yield made
    made.close()


@pytest.fixture
def window(workbench: Workbench, qtbot: Any) -> Window:
    made = Window(workbench)
    made.resize(1280, 800)
    qtbot.addWidget(made)
    made.show()
    qtbot.waitExposed(made)
    return made


@pytest.fixture
def shown(window: Window, qtbot: Any) -> Window:
    """A window that shows a saved read-out."""
    with qtbot.waitSignal(window.workbench.view_changed):
        window.workbench.show_readout(make_readout(), standing=Standing.SAVED, record_id=1)
    return window


@pytest.fixture
def readout() -> ReadOut:
    return make_readout()


@pytest.fixture
def readout_maker() -> Any:
    return make_readout


@pytest.fixture(autouse=True)
def no_window_is_left(qapp: QApplication) -> Iterator[None]:
    """Whatever stands alone when a test is over is deleted: a style sheet is laid over every widget there is, and
    hundreds of forgotten ones would cost each window of the tests that follow many seconds."""
    yield
    for widget in qapp.topLevelWidgets():
        widget.hide()
        widget.deleteLater()
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)

"""Connect: ways in, passwords that leave no trace, failures that help."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLineEdit

from fieldpro.errors import PortBusy
from fieldpro.gui.around import virtual_ways
from fieldpro.gui.models.ways_in import Kind, Surroundings, WayIn, ago, ways_of_meters, ways_of_ports
from fieldpro.gui.pages.connect import ConnectPage
from fieldpro.gui.standing import Standing
from fieldpro.gui.window import Window
from fieldpro.secret import Secret
from fieldpro.transports.ports import PortInfo

NOW = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)
PROBE = PortInfo("/dev/ttyUSB0", "Optical probe", 0x0403, 0x6001, "A9XK2J", "FTDI")


@pytest.fixture
def page(window: Window) -> ConnectPage:
    page = window.page
    assert isinstance(page, ConnectPage)
    return page


def around(*, probes: tuple[WayIn, ...] = (), recent: tuple[WayIn, ...] = ()) -> Surroundings:
    return Surroundings(virtual_ways(), probes, (), recent, (("echoing", "Echoing", "Sends every byte back."),))


def test_a_usb_adapter_is_named_by_its_identity() -> None:
    probes, ports = ways_of_ports([PROBE, PortInfo("/dev/ttyS0", "")])
    assert [(way.url, way.title) for way in probes] == [("usb:0403:6001:A9XK2J", "Optical probe")]
    assert probes[0].detail == "FTDI FT232R A9XK2J on /dev/ttyUSB0"
    assert [way.url for way in ports] == ["/dev/ttyS0"]


def test_meters_on_a_port_that_is_here_come_first() -> None:
    def met(serial: str, port: str) -> Any:
        return SimpleNamespace(identity=SimpleNamespace(model="M", serial=serial), port=port, last_seen=NOW)

    ways = ways_of_meters([met("1", "COM9"), met("2", "COM4")], ["COM4"], NOW + timedelta(minutes=10))
    assert [way.title for way in ways] == ["M 2", "M 1"]
    assert ways[0].detail == "10 minutes ago, over COM4"


@pytest.mark.parametrize(("seconds", "words"), [(5, "just now"), (3 * 86_400, "3 days ago"), (7_200, "2 hours ago")])
def test_how_long_ago(seconds: int, words: str) -> None:
    assert ago(NOW + timedelta(seconds=seconds), NOW) == words


def test_virtual_meters_come_from_their_descriptions() -> None:
    ways = virtual_ways()
    assert [way.url for way in ways[:1]] == ["sim://centron"]
    assert {way.url for way in ways} >= {"sim://centron", "sim://residential"}
    assert len(ways[0].levels) == 4


def test_the_virtual_meter_is_chosen_at_first(page: ConnectPage, desk: Any, qtbot: Any) -> None:
    assert page.big[Kind.VIRTUAL].isChecked()
    qtbot.mouseClick(page.connect_button, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: len(desk.requests) == 1)
    assert desk.requests[0].url == "sim://centron"
    assert desk.requests[0].password is None


def test_a_probe_that_is_plugged_in_shows_up_and_can_be_chosen(page: ConnectPage, desk: Any, qtbot: Any) -> None:
    assert not page.big[Kind.PROBE].isEnabled()
    page._show_around(around(probes=ways_of_ports([PROBE])[0]))
    big = page.big[Kind.PROBE]
    assert big.isEnabled()
    assert "Optical probe" in big.accessibleName()
    qtbot.mouseClick(big, Qt.MouseButton.LeftButton)
    page.connect_meter()
    qtbot.waitUntil(lambda: len(desk.requests) == 1)
    assert desk.requests[0].url == "usb:0403:6001:A9XK2J"


def test_what_was_chosen_stays_when_ports_change(page: ConnectPage) -> None:
    page.port.setEditText("socket://meter:1153")
    page._show_around(around(probes=ways_of_ports([PROBE])[0]))
    assert page._chosen_port() == "socket://meter:1153"
    page.probe.setCurrentIndex(page.probe.findData("echoing"))
    page._show_around(around())
    assert page.probe.currentData() == "echoing"


def test_the_port_used_last_is_offered_when_it_is_here(page: ConnectPage) -> None:
    page.workbench.settings.set("last_port", "usb:0403:6001:A9XK2J")
    page._show_around(around(probes=ways_of_ports([PROBE])[0]))
    assert page._chosen_port() == "usb:0403:6001:A9XK2J"
    assert page.big[Kind.PROBE].isChecked()


def test_a_password_is_never_shown_and_leaves_the_field(page: ConnectPage, desk: Any, qtbot: Any) -> None:
    assert page.password.echoMode() == QLineEdit.EchoMode.NoEcho
    qtbot.keyClicks(page.password, "HUSH")
    assert "HUSH" not in page._level_note.text()
    assert "4 characters" in page._level_note.text()
    qtbot.keyClick(page.password, Qt.Key.Key_Return)
    assert page.password.text() == ""
    qtbot.waitUntil(lambda: len(desk.requests) == 1)
    assert desk.requests[0].password == Secret(b"HUSH")
    assert "HUSH" not in repr(desk.requests[0])
    assert "HUSH" not in page.workbench.settings.path.read_text() if page.workbench.settings.path.exists() else True


def test_a_password_no_meter_knows_is_refused_with_words(page: ConnectPage, desk: Any) -> None:
    page.password.setText("пароль")
    page.connect_meter()
    banner = page.banners.banners[0]
    assert "letters, digits and signs" in banner.headline
    assert "пароль" not in banner.headline + banner.text
    assert desk.requests == []


def test_a_port_that_is_busy_gives_one_clear_message(page: ConnectPage, desk: Any, qtbot: Any) -> None:
    desk.error = PortBusy("COM4")
    page.connect_meter()
    qtbot.waitUntil(lambda: bool(page.banners.banners))
    banner = page.banners.banners[0]
    assert banner.headline == "Another program uses this port."
    assert page.workbench.meter.standing is Standing.NONE
    assert page.connect_button.text() == "Connect"
    again = next(one for one in banner.findChildren(type(page.connect_button)) if one.text() == "Connect again")
    desk.error = None
    again.click()
    qtbot.waitUntil(lambda: page.workbench.connected)


def test_ports_are_looked_at_in_a_lane(page: ConnectPage, desk: Any, qtbot: Any, monkeypatch: Any) -> None:
    from fieldpro.gui import around as around_module

    monkeypatch.setattr(around_module, "look_around", lambda _desk: around(probes=ways_of_ports([PROBE])[0]))
    page.look_now()
    qtbot.waitUntil(lambda: page.big[Kind.PROBE].isEnabled())


def test_connecting_can_be_stopped(page: ConnectPage, desk: Any, qtbot: Any) -> None:
    page.connect_meter()
    assert page.connect_button.text() == "Stop connecting"
    qtbot.mouseClick(page.connect_button, Qt.MouseButton.LeftButton)
    assert page.connect_button.text() == "Connect"
    qtbot.waitUntil(lambda: bool(desk.connections) and desk.connections[0].closed)


def test_enter_connects_as_soon_as_the_window_is_open(window: Window, desk: Any, qtbot: Any) -> None:
    window.activateWindow()
    assert window.page.connect_button.hasFocus()
    qtbot.keyClick(window.page.connect_button, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: len(desk.requests) == 1)

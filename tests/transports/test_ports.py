"""Serial ports by name and by the identity of their adapter."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

from fieldpro.errors import PortNotFound, PortUnsupported
from fieldpro.transports.ports import PortInfo, list_ports, resolve


def usb(device: str, vid: int, pid: int, serial: str | None, location: str) -> Any:
    return SimpleNamespace(
        device=device,
        description="USB Serial",
        vid=vid,
        pid=pid,
        serial_number=serial,
        manufacturer="M",
        location=location,
    )


ON_BOARD = SimpleNamespace(
    device="/dev/ttyS0", description="n/a", vid=None, pid=None, serial_number=None, manufacturer=None, location=None
)
FTDI = usb("/dev/ttyUSB1", 0x0403, 0x6001, "A9XK2J", "1-1.1")
CH340 = usb("/dev/ttyUSB0", 0x1A86, 0x7523, None, "1-1.2")


def found() -> list[PortInfo]:
    return list_ports(lambda: [ON_BOARD, FTDI, CH340])


def test_adapters_come_first_and_are_named_by_their_chip() -> None:
    assert [(port.device, port.chip) for port in found()] == [
        ("/dev/ttyUSB0", "CH340"),
        ("/dev/ttyUSB1", "FTDI FT232R"),
        ("/dev/ttyS0", ""),
    ]


@pytest.mark.parametrize(
    ("vid", "pid", "chip"),
    [(0x10C4, 0xEA60, "Silicon Labs CP210x"), (0x067B, 0x2303, "Prolific PL2303"), (0x0403, 0x1, "FTDI"), (1, 1, "")],
)
def test_the_chip_is_told_by_the_makers_number(vid: int, pid: int, chip: str) -> None:
    assert PortInfo("COM3", "", vid, pid).chip == chip


def test_an_identity_is_the_serial_number_or_else_the_socket() -> None:
    assert [port.identity for port in found()] == ["usb:1a86:7523:@1-1.2", "usb:0403:6001:A9XK2J", "/dev/ttyS0"]


def test_the_adapter_is_found_when_its_number_has_moved() -> None:
    moved = list_ports(lambda: [usb("/dev/ttyUSB7", 0x0403, 0x6001, "A9XK2J", "2-1")])
    assert resolve("usb:0403:6001:A9XK2J", moved).device == "/dev/ttyUSB7"
    assert resolve("usb:1A86:7523:@1-1.2", found()).device == "/dev/ttyUSB0"
    assert resolve("usb:1a86:7523", found()).device == "/dev/ttyUSB0"


def test_an_adapter_that_is_not_there_or_not_alone_is_said() -> None:
    with pytest.raises(PortNotFound):
        resolve("usb:0403:6001:OTHER", found())
    two = list_ports(lambda: [CH340, usb("/dev/ttyUSB5", 0x1A86, 0x7523, None, "1-4")])
    with pytest.raises(PortNotFound) as several:
        resolve("usb:1a86:7523:", two)
    assert "/dev/ttyUSB5" in several.value.detail


@pytest.mark.parametrize("url", ["usb:", "usb:0403", "usb:xxxx:6001:A"])
def test_a_url_of_another_form_is_said(url: str) -> None:
    with pytest.raises(PortUnsupported):
        resolve(url, [])


def test_this_computers_ports_can_be_listed() -> None:
    assert all(port.device and port.identity for port in list_ports())

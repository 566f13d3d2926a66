"""What opening a port says when it cannot: one error, the matching one, at once."""

from __future__ import annotations

import errno
import os
import threading
import time
from pathlib import Path

import pytest
import serial

from fieldpro.errors import (
    PortBusy,
    PortDenied,
    PortGone,
    PortHung,
    PortNotFound,
    PortUnsupported,
    TransportError,
)
from fieldpro.transports import open_port
from fieldpro.transports.bounded import bounded
from fieldpro.transports.probed import ProbedPort
from fieldpro.transports.probes import profile
from fieldpro.transports.pty import PtyPort
from fieldpro.transports.serial import classify, open_serial
from fieldpro.transports.tcp import TcpListener


@pytest.mark.parametrize(
    ("url", "kind"),
    [
        ("/dev/no-such-port", PortNotFound),
        ("/dev/null", PortUnsupported),
        ("", PortUnsupported),
        ("gopher://x", PortUnsupported),
        ("socket://127.0.0.1:1", PortNotFound),
        ("socket://127.0.0.1", PortUnsupported),
        ("socket://127.0.0.1:99999999", PortUnsupported),
        ("rfc2217://127.0.0.1:1", PortNotFound),
        ("usb:0403:6001:NO-SUCH-ADAPTER", PortNotFound),
        ("usb:what", PortUnsupported),
    ],
)
def test_a_port_that_cannot_be_opened_says_why(url: str, kind: type[TransportError]) -> None:
    with pytest.raises(kind) as raised:
        open_port(url)
    assert raised.value.port == url


def test_a_port_that_is_in_use_is_busy() -> None:
    server = PtyPort()
    first = open_port(server.path)
    with pytest.raises(PortBusy):
        open_port(server.path)
    first.close()
    open_port(server.path).close()
    server.close()


@pytest.mark.parametrize(
    ("error", "kind"),
    [
        (serial.SerialException(errno.EACCES, "could not open port"), PortDenied),
        (serial.SerialException(errno.EBUSY, "could not open port"), PortBusy),
        (serial.SerialException("could not open port 'COM9': FileNotFoundError(2, 'x', None, 2)"), PortNotFound),
        (serial.SerialException("could not open port 'COM3': PermissionError(13, 'x', None, 5)"), PortBusy),
        (serial.SerialException("Could not configure port: (5, 'Input/output error')"), PortNotFound),
        (serial.SerialException("something else"), PortUnsupported),
    ],
)
def test_what_the_system_says_becomes_one_error(error: Exception, kind: type[TransportError]) -> None:
    assert type(classify("COM3", error)) is kind


@pytest.mark.skipif(os.name != "posix" or os.geteuid() == 0, reason="the administrator is denied nothing")
def test_a_port_without_permission_is_denied(tmp_path: Path) -> None:
    device = tmp_path / "port"
    device.touch(mode=0o000)
    with pytest.raises(PortDenied):
        open_port(str(device))


def test_opening_that_never_ends_is_given_up_and_closed_later() -> None:
    gate = threading.Event()
    late: list[str] = []
    with pytest.raises(PortHung):
        bounded(lambda: gate.wait(5.0) and "opened", limit_s=0.02, port="COM7", detail="", late=late.append)
    assert late == []
    gate.set()
    ends = time.monotonic() + 5.0
    while not late and time.monotonic() < ends:
        time.sleep(0.001)
    assert late == ["opened"]


def test_a_bounded_call_gives_its_result_or_its_error() -> None:
    assert bounded(lambda: 7, limit_s=5.0, port="p", detail="") == 7
    with pytest.raises(ZeroDivisionError):
        bounded(lambda: 1 // 0, limit_s=5.0, port="p", detail="")


def test_a_driver_that_does_not_let_go_is_hung(monkeypatch: pytest.MonkeyPatch) -> None:
    server = PtyPort()
    port = open_serial(server.path)
    gate = threading.Event()
    monkeypatch.setattr("fieldpro.transports.serial.CLOSE_LIMIT_S", 0.02)
    real = port._port.close
    port._port.close = lambda: gate.wait(5.0)
    with pytest.raises(PortHung):
        port.close()
    gate.set()
    real()
    server.close()


def test_output_that_does_not_leave_is_hung_when_the_rate_changes(monkeypatch: pytest.MonkeyPatch) -> None:
    server = PtyPort()
    port = open_serial(server.path)
    monkeypatch.setattr("fieldpro.transports.serial.WRITE_LIMIT_S", 0.02)
    monkeypatch.setattr(type(port._port), "out_waiting", property(lambda self: 5))
    with pytest.raises(PortHung):
        port.set_baud(19200)
    port.close()
    server.close()


def test_a_rate_the_adapter_does_not_know_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    server = PtyPort()
    port = open_serial(server.path)

    def refuse(self: object, baud: int) -> None:
        raise ValueError("Failed to set custom baud rate")

    monkeypatch.setattr(type(port._port), "_set_special_baudrate", refuse)
    with pytest.raises(PortUnsupported):
        port.set_baud(14400)
    port.set_baud(19200)
    assert server.line_baud == 19200
    port.close()
    server.close()


def test_replugging_gives_a_new_port_under_the_old_name(tmp_path: Path) -> None:
    link = tmp_path / "ttyVIRTUAL"
    first = PtyPort(link)
    port = open_port(str(link))
    first.close()
    with pytest.raises(PortGone):
        port.read(1.0)
    port.close()
    with pytest.raises(PortNotFound):
        open_port(str(link))
    second = PtyPort(link)
    port = open_port(str(link))
    second.write(b"back")
    assert port.read(1.0)
    port.close()
    second.close()
    assert not link.is_symlink()


def test_a_link_does_not_take_the_place_of_a_file(tmp_path: Path) -> None:
    (tmp_path / "notes").write_text("mine")
    with pytest.raises(PortBusy):
        PtyPort(tmp_path / "notes")
    assert (tmp_path / "notes").read_text() == "mine"


def test_a_pty_has_no_lines_and_therefore_no_profiles_to_try() -> None:
    server = PtyPort()
    port = open_port(server.path)
    assert isinstance(port, ProbedPort)
    assert port.choices == ()
    port.close()
    chosen = open_port(server.path, probe=profile("echoing"))
    assert isinstance(chosen, ProbedPort)
    assert chosen.echoes
    chosen.close()
    server.close()


@pytest.mark.parametrize("host", ["192.0.2.1", "no-such-host.invalid"])
def test_an_address_that_is_not_this_computers_is_not_found(host: str) -> None:
    with pytest.raises(PortNotFound):
        TcpListener(host, 0)


def test_two_listeners_do_not_share_a_port() -> None:
    first = TcpListener()
    with pytest.raises(PortBusy):
        TcpListener(port=first.port)
    assert first.accept(0.0) is None
    first.close()
    with pytest.raises(PortGone):
        first.accept(0.0)

"""What every transport must do, whatever it is made of: the same tests over each of them."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import pytest
import serial
from serial.rfc2217 import PortManager

from fieldpro.errors import PortGone, PortHung, TransportError
from fieldpro.transports import open_port
from fieldpro.transports.base import Transport
from fieldpro.transports.memory import pipe
from fieldpro.transports.pty import PtyPort
from fieldpro.transports.serial import _PolledStream, open_serial
from fieldpro.transports.tap import Tap
from fieldpro.transports.tcp import TcpListener

LIMIT_S = 5.0
pytestmark = pytest.mark.filterwarnings(
    "ignore:set[A-Z][a-z]+\\(\\) is deprecated:DeprecationWarning"
)  # pyserial's RFC 2217


@dataclass
class Pair:
    ours: Transport
    theirs: Transport


def memory() -> Iterator[Pair]:
    yield Pair(*pipe("memory"))


def pty() -> Iterator[Pair]:
    theirs = PtyPort()
    yield Pair(open_port(theirs.path), theirs)


def pty_as_on_windows() -> Iterator[Pair]:
    """pyserial does the reading, as it does where there is no file descriptor."""
    theirs = PtyPort()
    port = open_serial(theirs.path)
    port._stream.close()
    port._stream = _PolledStream(port._port, port.name)
    yield Pair(port, theirs)


def pty_from_the_other_end() -> Iterator[Pair]:
    theirs = PtyPort()
    yield Pair(theirs, open_port(theirs.path))


def tcp() -> Iterator[Pair]:
    listener = TcpListener()
    ours = open_port(listener.url)
    theirs = listener.accept(LIMIT_S)
    assert theirs is not None
    yield Pair(ours, theirs)
    listener.close()


def tapped() -> Iterator[Pair]:
    ours, theirs = pipe("memory")
    yield Pair(Tap(ours, lambda record: None), theirs)


class Rfc2217Server:
    """A serial server in front of a pty, made of pyserial's own."""

    def __init__(self, connection: Transport, path: str) -> None:
        self.connection, self.stopped = connection, threading.Event()
        self.port = serial.Serial(path, timeout=0.02)
        self.manager = PortManager(_NoLines(self.port), self)
        self.threads = [threading.Thread(target=work, daemon=True) for work in (self.to_line, self.from_line)]
        for thread in self.threads:
            thread.start()

    def write(self, data: bytes) -> None:
        self.connection.write(bytes(data))

    def to_line(self) -> None:
        while not self.stopped.is_set():
            try:
                data = self.connection.read(0.05)
            except TransportError:
                return
            self.port.write(b"".join(self.manager.filter(data)))

    def from_line(self) -> None:
        while not self.stopped.is_set():
            try:
                data = self.port.read(self.port.in_waiting or 1)
            except OSError:  # the line was taken away first
                return
            if data:
                self.write(b"".join(self.manager.escape(data)))

    def close(self) -> None:
        self.stopped.set()
        for thread in self.threads:
            thread.join(LIMIT_S)
        self.connection.close()
        self.port.close()


class _NoLines:
    """A serial port on a pty, with the modem lines it does not have."""

    cts = dsr = ri = cd = dtr = rts = False

    def __init__(self, port: serial.Serial) -> None:
        self.__dict__["port"] = port

    def __getattr__(self, name: str) -> object:
        return getattr(self.__dict__["port"], name)


def rfc2217() -> Iterator[Pair]:
    theirs = PtyPort()
    listener = TcpListener()
    accepted: list[Rfc2217Server] = []

    def serve() -> None:
        connection = listener.accept(LIMIT_S)
        assert connection is not None
        accepted.append(Rfc2217Server(connection, theirs.path))

    thread = threading.Thread(target=serve, daemon=True)
    thread.start()
    ours = open_port(listener.url.replace("socket", "rfc2217"))
    thread.join(LIMIT_S)
    yield Pair(ours, theirs)
    accepted[0].close()
    listener.close()


KINDS: dict[str, Callable[[], Iterator[Pair]]] = {
    "memory": memory,
    "pty": pty,
    "pty, as on Windows": pty_as_on_windows,
    "pty, the other end": pty_from_the_other_end,
    "tcp": tcp,
    "tap": tapped,
    "rfc2217": rfc2217,
}


@pytest.fixture(params=KINDS)
def pair(request: pytest.FixtureRequest) -> Iterator[Pair]:
    for made in KINDS[request.param]():
        yield made
        made.ours.close()
        made.theirs.close()


def read_all(port: Transport, count: int) -> bytes:
    data = b""
    while len(data) < count:
        chunk = port.read(LIMIT_S)
        assert chunk
        data += chunk
    return data


def test_it_is_a_transport_with_a_name(pair: Pair) -> None:
    assert isinstance(pair.ours, Transport)
    assert pair.ours.name


def test_every_byte_arrives_as_it_was_sent(pair: Pair) -> None:
    every = bytes(range(256)) * 3
    pair.ours.write(every)
    assert read_all(pair.theirs, len(every)) == every
    answer = every[::-1]  # not the same again: that would be an echo
    pair.theirs.write(answer)
    assert read_all(pair.ours, len(every)) == answer


def test_a_read_gives_what_there_is_and_waits_for_no_more(pair: Pair) -> None:
    pair.theirs.write(b"\x06\xee")
    started = time.monotonic()
    assert read_all(pair.ours, 2) == b"\x06\xee"
    assert time.monotonic() - started < LIMIT_S / 2


def test_a_read_without_data_ends_with_its_time(pair: Pair) -> None:
    started = time.monotonic()
    assert pair.ours.read(0.05) == b""
    assert 0.04 <= time.monotonic() - started < LIMIT_S
    assert pair.ours.read(0) == b""


def test_a_waiting_read_is_cancelled_from_another_thread(pair: Pair) -> None:
    timer = threading.Timer(0.02, pair.ours.cancel_read)
    timer.start()
    started = time.monotonic()
    assert pair.ours.read(60.0) == b""
    assert time.monotonic() - started < LIMIT_S
    timer.join()


def test_a_cancel_that_comes_just_before_the_read_is_not_lost(pair: Pair) -> None:
    pair.ours.cancel_read()
    started = time.monotonic()
    assert pair.ours.read(60.0) == b""
    assert time.monotonic() - started < LIMIT_S
    pair.theirs.write(b"x")
    assert read_all(pair.ours, 1) == b"x"


def test_old_input_is_thrown_away(pair: Pair) -> None:
    pair.theirs.write(b"old")
    assert read_all(pair.ours, 1)[:1] == b"o"
    pair.theirs.write(b"old")
    time.sleep(0.1)  # a network and a server in between have no signal for "arrived"
    pair.ours.discard_input()
    pair.theirs.write(b"new")
    assert read_all(pair.ours, 3) == b"new"


@pytest.mark.parametrize("baud", [300, 9600, 14400, 28800, 57600])
def test_every_rate_of_the_standard_can_be_set(pair: Pair, baud: int) -> None:
    pair.ours.set_baud(baud)
    assert pair.ours.baud == baud
    pair.ours.write(b"x")
    assert read_all(pair.theirs, 1) == b"x"


def test_after_close_every_call_says_so_and_a_second_close_is_nothing(pair: Pair) -> None:
    pair.ours.close()
    pair.ours.close()
    pair.ours.cancel_read()
    with pytest.raises(PortGone):
        pair.ours.read(0.0)
    with pytest.raises(TransportError):
        pair.ours.write(b"x")


def test_a_close_ends_a_read_that_another_thread_waits_in(pair: Pair) -> None:
    ended: list[object] = []

    def wait() -> None:
        try:
            ended.append(pair.ours.read(60.0))
        except TransportError as error:
            ended.append(error)

    thread = threading.Thread(target=wait, daemon=True)
    thread.start()
    time.sleep(0.05)  # let it get into the read; earlier is right as well
    pair.ours.close()
    thread.join(LIMIT_S)
    assert not thread.is_alive()
    assert ended == [b""] or isinstance(ended[0], PortGone)


@pytest.mark.parametrize("kind", ["memory", "pty", "pty, as on Windows", "tcp", "tap"])
def test_a_cable_that_is_pulled_in_a_read_is_a_clear_error(kind: str) -> None:
    for pair in KINDS[kind]():
        timer = threading.Timer(0.02, pair.theirs.close)
        timer.start()
        started = time.monotonic()
        with pytest.raises(PortGone) as gone:
            pair.ours.read(60.0)
        assert gone.value.port == pair.ours.name
        assert time.monotonic() - started < LIMIT_S
        timer.join()
        pair.ours.close()


@pytest.mark.parametrize("kind", ["pty", "tcp"])
def test_a_port_that_takes_no_bytes_is_hung_and_not_a_frozen_program(
    kind: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for pair in KINDS[kind]():
        port = getattr(pair.ours, "inner", pair.ours)
        monkeypatch.setattr(getattr(port, "_stream", port), "_write_limit_s", 0.1)
        with pytest.raises(PortHung):
            pair.ours.write(bytes(2**25))
        pair.ours.close()
        pair.theirs.close()


def test_a_meter_on_a_pty_speaks_into_the_void_when_nobody_listens(monkeypatch: pytest.MonkeyPatch) -> None:
    server = PtyPort()
    monkeypatch.setattr(server._pipe, "_write_limit_s", 0.05)
    server.write(bytes(2**18))
    client = open_port(server.path)
    server.write(b"fresh")
    assert read_all(client, 5) == b"fresh"
    client.close()
    server.close()

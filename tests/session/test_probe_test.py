"""The probe test tells a meter, a mirror, noise and nothing apart, and counts what goes wrong at each rate."""

from __future__ import annotations

import random
from collections.abc import Callable
from typing import Any

from fieldpro.session.probe_test import PATTERN, Found, RateResult, probe_test
from fieldpro.transports.memory import pipe

BAUDS = (9600, 19200, 28800)


class Mirror:
    """Sends back what it gets, changed by `change(data, baud)`."""

    name = "mirror"

    def __init__(self, clock: Any, change: Callable[[bytes, int], bytes]) -> None:
        self.clock, self.change, self.baud, self.back, self.closed = clock, change, 9600, b"", False

    def set_baud(self, baud: int) -> None:
        self.baud = baud

    def write(self, data: bytes) -> None:
        self.back += self.change(data, self.baud)

    def read(self, timeout_s: float) -> bytes:
        data, self.back = self.back, b""
        if not data:
            self.clock.now += timeout_s
        return data

    def discard_input(self) -> None:
        self.back = b""

    def cancel_read(self) -> None: ...

    def close(self) -> None:
        self.closed = True


def test_a_meter_is_tried_at_every_rate_it_offers(lab: Any, clock: Any) -> None:
    meter = lab.ScriptedMeter(bauds=(9600, 19200))
    heard: list[RateResult] = []
    report = probe_test(lambda: lab.SimWire(meter, pipe("p"), clock), bauds=BAUDS, clock=clock, on_rate=heard.append)
    assert (report.found, report.echo, report.best_baud) == (Found.METER, False, 19200)
    assert [(rate.baud, rate.offered, rate.good) for rate in report.rates] == [
        (9600, True, True),
        (19200, True, True),
        (28800, False, False),
    ]
    assert list(report.rates) == heard
    assert meter.services.count("Terminate") == 3


def test_a_rate_that_garbles_is_told_from_one_that_does_not(lab: Any, clock: Any) -> None:
    def wire() -> Any:
        line = lab.SimWire(lab.ScriptedMeter(), pipe("p"), clock, seed=3)

        def noisy_when_fast(data: bytes, rng: random.Random) -> list[tuple[float, bytes]]:
            share = 0.02 if line.meter.baud > 19200 else 0.0
            return [(0.0, bytes(byte ^ 4 if rng.random() < share else byte for byte in data))]

        line.to_client = noisy_when_fast
        return line

    report = probe_test(wire, bauds=BAUDS, clock=clock)
    assert report.best_baud == 19200
    worst = report.rates[-1]
    assert worst.retries + worst.garbage_bytes > 0 or worst.error is not None


def test_an_echo_beside_a_meter_is_found(lab: Any, clock: Any) -> None:
    report = probe_test(lambda: lab.SimWire(lab.ScriptedMeter(), pipe("p"), clock, echo=True), bauds=BAUDS, clock=clock)
    assert (report.found, report.echo) == (Found.METER, True)
    assert report.best_baud == 28800


def test_a_mirror_gives_bit_errors_by_rate(clock: Any) -> None:
    def change(data: bytes, baud: int) -> bytes:
        return data if baud < 28800 else bytes([data[0] ^ 3]) + data[1:-1]

    report = probe_test(lambda: Mirror(clock, change), bauds=BAUDS, clock=clock)
    assert (report.found, report.echo, report.best_baud) == (Found.MIRROR, True, 19200)
    worst = report.rates[-1]
    assert (worst.wrong_bits, worst.lost_bytes, worst.sent) == (2, 1, len(PATTERN))
    assert worst.bit_error_rate == 2 / (8 * (len(PATTERN) - 1))


def test_nobody_there_is_a_finding(clock: Any) -> None:
    report = probe_test(lambda: Mirror(clock, lambda data, baud: b""), bauds=BAUDS, clock=clock)
    assert (report.found, report.rates, report.best_baud) == (Found.NOTHING, (), None)


def test_noise_is_a_finding(clock: Any) -> None:
    rng = random.Random(1)
    report = probe_test(lambda: Mirror(clock, lambda data, baud: rng.randbytes(len(data))), bauds=BAUDS, clock=clock)
    assert report.found is Found.NOISE
    assert report.best_baud is None

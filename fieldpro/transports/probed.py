"""A transport with an optical probe on it: lines, echo, turn-round and wake byte, as its profile says.

Every session talks through one of these, so that an echo is found and taken out on any kind of pipe.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from fieldpro.transports.base import Transport
from fieldpro.transports.clock import SYSTEM_CLOCK, Clock
from fieldpro.transports.echo import EchoStripper
from fieldpro.transports.probes import DIRECT, ProbeProfile

_ECHO_LATE_S = 0.25  # how long after its last bit an echo may still come: USB adapters hold bytes back
_BITS_PER_BYTE = 10


class ProbedPort:
    """`choices` are the profiles to try one after the other with `use`; empty when the profile is settled."""

    def __init__(
        self,
        inner: Transport,
        *,
        probe: ProbeProfile | None = None,
        choices: Sequence[ProbeProfile] = (),
        set_lines: Callable[[bool, bool], bool] | None = None,
        clock: Clock = SYSTEM_CLOCK,
    ) -> None:
        self.inner = inner
        self.choices: tuple[ProbeProfile, ...] = tuple(choices)
        self._set_lines = set_lines
        self._clock = clock
        self._last_heard: float | None = None
        self._sent_until = 0.0  # when the last bit of what was written has left
        self._prefix = b""
        self.probe = probe or (choices[0] if choices else DIRECT)
        self._echo = EchoStripper(True if self.probe.echo else None)

    @property
    def name(self) -> str:
        return self.inner.name

    @property
    def baud(self) -> int:
        return self.inner.baud

    @property
    def echoes(self) -> bool | None:
        """Whether the probe sends our bytes back; None while it is not known."""
        return self._echo.echoes

    @property
    def damaged_echo(self) -> int:
        """Bytes of echo that came back wrong or not at all."""
        return self._echo.damaged

    def use(self, probe: ProbeProfile) -> None:
        """Take another profile: set its lines, and let the head come up."""
        self.probe = probe
        self._echo = EchoStripper(True if probe.echo else None)
        if self._set_lines is not None and self._set_lines(probe.dtr, probe.rts):
            self._clock.sleep(probe.settle_s)
        self.inner.discard_input()

    def settle(self) -> None:
        """The meter has answered: this profile it is."""
        self.choices = ()
        self._echo.settle()

    def expect_echo(self) -> None:
        """The probe sends our bytes back, whatever its profile says."""
        self._echo = EchoStripper(True)

    def wake(self) -> None:
        """Send the profile's wake bytes with the next packet."""
        self._prefix = self.probe.wake

    def set_baud(self, baud: int) -> None:
        self.inner.set_baud(baud)

    def write(self, data: bytes) -> None:
        if self.probe.turn_round_s and self._last_heard is not None:
            wait_s = self._last_heard + self.probe.turn_round_s - self._clock.monotonic()
            if wait_s > 0:
                self._clock.sleep(wait_s)
        if self._prefix:
            data, self._prefix = self._prefix + data, b""
        now = self._clock.monotonic()
        self._forget_late_echo(now)
        self._echo.sent(data)
        self._sent_until = max(now, self._sent_until) + len(data) * _BITS_PER_BYTE / self.baud
        self.inner.write(data)

    def read(self, timeout_s: float) -> bytes:
        deadline = self._clock.monotonic() + timeout_s
        while True:
            data = self.inner.read(max(0.0, deadline - self._clock.monotonic()))
            now = self._clock.monotonic()
            if not data:
                return b""
            self._last_heard = now
            self._forget_late_echo(now)
            rest = self._echo.received(data)
            if rest or now >= deadline:
                return rest

    def discard_input(self) -> None:
        self.inner.discard_input()
        self._echo.forget()

    def _forget_late_echo(self, now: float) -> None:
        if self._echo.pending and now > self._sent_until + _ECHO_LATE_S:
            self._echo.forget()

    def cancel_read(self) -> None:
        self.inner.cancel_read()

    def close(self) -> None:
        self.inner.close()


def find_probed(transport: Transport) -> ProbedPort | None:
    """The probe below a tap or another wrapper, if there is one."""
    layer: object | None = transport
    while layer is not None:
        if isinstance(layer, ProbedPort):
            return layer
        layer = getattr(layer, "inner", None)
    return None

"""The probe test: does the probe echo, is it lying on a mirror, and how many bits go wrong at which rate?

Against a mirror (the head held at something that reflects, or on its test plate) every byte comes back: a pattern is
sent at each rate and compared. Against a meter each rate is negotiated in a session of its own and the same table read
again and again; what had to be repeated or made no packet is counted. Nothing here is a sentence: the report is data.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from enum import StrEnum

from fieldpro.c12.psem.negotiate import BAUD_RATES
from fieldpro.errors import FieldProError, LinkError, PortUnsupported, ServiceRefused
from fieldpro.session.meter_session import MeterSession
from fieldpro.session.plan import SessionPlan
from fieldpro.session.tables import read_table
from fieldpro.session.ticket import Ticket
from fieldpro.transports.base import Transport
from fieldpro.transports.clock import SYSTEM_CLOCK, Clock
from fieldpro.transports.probed import find_probed

# Bytes that stress a receiver: single bits, long runs of 0 and 1, the fastest change; none looks like a packet.
PATTERN = bytes.fromhex("00 FF 55 AA 01 02 04 08 10 20 40 80 FE FD FB F7 0F F0 33 CC") * 6
_BITS_PER_BYTE = 10
_ROUND_TRIP_S = 0.5
_QUIET_S = 0.1
_READS_PER_RATE = 5
_SMALL_TABLE = 1  # C12.19 table 1, manufacturer identification: every meter has it and anybody may read it


class Found(StrEnum):
    """What answers at the far end of the probe."""

    METER = "meter"
    MIRROR = "mirror"  # our bytes come back and nothing else: a reflection, a loopback plug, or an echo without a meter
    NOISE = "noise"  # something comes that is neither
    NOTHING = "nothing"


@dataclass(frozen=True, slots=True)
class RateResult:
    """One rate. In bytes, sent and received; `wrong_bits` and `lost_bytes` only a mirror can tell.

    Against a meter: `exchanges` done, `retries` of packets either way, `garbage_bytes` that made no packet.
    `error`: the exchange at this rate failed for good. `offered`: False when the meter chose another rate.
    """

    baud: int
    offered: bool = True
    sent: int = 0
    received: int = 0
    wrong_bits: int = 0
    lost_bytes: int = 0
    exchanges: int = 0
    retries: int = 0
    garbage_bytes: int = 0
    error: FieldProError | None = None

    @property
    def good(self) -> bool:
        faults = self.wrong_bits + self.lost_bytes + self.retries + self.garbage_bytes
        return self.offered and self.error is None and faults == 0

    @property
    def bit_error_rate(self) -> float | None:
        """Of the bits that came back from a mirror; None against a meter."""
        return None if self.received == 0 or self.exchanges else self.wrong_bits / (8 * self.received)


@dataclass(frozen=True, slots=True)
class ProbeReport:
    """`echo`: the probe itself sends our bytes back, beside the meter's. `probe`: the profile that was used."""

    port: str
    probe: str
    found: Found
    echo: bool
    rates: tuple[RateResult, ...] = ()

    @property
    def best_baud(self) -> int | None:
        """The fastest rate without a single fault."""
        return max((rate.baud for rate in self.rates if rate.good), default=None)


def probe_test(
    open_transport: Callable[[], Transport],
    *,
    plan: SessionPlan | None = None,
    bauds: Iterable[int] = BAUD_RATES[6:],
    ticket: Ticket | None = None,
    on_rate: Callable[[RateResult], None] | None = None,
    clock: Clock = SYSTEM_CLOCK,
) -> ProbeReport:
    """Test one probe, with a meter or a mirror before it. `on_rate` hears of each rate when it is done.

    Raises `TransportError` and `Cancelled`; that nobody answers is a finding, not an error.
    """
    plan = plan or SessionPlan()
    test = _Test(open_transport, plan, ticket, on_rate, clock)
    report = test.against_meter(tuple(bauds))
    return report if report.found is Found.METER else test.against_mirror(report, tuple(bauds))


class _Test:
    def __init__(
        self,
        open_transport: Callable[[], Transport],
        plan: SessionPlan,
        ticket: Ticket | None,
        on_rate: Callable[[RateResult], None] | None,
        clock: Clock,
    ) -> None:
        self._open_transport = open_transport
        self._plan = plan
        self._ticket = ticket
        self._on_rate = on_rate
        self._clock = clock

    # --- a meter --------------------------------------------------------------------------------------------------

    def against_meter(self, bauds: tuple[int, ...]) -> ProbeReport:
        transport = self._open_transport()
        try:
            return self._talk(transport, bauds)
        finally:
            transport.close()

    def _talk(self, transport: Transport, bauds: tuple[int, ...]) -> ProbeReport:
        rates: list[RateResult] = []
        report = ProbeReport(transport.name, "", Found.METER, False)
        for baud in bauds:
            plan = replace(self._plan, max_baud=baud, negotiate=baud != self._plan.start_baud, reconnects=0)
            session = MeterSession(transport, plan, clock=self._clock)
            result = self._one_rate(session, baud)
            report = replace(report, probe=session.probe.probe.name, echo=bool(session.probe.echoes))
            if not rates and isinstance(result.error, LinkError):
                silent = result.error.reason == "silent" and not session.quality.garbage_bytes
                return replace(report, found=Found.NOTHING if silent else Found.NOISE)
            rates.append(result)
            if self._on_rate is not None:
                self._on_rate(result)
        return replace(report, rates=tuple(rates))

    def _one_rate(self, session: MeterSession, baud: int) -> RateResult:
        """The meter may choose a lower rate than is offered: then there is nothing to say of this one."""
        result = RateResult(baud)
        try:
            if session.open(self._ticket).baud != baud:
                return replace(result, offered=False)
            for done in range(_READS_PER_RATE):
                session.run(read_table(_SMALL_TABLE), self._ticket)
                result = replace(result, exchanges=done + 1)
        except (LinkError, ServiceRefused) as error:
            result = replace(result, error=error)
        finally:
            session.close()
        quality = session.quality
        return replace(
            result,
            retries=quality.retries + quality.repeats,
            garbage_bytes=quality.garbage_bytes,
            sent=quality.sent,
            received=quality.packets,
        )

    # --- a mirror -------------------------------------------------------------------------------------------------

    def against_mirror(self, report: ProbeReport, bauds: tuple[int, ...]) -> ProbeReport:
        """Our own bytes, looked at before anything takes an echo out."""
        transport = self._open_transport()
        try:
            probe = find_probed(transport)
            bare = transport if probe is None else probe.inner
            rates = []
            for baud in bauds:
                try:
                    bare.set_baud(baud)
                except PortUnsupported as error:
                    rates.append(RateResult(baud, error=error))
                    continue
                rates.append(self._reflect(bare, baud))
                if rates[-1].received == 0 and len(rates) == 1:
                    return report
                if self._on_rate is not None:
                    self._on_rate(rates[-1])
        finally:
            transport.close()
        first = rates[0]
        if first.received and first.wrong_bits + 8 * first.lost_bytes <= first.sent:  # most of it is ours
            return replace(report, found=Found.MIRROR, echo=True, rates=tuple(rates))
        return replace(report, found=Found.NOISE, rates=tuple(rates))

    def _reflect(self, port: Transport, baud: int) -> RateResult:
        port.discard_input()
        port.write(PATTERN)
        until = self._clock.monotonic() + len(PATTERN) * _BITS_PER_BYTE / baud + _ROUND_TRIP_S
        back = bytearray()
        while len(back) < len(PATTERN) and (left := until - self._clock.monotonic()) > 0:
            back += port.read(min(left, _QUIET_S) if back else left)
        wrong = sum((ours ^ theirs).bit_count() for ours, theirs in zip(PATTERN, back, strict=False))
        return RateResult(
            baud,
            sent=len(PATTERN),
            received=len(back),
            wrong_bits=wrong,
            lost_bytes=len(PATTERN) - min(len(back), len(PATTERN)),
        )

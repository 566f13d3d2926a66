"""Opening and closing a session: the sequence of C12.18 and C12.21 from the first byte to the last.

    Base --Identify--> ID --Negotiate, Timing set-up, Log on--> Session --Security--> ... --Log off, Terminate--> Base

* The first frame is often refused or lost (a meter that shares its port, a probe that has just come up): the packet
  layer repeats it. A meter that is still in somebody's session (isss) is told that it is over.
* Without a chosen probe profile the usual ones are tried in turn, each for a shorter time.
* A rate that was agreed and then is silent is left out the next time: after a pause longer than the meter's channel
  traffic limit both ends are back at the start rate.
"""

from __future__ import annotations

import contextlib
import math
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TypeVar

from fieldpro.c12.link.timing import C12_18, C12_21, Timing
from fieldpro.c12.psem.codes import ResponseCode
from fieldpro.c12.psem.identification import Identify, IdentifyReply, Standard
from fieldpro.c12.psem.logoff import Logoff
from fieldpro.c12.psem.logon import Logon
from fieldpro.c12.psem.message import Reply, Request
from fieldpro.c12.psem.negotiate import BAUD_RATES, Negotiate, NegotiateReply
from fieldpro.c12.psem.security import Security
from fieldpro.c12.psem.terminate import Terminate
from fieldpro.c12.psem.timing_setup import TimingSetup
from fieldpro.errors import FieldProError, LinkError, MessageError, PortUnsupported, ServiceRefused
from fieldpro.session.channel import Channel
from fieldpro.session.conversation import SessionFacts
from fieldpro.session.events import BaudFailed, ProbeChosen, ProbeTried, SessionEvent
from fieldpro.session.plan import START_PACKET_COUNT, START_PACKET_SIZE, SessionPlan

R = TypeVar("R", bound=Reply)

_PROBE_TRY = Timing(response_s=1.0, traffic_s=3.0, retries=1)  # how long one of several profiles is given
_IDENTIFY_TRIES = 3
_MODEST_PACKET_SIZE = 256  # for a meter that refuses what it cannot do instead of choosing less
_UNDER_WAY_S = 0.5  # what was on the wire when something went wrong has come by then
_CLOSE_LIMIT_S = 3.0  # for log-off and for terminate, each
_DEAD_CLOSE_LIMIT_S = 1.0
_MAX_SECONDS = 255


def exchange(channel: Channel, request: Request[R], *, limit_s: float | None = None) -> R:
    """Ask and understand. Raises `ServiceRefused` and `MessageError` beside what `Channel.ask` raises."""
    return request.decode_reply(channel.ask(request, limit_s=limit_s))


@dataclass(frozen=True, slots=True)
class Limits:
    """What is left out after it went wrong: rates that failed, and packets above this size."""

    failed_bauds: frozenset[int] = frozenset()
    packet_size: int | None = None


class Opener:
    """Opens one session after another over the same channel, wiser each time."""

    def __init__(self, channel: Channel, plan: SessionPlan, tell: Callable[[SessionEvent], None]) -> None:
        self._channel = channel
        self._plan = plan
        self._tell = tell
        self.limits = Limits()
        self.identified = False  # the meter has answered and was not told that it is over

    def open(self) -> SessionFacts:
        """From base state to a user logged on. Raises `LinkError`, `ServiceRefused`, `TransportError`, `Cancelled`."""
        while True:
            identity = self._identify()
            agreed = self._negotiate(identity)
            baud = agreed.baud or self._plan.start_baud
            try:
                self._channel.apply(agreed.packet_size, agreed.packet_count, baud)
                self._set_up_timing(identity)
                self._log_on()
            except (LinkError, PortUnsupported):
                if baud == self._plan.start_baud:
                    raise
                self._give_up_baud(baud)
                continue
            return SessionFacts(
                port=self._channel.port.name,
                standard=identity.standard,
                version=identity.version,
                revision=identity.revision,
                packet_size=agreed.packet_size,
                packet_count=agreed.packet_count,
                baud=baud,
                user=self._plan.user,
                authenticated=self._authenticate(),
            )

    def close(self, *, alive: bool) -> bool:
        """Log off and terminate, within bounds; whether the meter confirmed it. Never raises.

        Over a link that is dead or in the middle of something, one Terminate is tried: the meter may still hear us.
        """
        if not self.identified:
            return True
        self.identified = False
        try:
            if alive:
                with contextlib.suppress(ServiceRefused, MessageError):
                    exchange(self._channel, Logoff(), limit_s=_CLOSE_LIMIT_S)
                exchange(self._channel, Terminate(), limit_s=_CLOSE_LIMIT_S)
            else:
                self._channel.abandon()
                exchange(self._channel, Terminate(), limit_s=_DEAD_CLOSE_LIMIT_S)
        except FieldProError:
            return False
        return True

    # --- the steps ----------------------------------------------------------------------------------------------

    def _identify(self) -> IdentifyReply:
        probe = self._channel.probe
        patient = self._plan.timing or C12_18
        if not probe.choices:
            self._channel.timing = patient
            reply = self._identify_patiently()
        else:
            self._channel.timing = replace(_PROBE_TRY, inter_character_s=patient.inter_character_s)
            reply = self._try_probes()
            self._channel.timing = patient
        self.identified = True
        probe.settle()
        self._tell(ProbeChosen(probe.probe.name, bool(probe.echoes)))
        return reply

    def _try_probes(self) -> IdentifyReply:
        """Raises the most telling of the errors: something heard tells more than silence."""
        errors: list[LinkError] = []
        probe = self._channel.probe
        choices = probe.choices
        for choice in choices:
            probe.use(choice)
            try:
                return self._identify_patiently()
            except LinkError as error:
                errors.append(error)
                self._tell(ProbeTried(choice.name))
        raise next((error for error in errors if error.reason != "silent"), errors[0])

    def _identify_patiently(self) -> IdentifyReply:
        channel = self._channel
        for left in reversed(range(_IDENTIFY_TRIES)):
            channel.restart()
            channel.probe.wake()
            try:
                return exchange(channel, Identify())
            except ServiceRefused as error:
                if error.response != ResponseCode.ISSS or not left:
                    raise
                self._end_old_session(first=left == _IDENTIFY_TRIES - 1)
            except MessageError:
                if not left:
                    raise
                channel.rest(_UNDER_WAY_S)
            except LinkError as error:
                if error.reason != "echo" or not left:
                    raise
                channel.probe.expect_echo()
                channel.rest(_UNDER_WAY_S)
        raise AssertionError("unreachable")

    def _end_old_session(self, *, first: bool) -> None:
        """The meter is still in a session that nobody ended: end it, or else wait until the meter has."""
        if first:
            with contextlib.suppress(LinkError, ServiceRefused, MessageError):
                exchange(self._channel, Terminate())
        else:
            self._channel.let_meter_time_out()

    def _negotiate(self, identity: IdentifyReply) -> NegotiateReply:
        """What both ends can do; the defaults of the base state with a meter that does not negotiate."""
        plan = self._plan
        if plan.negotiate:
            size = min(plan.packet_size, self.limits.packet_size or plan.packet_size)
            bauds = () if identity.standard == Standard.C12_21 else self._bauds()
            offers = [Negotiate(size, plan.packet_count, bauds)]
            if bauds:
                offers.append(Negotiate(min(size, _MODEST_PACKET_SIZE), plan.packet_count, (plan.start_baud,)))
            for offer in offers:
                try:
                    reply = exchange(self._channel, offer)
                except ServiceRefused as error:
                    if error.response == ResponseCode.SNS:
                        break
                else:
                    packets = min(reply.packet_count, offer.packet_count)
                    return replace(reply, packet_size=min(reply.packet_size, offer.packet_size), packet_count=packets)
        return NegotiateReply(START_PACKET_SIZE, START_PACKET_COUNT, plan.start_baud)

    def _bauds(self) -> tuple[int, ...]:
        """The rates to offer, fastest first: all that plan and probe allow, and the start rate in any case.

        After a failed change only the start rate: trying the others one by one would take a quarter of a minute each.
        """
        if self.limits.failed_bauds:
            return (self._plan.start_baud,)
        fastest = min(limit or max(BAUD_RATES) for limit in (self._plan.max_baud, self._channel.probe.probe.max_baud))
        start = self._plan.start_baud
        rates = {baud for baud in BAUD_RATES if start < baud <= fastest}
        return (*sorted(rates, reverse=True), start)

    def _set_up_timing(self, identity: IdentifyReply) -> None:
        """C12.21 agrees on the time limits; elsewhere those of the plan or of C12.18 hold."""
        if identity.standard != Standard.C12_21:
            return
        timing = self._plan.timing or C12_21
        self._channel.timing = timing
        traffic_s, inter_character_s, response_s = (
            min(_MAX_SECONDS, math.ceil(limit_s))
            for limit_s in (timing.traffic_s, timing.inter_character_s, timing.response_s)
        )
        try:
            reply = exchange(self._channel, TimingSetup(traffic_s, inter_character_s, response_s, timing.retries))
        except ServiceRefused:
            return
        self._channel.timing = replace(
            timing,
            traffic_s=float(reply.traffic_s),
            inter_character_s=float(reply.inter_character_s),
            response_s=float(reply.response_s),
            retries=reply.retries,
        )

    def _log_on(self) -> None:
        exchange(self._channel, Logon(self._plan.user_id, self._plan.user))

    def _authenticate(self) -> bool:
        plan = self._plan
        if plan.password is None:
            return False
        try:
            exchange(self._channel, Security(plan.password, fill=plan.password_fill))
        except ServiceRefused as error:
            subject = f'password of user {plan.user_id} "{plan.user}"'
            raise ServiceRefused(error.service, error.response, subject) from error
        return True

    def _give_up_baud(self, baud: int) -> None:
        self.limits = replace(self.limits, failed_bauds=self.limits.failed_bauds | {baud})
        self._tell(BaudFailed(baud))
        self.identified = False
        self._channel.let_meter_time_out()

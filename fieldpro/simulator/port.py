"""A virtual meter's port: bytes in, bytes out, without I/O of its own.

Whoever serves it moves the bytes, tells it the time (`now`, seconds of a steady clock) and obeys `deadline`; see
`fieldpro.simulator.serve`. Packets are the link layer's, services those of the device behind the port, whatever it is
(`fieldpro.simulator.answer`); this module joins them, keeps the state of the port (rate, packet sizes, base state
after silence) and spoils what it was asked to spoil.
"""

from __future__ import annotations

from dataclasses import replace

from fieldpro.c12.link import (
    C12_18,
    NAK,
    Endpoint,
    Event,
    LinkFailed,
    LinkSettings,
    MessageDelivered,
    MessageReceived,
    PacketReceived,
    Repeated,
    Timing,
)
from fieldpro.c12.psem.codes import ResponseCode
from fieldpro.simulator.answer import Answer, Answering, Effect, Negotiated, TimingSet, ToBase, WaitGranted
from fieldpro.simulator.clock import Now, running_clock
from fieldpro.simulator.faults import FaultPlan, Faults
from fieldpro.simulator.spoiled_answers import SpoiledAnswers

_OF_TABLES = range(0x30, 0x50)  # the services that read and write
_BUSY = bytes([ResponseCode.BSY])
_TOO_LONG = bytes([ResponseCode.ONP])  # for the packets agreed on


class Port:
    """One port with the device behind it.

    turn_round_s: how long it takes for every answer. seed: of faults at random, where the plan names none. clock: real
    time, UTC seconds. A subclass that numbers its answers in another way than 1, 2, 3 says so in `step_of`.
    """

    def __init__(
        self,
        device: Answering,
        *,
        settings: LinkSettings | None = None,
        timing: Timing = C12_18,
        turn_round_s: float = 0.0,
        faults: FaultPlan | None = None,
        seed: int = 0,
        clock: Now | None = None,
    ) -> None:
        self._answering = device
        self.clock = clock or running_clock()
        self._turn_round_s = turn_round_s
        self._faults = Faults(faults or FaultPlan(), seed=seed)
        self.spoiled = SpoiledAnswers(self._faults.plan, seed=seed)
        self._timing = timing
        self._settings = settings or LinkSettings()
        self._endpoint = Endpoint(self._settings, self._timing)
        self._signals = b""
        self._held: bytes | None = None  # a message whose packet was refused or left unanswered on request
        self._effect: Effect | None = None  # what takes hold once the reply is acknowledged
        self._reply: tuple[float, bytes] | None = None  # when it is due, and its bytes
        self._gives_up_at: float | None = None  # the session, after an answer that never came
        self._dead_until: float | None = None
        self._failed_at = 0.0
        self.answers_given = 0
        self.baud = self._settings.baud
        self.links_lost = 0
        self._to_base()

    @property
    def next_baud(self) -> int:
        """The rate once the answer under way is acknowledged."""
        match self._effect:
            case Negotiated(_, _, baud):
                return baud
            case ToBase():
                return self._settings.baud
            case _:
                return self.baud

    @property
    def fault_plan(self) -> FaultPlan:
        return self._faults.plan

    def step_of(self, message: bytes) -> int:
        """The number that faults at a step know the answer to this message by."""
        return self.answers_given + 1

    # --- the wire -----------------------------------------------------------------------------------------------

    @property
    def deadline(self) -> float | None:
        """When `tick` has something to do; None when only bytes can change anything."""
        if self._dead_until is not None:
            return self._dead_until
        due = [self._endpoint.deadline, self._reply and self._reply[0], self._gives_up_at]
        return min((at for at in due if at is not None), default=None)

    def receive(self, data: bytes, now: float) -> None:
        """Take bytes in pieces of any size."""
        if self._is_dead(now):
            return
        self._handle(self._endpoint.receive(self._faults.spoil(data, baud=self.baud), now), now)

    def tick(self, now: float) -> None:
        """Do what is due."""
        if self._is_dead(now):
            return
        self._handle(self._endpoint.tick(now), now)
        if self._reply is not None and now >= self._reply[0]:
            message, self._reply = self._reply[1], None
            self._handle(self._endpoint.send(message, now), now)
        if self._gives_up_at is not None and now >= self._gives_up_at:
            self.links_lost += 1
            self._to_base()

    def outgoing(self, now: float) -> bytes:
        """What goes onto the wire now, already spoiled."""
        data = self._endpoint.outgoing()
        if self._signals:
            data, self._signals = self._signals + data, b""
        if not data or self._dead_until is not None:
            return b""
        if self.spoiled.any:
            cut = self.spoiled.power_cut(data)
            if cut is not None:
                self._fail_power(now, cut[1])
                return cut[0]
            data = self.spoiled.packet(data)
        data = self._faults.spoil(data, baud=self.baud)
        data, power_failed = self._faults.cut(data)
        if power_failed:
            self._fail_power(now, self._faults.plan.off)
        return data

    def line_dropped(self) -> None:
        """The client has gone: whatever was under way is over, as after the traffic time-out."""
        self._to_base()

    # --- what happens on it -------------------------------------------------------------------------------------

    def _handle(self, events: list[Event], now: float) -> None:
        spoiled = False
        for event in events:
            match event:
                case PacketReceived():
                    spoiled = self._spoils_acknowledgement()
                case Repeated():
                    if not self._spoils_acknowledgement() and self._held is not None:
                        message, self._held = self._held, None
                        self._hear(message, now)
                case MessageReceived(data):
                    self._held = data if spoiled else None
                    if not spoiled:
                        self._hear(data, now)
                case MessageDelivered():
                    self._take_hold()
                case LinkFailed():
                    self.links_lost += 1
                    self._to_base()

    def _spoils_acknowledgement(self) -> bool:
        """Refuse, or leave unanswered, a good packet while the fault plan says so; its message is held back until
        the packet comes again."""
        if self._faults.nak_left:
            self._faults.nak_left -= 1
            self._signals = bytes([NAK])
        elif self._faults.silent_left:
            self._faults.silent_left -= 1
        else:
            return False
        self._endpoint.outgoing()  # the acknowledgement that shall not be sent
        return True

    def _hear(self, message: bytes, now: float) -> None:
        """A whole request is here: carry it out, unless a fault comes first."""
        self._gives_up_at = None
        if message and message[0] in _OF_TABLES and self._faults.takes_busy():
            self._answer(message, Answer(_BUSY), now, given=False)
            return
        if not self.spoiled.any:
            self._answer(message, self._answering.answer(message), now)
            return
        self.spoiled.begin(self.step_of(message), message)
        if self.spoiled.take("nak"):
            self._endpoint.outgoing()  # the acknowledgement that shall not be sent
            self._signals, self._held = bytes([NAK]), message
        elif self.spoiled.take("busy"):
            self._answer(message, Answer(_BUSY), now, given=False)
        elif self.spoiled.take("time-out"):
            self._to_base()
            self._answer(message, self._answering.answer(message), now, given=False)
        else:
            answer = self._answering.answer(message)
            if answer.data:
                answer = replace(answer, data=self.spoiled.reply(message, answer.data))
            late = self.spoiled.take("delay")
            if late is not None:
                answer = replace(answer, delay_s=answer.delay_s + float(late.value or 0.0))
            self._answer(message, answer, now)

    def _answer(self, message: bytes, answer: Answer, now: float, *, given: bool = True) -> None:
        """`given`: the device's own answer, which counts as the next."""
        self.answers_given += given
        self._effect = answer.effect
        if answer.data is None:
            self._gives_up_at = now + self._endpoint.timing.traffic_s
            return
        data = answer.data
        if len(data) > self._endpoint.capacity:
            data, self._effect = _TOO_LONG, None
        delay = self._faults.plan.slow + self._turn_round_s + answer.delay_s
        if delay:
            self._reply = (now + delay, data)
        else:
            self._handle(self._endpoint.send(data, now), now)

    def _take_hold(self) -> None:
        effect, self._effect = self._effect, None
        match effect:
            case Negotiated(packet_size, packet_count, baud):
                self._endpoint.apply(packet_size, packet_count, baud=baud)
                self.baud = baud
            case TimingSet(traffic_s, inter_character_s, response_s, retries):
                self._endpoint.timing = replace(
                    self._timing,
                    traffic_s=traffic_s,
                    inter_character_s=inter_character_s,
                    response_s=response_s,
                    retries=retries,
                )
            case WaitGranted(seconds):
                self._endpoint.stretch(seconds)
            case ToBase():
                self._to_base()

    def _to_base(self) -> None:
        self._held = self._effect = self._reply = self._gives_up_at = None
        self._endpoint.restart()
        self._endpoint.timing = self._timing
        self.baud = self._settings.baud
        self._answering.to_base(capacity=self._endpoint.capacity)

    def _fail_power(self, now: float, off_s: float) -> None:
        self._dead_until = now + off_s
        self._failed_at = self.clock()

    def _is_dead(self, now: float) -> bool:
        """The power is off; it comes back by itself, and the meter is in base state then."""
        if self._dead_until is None:
            return False
        if now < self._dead_until:
            return True
        self._dead_until = None
        self._answering.power_failed(self._failed_at, self.clock())
        self._to_base()
        return False

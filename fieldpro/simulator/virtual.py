"""A virtual meter's port: bytes in, bytes out, without I/O of its own.

Whoever serves it moves the bytes, tells it the time (`now`, seconds of a steady clock) and obeys `deadline`; see
`fieldpro.simulator.serve`. Packets are the link layer's, services the device's; this module joins them, keeps the
state of the port (rate, packet sizes, base state after silence) and spoils what it was asked to spoil.
"""

from __future__ import annotations

from dataclasses import replace

from fieldpro.c12.link import (
    C12_18,
    C12_21,
    NAK,
    Endpoint,
    Event,
    LinkFailed,
    LinkSettings,
    MessageDelivered,
    MessageReceived,
    PacketReceived,
    Repeated,
)
from fieldpro.simulator.clock import Now, running_clock
from fieldpro.simulator.describe import MeterDescription
from fieldpro.simulator.device import Answer, Device, Effect, Negotiated, TimingSet, ToBase, WaitGranted
from fieldpro.simulator.faults import FaultPlan, Faults


class VirtualMeter:
    """One meter with its port. `clock` is real time (UTC seconds); it may start anywhere and run at any speed."""

    def __init__(
        self,
        description: MeterDescription,
        *,
        seed: int | None = None,
        clock: Now | None = None,
        faults: FaultPlan | None = None,
    ) -> None:
        self.description = description if seed is None else description.model_copy(update={"seed": seed})
        self.clock = clock or running_clock()
        self.device = Device(self.description, self.clock)
        self._faults = Faults(faults or FaultPlan(), seed=self.description.seed)
        self.device.is_busy = self._faults.takes_busy
        self.device.procedures.finish_s = self._faults.plan.procedure
        self._spoil_switch(self._faults.plan)
        link = self.description.link
        self._timing = C12_21 if link.standard == "C12.21" else C12_18
        self._settings = LinkSettings(identity=link.identity, packet_count=link.reply_packets, name=description.name)
        self._endpoint = Endpoint(self._settings, self._timing)
        self._signals = b""
        self._held: bytes | None = None  # a message whose packet was refused or left unanswered on request
        self._effect: Effect | None = None  # what takes hold once the reply is acknowledged
        self._reply: tuple[float, bytes] | None = None  # when it is due, and its bytes
        self._dead_until: float | None = None
        self._failed_at = 0.0
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

    def press_button(self) -> None:
        """The customer presses the button at the meter that closes an armed service switch."""
        self.device.catch_up()
        if self.device.body.switch is not None:
            self.device.body.switch.press_button(self.clock())

    def _spoil_switch(self, plan: FaultPlan) -> None:
        switch = self.device.body.switch
        if switch is None:
            return
        switch.stuck, switch.backfeed_volts = plan.stuck, float(plan.backfeed)
        if plan.actuator is not None:
            switch.actuator_s = plan.actuator

    # --- the wire -----------------------------------------------------------------------------------------------

    @property
    def deadline(self) -> float | None:
        """When `tick` has something to do; None when only bytes can change anything."""
        if self._dead_until is not None:
            return self._dead_until
        due = [at for at in (self._endpoint.deadline, self._reply and self._reply[0]) if at is not None]
        return min(due, default=None)

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

    def outgoing(self, now: float) -> bytes:
        """What goes onto the wire now, already spoiled."""
        data, self._signals = self._signals + self._endpoint.outgoing(), b""
        if not data or self._dead_until is not None:
            return b""
        data = self._faults.spoil(data, baud=self.baud)
        data, power_failed = self._faults.cut(data)
        if power_failed:
            self._dead_until = now + self._faults.plan.off
            self._failed_at = self.clock()
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
                        self._answer(message, now)
                case MessageReceived(data):
                    self._held = data if spoiled else None
                    if not spoiled:
                        self._answer(data, now)
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

    def _answer(self, message: bytes, now: float) -> None:
        answer: Answer = self.device.answer(message)
        self._effect = answer.effect
        delay = self._faults.plan.slow + self.description.link.turn_round_s
        if delay:
            self._reply = (now + delay, answer.data)
        else:
            self._handle(self._endpoint.send(answer.data, now), now)

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
        self._held = self._effect = self._reply = None
        self._endpoint.restart()
        self._endpoint.timing = self._timing
        self.baud = self._settings.baud
        self.device.to_base(capacity=self._endpoint.capacity)

    def _is_dead(self, now: float) -> bool:
        """The power is off; it comes back by itself, and the meter is in base state then."""
        if self._dead_until is None:
            return False
        if now < self._dead_until:
            return True
        self._dead_until = None
        self.device.power_failed(self._failed_at, self.clock())
        self._to_base()
        return False

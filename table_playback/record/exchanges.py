"""From what went over a wire to exchanges: who asked what, and what was answered.

    >  packet  Read table 23        an exchange begins
    <  ack
    <  packet  ok, packet 1 of 3
    >  nak                          its retries, echoes and damaged packets belong to it
    <  packet  ok, packet 1 of 3
    ...
    <  packet  ok, 412 bytes        and it is a step
    >  ack

A request that is followed by another one had no answer. One that was never sent to its end was none, and an answer to
nothing neither: their packets are kept, of no step. Works on either end's recording, of any client, over any number of
sessions.
"""

from __future__ import annotations

from fieldpro.c12.link.monitor import Monitor, WireItem, WireKind
from table_playback.record.exchange import Message, step_of_exchange
from table_playback.record.timeline import Timeline
from table_playback.tape.model import FROM_METER, TO_METER, Step, WirePacket

NO_STEP = 0


class Exchanges:
    """Feed it what a tap hears; `steps` and `wire` grow. The tape begins with the first bytes.

    Packets of an exchange that is not over are not in `wire` yet.
    """

    def __init__(self) -> None:
        self.steps: list[Step] = []
        self.wire: list[WirePacket] = []
        self.timeline = Timeline()
        self._monitor = Monitor()
        self._belongs: int = NO_STEP  # the step that packets belong to that begin nothing
        self._open: list[WireItem] = []  # packets of the exchange that is open
        self._request: Message | None = None
        self._reply: Message | None = None
        self._began_s = 0.0

    def feed(self, direction: str, data: bytes, time: float) -> None:
        """Bytes that passed at once. `time`: seconds since the epoch; when it jumps, the tape does not."""
        time_s = self.timeline.at(time)
        for item in self._monitor.feed(direction, data, time_s):
            self._take(item, time_s)

    def finish(self) -> None:
        """The recording ends here: what is open stays without an answer."""
        for item in self._monitor.flush():
            self._take(item, self.timeline.last_s)
        self._close()

    def _take(self, item: WireItem, now_s: float) -> None:
        if item.kind is WireKind.PACKET and not item.repeated and not item.echo:
            if item.direction == TO_METER:
                self._asked(item)
            elif self._request is not None and self._request.is_whole:
                self._answered(item, now_s)
                return
        self._keep(item)

    def _asked(self, item: WireItem) -> None:
        if item.headless:
            self._close()
            return
        assert item.packet is not None
        if item.packet.is_first:
            self._close()
            self._request, self._reply, self._began_s = Message(), None, item.time
        elif self._request is None or not self._request.follows(item):
            self._close()
            return
        self._request.add(item)

    def _answered(self, item: WireItem, now_s: float) -> None:
        assert item.packet is not None
        self._keep(item)
        if item.headless:
            return
        if item.packet.is_first:
            self._reply = Message()
        if self._reply is None or not (item.packet.is_first or self._reply.follows(item)):
            return
        self._reply.add(item)
        if self._reply.is_whole:
            self._end(self._reply, now_s - self._began_s)

    def _keep(self, item: WireItem) -> None:
        if self._request is not None:
            self._open.append(item)
        else:
            self._put(item, self._belongs)

    def _put(self, item: WireItem, step: int) -> None:
        direction = TO_METER if item.direction == TO_METER else FROM_METER
        self.wire.append(WirePacket(max(item.time, 0.0), direction, item.raw, step))

    def _close(self) -> None:
        """Nothing more comes to the exchange that is open."""
        if self._request is None:
            self._belongs = NO_STEP
            return
        if self._request.is_whole:
            torn = self._reply
            self._end(None, None, note="" if torn is None else f"The answer broke off after {len(torn.data)} bytes.")
        else:
            self._release(NO_STEP)
        self._belongs = NO_STEP

    def _end(self, reply: Message | None, duration_s: float | None, *, note: str = "") -> None:
        assert self._request is not None
        number = len(self.steps) + 1
        step = step_of_exchange(
            self._request,
            reply,
            number=number,
            time_s=max(self._began_s, 0.0),
            duration_s=None if duration_s is None else max(duration_s, 0.0),
            note=note,
        )
        self.steps.append(step)
        self._release(number)

    def _release(self, step: int) -> None:
        """The packets so far are this step's, and so are those that follow, up to the next request."""
        for item in self._open:
            self._put(item, step)
        self._open.clear()
        self._request = self._reply = None
        self._belongs = step

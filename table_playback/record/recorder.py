"""What a tap hears, onto a tape.

recorder = Recorder(title="Before the update", who="Ada")
transport = Tap(open_port(url), recorder.hear)
...
recorder.steps           the exchanges so far
tape = recorder.finish()

To hear costs next to nothing: records are kept as they come, and looked into when somebody asks, or at the end. With
`into`, `spill` appends them to the part beside the tape; who calls it once a second loses no more than that in a crash.

Passwords and keys are masked by the tap before they come here. With identifiers, the part holds finished exchanges
only, redacted as far as the meter's tables are known by then, and whole tables masked where they are not.
"""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from fieldpro.c12.dictionary import Tables
from fieldpro.c12.psem.codes import ResponseCode
from fieldpro.dictionaries import load_dictionary
from fieldpro.errors import TapeError
from fieldpro.records import MeterIdentity
from fieldpro.transports.clock import SYSTEM_CLOCK, Clock
from fieldpro.transports.tap import TapRecord
from table_playback.record.exchanges import Exchanges
from table_playback.record.images import images_of
from table_playback.record.timeline import Timeline
from table_playback.record.whose import big_endian, identity_on, link_of, profile_of, with_procedure
from table_playback.redact import CREDENTIALS, redact
from table_playback.redact.wanted import wanted
from table_playback.tape.limits import MAX_MEMBER, WIRE
from table_playback.tape.model import Header, Step, TableImage, Tape
from table_playback.tape.writer import TapeWriter

_LINE = 70
"""Bytes of a line of wire.jsonl beside its data."""
_SHARE = 0.9


class Recorder:
    """`hear` may be called in one thread and the rest in others. A recorder that has finished hears nothing more.

    identifiers: what else is redacted, as `table_playback.redact.redact` takes it. into: where records are appended
    meanwhile; its owner closes it. trouble: why that ended, if it did: what is in memory goes on. is_full: the tape
    can take no more, and what came after was not recorded.

    Raises `UsageError` for an identifier that nothing has.
    """

    def __init__(
        self,
        *,
        identifiers: Iterable[str] = (),
        title: str = "",
        who: str = "",
        port: str = "",
        note: str = "",
        into: TapeWriter | None = None,
        clock: Clock = SYSTEM_CLOCK,
    ) -> None:
        self.identifiers = tuple(each.what for each in wanted(identifiers, load_dictionary()))
        self.started_at = clock.time()
        self.trouble: TapeError | None = None
        self.is_full = False
        self._title, self._who, self._port, self._note = title, who, port, note
        self._clock = clock
        self._room = int(MAX_MEMBER[WIRE] * _SHARE)
        self._heard: deque[TapRecord] = deque()
        self._is_over = False
        self._lock = threading.Lock()
        self._exchanges = Exchanges()
        self._placed = 0  # steps that were looked at for procedures
        self._big = False
        self._into = into
        self._timeline = Timeline(self.started_at)  # of the records in the part
        self._unwritten: deque[TapRecord] = deque()
        self._written = (0, 0)  # steps and packets in the part, where identifiers are taken out of it
        self._images: dict[int, TableImage] = {}  # of those steps

    def hear(self, record: TapRecord) -> None:
        """A sink for a tap."""
        if self._is_over or self.is_full:
            return
        self._room -= 2 * len(record.data) + _LINE
        if self._room < 0:
            self.is_full = True
            return
        self._heard.append(record)
        if self._into is not None:
            self._unwritten.append(record)

    @property
    def has_heard(self) -> bool:
        """Whether anything was said at all."""
        return bool(self._heard or self._exchanges.wire)

    @property
    def steps(self) -> Sequence[Step]:
        """Every exchange that is over; it grows."""
        self.look()
        return self._exchanges.steps

    def look(self) -> None:
        """Decode what was heard so far: in a quiet moment, so that less is left for the end."""
        with self._lock:
            self._look()

    def spill(self) -> int:
        """Append what was heard to the part: so many records. One thread at a time; not necessarily that of `hear`."""
        into, count = self._into, len(self._unwritten)
        if into is None or not count:
            return 0
        try:
            if self.identifiers:
                self._unwritten.clear()
                self._spill_redacted(into)
            else:
                unwritten, at = self._unwritten, self._timeline.at
                records = [unwritten.popleft() for _ in range(count)]
                into.heard([(at(each.time), each.direction, each.data) for each in records])
            into.flush()
        except TapeError as trouble:
            self.trouble, self._into = trouble, None
            self._unwritten.clear()
        return count

    def finish(self, *, interrupted: bool = False, meter: MeterIdentity | None = None) -> Tape:
        """The tape, everything decoded and redacted. A second call gives the same again.

        interrupted: something else ended it than the person or the end of the job. meter: who it is, where the tape
        does not say.
        """
        self._is_over = True
        with self._lock:
            self._look()
            self._exchanges.finish()
            steps, wire = list(self._exchanges.steps), list(self._exchanges.wire)
            timeline = self._exchanges.timeline
        began = self.started_at if timeline.started_at is None else timeline.started_at
        header = Header(
            meter,
            _utc(began),
            _utc(began) + timedelta(seconds=timeline.last_s),
            who=self._who,
            port=self._port,
            title=self._title,
            note=self._full_note(),
            interrupted=interrupted or self.is_full,
        )
        return finished(Tape(header, steps, {}, wire), self.identifiers)

    # --- how ------------------------------------------------------------------------------------------------------

    def _look(self) -> None:
        """Decode what was heard since the last time."""
        heard, exchanges = self._heard, self._exchanges
        while heard:
            record = heard.popleft()
            exchanges.feed(record.direction, record.data, record.time)
        for place in range(self._placed, len(exchanges.steps)):
            step = exchanges.steps[place]
            if step.table == 0 and step.service == "full-read" and step.response == ResponseCode.OK:
                self._big = big_endian(Tables(load_dictionary(), raw={0: step.data}))
            exchanges.steps[place] = with_procedure(step, big=self._big)
        self._placed = len(exchanges.steps)

    def _spill_redacted(self, into: TapeWriter) -> None:
        with self._lock:
            self._look()
            steps, wire = self._exchanges.steps, self._exchanges.wire
            first, at = self._written
            self._written = len(steps), len(wire)
            new, packets = steps[first:], wire[at:]
        self._images |= images_of(new, started_at=_utc(self.started_at), before=self._images)
        _, tables = profile_of(self._images)
        whole = Tape(Header(None, _utc(self.started_at), _utc(self.started_at)), new, self._images, packets)
        redacted = redact(whole, (*CREDENTIALS, *self.identifiers), at_capture=True, tables=tables)
        for step in redacted.steps:
            into.step(step)
        for packet in redacted.wire:
            into.wire(packet)

    def _full_note(self) -> str:
        full = "The tape was full: what came after is not on it."
        return f"{self._note}\n{full}".strip() if self.is_full else self._note


def finished(tape: Tape, identifiers: Iterable[str] = ()) -> Tape:
    """A tape of steps and packets with its images, whose it is, the link; without secrets and identifiers."""
    started_at = tape.header.started_at
    _, tables = profile_of(images_of(tape.steps, started_at=started_at))
    images = images_of(tape.steps, started_at=started_at, tables=tables)
    profile, tables = profile_of(images)
    big = big_endian(tables)
    steps = [with_procedure(step, big=big) for step in tape.steps]
    header = replace(
        tape.header,
        meter=identity_on(tables) or tape.header.meter,
        device_profile=profile.name,
        dictionary=profile.dictionary.overlays,
        link={**tape.header.link, **link_of(steps)},
    )
    whole = replace(tape, header=header, steps=steps, tables=images)
    return redact(whole, (*CREDENTIALS, *identifiers), at_capture=True, when=header.ended_at, tables=tables)


def rebuilt(tape: Tape, identifiers: Iterable[str] = ()) -> Tape:
    """A tape that has packets only, as a crash leaves them, with steps, images and header made of them.

    One that has steps keeps them. identifiers: what else is taken out; what its header names is in any case.
    """
    identifiers = dict.fromkeys([*(each.what for each in tape.header.redactions), *identifiers])
    identifiers = [each for each in identifiers if each not in CREDENTIALS]
    tape = replace(tape, header=replace(tape.header, redactions=()))
    if tape.steps:
        return finished(tape, identifiers)
    start = tape.header.started_at.timestamp()
    exchanges = Exchanges()
    for packet in tape.wire:
        exchanges.feed(packet.direction, packet.data, start + packet.time_s)
    exchanges.finish()
    began = start if exchanges.timeline.started_at is None else exchanges.timeline.started_at
    header = replace(tape.header, started_at=_utc(began))
    return finished(replace(tape, header=header, steps=exchanges.steps, wire=exchanges.wire), identifiers)


def _utc(time: float) -> datetime:
    return datetime.fromtimestamp(time, UTC)

"""A saved read-out as a tape, and a tape as a read-out.

A table read in part becomes steps that read those parts. One that the meter refused becomes a step with its response
code. One that failed, or was never come to, becomes a step without an answer that is switched off.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from fieldpro.c12.psem.codes import ResponseCode
from fieldpro.c12.psem.table_number import table_name
from fieldpro.errors import FieldProError, LinkError, ServiceRefused, UsageError
from fieldpro.meter import device_profile
from fieldpro.meter.device_profile import DeviceProfile
from fieldpro.meter.identity import NOBODY
from fieldpro.records import ReadOut, TableReading, TableStatus
from table_playback.formats.images import PACE_s, in_order, read_steps, reads_by_offset, who
from table_playback.formats.secrets import masked_secrets
from table_playback.tape import FROM_METER, Header, Step, TableImage, Tape

FAILED = "the read failed before an answer came"
NOT_READ = "not read"


def from_read_out(read_out: ReadOut) -> Tape:
    """The tape of a read-out: it plays to the meter again, and serves as it. What passwords and keys are in it is
    masked."""
    readings = read_out.tables
    images, redactions = masked_secrets(_images(readings), read_out.ended_at)
    raw = {number: image.data for number, image in images.items() if not image.parts}
    profile = _profile(read_out)
    by_offset = reads_by_offset(raw, profile)
    order = {number: place for place, number in enumerate(in_order(raw, profile))}
    steps: list[Step] = []
    for number in sorted(readings, key=lambda n: (order.get(n, len(order)), n)):
        for step in _steps(readings[number], images.get(number), len(steps), by_offset):
            steps.append(replace(step, time_s=len(steps) * PACE_s))
    header = Header(
        meter=None if read_out.identity == NOBODY else read_out.identity,
        started_at=read_out.started_at,
        ended_at=read_out.ended_at,
        device_profile=read_out.device_profile,
        dictionary=profile.dictionary.overlays,
        who=read_out.operator,
        port=read_out.port,
        note=read_out.note,
        link=dict(read_out.link),
        redactions=redactions,
    )
    return Tape(header, tuple(steps), images)


def _profile(read_out: ReadOut) -> DeviceProfile:
    try:
        return device_profile.load(read_out.device_profile)
    except UsageError:
        return device_profile.choose(read_out.identity)


def _images(readings: Mapping[int, TableReading]) -> dict[int, TableImage]:
    return {
        number: TableImage(number, reading.data, reading.read_at, parts=reading.parts)
        for number, reading in readings.items()
        if reading.status is TableStatus.READ or reading.parts
    }


def _steps(reading: TableReading, image: TableImage | None, begin: int, by_offset: bool) -> Iterator[Step]:
    if image is not None and (image.data or reading.status is TableStatus.READ):
        steps = list(read_steps(image, begin=begin, by_offset=by_offset))
        yield from steps
        begin += len(steps)
    if reading.status is TableStatus.READ:
        return
    step = Step(begin + 1, 0.0, FROM_METER, "full-read", table=reading.number)
    if isinstance(reading.error, ServiceRefused):
        yield replace(step, response=reading.error.response & 0xFF)
    else:
        yield replace(step, enabled=False, note=NOT_READ if reading.status is TableStatus.NOT_READ else FAILED)


def to_read_out(tape: Tape) -> ReadOut:
    """The read-out that a tape holds: its table images, and of other tables what their steps say. Tables of passwords
    and keys are not in it; other redacted bytes are as they stand in the tape."""
    header = tape.header
    readings: dict[int, TableReading] = {}
    for step in tape.steps:
        if step.table is not None and step.service.endswith("-read") and step.table not in tape.tables:
            reading = _reading(step, step.table, tape)
            if reading is not None:
                readings[step.table] = reading
    for number, image in tape.tables.items():
        readings[number] = TableReading(number, TableStatus.READ, image.data, None, image.read_at, image.parts)
    for number, reading in _endings(tape).items():
        if number in readings and readings[number].parts:
            readings[number] = replace(readings[number], status=reading.status, error=reading.error)
    whole = {number: reading.data for number, reading in readings.items() if reading.status is TableStatus.READ}
    identity, profile = who(whole)
    read_out = ReadOut(
        identity=header.meter or identity or NOBODY,
        port=header.port,
        operator=header.who,
        started_at=header.started_at,
        ended_at=header.ended_at,
        device_profile=header.device_profile or profile.name,
        tables={number: readings[number] for number in sorted(readings)},
        note=header.note,
        link=dict(header.link),
    )
    return read_out.without_secrets()


def _endings(tape: Tape) -> dict[int, TableReading]:
    """How the last attempt at each table ended, of those that did not end well."""
    found: dict[int, TableReading] = {}
    for step in tape.steps:
        if step.table is None or not step.service.endswith("-read"):
            continue
        if step.response == ResponseCode.OK:
            found.pop(step.table, None)
        else:
            reading = _reading(step, step.table, tape)
            if reading is not None:
                found[step.table] = reading
    return found


def _reading(step: Step, number: int, tape: Tape) -> TableReading | None:
    """What one step alone tells of its table; None for nothing, or for a part of it."""
    at = _moment(tape.header.started_at, step)
    if step.response is None:
        if step.note == NOT_READ:
            return TableReading(number, TableStatus.NOT_READ)
        error: FieldProError = LinkError("silent", tape.header.port)
        return TableReading(number, TableStatus.FAILED, error=error, read_at=None if step.note == FAILED else at)
    if step.response != ResponseCode.OK:
        refused = ServiceRefused("Read", step.response, table_name(number))
        return TableReading(number, TableStatus.REFUSED, error=refused)
    if step.service == "full-read" and step.received is None:
        return TableReading(number, TableStatus.READ, step.data, read_at=at)
    return None


def _moment(started_at: datetime, step: Step) -> datetime:
    try:
        return (started_at + timedelta(seconds=step.time_s + (step.duration_s or 0.0))).astimezone(UTC)
    except OverflowError:
        return started_at

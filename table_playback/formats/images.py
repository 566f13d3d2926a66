"""A tape of nothing but what tables held: an image of each, and the steps that read them.

    tape = tape_of_images({0: b"...", 1: b"..."})       plays to a meter, and serves as one

Whose meter it is, and which device profile fits it, is told by tables 0, 1 and 5. Tables that shape others are read
first. A table is read whole where one answer surely carries it, else by offset in pieces, unless table 0 says that the
meter has no such reads.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import replace
from datetime import UTC, datetime

from fieldpro.c12.dictionary.tables import Tables
from fieldpro.c12.psem.codes import ResponseCode
from fieldpro.c12.psem.table_number import table_name
from fieldpro.dictionaries import load_dictionary
from fieldpro.errors import FieldProError
from fieldpro.meter import device_profile, wanted
from fieldpro.meter.device_profile import DeviceProfile
from fieldpro.meter.identity import NOBODY, identity_of
from fieldpro.records import MeterIdentity
from table_playback.formats.secrets import masked_secrets
from table_playback.redact.spans import window
from table_playback.tape import FROM_METER, Header, Step, TableImage, Tape
from table_playback.tape.model import Spans

PIECE = 1024
"""Bytes asked for at once: a few packets of any size, and less than a second of the slowest line."""
WHOLE = 0xFFFF
"""The most that a read without an offset can bring (ANSI C12.18: the count is of 16 bits)."""
PACE_s = 0.25
"""From one step to the next, where nobody knows when they were."""
_WHOLE_ONLY, _BY_INDEX = 0, 2  # C12.19 table 0, DATA_ACCESS_METHOD


def tape_of_images(
    images: Mapping[int, bytes],
    *,
    writable: Collection[int] = (),
    title: str = "",
    note: str = "",
    at: datetime | None = None,
    profile: DeviceProfile | None = None,
) -> Tape:
    """A tape of these tables, by number; manufacturer ones count from 2048. `writable`: a client of the tape as a meter
    may write them. `at`: when they were read, now where nobody knows. What passwords and keys they hold is masked."""
    at = at or datetime.now(UTC)
    identity, found = who(images, profile)
    tables = {number: TableImage(number, data, at, number in writable) for number, data in images.items()}
    tables, redactions = masked_secrets(tables, at)
    steps: list[Step] = []
    for number in in_order(images, found):
        steps += read_steps(tables[number], begin=len(steps), by_offset=reads_by_offset(images, found))
    steps = [replace(step, time_s=nth * PACE_s) for nth, step in enumerate(steps)]
    header = Header(
        meter=identity,
        started_at=at,
        ended_at=at,
        device_profile=found.name,
        dictionary=found.dictionary.overlays,
        title=title,
        note=note,
        redactions=redactions,
    )
    return Tape(header, tuple(steps), tables)


def who(
    images: Mapping[int, bytes], profile: DeviceProfile | None = None
) -> tuple[MeterIdentity | None, DeviceProfile]:
    """Whose tables these are, as far as they tell, and the device profile that fits."""
    identity = identity_of(Tables(load_dictionary(), raw={n: images[n] for n in (0, 1, 5) if n in images}))
    return (None if identity == NOBODY else identity), profile or device_profile.choose(identity)


def tables_of(images: Mapping[int, bytes], profile: DeviceProfile) -> Tables:
    """The context in which a meter's tables are decoded."""
    keys = profile.dictionary
    return Tables(load_dictionary(keys.overlays), settings=keys.settings, raw=dict(images))


def in_order(images: Mapping[int, bytes], profile: DeviceProfile) -> list[int]:
    """The tables in the order in which they are best read."""
    try:
        return wanted.in_order(tables_of(images, profile), images)
    except FieldProError:
        return sorted(images)


def reads_by_offset(images: Mapping[int, bytes], profile: DeviceProfile) -> bool:
    """False where table 0, or the device profile, says that the meter has no reads by offset."""
    if profile.reading.offset_reads == "never":
        return False
    try:
        method = tables_of(images, profile).decode(0).get("DATA_ACCESS_METHOD")
    except FieldProError:
        return True
    return method not in (_WHOLE_ONLY, _BY_INDEX)


def read_steps(image: TableImage, *, begin: int, by_offset: bool = True, time_s: float = 0.0) -> Iterator[Step]:
    """The steps that read what is known of a table; the first one is number `begin` + 1."""
    size = len(image.data)
    if not image.parts and (size <= PIECE or (not by_offset and size <= WHOLE)):
        yield Step(
            begin + 1,
            time_s,
            FROM_METER,
            "full-read",
            table=image.number,
            data=image.data,
            response=ResponseCode.OK,
            masked=image.masked,
        )
        return
    for offset, length in pieces(image.parts or ((0, size),)):
        begin += 1
        yield Step(
            begin,
            time_s,
            FROM_METER,
            "offset-read",
            table=image.number,
            offset=offset,
            count=length,
            data=image.data[offset : offset + length],
            response=ResponseCode.OK,
            masked=window(image.masked, offset, length),
        )


def pieces(parts: Spans) -> Iterator[tuple[int, int]]:
    """Runs of bytes, cut into what one answer surely carries."""
    for offset, length in parts:
        for at in range(offset, offset + length, PIECE):
            yield at, min(PIECE, offset + length - at)


def whole_images(tape: Tape) -> tuple[dict[int, TableImage], tuple[str, ...]]:
    """The tables that the tape knows whole and in the clear, and a sentence for each one that a list of plain bytes
    cannot have. A table that stands in no image is taken from the last step that read it whole."""
    images: dict[int, TableImage] = {}
    for step in tape.steps:
        if step.service == "full-read" and step.table is not None and step.response == ResponseCode.OK and step.data:
            images[step.table] = TableImage(step.table, step.data, masked=step.masked)
    images |= tape.tables
    images, _ = masked_secrets(images, tape.header.ended_at)
    told = []
    for number in sorted(images):
        image = images[number]
        if image.parts:
            told.append(f"{table_name(number)} is left out: only part of it was read")
        elif image.masked:
            masked = sum(length for _, length in image.masked)
            told.append(f"{table_name(number)} is left out: {masked} of its {len(image.data)} bytes are redacted")
        elif not image.data:
            told.append(f"{table_name(number)} is left out: it is empty")
        else:
            continue
        del images[number]
    return {number: images[number] for number in sorted(images)}, tuple(told)

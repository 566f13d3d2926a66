"""Whose tape it is, and how its tables are to be read, as far as its own steps tell it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from fieldpro.c12.dictionary import Tables
from fieldpro.c12.psem import Identify, IdentifyReply, NegotiateReply, decode_request
from fieldpro.c12.psem.codes import ResponseCode
from fieldpro.dictionaries import load_dictionary
from fieldpro.errors import FieldProError
from fieldpro.meter import device_profile
from fieldpro.meter.device_profile import DeviceProfile
from fieldpro.meter.identity import NOBODY, identity_of
from fieldpro.records import MeterIdentity
from fieldpro.session.plan import START_BAUD, START_PACKET_COUNT, START_PACKET_SIZE
from table_playback.record.images import INITIATE
from table_playback.tape.messages import WRITES, reply_bytes, request_bytes
from table_playback.tape.model import Step, TableImage

_BEFORE: dict[str, int | str] = {
    "baud": START_BAUD,
    "packet_size": START_PACKET_SIZE,
    "packet_count": START_PACKET_COUNT,
}
"""ANSI C12.18: what holds before Negotiate, and in a session without it."""

_PROCEDURE = 0x0FFF
"""ANSI C12.19, TABLE_IDB: number in bits 0 to 10, manufacturer in bit 11."""


def identity_on(tables: Tables) -> MeterIdentity | None:
    """The meter's identity by tables 0, 1 and 5; None where they do not say it."""
    found = identity_of(tables)
    return None if found == NOBODY else found


def profile_of(images: Mapping[int, TableImage]) -> tuple[DeviceProfile, Tables]:
    """The device profile of the meter on a tape, and its tables as that profile reads them."""
    raw = {
        number: image.data
        for number, image in images.items()
        if not image.parts or image.parts == ((0, len(image.data)),)
    }
    identity = identity_of(
        Tables(load_dictionary(), raw={number: raw[number] for number in (0, 1, 5) if number in raw})
    )
    profile = device_profile.choose(identity)
    keys = profile.dictionary
    return profile, Tables(load_dictionary(keys.overlays), settings=keys.settings, raw=raw)


def link_of(steps: Sequence[Step]) -> dict[str, int | str]:
    """What both ends agreed on, as the last session has it: baud, packet_size, packet_count, standard."""
    link: dict[str, int | str] = {}
    for step in steps:
        if step.response != ResponseCode.OK or step.service not in ("identify", "negotiate"):
            continue
        try:
            request = Identify() if step.service == "identify" else decode_request(request_bytes(step))
            reply = request.decode_reply(reply_bytes(step) or b"")
        except FieldProError:
            continue
        if isinstance(reply, IdentifyReply):
            link = {**_BEFORE, "standard": int(reply.standard)}
        elif isinstance(reply, NegotiateReply):
            link |= {"packet_size": reply.packet_size, "packet_count": reply.packet_count}
            if reply.baud is not None:
                link["baud"] = reply.baud
    return link


def big_endian(tables: Tables) -> bool:
    """The meter's byte order by table 0; least significant byte first while that is not known."""
    try:
        return tables.formats.big
    except FieldProError:
        return False


def with_procedure(step: Step, *, big: bool) -> Step:
    """A write that starts a procedure, with the number of it."""
    starts = step.table == INITIATE and step.service in WRITES and step.sent is None and not step.offset
    if not starts or step.indices not in ((), (0,)) or len(step.data) < 2:
        return step
    return replace(step, procedure=int.from_bytes(step.data[:2], "big" if big else "little") & _PROCEDURE)

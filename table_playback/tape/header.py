"""`tape.json`: what says that a file is a tape, of which version, whose, and what its other members must be.

    {"format": "fieldpro-tape", "version": 1, "header": {...},
     "members": {"steps.jsonl": {"length": 8112, "sha256": "..."}, ...}, "seal": "..."}

The seal is the SHA-256 of the rest as JSON with sorted keys, no spaces, in UTF-8. It finds what was changed by mistake
or by hand; it is no signature, and proves nothing of who wrote the tape.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from datetime import datetime
from typing import Annotated, Any

import msgspec
from msgspec import Meta

from fieldpro.records import MeterIdentity
from table_playback.tape.limits import HEADER
from table_playback.tape.lines import Instant, in_utc, what_is_wrong
from table_playback.tape.model import Header, Redaction
from table_playback.tape.trouble import Trouble

FORMAT = "fieldpro-tape"
VERSION = 1


class IdentityPart(msgspec.Struct, omit_defaults=True):
    manufacturer: str
    model: str
    serial: str
    hardware: str
    firmware: str
    device_class: str
    identification: str = ""


class RedactionPart(msgspec.Struct):
    what: str
    parts: Annotated[int, Meta(ge=0, le=2**53)]
    at_capture: bool
    when: Instant


class HeaderPart(msgspec.Struct, omit_defaults=True):
    started_at: Instant
    ended_at: Instant
    meter: IdentityPart | None = None
    device_profile: str = ""
    dictionary: tuple[str, ...] = ()
    who: str = ""
    port: str = ""
    title: str = ""
    note: str = ""
    link: dict[str, Annotated[int, Meta(ge=-(2**53), le=2**53)] | str] = {}
    redactions: tuple[RedactionPart, ...] = ()
    ignore: tuple[str, ...] = ()
    interrupted: bool = False


class MemberPart(msgspec.Struct):
    length: Annotated[int, Meta(ge=0)]
    sha256: Annotated[str, Meta(pattern="^[0-9a-f]{64}$")]


class TapePart(msgspec.Struct):
    header: HeaderPart
    members: dict[str, MemberPart]
    seal: str


def header_part(header: Header) -> HeaderPart:
    """The header as the file has it. Raises `ValueError` for a time without its zone."""
    meter = header.meter
    return HeaderPart(
        started_at=_utc(header.started_at),
        ended_at=_utc(header.ended_at),
        meter=None if meter is None else IdentityPart(*(getattr(meter, n) for n in IdentityPart.__struct_fields__)),
        device_profile=header.device_profile,
        dictionary=header.dictionary,
        who=header.who,
        port=header.port,
        title=header.title,
        note=header.note,
        link=dict(header.link),
        redactions=tuple(RedactionPart(r.what, r.parts, r.at_capture, _utc(r.when)) for r in header.redactions),
        ignore=header.ignore,
        interrupted=header.interrupted,
    )


def header_of_part(part: HeaderPart) -> Header:
    """Raises `ValueError` for a time that UTC does not have."""
    meter = part.meter
    return Header(
        meter=None if meter is None else MeterIdentity(*msgspec.structs.astuple(meter)),
        started_at=_utc(part.started_at),
        ended_at=_utc(part.ended_at),
        device_profile=part.device_profile,
        dictionary=part.dictionary,
        who=part.who,
        port=part.port,
        title=part.title,
        note=part.note,
        link=part.link,
        redactions=tuple(Redaction(r.what, r.parts, r.at_capture, _utc(r.when)) for r in part.redactions),
        ignore=part.ignore,
        interrupted=part.interrupted,
    )


def _utc(time: datetime) -> datetime:
    known = in_utc(time)
    assert known is not None
    return known


def seal_of(content: Mapping[str, Any]) -> str:
    """The seal of `tape.json`, whatever seal stands in it. Raises `ValueError` for text that UTF-8 cannot say."""
    rest = {key: value for key, value in content.items() if key != "seal"}
    text = json.dumps(rest, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()


def write_header(header: Header, members: Mapping[str, bytes]) -> bytes:
    """The bytes of `tape.json` for these other members. Raises `ValueError` for a time without its zone."""
    content: dict[str, Any] = {
        "format": FORMAT,
        "version": VERSION,
        "header": msgspec.to_builtins(header_part(header)),
        "members": {
            name: {"length": len(data), "sha256": hashlib.sha256(data).hexdigest()} for name, data in members.items()
        },
    }
    content["seal"] = seal_of(content)
    return json.dumps(content, indent=1, ensure_ascii=False).encode() + b"\n"


def read_version(data: bytes, trouble: Trouble) -> dict[str, Any]:
    """`tape.json` as JSON, once it says that it is of a version known here. Raises `TapeError`."""
    try:
        content = json.loads(data)
    except json.JSONDecodeError as problem:
        place = f"{HEADER}, line {problem.lineno}, byte {problem.pos}"
        raise trouble("malformed", place, problem.msg) from problem
    except (ValueError, RecursionError) as problem:
        raise trouble("malformed", HEADER, str(problem)) from problem
    if not isinstance(content, dict) or content.get("format") != FORMAT:
        raise trouble("not-a-tape", HEADER, f"it does not say {FORMAT}")
    version = content.get("version")
    if type(version) is not int or version < 1:
        raise trouble("malformed", f"{HEADER}, version", "it is no number from 1 on")
    if version > VERSION:
        raise trouble("newer-version", f"{HEADER}, version", f"version {version}, where {VERSION} is known here")
    return content


def read_header(content: dict[str, Any], trouble: Trouble) -> tuple[Header, Mapping[str, MemberPart]]:
    """The header of version 1 and what the other members must be, after the seal was found whole."""
    try:
        sealed = seal_of(content)
        if content.get("seal") != sealed:
            raise trouble("altered", HEADER, "its seal is broken")
        part = msgspec.convert(content, TapePart)
        return header_of_part(part.header), part.members
    except (msgspec.MsgspecError, ValueError, RecursionError) as problem:
        raise trouble("malformed", HEADER, what_is_wrong(problem)) from problem

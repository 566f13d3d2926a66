"""The zip around a tape: unpacked in memory and within limits, never to disk, after its directory was looked at.

    tape.json | tables.jsonl | steps.jsonl | wire.jsonl | directory of 4 entries | end of directory (22 bytes)

The end of the directory is looked at first (APPNOTE.TXT 4.3.16): `zipfile` would make an object for each of hundreds of
thousands of entries. Sizes are those the directory declares and, while unpacking, those there really are.
"""

from __future__ import annotations

import io
import struct
import zipfile
import zlib
from collections.abc import Mapping

from table_playback.tape.limits import HEADER, MAX_MEMBER, MEMBERS
from table_playback.tape.trouble import Trouble

_END = struct.Struct("<4s4H2LH")
_END_MARK = b"PK\x05\x06"
_ZIP64_MARK = b"PK\x06\x07"
_ZIP64_LOCATOR = 20  # bytes, just before the end of the directory
_MAX_ENTRIES = 64
_ENTRY = 256  # bytes of the directory for each entry, with what other packers add
_STORED_DATE = (1980, 1, 1, 0, 0, 0)  # the same bytes for the same tape
_LEVEL = 1  # three times as fast as the usual one, for a tenth more
_SYMLINK = 0o120000
_PLAIN_FILE = 0o100000
_CHUNK = 1 << 20


class Archive:
    """The members of a tape's zip. Raises `TapeError` for anything that a tape's zip cannot be."""

    def __init__(self, content: bytes, trouble: Trouble) -> None:
        self._trouble = trouble
        self._zip = _opened(content, trouble, max_entries=_MAX_ENTRIES)
        self._infos = {info.filename: info for info in self._zip.infolist()}

    def check_members(self) -> None:
        """The members of a tape are there, and no other one."""
        for name in self._infos:
            if name not in MEMBERS:
                raise self._trouble("unsafe-name", shown(name), "it is none of the members of a tape")
        for name in MEMBERS:
            if name not in self._infos:
                raise self._trouble("altered", name, "this member is missing")

    def has_header(self) -> bool:
        return HEADER in self._infos

    def unpack(self, name: str) -> bytes:
        """One member, whole and within its limit; its CRC is that of the directory."""
        return _unpacked(self._zip, self._infos[name], MAX_MEMBER[name], self._trouble)


class Foreign:
    """A zip that another program made: any names, as many as `max_entries`, each unpacked within a limit."""

    def __init__(self, content: bytes, trouble: Trouble, *, max_entries: int) -> None:
        self._trouble = trouble
        self._zip = _opened(content, trouble, max_entries=max_entries, comment=True)
        self._infos = {info.filename: info for info in self._zip.infolist()}

    @property
    def names(self) -> list[str]:
        return list(self._infos)

    def unpack(self, name: str, limit: int) -> bytes:
        """One member, whole and within the limit; its CRC is that of the directory. Raises `TapeError`."""
        return _unpacked(self._zip, self._infos[name], limit, self._trouble)


def _opened(content: bytes, trouble: Trouble, *, max_entries: int, comment: bool = False) -> zipfile.ZipFile:
    _check_end(content, trouble, max_entries, comment)
    try:
        opened = zipfile.ZipFile(io.BytesIO(content))
    except (zipfile.BadZipFile, NotImplementedError, ValueError, struct.error, OverflowError) as problem:
        raise trouble("altered", "the directory of the zip", str(problem)) from problem
    _check_names(opened.infolist(), trouble)
    return opened


def _unpacked(opened: zipfile.ZipFile, info: zipfile.ZipInfo, limit: int, trouble: Trouble) -> bytes:
    place = shown(info.filename)
    if info.file_size > limit:
        raise trouble("too-large", place, f"{info.file_size:,} bytes where {limit:,} are allowed")
    parts: list[bytes] = []
    size = 0
    try:
        with opened.open(info) as member:
            while part := member.read(_CHUNK):
                size += len(part)
                parts.append(part)
                if size > limit:
                    raise trouble("too-large", place, f"more than the {limit:,} bytes that are allowed")
    except EOFError as problem:
        raise trouble("truncated", place, f"it ends after {size:,} of {info.file_size:,} bytes") from problem
    except (zipfile.BadZipFile, zlib.error, NotImplementedError, ValueError, RuntimeError, OSError) as problem:
        raise trouble("altered", place, str(problem)) from problem
    if size != info.file_size:
        raise trouble("truncated", place, f"it ends after {size:,} of {info.file_size:,} bytes")
    return b"".join(parts)


def _check_end(content: bytes, trouble: Trouble, max_entries: int, with_comment: bool) -> None:
    if not content:
        raise trouble("not-a-tape", "byte 0", "the file is empty")
    if not content.startswith(b"PK\x03\x04"):
        raise trouble("not-a-tape", "byte 0", "it does not begin as a zip does")
    at = len(content) - _END.size
    if with_comment and content[at : at + 4] != _END_MARK:
        at = content.rfind(_END_MARK, max(0, at - 0xFFFF))
    if at < 0 or content[at : at + 4] != _END_MARK or at + _END.size > len(content):
        raise trouble("truncated", f"byte {len(content)}", "the directory of the zip is missing at the end")
    _, disk, first, here, entries, size, _, comment = _END.unpack_from(content, at)
    locator = content[max(0, at - _ZIP64_LOCATOR) :].startswith(_ZIP64_MARK)
    if disk or first or here != entries or at + _END.size + comment != len(content) or locator:
        raise trouble("altered", f"byte {at}", "the end of the zip is not as it should be")
    if entries > max_entries or size > max_entries * _ENTRY:
        raise trouble("too-large", f"byte {at}", f"{entries:,} files where {max_entries:,} are allowed")


def _check_names(infos: list[zipfile.ZipInfo], trouble: Trouble) -> None:
    seen: set[str] = set()
    for info in infos:
        name, place = info.filename, shown(info.filename)
        parts = name.replace("\\", "/").split("/")
        if ".." in parts or parts[0] == "" or name[1:2] == ":" or "\0" in info.orig_filename:
            raise trouble("unsafe-name", place, "its name leads out of the tape")
        if name in seen:
            raise trouble("unsafe-name", place, "there are two of this name")
        if (info.external_attr >> 16) & 0o170000 == _SYMLINK:
            raise trouble("unsafe-name", place, "it is a link to another file")
        if info.flag_bits & 0x1:
            raise trouble("altered", place, "it is encrypted")
        if info.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
            raise trouble("altered", place, f"it is packed in a way that tapes are not ({info.compress_type})")
        seen.add(name)


def shown(name: str) -> str:
    """The name of a member for a person: short, and commanding no terminal."""
    return "".join(each if each.isprintable() else "?" for each in name[:80]) or "a file without a name"


def pack(members: Mapping[str, bytes]) -> bytes:
    """The zip of a tape, the same bytes for the same members."""
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED, compresslevel=_LEVEL) as packed:
        for name, content in members.items():
            info = zipfile.ZipInfo(name, _STORED_DATE)
            info.compress_type = zipfile.ZIP_DEFLATED
            info.external_attr = (_PLAIN_FILE | 0o644) << 16
            packed.writestr(info, content, compresslevel=_LEVEL)
    return target.getvalue()

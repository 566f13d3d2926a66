"""What is no tape, or was made to hurt, is told with its place; nothing else comes out, and nothing is unpacked."""

from __future__ import annotations

import io
import json
import os
import struct
import sys
import tracemalloc
import zipfile
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from fieldpro.errors import TapeError
from table_playback.tape import archive, limits, load
from table_playback.tape.trouble import Trouble

STEP = b'{"number":1,"time_s":0,"direction":"<","service":"full-read","table":1,"data":"00","response":0}\n'
SECOND = STEP.replace(b'"number":1', b'"number":2')
Refused = Callable[[Path], TapeError]


def members_of(path: Path) -> dict[str, bytes]:
    with zipfile.ZipFile(path) as packed:
        return {name: packed.read(name) for name in packed.namelist()}


def zipped(path: Path, *files: tuple[str | zipfile.ZipInfo, bytes], method: int = zipfile.ZIP_DEFLATED) -> Path:
    with zipfile.ZipFile(path, "w", method) as packed:
        for name, data in files:
            packed.writestr(name, data)
    return path


# --- the file ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("content", [b"", b"not a zip", b"PK", b"\0" * 100, b"<?xml version='1.0'?>"])
def test_a_file_that_is_no_zip(refused: Refused, tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "no.tape"
    path.write_bytes(content)
    assert (refused(path).reason, refused(path).place) == ("not-a-tape", "byte 0")


def test_a_tape_cut_short_anywhere(refused: Refused, good: Path, tmp_path: Path) -> None:
    content = good.read_bytes()
    path = tmp_path / "short.tape"
    for size in range(4, len(content), 7):
        path.write_bytes(content[:size])
        error = refused(path)
        assert (error.reason, error.place) == ("truncated", f"byte {size}")


def test_a_zip_that_is_no_tape(refused: Refused, tmp_path: Path) -> None:
    path = zipped(tmp_path / "zip.tape", ("hello.txt", b"hello"))
    assert refused(path).reason == "not-a-tape"


def test_a_file_that_is_not_there(refused: Refused, tmp_path: Path) -> None:
    assert refused(tmp_path / "none.tape").reason == "denied"


def test_a_folder_and_a_name_with_a_null(refused: Refused, tmp_path: Path) -> None:
    assert refused(tmp_path).reason == "denied"
    assert refused(tmp_path / "a\0b.tape").reason == "denied"


@pytest.mark.skipif(sys.platform == "win32" or os.geteuid() == 0, reason="needs a file that this user may not read")
def test_a_file_that_may_not_be_read(refused: Refused, good: Path) -> None:
    good.chmod(0)
    assert refused(good).reason == "denied"


def test_a_file_longer_than_any_tape_is_not_read_to_its_end(
    refused: Refused, good: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limits, "MAX_FILE", good.stat().st_size - 1)
    assert refused(good).reason == "too-large"


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="needs pipes that have names")
def test_a_pipe_that_nobody_writes_to_is_not_waited_for(refused: Refused, tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.tape")
    assert refused(tmp_path / "pipe.tape").reason == "denied"


# --- altered ----------------------------------------------------------------------------------------------------------


def test_every_single_bit_that_flips_in_the_packed_bytes_is_found_or_changes_nothing(
    good: Path, tmp_path: Path
) -> None:
    content = good.read_bytes()
    path = tmp_path / "flipped.tape"
    tape = load(good)
    found = 0
    for at in range(len(content)):
        flipped = bytearray(content)
        flipped[at] ^= 1 << at % 8
        path.write_bytes(flipped)
        try:
            other = load(path)
        except TapeError:
            found += 1
        else:  # dates, rights and versions of the zip are no part of the tape
            assert (other.header, other.steps, other.tables, other.wire) == (
                tape.header,
                tape.steps,
                tape.tables,
                tape.wire,
            )
    assert found > len(content) // 2


def test_a_member_that_was_altered_and_zipped_again(refused: Refused, good: Path, tmp_path: Path) -> None:
    for name in limits.MEMBERS[1:]:
        members = members_of(good)
        members[name] = members[name].replace(b"0", b"1", 1)
        error = refused(zipped(tmp_path / "altered.tape", *members.items()))
        assert (error.reason, error.place) == ("altered", name)


def test_a_header_that_was_altered(refused: Refused, good: Path, tmp_path: Path) -> None:
    members = members_of(good)
    members["tape.json"] = members["tape.json"].replace(b"61873204", b"61873205")
    error = refused(zipped(tmp_path / "altered.tape", *members.items()))
    assert (error.reason, error.place) == ("altered", "tape.json")
    assert "seal" in error.detail


def test_a_header_that_was_only_set_in_another_way_is_whole(good: Path, tmp_path: Path) -> None:
    members = members_of(good)
    members["tape.json"] = json.dumps(json.loads(members["tape.json"]), indent=8, sort_keys=True).encode()
    assert load(zipped(tmp_path / "set.tape", *members.items())).steps == load(good).steps


def test_a_member_that_is_missing(refused: Refused, good: Path, tmp_path: Path) -> None:
    members = members_of(good)
    del members["wire.jsonl"]
    error = refused(zipped(tmp_path / "less.tape", *members.items()))
    assert (error.reason, error.place) == ("altered", "wire.jsonl")


def test_a_header_that_says_nothing_of_a_member(refused: Refused, hand_made: Callable[..., Path]) -> None:
    path = hand_made(said={"members": {}})
    assert refused(path).reason == "altered"


# --- versions ---------------------------------------------------------------------------------------------------------


def test_a_tape_from_the_future_says_so_whatever_else_is_in_it(
    refused: Refused, hand_made: Callable[..., Path], tmp_path: Path
) -> None:
    error = refused(hand_made(said={"version": 2, "header": None, "members": 3}, steps=b"???"))
    assert error.reason == "newer-version"
    assert error.place == "tape.json, version"
    assert "2" in error.detail
    later = json.dumps({"format": "fieldpro-tape", "version": 7}).encode()
    path = zipped(tmp_path / "later.tape", ("tape.json", later), ("sounds.jsonl", b""))
    assert refused(path).reason == "newer-version"


@pytest.mark.parametrize("version", [0, -1, None, "1", 1.0, True, [1]])
def test_a_version_that_is_none(refused: Refused, hand_made: Callable[..., Path], version: Any) -> None:
    error = refused(hand_made(said={"version": version}))
    assert (error.reason, error.place) == ("malformed", "tape.json, version")


def test_another_format(refused: Refused, hand_made: Callable[..., Path]) -> None:
    assert refused(hand_made(said={"format": "fieldpro-cassette"})).reason == "not-a-tape"


# --- names ------------------------------------------------------------------------------------------------------------


def link(name: str) -> zipfile.ZipInfo:
    info = zipfile.ZipInfo(name)
    info.create_system = 3
    info.external_attr = 0o120777 << 16
    return info


@pytest.mark.parametrize(
    "name",
    [
        "../steps.jsonl",
        "a/../../etc/passwd",
        "/etc/passwd",
        "..\\..\\windows\\system.ini",
        "C:\\autoexec.bat",
        "C:autoexec.bat",
        "\\\\server\\share",
        "notes.txt",
        "Steps.jsonl",
        "sub/steps.jsonl",
        "tape.json/",
        "",
        "\x1b[2Jclear",
    ],
)
def test_a_member_that_does_not_belong_there(refused: Refused, good: Path, tmp_path: Path, name: str) -> None:
    path = zipped(tmp_path / "more.tape", *members_of(good).items(), (zipfile.ZipInfo(name), b"x"))
    error = refused(path)
    assert error.reason == "unsafe-name"
    assert "\x1b" not in error.place
    assert sorted(each.name for each in tmp_path.iterdir()) == ["good.tape", "more.tape"]


@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_two_members_of_one_name(refused: Refused, good: Path, tmp_path: Path) -> None:
    path = zipped(tmp_path / "two.tape", *members_of(good).items(), ("steps.jsonl", STEP))
    error = refused(path)
    assert (error.reason, error.place) == ("unsafe-name", "steps.jsonl")


def test_a_member_that_is_a_link(refused: Refused, good: Path, tmp_path: Path) -> None:
    members = members_of(good)
    del members["wire.jsonl"]
    path = zipped(tmp_path / "link.tape", *members.items(), (link("wire.jsonl"), b"/etc/passwd"))
    error = refused(path)
    assert (error.reason, error.place) == ("unsafe-name", "wire.jsonl")


def test_a_member_that_is_encrypted(refused: Refused, good: Path) -> None:
    content = bytearray(good.read_bytes())
    at = content.rindex(b"PK\1\2") + 8
    content[at] |= 1
    good.write_bytes(content)
    error = refused(good)
    assert (error.reason, error.detail) == ("altered", "it is encrypted")


@pytest.mark.parametrize("method", [zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_a_member_packed_in_another_way(refused: Refused, good: Path, tmp_path: Path, method: int) -> None:
    path = zipped(tmp_path / "way.tape", *members_of(good).items(), method=method)
    assert refused(path).reason == "altered"


def test_members_that_are_not_packed_at_all_are_as_good(good: Path, tmp_path: Path) -> None:
    path = zipped(tmp_path / "stored.tape", *members_of(good).items(), method=zipfile.ZIP_STORED)
    assert load(path).steps == load(good).steps


# --- bombs ------------------------------------------------------------------------------------------------------------


def test_a_bomb_that_says_how_large_it_is(refused: Refused, good: Path, tmp_path: Path) -> None:
    members = members_of(good) | {"steps.jsonl": bytes(limits.MAX_MEMBER["steps.jsonl"] + 1)}
    error = refused(zipped(tmp_path / "bomb.tape", *members.items()))
    assert (error.reason, error.place) == ("too-large", "steps.jsonl")


def test_a_bomb_that_lies_about_its_size_is_not_unpacked_beyond_it(
    refused: Refused, good: Path, tmp_path: Path
) -> None:
    bomb = bytes(64 * limits.MiB - 4321)
    members = members_of(good) | {"tape.json": bomb}
    content = bytearray(zipped(tmp_path / "bomb.tape", *members.items()).read_bytes())
    size = struct.pack("<L", len(bomb))
    assert content.count(size) == 2
    content = content.replace(size, struct.pack("<L", 1000))
    (tmp_path / "bomb.tape").write_bytes(content)
    tracemalloc.start()
    try:
        assert refused(tmp_path / "bomb.tape").reason in ("altered", "truncated")
        assert tracemalloc.get_traced_memory()[1] < 8 * limits.MiB
    finally:
        tracemalloc.stop()


def test_a_member_that_ends_before_the_size_it_declares(refused: Refused, good: Path) -> None:
    content = good.read_bytes()
    with zipfile.ZipFile(good) as packed:
        size = packed.getinfo("wire.jsonl").file_size
    good.write_bytes(content.replace(struct.pack("<L", size), struct.pack("<L", size + 1)))
    error = refused(good)
    assert (error.reason, error.place) == ("truncated", "wire.jsonl")


def test_hundreds_of_thousands_of_members_are_not_even_listed(good: Path) -> None:
    entry = struct.pack("<4s6H3L5H2L", b"PK\1\2", 20, 20, 0, 0, 0, 33, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0) + b"x"
    number = 300_000
    head = good.read_bytes()[:64]
    end = struct.pack("<4s4H2LH", b"PK\5\6", 0, 0, number & 0xFFFF, number & 0xFFFF, number * len(entry), len(head), 0)
    content = head + entry * number + end
    tracemalloc.start()
    try:
        with pytest.raises(TapeError) as caught:
            archive.Archive(content, Trouble("many.tape"))
        assert caught.value.reason == "too-large"
        assert tracemalloc.get_traced_memory()[1] < limits.MiB
    finally:
        tracemalloc.stop()


def test_a_directory_of_the_large_kind_of_zip_cannot_hide_behind_a_small_one(
    refused: Refused, good: Path, tmp_path: Path
) -> None:
    content = good.read_bytes()
    end = content[-22:]
    large = struct.pack("<4sQ2H2L4Q", b"PK\6\6", 44, 45, 45, 0, 0, 900_000, 900_000, 10**9, 0)
    locator = struct.pack("<4sLQL", b"PK\6\7", 0, len(content) - 22, 1)
    (tmp_path / "large.tape").write_bytes(content[:-22] + large + locator + end)
    assert refused(tmp_path / "large.tape").reason == "altered"


def test_bytes_behind_the_end_are_not_passed_over(refused: Refused, good: Path) -> None:
    good.write_bytes(good.read_bytes() + b"hidden")
    assert refused(good).reason == "truncated"


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "malformed"),
        (b"{", "malformed"),
        (b"\xff", "malformed"),
        (b"[]", "not-a-tape"),
        (b"null", "not-a-tape"),
        (b"[" * 200_000, "malformed"),
        (b'{"format":"fieldpro-tape","version":1}', "altered"),
        (b'{"format":"fieldpro-tape","version":1,"x":"\\ud800"}', "malformed"),
        (b'{"format":"fieldpro-tape","version":' + b"1" * 6000 + b"}", "malformed"),
        (b'{"format":"fieldpro-tape","version":1,"x":' + b"[" * 900 + b"]" * 900 + b"}", "altered"),
    ],
)
def test_a_header_that_is_no_json_of_ours(
    refused: Refused, good: Path, tmp_path: Path, content: bytes, reason: str
) -> None:
    members = members_of(good) | {"tape.json": content}
    error = refused(zipped(tmp_path / "header.tape", *members.items()))
    assert error.reason == reason
    assert error.place.startswith("tape.json")


def test_the_line_of_a_slip_in_the_header_is_told(refused: Refused, good: Path, tmp_path: Path) -> None:
    members = members_of(good)
    members["tape.json"] = members["tape.json"].replace(b'"version": 1,', b'"version": 1;')
    error = refused(zipped(tmp_path / "header.tape", *members.items()))
    assert (error.reason, error.place) == ("malformed", "tape.json, line 3, byte 43")


def test_the_crc_of_a_member_is_checked(refused: Refused, good: Path, tmp_path: Path) -> None:
    members = members_of(good)
    path = zipped(tmp_path / "crc.tape", *members.items(), method=zipfile.ZIP_STORED)
    content = path.read_bytes().replace(b'"service":"identify"', b'"service":"identifi"')
    path.write_bytes(content)
    error = refused(path)
    assert (error.reason, error.place) == ("altered", "steps.jsonl")
    assert "CRC" in error.detail


def test_the_hash_holds_where_the_crc_was_made_right_again(refused: Refused, good: Path, tmp_path: Path) -> None:
    members = members_of(good)
    before = members["steps.jsonl"]
    after = before.replace(b'"service":"identify"', b'"service":"identifi"')
    path = zipped(tmp_path / "crc.tape", *members.items(), method=zipfile.ZIP_STORED)
    content = path.read_bytes().replace(before, after)
    content = content.replace(struct.pack("<L", zlib.crc32(before)), struct.pack("<L", zlib.crc32(after)))
    path.write_bytes(content)
    error = refused(path)
    assert (error.reason, error.place) == ("altered", "steps.jsonl")
    assert "header" in error.detail


def test_a_zip_that_other_programs_packed_from_the_same_members_is_a_tape(good: Path, tmp_path: Path) -> None:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, data in reversed(members_of(good).items()):
            with packed.open(name, "w") as member:  # sizes behind the data, as when a stream is packed
                member.write(data)
    path = tmp_path / "again.tape"
    path.write_bytes(target.getvalue())
    assert load(path).steps == load(good).steps

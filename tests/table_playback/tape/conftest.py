"""Tapes as files: a small good one, and one that is put together by hand with whatever is to be wrong with it."""

from __future__ import annotations

import hashlib
import json
import zipfile
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from fieldpro.errors import TapeError
from fieldpro.explain import explain
from fieldpro.records import MeterIdentity
from table_playback.tape import Header, Order, Step, TableImage, Tape, VerifyRule, WirePacket, load, save

BEGUN = datetime(2026, 3, 1, 12, 7, tzinfo=UTC)

HandMade = Callable[..., Path]


@pytest.fixture
def tape() -> Tape:
    """Some of everything."""
    header = Header(
        MeterIdentity("ITRN", "C1SD", "61873204", "3.1", "5.7", "ITRN"),
        BEGUN,
        BEGUN + timedelta(seconds=9),
        device_profile="generic",
        who="Ada",
        link={"baud": 9600, "standard": "C12.18"},
        ignore=("CLOCK_TBL.*",),
    )
    steps = (
        Step(1, 0.0, ">", "identify", response=0, answer=b"\2\1\0\0", duration_s=0.1),
        Step(2, 0.5, "<", "full-read", table=1, data=b"ITRN", response=0, note="first, with ünïcode"),
        Step(
            3, 1.5, "<", "offset-read", table=2053, offset=70_000, count=2, data=b"\0\1", response=0, masked=((1, 1),)
        ),
        Step(4, 2.5, ">", "index-write", table=6, indices=(2, 0), data=b"ab", response=3, enabled=False),
        Step(5, 3.5, "<", "full-read", table=52, verify=VerifyRule(Order.ANY, ("A.*",), (("B", 0.5),), False)),
        Step(6, 4.5, ">", "unknown", sent=b"\x7f\1", received=b""),
    )
    tables = {1: TableImage(1, b"ITRN", BEGUN, True), 64: TableImage(64, bytes(9), parts=((2, 3),), masked=((2, 1),))}
    wire = (WirePacket(0.0, ">", b"\xee\0\0"), WirePacket(0.01, "<", b"\6", 1))
    return Tape(header, steps, tables, wire)


@pytest.fixture
def good(tape: Tape, tmp_path: Path) -> Path:
    path = tmp_path / "good.tape"
    save(tape, path)
    return path


@pytest.fixture
def hand_made(good: Path, tmp_path: Path) -> HandMade:
    """`hand_made(steps=b"...", header={"who": "Eve"}, said={"version": 9})`: the good tape with other lines or words,
    sealed and hashed again, so that nothing but these is wrong."""

    def make(
        *,
        steps: bytes | None = None,
        tables: bytes | None = None,
        wire: bytes | None = None,
        header: Mapping[str, Any] | None = None,
        said: Mapping[str, Any] | None = None,
        seal: str | None = None,
    ) -> Path:
        with zipfile.ZipFile(good) as packed:
            members = {name: packed.read(name) for name in packed.namelist()}
        content = json.loads(members.pop("tape.json"))
        for name, lines in (("steps.jsonl", steps), ("tables.jsonl", tables), ("wire.jsonl", wire)):
            if lines is not None:
                members[name] = lines
        content["members"] = {
            name: {"length": len(data), "sha256": hashlib.sha256(data).hexdigest()} for name, data in members.items()
        }
        content["header"] |= header or {}
        content |= said or {}
        del content["seal"]
        plain = json.dumps(content, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()
        content["seal"] = seal or hashlib.sha256(plain).hexdigest()
        path = tmp_path / "made.tape"
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as packed:
            for name, data in {"tape.json": json.dumps(content).encode(), **members}.items():
                packed.writestr(name, data)
        return path

    return make


@pytest.fixture
def refused() -> Callable[[Path], TapeError]:
    """The error of a file that is no good tape; it has a place, and words."""

    def load_it(path: Path) -> TapeError:
        with pytest.raises(TapeError) as caught:
            load(path)
        error = caught.value
        assert error.path == str(path)
        assert error.place
        assert explain(error).what
        return error

    return load_it

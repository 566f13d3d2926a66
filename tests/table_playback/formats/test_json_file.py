"""A whole tape as one JSON file, there and back; and what is no such file."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from fieldpro.errors import TapeError
from table_playback.formats import json_file
from table_playback.tape import Header, Step, TableImage, Tape, WirePacket

BEGUN = datetime(2026, 3, 1, 12, 7, tzinfo=UTC)
HEADER = {"started_at": "2026-03-01T12:07:00Z", "ended_at": "2026-03-01T12:07:09Z"}
STEP = {"number": 1, "time_s": 0, "direction": "<", "service": "full-read", "table": 1, "data": "6162", "response": 0}

InFile = Callable[[Any], Path]


@pytest.fixture
def in_file(tmp_path: Path) -> InFile:
    def put(content: Any) -> Path:
        path = tmp_path / "in.json"
        path.write_bytes(content if isinstance(content, bytes) else json.dumps(content).encode())
        return path

    return put


def whole(**changes: Any) -> dict[str, Any]:
    return {"format": "fieldpro-tape-json", "version": 1, "header": HEADER, "steps": [STEP]} | changes


def test_a_tape_comes_back_as_it_was(tape: Tape, tmp_path: Path) -> None:
    packets = (WirePacket(0.0, ">", b"\6"), WirePacket(0.5, "<", b"\6\xee", 1))
    tape = replace(tape, wire=packets, header=replace(tape.header, title="ü", link={"baud": 9600}))
    path = tmp_path / "out.json"
    assert json_file.write(tape, path) == ()
    again = json_file.read(path)
    assert (again.header, again.tables) == (tape.header, tape.tables)
    assert (again.steps, again.wire) == (tape.steps, tape.wire)


def test_any_program_can_read_it(tape: Tape, tmp_path: Path) -> None:
    path = tmp_path / "out.json"
    json_file.write(tape, path)
    content = json.loads(path.read_text(encoding="utf-8"))
    assert (content["format"], content["version"]) == ("fieldpro-tape-json", 1)
    assert content["header"]["meter"]["manufacturer"] == "FPRO"
    assert content["steps"][0]["data"] == tape.steps[0].data.hex()
    assert {each["number"] for each in content["tables"]} == set(tape.tables)
    assert content["wire"] == []


def test_one_that_was_made_by_hand(in_file: InFile) -> None:
    tape = json_file.read(in_file(whole(tables=[{"number": 1, "data": "6162"}], a_later_key=1)))
    assert tape.steps == [Step(1, 0.0, "<", "full-read", table=1, data=b"ab", response=0)]
    assert tape.tables == {1: TableImage(1, b"ab")}
    assert tape.header.meter is None


def test_passwords_and_keys_go_neither_out_nor_in(tmp_path: Path) -> None:
    password = b"OPEN SESAME 12345678"
    steps = (
        Step(1, 0.0, ">", "security", data=password, response=0),
        Step(2, 1.0, "<", "full-read", table=42, data=password * 2, response=0),
        Step(3, 2.0, ">", "offset-write", table=45, offset=0, data=password, response=0),
    )
    tape = Tape(Header(None, BEGUN, BEGUN), steps, {42: TableImage(42, password * 2)})
    path = tmp_path / "out.json"
    json_file.write(tape, path)
    text = path.read_bytes()
    for hidden in (password, password.hex().encode(), password[4:10].hex().encode()):
        assert hidden not in text
    assert {each["what"] for each in json.loads(text)["header"]["redactions"]} == {"passwords", "keys"}

    clear = json.loads(text)
    clear["header"]["redactions"] = []
    for each in (*clear["steps"], *clear["tables"]):
        each["data"] = password.hex()
        each["masked"] = []
    path.write_text(json.dumps(clear))
    read = json_file.read(path)
    assert password not in b"".join(step.data for step in read.steps)
    assert read.tables[42].masked == ((0, len(password)),)
    assert {each.what for each in read.header.redactions} == {"passwords", "keys"}


@pytest.mark.parametrize(
    ("content", "reason", "place"),
    [
        (b"", "malformed", "the file"),
        (b"{", "malformed", "the file"),
        (b'{"format":\n "fieldpro-tape-json",\n "version": 1;}', "malformed", "line 3, byte 47"),
        (b"[" * 300_000, "malformed", "the file"),
        (b"\xff\xfe", "malformed", "line 1, byte 0"),
        ([], "malformed", "the file"),
        ({}, "not-a-tape", "format"),
        (whole(format="fieldpro-tape"), "not-a-tape", "format"),
        (whole(version=2, steps=7), "newer-version", "version"),
        (whole(version="1"), "malformed", "version"),
        (whole(version=True), "malformed", "version"),
        (whole(header={}), "malformed", "header"),
        (whole(header=HEADER | {"started_at": "0001-01-01T00:00:00+14:00"}), "malformed", "the file"),
        (whole(steps=[STEP, STEP | {"number": 2, "table": -1}]), "malformed", "step 2"),
        (whole(header=HEADER | {"link": {"baud": []}}), "malformed", "header"),
        (whole(steps=[STEP, 1]), "malformed", "step 2"),
        (whole(steps=[STEP, STEP]), "malformed", "step 2"),
        (whole(steps=[STEP | {"data": "x"}]), "malformed", "step 1"),
        (whole(steps=[STEP | {"service": "shout"}]), "malformed", "step 1"),
        (whole(tables=[{"number": 1}]), "malformed", "tables, number 1"),
        (whole(tables=[{"number": 1, "data": "0"}]), "malformed", "tables, number 1"),
        (whole(wire=[{"time_s": 0, "direction": "?", "data": ""}]), "malformed", "wire, number 1"),
        (whole(wire=[{"time_s": 0, "direction": ">", "data": "0"}]), "malformed", "wire, number 1"),
    ],
)
def test_what_is_no_tape_is_told_with_its_place(in_file: InFile, content: Any, reason: str, place: str) -> None:
    with pytest.raises(TapeError) as caught:
        json_file.read(in_file(content))
    assert (caught.value.reason, caught.value.place) == (reason, place)


def test_a_file_that_is_not_there_or_a_folder(tmp_path: Path) -> None:
    for path in (tmp_path / "none.json", tmp_path):
        with pytest.raises(TapeError) as caught:
            json_file.read(path)
        assert caught.value.reason == "denied"
        assert caught.value.place


values = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), st.floats(allow_nan=False), st.text(max_size=8)),
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(st.text(max_size=5), inner, max_size=3)),
    max_leaves=6,
)


@settings(max_examples=200, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(
    st.one_of(
        st.binary(max_size=80),
        st.builds(
            lambda key, value: whole(**{key: value}), st.sampled_from(["header", "tables", "steps", "wire"]), values
        ),
        st.builds(lambda key, value: whole(steps=[STEP | {key: value}]), st.sampled_from(sorted(STEP)), values),
        st.builds(
            lambda at, some: _changed(json.dumps(whole()).encode(), at, some),
            st.integers(0, 300),
            st.binary(max_size=9),
        ),
    )
)
def test_whatever_a_file_holds_a_tape_or_a_tape_error_comes_out(in_file: InFile, content: Any) -> None:
    try:
        tape = json_file.read(in_file(content))
    except TapeError:
        return
    assert all(step.number == nth for nth, step in enumerate(tape.steps, 1))


def _changed(content: bytes, at: int, some: bytes) -> bytes:
    return content[:at] + some + content[at + len(some) :]

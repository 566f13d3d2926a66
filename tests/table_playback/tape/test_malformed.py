"""Lines of a tape that cannot be read, or cannot be, are told with their place: member and line, or step."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from fieldpro.errors import TapeError
from table_playback.tape import limits, load
from table_playback.tape.file import check

STEP = b'{"number":1,"time_s":0,"direction":"<","service":"full-read","table":1,"data":"00","response":0}\n'
SECOND = STEP.replace(b'"number":1', b'"number":2')
Refused = Callable[[Path], TapeError]


def step(**fields: Any) -> bytes:
    return json.dumps(json.loads(SECOND) | fields).encode() + b"\n"


@pytest.mark.parametrize(
    ("line", "what"),
    [
        (b"{\n", ""),
        (b"\n", ""),
        (b"[]\n", "object"),
        (b"null\n", "object"),
        (SECOND[:-1] + b" 1\n", "trailing"),
        (SECOND[:-1] + SECOND, "trailing"),
        (b"\xff\xfe\n", ""),
        (SECOND.replace(b"full-read", b"\xed\xa0\x80"), ""),
        (SECOND.replace(b'"00"', b'"\\ud800"'), ""),
        (SECOND.replace(b'"00"', b'"0\x01"'), ""),
        (step(number=3), "number 3"),
        (step(number=1), "number 1"),
        (step(number=0), "number"),
        (step(number="1"), "number"),
        (step(number=True), "number"),
        (step(number=10**30), "number"),
        (SECOND.replace(b'"number":2', b'"number":2' + b"0" * 5000), "number"),
        (SECOND.replace(b'"time_s":0', b'"time_s":NaN'), ""),
        (SECOND.replace(b'"time_s":0', b'"time_s":1e999'), ""),
        (SECOND.replace(b'"time_s":0', b'"time_s":-0.5'), "time_s"),
        (step(time_s=1e12), "time_s"),
        (step(direction="up"), "direction"),
        (step(service="shout"), "shout"),
        (step(service=["full-read"]), "service"),
        (step(table=70_000), "table"),
        (step(table=1.5), "table"),
        (step(table=None), "table"),
        (step(procedure=-1), "procedure"),
        (step(offset=1 << 24), "offset"),
        (step(indices=[1] * 10), "indices"),
        (step(indices=[70_000]), "indices"),
        (step(indices="1"), "indices"),
        (step(count=70_000), "count"),
        (step(data="0"), "hex"),
        (step(data="zz"), "hex"),
        (step(data=[0]), "data"),
        (step(answer="x"), "hex"),
        (step(sent="x"), "hex"),
        (step(received="x"), "hex"),
        (step(data="00" * 70_000), "70000"),
        (step(response=256), "response"),
        (step(response=-1), "response"),
        (step(duration_s=-1), "duration_s"),
        (step(note=1), "note"),
        (step(enabled=1), "enabled"),
        (step(masked=[[0, 2]]), "masked"),
        (step(masked=[[-1, 2]]), "masked"),
        (step(masked=[[0, 0]]), "masked"),
        (step(masked=[[0]]), "masked"),
        (step(masked_answer=[[0, 1]]), "masked_answer"),
        (step(verify={"order": "sideways"}), "verify.order"),
        (step(verify={"tolerance": [["A", -1]]}), "tolerance"),
        (step(verify={"tolerance": {"A": 1}}), "tolerance"),
        (step(verify=[]), "verify"),
        (b'{"number":2,"later":' + b"[" * 50_000 + b"]" * 50_000 + b"}\n", ""),
        (b"[" * 100_000 + b"\n", ""),
    ],
)
def test_a_step_that_cannot_be_is_told_by_its_number(
    refused: Refused, hand_made: Callable[..., Path], line: bytes, what: str
) -> None:
    error = refused(hand_made(steps=STEP + line))
    assert error.reason == "malformed"
    assert error.place == "step 2 (steps.jsonl, line 2)"
    assert what in error.detail


def test_a_last_step_that_breaks_off(refused: Refused, hand_made: Callable[..., Path]) -> None:
    error = refused(hand_made(steps=STEP + SECOND[:-1]))
    assert (error.reason, error.place) == ("truncated", "step 2 (steps.jsonl, line 2)")


def test_a_line_without_end(refused: Refused, hand_made: Callable[..., Path]) -> None:
    long = step(note="x" * limits.MAX_LINE["steps.jsonl"])
    error = refused(hand_made(steps=STEP + long))
    assert (error.reason, error.place) == ("too-large", "step 2 (steps.jsonl, line 2)")


@pytest.mark.parametrize(
    "line",
    [
        b'{"number":1,"data":"0"}\n',
        b'{"number":1}\n',
        b'{"number":8192,"data":""}\n',
        b'{"number":1,"data":"00","masked":[[0,2]]}\n',
        b'{"number":1,"data":"00","parts":[[1,1]]}\n',
        b'{"number":1,"data":"00","read_at":"yesterday"}\n',
        b'{"number":1,"data":"00","read_at":"2026-03-01T12:00:00"}\n',
        b'{"number":1,"data":"00","read_at":"0001-01-01T00:00:00+14:00"}\n',
        b'{"number":1,"data":"00","writable":"yes"}\n',
        b'{"number":3,"data":"00"}\n',
    ],
)
def test_a_table_image_that_cannot_be(refused: Refused, hand_made: Callable[..., Path], line: bytes) -> None:
    error = refused(hand_made(tables=b'{"number":3,"data":"00"}\n' + line))
    assert (error.reason, error.place) == ("malformed", "tables.jsonl, line 2")


@pytest.mark.parametrize(
    "line",
    [
        b'{"time_s":0,"direction":">","data":"0"}\n',
        b'{"time_s":0,"direction":">"}\n',
        b'{"time_s":0,"direction":"?","data":""}\n',
        b"[" * 100_000 + b"\n",
        b"\n",
    ],
)
def test_a_packet_that_makes_no_sense_is_told_when_it_is_asked_for(hand_made: Callable[..., Path], line: bytes) -> None:
    tape = load(hand_made(wire=b'{"time_s":0,"direction":">","data":"00"}\n' + line))
    assert tape.wire[0].data == b"\0"
    for ask in (lambda: tape.wire[1], lambda: tape.wire[-2:], lambda: list(tape.wire), lambda: check(tape)):
        with pytest.raises(TapeError) as caught:
            ask()
        assert (caught.value.reason, caught.value.place) == ("malformed", "wire.jsonl, line 2")


@pytest.mark.parametrize(
    "header",
    [
        {"started_at": None},
        {"started_at": "2026-03-01"},
        {"started_at": "2026-03-01T12:00:00"},
        {"started_at": "9999-12-31T23:59:59-01:00"},
        {"meter": {}},
        {"meter": {"serial": 1}},
        {"meter": "a meter"},
        {"link": {"baud": 1.5}},
        {"link": {"baud": [9600]}},
        {"link": {"baud": 1 << 60}},
        {"who": 1},
        {"dictionary": "standard"},
        {"redactions": [{"what": "passwords"}]},
        {"redactions": [{"what": "passwords", "parts": -1, "at_capture": True, "when": "2026-03-01T12:00:00Z"}]},
        {"interrupted": "no"},
    ],
)
def test_a_header_that_cannot_be(refused: Refused, hand_made: Callable[..., Path], header: dict[str, Any]) -> None:
    error = refused(hand_made(header=header))
    assert (error.reason, error.place) == ("malformed", "tape.json")
    assert error.detail.startswith("header") or "UTC" in error.detail

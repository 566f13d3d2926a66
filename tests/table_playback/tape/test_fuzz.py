"""Whatever a file holds, a tape or a `TapeError` comes out, and nothing else."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from fieldpro.errors import TapeError
from table_playback.tape import Tape, load, recover
from table_playback.tape.file import check
from table_playback.tape.messages import reply_bytes, request_bytes

fuzz = settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)

numbers = st.one_of(st.integers(-5, 300), st.integers(-(10**40), 10**40), st.floats())
texts = st.one_of(
    st.text(max_size=20), st.sampled_from(["00", "full-read", ">", "<", "2026-03-01T12:00:00Z", "\ud800"])
)
values = st.recursive(
    st.one_of(st.none(), st.booleans(), numbers, texts),
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(texts, inner, max_size=3)),
    max_leaves=8,
)
STEP_KEYS = ["number", "time_s", "direction", "service", "table", "offset", "indices", "count", "data", "response"]
STEP_KEYS += ["procedure", "answer", "duration_s", "note", "enabled", "verify", "masked", "masked_answer", "sent"]
GOOD: dict[str, Any] = {
    "number": 1,
    "time_s": 0,
    "direction": "<",
    "service": "offset-read",
    "table": 1,
    "offset": 0,
    "count": 1,
    "data": "00",
    "response": 0,
}


@st.composite
def bytes_changed(draw: st.DrawFn, content: bytes) -> bytes:
    """Some bytes put in, taken out, turned, or doubled."""
    changed = bytearray(content)
    for _ in range(draw(st.integers(1, 4))):
        at = draw(st.integers(0, max(0, len(changed) - 1)))
        length = draw(st.integers(0, 12))
        changed[at : at + length] = draw(st.binary(max_size=12))
    return bytes(changed)


def use(path: Path, read: Callable[[Path], Tape]) -> None:
    """Read a file and use all that came of it."""
    try:
        tape = read(path)
        check(tape)
    except TapeError:
        return
    for step in tape.steps:
        request_bytes(step)
        reply_bytes(step)


@fuzz
@given(st.data())
def test_any_bytes_of_a_tape_changed(good: Path, data: st.DataObject) -> None:
    path = good.with_name("changed.tape")
    path.write_bytes(data.draw(bytes_changed(good.read_bytes())))
    use(path, load)


@fuzz
@given(st.binary(max_size=200))
def test_any_bytes(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "any.tape"
    for head in (b"", b"PK\3\4"):
        path.write_bytes(head + content)
        use(path, load)


@fuzz
@given(st.dictionaries(st.sampled_from(STEP_KEYS), values, min_size=1, max_size=3))
def test_any_field_of_a_step(hand_made: Callable[..., Path], changes: dict[str, Any]) -> None:
    use(hand_made(steps=json.dumps(GOOD | changes).encode() + b"\n"), load)


@fuzz
@given(st.data())
def test_any_bytes_of_a_line(hand_made: Callable[..., Path], data: st.DataObject) -> None:
    line = json.dumps(GOOD).encode() + b"\n"
    kind = data.draw(st.sampled_from(["steps", "tables", "wire"]))
    use(hand_made(**{kind: data.draw(bytes_changed(line))}), load)


@fuzz
@given(st.sampled_from(["header", "members", "format", "version", "seal"]), values)
def test_any_part_of_the_header(hand_made: Callable[..., Path], key: str, value: Any) -> None:
    try:
        path = hand_made(said={key: value})
    except ValueError:  # no JSON
        return
    use(path, load)


HEADER_KEYS = ["started_at", "ended_at", "meter", "link", "redactions", "ignore", "dictionary", "who", "interrupted"]


@fuzz
@given(st.dictionaries(st.sampled_from(HEADER_KEYS), values, min_size=1, max_size=2))
def test_any_field_of_the_header(hand_made: Callable[..., Path], changes: dict[str, Any]) -> None:
    try:
        path = hand_made(header=changes)
    except ValueError:
        return
    use(path, load)


@pytest.fixture(scope="module")
def recording() -> bytes:
    lines = [
        b'{"format":"fieldpro-tape-part","version":1,'
        b'"header":{"started_at":"2026-03-01T12:00:00Z","ended_at":"2026-03-01T12:00:00Z"}}',
        b'{"step":' + json.dumps(GOOD).encode() + b"}",
        b'{"wire":{"time_s":0.1,"direction":">","data":"ee"}}',
        b'{"table":{"number":1,"data":"00"}}',
    ]
    return b"\n".join(lines) + b"\n"


@fuzz
@given(st.data())
def test_any_bytes_of_a_recording(recording: bytes, tmp_path: Path, data: st.DataObject) -> None:
    path = tmp_path / "any.tape.part"
    path.write_bytes(data.draw(bytes_changed(recording)))
    use(path, recover)

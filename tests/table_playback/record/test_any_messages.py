"""Whatever two ends say to each other, in packets that are whole, can be recorded, saved, loaded and redacted."""

from __future__ import annotations

import tempfile
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from fieldpro.c12.psem.secrets import reads_secret, secret_start
from fieldpro.transports.tap import Tap, TapRecord
from table_playback.record import Recorder
from table_playback.redact import redact
from table_playback.tape import load, save
from table_playback.tape.messages import reply_bytes, request_bytes
from tests.table_playback.record.conftest import ACK, MOMENT, packet

codes = st.one_of(
    st.integers(0x20, 0x7F), st.sampled_from([0x30, 0x32, 0x3F, 0x40, 0x43, 0x4F, 0x51, 0x53, 0x50, 0x20])
)
tables = st.sampled_from([0, 1, 5, 6, 7, 8, 42, 45, 64, 4096 + 6, 4096 + 42, 2048, 0xFFFF])
tails = st.one_of(
    st.binary(max_size=40),
    st.builds(lambda table, rest: table.to_bytes(2, "big") + rest, tables, st.binary(max_size=40)),
    st.builds(
        lambda table, data: table.to_bytes(2, "big") + len(data).to_bytes(2, "big") + data + bytes([-sum(data) & 0xFF]),
        tables,
        st.binary(max_size=60),
    ),
)
requests = st.one_of(st.just(b""), st.builds(lambda code, tail: bytes([code]) + tail, codes, tails))
replies = st.one_of(
    st.none(),
    st.binary(max_size=40),
    st.builds(
        lambda data: b"\0" + len(data).to_bytes(2, "big") + data + bytes([-sum(data) & 0xFF]), st.binary(max_size=90)
    ),
)


class _Ends:
    """A port that takes everything and brings what it is given."""

    name, baud = "ends", 9600

    def __init__(self) -> None:
        self.next = b""

    def write(self, data: bytes) -> None: ...

    def read(self, timeout_s: float) -> bytes:
        return self.next

    def set_baud(self, baud: int) -> None: ...

    def discard_input(self) -> None: ...

    def cancel_read(self) -> None: ...

    def close(self) -> None: ...


@given(st.lists(st.tuples(requests, replies), max_size=12))
@settings(max_examples=120, deadline=None)
def test_any_messages_make_a_tape(exchanges: list[tuple[bytes, bytes | None]]) -> None:
    recorder = Recorder()
    records: list[TapRecord] = []
    ends = _Ends()
    tap = Tap(ends, records.append)
    for nth, (request, reply) in enumerate(exchanges):
        toggle = 0x20 * (nth % 2)
        tap.write(packet(request, toggle))
        for data in (ACK, None if reply is None else packet(reply, toggle)):
            if data is not None:
                ends.next = data
                tap.read(0.0)
        tap.write(ACK)
    for nth, record in enumerate(records):
        recorder.hear(record._replace(time=MOMENT + nth * 0.01))
    tape = recorder.finish()
    assert len(tape.steps) == len(exchanges)
    redacted = redact(tape, ["passwords", "keys", "identifiers", "users"])
    with tempfile.TemporaryDirectory() as folder:
        for nth, each in enumerate((tape, redacted)):
            save(each, Path(folder) / f"{nth}.tape")
            loaded = load(Path(folder) / f"{nth}.tape")
            assert list(loaded.steps) == list(each.steps)
    for step, (request, reply) in zip(tape.steps, exchanges, strict=True):
        assert len(request_bytes(step)) == len(request)
        if secret_start(request) is None and not reads_secret(request):  # a long answer to those is hidden whole
            assert len(reply_bytes(step) or b"") == len(reply or b"")
        if not (step.masked or step.masked_answer or step.sent or step.received):
            assert request_bytes(step) == request
            assert (reply_bytes(step) or b"") == (reply or b"")

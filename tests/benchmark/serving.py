"""A tape played as a meter: how many steps a second, and whether an independent client reads the same bytes.

Steps: a tape of 100,000 steps is loaded from its file and served with no wait. What is measured is the meter: one call
gives the port a request as bytes, with the acknowledgement of the answer before, and one takes its answer. The client's
packets are made before, and the answers compared afterwards: strictly with the recorded ones, freely with what the tape
knows of the tables. Beside it is printed what our own client gets through memory and two threads, where it does its
half of the work and waits for the other's.

Bytes: termineter, in an environment of its own, reads every table of a virtual meter that holds no secrets through a
bridge that records, and then the same from the tape, strictly and freely. The meter's clock runs 600 times as fast;
how many of its tables have moved at another visit is printed beside.
"""

from __future__ import annotations

import json
import subprocess
import tempfile
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import tapes
from figure import Bound, Figure, Group, NotMeasured

OURS = 3_000
BEGIN = 1_772_366_820.0  # 2026-03-01 12:07 UTC
HURRY = 600
PASSWORDS = {"centron": "PRIMARY", "residential": "MASTER"}
ROOT = Path(__file__).resolve().parents[2]
PYTHON = ROOT / ".venv-termineter" / "bin" / "python"
VISIT = ROOT / "tests" / "independent" / "visit.py"

ORDERS = ("strict", "free")
RATE = {
    order: Figure(
        f"a tape of 100,000 steps played as a meter, {order} order, no wait", Bound.AT_LEAST, 5_000, "steps/s"
    )
    for order in ORDERS
}
SAME = {
    name: Figure(
        f"share of the tables of the {name} that termineter reads from its tape as from it", Bound.AT_LEAST, 1, "x"
    )
    for name in PASSWORDS
}


def packets_of(requests: Sequence[bytes]) -> list[bytes]:
    """One packet for each, the acknowledgement of the answer before in front of it."""
    from fieldpro.c12.link import ACK, Packet
    from fieldpro.c12.link.packet import PacketControl

    made = [Packet(0, PacketControl.TOGGLE * (nth % 2), 0, request).encode() for nth, request in enumerate(requests)]
    return [bytes([ACK]) * (nth > 0) + packet for nth, packet in enumerate(made)]


def answers_in(meter: Any, packets: Sequence[bytes]) -> tuple[list[bytes], float]:
    """What the meter sent for each, and how long all of it took, in seconds."""
    sent: list[bytes] = []
    now = 1.0
    begun = time.perf_counter()
    for packet in packets:
        meter.receive(packet, now)
        sent.append(meter.outgoing(now))
        now += 0.001
    return sent, time.perf_counter() - begun


def measure_rate() -> Mapping[str, float]:
    from fieldpro.c12.psem import Identify, Logon, Ok
    from table_playback.serve import meter_of_tape
    from table_playback.tape import load, save
    from table_playback.tape.messages import reply_bytes, request_bytes

    opening = [Identify().encode(), Logon(0, "BENCHMARK").encode()]
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "long.tape"
        save(tapes.tape(), path)
        tape = load(path)
        packets = packets_of([*opening, *(request_bytes(step) for step in tape.steps)])
        expected = {"strict": [reply_bytes(step) for step in tape.steps], "free": known_of(tape)}
        found: dict[str, float] = {}
        for order in ORDERS:
            meter = meter_of_tape(tape, order=order)  # type: ignore[arg-type]  # one of the two
            sent, took_s = answers_in(meter, packets)
            answers = [each[7:-2] for each in sent[len(opening) :]]  # acknowledgement, packet header, CRC
            if sent[1][7:-2] != Ok().encode() or answers != expected[order]:
                raise NotMeasured("an answer is not the one that the tape has")
            found[RATE[order].name] = len(tape.steps) / took_s
        print(f"our own client, through memory: {_through_memory(tape):.0f} steps/s")
    return found


def known_of(tape: Any) -> list[bytes]:
    """What the tape's tables hold in the end, step by step; refusals and writes as recorded."""
    from fieldpro.c12.psem import ReadReply
    from table_playback.tape.messages import reply_bytes

    profile, registers = bytearray(0x10000), b""
    for step in tape.steps:
        if step.service == "offset-read":
            profile[step.offset : step.offset + step.count] = step.data
        elif step.table == 28:
            registers = step.data
    known = []
    for step in tape.steps:
        if step.service == "offset-read":
            known.append(ReadReply(bytes(profile[step.offset : step.offset + step.count])).encode())
        elif step.table == 28:
            known.append(ReadReply(registers).encode())
        else:
            known.append(reply_bytes(step) or b"")
    return known


def _through_memory(tape: Any) -> float:
    """Steps a second of the program's session with the tape on a memory port."""
    from fieldpro.session.meter_session import MeterSession
    from fieldpro.simulator.serve import MemoryServer
    from table_playback.serve import meter_of_tape
    from table_playback.tape.messages import request_of

    steps = tape.steps[:OURS]

    def conversation() -> Any:
        from fieldpro.errors import ServiceRefused

        for step in steps:
            try:
                yield request_of(step)
            except ServiceRefused as refused:
                if refused.response != step.response:
                    raise

    with MemoryServer(meter_of_tape(tape, order="strict")) as server, MeterSession(server.client) as session:
        begun = time.perf_counter()
        session.run(conversation())
        return OURS / (time.perf_counter() - begun)


def measure_bytes() -> Mapping[str, float]:
    if not PYTHON.exists():
        raise NotMeasured("termineter's environment is not there: run python3 dev.py setup")
    return {SAME[name].name: _share_of_same(name) for name in PASSWORDS}


def _share_of_same(name: str) -> float:
    from fieldpro.secret import holds_secrets
    from fieldpro.simulator import MemoryServer, PtyServer, VirtualMeter, describe
    from fieldpro.simulator.clock import running_clock
    from table_playback.cli.bridge import Bridge, OurPty
    from table_playback.record import Recorder
    from table_playback.serve import meter_of_tape

    meter = VirtualMeter(describe.load(name), clock=running_clock(start=BEGIN, speed=HURRY))
    numbers = [number for number in sorted(meter.device.bank.numbers) if not holds_secrets(number)]
    wanted = [f"{number}:40000@1234" if (number, name) == (64, "centron") else str(number) for number in numbers]
    recorder = Recorder()
    with MemoryServer(meter) as server, Bridge(OurPty(), server.client, recorder.hear) as bridge:
        recorded = _visit(bridge.name, PASSWORDS[name], wanted)
    tape = recorder.finish()
    same = set(wanted)
    for order in ORDERS:
        with PtyServer(meter_of_tape(tape, order=order)) as served:  # type: ignore[arg-type]  # one of the two
            read = _visit(served.url, PASSWORDS[name], wanted)
        same = {each for each in same if read[each] == recorded[each]}
    with PtyServer(meter) as server_again:
        later = _visit(server_again.url, PASSWORDS[name], wanted)
    moved = sum(later[each] != recorded[each] for each in wanted)
    print(f"{name}: {len(wanted)} tables, of which {moved} are other bytes at the meter's next visit")
    return len(same) / len(wanted)


def _visit(device: str, password: str, wanted: Sequence[str]) -> dict[str, str]:
    command = [str(PYTHON), str(VISIT), "tables", device, password, *wanted]
    done = subprocess.run(command, capture_output=True, text=True, timeout=100, check=False)
    if done.returncode:
        raise NotMeasured(done.stderr.strip().splitlines()[-1])
    read: dict[str, str] = json.loads(done.stdout)
    return read


GROUPS = (
    Group("serving", tuple(RATE.values()), measure_rate),
    Group("served-bytes", tuple(SAME.values()), measure_bytes),
)

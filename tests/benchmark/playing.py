"""A recorded session played back to the meter it came from, and how exactly the times of a tape are kept.

Each session has 2,000 exchanges with a virtual meter over memory, recorded by the tap and the recorder: log-on and
log-off, every table that the meter lists whole, parts by offset or by index, tables that it does not have and refuses.
The second one of each meter also has writes that change a text and change it back, and a procedure with its answer; it
leaves out the logs and lists that note that the meter was written to, for what they say is another thing each time. It
is played with no wait to the same meter, whose clock has gone on by a minute, with the writes through change sets,
rights, confirmation and journal. The meter is within one interval of its load profile in both, for what it records
meanwhile is a difference. A step counts when its verdict is "equal"; how many of them are so because the default masks
let clock, registers, present values, sequence numbers or statistics pass is printed beside the figure.

The times are those of steps 20 to 140 ms apart, at 1x on this computer, where nobody waits for the meter.
"""

from __future__ import annotations

import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from figure import Bound, Figure, Group, NotMeasured

STEPS = 2_000
PASSWORDS = {"centron": "PRIMARY", "residential": "MASTER"}
BEGIN = 1_772_366_520.0  # 2026-03-01 12:02 UTC, in the middle of an interval of the load profile
LATER_S = 60.0
TARIFF_AT, TARIFF_INDEX = 170, (10,)
RESET_LIST_POINTERS, SEQUENCE, LIST = 4, 5, 2
NOTES_WRITES = frozenset({26, 73, 74, 75, 76})
ABSENT = (19, 99, 2048 + 77)
TIMED_STEPS = 60

WRITES = {False: "reads", True: "reads, writes, procedures"}
EQUAL = {
    (name, writes): Figure(
        f"a session of 2,000 steps ({kind}) of the {name} played back to it, equal", Bound.AT_LEAST, STEPS, "steps"
    )
    for name in PASSWORDS
    for writes, kind in WRITES.items()
}
LATE = Figure("a step's time on the tape kept at 1x, the latest of 60", Bound.AT_MOST, 15, "ms")


class Bench:
    """One virtual meter that lives on between two sessions."""

    def __init__(self, name: str) -> None:
        from fieldpro.simulator import VirtualMeter, describe

        self.name = name
        self.shift_s = BEGIN - time.time()
        description = describe.overridden(describe.load(name), days=30)
        self.meter = VirtualMeter(description, seed=7, clock=lambda: time.time() + self.shift_s)

    def session(self, recorder: Any, conversation: Callable[[], Any]) -> Any:
        from fieldpro.secret import Secret
        from fieldpro.session.meter_session import MeterSession
        from fieldpro.session.plan import SessionPlan
        from fieldpro.simulator.serve import MemoryServer
        from fieldpro.transports.tap import Tap

        server = MemoryServer(self.meter)
        plan = SessionPlan(password=Secret.from_text(PASSWORDS[self.name]))
        try:
            with MeterSession(Tap(server.client, recorder.hear), plan, close_transport=True) as session:
                return session.run(conversation())
        finally:
            server.close()

    def requests(self, *, writes: bool) -> Iterator[Any]:
        """Without an end: every kind of exchange again and again."""
        from fieldpro.c12.psem import FullRead, FullWrite, IndexRead, IndexWrite, OffsetRead, OffsetWrite
        from fieldpro.meter import wanted

        bank = self.meter.device.bank
        here = _tables(bank)
        left_out = wanted.LEFT_OUT | (NOTES_WRITES if writes else frozenset())
        tables = sorted(wanted.listed(here) - left_out)
        word = RESET_LIST_POINTERS.to_bytes(2, "big" if here.formats.big else "little")
        by_offset = self.name == "centron"
        old = bank.read(6)[TARIFF_AT : TARIFF_AT + 8]
        while True:
            for number in tables:
                yield FullRead(number)
                size = len(bank.read(number))
                if by_offset and size > 8:
                    yield OffsetRead(number, size // 3, size // 3)
                elif not by_offset:
                    yield IndexRead(number, (0,), 1)
            yield from (FullRead(number) for number in ABSENT)
            if not writes:
                continue
            for text in (b"TOU-2   ", old):
                yield OffsetWrite(6, TARIFF_AT, text) if by_offset else IndexWrite(6, TARIFF_INDEX, text)
                yield FullRead(6)
            yield FullWrite(7, word + bytes([SEQUENCE, LIST]))
            yield FullRead(8)

    def record(self, *, writes: bool) -> Any:
        """A tape of exactly so many steps."""
        from table_playback.play.verbatim import Verbatim
        from table_playback.record import Recorder

        recorder = Recorder(title=f"{self.name}, {STEPS} steps")
        opening, closing = 4, 2

        def ask() -> Any:
            requests = self.requests(writes=writes)
            for _ in range(STEPS - opening - closing):
                yield Verbatim(next(requests).encode())

        self.session(recorder, ask)
        tape = recorder.finish()
        if len(tape.steps) != STEPS:
            raise NotMeasured(f"the tape has {len(tape.steps)} steps")
        return tape

    def play(self, made: Any, journal: Any) -> Any:
        """With everybody agreeing to everything."""
        from table_playback.play import finish, play
        from table_playback.record import Recorder

        recorder = Recorder()
        result = self.session(
            recorder,
            lambda: play(
                made,
                journal=journal,
                confirm=lambda writes: True,
                allow=lambda right: None,
                heard=lambda: recorder.steps,
            ),
        )
        return finish(result, recorder.steps)


def measure_equal() -> Mapping[str, float]:
    from fieldpro.meter.changes import Journal
    from table_playback.play import Verdict, plan

    figures = {}
    for (name, writes), figure in EQUAL.items():
        bench = Bench(name)
        tape = bench.record(writes=writes)
        bench.shift_s += LATER_S
        made = plan(tape)
        with tempfile.TemporaryDirectory() as folder:
            journal = Journal(Path(folder), sync=lambda descriptor: None)
            result = bench.play(made, journal)
        figures[figure.name] = result.counts[Verdict.EQUAL]
        masked = sum(each.masked for each in result.results)
        refused = sum(1 for step in tape.steps if step.response)
        print(
            f"    {name}: {result.counts[Verdict.EQUAL]:,} of {len(tape.steps):,} equal in {result.duration_s:.1f} s; "
            f"{result.masked:,} of them with {masked:,} volatile elements masked, {made.writes} writes, "
            f"{refused} refusals",
            flush=True,
        )
        for each in [each for each in result.results if each.verdict is not Verdict.EQUAL][:5]:
            print(f"    step {each.step.number}, {each.step.service} {each.step.table}: {each.verdict}, {each.detail}")
        if result.error is not None:
            print(f"    ended by {result.error!r}", flush=True)
    return figures


def measure_times() -> Mapping[str, float]:
    from table_playback.play import plan, play
    from table_playback.play.verbatim import Verbatim
    from table_playback.record import Recorder

    bench = Bench("centron")
    recorder = Recorder()

    def ask() -> Any:
        from fieldpro.c12.psem import FullRead

        for _ in range(TIMED_STEPS + 1):
            yield Verbatim(FullRead(6).encode())

    bench.session(recorder, ask)
    tape = recorder.finish()
    at_s, steps = 0.0, []
    for step in tape.steps:
        if step.table is not None:
            at_s += 0.02 + 0.02 * (step.number % 7)
        steps.append(replace(step, time_s=at_s))
    made = plan(replace(tape, steps=steps))
    result = bench.session(Recorder(), lambda: play(made, speed=1.0))
    if result.timing is None or result.timing.steps < TIMED_STEPS:
        raise NotMeasured("the steps were not waited for")
    print(f"    median {result.timing.median_s * 1000:.2f} ms of {result.timing.steps} steps", flush=True)
    return {LATE.name: result.timing.worst_s * 1000}


def _tables(bank: Any) -> Any:
    from fieldpro.c12.dictionary import Tables
    from fieldpro.dictionaries import load_dictionary

    return Tables(load_dictionary(("fieldpro-virtual",)), raw={0: bank.read(0)})


GROUPS = (
    Group("played-back", tuple(EQUAL.values()), measure_equal),
    Group("times-of-a-tape", (LATE,), measure_times),
)

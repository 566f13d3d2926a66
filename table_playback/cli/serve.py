"""`table-playback serve`: a tape, a saved read-out or table images on a port, as the meter they came from."""

from __future__ import annotations

from collections.abc import Callable
from enum import StrEnum
from functools import partial
from queue import Empty, SimpleQueue
from typing import Annotated

import typer

from fieldpro.cli import console
from fieldpro.cli.here import Here
from fieldpro.cli.options import with_here
from fieldpro.cli.outcome import Exit
from fieldpro.cli.serving import Pty, Served, Tcp, address, serve_until_told
from fieldpro.errors import UsageError
from fieldpro.security.rights import Right
from fieldpro.simulator.faults import FaultPlan
from fieldpro.simulator.serve import PtyServer, TcpServer
from table_playback.cli.edit import with_writable
from table_playback.cli.source import SERVED_HELP, tape_of
from table_playback.serve import Mismatch, TapeMeter, meter_of_tape
from table_playback.tape import Tape

FAULTS_HELP = (
    "What goes wrong, at a step (nak@3, delay@5=2.5, busy@8x3) or at random (drop:0.02): nak, bad-crc, delay, drop, "
    "duplicate, busy, wrong-toggle, time-out, power-loss, wrong-length, stale; or of the line: lose:SHARE, ..."
)


class Orders(StrEnum):
    FREE = "free"
    STRICT = "strict"


class Timings(StrEnum):
    FAST = "fast"
    RECORDED = "recorded"


@with_here
def serve(
    here: Here,
    *,
    source: Annotated[str, typer.Argument(metavar="TAPE", help=SERVED_HELP, show_default=False)],
    pty: Pty = None,
    tcp: Tcp = "",
    order: Annotated[
        Orders, typer.Option(help="strict: in the recorded order; free: any read, from the tables.")
    ] = Orders.FREE,
    timing: Annotated[Timings, typer.Option(help="recorded: as long as the meter took.")] = Timings.FAST,
    faults: Annotated[str, typer.Option(help=FAULTS_HELP, show_default=False)] = "",
    seed: Annotated[int | None, typer.Option(help="The same one makes the same faults.", show_default=False)] = None,
    writable: Annotated[
        str, typer.Option(metavar="TABLES", help="These may be written: 5,6,mt4 ...", show_default=False)
    ] = "",
    loop: Annotated[bool, typer.Option("--loop", help="strict: start again at the end of the tape.")] = False,
    exact_session: Annotated[
        bool, typer.Option("--exact-session", help="strict: hold log-on and log-off to the tape too.")
    ] = False,
    pace: Annotated[bool, typer.Option("--pace", help="Bytes take the time a serial line needs.")] = False,
) -> None:
    """Play a tape, a saved read-out or table images as a meter, until Ctrl-C."""
    here.guard.require(Right.READ)
    if order is Orders.FREE and (loop or exact_session):
        raise UsageError("--loop and --exact-session", "--order strict beside them", "a free order")
    plan = FaultPlan.parse(faults).with_seed(seed)
    tape = tape_of(source, here)
    if tape is None:
        raise UsageError("serve", "a tape, record:N, a table dump or a folder of table images", source)
    tape = with_writable(tape, writable)
    missed: SimpleQueue[Mismatch] = SimpleQueue()

    def meter() -> TapeMeter:
        return meter_of_tape(
            tape,
            order=order.value,
            timing=timing.value,
            faults=plan,
            loop=loop,
            exact_session=exact_session,
            on_mismatch=missed.put,
        )

    meters: list[TapeMeter] = []
    starts: list[Callable[[], Served]] = []
    if tcp:
        host, number = address(tcp)
        meters.append(meter())
        starts.append(partial(TcpServer, meters[-1], host=host, port=number, pace=pace))
    if pty is not None or not tcp:
        meters.append(meter())
        starts.append(partial(PtyServer, meters[-1], link=pty, pace=pace))
    for remark in meters[0].remarks:
        console.say(remark)
    told = [0]

    def tell() -> None:
        told[0] += _tell(missed)

    try:
        serve_until_told(starts, ready=f"{_title(tape, source)} is ready; Ctrl-C ends it.", tick=tell)
    finally:
        tell()
    if told[0]:
        console.say(f"{told[0]:,} {'request was' if told[0] == 1 else 'requests were'} not as on the tape.")
        raise typer.Exit(Exit.METER)


def _tell(missed: SimpleQueue[Mismatch]) -> int:
    """Say what was asked out of turn since the last time; how many."""
    count = 0
    while True:
        try:
            console.say(f"{missed.get_nowait()}.")
        except Empty:
            return count
        count += 1


def _title(tape: Tape, source: str) -> str:
    meter = tape.header.meter
    return source if meter is None else f"{source} ({meter.manufacturer} {meter.serial})"

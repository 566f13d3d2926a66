"""`fieldpro simulate`: a virtual meter on a port of this computer, for FieldPro or any other client.

Standard output has one line for each port, once it is ready: the device of the pty (or its link), or socket://HOST:PORT.
Ctrl-C or SIGTERM ends it, with the port given back and the link removed.
"""

from __future__ import annotations

import signal
import sys
import threading
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path
from types import FrameType
from typing import Annotated

import typer

from fieldpro.cli import console
from fieldpro.errors import PortGone, UsageError
from fieldpro.simulator import describe
from fieldpro.simulator.faults import FaultPlan
from fieldpro.simulator.serve import PtyServer, Server, TcpServer
from fieldpro.simulator.virtual import VirtualMeter

FAULTS_HELP = "What goes wrong: lose:SHARE, corrupt:SHARE, nak:N, silent:N, slow:SECONDS, busy:N, powerfail:BYTES, ..."


def simulate(
    name: Annotated[str, typer.Argument(help="The virtual meter: centron, residential.", show_default=False)],
    *,
    pty: Annotated[
        Path | None, typer.Option(metavar="LINK", help="Serve on a pty of this name.", show_default=False)
    ] = None,
    tcp: Annotated[
        str, typer.Option(metavar="HOST:PORT", help="Serve on TCP; port 0 takes a free one.", show_default=False)
    ] = "",
    seed: Annotated[int | None, typer.Option(help="Another customer, as repeatable as the first.")] = None,
    days: Annotated[int | None, typer.Option(help="How many days the load profile holds.", show_default=False)] = None,
    pace: Annotated[bool, typer.Option("--pace", help="Bytes take the time a serial line needs.")] = False,
    faults: Annotated[str, typer.Option(help=FAULTS_HELP, show_default=False)] = "",
) -> None:
    """Serve a virtual meter until Ctrl-C. Without --pty and --tcp, on a pty of the system's naming."""
    description = describe.load(name)
    if days is not None:
        description = describe.overridden(description, days=days)
    plan = FaultPlan.parse(faults)

    def meter() -> VirtualMeter:
        return VirtualMeter(description, seed=seed, faults=plan)

    starts: list[Callable[[], Server]] = []
    if tcp:
        host, number = _address(tcp)
        starts.append(lambda: TcpServer(meter(), host=host, port=number, pace=pace))
    if pty is not None or not tcp:
        starts.append(lambda: PtyServer(meter(), link=pty, pace=pace))
    stopped = _until_told_to_stop()
    with ExitStack() as stack:
        servers: list[Server] = []
        for start in starts:
            server = start()
            servers.append(stack.enter_context(server))
            console.line(server.name)
        sys.stdout.flush()
        console.say(f"{description.title} is ready; Ctrl-C ends it.")
        while not stopped.wait(1.0):
            for server in servers:
                if not server.is_serving:
                    raise PortGone(server.name, "it was taken away")


def _address(text: str) -> tuple[str, int]:
    host, colon, port = text.rpartition(":")
    if not colon or not host or not port.isdecimal() or int(port) > 0xFFFF:
        raise UsageError("--tcp", "HOST:PORT, with a port from 0 to 65535", text)
    return host.strip("[]"), int(port)


def _until_told_to_stop() -> threading.Event:
    stopped = threading.Event()

    def stop(_signal: int, _frame: FrameType | None) -> None:
        stopped.set()

    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, stop)
    return stopped

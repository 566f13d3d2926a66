"""`fieldpro simulate`: a virtual meter on a port of this computer, for FieldPro or any other client."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated

import typer

from fieldpro.cli.serving import Pty, Served, Tcp, address, serve_until_told
from fieldpro.simulator import describe
from fieldpro.simulator.faults import FaultPlan
from fieldpro.simulator.serve import PtyServer, TcpServer
from fieldpro.simulator.virtual import VirtualMeter

FAULTS_HELP = (
    "What goes wrong: lose:SHARE, corrupt:SHARE, nak:N, silent:N, slow:SECONDS, busy:N, powerfail:BYTES, ...; "
    "with one answer: bad-crc@12, delay@5=2.5, busy@8x3; with some at random: drop:0.02."
)


def simulate(
    name: Annotated[str, typer.Argument(help="The virtual meter: centron, residential.", show_default=False)],
    *,
    pty: Pty = None,
    tcp: Tcp = "",
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

    starts: list[Callable[[], Served]] = []
    if tcp:
        host, number = address(tcp)
        starts.append(lambda: TcpServer(meter(), host=host, port=number, pace=pace))
    if pty is not None or not tcp:
        starts.append(lambda: PtyServer(meter(), link=pty, pace=pace))
    serve_until_told(starts, ready=f"{description.title} is ready; Ctrl-C ends it.")

"""Ports that a command serves until it is told to stop: Ctrl-C or SIGTERM, with the port given back.

Standard output has one line for each port, once it is ready: the device of the pty (or its link), or socket://HOST:PORT.
"""

from __future__ import annotations

import signal
import sys
import threading
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from pathlib import Path
from types import FrameType, TracebackType
from typing import Annotated, Protocol, Self

import typer

from fieldpro.cli import console
from fieldpro.errors import PortGone, UsageError

Pty = Annotated[Path | None, typer.Option(metavar="LINK", help="Serve on a pty of this name.", show_default=False)]
Tcp = Annotated[
    str, typer.Option(metavar="HOST:PORT", help="Serve on TCP; port 0 takes a free one.", show_default=False)
]


class Served(Protocol):
    """What holds a port: closed when its block ends."""

    @property
    def name(self) -> str: ...
    @property
    def is_serving(self) -> bool: ...
    def __enter__(self) -> Self: ...
    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None, /
    ) -> None: ...


def serve_until_told(
    starts: Sequence[Callable[[], Served]], *, ready: str, tick: Callable[[], None] | None = None
) -> None:
    """Start each, name its port, and wait. `tick` is called about once a second.

    Raises as the starts do, and `PortGone` when a port is taken away.
    """
    stopped = until_told_to_stop()
    with ExitStack() as stack:
        servers: list[Served] = []
        for start in starts:
            server = start()
            servers.append(stack.enter_context(server))
            console.line(server.name)
        sys.stdout.flush()
        console.say(ready)
        while not stopped.wait(1.0):
            if tick is not None:
                tick()
            for server in servers:
                if not server.is_serving:
                    raise PortGone(server.name, "it was taken away")


def address(text: str) -> tuple[str, int]:
    """The host and port of "HOST:PORT". Raises `UsageError`."""
    host, colon, port = text.rpartition(":")
    if not colon or not host or not port.isdecimal() or int(port) > 0xFFFF:
        raise UsageError("--tcp", "HOST:PORT, with a port from 0 to 65535", text)
    return host.strip("[]"), int(port)


def until_told_to_stop() -> threading.Event:
    """Set by Ctrl-C or SIGTERM."""
    stopped = threading.Event()

    def stop(_signal: int, _frame: FrameType | None) -> None:
        stopped.set()

    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, stop)
    return stopped

"""The command line: every verb in one list, and the one place where an error becomes words and an exit code."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Sequence
from typing import Annotated

import typer

import fieldpro
from fieldpro.cli import console
from fieldpro.cli.events import events
from fieldpro.cli.identify import identify
from fieldpro.cli.outcome import Exit, report
from fieldpro.cli.ports import ports
from fieldpro.cli.probe_test import probe_test
from fieldpro.cli.profile import profile
from fieldpro.cli.read import read
from fieldpro.cli.registers import registers
from fieldpro.cli.simulate import simulate
from fieldpro.cli.tables import tables
from fieldpro.errors import FieldProError

VERBS: tuple[tuple[str, Callable[..., None]], ...] = (
    ("ports", ports),
    ("probe-test", probe_test),
    ("identify", identify),
    ("read", read),
    ("registers", registers),
    ("profile", profile),
    ("events", events),
    ("tables", tables),
    ("simulate", simulate),
)

app = typer.Typer(
    name="fieldpro",
    help="Read ANSI C12 electricity meters. Without a verb, the window opens.",
    epilog="Exit codes: 0 good, 1 the meter refused or failed, 2 wrong use, 3 the link or the bench failed.",
    add_completion=False,
    pretty_exceptions_enable=False,
)
for name, verb in VERBS:
    app.command(name)(verb)


def show_version(wanted: bool) -> None:
    if wanted:
        console.line(f"fieldpro {fieldpro.__version__}")
        raise typer.Exit


@app.callback()
def common(
    version: Annotated[
        bool, typer.Option("--version", callback=show_version, is_eager=True, help="Print the version.")
    ] = False,
) -> None:
    """What every verb has in common."""


def run(arguments: Sequence[str]) -> int:
    """Do what the arguments say; the exit code."""
    try:
        typer.main.get_command(app).main(list(arguments), prog_name="fieldpro")
    except SystemExit as ended:  # typer's way to end, also when all went well
        code = ended.code if isinstance(ended.code, int) else Exit.GOOD
    except FieldProError as error:
        code = report(error)
    try:
        sys.stdout.flush()
    except BrokenPipeError:  # the reader of our output has gone (`| head`): nothing is left to say to it
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    return code

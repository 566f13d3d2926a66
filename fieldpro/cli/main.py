"""The command line's outermost loop: the one place where an error becomes words and an exit code."""

from __future__ import annotations

import os
import sys
import traceback
from collections.abc import Sequence
from typing import Annotated

import typer

import fieldpro
from fieldpro.cli import console
from fieldpro.cli.outcome import Exit, report
from fieldpro.cli.verbs import VERBS
from fieldpro.errors import FieldProError


def show_version(wanted: bool) -> None:
    if wanted:
        console.line(f"fieldpro {fieldpro.__version__}")
        raise typer.Exit


def common(
    version: Annotated[
        bool, typer.Option("--version", callback=show_version, is_eager=True, help="Print the version.")
    ] = False,
) -> None:
    """What every verb has in common."""


def make_app(arguments: Sequence[str]) -> typer.Typer:
    """The commands: the one that is asked for, or all of them when help or a mistake needs them all."""
    app = typer.Typer(
        name="fieldpro",
        help="Read and program ANSI C12 electricity meters. Without a verb, the window opens.",
        epilog="Exit codes: 0 good, 1 the meter refused or failed, 2 wrong use, 3 the link or the bench failed.",
        add_completion=False,
        pretty_exceptions_enable=False,
        callback=common,
    )
    wanted = arguments[:1] if arguments and arguments[0] in VERBS else VERBS
    for name in wanted:
        verb = VERBS[name]()
        if isinstance(verb, typer.Typer):
            app.add_typer(verb, name=name)
        else:
            app.command(name)(verb)
    return app


def run(arguments: Sequence[str]) -> int:
    """Do what the arguments say; the exit code."""
    try:
        typer.main.get_command(make_app(arguments)).main(list(arguments), prog_name="fieldpro")
    except SystemExit as ended:  # typer's way to end, also when all went well
        code = ended.code if isinstance(ended.code, int) else Exit.GOOD
    except FieldProError as error:
        code = report(error)
    except Exception:  # noqa: BLE001 (the outermost loop: a defect of the program is not to pass for the meter's failure)
        traceback.print_exc()
        console.complain("FieldPro met a defect of its own", next_step="Report it with the lines above.")
        code = Exit.BENCH
    try:
        if sys.stdout is not None:  # None where it was closed from the start
            sys.stdout.flush()
    except OSError as error:
        if not isinstance(error, BrokenPipeError):  # a reader that has gone (`| head`) has had enough: all is well
            code = code or report(console.unwritable(error))
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    return code

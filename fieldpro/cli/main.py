"""The command `fieldpro`: its verbs, put together as they are asked for."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated

import typer

import fieldpro
from fieldpro.cli import console
from fieldpro.cli.outermost import EXIT_CODES, run_command
from fieldpro.cli.verbs import VERBS


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
        epilog=EXIT_CODES,
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
    return run_command(make_app, arguments, name="fieldpro")

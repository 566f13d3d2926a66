"""The command `table-playback`: its verbs, put together as they are asked for."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated

import typer

import fieldpro
from fieldpro.cli import console
from fieldpro.cli.outermost import EXIT_CODES, run_command
from table_playback.cli.verbs import VERBS

NAME = "table-playback"


def show_version(wanted: bool) -> None:
    if wanted:
        console.line(f"{NAME} {fieldpro.__version__}")
        raise typer.Exit


def common(
    version: Annotated[
        bool, typer.Option("--version", callback=show_version, is_eager=True, help="Print the version.")
    ] = False,
) -> None:
    """What every verb has in common."""


def make_app(arguments: Sequence[str]) -> typer.Typer:
    """The command: the one verb that is asked for, or the names and lines of help of all."""
    app = typer.Typer(
        name=NAME,
        help="Record what is said to a meter, play it to a meter or as a meter, and compare.",
        epilog=EXIT_CODES,
        no_args_is_help=True,
        add_completion=False,
        pretty_exceptions_enable=False,
        callback=common,
    )
    wanted = next((argument for argument in arguments if not argument.startswith("-")), "")
    for name, verb in VERBS.items():
        app.command(name, help=None if name == wanted else verb.help)(verb.load() if name == wanted else _named)
    return app


def run(arguments: Sequence[str]) -> int:
    """Do what the arguments say; the exit code."""
    return run_command(make_app, arguments, name=NAME)


def _named() -> None:
    """A verb that is listed, and not the one that was asked for."""

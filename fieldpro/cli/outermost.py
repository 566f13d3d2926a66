"""The outermost loop of a command line: the one place where an error becomes words and an exit code."""

from __future__ import annotations

import os
import sys
import traceback
from collections.abc import Callable, Sequence

import typer

from fieldpro.cli import console
from fieldpro.cli.outcome import Exit, report
from fieldpro.errors import FieldProError

EXIT_CODES = "Exit codes: 0 good, 1 the meter refused or failed, 2 wrong use, 3 the link or the bench failed."


def run_command(make_app: Callable[[Sequence[str]], typer.Typer], arguments: Sequence[str], *, name: str) -> int:
    """Do what the arguments of the command `name` say; the exit code."""
    try:
        typer.main.get_command(make_app(arguments)).main(list(arguments), prog_name=name)
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

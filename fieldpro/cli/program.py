"""`fieldpro program`: programs without a meter, and what they change in one."""

from __future__ import annotations

import typer

from fieldpro.cli.program_after import resume, undo
from fieldpro.cli.program_files import add, check, list_programs, make, show
from fieldpro.cli.program_write import diff, write

program = typer.Typer(no_args_is_help=True, help="Make programs, compare meters with them, and write what differs.")

program.command("list")(list_programs)
program.command("show")(show)
program.command("make")(make)
program.command("check")(check)
program.command("add")(add)
program.command("diff")(diff)
program.command("write")(write)
program.command("resume")(resume)
program.command("undo")(undo)

"""What a command prints: data on standard output and nothing else there, messages and progress on standard error."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Sequence

import typer
from rich.console import Console
from rich.table import Table
from rich.text import Text

from fieldpro.errors import FileError
from fieldpro.plain import plain


def messages() -> Console:
    """Standard error; made anew, so that it is the stream of the moment."""
    return Console(stderr=True, highlight=False, soft_wrap=True)


def say(text: str) -> None:
    """A message for a person, never data."""
    messages().print(plain(text), markup=False)


def complain(what: str, *, subject: str = "", next_step: str = "") -> None:
    """An error in three lines: what happened, to what, what to do next."""
    out = messages()
    out.print(Text(plain(what), style="bold red"))
    if subject:
        out.print(Text(f"  {plain(subject)}"))
    if next_step:
        out.print(Text(f"  {plain(next_step)}"))


def line(text: str = "") -> None:
    """One line of data. Ends the command, and well, when nobody reads any more (`| head`). Raises `FileError`."""
    try:
        print(plain(text))
    except BrokenPipeError:
        raise typer.Exit(0) from None
    except OSError as error:
        raise unwritable(error) from None


def unwritable(error: OSError) -> FileError:
    """Standard output does not take what is written: a disk that is full."""
    return FileError("standard output", "what was to be written", "room for it", error.strerror or str(error))


def rows(headings: Sequence[str], content: Iterable[Sequence[str]], *, right: Iterable[int] = ()) -> None:
    """Rows of data: a table on a terminal, else columns that are never folded. `right`: columns of numbers."""
    cells = [tuple(plain(cell).replace("\n", " ") for cell in row) for row in content]
    numbers = frozenset(right)
    if sys.stdout.isatty():
        table = Table(box=None, pad_edge=False, header_style="bold")
        for index, heading in enumerate(headings):
            table.add_column(heading, justify="right" if index in numbers else "left", overflow="fold")
        for row in cells:
            table.add_row(*(Text(cell) for cell in row))
        Console(highlight=False).print(table)
        return
    columns = zip(headings, *cells, strict=True)
    widths = [max(len(cell) for cell in column) for column in columns]
    for row in [tuple(headings), *cells]:
        padded = (
            cell.rjust(width) if index in numbers else cell.ljust(width)
            for index, (cell, width) in enumerate(zip(row, widths, strict=True))
        )
        line("  ".join(padded).rstrip())


def facts(pairs: Iterable[tuple[str, str]]) -> None:
    """Names and values, one pair a line; pairs without a value are left out. A value of several lines stays on its
    side: it cannot look like another pair."""
    known = [(name, value) for name, value in pairs if value]
    width = max((len(name) for name, _ in known), default=0)
    for name, value in known:
        inner = value.replace("\n", "\n" + " " * (width + 2))
        line(f"{name.ljust(width)}  {inner}")

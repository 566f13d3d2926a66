"""`fieldpro tables`: what the dictionary knows of a table, as text in the notation of ANSI C12.19."""

from __future__ import annotations

from typing import Annotated

import typer

from fieldpro.cli import console
from fieldpro.cli.notation import table_text
from fieldpro.cli.numbers import parse_tables
from fieldpro.dictionaries import load_dictionary
from fieldpro.errors import UsageError


def tables(
    number: Annotated[str, typer.Argument(help="64, mt3, 20-28 ... Without it: all by name.", show_default=False)] = "",
    *,
    overlay: Annotated[
        list[str] | None, typer.Option(help="Lay a maker's dictionary over the standard; may be repeated.")
    ] = None,
) -> None:
    """Show the dictionary: every table by name, or the layout of some."""
    dictionary = load_dictionary(tuple(overlay or ()))
    if not number:
        console.rows(
            ("TABLE", "NAME", "TITLE", ""),
            [
                (table.label, table.name, table.title, "" if table.type is not None else "name only")
                for _, table in sorted(dictionary.tables.items())
            ],
        )
        return
    wanted = parse_tables(number)
    unknown = [n for n in wanted if n not in dictionary.tables]
    if unknown:
        raise UsageError("the dictionary", "a table it knows (fieldpro tables lists them)", f"table {unknown[0]}")
    console.line("\n\n".join(table_text(dictionary.tables[n], dictionary.types) for n in wanted))

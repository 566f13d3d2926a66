"""`fieldpro tables`: what the dictionary knows of a table, element by element or in the notation of ANSI C12.19."""

from __future__ import annotations

from typing import Annotated

import typer

from fieldpro.c12.dictionary import describe, render
from fieldpro.cli import console
from fieldpro.cli.notation import table_text
from fieldpro.cli.numbers import parse_tables
from fieldpro.dictionaries import load_dictionary
from fieldpro.errors import UsageError


def tables(
    number: Annotated[str, typer.Argument(help="64, mt3, 20-28 ... Without it: all by name.", show_default=False)] = "",
    *,
    notation: Annotated[
        bool, typer.Option("--notation", help="In the standard's notation, to be pasted into a dictionary file.")
    ] = False,
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
    definitions = [dictionary.tables[n] for n in wanted]
    if notation:
        console.line("\n\n".join(table_text(table, dictionary.types) for table in definitions))
        return
    for table in definitions:
        console.line(f"{table.label}  {table.name}  {table.title}".rstrip())
        if table.help:
            console.line(table.help)
        console.line(render(describe(dictionary, table.number)) or "Its layout is not in the dictionary.")
        console.line()

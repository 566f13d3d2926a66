"""`table-playback compare`: two of anything that holds tables, element by element."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Annotated

import typer

from fieldpro.cli import console
from fieldpro.cli.line import MeterLine
from fieldpro.cli.numbers import parse_tables
from fieldpro.cli.options import with_meter_or
from fieldpro.cli.outcome import Exit
from fieldpro.cli.reading import collect
from fieldpro.meter.collection import Collection
from fieldpro.meter.read import read_tables
from table_playback.cli.source import SIDE_HELP, amount, read_out_of, tape_of
from table_playback.cli.target import refuse_source, save_text
from table_playback.compare import Masks, as_html, as_json, as_text, load_masks
from table_playback.compare import compare as compare_sides
from table_playback.compare.sides import Side
from table_playback.tape import VerifyRule

Left = Annotated[str, typer.Argument(metavar="LEFT", help=SIDE_HELP, show_default=False)]
WHAT = "What counts"


@with_meter_or(Left)
def compare(
    meter: MeterLine,
    *,
    right: Annotated[str, typer.Argument(metavar="RIGHT", help="The same.", show_default=False)],
    tables: Annotated[
        str | None, typer.Option(help="Only these: 0,1,20-28,mt3 ...", show_default=False, rich_help_panel=WHAT)
    ] = None,
    masks: Annotated[
        list[str] | None,
        typer.Option(
            "--mask",
            metavar="NAME",
            help="Leave out this group of volatile elements; may be repeated. Else all of them.",
            show_default=False,
            rich_help_panel=WHAT,
        ),
    ] = None,
    no_masks: Annotated[
        bool, typer.Option("--no-masks", help="Leave out no volatile elements.", rich_help_panel=WHAT)
    ] = False,
    ignore: Annotated[
        list[str] | None,
        typer.Option(
            metavar="ELEMENT",
            help="Leave this out too; * for any characters; may be repeated.",
            show_default=False,
            rich_help_panel=WHAT,
        ),
    ] = None,
    tolerance: Annotated[
        list[str] | None,
        typer.Option(
            metavar="ELEMENT=NUMBER",
            help="A number that may differ by so much; may be repeated.",
            show_default=False,
            rich_help_panel=WHAT,
        ),
    ] = None,
    everything: Annotated[bool, typer.Option("--all", help="Also what is equal.")] = False,
    html: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Write it as HTML to this file.", show_default=False)
    ] = None,
    json_: Annotated[bool, typer.Option("--json", help="As an object.")] = False,
) -> None:
    """Compare two of: a tape, a saved read-out, a meter. Differences end with 1."""
    if html is not None:
        refuse_source(html, meter.port, right)
    numbers = None if tables is None else parse_tables(tables)
    rule = VerifyRule(
        ignore=tuple(ignore or ()), tolerance=tuple(amount(each, "--tolerance") for each in tolerance or ())
    )
    chosen = Masks() if no_masks else load_masks(masks)
    one, two = _sides(meter, right, numbers)
    found = compare_sides(one, two, masks=chosen, rule=rule, only_differences=not everything, numbers=numbers)
    if html is not None:
        save_text(meter.here, as_html(found), html, format="html", source=f"{one.title} and {two.title}")
        console.say(f"Written to {html}.")
    if json_:
        console.line(as_json(found))
    elif html is None:
        console.line(as_text(found))
    if not found.equal:
        raise typer.Exit(Exit.METER)


def _sides(meter: MeterLine, right: str, numbers: tuple[int, ...] | None) -> tuple[Side, Side]:
    """Both sides; a meter is read for what the other side has. Raises as loading and reading do."""
    one, two = _file(meter, meter.port), _file(meter, right)
    if one is None and two is None:
        outcome = collect(meter, "compare", lambda seen: read_tables(numbers, collection=seen))
        outcome.finish(())
        one = Side.of_read_out(outcome.read_out, title=meter.port)
    if one is None and two is not None:
        one = _meter(meter, two)
    if two is None and one is not None:
        two = _meter(replace(meter, port=right), one)
    assert one is not None
    assert two is not None
    return one, two


def _file(meter: MeterLine, name: str) -> Side | None:
    read_out = read_out_of(name, meter.here)
    if read_out is not None:
        return Side.of_read_out(read_out, title=name)
    tape = tape_of(name, meter.here)
    return None if tape is None else Side.of_tape(tape, title=name)


def _meter(meter: MeterLine, like: Side) -> Side:
    seen = Collection(operator=meter.operator)
    return meter.run("compare", lambda: Side.of_meter(like, title=meter.port, collection=seen), collection=seen).result

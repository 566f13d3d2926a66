"""`table-playback edit`: steps switched on and off, their notes and rules, and what may be written, on a tape."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from pathlib import Path
from typing import Annotated

import typer

from fieldpro.cli import console
from fieldpro.cli.here import Here
from fieldpro.cli.numbers import parse_tables
from fieldpro.cli.options import with_here
from fieldpro.errors import UsageError
from table_playback.cli import words
from table_playback.cli.source import TAPE_HELP, amount
from table_playback.cli.target import Overwrite, refuse_existing, save_tape
from table_playback.tape import EXACT, Order, Step, Tape, VerifyRule, edited, load

WHICH, RULE, WHOLE = "Which steps; all of them without", "How they are held to the tape", "The tape as a whole"


@with_here
def edit(
    here: Here,
    *,
    tape: Annotated[Path, typer.Argument(metavar="TAPE", help=TAPE_HELP, show_default=False)],
    steps: Annotated[
        list[int] | None,
        typer.Option("--step", metavar="N", min=1, help="This one; may be repeated.", rich_help_panel=WHICH),
    ] = None,
    tables: Annotated[
        str, typer.Option("--table", metavar="TABLES", help="Those of tables 0,1,20-28,mt3 ...", rich_help_panel=WHICH)
    ] = "",
    on: Annotated[bool | None, typer.Option("--on/--off", help="Whether they are played.", show_default=False)] = None,
    note: Annotated[str | None, typer.Option(help="Kept on them.", show_default=False)] = None,
    exact: Annotated[
        bool, typer.Option("--exact", help="Exactly as recorded; other rules are added to it.", rich_help_panel=RULE)
    ] = False,
    order: Annotated[
        Order | None,
        typer.Option(
            help="recorded; any: the same entries; unchecked: only an answer.", show_default=False, rich_help_panel=RULE
        ),
    ] = None,
    ignore: Annotated[
        list[str] | None,
        typer.Option(
            metavar="ELEMENT",
            help="Not held to this element; * for any characters; may be repeated.",
            show_default=False,
            rich_help_panel=RULE,
        ),
    ] = None,
    tolerance: Annotated[
        list[str] | None,
        typer.Option(
            metavar="ELEMENT=NUMBER",
            help="A number that may differ by so much; may be repeated.",
            show_default=False,
            rich_help_panel=RULE,
        ),
    ] = None,
    repeats: Annotated[
        bool | None,
        typer.Option(
            "--repeats/--once",
            help="Served strictly, whether it may be asked for again.",
            show_default=False,
            rich_help_panel=RULE,
        ),
    ] = None,
    title: Annotated[str | None, typer.Option(help="Its title.", show_default=False, rich_help_panel=WHOLE)] = None,
    writable: Annotated[
        str, typer.Option(metavar="TABLES", help="Served, these may be written.", rich_help_panel=WHOLE)
    ] = "",
    out: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="Write it to this file, not over the tape.", show_default=False),
    ] = None,
    overwrite: Overwrite = False,
) -> None:
    """Change how a tape is played: steps on and off, notes, rules, writable tables."""
    if out is not None:
        refuse_existing(out, overwrite=overwrite)
    loaded = load(tape)

    def rule(before: VerifyRule) -> VerifyRule:
        return _rule(before, exact=exact, order=order, ignore=ignore or (), tolerance=tolerance or (), repeats=repeats)

    change = _change(on, note, rule=rule)
    chosen = _chosen(loaded, steps or (), tables)
    changed = {number: change(loaded.steps[number - 1]) for number in chosen}
    changed = {number: step for number, step in changed.items() if step != loaded.steps[number - 1]}
    header = loaded.header if title is None else replace(loaded.header, title=title)
    made = edited(with_writable(loaded, writable), changed, header=header)
    if not changed and not writable and title is None:
        raise UsageError("edit", "something that is to be otherwise", "nothing")
    save_tape(here, made, out or tape)
    console.say(f"{len(changed):,} {'step' if len(changed) == 1 else 'steps'} changed on {out or tape}.")


def with_writable(tape: Tape, text: str) -> Tape:
    """The tape with these tables open to writes. Raises `UsageError` for one that it does not have."""
    if not text:
        return tape
    numbers = parse_tables(text)
    for number in numbers:
        if number not in tape.tables:
            raise UsageError("--writable", "tables that the tape has", f"table {words.label(number)}")
    return edited(tape, tables={number: replace(tape.tables[number], writable=True) for number in numbers})


def _chosen(tape: Tape, steps: Iterable[int], tables: str) -> list[int]:
    """The numbers of the steps that are meant. Raises `UsageError` for one that is not there."""
    numbers = list(dict.fromkeys(steps))
    count = len(tape.steps)
    for number in numbers:
        if number > count:
            raise UsageError("--step", f"a step of the tape, 1 to {count}", str(number))
    wanted = frozenset(parse_tables(tables)) if tables else None
    return [
        step.number
        for step in (tape.steps[number - 1] for number in numbers or range(1, count + 1))
        if wanted is None or step.table in wanted
    ]


def _change(on: bool | None, note: str | None, *, rule: Callable[[VerifyRule], VerifyRule]) -> Callable[[Step], Step]:
    def change(step: Step) -> Step:
        return replace(
            step,
            enabled=step.enabled if on is None else on,
            note=step.note if note is None else note,
            verify=rule(step.verify),
        )

    return change


def _rule(
    rule: VerifyRule,
    *,
    exact: bool,
    order: Order | None,
    ignore: Iterable[str],
    tolerance: Iterable[str],
    repeats: bool | None,
) -> VerifyRule:
    rule = EXACT if exact else rule
    limits = dict(rule.tolerance) | dict(amount(each, "--tolerance") for each in tolerance)
    return VerifyRule(
        order=order or rule.order,
        ignore=tuple(dict.fromkeys((*rule.ignore, *ignore))),
        tolerance=tuple(limits.items()),
        repeats=rule.repeats if repeats is None else repeats,
    )

"""`table-playback show`: what is on a tape, as a table of its steps, or one step with its bytes and elements."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Annotated, Any

import typer

from fieldpro.c12.dictionary.tables import Tables
from fieldpro.cli import console
from fieldpro.errors import UsageError
from table_playback.cli import words
from table_playback.cli.decoded import known_fields
from table_playback.cli.source import TAPE_HELP, tables_of
from table_playback.tape import Step, Tape, WirePacket, load
from table_playback.tape.messages import reply_bytes, request_bytes

BYTES_A_LINE = 16


def show(
    tape: Annotated[Path, typer.Argument(metavar="TAPE", help=TAPE_HELP, show_default=False)],
    *,
    step: Annotated[int | None, typer.Option(metavar="N", min=1, help="This step in full.", show_default=False)] = None,
    first: Annotated[int, typer.Option("--from", metavar="N", min=1, help="Steps from this one on.")] = 1,
    count: Annotated[
        int | None, typer.Option(metavar="N", min=0, help="So many steps at most.", show_default=False)
    ] = None,
    header: Annotated[bool, typer.Option("--header", help="The header alone.")] = False,
    wire: Annotated[bool, typer.Option("--wire", help="The raw packets, in place of the steps.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="As an object; steps as a list in it.")] = False,
) -> None:
    """Show a tape: its header, its steps, or one step in full."""
    loaded = load(tape)
    tables = tables_of(loaded)
    if step is not None:
        _show_step(step_of(loaded, step), tables, as_json=as_json)
        return
    end = None if count is None else first - 1 + count
    chosen: Sequence[Step] = () if header or wire else loaded.steps[first - 1 : end]
    if as_json:
        content: dict[str, Any] = {"header": words.plain_header(loaded)}
        if wire:
            content["wire"] = [
                {"time_s": each.time_s, "direction": each.direction, "step": each.step, "data": each.data.hex()}
                for each in _wire(loaded, first, count)
            ]
        elif not header:
            content["steps"] = [words.plain_step(each) for each in chosen]
        console.line(json.dumps(content, indent=2, default=str))
        return
    if header or (first == 1 and not wire):
        console.facts(words.header_facts(loaded))
    if header:
        return
    console.line()
    if wire:
        console.rows(
            ("TIME (S)", "", "STEP", "BYTES"),
            [
                (f"{each.time_s:.3f}", each.direction, str(each.step or ""), each.data.hex(" "))
                for each in _wire(loaded, first, count)
            ],
            right=(0, 2),
        )
    else:
        console.rows(words.HEADINGS, [words.row(each, tables) for each in chosen], right=words.NUMBERS)


def step_of(tape: Tape, number: int) -> Step:
    """Raises `UsageError` for a step that the tape does not have."""
    if not 1 <= number <= len(tape.steps):
        raise UsageError("--step", f"a step of the tape, 1 to {len(tape.steps)}", str(number))
    return tape.steps[number - 1]


def _show_step(step: Step, tables: Tables, *, as_json: bool) -> None:
    found, why_not = known_fields(step, tables)
    if as_json:
        elements = [
            {
                "path": field.path,
                "title": field.title,
                "text": field.text,
                "unit": field.unit,
                "offset": field.span.offset,
                "length": field.span.length,
                "raw": field.raw.hex(),
            }
            for field in found
        ]
        console.line(json.dumps({**words.plain_step(step), "elements": elements}, indent=2, default=str))
        return
    console.facts(
        [
            ("Step", str(step.number)),
            ("Time", f"{step.time_s:.6f} s"),
            ("Service", step.service),
            ("About", words.table_words(step.table, tables) if step.procedure is None else words.subject(step)),
            ("Part", words.range_words(step)),
            ("Count", "" if step.count is None else str(step.count)),
            ("Answer", words.response(step)),
            ("Duration", f"{words.milliseconds(step)} ms" if step.duration_s is not None else ""),
            ("Verified", words.verify_words(step.verify) or "exactly"),
            ("Enabled", "" if step.enabled else "no: it is left out when the tape is played"),
            ("Redacted", _places(step)),
            ("Note", step.note),
        ]
    )
    console.line()
    console.line("Request")
    _dump(request_bytes(step))
    reply = reply_bytes(step)
    console.line("Answer" if reply is not None else "No answer")
    _dump(reply or b"")
    if why_not:
        console.say(f"No elements: {why_not}.")
    if found:
        console.line()
        console.rows(
            ("ELEMENT", "TITLE", "VALUE", "UNIT", "OFFSET", "BYTES"),
            [
                (field.path, field.title, field.text, field.unit, str(field.span.offset), field.raw.hex(" "))
                for field in found
            ],
            right=(4,),
        )


def _places(step: Step) -> str:
    spans = [("data", span) for span in step.masked] + [("answer", span) for span in step.masked_answer]
    return ", ".join(f"{length} bytes of the {what} from byte {offset}" for what, (offset, length) in spans)


def _dump(data: bytes) -> None:
    for offset in range(0, len(data), BYTES_A_LINE):
        part = data[offset : offset + BYTES_A_LINE]
        text = "".join(chr(byte) if 0x20 <= byte < 0x7F else "." for byte in part)
        console.line(f"  {offset:04X}  {part.hex(' '):<{BYTES_A_LINE * 3}} {text}")


def _wire(tape: Tape, first: int, count: int | None) -> Iterator[WirePacket]:
    """The packets of these steps; those of no step too where all are wanted."""
    if first == 1 and count is None:
        return iter(tape.wire)
    last = len(tape.steps) if count is None else first - 1 + count
    return (packet for packet in tape.wire if first <= packet.step <= last)

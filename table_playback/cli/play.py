"""`table-playback play`: tapes to a meter, step by step, with a verdict for each; what they write is shown before."""

from __future__ import annotations

import math
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer

from fieldpro.cli import console, recording
from fieldpro.cli.confirm import needs_yes
from fieldpro.cli.line import MeterLine
from fieldpro.cli.options import with_meter
from fieldpro.cli.outcome import Exit
from fieldpro.errors import Cancelled, UsageError
from fieldpro.security.rights import Right
from table_playback.cli.playing import Terms, agree_to, play_at
from table_playback.cli.source import SUFFIX, tape_of
from table_playback.cli.target import Overwrite, refuse_existing, save_tape
from table_playback.compare import Masks, load_masks
from table_playback.play import PlayPlan, PlayResult, changes_meter, plan
from table_playback.play.report import BY_ENDING, as_json, as_text
from table_playback.play.report import save as save_report
from table_playback.record import Mode
from table_playback.tape import Tape

ENDINGS = ", ".join(BY_ENDING)
STEPS, WRITES, RESULT = "Which steps, and how fast", "What changes the meter", "What comes of it"
NO_WAIT = "none"


@with_meter
def play(
    meter: MeterLine,
    *,
    tapes: Annotated[
        list[str], typer.Argument(metavar="TAPE...", help="Tapes, or record:N, in this order.", show_default=False)
    ],
    first: Annotated[
        int, typer.Option("--from", metavar="N", min=1, help="From this step of the first.", rich_help_panel=STEPS)
    ] = 1,
    last: Annotated[
        int | None,
        typer.Option("--to", metavar="N", min=1, help="To this step of the last.", rich_help_panel=STEPS),
    ] = None,
    only: Annotated[
        list[int] | None,
        typer.Option("--step", metavar="N", min=1, help="Exactly this step; may be repeated.", rich_help_panel=STEPS),
    ] = None,
    rounds: Annotated[int, typer.Option(metavar="N", min=1, help="So often.", rich_help_panel=STEPS)] = 1,
    loop: Annotated[bool, typer.Option("--loop", help="Until Ctrl-C.", rich_help_panel=STEPS)] = False,
    speed: Annotated[
        str, typer.Option(metavar="N", help="1 as recorded, 10 ten times as fast, none no wait.", rich_help_panel=STEPS)
    ] = NO_WAIT,
    masks: Annotated[
        list[str] | None,
        typer.Option("--mask", metavar="NAME", help="Volatile elements left out, by group. Else all of them."),
    ] = None,
    no_masks: Annotated[bool, typer.Option("--no-masks", help="Leave out no volatile elements.")] = False,
    any_meter: Annotated[bool, typer.Option("--any-meter", help="To any meter of the kind.")] = False,
    any_kind: Annotated[bool, typer.Option("--any-kind", help="To a meter of another kind too.")] = False,
    yes: Annotated[bool, typer.Option("--yes", help="Write without asking.", rich_help_panel=WRITES)] = False,
    confirm: Annotated[
        str | None,
        typer.Option(
            metavar="SERIAL",
            help="For procedures that lose data: the meter's serial number.",
            show_default=False,
            rich_help_panel=WRITES,
        ),
    ] = None,
    reason: Annotated[
        str, typer.Option(help="Why, for the audit log.", show_default=False, rich_help_panel=WRITES)
    ] = "",
    report: Annotated[
        list[Path] | None,
        typer.Option(
            metavar="FILE",
            help="NAME.html, .xml (JUnit), .csv, .json or .txt; may be repeated.",
            show_default=False,
            rich_help_panel=RESULT,
        ),
    ] = None,
    mode: Annotated[
        Mode,
        typer.Option(
            help="Recorded anew: new what the tape has no answer to, once only a tape without any, all everything.",
            rich_help_panel=RESULT,
        ),
    ] = Mode.NONE,
    out: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE",
            help="What is recorded anew goes to this tape, not the one played.",
            show_default=False,
            rich_help_panel=RESULT,
        ),
    ] = None,
    overwrite: Overwrite = False,
    everything: Annotated[
        bool, typer.Option("--all", help="List the steps that are equal too.", rich_help_panel=RESULT)
    ] = False,
    as_json_: Annotated[bool, typer.Option("--json", help="As an object.", rich_help_panel=RESULT)] = False,
) -> None:
    """Play tapes to a meter, and say step by step whether it answers as it did."""
    pace, files = _speed(speed), _reports(report or ())
    chosen = Masks() if no_masks else load_masks(masks)
    made = plan(
        [_tape(meter, name) for name in tapes],
        first=first,
        last=last,
        only=only or None,
        any_meter=any_meter or any_kind,
        any_class=any_kind,
    )
    if changes_meter(made):
        needs_yes(as_json_, yes=yes)
    if files or mode is not Mode.NONE:
        meter.here.guard.require(Right.EXPORT)
    _check_target(made, mode, out, overwrite=overwrite)
    terms = Terms(
        speed=pace,
        rounds=None if loop else rounds,
        masks=chosen,
        mode=mode,
        yes=yes,
        confirm=confirm,
        reason=reason,
        silent=as_json_,
    )
    shown = agree_to(meter, made, terms)
    result = play_at(meter, made, terms, shown)
    try:
        for index, again in result.recordings.items():
            target = out or Path(made.tapes[index].path)
            save_tape(meter.here, again, target)
            console.say(f"Recorded anew on {target}.")
        for file in files:
            _save_report(meter, result, file)
    finally:
        console.line(as_json(result) if as_json_ else as_text(result, everything=everything))
    _end(result)


def _tape(meter: MeterLine, name: str) -> Tape:
    """Raises `UsageError` for what is no tape."""
    tape = tape_of(name, meter.here)
    if tape is None:
        raise UsageError("play", "a tape that is there: NAME.tape", name)
    return tape


def _speed(text: str) -> float | None:
    if text == NO_WAIT:
        return None
    try:
        speed = float(text)
    except ValueError:
        speed = 0.0
    if not 0 < speed < math.inf:
        raise UsageError("--speed", "1 as recorded, 10 ten times as fast, or none", text)
    return speed


def _reports(files: Sequence[Path]) -> Sequence[Path]:
    """Said before anything is played. Raises `UsageError` for an ending that no report has."""
    for file in files:
        if file.suffix.casefold() not in BY_ENDING or file.is_dir():
            raise UsageError("--report", f"a file that ends with {ENDINGS}", str(file))
    return files


def _save_report(meter: MeterLine, result: PlayResult, file: Path) -> None:
    """Raises `FileError`, `NotAllowed`."""
    with recording.export(meter.here.guard, file, format=file.suffix[1:], source=", ".join(result.titles)):
        save_report(result, file)
    console.say(f"Report written to {file}.")


def _check_target(made: PlayPlan, mode: Mode, out: Path | None, *, overwrite: bool) -> None:
    """Said before anything is played. Raises `UsageError` where what is recorded anew has no place to go."""
    if out is None:
        nameless = [tape for tape in made.tapes if Path(tape.path).suffix.casefold() != SUFFIX]
        if mode is not Mode.NONE and nameless:
            raise UsageError("--mode", "--out FILE beside it, for what is played is no tape of its own", mode.value)
        return
    if mode is Mode.NONE or len(made.tapes) > 1:
        raise UsageError("--out", "one tape, and --mode once, new or all", f"{len(made.tapes)}, and {mode.value}")
    refuse_existing(out, overwrite=overwrite)


def _end(result: PlayResult) -> None:
    """The exit code is the verdict. Raises what ended the playing, `Cancelled` where a person did."""
    if result.error is not None:
        raise result.error
    if result.stopped or result.declined:
        raise Cancelled("play")
    if not result.is_equal:
        raise typer.Exit(Exit.METER)

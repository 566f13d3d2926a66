"""`table-playback redact`: what is nobody's business taken out of a tape that was recorded before."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from fieldpro.cli import console
from fieldpro.cli.here import Here
from fieldpro.cli.options import with_here
from fieldpro.errors import UsageError
from table_playback import redact as redaction
from table_playback.cli.source import TAPE_HELP
from table_playback.cli.target import Overwrite, refuse_existing, save_tape
from table_playback.tape import load


@with_here
def redact(
    here: Here,
    *,
    tape: Annotated[Path, typer.Argument(metavar="TAPE", help=TAPE_HELP, show_default=False)],
    what: Annotated[
        list[str],
        typer.Argument(
            metavar="WHAT...",
            help="passwords, keys, identifiers, users, or an element by its path, with * for any characters.",
            show_default=False,
        ),
    ],
    out: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Write the tape to this file.", show_default=False)
    ] = None,
    in_place: Annotated[bool, typer.Option("--in-place", help="Write it over the tape that is read.")] = False,
    overwrite: Overwrite = False,
) -> None:
    """Take secrets and identifiers out of a tape; it still plays."""
    if (out is None) != in_place:
        raise UsageError("redact", "--out FILE or --in-place", "both" if in_place else "neither")
    if out is not None:
        refuse_existing(out, overwrite=overwrite)
    loaded = load(tape)
    redacted = redaction.redact(loaded, what)
    save_tape(here, redacted, out or tape)
    before = len(loaded.header.redactions)
    for each in redacted.header.redactions[before:]:
        console.say(f"{each.what}: {each.parts:,} {'place' if each.parts == 1 else 'places'}.")
    console.say(f"Written to {out or tape}.")

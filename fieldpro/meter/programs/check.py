"""A program checked without a meter: names, values, enumerations, dimensions, its calendar; with a meter's tables,
against those too.

for complaint in check(program): print(complaint)
"line 31: PRI_DISP_LIST_TBL.PRI_DISP_LST: expected PRI_DISP_LIST, perhaps; found PRI_DISP_LST"
"""

from __future__ import annotations

import difflib
from collections.abc import Iterator
from dataclasses import dataclass

from fieldpro.c12.dictionary import Dictionary, Tables
from fieldpro.dictionaries import load_dictionary, overlay_names
from fieldpro.meter.programs.calendars import calendar_findings
from fieldpro.meter.programs.model import Program
from fieldpro.meter.programs.outline import Finding, Known, Outline
from fieldpro.meter.programs.paths import tree
from fieldpro.meter.programs.places import line_of
from fieldpro.meter.programs.rules import rules
from fieldpro.secret import Secret


@dataclass(frozen=True, slots=True)
class Complaint:
    """Something in a program that cannot be: where, what was expected there, what stands there. `line` is 0 when the
    program's text was not given."""

    path: str
    expected: str
    found: str
    line: int = 0

    def __str__(self) -> str:
        place = f"line {self.line}: " if self.line else ""
        return f"{place}{self.path}: expected {self.expected}; found {self.found}"


def check(
    program: Program, dictionary: Dictionary | None = None, *, tables: Tables | None = None, text: str = ""
) -> list[Complaint]:
    """Everything that is wrong with a program, in the order of the file.

    dictionary: that of the program's overlays unless given. tables: those of a meter, for its dimensions and formats.
    text: the program's file, for the lines.
    """
    complaints = []
    for path, expected, found in _findings(program, dictionary, tables):
        complaints.append(Complaint(path, expected, found, line_of(text, path) if text else 0))
    return sorted(complaints, key=lambda complaint: complaint.line)


def _findings(program: Program, dictionary: Dictionary | None, tables: Tables | None) -> Iterator[Finding]:
    missing = [name for name in program.target.overlays if name not in overlay_names()]
    for name in missing:
        yield "for.overlays", f"an overlay that is here: {', '.join(overlay_names())}", name
    if dictionary is None:
        here = [name for name in program.target.overlays if name not in missing]
        dictionary = tables.dictionary if tables is not None else load_dictionary(here)
    for name in program.target.settings:
        if name not in dictionary.profile_keys:
            yield f"for.settings.{name}", f"one of {', '.join(dictionary.profile_keys)}", name
    settings = {name: key.default for name, key in dictionary.profile_keys.items()}
    settings |= program.target.settings if tables is None else tables.settings
    yield from _secrets(program)
    wanted = tree({**{blank.element: None for blank in program.blanks.values()}, **program.wanted})
    outline = Outline(Known(dictionary, program.tree, settings, tables))
    for name, values in wanted.items():
        table = dictionary.by_name.get(name)
        if table is None:
            near = difflib.get_close_matches(name, dictionary.by_name, n=3, cutoff=0.75)
            yield name, f"{' or '.join(near)}, perhaps" if near else "a table of the dictionary", name
        else:
            yield from outline.findings(table, values)
    yield from calendar_findings(program.tree, dictionary, settings, tables)


def _secrets(program: Program) -> Iterator[Finding]:
    """Passwords and keys are asked for, never kept in a file."""
    secret = rules().secret
    for path, value in program.elements.items():
        if secret.has(path) and not isinstance(value, Secret):
            yield path, "a field with secret = true: passwords and keys do not belong in a file", "a value"
    for blank in program.blanks.values():
        if secret.has(blank.element) and not blank.secret:
            yield f"fields.{blank.name}", "secret = true: this is a password or key", "a common field"

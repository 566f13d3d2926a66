"""Whether a program is for this meter: maker, model, device class, form, edition of C12.19, dictionary, open fields."""

from __future__ import annotations

import fnmatch
from collections.abc import Iterator

from fieldpro.c12.dictionary import Tables
from fieldpro.meter.changes.change import Warn, WarningKind
from fieldpro.meter.identity import identity_of
from fieldpro.meter.programs.model import Program
from fieldpro.meter.programs.target import edition_of, form_of


def warnings_for(program: Program, tables: Tables) -> tuple[Warn, ...]:
    """What does not match, in the order in which a person wants to know it; empty when all is well."""
    return tuple(_identity(program, tables)) + tuple(_dictionary(program, tables)) + tuple(_blanks(program, tables))


def _identity(program: Program, tables: Tables) -> Iterator[Warn]:
    target, identity = program.target, identity_of(tables)
    found = {
        WarningKind.MANUFACTURER: (target.manufacturer, identity.manufacturer),
        WarningKind.MODEL: (target.model, identity.model),
        WarningKind.DEVICE_CLASS: (target.device_class, identity.device_class),
        WarningKind.FORM: (target.form, form_of(tables)),
    }
    for kind, (pattern, value) in found.items():
        if pattern != "*" and not fnmatch.fnmatchcase(value.casefold(), pattern.casefold()):
            yield Warn(kind, pattern, value)
    edition = edition_of(tables)
    if target.edition is not None and target.edition != edition:
        yield Warn(WarningKind.EDITION, str(target.edition), "" if edition is None else str(edition))


def _dictionary(program: Program, tables: Tables) -> Iterator[Warn]:
    for name, value in program.target.settings.items():
        here = tables.settings.get(name)
        if here != value:
            yield Warn(WarningKind.DICTIONARY, f"{name} = {value}", "no such setting" if here is None else str(here))


def _blanks(program: Program, tables: Tables) -> Iterator[Warn]:
    for blank in program.open_blanks:
        if blank.required:
            yield Warn(WarningKind.BLANK, blank.title, f"its own {blank.element}")

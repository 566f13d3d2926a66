"""What a program's target is compared with: the form and the edition that a meter's own tables tell."""

from __future__ import annotations

from fieldpro.c12.dictionary import Tables
from fieldpro.errors import FieldProError
from fieldpro.meter.identity import text

NAMEPLATE = 2


def form_of(tables: Tables) -> str:
    """The meter's form as its nameplate (C12.19 table 2, E_ED_CONFIG) writes it; empty when that is not known."""
    try:
        values = tables.decode(NAMEPLATE).values
    except FieldProError:
        return ""
    return text(values.get("E_ED_CONFIG"))


def edition_of(tables: Tables) -> int | None:
    """The edition of C12.19 that the meter follows: STD_VERSION_NO of table 0."""
    try:
        edition = tables.decode(0).values.get("STD_VERSION_NO")
    except FieldProError:
        return None
    return None if edition is None else int(edition)

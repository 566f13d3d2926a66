"""Reading what a program speaks of, and no more, to compare the two."""

from __future__ import annotations

from fieldpro.c12.dictionary import Dictionary
from fieldpro.dictionaries import load_dictionary
from fieldpro.errors import UsageError
from fieldpro.meter.changes.change_set import ChangeSet
from fieldpro.meter.changes.compare import compare
from fieldpro.meter.collection import Collection
from fieldpro.meter.device_profile import DeviceProfile
from fieldpro.meter.programs.model import Program
from fieldpro.meter.read import read_tables
from fieldpro.meter.view import MeterView
from fieldpro.secret import SECRET_TABLES
from fieldpro.session.conversation import Conversation

NAMEPLATE = 2  # the form, for the warnings


def tables_of(program: Program, dictionary: Dictionary) -> frozenset[int]:
    """The numbers of the tables that a program speaks of; names that the dictionary does not have are left out. In
    place of passwords and keys, which are written and never shown, the tables that shape them."""
    known = dictionary.by_name
    named = frozenset(known[name].number for name in program.table_names if name in known)
    shaping = frozenset().union(*(dictionary.needs(number) for number in named & SECRET_TABLES))
    return (named | shaping) - SECRET_TABLES


def dictionary_of(program: Program) -> Dictionary:
    """The dictionary a program was made with; the standard one when its overlays are not here."""
    try:
        return load_dictionary(program.target.overlays)
    except UsageError:
        return load_dictionary()


def compare_with_meter(
    program: Program, *, collection: Collection | None = None, profile: DeviceProfile | None = None
) -> Conversation[ChangeSet]:
    """Read the tables that the program speaks of and compare. A table that is refused is unknown in the result."""
    numbers = tables_of(program, dictionary_of(program)) | {NAMEPLATE}
    read_out = yield from read_tables(numbers, collection=collection, profile=profile, only_listed=True)
    return compare(program, MeterView(read_out, profile=profile))

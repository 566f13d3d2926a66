"""Every procedure of a meter as the window and the command line offer it: what it is called, what it takes, who may.

    for offer in offers(tables, profile):
        offer.number, offer.title, offer.note.right, offer.note.danger, offer.note.warning, offer.listed
        parameters(offer.number, tables)      name, title, unit, limits and words of every parameter

Titles and parameters come from the dictionary, rights and warnings from resources/procedures/standard.toml and from the
device profile's `[[procedures]]`. Nothing here asks the meter.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from pydantic import ValidationError

from fieldpro import resources
from fieldpro.c12.dictionary.layout import Node
from fieldpro.c12.dictionary.model import MANUFACTURER
from fieldpro.c12.dictionary.shape import Leaf
from fieldpro.c12.dictionary.tables import Tables
from fieldpro.errors import FieldProError, FileError, UsageError
from fieldpro.meter.device_profile import DeviceProfile
from fieldpro.meter.procedure_note import Danger, ProcedureNote
from fieldpro.meter.procedures.call import title_of

FILE = ("procedures", "standard.toml")
# What is read before a procedure of which nobody has said what it does: everything a bill is made from.
UNKNOWN_BEFORE = (3, 12, 15, 16, 22, 23, 24, 25, 26, 28, 52)
UNKNOWN_WARNING = "Nobody has described what this does to the meter's data. Registers are read and kept first."
_LONGEST_PARAMETERS = 255  # MAX_PROC_PARM_LENGTH is one byte


@dataclass(frozen=True, slots=True)
class Parameter:
    """One parameter of a procedure.

    path: its element path below PARM, "ACTION_FLAG.DEMAND_RESET_FLAG". kind: "number", "flag", "choice", "time",
    "bytes" or "text". low, high: limits of a number, None without. words: what a choice's values mean.
    """

    path: str
    title: str
    kind: str
    unit: str = ""
    low: int | None = None
    high: int | None = None
    words: Mapping[int, str] = field(default_factory=dict)
    size: int = 0


@dataclass(frozen=True, slots=True)
class Offer:
    """One procedure. listed: table 0 says that this meter has it; None while table 0 is not here."""

    number: int
    name: str
    title: str
    note: ProcedureNote
    listed: bool | None

    @property
    def label(self) -> str:
        """ "9" or "MP 2"."""
        return f"MP {self.number - MANUFACTURER}" if self.number >= MANUFACTURER else str(self.number)


@cache
def standard_notes() -> Mapping[int, ProcedureNote]:
    """The notes that come with the program, by number. Raises `FileError`."""
    path = "/".join(FILE)
    content = tomllib.loads(resources.text(*FILE))
    try:
        notes = [ProcedureNote.model_validate(entry) for entry in content["procedures"]]
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        raise FileError(path, str(first["loc"]), first["msg"], repr(first.get("input"))) from error
    found = {note.number: note for note in notes}
    if len(found) != len(notes):
        raise FileError(path, "procedures", "each number once", "one twice")
    return found


def note_of(number: int, profile: DeviceProfile | None = None) -> ProcedureNote:
    """What is known of a procedure: the device profile's word, the standard's, or that nothing is known."""
    for note in profile.procedures if profile is not None else ():
        if note.number == number:
            return note
    known = standard_notes().get(number)
    if known is not None:
        return known
    return ProcedureNote(number=number, warning=UNKNOWN_WARNING, before=UNKNOWN_BEFORE, after=UNKNOWN_BEFORE)


def listed(tables: Tables) -> frozenset[int] | None:
    """The procedures that table 0 says the meter has; None while it is not here."""
    try:
        values = tables.decode(0).values
    except FieldProError:
        return None
    standard = frozenset(values.get("STD_PROC_USED") or ())
    return standard | frozenset(MANUFACTURER + number for number in values.get("MFG_PROC_USED") or ())


def offers(tables: Tables, profile: DeviceProfile | None = None) -> list[Offer]:
    """Every procedure that the dictionary, the profile or the meter itself names, by number."""
    there = listed(tables)
    numbers = set(tables.dictionary.procedures) | {note.number for note in (profile.procedures if profile else ())}
    return [offer(number, tables, profile) for number in sorted(numbers | (there or frozenset()))]


def offer(number: int, tables: Tables, profile: DeviceProfile | None = None) -> Offer:
    """One procedure by number."""
    definition = tables.dictionary.procedures.get(number)
    there = listed(tables)
    return Offer(
        number,
        definition.name if definition is not None else "",
        title_of(tables, number),
        note_of(number, profile),
        None if there is None else number in there,
    )


def number_of(word: str, tables: Tables) -> int:
    """The number of a procedure that a person names: "9", "MP2", "REMOTE_RESET", "remote-reset". Raises
    `UsageError`."""
    name = word.strip().upper().replace("-", "_").replace(" ", "_")
    if name.isdigit():
        return int(name)
    bare = name.removeprefix("MP").lstrip("_")
    if name.startswith("MP") and bare.isdigit():
        return MANUFACTURER + int(bare)
    for definition in tables.dictionary.procedures.values():
        if definition.name == name:
            return definition.number
    raise UsageError("procedure", "a number, MP and a number, or a name of the dictionary", word)


def parameters(number: int, tables: Tables, *, given: bytes = b"") -> tuple[Parameter, ...] | None:
    """What a procedure takes, in order; () for nothing, None when the dictionary does not know.

    given: the parameters filled in so far, where one shapes the others. Raises `TableUnresolved` without table 0.
    """
    definition = tables.dictionary.procedures.get(number)
    if definition is None or definition.request is None:
        return None
    root = tables.procedure_request(number, given.ljust(_LONGEST_PARAMETERS, b"\0")).root
    found = []
    for node in root.walk():
        if node.is_leaf and not _is_filler(node):
            found.append(_parameter(node, prefix=len(root.path)))
    return tuple(found)


def values_from(flat: Mapping[str, Any]) -> dict[str, Any]:
    """Nested values for `run_procedure` from values by path: {"A.B": 1} -> {"A": {"B": 1}}."""
    nested: dict[str, Any] = {}
    for path, value in flat.items():
        *above, last = path.split(".")
        place = nested
        for part in above:
            place = place.setdefault(part, {})
        place[last] = value
    return nested


def is_dangerous(note: ProcedureNote) -> bool:
    """Whether a person is to be warned and asked."""
    return note.danger in (Danger.HIGH, Danger.UNKNOWN)


def _is_filler(node: Node) -> bool:
    if node.bit is not None:
        return node.bit.filler
    return isinstance(node.shape, Leaf) and node.shape.filler


def _parameter(node: Node, *, prefix: int) -> Parameter:
    path = ".".join(str(part) for part in node.path[prefix:])
    words = dict(node.annotation.words)
    low, high = _limits(node)
    kind = _kind(node, has_words=bool(words))
    return Parameter(path, node.title or path, kind, node.unit, low, high, words, node.length)


def _limits(node: Node) -> tuple[int | None, int | None]:
    if node.bit is not None:
        if node.bit.kind == "INT":
            return -(node.bit.mask >> 1) - 1, node.bit.mask >> 1
        return 0, node.bit.mask
    bits = 8 * node.length
    if node.type.startswith("UINT"):
        return 0, (1 << bits) - 1
    if node.type.startswith("INT"):
        return -(1 << bits - 1), (1 << bits - 1) - 1
    return None, None


def _kind(node: Node, *, has_words: bool) -> str:
    if node.bit is not None and node.bit.kind == "BOOL":
        return "flag"
    if has_words:
        return "choice"
    if "TIME" in node.type or node.type == "DATE":
        return "time"
    if node.type.startswith(("BINARY", "BCD", "SET")):
        return "bytes"
    if node.type.startswith(("STRING", "ASCII", "CHAR")):
        return "text"
    return "number"

"""How the tables of a tape are decoded: what it holds of them, and the dictionary that its header names."""

from __future__ import annotations

from fieldpro.c12.dictionary import Tables
from fieldpro.c12.psem.codes import ResponseCode
from fieldpro.dictionaries import load_dictionary
from fieldpro.errors import FieldProError
from fieldpro.meter import device_profile
from table_playback.tape.model import Step, Tape


def tables_of(tape: Tape) -> Tables:
    """The images of a tape that are known from their beginning on, and whole reads of tables that have none."""
    overlays, settings = tuple(tape.header.dictionary), {}
    try:
        profile = device_profile.load(tape.header.device_profile) if tape.header.device_profile else None
        if profile is not None:
            overlays, settings = overlays or profile.dictionary.overlays, profile.dictionary.settings
        dictionary = load_dictionary(overlays)
    except FieldProError:  # a profile or an overlay that is not here
        dictionary, settings = load_dictionary(), {}
    raw = {
        number: image.data
        for number, image in tape.tables.items()
        if not image.parts or image.parts == ((0, len(image.data)),)
    }
    for step in tape.steps:
        if step.table is not None and step.table not in raw and is_whole_read(step):
            raw[step.table] = step.data
    return Tables(dictionary, settings=settings, raw=raw)


def is_whole_read(step: Step) -> bool:
    return step.service == "full-read" and step.response == ResponseCode.OK and step.received is None


def offset_of(step: Step, tables: Tables) -> int | None:
    """Where in its table a step reads or writes; None where that cannot be told."""
    if step.service in ("full-read", "full-write"):
        return 0
    if step.service in ("offset-read", "offset-write"):
        return step.offset
    if step.table is None or not step.indices:
        return None
    try:
        return tables.layout(step.table, tables.get(step.table)).locate_index(step.indices).offset
    except FieldProError:
        return None

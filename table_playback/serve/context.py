"""What the tables of a tape mean: the dictionary and settings they were recorded with, around their bytes."""

from __future__ import annotations

from collections.abc import Mapping

from fieldpro.c12.dictionary.tables import Tables
from fieldpro.dictionaries import load_dictionary
from fieldpro.errors import FieldProError
from fieldpro.meter import device_profile


def tables_of(profile_name: str, overlays: tuple[str, ...], raw: Mapping[int, bytes]) -> Tables:
    """The profile's dictionary, or else these overlays, or else the standard's alone; whatever of it is there."""
    settings: Mapping[str, int] = {}
    try:
        keys = device_profile.load(profile_name).dictionary
        overlays, settings = keys.overlays, keys.settings
    except FieldProError:
        pass  # a profile of somebody else's
    try:
        return Tables(load_dictionary(overlays), settings=settings, raw=raw)
    except FieldProError:
        return Tables(load_dictionary(), raw=raw)

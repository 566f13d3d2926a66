"""Loads the dictionaries that ship with the program; `fieldpro.c12.dictionary` itself touches no file.

load_dictionary()                       all standard tables
load_dictionary(("fieldpro-virtual",))  with an overlay: a maker's tables, or an edition
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache

from fieldpro import resources
from fieldpro.c12.dictionary import Dictionary
from fieldpro.errors import UsageError

STANDARD = (
    "profile",
    "shared",
    "decade-0",
    "decade-1",
    "decade-2",
    "decade-3",
    "decade-4",
    "decade-5",
    "decade-6",
    "decade-7",
    "named-only",
    "procedures",
)


def load_dictionary(overlays: Sequence[str] = ()) -> Dictionary:
    """The standard dictionary with overlays of `resources/dictionary/overlays/` over it, later ones over earlier ones.

    The result is kept: asking again costs nothing. Raises `UsageError` for an overlay that there is not, and
    `DictionaryError` for one with a mistake.
    """
    return _load(tuple(overlays))


def overlay_names() -> list[str]:
    """The overlays that ship with the program."""
    return resources.names("dictionary/overlays", ".c1219")


@cache
def _load(overlays: tuple[str, ...]) -> Dictionary:
    sources = [(f"standard/{name}", resources.text("dictionary", "standard", f"{name}.c1219")) for name in STANDARD]
    for name in overlays:
        if name not in overlay_names():
            raise UsageError("dictionary overlay", f"one of {', '.join(overlay_names())}", name)
        sources.append((f"overlays/{name}", resources.text("dictionary", "overlays", f"{name}.c1219")))
    return Dictionary.build(sources)

"""What is fetched after the first paint, in a plain thread, so that no later click pays for an import."""

from __future__ import annotations

import gc
import importlib

PAGE_MODULES = (
    *("overview", "load_profile", "tables", "records", "compare", "wire", "settings", "help"),
    *(
        "program",
        "configure",
        "procedures",
        "switch",
        "calendar",
        "diagnosis",
        "visit",
        "request",
        "tape_deck",
        "users",
    ),
)
OTHERS = (
    "numpy.ma",
    "fieldpro.app",
    "fieldpro.simulator",
    "fieldpro.meter.view",
    "fieldpro.meter.read",
    "fieldpro.gui.palette",
)


def known_tables() -> list[tuple[int, str]]:
    """Import what pages and jobs need; returns the tables of the dictionary, number and title, for the palette.

    The dictionary comes last: the palette can wait for it, a click on Connect cannot wait for the imports.
    """
    for name in (*OTHERS, *(f"fieldpro.gui.pages.{page}" for page in PAGE_MODULES)):
        importlib.import_module(name)
    from fieldpro.dictionaries import load_dictionary

    load_dictionary(("fieldpro-virtual",))
    gc.freeze()  # what was made until now lives as long as the program: no collection needs to look at it again
    return [(number, table.title or table.name) for number, table in sorted(load_dictionary().tables.items())]

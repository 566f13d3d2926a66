"""What is fetched after the first paint, in a plain thread, so that no later click pays for an import."""

from __future__ import annotations


def known_tables() -> list[tuple[int, str]]:
    """Import what pages and jobs need; returns the tables of the dictionary, number and title, for the palette."""
    import fieldpro.session
    from fieldpro.dictionaries import load_dictionary

    dictionary = load_dictionary()
    found = [(number, table.title or table.name) for number, table in sorted(dictionary.tables.items())]
    import pyqtgraph

    del fieldpro, pyqtgraph
    return found

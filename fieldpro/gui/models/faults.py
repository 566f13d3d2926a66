"""How many faults a draft has, as a pill says it."""

from __future__ import annotations

from fieldpro.gui.words import tr


def fault_words(errors: int, warnings: int) -> tuple[str, str]:
    """The word and its tone."""
    if errors:
        return tr("1 error") if errors == 1 else tr("{count} errors", count=errors), "bad"
    if warnings:
        return tr("1 warning") if warnings == 1 else tr("{count} warnings", count=warnings), "warn"
    return tr("No faults"), "good"

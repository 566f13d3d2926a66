"""The shape of the words for one kind of error."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Words:
    """Templates over the fields of the error."""

    what: str
    subject: str
    next_step: str

"""Passwords and keys never come into a tape, or out of it, by way of another format.

What the tables of passwords and keys hold (ANSI C12.19 tables 42, 45 and 46), and what was said to log on, is masked;
the header says so.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime

from fieldpro.transports.masking import MASK
from table_playback.redact import redact
from table_playback.redact.credentials import kind_of_table
from table_playback.redact.wanted import CREDENTIALS
from table_playback.tape import Redaction, TableImage, Tape


def masked_secrets(
    tables: Mapping[int, TableImage], when: datetime
) -> tuple[dict[int, TableImage], tuple[Redaction, ...]]:
    """The images with the secret ones masked, and what was taken out where it was there."""
    found: dict[int, TableImage] = dict(tables)
    counts: Counter[str] = Counter()
    for number, image in tables.items():
        everything = ((0, len(image.data)),)
        kind = kind_of_table(number)
        if kind and image.data and image.masked != everything:
            found[number] = replace(image, data=MASK * len(image.data), masked=everything)
            counts[kind] += 1
    return found, tuple(Redaction(kind, count, True, when) for kind, count in counts.items())


def without_secrets(tape: Tape) -> Tape:
    """The tape with its passwords and keys masked wherever they are: steps, images, packets. One that has none in the
    clear stays as it is."""
    masked = redact(tape, CREDENTIALS, at_capture=True, when=tape.header.ended_at)
    same = (
        masked.tables == tape.tables and list(masked.steps) == list(tape.steps) and list(masked.wire) == list(tape.wire)
    )
    return tape if same else masked

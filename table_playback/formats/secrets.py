"""Passwords and keys never come into a tape, or out of it, by way of another format.

What the tables of passwords and keys hold (ANSI C12.19 tables 42, 45 and 46) is masked, and the header says so.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime

from fieldpro.secret import holds_secrets
from fieldpro.transports.masking import MASK
from table_playback.tape import Redaction, TableImage, Tape

PASSWORDS, KEYS = "passwords", "keys"
_SECURITY = 42  # C12.19: 42 holds passwords, 45 and 46 keys
_OWN_NUMBER = 0x0FFF


def masked_secrets(
    tables: Mapping[int, TableImage], when: datetime
) -> tuple[dict[int, TableImage], tuple[Redaction, ...]]:
    """The images with the secret ones masked, and what was taken out where it was there."""
    found: dict[int, TableImage] = dict(tables)
    counts = {PASSWORDS: 0, KEYS: 0}
    for number, image in tables.items():
        everything = ((0, len(image.data)),)
        if holds_secrets(number) and image.data and image.masked != everything:
            found[number] = replace(image, data=MASK * len(image.data), masked=everything)
            counts[PASSWORDS if number & _OWN_NUMBER == _SECURITY else KEYS] += 1
    redactions = tuple(Redaction(what, count, True, when) for what, count in counts.items() if count)
    return found, redactions


def without_secrets(tape: Tape) -> Tape:
    """The tape with its passwords and keys masked, wherever they are in the clear: images, steps, packets."""
    tables, redactions = masked_secrets(tape.tables, tape.header.ended_at)
    header = replace(tape.header, redactions=(*tape.header.redactions, *redactions))
    return replace(tape, tables=tables, header=header)

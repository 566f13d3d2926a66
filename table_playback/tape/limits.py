"""What a tape may hold. Whoever records is told when it is reached; a file that claims more is not unpacked."""

from __future__ import annotations

from typing import Final

MiB: Final = 1024 * 1024

HEADER: Final = "tape.json"
TABLES: Final = "tables.jsonl"
STEPS: Final = "steps.jsonl"
WIRE: Final = "wire.jsonl"
MEMBERS: Final = (HEADER, TABLES, STEPS, WIRE)

MAX_MEMBER: Final = {HEADER: 1 * MiB, TABLES: 64 * MiB, STEPS: 128 * MiB, WIRE: 128 * MiB}
"""Bytes of each member, unpacked: some 600,000 steps of 32 bytes of data, and the packets of 400,000."""

MAX_LINE: Final = {TABLES: 34 * MiB, STEPS: 1 * MiB, WIRE: 1 * MiB}
"""Bytes of one line: a table image of 16 MiB (the reach of an offset, ANSI C12.18), and the longest exchange with room
to spare."""

MAX_FILE: Final = sum(MAX_MEMBER.values()) + 4096
"""Bytes of the whole file."""

MAX_TIME_s: Final = 10 * 365 * 86400.0
"""The latest moment of a tape, counted from its beginning."""

MAX_IMAGES: Final = 8192
"""Table images: every standard and manufacturer table, and their pending copies."""

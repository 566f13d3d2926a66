"""Text that a meter or a file holds, as a person may see it: it commands no terminal and turns no writing around."""

from __future__ import annotations

import re

_COMMANDS = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u200e\u200f\u2028-\u202e\u2066-\u2069]")


def plain(text: str) -> str:
    """Without the characters that command a terminal or turn the direction of writing; they are told by their number.
    Tabs and line feeds stay."""
    return _COMMANDS.sub(lambda found: f"\\x{ord(found[0]):02x}", text)

"""Status flags with their meaning, and the mode: C12.19 table 3, ED_MODE and ED_STD_STATUS1.

The words and the severity of each flag are data, in `resources/words/status.toml`; bits of the maker's own status
(ED_MFG_STATUS) have words where the device profile gives them.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from fieldpro import resources
from fieldpro.records import Severity, StatusFlag

MODE_WORDS = {
    "METERING_FLAG": "metering",
    "TEST_MODE_FLAG": "test",
    "METER_SHOP_MODE_FLAG": "meter shop",
    "FACTORY_FLAG": "factory",
}


@dataclass(frozen=True, slots=True)
class FlagWords:
    title: str
    meaning: str
    severity: Severity


@cache
def standard_words() -> Mapping[str, FlagWords]:
    """The words for the standard's flags by element name."""
    content = tomllib.loads(resources.text("words", "status.toml"))
    return {
        name: FlagWords(entry["title"], entry["meaning"], Severity(entry["severity"]))
        for name, entry in content.items()
    }


def flags(values: Mapping[str, Any], makers: Mapping[int, FlagWords] | None = None) -> list[StatusFlag]:
    """Every flag of ED_STD_STATUS1 in the order of its bits, then those bits of the maker's status that are set or
    have words. A flag that is not set has severity GOOD."""
    words = standard_words()
    found = []
    for name, value in values.get("ED_STD_STATUS1", {}).items():
        if name in words:
            found.append(_flag(name, words[name], bool(value)))
        elif not name.startswith("FILL") and value:
            found.append(_flag(name, FlagWords(name, "The standard gives this bit no meaning.", Severity.INFO), True))
    return found + _makers_flags(values.get("ED_MFG_STATUS"), makers or {})


def mode(values: Mapping[str, Any]) -> str:
    """The mode in words: "metering", "test", ... joined where the meter claims several, "" where it claims none."""
    set_flags = values.get("ED_MODE", {})
    return ", ".join(word for name, word in MODE_WORDS.items() if set_flags.get(name))


def mode_flags(values: Mapping[str, Any]) -> list[StatusFlag]:
    """Mode flags other than plain metering: the ones a person should know of. One that is not set is GOOD."""
    words, modes = standard_words(), values.get("ED_MODE", {})
    return [
        _flag(name, words[name], bool(modes[name])) for name in MODE_WORDS if name in modes and name != "METERING_FLAG"
    ]


def _makers_flags(status: Sequence[int] | None, makers: Mapping[int, FlagWords]) -> list[StatusFlag]:
    bits = set(status or ())
    unknown = "The device profile has no words for this bit of the maker's status."
    return [
        _flag(
            f"ED_MFG_STATUS[{bit}]",
            makers.get(bit, FlagWords(f"Maker's status bit {bit}", unknown, Severity.INFO)),
            bit in bits,
        )
        for bit in sorted(bits | makers.keys())
    ]


def _flag(name: str, words: FlagWords, is_set: bool) -> StatusFlag:
    return StatusFlag(name, words.title, words.meaning, words.severity if is_set else Severity.GOOD, is_set)

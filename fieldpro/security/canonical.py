"""Values as canonical JSON: one text for one value, whatever it is written with, and never a secret in it.

Keys sorted by code point, no blanks, UTF-8 without escapes (the rules of RFC 8785 but for numbers: an integer as it is,
a float as Python's shortest repr, which every IEEE 754 double reads back exactly). Bytes are written in hexadecimal,
times in ISO 8601; NaN and infinities, which JSON does not have, as null.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping, Sequence, Set
from datetime import date
from decimal import Decimal
from typing import Any

from fieldpro.secret import Secret

HIDDEN = "(secret)"
SECRET_WORDS = ("password", "passphrase", "secret", "private", "credential")
"""What stands under a key with one of these words in it is hidden, whatever it is."""


def canonical(value: Any) -> str:
    """The canonical text. A `Secret` is hidden, and so is what stands under a key that names one."""
    return json.dumps(plain(value), sort_keys=True, ensure_ascii=False, separators=(",", ":"), allow_nan=False)


def plain(value: Any) -> Any:
    """The value in the types of JSON. Raises `TypeError` for what has no place in a record."""
    match value:
        case Secret():
            return HIDDEN
        case None | bool():
            return value
        case str():
            return str(value).encode("utf-8", "replace").decode()  # a lone surrogate has no UTF-8
        case int():
            return int(value)
        case float():
            return float(value) if math.isfinite(value) else None
        case Decimal():
            return str(value)
        case bytes() | bytearray():
            return bytes(value).hex()
        case date():
            return value.isoformat()
        case Mapping():
            return {str(key): _under(str(key), item) for key, item in value.items()}
        case Set():
            return sorted((plain(item) for item in value), key=repr)
        case Sequence():
            return [plain(item) for item in value]
        case _:
            raise TypeError(f"{type(value).__name__} has no place in a record")


def _under(key: str, item: Any) -> Any:
    hidden = any(word in key.casefold() for word in SECRET_WORDS)
    return HIDDEN if hidden and item not in (None, "", False, True) else plain(item)

"""What a codec is, and the values that keep their bytes.

A codec is one type in one format: `size` bytes, `decode(raw)` that never fails, `encode(value)` that raises
`ValueError` with words. What is readable but strange comes back as a value that keeps its bytes: `Odd` (bytes) where
there is no value to give, `OddInt`, `OddFloat`, `OddDecimal`, `OddText` where there is one. `encode_value` writes those
bytes again, so that encode(decode(raw)) == raw whatever the meter sent. `note` says what is strange; it is empty where
only the way of writing is unusual.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Literal, Protocol


class Codec(Protocol):
    """One type in one format. `struct_code` unpacks to the value itself when `direct`, to bytes otherwise; `dtype` is
    NumPy's name for what is in the table."""

    @property
    def name(self) -> str: ...
    @property
    def size(self) -> int: ...
    @property
    def struct_code(self) -> str: ...
    @property
    def direct(self) -> bool: ...
    @property
    def dtype(self) -> str: ...
    def decode(self, raw: bytes) -> Any: ...
    def encode(self, value: Any) -> bytes: ...


@dataclass(frozen=True)
class Bytewise:
    """What codecs share that unpack to bytes and convert them one by one."""

    size: int

    @property
    def struct_code(self) -> str:
        return f"{self.size}s"

    @property
    def direct(self) -> bool:
        return False

    @property
    def dtype(self) -> str:
        return f"V{self.size}"


def byte_order(big: bool) -> Literal["big", "little"]:
    return "big" if big else "little"


def whole_number(value: Any, low: int, high: int) -> int:
    """The value, when it is a whole number in the range; `ValueError` in words otherwise."""
    if not isinstance(value, int):
        raise ValueError(f"a whole number from {low} to {high}")
    if not low <= value <= high:
        raise ValueError(f"a number from {low} to {high}")
    return value


class Strange:
    """What every value has that keeps its bytes; `note` says what is strange and may be empty."""

    raw: bytes
    note: str


class Odd(Strange, bytes):
    """Bytes that are no value of their type."""

    def __new__(cls, raw: bytes, note: str) -> Odd:
        self = super().__new__(cls, raw)
        self.raw, self.note = raw, note
        return self

    def __reduce__(self) -> tuple[Any, ...]:
        return Odd, (self.raw, self.note)


class OddInt(Strange, int):
    """An integer written in an unusual way: negative zero."""

    def __new__(cls, value: int, raw: bytes, note: str) -> OddInt:
        self = super().__new__(cls, value)
        self.raw, self.note = raw, note
        return self

    def __reduce__(self) -> tuple[Any, ...]:
        return OddInt, (int(self), self.raw, self.note)


class OddFloat(Strange, float):
    """A float that is not a number; its payload is in `raw`."""

    def __new__(cls, value: float, raw: bytes, note: str) -> OddFloat:
        self = super().__new__(cls, value)
        self.raw, self.note = raw, note
        return self

    def __reduce__(self) -> tuple[Any, ...]:
        return OddFloat, (float(self), self.raw, self.note)


class OddDecimal(Strange, Decimal):
    """A decimal number written in another way than ours."""

    def __new__(cls, value: Decimal, raw: bytes, note: str) -> OddDecimal:
        self = super().__new__(cls, value)
        self.raw, self.note = raw, note
        return self

    def __reduce__(self) -> tuple[Any, ...]:
        return OddDecimal, (Decimal(self), self.raw, self.note)

    def __deepcopy__(self, memo: Any) -> OddDecimal:
        return self


class OddText(Strange, str):
    """A text with other padding than blanks, or with characters that its format does not have."""

    def __new__(cls, value: str, raw: bytes, note: str) -> OddText:
        self = super().__new__(cls, value)
        self.raw, self.note = raw, note
        return self

    def __reduce__(self) -> tuple[Any, ...]:
        return OddText, (str(self), self.raw, self.note)


def odd(raw: bytes, note: str) -> Odd:
    return Odd(raw, note)


def encode_value(codec: Codec, value: Any) -> bytes:
    """`codec.encode`, or the bytes that a strange value kept. Raises `ValueError` in words."""
    if isinstance(value, Strange):
        if len(value.raw) != codec.size:
            raise ValueError(f"{codec.size} bytes")
        return value.raw
    return codec.encode(value)


def note_of(value: Any) -> str:
    """What is strange about a value; empty when nothing is."""
    return value.note if isinstance(value, Strange) else ""

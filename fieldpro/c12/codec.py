"""Numbers, BCD, strings and sets as ANSI C12.19 puts them into bytes, and the codec of each built-in type by format.

A codec is a small frozen object for one type in one format (see `fieldpro.c12.values`); times are in
`fieldpro.c12.times`. Byte order, INT_FORMAT, NI_FORMAT and CHAR_FORMAT are those of C12.19 table 0.
"""

from __future__ import annotations

import math
import re
import struct
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache
from typing import Any

from fieldpro.c12.times import TIME_SIZES, Date, Rdate, Time
from fieldpro.c12.values import (
    Bytewise,
    Codec,
    Odd,
    OddDecimal,
    OddFloat,
    OddInt,
    OddText,
    Strange,
    byte_order,
    odd,
    whole_number,
)

BITS_OF = tuple(tuple(bit for bit in range(8) if byte >> bit & 1) for byte in range(256))
STRUCT_UNSIGNED = {1: "B", 2: "H", 4: "I", 8: "Q"}


# --- integers and floats ------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Uint:
    """UINT8 to UINT64."""

    size: int
    big: bool

    @property
    def name(self) -> str:
        return f"UINT{8 * self.size}"

    @property
    def struct_code(self) -> str:
        return STRUCT_UNSIGNED.get(self.size, f"{self.size}s")

    @property
    def direct(self) -> bool:
        return self.size in STRUCT_UNSIGNED

    @property
    def dtype(self) -> str:
        return f"{'>' if self.big else '<'}u{self.size}" if self.direct else f"V{self.size}"

    def decode(self, raw: bytes) -> int:
        return int.from_bytes(raw, byte_order(self.big))

    def encode(self, value: Any) -> bytes:
        return whole_number(value, 0, (1 << 8 * self.size) - 1).to_bytes(self.size, byte_order(self.big))


@dataclass(frozen=True)
class Int:
    """INT8 to INT64. `int_format`: 0 two's complement, 1 one's complement, 2 sign and magnitude (C12.19 table 0)."""

    size: int
    big: bool
    int_format: int = 0

    @property
    def name(self) -> str:
        return f"INT{8 * self.size}"

    @property
    def direct(self) -> bool:
        return self.size in STRUCT_UNSIGNED and self.int_format == 0

    @property
    def struct_code(self) -> str:
        return STRUCT_UNSIGNED[self.size].lower() if self.direct else f"{self.size}s"

    @property
    def dtype(self) -> str:
        return f"{'>' if self.big else '<'}i{self.size}" if self.direct else f"V{self.size}"

    def decode(self, raw: bytes) -> int:
        if self.int_format == 0:
            return int.from_bytes(raw, byte_order(self.big), signed=True)
        number = int.from_bytes(raw, byte_order(self.big))
        sign = 1 << 8 * self.size - 1
        if number < sign:
            return number
        magnitude = number - sign if self.int_format == 2 else 2 * sign - 1 - number
        return -magnitude if magnitude else OddInt(0, raw, "negative zero")

    def encode(self, value: Any) -> bytes:
        half = 1 << 8 * self.size - 1
        number = whole_number(value, -half if self.int_format == 0 else 1 - half, half - 1)
        if number < 0:
            number += (2 * half, 2 * half - 1, 0)[self.int_format]
            if self.int_format == 2:
                number = half - number
        return number.to_bytes(self.size, byte_order(self.big))


@dataclass(frozen=True)
class Float(Bytewise):
    """FLOAT32 and FLOAT64, IEEE 754."""

    big: bool

    @property
    def name(self) -> str:
        return f"FLOAT{8 * self.size}"

    @property
    def dtype(self) -> str:
        return f"{'>' if self.big else '<'}f{self.size}"

    @property
    def _format(self) -> str:
        return (">" if self.big else "<") + ("f" if self.size == 4 else "d")

    def decode(self, raw: bytes) -> float:
        value: float = struct.unpack(self._format, raw)[0]
        return OddFloat(value, raw, "not a number") if math.isnan(value) else value

    def encode(self, value: Any) -> bytes:
        try:
            return struct.pack(self._format, value)
        except (struct.error, OverflowError, TypeError, ValueError):
            raise ValueError(f"a number that fits {self.name}") from None


# --- decimal numbers ----------------------------------------------------------------------------------------------


def _decimal(value: Any) -> Decimal:
    if isinstance(value, bool) or not isinstance(value, int | float | Decimal):
        raise ValueError("a number")
    return Decimal(value) if isinstance(value, int) else Decimal(str(value))


@dataclass(frozen=True)
class Implied4:
    """NI_FORMAT 4: INT32 in units of 0.0001."""

    big: bool
    int_format: int = 0
    name = "INT32 / 10000"
    size = 4
    struct_code = "4s"
    direct = False

    @property
    def dtype(self) -> str:
        return "V4"

    def decode(self, raw: bytes) -> Decimal:
        number = Int(4, self.big, self.int_format).decode(raw)
        value = Decimal(number).scaleb(-4)
        return OddDecimal(value, raw, number.note) if isinstance(number, OddInt) else value

    def encode(self, value: Any) -> bytes:
        number = _decimal(value)
        scaled = number.scaleb(4) if number.is_finite() and abs(number) < 1 << 32 else None
        if scaled is None or scaled != scaled.to_integral_value():
            raise ValueError("a number of at most 4 decimals that fits INT32 when multiplied by 10000")
        return Int(4, self.big, self.int_format).encode(int(scaled))


NUMBER_TEXT = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d{1,6})?")


@dataclass(frozen=True)
class NumberText(Bytewise):
    """NI_FORMAT 2, 3, 13: a number as blank-padded characters (12, 6 or 21 of them)."""

    name = "number as text"

    def decode(self, raw: bytes) -> Decimal | Odd:
        text = raw.decode("latin-1").strip(" ")
        if not NUMBER_TEXT.fullmatch(text):
            return Odd(raw, "not a number in characters")
        value = Decimal(text)
        return value if str(value).encode().ljust(self.size) == raw else OddDecimal(value, raw, "")

    def encode(self, value: Any) -> bytes:
        text = str(_decimal(value))
        if len(text) > self.size or not NUMBER_TEXT.fullmatch(text):
            raise ValueError(f"a number of at most {self.size} characters")
        return text.encode().ljust(self.size)


@dataclass(frozen=True)
class NumberBcd(Bytewise):
    """NI_FORMAT 5, 6, 12: a whole number in packed BCD, most significant digit first."""

    @property
    def name(self) -> str:
        return f"BCD{self.size}"

    def decode(self, raw: bytes) -> int | Odd:
        digits = raw.hex()
        return int(digits) if digits.isdecimal() else Odd(raw, "not BCD")

    def encode(self, value: Any) -> bytes:
        number = whole_number(value, 0, 10 ** (2 * self.size) - 1)
        return bytes.fromhex(f"{number:0{2 * self.size}d}")


@dataclass(frozen=True)
class Bcd(Bytewise):
    """BCD(n): n bytes, two digits each, as a text of 2n digits, so that leading zeros stay."""

    @property
    def name(self) -> str:
        return f"BCD({self.size})"

    def decode(self, raw: bytes) -> str | Odd:
        digits = raw.hex()
        return digits if digits.isdecimal() or not digits else Odd(raw, "not BCD")

    def encode(self, value: Any) -> bytes:
        is_text_or_number = isinstance(value, int | str) and not isinstance(value, bool)
        digits = str(value)
        if not is_text_or_number or not f"0{digits}".isdecimal() or not digits.isascii() or len(digits) > 2 * self.size:
            raise ValueError(f"at most {2 * self.size} decimal digits")
        return bytes.fromhex(digits.zfill(2 * self.size)) if self.size else b""


# --- texts and plain bytes ----------------------------------------------------------------------------------------

_ENCODINGS = {3: "utf-8", 4: "utf-16", 5: "utf-32"}
CHAR_WIDTHS = {4: 2, 5: 4}  # bytes of a character in UTF-16 and UTF-32, where texts are counted in characters


@dataclass(frozen=True)
class Text(Bytewise):
    """STRING(n) and ARRAY[n] OF CHAR: blank-padded text. `char_format`: 1 ISO 646, 2 Latin-1, 3 UTF-8, 4 UTF-16,
    5 UTF-32 (C12.19 table 0); the reserved ones are read as ISO 646. ASCII(n) is ISO 646 in every meter."""

    char_format: int
    big: bool

    @property
    def name(self) -> str:
        return f"STRING({self.size})"

    @property
    def encoding(self) -> str:
        base = _ENCODINGS.get(self.char_format, "latin-1")
        return f"{base}-{'be' if self.big else 'le'}" if self.char_format in CHAR_WIDTHS else base

    def decode(self, raw: bytes) -> str | Odd:
        try:
            text = raw.decode(self.encoding)
        except UnicodeDecodeError:
            return Odd(raw, f"not {self.encoding} text")
        bare = text.rstrip(" ")
        if bare.isascii() and bare.isprintable():
            return bare
        if bare.rstrip("\0 ").isprintable() and bare.endswith("\0"):
            return OddText(bare.rstrip("\0 "), raw, "" if not text.strip("\0") else "padded with NUL")
        if not bare.isprintable():
            return OddText(bare, raw, "has unprintable characters")
        return bare if self.char_format in (2, 3, 4, 5) else OddText(bare, raw, "has characters outside ISO 646")

    def encode(self, value: Any) -> bytes:
        if not isinstance(value, str):
            raise ValueError("a text")
        try:
            raw = value.encode("ascii" if self.encoding == "latin-1" and self.char_format != 2 else self.encoding)
        except UnicodeEncodeError:
            raise ValueError("a text in the characters of the meter's character format") from None
        blank = " ".encode(self.encoding)
        if len(raw) > self.size or self.size % len(blank):
            raise ValueError(f"a text that fits {self.size} bytes")
        return raw + blank * ((self.size - len(raw)) // len(blank))


@dataclass(frozen=True)
class Binary(Bytewise):
    """BINARY(n): bytes without a meaning of their own."""

    @property
    def name(self) -> str:
        return f"BINARY({self.size})"

    def decode(self, raw: bytes) -> bytes:
        return raw

    def encode(self, value: Any) -> bytes:
        if not isinstance(value, bytes | bytearray) or len(value) != self.size:
            raise ValueError(f"{self.size} bytes")
        return bytes(value)


@dataclass(frozen=True)
class Set(Bytewise):
    """SET(n): 8n members, member 0 in bit 0 of byte 0, never byte-swapped; a sorted tuple of member numbers."""

    @property
    def name(self) -> str:
        return f"SET({self.size})"

    def decode(self, raw: bytes) -> tuple[int, ...]:
        return tuple(8 * position + bit for position, byte in enumerate(raw) if byte for bit in BITS_OF[byte])

    def encode(self, value: Any) -> bytes:
        raw = bytearray(self.size)
        try:
            for member in value:
                number = whole_number(member, 0, 8 * self.size - 1)
                raw[number // 8] |= 1 << number % 8
        except TypeError:
            raise ValueError("the numbers of the members") from None
        return bytes(raw)


# --- by format ----------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Formats:
    """How one meter writes everything: FORMAT_CONTROL_1 to 3 of C12.19 table 0. `big`: most significant byte first;
    `wide_chars`: the n of STRING(n) counts characters in UTF-16 and UTF-32 too, not bytes."""

    big: bool = False
    char_format: int = 1
    tm_format: int = 1
    int_format: int = 0
    ni_format1: int = 0
    ni_format2: int = 0
    wide_chars: bool = False


NI_CODECS: tuple[Callable[[bool, int], Codec], ...] = (  # by NI_FORMAT 0 to 13: byte order, INT_FORMAT -> codec
    lambda big, _: Float(8, big),
    lambda big, _: Float(4, big),
    lambda _, __: NumberText(12),
    lambda _, __: NumberText(6),
    lambda big, int_format: Implied4(big, int_format),
    lambda _, __: NumberBcd(6),
    lambda _, __: NumberBcd(4),
    lambda big, int_format: Int(3, big, int_format),
    lambda big, int_format: Int(4, big, int_format),
    lambda big, int_format: Int(5, big, int_format),
    lambda big, int_format: Int(6, big, int_format),
    lambda big, int_format: Int(8, big, int_format),
    lambda _, __: NumberBcd(8),
    lambda _, __: NumberText(21),
)

_NUMBER = re.compile(r"(UINT|INT|FLOAT)(\d+)")
FIXED_TYPES = frozenset(
    [f"{sign}{bits}" for sign in ("UINT", "INT") for bits in range(8, 65, 8)]
    + ["FLOAT32", "FLOAT64", "NI_FMAT1", "NI_FMAT2", "CHAR", "LTIME_DATE", "STIME_DATE", "TIME", "DATE", "RDATE"]
)
SIZED_TYPES = frozenset(["STRING", "ASCII", "BCD", "BINARY", "SET", "FILL"])


@lru_cache(maxsize=1024)
def fixed_codec(name: str, formats: Formats) -> Codec:
    """The codec of a built-in type without a size, in a meter's formats. Raises `ValueError` in words when table 0
    names a format that does not exist."""
    number = _NUMBER.fullmatch(name)
    if number:
        size = int(number[2]) // 8
        if number[1] == "UINT":
            return Uint(size, formats.big)
        return Float(size, formats.big) if number[1] == "FLOAT" else Int(size, formats.big, _int_format(formats))
    if name in TIME_SIZES:
        if formats.tm_format > 4:
            raise ValueError(f"TM_FORMAT 0 to 4, not {formats.tm_format}")
        return Time(name, formats.tm_format, formats.big)  # type: ignore[arg-type] # the keys of TIME_SIZES are the kinds
    if name in ("NI_FMAT1", "NI_FMAT2"):
        ni_format = formats.ni_format1 if name == "NI_FMAT1" else formats.ni_format2
        if ni_format >= len(NI_CODECS):
            raise ValueError(f"NI_FORMAT 0 to {len(NI_CODECS) - 1}, not {ni_format}")
        return NI_CODECS[ni_format](formats.big, _int_format(formats))
    if name == "CHAR":
        return sized_codec("STRING", 1, formats)
    return Date(2, formats.big) if name == "DATE" else Rdate(2, formats.big)


def _int_format(formats: Formats) -> int:
    if formats.int_format > 2:
        raise ValueError(f"INT_FORMAT 0 to 2, not {formats.int_format}")
    return formats.int_format


@lru_cache(maxsize=4096)
def sized_codec(name: str, size: int, formats: Formats) -> Codec:
    """The codec of a built-in type with a size: n of STRING(n) and its like."""
    if name == "STRING":
        width = CHAR_WIDTHS.get(formats.char_format, 1) if formats.wide_chars else 1
        return Text(size * width, formats.char_format, formats.big)
    if name == "ASCII":
        return Text(size, 1, False)
    makers: dict[str, Callable[[int], Codec]] = {"BCD": Bcd, "BINARY": Binary, "SET": Set, "FILL": Binary}
    return makers[name](size)


__all__ = [
    "Bcd",
    "Binary",
    "Codec",
    "Float",
    "Formats",
    "Implied4",
    "Int",
    "NumberBcd",
    "NumberText",
    "Odd",
    "OddDecimal",
    "OddFloat",
    "OddInt",
    "OddText",
    "Set",
    "Strange",
    "Text",
    "Uint",
    "fixed_codec",
    "odd",
    "sized_codec",
]

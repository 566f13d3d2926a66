"""Numbers, BCD, strings and times as ANSI C12.19 puts them into bytes (C12.19, the built-in types).

A codec is a small frozen object for one type in one format: `size` bytes, `decode(raw) -> value` that never fails,
`encode(value) -> raw` that raises `ValueError` with words, `struct_code` and `dtype` for the compiled paths.

What is readable but strange (a NaN, a text padded with NUL, month 13) comes back as a value that keeps its bytes:
`Odd` (bytes) where there is no value to give, `OddInt`, `OddFloat`, `OddDecimal`, `OddText` where there is one.
`encode` writes those bytes again, so that encode(decode(raw)) == raw whatever the meter sent. `note` says what is
strange; it is empty where only the way of writing is unusual.
"""

from __future__ import annotations

import math
import re
import struct
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal, InvalidOperation
from functools import lru_cache
from typing import Any, Literal, Protocol, TypeVar

EPOCH = datetime(1970, 1, 1)
PIVOT_YEAR = 90  # two-digit years from here on belong to 1900, those before to 2000
STRUCT_UNSIGNED = {1: "B", 2: "H", 4: "I", 8: "Q"}


# --- values that keep their bytes ---------------------------------------------------------------------------------

S = TypeVar("S", bound="Strange")


class Strange:
    """Mixed into a value that keeps its bytes: `raw`, and a `note` (may be empty) on what is strange."""

    raw: bytes
    note: str

    def __new__(cls: type[S], value: Any, raw: bytes, note: str) -> S:
        self: S = cls.__mro__[2].__new__(cls, value)  # type: ignore[call-arg] # the number or text type mixed with
        self.raw = raw
        self.note = note
        return self

    def __getnewargs__(self) -> tuple[Any, bytes, str]:
        return self.__class__.__mro__[2](self), self.raw, self.note  # type: ignore[call-arg] # as in __new__


class Odd(Strange, bytes):
    """Bytes that are no value of their type."""


class OddInt(Strange, int):
    """An integer written in an unusual way: negative zero."""


class OddFloat(Strange, float):
    """A float that is not a number; its payload is in `raw`."""


class OddDecimal(Strange, Decimal):
    """A decimal number written in another way than ours."""

    def __reduce__(self) -> tuple[type[OddDecimal], tuple[Any, bytes, str]]:
        return OddDecimal, (Decimal(self), self.raw, self.note)


class OddText(Strange, str):
    """A text with other padding than blanks or with characters that its format does not have."""


def odd(raw: bytes, note: str) -> Odd:
    return Odd(raw, raw, note)


class Codec(Protocol):
    """One type in one format. `struct_code` unpacks to the value itself, or to bytes when `direct` is False."""

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
class _Bytewise:
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


def _order(big: bool) -> Literal["big", "little"]:
    return "big" if big else "little"


# --- integers and floats ------------------------------------------------------------------------------------------


def _integer(value: Any, low: int, high: int) -> int:
    if not isinstance(value, int):
        raise ValueError(f"a whole number from {low} to {high}")
    if not low <= value <= high:
        raise ValueError(f"a number from {low} to {high}")
    return value


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
        return int.from_bytes(raw, _order(self.big))

    def encode(self, value: Any) -> bytes:
        return _integer(value, 0, (1 << 8 * self.size) - 1).to_bytes(self.size, _order(self.big))


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
            return int.from_bytes(raw, _order(self.big), signed=True)
        number = int.from_bytes(raw, _order(self.big))
        sign = 1 << 8 * self.size - 1
        if number < sign:
            return number
        magnitude = number - sign if self.int_format == 2 else 2 * sign - 1 - number
        return -magnitude if magnitude else OddInt(0, raw, "negative zero")

    def encode(self, value: Any) -> bytes:
        half = 1 << 8 * self.size - 1
        number = _integer(value, -half if self.int_format == 0 else 1 - half, half - 1)
        if number < 0:
            number += (2 * half, 2 * half - 1, 0)[self.int_format]
            if self.int_format == 2:
                number = half - number
        return number.to_bytes(self.size, _order(self.big))


@dataclass(frozen=True)
class Float(_Bytewise):
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
class NumberText(_Bytewise):
    """NI_FORMAT 2, 3, 13: a number as blank-padded characters (12, 6 or 21 of them)."""

    name = "number as text"

    def decode(self, raw: bytes) -> Decimal | Odd:
        text = raw.decode("latin-1").strip(" ")
        if not NUMBER_TEXT.fullmatch(text):
            return odd(raw, "not a number in characters")
        value = Decimal(text)
        return value if str(value).encode().ljust(self.size) == raw else OddDecimal(value, raw, "")

    def encode(self, value: Any) -> bytes:
        text = str(_decimal(value))
        if len(text) > self.size or not NUMBER_TEXT.fullmatch(text):
            raise ValueError(f"a number of at most {self.size} characters")
        return text.encode().ljust(self.size)


@dataclass(frozen=True)
class NumberBcd(_Bytewise):
    """NI_FORMAT 5, 6, 12: a whole number in packed BCD, most significant digit first."""

    @property
    def name(self) -> str:
        return f"BCD{self.size}"

    def decode(self, raw: bytes) -> int | Odd:
        digits = raw.hex()
        return int(digits) if digits.isdecimal() else odd(raw, "not BCD")

    def encode(self, value: Any) -> bytes:
        number = _integer(value, 0, 10 ** (2 * self.size) - 1)
        return bytes.fromhex(f"{number:0{2 * self.size}d}")


@dataclass(frozen=True)
class Bcd(_Bytewise):
    """BCD(n): n bytes, two digits each, as a text of 2n digits, so that leading zeros stay."""

    @property
    def name(self) -> str:
        return f"BCD({self.size})"

    def decode(self, raw: bytes) -> str | Odd:
        digits = raw.hex()
        return digits if digits.isdecimal() or not digits else odd(raw, "not BCD")

    def encode(self, value: Any) -> bytes:
        digits = str(value) if isinstance(value, int | str) else ""
        if re.fullmatch(r"[0-9]{0,%d}" % (2 * self.size), digits) is None or isinstance(value, bool | bytes):
            raise ValueError(f"at most {2 * self.size} decimal digits")
        return bytes.fromhex(digits.zfill(2 * self.size)) if self.size else b""


# --- texts and plain bytes ----------------------------------------------------------------------------------------

_ENCODINGS = {3: "utf-8", 4: "utf-16", 5: "utf-32"}
CHAR_WIDTHS = {4: 2, 5: 4}  # bytes a CHAR has in UTF-16 and UTF-32; one in every other format


@dataclass(frozen=True)
class Text(_Bytewise):
    """STRING(n) and ARRAY[n] OF CHAR: blank-padded text. `char_format`: 1 ISO 646, 2 Latin-1, 3 UTF-8, 4 UTF-16,
    5 UTF-32 (C12.19 table 0); the reserved ones are read as ISO 646."""

    char_format: int
    big: bool

    @property
    def name(self) -> str:
        return f"STRING({self.size // CHAR_WIDTHS.get(self.char_format, 1)})"

    @property
    def encoding(self) -> str:
        base = _ENCODINGS.get(self.char_format, "latin-1")
        return f"{base}-{'be' if self.big else 'le'}" if self.char_format in CHAR_WIDTHS else base

    def decode(self, raw: bytes) -> str | Odd:
        try:
            text = raw.decode(self.encoding)
        except UnicodeDecodeError:
            return odd(raw, f"not {self.encoding} text")
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
        if len(raw) > self.size:
            raise ValueError(f"a text of at most {self.name[7:-1]} characters")
        blank = " ".encode(self.encoding)
        return raw + blank * ((self.size - len(raw)) // len(blank))


@dataclass(frozen=True)
class Binary(_Bytewise):
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
class Set(_Bytewise):
    """SET(n): 8n members, member 0 in bit 0 of byte 0, never byte-swapped; a sorted tuple of member numbers."""

    @property
    def name(self) -> str:
        return f"SET({self.size})"

    def decode(self, raw: bytes) -> tuple[int, ...]:
        number = int.from_bytes(raw, "little")
        return tuple(index for index in range(number.bit_length()) if number >> index & 1)

    def encode(self, value: Any) -> bytes:
        number = 0
        try:
            for member in value:
                number |= 1 << _integer(member, 0, 8 * self.size - 1)
        except TypeError:
            raise ValueError("the numbers of the members") from None
        return number.to_bytes(self.size, "little")


# --- times --------------------------------------------------------------------------------------------------------


def full_year(two_digits: int) -> int:
    """The year that a two-digit year (0..99) means."""
    return two_digits + (1900 if two_digits >= PIVOT_YEAR else 2000)


def _short_year(year: int) -> int:
    if not 1900 + PIVOT_YEAR <= year < 2000 + PIVOT_YEAR:
        raise ValueError(f"a year from {1900 + PIVOT_YEAR} to {1999 + PIVOT_YEAR}")
    return year % 100


TimeKind = Literal["LTIME_DATE", "STIME_DATE", "TIME"]
TIME_SIZES: dict[str, tuple[int, ...]] = {  # by TM_FORMAT 0 to 4
    "LTIME_DATE": (0, 6, 6, 5, 4),
    "STIME_DATE": (0, 5, 5, 4, 4),
    "TIME": (0, 3, 3, 4, 4),
}


@dataclass(frozen=True)
class Time:
    """LTIME_DATE, STIME_DATE (`datetime`) and TIME (`time`) in one TM_FORMAT; None and no bytes in format 0.

    TM_FORMAT 1 is BCD Y M D h m s, 2 the same in UINT8, 3 minutes since 1970 (and seconds), 4 seconds since 1970.
    TIME counts seconds of the day in formats 3 and 4.
    """

    kind: TimeKind
    tm_format: int
    big: bool

    @property
    def name(self) -> str:
        return self.kind

    @property
    def size(self) -> int:
        return TIME_SIZES[self.kind][self.tm_format]

    @property
    def struct_code(self) -> str:
        return f"{self.size}s"

    @property
    def direct(self) -> bool:
        return False

    @property
    def dtype(self) -> str:
        return f"{'>' if self.big else '<'}u4" if self.size == 4 else f"V{self.size}"

    def decode(self, raw: bytes) -> datetime | time | Odd | None:
        if self.tm_format == 0:
            return None
        if self.tm_format == 1 and not raw.hex().isdecimal():
            return odd(raw, "not BCD")
        try:
            return self._read(raw)
        except (ValueError, OverflowError):
            return odd(raw, "not set" if not any(raw) else "no such time")

    def _read(self, raw: bytes) -> datetime | time:
        if self.tm_format >= 3:
            count = int.from_bytes(raw[:4], _order(self.big))
            if self.kind == "TIME":
                return time(count // 3600, count // 60 % 60, count % 60)
            if self.tm_format == 4:
                return EPOCH + timedelta(seconds=count)
            return (EPOCH + timedelta(minutes=count)).replace(second=raw[4] if len(raw) > 4 else 0)
        digits = [int(f"{byte:02x}") for byte in raw] if self.tm_format == 1 else list(raw)
        if self.kind == "TIME":
            return time(*digits)
        if digits[0] > 99:
            raise ValueError
        return datetime(full_year(digits[0]), *digits[1:])  # type: ignore[arg-type] # month, day, hour, minute, second

    def encode(self, value: Any) -> bytes:
        if self.tm_format == 0:
            if value is not None:
                raise ValueError("no value: the meter keeps no time")
            return b""
        wanted = time if self.kind == "TIME" else datetime
        if not isinstance(value, wanted) or value.tzinfo is not None or value.microsecond:
            raise ValueError("a time of day in whole seconds" if wanted is time else "a date and time, without a zone")
        if isinstance(value, datetime) and self.kind == "STIME_DATE" and self.tm_format != 4 and value.second:
            raise ValueError("a date and time in whole minutes")
        return self._write(value)

    def _write(self, value: datetime | time) -> bytes:
        if isinstance(value, time):
            digits = [value.hour, value.minute, value.second]
            count = value.hour * 3600 + value.minute * 60 + value.second
            tail = b""
        elif self.tm_format >= 3:
            digits = []
            count = (value - EPOCH) // timedelta(minutes=1 if self.tm_format == 3 else 0, seconds=self.tm_format // 4)
            tail = bytes([value.second]) if self.size == 5 else b""
        else:
            count, tail = 0, b""
            digits = [_short_year(value.year), value.month, value.day, value.hour, value.minute, value.second]
        if self.tm_format >= 3:
            if not 0 <= count < 1 << 32:
                raise ValueError("a time after 1970 that 32 bits can count")
            return count.to_bytes(4, _order(self.big)) + tail
        digits = digits[: self.size]
        return bytes(digits) if self.tm_format == 2 else bytes.fromhex("".join(f"{digit:02d}" for digit in digits))


@dataclass(frozen=True)
class Date(_Bytewise):
    """DATE, 16 bits: bits 0-6 year of the century, 7-10 month, 11-15 day."""

    big: bool
    name = "DATE"

    def decode(self, raw: bytes) -> date | Odd:
        number = int.from_bytes(raw, _order(self.big))
        try:
            if number & 0x7F > 99:
                raise ValueError
            return date(full_year(number & 0x7F), number >> 7 & 0xF, number >> 11)
        except ValueError:
            return odd(raw, "not set" if not number else "no such date")

    def encode(self, value: Any) -> bytes:
        if not isinstance(value, date) or isinstance(value, datetime):
            raise ValueError("a date")
        number = _short_year(value.year) | value.month << 7 | value.day << 11
        return number.to_bytes(2, _order(self.big))


_WEEKDAYS = ("Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "weekday 7")
_MONTHS = "January February March April May June July August September October November December".split()
_OFFSETS = (
    "",
    "the weekday before",
    "the 1st such weekday on or after",
    "the 2nd such weekday on or after",
    "the 3rd such weekday on or after",
    "the 4th such weekday on or after",
    "the last such weekday of the month on or after",
    "this day and the next",
    "Sunday moves to Monday",
    "Sunday moves to Friday",
    "Saturday moves to Monday",
    "Saturday moves to Friday",
    "Saturday and Sunday move to Monday",
    "Saturday and Sunday move to Friday",
    "Sunday moves to Monday, Saturday to Friday",
    "the day after only",
)


@dataclass(frozen=True, slots=True)
class RecurringDate:
    """RDATE, 16 bits: bits 0-3 month or kind; `str()` gives it in words.

    Months 1-12 recur yearly and 13 monthly: bits 4-7 offset, 8-10 weekday, 11-15 day. 14 is weekly: bits 8-10 weekday.
    15 is periodic: bits 4-9 period in days, 10-15 delta. 0 is unassigned.
    """

    number: int

    @property
    def month(self) -> int:
        return self.number & 0xF

    @property
    def offset(self) -> int:
        return self.number >> 4 & 0xF

    @property
    def weekday(self) -> int:
        return self.number >> 8 & 7

    @property
    def day(self) -> int:
        return self.number >> 11

    @property
    def period(self) -> int:
        return self.number >> 4 & 0x3F

    @property
    def delta(self) -> int:
        return self.number >> 10

    def __str__(self) -> str:
        if self.month == 0:
            return "unassigned"
        if self.month == 14:
            return f"every {_WEEKDAYS[self.weekday]}"
        if self.month == 15:
            return f"every {self.period} days, from day {self.delta}"
        when = f"{self.day} of every month" if self.month == 13 else f"{self.day} {_MONTHS[self.month - 1]}"
        if not self.offset:
            return when
        weekday = f" ({_WEEKDAYS[self.weekday]})" if self.offset <= 6 else ""
        return f"{when}, {_OFFSETS[self.offset]}{weekday}"


@dataclass(frozen=True)
class Rdate(_Bytewise):
    """RDATE as a `RecurringDate`."""

    big: bool
    name = "RDATE"

    def decode(self, raw: bytes) -> RecurringDate:
        return RecurringDate(int.from_bytes(raw, _order(self.big)))

    def encode(self, value: Any) -> bytes:
        number = value.number if isinstance(value, RecurringDate) else value
        return _integer(number, 0, 0xFFFF).to_bytes(2, _order(self.big))


# --- by format ----------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Formats:
    """How one meter writes everything: FORMAT_CONTROL_1 to 3 of C12.19 table 0. `big`: most significant byte first."""

    big: bool = False
    char_format: int = 1
    tm_format: int = 1
    int_format: int = 0
    ni_format1: int = 0
    ni_format2: int = 0


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
SIZED_TYPES = frozenset(["STRING", "BCD", "BINARY", "SET", "FILL"])


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
    """The codec of a built-in type with a size: characters for STRING, bytes for the others."""
    if name == "STRING":
        return Text(size * CHAR_WIDTHS.get(formats.char_format, 1), formats.char_format, formats.big)
    makers: dict[str, Callable[[int], Codec]] = {"BCD": Bcd, "BINARY": Binary, "SET": Set, "FILL": Binary}
    return makers[name](size)


def encode_value(codec: Codec, value: Any) -> bytes:
    """`codec.encode`, with the bytes that a strange value kept. Raises `ValueError` in words."""
    if isinstance(value, Strange):
        if len(value.raw) != codec.size:
            raise ValueError(f"{codec.size} bytes")
        return value.raw
    return codec.encode(value)


def note_of(value: Any) -> str:
    """What is strange about a value; empty when nothing is."""
    return value.note if isinstance(value, Strange) else ""

"""Dates and times as ANSI C12.19 puts them into bytes: LTIME_DATE, STIME_DATE, TIME by TM_FORMAT, DATE, RDATE.

Times are the meter's own clock, so they are naive. A time that is no time (all zeros, month 13, bad BCD) is an `Odd`.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any, Literal

from fieldpro.c12.values import Bytewise, Odd, byte_order, whole_number

EPOCH = datetime(1970, 1, 1)
PIVOT_YEAR = 90  # two-digit years from here on belong to 1900, those before to 2000


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
            return Odd(raw, "not BCD")
        try:
            return self._read(raw)
        except (ValueError, OverflowError):
            return Odd(raw, "not set" if not any(raw) else "no such time")

    def _read(self, raw: bytes) -> datetime | time:
        if self.tm_format >= 3:
            count = int.from_bytes(raw[:4], byte_order(self.big))
            if self.kind == "TIME":
                return time(count // 3600, count // 60 % 60, count % 60)
            if self.tm_format == 4:
                return EPOCH + timedelta(seconds=count)
            return (EPOCH + timedelta(minutes=count)).replace(second=raw[4] if len(raw) > 4 else 0)
        digits = [int(f"{byte:02x}") for byte in raw] if self.tm_format == 1 else list(raw)
        if self.kind == "TIME":
            hour, minute, second = digits
            return time(hour, minute, second)
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
            return count.to_bytes(4, byte_order(self.big)) + tail
        digits = digits[: self.size]
        return bytes(digits) if self.tm_format == 2 else bytes.fromhex("".join(f"{digit:02d}" for digit in digits))


@dataclass(frozen=True)
class Date(Bytewise):
    """DATE, 16 bits: bits 0-6 year of the century, 7-10 month, 11-15 day."""

    big: bool
    name = "DATE"

    def decode(self, raw: bytes) -> date | Odd:
        number = int.from_bytes(raw, byte_order(self.big))
        try:
            if number & 0x7F > 99:
                raise ValueError
            return date(full_year(number & 0x7F), number >> 7 & 0xF, number >> 11)
        except ValueError:
            return Odd(raw, "not set" if not number else "no such date")

    def encode(self, value: Any) -> bytes:
        if not isinstance(value, date) or isinstance(value, datetime):
            raise ValueError("a date")
        number = _short_year(value.year) | value.month << 7 | value.day << 11
        return number.to_bytes(2, byte_order(self.big))


_WEEKDAYS = ("Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "weekday 7")
_MONTHS = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)
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
class Rdate(Bytewise):
    """RDATE as a `RecurringDate`."""

    big: bool
    name = "RDATE"

    def decode(self, raw: bytes) -> RecurringDate:
        return RecurringDate(int.from_bytes(raw, byte_order(self.big)))

    def encode(self, value: Any) -> bytes:
        number = value.number if isinstance(value, RecurringDate) else value
        return whole_number(number, 0, 0xFFFF).to_bytes(2, byte_order(self.big))

"""Numbers as a meter's NI_FORMAT can hold them (ANSI C12.19 table 0, NI_FORMAT1 and NI_FORMAT2).

Every register is finite: one that has counted past its last digit begins at zero again, as on a mechanical dial. A
format without a sign shows the magnitude.
"""

from __future__ import annotations

from decimal import Decimal

_FLOATS = frozenset({0, 1})
_TEXT_LENGTHS = {2: 12, 3: 6, 13: 21}
_IMPLIED_DECIMALS = 4
_BCD_DIGITS = {5: 12, 6: 8, 12: 16}
_INTEGER_BITS = {7: 24, 8: 32, 9: 40, 10: 48, 11: 64}
_IMPLIED_LIMIT = 214_748
_MOST_DECIMALS = 4


def ni_value(ni_format: int, value: float) -> float | int | Decimal:
    """`value` as the format holds it, rounded to what it can say."""
    if ni_format in _FLOATS:
        return float(value)
    if ni_format == _IMPLIED_DECIMALS:
        return _within(round(Decimal(repr(float(value))), 4), Decimal(_IMPLIED_LIMIT))
    if ni_format in _BCD_DIGITS:
        return int(abs(round(value)) % 10 ** _BCD_DIGITS[ni_format])
    if ni_format in _INTEGER_BITS:
        return int(_within(Decimal(round(value)), Decimal(1 << (_INTEGER_BITS[ni_format] - 1))))
    return _as_text(Decimal(repr(float(value))), _TEXT_LENGTHS[ni_format])


def holds_exactly(ni_format: int, value: float) -> bool:
    """Whether nothing of `value` is lost in this format."""
    return float(ni_value(ni_format, value)) == value


def _within(value: Decimal, limit: Decimal) -> Decimal:
    return (abs(value) % limit).copy_sign(value)


def _as_text(value: Decimal, length: int) -> Decimal:
    """As many decimals as fit beside the sign and the point."""
    digits = length - 2
    held = _within(value, Decimal(10) ** digits)
    whole = len(str(int(abs(held))))
    return round(held, max(min(digits - whole, _MOST_DECIMALS), 0)) + 0  # no negative zero

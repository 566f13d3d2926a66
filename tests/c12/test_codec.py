"""Numbers, BCD, strings and sets: golden bytes by hand, and round trips over all bytes and values."""

import math
import struct
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fieldpro.c12 import codec
from fieldpro.c12.codec import FIXED_TYPES, Formats, fixed_codec, sized_codec
from fieldpro.c12.values import Odd, OddDecimal, OddFloat, OddInt, OddText, encode_value, note_of

LITTLE, BIG = Formats(big=False), Formats(big=True)


def ni(number: int, *, big: bool = False, int_format: int = 0) -> codec.Codec:
    return fixed_codec("NI_FMAT1", Formats(big=big, int_format=int_format, ni_format1=number))


@pytest.mark.parametrize(
    ("name", "formats", "raw", "value"),
    [
        ("UINT8", LITTLE, "FE", 254),
        ("UINT16", LITTLE, "34 12", 0x1234),
        ("UINT16", BIG, "12 34", 0x1234),
        ("UINT24", LITTLE, "56 34 12", 0x123456),
        ("UINT24", BIG, "12 34 56", 0x123456),
        ("UINT40", BIG, "01 00 00 00 00", 1 << 32),
        ("UINT48", LITTLE, "00 00 00 00 00 01", 1 << 40),
        ("UINT64", BIG, "FF FF FF FF FF FF FF FF", (1 << 64) - 1),
        ("INT8", LITTLE, "FE", -2),
        ("INT24", BIG, "FF FF FE", -2),
        ("INT32", LITTLE, "FE FF FF FF", -2),
        ("INT16", Formats(big=True, int_format=1), "FF FD", -2),
        ("INT16", Formats(big=True, int_format=2), "80 02", -2),
        ("INT16", Formats(big=False, int_format=2), "02 80", -2),
        ("INT24", Formats(big=False, int_format=1), "FD FF FF", -2),
        ("FLOAT32", BIG, "3F C0 00 00", 1.5),
        ("FLOAT64", LITTLE, "00 00 00 00 00 00 F8 3F", 1.5),
    ],
)
def test_numbers_in_both_byte_orders(name: str, formats: Formats, raw: str, value: float) -> None:
    wanted = bytes.fromhex(raw)
    assert fixed_codec(name, formats).decode(wanted) == value
    assert fixed_codec(name, formats).encode(value) == wanted
    assert fixed_codec(name, formats).name == name


@pytest.mark.parametrize(
    ("number", "big", "raw", "value"),
    [
        (0, True, "40 09 21 FB 54 44 2D 18", math.pi),
        (1, False, "00 00 C0 3F", 1.5),
        (2, False, "31 32 33 2E 35 30 20 20 20 20 20 20", Decimal("123.50")),
        (3, False, "2D 37 20 20 20 20", Decimal(-7)),
        (4, False, "39 30 00 00", Decimal("1.2345")),
        (4, True, "FF FF FF FF", Decimal("-0.0001")),
        (5, True, "00 00 12 34 56 78", 12345678),
        (6, False, "00 12 34 56", 123456),
        (7, True, "FF FF 9C", -100),
        (8, True, "00 01 E2 40", 123456),
        (9, False, "00 00 00 00 01", 1 << 32),
        (10, True, "80 00 00 00 00 00", -(1 << 47)),
        (11, False, "FE FF FF FF FF FF FF FF", -2),
        (12, False, "12 34 56 78 90 12 34 56", 1234567890123456),
        (13, False, "31 " + "20 " * 20, Decimal(1)),
    ],
)
def test_every_non_integer_format(number: int, big: bool, raw: str, value: object) -> None:
    wanted = bytes.fromhex(raw)
    assert ni(number, big=big).decode(wanted) == value
    assert ni(number, big=big).encode(value) == wanted


def test_formats_that_do_not_exist_are_refused_in_words() -> None:
    with pytest.raises(ValueError, match="NI_FORMAT 0 to 13, not 14"):
        ni(14)
    with pytest.raises(ValueError, match="INT_FORMAT 0 to 2, not 3"):
        fixed_codec("INT16", Formats(int_format=3))
    with pytest.raises(ValueError, match="TM_FORMAT 0 to 4, not 5"):
        fixed_codec("TIME", Formats(tm_format=5))


def test_negative_zero_keeps_its_bytes() -> None:
    ones, magnitude = Formats(int_format=1), Formats(int_format=2)
    for formats, raw in ((ones, b"\xff\xff"), (magnitude, b"\x00\x80")):
        number = fixed_codec("INT16", formats)
        value = number.decode(raw)
        assert value == 0
        assert isinstance(value, OddInt)
        assert note_of(value) == "negative zero"
        assert encode_value(number, value) == raw
    implied = ni(4, int_format=2)
    value = implied.decode(b"\0\0\0\x80")
    assert isinstance(value, OddDecimal)
    assert encode_value(implied, value) == b"\0\0\0\x80"


def test_a_nan_keeps_its_payload() -> None:
    for name, raw in (("FLOAT32", "01 02 A0 7F"), ("FLOAT64", "01 02 03 04 05 06 F4 FF")):
        number = fixed_codec(name, LITTLE)
        value = number.decode(bytes.fromhex(raw))
        assert isinstance(value, OddFloat)
        assert math.isnan(value)
        assert encode_value(number, value) == bytes.fromhex(raw)


def test_texts_lose_their_padding_and_nothing_else() -> None:
    text = sized_codec("STRING", 6, LITTLE)
    assert text.decode(b" GE   ") == " GE"
    assert text.encode(" GE") == b" GE   "
    padded = text.decode(b"GE\0\0\0\0")
    assert padded == "GE"
    assert isinstance(padded, OddText)
    assert note_of(padded) == "padded with NUL"
    assert encode_value(text, padded) == b"GE\0\0\0\0"
    assert note_of(text.decode(bytes(6))) == ""
    assert text.decode(bytes(6)) == ""
    assert note_of(text.decode(b"G\1E   ")) == "has unprintable characters"
    assert note_of(text.decode(b"G\xc9    ")) == "has characters outside ISO 646"


@pytest.mark.parametrize(
    ("char_format", "big", "raw", "value"),
    [
        (2, False, "C9 74 E9 20", "Été"),
        (3, False, "C3 89 74 20", "Ét"),
        (4, True, "00 C9 00 74 00 20 00 20", "Ét"),
        (4, False, "C9 00 74 00 20 00 20 00", "Ét"),
        (5, True, "00 00 00 C9 00 00 00 74 00 00 00 20 00 00 00 20", "Ét"),
    ],
)
def test_texts_in_every_character_format(char_format: int, big: bool, raw: str, value: str) -> None:
    text = sized_codec("STRING", 4, Formats(big=big, char_format=char_format, wide_chars=True))
    assert text.decode(bytes.fromhex(raw)) == value
    assert text.encode(value) == bytes.fromhex(raw)
    assert text.size == len(bytes.fromhex(raw))
    in_bytes = sized_codec("STRING", text.size, Formats(big=big, char_format=char_format))
    assert in_bytes == text
    assert sized_codec("ASCII", 4, Formats(char_format=char_format)).encode("GE") == b"GE  "


def test_bytes_that_are_no_text_are_kept() -> None:
    text = sized_codec("STRING", 2, Formats(char_format=3))
    value = text.decode(b"\xff\xfe")
    assert isinstance(value, Odd)
    assert note_of(value) == "not utf-8 text"
    assert encode_value(text, value) == b"\xff\xfe"


def test_bcd_keeps_leading_zeros_and_strange_digits() -> None:
    bcd = sized_codec("BCD", 3, LITTLE)
    assert bcd.decode(b"\x00\x12\x34") == "001234"
    assert bcd.encode("1234") == bcd.encode(1234) == b"\x00\x12\x34"
    strange = bcd.decode(b"\x00\x1a\x34")
    assert isinstance(strange, Odd)
    assert note_of(strange) == "not BCD"
    assert sized_codec("BCD", 0, LITTLE).decode(b"") == ""
    assert sized_codec("BCD", 0, LITTLE).encode("") == b""
    assert isinstance(ni(5).decode(b"\xff" * 6), Odd)
    assert ni(6).name == "BCD4"
    assert bcd.name == "BCD(3)"


def test_numbers_in_characters_keep_the_way_they_were_written() -> None:
    number = ni(3)
    for raw, value in ((b"  12.5", "12.5"), (b"+7    ", "7"), (b"007   ", "7"), (b".5    ", "0.5"), (b"1e2   ", "100")):
        decoded = number.decode(raw)
        assert decoded == Decimal(value)
        assert isinstance(decoded, OddDecimal)
        assert note_of(decoded) == ""
        assert encode_value(number, decoded) == raw
    for raw in (b"      ", b"ABC   ", b"1 2   ", b"1E9999999999"[:6]):
        assert encode_value(number, number.decode(raw)) == raw
    assert isinstance(number.decode(b"N/A   "), Odd)


def test_set_member_0_is_bit_0_of_byte_0_in_both_byte_orders() -> None:
    for formats in (LITTLE, BIG):
        members = sized_codec("SET", 2, formats)
        assert members.decode(b"\x81\x02") == (0, 7, 9)
        assert members.encode([9, 0, 7]) == b"\x81\x02"
        assert members.encode(frozenset()) == bytes(2)
    assert members.name == "SET(2)"
    assert sized_codec("BINARY", 2, LITTLE).name == "BINARY(2)"
    assert sized_codec("STRING", 2, LITTLE).name == "STRING(2)"
    assert codec.odd(b"a", "note").note == "note"


@pytest.mark.parametrize(
    ("made", "value"),
    [
        (fixed_codec("UINT8", LITTLE), 256),
        (fixed_codec("UINT8", LITTLE), -1),
        (fixed_codec("UINT8", LITTLE), "1"),
        (fixed_codec("UINT8", LITTLE), 1.0),
        (fixed_codec("INT8", LITTLE), 128),
        (fixed_codec("INT8", Formats(int_format=1)), -128),
        (fixed_codec("FLOAT32", LITTLE), 1e300),
        (fixed_codec("FLOAT32", LITTLE), "1"),
        (ni(3), Decimal("1234567")),
        (ni(3), "7"),
        (ni(3), True),
        (ni(2), float("inf")),
        (ni(4), Decimal("0.00001")),
        (ni(4), Decimal("NaN")),
        (ni(4), 300000),
        (ni(6), 100000000),
        (ni(6), -1),
        (sized_codec("BCD", 2, LITTLE), "12345"),
        (sized_codec("BCD", 2, LITTLE), "12A"),
        (sized_codec("BCD", 2, LITTLE), -1),
        (sized_codec("BCD", 2, LITTLE), True),
        (sized_codec("BCD", 2, LITTLE), 1.5),
        (sized_codec("BCD", 2, LITTLE), "\u0661"),
        (sized_codec("STRING", 2, LITTLE), "abc"),
        (sized_codec("STRING", 2, LITTLE), b"ab"),
        (sized_codec("STRING", 2, LITTLE), "É"),
        (sized_codec("STRING", 2, Formats(char_format=2)), "€"),
        (sized_codec("STRING", 3, Formats(char_format=4)), "a"),
        (sized_codec("BINARY", 2, LITTLE), b"a"),
        (sized_codec("BINARY", 2, LITTLE), "ab"),
        (sized_codec("SET", 1, LITTLE), [8]),
        (sized_codec("SET", 1, LITTLE), 3),
        (sized_codec("BINARY", 2, LITTLE), Odd(b"abc", "")),
    ],
)
def test_values_that_do_not_fit_are_refused_in_words(made: codec.Codec, value: object) -> None:
    with pytest.raises(ValueError, match=r"\w+ \w+|bytes|number"):
        encode_value(made, value)


FORMATS = st.builds(
    Formats,
    big=st.booleans(),
    char_format=st.integers(0, 7),
    tm_format=st.integers(0, 4),
    int_format=st.integers(0, 2),
    ni_format1=st.integers(0, 13),
    ni_format2=st.integers(0, 13),
)


@given(st.sampled_from(sorted(FIXED_TYPES)), FORMATS, st.data())
def test_whatever_the_bytes_they_come_back(name: str, formats: Formats, data: st.DataObject) -> None:
    made = fixed_codec(name, formats)
    raw = data.draw(st.binary(min_size=made.size, max_size=made.size))
    assert encode_value(made, made.decode(raw)) == raw


@given(st.sampled_from(["STRING", "BCD", "BINARY", "SET", "FILL"]), st.integers(0, 12), FORMATS, st.data())
def test_whatever_the_bytes_of_a_sized_type_they_come_back(
    name: str, size: int, formats: Formats, data: st.DataObject
) -> None:
    made = sized_codec(name, size, formats)
    raw = data.draw(st.binary(min_size=made.size, max_size=made.size))
    assert encode_value(made, made.decode(raw)) == raw


@given(st.sampled_from([2, 3, 13]), st.text("0123456789.+-eE ", max_size=21))
def test_whatever_the_digits_they_come_back(number: int, text: str) -> None:
    made = ni(number)
    raw = text.encode().ljust(made.size)[: made.size]
    assert encode_value(made, made.decode(raw)) == raw


@given(st.integers(1, 8), st.booleans(), st.integers(0, 2), st.data())
def test_every_integer_that_fits_comes_back(size: int, big: bool, int_format: int, data: st.DataObject) -> None:
    signed, unsigned = codec.Int(size, big, int_format), codec.Uint(size, big)
    half = 1 << 8 * size - 1
    number = data.draw(st.integers(-half + (int_format > 0), half - 1))
    assert signed.decode(signed.encode(number)) == number
    number = data.draw(st.integers(0, 2 * half - 1))
    assert unsigned.decode(unsigned.encode(number)) == number


@given(st.binary(min_size=8, max_size=8), st.sampled_from("<>"))
def test_floats_agree_with_struct(raw: bytes, order: str) -> None:
    value = codec.Float(8, order == ">").decode(raw)
    wanted = struct.unpack(f"{order}d", raw)[0]
    assert value == wanted or (math.isnan(value) and math.isnan(wanted))

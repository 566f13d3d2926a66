"""Who the meter is: C12.19 tables 0 (DEVICE_CLASS), 1 (GENERAL_MFG_ID_TBL) and 5 (DEVICE_IDENT_TBL)."""

from __future__ import annotations

from typing import Any

from fieldpro.c12.dictionary.tables import Tables
from fieldpro.errors import FieldProError
from fieldpro.records import MeterIdentity

IDENTITY_TABLES = (0, 1, 5)
NOBODY = MeterIdentity("", "", "", "", "", "")


def identity_of(tables: Tables) -> MeterIdentity:
    """The identity as far as these tables tell it; a text that is not known is empty."""
    general, maker, own = (_values(tables, number) for number in IDENTITY_TABLES)
    return MeterIdentity(
        manufacturer=text(maker.get("MANUFACTURER")),
        model=text(maker.get("ED_MODEL")),
        serial=text(maker.get("MFG_SERIAL_NUMBER")),
        hardware=_version(maker, "HW"),
        firmware=_version(maker, "FW"),
        device_class=text(general.get("DEVICE_CLASS")),
        identification=text(own.get("IDENTIFICATION")),
    )


def text(value: Any) -> str:
    """A decoded text or identifier: stripped of blanks and NULs; bytes that are no text in hex."""
    if value is None:
        return ""
    if isinstance(value, bytes):
        bare = value.rstrip(b"\0 ")
        if all(0x20 <= byte < 0x7F for byte in bare):
            return bare.decode("ascii").strip()
        return value.hex(" ").upper()
    return str(value).strip(" \0")


def _version(maker: dict[str, Any], part: str) -> str:
    version, revision = (maker.get(f"{part}_{what}_NUMBER") for what in ("VERSION", "REVISION"))
    return "" if version is None else f"{version}.{revision}"


def _values(tables: Tables, number: int) -> dict[str, Any]:
    try:
        values: dict[str, Any] = tables.decode(number).values
    except FieldProError:
        return {}
    return values

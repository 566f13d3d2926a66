"""Decade 4, security (ANSI C12.19 tables 40 to 45): passwords, access rights, keys.

ST42 holds the current password of each level, lowest first, and after them the previous ones, which stay valid.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from fieldpro.secret import Secret
from fieldpro.simulator.access import Password, Rights, described_rights, level_groups
from fieldpro.simulator.tables.moment import Moment, Values

PASSWORD_LENGTH = 20
_GROUPS = tuple(f"GROUP_{number}_FLAG" for number in range(8))
_MAKER = 2048


def limits(moment: Moment) -> Values:
    """ST40 and ST41."""
    security = moment.description.security
    tables, procedures, _, _ = described_rights(moment.description)
    return {
        "NBR_PASSWORDS": 2 * len(security.levels),
        "PASSWORDS_LEN": PASSWORD_LENGTH,
        "NBR_KEYS": len(security.keys),
        "KEY_LEN": security.key_length,
        "NBR_PERM_USED": len(tables) + len(procedures),
    }


def passwords(moment: Moment) -> Values:
    """ST42."""
    levels = moment.description.security.levels
    entries = [
        {
            "PASSWORD": text.encode("latin-1").ljust(PASSWORD_LENGTH, b" " if text else b"\0"),
            "ACCESS_PERMISSIONS": _bits(level_groups(index)),
        }
        for texts in ([level.password for level in levels], [level.previous for level in levels])
        for index, text in enumerate(texts)
    ]
    return {"SECURITY_ENTRIES": entries}


def defaults(moment: Moment) -> Values:
    """ST43."""
    _, _, table, procedure = described_rights(moment.description)
    return {
        "TABLE_DEFAULT": _entry(0, table, is_procedure=False),
        "PROCEDURE_DEFAULT": _entry(0, procedure, is_procedure=True),
    }


def control(moment: Moment) -> Values:
    """ST44."""
    tables, procedures, _, _ = described_rights(moment.description)
    entries = [_entry(number, rights, is_procedure=False) for number, rights in sorted(tables.items())]
    entries += [_entry(number, rights, is_procedure=True) for number, rights in sorted(procedures.items())]
    return {"ACCESS_CONTROL": entries}


def keys(moment: Moment) -> Values:
    """ST45."""
    security = moment.description.security
    return {"KEY_ENTRIES": [bytes.fromhex(key).ljust(security.key_length, b"\0") for key in security.keys]}


# --- what the tables say, read back -----------------------------------------------------------------------------


def read_passwords(values: Mapping[str, Any]) -> list[Password]:
    """From the values of ST42."""
    return [
        Password(Secret(bytes(entry["PASSWORD"])), _mask(entry["ACCESS_PERMISSIONS"]))
        for entry in values["SECURITY_ENTRIES"]
    ]


def read_rights(entry: Mapping[str, Any]) -> Rights:
    defined = entry["ACCESS_TABLE_DEF"]
    return Rights(
        _mask(entry["READ"]),
        _mask(entry["WRITE"]),
        bool(defined["ANY_READ_FLAG"]),
        bool(defined["ANY_WRITE_FLAG"]),
    )


def read_control(values: Mapping[str, Any]) -> tuple[dict[int, Rights], dict[int, Rights]]:
    """The rights of tables and of procedures, from the values of ST44."""
    tables: dict[int, Rights] = {}
    procedures: dict[int, Rights] = {}
    for entry in values["ACCESS_CONTROL"]:
        defined = entry["ACCESS_TABLE_DEF"]
        number = int(defined["TBL_PROC_NBR"]) + _MAKER * bool(defined["STD_VS_MFG_FLAG"])
        (procedures if defined["PROC_NBR_FLAG"] else tables)[number] = read_rights(entry)
    return tables, procedures


def with_previous(before: Mapping[str, Any], after: Mapping[str, Any]) -> Values:
    """ST42 as it is kept: a level whose password was changed, and whose previous one was not, keeps the old one."""
    old, new = before["SECURITY_ENTRIES"], [dict(entry) for entry in after["SECURITY_ENTRIES"]]
    levels = len(new) // 2
    for index in range(levels):
        changed = new[index]["PASSWORD"] != old[index]["PASSWORD"]
        if changed and new[index + levels]["PASSWORD"] == old[index + levels]["PASSWORD"]:
            new[index + levels]["PASSWORD"] = old[index]["PASSWORD"]
    return {"SECURITY_ENTRIES": new}


def _bits(mask: int) -> dict[str, bool]:
    return {name: bool(mask >> number & 1) for number, name in enumerate(_GROUPS)}


def _mask(bits: Mapping[str, Any]) -> int:
    return sum(1 << number for number, name in enumerate(_GROUPS) if bits[name])


def _entry(number: int, rights: Rights, *, is_procedure: bool) -> Values:
    return {
        "ACCESS_TABLE_DEF": {
            "TBL_PROC_NBR": number % _MAKER,
            "STD_VS_MFG_FLAG": number >= _MAKER,
            "PROC_NBR_FLAG": is_procedure,
            "ANY_READ_FLAG": rights.anyone_reads,
            "ANY_WRITE_FLAG": rights.anyone_writes,
            "FLAG3": False,
        },
        "READ": _bits(rights.read),
        "WRITE": _bits(rights.write),
    }

"""The calendar of a program (ANSI C12.19 tables 51, 53 and 54), looked at without a meter: gaps, overlaps, dates that
cannot be.

The four arrays of table 54 must be in the program, as lists: half a calendar cannot be judged. What table 51 would say
is taken from the program, and from the lengths of its lists where it says nothing; with a meter's tables, from those.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from fieldpro.c12.dictionary import Dictionary, Tables
from fieldpro.dictionaries import load_dictionary
from fieldpro.errors import FieldProError, UsageError
from fieldpro.meter.programs.model import Program
from fieldpro.meter.programs.rules import rules

if TYPE_CHECKING:
    from fieldpro.meter.calendar import Calendar as TouCalendar

GENERAL, ACTUAL, OFFSETS, CALENDAR = 0, 51, 53, 54
NAME, OFFSETS_NAME, LIMITS_NAME = "CALENDAR_TBL", "TIME_OFFSET_TBL", "ACT_TIME_TOU_TBL"
_ARRAYS = {
    "NBR_NON_RECURR_DATES": "NON_RECURR_DATES",
    "NBR_RECURR_DATES": "RECURR_DATES",
    "NBR_TIER_SWITCHES": "TIER_SWITCHES",
}
_SEASONS = "DAILY_SCHEDULE_ID_MATRIX"
_PLACES = {
    "singles": "NON_RECURR_DATES",
    "recurring": "RECURR_DATES",
    "switches": "TIER_SWITCHES",
    "seasons": _SEASONS,
}
_SETS = ("STD_TBLS_USED", "MFG_TBLS_USED", "STD_PROC_USED", "MFG_PROC_USED", "STD_TBLS_WRITE", "MFG_TBLS_WRITE")
_GAP = "a gap"
Finding = tuple[str, str, str]


def calendar_findings(
    tree: Mapping[str, Any], dictionary: Dictionary, settings: Mapping[str, int], tables: Tables | None
) -> Iterator[Finding]:
    """What is wrong with the program's calendar, each with the element it is about. Nothing when it has none."""
    from fieldpro.meter.calendar import check, read_calendar  # it is about change sets, which are about programs

    values = tree.get(NAME)
    if not _is_whole(values):
        return
    try:
        made = _made_up(tree, dictionary, settings) if tables is None else _of_meter(tree, tables)
        calendar = read_calendar(made)
    except (FieldProError, ValueError):
        return  # what does not fit its elements has been told already
    for complaint in check(calendar):
        if complaint.is_error or complaint.text.startswith(_GAP):
            yield _path(complaint.name), f"a calendar that holds together ({complaint.place})", complaint.text


def calendar_of(program: Program) -> TouCalendar:
    """The calendar that a program has, without a meter. Raises `UsageError` for one that has none or half of one, and
    as `Tables.encode` does."""
    from fieldpro.meter.calendar import read_calendar  # it is about change sets, which are about programs

    if not _is_whole(program.tree.get(NAME)):
        arrays = ", ".join((*_ARRAYS.values(), _SEASONS))
        raise UsageError(f"program {program.name}", f"a whole calendar: {arrays} of {NAME}", "none, or a part of it")
    dictionary = load_dictionary(program.target.overlays)
    settings = {name: key.default for name, key in dictionary.profile_keys.items()} | dict(program.target.settings)
    return read_calendar(_made_up(program.tree, dictionary, settings))


def _is_whole(values: Any) -> bool:
    arrays = (*_ARRAYS.values(), _SEASONS)
    return isinstance(values, Mapping) and all(isinstance(values.get(name), list) for name in arrays)


def _path(name: str) -> str:
    kind, bracket, index = name.partition("[")
    return f"{NAME}.{_PLACES[kind]}{bracket}{index}" if kind in _PLACES else NAME


def _of_meter(tree: Mapping[str, Any], tables: Tables) -> Tables:
    """The meter's tables with the program's calendar in them."""
    from fieldpro.meter.changes.comparison import Comparison

    wanted = {name: tree[name] for name in (LIMITS_NAME, OFFSETS_NAME, NAME) if name in tree}
    raw = {number: tables.get(number) or b"" for number in tables.numbers}
    made = Tables(tables.dictionary, settings=tables.settings, raw=raw)
    for number, image in Comparison(tables, wanted, rules()).images.items():
        made.put(number, image.after)
    return made


def _made_up(tree: Mapping[str, Any], dictionary: Dictionary, settings: Mapping[str, int]) -> Tables:
    """Tables of a meter that never was, just enough for a calendar."""
    tables = Tables(dictionary, settings=settings)
    tables.put(GENERAL, tables.encode(GENERAL, _general()))
    tables.put(ACTUAL, tables.encode(ACTUAL, _limits(tree)))
    for number, name in ((OFFSETS, OFFSETS_NAME), (CALENDAR, NAME)):
        tables.put(number, _filled(tables, number, tree.get(name) or {}))
    return tables


def _filled(tables: Tables, number: int, values: Mapping[str, Any]) -> bytes:
    from fieldpro.meter.changes.image import Image, placed

    layout = tables.layout(number)
    image = Image(layout, bytes(layout.size))
    for node, value in placed(layout.root, values):
        if not isinstance(node, str):
            image.set(node, value, rules().tolerance)
    return image.after


def _general() -> dict[str, Any]:
    lengths = (
        "DIM_STD_TBLS_USED",
        "DIM_MFG_TBLS_USED",
        "DIM_STD_PROC_USED",
        "DIM_MFG_PROC_USED",
        "DIM_MFG_STATUS_USED",
    )
    numbers = ("NAMEPLATE_TYPE", "DEFAULT_SET_USED", "MAX_PROC_PARM_LENGTH", "MAX_RESP_DATA_LEN", "STD_VERSION_NO")
    return {
        "FORMAT_CONTROL_1": {"DATA_ORDER": 0, "CHAR_FORMAT": 2, "MODEL_SELECT": 0},
        "FORMAT_CONTROL_2": {"TM_FORMAT": 4, "DATA_ACCESS_METHOD": 0, "ID_FORM": 0, "INT_FORMAT": 0},
        "FORMAT_CONTROL_3": {"NI_FORMAT1": 0, "NI_FORMAT2": 0},
        "DEVICE_CLASS": "",
        **dict.fromkeys(("STD_REVISION_NO", "NBR_PENDING", *numbers), 0),
        **dict.fromkeys(lengths, 10),
        **dict.fromkeys(_SETS, ()),
        "STD_TBLS_USED": (GENERAL, ACTUAL, OFFSETS, CALENDAR),
    }


def _limits(tree: Mapping[str, Any]) -> dict[str, Any]:
    calendar = tree[NAME]
    rows = calendar[_SEASONS]
    first = rows[0] if rows else {}
    flags1 = (
        "TOU_SELF_READ",
        "SEASON_SELF_READ",
        "SEASON_DEMAND_RESET",
        "SEASON_CHNG_ARMED",
        "SORT_DATES",
        "ANCHOR_DATE",
    )
    flags2 = ("CAP_DST_AUTO", "SEPARATE_WEEKDAYS", "SEPARATE_SUM_DEMANDS", "SORT_TIER_SWITCHES", "CAP_TM_ZN_OFFSET")
    said = tree.get(LIMITS_NAME) or {}
    wanted: dict[str, Any] = {
        "TIME_FUNC_FLAG1_BFLD": {f"{name}_FLAG": False for name in flags1},
        "TIME_FUNC_FLAG2_BFLD": {f"{name}_FLAG": name == "CAP_DST_AUTO" for name in flags2}
        | {
            "SEPARATE_WEEKDAYS_FLAG": "MONDAY_SCHEDULE" in first,
            "CAP_TM_ZN_OFFSET_FLAG": "TIME_ZONE_OFFSET" in (tree.get(OFFSETS_NAME) or {}),
        },
        "CALENDAR_BFLD": {"NBR_SEASONS": len(rows), "NBR_SPECIAL_SCHED": len(first.get("SPECIAL_SCHEDULE", ()))},
        **{count: len(calendar[name]) for count, name in _ARRAYS.items()},
        "CALENDAR_TBL_SIZE": 0,
    }
    for name, flags in wanted.items():
        if isinstance(flags, dict) and isinstance(said.get(name), Mapping):
            flags |= {flag: bool(value) for flag, value in said[name].items() if isinstance(flags.get(flag), bool)}
    return wanted

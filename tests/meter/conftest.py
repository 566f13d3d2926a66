"""A small meter written by hand: its tables as values, and a driver that answers requests from their bytes."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from fieldpro.c12.dictionary.tables import Tables
from fieldpro.c12.psem.codes import ResponseCode
from fieldpro.c12.psem.full_read import FullRead
from fieldpro.c12.psem.offset_read import OffsetRead
from fieldpro.c12.psem.table_data import ReadReply
from fieldpro.dictionaries import load_dictionary
from fieldpro.errors import FieldProError, ServiceRefused
from fieldpro.session.conversation import AskFacts, Conversation, Pause, Progress, SessionFacts

FACTS = SessionFacts("memory", 0, 1, 0, 128, 4, 9600, "FieldPro", False)
START = datetime(2026, 1, 1)
BLOCKS, INTERVALS, MINUTES = 5, 4, 15


def uom(code: int, base: int, quadrants: str = "", multiplier: int = 0, segment: int = 0) -> dict[str, Any]:
    flags = {f"Q{number}_ACCOUNTABILITY": str(number) in quadrants for number in (1, 2, 3, 4)}
    rest = {"NET_FLOW_ACCOUNTABILITY": False, "HARMONIC": 0, "ID_RESOURCE": 0, "NFS": False}
    return {"ID_CODE": code, "TIME_BASE": base, "MULTIPLIER": multiplier, "SEGMENTATION": segment} | flags | rest


def link(*, uom: bool = True, constants: bool = False, engineering: bool = True) -> dict[str, Any]:
    return {
        "UOM_ENTRY_FLAG": uom,
        "DEMAND_CTRL_FLAG": False,
        "DATA_CTRL_FLAG": False,
        "CONSTANTS_FLAG": constants,
        "PULSE_ENGR_FLAG": engineering,
        "CONSTANT_TO_BE_APPLIED": constants,
    }


def block(summations: list[float], demand: float, at: datetime, coincident: float) -> dict[str, Any]:
    return {
        "SUMMATIONS": summations,
        "DEMANDS": [{"EVENT_TIME": [at], "CUM_DEMAND": 99.5, "DEMAND": [demand]}],
        "COINCIDENTS": [{"COINCIDENT_VALUES": [coincident]}],
    }


def registers(scale: float = 1.0) -> dict[str, Any]:
    peak = datetime(2026, 1, 1, 17, 45)
    return {
        "NBR_DEMAND_RESETS": 3,
        "TOT_DATA_BLOCK": block([1500.0 * scale, 20.0], 4250.0, peak, 410.0),
        "TIER_DATA_BLOCK": [block([1000.0 * scale, 15.0], 4250.0, peak, 410.0)],
    }


def profile_block(nth: int) -> dict[str, Any]:
    """Block number `nth` since the profile began: 4 intervals, pulses 10 * interval + channel."""
    end = START + timedelta(minutes=MINUTES * INTERVALS * (nth + 1))
    return {
        "BLK_END_TIME": end,
        "END_READINGS": [{"BLOCK_END_READ": 0.0}, {"BLOCK_END_READ": 0.0}],
        "LP_INT": [
            {"EXTENDED_INT_STATUS": [0, 0], "INT_DATA": [10 * number, 10 * number + 1]}
            for number in range(nth * INTERVALS, (nth + 1) * INTERVALS)
        ],
    }


STATUS_FLAGS = (
    *("UNPROGRAMMED", "CONFIGURATION_ERROR", "SELF_CHK_ERROR", "RAM_FAILURE", "ROM_FAILURE", "NONVOL_MEM_FAILURE"),
    *("CLOCK_ERROR", "MEASUREMENT_ERROR", "LOW_BATTERY", "LOW_LOSS_POTENTIAL", "DEMAND_OVERLOAD", "POWER_FAILURE"),
    *("TAMPER_DETECT", "REVERSE_ROTATION"),
)


def status_flags(*names: str) -> dict[str, bool]:
    return {f"{name}_FLAG": name in names for name in STATUS_FLAGS}


def list_flags(*, newest_first: bool = False) -> dict[str, bool]:
    return {
        "ORDER_FLAG": newest_first,
        "OVERFLOW_FLAG": False,
        "LIST_TYPE_FLAG": True,
        "INHIBIT_OVERFLOW_FLAG": False,
    }


def event(nth: int, code: int, argument: bytes = b"\0\0") -> dict[str, Any]:
    return {
        "EVENT_TIME": START + timedelta(hours=nth),
        "EVENT_SEQ_NBR": nth,
        "USER_ID": 2,
        "EVENT_CODE": {"EVENT_CODE": code, "SELECTOR": 0},
        "EVENT_ARGUMENT": argument,
    }


LISTED = (0, 1, 3, 5, 7, 8, 11, 12, 15, 16, 21, 22, 23, 25, 26, 27, 28, 42, 51, 52, 53, 61, 62, 63, 64, 71, 76)


def values(*, newest_block: int = 6, valid_intervals: int = 3, listed: Iterable[int] = LISTED) -> dict[int, Any]:
    """Values of every table, in the order in which they can be encoded. The profile's blocks 2 to 6 are in the ring."""
    made: dict[int, Any] = {}
    made[0] = {
        "FORMAT_CONTROL_1": {"DATA_ORDER": 0, "CHAR_FORMAT": 1, "MODEL_SELECT": 0},
        "FORMAT_CONTROL_2": {"TM_FORMAT": 3, "DATA_ACCESS_METHOD": 1, "ID_FORM": 0, "INT_FORMAT": 0},
        "FORMAT_CONTROL_3": {"NI_FORMAT1": 0, "NI_FORMAT2": 1},
        "DEVICE_CLASS": "TEST",
        "NAMEPLATE_TYPE": 2,
        "DEFAULT_SET_USED": 0,
        "MAX_PROC_PARM_LENGTH": 0,
        "MAX_RESP_DATA_LEN": 0,
        "STD_VERSION_NO": 1,
        "STD_REVISION_NO": 0,
        "DIM_STD_TBLS_USED": 10,
        "DIM_MFG_TBLS_USED": 1,
        "DIM_STD_PROC_USED": 0,
        "DIM_MFG_PROC_USED": 0,
        "DIM_MFG_STATUS_USED": 1,
        "NBR_PENDING": 0,
        "STD_TBLS_USED": tuple(sorted(listed)),
        "MFG_TBLS_USED": (3,),
        "STD_PROC_USED": (),
        "MFG_PROC_USED": (),
        "STD_TBLS_WRITE": (),
        "MFG_TBLS_WRITE": (),
    }
    made[1] = {
        "MANUFACTURER": "HAND",
        "ED_MODEL": "MADE",
        "HW_VERSION_NUMBER": 1,
        "HW_REVISION_NUMBER": 2,
        "FW_VERSION_NUMBER": 3,
        "FW_REVISION_NUMBER": 14,
        "MFG_SERIAL_NUMBER": "0042",
    }
    made[3] = {
        "ED_MODE": {
            "METERING_FLAG": True,
            "TEST_MODE_FLAG": False,
            "METER_SHOP_MODE_FLAG": False,
            "FACTORY_FLAG": False,
        },
        "ED_STD_STATUS1": status_flags("LOW_BATTERY", "POWER_FAILURE"),
        "ED_STD_STATUS2": 0,
        "ED_MFG_STATUS": (1, 6),
    }
    made[5] = {"IDENTIFICATION": "SITE 9"}
    made[11] = {
        "SOURCE_FLAGS": {
            "PF_EXCLUDE_FLAG": False,
            "RESET_EXCLUDE_FLAG": False,
            "BLOCK_DEMAND_FLAG": False,
            "SLIDING_DEMAND_FLAG": False,
            "THERMAL_DEMAND_FLAG": False,
            "SET1_PRESENT_FLAG": True,
            "SET2_PRESENT_FLAG": False,
            "CONVERSION_ALG_FLAG": False,
        },
        "NBR_UOM_ENTRIES": 4,
        "NBR_DEMAND_CTRL_ENTRIES": 0,
        "DATA_CTRL_LENGTH": 0,
        "NBR_DATA_CTRL_ENTRIES": 0,
        "NBR_CONSTANTS_ENTRIES": 2,
        "CONSTANTS_SELECTOR": 2,
        "NBR_SOURCES": 6,
    }
    made[12] = {
        "UOM_ENTRY": [
            uom(0, 0, "14"),  # source 0: Wh delivered
            uom(0, 0, "23"),  # source 1: Wh received, in pulses, constants to be applied
            uom(0, 4, "14"),  # source 3: W delivered
            uom(8, 1, "", 5, 5),  # source 4: V rms phase A, hundredths
        ]
    }
    made[15] = {
        "SELECTION": [
            {
                "MULTIPLIER": 7.2,
                "OFFSET": 100.0,
                "SET1_CONSTANTS": {"SET_FLAGS": {"SET_APPLIED_FLAG": False}, "RATIO_F1": 10.0, "RATIO_P1": 2.0},
            },
            {
                "MULTIPLIER": 5.0,
                "OFFSET": 0.0,
                "SET1_CONSTANTS": {"SET_FLAGS": {"SET_APPLIED_FLAG": True}, "RATIO_F1": 10.0, "RATIO_P1": 2.0},
            },
        ]
    }
    made[16] = {
        "SOURCES_LINK": [
            link(),
            link(constants=True, engineering=False),
            link(uom=False, engineering=False),  # source 2: something in pulses
            link(),
            link(),
            link(uom=False, constants=True),  # source 5: constants, but of what?
        ]
    }
    made[21] = {
        "REG_FUNC1_FLAGS": {
            "SEASON_INFO_FIELD_FLAG": True,
            "DATE_TIME_FIELD_FLAG": True,
            "DEMAND_RESET_CTR_FLAG": True,
            "DEMAND_RESET_LOCK_FLAG": False,
            "CUM_DEMAND_FLAG": True,
            "CONT_CUM_DEMAND_FLAG": False,
            "TIME_REMAINING_FLAG": False,
        },
        "REG_FUNC2_FLAGS": {
            "SELF_READ_INHIBIT_OVERFLOW_FLAG": False,
            "SELF_READ_SEQ_NBR_FLAG": True,
            "DAILY_SELF_READ_FLAG": False,
            "WEEKLY_SELF_READ_FLAG": False,
            "SELF_READ_DEMAND_RESET": 0,
        },
        "NBR_SELF_READS": 3,
        "NBR_SUMMATIONS": 2,
        "NBR_DEMANDS": 1,
        "NBR_COIN_VALUES": 1,
        "NBR_OCCUR": 1,
        "NBR_TIERS": 1,
        "NBR_PRESENT_DEMANDS": 1,
        "NBR_PRESENT_VALUES": 1,
    }
    made[22] = {
        "SUMMATION_SELECT": [0, 1],
        "DEMAND_SELECT": [3],
        "MIN_OR_MAX_FLAGS": (0,),
        "COINCIDENT_SELECT": [3],
        "COIN_DEMAND_ASSOC": [0],
    }
    made[23] = registers()
    made[25] = {
        "REGISTER_INFO": {"END_DATE_TIME": datetime(2025, 12, 1), "SEASON": 1},
        "REGISTER_DATA": registers(0.5),
    }
    made[26] = {
        "LIST_STATUS": list_flags(),
        "NBR_VALID_ENTRIES": 2,
        "LAST_ENTRY_ELEMENT": 0,
        "LAST_ENTRY_SEQ_NBR": 9,
        "NBR_UNREAD_ENTRIES": 0,
        "SELF_READS_ENTRIES": [
            {
                "SELF_READ_SEQ_NBR": sequence,
                "REGISTER_INFO": {"END_DATE_TIME": datetime(2025, 11, 1 + nth), "SEASON": 0},
                "REGISTER_DATA": registers(0.25),
            }
            for nth, sequence in enumerate((9, 7, 8))
        ],
    }
    made[27] = {"PRESENT_DEMAND_SELECT": [3], "PRESENT_VALUE_SELECT": [4]}
    made[28] = {"PRESENT_DEMAND": [{"DEMAND_VALUE": 750.0}], "PRESENT_VALUE": [12034.0]}
    made[51] = {
        "TIME_FUNC_FLAG1_BFLD": {
            "TOU_SELF_READ_FLAG": False,
            "SEASON_SELF_READ_FLAG": False,
            "SEASON_DEMAND_RESET_FLAG": False,
            "SEASON_CHNG_ARMED_FLAG": False,
            "SORT_DATES_FLAG": False,
            "ANCHOR_DATE_FLAG": False,
        },
        "TIME_FUNC_FLAG2_BFLD": {
            "CAP_DST_AUTO_FLAG": True,
            "SEPARATE_WEEKDAYS_FLAG": False,
            "SEPARATE_SUM_DEMANDS_FLAG": False,
            "SORT_TIER_SWITCHES_FLAG": False,
            "CAP_TM_ZN_OFFSET_FLAG": True,
        },
        "CALENDAR_BFLD": {"NBR_SEASONS": 0, "NBR_SPECIAL_SCHED": 0},
        "NBR_NON_RECURR_DATES": 0,
        "NBR_RECURR_DATES": 0,
        "NBR_TIER_SWITCHES": 0,
        "CALENDAR_TBL_SIZE": 0,
    }
    made[52] = {
        "CLOCK_CALENDAR": datetime(2026, 1, 1, 6, 50, 12),
        "TIME_DATE_QUAL": {
            "DAY_OF_WEEK": 4,
            "DST_FLAG": False,
            "GMT_FLAG": False,
            "TM_ZN_APPLIED_FLAG": True,
            "DST_APPLIED_FLAG": True,
            "DST_SUPPORTED_FLAG": True,
        },
    }
    made[53] = {"DST_TIME_EFF": datetime(2026, 1, 1, 2).time(), "DST_TIME_AMT": 60, "TIME_ZONE_OFFSET": -360}
    made[61] = {
        "LP_MEMORY_LEN": 400,
        "LP_FLAGS": {
            "LP_SET1_INHIBIT_OVF_FLAG": False,
            "LP_SET2_INHIBIT_OVF_FLAG": False,
            "LP_SET3_INHIBIT_OVF_FLAG": False,
            "LP_SET4_INHIBIT_OVF_FLAG": False,
            "BLK_END_READ_FLAG": True,
            "BLK_END_PULSE_FLAG": False,
            "SCALAR_DIVISOR_FLAG_SET1": True,
            "SCALAR_DIVISOR_FLAG_SET2": False,
            "SCALAR_DIVISOR_FLAG_SET3": False,
            "SCALAR_DIVISOR_FLAG_SET4": False,
            "EXTENDED_INT_STATUS_FLAG": True,
            "SIMPLE_INT_STATUS_FLAG": False,
            "BLK_END_RD_INDICATOR_FLAG": False,
        },
        "LP_FMATS": {f"INV_{name}_FLAG": name == "UINT16" for name in FORMATS},
        "NBR_BLKS_SET1": BLOCKS,
        "NBR_BLK_INTS_SET1": INTERVALS,
        "NBR_CHNS_SET1": 2,
        "MAX_INT_TIME_SET1": MINUTES,
    }
    made[62] = {
        "LP_SEL_SET1": [
            {"CHNL_FLAG": {"END_RDG_FLAG": True}, "LP_SOURCE_SELECT": 0, "END_BLK_RDG_SOURCE_SELECT": 0},
            {"CHNL_FLAG": {"END_RDG_FLAG": True}, "LP_SOURCE_SELECT": 1, "END_BLK_RDG_SOURCE_SELECT": 1},
        ],
        "INT_FMT_CDE1": 2,
        "SCALARS_SET1": [1, 3],
        "DIVISOR_SET1": [1, 6],
    }
    made[63] = {
        "LP_STATUS_SET1": {
            "LP_SET_STATUS_FLAGS": {
                "BLOCK_ORDER_FLAG": False,
                "OVERFLOW_FLAG": False,
                "LIST_TYPE_FLAG": True,
                "BLOCK_INHIBIT_OVERFLOW_FLAG": False,
                "INTERVAL_ORDER_FLAG": False,
                "ACTIVE_MODE_FLAG": True,
                "TEST_MODE_FLAG": False,
            },
            "NBR_VALID_BLOCKS": min(BLOCKS, newest_block + 1),
            "LAST_BLOCK_ELEMENT": newest_block % BLOCKS,
            "LAST_BLOCK_SEQ_NBR": newest_block,
            "NBR_UNREAD_BLOCKS": 0,
            "NBR_VALID_INT": valid_intervals,
        }
    }
    ring = [profile_block(0) for _ in range(BLOCKS)]
    for nth in range(max(0, newest_block - BLOCKS + 1), newest_block + 1):
        ring[nth % BLOCKS] = profile_block(nth)
    ring[newest_block % BLOCKS]["BLK_END_TIME"] -= timedelta(minutes=MINUTES * (INTERVALS - valid_intervals))
    made[64] = {"LP_DATA_SET1": ring}
    made[71] = {
        "LOG_FLAGS": {
            "EVENT_NUMBER_FLAG": False,
            "HIST_DATE_TIME_FLAG": True,
            "HIST_SEQ_NBR_FLAG": True,
            "HIST_INHIBIT_OVF_FLAG": False,
            "EVENT_INHIBIT_OVF_FLAG": False,
        },
        "NBR_STD_EVENTS": 0,
        "NBR_MFG_EVENTS": 0,
        "HIST_DATA_LENGTH": 2,
        "EVENT_DATA_LENGTH": 2,
        "NBR_HISTORY_ENTRIES": 0,
        "NBR_EVENT_ENTRIES": 4,
    }
    made[76] = {
        "EVENT_FLAGS": list_flags(),
        "NBR_VALID_ENTRIES": 4,
        "LAST_ENTRY_ELEMENT": 1,
        "LAST_ENTRY_SEQ_NBR": 8,
        "NBR_UNREAD_ENTRIES": 0,
        "ENTRIES": [event(7, 10, b"\x17\x00"), event(8, 2048 + 5), event(5, 1), event(6, 9, b"\x09\x00")],
    }
    return {number: content for number, content in made.items() if number in LISTED}


FORMATS = ("UINT8", "UINT16", "UINT32", "INT8", "INT16", "INT32", "NI_FMAT1", "NI_FMAT2")


def encode(content: Mapping[int, Any]) -> dict[int, bytes]:
    """The bytes of these tables; and of table 42, 2051 and 8, which have no values here."""
    tables = Tables(load_dictionary())
    for number, value in content.items():
        tables.put(number, tables.encode(number, value))
    return {number: tables.get(number) or b"" for number in tables.numbers} | {2048 + 3: b"\xca\xfe", 8: b"\0" * 4}


@dataclass
class HandMade:
    """Answers requests. `refuse`: response code by table. `dies_after`: requests until the link is dead."""

    raw: dict[int, bytes]
    refuse: dict[int, int] = field(default_factory=dict)
    fails_after: int | None = None
    failure: FieldProError | None = None
    facts: SessionFacts = FACTS
    asked: list[tuple[int, int, int]] = field(default_factory=list)  # table, offset, count; count 0: whole
    progress: list[Progress] = field(default_factory=list)

    def run(self, conversation: Conversation[Any]) -> Any:
        reply: Any = None
        error: FieldProError | None = None
        while True:
            try:
                item = conversation.send(reply) if error is None else conversation.throw(error)
            except StopIteration as end:
                return end.value
            reply, error = None, None
            try:
                reply = self._answer(item)
            except FieldProError as raised:
                error = raised

    def _answer(self, item: Any) -> Any:
        if isinstance(item, AskFacts):
            return self.facts
        if isinstance(item, Progress):
            self.progress.append(item)
            return None
        assert not isinstance(item, Pause)
        if self.fails_after is not None and len(self.asked) >= self.fails_after:
            assert self.failure is not None
            raise self.failure
        offset, count = (item.offset, item.count) if isinstance(item, OffsetRead) else (0, 0)
        assert isinstance(item, FullRead | OffsetRead)
        self.asked.append((item.table, offset, count))
        if item.table in self.refuse:
            raise ServiceRefused("read", self.refuse[item.table], f"table {item.table}")
        if item.table not in self.raw:
            raise ServiceRefused("read", ResponseCode.ONP, f"table {item.table}")
        data = self.raw[item.table]
        return ReadReply(data[offset : offset + count] if isinstance(item, OffsetRead) else data)

    def with_small_packets(self) -> HandMade:
        """20 bytes of a table in one reply: what is larger is read in pieces."""
        self.facts = replace(FACTS, packet_size=32, packet_count=1)
        return self

    @property
    def tables_asked(self) -> list[int]:
        return list(dict.fromkeys(table for table, _, _ in self.asked))

    @property
    def bytes_asked(self) -> int:
        return sum(count or len(self.raw.get(table, b"")) for table, _, count in self.asked)


@pytest.fixture(scope="session")
def hand_made_raw() -> dict[int, bytes]:
    return encode(values())


@pytest.fixture
def hand_made(hand_made_raw: dict[int, bytes]) -> HandMade:
    return HandMade(dict(hand_made_raw), refuse={42: ResponseCode.ISC})


@pytest.fixture
def make_meter() -> Callable[..., HandMade]:
    """A meter whose profile has come to another block; see `values`."""

    def make(**changes: Any) -> HandMade:
        return HandMade(encode(values(**changes)), refuse={42: ResponseCode.ISC})

    return make


@pytest.fixture
def at_noon() -> Callable[[], datetime]:
    """A clock that stands at 12:50:02 UTC."""
    return lambda: datetime(2026, 1, 1, 12, 50, 2, tzinfo=UTC)

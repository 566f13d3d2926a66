"""Tables against bytes that this program did not make: frames of real meters, and layouts worked out by hand.

Sources: ST1 of a GE I210+c and a clock sample of another meter (observed); everything else is C12.19's layout, with the
bytes counted by hand in both byte orders.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, time

import pytest

from fieldpro.c12.dictionary import Tables
from fieldpro.c12.times import RecurringDate

Meter = Callable[..., Tables]

GE_ST1 = bytes.fromhex(
    "47 45 20 20 49 32 31 30 2B 63 20 20 01 09 02 00 33 38 30 31 38 30 32 32 20 20 20 20 20 20 20 20"
)


def decode(tables: Tables, number: int, raw: str) -> dict[str, object]:
    """The values, after checking that they are encoded to the same bytes."""
    data = bytes.fromhex(raw)
    decoded = tables.decode(number, data)
    assert decoded.layout.size == len(data)
    assert tables.encode(number, decoded.values) == data
    assert not decoded.notes
    values: dict[str, object] = decoded.values
    return values


def test_the_manufacturer_table_of_a_ge_meter(meter: Meter) -> None:
    assert decode(meter(), 1, GE_ST1.hex()) == {
        "MANUFACTURER": "GE",
        "ED_MODEL": "I210+c",
        "HW_VERSION_NUMBER": 1,
        "HW_REVISION_NUMBER": 9,
        "FW_VERSION_NUMBER": 2,
        "FW_REVISION_NUMBER": 0,
        "MFG_SERIAL_NUMBER": "38018022",
    }


def test_identifiers_in_bcd_have_half_the_length(meter: Meter) -> None:
    tables = meter(ID_FORM=1)
    values = decode(tables, 1, GE_ST1[:16].hex() + "00 00 00 00 38 01 80 22")
    assert values["MFG_SERIAL_NUMBER"] == "0000000038018022"
    assert tables.layout(1).size == 24
    assert decode(tables, 5, "00 00 00 00 00 00 12 34 56 78") == {"IDENTIFICATION": "00000000000012345678"}
    assert meter(ID_FORM=0).layout(5).size == 20
    assert tables.layout(6).size == 230
    assert meter(settings={"ST6_ID_FORM": 1}, ID_FORM=1).layout(6).size == 230 - 4 * 10


def test_a_clock_sample_of_a_real_meter(meter: Meter) -> None:
    decoded = meter(TM_FORMAT=2).decode(52, bytes.fromhex("0D 01 05 01 17 0F 46"))
    assert decoded["CLOCK_CALENDAR"] == datetime(2013, 1, 5, 1, 23, 15)
    texts = {field.name: field.text for field in decoded.fields()}
    assert texts["DAY_OF_WEEK"] == "Saturday (6)"
    assert texts["DST_APPLIED_FLAG"] == "yes"
    assert texts["DST_FLAG"] == "no"


def test_general_configuration(meter: Meter) -> None:
    raw = (
        "02 0A 88 49 54 52 4E 02 00 28 3C 01 00"  # LSB first, ISO 646; UINT8 times, offset reads; INT32, INT32; "ITRN"
        "03 01 02 01 02 01"  # 3 bytes of standard tables, 1 of manufacturer tables, 2 and 1 of procedures, 2 of status
        "03 00 80 05 00 02 01 01 00 00 00"  # tables 0, 1, 23; MT 0, 2; procedure 9; MP 0; table 0 can be written
    )
    values = Tables(meter().dictionary).decode(0, bytes.fromhex(raw)).values
    assert values["FORMAT_CONTROL_1"] == {"DATA_ORDER": 0, "CHAR_FORMAT": 1, "MODEL_SELECT": 0}
    assert values["FORMAT_CONTROL_2"] == {"TM_FORMAT": 2, "DATA_ACCESS_METHOD": 1, "ID_FORM": 0, "INT_FORMAT": 0}
    assert values["DEVICE_CLASS"] == "ITRN"
    assert values["STD_TBLS_USED"] == (0, 1, 23)
    assert values["MFG_TBLS_USED"] == (0, 2)
    assert values["STD_PROC_USED"] == (9,)
    assert values["MFG_PROC_USED"] == (0,)
    assert values["STD_TBLS_WRITE"] == (0,)
    assert Tables(meter().dictionary).encode(0, values) == bytes.fromhex(raw)


def test_status_flags(meter: Meter) -> None:
    values = decode(meter(DIM_MFG_STATUS_USED=2), 3, "01 01 13 00 81 40")
    assert values["ED_MODE"]["METERING_FLAG"] is True
    status = values["ED_STD_STATUS1"]
    assert [name for name, is_set in status.items() if is_set] == [
        "UNPROGRAMMED_FLAG",
        "LOW_BATTERY_FLAG",
        "LOW_LOSS_POTENTIAL_FLAG",
        "TAMPER_DETECT_FLAG",
    ]
    assert values["ED_MFG_STATUS"] == (0, 7, 14)
    most_first = decode(meter(DIM_MFG_STATUS_USED=2, DATA_ORDER=1), 3, "01 13 01 00 81 40")
    assert most_first == values


@pytest.mark.parametrize(("data_order", "raw"), [(0, "00 4A 04 80"), (1, "80 04 4A 00")])
def test_unit_of_measure_bits(meter: Meter, data_order: int, raw: str) -> None:
    # 0x80044A00: id 0 (W), time base 2 (period), multiplier 1 (100), quadrant 1, net flow, not of the standard
    tables = meter({11: bytes.fromhex("00 01 00 00 00 00 02 00")}, DATA_ORDER=data_order)
    entry = decode(tables, 12, raw)["UOM_ENTRY"][0]
    assert entry == {
        "ID_CODE": 0,
        "TIME_BASE": 2,
        "MULTIPLIER": 1,
        "Q1_ACCOUNTABILITY": True,
        "Q2_ACCOUNTABILITY": False,
        "Q3_ACCOUNTABILITY": False,
        "Q4_ACCOUNTABILITY": False,
        "NET_FLOW_ACCOUNTABILITY": True,
        "SEGMENTATION": 0,
        "HARMONIC": False,
        "ID_RESOURCE": 0,
        "NFS": True,
    }


# func1: date/time, reset counter, cumulative demand; 2 summations, 1 demand, 1 coincident, 1 occurrence, 1 tier
ST21 = bytes.fromhex("16 00 00 02 01 01 01 01 00 00")
BLOCK = {
    "SUMMATIONS": [123456, -2],
    "DEMANDS": [{"EVENT_TIME": [datetime(2026, 3, 1, 12, 15)], "CUM_DEMAND": 1000, "DEMAND": [70000]}],
    "COINCIDENTS": [{"COINCIDENT_VALUES": [500]}],
}


@pytest.mark.parametrize(
    ("data_order", "block"),
    [
        (0, "40 E2 01 00  FE FF FF FF  1A 03 01 0C 0F  E8 03 00 00  70 11 01  F4 01 00"),
        (1, "00 01 E2 40  FF FF FF FE  1A 03 01 0C 0F  00 00 03 E8  01 11 70  00 01 F4"),
    ],
)
def test_current_registers(meter: Meter, data_order: int, block: str) -> None:
    tables = meter({21: ST21}, DATA_ORDER=data_order, NI_FORMAT1=8, NI_FORMAT2=7)
    values = decode(tables, 23, f"07 {block} {block}")
    assert values == {"NBR_DEMAND_RESETS": 7, "TOT_DATA_BLOCK": BLOCK, "TIER_DATA_BLOCK": [BLOCK]}
    layout = tables.layout(23)
    assert layout.locate("TOT_DATA_BLOCK.DEMANDS[0].DEMAND[0]").offset == 1 + 8 + 5 + 4
    assert layout.index_path("TOT_DATA_BLOCK.DEMANDS[0].DEMAND[0]") == (1, 1, 0, 3, 0)
    assert layout.index_path("TIER_DATA_BLOCK[0]") == (2, 0)
    only_present = meter({21: ST21}, {"INDEX_COUNTS_ABSENT": 0}, NI_FORMAT1=8, NI_FORMAT2=7).layout(23)
    assert only_present.index_path("TOT_DATA_BLOCK.DEMANDS[0].DEMAND[0]") == (1, 1, 0, 2, 0)


def test_registers_of_last_season_begin_with_their_date(meter: Meter) -> None:
    tables = meter({21: bytes.fromhex("03 00 00 01 00 00 00 00 00 00")})
    values = decode(tables, 24, "1A 03 01 00 00  02  05 00 00 00")
    assert values["REGISTER_INFO"] == {"END_DATE_TIME": datetime(2026, 3, 1), "SEASON": 2}
    assert values["REGISTER_DATA"]["TOT_DATA_BLOCK"]["SUMMATIONS"] == [5]


def test_self_reads(meter: Meter) -> None:
    tables = meter({21: bytes.fromhex("02 02 01 01 00 00 00 00 00 00")})
    values = decode(tables, 26, "04 01 00 2A 00 01  29 00  1A 03 01 00 00  05 00 00 00")
    assert values["LAST_ENTRY_SEQ_NBR"] == 42
    assert values["SELF_READS_ENTRIES"][0]["SELF_READ_SEQ_NBR"] == 41


# Load profile: block-end pulses and extended status; set 1 has 1 block, 2 intervals, 2 channels, 15 min; UINT16
ST61 = {0: "00 10 00 00  20 04  02  01 00 02 00 02 0F", 1: "00 00 10 00  04 20  02  00 01 00 02 02 0F"}
ST62 = "00 01 00  00 02 00  02"
ST64 = {  # 2026-03-01 00:30 is minute 29538750 (0x01C2B9BE) since 1970
    0: "BE B9 C2 01  00 10 00 00  00 20 00 00  22 00  64 00 2C 01  00 50  65 00 2D 01",
    1: "01 C2 B9 BE  00 00 10 00  00 00 20 00  22 00  00 64 01 2C  00 50  00 65 01 2D",
}


@pytest.mark.parametrize("data_order", [0, 1])
def test_load_profile(meter: Meter, data_order: int) -> None:
    tables = meter({61: bytes.fromhex(ST61[data_order]), 62: bytes.fromhex(ST62)}, DATA_ORDER=data_order, TM_FORMAT=3)
    assert decode(tables, 64, ST64[data_order]) == {
        "LP_DATA_SET1": [
            {
                "BLK_END_TIME": datetime(2026, 3, 1, 0, 30),
                "END_READINGS": [{"BLOCK_END_PULSE": 4096}, {"BLOCK_END_PULSE": 8192}],
                "LP_INT": [
                    {"EXTENDED_INT_STATUS": [0x22, 0x00], "INT_DATA": [100, 300]},
                    {"EXTENDED_INT_STATUS": [0x00, 0x50], "INT_DATA": [101, 301]},
                ],
            }
        ]
    }
    decoded = tables.decode(64, bytes.fromhex(ST64[data_order]))
    assert decoded.column("LP_DATA_SET1.LP_INT.INT_DATA").tolist() == [[[100, 300], [101, 301]]]
    assert decoded.column("LP_DATA_SET1.BLK_END_TIME").tolist() == [datetime(2026, 3, 1, 0, 30)]
    assert decoded.array("LP_DATA_SET1")["LP_INT"]["EXTENDED_INT_STATUS"].tolist() == [[[0x22, 0], [0, 0x50]]]
    assert decoded.layout.locate("LP_DATA_SET1[0].LP_INT[1].INT_DATA[1]").offset == 22


def test_load_profile_sets_are_there_only_with_their_data_table(meter: Meter) -> None:
    used = tuple(n for n in range(67) if n not in (64, 65))
    tables = meter(STD_TBLS_USED=used)
    assert tables.layout(61).size == 7 + 6
    assert [member.name for member in tables.layout(63).root.children] == ["LP_STATUS_SET3"]
    assert tables.layout(63).size == 13
    assert meter(STD_TBLS_USED=(0, 61)).layout(61).size == 7


# History log: time and sequence number, 2 bytes of argument, 1 entry; event log: 1 entry without an argument
ST71 = {0: "06 0A 01 02 00 01 00 01 00", 1: "06 0A 01 02 00 00 01 00 01"}
ST74 = {
    0: "00  01 00  00 00  2A 00 00 00  01 00   00 7F A3 69  29 00  02 00  14 00  AB CD",
    1: "00  00 01  00 00  00 00 00 2A  00 01   69 A3 7F 00  00 29  00 02  00 14  AB CD",
}
ST76 = {
    0: "00  01 00  00 00  2A 00 00 00  01 00   00 7F A3 69  29 00  02 00  03 08",
    1: "00  00 01  00 00  00 00 00 2A  00 01   69 A3 7F 00  00 29  00 02  08 03",
}


@pytest.mark.parametrize("data_order", [0, 1])
def test_logs(meter: Meter, data_order: int) -> None:
    tables = meter({71: bytes.fromhex(ST71[data_order])}, DATA_ORDER=data_order, TM_FORMAT=4)
    moment = datetime(2026, 2, 28, 23, 49, 20)  # 0x69A37F00 seconds since 1970
    history = decode(tables, 74, ST74[data_order])
    assert history["LAST_ENTRY_SEQ_NBR"] == 42
    assert history["ENTRIES"] == [
        {
            "HISTORY_TIME": moment,
            "HISTORY_SEQ_NBR": 41,
            "USER_ID": 2,
            "HISTORY_CODE": {"EVENT_CODE": 20, "SELECTOR": 0},
            "HISTORY_ARGUMENT": b"\xab\xcd",
        }
    ]
    texts = {field.name: field.text for field in tables.decode(74, bytes.fromhex(ST74[data_order])).fields()}
    assert texts["EVENT_CODE"] == "Demand reset (20)"
    events = tables.decode(76, bytes.fromhex(ST76[data_order]))
    assert events["ENTRIES"][0]["EVENT_CODE"] == {"EVENT_CODE": 2048 + 3, "SELECTOR": 0}
    assert events["ENTRIES"][0]["EVENT_SEQ_NBR"] == 41


def test_the_second_edition_adds_to_the_log_table(meter: Meter) -> None:
    assert meter(STD_VERSION_NO=1).layout(71).size == 9
    assert meter(STD_VERSION_NO=2).layout(71).size == 12


def test_procedure_9_and_its_response(meter: Meter) -> None:
    tables = meter()
    assert decode(tables, 7, "09 00 2A 01") == {
        "PROC": {"TBL_PROC_NBR": 9, "STD_VS_MFG_FLAG": False, "SELECTOR": 0},
        "SEQ_NBR": 0x2A,
        "PARM": {
            "ACTION_FLAG": {"DEMAND_RESET_FLAG": True, "SELF_READ_FLAG": False, "SEASON_CHANGE_FLAG": False},
        },
    }
    assert decode(tables, 8, "09 00 2A 00")["RESP_DATA"] == b""
    assert decode(tables, 7, "03 08 07 AA BB")["PARM"] == b"\xaa\xbb"
    assert decode(tables, 7, "03 00 07")["PARM"] == {}
    assert decode(tables, 7, "03 00 07 01")["PARM"] == b"\x01"
    answer = decode(tables, 8, "0A 00 07 00  1A 03 01 00 00 00  1A 03 01 00 00 05")
    assert answer["RESP_DATA"]["CLOCK_CALENDAR_AFTER"] == datetime(2026, 3, 1, 0, 0, 5)


def test_modes_of_procedure_6_are_a_profile_key(meter: Meter) -> None:
    for coding, word in ((0, "meter shop"), (1, "factory")):
        layout = meter(settings={"PROC6_MODE_CODING": coding}).procedure_request(6)
        (field,) = layout.decode(b"\x04").fields()
        assert field.text == f"{word} (4)"


def test_a_pending_table_has_its_activation_before_its_data(meter: Meter) -> None:
    tables = meter(TM_FORMAT=4)
    values = decode(tables, 4096 + 56, "20 00 7F A3 69 00  0F 00 03")
    assert values["PENDING_HEADER"]["EVENT_SELECTOR"]["DEMAND_RESET_FLAG"] is True
    assert values["TIME_REMAIN_TBL"] == {"TIER_TIME_REMAIN": 15, "SELF_READ_DAYS_REMAIN": 3}
    assert decode(tables, 4096 + 56, "01 01 02 03 04 05  0F 00 03")["PENDING_HEADER"]["SECONDS"] == 5
    layout = tables.layout(4096 + 56, bytes(9))
    assert layout.locate("TIME_REMAIN_TBL.TIER_TIME_REMAIN").offset == 6


@pytest.mark.parametrize(
    ("bits", "minutes_first"),
    [(0, 2 | 1 << 3 | 30 << 5 | 14 << 11), (1, 2 | 1 << 3 | 14 << 5 | 30 << 10)],
)
def test_calendar(meter: Meter, bits: int, minutes_first: int) -> None:
    # 1 single date, 1 recurring date, 1 tier switch, 1 season, 2 special schedules, one schedule for all weekdays
    tables = meter({51: bytes.fromhex("00 00 21 01 01 01 00 0E 00")}, {"TIER_SWITCH_BITS": bits})
    values = decode(tables, 54, f"9A 09 22  0E 03 01  {minutes_first.to_bytes(2, 'little').hex()} 00  01 02 03 04 05")
    assert values["NON_RECURR_DATES"] == [
        {
            "NON_RECURR_DATE": date(2026, 3, 1),
            "CALENDAR_ACTION": {"CALENDAR_CTRL": 2, "DEMAND_RESET_FLAG": True, "SELF_READ_FLAG": False},
        }
    ]
    assert values["RECURR_DATES"][0]["RECURR_DATE"] == RecurringDate(0x030E)
    switch = values["TIER_SWITCHES"][0]["TIER_SWITCH"]
    assert (switch["NEW_TIER"], switch["SWITCH_HOUR"], switch["SWITCH_MIN"]) == (2, 14, 30)
    assert values["DAILY_SCHEDULE_ID_MATRIX"] == [
        {"SATURDAY_SCHEDULE": 1, "SUNDAY_SCHEDULE": 2, "WEEKDAY_SCHEDULE": 3, "SPECIAL_SCHEDULE": [4, 5]}
    ]


def test_time_offset(meter: Meter) -> None:
    tables = meter({51: bytes.fromhex("00 11 00 00 00 00 00 00 00")})
    assert decode(tables, 53, "02 00 00 3C D4 FE") == {
        "DST_TIME_EFF": time(2, 0),
        "DST_TIME_AMT": 60,
        "TIME_ZONE_OFFSET": -300,
    }


@pytest.mark.parametrize(
    ("number", "size"),
    [(2, 33), (6, 230), (10, 8), (20, 10), (30, 10), (40, 6), (50, 9), (52, 7), (55, 9), (56, 3)],
)
def test_sizes_of_tables_of_fixed_length(meter: Meter, number: int, size: int) -> None:
    assert meter(TM_FORMAT=2).layout(number).size == size


def test_security_and_display_and_demand(meter: Meter) -> None:
    tables = meter(
        {
            11: bytes.fromhex("0B 00 02 03 02 00 02 00"),
            31: bytes.fromhex("07 02 00 03 02 00 01 00 00 00"),
            41: bytes.fromhex("02 04 01 08 01 00"),
        }
    )
    assert decode(tables, 42, "41 42 43 44 01  45 46 47 48 80")["SECURITY_ENTRIES"][1]["PASSWORD"] == b"EFGH"
    assert decode(tables, 45, "00 11 22 33 44 55 66 77") == {"KEY_ENTRIES": [bytes.fromhex("0011223344556677")]}
    right = decode(tables, 44, "17 20 FF 01")["ACCESS_CONTROL"][0]
    assert right["ACCESS_TABLE_DEF"]["TBL_PROC_NBR"] == 23
    assert right["ACCESS_TABLE_DEF"]["ANY_READ_FLAG"] is True
    assert decode(tables, 13, "05 0A 0B 0C  05 03  0F 01") == {
        "RESET_EXCLUSION": 5,
        "P_FAIL_RECOGNTN_TM": 10,
        "P_FAIL_EXCLUSION": 11,
        "COLD_LOAD_PICKUP": 12,
        "INTERVAL_VALUE": [{"SUB_INT": 5, "INT_MULTIPLIER": 3}, {"SUB_INT": 15, "INT_MULTIPLIER": 1}],
    }
    assert decode(tables, 14, "01 02 03 04 05 06") == {"SOURCES_ID": [b"\1\2\3", b"\4\5\6"]}
    assert decode(tables, 32, "01 02 03 04 05 06") == {"DISPLAY_SOURCES": [b"\1\2\3", b"\4\5\6"]}
    lists = decode(tables, 33, "53 21 02  07 00 08 00")
    assert lists["PRI_DISP_SOURCES"] == [7, 8]
    assert lists["PRI_DISP_LIST"][0]["DISP_SCROLL1"] == {"ON_TIME": 3, "OFF_TIME": 5}


def test_sources_and_selections(meter: Meter) -> None:
    tables = meter({11: bytes.fromhex("60 00 00 00 00 01 02 02"), 21: ST21}, NI_FORMAT1=1)
    constants = decode(tables, 15, "00 00 80 3F 00 00 00 00  01 00 00 A0 42 00 00 70 42  00 00 00 80 3F 00 00 80 3F")
    assert constants["SELECTION"][0]["SET1_CONSTANTS"]["RATIO_F1"] == 80.0
    assert decode(tables, 16, "01 2B")["SOURCES_LINK"][1]["CONSTANT_TO_BE_APPLIED"] is True
    assert decode(tables, 22, "00 01  02  01  03  00") == {
        "SUMMATION_SELECT": [0, 1],
        "DEMAND_SELECT": [2],
        "MIN_OR_MAX_FLAGS": (0,),
        "COINCIDENT_SELECT": [3],
        "COIN_DEMAND_ASSOC": [0],
    }

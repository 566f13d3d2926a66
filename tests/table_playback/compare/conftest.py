"""Small meters whose bytes are written here by hand, and read-outs of the virtual ones."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import pytest

from fieldpro.app import open_transport
from fieldpro.c12.dictionary import Dictionary, Tables
from fieldpro.meter.read import read_tables
from fieldpro.records import ReadOut
from fieldpro.session import MeterSession, SessionPlan

# Table 0 is the standard's in the first bytes alone: little-endian, ISO 646, no times, two's complement.
NOTATION = """
TYPE T.FORMATS1_BFLD = BIT FIELD OF UINT8
    DATA_ORDER : UINT(0..0);
    CHAR_FORMAT : UINT(1..3);
    FILLER : FILL(4..7);
END;
TYPE T.FORMATS2_BFLD = BIT FIELD OF UINT8
    TM_FORMAT : UINT(0..2);
    FILLER : FILL(3..7);
END;
TYPE T.FORMATS3_BFLD = BIT FIELD OF UINT8
    INT_FORMAT : UINT(0..1);
    NI_FORMAT1 : UINT(2..4);
    NI_FORMAT2 : UINT(5..7);
END;
TYPE T.GENERAL_RCD = PACKED RECORD
    FORMAT_1 : T.FORMATS1_BFLD;
    FORMAT_2 : T.FORMATS2_BFLD;
    FORMAT_3 : T.FORMATS3_BFLD;
END;
TYPE T.LIMITS_RCD = PACKED RECORD
    NBR_CHANNELS : UINT8;       { Channels }
    NBR_PLACES : UINT8;         { Places of the log }
    NBR_VALUES : UINT16;        { Values }
END;
TYPE T.FLAGS_BFLD = BIT FIELD OF UINT8
    OPEN_FLAG : BOOL(0);        { Open }
    MODE : UINT(1..3);          { Mode | 0 = "idle", 1 = "busy" }
    FILLER : FILL(4..7);
END;
TYPE T.STATE_RCD = PACKED RECORD
    FLAGS : T.FLAGS_BFLD;       { State }
    VOLTS : UINT16;             { Voltage [V] }
    USED : SET(2);              { Used }
    NAME : STRING(4);           { Name }
    CHANNELS : ARRAY[LIMITS_TBL.NBR_CHANNELS] OF UINT16;    { Channels [Wh] }
END;
TYPE T.ENTRY_RCD = PACKED RECORD
    CODE : UINT8;               { Event }
    NUMBER : UINT16;            { Number }
END;
TYPE T.LOG_RCD = PACKED RECORD
    NBR_VALID_ENTRIES : UINT8;  { Valid entries }
    ENTRIES : ARRAY[LIMITS_TBL.NBR_PLACES] OF T.ENTRY_RCD;  { Entries }
END;
TYPE T.VALUE_RCD = PACKED RECORD
    STAMP : UINT8;              { Stamp }
    VALUE : UINT16;             { Value [Wh] }
END;
TYPE T.VALUES_RCD = PACKED RECORD
    VALUES : ARRAY[LIMITS_TBL.NBR_VALUES] OF T.VALUE_RCD;   { Values }
END;
TYPE T.SECRET_RCD = PACKED RECORD
    LEVEL : UINT8;              { Level }
    PASSWORD : BINARY(4);       { Password | secret }
END;
TABLE 0 GEN_CONFIG_TBL = T.GENERAL_RCD;     { General }
TABLE 10 LIMITS_TBL = T.LIMITS_RCD;         { Limits }
TABLE 11 STATE_TBL = T.STATE_RCD;           { State }
TABLE 12 LOG_TBL = T.LOG_RCD;               { Log }
TABLE 13 VALUES_TBL = T.VALUES_RCD;         { Values }
TABLE 42 SECURITY_TBL = T.SECRET_RCD;       { Passwords }
TABLE 99 NAMED_TBL;                         { Named only }
"""

LITTLE, BIG = bytes([0b0000_0010, 0, 0]), bytes([0b0000_0011, 0, 0])


@pytest.fixture(scope="session")
def dictionary() -> Dictionary:
    return Dictionary.build([("test", NOTATION)])


@pytest.fixture
def context(dictionary: Dictionary) -> Callable[..., Tables]:
    """A meter with 2 channels, 4 places in its log and 100 values, and more tables as given."""

    def make(more: Mapping[int, bytes] | None = None, *, general: bytes = LITTLE) -> Tables:
        limits = bytes([2, 4, 100, 0]) if general == LITTLE else bytes([2, 4, 0, 100])
        return Tables(dictionary, raw={0: general, 10: limits, **(more or {})})

    return make


def read_from(url: str) -> ReadOut:
    with MeterSession(open_transport(url), SessionPlan(), close_transport=True) as session:
        found: ReadOut = session.run(read_tables())
    return found


@pytest.fixture(scope="session")
def monday() -> ReadOut:
    return read_from("sim://centron?seed=3&days=30&at=2026-03-02T12:00")


@pytest.fixture(scope="session")
def wednesday() -> ReadOut:
    """The same meter two days later."""
    return read_from("sim://centron?seed=3&days=30&at=2026-03-04T12:00")


@pytest.fixture(scope="session")
def house() -> ReadOut:
    """Another meter: big-endian, other formats, other limits."""
    return read_from("sim://residential?seed=4&at=2026-03-02T12:00")

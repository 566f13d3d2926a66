"""Instantaneous values from wherever a device profile says they lie."""

from __future__ import annotations

import math

from fieldpro import resources
from fieldpro.c12.dictionary import Dictionary
from fieldpro.c12.dictionary.tables import Tables
from fieldpro.dictionaries import STANDARD
from fieldpro.meter.device_profile import Instantaneous, PhaseElements
from fieldpro.meter.phases import phase_values

MAKER = """
TYPE TEST.PHASE_RCD = PACKED RECORD
    U : UINT16;
    I : FLOAT32;
    ANGLE : INT16;
END;
TYPE TEST.PRESENT_RCD = PACKED RECORD
    HERTZ : UINT16;
    PHASE : ARRAY[2] OF TEST.PHASE_RCD;
END;
TABLE 2048+9 TEST_TBL = TEST.PRESENT_RCD;
"""


def tables() -> Tables:
    standard = [(name, resources.text("dictionary", "standard", f"{name}.c1219")) for name in STANDARD]
    made = Tables(Dictionary.build([*standard, ("maker", MAKER)]))
    made.put(0, bytes([2, 0x0B, 0x10, *b"TEST", 2, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0]))
    values = {
        "HERTZ": 5998,
        "PHASE": [{"U": 1203, "I": 4.5, "ANGLE": 0}, {"U": 1199, "I": float("nan"), "ANGLE": -1200}],
    }
    made.put(2057, made.encode(2057, values))
    return made


def place(*phases: PhaseElements, frequency: str = "") -> Instantaneous:
    return Instantaneous(
        table=2057,
        phases=phases,
        frequency=frequency,
        volts_per_count=0.1,
        degrees_per_count=0.1,
        hertz_per_count=0.01,
    )


A = PhaseElements(name="A", volts="PHASE[0].U", amps="PHASE[0].I", volt_angle="PHASE[0].ANGLE")
C = PhaseElements(name="C", volts="PHASE[1].U", amps="PHASE[1].I", volt_angle="PHASE[1].ANGLE")
GONE = PhaseElements(name="X", volts="PHASE[2].U", amps="NO_SUCH.ELEMENT")


def test_counts_become_volts_amperes_degrees_and_hertz() -> None:
    found = phase_values(tables().decode(2057), place(A, C, frequency="HERTZ"))
    assert found is not None
    assert found.phases == ("A", "C")
    assert [round(value, 6) for value in found.volts] == [120.3, 119.9]
    assert found.amps[0] == 4.5
    assert math.isnan(found.amps[1])
    assert [round(value, 6) for value in found.volt_angles] == [0.0, -120.0]
    assert all(math.isnan(value) for value in found.amp_angles)
    assert found.frequency_hz is not None
    assert round(found.frequency_hz, 6) == 59.98


def test_a_phase_that_the_meter_does_not_have_is_left_out() -> None:
    found = phase_values(tables().decode(2057), place(A, GONE))
    assert found is not None
    assert found.phases == ("A",)
    assert found.frequency_hz is None


def test_no_phase_at_all_is_no_values() -> None:
    assert phase_values(tables().decode(2057), place(GONE)) is None

from __future__ import annotations

from dataclasses import replace

import pytest

from fieldpro.records import PhaseValues
from fieldpro.visit_record import (
    CheckLine,
    Diagnosis,
    Difference,
    MeterLine,
    ProgramLine,
    Reading,
    RegisterLine,
    StepRecord,
    StepState,
    Verdict,
    VisitRecord,
)

OLD = MeterLine("ITRN", "CENTRON", "00098765", "ITRN", "2.10", "9S", "SITE 7")
NEW = MeterLine("ITRN", "CENTRON", "00012345", "ITRN", "3.12", "9S", "SITE 7")
NAMES = (
    ("Wh delivered", "kWh"),
    ("Wh received", "kWh"),
    ("varh delivered", "kvarh"),
    ("Peak demand, W delivered", "kW"),
    ("Wh delivered, tier 1", "kWh"),
    ("Wh delivered, tier 2", "kWh"),
    ("Wh delivered, tier 3", "kWh"),
    ("Cumulative, W delivered", "kW"),
)


def reading(meter: MeterLine, at: str, factor: float, record: int, clock: str) -> Reading:
    lines = tuple(RegisterLine(name, f"{(nth + 1) * factor:.3f}", unit) for nth, (name, unit) in enumerate(NAMES))
    return Reading(meter, at, lines, clock, (), record)


@pytest.fixture
def visit() -> VisitRecord:
    """An exchange with everything in it."""
    done = [
        ("order", "Check the order", ""),
        ("final-read", "Read the old meter a last time", ""),
        ("decommission", "Take the old meter out of the home network", "none there"),
        ("swap", "Exchange the meters", "seal 883214"),
        ("identify", "Identify the new meter", ""),
        ("before", "Read the new meter", ""),
        ("program", "Compare with the program and write", ""),
        ("clock", "Set the clock", "1 s off"),
        ("diagnose", "Diagnose the site", ""),
        ("switch", "Check the service switch", ""),
        ("join", "Join the customer's devices", "none there"),
        ("after", "Read the new meter again", ""),
        ("headend", "Check that the office hears the meter", "no network"),
        ("close", "Close the order", ""),
    ]
    left = {"decommission", "clock", "join", "headend"}
    steps = tuple(
        StepRecord(
            id,
            title,
            StepState.SKIPPED if id in left else StepState.DONE,
            f"2026-03-01T12:{nth + 4:02}:00+00:00",
            "Ada Lovelace",
            note,
        )
        for nth, (id, title, note) in enumerate(done)
    )
    differences = (
        Difference("DISPLAY_TBL.PRI_DISP_LIST[0]", "First display item", "3", "7", "", True, True),
        Difference("GEN_CONFIG_TBL.DEMAND_INTERVAL", "Demand interval", "30", "15", "min", True, True),
        Difference("TIME_OFFSET_TBL.DST_TIME_EFF", "Daylight saving begins", "01:00", "02:00", "", True, True),
        Difference("SECURITY_TBL.PASSWORDS[1]", "Password of level 2", "••••••", "••••••", "", True, False),
        Difference("CONSTANTS_TBL.SELECTION[3].MULTIPLIER", "Multiplier", "1", "40", "", False, False),
    )
    phases = PhaseValues(
        ("A", "B", "C"), (120.2, 120.5, 119.3), (6.8, 10.2, 9.8), (0, 119.6, 240.3), (9, 125.5, 246), 60.0
    )
    checks = (
        CheckLine(
            "D1", "Polarity, cross phase and energy flow", Verdict.GOOD, "Every voltage and current is in its sector"
        ),
        CheckLine("D2", "Phase voltage", Verdict.GOOD, "largest deviation 0.7 %, 10 % allowed"),
        CheckLine("D3", "Inactive phase current", Verdict.GOOD, "all currents above 50 mA"),
        CheckLine(
            "D4",
            "Current phase angle",
            Verdict.BAD,
            "phase C is 58 degrees from its voltage, 45 allowed",
            "0 before, 1 after",
        ),
        CheckLine("D5", "Waveform distortion", Verdict.NOT_CHECKED, "the meter does not measure it"),
        CheckLine("D6", "Harmonic distortion", Verdict.NOT_CHECKED, "the meter does not measure it"),
    )
    return VisitRecord(
        id="20260301-120000-ab12",
        kind="exchange",
        kind_title="Meter exchange",
        order={
            "number": "4711",
            "premise": "12 Elm Street, Springfield",
            "program": "residential-tou",
            "kind": "exchange",
        },
        who="Ada Lovelace",
        role="technician",
        started_at="2026-03-01T12:04:00+00:00",
        steps=steps,
        ended_at="2026-03-01T12:41:30+00:00",
        meter=NEW,
        removed=reading(OLD, "2026-03-01T12:05:00+00:00", 15384.2517, 41, "2026-03-01 11:03:50, 70 s behind"),
        before=reading(NEW, "2026-03-01T12:20:00+00:00", 0.0, 42, "2026-03-01 12:20:01, 1 s ahead"),
        after=reading(NEW, "2026-03-01T12:40:00+00:00", 0.125, 43, "2026-03-01 12:40:00, right"),
        program=ProgramLine("residential-tou", 7, "9f" * 32),
        differences=differences,
        diagnosis=Diagnosis("2026-03-01T12:30:00+00:00", checks, phases, "9S 4-wire wye"),
        switch="closed, 240.1 V on the load side, no load limit",
        notes=("Old seal was broken; photo taken.",),
        audit_number=1284,
        audit_hash="4be1" * 16,
    )


@pytest.fixture
def reading_only(visit: VisitRecord) -> VisitRecord:
    """A visit that wrote nothing."""
    return replace(
        visit,
        kind="read-only",
        kind_title="Read only",
        steps=visit.steps[:1] + visit.steps[4:6] + visit.steps[-1:],
        removed=None,
        after=None,
        program=None,
        differences=(),
        diagnosis=None,
        switch="",
        notes=(),
    )

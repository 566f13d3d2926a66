"""A meter whose instantaneous values and harmonics are present values of table 28: no maker's table at all."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from fieldpro.c12.dictionary import Tables
from fieldpro.dictionaries import load_dictionary
from fieldpro.meter.device_profile import DeviceProfile, Instantaneous, Match, PhaseElements
from fieldpro.meter.diagnosis import Outcome, Settings, Terms, diagnose, form

VOLTS, AMPS, INSTANTANEOUS = 8, 12, 1
PROFILE = DeviceProfile(
    name="by-hand",
    title="By hand",
    match=(Match(),),
    instantaneous=Instantaneous(
        table=28,
        phases=(PhaseElements(name="A", volts="PRESENT_VALUE[0]", amps="PRESENT_VALUE[1]"),),
    ),
)


def unit(code: int, *, harmonic: bool = False) -> dict[str, Any]:
    quadrants = {f"Q{number}_ACCOUNTABILITY": False for number in (1, 2, 3, 4)}
    rest = {"NET_FLOW_ACCOUNTABILITY": False, "HARMONIC": harmonic, "ID_RESOURCE": 0, "NFS": False}
    return {"ID_CODE": code, "TIME_BASE": INSTANTANEOUS, "MULTIPLIER": 0, "SEGMENTATION": 5} | quadrants | rest


@pytest.fixture
def with_harmonics(make_meter: Any) -> Any:
    """The meter of the other tests with three sources: volts, amperes and harmonic amperes of phase A."""
    at = make_meter()
    tables = Tables(load_dictionary(), raw=at.raw)
    units = [unit(VOLTS), unit(AMPS), unit(AMPS, harmonic=True)]
    link = dict(tables.decode(16).values["SOURCES_LINK"][0])
    changes: list[tuple[int, dict[str, Any]]] = [
        (11, {"NBR_UOM_ENTRIES": 3, "NBR_CONSTANTS_ENTRIES": 0, "NBR_SOURCES": 3}),
        (21, {"NBR_PRESENT_VALUES": 3, "NBR_PRESENT_DEMANDS": 0}),
        (12, {"UOM_ENTRY": units}),
        (16, {"SOURCES_LINK": [link] * 3}),
        (27, {"PRESENT_DEMAND_SELECT": [], "PRESENT_VALUE_SELECT": [0, 1, 2]}),
        (28, {"PRESENT_DEMAND": [], "PRESENT_VALUE": [120.0, 40.0, 10.0]}),
    ]
    held = {number: dict(tables.decode(number).values) for number, _ in changes}
    for number, values in changes:
        tables.put(number, tables.encode(number, held[number] | values))
        at.raw[number] = tables.get(number)
    return at


def test_harmonic_sources_of_the_meter_are_judged(with_harmonics: Any) -> None:
    terms = Terms(form=form("2S"), settings=Settings({"D5.threshold": 20.0, "D6.threshold": 30.0}), profile=PROFILE)
    diagnosis = with_harmonics.run(diagnose(terms=terms, now=lambda: datetime(2026, 1, 1, tzinfo=UTC)))
    assert diagnosis.last.sample.distortion == {"A": pytest.approx(25.0)}
    assert diagnosis.verdicts["D5"].outcome is Outcome.MISS
    assert diagnosis.verdicts["D5"].findings[0].text == "current A is distorted by 25.0 %, allowed 20 %"
    assert diagnosis.verdicts["D6"].outcome is Outcome.PASS
    assert diagnosis.verdicts["D1"].outcome is Outcome.NOT_JUDGED  # it gives no angles
    assert with_harmonics.tables_asked.count(28) == 1

"""`fieldpro calendar`: shown, checked, and asked for a tier, from a meter, a record and a program alike."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest


@pytest.fixture
def program(fieldpro: Any, meter: str, tmp_path: Path, logged_on: Any) -> Path:
    """The meter's calendar as a program file."""
    file = tmp_path / "calendar.toml"
    said = fieldpro("program", "make", meter, "--name", "calendar", "--tables", "51,53,54", "--out", file, *logged_on)
    assert said.code == 0, said.err
    return file


def test_the_tier_is_answered_with_its_reasons(fieldpro: Any, meter: str) -> None:
    answer = fieldpro("calendar", "tier", meter, "--at", "2026-07-04T14:30", "--json").json
    assert (answer["tier"], answer["special"], answer["daylight"]) == ("A", 0, True)
    assert any("recurring date" in step and "4 July" in step for step in answer["why"])
    gone = fieldpro("calendar", "tier", meter, "--at", "2026-03-08T02:30")
    assert gone.out.startswith("The meter's clock never shows this time.")


def test_a_working_day_goes_through_its_tiers(fieldpro: Any, meter: str) -> None:
    tiers = [
        fieldpro("calendar", "tier", meter, "--at", f"2026-07-07T{hour:02d}:00", "--json").json["tier"]
        for hour in (0, 7, 13, 16, 18, 20, 22)
    ]
    assert tiers == ["A", "B", "C", "D", "C", "B", "A"]  # resources/meters/centron.toml
    told = fieldpro("calendar", "tier", meter, "--at", "2026-07-07T16:30").out
    assert told.startswith("Tier D\n")
    assert "Day schedule 0 switches to tier D at 16:00." in told


def test_meter_record_and_program_say_the_same(fieldpro: Any, meter: str, program: Path) -> None:
    assert fieldpro("read", meter, "--tables", "0,1,20,21,50,51,53,54", "--save").code == 0
    of_meter, of_record, of_program = (
        fieldpro("calendar", "show", source, "--json", "--year", "2026").json for source in (meter, "record:1", program)
    )
    for name in ("seasons", "switches", "recurring", "singles", "hours"):
        assert of_meter[name] == of_record[name] == of_program[name], name
    assert sum(of_meter["hours"].values()) == pytest.approx(365 * 24, abs=1)


def test_a_sound_calendar_has_nothing_wrong(fieldpro: Any, meter: str, program: Path) -> None:
    for source in (meter, program):
        said = fieldpro("calendar", "check", source)
        assert said.code == 0, said.err
        assert said.out == "Nothing is wrong with this calendar.\n"


def test_a_calendar_with_a_gap_is_told_where(fieldpro: Any, program: Path) -> None:
    text = program.read_text(encoding="utf-8")
    spoiled = text.replace("SWITCH_HOUR = 0", "SWITCH_HOUR = 3", 1)
    assert spoiled != text
    program.write_text(spoiled, encoding="utf-8")
    complaints = fieldpro("calendar", "check", program, "--json").json
    assert any("gap" in each["text"] for each in complaints)
    assert fieldpro("program", "check", program).code == 2


def test_show_lists_day_types_and_dates(fieldpro: Any, meter: str) -> None:
    out = fieldpro("calendar", "show", meter, "--year", "2026").out
    assert "Monday to Friday" in out
    assert "daylight saving begins" in out
    assert "HOURS OF 2026" in out


@pytest.mark.parametrize(
    "arguments",
    [
        ("calendar", "tier", "sim://centron", "--at", "noon"),
        ("calendar", "tier", "sim://centron", "--at", "2026-07-04T14:30+01:00"),
        ("calendar", "show", "sim://centron", "--year", "1990"),
        ("calendar", "show", "template:installation"),
        ("calendar", "show", "no/such/file.toml"),
        ("calendar", "explain", "sim://centron"),
    ],
)
def test_wrong_use_ends_with_2(fieldpro: Any, arguments: tuple[str, ...]) -> None:
    said = fieldpro(*arguments)
    assert said.code == 2, said.err
    assert "Traceback" not in said.err

"""How steps are held to a tape, changed from the command line; numbers stay what they were."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

CHANGED = "UTIL_INFO_TBL.PROGRAMMER_NAME"


@pytest.fixture
def differing(playback: Any, fieldpro: Any, meter: str, tape: Path, logged_on: tuple[str, ...]) -> Path:
    """A tape whose step that reads table 6 is not as the meter is now."""
    assert playback("record", meter, tape, "--tables", "1,6,28").code == 0
    change = ("template:commercial-tou", "--only", "UTIL_INFO_TBL", "--yes")
    assert fieldpro("program", "write", meter, *change, *logged_on).code == 0
    assert playback("play", meter, tape).code == 1
    return tape


def steps(playback: Any, tape: Path) -> list[dict[str, Any]]:
    shown: list[dict[str, Any]] = playback("show", tape, "--json").json["steps"]
    return shown


def test_an_element_that_is_left_out_is_no_difference(playback: Any, meter: str, differing: Path) -> None:
    said = playback("edit", differing, "--table", "6", "--ignore", CHANGED, "--note", "who programmed it may change")
    assert said.code == 0, said.err
    assert "1 step changed" in said.err
    assert playback("play", meter, differing).code == 0
    (step,) = [step for step in steps(playback, differing) if step["table"] == 6]
    assert step["verify"]["ignore"] == [CHANGED]
    assert "who programmed it" in playback("show", differing).out
    assert playback("edit", differing, "--step", step["number"], "--exact").code == 0
    assert playback("play", meter, differing).code == 1


def test_a_step_that_is_off_is_not_played_and_keeps_its_number(playback: Any, meter: str, differing: Path) -> None:
    before = [step["number"] for step in steps(playback, differing)]
    assert playback("edit", differing, "--table", "6", "--off").code == 0
    assert [step["number"] for step in steps(playback, differing)] == before
    said = playback("play", meter, differing, "--json")
    assert said.code == 0, said.err
    (off,) = [step for step in said.json["steps"] if step["table"] == 6]
    assert off["verdict"] == "skipped"
    assert playback("edit", differing, "--table", "6", "--on").code == 0
    assert playback("play", meter, differing).code == 1


def test_numbers_may_differ_within_a_tolerance(playback: Any, meter: str, differing: Path) -> None:
    assert playback("edit", differing, "--table", "6", "--off").code == 0
    moved = any(playback("play", meter, differing, "--no-masks").code == 1 for _ in range(50))
    assert moved, "present values move within seconds"
    tolerances = ("--tolerance", "PRESENT_REGISTER_DATA_TBL.*=1e9")
    ignore = ("--ignore", "PRESENT_REGISTER_DATA_TBL.*.TIME_REMAINING")
    assert playback("edit", differing, "--table", "28", *tolerances, *ignore).code == 0
    said = playback("play", meter, differing, "--no-masks")
    assert said.code == 0, said.out


def test_the_tape_that_was_edited_may_be_another_file(playback: Any, differing: Path) -> None:
    before, out = differing.read_bytes(), differing.with_name("b.tape")
    assert playback("edit", differing, "--title", "Another", "--writable", "6", "--out", out).code == 0
    assert differing.read_bytes() == before
    assert playback("show", out, "--json", "--header").json["header"]["title"] == "Another"
    assert playback("edit", differing, "--title", "Again", "--out", out).code == 2


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ((), "otherwise"),
        (("--step", "999", "--off"), "--step"),
        (("--tolerance", "5"), "--tolerance"),
        (("--tolerance", "X=-1"), "--tolerance"),
        (("--writable", "99"), "--writable"),
        (("--order", "sideways"), "order"),
    ],
)
def test_what_cannot_be_edited_is_said_and_nothing_is_written(
    playback: Any, meter: str, tape: Path, arguments: tuple[str, ...], words: str
) -> None:
    assert playback("record", meter, tape, "--tables", "1").code == 0
    before = tape.read_bytes()
    said = playback("edit", tape, *arguments)
    assert said.code == 2, said.err
    assert words in said.err
    assert tape.read_bytes() == before

"""From a read to a tape, to the meter again, to a meter of its own: with the commands a person types."""

from __future__ import annotations

import csv
import json
import xml.etree.ElementTree as ET
from pathlib import Path
from typing import Any

import pytest

KINDS = ["centron", "residential"]
CHANGE = ("template:commercial-tou", "--only", "UTIL_INFO_TBL", "--yes")
CHANGED = "UTIL_INFO_TBL.PROGRAMMER_NAME"


def raw(said: Any) -> dict[int, str]:
    assert said.code == 0, said.err
    return {table["number"]: table["raw"] for table in said.json["tables"] if table["raw"]}


def good(said: Any) -> Any:
    assert said.code == 0, said.err
    return said


def changed(fieldpro: Any, meter: str, logged_on: tuple[str, ...]) -> None:
    """One element of the meter is another than it was."""
    good(fieldpro("program", "write", meter, *CHANGE, *logged_on))


# --- record and play ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", KINDS)
def test_what_was_recorded_from_a_meter_plays_back_all_equal(playback: Any, meter: str, tape: Path, kind: str) -> None:
    url = meter.replace("centron", kind)
    said = good(playback("record", url, tape, "--title", "Before"))
    steps = len(playback("show", tape, "--json").json["steps"])
    assert f"{steps} steps" in said.err
    said = good(playback("play", url, tape, "--json"))
    assert len(said.json["steps"]) == steps
    assert {step["verdict"] for step in said.json["steps"]} == {"equal"}


def test_a_value_that_changed_is_named_with_both_values(
    playback: Any, fieldpro: Any, meter: str, tape: Path, logged_on: tuple[str, ...]
) -> None:
    good(playback("record", meter, tape, "--tables", "1,6"))
    changed(fieldpro, meter, logged_on)
    said = playback("play", meter, tape)
    assert said.code == 1
    line = next(line for line in said.out.splitlines() if CHANGED in line)
    assert "FACTORY" in line
    assert "1 differ" in said.out


FIRST = 9
"""Answers before the first step that is played: the session opens (3), and whose meter it is is read twice (6)."""


@pytest.mark.parametrize(
    ("fault", "table", "verdict", "words"),
    [
        ("busy", 5, "missing", "device busy"),
        ("wrong-length=count", 5, "differs", "the bytes of the answer"),
        ("stale", 6, "", "UTIL_INFO_TBL.OWNER_NAME"),
    ],
)
def test_a_fault_is_named_at_its_step(
    playback: Any, meter: str, tape: Path, fault: str, table: int, verdict: str, words: str
) -> None:
    """The tape is played to itself as a meter, one answer of which is wrong."""
    good(playback("record", meter, tape, "--tables", "1,6"))
    steps = playback("show", tape, "--json").json["steps"]
    tables = [step["table"] for step in steps if step["table"] is not None]
    name, _, value = fault.partition("=")
    place = f"{name}@{FIRST + 1 + tables.index(table)}" + (f"={value}" if value else "")
    said = playback("play", f"tape:{tape}?faults={place}", tape, "--json")
    assert said.code == 1
    wrong = [step for step in said.json["steps"] if step["verdict"] != "equal"]
    assert [step["table"] for step in wrong] == [table]
    assert wrong[0]["verdict"] == (verdict or wrong[0]["verdict"])
    assert words in json.dumps(wrong[0])


@pytest.mark.parametrize("fault", ["nak", "drop", "bad-crc", "duplicate", "wrong-toggle"])
def test_what_the_link_repairs_is_no_difference(playback: Any, meter: str, tape: Path, fault: str) -> None:
    good(playback("record", meter, tape, "--tables", "1"))
    good(playback("play", f"tape:{tape}?faults={fault}@{FIRST + 2}", tape))


def test_one_step_from_a_step_to_a_step_and_rounds(playback: Any, meter: str, tape: Path) -> None:
    good(playback("record", meter, tape, "--tables", "0,1,5,6"))

    def played(*arguments: object) -> list[int]:
        return [step["number"] for step in good(playback("play", meter, *arguments, "--json")).json["steps"]]

    every = played(tape)
    assert every == list(range(1, len(every) + 1))
    assert played(tape, "--step", 5) == [5]
    assert played(tape, "--step", 4, "--step", 6) == [4, 6]
    assert played(tape, "--from", 5) == every[4:]
    assert played(tape, "--from", 4, "--to", 6) == [4, 5, 6]
    assert played(tape, "--rounds", 2) == [*every, *every]
    assert played(tape, tape) == [*every, *every]


def test_every_report_says_what_happened(
    playback: Any, fieldpro: Any, meter: str, tape: Path, tmp_path: Path, logged_on: tuple[str, ...]
) -> None:
    good(playback("record", meter, tape, "--tables", "1,6"))
    changed(fieldpro, meter, logged_on)
    files = [tmp_path / f"report{ending}" for ending in (".html", ".xml", ".csv", ".json", ".txt")]
    said = playback("play", meter, tape, *[word for file in files for word in ("--report", file)])
    assert said.code == 1
    texts = {file.suffix: file.read_text(encoding="utf-8") for file in files}
    assert all(CHANGED in text for text in texts.values()), texts
    suite = ET.fromstring(texts[".xml"])
    assert len(list(suite.iter("failure"))) == 1
    assert any("differs" in row for row in csv.reader(texts[".csv"].splitlines()))
    assert json.loads(texts[".json"])


def test_modes_say_what_is_recorded_anew(
    playback: Any, fieldpro: Any, meter: str, tape: Path, tmp_path: Path, logged_on: tuple[str, ...]
) -> None:
    good(playback("record", meter, tape, "--tables", "1,6"))
    before = tape.read_bytes()
    changed(fieldpro, meter, logged_on)
    for mode in ("none", "once", "new"):
        assert playback("play", meter, tape, "--mode", mode).code == 1
        assert tape.read_bytes() == before, mode
    anew = tmp_path / "anew.tape"
    assert playback("play", meter, tape, "--mode", "all", "--out", anew).code == 1
    assert tape.read_bytes() == before
    good(playback("play", meter, anew))
    assert playback("play", meter, tape, "--mode", "all").code == 1
    good(playback("play", meter, tape))


def test_a_recording_is_not_overwritten_unaware(playback: Any, meter: str, tape: Path) -> None:
    good(playback("record", meter, tape, "--tables", "1"))
    before = tape.read_bytes()
    said = playback("record", meter, tape, "--tables", "5")
    assert said.code == 2
    assert "--overwrite" in said.err
    assert tape.read_bytes() == before
    good(playback("record", meter, tape, "--tables", "5", "--overwrite"))
    assert tape.read_bytes() != before


def test_parts_are_read_by_name_in_one_session(playback: Any, meter: str, tape: Path) -> None:
    good(playback("record", meter, tape, "--read", "registers", "--read", "events", "--read", "profile", "--save"))
    steps = playback("show", tape, "--json").json["steps"]
    assert {23, 64, 76} <= {step["table"] for step in steps}
    assert [step["service"] for step in steps].count("logon") == 1


# --- as a meter ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", KINDS)
def test_a_read_out_is_a_meter_in_one_step(fieldpro: Any, meter: str, kind: str) -> None:
    url = meter.replace("centron", kind)
    read_out = "tape:record:1?keep=0"
    held = raw(fieldpro("read", url, "--json", "--save"))
    assert raw(fieldpro("read", read_out, "--json")) == held
    registers = good(fieldpro("registers", read_out)).out
    assert registers.count("\n") > 3


@pytest.mark.parametrize("kind", KINDS)
def test_a_tape_is_a_meter_strictly_and_freely(playback: Any, fieldpro: Any, meter: str, tape: Path, kind: str) -> None:
    url = meter.replace("centron", kind)
    good(playback("record", url, tape, "--tables", "1,5,6"))
    held = raw(fieldpro("read", url, "--tables", "1,5,6", "--json"))
    for options in ("?order=strict", "?order=free", ""):
        assert raw(fieldpro("read", f"tape:{tape}{options}", "--tables", "1,5,6", "--json")) == held


# --- compare ------------------------------------------------------------------------------------------------------


def test_comparing_ends_with_1_where_something_differs(
    playback: Any, fieldpro: Any, meter: str, tape: Path, tmp_path: Path, logged_on: tuple[str, ...]
) -> None:
    good(playback("record", meter, tape, "--tables", "0,1,6,52", "--save"))
    good(playback("compare", tape, "record:1"))
    good(playback("compare", "record:1", meter))
    good(playback("compare", meter, meter, "--tables", "1,6"))
    changed(fieldpro, meter, logged_on)
    said = playback("compare", tape, meter)
    assert said.code == 1
    assert "UTIL_INFO_TBL" in said.out
    assert "FACTORY  FieldPro" in said.out
    assert "CLOCK_TBL" not in said.out
    good(playback("compare", tape, meter, "--ignore", CHANGED))
    good(playback("compare", tape, meter, "--tables", "1"))
    said = playback("compare", meter, tape, "--json")
    assert CHANGED in json.dumps(said.json)
    html = tmp_path / "compared.html"
    said = playback("compare", meter, tape, "--html", html)
    assert (said.code, said.out) == (1, "")
    assert "Programmed by" in html.read_text(encoding="utf-8")


def test_volatile_elements_count_when_they_are_asked_for(playback: Any, meter: str, tape: Path) -> None:
    good(playback("record", meter, tape, "--tables", "28"))
    good(playback("compare", tape, meter))
    moved = any(playback("compare", tape, meter, "--no-masks").code == 1 for _ in range(50))
    assert moved, "present values move within seconds"
    assert playback("compare", tape, meter, "--mask", "clock").code == 1
    good(playback("compare", tape, meter, "--mask", "present"))
    assert playback("compare", tape, meter, "--mask", "moon").code == 2


# --- redact, import, export ---------------------------------------------------------------------------------------


def test_what_is_redacted_is_nowhere_and_the_tape_still_plays(
    playback: Any, meter: str, tape: Path, tmp_path: Path
) -> None:
    good(playback("record", meter, tape, "--tables", "0,1,5,6"))
    serial = "61873204"
    assert serial in json.dumps(playback("show", tape, "--json").json)
    redacted = tmp_path / "redacted.tape"
    said = good(playback("redact", tape, "identifiers", "UTIL_INFO_TBL.TARIFF_ID", "--out", redacted))
    assert "identifiers" in said.err
    shown = good(playback("show", redacted, "--json")).out + good(playback("show", redacted, "--wire", "--json")).out
    for word in (serial, "Quik-E-Mart", "GS-TOU"):
        assert word not in shown
        assert word.encode().hex() not in shown
    good(playback("play", meter, redacted, "--any-meter"))
    good(playback("compare", redacted, meter))
    good(playback("redact", tape, "identifiers", "--in-place"))
    assert serial.encode().hex() not in good(playback("show", tape, "--json")).out


def test_redacting_while_recording_leaves_it_out(playback: Any, meter: str, tape: Path) -> None:
    said = good(playback("record", meter, tape, "--tables", "1,5", "--redact", "identifiers"))
    assert "identifiers" in said.err
    assert b"61873204".hex() not in playback("show", tape, "--json").out
    assert playback("record", meter, tape, "--tables", "1", "--redact", "nonsense", "--overwrite").code == 2


@pytest.mark.parametrize("name", ["dump.csv", "tape.json", "images", "images.zip"])
def test_what_is_exported_and_imported_again_holds_the_same_tables(
    playback: Any, meter: str, tape: Path, tmp_path: Path, name: str
) -> None:
    good(playback("record", meter, tape, "--tables", "0,1,5,6,20-23"))
    file, again = tmp_path / name, tmp_path / "again.tape"
    options = ("--format", "image-folder") if name == "images" else ()
    good(playback("export", tape, file, *options))
    good(playback("import", file, again))
    said = good(playback("compare", tape, again, "--tables", "0,1,5,6,20-23", "--json"))
    assert said.json["counts"]["equal"] == 8
    good(playback("play", meter, again, "--any-meter"))


def test_nothing_is_written_over_what_it_is_made_of(playback: Any, meter: str, tape: Path, tmp_path: Path) -> None:
    good(playback("record", meter, tape, "--tables", "0,1"))
    before, link = tape.read_bytes(), tmp_path / "link.tape"
    link.symlink_to(tape)
    for target in (tape, link):
        assert playback("export", tape, target, "--format", "json").code == 2
        assert playback("compare", tape, tape, "--html", target).code == 2
    assert tape.read_bytes() == before
    assert link.is_symlink()


def test_a_format_that_is_none_is_said(playback: Any, meter: str, tape: Path, tmp_path: Path) -> None:
    good(playback("record", meter, tape, "--tables", "1"))
    for arguments in (("export", tape, tmp_path / "x.xls"), ("export", tape, tmp_path / "x.csv", "--format", "xls")):
        said = playback(*arguments)
        assert said.code == 2
        assert "termineter-csv" in said.err
    assert playback("import", tmp_path / "none.csv", tmp_path / "y.tape").code == 2
    assert not (tmp_path / "y.tape").exists()


def test_a_port_that_is_not_there_leaves_no_tape_and_takes_none_away(playback: Any, meter: str, tape: Path) -> None:
    said = playback("record", "/dev/no-such-port", tape)
    assert said.code == 3
    assert list(tape.parent.glob("a.tape*")) == []
    good(playback("record", meter, tape, "--tables", "1"))
    before = tape.read_bytes()
    assert playback("record", "/dev/no-such-port", tape, "--overwrite").code == 3
    assert tape.read_bytes() == before


def test_a_report_that_cannot_be_written_costs_nothing_but_itself(playback: Any, meter: str, tape: Path) -> None:
    good(playback("record", meter, tape, "--tables", "1"))
    said = playback("play", meter, tape, "--report", tape / "no-folder" / "report.html")
    assert said.code == 2
    assert "report.html" in said.err
    assert "As on the tape" in said.out

"""Reports of a playing, read back by readers that are not ours."""

from __future__ import annotations

import csv
import io
import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
from defusedxml.ElementTree import fromstring

from fieldpro.errors import FileError, LinkError, UsageError
from fieldpro.records import MeterIdentity
from table_playback.compare import FieldDifference
from table_playback.play import PlayResult, StepResult, Verdict
from table_playback.play.report import as_csv, as_html, as_json, as_junit, as_text, save
from table_playback.tape.model import Step

NASTY = "<script>alert('x')</script> & \"quotes\" \x00\x1b[31m =1+1 ]]> --"
BEGUN = datetime(2026, 3, 1, 12, tzinfo=UTC)
METER = MeterIdentity("FPRO", NASTY, "4711", "1.0", "2.0", "FPRO")


def difference(path: str = "CLOCK_TBL.TIME", expected: str = NASTY, found: str = "=1+1") -> FieldDifference:
    return FieldDifference(path, "The clock", "s", expected, found, 0, 4)


def made(*more: StepResult, **fields: Any) -> PlayResult:
    read = Step(1, 0.5, "<", "full-read", table=23, response=0, data=b"SECRET", duration_s=0.25)
    results = (
        StepResult(read, Verdict.EQUAL, read, masked=2, detail="2 elements differ, and may", late_s=0.0012),
        StepResult(replace(read, number=2, table=2049), Verdict.DIFFERS, read, (difference(), difference("B.C"))),
        StepResult(replace(read, number=3), Verdict.MISSING, None, detail=NASTY, error=LinkError("silent", "COM3")),
        StepResult(replace(read, number=4), Verdict.EXTRA, read, detail="7 bytes, the tape has 6", redacted=3),
        StepResult(replace(read, number=5), Verdict.ERROR, None, error=LinkError("silent", "COM3", 3, "Read")),
        StepResult(replace(read, number=6, enabled=False), Verdict.SKIPPED, None, detail="disabled"),
        *more,
    )
    given = {"titles": (NASTY,), "meter": METER, "planned": len(results), "port": "COM3", "who": "Ada", **fields}
    return PlayResult(results, started_at=BEGUN, ended_at=BEGUN + timedelta(seconds=12.5), **given)


class Reader(HTMLParser):
    """The words of a page, its headings, and the tags that would do something."""

    def __init__(self) -> None:
        super().__init__()
        self.texts: list[str] = []
        self.tags: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)

    def handle_data(self, data: str) -> None:
        self.texts.append(data)


def test_junit_has_a_case_for_each_step_and_counts_them() -> None:
    root = fromstring(as_junit(made()))
    (suite,) = root.findall("testsuite")
    assert {key: root.get(key) for key in ("tests", "failures", "errors", "skipped")} == {
        "tests": "6",
        "failures": "3",
        "errors": "1",
        "skipped": "1",
    }
    cases = suite.findall("testcase")
    assert [case.get("name") for case in cases][:2] == ["step 1: Read table 23", "step 2: Read table MT 1"]
    assert [[child.tag for child in case] for case in cases] == [
        ["system-out"],
        ["failure"],
        ["failure"],
        ["failure"],
        ["error"],
        ["skipped"],
    ]
    assert "<script>alert('x')</script>" in suite.get("name", "")
    assert "CLOCK_TBL.TIME" in (cases[1][0].text or "")
    assert cases[0].get("time") == "0.250"


def test_a_playing_that_did_not_come_to_its_end_never_passes_for_tested() -> None:
    good = replace(made(), results=made().results[:1])
    assert fromstring(as_junit(good)).get("errors") == "0"
    for broken in (
        replace(good, stopped=True, planned=40),
        replace(good, error=LinkError("silent", "COM3"), planned=40),
        replace(good, results=(), declined=True),
    ):
        root = fromstring(as_junit(broken))
        assert root.get("errors") == "1"
        error = root.find(".//testcase[@name='the whole tape']/error")
        assert error is not None
        if not broken.declined:
            assert "39 steps of this round not played" in error.get("message", "")


def test_html_shows_every_step_and_nothing_in_it_is_a_command() -> None:
    text = as_html(made())
    reader = Reader()
    reader.feed(text)
    page = " ".join(reader.texts)
    assert "script" not in reader.tags
    assert page.count("<script>alert('x')</script>") >= 4  # shown as text
    assert "4 steps are not as on the tape" in page
    assert "CLOCK_TBL.TIME" in page
    assert "7 bytes, the tape has 6" in page
    assert reader.tags.count("tr") == 1 + 2 + 1 + 6
    assert "default-src 'none'" in text


def test_csv_has_a_line_for_each_element_and_no_formulas() -> None:
    rows = list(csv.DictReader(io.StringIO(as_csv(made()), newline="")))
    assert [(row["step"], row["verdict"]) for row in rows] == [
        ("1", "equal"),
        ("2", "differs"),
        ("2", "differs"),
        ("3", "missing"),
        ("4", "extra"),
        ("5", "error"),
        ("6", "skipped"),
    ]
    assert rows[1]["element"] == "CLOCK_TBL.TIME"
    assert rows[1]["now"] == "'=1+1"
    assert not any(value.startswith(("=", "+", "@")) for row in rows for value in row.values())
    assert rows[0]["late s"] == "0.0012"


def test_json_has_it_all_and_no_raw_bytes() -> None:
    text = as_json(made())
    plain = json.loads(text)
    assert plain["counts"] == {"equal": 1, "differs": 1, "missing": 1, "extra": 1, "error": 1, "skipped": 1}
    assert plain["steps"][1]["differences"][0]["expected"] == NASTY
    assert plain["steps"][4]["error"] == "link"
    assert plain["timing"] == {"steps": 1, "median_s": 0.0012, "worst_s": 0.0012}
    assert "SECRET" not in text
    assert b"SECRET".hex() not in text.lower()


def test_text_tells_what_is_not_as_on_the_tape_and_commands_no_terminal() -> None:
    text = as_text(made())
    assert text.splitlines()[0] == "4 steps are not as on the tape"
    assert "1 equal, 1 differ, 1 missing, 1 extra, 1 error, 1 skipped" in text
    assert "CLOCK_TBL.TIME" in text
    assert "\x1b" not in text
    assert "\x00" not in text
    assert "Read table 23" in as_text(made(), everything=True)
    assert "15 ms off the tape's time" in text


@pytest.mark.parametrize(
    ("ending", "sign"), [(".html", "<!doctype"), (".xml", "<?xml"), (".csv", "tape,"), (".JSON", "{")]
)
def test_a_report_is_written_whole_by_its_ending(tmp_path: Path, ending: str, sign: str) -> None:
    path = tmp_path / f"report{ending}"
    save(made(), path)
    text = path.read_bytes().decode()
    assert text.startswith(sign)
    assert not {"\x1b", "\0"} & set(text), "what the meter holds commands no terminal"
    assert [each.name for each in tmp_path.iterdir()] == [path.name]


def test_a_report_that_cannot_be_written_leaves_nothing(tmp_path: Path) -> None:
    with pytest.raises(UsageError):
        save(made(), tmp_path / "report.exe")
    (tmp_path / "file").write_text("")
    with pytest.raises(FileError):
        save(made(), tmp_path / "file" / "report.html")


def test_the_whole_in_a_line() -> None:
    equal = replace(made(), results=made().results[:1])
    assert as_text(equal).splitlines()[0] == "As on the tape"
    assert as_text(replace(equal, stopped=True)).splitlines()[0] == "Stopped after 1 step, none differs"
    assert as_text(replace(equal, declined=True)).startswith("Nothing was played")
    assert as_text(replace(made(), error=LinkError("silent", "COM3"))).startswith("Ended by an error after 6 steps, 4")

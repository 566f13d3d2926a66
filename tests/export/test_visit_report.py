"""The visit report: one page, everything on it, read back by an independent reader, and the same bytes each time."""

from __future__ import annotations

import io
import math
import xml.etree.ElementTree as ElementTree
from dataclasses import replace
from datetime import UTC
from html.parser import HTMLParser
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from pypdf import PdfReader

from fieldpro.errors import FileError
from fieldpro.export import visit_report
from fieldpro.export.visit_report_content import content, grouped
from fieldpro.export.visit_report_html import html
from fieldpro.export.visit_report_pdf import pdf, plain
from fieldpro.export.visit_report_phasors import arrows
from fieldpro.records import PhaseValues
from fieldpro.visit_record import Difference, StepState, Verdict, VisitRecord, from_plain, to_plain

NAN = math.nan


def text_of(data: bytes) -> str:
    reader = PdfReader(io.BytesIO(data))
    assert len(reader.pages) == 1
    return reader.pages[0].extract_text()


def made(visit: VisitRecord) -> bytes:
    return pdf(content(visit, UTC))


def test_an_independent_reader_finds_everything_on_one_page(visit: VisitRecord) -> None:
    text = text_of(made(visit))
    for wanted in (
        "Meter exchange",
        "Completed, with steps left out",
        "4711",
        "12 Elm Street, Springfield",
        "Ada Lovelace (technician)",
        "2026-03-01 12:04:00 UTC to 12:41:30 UTC",
        "00098765",
        "00012345",
        "15,384.252",
        "0.125",
        "70 s behind",
        "Demand interval",
        "30 min",
        "15 min",
        "written, read back",
        "left; 40 wanted",
        "D4  Current phase angle",
        "120.5 V",
        "119.6°",
        "Record 1284 of the audit log",
        "4be1" * 16,
        "Old seal was broken; photo taken.",
        "seal 883214",
        "Close the order",
        "residential-tou revision 7",
    ):
        assert wanted in text, wanted


def test_the_same_visit_gives_the_same_bytes(visit: VisitRecord) -> None:
    assert made(visit) == made(from_plain(to_plain(visit)))
    assert html(content(visit, UTC)) == html(content(from_plain(to_plain(visit)), UTC))


def test_a_reading_says_that_the_meter_was_left_unchanged(reading_only: VisitRecord) -> None:
    for text in (text_of(made(reading_only)), html(content(reading_only, UTC))):
        assert "The meter was left as it was: nothing was written to it." in text
        assert "Reading" in text
        assert "Removed" not in text
        assert "Volts" not in text


def test_what_does_not_fit_is_counted_and_the_page_stays_one(visit: VisitRecord) -> None:
    many = tuple(Difference(f"A_TBL.X[{n}]", f"Element {n}", "1", "2", "", True, True) for n in range(300))
    notes = tuple(f"note {n}" for n in range(40))
    assert visit.after is not None
    registers = tuple(replace(line, title=f"{line.title} {n}") for n in range(20) for line in visit.after.registers)
    full = replace(visit, differences=many, notes=notes, after=replace(visit.after, registers=registers))
    text = text_of(made(full))
    shown = sum(f"Element {n}\n" in text or f"Element {n} " in text for n in range(300))
    assert shown >= 4
    assert f"and {300 - shown} more in the visit's file" in text
    assert "more notes in the visit's file" in text
    assert "Element 299" in html(content(full, UTC))


@pytest.mark.parametrize("paper", ["letter", "A4"])
def test_every_kind_of_paper_holds_it(visit: VisitRecord, paper: str) -> None:
    assert "Signature" in text_of(pdf(content(visit, UTC), paper=paper))


def test_nothing_is_drawn_beside_or_below_the_page(visit: VisitRecord) -> None:
    """Where the letters of the last line stand, as the reader finds them."""
    places: list[tuple[float, float]] = []

    def visitor(text: str, ctm: list[float], matrix: list[float], font: object, size: float) -> None:
        if text.strip():
            places.append((matrix[4] * ctm[0] + ctm[4], matrix[5] * ctm[3] + ctm[5]))

    many = tuple(Difference(f"A_TBL.X[{n}]", f"Element {n}", "1", "2", "", True, True) for n in range(300))
    page = PdfReader(io.BytesIO(made(replace(visit, differences=many)))).pages[0]
    page.extract_text(visitor_text=visitor)
    assert len(places) > 80
    assert all(30 <= x <= 580 and 30 <= y <= 770 for x, y in places)


def test_a_full_page_does_not_run_into_its_foot(visit: VisitRecord) -> None:
    places: dict[str, float] = {}

    def visitor(text: str, ctm: list[float], matrix: list[float], font: object, size: float) -> None:
        if text.strip():
            places[text.strip()] = matrix[5] * ctm[3] + ctm[5]

    assert visit.diagnosis is not None
    bad = tuple(replace(check, verdict=Verdict.BAD, detail="far too far " * 20) for check in visit.diagnosis.checks)
    many = tuple(Difference(f"A_TBL.X[{n}]", f"Element {n}", "1", "2", "", True, True) for n in range(300))
    notes = tuple(f"note {n}" for n in range(40))
    full = replace(visit, differences=many, notes=notes, diagnosis=replace(visit.diagnosis, checks=bad))
    PdfReader(io.BytesIO(made(full))).pages[0].extract_text(visitor_text=visitor)
    last = next(y for text, y in places.items() if "more notes" in text)
    foot = next(y for text, y in places.items() if text.startswith("Record 1284"))
    assert last > foot + 10


def test_a_refused_visit_says_where_it_ended(visit: VisitRecord) -> None:
    steps = list(visit.steps)
    steps[4] = replace(steps[4], state=StepState.REFUSED, note="form 2S was found")
    steps[5:] = [replace(step, state=StepState.WAITING, at="", note="") for step in steps[5:]]
    refused = replace(visit, steps=tuple(steps), differences=(), program=None, after=None, before=None)
    text = text_of(made(refused))
    assert "Refused" in text
    assert "form 2S was found" in text
    assert text.count("not reached") >= 5


def test_letters_that_the_type_lacks_become_their_nearest(visit: VisitRecord) -> None:
    assert plain("größer 5 µA “x” …") == "größer 5 µA “x” …"
    assert plain("Łódź ŷ 電 Ω") == "?ódz y ? ?"
    assert "Zofia" in text_of(made(replace(visit, who="Zofia Łódź")))
    assert "Łódź 電" in html(content(replace(visit, who="Łódź 電"), UTC))


def test_times_are_shown_by_the_clock_that_is_asked_for(visit: VisitRecord) -> None:
    text = str(content(visit, ZoneInfo("America/Chicago")).facts)
    assert "2026-03-01 06:04:00 CST to 06:41:30 CST" in text


def test_files_are_written_whole_or_the_error_names_them(visit: VisitRecord, tmp_path: Path) -> None:
    visit_report.write_pdf(tmp_path / "v.pdf", visit)
    visit_report.write_html(tmp_path / "v.html", visit)
    assert (tmp_path / "v.pdf").read_bytes().startswith(b"%PDF-")
    assert (tmp_path / "v.html").read_text(encoding="utf-8").startswith("<!doctype html>")
    (tmp_path / "file").write_text("")
    with pytest.raises(FileError):
        visit_report.write_pdf(tmp_path / "file" / "v.pdf", visit)


# --- HTML ---------------------------------------------------------------------------------------------------------


class Balanced(HTMLParser):
    """Every element that is opened is closed, in order; no script, no address of anything outside."""

    VOID = ("meta", "br", "link", "img", "circle", "path", "polygon")

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.problems: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "script" or any(name in ("src", "href") or name.startswith("on") for name, _ in attrs):
            self.problems.append(tag)
        if tag not in self.VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if tag not in self.VOID and (not self.open or self.open.pop() != tag):
            self.problems.append(f"/{tag}")


def test_the_html_is_whole_and_needs_nothing_beside_it(visit: VisitRecord) -> None:
    parser = Balanced()
    parser.feed(html(content(visit, UTC)))
    assert parser.problems == []
    assert parser.open == []


def test_the_phasors_in_the_html_are_good_svg(visit: VisitRecord) -> None:
    text = html(content(visit, UTC))
    svg = ElementTree.fromstring(text[text.index("<svg") : text.index("</svg>") + 6])
    labels = [element.text for element in svg.iter("text")]
    assert labels == ["Ia", "Ib", "Ic", "Va", "Vb", "Vc"]
    assert len(list(svg.iter("polygon"))) == 6


def test_what_a_person_or_a_meter_says_is_escaped(visit: VisitRecord) -> None:
    nasty = '<script>alert("x")</script>'
    order = {**visit.order, "premise": nasty}
    text = html(content(replace(visit, who=nasty, notes=(nasty,), order=order, switch=nasty), UTC))
    assert "<script>" not in text
    assert "&lt;script&gt;" in text


# --- phasors and figures ------------------------------------------------------------------------------------------


def values(volts: tuple[float, ...], lags: tuple[float, ...]) -> PhaseValues:
    phases = ("A", "B", "C")[: len(volts)]
    return PhaseValues(phases, volts, (0.0,) * len(volts), lags, (0.0,) * len(volts))


def test_lag_is_drawn_clockwise_from_the_right() -> None:
    found = arrows(values((120.0, 60.0, 120.0), (0.0, 90.0, 240.0)))
    tips = [tuple(round(part, 3) + 0.0 for part in arrow.tip) for arrow in found]
    assert tips == [(1, 0), (0, -0.5), (-0.5, round(math.sqrt(3) / 2, 3))]
    assert [arrow.label for arrow in found] == ["Va", "Vb", "Vc"]


def test_what_is_not_measured_has_no_arrow() -> None:
    assert arrows(values((NAN, 120.0, 120.0), (0.0, NAN, 240.0)))[0].label == "Vc"
    assert arrows(values((0.0, 0.0), (0.0, 0.0))) == []


def test_a_head_is_never_longer_than_its_arrow() -> None:
    for arrow in arrows(values((120.0, 5.0), (0.0, 90.0))):
        assert math.hypot(*arrow.neck) < math.hypot(*arrow.tip)


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        ("1234567.250", "1,234,567.250"),
        ("-1234", "-1,234"),
        ("0.5", "0.5"),
        ("12:30", "12:30"),
        ("", ""),
        ("1e5", "1e5"),
    ],
)
def test_thousands_are_grouped_and_no_digit_is_lost(value: str, shown: str) -> None:
    assert grouped(value) == shown


def test_a_phase_that_is_not_measured_is_a_dash(visit: VisitRecord) -> None:
    assert visit.diagnosis is not None
    phases = PhaseValues(("A", "B"), (120.0, NAN), (NAN, 1.0), (0.0, NAN), (NAN, 30.0))
    record = from_plain(to_plain(replace(visit, diagnosis=replace(visit.diagnosis, phases=phases))))
    assert content(record, UTC).phases == (
        ("A", "120.0 V", "0.0°", "\N{EN DASH}", "\N{EN DASH}"),
        ("B", "\N{EN DASH}", "\N{EN DASH}", "1.00 A", "30.0°"),
    )
    text_of(made(record))

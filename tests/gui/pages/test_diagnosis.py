"""The Diagnosis page: samples shown as they come, verdicts in words, stopping, saving, counters kept before reset."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from fieldpro.gui.models.diagnosis_rows import check_rows, overall, phase_rows, sectors
from fieldpro.gui.pages.diagnosis import DiagnosisPage
from fieldpro.gui.window import Window
from fieldpro.meter.diagnosis import Counters, Diagnosis, Look, Outcome, Sample, Settings, Site, form, judge
from fieldpro.records import PhaseValues

LONG_MS = 30_000
AT = datetime(2026, 3, 1, 12, tzinfo=UTC)
NAN = float("nan")
REVERSED = PhaseValues(("A", "B", "C"), (120.2, 120.5, 119.3), (6.8, 10.2, 9.8), (0, 301.2, 240.3), (9.0, 125.5, 246.0))
UNEQUAL = PhaseValues(("A", "B", "C"), (119.2, 275.4, 279.1), (NAN,) * 3, (0, 119.4, 240.9), (NAN,) * 3)
TURNED = PhaseValues(("A", "B", "C"), (NAN,) * 3, (NAN,) * 3, (0, 120.4, 239.8), (2.0, 119.8, 297.2))


def look_at(values: PhaseValues, settings: Settings | None = None) -> Look:
    settings = settings or Settings()
    sample = Sample(AT, values)
    verdicts = judge(sample, Site(form("9S")), settings)
    return Look(sample, verdicts, Counters().after(verdicts, settings))


@pytest.mark.parametrize(
    ("values", "found"),
    [(REVERSED, "D1"), (UNEQUAL, "D2"), (TURNED, "D4")],
    ids=["G1 reversed transformer", "G2 voltages", "G3 current angle"],
)
def test_the_printed_cases_are_found_in_icon_word_and_colour(values: PhaseValues, found: str) -> None:
    rows = check_rows(look_at(values), Counters())
    assert [row.name for row in rows if row.tone == "bad"] == [found]
    assert overall(rows, 1) == (f"Found: {found}", "bad")
    assert next(row.word for row in rows if row.name == found) == "Found"
    assert {row.word for row in rows if row.tone == "weak"} <= {"Not checked"}


def test_what_was_not_checked_is_never_good() -> None:
    rows = check_rows(None, Counters())
    assert {row.word for row in rows} == {"Not checked"}
    assert overall(rows, 0) == ("Not started", "weak")
    silent = PhaseValues(("A",), (NAN,), (NAN,), (NAN,), (NAN,))
    assert overall(check_rows(look_at(silent), Counters()), 1)[1] != "good"


def test_the_sector_that_is_missed_is_the_reversed_one() -> None:
    sample = Sample(AT, REVERSED)
    lay = sectors(sample, Site(form("9S")), Settings())
    assert [each.missed for each in lay] == [False, True, False]
    assert phase_rows(sample)[1].volt_angle == "301.2"
    assert phase_rows(Sample(AT, UNEQUAL))[0].amps == "\u2013"


@pytest.fixture
def window(fresh_window: Window) -> Window:
    return fresh_window


@pytest.fixture
def page(window: Window, qtbot: Any) -> DiagnosisPage:
    bench = window.workbench
    bench.connect_to("sim://centron?seed=21&days=2&at=2026-03-02T12:00", title="the meter")
    qtbot.waitUntil(lambda: bench.view is not None and window.page_id == "overview", timeout=LONG_MS)
    qtbot.waitUntil(lambda: not bench.jobs.busy, timeout=LONG_MS)
    window.go("diagnosis")
    made = window.page
    assert isinstance(made, DiagnosisPage)
    return made


def watched(page: DiagnosisPage, qtbot: Any) -> None:
    page.watch_button.click()
    qtbot.waitUntil(lambda: bool(page.looks), timeout=LONG_MS)
    page.stop_button.click()
    qtbot.waitUntil(lambda: not page.is_watching, timeout=LONG_MS)


def test_a_watch_shows_each_sample_and_ends_when_it_is_stopped(page: DiagnosisPage, qtbot: Any) -> None:
    page.watch_button.click()
    assert page.is_watching
    qtbot.waitUntil(lambda: len(page.looks) >= 2, timeout=LONG_MS)  # the second comes five seconds later
    assert (page.looks[1].sample.at - page.looks[0].sample.at).total_seconds() == pytest.approx(5, abs=2)
    page.stop_button.click()
    qtbot.waitUntil(lambda: not page.is_watching, timeout=LONG_MS)
    assert page.diagnosis is not None
    assert page.diagnosis.verdicts["D1"].outcome is Outcome.PASS
    assert page.lines[0].pill.word == "Good"
    assert "V at" in page.diagram.accessibleDescription()
    assert len(page.phases.rows) == 3
    assert page.watch_button.isEnabled()


def test_it_is_saved_with_the_record_and_as_a_file(page: DiagnosisPage, qtbot: Any, tmp_path: Path) -> None:
    assert not page.save_button.isEnabled()
    watched(page, qtbot)
    assert not page.reset_button.isEnabled()
    page.save_button.click()
    qtbot.waitUntil(lambda: page.saved is page.diagnosis, timeout=LONG_MS)
    found = page.workbench.desk.store.find("diagnosis")
    assert len(found) == 1
    assert "D1 good" in found[0].note
    page.save_to(tmp_path / "site.json")
    qtbot.waitUntil((tmp_path / "site.json").exists, timeout=LONG_MS)
    qtbot.waitUntil(lambda: page.workbench._compute_lane.idle, timeout=LONG_MS)
    assert page.diagnosis is not None
    assert Diagnosis.from_data(json.loads((tmp_path / "site.json").read_text())).data() == page.diagnosis.data()
    assert page.reset_button.isEnabled()
    page.reset_button.click()
    assert page.counters == Counters()
    assert page.looks == []


def test_settings_hold_from_the_next_watch_on(page: DiagnosisPage, qtbot: Any) -> None:
    spin = page.settings_card.fields["D2.tolerance"]
    spin.setValue(1.0)
    spin.editingFinished.emit()
    page.settings_card.fields["D3"].activated.emit(0)
    assert page.settings.value("D2", "tolerance") == 1.0
    watched(page, qtbot)
    assert page.diagnosis is not None
    assert page.diagnosis.settings.value("D2", "tolerance") == 1.0
    assert page.diagnosis.verdicts["D3"].outcome is Outcome.OFF
    assert page.lines[2].pill.word == "Off"
    page.settings_card.restore()
    assert page.settings == Settings()


def test_another_meter_begins_with_nothing_seen(page: DiagnosisPage, qtbot: Any) -> None:
    watched(page, qtbot)
    bench = page.workbench
    first = bench.view
    bench.connect_to("sim://residential?seed=4&days=2&at=2026-03-02T12:00", title="another")
    qtbot.waitUntil(lambda: bench.view is not None and bench.view is not first, timeout=LONG_MS)
    qtbot.waitUntil(lambda: not bench.jobs.busy, timeout=LONG_MS)
    page.show_view(bench.view)
    assert page.looks == []
    assert page.diagnosis is None
    assert {line.pill.word for line in page.lines} == {"Not checked"}

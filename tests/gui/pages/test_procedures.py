"""Procedures in the window: the list from the catalogue, a form from the declaration, two acts before data is lost."""

from __future__ import annotations

from typing import Any

import pytest
from PySide6.QtCore import QDateTime, Qt
from PySide6.QtWidgets import QWidget

from fieldpro.errors import UsageError
from fieldpro.gui.models.procedure_entries import entries, zone_of
from fieldpro.gui.pages.procedures_form import ParameterForm
from fieldpro.gui.states import PageState
from fieldpro.gui.window import Window
from fieldpro.meter.device_profile import shipped
from fieldpro.meter.procedures import Parameter
from fieldpro.meter.procedures.catalogue import standard_notes
from fieldpro.security.rights import Right

LONG_MS = 30_000


@pytest.fixture
def window(home_window: Window) -> Window:
    return home_window


def procedures_of(window: Window, qtbot: Any, url: str, password: str = "PRIMARY") -> Any:
    bench = window.workbench
    bench.connect_to(url, title="the virtual meter", user_id=2, user_name="Ada", password=password)
    qtbot.waitUntil(lambda: bench.view is not None and not bench.jobs.busy, timeout=LONG_MS)
    window.go("procedures")
    page = window.page
    qtbot.waitUntil(lambda: page.states.state is PageState.FULL and page.entry is not None, timeout=LONG_MS)
    return page


def run(page: Any, qtbot: Any, entry_id: str) -> None:
    page._choose(entry_id)
    page.result = None
    qtbot.mouseClick(page.run_button, Qt.MouseButton.LeftButton)


def done(page: Any, qtbot: Any) -> Any:
    qtbot.waitUntil(lambda: page.result is not None and not page.workbench.jobs.busy, timeout=LONG_MS)
    return page.result


def test_the_list_is_the_meters_own_without_the_switch(window: Window, qtbot: Any) -> None:
    page = procedures_of(window, qtbot, "sim://centron?seed=51&days=2")
    titles = [entry.title for entry in page.model.rows]
    assert {"Demand reset", "Self read", "Set the clock", "Clear the data", "Test mode, with return"} <= set(titles)
    assert not any("customer" in title for title in titles)
    assert [entry.id for entry in page.model.rows] == [entry.id for entry in entries(window.workbench.view)]


def test_a_demand_reset_takes_two_acts_and_a_reason(window: Window, qtbot: Any) -> None:
    page = procedures_of(window, qtbot, "sim://centron?seed=52&days=40&at=2026-03-10T12:05")
    run(page, qtbot, "demand-reset")
    assert page.run_button.text() == "Reset demand of 0000000061873204"
    dialog = page.dialog
    assert not dialog.do_button.isEnabled()
    dialog.box.setChecked(True)
    assert not dialog.do_button.isEnabled(), "a reason is missing"
    qtbot.keyClicks(dialog.reason_field, "end of the billing period")
    with qtbot.waitSignal(window.workbench.records_changed, timeout=LONG_MS):
        qtbot.mouseClick(dialog.do_button, Qt.MouseButton.LeftButton)
        result = done(page, qtbot)
    assert result.headline == "Demand reset: done"
    resets = result.lines[0]
    assert int(resets.after) == int(resets.before) + 1
    maxima = [line for line in result.lines if line.what.endswith("maximum demand")]
    assert maxima
    assert all(float(line.after.split()[0]) < float(line.before.split()[0]) for line in maxima)
    qtbot.waitUntil(lambda: page.record_id is not None, timeout=LONG_MS)
    record = window.workbench.desk.store.load(page.record_id)
    assert record.note == "Before: Demand reset"
    assert 23 in record.tables
    (audited,) = window.workbench.desk.guard.audit.records("procedure")
    assert "end of the billing period" in audited.data


def test_a_second_reset_the_same_day_is_locked_out_until_it_is_asked_for(window: Window, qtbot: Any) -> None:
    page = procedures_of(window, qtbot, "sim://centron?seed=53&days=40&at=2026-03-10T12:05")
    run(page, qtbot, "demand-reset")
    page.dialog.box.setChecked(True)
    page.dialog.reason_field.setText("end of the period")
    page.dialog.do_button.click()
    done(page, qtbot)
    qtbot.waitUntil(lambda: page.lock_out is not None and page.lock_out.locked, timeout=LONG_MS)
    qtbot.waitUntil(lambda: not page.run_button.isEnabled(), timeout=LONG_MS)
    assert "within the lock-out time" in page.locked.text()
    page.form.fields["force"].setChecked(True)
    assert page.run_button.isEnabled()


def test_the_clock_is_set_and_shown_before_and_after(window: Window, qtbot: Any) -> None:
    page = procedures_of(window, qtbot, "sim://centron?seed=54&days=2")
    page._choose("set-clock")
    page.form.fields["at_once"].setChecked(True)
    run(page, qtbot, "set-clock")
    result = done(page, qtbot)
    assert result.headline == "The clock was set in one setting"
    ahead = result.lines[0]
    assert ahead.before in ("+6 s", "+7 s", "+8 s")
    assert ahead.changed
    qtbot.waitUntil(lambda: abs(window.workbench.view.clock().drift_s) < 3, timeout=LONG_MS)


def test_test_mode_is_ended_early_and_the_meter_is_back(window: Window, qtbot: Any) -> None:
    page = procedures_of(window, qtbot, "sim://centron?seed=55&days=2")
    page._choose("test-mode")
    page.form.fields["minutes"].setValue(30)
    run(page, qtbot, "test-mode")
    qtbot.waitUntil(lambda: page.stop_button.isVisible(), timeout=LONG_MS)
    qtbot.mouseClick(page.stop_button, Qt.MouseButton.LeftButton)
    assert done(page, qtbot).headline == "Test mode, with return: done"
    assert window.workbench.view.mode == "metering"
    assert page.stop_button.isHidden()


def test_what_the_meter_refuses_is_said_and_a_snapshot_is_kept_all_the_same(window: Window, qtbot: Any) -> None:
    page = procedures_of(window, qtbot, "sim://centron?seed=56&days=2", password="TERTIARY")
    run(page, qtbot, "3")
    page.dialog.box.setChecked(True)
    page.dialog.reason_field.setText("the meter is reused")
    with qtbot.waitSignal(window.workbench.records_changed, timeout=LONG_MS):
        page.dialog.do_button.click()
    qtbot.waitUntil(lambda: bool(page.banners.banners), timeout=LONG_MS)
    assert page.result is None


def test_leaving_the_dialog_sends_nothing(window: Window, qtbot: Any) -> None:
    page = procedures_of(window, qtbot, "sim://centron?seed=57&days=2")
    run(page, qtbot, "3")
    page.dialog.box.setChecked(True)
    qtbot.keyClick(page.dialog, Qt.Key.Key_Escape)
    assert page.dialog is None
    assert not window.workbench.jobs.busy


def test_the_residential_meter_has_a_list_of_its_own(window: Window, qtbot: Any) -> None:
    page = procedures_of(window, qtbot, "sim://residential?seed=58&days=2", password="MASTER")
    assert {"Demand reset", "Set the clock"} <= {entry.title for entry in page.model.rows}


def test_without_the_right_or_the_meter_the_button_says_why(
    window: Window, qtbot: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = procedures_of(window, qtbot, "sim://centron?seed=59&days=2")
    with monkeypatch.context() as patch:
        patch.setattr(window.workbench.rights, "may", lambda _right: False)
        page._choose("3")
        assert not page.run_button.isEnabled()
        assert "role" in page.why_not.text()
    window.workbench.disconnect_meter()
    assert not page.run_button.isEnabled()
    assert "Connect" in page.why_not.text()


def test_every_note_asks_for_a_right_that_exists() -> None:
    notes = [*standard_notes().values(), *(note for profile in shipped() for note in profile.procedures)]
    assert notes
    assert {note.right for note in notes} <= set(Right)


def test_zones_are_names_of_zones() -> None:
    assert zone_of("") is None
    assert str(zone_of("America/Chicago")) == "America/Chicago"
    with pytest.raises(UsageError):
        zone_of("Springfield")


# --- the form -------------------------------------------------------------------------------------------------------

PARAMETERS = (
    Parameter("A", "Count", "number", "s", 0, 255),
    Parameter("B.FLAG", "Flag", "flag", "", 0, 1),
    Parameter("B.MODE", "Mode", "choice", "", 0, 9, {1: "metering", 2: "test"}),
    Parameter("C", "When", "time"),
    Parameter("D", "Raw", "bytes", size=2),
    Parameter("E", "Wide", "number", "", 0, 2**40),
    Parameter("F", "Name", "text", size=4),
)


@pytest.fixture
def host(qtbot: Any) -> QWidget:
    """What the form stands in, as on the page: alone it would open a window."""
    made = QWidget()
    qtbot.addWidget(made)
    return made


@pytest.fixture
def form(host: QWidget) -> ParameterForm:
    made = ParameterForm()
    made.setParent(host)
    made.show_parameters(PARAMETERS)
    return made


def test_every_kind_of_parameter_has_a_field_with_a_name(form: ParameterForm) -> None:
    assert list(form.fields) == [each.path for each in PARAMETERS]
    assert all(field.accessibleName() for field in form.fields.values())


def test_the_values_are_what_the_procedure_takes(form: ParameterForm, qtbot: Any) -> None:
    form.fields["A"].setValue(30)
    form.fields["B.FLAG"].setChecked(True)
    form.fields["B.MODE"].choose(2)
    form.fields["C"].setDateTime(QDateTime(2026, 3, 1, 12, 30, 5))
    qtbot.keyClicks(form.fields["D"], "0a ff")
    qtbot.keyClicks(form.fields["E"], "1000000000000")
    qtbot.keyClicks(form.fields["F"], "ABCDEFG")
    assert form.complaint == ""
    values = form.values
    assert (values["A"], values["B.FLAG"], values["B.MODE"]) == (30, True, 2)
    assert f"{values['C']:%Y-%m-%d %H:%M:%S}" == "2026-03-01 12:30:05"
    assert (values["D"], values["E"], values["F"]) == (b"\x0a\xff", 10**12, "ABCD")


@pytest.mark.parametrize(
    ("path", "text", "complaint"),
    [("D", "0a", "2 bytes"), ("D", "xy", "hex"), ("E", "many", "whole number"), ("E", "-1", "from 0 to")],
)
def test_what_does_not_fit_is_said(form: ParameterForm, path: str, text: str, complaint: str) -> None:
    form.fields["B.MODE"].choose(1)
    for name, value in {"D": "0a0b", "E": "1"}.items():
        form.fields[name].setText(value)
    assert form.complaint == ""
    form.fields[path].setText(text)
    assert complaint in form.complaint


def test_a_choice_must_be_made(form: ParameterForm) -> None:
    form.fields["D"].setText("0a0b")
    form.fields["E"].setText("1")
    assert form.complaint == "Mode: choose one"


def test_parameters_that_nobody_knows_are_given_in_hex(form: ParameterForm) -> None:
    form.show_parameters(None)
    form.fields[""].setText("01 02")
    assert form.values == {"": b"\x01\x02"}
    form.show_parameters(())
    assert form.values == {}

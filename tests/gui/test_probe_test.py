"""The probe test: in words, rate by rate, and it can be stopped."""

from __future__ import annotations

from typing import Any

import pytest
from PySide6.QtCore import Qt

from fieldpro.errors import Cancelled, LinkError, PortBusy
from fieldpro.gui.models.probe_words import rate_line, report_lines
from fieldpro.gui.pages import probe_test as page_part
from fieldpro.gui.window import Window
from fieldpro.session.probe_test import Found, ProbeReport, RateResult


@pytest.mark.parametrize(
    ("rate", "words"),
    [
        (RateResult(9600, exchanges=5), "9,600 baud: good"),
        (RateResult(57600, offered=False), "57,600 baud: not offered by the meter"),
        (RateResult(19200, wrong_bits=3, lost_bytes=1), "19,200 baud: bits wrong: 3, bytes lost: 1"),
        (RateResult(9600, error=LinkError("silent", "COM4")), "9,600 baud: failed, the meter does not answer"),
    ],
)
def test_a_rate_in_one_line(rate: RateResult, words: str) -> None:
    assert rate_line(rate) == words


@pytest.mark.parametrize("found", list(Found))
def test_every_finding_has_words(found: Found) -> None:
    lines = report_lines(ProbeReport("COM4", "dtr-rts", found, True, (RateResult(9600, exchanges=1),)))
    assert lines[0].endswith(".")
    assert "Profile used: dtr-rts." in lines
    assert "Fastest rate without a fault: 9,600 baud." in lines


def test_the_test_tells_its_rates_as_it_goes(window: Window, qtbot: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    def run(url: str, probe: str, ticket: Any, on_rate: Any) -> ProbeReport:
        rate = RateResult(9600, exchanges=1)
        on_rate(rate)
        return ProbeReport(url, probe, Found.METER, False, (rate,))

    monkeypatch.setattr(page_part, "run_probe_test", run)
    part = window.page.probe_test
    qtbot.mouseClick(part.test_button, Qt.MouseButton.LeftButton)
    assert "Testing sim://centron" in part.words.text()
    assert not part.test_button.isEnabled()
    qtbot.waitUntil(part.test_button.isEnabled)
    assert part.words.text().splitlines()[0] == "A meter answers through this probe."
    assert "9,600 baud: good" in part.words.text()


def test_it_can_be_stopped(window: Window, qtbot: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    def run(url: str, probe: str, ticket: Any, on_rate: Any) -> None:
        while not ticket.cancelled:
            pass
        raise Cancelled("probe test")

    monkeypatch.setattr(page_part, "run_probe_test", run)
    part = window.page.probe_test
    part.run()
    assert part.stop_button.isVisible()
    qtbot.mouseClick(part.stop_button, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(part.test_button.isEnabled)
    assert part.words.text().splitlines()[-1] == "Stopped."


def test_a_port_that_cannot_be_opened_is_told(window: Window, qtbot: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    def run(url: str, probe: str, ticket: Any, on_rate: Any) -> None:
        raise PortBusy("COM4")

    monkeypatch.setattr(page_part, "run_probe_test", run)
    part = window.page.probe_test
    part.run()
    qtbot.waitUntil(part.test_button.isEnabled)
    assert "Another program uses this port" in part.words.text()


def test_against_the_virtual_meter(window: Window, qtbot: Any) -> None:
    part = window.page.probe_test
    part.run()
    qtbot.waitUntil(part.test_button.isEnabled, timeout=60_000)
    assert part.words.text().startswith("A meter answers through this probe.")

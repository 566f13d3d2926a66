"""A start: what is imported before the first paint, and that the first paint comes."""

from __future__ import annotations

import subprocess
import sys
from typing import Any

import pytest

from fieldpro.errors import UsageError
from fieldpro.gui import first_paint, start, warm
from fieldpro.gui.registry import PAGES
from fieldpro.gui.stall import StallWatch
from fieldpro.gui.window import Window

HEAVY = ("numpy", "pyqtgraph", "sqlite3", "sqlite_utils", "lark", "pydantic", "typer", "rich", "serial")


def test_nothing_heavy_is_imported_before_the_first_paint() -> None:
    code = f"""
import sys
from fieldpro.gui.start import make_app, make_window
from fieldpro.settings import Settings
app = make_app()
window = make_window(Settings())
window.painted.connect(app.quit)
window.show()
app.exec()
print(" ".join(sorted(set({HEAVY!r}) & set(sys.modules))))
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60, check=True)
    assert done.stdout.strip() == ""


def test_the_first_paint_is_measured_from_before_the_process_starts() -> None:
    times = first_paint.measure(1, warm=0)
    assert len(times) == 1
    assert 0.05 < times[0] < 30


def test_a_window_that_does_not_open_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("QT_QPA_PLATFORM", "no-such-platform")
    with pytest.raises(UsageError):
        first_paint.measure(1, warm=0)


def test_every_page_is_fetched_before_it_is_wanted() -> None:
    warmed = {f"fieldpro.gui.pages.{name}" for name in warm.PAGE_MODULES}
    for page in PAGES:
        module = f"fieldpro.gui.pages.{page.id.replace('-', '_')}"
        assert module in warmed or page.id == "connect", page.id


def test_the_tables_of_the_dictionary_are_known_to_the_palette() -> None:
    tables = dict(warm.known_tables())
    assert tables[1]
    assert len(tables) > 60


def test_a_stall_is_seen(qtbot: Any) -> None:
    import time

    watch = StallWatch()
    watch.start()
    qtbot.wait(50)
    time.sleep(0.12)  # what must never happen in the GUI thread
    qtbot.wait(30)
    assert 0.1 < watch.stop() < 5
    assert watch.ticks > 2


def test_a_defect_is_said_and_the_window_lives_on(window: Window, caplog: Any) -> None:
    error = ZeroDivisionError("a defect")
    start._show_defects(window)(ZeroDivisionError, error, None)
    banner = window.page.banners.banners[0]
    assert banner.headline == "FieldPro met a defect of its own."
    assert "ZeroDivisionError" in banner.text
    assert "defect" in caplog.text
    window.go("records")

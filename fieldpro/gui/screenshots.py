"""Draws every page, full, empty, loading and failed, into a folder: `python -m fieldpro.gui.screenshots FOLDER`.

Each look is drawn in a process of its own, because the scale of a screen is fixed when Qt starts. The meter is the
virtual one, read as the window reads any meter, so what is drawn is what a person sees.

    FOLDER/light-100/overview.png   FOLDER/dark-200/tables-failed.png   ...
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from fieldpro.gui.window import Window

METER = "sim://centron"
TO_COMPARE = (
    "sim://centron?seed=3&at=2026-03-02T12:00",
    "sim://centron?seed=3&at=2026-03-04T12:00",
    "sim://residential?seed=4&at=2026-03-02T12:00",
)
LIMIT_S = 120.0
LOOKS = (
    # theme, density, scale in per cent, window
    ("light", "desk", 100, (1280, 800)),
    ("light", "desk", 200, (1280, 800)),
    ("dark", "desk", 100, (1280, 800)),
    ("dark", "desk", 200, (1280, 800)),
    ("sunlight", "field", 100, (1280, 800)),
    ("sunlight", "field", 200, (1280, 800)),
    ("light", "bench", 100, (1440, 900)),
    ("light", "field", 100, (1024, 768)),
)


def main(arguments: list[str]) -> int:
    if len(arguments) == 3:
        _draw(Path(arguments[0]), int(arguments[1]), int(arguments[2]))
        return 0
    folder = Path(arguments[0]) if arguments else Path("screenshots")
    for number, (theme, density, scale, size) in enumerate(LOOKS):
        name = f"{theme}-{density}-{scale}" if density != "desk" else f"{theme}-{scale}"
        target = folder / (name if size[0] > 1024 else f"{name}-small")
        command = [sys.executable, "-m", "fieldpro.gui.screenshots", str(target), str(number), str(scale)]
        environment = {**os.environ, "QT_SCALE_FACTOR": str(scale / 100)}
        if not environment.get("DISPLAY") or sys.platform != "linux":
            environment["QT_QPA_PLATFORM"] = "offscreen"
        done = subprocess.run(command, env=environment, check=False)
        if done.returncode:
            return done.returncode
        print(f"{target}: {len(list(target.glob('*.png')))} pictures", flush=True)
    return 0


def _draw(folder: Path, number: int, _scale: int) -> None:
    from fieldpro.explain import Explanation
    from fieldpro.gui.registry import PAGES
    from fieldpro.gui.start import make_app, make_window
    from fieldpro.gui.states import Choice
    from fieldpro.gui.words import tr
    from fieldpro.settings import Settings

    theme, density, _percent, size = LOOKS[number]
    folder.mkdir(parents=True, exist_ok=True)
    app = make_app()

    def pump(seconds: float) -> None:
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            app.processEvents()
            time.sleep(0.002)

    def until(done: Callable[[], bool]) -> None:
        end = time.monotonic() + LIMIT_S
        while not done():
            if time.monotonic() > end:
                raise TimeoutError("the window did not come to rest")
            pump(0.02)

    with tempfile.TemporaryDirectory(prefix="fieldpro-screenshots-", ignore_cleanup_errors=True) as home:
        os.environ["FIELDPRO_HOME"] = home
        settings = Settings()
        settings.set("theme", theme)
        settings.set("density", density)
        settings.set("operator", "Ada")
        window = make_window(settings)
        window.resize(*size)
        window.show()
        bench = window.workbench

        def shoot(name: str) -> None:
            pump(0.25)
            window.grab().save(str(folder / f"{name}.png"))

        pump(1.0)
        for page in PAGES:
            window.go(page.id)
            pump(0.2)
            shoot(page.id if page.id == "connect" else f"{page.id}-empty")
        bench.connect_to(METER, title=tr("Polyphase meter"))
        until(lambda: bench.view is not None and not bench.jobs.busy)
        first = bench.view
        bench.read()
        until(lambda: bench.view is not first and not bench.jobs.busy)
        for _ in range(3):
            bench.save()
            pump(0.3)
        for page in PAGES:
            window.go(page.id)
            pump(1.0)
            shoot(page.id)
        _shoot_comparison(window, shoot, until)
        _shoot_bench(window, shoot, until)
        for page in PAGES:
            window.go(page.id)
            states = window.page.states
            states.show_loading(tr("Reading {page}", page=page.title), tr("The bar below says how far it is."))
            shoot(f"{page.id}-loading")
            words = Explanation(
                tr("The meter does not answer"), "COM4", tr("Seat the probe on its port and try again.")
            )
            states.show_failed(words, Choice(tr("Read again"), lambda: None))
            shoot(f"{page.id}-failed")
            states.show_full()
        _shoot_deck(window, shoot, until)
        _shoot_banner_and_job(window, shoot)
        window.close()
        pump(0.1)


def _shoot_comparison(
    window: Window, shoot: Callable[[str], None], until: Callable[[Callable[[], bool]], None]
) -> None:
    """Two records of one meter, two days apart, and two of different meters."""
    from fieldpro.app import open_transport
    from fieldpro.meter.read import read_tables
    from fieldpro.session import MeterSession, SessionPlan

    bench, numbers = window.workbench, list[int]()

    def keep(store: Any) -> None:
        for url in TO_COMPARE:
            with MeterSession(open_transport(url), SessionPlan(), close_transport=True) as session:
                numbers.append(store.save(session.run(read_tables())))

    bench.store(keep)
    until(lambda: len(numbers) == len(TO_COMPARE))
    bench.records_changed.emit()
    for name, left, right in (("compare-days", 0, 1), ("compare-meters", 0, 2)):
        window.go("compare", f"{numbers[left]} {numbers[right]}")
        until(lambda: window.page.states.state.value == "full")
        shoot(name)


def _shoot_deck(window: Window, shoot: Callable[[str], None], until: Callable[[Callable[[], bool]], None]) -> None:
    """A read that was recorded and played, with a fault in it; then the tape as a meter."""
    from dataclasses import replace

    window.go("tape-deck")
    deck: Any = window.page
    bench = window.workbench

    def rest() -> None:
        until(lambda: deck.playlist.reel is not None and not bench.jobs.busy and not deck.playing.is_on)

    deck.record_a_read(every_table=True)
    rest()
    shoot("tape-deck-recorded")
    deck.play()
    until(lambda: deck.last_result is not None)
    rest()
    shoot("tape-deck-equal")
    reel = deck.playlist.reel
    step = next(each for each in reel.tape.steps if each.table == 12 and each.data)
    deck._step_changed(replace(step, data=bytes([step.data[0] ^ 1]) + step.data[1:]))
    deck.play()
    until(lambda: bool(reel.bad))
    rest()
    shoot("tape-deck-differs")
    for part in ("fields", "rule"):
        deck.detail.which.button(part).click()
        shoot(f"tape-deck-{part}")
    deck.toggle_serve_panel()
    shoot("tape-deck-serve")
    deck.serve_panel.start_button.click()
    until(lambda: bool(deck.serving.url))
    shoot("tape-deck-serving")
    deck.serving.stop()
    deck.redact_panel.show()
    shoot("tape-deck-redact")
    deck.redact_panel.hide()


def _shoot_bench(window: Window, shoot: Callable[[str], None], until: Callable[[Callable[[], bool]], None]) -> None:
    """A table that is being changed, its earlier values, a procedure; a request with its answers."""
    from fieldpro.gui.models.request_builder import Typed
    from fieldpro.gui.pages.request import RequestPage
    from fieldpro.gui.pages.tables import HISTORY, TablesPage
    from fieldpro.gui.pages.tables_catalogue import PROCEDURE

    window.go("tables", "6")
    tables = window.page
    assert isinstance(tables, TablesPage)
    until(lambda: tables.detail.draft is not None and tables.detail.draft.number == 6)
    tables.detail.show_path("OWNER_NAME")
    tables.detail.hex.typed.emit(0, b"Shelbyville", None)
    tables.detail.hex.typed.emit(40, b"77", None)
    shoot("tables-edited")
    tables.detail.change_value()
    shoot("tables-editor")
    tables.detail.fields.setFocus()
    tables.view_choice.button(HISTORY).click()
    until(lambda: bool(tables.history.steps.rows))
    shoot("tables-history")
    tables.view_choice.button("fields").click()
    tables.detail.revert()
    tables.show_table(PROCEDURE + 9)
    until(lambda: tables.procedure.known is not None)
    shoot("tables-procedure")
    window.go("request")
    request = window.page
    assert isinstance(request, RequestPage)
    request.form.fill(Typed("offset-read", table="ST 52", offset="0", count="6"))
    until(request.repeat_button.isEnabled)
    request.times.setValue(4)
    request.interval.setValue(0.4)
    request.repeat()
    until(lambda: request.answers_view.answers.count == 4 and request.asking is None)
    shoot("request-answers")
    request.answers_view.which.button("wire").click()
    shoot("request-wire")
    request.form.fill(Typed("full-write", table="ST 6"))
    until(lambda: request.form.data.model.table is not None)
    shoot("request-write")
    request.form.fill(Typed("offset-read", table="ST 9999", offset="x", count="0"))
    shoot("request-wrong")


def _shoot_banner_and_job(window: Window, shoot: Callable[[str], None]) -> None:
    from fieldpro.errors import LinkError
    from fieldpro.gui.standing import JobState

    window.go("overview")
    window.workbench.fail(LinkError("silent", "COM4"), conversation=True)
    window.job_bar.show_job(
        JobState(
            "Reading load profile",
            text="load profile data, set 1",
            done=41_200,
            total=280_000,
            unit="bytes",
            rate_per_s=5_100.0,
            remaining_s=47.0,
        )
    )
    shoot("banner-and-job")
    window.page.banners.clear()
    window.job_bar.hide()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

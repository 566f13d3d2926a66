"""Prints the longest stall of the window's thread, in seconds, while everything is read and shown.

A window is opened and left alone until it is warm; the virtual meter is connected; then everything it lists is read,
paced like a line at 57,600 baud, with the load profile page in front: progress is painted, the wire's records come in,
and at the end the tables are decoded and the chart is drawn. The watch runs from the order to read until a second after
the data is shown.
"""

from __future__ import annotations

import os
import sys
import tempfile
import time
from collections.abc import Callable

METER = "sim://centron?seed=1&days=60&pace=1"
LIMIT_S = 120.0


def main() -> int:
    with tempfile.TemporaryDirectory(prefix="fieldpro-stall-") as home:
        os.environ["FIELDPRO_HOME"] = home
        print(measure())
    return 0


def measure() -> float:
    from fieldpro.gui.stall import StallWatch
    from fieldpro.gui.standing import JobOutcome
    from fieldpro.gui.start import make_app, make_window, warm_up
    from fieldpro.settings import Settings

    app = make_app()
    window = make_window(Settings())
    workbench = window.workbench
    window.show()
    warm = []
    workbench.warm(lambda: None, warm.append)
    warm_up(window)

    def wait(done: Callable[[], bool], what: str) -> None:
        until = time.monotonic() + LIMIT_S
        while not done():
            if time.monotonic() > until:
                raise TimeoutError(what)
            app.processEvents()
            time.sleep(0.001)

    def wait_s(seconds: float) -> None:
        until = time.monotonic() + seconds
        wait(lambda: time.monotonic() >= until, "time passes")

    def idle() -> bool:
        job = workbench.jobs.job
        return job is None or job.outcome is not JobOutcome.RUNNING

    wait(lambda: bool(warm), "the window is warm")
    wait_s(3.0)
    workbench.connect_to(METER, title="the virtual meter")
    wait(lambda: workbench.view is not None and idle(), "the meter is connected")
    window.go("load-profile")
    wait_s(1.0)
    before = workbench.view
    watch = StallWatch()
    watch.start()
    workbench.read()
    wait(lambda: workbench.view is not before and idle(), "everything is read and shown")
    wait_s(1.0)
    longest_s = watch.stop()
    if watch.ticks < 100:
        raise TimeoutError(f"the watch came round only {watch.ticks} times")
    window.close()
    return longest_s


if __name__ == "__main__":
    sys.exit(main())

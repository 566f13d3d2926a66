"""How long one frame of pan and zoom takes: a year at 15 minutes, 4 channels, about 1100 x 500 pixels.

`python -m fieldpro.gui.charts.benchmark` prints `chart frame: 7.1 ms (16 ms)` and exits 1 when it is slower. A frame
is one move of the window and one `processEvents()`: `repaint()` would paint twice.
"""

from __future__ import annotations

import statistics
import sys
import time

import numpy as np
from PySide6.QtWidgets import QApplication

from fieldpro.gui.charts.profile_chart import ProfileChart
from fieldpro.gui.charts.profile_data import profile_data
from fieldpro.gui.look import Look
from fieldpro.interval.series import Channel, ChannelStatus, IntervalSeries

WANTED_S = 0.016
WIDTH, HEIGHT = 1100, 500
INTERVAL_S = 900


def year(*, days: int = 365, seed: int = 1) -> IntervalSeries:
    """A made-up year of four channels with a daily and a weekly rhythm, noise, a few gaps and statuses."""
    random = np.random.default_rng(seed)
    count = days * 86_400 // INTERVAL_S
    end_times = np.datetime64("2025-11-01T00:15:00", "s") + np.arange(count) * np.timedelta64(INTERVAL_S, "s")
    hour = np.arange(count) * INTERVAL_S / 3600 % 24
    base = 400 + 300 * np.exp(-((hour - 19) ** 2) / 6) + 150 * np.exp(-((hour - 8) ** 2) / 4)
    sun = 700 * np.clip(np.cos((hour - 13) / 12 * np.pi), 0, None) * random.uniform(0.2, 1, count)
    load = base * random.gamma(6, 1 / 6, count)
    net = load - sun
    pulses = np.stack(
        [np.clip(net, 0, None), np.clip(-net, 0, None), load * 0.3, 2300 + random.normal(0, 15, count)], axis=1
    ).astype(np.int64)
    status = np.zeros((count, 4), dtype=np.uint8)
    valid = np.ones(count, dtype=bool)
    for start in random.integers(0, count - 100, 12):
        length = int(random.integers(1, 40))
        valid[start : start + length] = False
        status[start : start + length] = int(ChannelStatus.SKIPPED)
    status[random.integers(0, count, 60)] = int(ChannelStatus.PARTIAL)
    channels = (
        Channel("Wh delivered", "kWh", "delivered", 0.001),
        Channel("Wh received", "kWh", "received", 0.001),
        Channel("varh delivered", "kvarh", "reactive", 0.001),
        Channel("V phase A", "V", "voltage", 0.1),
    )
    return IntervalSeries(channels, INTERVAL_S, end_times, pulses, status, np.zeros(count, np.uint8), valid)


def frame_times(app: QApplication, chart: ProfileChart, *, frames: int = 120) -> list[float]:
    """Seconds of each frame of a zoom from the whole year to three days and back, panning on the way."""
    window = chart.window
    if window is None:
        return []
    chart.set_window(window.whole())
    app.processEvents()
    taken: list[float] = []
    for frame in range(frames):
        factor = 0.92 if frame < frames // 2 else 1 / 0.92
        window = chart.window
        if window is None:
            return taken
        start = time.perf_counter()
        chart.set_window(window.zoom(factor).page(0.02))
        app.processEvents()
        taken.append(time.perf_counter() - start)
    return taken


def measure() -> float:
    """Median seconds of one frame."""
    found = QApplication.instance()
    app = found if isinstance(found, QApplication) else QApplication(sys.argv[:1])
    look = Look()
    look.apply(app)
    chart = ProfileChart(look)
    chart.resize(WIDTH, HEIGHT)
    chart.set_data(profile_data(year()))
    chart.show()
    app.processEvents()
    frame_times(app, chart, frames=10)
    taken = frame_times(app, chart)
    chart.close()
    return statistics.median(taken)


def main() -> int:
    median_s = measure()
    print(f"chart frame: {median_s * 1000:.1f} ms ({WANTED_S * 1000:.0f} ms)")
    return 0 if median_s <= WANTED_S else 1


if __name__ == "__main__":
    sys.exit(main())

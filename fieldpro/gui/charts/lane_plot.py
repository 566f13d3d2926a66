"""One lane of a chart: the channels that share a value axis, drawn so that no peak is lost.

`show` cuts each curve to the screen (`decimate`): dense, two points a pixel and a thin line; sparse, each interval as a
level from its start to its end and a thicker line, and estimated values as hollow circles. The cut is made here and
not by `setDownsampling`/`setClipToView`, whose peaks vanish beside a gap (see `decimate`).
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pyqtgraph as pg
from numpy.typing import NDArray
from PySide6.QtCore import QRectF
from PySide6.QtGui import QColor

from fieldpro.gui.charts.axis_items import TimeAxis, ValueAxis
from fieldpro.gui.charts.curve_item import CurveItem
from fieldpro.gui.charts.decimate import bin_size, peaks, steps, visible
from fieldpro.gui.charts.dress import channel_colours, cosmetic, pen
from fieldpro.gui.charts.grid_item import GridItem
from fieldpro.gui.charts.lane_view import LaneView
from fieldpro.gui.charts.marks import Marks
from fieldpro.gui.charts.marks_item import GapBands, MarksItem
from fieldpro.gui.charts.profile_data import Lane, ProfileData
from fieldpro.gui.charts.ticks import decimals, round_step, value_ticks
from fieldpro.gui.look import Look
from fieldpro.gui.roles import Role

HEADROOM = 1.08  # room for the marks at the top edge
SPARSE_PX = 4.0  # an interval wider than this is drawn as a level
VALUE_TICK_PX = 44
HOLLOW_PX = 7


class LanePlot:
    """A view box, its axes, its curves and what lies over and under them."""

    def __init__(self, data: ProfileData, lane: Lane, look: Look) -> None:
        self.data, self.lane = data, lane
        self.view = LaneView()
        self.axis = ValueAxis(look)
        self.times: TimeAxis | None = None  # under the lane; the chart gives it
        self.grid = GridItem(look)
        self.marks = MarksItem(look)
        self.cursor = pg.InfiniteLine(angle=90, movable=False)
        self.view.addItem(self.grid, ignoreBounds=True)
        self.gaps = GapBands(look)
        self.gaps.setParentItem(self.view)
        self.marks.setParentItem(self.view)
        self.curves = {index: CurveItem() for index in lane.channels}
        self.hollow = pg.ScatterPlotItem(size=HOLLOW_PX, pxMode=True)
        for place, index in enumerate(_largest_first(data, lane)):
            curve = self.curves[index]
            curve.setZValue(place)
            self.view.addItem(curve, ignoreBounds=True)
        self.pixel_ratio = 1.0  # a cosmetic pen counts in pixels of the screen
        self.foot_px = 0  # room under the values, for the flags of events
        self.view.addItem(self.hollow, ignoreBounds=True)
        self.cursor.setVisible(False)
        self.view.addItem(self.cursor, ignoreBounds=True)
        self.shown = set(lane.channels)
        self.manual: tuple[float, float] | None = None
        self.values = (0.0, 1.0)
        self.set_look(look)

    def set_look(self, look: Look) -> None:
        self._sizes = look.theme.sizes
        colours = channel_colours(look, self.data.series.channels)
        self._colours: dict[int, QColor] = {index: colours[index] for index in self.lane.channels}
        self.grid.set_look(look)
        self.marks.set_look(look)
        self.gaps.set_look(look)
        self.cursor.setPen(pen(look, Role.TEXT))
        self.hollow.setBrush(look.color(Role.RAISED))

    def set_shown(self, channel: int, on: bool) -> None:
        (self.shown.add if on else self.shown.discard)(channel)
        self.curves[channel].setVisible(on)

    def show(self, left: float, right: float, times: Sequence[float]) -> None:
        """Draw left..right. `times` are the places of the grid's upright lines."""
        width = max(int(self.view.width()), 1)
        start, stop = visible(self.data.x, left, right)
        interval_s = self.data.series.interval_s
        sparse = interval_s * width / (right - left) > SPARSE_PX
        low, high = np.inf, -np.inf
        for index in sorted(self.shown):
            bottom, top = self._draw(index, start, stop, width, sparse)
            low, high = min(low, bottom), max(high, top)
        self._draw_hollow(start, stop, sparse)
        self.values = self.manual or self._round(low, high)
        self.view.setRange(xRange=(left, right), yRange=self._with_foot(), padding=0.0, disableAutoRange=True)
        self._ticks(left, right, times)

    def set_marks(self, marks: Marks) -> None:
        size = QRectF(0, 0, self.view.width(), self.view.height())
        self.marks.set_marks(size, marks)
        self.gaps.set_marks(size, marks)

    def _draw(self, index: int, start: int, stop: int, width: int, sparse: bool) -> tuple[float, float]:
        """Draw one curve; the least and the greatest value of what is drawn (inf, -inf when there is none)."""
        curve = self.curves[index]
        thick = self._sizes.curve_sparse if sparse else self._sizes.curve_dense
        stroke = cosmetic(self._colours[index], thick * self.pixel_ratio)
        y = self.data.values[:, index]
        if sparse:
            x, y, joins = steps(self.data.x, y, start, stop, self.data.series.interval_s)
            shown = y[0::2][joins[0::2] > 0]
            curve.setData(x, y, pen=stroke, connect=joins)
        else:
            x, y = peaks(self.data.x, y, start, stop, bin_size(stop - start, width))
            x, y = _with_breaks(x, y, self.data, start, stop)
            shown = y[np.isfinite(y)]
            curve.setData(x, y, pen=stroke, connect="finite")
        return (float(shown.min()), float(shown.max())) if len(shown) else (np.inf, -np.inf)

    def _draw_hollow(self, start: int, stop: int, sparse: bool) -> None:
        if not sparse or not self.data.estimated[start:stop].any():
            self.hollow.setData([], [])
            return
        xs, ys, pens = [], [], []
        middle = self.data.x[start:stop] - self.data.series.interval_s / 2
        for index in sorted(self.shown):
            marked = self.data.estimated[start:stop, index] & np.isfinite(self.data.values[start:stop, index])
            xs.append(middle[marked])
            ys.append(self.data.values[start:stop, index][marked])
            pens += [cosmetic(self._colours[index], 1.5 * self.pixel_ratio)] * int(marked.sum())
        self.hollow.setData(np.concatenate(xs), np.concatenate(ys), pen=pens)

    def _round(self, low: float, high: float) -> tuple[float, float]:
        """Round ends of the value axis. Energy starts at zero; a voltage may not."""
        if not np.isfinite(low):
            return 0.0, 1.0
        if self.lane.energy:
            low, high = min(low, 0.0), max(high, 0.0)
        elif high > low:
            low -= (high - low) * 0.05
        if high <= low:
            high = low + (abs(low) * 0.1 or 1.0)
        step = round_step((high - low) / 8)
        bottom = np.floor(low / step + 1e-9) * step
        return float(bottom), float(np.ceil((bottom + (high - bottom) * HEADROOM) / step - 1e-9) * step)

    def _with_foot(self) -> tuple[float, float]:
        low, high = self.values
        height = max(self.view.height() - self.foot_px, 1.0)
        return low - (high - low) * self.foot_px / height, high

    def _ticks(self, left: float, right: float, times: Sequence[float]) -> None:
        low, high = self.values
        values, step = value_ticks(low, high, int(self.view.height() / VALUE_TICK_PX))
        places = decimals(step)
        bottom = self._with_foot()[0]
        bounds = QRectF(left, bottom, right - left, high - bottom)
        self.axis.set_marks([((value - bottom) / (high - bottom), f"{value:,.{places}f}") for value in values])
        self.grid.set_ticks(bounds, list(times), values)
        for curve in self.curves.values():
            curve.set_bounds(bounds)


def _largest_first(data: ProfileData, lane: Lane) -> list[int]:
    """The channels in the order in which they are drawn: a smaller curve stays in sight before a larger one."""
    means = {}
    for index in lane.channels:
        there = data.values[np.isfinite(data.values[:, index]), index]
        means[index] = float(there.mean()) if len(there) else 0.0
    return sorted(lane.channels, key=lambda index: -means[index])


def _with_breaks(
    x: NDArray[np.float64], y: NDArray[np.float64], data: ProfileData, start: int, stop: int
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """The curve, broken where intervals are missing from the series altogether."""
    span = data.x[max(start, 0) : stop]
    if len(x) < 3 or (len(span) > 1 and span[-1] - span[0] <= (len(span) - 1) * data.series.interval_s * 1.001):
        return x, y
    usual = float(np.median(np.diff(x[::2])))
    holes = np.flatnonzero(np.diff(x) > 1.5 * max(usual, data.series.interval_s)) + 1
    return np.insert(x, holes, x[holes]), np.insert(y, holes, np.nan)

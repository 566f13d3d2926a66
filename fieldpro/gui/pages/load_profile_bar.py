"""The controls over a load profile: which view, which stretch of time, which channels."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QIcon, QPainter, QPen, QPixmap, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QSizePolicy, QVBoxLayout, QWidget

from fieldpro.gui.charts.dress import channel_colours
from fieldpro.gui.look import Look
from fieldpro.gui.segments import Segments
from fieldpro.gui.words import tr
from fieldpro.interval.series import Channel

CHART, HEAT, TABLE = "chart", "heat", "table"
WHOLE = "whole"
RANGES_DAYS = {"1": 1, "7": 7, "30": 30}
DOT_PX = 12


def dot(colour: QColor, *, filled: bool, ratio: float = 2.0) -> QIcon:
    """A round mark in a channel's colour, hollow when the channel is off."""
    picture = QPixmap(QSize(round(DOT_PX * ratio), round(DOT_PX * ratio)))
    picture.fill(Qt.GlobalColor.transparent)
    painter = QPainter(picture)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.scale(ratio, ratio)
    painter.setPen(QPen(colour, 2))
    painter.setBrush(colour if filled else Qt.BrushStyle.NoBrush)
    painter.drawEllipse(QRectF(2, 2, DOT_PX - 4, DOT_PX - 4))
    painter.end()
    picture.setDevicePixelRatio(ratio)
    return QIcon(picture)


class ChannelChips(QWidget):
    """One switch a channel. In `single` mode they choose one channel instead (the heat map shows one)."""

    switched = Signal(int, bool)
    chosen = Signal(int)

    def __init__(self, look: Look) -> None:
        super().__init__()
        self._look = look
        self._channels: tuple[Channel, ...] = ()
        self._buttons: list[QPushButton] = []
        self._shown: set[int] = set()
        self._only: int | None = None
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(0, 0, 0, 0)
        self._row.setSpacing(0)
        self.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)

    @property
    def shown(self) -> set[int]:
        return set(self._shown)

    @property
    def buttons(self) -> list[QPushButton]:
        return list(self._buttons)

    def set_channels(self, channels: Sequence[Channel]) -> None:
        self._channels = tuple(channels)
        self._shown = set(range(len(channels)))
        for old in self._buttons:
            old.hide()
            old.deleteLater()
        self._buttons = []
        for index, channel in enumerate(channels):
            made = QPushButton(channel.name)
            made.setProperty("kind", "quiet")
            made.setCheckable(True)
            made.clicked.connect(lambda _checked=False, index=index: self._clicked(index))
            self._row.addWidget(made)
            self._buttons.append(made)
        self._draw()

    def set_single(self, only: int | None) -> None:
        """Choose one channel only; None goes back to switches."""
        self._only = only
        self._draw()

    def set_look(self, look: Look) -> None:
        self._look = look
        self._draw()

    def _clicked(self, index: int) -> None:
        if self._only is not None:
            self._only = index
            self._draw()
            self.chosen.emit(index)
            return
        on = index not in self._shown
        (self._shown.add if on else self._shown.discard)(index)
        self._draw()
        self.switched.emit(index, on)

    def _draw(self) -> None:
        colours = channel_colours(self._look, self._channels)
        for index, made in enumerate(self._buttons):
            on = index in self._shown if self._only is None else index == self._only
            made.setChecked(on)
            made.setIcon(dot(colours[index], filled=on))
            made.setIconSize(QSize(DOT_PX, DOT_PX))
            word = tr("shown") if on else tr("hidden")
            made.setAccessibleName(f"{self._channels[index].name}, {self._channels[index].unit}, {word}")
            made.setToolTip(f"{self._channels[index].name} ({self._channels[index].unit})")


class ProfileBar(QWidget):
    """View, channels and range in one row; the channels in a row of their own where there is no room."""

    view_chosen = Signal(str)
    range_chosen = Signal(str)

    def __init__(self, look: Look) -> None:
        super().__init__()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        self._upper, self._lower = QHBoxLayout(), QHBoxLayout()
        self._upper.setSpacing(8)
        column.addLayout(self._upper)
        column.addLayout(self._lower)
        self._is_folded = False
        self.views = Segments(((CHART, tr("Chart")), (HEAT, tr("Heat map")), (TABLE, tr("Table"))), name=tr("View"))
        self.chips = ChannelChips(look)
        self.ranges = Segments(
            (("1", tr("Day")), ("7", tr("7 days")), ("30", tr("30 days")), (WHOLE, tr("All"))),
            name=tr("Show"),
            optional=True,
        )
        self._upper.addWidget(self.views)
        self._upper.addWidget(self.chips)
        self._upper.addStretch(1)
        self._upper.addWidget(self.ranges)
        self._lower.addStretch(1)
        self.setMinimumWidth(1)
        self.views.changed.connect(self.view_chosen)
        self.ranges.changed.connect(self.range_chosen)

    def fold(self) -> None:
        """Put the channels where they fit."""
        parts = (self.views, self.chips, self.ranges)
        needed = sum(part.sizeHint().width() for part in parts if not part.isHidden()) + 3 * self._upper.spacing()
        folded = needed > self.width()
        if folded != self._is_folded:
            self._is_folded = folded
            (self._upper if folded else self._lower).removeWidget(self.chips)
            if folded:
                self._lower.insertWidget(0, self.chips)
            else:
                self._upper.insertWidget(1, self.chips)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.fold()

    def set_look(self, look: Look) -> None:
        for part in (self.views, self.chips, self.ranges):
            part.set_look(look)

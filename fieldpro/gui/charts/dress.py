"""What a chart takes from the look: pens, and one colour a channel."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtGui import QColor, QPen

from fieldpro.gui.look import Look
from fieldpro.gui.roles import Role
from fieldpro.interval.series import Channel

# Channels of one role (three voltages) keep its hue and differ in lightness.
_LIGHTNESS = (100, 145, 70, 180, 55)


def pen(look: Look, role: Role, width: float = 1.0) -> QPen:
    """A cosmetic pen: as wide at every zoom."""
    return cosmetic(look.color(role), width)


def cosmetic(colour: QColor, width: float) -> QPen:
    drawn = QPen(colour, width)
    drawn.setCosmetic(True)
    return drawn


def channel_colours(look: Look, channels: Sequence[Channel]) -> list[QColor]:
    """One colour a channel: by what it measures, the same in every picture."""
    seen: dict[str, int] = {}
    colours = []
    for channel in channels:
        place = seen.get(channel.role, 0)
        seen[channel.role] = place + 1
        colours.append(look.chart_color(channel.role).lighter(_LIGHTNESS[place % len(_LIGHTNESS)]))
    return colours

"""The one table of roles: what a colour is FOR, and what it is in each of the three themes. No Qt here.

Contrast is WCAG 2.1 relative luminance contrast (success criteria 1.4.3 and 1.4.6), which the tests hold every theme
to. Chart colours are the set of Okabe and Ito (2008), told apart with every common colour blindness; the same number
means the same thing everywhere: 1 delivered, 2 received, 3 reactive, 4 voltage, 5 current, 6 apparent, 7 and 8 other.
The sunlight theme darkens them, hue for hue, until each stands out on white; the dark theme swaps the two blues.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum


class Role(StrEnum):
    """What a colour is for."""

    GROUND = "ground"  # behind everything
    RAISED = "raised"  # cards, fields, lists
    SUNKEN = "sunken"  # rail, headers, the track of a bar
    TEXT = "text"
    WEAK = "weak"  # secondary text
    ACCENT = "accent"  # the one main action, links, what is selected
    ON_ACCENT = "on-accent"
    CHOSEN = "chosen"  # ground of a chosen row or page
    GOOD = "good"
    WARN = "warn"
    BAD = "bad"
    GOOD_GROUND = "good-ground"
    WARN_GROUND = "warn-ground"
    BAD_GROUND = "bad-ground"
    LINE = "line"  # where two things touch, edges of fields
    GRID = "grid"  # of charts
    FOCUS = "focus"
    CHART_1 = "chart-1"
    CHART_2 = "chart-2"
    CHART_3 = "chart-3"
    CHART_4 = "chart-4"
    CHART_5 = "chart-5"
    CHART_6 = "chart-6"
    CHART_7 = "chart-7"
    CHART_8 = "chart-8"


CHART_OF_QUANTITY: Mapping[str, Role] = {
    "delivered": Role.CHART_1,
    "received": Role.CHART_2,
    "reactive": Role.CHART_3,
    "voltage": Role.CHART_4,
    "current": Role.CHART_5,
    "apparent": Role.CHART_8,
    "other": Role.CHART_6,
}
"""`fieldpro.records.Quantity.role` -> its colour in every chart and picture."""

CHARTS = tuple(role for role in Role if role.startswith("chart-"))


@dataclass(frozen=True, slots=True)
class Sizes:
    """Type sizes in device-independent pixels at 100 %, and widths of lines."""

    figure: int = 28  # the one figure that matters
    title: int = 20
    body: int = 14
    small: int = 12
    line: int = 1
    focus: int = 2
    curve_dense: int = 1  # chart lines with many points
    curve_sparse: int = 2


@dataclass(frozen=True, slots=True)
class Theme:
    name: str
    title: str
    dark: bool
    colours: Mapping[Role, str]  # "#rrggbb"
    sizes: Sizes = Sizes()


def _roles(text: str) -> dict[Role, str]:
    """`role #rrggbb` lines as a mapping; every role exactly once."""
    pairs = [line.split() for line in text.strip().splitlines()]
    colours = {Role(name): colour for name, colour in pairs}
    missing = set(Role) - set(colours)
    if missing or len(pairs) != len(colours):
        raise ValueError(f"a theme must name every role once; missing: {sorted(missing)}")
    return colours


LIGHT = Theme(
    "light",
    "Light",
    dark=False,
    colours=_roles(
        """
        ground      #f3f5f7
        raised      #ffffff
        sunken      #e8ecf0
        text        #12161c
        weak        #3f4854
        accent      #0a4f94
        on-accent   #ffffff
        chosen      #dbe8f6
        good        #0d5531
        warn        #6b4000
        bad         #96131b
        good-ground #e0f2e8
        warn-ground #fdf0d5
        bad-ground  #fde7e6
        line        #c5ccd4
        grid        #e1e5ea
        focus       #0a4f94
        chart-1     #0072b2
        chart-2     #d55e00
        chart-3     #009e73
        chart-4     #cc79a7
        chart-5     #e69f00
        chart-6     #56b4e9
        chart-7     #f0e442
        chart-8     #000000
        """
    ),
)

SUNLIGHT = Theme(
    "sunlight",
    "Sunlight",
    dark=False,
    colours=_roles(
        """
        ground      #ffffff
        raised      #ffffff
        sunken      #ffffff
        text        #000000
        weak        #262626
        accent      #003a78
        on-accent   #ffffff
        chosen      #cfe3ff
        good        #00401f
        warn        #553000
        bad         #86000a
        good-ground #ffffff
        warn-ground #ffffff
        bad-ground  #ffffff
        line        #000000
        grid        #666666
        focus       #003a78
        chart-1     #005a8f
        chart-2     #a84300
        chart-3     #006b4e
        chart-4     #93416c
        chart-5     #855600
        chart-6     #1f6f9f
        chart-7     #6b6200
        chart-8     #000000
        """
    ),
    sizes=Sizes(figure=36, title=23, body=16, small=14, line=2, focus=3, curve_dense=2, curve_sparse=3),
)

DARK = Theme(
    "dark",
    "Dark",
    dark=True,
    colours=_roles(
        """
        ground      #14171c
        raised      #1e232a
        sunken      #0f1216
        text        #eef1f4
        weak        #b9c2cc
        accent      #86bcf5
        on-accent   #0b1420
        chosen      #263a52
        good        #7ad6a4
        warn        #f2bd5c
        bad         #ff9c96
        good-ground #17302a
        warn-ground #362b16
        bad-ground  #3d1f22
        line        #3a424d
        grid        #2b323b
        focus       #86bcf5
        chart-1     #56b4e9
        chart-2     #e8751a
        chart-3     #1fb48a
        chart-4     #cc79a7
        chart-5     #e69f00
        chart-6     #3d8fc4
        chart-7     #f0e442
        chart-8     #ffffff
        """
    ),
)

THEMES: tuple[Theme, ...] = (LIGHT, SUNLIGHT, DARK)


def theme(name: str) -> Theme:
    """The theme of this name; light when there is none, for a settings file may come from elsewhere."""
    return next((one for one in THEMES if one.name == name), LIGHT)


def luminance(colour: str) -> float:
    """Relative luminance of "#rrggbb", 0 black to 1 white (WCAG 2.1, "relative luminance")."""
    channels = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    red, green, blue = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(first: str, second: str) -> float:
    """Contrast of two colours, 1 (the same) to 21 (black on white)."""
    lighter, darker = sorted((luminance(first), luminance(second)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)

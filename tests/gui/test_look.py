"""The look: palette and stylesheet come from the roles; every place in the stylesheet is filled."""

from __future__ import annotations

import re
from typing import Any

import pytest
from PySide6.QtGui import QPalette

from fieldpro.gui import icons
from fieldpro.gui.density import DENSITIES, FIELD, Density, density
from fieldpro.gui.look import Look
from fieldpro.gui.roles import DARK, THEMES, Role, Theme


@pytest.mark.parametrize("shown", THEMES, ids=lambda one: one.name)
@pytest.mark.parametrize("dense", DENSITIES, ids=lambda one: one.name)
def test_the_stylesheet_is_filled(shown: Theme, dense: Density) -> None:
    sheet = Look(shown, dense).stylesheet()
    assert not re.search(r"@\w", sheet)
    assert set(re.findall(r"#[0-9a-f]{6}", sheet)) <= set(shown.colours.values())


def test_the_palette_is_that_of_the_theme(qapp: Any) -> None:
    palette = Look(DARK).palette()
    assert palette.color(QPalette.ColorRole.Window).name() == DARK.colours[Role.GROUND]
    assert palette.color(QPalette.ColorRole.Text).name() == DARK.colours[Role.TEXT]


def test_field_targets_are_for_gloves() -> None:
    assert FIELD.target >= 44
    assert FIELD.columns <= 2


@pytest.mark.parametrize("dense", DENSITIES, ids=lambda one: one.name)
def test_spaces_lie_on_the_grid(dense: Density) -> None:
    for space in (dense.target, dense.row, dense.inside, dense.between, dense.around):
        assert space % 4 == 0
    assert density(dense.name) is dense


def test_digits_are_equally_wide(qapp: Any) -> None:
    from PySide6.QtGui import QFontMetrics

    metrics = QFontMetrics(Look().font("figure"))
    assert len({metrics.horizontalAdvance(digit) for digit in "0123456789"}) == 1


@pytest.mark.parametrize("name", icons.names())
def test_every_icon_is_drawn_in_the_colour_of_a_role(name: str, qapp: Any) -> None:
    picture = icons.pixmap(name, Look(DARK), Role.ACCENT, 96).toImage()
    pixels = [picture.pixelColor(x, y) for x in range(96) for y in range(96)]
    drawn = {pixel.name() for pixel in pixels if pixel.alpha() == 255}
    assert drawn == {DARK.colours[Role.ACCENT]}

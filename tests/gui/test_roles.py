"""Colours: every theme names every role, text can be read, chart colours can be told from their ground."""

from __future__ import annotations

import itertools

import pytest

from fieldpro import resources
from fieldpro.gui.roles import (
    CHART_OF_QUANTITY,
    CHARTS,
    LIGHT,
    SUNLIGHT,
    THEMES,
    Role,
    Theme,
    contrast,
    luminance,
    theme,
)

GROUNDS = (Role.GROUND, Role.RAISED, Role.SUNKEN)
TEXTS = (Role.TEXT, Role.WEAK, Role.ACCENT, Role.GOOD, Role.WARN, Role.BAD)
each_theme = pytest.mark.parametrize("shown", THEMES, ids=lambda one: one.name)


def test_contrast_is_that_of_wcag() -> None:
    # WCAG 2.1, contrast ratio: 21 for black on white; #767676 is the well-known 4.54 on white
    assert contrast("#000000", "#ffffff") == pytest.approx(21.0)
    assert contrast("#767676", "#ffffff") == pytest.approx(4.54, abs=0.005)
    assert luminance("#ff0000") == pytest.approx(0.2126)


@each_theme
def test_text_is_readable_on_every_ground(shown: Theme) -> None:
    for text, ground in itertools.product((Role.TEXT, Role.WEAK), GROUNDS):
        assert contrast(shown.colours[text], shown.colours[ground]) >= 7, (text, ground)


@each_theme
def test_coloured_words_are_readable(shown: Theme) -> None:
    for text, ground in itertools.product(TEXTS, (*GROUNDS, Role.CHOSEN)):
        assert contrast(shown.colours[text], shown.colours[ground]) >= 4.5, (text, ground)


@each_theme
def test_states_are_readable_on_their_own_ground(shown: Theme) -> None:
    for state in ("good", "warn", "bad"):
        ground = shown.colours[Role(f"{state}-ground")]
        assert contrast(shown.colours[Role(state)], ground) >= 7, state
        assert contrast(shown.colours[Role.TEXT], ground) >= 7, state
    assert contrast(shown.colours[Role.ON_ACCENT], shown.colours[Role.ACCENT]) >= 7


@each_theme
def test_the_focus_ring_is_visible_on_every_ground(shown: Theme) -> None:
    for ground in GROUNDS:
        assert contrast(shown.colours[Role.FOCUS], shown.colours[ground]) >= 3, ground


@each_theme
def test_quantities_stand_out_from_the_chart_and_from_each_other(shown: Theme) -> None:
    used = {
        role for name, role in CHART_OF_QUANTITY.items() if name in ("delivered", "received", "reactive", "voltage")
    }
    for role in used:
        assert contrast(shown.colours[role], shown.colours[Role.RAISED]) >= 3, role
    assert len({shown.colours[role] for role in CHARTS}) == 8


def test_light_is_the_set_of_okabe_and_ito() -> None:
    # Okabe and Ito (2008), "Color Universal Design", the eight colours in RGB
    published = {"#000000", "#e69f00", "#56b4e9", "#009e73", "#f0e442", "#0072b2", "#d55e00", "#cc79a7"}
    assert {LIGHT.colours[role] for role in CHARTS} == published


def test_sunlight_has_no_grey_lighter_than_sixty_per_cent() -> None:
    for role in (Role.TEXT, Role.WEAK, Role.LINE, Role.GRID):
        red, green, blue = (int(SUNLIGHT.colours[role][place : place + 2], 16) for place in (1, 3, 5))
        assert max(red, green, blue) <= 0.4 * 255 + 1, role
    assert SUNLIGHT.sizes.figure > LIGHT.sizes.figure
    assert SUNLIGHT.sizes.line > LIGHT.sizes.line


def test_nothing_is_smaller_than_twelve_pixels() -> None:
    assert min(min(one.sizes.small, one.sizes.body) for one in THEMES) >= 12


@each_theme
def test_drawn_signs_have_the_colour_of_their_role(shown: Theme) -> None:
    assert shown.colours[Role.WEAK] in resources.text("themes", f"arrow-{shown.name}.svg")
    assert shown.colours[Role.ON_ACCENT] in resources.text("themes", f"check-{shown.name}.svg")


def test_an_unknown_theme_is_light() -> None:
    assert theme("neon") is LIGHT

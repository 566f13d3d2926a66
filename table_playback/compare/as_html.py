"""A comparison as one HTML file: `resources/reports/comparison.html` filled by jinja2, every value escaped."""

from __future__ import annotations

from functools import cache

from jinja2 import Environment, StrictUndefined, Template

from fieldpro import resources
from fieldpro.plain import plain
from table_playback.compare import verdict
from table_playback.compare.records import Comparison

STEPS_TOLD = 1000
MARKS = {
    "equal": ("✓", "good"),
    "volatile": ("✓", "good"),
    "differs": ("≠", "bad"),
    "only-left": ("◧", "warn"),
    "only-right": ("◨", "warn"),
    "unknown": ("○", "left"),
}


def as_html(comparison: Comparison, *, volatile: bool = False) -> str:
    """The text of the file. `volatile`: what was left out is told too."""
    told = comparison.steps[:STEPS_TOLD]
    page = _template().render(
        each=comparison,
        steps=told,
        more_steps=len(comparison.steps) - len(told),
        words=verdict,
        marks=MARKS,
        with_volatile=volatile,
    )
    return plain(page)


@cache
def _template() -> Template:
    environment = Environment(autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True)
    return environment.from_string(resources.text("reports", "comparison.html"))

"""The visit report as one HTML file: `resources/reports/visit_report.html` filled by jinja2, every value escaped."""

from __future__ import annotations

from functools import cache

from jinja2 import Environment, StrictUndefined, Template

from fieldpro import resources
from fieldpro.export.visit_report_content import Content

SIZE = 200.0
RADIUS = 76.0
MARKS = {"good": "✓", "bad": "✕", "left": "\N{EN DASH}", "open": "○"}


def html(content: Content) -> str:
    """The text of the file."""
    return _template().render(report=content, marks=MARKS, size=SIZE, radius=RADIUS, at=_at)


def _at(point: tuple[float, float]) -> str:
    """A point of the phasor picture as SVG says it: y downwards."""
    x, y = point
    return f"{SIZE / 2 + RADIUS * x:.1f},{SIZE / 2 - RADIUS * y:.1f}"


@cache
def _template() -> Template:
    environment = Environment(autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True)
    return environment.from_string(resources.text("reports", "visit_report.html"))

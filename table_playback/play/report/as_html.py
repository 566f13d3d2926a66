"""A playing as one HTML file: `resources/reports/playing.html` filled by jinja2, every value escaped."""

from __future__ import annotations

from functools import cache

from jinja2 import Environment, StrictUndefined, Template

from fieldpro import resources
from fieldpro.plain import plain
from table_playback.play.report import words
from table_playback.play.verdicts import PlayResult, Verdict

MARKS = {
    Verdict.EQUAL: ("✓", "good"),
    Verdict.DIFFERS: ("≠", "bad"),
    Verdict.MISSING: ("\N{MINUS SIGN}", "bad"),
    Verdict.EXTRA: ("+", "bad"),
    Verdict.ERROR: ("!", "bad"),
    Verdict.SKIPPED: ("○", "left"),
}
MOST = 20_000
"""Steps in the list of all; the ones to look at are all told."""


def as_html(result: PlayResult) -> str:
    """The text of the file."""
    return plain(_template().render(result=result, bad=list(result.bad), words=words, marks=MARKS, most=MOST))


@cache
def _template() -> Template:
    environment = Environment(autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True)
    return environment.from_string(resources.text("reports", "playing.html"))

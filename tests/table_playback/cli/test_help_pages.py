"""What the help pages say of tapes is what the code has: faults, orders, verdicts, modes, groups of masks."""

from __future__ import annotations

import re

import pytest

from fieldpro import resources
from fieldpro.simulator.fault_kinds import ANSWER_FAULTS
from fieldpro.simulator.faults import FaultPlan
from table_playback.cli.serve import FAULTS_HELP, Orders, Timings
from table_playback.compare.masks import volatile_groups
from table_playback.play import Verdict
from table_playback.redact import groups

DECK, SERVING, COMPARE = (resources.text("help", f"{name}.md") for name in ("58-tape-deck", "82-serving", "59-compare"))
COMMAND_LINE = resources.text("help", "90-command-line.md")


def rows(page: str) -> set[str]:
    """The first cells of its tables."""
    return {match[1].strip("`") for match in re.finditer(r"^\| ([^|]+?) \|", page, re.MULTILINE)}


def test_every_fault_is_told_and_no_other() -> None:
    names = {kind.name for kind in ANSWER_FAULTS}
    orders = {order.value for order in Orders}
    assert rows(SERVING) - {"order", "fault", "---"} == names | orders
    assert all(name in FAULTS_HELP for name in names)


@pytest.mark.parametrize("text", re.findall(r"`([a-z-]+[@:][^`]+)`", SERVING))
def test_every_fault_in_an_example_can_be_asked_for(text: str) -> None:
    if not text.startswith("tape:"):
        assert FaultPlan.parse(text)


def test_timing_is_spelt_as_the_command_takes_it() -> None:
    assert f"timing={Timings.RECORDED.value}" in SERVING


def test_every_verdict_is_told() -> None:
    assert {verdict.value for verdict in Verdict} <= rows(DECK)


def test_what_is_left_out_by_itself_is_told() -> None:
    for page in (DECK, COMPARE):
        told = re.search(r"\((clock, [^)]+)\)", page)
        assert told is not None
        first_words = {group.title.split()[0].casefold() for group in volatile_groups()}
        assert {word.split()[0] for word in re.split(r", ", told[1])} == first_words


def test_the_groups_of_identifiers_are_named_where_they_can_be_asked_for() -> None:
    from table_playback.cli.redact import redact

    (what,) = redact.__annotations__["what"].__metadata__
    assert all(group.name in what.help for group in groups())

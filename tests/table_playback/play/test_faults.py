"""A fault that is planted is named: by the verdict where the answer is another one, else by what the line did."""

from __future__ import annotations

from typing import Any

import pytest

from fieldpro.c12.psem import FullRead
from table_playback.play import Verdict
from table_playback.play.report import as_text

TABLES = (0, 6, 21, 31, 51, 1)
AT = 4 + 3 + 3  # log-on, who the meter is, and the third of the steps
STEP = 7  # of the tape


def planted(site: Any, fault: str) -> tuple[Any, Any]:
    """(the whole, the result of the step with the fault)."""
    tape = site.record([FullRead(number) for number in TABLES])
    site.another_meter(fault)
    result = site.play(tape)
    return result, next(each for each in result.results if each.step.number == STEP)


@pytest.mark.parametrize(
    ("fault", "words"),
    [
        ("nak", "1 packet refused by the meter"),
        ("bad-crc", "bytes that made no packet"),
        ("wrong-length=packet", "bytes that made no packet"),
        ("delay", "3.0 s, on the tape 0.0 s"),
        ("drop", "2.0 s, on the tape 0.0 s"),
        ("time-out", "7.0 s, on the tape 0.0 s"),
    ],
)
def test_what_the_line_mends_is_equal_and_named(centron: Any, fault: str, words: str) -> None:
    name, _, value = fault.partition("=")
    result, step = planted(centron, f"{name}@{AT}{'=' if value else ''}{value}")
    assert step.verdict is Verdict.EQUAL
    assert words in step.detail
    assert result.is_equal
    text = as_text(result)
    assert "1 step with trouble on the line, which came right." in text
    assert words in text


@pytest.mark.parametrize(
    ("fault", "verdict", "words"),
    [
        ("busy", Verdict.MISSING, "device busy"),
        ("power-loss", Verdict.MISSING, "no answer"),
        ("wrong-length", Verdict.DIFFERS, "the bytes of the answer"),
    ],
)
def test_what_changes_the_answer_is_not_equal(centron: Any, fault: str, verdict: Verdict, words: str) -> None:
    value = "=count" if fault == "wrong-length" else ""
    result, step = planted(centron, f"{fault}@{AT}{value}")
    assert step.verdict is verdict, step
    assert words in step.detail
    assert [each.step.number for each in result.bad] == [STEP]


def test_stale_data_is_named_by_element(centron: Any) -> None:
    result, step = planted(centron, f"stale@{AT}")
    assert step.verdict is Verdict.DIFFERS
    assert step.differences[0].path.startswith("ACT_REGS_TBL.")
    assert [each.step.number for each in result.bad] == [STEP]

"""A playing as JUnit XML, for what collects test results: a suite for each tape, a case for each step.

differs, missing, extra   a failure, its text the elements that differ
error                     an error
skipped                   skipped, with the reason

A playing that was stopped, or ended by an error, is an error of its own: what was not played never passes for tested.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from xml.sax.saxutils import escape, quoteattr

from table_playback.play.report import words
from table_playback.play.verdicts import PlayResult, StepResult, Verdict

_FAILED = (Verdict.DIFFERS, Verdict.MISSING, Verdict.EXTRA)
_NO_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")  # XML 1.0, production 2


def as_junit(result: PlayResult) -> str:
    return "".join(f"{line}\n" for line in _lines(result))


def _lines(result: PlayResult) -> Iterator[str]:
    counts = result.counts
    broken = _broken(result)
    yield '<?xml version="1.0" encoding="UTF-8"?>'
    total = {
        "name": "table-playback",
        "tests": str(sum(counts.values()) + bool(broken)),
        "failures": str(sum(counts[verdict] for verdict in _FAILED)),
        "errors": str(counts[Verdict.ERROR] + bool(broken)),
        "skipped": str(counts[Verdict.SKIPPED]),
        "time": f"{result.duration_s:.3f}",
    }
    yield f"<testsuites{_attributes(total)}>"
    for tape, title in enumerate(result.titles):
        mine = [each for each in result.results if each.tape == tape]
        is_last = tape == len(result.titles) - 1
        yield from _suite(result, title, mine, broken if is_last else "")
    yield "</testsuites>"


def _suite(result: PlayResult, title: str, mine: list[StepResult], broken: str) -> Iterator[str]:
    bad = [each.verdict for each in mine]
    suite = {
        "name": title,
        "timestamp": f"{result.started_at:%Y-%m-%dT%H:%M:%S}",
        "tests": str(len(mine) + bool(broken)),
        "failures": str(sum(verdict in _FAILED for verdict in bad)),
        "errors": str(bad.count(Verdict.ERROR) + bool(broken)),
        "skipped": str(bad.count(Verdict.SKIPPED)),
        "time": f"{sum(_duration_s(each) for each in mine):.3f}",
    }
    yield f" <testsuite{_attributes(suite)}>"
    facts = {"meter": words.meter_words(result), "port": result.port, "who": result.who}
    facts |= {"speed": words.speed_words(result), "steps": words.count_words(result)}
    yield "  <properties>"
    for name, value in facts.items():
        yield f"   <property{_attributes({'name': name, 'value': value})}/>"
    for note in words.notes(result):
        yield f"   <property{_attributes({'name': 'note', 'value': note})}/>"
    yield "  </properties>"
    for each in mine:
        yield from _case(result, title, each)
    if broken:
        yield f"  <testcase{_attributes({'name': 'the whole tape', 'classname': title, 'time': '0'})}>"
        yield f"   <error{_attributes({'message': broken})}/>"
        yield "  </testcase>"
    yield " </testsuite>"


def _case(result: PlayResult, title: str, each: StepResult) -> Iterator[str]:
    number = f"step {each.step.number}"
    name = f"{number}, round {each.round}" if result.rounds > 1 else number
    case = {
        "name": f"{name}: {words.step_words(each.step)}",
        "classname": title,
        "time": f"{_duration_s(each):.3f}",
    }
    detail = words.detail_words(each)
    if each.verdict is Verdict.EQUAL:
        if not detail:
            yield f"  <testcase{_attributes(case)}/>"
            return
        body = f"   <system-out>{_text(detail)}</system-out>"
    elif each.verdict is Verdict.SKIPPED:
        body = f"   <skipped{_attributes({'message': detail})}/>"
    else:
        tag = "error" if each.verdict is Verdict.ERROR else "failure"
        message = detail or f"{len(each.differences)} elements differ"
        attributes = _attributes({"message": message, "type": str(each.verdict)})
        body = f"   <{tag}{attributes}>{_text(_elements(each))}</{tag}>"
    yield f"  <testcase{_attributes(case)}>"
    yield body
    yield "  </testcase>"


def _elements(each: StepResult) -> str:
    return "\n".join(words.difference_words(difference) for difference in words.flat(each.differences))


def _broken(result: PlayResult) -> str:
    """Why this is not the whole; empty when it is."""
    whole = result.error is None and not result.stopped and not result.declined
    return "" if whole else "; ".join([words.verdict_words(result), *words.notes(result)])


def _duration_s(each: StepResult) -> float:
    return 0.0 if each.actual is None else each.actual.duration_s or 0.0


def _attributes(values: dict[str, str]) -> str:
    return "".join(f" {name}={quoteattr(_valid(value))}" for name, value in values.items())


def _text(text: str) -> str:
    return escape(_valid(text))


def _valid(text: str) -> str:
    return _NO_XML.sub("\N{REPLACEMENT CHARACTER}", text)

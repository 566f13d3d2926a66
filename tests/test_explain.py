"""Every error of the house has words of its own, and they fit its data."""

from __future__ import annotations

import re
import string
from dataclasses import fields

import pytest

from fieldpro import errors, explain
from fieldpro.errors import (
    FieldProError,
    LinkError,
    ProcedureRefused,
    ServiceRefused,
    TableUnresolved,
)
from fieldpro.explain.by_reason import BY_FIELD, PROCEDURE_WORDS
from fieldpro.explain.words import Words


def subclasses(kind: type[FieldProError]) -> list[type[FieldProError]]:
    return [kind, *(below for child in kind.__subclasses__() for below in subclasses(child))]


ERRORS = [kind for kind in subclasses(FieldProError) if kind.__module__.startswith(f"{errors.__name__}.")]


def words_of(kind: type[FieldProError]) -> list[Words]:
    _, table = BY_FIELD.get(kind, ("", {}))
    return list(table.values()) or [explain.WORDS[kind.code]]


@pytest.mark.parametrize("kind", ERRORS, ids=lambda kind: kind.__name__)
def test_every_error_has_words_that_name_only_its_own_data(kind: type[FieldProError]) -> None:
    known = {field.name for field in fields(kind)}
    for words in words_of(kind):
        for template in (words.what, words.subject, words.next_step):
            named = {name for _, name, _, _ in string.Formatter().parse(template) if name}
            assert named <= known, f"{kind.__name__}: {template}"


@pytest.mark.parametrize("kind", ERRORS, ids=lambda kind: kind.__name__)
def test_every_explanation_says_what_happened_and_what_to_do_next(kind: type[FieldProError]) -> None:
    for words in words_of(kind):
        assert words.what
        assert not words.what.endswith(".")
        assert words.next_step.endswith(".")
        assert "!" not in words.what + words.next_step


@pytest.mark.parametrize(
    ("kind", "table"), [(kind, table) for kind, (field, table) in BY_FIELD.items() if field == "reason"]
)
def test_every_reason_that_an_error_names_has_words(kind: type[FieldProError], table: dict[str, Words]) -> None:
    named = re.search(r"`reason`(?: is one of)?: ([\w\s,-]+)\.", kind.__doc__ or "")
    assert named is not None
    assert set(re.split(r",\s*", named[1])) == set(table)


def test_no_two_kinds_of_error_share_a_code() -> None:
    codes = [kind.code for kind in ERRORS]
    assert len(codes) == len(set(codes))


def test_a_refusal_is_explained_by_its_response_code() -> None:
    explanation = explain.explain(ServiceRefused("Full read", 3, "table 42"))
    assert "security level" in explanation.what
    assert explanation.subject == "Full read table 42"
    assert "password" in explanation.next_step


@pytest.mark.parametrize("result", PROCEDURE_WORDS)
def test_a_procedure_that_was_refused_is_explained_by_its_result_code(result: int) -> None:
    explanation = explain.explain(ProcedureRefused("Demand reset", result))
    assert explanation.what == PROCEDURE_WORDS[result].what
    assert explanation.subject == "Demand reset"


def test_a_result_code_nobody_knows_is_named() -> None:
    assert "77" in explain.explain(ProcedureRefused("Demand reset", 77)).what


def test_a_silent_meter_names_the_port_and_the_probe() -> None:
    explanation = explain.explain(LinkError("silent", "/dev/ttyUSB0", 3))
    assert explanation.subject == "/dev/ttyUSB0"
    assert "probe" in explanation.next_step


def test_a_code_nobody_knows_still_has_a_sentence() -> None:
    assert explain.explain(ServiceRefused("Full read", 99, "table 1")).what


def test_braces_in_the_data_are_shown_as_they_are() -> None:
    assert "{oops}" in str(explain.explain(LinkError("silent", "{oops}")))


def test_a_list_in_the_data_is_read_aloud() -> None:
    assert "11, 21" in str(explain.explain(TableUnresolved("table 23", (11, 21))))


def test_the_words_can_be_translated() -> None:
    shouted = explain.explain(LinkError("silent", "COM3"), translate=lambda text: text.replace("meter", "Zähler"))
    assert "Zähler" in shouted.what

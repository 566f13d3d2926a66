"""Masks by name, and the volatile ones that ship with the program: each of them names something that there is."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from fieldpro.c12.dictionary import Dictionary, model
from fieldpro.dictionaries import load_dictionary, overlay_names
from fieldpro.errors import UsageError
from table_playback.compare import Masks, load_masks
from table_playback.compare.masks import matches, volatile_groups


@pytest.mark.parametrize(
    ("pattern", "path", "fits"),
    [
        ("CLOCK_TBL", "CLOCK_TBL.CLOCK_CALENDAR", True),
        ("CLOCK_TBL", "CLOCK_TBL", True),
        ("CLOCK_TBL", "CLOCK_TBL_2.X", False),
        ("*.SEQ_NBR", "PROC_TBL.SEQ_NBR", True),
        ("*.SEQ_NBR", "PROC_TBL.LAST_SEQ_NBR", False),
        ("LOG_TBL.ENTRIES.TIME", "LOG_TBL.ENTRIES[12].TIME", True),
        ("LOG_TBL.ENTRIES[12]", "LOG_TBL.ENTRIES[12].TIME", True),
        ("LOG_TBL.ENTRIES[1]", "LOG_TBL.ENTRIES[12].TIME", False),
        ("LOG_TBL.ENTRIES", "LOG_TBL.ENTRIES[0]", True),
        ("A_*", "A_TBL.X[3]", True),
        ("A.B", "AXB", False),
        ("*A*B*C", "xAyAzBxC.D", True),
        ("*A*B*C", "CBA", False),
        ("A**B", "A.x.B", True),
        ("*.X*", "T.A.XY[1]", True),
        ("A*B*B", "A.B", False),
        ("A*B", "A.B.C.B.D", True),
        ("*", "A", True),
        ("*A" * 40 + "!", "A" * 300 + ".B", False),
        ("*" * 60 + "!", "A" * 300 + ".B", False),
    ],
)
def test_a_pattern_names_an_element_and_all_below_it(pattern: str, path: str, fits: bool) -> None:
    assert matches(pattern, path) is fits
    assert bool(Masks.of([pattern]).title(path)) is fits


def test_the_first_mask_that_fits_gives_its_title() -> None:
    masks = Masks.of(["A.X"], "one") + Masks.of(["A"], "two")
    assert (masks.title("A.X"), masks.title("A.Y"), masks.title("B")) == ("one", "two", "")


def test_groups_are_chosen_by_name() -> None:
    assert load_masks(["clock"]).title("CLOCK_TBL.X") == "Clock"
    assert load_masks(["clock"]).title("PRESENT_REGISTER_DATA_TBL.X") == ""
    assert load_masks().title("PRESENT_REGISTER_DATA_TBL.X") == "Present values"
    with pytest.raises(UsageError):
        load_masks(["weather"])


@pytest.mark.parametrize("pattern", [pattern for group in volatile_groups() for pattern in group.elements])
def test_every_volatile_pattern_names_an_element_of_the_dictionary(pattern: str) -> None:
    assert any(matches(pattern, path) for path in _every_path())


def test_names_of_groups_are_unique() -> None:
    names = [group.name for group in volatile_groups()]
    assert len(set(names)) == len(names)


_PATHS: list[str] = []


def _every_path() -> list[str]:
    if not _PATHS:
        dictionary = load_dictionary(tuple(overlay_names()))
        for table in dictionary.tables.values():
            if table.type is not None:
                _PATHS.append(table.name)
                _PATHS.extend(_below(dictionary, table.name, table.type))
    return _PATHS


def _below(dictionary: Dictionary, path: str, type_expr: model.TypeExpr) -> Iterator[str]:
    match type_expr:
        case model.NamedType(name) if name in dictionary.types:
            yield from _below(dictionary, path, dictionary.types[name].type)
        case model.ArrayType(_, element):
            yield from _below(dictionary, path, element)
        case model.RecordType(body) | model.BitFieldType(body=body):
            for element in model.elements(body):
                yield f"{path}.{element.name}"
                if isinstance(element, model.Element):
                    yield from _below(dictionary, f"{path}.{element.name}", element.type)
        case model.Choice(_, branches):
            for branch in branches:
                if not isinstance(branch.body, tuple):
                    yield from _below(dictionary, path, branch.body)

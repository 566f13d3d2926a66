"""A changed copy of a tape: other notes, rules and images; every step in its place."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from fieldpro.errors import TapeError
from table_playback.tape import Order, Tape, VerifyRule, edited, load, save


def test_a_changed_step_stays_where_it_was(good: Path) -> None:
    tape = load(good)
    step = replace(tape.steps[1], note="new", enabled=False, verify=VerifyRule(Order.UNCHECKED))
    changed = edited(tape, {2: step})
    assert [each.number for each in changed.steps] == [1, 2, 3, 4, 5, 6]
    assert changed.steps[1] == step
    assert [changed.steps[n] for n in (0, 2, 3, 4, 5)] == [tape.steps[n] for n in (0, 2, 3, 4, 5)]
    assert tape.steps[1].enabled


def test_a_changed_copy_can_be_saved_over_the_tape_it_came_from(good: Path) -> None:
    tape = load(good)
    image = replace(tape.tables[64], writable=True)
    header = replace(tape.header, title="after")
    save(edited(tape, {1: replace(tape.steps[0], enabled=False)}, tables={64: image}, header=header), good)
    again = load(good)
    assert (again.steps[0].enabled, again.tables[64].writable, again.header.title) == (False, True, "after")
    assert again.steps[1:] == tape.steps[1:]
    assert again.tables[1] == tape.tables[1]


@pytest.mark.parametrize("number", [0, 7, -1])
def test_a_step_that_the_tape_does_not_have_is_no_change(tape: Tape, number: int) -> None:
    with pytest.raises(TapeError) as caught:
        edited(tape, {number: tape.steps[0]})
    assert caught.value.place == f"step {number}"


def test_no_step_takes_the_place_of_another(tape: Tape) -> None:
    with pytest.raises(TapeError) as caught:
        edited(tape, {2: tape.steps[0]})
    assert caught.value.detail == "it says that it is number 1"

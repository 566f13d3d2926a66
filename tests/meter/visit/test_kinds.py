"""Every kind of visit holds together, and nothing is done to a meter before it is known to be the ordered one."""

from __future__ import annotations

import pytest
from pydantic import ValidationError

from fieldpro import resources
from fieldpro.errors import UsageError
from fieldpro.meter.visit.kinds import FOLDER, NAMES, Action, Kind, kinds, load
from fieldpro.security.rights import ROWS


def test_every_file_is_a_kind_and_every_kind_a_file() -> None:
    assert resources.names(FOLDER, ".toml") == sorted(NAMES)
    assert [kind.name for kind in kinds()] == list(NAMES)


@pytest.mark.parametrize("kind", kinds(), ids=lambda kind: kind.name)
def test_a_meter_is_identified_before_anything_is_done_to_it(kind: Kind) -> None:
    actions = [step.action for step in kind.steps]
    meets = actions.index(Action.IDENTIFY)
    assert set(actions[:meets]) <= {Action.ORDER, Action.BY_HAND, Action.FINAL_READ}
    assert not kind.steps[meets].skippable
    assert all(step.help.endswith(".") for step in kind.steps)


@pytest.mark.parametrize("kind", kinds(), ids=lambda kind: kind.name)
def test_what_changes_a_meter_has_a_right_that_says_so(kind: Kind) -> None:
    for step in kind.steps:
        changes = step.action in (Action.PROGRAM, Action.CLOCK, Action.SWITCH_OPEN)
        assert changes == (step.right is not None and ROWS[step.right].changes_meter)


@pytest.mark.parametrize("kind", kinds(), ids=lambda kind: kind.name)
def test_what_writes_reads_before_and_after(kind: Kind) -> None:
    actions = [step.action for step in kind.steps]
    assert Action.READ_BEFORE in actions
    assert kind.writes == (kind.name != "read-only")
    if kind.writes:
        assert actions.index(Action.READ_BEFORE) < actions.index(Action.READ_AFTER)


def test_an_exchange_has_the_steps_of_the_trade() -> None:
    assert [step.id for step in load("exchange").steps] == [
        "order",
        "final-read",
        "decommission",
        "swap",
        "identify",
        "before",
        "program",
        "clock",
        "diagnose",
        "switch",
        "join",
        "after",
        "headend",
        "close",
    ]


def test_a_kind_that_there_is_not_is_said() -> None:
    with pytest.raises(UsageError):
        load("holiday")


STEP = {"title": "t", "help": "h."}
ORDER, CLOSE = {**STEP, "id": "order", "action": "order"}, {**STEP, "id": "close", "action": "close"}


@pytest.mark.parametrize(
    "steps",
    [
        [ORDER],
        [CLOSE, ORDER],
        [ORDER, {**STEP, "id": "order", "action": "by-hand"}, CLOSE],
        [ORDER, {**STEP, "id": "p", "action": "program"}, {**STEP, "id": "i", "action": "identify"}, CLOSE],
        [ORDER, {**STEP, "id": "p", "action": "program"}, CLOSE],
        [ORDER, {**STEP, "id": "x", "action": "dance"}, CLOSE],
        [ORDER, {**STEP, "id": "x", "action": "by-hand", "right": "fly"}, CLOSE],
    ],
)
def test_steps_that_make_no_visit_do_not_load(steps: list[dict[str, str]]) -> None:
    with pytest.raises(ValidationError):
        Kind.model_validate({"name": "x", "title": "x", "help": "x", "step": steps})

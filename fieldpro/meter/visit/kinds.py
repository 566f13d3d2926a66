"""The kinds of visits and their steps, as data: `resources/visits/NAME.toml`, in the order in which they are done.

An action is what a face does for a step; a right is what it asks the guard for.
"""

from __future__ import annotations

import tomllib
from enum import StrEnum
from functools import cache
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from fieldpro import resources
from fieldpro.errors import FileError, UsageError
from fieldpro.security.rights import Right

FOLDER = "visits"
NAMES = ("read-only", "program", "exchange", "disconnect")


class Action(StrEnum):
    ORDER = "order"  # a person compares the order with the paper
    BY_HAND = "by-hand"  # a person does it and says so
    FINAL_READ = "final-read"  # of the meter that goes
    IDENTIFY = "identify"
    READ_BEFORE = "read-before"
    PROGRAM = "program"
    CLOCK = "clock"
    DIAGNOSE = "diagnose"
    SWITCH_STATE = "switch-state"
    SWITCH_OPEN = "switch-open"
    READ_AFTER = "read-after"
    CLOSE = "close"


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Step(_Part):
    """One step. Only one that is `skippable` may be left out, with a reason."""

    id: Annotated[str, Field(pattern=r"^[a-z][a-z0-9-]*$")]
    title: Annotated[str, Field(min_length=1)]
    help: Annotated[str, Field(min_length=1)]
    action: Action
    right: Right | None = None
    skippable: bool = False


class Kind(_Part):
    """One kind of visit."""

    name: str
    title: Annotated[str, Field(min_length=1)]
    help: Annotated[str, Field(min_length=1)]
    step: Annotated[tuple[Step, ...], Field(min_length=2)]

    @property
    def steps(self) -> tuple[Step, ...]:
        return self.step

    @property
    def writes(self) -> bool:
        """Whether it may leave the meter changed."""
        changing = (Action.PROGRAM, Action.CLOCK, Action.SWITCH_OPEN)
        return any(step.action in changing for step in self.steps)

    @model_validator(mode="after")
    def _in_order(self) -> Kind:
        ids = [step.id for step in self.step]
        if len(set(ids)) != len(ids):
            raise ValueError("each step needs an id of its own")
        actions = [step.action for step in self.step]
        if actions[0] is not Action.ORDER or actions[-1] is not Action.CLOSE:
            raise ValueError("a visit begins with the order and ends with its close")
        meets = actions.index(Action.IDENTIFY) if Action.IDENTIFY in actions else len(actions)
        early = (Action.ORDER, Action.BY_HAND, Action.FINAL_READ)
        if any(action not in early for action in actions[:meets]):
            raise ValueError("nothing is done to a meter before it is identified")
        return self


@cache
def load(name: str) -> Kind:
    """A kind by its name. Raises `UsageError` when there is none, `FileError` for a file that is none."""
    if name not in NAMES:
        raise UsageError("kind of visit", "one of " + ", ".join(NAMES), name)
    try:
        return Kind.model_validate({"name": name, **tomllib.loads(resources.text(FOLDER, f"{name}.toml"))})
    except (ValidationError, tomllib.TOMLDecodeError) as error:
        raise FileError(f"{FOLDER}/{name}.toml", "the file", "the steps of a visit", str(error)) from error


def kinds() -> tuple[Kind, ...]:
    """All kinds, in the order in which they are offered."""
    return tuple(load(name) for name in NAMES)

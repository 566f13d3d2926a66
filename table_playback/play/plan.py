"""What is going to be played: which steps of which tapes, and what they ask of the meter.

plan(tape)                          all of it
plan(tape, first=120)               from step 120 on
plan(tape, only=7)                  exactly one step
plan([one, two], any_meter=True)    several tapes in order, to any meter of the class
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

from fieldpro.c12.dictionary.model import MANUFACTURER
from fieldpro.errors import MessageError, TapeError, UsageError
from fieldpro.secret import holds_secrets
from table_playback.tape.messages import READS, UNKNOWN, WRITES, request_bytes
from table_playback.tape.model import Step, Tape

INITIATE, RESPONSE = 7, 8
"""ANSI C12.19 tables 7 and 8: a procedure is started by a write to one and answered in the other."""
PENDING = 4096
_NUMBER = 0x0FFF
_SMALLEST_CALL = 3  # TABLE_IDB and sequence number


@dataclass(frozen=True)
class PlayPlan:
    """first, last: step numbers of the first tape, and of the last one; None to its end. only: exactly these steps.

    any_meter: the serial number need not match; any_class: maker, model and device class need not.
    """

    tapes: tuple[Tape, ...]
    first: int = 1
    last: int | None = None
    only: frozenset[int] | None = None
    any_meter: bool = False
    any_class: bool = False

    def steps(self) -> Iterator[tuple[int, Step]]:
        """(which tape, from 0; the step), in the order in which they are played; disabled ones too."""
        for index, tape in enumerate(self.tapes):
            yield from ((index, step) for step in self._of(index, tape))

    def _of(self, index: int, tape: Tape) -> Iterator[Step]:
        if self.only is not None:
            yield from (tape.steps[number - 1] for number in sorted(self.only))
            return
        first = self.first if index == 0 else 1
        last = self.last if self.last is not None and index == len(self.tapes) - 1 else len(tape.steps)
        for place in range(first - 1, last):
            yield tape.steps[place]

    def __len__(self) -> int:
        return self._counted[0]

    @property
    def writes(self) -> int:
        """How many steps write a table; procedures not counted."""
        return self._counted[1]

    @cached_property
    def procedures(self) -> frozenset[int]:
        """The procedures that are going to be run."""
        called = (procedure_of(step) for _, step in self.steps() if is_call(step) and not why_not(step))
        return frozenset(number for number in called if number is not None)

    @cached_property
    def written(self) -> frozenset[int]:
        """The tables that are going to be written."""
        return frozenset(step.table for _, step in self.steps() if is_write(step) and step.table is not None)

    @cached_property
    def has_unknown(self) -> bool:
        """Whether a step is of a service that nobody knows, or malformed: it may do anything."""
        return any(step.enabled and step.service == UNKNOWN for _, step in self.steps())

    @cached_property
    def _counted(self) -> tuple[int, int]:
        count = writes = 0
        for _, step in self.steps():
            count += 1
            writes += is_write(step)
        return count, writes

    def title(self, index: int) -> str:
        return title_of(self.tapes[index])


def plan(
    tapes: Tape | Sequence[Tape],
    *,
    first: int = 1,
    last: int | None = None,
    only: int | Sequence[int] | None = None,
    any_meter: bool = False,
    any_class: bool = False,
) -> PlayPlan:
    """What is to be played. Every step of it is looked at.

    Raises `UsageError` for steps that are not there, and `TapeError` (malformed) with the step for one that lacks what
    its service needs, or whose number is not its place.
    """
    all_tapes = (tapes,) if isinstance(tapes, Tape) else tuple(tapes)
    if not all_tapes:
        raise UsageError("tapes", "one tape or more", "none")
    numbers = None if only is None else frozenset([only] if isinstance(only, int) else only)
    made = PlayPlan(all_tapes, first, last, numbers, any_meter, any_class)
    most = len(all_tapes[0].steps)
    for number in (first, *(numbers or ())):
        if not 1 <= number <= max(1, most):
            raise UsageError("step", f"a number from 1 to {most}", str(number))
    if last is not None and not (first if len(all_tapes) == 1 else 1) <= last <= len(all_tapes[-1].steps):
        raise UsageError("last step", f"a number up to {len(all_tapes[-1].steps)}", str(last))
    if numbers is not None and len(all_tapes) > 1:
        raise UsageError("steps", "steps of one tape", f"{len(all_tapes)} tapes")
    _check(made)
    return made


def _check(made: PlayPlan) -> None:
    tape = place = -1
    for index, step in made.steps():
        path = made.tapes[index].path or made.title(index)
        place = step.number if index != tape or made.only is not None else place + 1
        tape = index
        if step.number != place:
            raise TapeError("malformed", path, f"step {place}", f"it says that it is step {step.number}")
        try:
            request_bytes(step)
        except MessageError as error:
            found = f"its request needs {error.expected}, and has {error.found}"
            raise TapeError("malformed", path, f"step {step.number}", found) from error


def title_of(tape: Tape) -> str:
    """What a person calls a tape."""
    return tape.header.title or tape.path.replace("\\", "/").rpartition("/")[2] or "tape"


# --- kinds of steps -----------------------------------------------------------------------------------------------


def is_write(step: Step) -> bool:
    """Whether a step is going to write a table; a procedure is another matter."""
    return step.service in WRITES and step.table != INITIATE and not why_not(step)


def is_call(step: Step) -> bool:
    """Whether a step starts a procedure."""
    return step.service in WRITES and step.table == INITIATE


def procedure_of(step: Step, *, big_endian: bool = False) -> int | None:
    """The procedure that a write to table 7 starts; manufacturer ones count from 2048. None where it names none."""
    if step.procedure is not None:
        return step.procedure
    if not is_call(step) or step.service != "full-write" or len(step.data) < _SMALLEST_CALL:
        return None
    return int.from_bytes(step.data[:2], "big" if big_endian else "little") & _NUMBER


def why_not(step: Step) -> str:
    """Why a step is not played, in words; empty when it is."""
    if not step.enabled:
        return "disabled"
    if step.service in READS or step.service not in WRITES:
        return ""
    if step.masked:
        return "redacted: what it writes is not on the tape"
    if step.sent is not None:
        return "malformed: what it would write cannot be shown before"
    if step.service == "default-write":
        return "nobody can say which table it writes"
    if is_call(step) and step.service != "full-write":
        return "a procedure is started by a write of the whole table 7"
    if step.table is not None and holds_secrets(step.table) and not step.data:
        return "redacted: what it writes is not on the tape"
    return ""


__all__ = ["INITIATE", "MANUFACTURER", "PENDING", "RESPONSE", "PlayPlan", "plan"]

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
from table_playback.tape.messages import READS, UNKNOWN, WRITES, request_bytes, service_name
from table_playback.tape.model import Step, Tape

INITIATE, RESPONSE = 7, 8
"""ANSI C12.19 tables 7 and 8: a procedure is started by a write to one and answered in the other."""
PENDING = 4096
_NUMBER = 0x0FFF
_SMALLEST_CALL = 3  # TABLE_IDB and sequence number


@dataclass(frozen=True)
class Survey:
    """What a plan asks of a meter. count: its steps. changing: (tape, step) of all that may change the meter, in order.
    samples: (tape, step) of the first read of each kind: the same service, table and response."""

    count: int
    changing: tuple[tuple[int, Step], ...]
    samples: tuple[tuple[int, Step], ...]


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
        first = self.first_of(index)
        last = self.last if self.last is not None and index == len(self.tapes) - 1 else len(tape.steps)
        for place in range(first - 1, last):
            yield tape.steps[place]

    def first_of(self, index: int) -> int:
        """The number of the step that a tape begins with."""
        return self.first if index == 0 else 1

    def __len__(self) -> int:
        return self.survey.count

    @property
    def writes(self) -> int:
        """How many steps write a table; procedures not counted."""
        return sum(1 for _, step in self.survey.changing if is_write(step))

    @property
    def written(self) -> frozenset[int]:
        """The tables that are going to be written."""
        return frozenset(step.table for _, step in self.survey.changing if is_write(step) and step.table is not None)

    @property
    def procedures(self) -> frozenset[int]:
        """The procedures that are going to be run."""
        called = (procedure_of(step) for _, step in self.survey.changing if is_call(step))
        return frozenset(number for number in called if number is not None)

    @property
    def has_unknown(self) -> bool:
        """Whether a step is of a service that nobody knows: it may do anything."""
        return any(step.service == UNKNOWN for _, step in self.survey.changing)

    @cached_property
    def survey(self) -> Survey:
        """One look at every step. Raises `TapeError` (malformed)."""
        return _surveyed(self)

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
    made.survey  # noqa: B018 - what is malformed shows now
    return made


def _surveyed(made: PlayPlan) -> Survey:
    tape, place, count = -1, 0, 0
    samples: dict[tuple[object, ...], tuple[int, Step]] = {}
    changing: list[tuple[int, Step]] = []
    for index, step in made.steps():
        count += 1
        place = step.number if made.only is not None else place + 1 if index == tape else made.first_of(index)
        tape = index
        _check(made, index, step, place)
        if why_not(step):
            continue
        if step.service in WRITES or step.service == UNKNOWN:
            changing.append((index, step))
        elif step.table is not None:
            samples.setdefault((index, step.service, step.table, step.response, bool(step.masked)), (index, step))
    return Survey(count, tuple(changing), tuple(samples.values()))


def _check(made: PlayPlan, index: int, step: Step, place: int) -> None:
    path = made.tapes[index].path or made.title(index)
    if step.number != place:
        raise TapeError("malformed", path, f"step {place}", f"it says that it is step {step.number}")
    if step.sent is not None:
        says = service_name(step.sent[0]) if step.sent else UNKNOWN
        if says != step.service:  # what is sent is what was looked at, shown and allowed
            raise TapeError("malformed", path, f"step {step.number}", f"it is a {step.service}, its bytes are {says}")
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
    if step.sent == b"":
        return "there is nothing to send"
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

"""A tape as a meter, strictly: the recorded answers in the recorded order.

The next step on the tape is the only one that is answered, with these freedoms:

* The services of the session are answered in their own way, see `session`; `exact_session` holds the client to the
  recorded ones as to all others.
* Neighbouring steps whose verify rule says *any order* may be asked for in any order, each once.
* The step answered last may be asked for again while its rule allows repeats, and in any case while nobody has heard
  its answer: after a lost link a client asks again.
* What a client writes may differ from the tape where that is redacted, and where the step's rule leaves elements out or
  gives them a tolerance. A client numbers its procedures as it likes; the answer in table 8 has its number then.
* With *unchecked*, anything of the same service for the same table will do.

Anything else is refused (onp), is told as a `Mismatch`, and does not move the tape.
"""

from __future__ import annotations

import contextlib
from array import array
from bisect import bisect_right
from collections.abc import Callable
from dataclasses import dataclass, field, replace

from fieldpro.c12.psem import ResponseCode, State, decode_request, service_of
from fieldpro.c12.psem.table_data import ReadReply
from fieldpro.errors import FieldProError, MessageError
from fieldpro.simulator.answer import Answer
from table_playback.serve.mismatch import Mismatch, words
from table_playback.serve.session import TapeSession, refusal
from table_playback.serve.wanted import Wanting
from table_playback.tape import Order, Step, Tape
from table_playback.tape.messages import READS, SESSION, reply_bytes, request_bytes, service_name

_PROCEDURE, _RESPONSE = 7, 8
_PROCEDURE_HEAD = 3  # number and selector (2), the client's own number
_PROCEDURE_NUMBER_AT = 7  # of a full write: service, table (2), count (2), number and selector (2)
_FIRST_TABLE, _LAST_TABLE = 0x30, 0x4F


class Script:
    """Where the steps are that a client is held to, and those of the session; a collector.

    places: of the steps on the tape, from 0. session: number of each step of a service, by its name.
    """

    def __init__(self, *, exact_session: bool) -> None:
        self._exact = exact_session
        self.places = array("q")
        self.session: dict[str, array[int]] = {}

    def take(self, step: Step) -> None:
        if step.service in SESSION:
            self.session.setdefault(step.service, array("q")).append(step.number)
        if self._exact or step.service not in SESSION:
            self.places.append(step.number - 1)


@dataclass(slots=True)
class _Run:
    """Steps that may be asked for in any order, to before the place `end` in the script."""

    end: int
    answered: set[int] = field(default_factory=set)
    by_request: dict[bytes, list[int]] = field(default_factory=dict)
    may_differ: list[int] = field(default_factory=list)


class StrictDevice:
    """The device behind the port. `on_step` hears the number of each step that was answered, `on_mismatch` the rest."""

    def __init__(
        self,
        tape: Tape,
        script: Script,
        session: TapeSession,
        *,
        wanting: Wanting,
        exact_session: bool = False,
        loop: bool = False,
        recorded_timing: bool = False,
        on_step: Callable[[int], None] = lambda _: None,
        on_mismatch: Callable[[Mismatch], None] = lambda _: None,
    ) -> None:
        self._steps = tape.steps
        self._places = script.places
        self._session_steps = script.session
        self._session = session
        self._wanting = wanting
        self._exact_session = exact_session
        self._loop = loop
        self._recorded_timing = recorded_timing
        self._on_step, self._on_mismatch = on_step, on_mismatch
        self._procedure: tuple[bytes, int] | None = None  # its head as recorded, the client's number for it
        self.rewind()

    # --- where the tape stands ----------------------------------------------------------------------------------

    def rewind(self) -> None:
        """Back to the first step."""
        self._at = 0
        self._run: _Run | None = None
        self._known: tuple[int, Step] | None = None
        self._again: tuple[bytes, Step] | None = None  # the request answered last
        self._was_heard = True  # the client has acknowledged the answer to it
        self._is_taped = False  # the answer given last is that one
        self.last = 0

    @property
    def next_step(self) -> Step | None:
        """The step that is wanted next; None at the end of the tape."""
        if self._at >= len(self._places):
            return None
        if self._known is None or self._known[0] != self._at:
            self._known = (self._at, self._steps[self._places[self._at]])
        return self._known[1]

    # --- what a port asks for -----------------------------------------------------------------------------------

    def to_base(self, *, capacity: int) -> None:
        self._session.to_base(capacity=capacity)

    def power_failed(self, start: float, end: float) -> None:
        """A tape does not remember."""

    def step_of(self, message: bytes) -> int:
        """The number of the step that this message would be answered with; 0 when there is none."""
        if self._is_of_session(message):
            return self._session_step(message)
        found = self._find(message)
        return 0 if found is None else found[1].number

    def answer(self, message: bytes) -> Answer:
        self._is_taped = False
        if self._is_of_session(message):
            return self._answer_session(message)
        if not self._exact_session and self._session.state is not State.SESSION:
            known = bool(message) and service_of(message[0]) is not None
            return refusal(ResponseCode.ISSS if known else ResponseCode.SNS)
        found = self._find(message)
        if found is None:
            return self._mismatch(message)
        place, step = found
        if step.service not in SESSION and len(reply_bytes(step) or b"") > self._session.capacity:
            self._on_mismatch(Mismatch("too-long", step, words(message)))
            return refusal(ResponseCode.ONP)
        if place is not None:
            self._go_on(place, message, step)
        return self._answer(step, message)

    def delivered(self) -> None:
        """The client has acknowledged the answer given last."""
        if self._is_taped:
            self._was_heard = True

    # --- finding ------------------------------------------------------------------------------------------------

    def _find(self, message: bytes) -> tuple[int | None, Step] | None:
        """The step that this message asks for, and its place in the script, None for the one answered last."""
        if not self._was_heard and self._again is not None and self._again[0] == message:
            return None, self._again[1]
        step = self.next_step
        if step is not None and step.verify.order is Order.ANY:
            place = self._find_in_run(message)
            if place is not None:
                return place, self._steps[self._places[place]]
        elif step is not None and self._wanting.fits(step, message):
            return self._at, step
        if self._again is not None and self._again[0] == message and self._again[1].verify.repeats:
            return None, self._again[1]
        return None

    def _find_in_run(self, message: bytes) -> int | None:
        if self._run is None:
            self._run = self._run_from(self._at)
        run = self._run
        for place in run.by_request.get(message, ()):
            if place not in run.answered:
                return place
        for place in run.may_differ:
            if place not in run.answered and self._wanting.fits(self._steps[self._places[place]], message):
                return place
        return None

    def _run_from(self, first: int) -> _Run:
        run = _Run(first)
        while run.end < len(self._places):
            step = self._steps[self._places[run.end]]
            if step.verify.order is not Order.ANY:
                break
            with contextlib.suppress(MessageError):  # a step that nothing can ask for
                run.by_request.setdefault(request_bytes(step), []).append(run.end)
            if self._wanting.may_differ(step):
                run.may_differ.append(run.end)
            run.end += 1
        return run

    # --- answering ----------------------------------------------------------------------------------------------

    def _go_on(self, place: int, message: bytes, step: Step) -> None:
        self._again = (message, step)
        if self._run is None:
            self._at = place + 1
        else:
            self._run.answered.add(place)
            while self._at in self._run.answered:
                self._at += 1
            if self._at >= self._run.end:
                self._run = None
        if self._loop and self._at >= len(self._places):
            self._at = 0

    def _answer(self, step: Step, message: bytes) -> Answer:
        reply = self._with_number(step, reply_bytes(step), message)
        effect = None
        if step.service in SESSION:
            with contextlib.suppress(FieldProError):  # malformed as recorded, or out of place: nothing follows from it
                effect = self._session.carried_out(decode_request(message), reply)
        self._is_taped = True
        self._was_heard = reply is None  # nobody can wait for an answer that never came
        self.last = step.number
        self._on_step(step.number)
        return Answer(reply, effect, self._delay_s(step))

    def _delay_s(self, step: Step) -> float:
        return (step.duration_s or 0.0) if self._recorded_timing else 0.0

    def _with_number(self, step: Step, reply: bytes | None, message: bytes) -> bytes | None:
        """The client's own number of a procedure in what table 8 answers."""
        if step.table == _PROCEDURE and step.service == "full-write" and len(step.data) >= _PROCEDURE_HEAD:
            self._procedure = (step.data[:_PROCEDURE_HEAD], message[_PROCEDURE_NUMBER_AT])
        elif step.table == _RESPONSE and step.service in READS and self._procedure is not None and reply is not None:
            head, number = self._procedure
            if step.data[:_PROCEDURE_HEAD] == head and step.received is None and not step.offset:
                changed = step.data[: _PROCEDURE_HEAD - 1] + bytes([number]) + step.data[_PROCEDURE_HEAD:]
                return ReadReply(changed).encode()
        return reply

    def _mismatch(self, message: bytes) -> Answer:
        expected = self.next_step
        reason = "not-next" if expected is not None else "end"
        if self._again is not None and self._again[0] == message:
            reason, expected = "no-repeat", self._again[1]
        self._on_mismatch(Mismatch(reason, expected, words(message)))
        return refusal(ResponseCode.ONP)

    # --- the session --------------------------------------------------------------------------------------------

    def _is_of_session(self, message: bytes) -> bool:
        if self._exact_session or not message or _FIRST_TABLE <= message[0] <= _LAST_TABLE:
            return False
        return service_of(message[0]) is not None

    def _answer_session(self, message: bytes) -> Answer:
        number = self._session_step(message)
        try:
            request = decode_request(message)
        except MessageError:
            return refusal(ResponseCode.ERR)
        answer = self._session.answer(request)
        if not number:
            return answer
        self.last = number
        self._on_step(number)
        return replace(answer, delay_s=self._delay_s(self._steps[number - 1]))

    def _session_step(self, message: bytes) -> int:
        """The step of this service between the one answered last and the one wanted next, for its time and for faults
        that are asked for there; 0 when there is none."""
        numbers = self._session_steps.get(service_name(message[0]))
        if not numbers:
            return 0
        wanted = self.next_step
        last = 0 if wanted is not None and wanted.number <= self.last and not self._at else self.last
        place = bisect_right(numbers, last)
        if place < len(numbers) and (wanted is None or numbers[place] < wanted.number):
            return numbers[place]
        return 0

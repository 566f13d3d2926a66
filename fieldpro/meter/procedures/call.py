"""Running one procedure through ANSI C12.19 tables 7 and 8.

    ST7: TABLE_IDB (number b0-10, manufacturer b11, selector b12-15) | sequence number | parameters
    ST8: the same two                                                | result code     | response

The answer is ours when it names the procedure and the sequence number that were sent; whatever else table 8 holds is
that of somebody before, and is read again until ours is there. "Accepted, not finished" is waited for. A write of
table 7 is never repeated; when the line breaks in it, table 8 tells afterwards whether it arrived.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias

from fieldpro.c12.dictionary.model import MANUFACTURER
from fieldpro.c12.dictionary.tables import Tables
from fieldpro.c12.psem.full_read import FullRead
from fieldpro.c12.psem.full_write import FullWrite
from fieldpro.errors import FieldProError, LinkError, ProcedureRefused, ProcedureUnanswered, ServiceRefused, TableError
from fieldpro.meter.procedures.result import ProcedureResult, ResultCode, Selector
from fieldpro.session.conversation import Conversation, Pause, Progress

INITIATE, RESPONSE = 7, 8
_HEADER_BYTES = 3
Parameters: TypeAlias = Mapping[str, Any] | bytes
# Parameters that are made at the last moment before they are sent, such as a time; it may pause for it.
Late: TypeAlias = Callable[[], Conversation[Mapping[str, Any]]]


@dataclass(frozen=True, slots=True)
class Patience:
    """How long an answer is waited for.

    first_s, longest_s: the pause between two looks at table 8 grows from one to the other. answer_s: until any answer
    with our number is there. finish_s: until what was accepted is finished. silence_s: how long there must be no
    answer where one comes on exception only.
    """

    first_s: float = 0.2
    longest_s: float = 2.0
    answer_s: float = 20.0
    finish_s: float = 60.0
    silence_s: float = 2.0


PATIENCE = Patience()


def run_procedure(
    number: int,
    parameters: Parameters = b"",
    *,
    tables: Tables,
    selector: Selector = Selector.WHEN_DONE,
    patience: Patience = PATIENCE,
    late: Late | None = None,
    final: frozenset[int] = frozenset(),
) -> Conversation[ProcedureResult]:
    """Run a procedure of the dictionary, or any with parameters as bytes; the result is always `done`.

    number: manufacturer procedures count from 2048. tables: this meter's, with table 0 in it. late: makes the
    parameters that are sent in the end; those given are to check that such can be sent at all. final: result codes
    that end it at this make of meter although the standard means something else by them (1, not finished).
    Raises `ProcedureRefused` with the result code, `ProcedureUnanswered` when nobody knows what came of it,
    `TableError` for parameters that the procedure cannot have (nothing is sent then), `ServiceRefused` when the meter
    does not even take the request.
    """
    result = yield from ask_procedure(
        number, parameters, tables=tables, selector=selector, patience=patience, late=late, final=final
    )
    if not result.done:
        raise ProcedureRefused(result.title, result.code)
    return result


def ask_procedure(
    number: int,
    parameters: Parameters = b"",
    *,
    tables: Tables,
    selector: Selector = Selector.WHEN_DONE,
    patience: Patience = PATIENCE,
    late: Late | None = None,
    final: frozenset[int] = frozenset(),
) -> Conversation[ProcedureResult]:
    """As `run_procedure`, but whatever result code the meter answers is a result and not an error."""
    title = title_of(tables, number)
    request_bytes(number, parameters, sequence=0, tables=tables, selector=selector)  # a mistake in it shows first
    before = yield from _look(tables)
    sequence = (before.sequence + 1) & 0xFF if isinstance(before, _Answer) else 1
    call = _Call(number, title, sequence, selector, patience, final)
    if late is not None:
        parameters = yield from late()
    request = request_bytes(number, parameters, sequence=sequence, tables=tables, selector=selector)
    try:
        yield FullWrite(INITIATE, request)
    except LinkError as broken:
        return (yield from _after_a_break(call, tables, broken))
    if selector is Selector.NEVER:
        return ProcedureResult(number, title, ResultCode.DONE, sequence=sequence, answered=False)
    return (yield from _wait_for(call, tables))


def request_bytes(number: int, parameters: Parameters, *, sequence: int, tables: Tables, selector: Selector) -> bytes:
    """The content of table 7. Raises `TableError` for parameters that the procedure cannot have."""
    if isinstance(parameters, bytes):
        word = number | selector << 12
        return word.to_bytes(2, "big" if tables.formats.big else "little") + bytes([sequence]) + parameters
    identifier = {
        "TBL_PROC_NBR": number % MANUFACTURER,
        "STD_VS_MFG_FLAG": number >= MANUFACTURER,
        "SELECTOR": int(selector),
    }
    return tables.encode(INITIATE, {"PROC": identifier, "SEQ_NBR": sequence, "PARM": parameters})


def title_of(tables: Tables, number: int) -> str:
    """What a person calls the procedure: "Demand reset, self read, season change"."""
    definition = tables.dictionary.procedures.get(number)
    if definition is not None and definition.title:
        return definition.title
    return f"Manufacturer procedure {number - MANUFACTURER}" if number >= MANUFACTURER else f"Procedure {number}"


# --- the answer -------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Call:
    number: int
    title: str
    sequence: int
    selector: Selector
    patience: Patience
    final: frozenset[int]


@dataclass(frozen=True, slots=True)
class _Answer:
    """The content of table 8. The selector in it does not count: not every meter gives it back."""

    number: int
    sequence: int
    code: int
    data: bytes

    def answers(self, call: _Call) -> bool:
        return self.number == call.number and self.sequence == call.sequence


def _look(tables: Tables) -> Conversation[_Answer | ServiceRefused | None]:
    """What table 8 holds; None when that is no answer, the refusal when it cannot be read."""
    try:
        data: bytes = (yield FullRead(RESPONSE)).data
    except ServiceRefused as refused:
        return refused
    if len(data) <= _HEADER_BYTES:
        return None
    word = int.from_bytes(data[:2], "big" if tables.formats.big else "little")
    return _Answer(word & 0x0FFF, data[2], data[3], bytes(data[4:]))


def _wait_for(call: _Call, tables: Tables) -> Conversation[ProcedureResult]:
    """Look at table 8 until our answer is final. The time counted is that of the pauses."""
    patience = call.patience
    waited_s, pause_s = 0.0, patience.first_s
    accepted = False
    while True:
        try:
            seen = yield from _look(tables)
        except LinkError as broken:
            raise ProcedureUnanswered("broken", call.title, round(waited_s, 1)) from broken
        if isinstance(seen, _Answer) and seen.answers(call):
            if seen.code != ResultCode.NOT_FINISHED or seen.code in call.final:
                return _result(call, seen, tables, waited_s)
            accepted = True
        limit_s = patience.finish_s if accepted else patience.answer_s
        if call.selector is Selector.ON_EXCEPTION and not accepted:
            limit_s = patience.silence_s
        if waited_s >= limit_s:
            if call.selector is Selector.ON_EXCEPTION and not accepted:
                return ProcedureResult(call.number, call.title, ResultCode.DONE, sequence=call.sequence, answered=False)
            silent = "unreadable" if isinstance(seen, ServiceRefused) else "no-answer"
            raise ProcedureUnanswered("unfinished" if accepted else silent, call.title, round(waited_s, 1))
        yield Progress(round(waited_s), round(limit_s), "s", f"{call.title}: waiting for the meter")
        pause_s = min(pause_s, limit_s - waited_s)
        yield Pause(pause_s)
        waited_s += pause_s
        pause_s = min(pause_s * 2, patience.longest_s)


def _after_a_break(call: _Call, tables: Tables, broken: LinkError) -> Conversation[ProcedureResult]:
    """The line broke in the write: an answer with our number in table 8 proves that it had arrived."""
    try:
        seen = yield from _look(tables)
    except LinkError:
        seen = None
    if isinstance(seen, _Answer) and seen.answers(call):
        return (yield from _wait_for(call, tables))
    raise ProcedureUnanswered("broken", call.title, 0.0) from broken


def _result(call: _Call, answer: _Answer, tables: Tables, waited_s: float) -> ProcedureResult:
    return ProcedureResult(
        call.number,
        call.title,
        answer.code,
        _values(call.number, answer.data, tables) if answer.code == ResultCode.DONE else {},
        answer.data,
        call.sequence,
        waited_s,
    )


def _values(number: int, data: bytes, tables: Tables) -> Mapping[str, Any]:
    """The response decoded; nothing when the dictionary has no layout for it, or another one."""
    definition = tables.dictionary.procedures.get(number)
    if definition is None or definition.response is None:
        return {}
    try:
        values: Mapping[str, Any] = tables.procedure_response(number, data).decode(data).values
    except (TableError, FieldProError):
        return {}
    return values

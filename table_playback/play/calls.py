"""The procedures of a plan: a write to table 7 is a call, run the way every procedure is run.

The sequence number is the meter's next one and not that of the tape; the answer in table 8 is waited for. What the
tape reads of table 8 afterwards is compared without sequence numbers. What only its own job may do, such as an order
to the service switch, is not played.
"""

from __future__ import annotations

from dataclasses import replace

from fieldpro.c12.dictionary import Tables
from fieldpro.c12.dictionary.model import Annotation
from fieldpro.errors import FieldProError
from fieldpro.meter.changes import Change, ChangeSet, State, Warn, WarningKind, rules
from fieldpro.meter.device_profile import DeviceProfile
from fieldpro.meter.identity import identity_of
from fieldpro.meter.procedures import PATIENCE, ProcedureResult, Selector, ask_procedure, note_of
from fieldpro.meter.procedures.call import title_of
from fieldpro.session.conversation import Conversation
from table_playback.play.plan import INITIATE, PlayPlan, is_call, procedure_of, why_not
from table_playback.tape.model import Step

_HEADER = 3  # TABLE_IDB and sequence number
_SELECTOR_SHIFT = 12
LOG_IN = 18  # its parameters hold a password, in a layout that is the maker's choice


def why_not_called(step: Step, tables: Tables, profile: DeviceProfile) -> str:
    """Why this meter is not asked for the procedure, in words; empty when it is."""
    number = procedure_of(step, big_endian=tables.formats.big)
    if number is None:
        return "it names no procedure"
    note = note_of(number, profile)
    return f"this is done by its own job only ({note.own_job})" if note.guarded else ""


def kept_before(plan: PlayPlan, tables: Tables, profile: DeviceProfile) -> frozenset[int]:
    """The tables that are read before the plan's procedures run, so that nothing is lost."""
    calls = (step for _, step in plan.steps() if is_call(step) and not why_not(step))
    numbers = {procedure_of(step, big_endian=tables.formats.big) for step in calls}
    return frozenset(table for number in numbers if number is not None for table in note_of(number, profile).before)


def shown_call(step: Step, tables: Tables, profile: DeviceProfile) -> ChangeSet:
    """The call as a change set with one row, to be shown and agreed to; its warnings are those of the procedure."""
    number = procedure_of(step, big_endian=tables.formats.big)
    assert number is not None
    title, note = title_of(tables, number), note_of(number, profile)
    definition = tables.dictionary.procedures.get(number)
    name = f"PROCEDURE_{number}" if definition is None else definition.name
    given = _parameters(number, step.data[_HEADER:], tables)
    row = Change(name, INITIATE, State.DIFFERENT, None, given, group="Procedure", annotation=Annotation(title))
    texts = [note.warning, f"it clears {', '.join(note.clears)}" if note.clears else ""]
    warnings = tuple(Warn(WarningKind.PROCEDURE, title, text.rstrip(".")) for text in texts if text)
    return ChangeSet(identity_of(tables), tables, (row,), {}, rules(), warnings)


def _parameters(number: int, data: bytes, tables: Tables) -> str:
    """In words where the dictionary knows them: "run, LIST = 2"."""
    if not data:
        return "run"
    unknown = f"run with {len(data)} bytes"
    if number == LOG_IN:
        return unknown
    try:
        fields = list(tables.procedure_request(number, data).decode(data).fields())
    except (FieldProError, KeyError):
        return unknown
    values = [f"{field.title or field.name} = {field.text}" for field in fields if field.value is not None]
    return ", ".join(["run", *values]) if values else unknown


def call(step: Step, tables: Tables, profile: DeviceProfile) -> Conversation[ProcedureResult]:
    """Run it with the parameters of the tape. Raises as `ask_procedure` does; every result code is a result."""
    big = tables.formats.big
    number = procedure_of(step, big_endian=big)
    assert number is not None
    word = int.from_bytes(step.data[:2], "big" if big else "little")
    note = note_of(number, profile)
    result = yield from ask_procedure(
        number,
        step.data[_HEADER:],
        tables=tables,
        selector=Selector(word >> _SELECTOR_SHIFT & 3),
        patience=replace(PATIENCE, finish_s=max(PATIENCE.finish_s, note.finish_s)),
        final=note.final_results,
    )
    return result

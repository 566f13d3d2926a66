"""Whether a plan is for the meter on the line, asked before anything is played.

    check_fit(plan, identity, tables)      raises `TapeForAnotherMeter` with the step

Whose meter it is, by tables 0 and 1; that table 0 lists every table and procedure that the enabled steps ask for, and
the ways in which they ask. A read that the tape itself shows as refused may name a table that is not there.
"""

from __future__ import annotations

from collections.abc import Iterator

from fieldpro.c12.dictionary import Tables
from fieldpro.c12.psem.codes import ResponseCode
from fieldpro.errors import FieldProError, TapeForAnotherMeter
from fieldpro.meter import wanted
from fieldpro.meter.identity import identity_of
from fieldpro.meter.procedures import listed as listed_procedures
from fieldpro.records import MeterIdentity
from table_playback.play.context import dictionary_of
from table_playback.play.plan import MANUFACTURER, PENDING, PlayPlan, is_call, procedure_of
from table_playback.tape.messages import READS, WRITES
from table_playback.tape.model import Step, Tape

HEADER = "its header"
_BY_OFFSET, _BY_INDEX = (1, 3), (2, 3)  # C12.19 table 0, DATA_ACCESS_METHOD
_CLASS = ("manufacturer", "model", "device_class")
_TITLES = {"manufacturer": "maker", "model": "model", "device_class": "device class", "serial": "serial number"}


def check_fit(plan: PlayPlan, identity: MeterIdentity, tables: Tables) -> None:
    """Raises `TapeForAnotherMeter`. `tables`: the live meter's tables 0 and 1."""
    for index, tape in enumerate(plan.tapes):
        _check_identity(plan, index, identity)
        method = _method(tables)
        recorded = _method(_own_tables(tape))
        there, procedures = wanted.listed(tables), listed_procedures(tables) or frozenset()
        big = tables.formats.big
        asked = [each for each in (*plan.survey.samples, *plan.survey.changing) if each[0] == index]
        for _, step in sorted(asked, key=lambda each: each[1].number):
            name = plan.title(index)
            place = f"step {step.number}"
            for expected, found in _lacking(step, there, procedures, big=big):
                raise TapeForAnotherMeter(name, place, expected, found)
            way = _way(step)
            if way and method is not None and method not in way[1] and method != recorded and not _refused(step):
                raise TapeForAnotherMeter(name, place, f"a meter with access {way[0]}", "one without")


def owner(tape: Tape) -> MeterIdentity | None:
    """Whose tape it is: by its header, or by the images of tables 0 and 1; None where neither says it."""
    if tape.header.meter is not None and (tape.header.meter.serial or tape.header.meter.manufacturer):
        return tape.header.meter
    if 1 not in tape.tables:
        return None
    found = identity_of(_own_tables(tape))
    return found if found.serial or found.manufacturer else None


def _check_identity(plan: PlayPlan, index: int, identity: MeterIdentity) -> None:
    tape, name = plan.tapes[index], plan.title(index)
    expected = owner(tape)
    if expected is None:
        changing = next((step for each, step in plan.survey.changing if each == index), None)
        if changing is not None and not plan.any_meter:
            raise TapeForAnotherMeter(
                name, f"step {changing.number}", "the meter it was recorded from", "a tape of nobody"
            )
        return
    checked = (() if plan.any_class else _CLASS) + (() if plan.any_meter else ("serial",))
    for part in checked:
        wanted_text, found = getattr(expected, part), getattr(identity, part)
        if wanted_text and wanted_text != found:
            title = _TITLES[part]
            raise TapeForAnotherMeter(name, HEADER, f"{title} {wanted_text}", f"{title} {found or 'unknown'}")


def _lacking(step: Step, there: frozenset[int], procedures: frozenset[int], *, big: bool) -> Iterator[tuple[str, str]]:
    """What the step asks for and the meter does not list: (expected, found)."""
    if is_call(step):
        number = procedure_of(step, big_endian=big)
        if number is not None and number not in procedures:
            yield f"a meter with procedure {_label(number, 'MP')}", "one without"
        return
    asks = (step.service in READS and not _refused(step)) or step.service in WRITES
    if asks and step.table is not None and (step.table >= 2 * PENDING or step.table % PENDING not in there):
        yield f"a meter with table {_label(step.table % PENDING, 'MT')}", "one without"


def _way(step: Step) -> tuple[str, tuple[int, int]] | None:
    if step.service in ("offset-read", "offset-write"):
        return "by offset", _BY_OFFSET
    if step.service in ("index-read", "index-write"):
        return "by index", _BY_INDEX
    return None


def _refused(step: Step) -> bool:
    return step.response != ResponseCode.OK


def _own_tables(tape: Tape) -> Tables:
    dictionary, settings = dictionary_of(tape)
    raw = {number: tape.tables[number].data for number in (0, 1, 5) if number in tape.tables}
    return Tables(dictionary, settings=settings, raw=raw)


def _method(tables: Tables) -> int | None:
    try:
        return int(tables.decode(0).get("DATA_ACCESS_METHOD"))
    except FieldProError:
        return None


def _label(number: int, prefix: str) -> str:
    return f"{prefix} {number - MANUFACTURER}" if number >= MANUFACTURER else str(number)

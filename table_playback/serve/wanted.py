"""Whether a request is the one that a step was recorded with."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from fieldpro.c12.dictionary.tables import Tables
from fieldpro.c12.psem import FullWrite, IndexWrite, OffsetWrite, Request, decode_request
from fieldpro.errors import FieldProError, MessageError
from table_playback.compare import difference, load_masks
from table_playback.tape import Order, Step, VerifyRule
from table_playback.tape.messages import SESSION, WRITES, request_bytes
from table_playback.tape.model import Spans

_PROCEDURE = 7
_PROCEDURE_NUMBER: Spans = ((2, 1),)  # the number that a client gives to its call, after the procedure's own (2)
_SERVICE_AND_TABLE = 3


class Wanting:
    """`tables`: gives the tables of the tape, for rules that name elements; None where nothing is known of them.
    `ignore`: elements that no step is held to."""

    def __init__(self, tables: Callable[[], Tables | None], *, ignore: tuple[str, ...] = ()) -> None:
        self._tables = tables
        self._ignore = ignore

    def fits(self, step: Step, message: bytes) -> bool:
        """Whether this message asks for the step."""
        try:
            wanted = request_bytes(step)
        except MessageError:
            return False
        return wanted == message or (self.may_differ(step) and self._fits_nearly(step, wanted, message))

    def may_differ(self, step: Step) -> bool:
        """Whether other bytes than the recorded ones may ask for the step."""
        rule = step.verify
        if rule.order is Order.UNCHECKED:
            return True
        if step.sent is not None or step.service not in WRITES | SESSION:
            return False
        return bool(step.masked or step.table == _PROCEDURE or self._has_rules(rule))

    def _has_rules(self, rule: VerifyRule) -> bool:
        return bool(rule.ignore or rule.tolerance or self._ignore)

    def _fits_nearly(self, step: Step, wanted: bytes, message: bytes) -> bool:
        if step.verify.order is Order.UNCHECKED:
            return wanted[:_SERVICE_AND_TABLE] == message[:_SERVICE_AND_TABLE]
        if step.service in SESSION:
            return message[:1] == wanted[:1] and _equal(step.data, message[1:], step.masked)
        try:
            mine, theirs = _written(decode_request(wanted)), _written(decode_request(message))
        except MessageError:
            return False
        if mine is None or theirs is None or mine[:2] != theirs[:2]:
            return False
        masked = step.masked + (_PROCEDURE_NUMBER if step.table == _PROCEDURE else ())
        if _equal(mine[2], theirs[2], masked):
            return True
        return self._has_rules(step.verify) and self._agree(step, mine[2], theirs[2])

    def _agree(self, step: Step, mine: bytes, theirs: bytes) -> bool:
        """Equal as far as the rule holds them to it, element by element."""
        tables = self._tables()
        if tables is None or step.table is None or len(mine) != len(theirs) or step.indices:
            return False
        before, after, masked = mine, theirs, step.masked
        try:
            if step.offset is not None:
                whole = tables.get(step.table)
                if whole is None:
                    return False
                before, after = _patched(whole, step.offset, mine), _patched(whole, step.offset, theirs)
                masked = tuple((step.offset + start, length) for start, length in masked)
            return not difference(
                tables,
                tables,
                step.table,
                rule=replace(step.verify, ignore=step.verify.ignore + self._ignore),
                volatile=load_masks(),
                data_before=before,
                data_after=after,
                masked=masked,
            )
        except FieldProError:
            return False


def _written(request: Request[Any]) -> tuple[type[Request[Any]], object, bytes] | None:
    """Service, place and data of a write."""
    match request:
        case FullWrite(table, data):
            return FullWrite, table, data
        case OffsetWrite(table, offset, data):
            return OffsetWrite, (table, offset), data
        case IndexWrite(table, indices, data):
            return IndexWrite, (table, tuple(indices)), data
        case _:
            return None


def _equal(mine: bytes, theirs: bytes, masked: Spans) -> bool:
    if len(mine) != len(theirs):
        return False
    held, found = bytearray(mine), bytearray(theirs)
    for start, length in masked:
        held[start : start + length] = found[start : start + length]
    return held == found


def _patched(whole: bytes, offset: int, data: bytes) -> bytes:
    return whole[:offset] + data + whole[offset + len(data) :]

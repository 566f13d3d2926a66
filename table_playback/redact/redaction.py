"""Secrets and identifiers taken out of a tape, from every place that they are in.

The elements of tables go first, by their places in steps and images; then what they said is looked for everywhere
else: in other tables, answers, notes, the title, the identity in the header, the raw packets. Lengths stay, what is
left can be decoded, and what was taken out is marked, so that it is not compared when the tape is played.

Where an element lies cannot be told while tables are missing that shape its table; then all of the table goes.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import UTC, datetime

from fieldpro.c12.dictionary import Tables
from fieldpro.c12.dictionary.layout import Node
from fieldpro.c12.dictionary.model import PENDING
from fieldpro.c12.psem.codes import ResponseCode
from fieldpro.c12.psem.features import DeviceIdentity
from fieldpro.c12.psem.identification import Identify
from fieldpro.errors import FieldProError
from fieldpro.records import MeterIdentity
from table_playback.redact import wanted as names
from table_playback.redact.credentials import kind_of_step, kind_of_table, secret_spans
from table_playback.redact.elements import STAR, Chosen, choose, values_of
from table_playback.redact.needles import Needles
from table_playback.redact.places import gives_table_data, mask_step
from table_playback.redact.spans import joined, without
from table_playback.redact.tables import offset_of, tables_of
from table_playback.redact.wanted import Wanted, wanted
from table_playback.redact.wire import Change, redacted_wire
from table_playback.tape.messages import WRITES, reply_bytes, request_bytes
from table_playback.tape.model import Header, Redaction, Spans, Step, TableImage, Tape

_USER = (2, 10)
"""ANSI C12.18, Logon: user id (2), user (10)."""

_IDENTITY = {
    "manufacturer": "GENERAL_MFG_ID_TBL.MANUFACTURER",
    "model": "GENERAL_MFG_ID_TBL.ED_MODEL",
    "serial": "GENERAL_MFG_ID_TBL.MFG_SERIAL_NUMBER",
    "hardware": "GENERAL_MFG_ID_TBL.HW_VERSION_NUMBER",
    "firmware": "GENERAL_MFG_ID_TBL.FW_VERSION_NUMBER",
    "device_class": "GEN_CONFIG_TBL.DEVICE_CLASS",
    "identification": "DEVICE_IDENT_TBL.IDENTIFICATION",
}


def redact(
    tape: Tape,
    what: Iterable[str],
    *,
    at_capture: bool = False,
    when: datetime | None = None,
    tables: Tables | None = None,
) -> Tape:
    """The tape without what is named: "passwords", "keys", a group such as "identifiers", paths of elements.

    The header says what was taken out, and of how many places. at_capture: it is taken out before there is a file;
    then what the tap has masked already counts too. tables: how the tables are decoded, where the tape does not say.
    Raises `UsageError` for a name that nothing has.
    """
    tables = tables or tables_of(tape)
    redactor = _Redactor(tape, wanted(what, tables.dictionary), tables, at_capture=at_capture)
    return redactor.tape(when or datetime.now(UTC))


class _Redactor:
    def __init__(self, tape: Tape, what: tuple[Wanted, ...], tables: Tables, *, at_capture: bool) -> None:
        self._old = replace(tape, steps=list(tape.steps))  # gone through more than once
        self._what = what
        self._tables = tables
        self._at_capture = at_capture
        self._chosen: dict[tuple[str, int], Chosen] = {}
        self._counts: Counter[str] = Counter()
        self._seen: set[tuple[int, bytes]] = set()  # elements, by identity, and what they said
        self._needles = {each.what: Needles(self._values(each)) for each in what}

    def tape(self, when: datetime) -> Tape:
        old = self._old
        changes: dict[int, tuple[Change, Change]] = {}
        steps = [self._step(step, changes) for step in old.steps]
        images = {number: self._image(image) for number, image in old.tables.items()}
        wire = list(redacted_wire(old.wire, changes, self._hidden))
        header = self._header(old.header)
        redactions = tuple(
            Redaction(each.what, self._counts[each.what], self._at_capture, when)
            for each in self._what
            if self._counts[each.what] or not self._at_capture
        )
        header = replace(header, redactions=(*old.header.redactions, *redactions))
        return replace(old, header=header, steps=steps, tables=images, wire=wire)

    # --- what is looked for ---------------------------------------------------------------------------------------

    def _chosen_of(self, each: Wanted, number: int) -> Chosen:
        key = each.what, number
        if key not in self._chosen:
            self._chosen[key] = self._choose(each, number)
        return self._chosen[key]

    def _choose(self, each: Wanted, number: int) -> Chosen:
        if each.what in names.CREDENTIALS:
            return Chosen(unknown=kind_of_table(number) == each.what)
        try:
            definition = self._tables.dictionary.table(number)
        except FieldProError:
            return Chosen()
        if not any(each.touches(name) for name in _names(definition.name, number)):
            return Chosen()
        return choose(self._tables, number, _covers(each, number), self._tables.get(number))

    def _values(self, each: Wanted) -> Iterable[str | bytes]:
        """What the chosen elements say anywhere on the tape, as far as they are not masked already."""
        self._seen.clear()
        meter = self._old.header.meter
        if meter is not None:
            yield from (getattr(meter, name) for name, path in _IDENTITY.items() if each.covers(path))
        for number, image in self._old.tables.items():
            yield from self._values_in(self._chosen_of(each, number), image.data, 0, image.masked)
        for step in self._old.steps:
            if step.table is not None and step.sent is None:
                chosen = self._chosen_of(each, step.table)
                if chosen.elements and (step.service in WRITES or gives_table_data(step)):
                    offset = offset_of(step, self._tables)
                    yield from self._values_in(chosen, step.data, offset, step.masked)
            elif each.covers(names.DEVICE_IDENTITY) and step.service == "identify":
                yield _device_identity(step)
            elif each.covers(names.LOGON_USER) and step.service == "logon" and not step.masked:
                yield step.data[_USER[0] : sum(_USER)]

    def _values_in(self, chosen: Chosen, data: bytes, offset: int | None, masked: Spans) -> Iterable[str | bytes]:
        for element in chosen.elements if offset is not None else ():
            at = element.offset - (offset or 0)
            raw = data[max(at, 0) : at + element.length]
            if at < 0 or len(raw) != element.length or (id(element), raw) in self._seen:
                continue
            if without(((at, element.length),), masked):
                self._seen.add((id(element), raw))
                yield from values_of(element.node, raw)

    # --- steps ----------------------------------------------------------------------------------------------------

    def _step(self, step: Step, changes: dict[int, tuple[Change, Change]]) -> Step:
        new = step
        for each in self._what:
            new = self._redacted(new, each)
        if new is step:
            return step
        request = Change(request_bytes(step), request_bytes(new))
        reply = Change(reply_bytes(step) or b"", reply_bytes(new) or b"")
        if request.is_one or reply.is_one:
            changes[step.number] = request, reply
        return new

    def _redacted(self, step: Step, each: Wanted) -> Step:
        needles = self._needles[each.what]
        if each.what in names.CREDENTIALS:
            step = self._without_credentials(step, each)
        elif step.table is not None and step.sent is None and step.data:
            step = self._without_elements(step, each)
        elif step.service == "logon" and each.covers(names.LOGON_USER) and step.sent is None:
            step = self._mask(step, each, data=_clipped(_USER, step.data), fill=b" ")
        elif step.service == "identify" and each.covers(names.DEVICE_IDENTITY):
            identity = _device_identity(step)
            if identity:
                step = self._mask(step, each, answer=((step.answer.find(identity), len(identity)),))
        return self._without_values(step, each, needles) if needles else step

    def _without_credentials(self, step: Step, each: Wanted) -> Step:
        if kind_of_step(step) != each.what:
            return step
        request, reply = secret_spans(step)
        data, answer = mask_step(step, request, reply)
        step = self._mask(step, each, data=data, answer=answer)
        if step.sent is not None and request:
            step = replace(step, sent=_starred(step.sent, request))
        if step.received is not None and reply:
            step = replace(step, received=_starred(step.received, reply))
        return step

    def _without_elements(self, step: Step, each: Wanted) -> Step:
        assert step.table is not None
        if step.service not in WRITES and not gives_table_data(step):
            return step
        chosen = self._chosen_of(each, step.table)
        if not chosen:
            return step
        offset = offset_of(step, self._tables)
        spans = chosen.spans(offset, len(step.data))
        new = without(spans, step.masked)
        self._counts[each.what] += len(spans if self._at_capture else new)
        if not new:
            return step
        return replace(step, data=chosen.fill(step.data, offset, new), masked=joined((*step.masked, *new)))

    def _without_values(self, step: Step, each: Wanted, needles: Needles) -> Step:
        data = without(needles.spans(step.data), step.masked)
        answer = without(needles.spans(step.answer), step.masked_answer)
        if data or answer:
            step = self._mask(step, each, data=data, answer=answer)
        if step.sent and (spans := needles.spans(step.sent)):
            self._counts[each.what] += len(spans)
            step = replace(step, sent=_filled(step.sent, spans))
        if step.received and (spans := needles.spans(step.received)):
            self._counts[each.what] += len(spans)
            step = replace(step, received=_filled(step.received, spans))
        note = self._text(step.note, each)
        return step if note == step.note else replace(step, note=note)

    def _mask(self, step: Step, each: Wanted, *, data: Spans = (), answer: Spans = (), fill: bytes = b"") -> Step:
        new_data, new_answer = without(data, step.masked), without(answer, step.masked_answer)
        told = (data, answer) if self._at_capture else (new_data, new_answer)
        self._counts[each.what] += len(told[0]) + len(told[1])
        if not new_data and not new_answer:
            return step
        return replace(
            step,
            data=_filled(step.data, new_data, fill),
            masked=joined((*step.masked, *new_data)),
            answer=_filled(step.answer, new_answer, fill),
            masked_answer=joined((*step.masked_answer, *new_answer)),
        )

    # --- the rest -------------------------------------------------------------------------------------------------

    def _image(self, image: TableImage) -> TableImage:
        for each in self._what:
            chosen = self._chosen_of(each, image.number)
            new = without(chosen.spans(0, len(image.data)), image.masked)
            data = chosen.fill(image.data, 0, new) if new else image.data
            masked = joined((*image.masked, *new)) if new else image.masked
            found = without(self._needles[each.what].spans(data), masked)
            self._counts[each.what] += len(new) + len(found)
            if new or found:
                image = replace(image, data=_filled(data, found), masked=joined((*masked, *found)))
        return image

    def _hidden(self, raw: bytes) -> bytes:
        for needles in self._needles.values():
            if len(raw) > 1 and (spans := needles.spans(raw)):
                raw = _filled(raw, spans)
        return raw

    def _text(self, text: str, each: Wanted) -> str:
        hidden = self._needles[each.what].hide(text)
        self._counts[each.what] += hidden != text
        return hidden

    def _header(self, header: Header) -> Header:
        for each in self._what:
            who = self._text(header.who, each)
            if header.who and each.covers(names.WHO):
                self._counts[each.what] += 1
                who = ""
            header = replace(
                header,
                meter=None if header.meter is None else self._identity(header.meter, each),
                who=who,
                port=self._text(header.port, each),
                title=self._text(header.title, each),
                note=self._text(header.note, each),
                link={
                    name: self._text(value, each) if isinstance(value, str) else value
                    for name, value in header.link.items()
                },
            )
        return header

    def _identity(self, meter: MeterIdentity, each: Wanted) -> MeterIdentity:
        """What is taken out of an identity is not known of it: such a tape is for any meter in that."""
        changed: dict[str, str] = {}
        for name, path in _IDENTITY.items():
            value = getattr(meter, name)
            hidden = "" if each.covers(path) else self._needles[each.what].hide(value)
            if hidden != value:
                changed[name] = hidden if hidden.strip("*") else ""
        self._counts[each.what] += len(changed)
        return replace(meter, **changed) if changed else meter


def _names(table: str, number: int) -> tuple[str, ...]:
    """What a table's elements are called by; a pending one has those of its table, too."""
    return (table,) if number < PENDING else (table, table.removeprefix("PENDING_"))


def _covers(each: Wanted, number: int) -> Callable[[Node], bool]:
    def covers(node: Node) -> bool:
        path = node.full_path
        return each.covers(path) or (number >= PENDING and each.covers(path.partition(".")[2]))

    return covers


def _device_identity(step: Step) -> bytes:
    """ANSI C12.22, Identification: the identity of the device among the features of the answer; b"" for none."""
    if step.response != ResponseCode.OK or step.masked_answer:
        return b""
    try:
        reply = Identify().decode_reply(bytes([step.response]) + step.answer)
    except FieldProError:
        return b""
    return next((each.identity for each in reply.features if isinstance(each, DeviceIdentity)), b"")


def _clipped(span: tuple[int, int], data: bytes) -> Spans:
    start, length = span
    return joined([(start, min(length, len(data) - start))])


def _starred(raw: bytes, spans: Spans) -> bytes:
    out = bytearray(raw)
    for start, length in spans:
        out[start : start + length] = STAR * length
    return bytes(out)


def _filled(data: bytes, spans: Spans, fill: bytes = b"") -> bytes:
    """Text becomes asterisks and anything else zeros, unless there is something better to fill with."""
    out = bytearray(data)
    for start, length in spans:
        part = data[start : start + length]
        is_text = all(0x20 <= byte < 0x7F for byte in part)
        out[start : start + length] = (fill or (STAR if is_text else b"\0")) * length
    return bytes(out)


__all__ = ["redact"]

"""A tape's header and steps in words, and in the types of JSON."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict
from typing import Any

from fieldpro.c12.dictionary.tables import Tables
from fieldpro.c12.psem.codes import response_words
from fieldpro.c12.psem.table_number import table_name
from fieldpro.records import MeterIdentity
from table_playback.tape import EXACT, Order, Redaction, Step, Tape, VerifyRule
from table_playback.tape.messages import READS, WRITES, reply_bytes, request_bytes
from table_playback.tape.model import Spans


def _meter(meter: MeterIdentity) -> str:
    return f"{meter.manufacturer} {meter.model}, serial number {meter.serial or 'unknown'}"


def _redaction(redaction: Redaction) -> str:
    places = "1 place" if redaction.parts == 1 else f"{redaction.parts} places"
    return f"{redaction.what} ({places}{', while recording' if redaction.at_capture else ''})"


def header_facts(tape: Tape) -> Iterator[tuple[str, str]]:
    """Names and values for a person; those that are not known are empty."""
    header = tape.header
    meter = header.meter
    yield "Title", header.title
    yield (
        "Meter",
        "" if meter is None else f"{meter.manufacturer} {meter.model}, serial number {meter.serial or 'unknown'}",
    )
    yield "Firmware", "" if meter is None else meter.firmware
    yield "Device profile", header.device_profile
    yield "Dictionary", ", ".join(("C12.19", *header.dictionary))
    yield "Recorded", f"{header.started_at:%Y-%m-%d %H:%M:%S} to {header.ended_at:%H:%M:%S} UTC"
    yield "By", header.who
    yield "Port", header.port
    yield "Link", ", ".join(f"{name.replace('_', ' ')} {value}" for name, value in header.link.items())
    yield "Steps", f"{len(tape.steps):,}"
    yield "Tables", ", ".join(label(number) for number in sorted(tape.tables))
    yield "Redacted", "; ".join(map(_redaction, header.redactions))
    yield "Ignored", ", ".join(header.ignore)
    yield "Note", header.note
    yield "Interrupted", "the recording broke off" if header.interrupted else ""


def plain_header(tape: Tape) -> dict[str, Any]:
    """The header as an object; `json.dumps` needs `default=str` for its times."""
    return {**asdict(tape.header), "link": dict(tape.header.link), "steps": len(tape.steps)}


def label(number: int) -> str:
    """ "23", "mt5", and "pending 23" for a copy that waits."""
    pending, manufacturer, own = number & 0x1000, number & 0x0800, number & 0x07FF
    return f"{'pending ' if pending else ''}{'mt' if manufacturer else ''}{own}"


def table_words(number: int | None, tables: Tables | None = None) -> str:
    """A table as a list has it: its label and, where the dictionary knows it, its name."""
    if number is None:
        return ""
    known = None if tables is None else tables.dictionary.tables.get(number & 0x0FFF)
    return f"{label(number)} {known.name}" if known is not None else label(number)


def subject(step: Step) -> str:
    """What a step is about: "table 23", "procedure 9"."""
    if step.procedure is not None:
        kind, number = ("manufacturer procedure", step.procedure - 2048) if step.procedure >= 2048 else ("procedure", 0)
        return f"{kind} {number or step.procedure}"
    return "" if step.table is None else table_name(step.table)


def range_words(step: Step) -> str:
    """Which part of the table: nothing for all of it."""
    if step.offset is not None:
        return f"offset {step.offset}"
    if step.indices:
        return "index " + ".".join(str(index) for index in step.indices)
    return ""


def size_words(step: Step) -> str:
    """The bytes of the table that passed."""
    return f"{len(step.data):,}" if step.service in READS or step.service in WRITES else ""


def response(step: Step) -> str:
    return "no answer" if step.response is None else response_words(step.response)


def milliseconds(step: Step) -> str:
    return "" if step.duration_s is None else f"{step.duration_s * 1000:.0f}"


def verify_words(rule: VerifyRule) -> str:
    """How a step is held to what was recorded; nothing for exactly."""
    if rule == EXACT:
        return ""
    parts = [] if rule.order is Order.RECORDED else [f"order {rule.order.value}"]
    parts += [f"ignore {path}" for path in rule.ignore]
    parts += [f"{path} within {limit:g}" for path, limit in rule.tolerance]
    parts += [] if rule.repeats else ["once"]
    return ", ".join(parts)


def row(step: Step, tables: Tables | None) -> tuple[str, ...]:
    """A step in the columns of `HEADINGS`."""
    marks = [] if step.enabled else ["off"]
    marks += ["redacted"] if step.masked or step.masked_answer else []
    marks += [text for text in (verify_words(step.verify), step.note) if text]
    about = subject(step) if step.procedure is not None else table_words(step.table, tables)
    return (
        str(step.number),
        f"{step.time_s:.3f}",
        step.service,
        about,
        range_words(step),
        size_words(step),
        response(step),
        milliseconds(step),
        "; ".join(marks),
    )


HEADINGS = ("STEP", "TIME (S)", "SERVICE", "TABLE", "PART", "BYTES", "ANSWER", "MS", "NOTE")
NUMBERS = (0, 1, 5, 7)
"""The columns of `row`, and those of them that are numbers."""


def plain_step(step: Step) -> dict[str, Any]:
    """A step as an object, bytes as hex, with the messages that passed."""
    reply = reply_bytes(step)
    return {
        "number": step.number,
        "time_s": step.time_s,
        "direction": step.direction,
        "service": step.service,
        "table": step.table,
        "procedure": step.procedure,
        "offset": step.offset,
        "indices": list(step.indices),
        "count": step.count,
        "data": step.data.hex(),
        "response": step.response,
        "answer": step.answer.hex(),
        "duration_s": step.duration_s,
        "note": step.note,
        "enabled": step.enabled,
        "verify": {
            "order": step.verify.order.value,
            "ignore": list(step.verify.ignore),
            "tolerance": dict(step.verify.tolerance),
            "repeats": step.verify.repeats,
        },
        "masked": _spans(step.masked),
        "masked_answer": _spans(step.masked_answer),
        "request": request_bytes(step).hex(),
        "reply": None if reply is None else reply.hex(),
    }


def _spans(spans: Spans) -> list[list[int]]:
    return [list(span) for span in spans]

"""A tape, its steps and their verdicts in the words of the window. No Qt here but for the translation.

The services are those of ANSI C12.18 and C12.21, with the names that the Wire page gives them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from fieldpro.c12.psem.codes import response_words
from fieldpro.c12.psem.table_number import is_manufacturer, is_pending, own_number
from fieldpro.gui.figures import grouped
from fieldpro.gui.words import mark, tr
from table_playback.tape.messages import READS, WRITES
from table_playback.tape.model import Header, Step, Tape
from table_playback.tape.verify import Order, VerifyRule

if TYPE_CHECKING:
    from table_playback.play.verdicts import PlayResult, StepResult

SERVICES = {
    "identify": mark("Identify"),
    "terminate": mark("Terminate"),
    "disconnect": mark("Disconnect"),
    "full-read": mark("Read"),
    "index-read": mark("Read a part"),
    "default-read": mark("Read the default table"),
    "offset-read": mark("Read a part"),
    "full-write": mark("Write"),
    "index-write": mark("Write a part"),
    "default-write": mark("Write the default table"),
    "offset-write": mark("Write a part"),
    "logon": mark("Log on"),
    "security": mark("Password"),
    "logoff": mark("Log off"),
    "authenticate": mark("Authenticate"),
    "negotiate": mark("Negotiate"),
    "wait": mark("Wait"),
    "timing-setup": mark("Timing"),
}
ORDERS = {
    Order.RECORDED: mark("exactly as recorded"),
    Order.ANY: mark("in any order"),
    Order.UNCHECKED: mark("only that there is an answer"),
}


@dataclass(frozen=True, slots=True)
class Face:
    """How a verdict looks: icon, word, tone of `look`."""

    icon: str
    word: str
    tone: str


FACES: Mapping[str, Face] = {
    "equal": Face("good", mark("Equal"), "good"),
    "differs": Face("bad", mark("Differs"), "bad"),
    "missing": Face("bad", mark("Missing"), "bad"),
    "extra": Face("warn", mark("Extra"), "warn"),
    "error": Face("warn", mark("Error"), "warn"),
    "skipped": Face("none", mark("Skipped"), "weak"),
}
"""By the value of a verdict."""

COUNTED = {
    "equal": mark("{count} equal"),
    "differs": mark("{count} differ"),
    "missing": mark("{count} missing"),
    "extra": mark("{count} extra"),
    "error": mark("{count} with an error"),
    "skipped": mark("{count} skipped"),
}
ONE = {"differs": mark("1 differs")}


@dataclass(frozen=True, slots=True)
class Sum:
    """What a playing came to, for the pill of the page: tone, one line, and more where there is more to say."""

    tone: str
    headline: str
    detail: str = ""


# --- steps --------------------------------------------------------------------------------------------------------


def table_label(number: int) -> str:
    """ "23", "M 5" for a manufacturer table, "pending 12"."""
    kind = (tr("pending") + " " if is_pending(number) else "") + ("M " if is_manufacturer(number) else "")
    return f"{kind}{own_number(number)}"


def service_words(step: Step) -> str:
    if step.procedure is not None:
        return tr("Run a procedure")
    return tr(SERVICES[step.service]) if step.service in SERVICES else tr("Unknown service")


def subject(step: Step, titles: Mapping[int, str], procedures: Mapping[int, str]) -> str:
    """What a step is about: "23  Current register data", "Procedure 9  Remote reset", the user of a log-on."""
    if step.procedure is not None:
        number = table_label(step.procedure)
        return f"{tr('Procedure {number}', number=number)}  {procedures.get(step.procedure, '')}".rstrip()
    if step.table is None:
        return ""
    return f"{table_label(step.table)}  {titles.get(step.table & 0x0FFF, '')}".rstrip() + part_words(step)


def part_words(step: Step) -> str:
    """Which part of the table; nothing for all of it."""
    if step.offset is not None:
        return ", " + tr("from byte {offset}", offset=grouped(step.offset))
    if step.indices:
        return ", " + tr("element {index}", index=".".join(str(index) for index in step.indices))
    return ""


def size_of(step: Step) -> int | None:
    """Bytes of the table that passed; None where the step is not about a table."""
    return len(step.data) if step.service in READS or step.service in WRITES else None


def answer_words(step: Step) -> str:
    return tr("no answer") if step.response is None else tr(response_words(step.response))


def clock_words(time_s: float) -> str:
    """A moment of a tape: "0:03.250", "1:02:03.000"."""
    minutes, seconds = divmod(max(time_s, 0.0), 60)
    hours, minutes = divmod(int(minutes), 60)
    return f"{hours}:{minutes:02}:{seconds:06.3f}" if hours else f"{minutes}:{seconds:06.3f}"


def note_words(step: Step) -> str:
    """The note, and in front of it what else is not as with every step."""
    marks = [] if step.enabled else [tr("off")]
    if step.masked or step.masked_answer:
        marks.append(tr("redacted"))
    rule = rule_words(step.verify)
    return "; ".join(each for each in (*marks, rule, step.note) if each)


def rule_words(rule: VerifyRule) -> str:
    """How a step is held to what was recorded; nothing for exactly."""
    parts = [] if rule.order is Order.RECORDED else [tr(ORDERS[rule.order])]
    parts += [tr("without {element}", element=path) for path in rule.ignore]
    parts += [tr("{element} within {limit}", element=path, limit=f"{limit:g}") for path, limit in rule.tolerance]
    parts += [] if rule.repeats else [tr("once only")]
    return ", ".join(parts)


# --- verdicts -----------------------------------------------------------------------------------------------------


def sum_of(result: PlayResult) -> Sum:
    """What a playing came to, in one line: "1,998 equal, 2 differ"."""
    counts = {str(verdict): count for verdict, count in result.counts.items()}
    words = counted(counts)
    if result.declined:
        return Sum("weak", tr("Not played"), tr("The writes were not agreed to. Nothing was sent."))
    if result.error is not None:
        return Sum("bad", tr("Broke off: {words}", words=words), str(result.error))
    bad = any(counts.get(each) for each in ("differs", "missing", "extra", "error"))
    if result.stopped:
        return Sum("bad" if bad else "warn", tr("Stopped: {words}", words=words))
    return Sum("bad" if bad else "good", words)


def counted(counts: Mapping[str, int]) -> str:
    """ "1,998 equal, 2 differ": what there is of each verdict, and never nothing."""
    found = [(name, counts[name]) for name in COUNTED if counts.get(name)]
    parts = [
        tr(ONE.get(name, COUNTED[name]) if count == 1 else COUNTED[name], count=grouped(count)) for name, count in found
    ]
    return ", ".join(parts) or tr("no step")


def because(result: StepResult) -> str:
    """The verdict of one step in a sentence."""
    face = FACES[str(result.verdict)]
    count = len(result.differences)
    if count:
        first = result.differences[0]
        name = first.title or first.path
        if count == 1:
            return tr("{word}: {name}", word=tr(face.word), name=name)
        return tr("{word}: {name} and {count} more", word=tr(face.word), name=name, count=grouped(count - 1))
    return tr("{word}: {why}", word=tr(face.word), why=result.detail) if result.detail else tr(face.word)


# --- the header ---------------------------------------------------------------------------------------------------


def meter_words(header: Header) -> str:
    """Whose tape it is."""
    meter = header.meter
    if meter is None:
        return tr("An unknown meter")
    return f"{meter.manufacturer} {meter.model}  {meter.serial}".strip()


def title_words(tape: Tape, path: str = "") -> str:
    """What a person calls the tape: its title, or the name of its file."""
    name = (path or tape.path).replace("\\", "/").rpartition("/")[2]
    return tape.header.title or name or tr("New tape")


def origin_words(header: Header) -> str:
    """When, by whom and where it was recorded."""
    parts = [f"{header.started_at.astimezone():%Y-%m-%d %H:%M}"]
    if header.who:
        parts.append(tr("by {who}", who=header.who))
    if header.port:
        parts.append(tr("on {port}", port=header.port.partition("?")[0]))
    return " ".join(parts)


def content_words(steps: int, tables: int) -> str:
    first = tr("1 step") if steps == 1 else tr("{count} steps", count=grouped(steps))
    second = tr("1 table") if tables == 1 else tr("{count} tables", count=grouped(tables))
    return f"{first}, {second}"


def redaction_words(header: Header) -> str:
    """What was taken out, "" when nothing was."""
    return ", ".join(dict.fromkeys(each.what for each in header.redactions))

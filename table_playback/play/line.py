"""What the line did to an exchange, and not the meter: packets repeated until they got through, time lost.

It makes no step differ: the answer is what counts. But a fault on the line is named where it happened.
"""

from __future__ import annotations

from fieldpro.session.events import LinkQuality
from table_playback.tape.model import Step

SLOW_S, SLOW = 1.0, 3.0
"""An answer is called slow when it took that much longer than on the tape, and so many times as long."""


def line_words(before: LinkQuality, after: LinkQuality) -> str:
    """How the line was between two moments, in words; empty when it was well."""
    told = [
        _count(after.retries - before.retries, "packet", "sent again"),
        _count(after.naks - before.naks, "packet", "refused by the meter"),
        _count(after.repeats - before.repeats, "packet", "twice from the meter"),
        _count(after.garbage_bytes - before.garbage_bytes, "byte", "that made no packet"),
    ]
    words = ", ".join(text for text in told if text)
    return f"on the line: {words}" if words else ""


def slow_words(step: Step, actual: Step) -> str:
    """How long the answer took, where it took much longer than on the tape."""
    expected, found = step.duration_s, actual.duration_s
    if expected is None or found is None or found < expected + SLOW_S or found < SLOW * expected:
        return ""
    return f"{found:.1f} s, on the tape {expected:.1f} s"


def _count(count: int, noun: str, what: str) -> str:
    return f"{count} {noun}{'' if count == 1 else 's'} {what}" if count else ""

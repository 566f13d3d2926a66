"""Every fault that can be asked for, declared once: for the text that asks for it, for help and for a chooser.

Faults of the line and of the meter hold for the whole connection (`lose:0.05`). Faults of an answer are asked for at a
step, for so many times and with a value where they take one (`bad-crc@40x3`, `delay@5=2.5`), or at random
(`drop:0.02`, one answer in fifty).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum


class Value(StrEnum):
    """What a fault takes."""

    NONE = "nothing"
    SHARE = "a share, 0 to 1"
    PACKETS = "a whole number of packets"
    REQUESTS = "a whole number of requests"
    BYTES = "a whole number of bytes"
    MOVEMENTS = "a whole number of movements"
    VOLTS = "whole volts"
    BAUD = "a baud rate"
    WHOLE = "a whole number"
    SECONDS = "seconds, 0 to 600"
    FIELD = "packet or count"


@dataclass(frozen=True, slots=True)
class FaultKind:
    """`value` follows a colon for a fault of the line, `=` for one of an answer, where `default` is taken without it.
    `help` is one sentence."""

    name: str
    title: str
    value: Value
    help: str
    default: float | str | None = None


LINE_FAULTS: tuple[FaultKind, ...] = (
    FaultKind("lose", "Lost bytes", Value.SHARE, "So many of the bytes, in both directions, are lost."),
    FaultKind("corrupt", "Changed bytes", Value.SHARE, "One bit of so many of the bytes, in both directions, changes."),
    FaultKind("nak", "Refused packets", Value.PACKETS, "The next good packets are answered with NAK."),
    FaultKind("silent", "Ignored packets", Value.PACKETS, "The next good packets are not answered at all."),
    FaultKind("slow", "Slow meter", Value.SECONDS, "The meter thinks so long before every answer."),
    FaultKind("busy", "Busy meter", Value.REQUESTS, "The next requests for a table are answered with busy."),
    FaultKind("deaf", "Slow probe", Value.BAUD, "Above this rate no byte gets through."),
    FaultKind("powerfail", "Power failure", Value.BYTES, "The power fails once so many bytes have been sent."),
    FaultKind("off", "Length of a power failure", Value.SECONDS, "How long the power stays away."),
    FaultKind("procedure", "Slow procedures", Value.SECONDS, "Every procedure takes so long until it is finished."),
    FaultKind("stuck", "Stuck switch", Value.MOVEMENTS, "The next movements of the service switch fail."),
    FaultKind("backfeed", "Backfeed", Value.VOLTS, "Something else feeds the load side of the service switch."),
    FaultKind("actuator", "Slow switch", Value.SECONDS, "The motor of the service switch runs so long."),
    FaultKind("seed", "Seed", Value.WHOLE, "The same seed makes the same faults again."),
)
"""Asked for as `name:value`."""

ANSWER_FAULTS: tuple[FaultKind, ...] = (
    FaultKind("nak", "Refused packet", Value.NONE, "The request is answered with NAK and must be sent again."),
    FaultKind("bad-crc", "Wrong CRC", Value.NONE, "A packet of the answer is sent with a wrong CRC."),
    FaultKind("delay", "Late answer", Value.SECONDS, "The answer comes so much later.", 3.0),
    FaultKind("drop", "Lost answer", Value.NONE, "A packet of the answer is lost on the wire."),
    FaultKind("duplicate", "Packet sent twice", Value.NONE, "A packet of the answer is sent twice in a row."),
    FaultKind("busy", "Busy", Value.NONE, "The request is answered with busy, and not carried out."),
    FaultKind("wrong-toggle", "Wrong toggle bit", Value.NONE, "A packet has the toggle bit of the one before it."),
    FaultKind("time-out", "Session time-out", Value.NONE, "The meter has ended the session before the request."),
    FaultKind("power-loss", "Power loss", Value.SECONDS, "The power fails in the middle of the answer, so long.", 3.0),
    FaultKind(
        "wrong-length",
        "Wrong length",
        Value.FIELD,
        "The length of a packet, or the count of the data in the answer, is one too many.",
        "packet",
    ),
    FaultKind("stale", "Stale data", Value.NONE, "The answer has the data of the last time, or of the read before."),
)
"""Asked for as `name@step`, `name@stepxtimes`, `name@step=value`, or at random as `name:share`, `name:share=value`."""

LINE: Mapping[str, FaultKind] = {kind.name: kind for kind in LINE_FAULTS}
ANSWER: Mapping[str, FaultKind] = {kind.name: kind for kind in ANSWER_FAULTS}

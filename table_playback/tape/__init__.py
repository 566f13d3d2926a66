"""What a tape is: a header, table images, steps, and the raw packets beside them."""

from table_playback.tape.model import (
    FROM_METER,
    TO_METER,
    Header,
    Redaction,
    Step,
    TableImage,
    Tape,
    WirePacket,
)
from table_playback.tape.verify import EXACT, Order, VerifyRule

__all__ = [
    "EXACT",
    "FROM_METER",
    "TO_METER",
    "Header",
    "Order",
    "Redaction",
    "Step",
    "TableImage",
    "Tape",
    "VerifyRule",
    "WirePacket",
]

"""What a tape is: a header, table images, steps, and the raw packets beside them; and how it lies in a file.

load(path) -> Tape ; save(tape, path) ; TapeWriter(path, header) while it is recorded ; recover(part) after a crash ;
edited(tape, {number: step}) -> Tape
"""

from table_playback.tape.edit import edited
from table_playback.tape.file import load, save
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
from table_playback.tape.writer import TapeWriter, part_of, recover

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
    "TapeWriter",
    "VerifyRule",
    "WirePacket",
    "edited",
    "load",
    "part_of",
    "recover",
    "save",
]

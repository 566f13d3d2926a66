"""The parts of a tape, as frozen records.

A step is one exchange: a request and, where one came, its answer. Its fields are the truth, and
`table_playback.tape.messages` makes the bytes of the service (ANSI C12.18) from them; `sent` and `received` hold a
message only where the fields cannot say it (malformed, or of a service that is not known).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

from fieldpro.records import MeterIdentity
from table_playback.tape.verify import EXACT, VerifyRule

Direction = Literal[">", "<"]
TO_METER: Direction = ">"
FROM_METER: Direction = "<"
Spans = tuple[tuple[int, int], ...]
"""(offset, length) of runs of bytes."""


@dataclass(frozen=True, slots=True)
class Step:
    """One exchange.

    number: 1 and on, its place in the tape. time_s: when the request began, seconds from the beginning of the tape.
    duration_s: until the answer was complete. service: a name of `messages.NAMES` ("full-read", "logon").
    direction: which way `data` goes. table, offset, indices, count: as the service has them; tables count manufacturer
    ones from 2048, pending ones from 4096. procedure: the number that a write to table 7 starts, manufacturer ones
    from 2048.
    data: table bytes, read or written; for other services the parameters after the service code. answer: what follows
    the response code where that is not table data. response: the response code, None when no answer came.
    masked: parts of `data` that are redacted. masked_answer: parts of `answer`.
    """

    number: int
    time_s: float
    direction: Direction
    service: str
    table: int | None = None
    procedure: int | None = None
    offset: int | None = None
    indices: tuple[int, ...] = ()
    count: int | None = None
    data: bytes = b""
    response: int | None = None
    answer: bytes = b""
    duration_s: float | None = None
    note: str = ""
    enabled: bool = True
    verify: VerifyRule = EXACT
    masked: Spans = ()
    masked_answer: Spans = ()
    sent: bytes | None = None
    received: bytes | None = None


@dataclass(frozen=True, slots=True)
class TableImage:
    """What a table held. `masked`: parts that are redacted. `writable`: a client of the tape as a meter may write it.
    `parts`: (offset, length) of what is known where that is not all of it, zeros elsewhere; empty when it is whole."""

    number: int
    data: bytes
    read_at: datetime | None = None  # UTC
    writable: bool = False
    masked: Spans = ()
    parts: Spans = ()


@dataclass(frozen=True, slots=True)
class WirePacket:
    """Bytes that passed at once, secrets masked. `step`: the number of the step they belong to, 0 for none."""

    time_s: float
    direction: Direction
    data: bytes
    step: int = 0


@dataclass(frozen=True, slots=True)
class Redaction:
    """What was taken out: `what` names it ("passwords", "GENERAL_MFG_ID_TBL.MFG_SERIAL_NUMBER"), `parts` counts the
    places. `at_capture`: it never was in the file."""

    what: str
    parts: int
    at_capture: bool
    when: datetime  # UTC


@dataclass(frozen=True, slots=True)
class Header:
    """Whose tape it is, and how its tables are to be read. Times are aware, in UTC.

    `device_profile` names the profile; `dictionary` the overlays that were on it. `link`: baud, packet_size,
    packet_count, standard. `ignore`: volatile elements that no step is held to. `interrupted`: the recording ended by
    something else than the person or the end of the job.
    """

    meter: MeterIdentity | None
    started_at: datetime
    ended_at: datetime
    device_profile: str = ""
    dictionary: tuple[str, ...] = ()
    who: str = ""
    port: str = ""
    title: str = ""
    note: str = ""
    link: Mapping[str, int | str] = field(default_factory=dict)
    redactions: tuple[Redaction, ...] = ()
    ignore: tuple[str, ...] = ()
    interrupted: bool = False


@dataclass(frozen=True)
class Tape:
    """A whole tape. `steps` and `wire` may be read from the file as they are asked for; `path` is "" in memory."""

    header: Header
    steps: Sequence[Step] = ()
    tables: Mapping[int, TableImage] = field(default_factory=dict)
    wire: Sequence[WirePacket] = ()
    path: str = ""

r"""`tape:PATH?...`: a tape as a meter inside the process, from one line of text.

tape:visits/a.tape                         freely, as fast as it goes
tape:C:\tapes\my meter.tape?timing=recorded
tape:/tapes/a.tape?order=strict&loop=1     in the recorded order, and again from the start at the end
tape:a.tape?faults=busy@12,drop:0.02&seed=7
tape:record:12                             a read-out of the store, byte for byte
tape:inside:1                          one that is served inside the program: see `table_playback.serve.inside`
tape:dump.csv                              a table dump, a folder of table images: see `table_playback.formats`

| key | value | |
| --- | --- | --- |
| order | free, strict | see `table_playback.serve` |
| timing | fast, recorded | |
| faults | | see `fieldpro.simulator.faults` |
| seed | a number | of faults at random |
| loop | 1, 0 | strictly: start again at the end |
| session | tolerant, exact | strictly: whether the services of the session are held to the tape, too |
| pace | 1, 0 | bytes take the time a serial line needs |
| keep | 1, 0 | what was written is still there at the next connection; freely and without faults it is |

The path may be written as it is, or percent-encoded, as it must be where it has a `?` or something like `%20` in it;
`tape:///C:/tapes/a.tape` is the same as `tape:C:/tapes/a.tape`. `tape_url` writes one.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import cast
from urllib.parse import quote, unquote, urlencode

from fieldpro.errors import UsageError
from fieldpro.records import ReadOut
from fieldpro.simulator.faults import FaultPlan
from fieldpro.simulator.kept import KeptMeters
from fieldpro.simulator.serve import MemoryServer
from fieldpro.transports.base import Transport
from table_playback.formats import FORMATS, from_read_out
from table_playback.serve.inside import PREFIX, open_inside
from table_playback.serve.meter import Order, Pace, TapeMeter, meter_of_tape
from table_playback.tape import Tape, load

SCHEME = "tape:"
_RECORD = "record:"
_SUFFIX = ".tape"
_CHOICES: Mapping[str, tuple[str, ...]] = {
    "order": ("free", "strict"),
    "timing": ("fast", "recorded"),
    "session": ("tolerant", "exact"),
}
_SWITCHES = ("loop", "pace", "keep")
_KEYS = (*_CHOICES, "faults", "seed", *_SWITCHES)
_YES, _NO = ("1", "yes", "true", "on"), ("0", "no", "false", "off")
_DRIVE = re.compile(r"/[A-Za-z]:([/\\]|$)")
_SAFE_IN_PATH = "/\\: ~!@$()[],;=+-_."


@dataclass(frozen=True, slots=True)
class TapeOrder:
    """What a URL asks for."""

    path: str
    order: Order = "free"
    timing: Pace = "fast"
    faults: FaultPlan = field(default_factory=FaultPlan)
    loop: bool = False
    exact_session: bool = False
    pace: bool = False
    keep: bool = True

    def meter(self, tape: Tape) -> TapeMeter:
        return meter_of_tape(
            tape,
            order=self.order,
            timing=self.timing,
            faults=self.faults,
            loop=self.loop,
            exact_session=self.exact_session,
        )


_kept = KeptMeters(most_idle=4)


def open_url(url: str, *, read_out: Callable[[int], ReadOut] | None = None) -> Transport:
    """The client's end; the meter's thread ends when it is closed. `read_out` gives a read-out of the store.

    Raises `UsageError` that names the key and what it takes, `TapeError`, `FileError`, and as `read_out` does;
    `PortNotFound` and `PortBusy` for one that is served inside the program.
    """
    wanted = parse(url)
    if wanted.path.startswith(PREFIX):
        return open_inside(wanted.path)

    def make() -> TapeMeter:
        return wanted.meter(source(wanted.path, read_out=read_out))

    if not wanted.keep:
        return MemoryServer(make(), pace=wanted.pace, name=url).client
    return _kept.open(f"{url} {_state_of(wanted.path)}", make, name=url, pace=wanted.pace)


def parse(url: str) -> TapeOrder:
    """Raises `UsageError` that names the key and what it takes."""
    if url[: len(SCHEME)].lower() != SCHEME:
        raise UsageError("tape", "tape:PATH", url)
    place, _, query = url[len(SCHEME) :].partition("?")
    path = _path(place)
    if not path:
        raise UsageError("tape", "tape:PATH", url)
    options = _options(query)
    order, timing = options.get("order", "free"), options.get("timing", "fast")
    faults = FaultPlan.parse(options.get("faults", "")).with_seed(_seed(options.get("seed")))
    keeps = order == "free" and "faults" not in options
    return TapeOrder(
        path,
        order=cast(Order, order),
        timing=cast(Pace, timing),
        faults=faults,
        loop=_switch("loop", options.get("loop", "0")),
        exact_session=options.get("session") == "exact",
        pace=_switch("pace", options.get("pace", "0")),
        keep=_switch("keep", options.get("keep", "1" if keeps else "0")),
    )


def tape_url(path: str | Path, **options: str | int) -> str:
    """The URL of a tape; `record:N` is one of the store's read-outs."""
    query = urlencode({key: str(value) for key, value in options.items()}, safe="@:,/=", quote_via=quote)
    return SCHEME + quote(str(path), safe=_SAFE_IN_PATH) + (f"?{query}" if query else "")


def source(path: str, *, read_out: Callable[[int], ReadOut] | None = None) -> Tape:
    """The tape at a path, or made of what is there. Raises `TapeError`, `FileError`, `UsageError`."""
    if path.startswith(_RECORD):
        number = path.removeprefix(_RECORD)
        if read_out is None or not number.isdecimal():
            raise UsageError("tape", "record:N, with the number of a saved read-out", path)
        return from_read_out(read_out(int(number)))
    place = Path(path).expanduser()
    if place.suffix.casefold() != _SUFFIX:
        for each in FORMATS:
            if place.suffix.casefold() in each.suffixes or (place.is_dir() and "" in each.suffixes):
                return each.read(place)
    return load(place)


def _path(text: str) -> str:
    text = unquote(text)
    if text.startswith("///"):
        text = text[2:]
    return text[1:] if _DRIVE.match(text) else text


def _options(query: str) -> dict[str, str]:
    options: dict[str, str] = {}
    for part in filter(None, query.split("&")):
        key, _, value = part.partition("=")
        options[unquote(key)] = unquote(value)
    for key, value in options.items():
        if key not in _KEYS:
            raise UsageError("tape option", f"one of {', '.join(_KEYS)}", key)
        if key in _CHOICES and value not in _CHOICES[key]:
            raise UsageError(key, " or ".join(_CHOICES[key]), value)
    return options


def _seed(text: str | None) -> int | None:
    if text is None:
        return None
    if not text.isdecimal():
        raise UsageError("seed", "a whole number", text)
    return int(text)


def _switch(key: str, text: str) -> bool:
    if text.lower() not in (*_YES, *_NO):
        raise UsageError(key, "1 or 0", text)
    return text.lower() in _YES


def _state_of(path: str) -> str:
    """Tells a file from the one that stood there before; nothing for what is no file."""
    try:
        found = Path(path).expanduser().stat()
    except (OSError, ValueError):
        return ""
    return f"{found.st_mtime_ns} {found.st_size}"

"""The procedures that were run on a tape, and what came of them (ANSI C12.19 tables 7 and 8).

ST7: number (b0-10), manufacturer (b11), selector (b12-15) | the client's own number | parameters
ST8: the same two                                          | result                  | data
"""

from __future__ import annotations

from dataclasses import dataclass

from fieldpro.c12.psem.codes import ResponseCode
from table_playback.tape import Step

INITIATE, RESPONSE = 7, 8
HEAD = 3  # number and selector (2), the client's own number
_UNKNOWN = 6  # ST8: the procedure is not one of this meter's
_NUMBER_MASK = 0x0FFF


@dataclass(slots=True)
class _Run:
    word: bytes
    parameters: bytes
    answer: bytes | None = None


class Procedures:
    """A collector; `answer` finds the run that a client repeats: with the same parameters, or else the latest."""

    def __init__(self) -> None:
        self._runs: list[_Run] = []

    def take(self, step: Step) -> None:
        if step.response != ResponseCode.OK:
            return
        if step.table == INITIATE and step.service == "full-write" and len(step.data) >= HEAD:
            self._runs.append(_Run(step.data[:2], step.data[HEAD:]))
        elif step.table == RESPONSE and step.service in ("full-read", "offset-read") and not step.offset:
            run = self._runs[-1] if self._runs else None
            if run is not None and step.data[:2] == run.word and len(step.data) > HEAD:
                run.answer = step.data

    def answer(self, data: bytes, *, big_endian: bool) -> bytes | None:
        """What table 8 holds once `data` was written to table 7; None when the tape never looked."""
        word, parameters = data[:2], data[HEAD:]
        number = _number(word, big_endian)
        runs = [run for run in reversed(self._runs) if _number(run.word, big_endian) == number]
        if not runs:
            return data[:HEAD] + bytes([_UNKNOWN])
        runs.sort(key=lambda run: (run.parameters != parameters, run.word != word))  # the latest first among equals
        found = runs[0].answer
        return None if found is None else data[:HEAD] + found[HEAD:]


def number_of(data: bytes, *, big_endian: bool) -> int:
    """The number of the procedure that this content of table 7 starts, manufacturer ones from 2048."""
    return _number(data[:2], big_endian)


def _number(word: bytes, big_endian: bool) -> int:
    return int.from_bytes(word, "big" if big_endian else "little") & _NUMBER_MASK

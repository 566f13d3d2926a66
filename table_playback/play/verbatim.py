"""A step as a request of a conversation: sent exactly as it is on the tape, its reply handed back byte for byte.

The session repeats reads that went wrong and waits for busy meters. A tape is held to what is answered, so none of that
is done here: what comes is what is judged. Only a session that the meter has forgotten (isss) is opened again,
unless the tape itself has this answer.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, Self

from fieldpro.c12.psem.codes import ResponseCode
from fieldpro.c12.psem.message import Reader, Reply, Request
from fieldpro.errors import MessageError, ServiceRefused
from table_playback.tape.messages import request_bytes
from table_playback.tape.model import Step


@dataclass(frozen=True, slots=True)
class Answer(Reply):
    """The whole reply message, whatever it says."""

    message: bytes

    def encode(self) -> bytes:
        return self.message

    def encode_results(self) -> bytes:
        return self.message[1:]

    @classmethod
    def read(cls, reader: Reader) -> Self:
        return cls(reader.rest())


@dataclass(frozen=True, slots=True)
class Verbatim(Request[Answer]):
    """Any request by its bytes. `takes_isss`: "invalid service sequence state" is an answer like others."""

    title: ClassVar[str] = "Step"
    codes: ClassVar[range] = range(0x20, 0x100)
    reply: ClassVar[type[Answer]] = Answer
    message: bytes
    about: str = ""
    takes_isss: bool = False

    @classmethod
    def of(cls, step: Step) -> Self:
        return cls(request_bytes(step), f"{step.number} of the tape", step.response == ResponseCode.ISSS)

    def encode(self) -> bytes:
        return self.message

    @classmethod
    def read(cls, code: int, reader: Reader) -> Self:
        return cls(bytes([code]) + reader.rest())

    @property
    def subject(self) -> str:
        return self.about

    def decode_reply(self, data: bytes) -> Answer:
        if data[:1] == bytes([ResponseCode.ISSS]) and not self.takes_isss:
            raise ServiceRefused(self.title, ResponseCode.ISSS, self.about)
        if not data:
            raise MessageError("reply", 0, "a response code", "nothing")
        return Answer(data)

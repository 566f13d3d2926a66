"""The feature list of an Identification reply (ANSI C12.21 and C12.22, Identification service).

    01 | type | algorithm                       authentication service
    02 | type | algorithm | n | ticket (n)      authentication service with ticket
    04 | 06 | n | object identifier (n)         security mechanism, a BER object identifier
    05 | flags                                  session control: b7 sessionless possible, b6-0 number of sessions
    06 | tag | n | identifier (n)               device class: tag 06 absolute or 0D relative object identifier
    07 | n | format | identity (n - 1)          device identity
    00                                          end

A code that is not in this list ends the reading, since nobody knows its length: the rest is kept as it came.
That the length of the device identity counts its format byte is our reading; no document at hand says it.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import ClassVar, Self

from fieldpro.c12.psem.message import Reader
from fieldpro.errors import MessageError

_END = 0
_LONGEST = 0xFF


def _counted(data: bytes) -> bytes:
    if len(data) > _LONGEST:
        raise MessageError("Identify reply", 0, f"at most {_LONGEST} bytes in a feature", f"{len(data)} bytes")
    return bytes([len(data)]) + data


@dataclass(frozen=True, slots=True)
class Feature(ABC):
    @abstractmethod
    def encode(self) -> bytes: ...


@dataclass(frozen=True, slots=True)
class KnownFeature(Feature):
    code: ClassVar[int]

    @classmethod
    @abstractmethod
    def read(cls, reader: Reader) -> Self: ...


@dataclass(frozen=True, slots=True)
class AuthenticationService(KnownFeature):
    code: ClassVar[int] = 0x01
    type: int
    algorithm: int

    def encode(self) -> bytes:
        return bytes([self.code, self.type, self.algorithm])

    @classmethod
    def read(cls, reader: Reader) -> Self:
        return cls(reader.number(1, "authentication type"), reader.number(1, "algorithm"))


@dataclass(frozen=True, slots=True)
class AuthenticationTicket(KnownFeature):
    """The ticket is what Authenticate enciphers."""

    code: ClassVar[int] = 0x02
    type: int
    algorithm: int
    ticket: bytes

    def encode(self) -> bytes:
        return bytes([self.code, self.type, self.algorithm]) + _counted(self.ticket)

    @classmethod
    def read(cls, reader: Reader) -> Self:
        type_, algorithm, length = reader.take(3, "authentication type, algorithm and ticket length")
        return cls(type_, algorithm, reader.take(length, "ticket"))


@dataclass(frozen=True, slots=True)
class _Identifier(KnownFeature):
    tag: int
    identifier: bytes  # BER content of the object identifier

    def encode(self) -> bytes:
        return bytes([self.code, self.tag]) + _counted(self.identifier)

    @classmethod
    def read(cls, reader: Reader) -> Self:
        tag, length = reader.take(2, "identifier tag and length")
        return cls(tag, reader.take(length, "identifier"))


@dataclass(frozen=True, slots=True)
class SecurityMechanism(_Identifier):
    code: ClassVar[int] = 0x04


@dataclass(frozen=True, slots=True)
class DeviceClass(_Identifier):
    code: ClassVar[int] = 0x06


@dataclass(frozen=True, slots=True)
class SessionControl(KnownFeature):
    code: ClassVar[int] = 0x05
    sessionless: bool
    sessions: int

    def encode(self) -> bytes:
        return bytes([self.code, (0x80 if self.sessionless else 0) | (self.sessions & 0x7F)])

    @classmethod
    def read(cls, reader: Reader) -> Self:
        flags = reader.number(1, "session control")
        return cls(bool(flags & 0x80), flags & 0x7F)


@dataclass(frozen=True, slots=True)
class DeviceIdentity(KnownFeature):
    code: ClassVar[int] = 0x07
    format: int
    identity: bytes

    def encode(self) -> bytes:
        return bytes([self.code]) + _counted(bytes([self.format]) + self.identity)

    @classmethod
    def read(cls, reader: Reader) -> Self:
        length = reader.number(1, "identity length")
        content = reader.take(length, "identity")
        if not content:
            raise reader.wrong("an identity with its format byte", "none")
        return cls(content[0], content[1:])


@dataclass(frozen=True, slots=True)
class UnknownFeatures(Feature):
    """Everything from a feature on that could not be read, up to the end of the message."""

    data: bytes

    def encode(self) -> bytes:
        return self.data


FEATURES: tuple[type[KnownFeature], ...] = (
    AuthenticationService,
    AuthenticationTicket,
    SecurityMechanism,
    SessionControl,
    DeviceClass,
    DeviceIdentity,
)
_BY_CODE = {feature.code: feature for feature in FEATURES}


def encode_features(features: tuple[Feature, ...]) -> bytes:
    encoded = b"".join(feature.encode() for feature in features)
    ended = bool(features) and isinstance(features[-1], UnknownFeatures)
    return encoded if ended else encoded + bytes([_END])


def read_features(reader: Reader) -> tuple[Feature, ...]:
    """The features up to the end mark. What cannot be read is kept: a list nobody knows must not stop a reading."""
    features: list[Feature] = []
    while True:
        rest = reader.rest()
        if rest == bytes([_END]):
            return tuple(features)
        kind = _BY_CODE.get(rest[0]) if rest else None
        if kind is None:
            return (*features, UnknownFeatures(rest))
        reader = Reader(rest[1:], "Identify reply")
        try:
            features.append(kind.read(reader))
        except MessageError:
            return (*features, UnknownFeatures(rest))

"""Identification, 20 (ANSI C12.18; features ANSI C12.21 and C12.22): which standard does the device speak?

20                                ->  00 | std (1) | version (1) | revision (1) | features ... | 00
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum
from typing import Self

from fieldpro.c12.psem.features import Feature, encode_features, read_features
from fieldpro.c12.psem.message import Reader, Reply, Request, fixed
from fieldpro.errors import MessageError


class Standard(IntEnum):
    """The reference standard of an Identification reply."""

    C12_18 = 0
    C12_21 = 2
    C12_22 = 3


@dataclass(frozen=True, slots=True)
class IdentifyReply(Reply):
    """`standard` is kept as a number: a device may name one that `Standard` does not know."""

    standard: int
    version: int
    revision: int
    features: tuple[Feature, ...] = ()

    def __post_init__(self) -> None:
        if any(not 0 <= value <= 0xFF for value in (self.standard, self.version, self.revision)):
            found = f"{self.standard} {self.version} {self.revision}"
            raise MessageError("Identify reply", 1, "standard, version and revision 0 to 255", found)

    def encode_results(self) -> bytes:
        return bytes([self.standard, self.version, self.revision]) + encode_features(self.features)

    @classmethod
    def read(cls, reader: Reader) -> Self:
        standard, version, revision = reader.take(3, "standard, version and revision")
        return cls(standard, version, revision, read_features(reader))

    @property
    def summary(self) -> str:
        names = {standard.value: standard.name.replace("_", ".") for standard in Standard}
        name = names.get(self.standard, f"standard {self.standard}")
        return f"ok, {name} version {self.version}.{self.revision}"


@dataclass(frozen=True, slots=True)
class Identify(Request[IdentifyReply]):
    title = "Identify"
    codes = fixed(0x20)
    reply = IdentifyReply

    def encode(self) -> bytes:
        return b"\x20"

    @classmethod
    def read(cls, code: int, reader: Reader) -> Self:
        return cls()

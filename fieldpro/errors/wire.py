"""What goes wrong between the program and the bytes of a meter: dictionary, tables, services, link, ports."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from fieldpro.errors.base import FieldProError


@dataclass(eq=False)
class DictionaryError(FieldProError):
    """Dictionary text that cannot be used: where, and what was expected there."""

    code: ClassVar[str] = "dictionary"
    source: str
    line: int
    column: int
    expected: str
    found: str


@dataclass(eq=False)
class TableError(FieldProError):
    """Bytes or values that a table cannot have. `element` is the dotted path, `offset` the byte offset."""

    code: ClassVar[str] = "table"
    table: str
    element: str
    offset: int
    expected: str
    found: str


@dataclass(eq=False)
class TableUnresolved(FieldProError):
    """A table whose layout needs another table that has not been read."""

    code: ClassVar[str] = "table-unresolved"
    table: str
    needs: tuple[int, ...]


@dataclass(eq=False)
class TableAbsent(FieldProError):
    """The meter does not list a table (ANSI C12.19 table 0), so what stands in it cannot be told."""

    code: ClassVar[str] = "table-absent"
    table: str
    number: int


@dataclass(eq=False)
class MessageError(FieldProError):
    """A service message or packet that is malformed."""

    code: ClassVar[str] = "message"
    message: str
    offset: int
    expected: str
    found: str


@dataclass(eq=False)
class ServiceRefused(FieldProError):
    """The meter answered with a response code other than ok. `response` is the code (1 = err, 3 = isc ...).

    `limit` is the largest size that the meter would take, when it says so (rqtl, rstl).
    """

    code: ClassVar[str] = "refused"
    service: str
    response: int
    subject: str = ""
    limit: int | None = None


@dataclass(eq=False)
class ProtocolError(FieldProError):
    """The other end answered with something that the protocol does not allow here."""

    code: ClassVar[str] = "protocol"
    service: str
    expected: str
    found: str


@dataclass(eq=False)
class LinkError(FieldProError):
    """The link to the meter is dead. `reason` is one of: silent, naks, noise, echo, sequence, too-long, closed."""

    code: ClassVar[str] = "link"
    reason: str
    port: str
    attempts: int = 0
    service: str = ""


@dataclass(eq=False)
class TransportError(FieldProError):
    """A byte pipe that cannot be used. See the subclasses."""

    code: ClassVar[str] = "transport"
    port: str
    detail: str = ""


class PortNotFound(TransportError):
    code: ClassVar[str] = "port-not-found"


class PortBusy(TransportError):
    code: ClassVar[str] = "port-busy"


class PortDenied(TransportError):
    code: ClassVar[str] = "port-denied"


class PortGone(TransportError):
    """The port vanished while it was in use (cable or adapter pulled, peer closed)."""

    code: ClassVar[str] = "port-gone"


class PortHung(TransportError):
    """The port does not take bytes or does not close within its time limit."""

    code: ClassVar[str] = "port-hung"


class PortUnsupported(TransportError):
    """The port cannot do what is asked (a baud rate, a line) or the URL is of no known kind."""

    code: ClassVar[str] = "port-unsupported"

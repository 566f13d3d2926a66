"""The registry of services: which class a service code belongs to.

The network services 24 to 27 (ANSI C12.22 deregister, resolve, trace, register) are not spoken on a local port.
"""

from __future__ import annotations

from typing import Any

from fieldpro.c12.psem.authenticate import Authenticate
from fieldpro.c12.psem.default_read import DefaultRead
from fieldpro.c12.psem.default_write import DefaultWrite
from fieldpro.c12.psem.disconnect import Disconnect
from fieldpro.c12.psem.full_read import FullRead
from fieldpro.c12.psem.full_write import FullWrite
from fieldpro.c12.psem.identification import Identify
from fieldpro.c12.psem.index_read import IndexRead
from fieldpro.c12.psem.index_write import IndexWrite
from fieldpro.c12.psem.logoff import Logoff
from fieldpro.c12.psem.logon import Logon
from fieldpro.c12.psem.message import Reader, Request
from fieldpro.c12.psem.negotiate import Negotiate
from fieldpro.c12.psem.offset_read import OffsetRead
from fieldpro.c12.psem.offset_write import OffsetWrite
from fieldpro.c12.psem.security import Security
from fieldpro.c12.psem.terminate import Terminate
from fieldpro.c12.psem.timing_setup import TimingSetup
from fieldpro.c12.psem.wait import Wait

SERVICES: tuple[type[Request[Any]], ...] = (
    Identify,
    Terminate,
    Disconnect,
    FullRead,
    IndexRead,
    DefaultRead,
    OffsetRead,
    FullWrite,
    IndexWrite,
    DefaultWrite,
    OffsetWrite,
    Logon,
    Security,
    Logoff,
    Authenticate,
    Negotiate,
    Wait,
    TimingSetup,
)

_BY_CODE = {code: service for service in SERVICES for code in service.codes}


def service_of(code: int) -> type[Request[Any]] | None:
    """The class of a service code; None for a code that is no service of a local port."""
    return _BY_CODE.get(code)


def decode_request(data: bytes) -> Request[Any]:
    """A request from its bytes. Raises `MessageError` for an unknown service, missing or left-over bytes."""
    reader = Reader(data, "request")
    code = reader.number(1, "a service code")
    service = service_of(code)
    if service is None:
        raise reader.wrong("a service code", f"{code:02X}", at=0)
    reader = Reader(data, f"{service.title} request")
    request = service.read(reader.number(1, "a service code"), reader)
    reader.end()
    return request

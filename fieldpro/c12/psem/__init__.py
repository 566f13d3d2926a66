"""The services of ANSI C12.18 and C12.21 (PSEM, protocol specification for electric metering): one module each.

A request is a frozen dataclass: `encode()` gives its bytes, `decode_reply(data)` reads the answer to it or raises
`ServiceRefused`. The other end uses `decode_request(data)` and a reply's `encode()`. The forms that ANSI C12.22 adds
to Logon and Security are optional fields. `order` says what may follow what.
"""

from fieldpro.c12.psem.authenticate import Authenticate, AuthenticateReply
from fieldpro.c12.psem.codes import ResponseCode, response_words
from fieldpro.c12.psem.default_read import DefaultRead
from fieldpro.c12.psem.default_write import DefaultWrite
from fieldpro.c12.psem.disconnect import Disconnect
from fieldpro.c12.psem.features import (
    AuthenticationService,
    AuthenticationTicket,
    DeviceClass,
    DeviceIdentity,
    Feature,
    SecurityMechanism,
    SessionControl,
    UnknownFeatures,
)
from fieldpro.c12.psem.full_read import FullRead
from fieldpro.c12.psem.full_write import FullWrite
from fieldpro.c12.psem.identification import Identify, IdentifyReply, Standard
from fieldpro.c12.psem.index_read import IndexRead
from fieldpro.c12.psem.index_write import IndexWrite
from fieldpro.c12.psem.logoff import Logoff
from fieldpro.c12.psem.logon import Logon, LogonReply
from fieldpro.c12.psem.message import Ok, Refusal, Reply, Request
from fieldpro.c12.psem.negotiate import BAUD_RATES, Negotiate, NegotiateReply
from fieldpro.c12.psem.offset_read import OffsetRead
from fieldpro.c12.psem.offset_write import OffsetWrite
from fieldpro.c12.psem.order import ORDER, State, is_allowed, next_state
from fieldpro.c12.psem.secrets import reads_secret, secret_start
from fieldpro.c12.psem.security import Security
from fieldpro.c12.psem.services import SERVICES, decode_request, service_of
from fieldpro.c12.psem.table_data import ReadReply
from fieldpro.c12.psem.table_number import table_name, wire_number
from fieldpro.c12.psem.terminate import Terminate
from fieldpro.c12.psem.timing_setup import TimingSetup, TimingSetupReply
from fieldpro.c12.psem.wait import Wait

__all__ = [
    "BAUD_RATES",
    "ORDER",
    "SERVICES",
    "Authenticate",
    "AuthenticateReply",
    "AuthenticationService",
    "AuthenticationTicket",
    "DefaultRead",
    "DefaultWrite",
    "DeviceClass",
    "DeviceIdentity",
    "Disconnect",
    "Feature",
    "FullRead",
    "FullWrite",
    "Identify",
    "IdentifyReply",
    "IndexRead",
    "IndexWrite",
    "Logoff",
    "Logon",
    "LogonReply",
    "Negotiate",
    "NegotiateReply",
    "OffsetRead",
    "OffsetWrite",
    "Ok",
    "ReadReply",
    "Refusal",
    "Reply",
    "Request",
    "ResponseCode",
    "Security",
    "SecurityMechanism",
    "SessionControl",
    "Standard",
    "State",
    "Terminate",
    "TimingSetup",
    "TimingSetupReply",
    "UnknownFeatures",
    "Wait",
    "decode_request",
    "is_allowed",
    "next_state",
    "reads_secret",
    "response_words",
    "secret_start",
    "service_of",
    "table_name",
    "wire_number",
]

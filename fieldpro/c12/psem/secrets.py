"""Which bytes of a message must not be shown: passwords and keys.

Secret are the password of Security (ANSI C12.18, 51), the enciphered tickets of Authenticate (ANSI C12.21, 53) both
ways, the tables of passwords and keys (ANSI C12.19 tables 42, 45 and 46, whole, in part, pending or not) in writes and
in the replies to reads, and the parameters of procedure 18, log in, written to table 7.
"""

from __future__ import annotations

from fieldpro.secret import holds_secrets

PREFIX_SIZE = 32  # bytes from the beginning of a message that tell all there is to tell
REPLY_START = 3  # in a reply with a secret: response code and count, or response code, length and key id, are none

_SECURITY = 0x51
_AUTHENTICATE = 0x53
_TICKET = 3  # service code, length and key id are no secret
_PROCEDURE_INITIATE = 7
_LOG_IN = 18
_READS = range(0x30, 0x40)
_WRITES = range(0x40, 0x50)
_DEFAULT = 0x0E
_OFFSET = 0x0F


def secret_start(message: bytes | bytearray) -> int | None:
    """Where the secret of a request begins; None when it has none. The first `PREFIX_SIZE` bytes are enough."""
    code = message[0] if message else 0
    if code == _SECURITY:
        return 1
    if code == _AUTHENTICATE:
        return _TICKET
    kind = code & 0x0F
    if code not in _WRITES or kind == _DEFAULT or len(message) < 3:
        return None
    table = _table(message)
    data = 3 + (3 if kind == _OFFSET else 2 * kind) + 2
    if holds_secrets(table):
        return data
    if table == _PROCEDURE_INITIATE and _is_log_in(message[data : data + 2]):
        return data + 3  # TABLE_IDB and sequence number are no secret
    return None


def reads_secret(message: bytes | bytearray) -> bool:
    """The reply to this request brings a secret, from `REPLY_START` on."""
    if message[:1] == bytes([_AUTHENTICATE]):
        return True
    return len(message) >= 3 and message[0] in _READS and message[0] != 0x3E and holds_secrets(_table(message))


def may_hold_secret(code: int) -> bool:
    """A request of this service code may have a secret in it."""
    return code in (_SECURITY, _AUTHENTICATE) or code in _WRITES


def _table(message: bytes | bytearray) -> int:
    return int.from_bytes(message[1:3], "big") & 0x0FFF


def _is_log_in(procedure: bytes | bytearray) -> bool:
    """TABLE_IDB in either byte order: number in bits 0-10, manufacturer in bit 11, selector above."""
    if len(procedure) < 2:
        return False
    first, second = procedure
    return any(number & 0x0FFF == _LOG_IN for number in (first << 8 | second, second << 8 | first))

"""The services of a session, as the recorded meter would have them (ANSI C12.18 and C12.21).

A client that reads a tape negotiates, logs on and waits in its own way, and that is no mismatch:

* *Identify* is answered as recorded.
* *Negotiate* gives what the client asks for, as far as the recorded reply goes; refused when it was refused.
* *Log on* takes any user, unless the recorded one was refused.
* *Security* takes the recorded passwords. Where one of them is redacted, or the tape has none, any password opens: the
  tape cannot tell a right one from a wrong one.
* *Authenticate* is answered as recorded; a meter that was not asked for it does not have it.
* What comes in a state in which it has no place is refused (isss).
"""

from __future__ import annotations

import contextlib
from collections.abc import Mapping
from typing import Any

from fieldpro.c12.link.packet import MAX_PACKET_SIZE, OVERHEAD
from fieldpro.c12.psem import (
    Authenticate,
    Disconnect,
    Identify,
    IdentifyReply,
    Logoff,
    Logon,
    LogonReply,
    Negotiate,
    NegotiateReply,
    Ok,
    Refusal,
    Request,
    ResponseCode,
    Security,
    Standard,
    State,
    Terminate,
    TimingSetup,
    TimingSetupReply,
    Wait,
    is_allowed,
    next_state,
)
from fieldpro.c12.psem.security import PASSWORD_LENGTH
from fieldpro.errors import FieldProError
from fieldpro.simulator.answer import Answer, Effect, Negotiated, TimingSet, ToBase, WaitGranted
from table_playback.tape import Step
from table_playback.tape.messages import READS, SESSION, reply_bytes

START_BAUD = 9600  # ANSI C12.18, physical layer
_SMALLEST_PACKET = 64
_MODEST_CAPACITY = 56  # bytes of the longest message before anything is negotiated
_UNKNOWN_LIMITS = NegotiateReply(1024, 255, 57600)


class Recorded:
    """What a tape says of the sessions on it; a collector. `link`: of its header.

    longest_modest: bytes of the longest answer before a Negotiate. masked_reads: answers redacted in part.
    """

    def __init__(self, link: Mapping[str, int | str]) -> None:
        self._link = link
        self.good: dict[str, bytes] = {}
        self.refused: dict[str, bytes] = {}
        self.passwords: set[bytes] = set()
        self.any_password = False
        self.password_masked = False
        self.longest_modest = 0
        self.masked_reads = 0
        self._negotiated = False

    def take(self, step: Step) -> None:
        reply = reply_bytes(step)
        if not self._negotiated and reply is not None and step.service != "negotiate":
            self.longest_modest = max(self.longest_modest, len(reply))
        if step.service not in SESSION or not reply:
            self.masked_reads += step.service in READS and bool(step.masked)
            return
        good = reply[0] == ResponseCode.OK
        (self.good if good else self.refused).setdefault(step.service, reply)
        if step.service == "negotiate" and good:
            self._negotiated = True
        elif step.service in ("terminate", "disconnect", "identify"):
            self._negotiated = False
        elif step.service == "security":
            self.password_masked |= bool(step.masked)
            if good and not step.masked:
                self.passwords.add(_bare(step.data[:PASSWORD_LENGTH]))

    def opens(self, password: bytes) -> bool:
        return not self.passwords or self.password_masked or _bare(password) in self.passwords

    @property
    def standard(self) -> Standard:
        """As the meter said, or else as the header has it."""
        named: int | str = self._link.get("standard", Standard.C12_18)
        with contextlib.suppress(KeyError, FieldProError):
            named = Identify().decode_reply(self.good["identify"]).standard
        return Standard.C12_21 if named == Standard.C12_21 else Standard.C12_18

    @property
    def limits(self) -> NegotiateReply:
        """The most that this meter is known to do."""
        try:
            return Negotiate(0xFFFF, 0xFF).decode_reply(self.good["negotiate"])
        except (KeyError, FieldProError):
            return _UNKNOWN_LIMITS

    @property
    def reply_packets(self) -> int:
        """In how many packets it answers before anything is negotiated."""
        return 255 if self.longest_modest > _MODEST_CAPACITY else 1


class TapeSession:
    """The session of a meter that is a tape. `secured`: a password was accepted."""

    def __init__(self, recorded: Recorded) -> None:
        self._recorded = recorded
        self.state = State.BASE
        self.secured = False
        self.capacity = 0

    def to_base(self, *, capacity: int) -> None:
        self.state, self.secured, self.capacity = State.BASE, False, capacity

    def answer(self, request: Request[Any]) -> Answer:
        """The answer to any service but those of tables."""
        if not is_allowed(self.state, request):
            return refusal(ResponseCode.ISSS)
        reply = self._reply(request)
        return Answer(reply, self.carried_out(request, reply))

    def carried_out(self, request: Request[Any], reply: bytes | None) -> Effect | None:
        """A service of the session was answered so: what follows from it here, and on the port."""
        if not reply or reply[0] != ResponseCode.OK:
            return None
        self.state = next_state(self.state, request)
        match request:
            case Negotiate():
                return self._agreed(request, reply)
            case TimingSetup():
                try:
                    agreed = request.decode_reply(reply)
                except FieldProError:
                    return None
                return TimingSet(agreed.traffic_s, agreed.inter_character_s, agreed.response_s, agreed.retries)
            case Wait(seconds):
                return WaitGranted(seconds)
            case Security() | Authenticate():
                self.secured = True
            case Logoff():
                self.secured = False
            case Terminate() | Disconnect():
                self.secured = False
                return ToBase()
        return None

    def _agreed(self, request: Negotiate, reply: bytes) -> Effect | None:
        try:
            agreed = request.decode_reply(reply)
        except FieldProError:
            return None
        size = min(max(agreed.packet_size, _SMALLEST_PACKET), MAX_PACKET_SIZE)
        count = max(agreed.packet_count, 1)
        self.capacity = count * (size - OVERHEAD)
        return Negotiated(size, count, agreed.baud or START_BAUD)

    def _reply(self, request: Request[Any]) -> bytes:
        recorded = self._recorded
        name = _NAMES[type(request)]
        if name in recorded.refused and name not in recorded.good and name != "security":
            return recorded.refused[name]
        match request:
            case Identify():
                return recorded.good.get(name) or IdentifyReply(recorded.standard, 1, 0).encode()
            case Negotiate():
                return self._negotiate(request).encode()
            case TimingSetup():
                if recorded.standard != Standard.C12_21:
                    return Refusal(ResponseCode.SNS).encode()
                limits = (request.traffic_s, request.inter_character_s, request.response_s, request.retries)
                return TimingSetupReply(*limits).encode()
            case Logon():
                return recorded.good.get(name) or LogonReply().encode()
            case Security(password):
                if recorded.opens(password.reveal()):
                    return Ok().encode()
                return recorded.refused.get(name) or Refusal(ResponseCode.ISC).encode()
            case Authenticate():
                return recorded.good.get(name) or Refusal(ResponseCode.SNS).encode()
            case _:
                return Ok().encode()

    def _negotiate(self, request: Negotiate) -> NegotiateReply:
        limits = self._recorded.limits
        size = min(max(min(request.packet_size, limits.packet_size), _SMALLEST_PACKET), MAX_PACKET_SIZE)
        count = max(min(request.packet_count, limits.packet_count), 1)
        fastest = limits.baud or max(request.bauds, default=START_BAUD)
        baud = max((each for each in request.bauds if each <= fastest), default=START_BAUD)
        return NegotiateReply(size, count, baud if request.bauds else None)


_NAMES: dict[type[Request[Any]], str] = {
    Identify: "identify",
    Negotiate: "negotiate",
    TimingSetup: "timing-setup",
    Wait: "wait",
    Logon: "logon",
    Security: "security",
    Authenticate: "authenticate",
    Logoff: "logoff",
    Terminate: "terminate",
    Disconnect: "disconnect",
}


def refusal(code: ResponseCode) -> Answer:
    return Answer(Refusal(code).encode())


def _bare(password: bytes) -> bytes:
    """Fill does not count: blanks with some clients, NULs with others."""
    return password.rstrip(b"\0 ")

"""What the recorded meter refused, and when: kept when its tape is served freely.

A refusal holds for the service, the table and whether a password had been accepted, unless the same was granted as
well. *isc*, *iar* and *dlk* are about a table: they hold for every service that reads it, or that writes it. *sns* is
about a service. What the tape does not tell is granted. Busy and its like pass by and are not kept.
"""

from __future__ import annotations

from fieldpro.c12.psem.codes import ResponseCode
from table_playback.tape import Step
from table_playback.tape.messages import READS, WRITES

PASSWORD_BY_PROCEDURE, LOG_OFF_BY_PROCEDURE = 18, 19  # ANSI C12.19, procedures of the standard
_OF_TABLE = frozenset({ResponseCode.ISC, ResponseCode.IAR, ResponseCode.DLK})
_KEPT = _OF_TABLE | {ResponseCode.ONP, ResponseCode.SNS}
_Key = tuple[str, int, bool]  # service or deed, table, whether a password was accepted
_READ, _WRITE = "read", "write"


class Access:
    """A collector; `refusal` says what it found."""

    def __init__(self) -> None:
        self._refused: dict[_Key, int] = {}
        self._granted: set[_Key] = set()
        self._services: set[str] = set()  # that it has
        self._unsupported: set[str] = set()
        self._secured = False

    def take(self, step: Step) -> None:
        good = step.response == ResponseCode.OK
        if step.service in ("identify", "logoff", "terminate", "disconnect"):
            self._secured = False
        elif step.service in ("security", "authenticate"):
            self._secured |= good
        elif step.table is not None and step.response is not None:
            self._note(step, step.table, step.response)
            if good and step.procedure in (PASSWORD_BY_PROCEDURE, LOG_OFF_BY_PROCEDURE):
                self._secured = step.procedure == PASSWORD_BY_PROCEDURE

    def refusal(self, service: str, table: int, *, secured: bool) -> ResponseCode | None:
        """The response code that the recorded meter refused this with; None when it did not."""
        if service in self._unsupported and service not in self._services:
            return ResponseCode.SNS
        for key in ((service, table, secured), (deed_of(service), table, secured)):
            if key in self._granted:
                return None
            if key in self._refused:
                return ResponseCode(self._refused[key])
        if secured and (deed_of(service), table, False) in self._granted:
            return None
        absent = self._refused.get((deed_of(service), table, not secured)) == ResponseCode.IAR
        return ResponseCode.IAR if absent else None

    def _note(self, step: Step, table: int, response: int) -> None:
        if response == ResponseCode.SNS:
            self._unsupported.add(step.service)
            return
        self._services.add(step.service)
        own, shared = (step.service, table, self._secured), (deed_of(step.service), table, self._secured)
        if response == ResponseCode.OK:
            self._granted |= {own, shared}
        elif response in _KEPT:
            self._refused.setdefault(own, response)
            if response in _OF_TABLE:
                self._refused.setdefault(shared, response)


def deed_of(service: str) -> str:
    if service in READS:
        return _READ
    return _WRITE if service in WRITES else service

"""The procedures of ANSI C12.19 table 7, and what they leave in table 8.

    ST7: TABLE_IDB (number b0-10, manufacturer b11, selector b12-15) | sequence | parameters
    ST8: the same two                                                | result   | data

Parameters follow the dictionary's layout where it has one. A procedure that this meter does not have is answered with
result 6. Selectors: 0 answers when done, 3 at once as well, 1 only on exception, 2 never. All but the service switch is
done at once.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import IntEnum
from typing import TYPE_CHECKING, Any

import numpy as np

from fieldpro.c12.values import Strange
from fieldpro.secret import Secret
from fieldpro.simulator import events
from fieldpro.simulator.bank import Bank
from fieldpro.simulator.body import LISTS, Body, ListName, User
from fieldpro.simulator.describe import MeterDescription
from fieldpro.simulator.moments import seconds_of, time_value
from fieldpro.simulator.pending import HEADER_BYTES, Waiting
from fieldpro.simulator.switch import Moved, ServiceSwitch, State

if TYPE_CHECKING:
    from fieldpro.simulator.device import Device

_RESPONSE_TABLE = 8
_ON_EXCEPTION, _NEVER, _AT_ONCE = 1, 2, 3
_ALL_LISTS = 255
_LIST_CODES: Mapping[int, ListName] = {1: "events", 2: "self-reads", 3: "profile", 7: "history"}
_YEARS = range(2000, 2100)  # what this meter's calendar covers
_TIME, _DATE = 1, 2  # bits of the set-date mask of procedure 10


class Result(IntEnum):
    DONE = 0
    NOT_FINISHED = 1
    BAD_PARAMETER = 2
    CONFLICT = 3
    TIMING = 4
    NO_AUTHORISATION = 5
    UNKNOWN = 6


class Failed(Exception):  # not an error of the program: how a procedure ends with another result than done
    def __init__(self, result: Result) -> None:
        super().__init__(result.name)
        self.result = result


class Unfinished(Exception):  # nor is this: how a procedure says that it goes on; `outcome` gives None until it is over
    def __init__(self, outcome: Callable[[], Result | None]) -> None:
        super().__init__("unfinished")
        self.outcome = outcome


@dataclass(frozen=True, slots=True)
class ProcedureRequest:
    """`number` counts manufacturer procedures from 2048."""

    number: int
    selector: int
    sequence: int
    parameters: bytes


class Procedures:
    """What this meter can be told to do; `implemented` is what ST0 lists."""

    def __init__(self, body: Body, bank: Bank) -> None:
        self.body, self.bank = body, bank
        self._handlers = implemented(body.description)
        self.finish_s = 0.0  # how long it takes until what was done counts as done
        self._under_way: tuple[ProcedureRequest, Callable[[], Result | None], bytes] | None = None

    def read_request(self, data: bytes) -> ProcedureRequest | None:
        """The content of ST7; None when it is too short to be one."""
        if len(data) < 3:
            return None
        word = int.from_bytes(data[:2], "big" if self.bank.big else "little")
        return ProcedureRequest(word & 0x0FFF, word >> 12, data[2], bytes(data[3:]))

    def run(self, request: ProcedureRequest, *, device: Device, allowed: bool) -> None:
        """Run it and leave the answer in ST8."""
        handler = self._handlers.get(request.number)
        reply = b""
        result = Result.DONE
        self._under_way = None
        if handler is None:
            result = Result.UNKNOWN
        elif not allowed:
            result = Result.NO_AUTHORISATION
        else:
            try:
                reply = handler(self, request.parameters, device)
            except Failed as failed:
                result = failed.result
            except Unfinished as unfinished:
                result = Result.NOT_FINISHED
                self._under_way = (request, unfinished.outcome, b"")
            if result in (Result.DONE, Result.NOT_FINISHED):
                self.body.note(events.PROCEDURE_INVOKED, user=device.user, argument=request.number)
        if result is Result.DONE and self.finish_s:
            due = self.body.now() + self.finish_s
            self._under_way = (request, lambda: Result.DONE if self.body.now() >= due else None, reply)
            result = Result.NOT_FINISHED
        if result is not Result.NOT_FINISHED or request.selector == _AT_ONCE:
            self._answer(request, result, reply)

    def settle(self) -> None:
        """Answer for what was under way and is over now."""
        if self._under_way is None:
            return
        request, outcome, reply = self._under_way
        result = outcome()
        if result is not None:
            self._under_way = None
            self._answer(request, result, reply)

    def _answer(self, request: ProcedureRequest, result: Result, reply: bytes) -> None:
        if request.selector == _NEVER or (request.selector == _ON_EXCEPTION and result is Result.DONE):
            return
        word = (request.number | request.selector << 12).to_bytes(2, "big" if self.bank.big else "little")
        self.bank.keep(_RESPONSE_TABLE, word + bytes([request.sequence, result]) + reply)

    # --- one method a procedure ---------------------------------------------------------------------------------

    def cold_start(self, parameters: bytes, device: Device) -> bytes:
        """As delivered: tables as described, data cleared."""
        _none(parameters)
        self.bank.restore()
        self.body.clear_data()
        self.body.note(events.PROGRAMMED, user=device.user)
        return b""

    def warm_start(self, parameters: bytes, device: Device) -> bytes:
        """The processor starts again; nothing is lost."""
        _none(parameters)
        return b""

    def save_configuration(self, parameters: bytes, device: Device) -> bytes:
        """What was written holds at once in this meter: there is nothing left to save."""
        _none(parameters)
        return b""

    def clear_data(self, parameters: bytes, device: Device) -> bytes:
        _none(parameters)
        self.body.clear_data()
        self.body.note(events.HISTORY_CLEARED, user=device.user)
        self.body.note(events.EVENT_LOG_CLEARED, user=device.user)
        return b""

    def reset_list_pointers(self, parameters: bytes, device: Device) -> bytes:
        """A list counts as empty again."""
        for name in _lists(_exactly(parameters, 1)[0]):
            self.body.clear_list(name)
        self.body.note(events.LIST_POINTERS_RESET, user=device.user, argument=parameters[0])
        return b""

    def update_last_read(self, parameters: bytes, device: Device) -> bytes:
        """So many of the unread entries have been read."""
        code, count = parameters[:1], int.from_bytes(_exactly(parameters, 3)[1:], "big" if self.bank.big else "little")
        for name in _lists(code[0]):
            if not self.body.mark_read(name, count):
                raise Failed(Result.BAD_PARAMETER)
        self.body.note(events.LIST_POINTERS_UPDATED, user=device.user, argument=code[0])
        return b""

    def change_mode(self, parameters: bytes, device: Device) -> bytes:
        """The mode as the bit it has in ST3: 1 metering, 2 test. Shop and factory mode this meter does not have."""
        mode = _exactly(parameters, 1)[0]
        if mode == 1:
            self.body.stop_test()
        elif mode == 2:
            self.body.start_test()
        else:
            raise Failed(Result.CONFLICT if mode in (4, 8) else Result.BAD_PARAMETER)
        return b""

    def clear_standard_status(self, parameters: bytes, device: Device) -> bytes:
        _none(parameters)
        self.body.flags_cleared = self.body.now()
        return b""

    def clear_manufacturer_status(self, parameters: bytes, device: Device) -> bytes:
        """This meter has no manufacturer status flags that stay set."""
        _none(parameters)
        return b""

    def remote_reset(self, parameters: bytes, device: Device) -> bytes:
        """Bit 0 demand reset, bit 1 self-read."""
        flags = _exactly(parameters, 1)[0]
        if not flags or flags & ~3:
            raise Failed(Result.BAD_PARAMETER)
        if flags & 1 and self._is_excluded():
            raise Failed(Result.TIMING)
        if flags & 2:
            self.body.self_read()
        if flags & 1:
            self.body.demand_reset()
        return b""

    def _is_excluded(self) -> bool:
        """Whether the last demand reset is less than the RESET_EXCLUSION of ST13 ago."""
        minutes = self.body.description.demand.reset_exclusion_min or 0
        now = self.body.now()
        resets = self.body.life.demand_resets(now)
        return bool(resets) and now - resets[-1] < minutes * 60

    def set_date_time(self, parameters: bytes, device: Device) -> bytes:
        """Mask, LTIME, qualifier; the clock's time before and after comes back."""
        codec = self.bank.long_time
        width = codec.size
        if len(parameters) != width + 2:
            raise Failed(Result.BAD_PARAMETER)
        mask = parameters[0]
        wanted = codec.decode(parameters[1 : 1 + width])
        if not mask & (_TIME | _DATE) or wanted is None or isinstance(wanted, Strange):
            raise Failed(Result.BAD_PARAMETER)
        if wanted.year not in _YEARS:
            raise Failed(Result.BAD_PARAMETER)
        now = self.body.now()
        shown = time_value(self.body.life.local_at(now))
        day = wanted.date() if mask & _DATE else shown.date()
        hour = wanted.time() if mask & _TIME else shown.time()
        local = np.array([seconds_of(datetime.combine(day, hour))])
        before, after = self.body.set_clock(float(self.body.life.calendar.from_local(local)[0]))
        return codec.encode(time_value(before)) + codec.encode(time_value(after))

    def activate_all(self, parameters: bytes, device: Device) -> bytes:
        _none(parameters)
        for waiting in self.body.pending.entries:
            self.bank.activate(waiting)
        return b""

    def activate_specific(self, parameters: bytes, device: Device) -> bytes:
        """Those whose pending header is exactly this one."""
        for waiting in self._with_header(parameters):
            self.bank.activate(waiting)
        return b""

    def clear_all(self, parameters: bytes, device: Device) -> bytes:
        _none(parameters)
        self._give_up(self.body.pending.entries, device)
        return b""

    def clear_specific(self, parameters: bytes, device: Device) -> bytes:
        self._give_up(self._with_header(parameters), device)
        return b""

    def _with_header(self, parameters: bytes) -> list[Waiting]:
        header = _exactly(parameters, HEADER_BYTES)
        found = [waiting for waiting in self.body.pending.entries if waiting.header == header]
        if not found:
            raise Failed(Result.BAD_PARAMETER)
        return found

    def _give_up(self, entries: list[Waiting], device: Device) -> None:
        for waiting in entries:
            self.body.pending.drop(waiting)
            self.body.note(events.PENDING_CANCELLED, user=device.user, argument=waiting.table)

    def start_profile(self, parameters: bytes, device: Device) -> bytes:
        _none(parameters)
        self.body.start_profile()
        return b""

    def stop_profile(self, parameters: bytes, device: Device) -> bytes:
        _none(parameters)
        self.body.stop_profile()
        return b""

    def open_switch(self, parameters: bytes, device: Device) -> bytes:
        """Disconnect, or take back that it is armed."""
        return self._move(parameters, ServiceSwitch.disconnect, State.OPEN)

    def arm_switch(self, parameters: bytes, device: Device) -> bytes:
        """The customer may close the open switch at the meter."""
        return self._move(parameters, ServiceSwitch.arm, State.ARMED)

    def close_switch(self, parameters: bytes, device: Device) -> bytes:
        """Connect; refused while there is voltage on the load side."""
        return self._move(parameters, ServiceSwitch.connect, State.CLOSED)

    def _move(self, parameters: bytes, command: Callable[[ServiceSwitch, float], Moved], to: State) -> bytes:
        _none(parameters)
        switch = self.body.switch
        if switch is None:
            raise Failed(Result.UNKNOWN)
        moved = command(switch, self.body.now())
        if moved is Moved.MOVING:
            raise Failed(Result.TIMING)
        if moved in (Moved.WRONG_STATE, Moved.LOAD_SIDE_VOLTAGE):
            raise Failed(Result.CONFLICT)
        if switch.state in (State.OPENING, State.CLOSING):
            raise Unfinished(lambda: _arrived(switch, to))
        return b""

    def log_in(self, parameters: bytes, device: Device) -> bytes:
        """User id (2), password (20): what Logon and Security do, in one procedure."""
        if len(parameters) != 22:
            raise Failed(Result.BAD_PARAMETER)
        groups = self.bank.access.groups_of(Secret(parameters[2:]))
        if not groups:
            raise Failed(Result.NO_AUTHORISATION)
        user_id = int.from_bytes(parameters[:2], "big" if self.bank.big else "little")
        device.log_on(User(user_id), groups)
        return b""

    def log_out(self, parameters: bytes, device: Device) -> bytes:
        """The clearance ends; the session stays."""
        _none(parameters)
        device.log_on(device.user, 0)
        return b""


Handler = Callable[[Procedures, bytes, Any], bytes]

IMPLEMENTED: Mapping[int, Handler] = {
    0: Procedures.cold_start,
    1: Procedures.warm_start,
    2: Procedures.save_configuration,
    3: Procedures.clear_data,
    4: Procedures.reset_list_pointers,
    5: Procedures.update_last_read,
    6: Procedures.change_mode,
    7: Procedures.clear_standard_status,
    8: Procedures.clear_manufacturer_status,
    9: Procedures.remote_reset,
    10: Procedures.set_date_time,
    12: Procedures.activate_all,
    13: Procedures.activate_specific,
    14: Procedures.clear_all,
    15: Procedures.clear_specific,
    16: Procedures.start_profile,
    17: Procedures.stop_profile,
    18: Procedures.log_in,
    19: Procedures.log_out,
    2049: Procedures.open_switch,
    2050: Procedures.arm_switch,
    2051: Procedures.close_switch,
}

_OF_PENDING_TABLES = frozenset({12, 13, 14, 15})
_OF_THE_SWITCH = frozenset({2049, 2050, 2051})


def implemented(description: MeterDescription) -> dict[int, Handler]:
    """The procedures that the meter described has, by number."""
    left_out = frozenset() if description.pending.entries else _OF_PENDING_TABLES
    if description.switch is None:
        left_out |= _OF_THE_SWITCH
    return {number: handler for number, handler in IMPLEMENTED.items() if number not in left_out}


def _arrived(switch: ServiceSwitch, to: State) -> Result | None:
    """What a movement came to; None while it lasts."""
    if switch.state in (State.OPENING, State.CLOSING):
        return None
    return Result.DONE if switch.state is to else Result.CONFLICT


def _none(parameters: bytes) -> None:
    _exactly(parameters, 0)


def _exactly(parameters: bytes, count: int) -> bytes:
    if len(parameters) != count:
        raise Failed(Result.BAD_PARAMETER)
    return parameters


def _lists(code: int) -> tuple[ListName, ...]:
    if code == _ALL_LISTS:
        return LISTS
    if code not in _LIST_CODES:
        raise Failed(Result.BAD_PARAMETER)
    return (_LIST_CODES[code],)

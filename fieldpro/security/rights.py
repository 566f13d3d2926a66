"""Roles and the rights they have, by job. One table, so that it can be read, shown and checked as a whole.

RIGHTS[Role.TECHNICIAN]           what a technician may do
require(signed_in.role, Right.CLOCK, user="Ada")   raises `NotAllowed`
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from fieldpro.errors import NotAllowed


class Right(StrEnum):
    READ = "read"
    EXPORT = "export"
    DELETE = "records.delete"
    DIAGNOSE = "diagnose"
    DIAGNOSE_RESET = "diagnose.reset"
    VISIT = "visit"
    PROGRAM_MAKE = "program.make"
    PROGRAM_WRITE = "program.write"
    PENDING = "program.pending"
    CALENDAR = "calendar"
    SECURITY_TABLES = "security-tables"
    PROCEDURE = "procedure"
    PROCEDURE_CLEAR = "procedure.clear"
    DEMAND_RESET = "demand-reset"
    CLOCK = "clock"
    TEST_MODE = "test-mode"
    SWITCH_DISCONNECT = "switch.disconnect"
    SWITCH_CONNECT = "switch.connect"
    LOAD_LIMIT = "switch.load-limit"
    USERS = "users"
    AUDIT = "audit"


class Role(StrEnum):
    READER = "reader"
    TECHNICIAN = "technician"
    SHOP = "shop"
    LAB = "lab"
    LINE = "line"
    ADMINISTRATOR = "administrator"


@dataclass(frozen=True, slots=True)
class RightRow:
    """A right: its title, what it allows in a sentence, and who has it. `changes_meter`: whether the job leaves the
    meter otherwise than it was."""

    right: Right
    title: str
    help: str
    roles: frozenset[Role]
    changes_meter: bool = False


@dataclass(frozen=True, slots=True)
class RoleRow:
    role: Role
    title: str
    help: str


ROLE_ROWS: tuple[RoleRow, ...] = (
    RoleRow(Role.READER, "Reader", "Reads meters and exports what was read; never leaves a meter changed."),
    RoleRow(Role.TECHNICIAN, "Technician", "Works at the customer's meter: programs, clock, demand reset, switch."),
    RoleRow(Role.SHOP, "Shop", "Makes programs and calendars, and prepares meters in the meter shop."),
    RoleRow(Role.LAB, "Laboratory", "Does everything to a meter, security tables and clearing included."),
    RoleRow(Role.LINE, "Line", "Works at the line station: writes given programs, clears and tests new meters."),
    RoleRow(Role.ADMINISTRATOR, "Administrator", "Does everything, and says who else may do what."),
)

_R, _T, _S, _L, _N = Role.READER, Role.TECHNICIAN, Role.SHOP, Role.LAB, Role.LINE
_ANYONE = (_R, _T, _S, _L, _N)


def _row(right: Right, title: str, help: str, *roles: Role, changes: bool = False) -> RightRow:
    return RightRow(right, title, help, frozenset((*roles, Role.ADMINISTRATOR)), changes)


RIGHT_ROWS: tuple[RightRow, ...] = (
    _row(Right.READ, "Read a meter", "Read any table that the meter gives out.", *_ANYONE),
    _row(Right.EXPORT, "Export", "Write what was read to a file.", *_ANYONE),
    _row(Right.DELETE, "Delete a record", "Delete a saved read-out, with a reason.", _S, _L),
    _row(Right.DIAGNOSE, "Diagnose the site", "See instantaneous values, phasors and diagnostics.", *_ANYONE),
    _row(
        Right.DIAGNOSE_RESET,
        "Reset diagnostic counters",
        "Set the counters of the site diagnostics to zero.",
        _T,
        _S,
        _L,
        changes=True,
    ),
    _row(Right.VISIT, "Make a visit", "Work through an order step by step and close it with a report.", *_ANYONE),
    _row(Right.PROGRAM_MAKE, "Make a program", "Make, change and save programs; no meter is touched.", _S, _L),
    _row(Right.PROGRAM_WRITE, "Write to a meter", "Write chosen differences to a meter.", _T, _S, _L, _N, changes=True),
    _row(
        Right.PENDING,
        "Pending tables",
        "Write tables that take effect later; activate or cancel them.",
        _T,
        _S,
        _L,
        changes=True,
    ),
    _row(
        Right.CALENDAR, "Change a calendar", "Write seasons, day types, switch times, holidays.", _S, _L, changes=True
    ),
    _row(Right.SECURITY_TABLES, "Change passwords and keys", "Write a meter's security tables.", _L, changes=True),
    _row(Right.PROCEDURE, "Run a procedure", "Run procedures that clear nothing.", _T, _S, _L, _N, changes=True),
    _row(
        Right.PROCEDURE_CLEAR,
        "Clear data",
        "Clear registers, logs, load profile or status; cold start.",
        _S,
        _L,
        _N,
        changes=True,
    ),
    _row(Right.DEMAND_RESET, "Demand reset", "Reset the demand registers.", _T, _S, _L, _N, changes=True),
    _row(Right.CLOCK, "Set the clock", "Set the meter's date and time.", _T, _S, _L, _N, changes=True),
    _row(Right.TEST_MODE, "Test mode", "Put the meter into test mode and back.", _T, _S, _L, _N, changes=True),
    _row(
        Right.SWITCH_DISCONNECT, "Open the switch", "Disconnect the customer's service.", _T, _S, _L, _N, changes=True
    ),
    _row(
        Right.SWITCH_CONNECT, "Close the switch", "Arm or connect the customer's service.", _T, _S, _L, _N, changes=True
    ),
    _row(
        Right.LOAD_LIMIT, "Set the load limit", "Change threshold, duration and reconnect policy.", _S, _L, changes=True
    ),
    _row(Right.USERS, "Manage users", "Add users, change their roles, unlock them."),
    _row(Right.AUDIT, "Look at the audit log", "See, check and export the record of what was done.", _S, _L),
)

ROWS: Mapping[Right, RightRow] = {row.right: row for row in RIGHT_ROWS}

RIGHTS: Mapping[Role, frozenset[Right]] = {
    role: frozenset(row.right for row in RIGHT_ROWS if role in row.roles) for role in Role
}


def title(right: Right) -> str:
    return ROWS[right].title


def role_title(role: Role) -> str:
    return next(row.title for row in ROLE_ROWS if row.role is role)


def require(role: Role, right: Right, *, user: str = "") -> None:
    """Raises `NotAllowed` when a role does not have a right; it names the roles that do."""
    if right not in RIGHTS[role]:
        able = tuple(role_title(other) for other in Role if right in RIGHTS[other])
        raise NotAllowed(str(right), title(right), user, role_title(role), able)

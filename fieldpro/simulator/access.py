"""Who may read, write and run what (ANSI C12.19 tables 42 to 44).

Every password opens groups; a table entry names the groups that may read and write it, or lets anyone. The levels of
a description are groups 0, 1, 2 ...: a password opens its own and all below, a rule names the lowest that may. What
the meter obeys are the tables, not the description: a changed ST42 or ST44 takes effect at once.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from hmac import compare_digest
from typing import Literal

from fieldpro.secret import Secret
from fieldpro.simulator.describe import MeterDescription

Deed = Literal["read", "write", "run"]
ANYONE = "anyone"
_ALL = 0xFF


@dataclass(frozen=True, slots=True)
class Rights:
    """One entry of ST44 (or ST43): groups as bit masks; `anyone_*` goes before them."""

    read: int
    write: int
    anyone_reads: bool
    anyone_writes: bool

    def allow(self, deed: Deed, groups: int) -> bool:
        if deed == "read":
            return self.anyone_reads or bool(self.read & groups)
        return self.anyone_writes or bool(self.write & groups)  # to run a procedure is to write it


@dataclass(frozen=True, slots=True)
class Password:
    secret: Secret
    groups: int

    def opens(self, given: Secret) -> bool:
        """Fill does not count: some clients fill a short password up with blanks, some with NULs."""
        return compare_digest(_bare(self.secret), _bare(given))


def _bare(secret: Secret) -> bytes:
    return secret.reveal().rstrip(b"\0 ")


class Access:
    """The rights of one meter. Tables and procedures by number, manufacturer ones from 2048."""

    def __init__(
        self,
        *,
        passwords: Sequence[Password],
        tables: Mapping[int, Rights],
        procedures: Mapping[int, Rights],
        table_default: Rights,
        procedure_default: Rights,
    ) -> None:
        self._passwords = tuple(passwords)
        self._tables, self._procedures = dict(tables), dict(procedures)
        self._table_default, self._procedure_default = table_default, procedure_default

    def groups_of(self, given: Secret) -> int:
        """The groups a password opens; 0 for a wrong one. An empty entry is nobody's password."""
        opened = 0
        for password in self._passwords:
            if _bare(password.secret) and password.opens(given):
                opened |= password.groups
        return opened

    def may(self, deed: Deed, number: int, groups: int) -> bool:
        if deed == "run":
            return self._procedures.get(number, self._procedure_default).allow(deed, groups)
        return self._tables.get(number, self._table_default).allow(deed, groups)


# --- from a description to what its tables say ----------------------------------------------------------------


def level_groups(index: int) -> int:
    """A level opens its own group and all below."""
    return (1 << (index + 1)) - 1


def mask_of(description: MeterDescription, word: str) -> int:
    """The groups that may: the bit of the lowest level, which all above it hold too."""
    if word == ANYONE:
        return _ALL
    return 1 << [level.name for level in description.security.levels].index(word)


def rights_of(description: MeterDescription, *, read: str, write: str) -> Rights:
    return Rights(mask_of(description, read), mask_of(description, write), read == ANYONE, write == ANYONE)


def described_rights(description: MeterDescription) -> tuple[dict[int, Rights], dict[int, Rights], Rights, Rights]:
    """Tables, procedures, and the default of each."""
    security = description.security
    tables: dict[int, Rights] = {}
    procedures: dict[int, Rights] = {}
    for rule in security.rules:
        read, write, run = rule.read or security.read, rule.write or security.write, rule.run or security.procedure
        tables.update(dict.fromkeys(rule.tables, rights_of(description, read=read, write=write)))
        procedures.update(dict.fromkeys(rule.procedures, rights_of(description, read=run, write=run)))
    return (
        tables,
        procedures,
        rights_of(description, read=security.read, write=security.write),
        rights_of(description, read=security.procedure, write=security.procedure),
    )

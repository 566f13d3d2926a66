"""What the Configure page has done outside the GUI thread: comparing with the meter, writing, new passwords proven."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from fieldpro.gui.models.configuration import HIDDEN, MAKERS, SECURITY_TABLES, Row, Wanted, change_set_of, rows_of
from fieldpro.gui.pages.program_work import Done, Writing
from fieldpro.meter.changes import ChangeSet, Journal
from fieldpro.meter.collection import Collection
from fieldpro.meter.editors import PasswordsChanged, SecurityEditor, change_passwords
from fieldpro.meter.read import read_tables
from fieldpro.meter.view import MeterView
from fieldpro.records import ReadOut
from fieldpro.secret import Secret
from fieldpro.security import entries
from fieldpro.security.rights import Right

if TYPE_CHECKING:
    from fieldpro.gui.rights import Rights
    from fieldpro.session.conversation import Conversation


@dataclass(frozen=True)
class Compared:
    """What would be written, against what the meter holds now. `security`: the editor with the new passwords, None
    when there are none."""

    change_set: ChangeSet
    read_out: ReadOut | None
    rows: tuple[Row, ...]
    security: SecurityEditor | None = None

    @property
    def new_passwords(self) -> Mapping[int, Secret]:
        return {} if self.security is None else self.security.new_passwords

    def __bool__(self) -> bool:
        """Whether there is anything to write."""
        return bool(self.change_set) or bool(self.new_passwords)


class Comparing:
    """Reads what is to be changed again, and compares. `base`: what was read of this meter before."""

    def __init__(self, wanted: Wanted, operator: str, base: ReadOut | None) -> None:
        self._wanted = wanted
        self._collection = Collection(operator=operator, base=base)

    def conversation(self) -> Conversation[Compared]:
        yield from read_tables(self._wanted.needs, collection=self._collection, only_listed=True)
        read_out = self._collection.read_out()
        view = MeterView(read_out)
        security: SecurityEditor | None = None
        if self._wanted.passwords:
            security = SecurityEditor(view)
            for index, secret in self._wanted.passwords.items():
                security = security.with_password(index, secret)
        rows = [
            row
            for key, wanted in self._wanted.editors.items()
            for row in rows_of(MAKERS[key](view, wanted).with_elements({}))
        ]
        return Compared(change_set_of(view, self._wanted), read_out, tuple(rows), security)


@dataclass(frozen=True)
class Configured:
    """What was done: the elements that were written, None when there were none; the passwords likewise."""

    done: Done | None
    passwords: PasswordsChanged | None


@dataclass
class Configuring:
    """One write of elements, then the new passwords, each proven before the one before is forgotten. `own`: what this
    session was opened with."""

    compared: Compared
    journal: Journal
    rights: Rights
    operator: str
    base: ReadOut | None
    profile: Any = None
    own: Secret | None = None
    fill: int = 0x20

    def conversation(self) -> Conversation[Configured]:
        done: Done | None = None
        change_set = self.compared.change_set
        if change_set:
            writing = Writing(
                change_set,
                self.journal,
                self.rights,
                self.operator,
                self.compared.read_out or self.base,
                self.profile,
                right=right_for(change_set),
            )
            done = yield from writing.conversation()
        changed: PasswordsChanged | None = None
        security = self.compared.security
        if security is not None and self.own is not None:
            titles = {entry.index: entry.title for entry in security.entries}
            told = entries.write(
                purpose="passwords",
                changes=[(titles[index], HIDDEN, HIDDEN) for index in sorted(security.new_passwords)],
            )
            meter = security.view.identity
            with self.rights.job(Right.SECURITY_TABLES, meter, entries.WRITE, told) as notes:
                changed = yield from change_passwords(
                    security, own=self.own, journal=self.journal, who=self.operator, fill=self.fill
                )
                notes.add(proven=list(changed.proven), unproven=list(changed.unproven))
        return Configured(done, changed)


def right_for(change_set: ChangeSet) -> Right:
    """Who may open a meter to whom takes a right of its own."""
    return (
        Right.SECURITY_TABLES
        if change_set.tables and SECURITY_TABLES & set(change_set.tables)
        else (Right.PROGRAM_WRITE)
    )

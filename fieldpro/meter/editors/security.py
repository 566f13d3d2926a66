"""Passwords and access rights: ANSI C12.19 tables 41, 42 and 44.

Passwords are write-only here: the editor never reads table 42, shows only that there is one, and holds what is wanted
as `Secret`. How new passwords are written and proven is `fieldpro.meter.editors.passwords`.

A password gives the rights of its groups (GROUP_0 to 7); table 44 says which groups may read and write a table or run
a procedure. Keys (table 45) are as secret as passwords, but no service of this port uses them: they cannot be proven
here, so that what was there before stays with the journal's keeper.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, ClassVar, Self

from fieldpro.c12.dictionary.model import MANUFACTURER
from fieldpro.errors import UsageError
from fieldpro.meter.changes import ChangeSet, edit
from fieldpro.meter.editors.complaint import Complaint, Weight
from fieldpro.meter.editors.editor import Editor, Spec
from fieldpro.secret import Secret

LIMITS, PASSWORDS, RIGHTS, KEYS = "ACT_SECURITY_LIMITING_TBL", "SECURITY_TBL", "ACCESS_CONTROL_TBL", "KEY_TBL"
RIGHTS_TABLE = 44
GROUPS = range(8)
SECOND_HALF = "second-half"
FILLS = b" \0"


@dataclass(frozen=True, slots=True)
class PasswordEntry:
    """One place of table 42. previous: the place that keeps the one before; None where the meter has none, or this one
    is such a place itself."""

    index: int
    title: str
    previous: int | None
    is_previous: bool

    @property
    def path(self) -> str:
        return password_path(self.index)


@dataclass(frozen=True, slots=True)
class Access:
    """Who may use a table or run a procedure. Groups are numbers 0 to 7."""

    index: int
    number: int  # manufacturer tables and procedures from 2048
    is_procedure: bool
    title: str
    read: frozenset[int]
    write: frozenset[int]
    anyone_reads: bool
    anyone_writes: bool

    def __str__(self) -> str:
        verb = "run by" if self.is_procedure else "written by"
        words = [f"{verb} {_who(self.write, self.anyone_writes)}"]
        if not self.is_procedure:
            words.insert(0, f"read by {_who(self.read, self.anyone_reads)}")
        return f"{self.title}: {', '.join(words)}"


def password_path(index: int) -> str:
    return f"{PASSWORDS}.SECURITY_ENTRIES[{index}].PASSWORD"


def key_path(index: int) -> str:
    return f"{KEYS}.KEY_ENTRIES[{index}]"


class SecurityEditor(Editor):
    """Fields of right N: `read_N_G` and `write_N_G` for group G, `anyone_reads_N`, `anyone_writes_N`. Passwords and
    keys are not fields: see `entries`, `with_password` and `with_key`."""

    title: ClassVar[str] = "Security"
    needs: ClassVar[frozenset[int]] = frozenset({0, 1, 40, 41, 43, 44})
    about: ClassVar[frozenset[int]] = frozenset({41})

    def specs(self) -> Iterator[Spec]:
        for access in self.rights:
            path = f"{RIGHTS}.ACCESS_CONTROL[{access.index}]"
            for what, element in (("read", "READ"), ("write", "WRITE")):
                for group in GROUPS:
                    name, title = f"{what}_{access.index}_{group}", f"Group {group}: {what}"
                    yield Spec(name, f"{path}.{element}.GROUP_{group}_FLAG", title=title, group=access.title)
            for what, element in (("reads", "ANY_READ_FLAG"), ("writes", "ANY_WRITE_FLAG")):
                name = f"anyone_{what}_{access.index}"
                yield Spec(name, f"{path}.ACCESS_TABLE_DEF.{element}", group=access.title)

    # --- passwords

    @property
    def entries(self) -> tuple[PasswordEntry, ...]:
        """The places of table 42, without what is in them."""
        count = int(self.held(f"{LIMITS}.NBR_PASSWORDS"))
        keeps = self.view.device_profile.security.previous == SECOND_HALF and count % 2 == 0
        half = count // 2 if keeps else count
        return tuple(
            PasswordEntry(
                index,
                f"Level {index + 1}" if index < half else f"Level {index - half + 1}, the password before",
                index + half if keeps and index < half else None,
                index >= half,
            )
            for index in range(count)
        )

    @property
    def password_length(self) -> int:
        """Bytes of the longest password."""
        return int(self.held(f"{LIMITS}.PASSWORDS_LEN"))

    @property
    def new_passwords(self) -> Mapping[int, Secret]:
        """What is wanted, by place."""
        wanted = {password_path(entry.index): entry.index for entry in self.entries}
        return {wanted[path]: value for path, value in self.wanted.items() if path in wanted}

    def with_password(self, index: int, new: Secret | None) -> Self:
        """The same with a new password at a place; None leaves the one that is there. Raises `UsageError` for a place
        that the meter does not have."""
        if index not in {entry.index for entry in self.entries}:
            raise UsageError("password", f"a place from 1 to {len(self.entries)}", str(index + 1))
        path = password_path(index)
        wanted: dict[str, Any] = {each: value for each, value in self.wanted.items() if each != path}
        return type(self)(self.view, wanted if new is None else {**wanted, path: new})

    # --- keys

    @property
    def key_count(self) -> int:
        return int(self.held(f"{LIMITS}.NBR_KEYS"))

    @property
    def key_length(self) -> int:
        """Bytes of every key."""
        return int(self.held(f"{LIMITS}.KEY_LEN"))

    @property
    def new_keys(self) -> Mapping[int, Secret]:
        """What is wanted, by place."""
        wanted = {key_path(index): index for index in range(self.key_count)}
        return {wanted[path]: value for path, value in self.wanted.items() if path in wanted}

    def with_key(self, index: int, new: Secret | None) -> Self:
        """The same with a new key at a place; None leaves the one that is there. Raises `UsageError` for a place that
        the meter does not have."""
        if not 0 <= index < self.key_count:
            places = f"a place from 1 to {self.key_count}" if self.key_count else "a meter that has keys"
            raise UsageError("key", places, str(index + 1))
        wanted: dict[str, Any] = {path: value for path, value in self.wanted.items() if path != key_path(index)}
        return type(self)(self.view, wanted if new is None else {**wanted, key_path(index): new})

    # --- rights

    @property
    def rights(self) -> tuple[Access, ...]:
        """Table 44 as it is wanted."""
        if self.tables.get(RIGHTS_TABLE) is None:
            return ()
        count = len(self.tables.decode(RIGHTS_TABLE).values["ACCESS_CONTROL"])
        return tuple(self._access(index) for index in range(count))

    def _access(self, index: int) -> Access:
        path = f"{RIGHTS}.ACCESS_CONTROL[{index}]"
        defined = f"{path}.ACCESS_TABLE_DEF"
        number = int(self.held(f"{defined}.TBL_PROC_NBR"))
        number += MANUFACTURER * bool(self.held(f"{defined}.STD_VS_MFG_FLAG"))
        is_procedure = bool(self.held(f"{defined}.PROC_NBR_FLAG"))
        return Access(
            index,
            number,
            is_procedure,
            self._title(number, is_procedure=is_procedure),
            self._groups(f"{path}.READ"),
            self._groups(f"{path}.WRITE"),
            bool(self.at(f"{defined}.ANY_READ_FLAG")),
            bool(self.at(f"{defined}.ANY_WRITE_FLAG")),
        )

    def _groups(self, path: str) -> frozenset[int]:
        return frozenset(group for group in GROUPS if self.at(f"{path}.GROUP_{group}_FLAG"))

    def _title(self, number: int, *, is_procedure: bool) -> str:
        dictionary = self.tables.dictionary
        found = dictionary.procedures.get(number) if is_procedure else dictionary.tables.get(number)
        kind = "Procedure" if is_procedure else "Table"
        whose = "" if number < MANUFACTURER else "manufacturer's "
        return (found.title if found else "") or f"{kind} {whose}{number % MANUFACTURER}"

    # --- changes

    def change_set(self) -> ChangeSet:
        """Everything wanted. Passwords in it are secrets, masked wherever they are shown, and written after all else:
        to have them proven too, `rights_change_set` and then `change_passwords`."""
        return edit(self.view, self.elements())

    def rights_change_set(self) -> ChangeSet:
        """The access rights alone."""
        return edit(self.view, {path: value for path, value in self.wanted.items() if not isinstance(value, Secret)})

    def elements(self) -> dict[str, Any]:
        """The wanted rights and passwords; a program keeps only the rights."""
        return dict(self.wanted)

    def complaints(self) -> Iterator[Complaint]:
        yield from self._passwords()
        for index, key in self.new_keys.items():
            if len(key.reveal()) != self.key_length:
                yield Complaint(f"Key {index + 1}", f"a key has {self.key_length} bytes", f"key_{index}")
        for access in self.rights:
            if not access.write and not access.anyone_writes:
                name = f"anyone_writes_{access.index}"
                verb = "run it" if access.is_procedure else "write it"
                yield Complaint(access.title, f"no group may {verb}", name, Weight.WARNING)
            if access.is_procedure or access.number not in (42, 44):
                continue
            if access.anyone_writes:
                text = "anyone may write it: whoever reaches the port takes the meter over"
                yield Complaint(access.title, text, f"anyone_writes_{access.index}")
            if access.number == 42 and access.anyone_reads:
                yield Complaint(access.title, "anyone may read the passwords", f"anyone_reads_{access.index}")

    def _passwords(self) -> Iterator[Complaint]:
        new = self.new_passwords
        entries = {entry.index: entry for entry in self.entries}
        for index, secret in new.items():
            place, name = entries[index].title, f"password_{index}"
            bare = secret.reveal().rstrip(FILLS)
            if len(secret.reveal()) > self.password_length:
                yield Complaint(place, f"a password has at most {self.password_length} characters", name)
            if not bare:
                yield Complaint(place, "an empty password opens the meter to everyone", name)
            same = [other for other, value in new.items() if other < index and value.reveal().rstrip(FILLS) == bare]
            if bare and same:
                text = f"the same as {entries[same[0]].title}: the meter cannot tell the two levels apart"
                yield Complaint(place, text, name)


def _who(groups: Iterable[int], anyone: bool) -> str:
    if anyone:
        return "anyone"
    names = ", ".join(str(group) for group in sorted(groups))
    return f"group {names}" if names else "nobody"

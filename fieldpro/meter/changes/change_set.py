"""A change set: everything that is wanted of a meter against what it holds; the only road to a write.

change_set.counts ; change_set.warnings
chosen = change_set.choose(["UTIL_INFO_TBL", "CALENDAR_TBL.TIER_SWITCHES[3]"])    rows, or groups of rows
chosen.images       table -> the bytes it is to hold, in the order in which tables are written
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Protocol

from fieldpro.c12.dictionary import Tables
from fieldpro.errors import UsageError
from fieldpro.meter.changes.change import Change, Counts, Origin, State, Warn
from fieldpro.meter.changes.image import Image
from fieldpro.meter.changes.plan import Operation
from fieldpro.meter.programs.paths import below
from fieldpro.meter.programs.rules import Rules
from fieldpro.records import MeterIdentity


class Compared(Protocol):
    """What a comparison gives."""

    @property
    def before(self) -> Tables: ...
    @property
    def rules(self) -> Rules: ...
    @property
    def identity(self) -> MeterIdentity: ...
    @property
    def changes(self) -> tuple[Change, ...]: ...
    @property
    def images(self) -> dict[int, Image]: ...
    @property
    def warnings(self) -> tuple[Warn, ...]: ...


@dataclass(frozen=True, eq=False)
class ChangeSet:
    """`before`: the meter's tables as they were when the changes were shown. `continues`: the journal's name of an
    interrupted write that this one finishes or takes back, and `purpose` which of the two. `exact`: the requests as
    somebody has them (`changes.exact`), which are written as they are; tables of `images` that have none are written
    the shortest way."""

    identity: MeterIdentity
    before: Tables
    changes: tuple[Change, ...]
    images: Mapping[int, Image]
    rules: Rules
    warnings: tuple[Warn, ...] = ()
    origin: Origin = field(default_factory=Origin)
    continues: str = ""
    purpose: str = "write"
    exact: tuple[Operation, ...] = ()

    @classmethod
    def of(cls, compared: Compared, *, origin: Origin | None = None, warnings: Iterable[Warn] = ()) -> ChangeSet:
        """A comparison's result."""
        writes = {change.table for change in compared.changes if change.state is State.DIFFERENT}
        images = {number: image for number, image in compared.images.items() if number in writes}
        return cls(
            compared.identity,
            compared.before,
            compared.changes,
            images,
            compared.rules,
            (*warnings, *compared.warnings),
            origin or Origin(),
        )

    @property
    def counts(self) -> Counts:
        states = [change.state for change in self.changes]
        return Counts(*(states.count(state) for state in State))

    @property
    def different(self) -> tuple[Change, ...]:
        """What would be written."""
        return tuple(change for change in self.changes if change.state is State.DIFFERENT)

    @property
    def tables(self) -> tuple[int, ...]:
        """The tables that would be written, in this order."""
        return tuple(self.images)

    @property
    def groups(self) -> Mapping[str, tuple[Change, ...]]:
        """All rows by the table they belong to, in the order of writing."""
        found: dict[str, list[Change]] = {}
        for change in self.changes:
            found.setdefault(change.group, []).append(change)
        return {group: tuple(rows) for group, rows in found.items()}

    def __bool__(self) -> bool:
        """Whether there is anything to write."""
        return bool(self.images)

    def against(self, before: Tables) -> ChangeSet:
        """The same rows that would be written, against what the meter holds now."""
        if not self.exact:
            return self._of_rows(before, self.different)
        from fieldpro.meter.changes.exact import again, joined

        rows = [row for row in self.different if row.table not in self._by_bytes]
        by_bytes = again(self, before)
        return self._like(joined(self._of_rows(before, rows), by_bytes) if rows else by_bytes)

    @property
    def _by_bytes(self) -> frozenset[int]:
        """The tables that are written exactly as it was given."""
        return frozenset(operation.table for operation in self.exact)

    def _like(self, other: ChangeSet) -> ChangeSet:
        """The other one with the origin, purpose and warnings of this one too."""
        return replace(
            other,
            warnings=tuple(dict.fromkeys((*self.warnings, *other.warnings))),
            origin=self.origin,
            continues=self.continues,
            purpose=self.purpose,
        )

    def _of_rows(self, before: Tables, rows: Iterable[Change]) -> ChangeSet:
        from fieldpro.meter.changes.compare import edit

        return self._like(edit(before, {row.path: row.new for row in rows if not row.derived}, by=self.rules))

    def choose(self, paths: Iterable[str]) -> ChangeSet:
        """Only these rows; a table's or a record's name stands for all rows below it. Raises `UsageError` for a name
        that no row has, and for less than all of what is written exactly as it was given."""
        chosen: dict[str, Change] = {}
        for path in paths:
            rows = [change for change in self.changes if below(change.path, path)]
            if not rows:
                raise UsageError("rows to choose", "the names of rows or groups of this change set", path)
            chosen.update({row.path: row for row in rows if row.state is State.DIFFERENT})
        if self.exact:
            if len(chosen) < len(self.different):
                raise UsageError("rows to choose", "all of them: these requests are written as they are", "some")
            return self
        return self._of_rows(self.before, chosen.values())

    def inverse(self) -> ChangeSet:
        """The changes that take this set back, once it has been written: from what it leaves to what was there.
        Raises `UsageError` where what was there is not known (a table that cannot be read)."""
        from fieldpro.meter.changes.compare import towards

        after = Tables(
            self.before.dictionary,
            settings=self.before.settings,
            raw={number: self.before.get(number) or b"" for number in self.before.numbers},
        )
        held: dict[int, bytes] = {}
        for number, image in self.images.items():
            data = self.before.get(number)
            if data is None:
                raise UsageError(image.layout.table, "a table whose content before the write is known", "none")
            if number not in self._by_bytes:
                held[number] = data
            after.put(number, image.after)
        back = towards(after, held, by=self.rules)
        if self.exact:
            from fieldpro.meter.changes.exact import backwards, joined

            back = joined(back, backwards(self, after))
        return replace(back, origin=self.origin, purpose="undo")

    def without(self, paths: Iterable[str]) -> ChangeSet:
        """All rows that would be written but these."""
        out = tuple(paths)
        return self.choose(
            change.path for change in self.different if not any(below(change.path, path) for path in out)
        )

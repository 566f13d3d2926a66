"""What every editor is: named fields over elements of a meter's tables, wanted values laid over them, checks, changes.

    editor = DemandEditor(view)
    editor.fields                                 name, title, unit, choices, limits, value, text, whether it changed
    editor = editor.with_value("interval_0", 15)  a new editor; nothing is sent
    editor.check()                                complaints, each with its field
    editor.change_set()                           the road to a write; editor.elements() is a piece of a program

Editors are immutable and know no meter: a saved read-out serves as well. `wanted` holds the values by element path.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, ClassVar, Self

from fieldpro.c12.dictionary.decoded import value_text
from fieldpro.c12.dictionary.layout import Node
from fieldpro.c12.dictionary.tables import Tables
from fieldpro.errors import FieldProError, TableUnresolved, UsageError
from fieldpro.meter.changes import ChangeSet, edit, writable
from fieldpro.meter.editors.complaint import Complaint
from fieldpro.meter.editors.names import SourceNames
from fieldpro.meter.view import MeterView
from fieldpro.meter.wanted import listed


@dataclass(frozen=True, slots=True)
class Spec:
    """A field as an editor declares it. Title and unit are the dictionary's where they are left out.

    choices: words by value, the only values it can have. low, high: the least and the greatest value.
    """

    name: str
    path: str
    title: str = ""
    unit: str = ""
    group: str = ""
    choices: Mapping[Any, str] = field(default_factory=dict)
    low: float | None = None
    high: float | None = None


@dataclass(frozen=True, slots=True)
class Field:
    """A field as it is shown. `value` is the wanted one, or the meter's where nothing else is wanted."""

    name: str
    title: str
    unit: str
    group: str
    path: str
    value: Any
    text: str
    choices: Mapping[Any, str]
    low: float | None
    high: float | None
    writable: bool
    changed: bool


class Editor(ABC):
    """Base of all editors. names: what sources are called; those of the view unless others are given."""

    title: ClassVar[str]
    needs: ClassVar[frozenset[int]]  # tables that are to be read for it
    about: ClassVar[frozenset[int]]  # those of them that it cannot be without, where the meter has them

    def __init__(self, view: MeterView, wanted: Mapping[str, Any] | None = None) -> None:
        self.view = view
        self.wanted: Mapping[str, Any] = dict(wanted or {})

    @abstractmethod
    def specs(self) -> Iterator[Spec]:
        """The fields this meter has. Raises as `Tables.decode` does."""

    def complaints(self) -> Iterator[Complaint]:
        """What is wrong beyond single fields."""
        yield from ()

    # --- what is shown

    @property
    def tables(self) -> Tables:
        return self.view.tables

    @cached_property
    def sources(self) -> SourceNames:
        return SourceNames(self.view)

    @cached_property
    def declared(self) -> Mapping[str, Spec]:
        """The fields by name; none where the meter has no such tables. Raises `TableUnresolved` where it has them and
        they were not read."""
        here = frozenset(self.tables.numbers)
        there = self.about & listed(self.tables)
        if there - here:
            lacking = sorted(there - here)
            raise TableUnresolved(self.tables.dictionary.table(lacking[0]).name, tuple(lacking))
        return {spec.name: spec for spec in self.specs()} if there == self.about else {}

    @property
    def fields(self) -> tuple[Field, ...]:
        """Every field with its value, in order."""
        return tuple(self._shown(spec) for spec in self.declared.values())

    def field(self, name: str) -> Field:
        """Raises `UsageError` for one that the editor does not have."""
        return self._shown(self._spec(name))

    def value(self, name: str) -> Any:
        """The wanted value of a field, or what the meter holds."""
        return self.at(self._spec(name).path)

    def at(self, path: str) -> Any:
        """The wanted value of an element, or what the meter holds."""
        return self.wanted[path] if path in self.wanted else self.held(path)

    def held(self, path: str) -> Any:
        """What the meter holds. Raises `TableError` for an element it does not have, `TableUnresolved` where it was
        not read."""
        return self.tables.decode(self._number(path)).get(path)

    # --- what is wanted

    def with_value(self, name: str, value: Any) -> Self:
        """The same with another value of a field; what is wrong with it, `check` says. Raises `UsageError` for a field
        that the editor does not have."""
        return self.with_elements({self._spec(name).path: value})

    def with_elements(self, values: Mapping[str, Any]) -> Self:
        """The same with other values by element path; what the meter holds already is not wanted any more."""
        wanted = {**self.wanted, **values}
        return type(self)(self.view, {path: value for path, value in wanted.items() if not self._is_held(path, value)})

    def elements(self) -> dict[str, Any]:
        """Everything that is wanted otherwise than the meter holds it, by element path."""
        return dict(self.wanted)

    def change_set(self) -> ChangeSet:
        """The changes against what the meter holds. Raises `ValueRefused` for a value that an element cannot have."""
        return edit(self.view, self.elements())

    def check(self) -> tuple[Complaint, ...]:
        """Everything that is wrong: values out of their limits first, then what does not go together."""
        single = [complaint for spec in self.declared.values() for complaint in self._limits(spec)]
        return (*single, *(() if single else self.complaints()))

    # --- for editors

    def has(self, path: str) -> bool:
        """Whether the meter has an element and its table was read."""
        try:
            self._node(path)
        except (FieldProError, LookupError):
            return False
        return self.tables.get(self._number(path)) is not None

    def flag(self, path: str) -> bool:
        """A bit that the meter may have: false where it has not."""
        return self.has(path) and bool(self.at(path))

    def _number(self, path: str) -> int:
        return self.tables.dictionary.by_name[path.partition(".")[0]].number

    def _node(self, path: str) -> Node:
        return self.tables.layout(self._number(path)).node(path)

    def _spec(self, name: str) -> Spec:
        spec = self.declared.get(name)
        if spec is None:
            raise UsageError(f"field of {self.title}", f"one of {', '.join(self.declared)}", name)
        return spec

    def _shown(self, spec: Spec) -> Field:
        node, value = self._node(spec.path), self.at(spec.path)
        choices: Mapping[Any, str] = spec.choices or node.annotation.words
        text = choices.get(value, "") if isinstance(value, int | str) else ""
        unit = spec.unit or node.unit
        return Field(
            spec.name,
            spec.title or node.title or spec.name,
            unit,
            spec.group,
            spec.path,
            value,
            text or f"{value_text(value)} {'' if isinstance(value, bool) else unit}".strip(),
            choices,
            spec.low,
            spec.high,
            self._number(spec.path) in writable(self.tables),
            spec.path in self.wanted,
        )

    def _is_held(self, path: str, value: Any) -> bool:
        try:
            return bool(self.held(path) == value)
        except (FieldProError, KeyError):
            return False

    def _limits(self, spec: Spec) -> Iterable[Complaint]:
        if spec.path not in self.wanted:
            return
        value, shown = self.wanted[spec.path], self._shown(spec)
        if spec.choices and value not in spec.choices:
            known = ", ".join(list(spec.choices.values())[:8])
            yield Complaint(shown.title, f"one of {known} is wanted", spec.name)
        elif isinstance(value, int | float) and not isinstance(value, bool):
            too_low = spec.low is not None and value < spec.low
            too_high = spec.high is not None and value > spec.high
            if too_low or too_high:
                least = f"{spec.low:g}" if spec.low is not None else ""
                most = f"{spec.high:g}" if spec.high is not None else ""
                limits = f"{least} to {most}" if least and most else f"at least {least}" if least else f"at most {most}"
                yield Complaint(
                    shown.title, f"{limits} {shown.unit} is wanted, not {value:g}".replace("  ", " "), spec.name
                )

"""What a dictionary allows a program to say, without a meter: the definitions walked beside the program's values.

An expression (an array's size, a condition) is decided by what the program itself says of other tables, by the tables
of a meter when they are given, and by the dictionary's constants and settings; what stays undecided allows everything
that any branch would.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from fieldpro.c12.codec import FIXED_TYPES, Formats, fixed_codec, sized_codec
from fieldpro.c12.dictionary import Dictionary, Tables, model
from fieldpro.c12.dictionary.expression import Expression, Reference
from fieldpro.c12.dictionary.model import NO_ANNOTATION, Annotation, TypeExpr
from fieldpro.c12.dictionary.shape import BitMember
from fieldpro.c12.values import Codec, encode_value
from fieldpro.errors import FieldProError
from fieldpro.meter.programs.values import for_codec, number_of
from fieldpro.secret import Secret

# Where no meter says how it writes: the formats that take the most.
ANY_FORMATS = Formats(char_format=2, tm_format=4)
Finding = tuple[str, str, str]  # path, expected, found


@dataclass
class Known:
    """What is known while a program is checked."""

    dictionary: Dictionary
    tree: Mapping[str, Any]
    settings: Mapping[str, int]
    tables: Tables | None = None
    table: str = ""

    @property
    def formats(self) -> Formats:
        try:
            return ANY_FORMATS if self.tables is None else self.tables.formats
        except FieldProError:
            return ANY_FORMATS

    def value(self, reference: Reference) -> int:
        """Raises `LookupError` when nobody knows."""
        parts = [part if isinstance(part, str) else part.evaluate(self) for part in reference.parts]
        head = str(parts[0])
        for known in (self.dictionary.constants, self.settings):
            if len(parts) == 1 and head in known:
                return known[head]
        if head in self.dictionary.by_name:
            return self._element(head, parts[1:])
        return self._element(self.table, parts)

    def count(self, expression: Expression) -> int | None:
        try:
            return expression.evaluate(self)
        except LookupError:
            return None

    def _element(self, table: str, parts: Sequence[str | int]) -> int:
        for values in self._sources(table):
            value = _dig(values, parts)
            if isinstance(value, int):
                return int(value)
        raise LookupError(table)

    def _sources(self, table: str) -> Iterator[Any]:
        if table in self.tree:
            yield self.tree[table]
        definition = self.dictionary.by_name.get(table)
        names = [table] if definition is None else [table, definition.stand_in]
        for name in filter(None, names):
            try:
                if self.tables is not None:
                    yield self.tables.decode(self.dictionary.by_name[name].number).values
            except FieldProError:
                continue


def _dig(values: Any, parts: Sequence[str | int]) -> Any:
    """A value by its path; a bit also without its bit field."""
    for part in parts:
        if isinstance(values, tuple) and isinstance(part, int):
            values = int(part in values)
        elif isinstance(values, Mapping):
            values = values[part] if part in values else _bit_of(values, part)
        else:
            values = values[int(part)] if isinstance(values, list) and part in range(len(values)) else None
    return values


def _bit_of(values: Mapping[Any, Any], name: str | int) -> Any:
    fields = (inner for inner in values.values() if isinstance(inner, Mapping))
    return next((inner[name] for inner in fields if name in inner), None)


@dataclass
class Outline:
    """Walks one table's definition beside what a program says of it."""

    known: Known

    def findings(self, table: model.TableDefinition, values: Any) -> Iterator[Finding]:
        """What does not fit, element by element."""
        self.known.table = table.name
        if table.type is None:
            yield table.name, "a table whose layout the dictionary has", "its name only"
        else:
            yield from self._type(table.type, values, table.name, NO_ANNOTATION)

    # --- types

    def _type(self, type_expr: TypeExpr, value: Any, path: str, words: Annotation) -> Iterator[Finding]:
        match type_expr:
            case model.NamedType(name) if name not in FIXED_TYPES:
                definition = self.known.dictionary.types[name]
                inner = words if words.title or words.words else self.known.dictionary.with_words(definition.annotation)
                yield from self._type(definition.type, value, path, inner)
            case model.NamedType(name):
                yield from self._leaf(lambda: fixed_codec(name, self.known.formats), value, path, words)
            case model.SizedType(name, size):
                count = None if size is None else self.known.count(size)
                if count is None:
                    yield from self._leaf(None, value, path, words)
                elif name in ("PROC_PARM", "PROC_RESP"):
                    yield path, "an element that a program can set", "a procedure's parameters"
                else:
                    yield from self._leaf(lambda: sized_codec(name, count, self.known.formats), value, path, words)
            case model.ArrayType(count_expr, element):
                yield from self._array(self.known.count(count_expr), element, value, path, words)
            case model.RecordType(body) | model.BitFieldType(_, body):
                yield from self._record(body, value, path)
            case _:
                yield from self._choice(type_expr, value, path, words)

    def _choice(self, choice: TypeExpr, value: Any, path: str, words: Annotation) -> Iterator[Finding]:
        """Fine when one of the branches that may be taken takes it."""
        assert isinstance(choice, model.Choice)
        best: list[Finding] = []
        for branch in self._branches(choice):
            assert not isinstance(branch.body, tuple)
            found = list(self._type(branch.body, value, path, words))
            if not found:
                return
            best = best or found
        yield from best

    def _array(
        self, count: int | None, element: TypeExpr, value: Any, path: str, words: Annotation
    ) -> Iterator[Finding]:
        if isinstance(value, list | tuple):
            if count is not None and len(value) != count:
                yield path, f"a list of {count}", f"a list of {len(value)}"
                return
            for index, item in enumerate(value):
                yield from self._type(element, item, f"{path}[{index}]", words)
        elif isinstance(value, Mapping):
            for index, item in value.items():
                at = f"{path}[{index}]" if isinstance(index, int) else f"{path}.{index}"
                if not isinstance(index, int):
                    yield at, "an index: this is an array", f"the name {index}"
                elif count is not None and index >= count:
                    yield at, f"an index below {count}" if count else "nothing: this array is empty", f"index {index}"
                else:
                    yield from self._type(element, item, at, words)
        else:
            yield path, "a list" if count is None else f"a list of {count}", _shown(value)

    def _record(self, body: model.Body, value: Any, path: str) -> Iterator[Finding]:
        if not isinstance(value, Mapping):
            yield path, "values by the names of its parts", _shown(value)
            return
        there = {item.name: item for item in self._items(body)}
        for name, part in value.items():
            if isinstance(name, int):
                yield f"{path}[{name}]", "the name of a part: this is no array", f"index {name}"
                continue
            item = there.get(name) or self._bit_within(there, name)
            if item is None:
                yield f"{path}.{name}", *self._no_such(body, there, name)
            elif isinstance(item, model.BitElement):
                yield from self._bit(item, part, f"{path}.{name}")
            else:
                annotation = self.known.dictionary.with_words(item.annotation)
                yield from self._type(item.type, part, f"{path}.{name}", annotation)

    def _bit_within(self, there: Mapping[str, Any], name: str) -> model.BitElement | None:
        """A bit that is named without its bit field."""
        for item in there.values():
            type_expr = item.type if isinstance(item, model.Element) else None
            while isinstance(type_expr, model.NamedType) and type_expr.name not in FIXED_TYPES:
                type_expr = self.known.dictionary.types[type_expr.name].type
            if isinstance(type_expr, model.BitFieldType):
                for bit in self._items(type_expr.body):
                    if bit.name == name and isinstance(bit, model.BitElement):
                        return bit
        return None

    def _no_such(self, body: model.Body, there: Mapping[str, Any], name: str) -> tuple[str, str]:
        if any(item.name == name for item in model.elements(body)):
            return "an element that the limits in use leave in the table", f"{name}, which they leave out"
        near = difflib.get_close_matches(name, there, n=3)
        if near:
            return f"{' or '.join(near)}, perhaps", name
        return f"one of {', '.join(list(there)[:12])}", name

    def _items(self, body: model.Body) -> Iterator[model.Element | model.BitElement]:
        for item in body:
            if isinstance(item, model.Choice):
                for branch in self._branches(item):
                    if isinstance(branch.body, tuple):
                        yield from self._items(branch.body)
            elif not (isinstance(item, model.BitElement) and item.kind == "FILL"):
                yield item

    def _branches(self, choice: model.Choice) -> Iterator[model.Branch]:
        """Those that may be taken: one when the condition can be decided, else all."""
        selector = None if choice.selector is None else self.known.count(choice.selector)
        if choice.selector is not None and selector is None:
            yield from choice.branches
            return
        undecided = False
        for branch in choice.branches:
            if branch.labels is None:
                yield branch
                return
            counts = [self.known.count(label) for label in branch.labels]
            is_taken = any(count == selector if choice.selector is not None else bool(count) for count in counts)
            if None in counts:
                undecided = True
                yield branch
            elif is_taken:
                yield branch
                if not undecided:
                    return

    # --- values

    def _leaf(self, codec: Any, value: Any, path: str, words: Annotation) -> Iterator[Finding]:
        if isinstance(value, Mapping):
            yield path, "a value: this element has no parts", "values by name"
            return
        if codec is None or isinstance(value, Secret) or value is None:
            return
        try:
            made: Codec = codec()
            encode_value(made, for_codec(value, made, words.words))
        except ValueError as error:
            yield path, str(error), _shown(value)

    def _bit(self, item: model.BitElement, value: Any, path: str) -> Iterator[Finding]:
        if value is None:
            return
        annotation = self.known.dictionary.with_words(item.annotation)
        bit = BitMember(item.name, item.kind, item.first, item.last, 0, annotation)
        try:
            bit.write(number_of(value, annotation.words) if isinstance(value, str) else value)
        except ValueError as error:
            yield path, str(error), _shown(value)


def _shown(value: Any) -> str:
    text = "several values" if isinstance(value, Mapping) else repr(value)
    return text if len(text) <= 60 else f"{text[:57]}..."

"""What is declared is checked when it is loaded: every name exists, the bits of a bit field add up and do not overlap,
elements have names of their own, no type contains itself, no two tables wait for each other.

In passing, the checker learns which tables' content shapes which table (`needs`).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from fieldpro.c12.codec import FIXED_TYPES
from fieldpro.c12.dictionary import model
from fieldpro.c12.dictionary.expression import Expression, Reference, references
from fieldpro.c12.dictionary.model import BitElement, BitFieldType, Choice, Element, Place

if TYPE_CHECKING:
    from fieldpro.c12.dictionary.build import Dictionary

MAX_DEPTH = 40  # types inside each other
Scopes = tuple[set[str], ...]


class Checker:
    """Checks one dictionary. `check` raises the first `DictionaryError`."""

    def __init__(self, dictionary: Dictionary) -> None:
        self._dictionary = dictionary
        self._direct: dict[int, set[int]] = {}
        self._own_table: model.TableDefinition | None = None
        self._found: set[int] = set()

    def check(self) -> None:
        self._check_names()
        for definition in self._dictionary.types.values():
            self._check_enumeration(definition.annotation, definition.at)
            self._check_shape(definition.type, 0)
        for table in self._dictionary.tables.values():
            self._own_table, self._found = table, set()
            if table.type is not None:
                self._check_shape(table.type, 0)
                self._walk(table.type, ())
            self._direct[table.number] = self._found - {table.number}
        self._own_table = None
        for procedure in self._dictionary.procedures.values():
            for type_expr in (procedure.request, procedure.response):
                if type_expr is not None:
                    self._check_shape(type_expr, 0)
                    self._walk(type_expr, ())
        for table in self._dictionary.tables.values():
            self._check_no_circle(table)

    def needs(self, number: int) -> frozenset[int]:
        """The tables that shape a table, directly or through others."""
        needed = {0} - {number}
        waiting = [number]
        while waiting:
            for table in self._direct[waiting.pop()] - needed:
                needed.add(table)
                waiting.append(table)
        return frozenset(needed - {number})

    # --- names

    def _check_names(self) -> None:
        by_name: dict[str, int] = {}
        for table in self._dictionary.tables.values():
            if by_name.setdefault(table.name, table.number) != table.number:
                raise table.at.error("a name that no other table has", f"{table.name}, table {by_name[table.name]}")
            stand_in = table.stand_in
            if stand_in and stand_in not in self._dictionary.by_name:
                raise table.at.error("the name of a table after DEFAULT", stand_in)
        for key in self._dictionary.profile_keys.values():
            if key.name in by_name:
                raise key.at.error("a name that no table has", key.name)

    def _check_no_circle(self, table: model.TableDefinition) -> None:
        for needed in self._direct[table.number]:
            if table.number in self.needs(needed) and needed and table.number:
                other = self._dictionary.tables[needed].name
                raise table.at.error("tables that do not wait for each other", f"{table.name} and {other}")

    def _check_enumeration(self, annotation: model.Annotation, at: Place) -> None:
        name = annotation.enumeration
        if name and name not in self._dictionary.enumerations:
            raise at.error("the name of an ENUM in the comment", name)

    # --- types by themselves

    def _check_shape(self, type_expr: model.TypeExpr, depth: int) -> None:
        if depth > MAX_DEPTH:
            raise type_expr.at.error("types that do not contain themselves", "types without end inside each other")
        match type_expr:
            case model.NamedType():
                if type_expr.name not in FIXED_TYPES:
                    definition = self._dictionary.types.get(type_expr.name)
                    if definition is None:
                        raise type_expr.at.error("a built-in or declared type", type_expr.name)
                    self._check_shape(definition.type, depth + 1)
            case model.ArrayType():
                self._check_shape(type_expr.element, depth + 1)
            case model.RecordType():
                self._check_body(type_expr.body, set(), depth)
            case BitFieldType():
                self._check_bits(type_expr)
            case Choice():
                for branch in type_expr.branches:
                    self._check_shape(model.type_of(branch), depth + 1)

    def _check_body(self, body: model.Body, names: set[str], depth: int) -> None:
        for item in body:
            if isinstance(item, Element):
                self._check_enumeration(item.annotation, item.at)
                is_filler = isinstance(item.type, model.SizedType) and item.type.name == "FILL"
                if item.name in names and not is_filler:
                    raise item.at.error("an element name that the record does not have yet", item.name)
                names.add(item.name)
                self._check_shape(item.type, depth + 1)
            else:
                after: set[str] = set()
                for branch in model.choice(item).branches:
                    branch_names = set(names)
                    self._check_body(model.body_of(branch), branch_names, depth)
                    after |= branch_names
                names |= after

    def _check_bits(self, field: BitFieldType) -> None:
        size = 8 * field.size
        missing = (1 << size) - 1 & ~self._bits_of(field.body, 0, size, set())
        if missing:
            bits = [bit for bit in range(size) if missing >> bit & 1]
            raise field.at.error(f"all bits 0..{size - 1} of the bit field", f"nothing for bits {_ranges(bits)}")

    def _bits_of(self, body: model.Body, taken: int, size: int, names: set[str]) -> int:
        for item in body:
            if isinstance(item, BitElement):
                self._check_enumeration(item.annotation, item.at)
                if item.kind != "FILL" and item.name in names:
                    raise item.at.error("a name that the bit field does not have yet", item.name)
                names.add(item.name)
                bits = (1 << item.last + 1) - (1 << item.first)
                if item.last >= size:
                    raise item.at.error(f"bits 0..{size - 1}", f"{item.first}..{item.last}")
                if taken & bits:
                    raise item.at.error("bits that no other element has", f"{item.first}..{item.last}")
                taken |= bits
            else:
                branches = model.choice(item).branches
                ways = [self._bits_of(model.body_of(branch), taken, size, set(names)) for branch in branches]
                if branches[-1].labels is not None:
                    ways.append(taken)
                if len(set(ways)) > 1:
                    raise item.at.error("the same bits in every branch, ELSE included", "branches that differ")
                taken = ways[0]
        return taken

    # --- names in expressions

    def _walk(self, type_expr: model.TypeExpr, scopes: Scopes) -> None:
        match type_expr:
            case model.NamedType():
                if type_expr.name not in FIXED_TYPES:
                    self._walk(self._dictionary.types[type_expr.name].type, scopes)
            case model.SizedType():
                if type_expr.size is not None:
                    self._check_expression(type_expr.size, scopes)
            case model.ArrayType():
                self._check_expression(type_expr.count, scopes)
                self._walk(type_expr.element, scopes)
            case model.RecordType() | BitFieldType():
                self._walk_body(type_expr.body, (*scopes, set()))
            case _:
                self._walk_choice(type_expr, scopes)

    def _walk_body(self, body: model.Body, scopes: Scopes) -> None:
        for item in body:
            if isinstance(item, Choice):
                self._walk_choice(item, scopes)
            elif isinstance(item, Element):
                self._walk(item.type, scopes)
                scopes[-1].add(item.name)
                scopes[-1].update(self._bit_names(item.type))
            else:
                scopes[-1].add(item.name)

    def _walk_choice(self, choice: Choice, scopes: Scopes) -> None:
        if choice.selector is not None:
            self._check_expression(choice.selector, scopes)
        for branch in choice.branches:
            for label in branch.labels or ():
                self._check_expression(label, scopes)
            if isinstance(branch.body, tuple):
                self._walk_body(branch.body, scopes)
            else:
                self._walk(branch.body, scopes)

    def _check_expression(self, expression: Expression, scopes: Scopes) -> None:
        for reference in references(expression):
            self._check_reference(reference, scopes)

    def _check_reference(self, reference: Reference, scopes: Scopes) -> None:
        head, rest = reference.head, reference.parts[1:]
        if any(head in names for names in scopes):
            return
        table = self._dictionary.by_name.get(head)
        if table is not None:
            if rest:
                self._check_element(reference, table)
                self._found.add(table.number)
            return
        if rest or (head not in self._dictionary.constants and head not in self._dictionary.profile_keys):
            raise reference.at.error("an element before this one, a table, a constant or a profile key", str(reference))

    def _check_element(self, reference: Reference, table: model.TableDefinition) -> None:
        if table.type is None:
            raise reference.at.error(f"a table whose layout is declared, unlike {table.name}", str(reference))
        if not self._has(table.type, reference.parts[1:]):
            raise reference.at.error(f"an element of {table.name}", str(reference))

    def _has(self, type_expr: model.TypeExpr, parts: Sequence[str | Expression]) -> bool:
        """Whether a type has an element at a path, in any of its branches; bit fields need not be named."""
        if not parts:
            return True
        part, rest = parts[0], parts[1:]
        match type_expr:
            case model.NamedType():
                definition = self._dictionary.types.get(type_expr.name)
                return definition is not None and self._has(definition.type, parts)
            case model.SizedType():
                return type_expr.name == "SET" and not isinstance(part, str) and not rest
            case model.ArrayType():
                return not isinstance(part, str) and self._has(type_expr.element, rest)
            case Choice():
                return any(self._has(model.type_of(branch), parts) for branch in type_expr.branches)
            case BitFieldType():
                return not rest and any(element.name == part for element in model.elements(type_expr.body))
        for element in model.elements(type_expr.body):
            assert isinstance(element, Element)
            if element.name == part and self._has(element.type, rest):
                return True
            if not rest and part in self._bit_names(element.type):
                return True
        return False

    def _bit_names(self, type_expr: model.TypeExpr) -> set[str]:
        """The names of the bits, when the type is a bit field."""
        while isinstance(type_expr, model.NamedType):
            definition = self._dictionary.types.get(type_expr.name)
            if definition is None:
                return set()
            type_expr = definition.type
        if not isinstance(type_expr, BitFieldType):
            return set()
        return {element.name for element in model.elements(type_expr.body)}


def _ranges(bits: list[int]) -> str:
    """ "3..7, 9"."""
    ranges: list[tuple[int, int]] = []
    for bit in bits:
        if ranges and ranges[-1][1] == bit - 1:
            ranges[-1] = ranges[-1][0], bit
        else:
            ranges.append((bit, bit))
    return ", ".join(str(first) if first == last else f"{first}..{last}" for first, last in ranges)

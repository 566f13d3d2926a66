"""From a type to a shape: conditions decided, array sizes counted, formats chosen, every offset known.

What the expressions name is found in this order: the elements of the table itself (innermost record first, through bit
fields), other tables, constants, profile keys. The table's own elements come from its bytes (`FromBytes`) or, while it
is encoded, from the values given (`FromValues`); without either the table is unresolved until it is read.

Whatever a meter's tables say, resolving ends: `MAX_SIZE` bytes (what an offset of 24 bits reaches) and `MAX_LEAVES`
values are the most a table can have.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import TYPE_CHECKING, Any, NoReturn, Protocol

from fieldpro.c12.codec import FIXED_TYPES, Formats, Set, Uint, fixed_codec, sized_codec
from fieldpro.c12.dictionary import model
from fieldpro.c12.dictionary.expression import Expression, Reference
from fieldpro.c12.dictionary.model import NO_ANNOTATION, Annotation, Choice, Element
from fieldpro.c12.dictionary.shape import Array, BitMember, Bits, Leaf, Member, Mixed, Record, Shape, make_record, read
from fieldpro.c12.values import Odd
from fieldpro.errors import TableError, TableUnresolved

if TYPE_CHECKING:
    from fieldpro.c12.dictionary.build import Dictionary

MAX_SIZE = 1 << 24
MAX_LEAVES = 1 << 22
Path = tuple[str | int, ...]


def path_text(table: str, path: Sequence[str | int]) -> str:
    """ "TABLE.ELEMENT[3].PART"."""
    return table + "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in path)


class OwnContent(Protocol):
    """Where a table's own elements come from while it is resolved."""

    def value(self, shape: Shape, offset: int, path: Path) -> Any:
        """The value of an element that is resolved already. Raises `LookupError` when it is not there."""

    def left(self, offset: int, path: Path) -> int:
        """How many bytes are left at `offset`, where the element `path` begins."""

    def given(self, offset: int, path: Path) -> Any:
        """What is given for the element `path`: its value, or all the bytes left."""


@dataclass(frozen=True)
class FromBytes:
    data: bytes

    def value(self, shape: Shape, offset: int, path: Path) -> Any:
        if offset + shape.size > len(self.data):
            raise LookupError
        return read(shape, self.data, offset)

    def left(self, offset: int, path: Path) -> int:
        return max(0, len(self.data) - offset)

    def given(self, offset: int, path: Path) -> Any:
        return self.data[offset:]


@dataclass(frozen=True)
class FromValues:
    values: Any

    def value(self, shape: Shape, offset: int, path: Path) -> Any:
        value = self.values
        for part in path:
            try:
                value = value[part]
            except (TypeError, IndexError, KeyError):
                raise LookupError from None
        return value

    def left(self, offset: int, path: Path) -> int:
        value = self.given(offset, path)
        return len(value) if isinstance(value, bytes | str) else 0

    def given(self, offset: int, path: Path) -> Any:
        try:
            return self.value(Leaf("", Uint(1, False)), offset, path)
        except LookupError:
            return b""


@dataclass
class Scope:
    """The elements of the record that is being resolved, and the records around it."""

    parent: Scope | None
    offset: int
    path: Path
    depth: int
    members: list[Member] = field(default_factory=list)
    bits: list[BitMember] = field(default_factory=list)  # of the bit field that is being resolved,
    bits_size: int = 0  # and the bytes of its integer
    names: set[str] = field(default_factory=set)

    def fresh_name(self, name: str) -> str:
        """The name, or NAME_2, NAME_3 ... where it is taken: only fillers may share a name."""
        fresh, number = name, 1
        while fresh in self.names:
            number += 1
            fresh = f"{name}_{number}"
        self.names.add(fresh)
        return fresh


@dataclass
class Resolver:
    """Resolves one table (or procedure) of one meter. `outside(table, parts)` is the value of another table's element;
    `own` is None when the table's own content is not known."""

    dictionary: Dictionary
    name: str
    number: int
    formats: Formats
    settings: Mapping[str, int]
    outside: Callable[[model.TableDefinition, Sequence[str | int]], Any]
    own: OwnContent | None = None
    _touched: int = -1  # depth of the innermost own scope that an expression has looked into
    _path: Path = ()
    _offset: int = 0
    _scope: Scope | None = None
    _root: Scope | None = None

    def resolve(self, type_expr: model.TypeExpr) -> Shape:
        """The shape of the whole table. Raises `TableUnresolved` and `TableError`."""
        return self._type(type_expr, 0, (), None, "")

    # --- types

    def _type(self, type_expr: model.TypeExpr, offset: int, path: Path, scope: Scope | None, name: str) -> Shape:
        match type_expr:
            case model.NamedType():
                if type_expr.name in FIXED_TYPES:
                    return self._fixed(type_expr.name, offset, path)
                definition = self.dictionary.types[type_expr.name]
                shape = self._type(definition.type, offset, path, scope, type_expr.name)
            case model.SizedType():
                return self._sized(type_expr, offset, path, scope)
            case model.ArrayType():
                shape = self._array(type_expr, offset, path, scope)
            case model.RecordType():
                shape = self._record(type_expr, offset, path, scope, name)
            case model.BitFieldType():
                shape = self._bit_field(type_expr, offset, path, scope, name)
            case _:
                branch = self._branch(type_expr, offset, path, scope)
                if branch is None:
                    return make_record("", ())
                shape = self._type(model.type_of(branch), offset, path, scope, "")
        self._check_size(offset + shape.size, shape.leaves, offset, path)
        return shape

    def _fixed(self, name: str, offset: int, path: Path) -> Leaf:
        try:
            return Leaf(name, fixed_codec(name, self.formats))
        except ValueError as error:
            self._fail(offset, path, str(error), "table 0 names a format that does not exist")

    def _sized(self, sized: model.SizedType, offset: int, path: Path, scope: Scope | None) -> Shape:
        if sized.name in ("PROC_PARM", "PROC_RESP"):
            return self._procedure(sized, offset, path, scope)
        size = self._left(offset, path) if sized.size is None else self._count(sized.size, offset, path, scope)
        self._check_size(offset + size, 1, offset, path)
        codec = sized_codec(sized.name, size, self.formats)
        leaf = Leaf(f"{sized.name}({size})", codec, filler=sized.name == "FILL")
        self._check_size(offset + leaf.size, leaf.leaves, offset, path)
        return leaf

    def _left(self, offset: int, path: Path) -> int:
        self._touched = MAX_SIZE
        return self.own.left(offset, path) if self.own else 0

    def _procedure(self, sized: model.SizedType, offset: int, path: Path, scope: Scope | None) -> Shape:
        """The parameters of the procedure that the table itself names; plain bytes when they are not known, when they
        do not fit, and nothing when nothing is there."""
        number = 0 if sized.size is None else self._count(sized.size, offset, path, scope)
        definition = self.dictionary.procedures.get(number)
        type_expr = definition and (definition.request if sized.name == "PROC_PARM" else definition.response)
        given = self.own.given(offset, path) if self.own else b""
        left = self._left(offset, path)
        if type_expr and not (isinstance(self.own, FromValues) and not isinstance(given, Mapping)):
            shape = self._type(type_expr, offset, path, scope, "")
            if not isinstance(self.own, FromBytes) or shape.size == left:
                return shape
        return Leaf(f"BINARY({left})", sized_codec("BINARY", left, self.formats))

    def _array(self, array: model.ArrayType, offset: int, path: Path, scope: Scope | None) -> Shape:
        count = self._count(array.count, offset, path, scope)
        if isinstance(array.element, model.NamedType) and array.element.name == "CHAR":
            self._check_size(offset + count, 1, offset, path)
            return Leaf(f"STRING({count})", sized_codec("STRING", count, self.formats))
        type_name = f"ARRAY[{count}] OF {_type_name(array.element)}"
        if not count:
            return Array(type_name, None, 0)
        self._check_size(offset + count if count > MAX_SIZE else 0, count, offset, path)
        depth = scope.depth if scope else 0
        touched_before, self._touched = self._touched, -1
        first = self._type(array.element, offset, (*path, 0), scope, "")
        own_shape = self._touched > depth
        if not own_shape:
            self._touched = max(touched_before, self._touched)
            return Array(type_name, first, count)
        shapes, offsets, start, leaves = [first], [0], first.size, first.leaves
        for index in range(1, count):
            shapes.append(self._type(array.element, offset + start, (*path, index), scope, ""))
            offsets.append(start)
            start += shapes[-1].size
            leaves += shapes[-1].leaves
            self._check_size(offset + start, leaves, offset, path)
        self._touched = max(touched_before, self._touched)
        return Mixed(type_name, tuple(shapes), tuple(offsets), start, leaves)

    # --- records and bit fields

    def _record(self, record: model.RecordType, offset: int, path: Path, scope: Scope | None, name: str) -> Record:
        inner = Scope(scope, offset, path, scope.depth + 1 if scope else 1)
        if self._root is None:
            self._root = inner
        self._elements(record.body, inner, 0)
        return make_record(name or "PACKED RECORD", inner.members)

    def _elements(self, body: model.Body, scope: Scope, index: int) -> int:
        for item in body:
            last = scope.members[-1] if scope.members else None
            start = last.offset + last.shape.size if last else 0
            if isinstance(item, Element):
                name = scope.fresh_name(item.name)
                shape = self._type(item.type, scope.offset + start, (*scope.path, name), scope, "")
                annotation = self._annotation(item.annotation, item.type)
                scope.members.append(Member(name, shape, start, index, annotation))
                index += 1
            else:
                index = self._chosen(model.choice(item), scope, index, scope.offset + start, self._elements)
        return index

    def _bit_field(
        self, field_type: model.BitFieldType, offset: int, path: Path, scope: Scope | None, name: str
    ) -> Bits:
        codec = Uint(field_type.size, self.formats.big)
        inner = Scope(scope, offset, path, scope.depth + 1 if scope else 1, bits_size=field_type.size)
        self._bit_elements(field_type.body, inner, 0)
        return Bits(name or "BIT FIELD", codec, tuple(inner.bits))

    def _bit_elements(self, body: model.Body, scope: Scope, index: int) -> int:
        for item in body:
            if isinstance(item, model.BitElement):
                name = scope.fresh_name(item.name)
                annotation = self.dictionary.with_words(item.annotation)
                scope.bits.append(BitMember(name, item.kind, item.first, item.last, index, annotation))
                index += 1
            else:
                index = self._chosen(model.choice(item), scope, index, scope.offset, self._bit_elements)
        return index

    def _chosen(
        self, choice: Choice, scope: Scope, index: int, offset: int, add: Callable[[model.Body, Scope, int], int]
    ) -> int:
        """Adds the elements of the branch that is taken; the number that the next element has. Elements of the other
        branches are counted too, unless the meter's profile says otherwise."""
        branch = self._branch(choice, offset, scope.path, scope)
        counts_absent = self.settings.get("INDEX_COUNTS_ABSENT", 1)
        for candidate in choice.branches:
            body = model.body_of(candidate)
            if candidate is branch:
                index = add(body, scope, index)
            elif counts_absent:
                index += sum(1 for _ in model.elements(body))
        return index

    def _annotation(self, annotation: Annotation, type_expr: model.TypeExpr) -> Annotation:
        """The element's own annotation; what it leaves open is its type's."""
        while isinstance(type_expr, model.ArrayType):
            type_expr = type_expr.element
        if isinstance(type_expr, model.NamedType) and type_expr.name in self.dictionary.types:
            of_type = self.dictionary.types[type_expr.name].annotation
            if of_type is not NO_ANNOTATION:
                annotation = Annotation(
                    annotation.title or of_type.title,
                    annotation.unit or of_type.unit,
                    annotation.words or of_type.words,
                    annotation.enumeration or of_type.enumeration,
                    annotation.help or of_type.help,
                    annotation.secret or of_type.secret,
                )
        return self.dictionary.with_words(annotation)

    # --- expressions

    def _branch(self, choice: Choice, offset: int, path: Path, scope: Scope | None) -> model.Branch | None:
        selected = None if choice.selector is None else self._evaluate(choice.selector, offset, path, scope)
        for branch in choice.branches:
            if branch.labels is None:
                return branch
            for label in branch.labels:
                value = self._evaluate(label, offset, path, scope)
                if value if selected is None else value == selected:
                    return branch
        return None

    def _count(self, expression: Expression, offset: int, path: Path, scope: Scope | None) -> int:
        count = self._evaluate(expression, offset, path, scope)
        if count < 0:
            self._fail(offset, path, "a count of 0 or more", f"{expression} = {count}")
        return count

    def _evaluate(self, expression: Expression, offset: int, path: Path, scope: Scope | None) -> int:
        self._offset, self._path, self._scope = offset, path, scope
        return expression.evaluate(self)

    def value(self, reference: Reference) -> int:
        """The value of a name in the expression that is being evaluated (see `expression.Environment`)."""
        parts = [part if isinstance(part, str) else part.evaluate(self) for part in reference.parts]
        head = reference.head
        own = self._find_own(parts)
        if own is not None:
            return self._as_number(reference, own[0])
        table = self.dictionary.by_name.get(head)
        if table is not None:
            return self._as_number(reference, self.outside(table, parts[1:])) if len(parts) > 1 else table.number
        if head in self.dictionary.constants:
            return self.dictionary.constants[head]
        return self.settings.get(head, 0)  # 0: an element of this table in a branch that is not taken

    def _as_number(self, reference: Reference, value: Any) -> int:
        if value is None:
            return 0
        if isinstance(value, int):
            return int(value)
        if not isinstance(value, Decimal) or not value.is_finite() or abs(value) >= 1 << 64:
            found = value.hex(" ") if isinstance(value, Odd) else type(value).__name__
            self._fail(self._offset, self._path, f"a number in {reference}", found)
        return int(value)

    def _find_own(self, parts: list[str | int]) -> tuple[Any] | None:
        """The value of an element of this table, as a tuple of one; None when it is none of this table's."""
        scope, names = self._scope, parts
        if parts[0] == self.name and len(parts) > 1:
            scope, names = self._root, parts[1:]
        while scope is not None:
            found = _find_member(scope, names[0])
            if found is not None:
                self._touched = max(self._touched, scope.depth)
                return (self._own_value(scope, found, names[1:]),)
            if names is not parts:
                return (None,)
            scope = scope.parent
        return None

    def _own_value(self, scope: Scope, found: tuple[Member | None, str], rest: Sequence[str | int]) -> Any:
        if self.own is None:
            raise TableUnresolved(self.name, (self.number,))
        member, bit_name = found
        try:
            if member is None:  # a bit of the bit field that is being resolved
                bits = Bits("", Uint(scope.bits_size, self.formats.big), tuple(scope.bits))
                return dig(self.own.value(bits, scope.offset, scope.path), [bit_name])
            value = self.own.value(member.shape, scope.offset + member.offset, (*scope.path, member.name))
            if isinstance(member.shape, Leaf) and isinstance(member.shape.codec, Set):
                value = tuple(value)
        except (LookupError, TypeError):
            name = bit_name or (member.name if member else "")
            self._fail(scope.offset, (*scope.path, name), "this element, which shapes the table", "nothing")
        return dig(value, [bit_name, *rest] if bit_name else rest)

    # --- limits

    def _check_size(self, size: int, leaves: int, offset: int, path: Path) -> None:
        if size > MAX_SIZE or leaves > MAX_LEAVES:
            found = f"{size} bytes" if size > MAX_SIZE else f"{leaves} values"
            self._fail(offset, path, f"a table of at most {MAX_SIZE} bytes and {MAX_LEAVES} values", found)

    def _fail(self, offset: int, path: Path, expected: str, found: str) -> NoReturn:
        raise TableError(self.name, path_text(self.name, path), offset, expected, found)


def _type_name(type_expr: model.TypeExpr) -> str:
    if isinstance(type_expr, model.NamedType | model.SizedType):
        return type_expr.name
    return {model.RecordType: "RECORD", model.BitFieldType: "BIT FIELD", model.ArrayType: "ARRAY"}.get(
        type(type_expr), "IF"
    )


def _find_member(scope: Scope, name: str | int) -> tuple[Member | None, str] | None:
    """A member by name, or a member that is a bit field and the name of one of its bits."""
    for bit in scope.bits:
        if bit.name == name:
            return None, bit.name
    for member in scope.members:
        if member.name == name:
            return member, ""
    for member in scope.members:
        if isinstance(member.shape, Bits):
            for bit in member.shape.members:
                if bit.name == name:
                    return member, bit.name
    return None


def dig(value: Any, parts: Sequence[str | int]) -> Any:
    """The value below `value`: names through records (and through bit fields that are not named), indices through
    arrays and sets. None when it is not there."""
    for part in parts:
        if isinstance(part, str):
            if not isinstance(value, Mapping):
                return None
            if part in value:
                value = value[part]
            else:
                inner = [nested for nested in value.values() if isinstance(nested, Mapping) and part in nested]
                value = inner[0][part] if inner else None
        elif isinstance(value, tuple):
            value = int(part in value)
        elif isinstance(value, list) and 0 <= part < len(value):
            value = value[part]
        else:
            return None
    return value

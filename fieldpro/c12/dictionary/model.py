"""What a dictionary says, as frozen records: annotations, types, tables, procedures, profile keys.

    TableDefinition -> TypeExpr = NamedType | SizedType | ArrayType | RecordType | BitFieldType | Choice
    RecordType.body, BitFieldType.body = tuple of Element | BitElement | Choice

A `Choice` is IF or SWITCH; its branches are bodies (inside a record or bit field) or one type (as a type).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import TypeAlias

from fieldpro.c12.dictionary.expression import Expression
from fieldpro.errors import DictionaryError

MANUFACTURER = 2048  # manufacturer table or procedure n is number 2048 + n
PENDING = 4096  # the pending one of table n is number 4096 + n


@dataclass(frozen=True, slots=True)
class Place:
    """Where in a dictionary text something stands; line and column count from 1."""

    source: str
    line: int
    column: int

    def error(self, expected: str, found: str) -> DictionaryError:
        return DictionaryError(self.source, self.line, self.column, expected, found)


@dataclass(frozen=True, slots=True)
class Annotation:
    """What stands in braces after an element: `{ Title [unit] | 0 = "word", 1 = "word" | more about it }`.

    `enumeration` is the name of an ENUM whose words are used; `words` are the element's own; `secret` (written
    `| secret`) keeps a password or key out of texts and errors.
    """

    title: str = ""
    unit: str = ""
    words: Mapping[int, str] = field(default_factory=dict)
    enumeration: str = ""
    help: str = ""
    secret: bool = False


NO_ANNOTATION = Annotation()


@dataclass(frozen=True, slots=True)
class NamedType:
    """A built-in type without a size, or a declared one."""

    name: str
    at: Place


@dataclass(frozen=True, slots=True)
class SizedType:
    """STRING(n), BCD(n), BINARY(n), SET(n), FILL(n); `size` None is `*`: all that is left.

    Also PROC_PARM(n) and PROC_RESP(n): the request or response of procedure n.
    """

    name: str
    size: Expression | None
    at: Place


@dataclass(frozen=True, slots=True)
class ArrayType:
    count: Expression
    element: TypeExpr
    at: Place


@dataclass(frozen=True, slots=True)
class Element:
    """One element of a packed record."""

    name: str
    type: TypeExpr
    annotation: Annotation
    at: Place


@dataclass(frozen=True, slots=True)
class BitElement:
    """Bits `first` to `last` of a bit field. `kind`: BOOL, UINT, INT or FILL."""

    name: str
    kind: str
    first: int
    last: int
    annotation: Annotation
    at: Place


@dataclass(frozen=True, slots=True)
class Branch:
    """One way a choice can go. `labels` None: ELSE or DEFAULT. `body`: elements, or one type."""

    labels: tuple[Expression, ...] | None
    body: Body | TypeExpr


@dataclass(frozen=True, slots=True)
class Choice:
    """IF (labels are conditions, `selector` None) or SWITCH (labels are values of the selector)."""

    selector: Expression | None
    branches: tuple[Branch, ...]
    at: Place


@dataclass(frozen=True, slots=True)
class RecordType:
    body: Body
    at: Place


@dataclass(frozen=True, slots=True)
class BitFieldType:
    """A bit field of an unsigned integer of `size` bytes."""

    size: int
    body: Body
    at: Place


TypeExpr: TypeAlias = NamedType | SizedType | ArrayType | RecordType | BitFieldType | Choice
Item: TypeAlias = Element | BitElement | Choice
Body: TypeAlias = tuple[Item, ...]


@dataclass(frozen=True, slots=True)
class TypeDefinition:
    name: str
    type: TypeExpr
    annotation: Annotation
    at: Place


@dataclass(frozen=True, slots=True)
class TableDefinition:
    """One table. `type` is None when only its name is known. `stand_in` is the table that shapes the decade when
    the meter does not have this one (the dimension table for the actual one)."""

    number: int
    name: str
    title: str
    type: TypeExpr | None
    stand_in: str
    help: str
    at: Place

    @property
    def manufacturer(self) -> bool:
        return bool(self.number & MANUFACTURER)

    @property
    def decade(self) -> int:
        """0 general, 1 sources, 2 registers ... counted apart for manufacturer tables."""
        return self.number % MANUFACTURER // 10

    @property
    def label(self) -> str:
        """ "ST 23" or "MT 3"."""
        return f"{'MT' if self.manufacturer else 'ST'} {self.number % MANUFACTURER}"


@dataclass(frozen=True, slots=True)
class ProcedureDefinition:
    """One procedure; `request` and `response` are None when nothing is known of them."""

    number: int
    name: str
    title: str
    request: TypeExpr | None
    response: TypeExpr | None
    help: str
    at: Place

    @property
    def manufacturer(self) -> bool:
        return bool(self.number & MANUFACTURER)


@dataclass(frozen=True, slots=True)
class ProfileKey:
    """Something that meters do differently and the standard's text leaves open: a setting of the device profile."""

    name: str
    default: int
    title: str
    words: Mapping[int, str]
    help: str
    at: Place


@dataclass(frozen=True, slots=True)
class EnumDefinition:
    name: str
    annotation: Annotation
    at: Place


@dataclass(frozen=True, slots=True)
class ConstantDefinition:
    name: str
    value: Expression
    at: Place


@dataclass(frozen=True, slots=True)
class DecadeDefinition:
    number: int
    name: str
    title: str
    at: Place


Definition: TypeAlias = (
    TypeDefinition
    | TableDefinition
    | ProcedureDefinition
    | ProfileKey
    | EnumDefinition
    | ConstantDefinition
    | DecadeDefinition
)


def elements(body: Body) -> Iterator[Element | BitElement]:
    """Every element of a body in the order written, through all branches of its choices."""
    for item in body:
        if isinstance(item, Choice):
            for branch in item.branches:
                yield from elements(body_of(branch))
        else:
            yield item


def body_of(branch: Branch) -> Body:
    """The elements of a branch inside a record or bit field."""
    assert isinstance(branch.body, tuple)
    return branch.body


def type_of(branch: Branch) -> TypeExpr:
    """The type of a branch of a choice that is a type."""
    assert not isinstance(branch.body, tuple)
    return branch.body


def choice(item: Item) -> Choice:
    """An item of a body that is no element."""
    assert isinstance(item, Choice)
    return item

"""A table's definition as text: every element with its title, type, unit, condition and, where it is the same for every
meter, its offset.

    describe(dictionary, 52) -> [Line(depth=0, name="CLOCK_CALENDAR", type="LTIME_DATE", title="Date and time", ...)]
    render(lines) -> "offset  element ..."
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from fieldpro.c12.codec import FIXED_TYPES, Formats, fixed_codec
from fieldpro.c12.dictionary import model
from fieldpro.c12.dictionary.build import Dictionary
from fieldpro.c12.dictionary.expression import Number
from fieldpro.c12.dictionary.model import NO_ANNOTATION, Annotation, Choice, TypeExpr

MAX_WORDS = 16  # more words of an enumeration than these are counted, not listed


@dataclass(frozen=True, slots=True)
class Line:
    """One element of a definition. `offset` is in bytes from the table's start, None where it depends on the meter;
    `condition` says when the element is there, empty for always; `size` is in bytes, None where it depends."""

    depth: int
    name: str
    type: str
    title: str = ""
    unit: str = ""
    condition: str = ""
    offset: int | None = None
    size: int | None = None
    words: tuple[tuple[int, str], ...] = field(default=())
    help: str = ""


def describe(dictionary: Dictionary, number: int) -> list[Line]:
    """The elements of a table. Empty for a table that is known by name only. Raises `UsageError`."""
    table = dictionary.table(number)
    if table.type is None:
        return []
    return list(_Describer(dictionary).lines(table.type))


def describe_procedure(dictionary: Dictionary, number: int) -> tuple[list[Line], list[Line]]:
    """The elements of a procedure's request and of its response."""
    definition = dictionary.procedures[number]
    request, response = (
        list(_Describer(dictionary).lines(part)) if part else [] for part in (definition.request, definition.response)
    )
    return request, response


class _Describer:
    def __init__(self, dictionary: Dictionary) -> None:
        self._dictionary = dictionary

    def lines(self, type_expr: TypeExpr) -> Iterator[Line]:
        """The elements of a type, offsets counted from its start while they are the same for every meter."""
        yield from self._parts(type_expr, 0, 0, "")

    def _parts(self, type_expr: TypeExpr, depth: int, offset: int | None, condition: str) -> Iterator[Line]:
        match type_expr:
            case model.NamedType() if type_expr.name in self._dictionary.types:
                yield from self._parts(self._dictionary.types[type_expr.name].type, depth, offset, condition)
            case model.ArrayType():
                first_only = offset if self._size(type_expr.element) is not None else None
                yield from self._parts(type_expr.element, depth, first_only, condition)
            case model.RecordType():
                yield from self._body(type_expr.body, depth, offset, condition)
            case model.BitFieldType():
                yield from self._bits(type_expr.body, depth, offset, condition)
            case Choice():
                for branch, when in _branches(type_expr):
                    body = model.type_of(branch)
                    inner = _and(condition, when)
                    yield Line(depth, "", self._type(body), "", "", inner, offset, self._size(body))
                    yield from self._parts(body, depth + 1, offset, inner)

    def _body(self, body: model.Body, depth: int, offset: int | None, condition: str) -> Iterator[Line]:
        for item in body:
            if isinstance(item, model.Element):
                size = self._size(item.type)
                annotation = self._annotation(item.annotation, item.type)
                line = Line(depth, item.name, self._type(item.type), condition=condition, offset=offset, size=size)
                yield _annotated(line, annotation)
                yield from self._parts(item.type, depth + 1, offset, "")
                offset = None if offset is None or size is None else offset + size
            else:
                for branch, when in _branches(model.choice(item)):
                    yield from self._body(model.body_of(branch), depth, offset, _and(condition, when))
                size = self._choice_size(model.choice(item))
                offset = None if offset is None or size is None else offset + size

    def _bits(self, body: model.Body, depth: int, offset: int | None, condition: str) -> Iterator[Line]:
        for item in body:
            if isinstance(item, model.BitElement):
                bits = f"{item.first}" if item.first == item.last else f"{item.first}..{item.last}"
                line = Line(depth, item.name, f"{item.kind}({bits})", condition=condition, offset=offset)
                yield _annotated(line, self._dictionary.with_words(item.annotation))
            else:
                for branch, when in _branches(model.choice(item)):
                    yield from self._bits(model.body_of(branch), depth, offset, _and(condition, when))

    def _annotation(self, annotation: Annotation, type_expr: TypeExpr) -> Annotation:
        if isinstance(type_expr, model.NamedType) and annotation is NO_ANNOTATION:
            definition = self._dictionary.types.get(type_expr.name)
            annotation = definition.annotation if definition else annotation
        return self._dictionary.with_words(annotation)

    def _type(self, type_expr: TypeExpr) -> str:
        match type_expr:
            case model.NamedType():
                return type_expr.name
            case model.SizedType():
                return f"{type_expr.name}({'*' if type_expr.size is None else type_expr.size})"
            case model.ArrayType():
                return f"ARRAY[{type_expr.count}] OF {self._type(type_expr.element)}"
            case model.RecordType():
                return "PACKED RECORD"
            case model.BitFieldType():
                return f"BIT FIELD OF UINT{8 * type_expr.size}"
        return "IF" if type_expr.selector is None else f"SWITCH {type_expr.selector}"

    # --- sizes that are the same for every meter

    def _size(self, type_expr: TypeExpr) -> int | None:
        match type_expr:
            case model.NamedType():
                if type_expr.name in FIXED_TYPES:
                    return _fixed_size(type_expr.name)
                return self._size(self._dictionary.types[type_expr.name].type)
            case model.SizedType():
                return type_expr.size.number if isinstance(type_expr.size, Number) else None
            case model.ArrayType():
                element = self._size(type_expr.element)
                count = type_expr.count
                return count.number * element if isinstance(count, Number) and element is not None else None
            case model.BitFieldType():
                return type_expr.size
            case model.RecordType():
                return self._body_size(type_expr.body)
        return self._choice_size(type_expr)

    def _body_size(self, body: model.Body) -> int | None:
        total = 0
        for item in body:
            assert not isinstance(item, model.BitElement)
            size = self._choice_size(item) if isinstance(item, Choice) else self._size(item.type)
            if size is None:
                return None
            total += size
        return total

    def _choice_size(self, choice: Choice) -> int | None:
        sizes = {
            self._body_size(branch.body) if isinstance(branch.body, tuple) else self._size(branch.body)
            for branch in choice.branches
        }
        if choice.branches[-1].labels is not None:
            sizes.add(0)
        return sizes.pop() if len(sizes) == 1 else None


def _fixed_size(name: str) -> int | None:
    """The size of a built-in type, when it is the same in every format."""
    if name == "CHAR" or name.startswith(("NI_", "LTIME", "STIME")) or name == "TIME":
        return None
    return fixed_codec(name, Formats()).size


def _branches(choice: Choice) -> Iterator[tuple[model.Branch, str]]:
    """Each branch with the condition on which it is taken."""
    before: list[str] = []
    for branch in choice.branches:
        if branch.labels is None:
            what = f"{choice.selector} is none of {', '.join(before)}" if choice.selector else f"NOT ({before[0]})"
            yield branch, what
            continue
        labels = [str(label) for label in branch.labels]
        before += labels
        yield branch, f"{choice.selector} = {' or '.join(labels)}" if choice.selector else labels[0]


def _and(first: str, second: str) -> str:
    return f"{first} and {second}" if first else second


def _annotated(line: Line, annotation: Annotation) -> Line:
    words = tuple(annotation.words.items())
    return replace(line, title=annotation.title, unit=annotation.unit, words=words, help=annotation.help)


def render(lines: list[Line]) -> str:
    """The lines as a table of text: offset, element, type, title with its unit, condition, words."""
    rows = []
    for line in lines:
        offset = "" if line.offset is None else str(line.offset)
        title = f"{line.title} [{line.unit}]" if line.unit else line.title
        words = ", ".join(f"{number} = {word}" for number, word in line.words[:MAX_WORDS])
        more = f" and {len(line.words) - MAX_WORDS} more" if len(line.words) > MAX_WORDS else ""
        tail = "; ".join(part for part in (line.condition and f"if {line.condition}", words + more) if part)
        rows.append((offset, "  " * line.depth + line.name, line.type, title, tail))
    widths = [max((len(row[column]) for row in rows), default=0) for column in range(4)]
    return "\n".join(
        f"{row[0]:>{widths[0]}}  {row[1]:<{widths[1]}}  {row[2]:<{widths[2]}}  {row[3]:<{widths[3]}}  {row[4]}".rstrip()
        for row in rows
    )

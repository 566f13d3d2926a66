"""From dictionary text to definitions: `read` walks the syntax tree and hands each comment to its element.

A comment belongs to the element (or definition, or bit) whose ";" it follows with nothing but blanks between.
"""

from __future__ import annotations

from bisect import bisect_right
from typing import Any

from lark import Token, Transformer, v_args
from lark.exceptions import VisitError

from fieldpro.c12.codec import SIZED_TYPES
from fieldpro.c12.dictionary import model
from fieldpro.c12.dictionary.annotation import COMMENT, Comment, parse_annotation
from fieldpro.c12.dictionary.expression import Binary, Expression, Negation, Number, Reference
from fieldpro.c12.dictionary.grammar import parse
from fieldpro.c12.dictionary.model import Annotation, Place
from fieldpro.errors import DictionaryError

BIT_KINDS = ("BOOL", "UINT", "INT", "FILL")
BIT_FIELD_SIZES = {f"UINT{8 * size}": size for size in (1, 2, 3, 4, 5, 6, 8)}
PROCEDURE_TYPES = frozenset(["PROC_PARM", "PROC_RESP"])


def read(source: str, text: str) -> list[model.Definition]:
    """The definitions of one dictionary text, in the order written. Raises `DictionaryError`."""
    tree = parse(source, text)
    try:
        definitions: list[model.Definition] = _Reader(source, text).transform(tree)
    except VisitError as error:
        raise error.orig_exc from None
    except RecursionError:
        raise DictionaryError(source, 1, 1, "a text with fewer brackets inside each other", "too many") from None
    return definitions


def _number(token: Token) -> int:
    return int(str(token), 0) if str(token)[:2] in ("0x", "0b") else int(str(token))


@v_args(meta=True)
class _Reader(Transformer[Token, Any]):
    """Builds `model` records bottom-up; each method is named after its rule in the grammar."""

    def __init__(self, source: str, text: str) -> None:
        super().__init__(visit_tokens=False)
        self._source = source
        self._text = text
        self._line_starts = [0] + [index + 1 for index, char in enumerate(text) if char == "\n"]
        self._comments = [
            Comment(match[1], match.start(), match.end(), self._place(match.start()))
            for match in COMMENT.finditer(text)
        ]
        self._starts = [comment.start for comment in self._comments]

    def _place(self, offset: int) -> Place:
        line = bisect_right(self._line_starts, offset)
        return Place(self._source, line, offset - self._line_starts[line - 1] + 1)

    def _at(self, meta: Any) -> Place:
        return Place(self._source, meta.line, meta.column)

    def _annotation(self, meta: Any) -> Annotation:
        index = bisect_right(self._starts, meta.end_pos - 1)
        if index < len(self._comments):
            comment = self._comments[index]
            if not self._text[meta.end_pos : comment.start].strip():
                return parse_annotation(comment)
        return model.NO_ANNOTATION

    # --- definitions

    def start(self, meta: Any, children: list[Any]) -> list[model.Definition]:
        return children

    def type_definition(self, meta: Any, children: list[Any]) -> model.TypeDefinition:
        name, body = children
        return model.TypeDefinition(name, body, self._annotation(meta), self._at(meta))

    def table_definition(self, meta: Any, children: list[Any]) -> model.TableDefinition:
        number, name, body, stand_in = children
        note = self._annotation(meta)
        return model.TableDefinition(
            number, str(name), note.title, body, str(stand_in or ""), note.help, self._at(meta)
        )

    def procedure_definition(self, meta: Any, children: list[Any]) -> model.ProcedureDefinition:
        number, name, request, response = children
        note = self._annotation(meta)
        return model.ProcedureDefinition(number, str(name), note.title, request, response, note.help, self._at(meta))

    def profile_definition(self, meta: Any, children: list[Any]) -> model.ProfileKey:
        note = self._annotation(meta)
        return model.ProfileKey(
            str(children[0]), _number(children[1]), note.title, note.words, note.help, self._at(meta)
        )

    def constant_definition(self, meta: Any, children: list[Any]) -> model.ConstantDefinition:
        return model.ConstantDefinition(str(children[0]), children[1], self._at(meta))

    def enum_definition(self, meta: Any, children: list[Any]) -> model.EnumDefinition:
        return model.EnumDefinition(children[0], self._annotation(meta), self._at(meta))

    def decade_definition(self, meta: Any, children: list[Any]) -> model.DecadeDefinition:
        return model.DecadeDefinition(
            _number(children[0]), str(children[1]), self._annotation(meta).title, self._at(meta)
        )

    def number(self, meta: Any, children: list[Any]) -> int:
        return sum(_number(token) for token in children)

    def name(self, meta: Any, children: list[Any]) -> str:
        return ".".join(children)

    # --- types

    def named_type(self, meta: Any, children: list[Any]) -> model.NamedType:
        return model.NamedType(children[0], self._at(meta))

    def sized_type(self, meta: Any, children: list[Any]) -> model.SizedType:
        name, size = children
        if name not in SIZED_TYPES | PROCEDURE_TYPES:
            raise self._at(meta).error(f"a type that has a size: {', '.join(sorted(SIZED_TYPES))}", name)
        return model.SizedType(name, size, self._at(meta))

    def rest(self, meta: Any, children: list[Any]) -> None:
        return None

    def array_type(self, meta: Any, children: list[Any]) -> model.ArrayType:
        return model.ArrayType(children[1], children[2], self._at(meta))

    def record_type(self, meta: Any, children: list[Any]) -> model.RecordType:
        return model.RecordType(children[1], self._at(meta))

    def bit_field_type(self, meta: Any, children: list[Any]) -> model.BitFieldType:
        _, base, body = children
        if base not in BIT_FIELD_SIZES:
            raise self._at(base).error(f"the integer of a bit field: {', '.join(BIT_FIELD_SIZES)}", str(base))
        return model.BitFieldType(BIT_FIELD_SIZES[base], body, self._at(meta))

    # --- elements

    def body(self, meta: Any, children: list[Any]) -> model.Body:
        return tuple(children)

    bit_body = body

    def element(self, meta: Any, children: list[Any]) -> model.Element:
        return model.Element(str(children[0]), children[1], self._annotation(meta), self._at(meta))

    def bit_element(self, meta: Any, children: list[Any]) -> model.BitElement:
        name, kind, first_token, last_token = children
        if kind not in BIT_KINDS:
            raise self._at(kind).error(f"the kind of the bits: {', '.join(BIT_KINDS)}", str(kind))
        first = _number(first_token)
        last = first if last_token is None else _number(last_token)
        if last < first or (kind == "BOOL" and last != first):
            wanted = "one bit" if kind == "BOOL" else "the lower bit first"
            raise self._at(first_token).error(wanted, f"{first}..{last}")
        return model.BitElement(str(name), str(kind), first, last, self._annotation(meta), self._at(meta))

    def if_item(self, meta: Any, children: list[Any]) -> model.Choice:
        _, condition, then, otherwise = children
        branches = [model.Branch((condition,), then)]
        if otherwise is not None:
            branches.append(model.Branch(None, otherwise))
        return model.Choice(None, tuple(branches), self._at(meta))

    if_type = if_item

    def switch_item(self, meta: Any, children: list[Any]) -> model.Choice:
        _, selector, *branches = children
        return model.Choice(selector, tuple(branch for branch in branches if branch is not None), self._at(meta))

    switch_type = switch_item

    def case(self, meta: Any, children: list[Any]) -> model.Branch:
        return model.Branch(children[0], children[1])

    type_case = case

    def default(self, meta: Any, children: list[Any]) -> model.Branch:
        return model.Branch(None, children[0])

    type_default = default

    def labels(self, meta: Any, children: list[Any]) -> tuple[Expression, ...]:
        return tuple(children)

    # --- expressions

    def literal(self, meta: Any, children: list[Any]) -> Number:
        return Number(_number(children[0]))

    def true(self, meta: Any, children: list[Any]) -> Number:
        return Number(1)

    def false(self, meta: Any, children: list[Any]) -> Number:
        return Number(0)

    def negation(self, meta: Any, children: list[Any]) -> Negation:
        return Negation(str(children[0]), children[1])

    def binary(self, meta: Any, children: list[Any]) -> Binary:
        left, operator, right = children
        return Binary({"==": "=", "<>": "!="}.get(operator, str(operator)), left, right)

    def reference(self, meta: Any, children: list[Any]) -> Reference:
        return Reference((str(children[0]), *children[1:]), self._at(meta))

    def member(self, meta: Any, children: list[Any]) -> str:
        return str(children[0])

    def index(self, meta: Any, children: list[Any]) -> Expression:
        expression: Expression = children[0]
        return expression

"""A table's definition written out in the notation of ANSI C12.19, with every type it is made of, each before its use.

What is printed is dictionary text again: it can be pasted into a file and read.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from fieldpro.c12.dictionary.model import (
    MANUFACTURER,
    Annotation,
    ArrayType,
    BitElement,
    BitFieldType,
    Body,
    Branch,
    Choice,
    Element,
    Item,
    NamedType,
    RecordType,
    SizedType,
    TableDefinition,
    TypeDefinition,
    TypeExpr,
)

INDENT = "    "
COMMENT_COLUMN = 56


def table_text(table: TableDefinition, types: Mapping[str, TypeDefinition]) -> str:
    """The table and the types below it; a table without a layout is a name and a title."""
    definitions = []
    if table.type is not None:
        definitions = [_type_text(types[name]) for name in _names_below(table.type, types)]
    number = f"{MANUFACTURER} + {table.number - MANUFACTURER}" if table.manufacturer else str(table.number)
    kind = (
        ""
        if table.type is None
        else " = " + _type(table.type, "") + (f" DEFAULT {table.stand_in}" if table.stand_in else "")
    )
    comment = _comment(Annotation(title=table.title, help=table.help))
    return "\n\n".join([*definitions, _with_comment(f"TABLE {number} {table.name}{kind};", comment)])


def _names_below(kind: TypeExpr, types: Mapping[str, TypeDefinition]) -> list[str]:
    """Declared types that `kind` is made of, the innermost first, each once."""
    found: dict[str, None] = {}

    def visit(inner: TypeExpr) -> None:
        for name in _names_in(inner):
            if name in types and name not in found:
                visit(types[name].type)
                found[name] = None

    visit(kind)
    return list(found)


def _names_in(kind: TypeExpr) -> Iterator[str]:
    match kind:
        case NamedType():
            yield kind.name
        case ArrayType():
            yield from _names_in(kind.element)
        case RecordType():
            yield from _names_in_body(kind.body)
        case Choice():
            yield from _names_in_body((kind,))


def _names_in_body(body: Body) -> Iterator[str]:
    for item in body:
        match item:
            case Element():
                yield from _names_in(item.type)
            case Choice():
                for branch in item.branches:
                    yield from _names_in_body(branch.body) if isinstance(branch.body, tuple) else _names_in(branch.body)


def _type_text(definition: TypeDefinition) -> str:
    return _with_comment(f"TYPE {definition.name} = {_type(definition.type, '')};", _comment(definition.annotation))


def _type(kind: TypeExpr, indent: str) -> str:
    match kind:
        case NamedType():
            return kind.name
        case SizedType():
            return f"{kind.name}({'*' if kind.size is None else kind.size})"
        case ArrayType():
            return f"ARRAY[{kind.count}] OF {_type(kind.element, indent)}"
        case RecordType():
            return f"PACKED RECORD\n{_body(kind.body, indent + INDENT)}{indent}END"
        case BitFieldType():
            return f"BIT FIELD OF UINT{8 * kind.size}\n{_body(kind.body, indent + INDENT)}{indent}END"
        case Choice():
            return _choice(kind, indent)


def _body(body: Body, indent: str) -> str:
    return "".join(_item(item, indent) + "\n" for item in body)


def _item(item: Item, indent: str) -> str:
    match item:
        case Element():
            text = f"{indent}{item.name} : {_type(item.type, indent)};"
            return _with_comment(text, _comment(item.annotation))
        case BitElement():
            bits = str(item.first) if item.kind == "BOOL" else f"{item.first}..{item.last}"
            return _with_comment(f"{indent}{item.name} : {item.kind}({bits});", _comment(item.annotation))
        case Choice():
            return f"{indent}{_choice(item, indent)};"


def _choice(choice: Choice, indent: str) -> str:
    inner = indent + INDENT
    if choice.selector is None:
        first, *others = choice.branches
        condition = first.labels[0] if first.labels else ""
        text = f"IF {condition} THEN\n{_branch(first, inner)}"
        text += "".join(f"{indent}ELSE\n{_branch(branch, inner)}" for branch in others)
        return f"{text}{indent}END"
    text = f"SWITCH {choice.selector} OF\n"
    for branch in choice.branches:
        labels = "DEFAULT" if branch.labels is None else "CASE " + ", ".join(map(str, branch.labels))
        if isinstance(branch.body, tuple):
            text += f"{inner}{labels}:\n{_body(branch.body, inner + INDENT)}"
        else:
            text += f"{inner}{labels}: {_type(branch.body, inner)};\n"
    return f"{text}{indent}END"


def _branch(branch: Branch, indent: str) -> str:
    if isinstance(branch.body, tuple):
        return _body(branch.body, indent)
    return f"{indent}{_type(branch.body, indent)}\n"


def _comment(annotation: Annotation) -> str:
    title = annotation.title + (f" [{annotation.unit}]" if annotation.unit else "")
    words = ", ".join(f'{number} = "{word}"' for number, word in sorted(annotation.words.items()))
    secret = "secret" if annotation.secret else ""
    parts = [part for part in (annotation.enumeration, words, secret, annotation.help) if part]
    return " | ".join([title, *parts]).strip() if title or parts else ""


def _with_comment(text: str, comment: str) -> str:
    if not comment:
        return text
    last_line = text.rpartition("\n")[2]
    return f"{text}{' ' * max(2, COMMENT_COLUMN - len(last_line))}{{ {comment} }}"

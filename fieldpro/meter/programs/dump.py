"""Writes a program as the TOML text that `load` reads: tables as headings, titles and units as comments."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Callable, Iterator, Mapping
from datetime import date, datetime, time
from typing import Any

from fieldpro.c12.dictionary import Tables
from fieldpro.c12.dictionary.layout import Layout, Node
from fieldpro.c12.dictionary.model import NO_ANNOTATION
from fieldpro.errors import FieldProError, UsageError
from fieldpro.meter.programs.model import SCHEMA, Blank, Program
from fieldpro.meter.programs.paths import table_of
from fieldpro.meter.programs.rules import rules

_BARE = re.compile(r"[A-Za-z0-9_-]+")
_WIDTH = 110
Comment = Callable[[str, Any], str]


def dump(program: Program, tables: Tables | None = None) -> str:
    """The file's text. With the tables of a meter, elements have their titles, units and words as comments.

    Raises `UsageError` when a password or key stands among the elements: they are never written.
    """
    for path in program.elements:
        if rules().secret.has(path):
            raise UsageError(path, "a field with secret = true: passwords and keys do not belong in a file", "a value")
    comment = _commenter(tables)
    lines = [f"schema = {SCHEMA}", f"name = {_text(program.name)}"]
    if program.title:
        lines.append(f"title = {_text(program.title)}")
    if program.note:
        lines.append(f"note = {_text(program.note)}")
    lines.append(f"elements_total = {len(program.elements)}")
    lines.append(f"revision = {program.revision}")
    lines += ["", "[for]", *_target(program)]
    for blank in program.blanks.values():
        lines += ["", f"[fields.{blank.name}]", *_blank(blank)]
    by_table: dict[str, list[tuple[str, Any]]] = {}
    for path, value in program.elements.items():
        by_table.setdefault(table_of(path), []).append((path, value))
    for table, elements in by_table.items():
        heading = comment(table, None)
        lines += ["", *([f"# {heading}"] if heading else []), f"[elements.{table}]"]
        for path, value in elements:
            lines += _assignment(path[len(table) :].lstrip("."), value, comment(path, value))
    return "\n".join(lines) + "\n"


def _target(program: Program) -> Iterator[str]:
    target = program.target
    for name in ("manufacturer", "model", "device_class", "form"):
        value = getattr(target, name)
        if value != "*":
            yield f"{name} = {_text(value)}"
    if target.edition is not None:
        yield f"edition = {target.edition}"
    if target.overlays:
        yield f"overlays = {_value(list(target.overlays))}"
    if target.settings:
        yield f"settings = {_value(dict(target.settings))}"


def _blank(blank: Blank) -> Iterator[str]:
    yield f"title = {_text(blank.title)}"
    yield f"element = {_text(blank.element)}"
    if blank.example:
        yield f"example = {_text(blank.example)}"
    if not blank.required:
        yield "required = false"
    if blank.secret:
        yield "secret = true"


def _assignment(key: str, value: Any, comment: str) -> list[str]:
    name = ".".join(_key(part) for part in key.split(".")) if "[" not in key else _text(key)
    text = _value(value)
    if isinstance(value, list) and len(text) + len(name) > _WIDTH:
        body = [f"    {line}," for line in _wrapped([_value(part) for part in value])]
        return [*([f"# {comment}"] if comment else []), f"{name} = [", *body, "]"]
    return [f"{name} = {text}" + (f"  # {comment}" if comment else "")]


def _wrapped(parts: list[str]) -> Iterator[str]:
    line = ""
    for part in parts:
        if line and (len(line) + len(part) > _WIDTH or part.startswith("{")):
            yield line
            line = ""
        line = f"{line}, {part}" if line else part
    if line:
        yield line


def _value(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int):
        return str(int(value))
    if isinstance(value, float):
        if math.isfinite(value):
            return repr(float(value))
        return "nan" if math.isnan(value) else f"{'-' if value < 0 else ''}inf"
    if isinstance(value, str):
        return _text(value)
    if isinstance(value, datetime | date | time):
        return value.isoformat()
    if isinstance(value, Mapping):
        return "{ " + ", ".join(f"{_key(str(name))} = {_value(part)}" for name, part in value.items()) + " }"
    if isinstance(value, list | tuple):
        return f"[{', '.join(_value(part) for part in value)}]"
    raise UsageError("program file", "values that a file may hold", type(value).__name__)


def _text(text: str) -> str:
    """A basic string of TOML: the escapes of JSON are among its own, and DEL is escaped too."""
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")


def _key(name: str) -> str:
    return name if _BARE.fullmatch(name) else _text(name)


def _commenter(tables: Tables | None) -> Comment:
    if tables is None:
        return lambda path, value: ""
    layouts: dict[str, Layout | None] = {}

    def comment(path: str, value: Any) -> str:
        node = _node(tables, layouts, path)
        if node is None:
            return ""
        title = " ".join(node.title.split()) + (f" [{node.unit}]" if node.unit else "")
        word = node.annotation.words.get(value) if isinstance(value, int) and node.is_leaf else None
        return f"{title}: {word}" if title and word else title or word or ""

    return comment


def _node(tables: Tables, layouts: dict[str, Layout | None], path: str) -> Node | None:
    table = table_of(path)
    if table not in layouts:
        definition = tables.dictionary.by_name.get(table)
        try:
            layouts[table] = None if definition is None else tables.layout(definition.number)
        except FieldProError:
            layouts[table] = None
    layout = layouts[table]
    try:
        node = None if layout is None else layout.node(path)
    except FieldProError:
        return None
    return node if node is None or node.annotation is not NO_ANNOTATION else None

"""Programs made from what is there: "this meter as a program", and the templates that ship."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Any

from fieldpro import resources
from fieldpro.c12.dictionary import Tables
from fieldpro.c12.dictionary.layout import Node
from fieldpro.c12.dictionary.model import MANUFACTURER
from fieldpro.c12.dictionary.shape import Array, Leaf, Mixed
from fieldpro.errors import FieldProError, UsageError
from fieldpro.meter import wanted
from fieldpro.meter.programs.file import load
from fieldpro.meter.programs.model import Blank, Program, Target
from fieldpro.meter.programs.rules import Rules, rules
from fieldpro.meter.programs.target import edition_of, form_of
from fieldpro.meter.programs.values import file_values
from fieldpro.meter.view import MeterView
from fieldpro.records import ReadOut
from fieldpro.secret import SECRET_TABLES

FOLDER = "programs"
_ARRAYS = frozenset({"SELECTION", "SECURITY_ENTRIES"})  # of the elements that become fields: they tell nothing
_LONGEST_IN_LIST = 24  # values of an array's element that still stand on one line


def template_names() -> list[str]:
    """The templates that ship with the program."""
    return resources.names(FOLDER, ".toml")


def template(name: str) -> Program:
    """One of the templates. Raises `UsageError` for a name that none has."""
    if name not in template_names():
        raise UsageError("program template", f"one of {', '.join(template_names())}", name)
    return load(resources.text(FOLDER, f"{name}.toml"), f"{FOLDER}/{name}.toml")


def from_readout(
    read_out: ReadOut | MeterView,
    tables: Iterable[int] | None = None,
    *,
    name: str = "",
    title: str = "",
    by: Rules | None = None,
) -> Program:
    """This meter as a program: its configuration tables, or these; what is per meter or secret as fields to fill.

    Raises `UsageError` when nothing of it was read.
    """
    view = read_out if isinstance(read_out, MeterView) else MeterView(read_out)
    by = by or rules()
    elements: dict[str, Any] = {}
    blanks: dict[str, Blank] = {}
    chosen = configuration_tables(view.tables, by) if tables is None else list(tables)
    for number in chosen:
        try:
            root = view.tables.layout(number).root
            decoded = None if number in SECRET_TABLES else view.tables.decode(number)
        except FieldProError:
            continue
        for node in _nodes(root, by):
            path = node.full_path
            if by.secret.has(path):
                blank = _blank(blanks, node, secret=True)
                blanks[blank.name] = blank
                continue
            if decoded is None:
                continue
            value = file_values(decoded.get(node.path))
            if by.per_meter.has(path):
                blank = _blank(blanks, node, example=str(value))
                blanks[blank.name] = blank
            elif not by.volatile.has(path):
                elements[path] = value
    if not elements and not blanks:
        raise UsageError("read-out", "one with configuration tables in it", "none of them was read")
    identity = view.identity
    return Program(
        name or _slug(f"{identity.manufacturer}-{identity.model}-{identity.serial}"),
        1,
        _target(view),
        elements,
        title or f"As read from {identity.key}",
        blanks=blanks,
    )


def configuration_tables(tables: Tables, by: Rules | None = None) -> list[int]:
    """The tables that say how this meter works and that are here, or hold passwords: the standard's by the rules, and
    the maker's that can be written."""
    by = by or rules()
    known = tables.dictionary.by_name
    here = (frozenset(tables.numbers) | SECRET_TABLES) & wanted.listed(tables)
    standard = [known[name].number for name in by.configuration.tables if name in known]
    makers = [MANUFACTURER + number for number in tables.decode(0).values.get("MFG_TBLS_WRITE") or ()]
    return [number for number in (*standard, *makers) if number in here]


def _nodes(node: Node, by: Rules) -> Iterator[Node]:
    """Elements of their own; an array is one, as a list, unless its elements are long or a rule speaks of them."""
    shape = node.shape
    if node.is_leaf:
        if not _is_filler(node):
            yield node
        return
    if isinstance(shape, Array | Mixed) and shape.count:
        first = node.children[0]
        if first.shape.leaves <= _LONGEST_IN_LIST and not any(
            by.secret.has(leaf.full_path) or by.per_meter.has(leaf.full_path) for leaf in first.walk()
        ):
            yield node
            return
    for child in node.children:
        yield from _nodes(child, by)


def _is_filler(node: Node) -> bool:
    if node.bit is not None:
        return node.bit.filler
    return isinstance(node.shape, Leaf) and node.shape.filler


def _blank(known: dict[str, Blank], node: Node, *, example: str = "", secret: bool = False) -> Blank:
    names = [part for part in node.path if isinstance(part, str) and part not in _ARRAYS]
    indices = [part for part in node.path if isinstance(part, int)]
    pieces = [*(re.sub(r"[^a-z0-9]+", "_", name.lower()) for name in names), *(str(index + 1) for index in indices)]
    name = "_".join(pieces) if names else f"field_{'_'.join(pieces)}"
    while name in known:
        name += "_x"
    index = indices[0] if indices else None
    title = " ".join(node.title.split()) or node.name
    title = title if index is None else f"{title} {index + 1}"
    return Blank(name, title, node.full_path, example, required=not secret, secret=secret)


def _target(view: MeterView) -> Target:
    identity, keys = view.identity, view.device_profile.dictionary
    return Target(
        manufacturer=identity.manufacturer or "*",
        model=identity.model or "*",
        device_class=identity.device_class or "*",
        form=form_of(view.tables) or "*",
        edition=edition_of(view.tables),
        overlays=keys.overlays,
        settings=dict(keys.settings),
    )


def _slug(text: str) -> str:
    return re.sub(r"[^a-z0-9]+", "-", text.lower()).strip("-")[:64].strip("-") or "program"


__all__ = ["configuration_tables", "from_readout", "template", "template_names"]

"""Limits in use (ANSI C12.19 tables 31 and 51): what writing them does to the tables that they shape.

The dimension table of the decade (n0) says how far they may go. What both the old and the new shape have is kept; what
is new is zero until it is written.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from fieldpro.c12.dictionary import Layout
from fieldpro.c12.dictionary.layout import Node
from fieldpro.c12.dictionary.shape import Bits, Leaf

LIMITS: Mapping[int, int] = {31: 30, 51: 50}  # limits in use -> what the device can do
SHAPED: Mapping[int, tuple[int, ...]] = {31: (32, 33, 34), 51: (53, 54)}


def beyond(limits: Mapping[str, Any], dimensions: Mapping[str, Any]) -> str:
    """The first element that asks for more than the device can do; empty when there is none."""
    for name, value in limits.items():
        most = dimensions[name]
        if isinstance(value, Mapping):
            found = beyond(value, most)
            if found:
                return f"{name}.{found}"
        elif value > most:
            return name
    return ""


def reshaped(data: bytes, before: Layout, after: Layout) -> bytes:
    """A table's bytes in its new shape."""
    kept = {node.path: node for node in _units(before.root)}
    made = bytearray(after.size)
    for node in _units(after.root):
        held = kept.get(node.path)
        if held is not None and held.length == node.length:
            made[node.offset : node.offset + node.length] = data[held.offset : held.offset + held.length]
    return bytes(made)


def _units(node: Node) -> Iterator[Node]:
    """Values and bit fields."""
    if isinstance(node.shape, Leaf | Bits):
        yield node
        return
    for child in node.children:
        yield from _units(child)

"""The texts of a difference: an element's titles, a record in one line, what a set has and the other one has not."""

from __future__ import annotations

from itertools import islice

from fieldpro.c12.dictionary.decoded import DecodedTable, Field
from fieldpro.c12.dictionary.layout import Node
from fieldpro.c12.dictionary.resolve import Path
from fieldpro.c12.dictionary.shape import Array, Bits, Leaf, Mixed, Record, Shape

IN_ONE_LINE = 8  # elements of a record that are told in one line
BYTES_SHOWN = 16
SET_SHOWN = 12
NOTHING = "nothing"


def title_of(root: Node, path: Path) -> str:
    """The titles from the table down to an element: "Total: Sums [2]". Names stand in where there is no title."""
    words: list[str] = []
    shape: Shape | None = root.shape
    for part in path:
        if isinstance(part, int):
            words[-1:] = [f"{words[-1]} [{part}]"] if words else [f"[{part}]"]
            shape = shape.at(part)[0] if isinstance(shape, Array | Mixed) else None
        elif isinstance(shape, Record):
            member = shape.by_name[part]
            if member.annotation.title or not isinstance(member.shape, Bits):
                words.append(member.annotation.title or part)
            shape = member.shape
        elif isinstance(shape, Bits):
            words.append(next((bit.annotation.title for bit in shape.members if bit.name == part), "") or part)
    return ": ".join(words)


def is_filler(node: Node) -> bool:
    return node.bit.filler if node.bit is not None else isinstance(node.shape, Leaf) and node.shape.filler


def one_line(table: DecodedTable, node: Node) -> str:
    """A whole element: its value, or the values of the first elements in it."""
    if node.is_leaf:
        return with_unit(table.field(node))
    leaves = (each for each in node.walk() if each.is_leaf and not is_filler(each) and each.length)
    told = list(islice(leaves, IN_ONE_LINE + 1))
    texts = [_named(table.field(each)) for each in told[:IN_ONE_LINE]]
    return ", ".join(texts) + (" …" if len(told) > IN_ONE_LINE else "")


def _named(field: Field) -> str:
    text = with_unit(field)
    if isinstance(field.value, bool) and field.text in ("yes", "no"):
        return f"{field.title or field.name}: {text}"
    return text if not field.title or field.name.startswith("[") else f"{field.title} {text}"


def with_unit(field: Field) -> str:
    return f"{field.text} {field.unit}".rstrip()


def hex_text(data: bytes) -> str:
    """Bytes in hex, the first ones of many."""
    text = data[:BYTES_SHOWN].hex(" ")
    return f"{text} … ({len(data):,} bytes)" if len(data) > BYTES_SHOWN else text


def two_sets(left: tuple[int, ...], right: tuple[int, ...]) -> tuple[str, str]:
    """What each of two sets has that the other has not."""
    return _only(left, right), _only(right, left)


def _only(these: tuple[int, ...], those: tuple[int, ...]) -> str:
    only = sorted(set(these) - set(those))
    shown = ", ".join(map(str, only[:SET_SHOWN]))
    return f"with {shown}{' …' if len(only) > SET_SHOWN else ''}" if only else "without"


def counted(count: int, one: str, many: str) -> str:
    """ "1 entry", "1,204 entries"."""
    return f"{count:,} {one if count == 1 else many}"

"""What is readable but strange in a table: values that are none of their type, words that are not there, fillers that
are not zero. Parts that cannot be strange (plain numbers without words) are not even looked at.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from typing import Any

from fieldpro.c12.codec import Binary, Set
from fieldpro.c12.dictionary.model import Annotation
from fieldpro.c12.dictionary.resolve import Path
from fieldpro.c12.dictionary.shape import Array, Bits, Leaf, Mixed, Record, Shape
from fieldpro.c12.values import note_of


def value_notes(value: Any, annotation: Annotation, filler: bool) -> tuple[str, ...]:
    """The notes on one value."""
    notes = [note_of(value)] if note_of(value) else []
    if filler and (any(value) if isinstance(value, bytes) else value):
        notes.append("filler is not zero")
    words = annotation.words
    if words and isinstance(value, int) and int(value) not in words:
        notes.append("none of the values that have a meaning")
    return tuple(notes)


def notes_in(shape: Shape, value: Any, annotation: Annotation, path: Path) -> Iterator[tuple[Path, str]]:
    """The notes on everything in a decoded value, with their paths."""
    if not _may_be_strange(shape, bool(annotation.words)):
        return
    if isinstance(shape, Leaf):
        for note in value_notes(value, annotation, shape.filler):
            yield path, note
    elif isinstance(shape, Bits):
        for bit in shape.members:
            for note in value_notes(value.get(bit.name, 0), bit.annotation, bit.filler):
                yield (*path, bit.name), note
    elif isinstance(shape, Record):
        for member in shape.members:
            if member.name in value:
                yield from notes_in(member.shape, value[member.name], member.annotation, (*path, member.name))
    else:
        for index in range(shape.count):
            yield from notes_in(shape.at(index)[0], value[index], annotation, (*path, index))


@lru_cache(maxsize=4096)
def _may_be_strange(shape: Shape, has_words: bool) -> bool:
    if isinstance(shape, Leaf):
        plain = shape.codec.direct or isinstance(shape.codec, Set | Binary)
        return has_words or shape.filler or not plain
    if isinstance(shape, Bits):
        return any(bit.filler or bit.annotation.words for bit in shape.members)
    if isinstance(shape, Record):
        return any(_may_be_strange(member.shape, bool(member.annotation.words)) for member in shape.members)
    if isinstance(shape, Array):
        return shape.element is not None and _may_be_strange(shape.element, has_words)
    assert isinstance(shape, Mixed)
    return True

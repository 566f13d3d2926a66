"""From values to bytes, element by element, with the path and offset of whatever does not fit."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NoReturn

from fieldpro.c12.dictionary.resolve import Path, path_text
from fieldpro.c12.dictionary.shape import Array, Bits, Leaf, Mixed, Record, Shape
from fieldpro.c12.values import encode_value
from fieldpro.errors import TableError


def encode(table: str, shape: Shape, values: Any, *, path: Path = (), secret: bool = False) -> bytes:
    """The bytes of `values` in this shape; `path` is where the shape is in its table. Raises `TableError`, with the
    offset counted from the shape's start."""
    out = bytearray()
    _Encoder(table, out, secret).write(shape, values, path)
    return bytes(out)


class _Encoder:
    def __init__(self, table: str, out: bytearray, secret: bool) -> None:
        self._table = table
        self._out = out
        self._secret = secret  # inside a password or key, which no error may show

    def write(self, shape: Shape, value: Any, path: Path) -> None:
        if isinstance(shape, Leaf):
            try:
                self._out += encode_value(shape.codec, value)
            except ValueError as error:
                self._fail(path, str(error), value)
        elif isinstance(shape, Bits):
            self._write_bits(shape, value, path)
        elif isinstance(shape, Record):
            self._write_record(shape, value, path)
        else:
            self._write_array(shape, value, path)

    def _write_record(self, shape: Record, value: Any, path: Path) -> None:
        self._check_names(shape, value, path)
        for member in shape.members:
            if member.name in value:
                outer, self._secret = self._secret, self._secret or member.annotation.secret
                self.write(member.shape, value[member.name], (*path, member.name))
                self._secret = outer
            elif isinstance(member.shape, Leaf) and member.shape.filler:
                self._out += bytes(member.shape.size)
            else:
                self._fail((*path, member.name), "a value for this element", None)

    def _write_bits(self, shape: Bits, value: Any, path: Path) -> None:
        self._check_names(shape, value, path)
        number = 0
        for member in shape.members:
            if member.name not in value:
                if not member.filler:
                    self._fail((*path, member.name), "a value for this element", None)
                continue
            try:
                number |= member.write(value[member.name])
            except ValueError as error:
                self._fail((*path, member.name), str(error), value[member.name])
        self._out += shape.codec.encode(number)

    def _check_names(self, shape: Record | Bits, value: Any, path: Path) -> None:
        if not isinstance(value, Mapping):
            self._fail(path, "values by element name", value)
        if len(value) > len(shape.members) or not all(member.name in value for member in shape.members):
            known = {member.name for member in shape.members}
            for name in value:
                if name not in known:
                    self._fail((*path, name), f"an element of {shape.type}: {', '.join(sorted(known))}", name)

    def _write_array(self, shape: Array | Mixed, value: Any, path: Path) -> None:
        if hasattr(value, "tobytes") and isinstance(shape, Array) and not isinstance(value, memoryview):
            self._out += self._array_bytes(shape, value, path)
            return
        if not isinstance(value, Sequence) or isinstance(value, str | bytes):
            self._fail(path, f"a list of {shape.count}", value)
        if len(value) != shape.count:
            self._fail(path, f"a list of {shape.count}", f"a list of {len(value)}")
        for index, item in enumerate(value):
            self.write(shape.at(index)[0], item, (*path, index))

    def _array_bytes(self, shape: Array, value: Any, path: Path) -> bytes:
        """The bytes of a NumPy array, when it is of exactly the elements' type."""
        from fieldpro.c12.dictionary.arrays import dtype_of

        if value.shape != (shape.count,) or (shape.element and value.dtype != dtype_of(shape.element)):
            self._fail(path, f"an array of {shape.count} elements as `DecodedTable.array` gives it", value.dtype)
        raw: bytes = value.tobytes()
        return raw

    def _fail(self, path: Path, expected: str, found: Any) -> NoReturn:
        text = "nothing" if found is None else repr(found)
        text = text if len(text) <= 60 else f"{text[:57]}..."
        text = "something else, not shown" if self._secret and found is not None else text
        raise TableError(self._table, path_text(self._table, path), len(self._out), expected, text)

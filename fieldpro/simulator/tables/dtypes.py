"""NumPy types from a resolved layout, for tables too long to encode element by element."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from fieldpro.c12.codec import Formats, fixed_codec
from fieldpro.c12.dictionary import Node
from fieldpro.simulator.moments import time_value
from fieldpro.simulator.noise import Floats


def node_dtype(node: Node) -> np.dtype[Any]:
    """The bytes of one node as a NumPy type: records by name, arrays as sub-arrays, odd types as raw bytes."""
    children = node.children
    if node.is_leaf:
        return np.dtype(node.shape.codec.dtype)  # type: ignore[union-attr]  # a leaf that is no bit has a codec
    if isinstance(node.path[-1] if node.path else "", str) and not len(children):
        return np.dtype((np.void, node.length))
    if isinstance(children[0].path[-1], int):
        return np.dtype((node_dtype(children[0]), (len(children),)))
    return np.dtype(
        {
            "names": [child.name for child in children],
            "formats": [node_dtype(child) for child in children],
            "offsets": [child.offset - node.offset for child in children],
            "itemsize": node.length,
        }
    )


def write_short_times(column: NDArray[Any], local: Floats, formats: Formats) -> None:
    """STIME_DATE, in any time format."""
    if formats.tm_format >= 3:
        column[:] = (local // (60 if formats.tm_format == 3 else 1)).astype(np.int64)
        return
    codec = fixed_codec("STIME_DATE", formats)
    _write_raw(column, [codec.encode(time_value(each // 60 * 60)) for each in local.tolist()])


def write_numbers(column: NDArray[Any], values: list[Any], formats: Formats) -> None:
    """NI_FMAT1, in any number format."""
    codec = fixed_codec("NI_FMAT1", formats)
    if column.dtype.kind == "V":
        _write_raw(column, [codec.encode(value) for value in values])
    else:
        column[:] = values


def _write_raw(column: NDArray[Any], encoded: list[bytes]) -> None:
    column[:] = np.frombuffer(b"".join(encoded), dtype=column.dtype)

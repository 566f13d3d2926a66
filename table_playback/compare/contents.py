"""One side of a table: its bytes, which of them are known, and its layout in its own meter's context."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from fieldpro.c12.dictionary.decoded import DecodedTable
from fieldpro.c12.dictionary.layout import Layout
from fieldpro.c12.dictionary.tables import Tables
from fieldpro.errors import FieldProError, TableError, TableUnresolved, UsageError
from fieldpro.secret import holds_secrets

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

Spans = tuple[tuple[int, int], ...]


@dataclass
class Content:
    """A table's bytes on one side. `parts`: (offset, length) of what is known where that is not all of it; `masked`:
    what is redacted. Bytes that are not known are never compared. `reason`: why there is no layout."""

    tables: Tables
    number: int
    data: bytes
    parts: Spans = ()
    masked: Spans = ()
    layout: Layout | None = field(init=False)
    reason: str = field(init=False, default="")

    def __post_init__(self) -> None:
        self.layout = None
        try:
            self.layout = self.tables.layout(self.number, self.data)
        except FieldProError as error:
            self.reason = _why(error)

    @property
    def name(self) -> str:
        """The table's name, or its number where the dictionary has none."""
        return table_name(self.tables, self.number)

    @property
    def secret(self) -> bool:
        return holds_secrets(self.number)

    def known(self, size: int) -> NDArray[np.bool_] | None:
        """Which of the first `size` bytes are known; None for all of them."""
        if not self.parts and not self.masked and len(self.data) >= size:
            return None
        import numpy as np

        known = np.zeros(size, np.bool_)
        for offset, length in self.parts or ((0, len(self.data)),):
            known[offset : min(offset + length, len(self.data))] = True
        for offset, length in self.masked:
            known[offset : offset + length] = False
        return known

    def decoded(self) -> DecodedTable:
        """The table over its layout, zeros where bytes are missing."""
        assert self.layout is not None
        return DecodedTable(self.layout, self.data.ljust(self.layout.size, b"\0"))


def known_on_both(one: Content, two: Content) -> bool:
    """Whether there is a byte to compare."""
    size = min(len(one.data), len(two.data))
    every = [known for known in (one.known(size), two.known(size)) if known is not None]
    if not every:
        return bool(size)
    return bool((every[0] & every[-1]).any())


def table_name(tables: Tables, number: int) -> str:
    """A table's name; "TABLE_2100" where the dictionary does not know it."""
    try:
        return tables.dictionary.table(number).name
    except UsageError:
        return f"TABLE_{number}"


def _why(error: FieldProError) -> str:
    """Why a table cannot be told in elements, in a few words."""
    if isinstance(error, TableUnresolved):
        missing = ", ".join(map(str, error.needs))
        return f"bytes only: its layout needs table {missing}, which is not here"
    if isinstance(error, TableError):
        return f"bytes only: they do not fit the layout at {error.element}"
    if isinstance(error, UsageError):
        return "bytes only: the dictionary has no layout for this table"
    return f"bytes only: {error}"

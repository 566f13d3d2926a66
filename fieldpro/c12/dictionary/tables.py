"""One meter's tables: their bytes, and the layouts that follow from them.

    tables = Tables(dictionary)
    tables.put(0, data) ; tables.put(21, ...) ; tables.put(23, ...)
    tables.decode(23)["TOT_DATA_BLOCK"]

The formats come from table 0, the dimensions from the actual-limit table of each decade (C12.19: table n1); where
table 0 says that the meter has no n1, the dimension table n0 stands in.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from fieldpro.c12.codec import Formats
from fieldpro.c12.dictionary import model
from fieldpro.c12.dictionary.build import Dictionary
from fieldpro.c12.dictionary.decoded import DecodedTable
from fieldpro.c12.dictionary.layout import Layout
from fieldpro.c12.dictionary.model import PENDING
from fieldpro.c12.dictionary.resolve import FromBytes, FromValues, OwnContent, Resolver, dig
from fieldpro.errors import TableError, TableUnresolved, UsageError

# The names that the formats have in table 0, in the order of `Formats`.
FORMAT_ELEMENTS = ("DATA_ORDER", "CHAR_FORMAT", "TM_FORMAT", "INT_FORMAT", "NI_FORMAT1", "NI_FORMAT2")


class Tables:
    """The resolve context. `settings` override the dictionary's profile keys; `raw` are tables read before."""

    def __init__(
        self,
        dictionary: Dictionary,
        *,
        settings: Mapping[str, int] | None = None,
        raw: Mapping[int, bytes] | None = None,
    ) -> None:
        for name in settings or {}:
            if name not in dictionary.profile_keys:
                raise UsageError("dictionary setting", f"one of {', '.join(dictionary.profile_keys)}", name)
        self.dictionary = dictionary
        self.settings = {name: key.default for name, key in dictionary.profile_keys.items()} | dict(settings or {})
        self._raw: dict[int, bytes] = dict(raw or {})
        self._decoded: dict[int, DecodedTable] = {}
        self._formats: Formats | None = None

    # --- bytes

    def put(self, number: int, data: bytes) -> None:
        """Keeps a table's bytes; whatever was computed from the ones before is forgotten."""
        self._raw[number] = bytes(data)
        if number == 0 or number in self.dictionary.stand_ins:
            self._decoded.clear()
            self._formats = None
            return
        for decoded in [known for known in self._decoded if known == number or number in self.dictionary.needs(known)]:
            del self._decoded[decoded]

    def get(self, number: int) -> bytes | None:
        return self._raw.get(number)

    @property
    def numbers(self) -> list[int]:
        return sorted(self._raw)

    # --- layouts

    @property
    def formats(self) -> Formats:
        """How the meter writes numbers, times and texts. Raises `TableUnresolved` while table 0 is not read."""
        if self._formats is None:
            data = self._raw.get(0)
            if data is None:
                raise TableUnresolved(self._name(0), (0,))
            self._formats = self._formats_in(FromBytes(data))
        return self._formats

    def layout(self, number: int, data: bytes | None = None) -> Layout:
        """A table's layout. `data` are the table's bytes where they shape it themselves; those put before are taken
        otherwise. Raises `TableUnresolved`, `TableError`, and `UsageError` for a table without a layout."""
        data = self._raw.get(number) if data is None else data
        return self._layout(number, None if data is None else FromBytes(bytes(data)))

    def decode(self, number: int, data: bytes | None = None) -> DecodedTable:
        """A table's values, from the bytes put before (or from `data`). Raises as `layout` does."""
        if data is not None:
            return self.layout(number, data).decode(data)
        if number not in self._decoded:
            raw = self._raw.get(number)
            if raw is None:
                raise TableUnresolved(self._name(number), (number,))
            self._decoded[number] = self._layout(number, FromBytes(raw)).decode(raw)
        return self._decoded[number]

    def encode(self, number: int, values: Any) -> bytes:
        """A table's bytes from its values. Raises `TableError` for values that the table cannot have."""
        return self._layout(number, FromValues(values)).encode(values)

    def needs(self, number: int) -> frozenset[int]:
        """The tables that this meter's layout of a table needs, with those that stand in for missing ones."""
        needed = set(self.dictionary.needs(number))
        for table in [self.dictionary.tables[number] for number in needed]:
            stand_in = self._stand_in(table)
            if stand_in is not None:
                needed ^= {table.number, stand_in.number}
        return frozenset(needed)

    def procedure_request(self, number: int, data: bytes | None = None) -> Layout:
        """The layout of a procedure's parameters. Raises `UsageError` when they are not known."""
        definition = self._procedure(number)
        return self._parameters(definition, definition.request, "request", data)

    def procedure_response(self, number: int, data: bytes | None = None) -> Layout:
        """The layout of what a procedure gives back. Raises `UsageError` when it is not known."""
        definition = self._procedure(number)
        return self._parameters(definition, definition.response, "response", data)

    # --- how

    def _name(self, number: int) -> str:
        return self.dictionary.table(number).name

    def _layout(self, number: int, own: OwnContent | None) -> Layout:
        table = self.dictionary.table(number)
        if table.type is None:
            raise UsageError("table", "a table whose layout the dictionary has", f"{number} {table.name}")
        formats = self.formats if number else self._formats_in(own)
        shape = self._resolver(table.name, number, formats, own).resolve(table.type)
        return Layout(table.name, number, table.title, shape, formats)

    def _formats_in(self, own: OwnContent | None) -> Formats:
        """The formats that table 0 names; those of an unread table 0 do not matter. It is resolved without them
        first: its own integers are single bytes."""
        if own is None:
            return Formats()
        table = self.dictionary.table(0)
        if table.type is None:
            raise UsageError("table", "a layout for table 0", "a name only")
        shape = self._resolver(table.name, 0, Formats(), own).resolve(table.type)
        layout = Layout(table.name, 0, table.title, shape, Formats())
        numbers = []
        for name in FORMAT_ELEMENTS:
            node = layout.node(name)
            try:
                value = own.value(node.shape, node.offset, node.path[:-1] if node.bit else node.path)
            except LookupError:
                raise TableError(table.name, node.full_path, node.offset, "this element", "nothing") from None
            number = dig(value, [node.path[-1]]) if node.bit else value
            if not isinstance(number, int):
                raise TableError(table.name, node.full_path, node.offset, "a number", repr(number))
            numbers.append(number)
        big, char_format, tm_format, int_format, ni_format1, ni_format2 = numbers
        wide_chars = bool(self.settings.get("STRING_COUNTS", 0))
        return Formats(bool(big), char_format, tm_format, int_format, ni_format1, ni_format2, wide_chars)

    def _resolver(self, name: str, number: int, formats: Formats, own: OwnContent | None) -> Resolver:
        def outside(table: model.TableDefinition, parts: Sequence[str | int]) -> Any:
            return dig(self._content(table, name).values, parts)

        return Resolver(self.dictionary, name, number, formats, self.settings, outside, own)

    def _content(self, table: model.TableDefinition, wanted_by: str) -> DecodedTable:
        """What another table says; of its stand-in where the meter does not have it."""
        if table.number not in self._raw:
            stand_in = self._stand_in(table)
            if stand_in is None or stand_in.number not in self._raw:
                raise TableUnresolved(wanted_by, (table.number if stand_in is None else stand_in.number,))
            table = stand_in
        return self.decode(table.number)

    def _stand_in(self, table: model.TableDefinition) -> model.TableDefinition | None:
        """The table that stands in for one that is not there and that table 0 does not list."""
        if not table.stand_in or table.number in self._raw or 0 not in self._raw:
            return None
        used = dig(self.decode(0).values, ["STD_TBLS_USED"])
        listed = isinstance(used, tuple) and table.number in used
        return None if listed else self.dictionary.by_name[table.stand_in]

    def _procedure(self, number: int) -> model.ProcedureDefinition:
        if number not in self.dictionary.procedures:
            raise UsageError("procedure", "the number of a procedure of the dictionary", str(number))
        return self.dictionary.procedures[number]

    def _parameters(
        self, definition: model.ProcedureDefinition, type_expr: model.TypeExpr | None, what: str, data: bytes | None
    ) -> Layout:
        if type_expr is None:
            raise UsageError("procedure", f"a procedure whose {what} the dictionary has", definition.name)
        own = None if data is None else FromBytes(data)
        shape = self._resolver(definition.name, -1, self.formats, own).resolve(type_expr)
        return Layout(definition.name, -1, f"{definition.title}: {what}", shape, self.formats)


__all__ = ["PENDING", "Tables"]

"""One comparison: the tables spoken of, in the order of writing, each wanted element laid over what the meter holds.

Where limits in use (C12.19: tables n1) are to change, the tables that they shape are laid out as they will be then;
what comes and goes with that is shown as rows that follow, and written along where the meter lets it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from fieldpro.c12.dictionary import Tables
from fieldpro.c12.dictionary.layout import Layout, Node, Span
from fieldpro.c12.dictionary.model import MANUFACTURER, TableDefinition
from fieldpro.errors import FieldProError, TableError, ValueRefused
from fieldpro.meter import wanted as reading_order
from fieldpro.meter.changes.change import NOWHERE, Change, State, Warn, WarningKind
from fieldpro.meter.changes.image import Image, Misfit, carried_over, leaves, placed
from fieldpro.meter.identity import identity_of
from fieldpro.meter.programs.paths import Tree
from fieldpro.meter.programs.rules import Rules
from fieldpro.secret import Secret

NO_TABLE = "this meter does not have the table"
NOT_READ = "the table was not read"
NOT_KNOWN = "the dictionary has no such table"
NO_LAYOUT = "the dictionary does not know the table's layout"
FOLLOWS = "follows from the limits in use"
OWN_SHAPE = "this would change the shape of the table itself"


def writable(tables: Tables) -> frozenset[int]:
    """What table 0 lets be written (STD_TBLS_WRITE, MFG_TBLS_WRITE). Raises as `Tables.decode` does."""
    values = tables.decode(0).values
    standard = frozenset(values.get("STD_TBLS_WRITE") or ())
    return standard | {MANUFACTURER + number for number in values.get("MFG_TBLS_WRITE") or ()}


@dataclass
class Comparison:
    """One comparison: `changes` and `images` are its result."""

    before: Tables
    wanted: Mapping[str, Tree | Any]
    rules: Rules

    def __post_init__(self) -> None:
        self.identity = identity_of(self.before)
        self.images: dict[int, Image] = {}
        self._listed = reading_order.listed(self.before)
        self._writable = writable(self.before)
        self._after = Tables(
            self.before.dictionary,
            settings=self.before.settings,
            raw={number: self.before.get(number) or b"" for number in self.before.numbers},
        )
        self.warnings: tuple[Warn, ...] = ()
        rows = [change for table in self._in_order() for change in self._table(table)]
        for definition in self._shaped_along():
            rows += self._follow(definition)
        self.changes = tuple(rows)
        self.images = {number: self.images[number] for number in self._writing_order(self.images)}

    @cached_property
    def _definitions(self) -> Mapping[str, TableDefinition]:
        return self.before.dictionary.by_name

    def _in_order(self) -> list[str]:
        """Tables the dictionary knows in the order of writing, those it does not know behind them."""
        known = [self._definitions[name].number for name in self.wanted if name in self._definitions]
        ordered = [self._definitions_by_number[number] for number in self._writing_order(known)]
        return [*ordered, *(name for name in self.wanted if name not in self._definitions)]

    def _writing_order(self, numbers: Iterable[int]) -> list[int]:
        needed = [self._definitions_by_number[number] for number in reading_order.in_order(self.before, numbers)]
        return [self._definitions[name].number for name in self.rules.in_order(needed, needed)]

    def _shaped_along(self) -> list[TableDefinition]:
        """Tables that get another shape by what is written, and that nobody has spoken of."""
        if not self.images:
            return []
        known = [self.before.dictionary.tables.get(number) for number in self.before.numbers]
        return [
            table
            for table in known
            if table is not None
            and table.type is not None
            and table.name not in self.wanted
            and table.number in self._listed
            and not self.before.needs(table.number).isdisjoint(self.images)
        ]

    def _follow(self, definition: TableDefinition) -> list[Change]:
        """What the meter can be told is written along, so that nothing is left to chance; of the rest is warned."""
        _, image = self._image(definition)
        if image is None or image.reshaped_from is None:
            return []
        if definition.number not in self._writable:
            title = definition.title or definition.name
            self.warnings += (Warn(WarningKind.RESHAPES, "The limits in use", f"{definition.label} {title}"),)
            return []
        self._keep(image)
        return self._derived(image, f"{definition.label} {definition.title or definition.name}", frozenset())

    def _derived(self, image: Image, group: str, given: frozenset[str]) -> list[Change]:
        """Rows for elements that come and go with the table's new shape."""
        assert image.reshaped_from is not None
        held, new = self.before.decode(image.number), image.layout.decode(image.after)
        old_nodes, new_nodes = ({node.path: node for node in leaves(t.layout.root)} for t in (held, new))
        rows = []
        for path, node in new_nodes.items():
            if path not in old_nodes and node.full_path not in given:
                rows.append(self._derived_row(node, group, None, new.get(path), node.span))
        for path, node in old_nodes.items():
            if path not in new_nodes:
                rows.append(self._derived_row(node, group, held.get(path), None, NOWHERE))
        return rows

    def _derived_row(self, node: Node, group: str, old: Any, new: Any, span: Span) -> Change:
        number = self._definitions[node.table].number
        secret = self.rules.secret.has(node.full_path)
        if secret:
            old, new = (None if each is None else Secret(bytes(each)) for each in (old, new))
        return Change(
            node.full_path, number, State.DIFFERENT, old, new, span, group, node.annotation, FOLLOWS, secret, True
        )

    def _keep(self, image: Image) -> None:
        self.images[image.number] = image
        if image.before is not None:
            self._after.put(image.number, image.after)

    @cached_property
    def _definitions_by_number(self) -> Mapping[int, str]:
        return {definition.number: name for name, definition in self._definitions.items()}

    def _table(self, name: str) -> Iterator[Change]:
        values = self.wanted[name]
        definition = self._definitions.get(name)
        if definition is None:
            yield from self._unknown(name, values, -1, NOT_KNOWN, name)
            return
        group = f"{definition.label} {definition.title or name}"
        reason, image = self._image(definition)
        if image is None:
            yield from self._unknown(name, values, definition.number, reason, group)
            return
        changes = list(self._elements(image, values, group))
        if image.reshaped_from is not None and definition.number in self._writable:
            changes += self._derived(image, group, frozenset(change.path for change in changes))
        if any(change.state is State.DIFFERENT for change in changes):
            if not self._keeps_shape(image):
                for change in changes:
                    reason = OWN_SHAPE if change.state is State.DIFFERENT else change.reason
                    state = State.UNKNOWN if reason else change.state
                    yield Change(change.path, change.table, state, change.old, change.new, reason=reason, group=group)
                return
            self._keep(image)
        yield from changes

    def _image(self, definition: TableDefinition) -> tuple[str, Image | None]:
        """The table to lay values over; None and the reason when there is none."""
        number = definition.number
        if number not in self._listed:
            return NO_TABLE, None
        if definition.type is None:
            return NO_LAYOUT, None
        data = self.before.get(number)
        try:
            if not self.images or self.before.needs(number).isdisjoint(self.images):
                layout = self.before.layout(number)
                if data is None and definition.name not in self.rules.secret.tables:
                    return NOT_READ, None
                if data is not None and len(data) < layout.size:
                    return f"the meter gave {len(data)} of its {layout.size} bytes", None
                return "", Image(layout, data)
            layout = self._after.layout(number)
            if data is None:
                return NOT_READ, None
            held = self.before.layout(number)
        except FieldProError as error:
            return NOT_READ if data is None else str(error), None
        if same_shape(layout, held):
            return "", Image(layout, data)
        return "", Image(layout, carried_over(layout, data, held), reshaped_from=data)

    def _elements(self, image: Image, values: Tree | Any, group: str) -> Iterator[Change]:
        number = image.number
        may_write = number in self._writable
        has_secrets = image.layout.table in self.rules.secret.tables
        tolerance = self.rules.tolerance
        for node, value in placed(image.layout.root, values):
            if isinstance(node, str):
                yield Change(node, number, State.UNKNOWN, None, None, group=group, reason=value.expected)
                continue
            path = node.full_path
            secret = has_secrets and self.rules.secret.has(path)
            if secret and not isinstance(value, Secret | bytes):
                raise ValueRefused(path, "a secret, asked for when it is written", "a value in the clear")
            try:
                old, new, differs = image.set(node, value, tolerance)
            except Misfit as misfit:
                if misfit.is_shape:
                    yield Change(path, number, State.UNKNOWN, None, None, group=group, reason=misfit.expected)
                    continue
                found = "a secret that does not fit" if secret else _shown(value)
                raise ValueRefused(path, misfit.expected, found) from None
            state = State.SAME if not differs else State.DIFFERENT if may_write else State.READ_ONLY
            if secret:
                old, new = (None if each is None else Secret(bytes(each)) for each in (old, new))
            yield Change(path, number, state, old, new, node.span, group, node.annotation, "", secret)

    def _keeps_shape(self, image: Image) -> bool:
        """Whether the table, with its new content, still has the layout that the content was laid out in."""
        if image.before is None:
            return True
        try:
            return self._after.layout(image.number, image.after).size == image.layout.size
        except TableError:
            return False

    def _unknown(self, path: str, values: Any, number: int, reason: str, group: str) -> Iterator[Change]:
        if isinstance(values, dict) and values:
            for name, part in values.items():
                below = f"{path}[{name}]" if isinstance(name, int) else f"{path}.{name}"
                yield from self._unknown(below, part, number, reason, group)
        else:
            secret = isinstance(values, Secret)
            new = values if not isinstance(values, list | dict) else None
            yield Change(path, number, State.UNKNOWN, None, new, group=group, reason=reason, secret=secret)


def same_shape(first: Layout, second: Layout) -> bool:
    if first.size != second.size:
        return False
    one, two = ([(node.path, node.offset, node.length) for node in layout.root.walk()] for layout in (first, second))
    return one == two


def _shown(value: Any) -> str:
    text = repr(value)
    return text if len(text) <= 60 else f"{text[:57]}..."

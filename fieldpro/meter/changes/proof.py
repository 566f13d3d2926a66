"""Reading back what was written and comparing it: real numbers within tolerance, volatile elements masked."""

from __future__ import annotations

from dataclasses import dataclass, field

from fieldpro.c12.dictionary.decoded import value_text
from fieldpro.c12.dictionary.shape import Leaf
from fieldpro.c12.psem.codes import ResponseCode
from fieldpro.errors import NotVerified, ServiceRefused
from fieldpro.meter.changes.change import NOWHERE, Change
from fieldpro.meter.changes.change_set import ChangeSet
from fieldpro.meter.changes.image import Image, leaves, value_in
from fieldpro.meter.changes.plan import Operation
from fieldpro.meter.changes.same import same_value
from fieldpro.meter.programs.rules import Rules
from fieldpro.session.conversation import Conversation
from fieldpro.session.tables import read_table


@dataclass
class Proof:
    """What could not be read back, and what changed along with what was written."""

    unproven: list[str] = field(default_factory=list)
    side_effects: list[str] = field(default_factory=list)


def prove(proof: Proof, change_set: ChangeSet, image: Image, operation: Operation, data: bytes) -> Conversation[bool]:
    """Read back one operation; False when the meter does not let these secrets be read. Raises `NotVerified`."""
    rules = change_set.rules
    inside = [
        change
        for change in change_set.different
        if change.table == operation.table
        and change.span is not NOWHERE
        and change.span.offset < operation.offset + operation.length
        and operation.offset < change.span.offset + change.span.length
    ]
    try:
        request = operation.read()
        if request is None:
            found: bytes = yield from read_table(operation.table, operation.length)
        else:
            found = (yield request).data
    except ServiceRefused as error:
        if error.response == ResponseCode.ISC and operation.name in rules.secret.tables:
            proof.unproven += [change.path for change in inside]
            return False
        raise
    if len(found) < operation.length:
        raise NotVerified(operation.name, f"{operation.length} bytes", f"{len(found)} bytes")
    if found[: operation.length] == data:
        return True
    _compare(image, operation, found, data, inside, rules)
    wanted = {change.path for change in inside}
    proof.side_effects += [path for path in _moved(image, operation, found, data, rules) if path not in wanted]
    return True


def _compare(image: Image, operation: Operation, found: bytes, data: bytes, inside: list[Change], rules: Rules) -> None:
    """Every element that was to change, by its value."""
    for change in inside:
        node = image.layout.node(change.path)
        start = node.offset - operation.offset
        if start < 0 or start + node.length > operation.length or rules.volatile.has(change.path):
            continue
        held, wanted = (value_in(node, raw[start : start + node.length]) for raw in (found, data))
        if isinstance(node.shape, Leaf):
            is_same = same_value(held, wanted, node.shape.codec, rules.tolerance)
        else:
            is_same = held == wanted
        if not is_same:
            raise NotVerified(change.path, change.new_text, "something else" if change.secret else value_text(held))


def _moved(image: Image, operation: Operation, found: bytes, data: bytes, rules: Rules) -> list[str]:
    """Elements of the same bytes that are not what they were, volatile ones left out."""
    paths = []
    for node in leaves(image.layout.root):
        start = node.offset - operation.offset
        if start < 0 or start + node.length > operation.length:
            continue
        held, wanted = (raw[start : start + node.length] for raw in (found, data))
        differs = held != wanted and value_in(node, held) != value_in(node, wanted)
        if differs and not rules.volatile.has(node.full_path):
            paths.append(node.full_path)
    return paths

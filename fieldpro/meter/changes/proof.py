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

NOT_READABLE = (ResponseCode.ISC, ResponseCode.ONP, ResponseCode.IAR)


@dataclass
class Proof:
    """What could not be read back, and what changed along with what was written."""

    unproven: list[str] = field(default_factory=list)
    side_effects: list[str] = field(default_factory=list)


def prove(proof: Proof, change_set: ChangeSet, image: Image, operation: Operation, data: bytes) -> Conversation[bool]:
    """Read back one operation; False when the meter does not let it be read. Raises `NotVerified`."""
    rules = change_set.rules
    rows = change_set.changes if operation.exact else change_set.different
    inside = [
        change
        for change in rows
        if change.table == operation.table
        and change.span is not NOWHERE
        and change.span.offset < operation.offset + operation.length
        and operation.offset < change.span.offset + change.span.length
    ]
    try:
        found = yield from read_back(operation)
    except ServiceRefused as error:
        is_secret = error.response == ResponseCode.ISC and operation.name in rules.secret.tables
        if is_secret or (operation.exact and image.before is None and error.response in NOT_READABLE):
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


def read_back(operation: Operation) -> Conversation[bytes]:
    """The bytes that the meter holds where an operation writes."""
    request = operation.read()
    if request is not None:
        part: bytes = (yield request).data
        return part
    whole = yield from read_table(operation.table, None if operation.exact else operation.length)
    return operation.cut(whole)


def _compare(image: Image, operation: Operation, found: bytes, data: bytes, inside: list[Change], rules: Rules) -> None:
    """Every element that was to change, by its value; of exact requests every one that they write, in part too."""
    for change in inside:
        node = image.layout.node(change.path)
        start = node.offset - operation.offset
        is_part = start < 0 or start + node.length > operation.length
        if rules.volatile.has(change.path) or (is_part and not operation.exact):
            continue
        if is_part:
            place = slice(max(0, start), start + node.length)
            if found[place] != data[place]:
                raise NotVerified(change.path, data[place].hex(" "), found[place].hex(" "))
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

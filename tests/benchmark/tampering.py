"""Ways of tampering with the audit log in its database, by chance: each is done, and says which records it touched.

A way is called with a source of chance, the database and the number of records in it, numbered and placed 1 to count.
It returns the numbers of the records that `verify` has to name; None among them stands for the end of the log.
"""

from __future__ import annotations

import random
import sqlite3
from collections.abc import Callable

Numbers = set[int | None]
Way = Callable[[random.Random, sqlite3.Connection, int], Numbers]

TEXTS = ("kind", "at", "who", "role", "meter", "data", "previous", "hash", "seal")
REST = ", ".join(("number", *TEXTS))


def flip(chance: random.Random, db: sqlite3.Connection, count: int) -> Numbers:
    """One bit of one text of one record."""
    place, column = chance.randint(1, count), chance.choice(TEXTS)
    row = db.execute(f"SELECT CAST({column} AS BLOB) FROM audit WHERE place = ?", (place,)).fetchone()
    value = bytearray(row[0])
    bit = chance.randrange(8 * len(value))
    value[bit // 8] ^= 1 << bit % 8
    db.execute(f"UPDATE audit SET {column} = CAST(? AS TEXT) WHERE place = ?", (bytes(value), place))
    return {place}


def flip_number(chance: random.Random, db: sqlite3.Connection, count: int) -> Numbers:
    """One bit of a record's number, or of its place; whoever stood at the new place is moved away."""
    place, column = chance.randint(1, count), chance.choice(["number", "place"])
    target = place ^ (1 << chance.randrange(62))
    if column == "place":
        db.execute("UPDATE audit SET place = -1 WHERE place = ?", (target,))
    db.execute(f"UPDATE audit SET {column} = ? WHERE place = ?", (target, place))
    return {place}


def delete(chance: random.Random, db: sqlite3.Connection, count: int) -> Numbers:
    """One record, or all from one on; often the last."""
    first = chance.choice([count, chance.randint(1, count)])
    last = chance.choice([first, count])
    db.execute("DELETE FROM audit WHERE place BETWEEN ? AND ?", (first, last))
    return set(range(first, last + 1))


def double(chance: random.Random, db: sqlite3.Connection, count: int) -> Numbers:
    """One record once more, after the last."""
    place, target = chance.randint(1, count), count + chance.randint(1, 3)
    db.execute(f"INSERT INTO audit (place, {REST}) SELECT ?, {REST} FROM audit WHERE place = ?", (target, place))
    return {place}


def swap(chance: random.Random, db: sqlite3.Connection, count: int) -> Numbers:
    """Two records, each at the other's place."""
    one, other = chance.sample(range(1, count + 1), 2)
    for at, to in ((one, -1), (other, one), (-1, other)):
        db.execute("UPDATE audit SET place = ? WHERE place = ?", (to, at))
    return {one, other}


def swap_contents(chance: random.Random, db: sqlite3.Connection, count: int) -> Numbers:
    """What two records say, exchanged, each under its old number."""
    one, other = chance.sample(range(1, count + 1), 2)
    names = ", ".join(TEXTS)
    rows = [db.execute(f"SELECT {names} FROM audit WHERE place = ?", (place,)).fetchone() for place in (one, other)]
    for place, row in zip((other, one), rows, strict=True):
        db.execute(f"UPDATE audit SET ({names}) = ({', '.join('?' * len(TEXTS))}) WHERE place = ?", (*row, place))
    return {one, other}


def spoil_anchor(chance: random.Random, db: sqlite3.Connection, count: int) -> Numbers:
    """The anchor, one column of it or the whole row."""
    column = chance.choice(["count", "head", "seal", ""])
    db.execute(f"UPDATE anchor SET {column} = {column} || '1'" if column else "DELETE FROM anchor")
    return {None}


WAYS: tuple[Way, ...] = (flip, flip, flip_number, delete, double, swap, swap_contents, spoil_anchor)

"""Expressions over elements: array sizes, conditions, selectors (C12.19, document syntax).

    ACT_REGS_TBL.NBR_TIERS            an element of another table, or of the table itself
    GEN_CONFIG_TBL.STD_TBLS_USED[64]  a member of a set (1 or 0), or an element of an array
    (NBR_DEMANDS + 7) / 8             integers only; division rounds towards zero

Every value is an integer; a condition is true when it is not 0. What an element's name means is the caller's
knowledge (`Environment`); an element that the meter left out counts as 0.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol, TypeAlias

if TYPE_CHECKING:
    from fieldpro.c12.dictionary.model import Place


class Environment(Protocol):
    """Gives the value of a reference."""

    def value(self, reference: Reference) -> int: ...


@dataclass(frozen=True, slots=True)
class Number:
    number: int

    def evaluate(self, environment: Environment) -> int:
        return self.number

    def __str__(self) -> str:
        return str(self.number)


@dataclass(frozen=True, slots=True)
class Reference:
    """A dotted name; `parts` are names and, in brackets, index expressions."""

    parts: tuple[str | Expression, ...]
    at: Place

    def evaluate(self, environment: Environment) -> int:
        return environment.value(self)

    @property
    def head(self) -> str:
        return str(self.parts[0])

    def __str__(self) -> str:
        return "".join(f".{part}" if isinstance(part, str) else f"[{part}]" for part in self.parts)[1:]


@dataclass(frozen=True, slots=True)
class Negation:
    """NOT x, or -x."""

    operator: str
    operand: Expression

    def evaluate(self, environment: Environment) -> int:
        number = self.operand.evaluate(environment)
        return -number if self.operator == "-" else int(not number)

    def __str__(self) -> str:
        return f"-{_in_parentheses(self.operand)}" if self.operator == "-" else f"NOT {_in_parentheses(self.operand)}"


def _divide(left: int, right: int) -> int:
    """Integer division towards zero; by zero it is 0, so that no meter's table can stop the decoder."""
    quotient = abs(left) // abs(right) if right else 0
    return quotient if (left < 0) == (right < 0) else -quotient


OPERATORS: Mapping[str, Callable[[int, int], int]] = {
    "+": operator.add,
    "-": operator.sub,
    "*": operator.mul,
    "/": _divide,
    "MOD": lambda left, right: left - right * _divide(left, right),
    "=": lambda left, right: int(left == right),
    "!=": lambda left, right: int(left != right),
    "<": lambda left, right: int(left < right),
    "<=": lambda left, right: int(left <= right),
    ">": lambda left, right: int(left > right),
    ">=": lambda left, right: int(left >= right),
}


@dataclass(frozen=True, slots=True)
class Binary:
    operator: str
    left: Expression
    right: Expression

    def evaluate(self, environment: Environment) -> int:
        left = self.left.evaluate(environment)
        if self.operator == "AND":
            return int(bool(left) and bool(self.right.evaluate(environment)))
        if self.operator == "OR":
            return int(bool(left) or bool(self.right.evaluate(environment)))
        return OPERATORS[self.operator](left, self.right.evaluate(environment))

    def __str__(self) -> str:
        return f"{_in_parentheses(self.left)} {self.operator} {_in_parentheses(self.right)}"


Expression: TypeAlias = Number | Reference | Negation | Binary


def _in_parentheses(expression: Expression) -> str:
    return f"({expression})" if isinstance(expression, Binary) else str(expression)


def references(expression: Expression) -> Iterator[Reference]:
    """Every reference in an expression, those inside brackets included."""
    if isinstance(expression, Reference):
        yield expression
        for part in expression.parts:
            if not isinstance(part, str):
                yield from references(part)
    elif isinstance(expression, Negation):
        yield from references(expression.operand)
    elif isinstance(expression, Binary):
        yield from references(expression.left)
        yield from references(expression.right)

"""The checks D1 to D6 and their settings, as resources/diagnosis/checks.toml declares them.

settings = Settings().with_value("D2", "tolerance", 5.0).shown("D6", Display.DISABLE)
settings.value("D2", "tolerance")
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from functools import cache
from typing import Any

from fieldpro import resources
from fieldpro.errors import UsageError

FOLDER, FILE = "diagnosis", "checks.toml"


class Display(StrEnum):
    """What the meter's own display does with a check that has tripped; a disabled check is not looked at at all."""

    DISABLE = "disable"
    IGNORE = "ignore"
    LOCK = "lock"
    SCROLL = "scroll"


@dataclass(frozen=True, slots=True)
class Parameter:
    """One setting of a check. choices: words for 0, 1 ... where it is a choice; step: it is a multiple of it."""

    name: str
    title: str
    default: float
    low: float
    high: float
    unit: str = ""
    choices: tuple[str, ...] = ()
    step: float = 0.0

    def refuses(self, value: float) -> str:
        """Why it cannot have this value, in words; empty when it can."""
        if not self.low <= value <= self.high:
            return f"{self.low:g} to {self.high:g} {self.unit}".rstrip()
        if self.choices and value != int(value):
            return " or ".join(self.choices)
        if self.step and value % self.step:
            return f"a multiple of {self.step:g} {self.unit}".rstrip()
        return ""

    def text(self, value: float) -> str:
        """The value as a person reads it."""
        if self.choices:
            return self.choices[int(value)]
        return f"{value:g} {self.unit}".rstrip()


@dataclass(frozen=True, slots=True)
class Check:
    """One diagnostic as it is declared."""

    name: str
    title: str
    meaning: str
    advice: str
    parameters: Mapping[str, Parameter]


@dataclass(frozen=True, slots=True)
class Sampling:
    """How often it is looked, how many misses in a row trip, where counters stop."""

    every_s: float
    misses_to_trip: int
    counter_limit: int


@cache
def _content() -> Mapping[str, Any]:
    return tomllib.loads(resources.text(FOLDER, FILE))


@cache
def checks() -> Mapping[str, Check]:
    """D1 to D6 in order."""
    return {
        name: Check(
            name,
            entry["title"],
            entry["meaning"],
            entry["advice"],
            {each["name"]: _parameter(each) for each in entry.get("parameters", ())},
        )
        for name, entry in _content()["checks"].items()
    }


def _parameter(entry: Mapping[str, Any]) -> Parameter:
    numbers = {name: float(entry[name]) for name in ("default", "low", "high")}
    return Parameter(
        entry["name"],
        entry["title"],
        unit=entry.get("unit", ""),
        choices=tuple(entry.get("choices", ())),
        step=float(entry.get("step", 0)),
        **numbers,
    )


@cache
def sampling() -> Sampling:
    entry = _content()["sampling"]
    return Sampling(float(entry["every_s"]), int(entry["misses_to_trip"]), int(entry["counter_limit"]))


@dataclass(frozen=True)
class Settings:
    """values: what was set otherwise, by "D2.tolerance"; display: by check."""

    values: Mapping[str, float] = field(default_factory=dict)
    display: Mapping[str, Display] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for path, value in self.values.items():
            check, _, name = path.partition(".")
            parameter = parameter_of(check, name)
            expected = parameter.refuses(value)
            if expected:
                raise UsageError(f"{check}, {parameter.title}", expected, f"{value:g}")

    def value(self, check: str, name: str) -> float:
        """Raises `UsageError` for a setting that the check does not have."""
        parameter = parameter_of(check, name)
        return self.values.get(f"{check}.{name}", parameter.default)

    def with_value(self, check: str, name: str, value: float) -> Settings:
        """Raises `UsageError` for a value that the setting cannot have."""
        return replace(self, values={**self.values, f"{check}.{name}": value})

    def shown(self, check: str, display: Display) -> Settings:
        parameter_of(check, "")
        return replace(self, display={**self.display, check: display})

    def is_on(self, check: str) -> bool:
        return self.display.get(check) is not Display.DISABLE

    def misses_to_trip(self, check: str) -> int:
        """Misses in a row; of D6, as many as its duration has."""
        if check == "D6":
            return max(1, round(self.value("D6", "duration") / sampling().every_s))
        return sampling().misses_to_trip

    def data(self) -> dict[str, Any]:
        """Every setting as it holds, for the record."""
        values = {
            f"{check.name}.{name}": self.value(check.name, name)
            for check in checks().values()
            for name in check.parameters
        }
        return {"values": values, "display": {check: str(display) for check, display in self.display.items()}}

    @classmethod
    def from_data(cls, data: Mapping[str, Any]) -> Settings:
        """Settings out of a record. Raises `UsageError` for what is none."""
        try:
            display = {check: Display(word) for check, word in data["display"].items()}
            return cls({path: float(value) for path, value in data["values"].items()}, display)
        except (KeyError, TypeError, ValueError, AttributeError) as error:
            raise UsageError("diagnosis settings", "values and display by check", str(error)) from error


def parameter_of(check: str, name: str) -> Parameter:
    """The declaration of a setting; an empty name asks for the check only."""
    declared = checks().get(check)
    if declared is None:
        raise UsageError("diagnostic", f"one of {', '.join(checks())}", check)
    if not name:
        return Parameter("", declared.title, 0.0, 0.0, 0.0)
    if name not in declared.parameters:
        raise UsageError(f"setting of {check}", f"one of {', '.join(declared.parameters)}", name)
    return declared.parameters[name]

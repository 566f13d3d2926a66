"""The work order: what is to be done where, and on which meter.

order = load(path)                          TOML or JSON, as an office writes it
order = WorkOrder(number="4711", kind="program", serial="00012345", program="residential-tou")
order.check(identity, form)                 raises `OrderMismatch`: nothing is written to another meter

number = "4711"                             # TOML; everything but number and kind may be left out
kind = "exchange"
premise = "12 Elm Street"
old_serial = "00098765"                     # the meter that is taken away
manufacturer = "ITRN"
device_class = "ITRN"                       # class, model and form may be patterns: "9S", "CENTRON*"
form = "9S"
serial = "00012345"
program = "residential-tou"
"""

from __future__ import annotations

import fnmatch
import json
import tomllib
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator

from fieldpro.errors import FileError, OrderMismatch
from fieldpro.meter.visit.kinds import NAMES
from fieldpro.records import MeterIdentity

UNTOLD = "nothing, the meter does not tell it"


class WorkOrder(BaseModel):
    """One order. What is empty is not asked for."""

    model_config = ConfigDict(frozen=True, extra="forbid", str_strip_whitespace=True, coerce_numbers_to_str=True)

    number: str = Field(min_length=1, max_length=80)
    kind: str
    premise: str = ""
    customer: str = ""
    manufacturer: str = ""
    model: str = ""
    device_class: str = ""
    form: str = ""
    serial: str = ""
    old_serial: str = ""
    program: str = ""
    note: str = ""

    @field_validator("kind")
    @classmethod
    def _known(cls, kind: str) -> str:
        if kind not in NAMES:
            raise ValueError("one of " + ", ".join(NAMES))
        return kind

    def check(self, identity: MeterIdentity, form: str = "") -> None:
        """Raises `OrderMismatch` for the first thing in which a meter is not the ordered one.

        form: as the meter's nameplate tells it; an order that names a form refuses a meter that tells none.
        """
        pairs = (
            ("serial number", self.serial, identity.serial),
            ("manufacturer", self.manufacturer, identity.manufacturer),
            ("device class", self.device_class, identity.device_class),
            ("form", self.form, form),
            ("model", self.model, identity.model),
        )
        for what, ordered, found in pairs:
            if ordered and not _fits(ordered, found):
                raise OrderMismatch(self.number, what, ordered, found or UNTOLD)

    def check_old(self, identity: MeterIdentity) -> None:
        """The same for the meter that is taken away: by its serial number."""
        if self.old_serial and not _fits(self.old_serial, identity.serial):
            raise OrderMismatch(self.number, "serial number of the old meter", self.old_serial, identity.serial)

    def as_texts(self) -> dict[str, str]:
        """What the order says, without what it leaves open."""
        return {name: value for name, value in self.model_dump().items() if value}


def parse(text: str, path: str) -> WorkOrder:
    """An order from the text of its file: JSON when the name ends so, else TOML. Raises `FileError`."""
    try:
        content: Any = json.loads(text) if path.casefold().endswith(".json") else tomllib.loads(text)
    except ValueError as problem:
        what, _, place = str(problem).partition(" (at ")
        raise FileError(path, place.rstrip(")") or "the file", "JSON or TOML", what) from problem
    try:
        return WorkOrder.model_validate(content)
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        place = ".".join(str(part) for part in first["loc"]) or "the file"
        found = "nothing" if first["type"] == "missing" else repr(first["input"])
        raise FileError(path, place, first["msg"], found) from error


def load(path: Path) -> WorkOrder:
    """An order from a file. Raises `FileError`."""
    try:
        return parse(path.read_text(encoding="utf-8-sig"), str(path))
    except (OSError, UnicodeDecodeError) as problem:
        raise FileError(str(path), "the file", "UTF-8 text that can be read", str(problem)) from problem


def _fits(ordered: str, found: str) -> bool:
    """Patterns as people write them, whatever the case; serial numbers with and without leading zeros are one."""
    ordered, found = ordered.strip().casefold(), found.strip().casefold()
    if ordered.isdigit() and found.isdigit():
        return int(ordered) == int(found)
    return fnmatch.fnmatchcase(found, ordered)

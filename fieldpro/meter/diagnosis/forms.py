"""Meter forms: where the voltages and currents of each lie (resources/diagnosis/forms.toml)."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from fieldpro import resources
from fieldpro.c12.dictionary.tables import Tables
from fieldpro.errors import FieldProError, UsageError
from fieldpro.meter.programs.target import form_of

FOLDER, FILE = "diagnosis", "forms.toml"
FULL = 360.0


@dataclass(frozen=True, slots=True)
class Form:
    """volts, amps: degrees of lag behind the first voltage at unity power factor, by phase, rotation A-B-C."""

    name: str
    title: str
    volts: Mapping[str, float]
    amps: Mapping[str, float]

    def mirrored(self) -> Form:
        """With the phase rotation C-B-A."""
        volts, amps = ({phase: -angle % FULL for phase, angle in each.items()} for each in (self.volts, self.amps))
        return Form(self.name, self.title, volts, amps)


@cache
def forms() -> Mapping[str, Form]:
    """Every form that is known, by name."""
    content = tomllib.loads(resources.text(FOLDER, FILE))
    return {
        name: Form(name, entry["title"], dict(entry["volts"]), dict(entry["amps"]))
        for name, entry in content["forms"].items()
    }


def form(name: str) -> Form:
    """Raises `UsageError` for one that is not known."""
    found = forms().get(name.strip().upper())
    if found is None:
        raise UsageError("meter form", f"one of {', '.join(forms())}", name)
    return found


def form_of_meter(tables: Tables) -> Form | None:
    """The form that the nameplate (C12.19 table 2) names, None when it names none that is known."""
    match = re.match(r"\s*(\d+)\s*S?\b", form_of(tables).upper())
    return forms().get(f"{int(match[1])}S") if match else None


def class_amps_of(tables: Tables) -> float | None:
    """The current class of the nameplate in amperes; None when it is not known."""
    try:
        text = str(tables.decode(2).values["E_CLASS_MAX_AMPS"])
        return float(text.strip(" \0")) or None
    except (FieldProError, KeyError, ValueError):
        return None

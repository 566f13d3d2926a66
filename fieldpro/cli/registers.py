"""`fieldpro registers`: the registers with names, units and multipliers taken from the meter's own tables."""

from __future__ import annotations

import json
from typing import Annotated

import typer

from fieldpro.cli import console
from fieldpro.cli.line import MeterLine
from fieldpro.cli.options import with_meter
from fieldpro.cli.reading import collect
from fieldpro.meter.read import read_registers
from fieldpro.records import Register


@with_meter
def registers(
    meter: MeterLine,
    *,
    as_json: Annotated[bool, typer.Option("--json", help="As a list of objects.")] = False,
    save: Annotated[bool, typer.Option("--save", help="Keep the read-out among the records.")] = False,
) -> None:
    """Read the registers."""
    outcome = collect(meter, "registers", lambda collection: read_registers(collection=collection), save=save)
    view = outcome.view()
    found = outcome.tell(view.registers)
    if as_json:
        console.line(json.dumps([_entry(register) for register in found], indent=2))
    else:
        console.rows(
            ("REGISTER", "KIND", "TIER", "VALUE", "UNIT", "AT"),
            [
                (
                    register.quantity.name,
                    register.kind.value,
                    "total" if register.tier == 0 else str(register.tier),
                    f"{register.value:f}",
                    register.quantity.unit,
                    "" if register.occurred_at is None else register.occurred_at.isoformat(" "),
                )
                for register in found
            ],
            right=(3,),
        )
    outcome.say_notes(view)
    outcome.finish(outcome.read_out.tables.values())


def _entry(register: Register) -> dict[str, object]:
    return {
        "name": register.quantity.name,
        "phase": register.quantity.phase,
        "kind": register.kind.value,
        "tier": register.tier,
        "value": str(register.value),
        "unit": register.quantity.unit,
        "at": None if register.occurred_at is None else register.occurred_at.isoformat(),
        "raw": register.raw,
        "path": register.path,
    }

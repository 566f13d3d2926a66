"""`fieldpro identify`: who the meter is."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import Annotated

import typer

from fieldpro.cli import console
from fieldpro.cli.line import MeterLine
from fieldpro.cli.options import with_meter
from fieldpro.meter.collection import Collection
from fieldpro.meter.read import identify as identify_meter
from fieldpro.meter.view import MeterView
from fieldpro.records import MeterIdentity

TITLES: tuple[tuple[str, str], ...] = (
    ("Manufacturer", "manufacturer"),
    ("Model", "model"),
    ("Serial number", "serial"),
    ("Hardware", "hardware"),
    ("Firmware", "firmware"),
    ("Device class", "device_class"),
    ("Identification", "identification"),
)


@with_meter
def identify(
    meter: MeterLine,
    *,
    as_json: Annotated[bool, typer.Option("--json", help="As an object.")] = False,
) -> None:
    """Say who the meter is."""
    seen = Collection(operator=meter.operator)
    identity = meter.run("identify", lambda: identify_meter(collection=seen), collection=seen).result
    if not any((identity.manufacturer, identity.model, identity.serial, identity.hardware, identity.identification)):
        read_out = seen.read_out()
        for number in (0, 1):
            error = read_out.tables[number].error
            if error is not None:
                raise error
            MeterView(read_out).tables.decode(number)  # raises what is wrong with its bytes
    if as_json:
        console.line(json.dumps(asdict(identity), indent=2))
    else:
        show_identity(identity)


def show_identity(identity: MeterIdentity) -> None:
    console.facts((title, getattr(identity, name)) for title, name in TITLES)

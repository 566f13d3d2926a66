"""`fieldpro ports`: the serial ports of this computer, by the name that stays when the number moves."""

from __future__ import annotations

import json
from typing import Annotated

import typer

from fieldpro.cli import console
from fieldpro.transports.ports import list_ports


def ports(
    as_json: Annotated[bool, typer.Option("--json", help="As a list of objects.")] = False,
) -> None:
    """List the serial ports, with the USB identity that stays when a number moves."""
    found = list_ports()
    if as_json:
        console.line(
            json.dumps(
                [
                    {
                        "device": port.device,
                        "identity": port.identity,
                        "description": port.description,
                        "chip": port.chip,
                        "manufacturer": port.manufacturer,
                    }
                    for port in found
                ],
                indent=2,
            )
        )
        return
    if not found:
        console.say("No serial port is here. Plug the probe in; the virtual meter needs none: sim://centron")
        return
    console.rows(
        ("PORT", "IDENTITY", "CHIP", "DESCRIPTION"),
        [(port.device, port.identity, port.chip, port.description) for port in found],
    )

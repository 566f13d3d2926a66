"""The serial ports of this computer, with the USB identity that stays when the number moves.

`usb:VID:PID:SERIAL` names an adapter by its vendor and product number (hexadecimal) and its serial number; an
adapter without a serial number (most CH340) is named by the socket it is plugged into: `usb:1a86:7523:@1-1.2`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from serial.tools import list_ports as pyserial_ports

from fieldpro.errors import PortNotFound, PortUnsupported

SCHEME = "usb:"

# USB vendor numbers of the makers of serial adapters; a product number where the maker has several chips.
_CHIPS: dict[tuple[int, int | None], str] = {
    (0x0403, None): "FTDI",
    (0x0403, 0x6001): "FTDI FT232R",
    (0x0403, 0x6010): "FTDI FT2232",
    (0x0403, 0x6014): "FTDI FT232H",
    (0x0403, 0x6015): "FTDI FT-X",
    (0x067B, None): "Prolific PL2303",
    (0x1A86, None): "WCH",
    (0x1A86, 0x7523): "CH340",
    (0x1A86, 0x5523): "CH341",
    (0x1A86, 0x55D4): "CH9102",
    (0x10C4, None): "Silicon Labs CP210x",
    (0x04D8, None): "Microchip",
    (0x0483, None): "STMicroelectronics",
}


@dataclass(frozen=True, slots=True)
class PortInfo:
    """One port. `identity` is its `usb:` URL, or the device name for a port that is not on USB."""

    device: str
    description: str
    vendor_id: int | None = None
    product_id: int | None = None
    serial_number: str = ""
    manufacturer: str = ""
    location: str = ""

    @property
    def identity(self) -> str:
        if self.vendor_id is None or self.product_id is None:
            return self.device
        place = self.serial_number or f"@{self.location}"
        return f"{SCHEME}{self.vendor_id:04x}:{self.product_id:04x}:{place}"

    @property
    def chip(self) -> str:
        """The adapter's chip, as the trade names it; empty when it is not known."""
        if self.vendor_id is None:
            return ""
        return _CHIPS.get((self.vendor_id, self.product_id)) or _CHIPS.get((self.vendor_id, None), "")


def list_ports(source: Callable[[], Iterable[Any]] = pyserial_ports.comports) -> list[PortInfo]:
    """Every port present, USB adapters first, each group by device name."""
    found = [
        PortInfo(
            device=port.device,
            description="" if port.description in (None, "n/a") else port.description,
            vendor_id=port.vid,
            product_id=port.pid,
            serial_number=port.serial_number or "",
            manufacturer=port.manufacturer or "",
            location=port.location or "",
        )
        for port in source()
    ]
    return sorted(found, key=lambda port: (port.vendor_id is None, port.device))


def resolve(identity: str, ports: Sequence[PortInfo]) -> PortInfo:
    """The present port of a `usb:` URL.

    Raises `PortUnsupported` for a URL of another form, `PortNotFound` when the adapter is not there or when more
    than one port answers to it (two-channel adapters without a serial number).
    """
    parts = identity.removeprefix(SCHEME).split(":", 2)
    try:
        vendor_id, product_id = int(parts[0], 16), int(parts[1], 16)
    except (ValueError, IndexError) as error:
        raise PortUnsupported(identity, "wanted usb:VID:PID:SERIAL") from error
    place = parts[2] if len(parts) > 2 else ""
    same_kind = [port for port in ports if (port.vendor_id, port.product_id) == (vendor_id, product_id)]
    if place.startswith("@"):
        matches = [port for port in same_kind if port.location == place[1:]]
    elif place:
        matches = [port for port in same_kind if port.serial_number == place]
    else:
        matches = same_kind
    if not matches:
        raise PortNotFound(identity, "not plugged in")
    if len(matches) > 1:
        raise PortNotFound(identity, "several ports: " + ", ".join(port.device for port in matches))
    return matches[0]

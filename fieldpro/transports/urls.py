"""Which transport a name stands for.

/dev/ttyUSB0, COM3            a serial port
usb:0403:6001:A9XK2J          the serial port of this adapter, wherever it is now
socket://host:port            a serial server, or a meter that speaks TCP
rfc2217://host:port           a serial server whose baud rate and lines we may set
"""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import urlsplit

from fieldpro.errors import PortUnsupported
from fieldpro.transports.base import Transport
from fieldpro.transports.probed import ProbedPort
from fieldpro.transports.probes import DIRECT, ProbeProfile, auto_profiles


def open_port(url: str, *, probe: ProbeProfile | None = None) -> Transport:
    """Open a port. Without a probe profile, a session tries the usual ones until a meter answers.

    Raises `PortUnsupported` for a URL of no known kind, and what the opener of the kind raises.
    """
    scheme = url.partition(":")[0].lower() if ":" in url else ""
    opener = SCHEMES.get(scheme)
    if opener is not None:
        return opener(url, probe)
    if "://" in url or not url.strip():
        known = ", ".join(sorted(SCHEMES))
        raise PortUnsupported(url, f"wanted a device name or one of {known}")
    return _open_serial(url, probe)


def _open_serial(device: str, probe: ProbeProfile | None) -> Transport:
    from fieldpro.transports.serial import open_serial  # pyserial, only when a serial port is opened

    choices = () if probe is not None else auto_profiles()
    first = probe or (choices[0] if choices else DIRECT)
    port = open_serial(device, dtr=first.dtr, rts=first.rts)
    if not choices or not port.set_lines(first.dtr, first.rts):
        return ProbedPort(port, probe=probe, set_lines=port.set_lines)
    return ProbedPort(port, choices=choices, set_lines=port.set_lines)


def _open_usb(url: str, probe: ProbeProfile | None) -> Transport:
    from fieldpro.transports.ports import list_ports, resolve

    return _open_serial(resolve(url, list_ports()).device, probe)


def _open_socket(url: str, probe: ProbeProfile | None) -> Transport:
    from fieldpro.transports.tcp import connect

    parts = urlsplit(url)
    try:
        host, port = parts.hostname, parts.port
    except ValueError as error:
        raise PortUnsupported(url, str(error)) from error
    if not host or port is None:
        raise PortUnsupported(url, "wanted socket://host:port")
    return ProbedPort(connect(host, port), probe=probe)


SCHEMES: dict[str, Callable[[str, ProbeProfile | None], Transport]] = {
    "usb": _open_usb,
    "socket": _open_socket,
    "rfc2217": _open_serial,
}

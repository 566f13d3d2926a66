"""Byte pipes to a meter: serial ports, ptys, TCP, memory; and what records them."""

from fieldpro.transports.base import Transport
from fieldpro.transports.urls import open_port

__all__ = ["Transport", "open_port"]

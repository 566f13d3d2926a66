"""Virtual meters: the other end of the wire.

Made of the same dictionary and service codecs as the client, and of none of its session code. Its rooms, from the
bottom: `noise`, `load` (what the customer draws), `incidents` and `clock` (what happened to the meter), `energy`
(pulses), `calendar`, `profile`, `registers`, `events` (what the meter makes of them), `describe` (the data file),
`tables` (their bytes), `device` (services, access, procedures), `answer` (what any device gives a port), `faults` and
`spoiled_answers` (what goes wrong), `port` (packets), `virtual` (a device behind its port), `serve` and `pace` (threads
and ports), `url` (one line of text).
"""

from __future__ import annotations

from fieldpro.simulator.serve import MemoryServer, PtyServer, TcpServer
from fieldpro.simulator.url import open_url
from fieldpro.simulator.virtual import VirtualMeter

__all__ = ["MemoryServer", "PtyServer", "TcpServer", "VirtualMeter", "open_url"]

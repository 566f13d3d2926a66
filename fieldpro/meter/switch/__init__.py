"""The service switch: what it is, and the orders that cut a customer off or on.

Where the switch lies and how it is told is the device profile's `[switch]`. An order takes an `Approval` that was made
for exactly this order at exactly this meter; without one nothing is sent.
"""

from fieldpro.meter.switch.approval import Approval, Confirmation, Deed
from fieldpro.meter.switch.limit import LoadLimit, limit_changes, limit_of, limit_values, set_load_limit
from fieldpro.meter.switch.orders import SwitchOutcome, arm, connect, disconnect
from fieldpro.meter.switch.state import SwitchState, read_switch, state_of

__all__ = [
    "Approval",
    "Confirmation",
    "Deed",
    "LoadLimit",
    "SwitchOutcome",
    "SwitchState",
    "arm",
    "connect",
    "disconnect",
    "limit_changes",
    "limit_of",
    "limit_values",
    "read_switch",
    "set_load_limit",
    "state_of",
]

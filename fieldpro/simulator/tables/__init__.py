"""What a virtual meter's tables hold: one module a decade, values by the standard's element names.

Each function takes a `Moment` and gives the values of one table; `fieldpro.simulator.bank` encodes them through the
dictionary, and says there which tables stay as they are (configuration) and which are made anew each time.
"""

from __future__ import annotations

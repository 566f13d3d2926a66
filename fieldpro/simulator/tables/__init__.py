"""What a virtual meter's tables hold: one module a decade, values by the standard's element names.

Each function takes a `Moment` and gives the values of one table; `fieldpro.simulator.bank` encodes them through the
dictionary. `BUILDERS` says which table is whose, and whether it stays as it is (configuration) or is made anew.
"""

from __future__ import annotations

"""Procedures: what a meter is told to do through ANSI C12.19 tables 7 and 8, each as a conversation.

`run_procedure` runs any procedure; the others are jobs with a snapshot before and a look after. What is offered, what
it takes, how dangerous it is and which right it needs is `catalogue`'s.
"""

from fieldpro.meter.procedures.call import PATIENCE, Patience, ask_procedure, run_procedure
from fieldpro.meter.procedures.catalogue import (
    Offer,
    Parameter,
    is_dangerous,
    note_of,
    number_of,
    offers,
    parameters,
    values_from,
)
from fieldpro.meter.procedures.demand_reset import LOCK_OUT_H, DemandReset, demand_reset, last_demand_reset, self_read
from fieldpro.meter.procedures.job import TERMS, Evidence, Job, Outcome, Terms
from fieldpro.meter.procedures.result import ProcedureResult, ResultCode, Selector
from fieldpro.meter.procedures.set_clock import RULES, ClockRules, ClockSet, ClockStep, set_clock

__all__ = [
    "LOCK_OUT_H",
    "PATIENCE",
    "RULES",
    "TERMS",
    "ClockRules",
    "ClockSet",
    "ClockStep",
    "DemandReset",
    "Evidence",
    "Job",
    "Offer",
    "Outcome",
    "Parameter",
    "Patience",
    "ProcedureResult",
    "ResultCode",
    "Selector",
    "Terms",
    "ask_procedure",
    "demand_reset",
    "is_dangerous",
    "last_demand_reset",
    "note_of",
    "number_of",
    "offers",
    "parameters",
    "run_procedure",
    "self_read",
    "set_clock",
    "values_from",
]

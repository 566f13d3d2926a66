"""Procedures: what a meter is told to do through ANSI C12.19 tables 7 and 8, each as a conversation.

`run_procedure` runs any procedure and `carry_out` any with its snapshots; the others are jobs with a snapshot before
and a look after. What is offered, what it takes, how dangerous it is and which right it needs is `catalogue`'s.
"""

from fieldpro.meter.procedure_note import Danger, ProcedureNote
from fieldpro.meter.procedures.call import PATIENCE, Patience, ask_procedure, run_procedure
from fieldpro.meter.procedures.carry_out import (
    carry_out,
    clear_data,
    clear_manufacturer_status,
    clear_standard_status,
    cold_start,
    save_configuration,
    warm_start,
)
from fieldpro.meter.procedures.catalogue import (
    Offer,
    Parameter,
    is_dangerous,
    listed,
    note_of,
    number_of,
    offers,
    parameters,
    values_from,
)
from fieldpro.meter.procedures.demand_reset import LOCK_OUT_H, DemandReset, demand_reset, last_demand_reset, self_read
from fieldpro.meter.procedures.job import TERMS, Evidence, Job, Outcome, Terms
from fieldpro.meter.procedures.lists import ListOutcome, list_names, reset_list_pointers, update_last_read
from fieldpro.meter.procedures.mode import (
    METERING,
    TEST,
    ModeChange,
    TestModeStay,
    change_mode,
    leave_test_mode,
    modes,
    stay_in_test_mode,
)
from fieldpro.meter.procedures.pending import PendingOutcome, activate_pending, clear_pending
from fieldpro.meter.procedures.recording import RecordingOutcome, recording, start_load_profile, stop_load_profile
from fieldpro.meter.procedures.result import ProcedureResult, ResultCode, Selector
from fieldpro.meter.procedures.set_clock import RULES, ClockRules, ClockSet, ClockStep, set_clock

__all__ = [
    "LOCK_OUT_H",
    "METERING",
    "PATIENCE",
    "RULES",
    "TERMS",
    "TEST",
    "ClockRules",
    "ClockSet",
    "ClockStep",
    "Danger",
    "DemandReset",
    "Evidence",
    "Job",
    "ListOutcome",
    "ModeChange",
    "Offer",
    "Outcome",
    "Parameter",
    "Patience",
    "PendingOutcome",
    "ProcedureNote",
    "ProcedureResult",
    "RecordingOutcome",
    "ResultCode",
    "Selector",
    "Terms",
    "TestModeStay",
    "activate_pending",
    "ask_procedure",
    "carry_out",
    "change_mode",
    "clear_data",
    "clear_manufacturer_status",
    "clear_pending",
    "clear_standard_status",
    "cold_start",
    "demand_reset",
    "is_dangerous",
    "last_demand_reset",
    "leave_test_mode",
    "list_names",
    "listed",
    "modes",
    "note_of",
    "number_of",
    "offers",
    "parameters",
    "recording",
    "reset_list_pointers",
    "run_procedure",
    "save_configuration",
    "self_read",
    "set_clock",
    "start_load_profile",
    "stay_in_test_mode",
    "stop_load_profile",
    "update_last_read",
    "values_from",
    "warm_start",
]

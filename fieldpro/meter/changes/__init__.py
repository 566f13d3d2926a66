"""Change sets: the only road to a write. What differs is shown, chosen, written, read back and kept in a journal."""

from fieldpro.meter.changes.apply import Written, apply
from fieldpro.meter.changes.change import Change, Counts, Origin, State, Warn, WarningKind
from fieldpro.meter.changes.change_set import ChangeSet
from fieldpro.meter.changes.compare import compare, edit, towards
from fieldpro.meter.changes.comparison import writable
from fieldpro.meter.changes.exact import exact
from fieldpro.meter.changes.fetch import compare_with_meter
from fieldpro.meter.changes.journal import Journal, SpanState, Unfinished
from fieldpro.meter.changes.keeper import Keeper, LaterKeeper, MemoryKeeper
from fieldpro.meter.changes.passwords import prove_passwords, proven
from fieldpro.meter.changes.pending import Staged, finish_staging, go_back_from_staging, room_for_pending, stage
from fieldpro.meter.changes.records import Outcome, Stage
from fieldpro.meter.changes.resume import finish, go_back, look, states, undo
from fieldpro.meter.programs.rules import Rules, rules

__all__ = [
    "Change",
    "ChangeSet",
    "Counts",
    "Journal",
    "Keeper",
    "LaterKeeper",
    "MemoryKeeper",
    "Origin",
    "Outcome",
    "Rules",
    "SpanState",
    "Stage",
    "Staged",
    "State",
    "Unfinished",
    "Warn",
    "WarningKind",
    "Written",
    "apply",
    "compare",
    "compare_with_meter",
    "edit",
    "exact",
    "finish",
    "finish_staging",
    "go_back",
    "go_back_from_staging",
    "look",
    "prove_passwords",
    "proven",
    "room_for_pending",
    "rules",
    "stage",
    "states",
    "towards",
    "undo",
    "writable",
]

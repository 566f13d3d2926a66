"""`fieldpro demand-reset`: the billing registers read and kept, then the demands reset, once in a lock-out time."""

from __future__ import annotations

from typing import Annotated

import typer

from fieldpro.cli import console
from fieldpro.cli.confirm import serial_number
from fieldpro.cli.jobs import evidence_kept, guarded
from fieldpro.cli.line import MeterLine
from fieldpro.cli.options import with_meter
from fieldpro.cli.procedure import tell
from fieldpro.cli.source import view_of
from fieldpro.meter.procedures import LOCK_OUT_H, DemandReset, Terms
from fieldpro.meter.procedures import demand_reset as reset_demands
from fieldpro.meter.procedures.catalogue import note_of
from fieldpro.meter.procedures.demand_reset import REMOTE_RESET
from fieldpro.meter.read import read_tables
from fieldpro.security import entries
from fieldpro.security.guard import JobNotes
from fieldpro.security.rights import Right
from fieldpro.session.conversation import Conversation

DEED = "Demand reset"


@with_meter
def demand_reset(
    meter: MeterLine,
    *,
    self_read: Annotated[bool, typer.Option("--self-read", help="Also keep a self read.")] = False,
    force: Annotated[bool, typer.Option("--force", help="Also within the lock-out time of the last one.")] = False,
    lock_out_h: Annotated[float, typer.Option("--lock-out", min=0, help="The lock-out time, hours.")] = LOCK_OUT_H,
    confirm: Annotated[
        str | None, typer.Option(metavar="SERIAL", help="The meter's serial number; else asked.", show_default=False)
    ] = None,
    reason: Annotated[str, typer.Option(help="Why, for the audit log.", show_default=False)] = "",
    as_json: Annotated[bool, typer.Option("--json", help="As an object.")] = False,
) -> None:
    """Reset the demands. The registers are read before and kept as a record."""
    view = view_of(meter, "demand reset", lambda collection: read_tables({0, 1}, collection=collection))
    note = note_of(REMOTE_RESET, view.device_profile)
    serial_number(view.identity, DEED, given=confirm, warning=note.warning)
    given = {"demand_reset": True, "self_read": self_read, "force": force, "lock_out_h": lock_out_h}
    told = entries.procedure(number=REMOTE_RESET, name=DEED, parameters=given, reason=reason)
    with evidence_kept(meter, DEED) as evidence:
        terms = Terms(meter=view.identity, profile=view.device_profile)

        def job(notes: JobNotes) -> Conversation[DemandReset]:
            outcome = yield from reset_demands(
                self_read=self_read, lock_out_h=lock_out_h, force=force, evidence=evidence, terms=terms
            )
            notes.add(
                result=outcome.result.code,
                words=outcome.result.words,
                resets_before=outcome.resets_before,
                resets_after=outcome.resets_after,
            )
            return outcome

        outcome = guarded(meter, view.identity, Right.DEMAND_RESET, entries.PROCEDURE, told, job, reason=reason)
    tell(outcome, as_json=as_json)
    if outcome.resets_after is not None:
        console.say(f"Demand resets: {outcome.resets_before} before, {outcome.resets_after} after.")

"""`fieldpro program resume|undo`: what comes after a write that was interrupted, or one that was not wanted."""

from __future__ import annotations

from dataclasses import replace
from typing import Annotated

import typer

from fieldpro.cli import console, differences
from fieldpro.cli.confirm import agree, needs_yes
from fieldpro.cli.here import ask, is_asked
from fieldpro.cli.jobs import at_meter, guarded
from fieldpro.cli.line import MeterLine
from fieldpro.cli.options import with_meter
from fieldpro.cli.writing import write_changes
from fieldpro.errors import UsageError
from fieldpro.meter.changes import (
    ChangeSet,
    Outcome,
    Unfinished,
    finish,
    finish_staging,
    go_back,
    go_back_from_staging,
    look,
)
from fieldpro.meter.changes.records import Job
from fieldpro.meter.collection import Collection
from fieldpro.meter.read import identify, read_tables
from fieldpro.meter.view import MeterView
from fieldpro.records import MeterIdentity
from fieldpro.security import entries
from fieldpro.security.guard import JobNotes
from fieldpro.security.rights import Right
from fieldpro.session.conversation import Conversation

FINISH, GO_BACK, LEAVE = "finish", "go back", "leave"


@with_meter
def resume(
    meter: MeterLine,
    *,
    to_finish: Annotated[bool, typer.Option("--finish", help="Write what is left to write.")] = False,
    to_go_back: Annotated[bool, typer.Option("--go-back", help="Write what was there before.")] = False,
    to_leave: Annotated[bool, typer.Option("--leave", help="Leave the meter as it is, and say no more of it.")] = False,
    yes: Annotated[bool, typer.Option("--yes", help="Write without asking.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="What was written, as an object.")] = False,
) -> None:
    """Finish a write that was interrupted, or take it back."""
    if to_finish + to_go_back + to_leave > 1:
        raise UsageError("how to resume", "--finish, --go-back or --leave", "more than one")
    needs_yes(as_json, yes=yes)
    unfinished = meter.here.desk.journal.unfinished(_who(meter))
    if unfinished is None:
        console.say("No write to this meter was interrupted.")
        return
    way = FINISH if to_finish else GO_BACK if to_go_back else LEAVE if to_leave else _asked()
    if way == LEAVE:
        agree("Leave the meter as it is?", yes=yes)
        with meter.here.guard.job(
            Right.PROGRAM_WRITE, unfinished.identity, entries.WRITE, entries.write(purpose="give up", changes=[])
        ):
            meter.here.desk.journal.give_up(unfinished)
        return
    if unfinished.is_staging:
        agree(f"{way.capitalize()}?", yes=yes)
        _pending(meter, unfinished, to_finish=way == FINISH)
        return
    change_set = _left(meter, unfinished, to_finish=way == FINISH)
    if not as_json:
        differences.show(change_set)
    agree(f"{way.capitalize()}: write {len(change_set.different)} of these?", yes=yes)
    write_changes(meter, change_set, as_json=as_json)


@with_meter
def undo(
    meter: MeterLine,
    *,
    job: Annotated[
        str, typer.Option(metavar="JOB", help="Of the journal; else the last write.", show_default=False)
    ] = "",
    yes: Annotated[bool, typer.Option("--yes", help="Write without asking.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="What was written, as an object.")] = False,
) -> None:
    """Take back the last write to this meter: what was there before is shown, confirmed and written."""
    needs_yes(as_json, yes=yes)
    identity = _who(meter)
    journal = meter.here.desk.journal
    done = [each for each in journal.jobs(identity) if each.outcome in (Outcome.DONE, Outcome.FINISHED)]
    chosen = next((each for each in reversed(done) if not job or each.id == job), None)
    if chosen is None:
        raise UsageError("write to take back", f"one that was done to {identity.key} from here", job or "none")
    change_set = _inverse(meter, chosen)
    if not as_json:
        differences.show(change_set)
    if not change_set:
        console.say("The meter holds what was there before already.")
        return
    agree(f"Write back {len(change_set.different)} of these?", yes=yes)
    write_changes(meter, change_set, as_json=as_json)


def _who(meter: MeterLine) -> MeterIdentity:
    seen = Collection(operator=meter.operator)
    return meter.run("identify", lambda: identify(collection=seen), collection=seen).result


def _asked() -> str:
    if not is_asked():
        raise UsageError("how to resume", "--finish, --go-back or --leave, for nobody can be asked here", "none")
    answer = ask("finish, go back, or leave it").casefold()
    if answer not in (FINISH, GO_BACK, LEAVE):
        raise UsageError("how to resume", "finish, go back or leave", answer or "nothing")
    return answer


def _left(meter: MeterLine, unfinished: Unfinished, *, to_finish: bool) -> ChangeSet:
    view = at_meter(meter, unfinished.identity, "program resume", lambda: look(unfinished))
    return (finish if to_finish else go_back)(unfinished, view, meter.here.desk.journal)


def _inverse(meter: MeterLine, job: Job) -> ChangeSet:
    """What takes a write back, from the journal's before-image and what the meter holds now."""
    done = Unfinished(job, job)
    view = at_meter(meter, job.meter, "program undo", lambda: look(done))
    return replace(go_back(done, view, meter.here.desk.journal), continues="", purpose="undo")


def _pending(meter: MeterLine, unfinished: Unfinished, *, to_finish: bool) -> None:
    journal = meter.here.desk.journal

    def job(notes: JobNotes) -> Conversation[None]:
        read_out = yield from read_tables({0, 4}, collection=Collection(), only_listed=True)
        ending = finish_staging if to_finish else go_back_from_staging
        yield from ending(unfinished, MeterView(read_out).tables, journal=journal)

    told = entries.write(purpose=FINISH if to_finish else GO_BACK, changes=[])
    guarded(meter, unfinished.identity, Right.PENDING, entries.WRITE, told, job)
    console.say("What was pending is whole." if to_finish else "What was pending is cleared.")

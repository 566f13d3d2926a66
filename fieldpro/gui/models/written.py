"""What a write came to, in words: the verdict, and what stands beside each row. No Qt here."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fieldpro.gui.figures import grouped
from fieldpro.gui.models.differences import Verdict
from fieldpro.gui.words import tr

if TYPE_CHECKING:
    from fieldpro.meter.changes import Staged, Written

States = dict[str, tuple[str, str]]  # path -> words, tone


def written_verdict(written: Written) -> Verdict:
    """ "2 changes written and verified", for every purpose that a write can have."""
    many = _changes(len(written.changes))
    headlines = {
        "undo": tr("{many} taken back and verified", many=many),
        "go-back": tr("Gone back: {many} written and verified", many=many),
        "finish": tr("Finished: {many} written and verified", many=many),
    }
    headline = headlines.get(written.change_set.purpose, tr("{many} written and verified", many=many))
    writes = tr("one write") if written.operations == 1 else tr("{count} writes", count=grouped(written.operations))
    detail = tr(
        "Written to {serial} at {time}, in {writes}. Each element was read back and compared.",
        serial=written.identity.serial,
        time=f"{written.ended_at.astimezone():%H:%M:%S}",
        writes=writes,
    )
    return Verdict(headline, detail, "good")


def written_states(written: Written) -> States:
    """Beside each row: verified, or what a log-on has yet to prove."""
    unproven = set(written.unproven)
    verified, open_ = (tr("written and verified"), "good"), (tr("written; the next log-on proves it"), "warn")
    return {each.path: open_ if each.path in unproven else verified for each in written.changes}


def undo_words(written: Written) -> str:
    """The button that takes a write back; "" for one that cannot be, or that was itself such a one."""
    can_undo = written.change_set.purpose == "write" and not written.unproven and written.changes
    return tr("Take back {many}", many=_changes(len(written.changes))) if can_undo else ""


def waiting_verdict(staged: Staged) -> Verdict:
    """Of what was written into pending tables: nothing in force has changed."""
    count = len(staged.change_set.different)
    headline = tr("1 change waits") if count == 1 else tr("{count} changes wait", count=grouped(count))
    detail = tr(
        "Written to {serial} and found among its pending tables; it takes hold {when}. "
        "Procedures activates it before, or gives it up.",
        serial=staged.identity.serial,
        when=staged.trigger.words,
    )
    return Verdict(headline, detail, "good")


def waiting_states(staged: Staged) -> States:
    waits = (tr("waits, {when}", when=staged.trigger.words), "good")
    return {each.path: waits for each in staged.change_set.different}


def _changes(count: int) -> str:
    return tr("1 change") if count == 1 else tr("{count} changes", count=grouped(count))

"""Proving new passwords: each opens the meter, or the previous one stays kept.

    proven = yield from prove_passwords(written, journal=journal)      a job of its own, after the write

The Security service (ANSI C12.18, 51) takes a password at any time of a session; the session has the clearance of the
last one that was taken. Keys are proven by whatever uses them: say so with `proven`.
"""

from __future__ import annotations

from fieldpro.c12.psem.codes import ResponseCode
from fieldpro.c12.psem.security import Security
from fieldpro.errors import ServiceRefused
from fieldpro.meter.changes.apply import Written, secret_name
from fieldpro.meter.changes.journal import Journal
from fieldpro.secret import Secret
from fieldpro.session.conversation import Conversation

PASSWORDS = "SECURITY_TBL"


def prove_passwords(written: Written, *, journal: Journal) -> Conversation[tuple[str, ...]]:
    """The paths of the passwords that opened the meter; the previous ones of these are forgotten. An empty password
    is nobody's and counts as proven."""
    opened = []
    for change in written.changes:
        if not change.secret or not change.path.startswith(f"{PASSWORDS}."):
            continue
        bare = change.new.reveal().rstrip(b" \0")
        try:
            if bare:
                yield Security(Secret(bare))
        except ServiceRefused as refused:
            if refused.response != ResponseCode.ISC:
                raise
            continue
        opened.append(change.path)
        forget_previous(written, change.path, journal=journal)
    return tuple(opened)


def proven(journal: Journal, written: Written) -> None:
    """All of them have been used: the previous passwords and keys need not be kept any longer."""
    for change in written.changes:
        if change.secret:
            forget_previous(written, change.path, journal=journal)


def forget_previous(written: Written, path: str, *, journal: Journal) -> None:
    job = written.change_set.continues or written.job
    for which in ("before", "after"):
        journal.keeper.forget(secret_name(job, path, which))

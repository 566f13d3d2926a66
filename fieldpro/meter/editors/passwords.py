"""New passwords, written so that nobody is locked out: the one before stays until the new one is proven.

    changed = yield from change_passwords(editor, own=Secret(...), own_entry=3, journal=journal)

For each place, the lowest level first and the one that this session lives by last:

    1  the present password goes to the place that keeps the one before, where the meter has such a place
    2  the new password is written, with the journal and its keeper, and read back where the meter allows that
    3  it is proven: the meter is asked to open with it (Security)
    4  refused: what was there before is written back to both places, and the job ends with `NotVerified`
    5  proven: the clearance of the session is taken again, and the keeper forgets both

A meter that does not take Security twice in a session cannot be asked; then what is kept stays kept, and the outcome
says that a log-on with the new password is still to prove it. A link that dies in between leaves the journal's keeper
with both passwords: nothing is lost.
"""

from __future__ import annotations

from dataclasses import dataclass

from fieldpro.c12.psem.codes import ResponseCode
from fieldpro.c12.psem.security import Security
from fieldpro.errors import NotVerified, ServiceRefused, UsageError
from fieldpro.meter.changes import Journal, Written, apply, edit, proven
from fieldpro.meter.editors.complaint import errors
from fieldpro.meter.editors.security import FILLS, PasswordEntry, SecurityEditor, password_path
from fieldpro.secret import Secret
from fieldpro.session.conversation import Conversation, Progress
from fieldpro.session.tables import read_table

SECURITY_TABLE = 42
BLANK = 0x20
_NOT_READABLE = (ResponseCode.ISC, ResponseCode.ONP, ResponseCode.IAR)


@dataclass(frozen=True, slots=True)
class PasswordsChanged:
    """proven: titles of the places whose new password opened the meter. unproven: those that this meter could not be
    asked about: a log-on is still to prove them, and what is kept of them stays kept. written: in order."""

    proven: tuple[str, ...]
    unproven: tuple[str, ...]
    written: tuple[Written, ...]
    own: Secret  # what opens the meter for the next session of whoever did this


def change_passwords(
    editor: SecurityEditor, *, own: Secret, journal: Journal, who: str = "", fill: int = BLANK
) -> Conversation[PasswordsChanged]:
    """Write and prove the new passwords of an editor. own: the password that this session was opened with. fill: what
    fills a short password up, blanks or 00.

    Raises `UsageError`, with nothing written, for passwords that cannot be; `NotVerified` for one that did not open
    the meter and was taken back; and what `apply` raises.
    """
    wrong = errors(complaint for complaint in editor.check() if complaint.name.startswith("password_"))
    if wrong:
        raise UsageError("new passwords", "passwords that the meter can have", str(wrong[0]))
    return (yield from _Change(editor, own, journal, who, fill).run())


class _Change:
    def __init__(self, editor: SecurityEditor, own: Secret, journal: Journal, who: str, fill: int) -> None:
        self.editor, self.own, self.journal, self.who, self.fill = editor, own, journal, who, fill
        self.entries = {entry.index: entry for entry in editor.entries}
        self.present: dict[int, Secret] = {}
        self.written: list[Written] = []
        self.proven: list[str] = []
        self.unproven: list[str] = []

    def run(self) -> Conversation[PasswordsChanged]:
        self.present = present = yield from self._present()
        new = self.editor.new_passwords
        own_entry = next((index for index, secret in present.items() if _bare(secret) == _bare(self.own)), None)
        for done, index in enumerate(sorted(new, key=lambda each: (each == own_entry, each))):
            entry = self.entries[index]
            yield Progress(done, len(new), "passwords", f"Changing the password of {entry.title}")
            yield from self._keep_the_one_before(entry)
            yield from self._change(entry, new[index], is_own=index == own_entry)
        yield Progress(len(new), len(new), "passwords", "Passwords changed")
        return PasswordsChanged(tuple(self.proven), tuple(self.unproven), tuple(self.written), self.own)

    def _present(self) -> Conversation[dict[int, Secret]]:
        """The passwords in the meter by place, for as long as this runs; none where it does not let them be read."""
        layout = self.editor.tables.layout(SECURITY_TABLE)
        try:
            data = yield from read_table(SECURITY_TABLE, layout.size)
        except ServiceRefused as error:
            if error.response not in _NOT_READABLE:
                raise
            return {}
        entries = layout.decode(data).values["SECURITY_ENTRIES"]
        return {index: Secret(bytes(entry["PASSWORD"])) for index, entry in enumerate(entries)}

    def _keep_the_one_before(self, entry: PasswordEntry) -> Conversation[None]:
        """The present password to the place that keeps the one before, ahead of the new one."""
        if entry.previous is not None and entry.previous not in self.editor.new_passwords:
            yield from self._put(entry.previous, self.present.get(entry.index))

    def _put(self, index: int, secret: Secret | None) -> Conversation[None]:
        """A password that the meter has had already, so that it needs no proof; nothing where it is not known."""
        if secret is not None:
            change_set = edit(self.editor.view, {password_path(index): secret})
            written = yield from apply(change_set, journal=self.journal, who=self.who)
            self.written.append(written)
            proven(self.journal, written)

    def _change(self, entry: PasswordEntry, new: Secret, *, is_own: bool) -> Conversation[None]:
        filled = Secret(new.reveal().ljust(self.editor.password_length, bytes([self.fill])))
        change_set = edit(self.editor.view, {entry.path: filled})
        written = yield from apply(change_set, journal=self.journal, who=self.who)
        self.written.append(written)
        try:
            yield Security(new, fill=self.fill)
        except ServiceRefused as error:
            if error.response == ResponseCode.ISC:
                yield from self._go_back(entry, written)
                raise NotVerified(entry.path, "a password that opens the meter", "one that it refused") from error
            self.unproven.append(entry.title)
            return
        self.proven.append(entry.title)
        proven(self.journal, written)
        if is_own:
            self.own = new
        else:
            yield Security(self.own, fill=self.fill)

    def _go_back(self, entry: PasswordEntry, written: Written) -> Conversation[None]:
        """What was there before. The clearance is taken again first: some meters drop it after a wrong password."""
        try:
            yield Security(self.own, fill=self.fill)
        except ServiceRefused as error:
            if error.response != ResponseCode.ISC:
                raise
        back = yield from apply(written.inverse(), journal=self.journal, who=self.who)
        self.written.append(back)
        if entry.previous is not None:  # the meter may have put the refused one there by itself
            yield from self._put(entry.previous, self.present.get(entry.previous))
        proven(self.journal, written)
        proven(self.journal, back)


def _bare(secret: Secret) -> bytes:
    return secret.reveal().rstrip(FILLS)

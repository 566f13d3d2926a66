"""Who works here, for a command: signed in when it is first asked, with a password that is never an argument.

While nobody was added to the users of the program, whoever uses the computer may do everything, under the operator's
name of the settings. Once there are users, `--as NAME` says who it is (else the operator of the settings), and the
password comes from the terminal or from `--as-password-file`.
"""

from __future__ import annotations

import sys
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Self

import typer

from fieldpro.app import JOURNALS, Desk
from fieldpro.cli.credentials import first_line
from fieldpro.errors import Cancelled, UsageError
from fieldpro.records import MeterIdentity
from fieldpro.secret import Secret
from fieldpro.settings import Settings, data_folder

if TYPE_CHECKING:
    from fieldpro.security.guard import Guard


class Here:
    """The desk of one command, and who sits at it."""

    def __init__(self, *, name: str = "", password_file: Path | None = None) -> None:
        self.desk = Desk(Settings())
        self._name = name or self.desk.settings.operator
        self._password_file = password_file
        self._guard: Guard | None = None
        self._told: set[str] = set()

    @property
    def guard(self) -> Guard:
        """Raises `SignInRefused`, `LockedOut`, `UsageError` when nobody can be asked for the password, and as
        `Desk.guard`."""
        if self._guard is None:
            guard = self.desk.guard
            if guard.start(self._name) is None:
                guard.sign_in(self._name, self._password())
            self._guard = guard
        return self._guard

    @property
    def who(self) -> str:
        """The name that stands in records."""
        signed_in = self.guard.signed_in
        return self._name if signed_in is None else signed_in.name

    def tell_interrupted(self, meter: MeterIdentity) -> None:
        """Say once of a meter that a write to it was interrupted, before anything else is said of it."""
        if meter.key in self._told or not (data_folder() / JOURNALS).is_dir():
            return
        self._told.add(meter.key)
        unfinished = self.desk.journal.unfinished(meter)
        if unfinished is not None:
            from fieldpro.cli.differences import tell_unfinished  # pydantic: only when there is something to tell

            tell_unfinished(unfinished)

    def _password(self) -> Secret:
        if self._password_file is not None:
            return Secret.from_text(first_line(self._password_file))
        if not is_asked():
            raise UsageError(
                f"signing in as {self._name}", "--as-password-file", "asking for a password without a terminal"
            )
        return ask_secret(f"FieldPro password of {self._name}")

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.desk.close()


def is_asked() -> bool:
    """Whether a person sits at the terminal and can be asked."""
    return sys.stdin.isatty() and sys.stderr.isatty()


def ask_secret(what: str, *, twice: bool = False) -> Secret:
    """Ask for a password without showing it. Raises `Cancelled`, and `UsageError` for a character no one can store."""
    try:
        return Secret.from_text(str(typer.prompt(what, hide_input=True, confirmation_prompt=twice, err=True)))
    except typer.Abort:
        raise Cancelled("the password") from None


def ask(what: str) -> str:
    """Ask for a line. Raises `Cancelled`."""
    try:
        return str(typer.prompt(what, err=True, default="", show_default=False)).strip()
    except typer.Abort:
        raise Cancelled(what) from None

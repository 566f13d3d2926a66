"""What a person is asked before something is written or done: yes in words, or the serial number of the very meter."""

from __future__ import annotations

from fieldpro.cli import console
from fieldpro.cli.here import ask, is_asked
from fieldpro.errors import Cancelled, NotApproved, UsageError
from fieldpro.records import MeterIdentity


def agree(question: str, *, yes: bool, option: str = "--yes") -> None:
    """Go on only when `yes` was given or the person says so. Raises `Cancelled`, and `UsageError` when nobody can be
    asked."""
    if yes:
        return
    if not is_asked():
        raise UsageError(question, option, "going on where nobody can be asked")
    if ask(f"{question} (yes or no)").casefold() not in ("y", "yes"):
        raise Cancelled(question)


def needs_yes(as_json: bool, *, yes: bool) -> None:
    """With JSON on standard output the differences are not shown before, and so nobody can agree to them."""
    if as_json and not yes:
        raise UsageError("--json", "--yes beside it, for what is to be written is not shown then", "it alone")


def serial_number(meter: MeterIdentity, deed: str, *, given: str | None, warning: str = "") -> None:
    """Go on only when the serial number of this meter was given or is typed. Zeros in front need not be.

    Raises `NotApproved` for another number, and `UsageError` when nobody can be asked.
    """
    if warning:
        console.say(warning)
    if given is None:
        if not is_asked():
            raise UsageError(deed, "--confirm with the meter's serial number", "going on where nobody can be asked")
        given = ask(f"{deed}: type the serial number of the meter to go on")
    if not given or given.strip().lstrip("0") != meter.serial.lstrip("0"):
        raise NotApproved(deed, "the serial number that was given is not that of the meter on the line")

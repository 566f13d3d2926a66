"""Where authorisations come from: the interface, and files in a folder as the one that needs no network.

    provider = LocalFileAuthorisations(folder, trusted=folder / "trusted", ledger=Ledger(folder / "ledger"))
    provider.standing(right, meter) -> [Standing, ...]     what is here for a job, with the time and uses that remain
    provider.take(right, meter, who=...) -> Granted         take one use, or the error that says why not

Another provider (a server that is asked while on line, leases fetched ahead) has these two methods.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Protocol

from fieldpro.errors import (
    AuthorisationError,
    AuthorisationExpired,
    AuthorisationForged,
    AuthorisationMissing,
    AuthorisationOtherMeter,
    AuthorisationTooEarly,
    AuthorisationUsed,
    ClockTurnedBack,
    FileError,
)
from fieldpro.files import write_atomically
from fieldpro.security import authorisation as files
from fieldpro.security.authorisation import Authorisation
from fieldpro.security.ledger import Ledger
from fieldpro.security.rights import Right

SUFFIX = ".fpauth"

Spent = Callable[[Authorisation], int]
"""Uses known from elsewhere, the audit log above all."""


def none_known(authorisation: Authorisation) -> int:
    return 0


def utc_now() -> datetime:
    return datetime.now(UTC)


@dataclass(frozen=True, slots=True)
class Standing:
    """One authorisation and how it stands for a job: usable when `problem` is None."""

    authorisation: Authorisation
    uses_left: int
    left_s: float  # until it ends; negative when it has
    problem: AuthorisationError | None = None


@dataclass(frozen=True, slots=True)
class Granted:
    """One use that was taken: its number, from 1, and what remains."""

    authorisation: Authorisation
    use: int
    uses_left: int
    until: datetime


class AuthorisationProvider(Protocol):
    def standing(self, right: Right, meter: str, *, spent: Spent = none_known) -> list[Standing]: ...
    def take(self, right: Right, meter: str, *, who: str, spent: Spent = none_known) -> Granted: ...


class LocalFileAuthorisations:
    """`*.fpauth` files in a folder, signed by issuers whose keys lie in `trusted`. Raises `FileError` too."""

    def __init__(
        self,
        folder: Path,
        *,
        trusted: Path,
        ledger: Ledger,
        now: Callable[[], datetime] = utc_now,
        clock_slack_s: float = 300,
    ) -> None:
        self.folder = folder
        self.trusted = trusted
        self._ledger = ledger
        self._now = now
        self._slack = timedelta(seconds=clock_slack_s)

    def add(self, path: Path) -> Authorisation:
        """Take a file into the folder after its signature was proven. Raises `AuthorisationForged`, `FileError`."""
        content = _content(path)
        found = files.read(content, files.trusted_keys(self.trusted), str(path))
        name = f"{found.issuer}-{''.join(c if c.isalnum() or c in '-_' else '_' for c in found.id)}{SUFFIX}"
        try:
            write_atomically(self.folder / name, content)
        except OSError as problem:
            raise FileError(str(self.folder), name, "a folder to write in", str(problem)) from problem
        return found

    def standing(self, right: Right, meter: str, *, spent: Spent = none_known) -> list[Standing]:
        """Those for this right, usable ones first, then those that say most nearly why not."""
        found, _ = self._read()
        standing = [self._standing(each, right, meter, spent) for each in found if right in each.rights]
        if standing:
            self._ledger.see(self._now())  # what has ended stays so when the clock is turned back
        return sorted(standing, key=lambda one: (one.problem is not None, _distance(one.problem), one.left_s))

    def take(self, right: Right, meter: str, *, who: str, spent: Spent = none_known) -> Granted:
        """Take one use of the one that ends first. Raises the `AuthorisationError` that says why none can be used."""
        standing = self.standing(right, meter, spent=spent)
        now = self._now()
        for one in standing:
            if one.problem is not None:
                break
            each = one.authorisation
            what = {"at": now.isoformat(), "who": who, "meter": meter, "right": str(right)}
            use = self._ledger.take(each, what, spent=spent(each))
            if use is not None:  # else another program took the last one just now
                return Granted(each, use, self._left(each, spent), each.valid_to)
        raise self._why_not(standing, right, meter)

    # --- inside

    def _why_not(self, standing: list[Standing], right: Right, meter: str) -> AuthorisationError:
        for one in standing:
            if one.problem is not None:
                return one.problem
            return AuthorisationUsed(one.authorisation.id, str(right), meter, _times(one.authorisation.uses))
        _, forged = self._read()
        if forged:
            return AuthorisationForged(forged[0].authorisation, str(right), meter, forged[0].detail)
        return AuthorisationMissing("", str(right), meter)

    def _read(self) -> tuple[list[Authorisation], list[AuthorisationForged]]:
        """Those that are genuine, and what was wrong with those that are not. A file that is none at all is raised."""
        trusted = files.trusted_keys(self.trusted)
        good, forged = [], []
        for path in sorted(self.folder.glob(f"*{SUFFIX}")):
            try:
                good.append(files.read(_content(path), trusted, str(path)))
            except AuthorisationForged as problem:
                forged.append(problem)
        return good, forged

    def _standing(self, each: Authorisation, right: Right, meter: str, spent: Spent) -> Standing:
        now, latest = self._now(), self._ledger.latest()
        left = self._left(each, spent)
        left_s = (each.valid_to - now).total_seconds()
        subject = (each.id, str(right), meter)
        problem: AuthorisationError | None = None
        if meter not in each.meters:
            problem = AuthorisationOtherMeter(*subject, ", ".join(sorted(each.meters)))
        elif left <= 0:
            problem = AuthorisationUsed(*subject, _times(each.uses))
        elif latest is not None and now < latest - self._slack:
            problem = ClockTurnedBack(*subject, _utc(latest))
        elif now >= each.valid_to:
            problem = AuthorisationExpired(*subject, _utc(each.valid_to))
        elif now < each.valid_from:
            problem = AuthorisationTooEarly(*subject, _utc(each.valid_from))
        return Standing(each, left, left_s, problem)

    def _left(self, each: Authorisation, spent: Spent) -> int:
        return max(0, each.uses - max(self._ledger.used(each), spent(each)))


def _distance(problem: AuthorisationError | None) -> int:
    """How far a problem is from a use: what a person is told when there are several."""
    order = (AuthorisationExpired, AuthorisationTooEarly, ClockTurnedBack, AuthorisationUsed, AuthorisationOtherMeter)
    return next((nth for nth, kind in enumerate(order) if isinstance(problem, kind)), 0)


def _content(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as problem:
        raise FileError(str(path), "the whole file", "a file that can be read", str(problem)) from problem


def _utc(time: datetime) -> str:
    return time.astimezone(UTC).strftime("%Y-%m-%d %H:%M UTC")


def _times(uses: int) -> str:
    return "once" if uses == 1 else f"{uses} times"

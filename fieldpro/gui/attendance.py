"""Who works at this window: signing in and out, the lock, and the authorisations for the meter that is connected.

    attendance.begin()                 once, when the window is up: users or none?
    attendance.sign_in(name, secret)   `changed` when it is done, `refused(explanation, wait_s)` when not
    attendance.lock() ; attendance.touch()

The passwords are checked in the store's lane, for that takes a good part of a second on purpose. Until `begin` has its
answer nobody may do anything, unless this computer has no file of users.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, QTimer, Signal

from fieldpro.errors import FieldProError, LockedOut
from fieldpro.explain import Explanation, explain
from fieldpro.gui.words import tr

if TYPE_CHECKING:
    from fieldpro.gui.workbench import Workbench
    from fieldpro.security.guard import Guard
    from fieldpro.security.rights import Right, Role
    from fieldpro.security.users import SignedIn, User

USERS_FILE = "users.json"  # in the data folder
LOOK_MS = 1_000  # how often it is asked whether the program locked itself
STANDING_MS = 30_000  # how often what remains of an authorisation is worked out anew


class Presence(StrEnum):
    UNKNOWN = "unknown"  # not asked yet
    OPEN = "open"  # there are no users: everybody is administrator
    HERE = "here"
    LOCKED = "locked"
    NOBODY = "nobody"  # sign in first
    FAILED = "failed"  # the users cannot be known


@dataclass(frozen=True, slots=True)
class Remaining:
    """What remains of the authorisations for the connected meter: the words for the meter bar, and all of them."""

    words: str = ""
    detail: str = ""
    tone: str = ""


class Attendance(QObject):
    """See the module."""

    changed = Signal()
    refused = Signal(object, int)  # Explanation, seconds until the next try is looked at
    users_changed = Signal(object)  # list of `fieldpro.security.users.User`
    remaining_changed = Signal(object)  # Remaining

    def __init__(self, workbench: Workbench) -> None:
        super().__init__(workbench)
        self._bench = workbench
        self.presence = Presence.UNKNOWN
        self.trouble: Explanation | None = None
        self.remaining = Remaining()
        self._busy = False
        self._ticker = QTimer(self)
        self._ticker.setInterval(LOOK_MS)
        self._ticker.timeout.connect(self.look_at_the_clock)
        self._standing = QTimer(self)
        self._standing.setInterval(STANDING_MS)
        self._standing.timeout.connect(self._look_at_authorisations)
        workbench.meter_changed.connect(lambda _meter: self._look_at_authorisations())

    # --- what is so ------------------------------------------------------------------------------------------

    @property
    def guard(self) -> Guard | None:
        return self._bench.rights.guard

    @property
    def signed_in(self) -> SignedIn | None:
        return None if self.guard is None else self.guard.signed_in

    @property
    def is_shut(self) -> bool:
        """Whether the window shows nothing but the lock."""
        return self.presence in (Presence.LOCKED, Presence.NOBODY, Presence.FAILED)

    @property
    def is_busy(self) -> bool:
        """A password is being looked at."""
        return self._busy

    # --- signing in and out ----------------------------------------------------------------------------------

    def begin(self) -> None:
        """Make the guard, and see whether there are users."""
        operator = self._bench.settings.operator

        def start() -> Guard:
            guard: Guard = self._bench.desk.guard
            guard.start(operator)
            return guard

        def started(guard: Guard) -> None:
            self._bench.rights.guard = guard
            self.trouble = None
            self._ticker.start()
            self._standing.start()
            self._settle()

        def failed(error: FieldProError) -> None:
            self.trouble = explain(error, translate=tr)
            self._set(Presence.FAILED)

        self._run(start, started, failed)

    def expect_users(self) -> None:
        """Before `begin`: this computer has users, so the window stays shut until it is known who comes."""
        if self.presence is Presence.UNKNOWN:
            self._set(Presence.NOBODY)

    def sign_in(self, name: str, password: Any) -> None:
        """`password` is a `Secret`. When somebody is locked out of the screen, `name` is theirs."""
        guard = self.guard
        if guard is None or self._busy:
            return
        self._busy = True
        self.changed.emit()

        def done(_signed_in: object) -> None:
            self._busy = False
            self._settle()

        def failed(error: FieldProError) -> None:
            self._busy = False
            self.refused.emit(explain(error, translate=tr), error.wait_s if isinstance(error, LockedOut) else 0)
            self.changed.emit()

        self._run(lambda: guard.sign_in(name, password), done, failed)

    def sign_out(self) -> None:
        if self.guard is not None and self.presence in (Presence.HERE, Presence.LOCKED):
            self.guard.sign_out()
            self._settle()

    def lock(self) -> None:
        """Lock now. Without users nobody could unlock it, so nothing is locked."""
        if self.guard is not None and self.presence is Presence.HERE:
            self.guard.idle.lock()
            self._settle()

    def touch(self) -> None:
        """Somebody moved the mouse or typed."""
        if self.guard is not None:
            self.guard.idle.touch()

    def look_at_the_clock(self) -> None:
        """Locks the window when it was left alone for too long."""
        if self.guard is not None and self.guard.is_locked != (self.presence is Presence.LOCKED):
            self._settle()

    # --- users -----------------------------------------------------------------------------------------------

    def list_users(self) -> None:
        guard = self.guard
        if guard is not None:
            self._run(guard.users.list, self.users_changed.emit, self._bench.fail)

    def add_user(self, name: str, role: Role, password: Any, then: Callable[[], object]) -> None:
        """The first user makes an end of everybody being administrator: they sign in next."""
        self._manage("add", name, then, lambda guard, by: guard.users.add(name, role, password, by=by), role=str(role))

    def set_role(self, name: str, role: Role) -> None:
        self._manage("role", name, None, lambda guard, by: guard.users.set_role(name, role, by=by), role=str(role))

    def set_disabled(self, name: str, disabled: bool) -> None:
        what = "disable" if disabled else "enable"
        self._manage(what, name, None, lambda guard, by: guard.users.set_disabled(name, disabled, by=by))

    def end_lock_out(self, name: str) -> None:
        self._manage("unlock", name, None, lambda guard, by: guard.users.unlock(name, by=by))

    def remove_user(self, name: str) -> None:
        self._manage("remove", name, None, lambda guard, by: guard.users.remove(name, by=by))

    def _manage(
        self,
        what: str,
        name: str,
        then: Callable[[], object] | None,
        do: Callable[[Guard, SignedIn], object],
        **told: str,
    ) -> None:
        """One change of the users, allowed and recorded as any other job."""
        guard = self.guard
        if guard is None:
            return
        operator = self._bench.settings.operator

        def work() -> list[User]:
            from fieldpro.security import entries
            from fieldpro.security.rights import Right

            with guard.job(Right.USERS, "", entries.USERS, {"what": what, "user": name, **told}):
                signed_in = guard.signed_in
                if signed_in is not None:
                    do(guard, signed_in)
            if signed_in is not None and signed_in.is_open and not guard.users.is_open:
                guard.sign_out()
            elif signed_in is None:
                guard.start(operator)
            return list(guard.users.list())

        def done(users: list[User]) -> None:
            self.users_changed.emit(users)
            if then is not None:
                then()
            self._settle()

        self._run(work, done, self._bench.fail)

    # --- authorisations --------------------------------------------------------------------------------------

    def _look_at_authorisations(self) -> None:
        """What remains for the meter that is connected, where the policy asks for authorisations at all."""
        guard, identity = self.guard, self._bench.meter.identity
        if guard is None or identity is None or not guard.policy.authorisation.required:
            self._say_remaining(Remaining())
            return
        required = sorted(guard.policy.authorisation.required)
        self._run(
            lambda: remaining([(right, guard.standing(right, identity)) for right in required]),
            self._say_remaining,
            lambda error: self._say_remaining(Remaining(tr("Not known"), explain(error, translate=tr).what, "warn")),
        )

    def _say_remaining(self, found: Remaining) -> None:
        if found != self.remaining:
            self.remaining = found
            self.remaining_changed.emit(found)

    # --- inside ----------------------------------------------------------------------------------------------

    def _run(
        self, work: Callable[[], Any], then: Callable[[Any], object], failed: Callable[[FieldProError], object]
    ) -> None:
        self._bench.at_store(work, then, failed)

    def _settle(self) -> None:
        """The presence as the guard has it."""
        signed_in = self.signed_in
        if signed_in is None:
            self._set(Presence.NOBODY)
        elif signed_in.is_open:
            self._set(Presence.OPEN)
        else:
            self._set(Presence.LOCKED if self.guard is not None and self.guard.is_locked else Presence.HERE)

    def _set(self, presence: Presence) -> None:
        self.presence = presence
        self.changed.emit()


def remaining(standing: list[tuple[Right, list[Any]]]) -> Remaining:
    """The authorisations of a meter in words: the one that ends first, and all of them by right."""
    from fieldpro.gui.figures import duration
    from fieldpro.security.rights import title

    usable = [(right, one) for right, found in standing for one in found if one.problem is None]
    lines = []
    for right, found in standing:
        mine = [one for one in found if one.problem is None]
        if mine:
            uses = sum(one.uses_left for one in mine)
            words = tr("1 use") if uses == 1 else tr("{count} uses", count=uses)
            lines.append(f"{title(right)}: {words}, {duration(max(one.left_s for one in mine))}")
        else:
            lines.append(tr("{right}: none", right=title(right)))
    detail = "\n".join(lines)
    if not usable:
        return Remaining(tr("None"), detail, "warn")
    uses = sum(one.uses_left for _right, one in usable)
    left_s = min(one.left_s for _right, one in usable)
    count = tr("1 use") if uses == 1 else tr("{count} uses", count=uses)
    return Remaining(f"{count}, {duration(left_s)}", detail, "warn" if left_s < 900 else "")

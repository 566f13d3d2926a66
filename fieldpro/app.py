"""The one place that puts the parts together: URLs to transports, the store, the connection of one meter.

The window and the command line are two faces of what stands here. `sim://NAME` is a virtual meter inside the process;
it lives on between two connections, as a meter on a wall does. `tape:PATH` is a tape that is played as one.
"""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Callable
from dataclasses import replace
from functools import cached_property
from typing import TYPE_CHECKING, Protocol

from fieldpro.errors import TransportError
from fieldpro.secret import Secret
from fieldpro.session.events import BaudFailed, JobEvent, JobFailed, SessionEvent
from fieldpro.session.meter_session import MeterSession
from fieldpro.session.plan import SessionPlan
from fieldpro.session.worker import PortWorker
from fieldpro.settings import Settings, data_folder
from fieldpro.store.database import Store
from fieldpro.transports import open_port
from fieldpro.transports.base import Transport
from fieldpro.transports.probes import ProbeProfile, profile
from fieldpro.transports.tap import Tap, TapRecord

if TYPE_CHECKING:
    from fieldpro.meter.changes import Journal
    from fieldpro.meter.programs import Library
    from fieldpro.records import ReadOut
    from fieldpro.security.guard import Guard
    from fieldpro.security.secret_store import SecretStore

DATABASE = "fieldpro.sqlite3"
PROGRAMS, JOURNALS = "programs", "journals"
USERS, AUTHORISATIONS, TRUSTED, LEDGER = "users.json", "authorisations", "trusted", "authorisations-used"
VIRTUAL, TAPE = "sim://", "tape:"


class Wanted(Protocol):
    """What a face asks of `Desk.connect`: a URL, what a person calls it, a probe profile's name ("" to find it by
    trying), and who logs on."""

    @property
    def url(self) -> str: ...
    @property
    def title(self) -> str: ...
    @property
    def probe(self) -> str: ...
    @property
    def user_id(self) -> int: ...
    @property
    def user_name(self) -> str: ...
    @property
    def password(self) -> Secret | None: ...


def open_transport(url: str, probe: ProbeProfile | None = None) -> Transport:
    """Open what a URL names, virtual meters and tapes among it.

    Raises a `TransportError`, `UsageError` for a bad `sim://` or `tape:`, and `TapeError`, `FileError` or `StoreError`
    for a tape that cannot be had.
    """
    if url.lower().startswith(VIRTUAL):
        from fieldpro.simulator import open_url  # NumPy: only when a virtual meter is wanted

        return open_url(url)
    if url.lower().startswith(TAPE):
        from table_playback.serve import url as tapes

        return tapes.open_url(url, read_out=_read_out)
    return open_port(url, probe=probe)


def _read_out(number: int) -> ReadOut:
    with default_store() as store:
        return store.load(number)


def default_store() -> Store:
    """This user's database. Raises `StoreError`."""
    from fieldpro.meter.digest import digest

    return Store(data_folder() / DATABASE, digest=digest)


def program_library() -> Library:
    """This user's programs."""
    from fieldpro.meter.programs import Library  # pydantic: only when a program is wanted

    return Library(data_folder() / PROGRAMS)


def write_journal() -> Journal:
    """The journal of what is written to meters from here; passwords and keys are the secret store's meanwhile."""
    from fieldpro.meter.changes import Journal, LaterKeeper

    def open_keeper() -> SecretStore:
        from fieldpro.security.secret_store import open_secret_store  # cryptography: only when a secret is written

        return open_secret_store(data_folder())

    return Journal(data_folder() / JOURNALS, keeper=LaterKeeper(open_keeper))


def make_guard(store: Store) -> Guard:
    """Who works here and what they may do: users, policy, signed authorisations, and the audit log in `store`.

    Raises `FileError`, `UsersForged`, `SecretStoreError`.
    """
    from fieldpro.security import policy  # argon2, cryptography: only when somebody is asked
    from fieldpro.security.guard import Guard
    from fieldpro.security.ledger import Ledger
    from fieldpro.security.providers import LocalFileAuthorisations
    from fieldpro.security.secret_store import AUDIT_KEY, USERS_KEY, StoredKey, open_secret_store
    from fieldpro.security.users import Users
    from fieldpro.store.audit import AuditLog

    folder = data_folder()
    keys = open_secret_store(folder)
    rules = policy.load(folder)
    passwords, lock_out = rules.for_users
    users = Users(folder / USERS, StoredKey(keys, USERS_KEY), passwords=passwords, lock_out=lock_out)
    authorisations = LocalFileAuthorisations(
        folder / AUTHORISATIONS,
        trusted=folder / TRUSTED,
        ledger=Ledger(folder / LEDGER),
        clock_slack_s=rules.authorisation.clock_slack_s,
    )
    return Guard(users, AuditLog(store, StoredKey(keys, AUDIT_KEY)), rules, authorisations=authorisations)


class Listeners:
    """Who hears what passes over a port: a sink for a tap. They come and go while it is open, from any thread."""

    def __init__(self, *first: Callable[[TapRecord], None]) -> None:
        self._all = first
        self._lock = threading.Lock()

    def __call__(self, record: TapRecord) -> None:
        for listener in self._all:
            listener(record)

    def add(self, listener: Callable[[TapRecord], None]) -> None:
        """From the next record on."""
        with self._lock:
            self._all = (*self._all, listener)

    def remove(self, listener: Callable[[TapRecord], None]) -> None:
        """At once, but for a record that is being told. One that does not listen may be removed."""
        with self._lock:
            self._all = tuple(each for each in self._all if each != listener)


class Connection:
    """A port held for one meter, and the worker that owns it. Each job is a session of its own on it.

    A port that was lost is opened again for the next job. listeners: who hears what passes; a recording joins them.
    """

    def __init__(
        self,
        open_port_again: Callable[[], Transport],
        plan: SessionPlan,
        on_event: Callable[[JobEvent], None],
        *,
        title: str,
        listeners: Listeners | None = None,
    ) -> None:
        """Opens the port: raises as `open_transport` does. listeners: those that the port tells what passes."""
        self.plan = plan
        self.listeners = listeners or Listeners()
        self._open = open_port_again
        self._on_event = on_event
        self._transport: Transport | None = open_port_again()
        self.worker = PortWorker(self._session, self._pass_on, title)

    def close(self, timeout_s: float = 10.0) -> bool:
        """Stop the job, log off, give the port back; False when the worker did not end in time."""
        ended = self.worker.close(timeout_s)
        self._drop()
        return ended

    def _session(self) -> MeterSession:
        if self._transport is None:
            self._transport = self._open()
        return MeterSession(self._transport, self.plan, on_event=self._remember)

    def _remember(self, event: SessionEvent) -> None:
        """A rate that failed once is not asked for again by the jobs that follow."""
        if isinstance(event, BaudFailed):
            self.plan = replace(self.plan, max_baud=self.plan.start_baud)

    def _pass_on(self, event: JobEvent) -> None:
        if isinstance(event, JobFailed) and isinstance(event.error, TransportError):
            self._drop()
        self._on_event(event)

    def _drop(self) -> None:
        transport, self._transport = self._transport, None
        if transport is not None:
            with contextlib.suppress(TransportError):  # it is lost or given up: its own job has said so
                transport.close()


class Desk:
    """What a face of the program works with: the settings, the store, and meters to connect."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self._store_lock = threading.Lock()
        self._guard: Guard | None = None

    @property
    def store(self) -> Store:
        """This user's database, opened when it is first asked for. Raises `StoreError`."""
        with self._store_lock:
            return self._store

    @cached_property
    def _store(self) -> Store:
        return default_store()

    @property
    def guard(self) -> Guard:
        """Who works here; made when it is first asked for. Raises as `make_guard`, and `StoreError`."""
        store = self.store
        with self._store_lock:
            if self._guard is None:
                self._guard = make_guard(store)
            return self._guard

    @cached_property
    def library(self) -> Library:
        """This user's programs."""
        return program_library()

    @cached_property
    def journal(self) -> Journal:
        """What was written to meters from here; asked at every connection for what was interrupted."""
        return write_journal()

    def connect(
        self, wanted: Wanted, *, on_event: Callable[[JobEvent], None], on_record: Callable[[TapRecord], None]
    ) -> Connection:
        """Open the port for a meter. `on_event` and `on_record` are called in the worker's thread.

        Raises a `TransportError`, or `UsageError` for a virtual meter or a probe profile that does not exist.
        """
        chosen = profile(wanted.probe) if wanted.probe else None
        plan = SessionPlan(
            user_id=wanted.user_id,
            user=wanted.user_name,
            password=wanted.password,
            max_baud=self.settings.get_number("max_baud"),
        )
        listeners = Listeners(on_record)
        return Connection(
            lambda: Tap(open_transport(wanted.url, chosen), listeners),
            plan,
            on_event,
            title=wanted.title or wanted.url,
            listeners=listeners,
        )

    def close(self) -> None:
        """Close the store, if it was opened."""
        with self._store_lock:
            if "_store" in self.__dict__:
                self._store.close()

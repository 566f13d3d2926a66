"""What every page works with: the meter connected or the record opened, its view, its jobs, the wire, the store.

One `Workbench` a window. Pages read its attributes in the GUI thread and listen to its signals; they never hold a
transport, a session or the store. Everything slow is handed over:

    submit(name, factory, then=..., failed=...)   a conversation with the meter, in its PortWorker
    compute(work, then, failed)                   decode, summarise: the lane that owns views of read-outs
    store(work, then, failed)                     the lane that owns the store; `work` is given the `Store`

`then` and `failed` are called in the GUI thread. Without `failed`, a failure becomes `troubled` and a banner.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from threading import Lock
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, QTimer, Signal

from fieldpro.errors import Cancelled, FieldProError, LinkError, ProtocolError, TransportError, UsageError
from fieldpro.explain import Explanation, explain
from fieldpro.gui.attendance import Attendance
from fieldpro.gui.bridge import Bridge
from fieldpro.gui.conversations import Reading
from fieldpro.gui.job_runner import JobRunner
from fieldpro.gui.lanes import Failed, Lane, Then
from fieldpro.gui.look import Look
from fieldpro.gui.rights import Rights
from fieldpro.gui.standing import MeterState, Standing
from fieldpro.gui.trouble import Remedy, Trouble
from fieldpro.gui.wire_log import WireLog
from fieldpro.gui.words import tr
from fieldpro.secret import Secret

if TYPE_CHECKING:
    from fieldpro.records import MeterIdentity, ReadOut
    from fieldpro.security.rights import Right
    from fieldpro.settings import Settings

WIRE_TICK_MS = 200  # how often new wire records reach the pages
VIRTUAL_URL = "sim://centron"
CLOSE_S = 8.0  # how long closing the window waits for a job to log off


@dataclass(frozen=True, slots=True)
class ConnectRequest:
    """What the Connect page asks for. `title` is what a person calls the way in; `probe` the name of a profile, "" to
    find it by trying; `password` None for what everyone may read."""

    url: str
    title: str = ""
    probe: str = ""
    user_id: int = 0
    user_name: str = ""
    password: Secret | None = None


class Workbench(QObject):
    """See the module. What a page may read:

    view      the `fieldpro.meter.view.MeterView` shown, or None; `readout` the `ReadOut` below it
    meter     the `MeterState` of the meter bar
    jobs      the `JobRunner`; `jobs.job` is the `JobState` of the job bar, or None
    wire      the `WireLog`; `wire.records` is every `TapRecord` of this window, oldest first
    look      the `Look` in force
    settings  `fieldpro.settings.Settings`
    rights    the `Rights` of the one who works here
    attendance  who that is, and the lock
    unfinished  the `fieldpro.meter.changes.Unfinished` write of the connected meter, or None
    """

    view_changed = Signal(object)  # MeterView | None
    meter_changed = Signal(object)  # MeterState
    job_changed = Signal(object)  # JobState
    wire_recorded = Signal(object)  # list[TapRecord]: what came since the last time
    troubled = Signal(object)  # Trouble
    told = Signal(str, str)  # for the job bar: what was got and where it is, and which job did it
    records_changed = Signal()  # something was saved or deleted
    go_requested = Signal(str, str)  # page id, place on it
    action_wanted = Signal(str)  # action id
    setting_changed = Signal(str)  # key
    look_wanted = Signal(str, str)  # theme, density
    unfinished_changed = Signal(object)  # fieldpro.meter.changes.Unfinished | None

    def __init__(
        self, settings: Settings, make_desk: Callable[[], Any], look: Look, parent: QObject | None = None
    ) -> None:
        """`make_desk` gives the `fieldpro.app.Desk`; it is called outside the GUI thread, when it is first needed."""
        super().__init__(parent)
        self.look = look
        self.settings = settings
        self.rights = Rights()
        self._make_desk = make_desk
        self._desk: Any = None
        self._desk_lock = Lock()
        self.bridge = Bridge(self)
        self.jobs = JobRunner(self.bridge, self)
        self.wire = WireLog()
        self.view: Any = None
        self.readout: ReadOut | None = None
        self.meter = MeterState()
        self.unfinished: Any = None
        self._compute_lane = Lane("compute", self.bridge)
        self._store_lane = Lane("store", self.bridge)
        self._port_lane = Lane("port", self.bridge)  # opening and closing a port may take seconds
        self._connection: Any = None
        self._request: ConnectRequest | None = None
        self._generation = 0  # counts what is shown; an answer for an earlier one is thrown away
        self.jobs.job_changed.connect(self.job_changed)
        self.jobs.job_failed.connect(self._job_failed)
        self._wire_ticker = QTimer(self)
        self._wire_ticker.setInterval(WIRE_TICK_MS)
        self._wire_ticker.timeout.connect(self._tick_wire)
        self.attendance = Attendance(self)

    @property
    def desk(self) -> Any:
        """The `fieldpro.app.Desk`, for work in the lanes; making it imports much."""
        with self._desk_lock:
            if self._desk is None:
                self._desk = self._make_desk()
            return self._desk

    def allowed(self, right: Right) -> bool:
        """Whether the one who works here may do this, for what a page offers; the job asks again."""
        return self.rights.may(right)

    # --- going about ------------------------------------------------------------------------------------------

    def go(self, page: str, place: str = "") -> None:
        """Show a page, at a place on it (a table number, a record id, a moment)."""
        self.go_requested.emit(page, place)

    def show_wire(self, at_s: float) -> None:
        """The conversation at that moment."""
        self._tick_wire()
        self.go("wire", f"{at_s:.6f}")

    def tell(self, text: str, job: str = "") -> None:
        """What was got and where it is; the job bar shows it for five seconds. `job`: what did it."""
        self.told.emit(text, job)

    def set_setting(self, key: str, value: str | int | bool) -> None:
        """Change a declared setting; the file is written by the store's lane."""
        self._store_lane.run(lambda: self.settings.set(key, value), lambda _none: self._setting_changed(key), self.fail)

    # --- work outside the GUI thread --------------------------------------------------------------------------

    def compute(
        self,
        work: Callable[[], Any],
        then: Then | None = None,
        failed: Failed | None = None,
        *,
        of_view: bool = True,
    ) -> None:
        """Run `work` in the lane that owns views. An answer that comes after something else is shown is dropped,
        unless `of_view` is False: then the work is not about what is shown."""
        generation = self._generation

        def answer(result: Any) -> None:
            if then is not None and (not of_view or generation == self._generation):
                then(result)

        def fail(error: FieldProError) -> None:
            if not of_view or generation == self._generation:
                (failed or self.fail)(error)

        self._compute_lane.run(work, answer, fail)

    def store(self, work: Callable[[Any], Any], then: Then | None = None, failed: Failed | None = None) -> None:
        """Run `work(store)` in the lane that owns the store."""
        self._store_lane.run(lambda: work(self.desk.store), then, failed or self.fail)

    def at_store(self, work: Callable[[], Any], then: Then | None = None, failed: Failed | None = None) -> None:
        """Run `work` in the store's lane: what belongs to this computer and takes a while, such as passwords."""
        self._store_lane.run(work, then, failed or self.fail)

    def look_at_ports(self, work: Callable[[Any], Any], then: Then, failed: Failed | None = None) -> None:
        """Run `work(desk)` in the lane of ports: listing them, testing a probe."""
        self._port_lane.run(lambda: work(self.desk), then, failed or self.fail)

    def look_around(self, then: Then, failed: Failed) -> None:
        """Look for ways to a meter; `then` gets `fieldpro.gui.models.ways_in.Surroundings`."""
        from fieldpro.gui.around import look_around

        self.look_at_ports(look_around, then, failed)

    def warm(self, work: Callable[[], Any], then: Then) -> None:
        """Run `work` once at the start, when nothing is shown yet."""
        self._compute_lane.run(work, then, self.fail)

    def submit(
        self, name: str, factory: Callable[[], Any], *, then: Then | None = None, failed: Failed | None = None
    ) -> Any:
        """Have a conversation with the connected meter; returns its `Ticket`, or None when there is no meter.

        `factory` makes the conversation (a generator) in the worker's thread. `then` gets its result; `failed` gets
        the `FieldProError`, `Cancelled` among them. `name` is what the job bar says: "Reading load profile".
        """
        if self._connection is None:
            self.troubled.emit(
                Trouble(
                    Explanation(tr("There is no meter to speak to"), name, tr("Connect a meter first.")),
                    (Remedy(tr("Connect a meter"), lambda: self.go("connect")),),
                )
            )
            return None
        return self.jobs.submit(name, factory, then, failed)

    def cancel(self) -> None:
        self.jobs.cancel()

    def fail(self, error: FieldProError, *remedies: Remedy, conversation: bool = False) -> None:
        """Show a failure. `conversation`: it happened while speaking to a meter, so the Wire page can show it."""
        at_s = time.time() if conversation else None
        mild = isinstance(error, Cancelled)
        self.troubled.emit(Trouble(explain(error, translate=tr), remedies, at_s, mild))

    # --- the meter --------------------------------------------------------------------------------------------

    @property
    def connected(self) -> bool:
        return self._connection is not None

    @property
    def session_password(self) -> Secret | None:
        """What the sessions with the connected meter are opened with."""
        return None if self._connection is None or self._request is None else self._request.password

    def use_password(self, password: Secret) -> None:
        """Open the sessions that follow with another one: the one before was changed."""
        if self._connection is not None and self._request is not None:
            self._request = replace(self._request, password=password)
            self._connection.plan = replace(self._connection.plan, password=password)

    def connect_meter(self, request: ConnectRequest) -> None:
        """Open the port, log on and read what the pages need; then the Overview shows it."""
        self._leave(drop_view=True)
        self._request = request
        self._set_meter(MeterState(Standing.CONNECTING, port=request.title or request.url))
        self._wire_ticker.start()
        generation = self._generation

        def opened(connection: Any) -> None:
            if generation != self._generation:  # disconnected meanwhile
                self._close(connection)
                return
            self._connection = connection
            self.jobs.attach(connection.worker)
            reading = Reading(self.settings.operator)
            self.jobs.submit(
                tr("Connecting"), reading.overview, self._first_read, lambda error: self._first_failed(reading, error)
            )

        def failed(error: FieldProError) -> None:
            if generation == self._generation:
                self._not_connected(error)

        self._port_lane.run(
            lambda: self.desk.connect(request, on_event=self.jobs.on_event, on_record=self.wire.add), opened, failed
        )

    def connect_to(
        self, url: str, *, title: str, probe: str = "", user_id: int = 0, user_name: str = "", password: str = ""
    ) -> None:
        """Connect with what a person typed. The password becomes a `Secret` here and is held nowhere else."""
        try:
            secret = Secret.from_text(password) if password else None
        except UsageError as error:
            self.fail(error)
            return
        self.connect_meter(ConnectRequest(url, title, probe, user_id, user_name, secret))

    def connect_virtual(self) -> None:
        """Connect the virtual meter, without a password."""
        self.connect_to(VIRTUAL_URL, title=tr("the virtual meter"))

    def disconnect_meter(self) -> None:
        """End the session and give the port back; what was read stays on the screen until something else is shown."""
        self._leave(drop_view=False)
        if self.readout is None:
            self._set_meter(MeterState())
        else:
            self._set_meter(replace(self.meter, standing=Standing.SAVED, access=""))

    def show_readout(self, readout: ReadOut, *, standing: Standing, record_id: int | None = None) -> None:
        """Show a read-out, of the connected meter or of the store; all pages follow."""
        from fieldpro.gui.view_maker import make_view

        self._generation += 1
        self.compute(
            lambda: make_view(readout), lambda made: self._show(readout, made[0], made[1], standing, record_id)
        )

    def read(self, numbers: Sequence[int] | None = None, *, name: str = "", then: Then | None = None) -> None:
        """Read tables again (None: all that the meter lists); what comes is laid over what was read before."""
        reading = self._reading()
        title = name or (tr("Reading every table") if numbers is None else tr("Reading tables"))
        self._read(title, lambda: reading.tables(numbers), reading, then)

    def read_essentials(self) -> None:
        """Read again what the Overview shows; the load profile keeps what was read of it."""
        reading = self._reading()
        self._read(tr("Reading the meter"), reading.overview, reading)

    def look_for_unfinished(self, identity: MeterIdentity | None = None, then: Then | None = None) -> None:
        """Ask the journal whether a write to the connected meter was interrupted; `then` gets the answer.
        Without `identity` it is the meter that is shown."""
        connection = self._connection
        if identity is None and self.readout is not None:
            identity = self.readout.identity
        if identity is None or connection is None:
            return

        def found(unfinished: Any) -> None:
            if connection is self._connection:
                self._set_unfinished(unfinished)
                if then is not None:
                    then(unfinished)

        def failed(error: FieldProError) -> None:
            found(None)
            self.fail(error)

        self._store_lane.run(lambda: self.desk.journal.unfinished(identity), found, failed)

    def merge(self, fresh: ReadOut) -> None:
        """Lay newly read tables over those of the same meter, and show the whole."""
        if self.readout is not None and self.readout.identity.key == fresh.identity.key:
            fresh = replace(
                fresh,
                started_at=min(self.readout.started_at, fresh.started_at),
                tables={**self.readout.tables, **fresh.tables},
            )
        self.show_readout(fresh, standing=Standing.CONNECTED)

    def save(self) -> None:
        """Save what is shown as a record."""
        readout = self.readout
        if readout is None:
            return

        def saved(record: int) -> None:
            self._set_meter(replace(self.meter, record_id=record))
            self.tell(tr("Saved as record {record}: {tables} tables", record=record, tables=len(readout.tables)))
            self.records_changed.emit()

        self.store(lambda store: store.save(readout), saved)

    def open_record(self, record: int) -> None:
        """Open a saved read-out, exactly as if the meter were connected. A connected meter is left first."""
        self._leave(drop_view=True)
        self.store(
            lambda store: store.load(record),
            lambda readout: self.show_readout(readout, standing=Standing.SAVED, record_id=record),
        )
        self.go("overview")

    def close(self, timeout_s: float = CLOSE_S) -> bool:
        """Stop the job, log off, close the port and the store; True when all of it ended in time."""
        end = time.monotonic() + timeout_s
        self._wire_ticker.stop()
        connection, self._connection = self._connection, None
        ended = True if connection is None else bool(connection.close(timeout_s))
        self.jobs.detach()
        self.bridge.close()
        for lane in (self._port_lane, self._compute_lane, self._store_lane):
            ended = lane.close(max(0.1, end - time.monotonic())) and ended
        if self._desk is not None:
            self._desk.close()
        return ended

    # --- inside -----------------------------------------------------------------------------------------------

    def _setting_changed(self, key: str) -> None:
        if key in ("theme", "density"):
            self.look_wanted.emit(self.settings.get_text("theme"), self.settings.get_text("density"))
        self.setting_changed.emit(key)

    def _first_read(self, readout: ReadOut) -> None:
        if self._request is not None and not self._request.url.startswith("tape:"):  # a tape is no port
            url = self._request.url
            self.store(lambda store: store.met(readout.identity, url, readout.ended_at))
            if not url.startswith("sim://"):
                self.set_setting("last_port", url)
        self.show_readout(readout, standing=Standing.CONNECTED)
        self.go("overview")
        self.look_for_unfinished(
            readout.identity, lambda unfinished: None if unfinished is None else self.go("program")
        )

    def _not_connected(self, error: FieldProError) -> None:
        request = self._request
        self._leave(drop_view=True)
        self._set_meter(MeterState())
        self.fail(error, *self._remedies(error, request), conversation=bool(self.wire.records or self.wire.take()))
        self.go("connect")

    def _first_failed(self, reading: Reading, error: FieldProError) -> None:
        so_far = reading.so_far()
        if so_far is None:
            self._not_connected(error)
            return
        self._first_read(so_far)
        self._job_failed("", error)

    def _reading(self) -> Reading:
        return Reading(self.settings.operator, self.readout)

    def _read(self, name: str, factory: Callable[[], Any], reading: Reading, then: Then | None = None) -> None:
        def got(fresh: ReadOut) -> None:
            self.tell(_what_was_got(fresh, reading.base), name)
            self.merge(fresh)
            if then is not None:
                then(fresh)

        def failed(error: FieldProError) -> None:
            so_far = reading.so_far()
            if so_far is not None:
                self.merge(so_far)
            self._job_failed(name, error)

        self.submit(name, factory, then=got, failed=failed)

    def _job_failed(self, _name: str, error: FieldProError) -> None:
        self.fail(error, *self._remedies(error, self._request), conversation=True)

    def _remedies(self, error: FieldProError, request: ConnectRequest | None) -> tuple[Remedy, ...]:
        """The button that helps: connecting again is no help against a wrong word."""
        if request is None or not isinstance(error, LinkError | TransportError | ProtocolError):
            return ()
        return (Remedy(tr("Connect again"), lambda: self.connect_meter(request)),)

    def _show(self, readout: ReadOut, view: Any, state: MeterState, standing: Standing, record: int | None) -> None:
        self.view, self.readout = view, readout
        access = self._access() if standing is Standing.CONNECTED else ""
        self._set_meter(
            replace(
                state,
                standing=standing,
                access=access,
                record_id=record,
                saved_at=readout.ended_at if standing is Standing.SAVED else None,
            )
        )
        self.view_changed.emit(view)

    def _set_unfinished(self, unfinished: Any) -> None:
        self.unfinished = unfinished
        self.unfinished_changed.emit(unfinished)

    def _access(self) -> str:
        password = None if self._request is None else self._request.password
        return tr("No password") if password is None else tr("Password given")

    def _set_meter(self, state: MeterState) -> None:
        if state != self.meter:
            self.meter = state
            self.meter_changed.emit(state)

    def _leave(self, *, drop_view: bool) -> None:
        """Let go of the meter. Its port is closed in the ports' lane: that logs off and may take a while."""
        self._generation += 1
        self._set_unfinished(None)
        self.jobs.detach()
        connection, self._connection = self._connection, None
        if connection is not None:
            self._close(connection)
        if drop_view and self.view is not None:
            self.view = self.readout = None
            self.view_changed.emit(None)

    def _close(self, connection: Any) -> None:
        self._port_lane.run(lambda: connection.close(CLOSE_S))

    def _tick_wire(self) -> None:
        new = self.wire.take()
        if new:
            self.wire_recorded.emit(new)


def _what_was_got(readout: ReadOut, base: ReadOut | None) -> str:
    """What a read brought over `base`, for the job bar: "52 tables read, 3 not"."""
    before = {} if base is None else base.tables
    readings = [reading for number, reading in readout.tables.items() if reading is not before.get(number)]
    read = sum(reading.status == "read" for reading in readings)
    missing = len(readings) - read
    if missing:
        return tr("{read} tables read, {missing} not; Tables says why", read=read, missing=missing)
    return tr("{read} tables read", read=read)

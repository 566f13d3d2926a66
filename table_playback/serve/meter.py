"""From a tape, or table images, to a virtual meter: the device put together, behind a port."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, datetime
from itertools import islice
from typing import Literal

from fieldpro.c12.dictionary.tables import Tables
from fieldpro.c12.link import C12_18, C12_21, LinkSettings
from fieldpro.c12.link.packet import START
from fieldpro.c12.psem import Standard
from fieldpro.errors import UsageError
from fieldpro.records import MeterIdentity
from fieldpro.simulator.faults import FaultPlan
from fieldpro.simulator.port import Port
from table_playback.serve.access import Access
from table_playback.serve.collect import Collector, walk
from table_playback.serve.context import tables_of
from table_playback.serve.free import Durations, FreeDevice, Recordings
from table_playback.serve.images import Images
from table_playback.serve.mismatch import Mismatch
from table_playback.serve.procedures import Procedures
from table_playback.serve.session import Recorded, TapeSession
from table_playback.serve.strict import Script, StrictDevice
from table_playback.serve.wanted import Wanting
from table_playback.tape import TO_METER, Header, Step, TableImage, Tape

Order = Literal["free", "strict"]
Pace = Literal["fast", "recorded"]
_MOST_MISMATCHES = 10_000
_FIRST_PACKETS = 50
_OF_A_MECHANISM = ("procedure", "stuck", "backfeed", "actuator")  # faults of what a tape does not have


class TapeMeter(Port):
    """A tape behind a port; what `MemoryServer`, `PtyServer` and `TcpServer` serve.

    remarks: what a person should know of how it is served, one sentence each. mismatches: what was asked out of turn,
    strictly only, the newest last. Faults at a step count the steps of the tape strictly, and the answers freely.
    """

    def __init__(
        self,
        device: StrictDevice | FreeDevice,
        recorded: Recorded,
        *,
        identity: int,
        name: str,
        faults: FaultPlan,
        remarks: Iterable[str],
        mismatches: deque[Mismatch],
    ) -> None:
        super().__init__(
            device,
            settings=LinkSettings(identity=identity, packet_count=recorded.reply_packets, name=name),
            timing=C12_21 if recorded.standard == Standard.C12_21 else C12_18,
            faults=faults,
        )
        self.device = device
        self.remarks = tuple(remarks)
        self.mismatches = mismatches

    def step_of(self, message: bytes) -> int:
        return self.device.step_of(message) if isinstance(self.device, StrictDevice) else self.answers_given + 1

    def _take_hold(self) -> None:
        super()._take_hold()
        if isinstance(self.device, StrictDevice):
            self.device.delivered()

    @property
    def next_step(self) -> Step | None:
        """The step that is wanted next, strictly; None freely, and at the end of the tape."""
        return self.device.next_step if isinstance(self.device, StrictDevice) else None

    def rewind(self) -> None:
        """Back to the first step; does nothing to a meter that answers freely."""
        if isinstance(self.device, StrictDevice):
            self.device.rewind()


def meter_of_tape(
    tape: Tape,
    *,
    order: Order = "free",
    timing: Pace = "fast",
    faults: FaultPlan | str = "",
    seed: int | None = None,
    loop: bool = False,
    exact_session: bool = False,
    on_step: Callable[[int], None] = lambda _: None,
    on_mismatch: Callable[[Mismatch], None] = lambda _: None,
) -> TapeMeter:
    """A meter that answers as the tape has it. Raises `UsageError` for faults that no tape can have.

    loop, exact_session, on_step and on_mismatch are for the strict order: start again at the end, hold the client to
    the recorded services of the session too, the number of each step that was answered, and what was asked out of turn.
    Both are called in the thread that serves the meter.
    """
    plan = (FaultPlan.parse(faults) if isinstance(faults, str) else faults).with_seed(seed)
    _check(plan)
    recorded = Recorded(tape.header.link)
    session = TapeSession(recorded)
    images = Images(tape.tables.values())
    header = tape.header
    mismatches: deque[Mismatch] = deque(maxlen=_MOST_MISMATCHES)

    def tables() -> Tables:
        return tables_of(header.device_profile, header.dictionary, images.raw)

    def note(mismatch: Mismatch) -> None:
        mismatches.append(mismatch)
        on_mismatch(mismatch)

    device: StrictDevice | FreeDevice
    if order == "strict":
        script = Script(exact_session=exact_session)
        walk(tape, (recorded, script))
        device = StrictDevice(
            tape,
            script,
            session,
            wanting=Wanting(tables, ignore=header.ignore),
            exact_session=exact_session,
            loop=loop,
            recorded_timing=timing == "recorded",
            on_step=on_step,
            on_mismatch=note,
        )
    else:
        access, procedures, recordings = Access(), Procedures(), Recordings()
        durations = Durations() if timing == "recorded" else None
        collectors: list[Collector] = [recorded, images, access, procedures, recordings]
        walk(tape, collectors if durations is None else [*collectors, durations])
        device = FreeDevice(
            images,
            session,
            access=access,
            procedures=procedures,
            recordings=recordings,
            durations=durations,
            tables=tables,
        )
    remarks = [*_remarks(recorded), *(_redacted(images) if order == "free" else _redacted_steps(recorded))]
    return TapeMeter(
        device,
        recorded,
        identity=_identity(tape),
        name=header.title or "tape",
        faults=plan,
        remarks=remarks,
        mismatches=mismatches,
    )


def meter_of_images(
    images: Mapping[int, bytes],
    *,
    writable: Iterable[int] = (),
    meter: MeterIdentity | None = None,
    device_profile: str = "",
    dictionary: tuple[str, ...] = (),
    title: str = "",
    faults: FaultPlan | str = "",
    seed: int | None = None,
) -> TapeMeter:
    """A meter that has these tables, byte for byte; `writable` names those that may be written."""
    may = frozenset(writable)
    now = datetime.now(UTC)
    header = Header(meter, now, now, device_profile=device_profile, dictionary=dictionary, title=title)
    tables = {number: TableImage(number, bytes(data), writable=number in may) for number, data in images.items()}
    return meter_of_tape(Tape(header, tables=tables), faults=faults, seed=seed)


def _identity(tape: Tape) -> int:
    """What the client put into its first packet: 0, or on a C12.21 multi-drop line the number of the device."""
    for heard in islice(tape.wire, _FIRST_PACKETS):
        if heard.direction == TO_METER and heard.data[:1] == bytes([START]) and len(heard.data) > 1:
            return heard.data[1]
    return 0


def _check(plan: FaultPlan) -> None:
    usual = FaultPlan()
    for name in _OF_A_MECHANISM:
        if getattr(plan, name) != getattr(usual, name):
            raise UsageError(f"fault {name}", "a virtual meter that runs its own procedures", "a tape")


def _remarks(recorded: Recorded) -> Iterable[str]:
    if recorded.password_masked:
        yield "The password on the tape is redacted: any password is accepted."
    elif not recorded.passwords:
        yield "No password was accepted on the tape: any password is accepted."


def _redacted(images: Images) -> Iterable[str]:
    for number, parts in images.masked.items():
        places = "one place" if parts == 1 else f"{parts} places"
        yield f"Table {number} is redacted in {places}; zeros, or what the tape has there instead, are served."


def _redacted_steps(recorded: Recorded) -> Iterable[str]:
    if recorded.masked_reads:
        steps = "One answer is" if recorded.masked_reads == 1 else f"{recorded.masked_reads} answers are"
        yield f"{steps} redacted in part; zeros, or what the tape has there instead, are served."

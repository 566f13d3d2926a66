"""The virtual meters, read over a link: what comes out is what is in them, to the pulse.

The truth is taken from inside the meter (`fieldpro.simulator`), which shares no code with the reading.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from fieldpro.export import csv_profile
from fieldpro.interval.series import IntervalFlag
from fieldpro.interval.summary import between
from fieldpro.meter.collection import Collection
from fieldpro.meter.digest import digest
from fieldpro.meter.read import identify, read_overview, read_registers, read_tables
from fieldpro.meter.read_profile import read_profile
from fieldpro.meter.view import MeterView
from fieldpro.records import ReadOut, RegisterKind, TableStatus
from fieldpro.session.meter_session import MeterSession
from fieldpro.session.plan import SessionPlan
from fieldpro.simulator import describe
from fieldpro.simulator.profile import local_ends
from fieldpro.simulator.serve import MemoryServer
from fieldpro.simulator.virtual import VirtualMeter
from fieldpro.store import Store


@dataclass
class Bench:
    """One virtual meter whose time stands still until `now` is moved, in UTC."""

    name: str
    days: int
    seed: int
    now: datetime

    def __post_init__(self) -> None:
        description = describe.overridden(describe.load(self.name), days=self.days)
        self.meter = VirtualMeter(description, seed=self.seed, clock=lambda: self.now.timestamp())

    def run(self, conversation: Callable[[], Any]) -> Any:
        server = MemoryServer(self.meter)
        try:
            with MeterSession(server.client, SessionPlan(user="TESTER")) as session:
                return session.run(conversation())
        finally:
            server.close()

    def read(self, conversation: Callable[..., Any], **more: Any) -> ReadOut:
        collection = Collection(now=lambda: self.now, base=more.pop("base", None))
        result: ReadOut = self.run(lambda: conversation(collection=collection, **more))
        return result


def bench(name: str, now: str, *, days: int = 10, seed: int = 1) -> Bench:
    return Bench(name, days, seed, datetime.fromisoformat(now).replace(tzinfo=UTC))


BOTH = pytest.mark.parametrize("name", ["centron", "residential"])


@BOTH
def test_everything_is_read_and_decoded(name: str) -> None:
    read_out = bench(name, "2026-03-20T12:34").read(read_tables)
    refused = {n for n, reading in read_out.tables.items() if reading.status is not TableStatus.READ}
    assert refused <= {42, 43, 44, 45}
    view = MeterView(read_out)
    for number in view.tables.numbers:
        decoded = view.tables.decode(number)
        assert len(decoded.data) == decoded.layout.size
        assert decoded.values
    assert read_out.device_profile == "fieldpro-virtual"
    assert view.mode == "metering"
    assert view.registers()
    assert view.events()
    assert view.instantaneous() is not None
    assert view.notes == ()


@BOTH
def test_who_it_is(name: str) -> None:
    at = bench(name, "2026-03-20T12:34")
    identity = at.run(identify)
    told = at.meter.description.identity
    assert (identity.manufacturer, identity.model) == (told.manufacturer, told.model)
    assert identity.serial.lstrip("0") == told.serial.lstrip("0")
    assert identity.hardware == f"{told.hardware[0]}.{told.hardware[1]}"


@BOTH
@pytest.mark.parametrize("seed", [1, 7])
@pytest.mark.parametrize("now", ["2026-03-12T09:07", "2025-11-04T23:52", "2026-01-10T06:00"])
def test_the_profile_is_the_meters_own_to_the_pulse(name: str, seed: int, now: str) -> None:
    at = bench(name, now, days=9, seed=seed)
    series = MeterView(at.read(read_profile)).profile()
    body = at.meter.device.body
    recorded = body.profile(at.now.timestamp())
    assert len(series) == len(recorded)
    assert series.pulses.tolist() == recorded.pulses.tolist()
    assert series.status.tolist() == recorded.status.tolist()
    assert series.flags.tolist() == recorded.flags.tolist()
    ends = local_ends(body.life, recorded.ends_standard, recorded.flags)
    assert series.end_times.astype(np.int64).tolist() == ends.astype(np.int64).tolist()


def test_days_have_the_lengths_that_daylight_saving_gives_them() -> None:
    for now, changed, count in (("2026-03-11T12:00", "2026-03-08", 92), ("2025-11-05T12:00", "2025-11-02", 100)):
        series = MeterView(bench("centron", now, days=6).read(read_profile)).profile()
        days = (series.end_times - np.timedelta64(1, "s")).astype("datetime64[D]")
        found = dict(zip(*np.unique(days, return_counts=True), strict=True))
        assert found[np.datetime64(changed)] == count
        assert found[np.datetime64(changed) + np.timedelta64(1, "D")] == 96


@BOTH
@pytest.mark.parametrize("seed", [1, 2, 3])
def test_registers_and_profile_agree_to_the_pulse(name: str, seed: int) -> None:
    """What the block-end readings say was counted between two blocks is the sum of the intervals between them."""
    at = bench(name, "2026-02-20T17:20", days=8, seed=seed)
    read_out = at.read(read_tables)
    view = MeterView(read_out)
    series = view.profile()
    per_block = at.meter.description.load_profile.intervals
    blocks = sorted(view.tables.decode(64)["LP_DATA_SET1"], key=lambda block: block["BLK_END_TIME"])
    blocks = [block for block in blocks if block["BLK_END_TIME"].year > 1990]
    assert len(blocks) > 5
    ended = np.cumsum([per_block] * (len(blocks) - 1) + [len(series) - per_block * (len(blocks) - 1)])
    for channel in range(len(series.channels)):
        counted = [block["END_READINGS"][channel]["BLOCK_END_PULSE"] for block in blocks]
        sums = np.cumsum(series.pulses[:, channel])[ended - 1]
        assert np.diff(counted).tolist() == np.diff(sums).tolist()


def test_the_current_registers_go_on_from_the_profile() -> None:
    """Between two reads, registers grow by what the profile's intervals hold, but for the interval under way."""
    at = bench("centron", "2026-02-10T12:00", days=6)
    before = MeterView(at.read(read_registers)).registers()
    at.now += timedelta(hours=30)
    read_out = at.read(read_tables)
    view = MeterView(read_out)
    series = view.profile()
    after = {(r.kind, r.quantity.name, r.tier): r for r in view.registers()}
    for register in before:
        if register.kind is RegisterKind.SUMMATION and register.tier == 0:
            channel = next((c for c in series.channels if c.name == register.quantity.name), None)
            if channel is None:
                continue
            index = series.channels.index(channel)
            since = before_clock(view, timedelta(hours=30))
            part = between(series, since)
            grown = float(after[(register.kind, register.quantity.name, 0)].value - register.value)
            counted = float(part.pulses[:, index].sum() * channel.value_per_pulse)
            largest = float(part.pulses[:, index].max() * channel.value_per_pulse)
            assert counted >= 0
            assert abs(grown - counted) <= 2 * largest + 0.001


def before_clock(view: MeterView, ago: timedelta) -> datetime:
    clock = view.clock()
    assert clock is not None
    return clock.meter_time - ago


def test_tiers_add_up_to_the_total() -> None:
    view = MeterView(bench("centron", "2026-05-05T15:00").read(read_registers))
    sums: dict[str, Decimal] = {}
    totals: dict[str, Decimal] = {}
    for register in view.registers():
        if register.kind is RegisterKind.SUMMATION:
            into = totals if register.tier == 0 else sums
            into[register.quantity.name] = into.get(register.quantity.name, Decimal(0)) + register.value
    assert set(totals) == set(sums)
    for name, total in totals.items():
        assert abs(sums[name] - total) <= Decimal("0.002"), name


def test_the_drift_is_the_error_of_the_meters_clock() -> None:
    at = bench("centron", "2026-07-04T18:00")
    clock = MeterView(at.read(read_overview)).clock()
    assert clock is not None
    assert clock.dst_applied
    assert clock.drift_s == pytest.approx(at.meter.description.clock.error_s, abs=1.0)


def test_instantaneous_values_agree_with_the_present_registers() -> None:
    view = MeterView(bench("centron", "2026-07-04T18:00").read(read_tables))
    present = view.instantaneous()
    assert present is not None
    assert present.phases == ("A", "B", "C")
    volts = {r.quantity.phase: float(r.value) for r in view.registers() if r.quantity.role == "voltage"}
    assert list(present.volts) == pytest.approx([volts[phase] for phase in present.phases], rel=1e-4)
    assert present.volt_angles == pytest.approx((0.0, 120.0, 240.0), abs=3.0)
    assert present.frequency_hz == pytest.approx(60.0, abs=0.5)
    single = MeterView(bench("residential", "2026-07-04T18:00").read(read_tables)).instantaneous()
    assert single is not None
    assert single.phases == ("A",)


@BOTH
def test_reading_on_gives_what_reading_everything_gives(name: str) -> None:
    at = bench(name, "2026-03-05T12:00", days=8)
    first = at.read(read_profile)
    end = digest(first).profile_until
    at.now += timedelta(days=4, hours=5)  # over the change to daylight saving
    joined = MeterView(at.read(read_profile, base=first, since=end)).profile()
    whole = MeterView(at.read(read_profile)).profile()
    assert joined.end_times.tolist() == whole.end_times.tolist()
    assert joined.pulses.tolist() == whole.pulses.tolist()
    part = MeterView(at.read(read_profile, since=end)).profile()
    assert part.end_times[-1] == whole.end_times[-1]
    assert end is not None
    assert part.end_times[0] <= np.datetime64(end + timedelta(minutes=90))
    assert set(between(whole, end).end_times.tolist()) <= set(part.end_times.tolist())


def test_since_a_time_costs_the_wire_only_what_is_wanted() -> None:
    at = bench("centron", "2026-03-05T12:00", days=60)
    whole = at.read(read_profile).tables[64]
    part = at.read(read_profile, since=datetime(2026, 3, 4)).tables[64]
    read = sum(length for _, length in part.parts)
    assert len(part.data) == len(whole.data)
    assert read <= len(whole.data) * 3 / 60


def test_the_same_view_comes_out_of_the_store(tmp_path: Path) -> None:
    read_out = bench("centron", "2026-03-20T12:34").read(read_tables)
    with Store(tmp_path / "r.sqlite", digest=digest) as store:
        number = store.save(read_out)
        until = store.last_profile_time(read_out.identity.key)
    with Store(tmp_path / "r.sqlite") as store:
        saved = store.load(number)
        assert store.decoded(number)[1]["ED_MODEL"] == "VCENTRON"
    live, later = MeterView(read_out), MeterView(saved)
    assert later.registers() == live.registers()
    assert later.events() == live.events()
    assert later.status() == live.status()
    assert later.clock() == live.clock()
    assert later.instantaneous() == live.instantaneous()
    assert later.profile().end_times.tolist() == live.profile().end_times.tolist()
    assert until == live.profile().end_times[-1].item()
    csv_profile.write(tmp_path / "a.csv", live.profile())
    csv_profile.write(tmp_path / "b.csv", later.profile())
    assert (tmp_path / "a.csv").read_bytes() == (tmp_path / "b.csv").read_bytes()


def test_every_power_failure_in_the_log_has_its_interval_in_the_profile() -> None:
    view = MeterView(bench("centron", "2026-06-15T12:00", days=330, seed=1).read(read_tables))
    series = view.profile()
    flagged = series.end_times[(series.flags & IntervalFlag.POWER_FAIL) != 0].tolist()
    times = {title: [e.occurred_at for e in reversed(view.events()) if e.title == title] for title in POWER}
    outages = [
        (lost, back)
        for lost, back in zip(times["Power lost"], times["Power restored"], strict=True)
        if lost and back and lost > series.end_times[0].item() and back - lost > timedelta(minutes=1)
    ]
    assert len(outages) >= 3
    for lost, back in outages:
        assert any(lost < end and end - timedelta(minutes=15) < back for end in flagged), (lost, back)


POWER = ("Power lost", "Power restored")

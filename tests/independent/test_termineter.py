"""An independent client, termineter 1.0.6, reads the virtual meter over a pty and over TCP."""

from __future__ import annotations

from typing import Any

import pytest

from fieldpro.simulator import VirtualMeter
from fieldpro.simulator.tables.moment import Moment


def table(meter: VirtualMeter, number: int) -> bytes:
    return meter.device.bank.read(number)


def test_it_logs_on_and_reads_tables_0_and_1_and_one_of_many_packets(meter: VirtualMeter, visit: Any) -> None:
    found = visit("tables", "0", "1", "26")
    assert len(table(meter, 26)) > 30 * 256  # many packets of 256 bytes
    assert {number: bytes.fromhex(data) for number, data in found.items()} == {
        number: table(meter, int(number)) for number in ("0", "1", "26")
    }


def test_it_reads_part_of_a_year_of_load_profile_by_offset(meter: VirtualMeter, visit: Any) -> None:
    found = visit("tables", "64:40000@1234")
    assert bytes.fromhex(found["64:40000@1234"]) == table(meter, 64)[1234 : 1234 + 40_000]


def test_its_own_parsers_read_what_the_meter_means(meter: VirtualMeter, visit: Any) -> None:
    described = meter.description
    found = visit("parse", password="PRIMARY")
    assert (found["manufacturer"], found["model"], found["serial"]) == ("FPRO", "VCENTRON", described.identity.serial)
    assert found["firmware"] == list(described.identity.firmware)
    assert found["device_id"] == described.identity.identification
    assert (found["nameplate"], found["mode"]) == ("Electric", 1)
    # Its walk over the sets misses the last table of every byte: 7, 15, 23 ...
    standard = [number for number in sorted(meter.device.bank.numbers) if number < 80]
    assert found["tables"] == [number for number in standard if number % 8 != 7]

    levels = described.security.levels
    passwords = [level.password for level in levels] + [level.previous for level in levels]
    assert [bytes.fromhex(each).decode().rstrip() for each in found["passwords"]] == passwords
    assert found["groups"] == [1, 3, 7, 15] * 2
    assert found["tables_with_rights"] == [6, 7, 33, 34, 42, 43, 44, 45]
    # It leaves the maker's flag out: manufacturer procedures 1 to 3, those of the service switch, are 1 to 3 to it.
    assert found["procedures_with_rights"] == [0, 1, 2, 3, 4, 5, 9, 10, 18, 19]

    lists = described.display.lists
    assert [each[:3] + each[4:] for each in found["display_lists"]] == [
        [shown.on_s, shown.off_s, shown.hold_min, len(shown.items)] for shown in lists
    ]
    assert len(found["display_items"]) == sum(len(shown.items) for shown in lists)


def test_its_parser_reads_the_history_entry_by_entry(meter: VirtualMeter, visit: Any) -> None:
    found = visit("parse", password="PRIMARY")
    moment = Moment(meter.device.body, meter.clock())
    entries = meter.device.body.log.history(meter.clock())
    assert (found["history_entries"], found["event_entries"]) == (100, 420)
    told = found["history"][: len(entries)]
    assert 10 < len(entries) < 100
    assert [each["event"] for each in told] == [entry.number for entry in entries]
    assert [each["sequence"] for each in told] == list(range(len(entries)))
    for each, entry in zip(told, entries, strict=True):
        shown = moment.long_time(entry.local)
        clock = f"{shown.day} {shown.year} {shown.hour}:{shown.minute}:{shown.second}"
        assert each["time"].endswith(clock)


@pytest.mark.parametrize("password", ["SECONDARY", "OLDSECONDARY"])
def test_it_runs_a_demand_reset_with_the_password_of_today_and_of_before(
    meter: VirtualMeter, visit: Any, password: str
) -> None:
    before = meter.device.body.life.demand_resets(meter.clock())
    assert visit("reset", password=password)[0] == 0
    assert len(meter.device.body.life.demand_resets(meter.clock())) == len(before) + 1

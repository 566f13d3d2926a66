"""Meters that are not ours, read over TCP by the command line: other formats, other habits, the same answers."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from fieldpro.cli.main import run
from tests.independent.scripted_meter import (
    BSY,
    DNR,
    ERR,
    IAR,
    ISC,
    ONP,
    SNS,
    Habits,
    ScriptedMeter,
    Writer,
    small_meter,
)

TALKS = (256, 255, 9600)
REGISTERS = [
    ("summation", 0, 12345.6, "kWh"),
    ("demand", 0, 1234, "kW"),
    ("summation", 1, 10000, "kWh"),
    ("demand", 1, 1000, "kW"),
    ("summation", 2, 2000, "kWh"),
    ("demand", 2, 200, "kW"),
    ("summation", 3, 345.6, "kWh"),
    ("demand", 3, 34, "kW"),
]
FIRST_AND_LAST = ["2026-03-01 07:45:00,0,0.00,", "2026-03-01 10:30:00,0,1.05,"]


@dataclass(frozen=True)
class Said:
    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)


@pytest.fixture
def fieldpro(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> Callable[..., Said]:
    monkeypatch.setenv("FIELDPRO_HOME", str(tmp_path / "home"))

    def call(*arguments: str) -> Said:
        code = run(list(arguments))
        captured = capsys.readouterr()
        return Said(code, captured.out, captured.err)

    return call


def reads_well(fieldpro: Callable[..., Said], meter: ScriptedMeter, tmp_path: Path) -> None:
    """Registers, profile, events and every table come out as they were put in, and every session was ended."""
    registers = fieldpro("registers", meter.url, "--json")
    assert registers.code == 0, registers.err
    found = [(entry["kind"], entry["tier"], float(entry["value"]), entry["unit"]) for entry in registers.json]
    assert found == REGISTERS
    assert {entry["at"] for entry in registers.json} == {None, "2026-03-01T12:15:00"}

    profile = fieldpro("profile", meter.url, "--csv", str(tmp_path / "profile.csv"))
    assert profile.code == 0, profile.err
    rows = (tmp_path / "profile.csv").read_text().splitlines()[1:]
    assert (len(rows), [rows[0], rows[-1]]) == (12, FIRST_AND_LAST)

    events = fieldpro("events", meter.url, "--json")
    assert events.code == 0, events.err
    assert [event["number"] for event in events.json["events"]] == [20, 2, 1]
    assert events.json["history"] is None

    read = fieldpro("read", meter.url, "--all", "--json")
    assert read.code == 0, read.err
    assert {table["number"]: bytes.fromhex(table["raw"]) for table in read.json["tables"]} == {
        number: data + meter.habits.extra.get(number, b"") for number, data in meter.tables.items()
    }
    assert meter.services.count(0x52) == meter.services.count(0x21) == 4


@pytest.mark.parametrize("tm", [1, 2, 3, 4])
@pytest.mark.parametrize("msb_first", [False, True], ids=["lsb", "msb"])
def test_every_time_format_in_both_byte_orders(fieldpro: Any, tmp_path: Path, tm: int, msb_first: bool) -> None:
    with ScriptedMeter(small_meter(Writer(msb_first=msb_first, tm=tm)), Habits(negotiate=TALKS)) as meter:
        reads_well(fieldpro, meter, tmp_path)


@pytest.mark.parametrize(("ni1", "ni2"), [(0, 1), (2, 3), (13, 2), (4, 4), (5, 6), (12, 6), (9, 10), (11, 7), (1, 8)])
def test_every_number_format(fieldpro: Any, tmp_path: Path, ni1: int, ni2: int) -> None:
    write = Writer(ni1=ni1, ni2=ni2, msb_first=bool(ni1 % 2))
    with ScriptedMeter(small_meter(write), Habits(negotiate=TALKS)) as meter:
        reads_well(fieldpro, meter, tmp_path)


@pytest.mark.parametrize(("dimensions", "version"), [(True, 2), (False, 1), (False, 2)])
def test_editions_and_decades_without_their_n1(fieldpro: Any, tmp_path: Path, dimensions: bool, version: int) -> None:
    tables = small_meter(Writer(), dimensions=dimensions, version=version)
    with ScriptedMeter(tables, Habits(negotiate=TALKS)) as meter:
        reads_well(fieldpro, meter, tmp_path)


HABITS = {
    "refuses negotiate": Habits(negotiate=None),
    "refuses negotiate with err": Habits(negotiate=None, negotiate_code=ERR),
    "settles for 3 packets of 64": Habits(negotiate=(64, 3, 9600)),
    "settles for packets of 32": Habits(negotiate=(32, 255, 9600)),
    "refuses the first three frames": Habits(negotiate=TALKS, nak_first=3),
    "never toggles": Habits(negotiate=TALKS, toggle="never"),
    "begins with toggle 1": Habits(negotiate=TALKS, toggle="inverted"),
    "answers in crumbs": Habits(negotiate=(128, 255, 9600), chunk=1),
    "knows no wait, is busy and not ready": Habits(
        negotiate=TALKS, wait=False, answers={1: [BSY], 64: [DNR, DNR], 12: [BSY, DNR]}
    ),
    "claims offset reads it has not": Habits(negotiate=(64, 255, 9600), offset_reads=False),
    "pads past the end": Habits(negotiate=TALKS, pads=True),
    "has more bytes than its tables": Habits(negotiate=TALKS, extra=dict.fromkeys(range(80), b"\x01\x02\x03")),
    "speaks C12.21": Habits(negotiate=TALKS, standard=b"\x02\x01\x00\x00"),
    "lists C12.22 features": Habits(
        negotiate=TALKS, standard=bytes.fromhex("030100 04066086480186fc 0580 060d044954524e 00")
    ),
}


@pytest.mark.parametrize("habit", HABITS)
def test_a_meter_that(fieldpro: Any, tmp_path: Path, habit: str) -> None:
    with ScriptedMeter(small_meter(Writer()), HABITS[habit]) as meter:
        reads_well(fieldpro, meter, tmp_path)


def test_a_meter_without_offset_reads_is_never_asked_for_one(fieldpro: Any, tmp_path: Path) -> None:
    with ScriptedMeter(small_meter(Writer(access=0)), Habits(negotiate=TALKS, offset_reads=False)) as meter:
        reads_well(fieldpro, meter, tmp_path)
        assert 0x3F not in meter.services


def test_identifiers_in_bcd(fieldpro: Any) -> None:
    with ScriptedMeter(small_meter(Writer(id_bcd=True)), Habits(negotiate=TALKS)) as meter:
        identity = fieldpro("identify", meter.url, "--json").json
    assert int(identity["serial"]) == 12345678
    assert int(identity["identification"]) == 778899


def test_a_log_that_was_refused_is_named_with_the_refusal(fieldpro: Any) -> None:
    with ScriptedMeter(small_meter(Writer()), Habits(negotiate=TALKS, answers={76: [ONP]})) as meter:
        said = fieldpro("events", meter.url)
    assert said.code == 1
    assert "cannot do this" in said.err
    assert "Read table 76" in said.err


def test_a_profile_whose_data_is_refused_shows_no_intervals(fieldpro: Any) -> None:
    with ScriptedMeter(small_meter(Writer()), Habits(negotiate=(64, 1, 9600), answers={64: [ISC]})) as meter:
        said = fieldpro("profile", meter.url)
    assert said.code == 1
    assert "1970" not in said.out
    assert "higher security level" in said.err


@pytest.mark.parametrize(("verb", "number"), [("registers", 23), ("profile", 60), ("events", 76)])
def test_what_a_meter_does_not_have_is_said_so(fieldpro: Any, verb: str, number: int) -> None:
    write = Writer()
    tables = {number: data for number, data in small_meter(write).items() if number in (1, 3, 5, 52)}
    tables[0] = write.table_0({0, *tables})
    with ScriptedMeter(tables, Habits(negotiate=TALKS)) as meter:
        said = fieldpro(verb, meter.url)
    assert said.code == 1
    assert f"table {number} is not on its list" in said.err


def test_without_table_0_everything_is_not_everything(fieldpro: Any) -> None:
    with ScriptedMeter(small_meter(Writer()), Habits(negotiate=TALKS, answers={0: [ISC]})) as meter:
        said = fieldpro("read", meter.url, "--all", "--json")
    assert said.code == 1
    assert {table["number"]: table["status"] for table in said.json["tables"]} == {0: "refused", 1: "read"}


@pytest.mark.parametrize("code", [ERR, SNS, ISC, IAR])
def test_a_log_on_that_is_refused_ends_the_session(fieldpro: Any, code: int) -> None:
    with ScriptedMeter(small_meter(Writer()), Habits(negotiate=TALKS, logon_code=code)) as meter:
        said = fieldpro("identify", meter.url)
        assert meter.services[-1] == 0x21
    assert said.code == 1
    assert "Log on user 0" in said.err


@pytest.mark.parametrize("bytes_left", [0, 10, 25])
def test_a_table_0_that_breaks_off_is_an_error_not_an_empty_answer(fieldpro: Any, bytes_left: int) -> None:
    tables = small_meter(Writer())
    tables[0] = tables[0][:bytes_left]
    with ScriptedMeter(tables, Habits(negotiate=TALKS)) as meter:
        identify, read = fieldpro("identify", meter.url), fieldpro("read", meter.url, "--all", "--json")
    assert (identify.code, read.code) == (1, 1)
    assert "GEN_CONFIG_TBL" in identify.err
    assert [table["number"] for table in read.json["tables"]] == [0, 1]


def test_a_register_that_is_no_number_is_left_out_and_that_is_said(fieldpro: Any) -> None:
    write = Writer(ni1=0)
    tables = small_meter(write)
    tables[23] = tables[23][:1] + write.ni1(float("nan")) + tables[23][9:]
    with ScriptedMeter(tables, Habits(negotiate=TALKS)) as meter:
        said = fieldpro("registers", meter.url, "--json")
    assert said.code == 0
    assert len(said.json) == len(REGISTERS) - 1
    assert "CURRENT_REG_DATA_TBL.TOT_DATA_BLOCK.SUMMATIONS[0]" in said.err


def test_a_text_of_the_meter_does_not_command_the_terminal(fieldpro: Any) -> None:
    with ScriptedMeter(small_meter(Writer(), name=b"M\x1b[31m\x9b\x07"), Habits(negotiate=TALKS)) as meter:
        for verb in ("identify", "read"):
            said = fieldpro(verb, meter.url)
            assert not {character for character in said.out if not character.isprintable()} - {"\n"}

"""Procedures, the clock and the demand reset on the command line, against a virtual meter."""

from __future__ import annotations

import re
from datetime import datetime
from typing import Any

import pytest

from fieldpro.app import default_store
from fieldpro.cli.parameters import describe, parse
from fieldpro.errors import UsageError
from fieldpro.meter.procedures import Parameter

SERIAL = "0000000061873204"  # resources/meters/centron.toml

FLAG = Parameter("ACTION.FLAG", "A flag", "flag", size=1)
LIST = Parameter("LIST", "The list", "choice", low=0, high=255, words={1: "event log"}, size=1)
COUNT = Parameter("COUNT", "How many", "number", unit="d", low=0, high=9, size=1)
BYTES = Parameter("BYTES", "Some bytes", "bytes", size=2)
TIME = Parameter("TIME", "A time", "time", size=5)
TEXT = Parameter("TEXT", "A text", "text", size=4)


def delivered(fieldpro: Any, meter: str) -> float:
    """kWh since the meter began to count."""
    registers = fieldpro("registers", meter, "--json").json
    return max(
        float(each["value"])
        for each in registers
        if (each["name"], each["tier"], each["kind"]) == ("Wh delivered", 0, "summation")
    )


def resets(told: str) -> tuple[int, int]:
    found = re.search(r"Demand resets: (\d+) before, (\d+) after", told)
    assert found is not None, told
    return int(found[1]), int(found[2])


def test_parameters_are_read_as_what_they_are() -> None:
    texts = ["ACTION.FLAG=yes", "LIST=event log", "COUNT=0x9", "BYTES=AB 01", "TIME=2026-03-01T12:00", "TEXT=four"]
    assert parse(texts, [FLAG, LIST, COUNT, BYTES, TIME, TEXT]) == {
        "ACTION": {"FLAG": True},
        "LIST": 1,
        "COUNT": 9,
        "BYTES": b"\xab\x01",
        "TIME": datetime(2026, 3, 1, 12),
        "TEXT": "four",
    }
    assert parse(["LIST=7"], [FLAG, LIST]) == {"ACTION": {"FLAG": False}, "LIST": 7}


@pytest.mark.parametrize(
    ("text", "parameter"),
    [
        ("ACTION.FLAG=perhaps", FLAG),
        ("LIST=no such list", LIST),
        ("COUNT=10", COUNT),
        ("COUNT=-1", COUNT),
        ("COUNT=many", COUNT),
        ("BYTES=AB", BYTES),
        ("BYTES=XY", BYTES),
        ("TIME=noon", TIME),
        ("TEXT=longer", TEXT),
        ("OTHER=1", COUNT),
        ("COUNT", COUNT),
    ],
)
def test_a_parameter_that_cannot_be_says_what_is_expected(text: str, parameter: Parameter) -> None:
    with pytest.raises(UsageError) as caught:
        parse([text], [parameter])
    assert caught.value.expected
    assert describe(parameter)


def test_a_parameter_that_is_missing_is_asked_for_by_name() -> None:
    with pytest.raises(UsageError, match="COUNT=VALUE"):
        parse([], [COUNT])


def test_the_procedures_of_the_meter_are_listed_with_what_they_take(fieldpro: Any, meter: str) -> None:
    listed = {each["number"]: each for each in fieldpro("procedure", meter, "--json").json}
    assert listed[3]["danger"] == "high"
    assert [one["path"] for one in listed[6]["parameters"]] == ["ED_MODE"]
    assert "metering" in listed[6]["parameters"][0]["takes"]
    assert "CLEAR_DATA" in fieldpro("procedure", meter).out


def test_what_is_cleared_is_kept_as_a_record_before(fieldpro: Any, meter: str, logged_on: Any) -> None:
    before = delivered(fieldpro, meter)
    assert before > 1
    said = fieldpro("procedure", meter, "clear-data", "--confirm", SERIAL.lstrip("0"), *logged_on)
    assert said.code == 0, said.err
    assert said.out == "Clear the data: done\n"
    with default_store() as store:
        (record,) = store.find()
        kept = store.load(record.id)
    assert record.note == "Before: Clear the data"
    assert {23, 64} <= kept.tables.keys()
    assert delivered(fieldpro, meter) < 1
    (told,) = fieldpro("audit", "list", "--kind", "procedure", "--json").json
    assert (told["data"]["number"], told["data"]["words"], told["data"]["outcome"]) == (3, "done", "done")


@pytest.mark.parametrize("confirm", [(), ("--confirm", "1"), ("--confirm", "")])
def test_what_is_dangerous_is_not_done_without_the_serial_number(
    fieldpro: Any, meter: str, logged_on: Any, confirm: tuple[str, ...]
) -> None:
    said = fieldpro("procedure", meter, "3", *confirm, *logged_on)
    assert said.code == 2, said.err
    assert fieldpro("audit", "list", "--kind", "approval", "--json").json == []
    assert fieldpro("audit", "list", "--kind", "procedure", "--json").json == []


def test_modes_and_lists_are_named_in_words(fieldpro: Any, meter: str, logged_on: Any) -> None:
    said = fieldpro("procedure", meter, "CHANGE_ED_MODE", "--param", "ED_MODE=test", "--json", *logged_on)
    assert said.code == 0, said.err
    assert said.json["words"] == "done"
    assert any("goes back to metering" in note for note in said.json["notes"])
    assert fieldpro("procedure", meter, "6", "--param", "ED_MODE=metering", *logged_on).code == 0


def test_a_meter_that_refuses_a_procedure_ends_with_1(fieldpro: Any, meter: str, secret_file: Any) -> None:
    lowest = ("--password-file", secret_file("TERTIARY"))
    said = fieldpro("procedure", meter, "7", *lowest)
    assert said.code == 1, said.err
    (told,) = fieldpro("audit", "list", "--kind", "procedure", "--json").json
    assert told["data"]["outcome"] == "failed"


def test_the_clock_is_shown_set_and_left_alone_when_it_is_right(fieldpro: Any, meter: str, logged_on: Any) -> None:
    shown = fieldpro("clock", meter, "--json").json
    assert abs(shown["drift_s"]) > 1.5
    said = fieldpro("clock", meter, "--set", "--at-once", "--json", *logged_on)
    assert said.code == 0, said.err
    assert said.json["was_set"]
    assert abs(said.json["difference_after_s"]) < 3
    again = fieldpro("clock", meter, "--set", *logged_on)
    assert "left alone" in again.out
    told = fieldpro("audit", "list", "--kind", "procedure", "--json").json[-1]["data"]
    assert told["shown_before"] != told["shown_after"]


def test_demands_are_reset_once_in_the_lock_out_time(fieldpro: Any, meter: str, logged_on: Any) -> None:
    confirmed = ("--confirm", SERIAL, *logged_on)
    first = fieldpro("demand-reset", meter, *confirmed)
    assert first.code == 0, first.err
    before, after = resets(first.err)
    assert after == before + 1
    locked = fieldpro("demand-reset", meter, *confirmed)
    assert locked.code == 2
    assert "nothing was sent" in locked.err
    by_number = fieldpro("procedure", meter, "9", "--param", "ACTION_FLAG.DEMAND_RESET_FLAG=yes", *confirmed)
    assert by_number.code == 2
    forced = fieldpro("demand-reset", meter, "--force", "--json", *confirmed)
    assert forced.code == 0, forced.err
    assert resets(forced.err) == (after, after + 1)
    self_read = fieldpro("procedure", meter, "9", "--param", "ACTION_FLAG.SELF_READ_FLAG=yes", *confirmed)
    assert self_read.code == 0, self_read.err


@pytest.mark.parametrize(
    "arguments",
    [
        ("procedure", "sim://centron", "no-such-procedure"),
        ("procedure", "sim://centron", "99"),
        ("procedure", "sim://centron", "10", "--param", "DATE_TIME=2026-01-01"),
        ("procedure", "sim://centron", "6"),
        ("procedure", "sim://centron", "6", "--param", "ED_MODE=asleep"),
        ("procedure", "sim://centron", "6", "--raw", "XY"),
        ("procedure", "sim://centron", "6", "--raw", "01", "--param", "ED_MODE=1"),
        ("procedure", "sim://centron", "MP1", "--confirm", SERIAL),
        ("clock", "sim://centron", "--gradual"),
        ("clock", "sim://centron", "--set", "--gradual", "--at-once"),
        ("clock", "sim://centron", "--set", "--zone", "Nowhere/Town"),
        ("demand-reset", "sim://centron"),
        ("demand-reset", "sim://centron", "--lock-out", "-1"),
    ],
)
def test_wrong_use_ends_with_2(fieldpro: Any, arguments: tuple[str, ...]) -> None:
    said = fieldpro(*arguments)
    assert said.code == 2, said.err
    assert said.err.strip()
    assert "Traceback" not in said.err

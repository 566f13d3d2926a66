"""What is on a tape: the header, the steps, one step with its bytes and elements, the packets."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from table_playback.tape import Header, Order, Step, TableImage, Tape, VerifyRule, save

AT = datetime(2026, 3, 1, 12, tzinfo=UTC)
IDENTITY = b"FPRO" + b"VCENTRON" + bytes([3, 1, 5, 7]) + b"0000000061873204"
GEN_CONFIG = bytes.fromhex("041b104650524f0200160c02000a0103010108fffdf1df073ffcf1c11f1ffff70f0ee4000080061c6800000010")
STEPS = [
    Step(1, 0.0, ">", "identify", response=0, answer=bytes([0, 1, 0, 0]), duration_s=0.012),
    Step(2, 0.1, "<", "full-read", table=1, data=IDENTITY, response=0, duration_s=0.02),
    Step(3, 0.2, "<", "offset-read", table=1, offset=4, count=8, data=IDENTITY[4:12], response=0),
    Step(4, 0.3, "<", "full-read", table=2048 + 9, response=5),
    Step(5, 0.4, "<", "full-read", table=1, note="the line was cut"),
    Step(6, 0.5, ">", "offset-write", table=6, offset=3, data=b"\x1b[2J", response=0, enabled=False),
    Step(7, 0.6, ">", "full-write", table=7, procedure=2048 + 3, data=bytes([3, 8, 1, 9]), response=0),
]
RULE = VerifyRule(order=Order.ANY, ignore=("CLOCK_TBL.*",), tolerance=(("A_TBL.B", 0.5),), repeats=False)


@pytest.fixture
def made(tape: Path) -> Path:
    steps = [*STEPS[:4], Step(5, 0.4, "<", "full-read", table=1, note="the line was cut", verify=RULE), *STEPS[5:]]
    save(Tape(Header(None, AT, AT, title="Made by hand", who="Ada"), steps, {0: TableImage(0, GEN_CONFIG)}), tape)
    return tape


def test_the_header_and_every_step_stand_there(playback: Any, made: Path) -> None:
    said = playback("show", made)
    assert said.code == 0, said.err
    assert "Made by hand" in said.out
    lines = [line for line in said.out.splitlines() if line.lstrip()[:1].isdigit()]
    assert [int(line.split()[0]) for line in lines] == [1, 2, 3, 4, 5, 6, 7]
    assert "1 GENERAL_MFG_ID_TBL" in lines[1]
    assert "offset 4" in lines[2]
    assert "mt9" in lines[3]
    assert "inappropriate action" in lines[3]
    assert "no answer" in lines[4]
    assert "the line was cut" in lines[4]
    assert "order any, ignore CLOCK_TBL.*, A_TBL.B within 0.5, once" in lines[4]
    assert "off" in lines[5]
    assert "manufacturer procedure 3" in lines[6]


def test_some_steps_and_one_step_in_full(playback: Any, made: Path) -> None:
    shown = playback("show", made, "--from", 2, "--count", 2, "--json").json
    assert [step["number"] for step in shown["steps"]] == [2, 3]
    said = playback("show", made, "--step", 2)
    assert "30 00 01" in said.out
    assert "GENERAL_MFG_ID_TBL.MANUFACTURER" in said.out
    assert "FPRO" in said.out


def test_a_part_of_a_table_is_told_by_its_elements(playback: Any, made: Path) -> None:
    step = playback("show", made, "--step", 3, "--json").json
    assert [element["path"] for element in step["elements"]] == ["GENERAL_MFG_ID_TBL.ED_MODEL"]
    assert step["elements"][0]["text"] == "VCENTRON"
    assert step["elements"][0]["offset"] == 4


def test_a_part_of_one_element_names_it_and_commands_no_terminal(playback: Any, made: Path) -> None:
    said = playback("show", made, "--step", 6)
    assert said.code == 0, said.err
    assert "1b 5b 32 4a" in said.out
    assert "\x1b" not in said.out + said.err
    assert "a part of UTIL_INFO_TBL.OWNER_NAME" in said.err


def test_what_has_no_layout_is_told(playback: Any, tape: Path) -> None:
    save(Tape(Header(None, AT, AT), STEPS[:2]), tape)
    said = playback("show", tape, "--step", 2)
    assert said.code == 0, said.err
    assert "the tables that shape it" in said.err


def test_a_step_that_is_not_there_is_wrong_use(playback: Any, made: Path) -> None:
    said = playback("show", made, "--step", 8)
    assert said.code == 2
    assert "1 to 7" in said.err


def test_the_packets_stand_beside_the_steps(playback: Any, meter: str, tape: Path) -> None:
    assert playback("record", meter, tape, "--tables", "1").code == 0
    packets = playback("show", tape, "--wire", "--json").json["wire"]
    assert packets[0]["direction"] == ">"
    assert bytes.fromhex(packets[0]["data"])[:1] == b"\xee"
    (number,) = [step["number"] for step in playback("show", tape, "--json").json["steps"] if step["table"] == 1]
    of_step = playback("show", tape, "--wire", "--from", number, "--count", 1, "--json").json["wire"]
    assert {packet["step"] for packet in of_step} == {number}


def test_what_is_read_again_and_again_stands_there_every_time(playback: Any, meter: str, tape: Path) -> None:
    assert playback("record", meter, tape, "--read", "clock", "--rounds", 3).code == 0
    tables = [step["table"] for step in playback("show", tape, "--json").json["steps"]]
    assert tables.count(52) == 3
    assert playback("play", meter, tape).code == 0

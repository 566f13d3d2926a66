"""A tape that writes: shown before, agreed to, allowed by role, journalled; and nothing of it otherwise."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from fieldpro.app import open_transport
from table_playback.cli.bridge import Bridge, OurTcp
from table_playback.record import recording
from table_playback.tape import load

CHANGE = ("template:commercial-tou", "--only", "UTIL_INFO_TBL", "--yes")
CHANGED = "UTIL_INFO_TBL.PROGRAMMER_NAME"
SERIAL = "0000000061873204"


@pytest.fixture
def writes(fieldpro: Any, meter: str, tape: Path, logged_on: tuple[str, ...]) -> Path:
    """What was said while an element was written; afterwards the meter is as before."""
    with (
        recording(tape, port=meter) as made,
        Bridge(OurTcp("127.0.0.1", 0), open_transport(meter), made.hear) as bridge,
    ):
        said = fieldpro("program", "write", bridge.name, *CHANGE, *logged_on)
        assert said.code == 0, said.err
    said = fieldpro("program", "undo", meter, "--yes", *logged_on)
    assert said.code == 0, said.err
    return tape


@pytest.fixture
def orders(fieldpro: Any, meter: str, tape: Path, logged_on: tuple[str, ...]) -> Path:
    """What was said while the demands were reset."""
    with (
        recording(tape, port=meter) as made,
        Bridge(OurTcp("127.0.0.1", 0), open_transport(meter), made.hear) as bridge,
    ):
        said = fieldpro("demand-reset", bridge.name, "--confirm", SERIAL, *logged_on)
        assert said.code == 0, said.err
    return tape


def programmer(fieldpro: Any, meter: str) -> str:
    said = fieldpro("read", meter, "--tables", "6", "--json")
    assert said.code == 0, said.err
    return str(said.json["tables"][0]["values"]["PROGRAMMER_NAME"])


def resets(fieldpro: Any, meter: str) -> int:
    said = fieldpro("read", meter, "--tables", "23", "--json")
    assert said.code == 0, said.err
    return int(said.json["tables"][0]["values"]["NBR_DEMAND_RESETS"])


def test_writes_are_shown_and_not_sent_where_nobody_can_be_asked(
    playback: Any, fieldpro: Any, meter: str, writes: Path, logged_on: tuple[str, ...]
) -> None:
    said = playback("play", meter, writes, *logged_on)
    assert said.code == 2
    assert "--yes" in said.err
    assert f"Play 1 write to meter {SERIAL}?" in said.err
    assert CHANGED in said.out
    said = playback("play", meter, writes, "--json", *logged_on)  # what is to be written would not be shown
    assert said.code == 2
    assert "--yes" in said.err
    assert programmer(fieldpro, meter) == "FACTORY"


def test_writes_that_were_agreed_to_are_written_read_back_and_undone(
    playback: Any, fieldpro: Any, meter: str, writes: Path, logged_on: tuple[str, ...]
) -> None:
    said = playback("play", meter, writes, "--yes", "--all", *logged_on)
    assert said.code == 0, said.out + said.err
    assert "read back as written" in said.out
    assert programmer(fieldpro, meter) == "FieldPro"
    records = fieldpro("audit", "list", "--kind", "playback", "--json").json
    assert [record["data"]["outcome"] for record in records] == ["done"]
    assert records[0]["data"]["written"] == [6]
    assert records[0]["data"]["changes"] == [[CHANGED, "FACTORY", "FieldPro"]]
    assert set(records[0]["data"]["verdicts"]) <= {"equal", "skipped"}
    said = fieldpro("program", "undo", meter, "--yes", *logged_on)
    assert said.code == 0, said.err
    assert programmer(fieldpro, meter) == "FACTORY"
    said = playback("play", meter, writes, "--yes", "--json", *logged_on)
    assert said.code == 0, said.err + said.out
    assert said.json["equal"] is True
    assert programmer(fieldpro, meter) == "FieldPro"


def test_one_step_of_it_is_exactly_one_step(
    playback: Any, fieldpro: Any, meter: str, writes: Path, logged_on: tuple[str, ...]
) -> None:
    steps = playback("show", writes, "--json").json["steps"]
    number = next(step["number"] for step in steps if step["service"].endswith("-read") and step["table"] == 6)
    said = playback("play", meter, writes, "--step", number, *logged_on)
    assert said.code == 0, said.out + said.err  # a read is no write: nobody need be asked
    assert programmer(fieldpro, meter) == "FACTORY"


def test_who_may_only_read_plays_no_writes(
    playback: Any, fieldpro: Any, meter: str, writes: Path, logged_on: tuple[str, ...], secret_file: Any
) -> None:
    admin, reader = secret_file("an administrator's own"), secret_file("a reader's own word")
    assert fieldpro("user", "add", "Ada", "--role", "administrator", "--new-password-file", admin).code == 0
    ada = ("--as", "Ada", "--as-password-file", admin)
    assert fieldpro("user", "add", "Rob", "--role", "reader", "--new-password-file", reader, *ada).code == 0
    rob = ("--as", "Rob", "--as-password-file", reader)
    said = playback("play", meter, writes, "--yes", *logged_on, *rob)
    assert said.code == 2
    assert "Write to a meter" in said.err
    said = playback("record", meter, writes.with_name("b.tape"), "--tcp", "127.0.0.1:0", *rob)
    assert said.code == 2
    assert not writes.with_name("b.tape").exists()
    said = fieldpro("read", meter, "--tables", "6", "--json", *rob)
    assert said.json["tables"][0]["values"]["PROGRAMMER_NAME"] == "FACTORY"


def test_what_loses_data_wants_the_serial_number_and_is_kept_first(
    playback: Any, fieldpro: Any, meter: str, orders: Path, logged_on: tuple[str, ...], tmp_path: Path
) -> None:
    before = resets(fieldpro, meter)
    said = playback("play", meter, orders, "--yes", *logged_on)
    assert said.code == 2
    assert "--confirm" in said.err
    said = playback("play", meter, orders, "--yes", "--confirm", "4711", *logged_on)
    assert said.code == 2
    assert resets(fieldpro, meter) == before
    said = playback("play", meter, orders, "--confirm", SERIAL, *logged_on)
    assert said.code == 2
    assert f"Play 1 procedure to meter {SERIAL}?" in said.err
    said = playback("play", meter, orders, "--yes", "--confirm", SERIAL, *logged_on)
    assert resets(fieldpro, meter) == before + 1, said.err + said.out
    kept = said.err.partition("What was there before is record ")[2].partition(".")[0]
    assert playback("import", f"record:{kept}", tmp_path / "before.tape").code == 0
    assert 23 in load(tmp_path / "before.tape").tables
    records = fieldpro("audit", "list", "--kind", "playback", "--json").json
    assert records[0]["data"]["procedures"] == [9]

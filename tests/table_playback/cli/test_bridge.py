"""Another program talks to a meter through a bridge: it gets what the meter says, and every byte is heard."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from fieldpro.app import open_transport
from fieldpro.transports.tap import TapRecord
from table_playback.cli.bridge import Bridge, OurPty, OurTcp

POSIX = pytest.mark.skipif(os.name != "posix", reason="ptys are POSIX's")


def raw(said: Any) -> list[str]:
    assert said.code == 0, said.err
    return [table["raw"] for table in said.json["tables"]]


@POSIX
def test_through_a_pty_a_meter_reads_as_it_does_without(fieldpro: Any, meter: str, tmp_path: Path) -> None:
    heard: list[TapRecord] = []
    with Bridge(OurPty(tmp_path / "meter"), open_transport(meter), heard.append) as bridge:
        through = raw(fieldpro("read", bridge.name, "--tables", "0,1,5,12", "--json"))
    assert through == raw(fieldpro("read", meter, "--tables", "0,1,5,12", "--json"))
    assert {record.direction for record in heard} == {">", "<"}
    assert any(bytes.fromhex(through[1]) in record.data for record in heard if record.direction == "<")
    assert not bridge.is_serving
    assert not (tmp_path / "meter").is_symlink()


@pytest.mark.parametrize("kind", ["tcp", pytest.param("pty", marks=POSIX)])
def test_the_rate_that_was_negotiated_is_set(fieldpro: Any, meter: str, logged_on: tuple[str, ...], kind: str) -> None:
    """A virtual meter with --pace understands nothing at another rate than its own."""
    paced = f"{meter}&pace=1"
    heard: list[TapRecord] = []
    ours = OurPty() if kind == "pty" else OurTcp("127.0.0.1", 0)
    with Bridge(ours, open_transport(paced), heard.append) as bridge:
        for _ in range(2):  # the second session begins at the first rate again
            through = raw(fieldpro("read", bridge.name, "--tables", "0,1", "--json", *logged_on))
    assert through == raw(fieldpro("read", paced, "--tables", "0,1", "--json"))
    assert b"PRIMARY" not in b"".join(record.data for record in heard)


def test_a_meter_that_is_taken_away_ends_the_bridge_with_the_reason() -> None:
    from fieldpro.transports.memory import pipe

    ours, theirs = pipe("meter")
    bridge = Bridge(OurTcp("127.0.0.1", 0), ours, lambda record: None)
    client = open_transport(bridge.name)
    theirs.close()
    wait_until(lambda: not bridge.is_serving)
    assert bridge.error is not None
    assert bridge.error.code == "port-gone"
    client.close()
    bridge.close()


def wait_until(condition: Callable[[], bool], limit_s: float = 10.0) -> None:
    import time

    deadline = time.monotonic() + limit_s
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.01)

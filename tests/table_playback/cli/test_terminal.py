"""At a terminal a person is asked before a tape writes, and may say no."""

from __future__ import annotations

import os
import select
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from fieldpro.app import open_transport
from table_playback.cli.bridge import Bridge, OurTcp
from table_playback.record import recording

ROOT = Path(__file__).parents[3]
LIMIT_S = 60

pytestmark = pytest.mark.skipif(os.name != "posix", reason="ptys are POSIX's")


def at_terminal(home: Path, *arguments: object, answer: str) -> tuple[int, str]:
    """How it ended, and what the screen showed."""
    master, slave = os.openpty()
    command = [sys.executable, "-m", "table_playback", *map(str, arguments)]
    own = {**os.environ, "FIELDPRO_HOME": str(home)}
    process = subprocess.Popen(
        command, stdin=slave, stdout=slave, stderr=slave, cwd=ROOT, env=own, start_new_session=True
    )
    os.close(slave)
    shown, answered = b"", False
    while select.select([master], [], [], LIMIT_S)[0]:
        try:
            shown += os.read(master, 4096)
        except OSError:  # the terminal's last user has gone
            break
        if not answered and b"(yes or no)" in shown:
            os.write(master, answer.encode() + b"\n")
            answered = True
    code = process.wait(LIMIT_S)
    os.close(master)
    assert answered, shown.decode()
    return code, shown.decode()


def test_who_says_no_writes_nothing_and_who_says_yes_does(
    start: Any, fieldpro: Any, home: Path, tape: Path, tmp_path: Path, logged_on: tuple[str, ...]
) -> None:
    link = tmp_path / "meter"
    server = start("fieldpro", "simulate", "centron", "--pty", link, "--days", "2")
    server.stdout.readline()
    change = ("template:commercial-tou", "--only", "UTIL_INFO_TBL", "--yes")
    with recording(tape) as made, Bridge(OurTcp("127.0.0.1", 0), open_transport(str(link)), made.hear) as bridge:
        assert fieldpro("program", "write", bridge.name, *change, *logged_on).code == 0
    assert fieldpro("program", "undo", link, "--yes", *logged_on).code == 0

    def programmer() -> str:
        said = fieldpro("read", link, "--tables", "6", "--json")
        return str(said.json["tables"][0]["values"]["PROGRAMMER_NAME"])

    code, shown = at_terminal(home, "play", link, tape, *logged_on, answer="no")
    assert code == 130, shown
    assert "PROGRAMMER_NAME" in shown
    assert programmer() == "FACTORY"
    code, shown = at_terminal(home, "play", link, tape, *logged_on, answer="yes")
    assert code == 0, shown
    assert programmer() == "FieldPro"

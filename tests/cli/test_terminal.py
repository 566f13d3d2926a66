"""At a terminal a person is asked before something is written or lost, and may say no."""

from __future__ import annotations

import os
import select
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[2]
LIMIT_S = 60
SERIAL = "0000000061873204"  # resources/meters/centron.toml

pytestmark = pytest.mark.skipif(os.name != "posix", reason="ptys are POSIX's")

AtTerminal = Callable[..., tuple[int, str]]


@pytest.fixture
def at_terminal(start: Any, tmp_path: Path) -> AtTerminal:
    """`at_terminal("program", "write", ..., answers=[("(yes or no)", "no")])` with METER as the port of a meter that
    lives on: how it ended, and what the screen showed."""
    link = tmp_path / "meter"
    server = start("simulate", "centron", "--pty", link, "--days", "2")
    server.stdout.readline()
    environment = {**os.environ, "FIELDPRO_HOME": str(tmp_path / "home")}

    def run(*arguments: object, answers: list[tuple[str, str]]) -> tuple[int, str]:
        master, slave = os.openpty()
        words = [str(link if argument == "METER" else argument) for argument in arguments]
        command = [sys.executable, "-m", "fieldpro", *words]
        process = subprocess.Popen(
            command, stdin=slave, stdout=slave, stderr=slave, cwd=ROOT, env=environment, start_new_session=True
        )
        os.close(slave)
        shown, waiting = b"", list(answers)
        while select.select([master], [], [], LIMIT_S)[0]:
            try:
                shown += os.read(master, 4096)
            except OSError:  # the terminal's last user has gone
                break
            if waiting and waiting[0][0].encode() in shown:
                os.write(master, waiting.pop(0)[1].encode() + b"\n")
        code = process.wait(LIMIT_S)
        os.close(master)
        assert waiting == [], shown.decode()
        return code, shown.decode()

    return run


def test_who_says_no_writes_nothing_and_who_says_yes_does(at_terminal: AtTerminal, logged_on: Any) -> None:
    write = ("program", "write", "METER", "template:commercial-tou", "--only", "UTIL_INFO_TBL", *logged_on)
    code, shown = at_terminal(*write, answers=[("(yes or no)", "no")])
    assert code == 130
    assert "PROGRAMMER_NAME" in shown  # the difference was shown before
    code, shown = at_terminal(*write, answers=[("(yes or no)", "yes")])
    assert code == 0, shown
    assert "1 change written" in shown


def test_what_loses_data_wants_the_serial_number_typed(at_terminal: AtTerminal, logged_on: Any) -> None:
    reset = ("demand-reset", "METER", *logged_on)
    code, shown = at_terminal(*reset, answers=[("type the serial number", "4711")])
    assert code == 2, shown
    assert "is not that of the meter" in shown
    code, shown = at_terminal(*reset, answers=[("type the serial number", SERIAL)])
    assert code == 0, shown
    assert "Demand resets" in shown

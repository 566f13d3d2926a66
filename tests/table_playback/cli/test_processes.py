"""The command as a process: ports that are served, Ctrl-C, a crash, what a shell sees."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[3]
LIMIT_S = 60

pytestmark = pytest.mark.skipif(os.name != "posix", reason="ptys and signals are POSIX's")


def raw(said: Any) -> list[str]:
    assert said.code == 0, said.err
    return [table["raw"] for table in said.json["tables"]]


def ended(process: subprocess.Popen[str]) -> tuple[int, str]:
    process.send_signal(signal.SIGINT)
    _, err = process.communicate(timeout=LIMIT_S)
    return process.returncode, err


def wait_until(condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + LIMIT_S
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.02)


def test_a_read_out_is_served_to_any_program(start: Any, fieldpro: Any, meter: str, tmp_path: Path) -> None:
    held = raw(fieldpro("read", meter, "--tables", "0,1,5,6,12", "--json", "--save"))
    link = tmp_path / "meter"
    server = start("table_playback", "serve", "record:1", "--pty", link, "--tcp", "127.0.0.1:0")
    urls = [server.stdout.readline().strip() for _ in range(2)]
    assert str(link) in urls
    for url in urls:
        assert raw(fieldpro("read", url, "--tables", "0,1,5,6,12", "--json")) == held
    code, err = ended(server)
    assert code == 0, err
    assert not link.is_symlink()


def test_what_is_asked_out_of_turn_is_told(
    start: Any, playback: Any, fieldpro: Any, meter: str, tape: Path, tmp_path: Path
) -> None:
    assert playback("record", meter, tape, "--tables", "1,5").code == 0
    link = tmp_path / "meter"
    server = start("table_playback", "serve", tape, "--order", "strict", "--pty", link)
    server.stdout.readline()
    assert fieldpro("read", link, "--tables", "6", "--json").code != 0
    code, err = ended(server)
    assert code == 1, err
    assert "expected step" in err or "at its end" in err
    assert "not as on the tape" in err


def test_a_meter_that_is_written_forgets_it_when_it_ends(
    start: Any, fieldpro: Any, meter: str, tmp_path: Path, logged_on: tuple[str, ...]
) -> None:
    assert fieldpro("read", meter, "--save").code == 0
    link = tmp_path / "meter"
    for _ in range(2):
        server = start("table_playback", "serve", "record:1", "--pty", link, "--writable", "6")
        server.stdout.readline()
        said = fieldpro(
            *("program", "write", link, "template:commercial-tou", "--only", "UTIL_INFO_TBL", "--yes"), *logged_on
        )
        assert said.code == 0, said.err
        assert "1 change written" in said.err
        assert ended(server)[0] == 0


def test_what_another_program_says_is_recorded_until_ctrl_c(
    start: Any, playback: Any, fieldpro: Any, meter: str, tape: Path, tmp_path: Path, logged_on: tuple[str, ...]
) -> None:
    link = tmp_path / "meter"
    recorder = start("table_playback", "record", meter, tape, "--pty", link, "--title", "Another program")
    assert recorder.stdout.readline().strip() == str(link)
    read = raw(fieldpro("read", link, "--tables", "1,5", "--json", *logged_on))
    code, err = ended(recorder)
    assert code == 0, err
    assert not link.is_symlink()
    shown = playback("show", tape, "--json").json
    assert shown["header"]["title"] == "Another program"
    services = [step["service"] for step in shown["steps"]]
    assert services[0] == "identify"
    assert services[-1] == "terminate"
    assert "security" in services
    assert {step["data"] for step in shown["steps"] if step["table"] in (1, 5)} == set(read)
    assert playback("play", meter, tape).code == 0


def test_a_reading_that_is_stopped_leaves_a_whole_tape_and_the_meter_logged_off(
    start: Any, playback: Any, tape: Path
) -> None:
    recorder = start("table_playback", "record", "sim://centron?days=60&pace=1", tape)
    part = tape.with_name(tape.name + ".part")
    wait_until(lambda: part.exists() and part.stat().st_size > 5_000)
    code, err = ended(recorder)
    assert code == 130, err
    assert not part.exists()
    steps = playback("show", tape, "--json").json["steps"]
    assert steps[-1]["service"] == "terminate"


def test_a_crash_leaves_a_part_that_becomes_a_tape(start: Any, playback: Any, tape: Path, meter: str) -> None:
    recorder = start("table_playback", "record", "sim://centron?days=60&pace=1", tape)
    part = tape.with_name(tape.name + ".part")
    wait_until(lambda: part.exists() and part.stat().st_size > 5_000)
    recorder.kill()
    recorder.wait(LIMIT_S)
    assert not tape.exists()
    said = playback("record", meter, tape, "--tables", "1")
    assert said.code == 2
    assert f"import {part} {tape}" in said.err
    said = playback("import", part, tape)
    assert said.code == 0, said.err
    assert not part.exists()
    shown = playback("show", tape, "--json").json
    assert shown["header"]["interrupted"] is True
    assert len(shown["steps"]) > 5
    assert shown["header"]["meter"]["serial"] == "0000000061873204"


def test_a_reader_that_leaves_is_no_error(playback: Any, meter: str, tape: Path) -> None:
    assert playback("record", meter, tape, "--tables", "1,5,6").code == 0
    line = f"{sys.executable} -m table_playback show {tape} | head -n 1; echo ${{PIPESTATUS[0]}}"
    said = subprocess.run(["bash", "-c", line], capture_output=True, text=True, cwd=ROOT, timeout=LIMIT_S)
    assert said.stdout.splitlines()[-1] == "0"
    assert said.stderr == ""


def test_a_shell_sees_the_verdict_and_data_apart_from_messages(playback: Any, meter: str, tape: Path) -> None:
    assert playback("record", meter, tape, "--tables", "1").code == 0
    command = [sys.executable, "-m", "table_playback", "play", meter, str(tape), "--json"]
    said = subprocess.run(command, capture_output=True, text=True, cwd=ROOT, timeout=LIMIT_S)
    assert said.returncode == 0, said.stderr
    assert json.loads(said.stdout)["equal"] is True


def test_a_dead_line_ends_with_3(playback: Any, meter: str, tape: Path) -> None:
    assert playback("record", meter, tape, "--tables", "1").code == 0
    said = playback("play", f"{meter}&faults=silent:1000", tape, "--probe", "direct")
    assert said.code == 3
    assert "does not answer" in said.err


def test_a_loop_that_is_stopped_tells_what_it_played(start: Any, playback: Any, meter: str, tape: Path) -> None:
    assert playback("record", meter, tape, "--tables", "1,5").code == 0
    report = tape.with_name("report.json")
    player = start("table_playback", "play", meter, tape, "--loop", "--speed", "1", "--report", report)
    time.sleep(6)  # until a few rounds are over
    code, err = ended(player)
    assert code == 130, err
    said = json.loads(report.read_text(encoding="utf-8"))
    assert said["stopped"] is True
    assert {step["verdict"] for step in said["steps"]} <= {"equal", "skipped"}

"""The command line as a process: virtual meters on ports, Ctrl-C, a closed pipe, exit codes a shell sees."""

from __future__ import annotations

import json
import os
import select
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[2]
LIMIT_S = 60

pytestmark = pytest.mark.skipif(os.name != "posix", reason="ptys and signals are POSIX's")


def test_a_meter_on_a_pty_and_on_tcp_reads_as_in_the_process(start: Any, fieldpro: Any, tmp_path: Path) -> None:
    link = tmp_path / "meter"
    server = start("simulate", "centron", "--pty", link, "--tcp", "127.0.0.1:0", "--seed", "3")
    urls = [server.stdout.readline().strip() for _ in range(2)]
    assert str(link) in urls
    assert any(url.startswith("socket://127.0.0.1:") for url in urls)
    contents = []
    for url in [*urls, "sim://centron?seed=3"]:
        said = fieldpro("read", url, "--tables", "0,1,12", "--json")
        assert said.code == 0, said.err
        contents.append([table["raw"] for table in said.json["tables"]])
    assert contents[0] == contents[1] == contents[2]
    server.send_signal(signal.SIGTERM)
    assert server.wait(LIMIT_S) == 0
    assert not link.is_symlink()


def test_simulate_ends_at_ctrl_c_and_gives_the_link_back(start: Any, tmp_path: Path) -> None:
    link = tmp_path / "meter"
    server = start("simulate", "residential", "--pty", link)
    assert server.stdout.readline().strip() == str(link)
    assert link.is_symlink()
    server.send_signal(signal.SIGINT)
    assert server.wait(LIMIT_S) == 0
    assert not link.is_symlink()


def test_a_password_is_asked_for_on_the_terminal_and_not_shown(tmp_path: Path) -> None:
    master, slave = os.openpty()
    command = [sys.executable, "-m", "fieldpro", "read", "sim://centron?days=2", "--tables", "43", "--ask-password"]
    own = {**os.environ, "FIELDPRO_HOME": str(tmp_path)}
    process = subprocess.Popen(
        command, stdin=slave, stdout=subprocess.PIPE, stderr=slave, cwd=ROOT, env=own, text=True, start_new_session=True
    )
    os.close(slave)
    shown = b""
    while b"Password: " not in shown:  # with the blank: what is typed before it comes is thrown away
        shown += os.read(master, 1024)
    os.write(master, b"PRIMARY\n")
    while select.select([master], [], [], LIMIT_S)[0]:  # a terminal that nobody reads fills up, and the program waits
        try:
            shown += os.read(master, 1024)
        except OSError:  # the terminal's last user has gone
            break
    out, _ = process.communicate(timeout=LIMIT_S)
    os.close(master)
    assert process.returncode == 0, shown.decode()
    assert "ST 43" in out
    assert b"PRIMARY" not in shown


def test_a_dead_line_ends_with_3(start: Any, fieldpro: Any, tmp_path: Path) -> None:
    link = tmp_path / "meter"
    server = start("simulate", "centron", "--pty", link, "--faults", "silent:1000")
    server.stdout.readline()
    said = fieldpro("identify", link, "--probe", "direct")
    assert said.code == 3
    assert said.out == ""
    assert "does not answer" in said.err


def test_a_reader_that_leaves_is_no_error() -> None:
    line = f"{sys.executable} -m fieldpro tables 26 | head -n 1; echo ${{PIPESTATUS[0]}}"
    said = subprocess.run(["bash", "-c", line], capture_output=True, text=True, cwd=ROOT, timeout=LIMIT_S)
    assert said.stdout.splitlines()[-1] == "0"
    assert said.stderr == ""


def test_a_shell_sees_the_exit_code_and_data_apart_from_messages() -> None:
    command = [sys.executable, "-m", "fieldpro", "read", "sim://centron?days=2", "--tables", "1,42", "--json"]
    said = subprocess.run(command, capture_output=True, text=True, cwd=ROOT, timeout=LIMIT_S)
    assert said.returncode == 1
    assert [table["status"] for table in json.loads(said.stdout)["tables"]] == ["read", "refused"]
    assert "security" in said.stderr


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no disk that is always full")
@pytest.mark.parametrize("verb", ["tables", "tables 64"])
def test_a_full_disk_is_told_and_is_no_defect(verb: str) -> None:
    command = [sys.executable, "-m", "fieldpro", *verb.split()]
    with Path("/dev/full").open("w") as full:
        said = subprocess.run(command, stdout=full, stderr=subprocess.PIPE, text=True, cwd=ROOT, timeout=LIMIT_S)
    assert said.returncode == 2
    assert "No space left" in said.stderr
    assert "Traceback" not in said.stderr


def test_a_closed_standard_output_is_no_defect() -> None:
    line = f"{sys.executable} -m fieldpro tables 26 >&-"
    said = subprocess.run(["bash", "-c", line], stderr=subprocess.PIPE, text=True, cwd=ROOT, timeout=LIMIT_S)
    assert (said.returncode, said.stderr) == (0, "")

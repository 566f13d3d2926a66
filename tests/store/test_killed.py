"""A process killed in the middle of a save: the file stays whole, and loses at most the read-out in hand."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from fieldpro.store import Store

SAVER = """
import os, signal, sys
from datetime import UTC, datetime
from fieldpro.records import MeterIdentity, ReadOut, TableReading, TableStatus
from fieldpro.store import Store

path, kill_at = sys.argv[1], sys.argv[2]
identity = MeterIdentity("ITRN", "CENTRON", "1", "", "", "ITRN")
now = datetime.now(UTC)
tables = {n: TableReading(n, TableStatus.READ, bytes([n]) * 40_000, None, now) for n in range(12)}
read_out = ReadOut(identity, "p", "o", now, now, "generic", tables)
store = Store(path)
print(store.save(read_out), flush=True)
seen = 0

def watch(statement):
    global seen
    if statement.startswith(kill_at.split("#")[0]):
        seen += 1
        if seen == int(kill_at.split("#")[1]):
            os.kill(os.getpid(), signal.SIGKILL)

if kill_at != "whenever":
    store._connection.set_trace_callback(watch)
while True:
    print(store.save(read_out), flush=True)
"""


def check(path: Path, reported: int) -> int:
    with Store(path) as store:
        store.check()
        saved = store.find(limit=10_000)
        assert reported <= len(saved) <= reported + 1
        for summary in saved:
            tables = store.load(summary.id).tables
            assert {n: tables[n].data for n in tables} == {n: bytes([n]) * 40_000 for n in range(12)}
        return len(saved)


@pytest.mark.parametrize(
    "kill_at",
    [
        "BEGIN#1",
        "INSERT INTO read_outs#1",
        "INSERT INTO tables#1",
        "INSERT INTO tables#7",
        "INSERT INTO tables#12",
        "INSERT INTO meters#1",
        "COMMIT#1",
        "COMMIT#3",
    ],
)
def test_killed_at_a_statement(tmp_path: Path, kill_at: str) -> None:
    path = tmp_path / "r.sqlite"
    child = subprocess.run([sys.executable, "-c", SAVER, str(path), kill_at], capture_output=True, timeout=60)
    assert child.returncode == -9, child.stderr
    reported = len(child.stdout.split())
    assert reported == (3 if kill_at == "COMMIT#3" else 1)
    assert check(path, reported) == reported


def test_killed_at_any_moment_again_and_again(tmp_path: Path) -> None:
    path = tmp_path / "r.sqlite"
    before = 0
    for lines in (1, 2, 5, 3, 9):
        child = subprocess.Popen([sys.executable, "-c", SAVER, str(path), "whenever"], stdout=subprocess.PIPE)
        assert child.stdout is not None
        heard = sum(1 for _ in zip(range(lines), child.stdout, strict=False))
        child.kill()
        heard += len(child.stdout.read().split())
        child.stdout.close()
        child.wait(timeout=60)
        before = check(path, before + heard)

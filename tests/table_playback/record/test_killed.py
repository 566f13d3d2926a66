"""A program that is killed in the middle of a recording leaves what was heard up to a second before."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from fieldpro.errors import TapeError
from table_playback.record import Recording, rebuilt
from table_playback.tape import part_of, recover, save

PROGRAM = """
import sys, time
from fieldpro.app import open_transport
from fieldpro.meter.read import read_tables
from fieldpro.session.meter_session import MeterSession
from table_playback.record import Recording

recording = Recording(sys.argv[1], title="killed")
with MeterSession(recording.listen(open_transport("sim://centron?seed=3"))) as session:
    session.run(read_tables([0, 1, 5, 23]))
    time.sleep(2.5)
    print("read", flush=True)
    sys.stdin.read()
"""


def test_what_was_heard_is_on_the_disk(tmp_path: Path) -> None:
    path = tmp_path / "killed.tape"
    command = [sys.executable, "-c", PROGRAM, str(path)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as program:
        assert program.stdout is not None
        assert program.stdout.readline() == "read\n"
        program.kill()
    assert not path.exists()
    tape = rebuilt(recover(part_of(path)))
    assert {0, 1, 5, 23} <= set(tape.tables)
    assert tape.header.interrupted
    assert tape.header.title == "killed"
    assert tape.header.meter is not None
    assert tape.steps[-1].response == 0
    save(tape, path)

    with pytest.raises(TapeError):  # what was interrupted is not written over
        Recording(path)

"""Every version of the file that was ever written opens, in one step or many, once or twice, or not at all."""

from __future__ import annotations

import shutil
import sqlite3
import threading
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import pytest
from sqlite_utils import Database

from fieldpro.errors import ServiceRefused, StoreError
from fieldpro.records import ReadOut, TableStatus
from fieldpro.store import Store
from fieldpro.store.schema import STEPS, migrate

FILES = sorted((Path(__file__).parent / "files").glob("version-*.sqlite"))
Make = Callable[..., ReadOut]


@pytest.fixture(params=FILES, ids=lambda path: path.stem)
def old_file(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    copy = tmp_path / "records.sqlite"
    shutil.copy(request.param, copy)
    return copy


def version(path: Path) -> int:
    file = sqlite3.connect(path)
    found = int(file.execute("PRAGMA user_version").fetchone()[0])
    file.close()
    return found


def shape(path: Path) -> list[tuple[str, str, str]]:
    """Every column and index there is, whatever way they came."""
    file = sqlite3.connect(path)
    names = [row[0] for row in file.execute("SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name")]
    columns = [
        (name, row[1], f"{row[2]} notnull={row[3]} pk={row[5]}")
        for name in names
        for row in file.execute(f"PRAGMA table_info({name})")
    ]
    indexes = [("index", *row) for row in file.execute("SELECT name, tbl_name FROM sqlite_master WHERE type = 'index'")]
    file.close()
    return sorted(columns + indexes)


def test_there_is_a_file_of_every_version() -> None:
    assert [path.stem for path in FILES] == [f"version-{number}" for number in range(1, len(STEPS) + 1)]


def test_an_old_file_opens_with_everything_in_it(old_file: Path, read_out: Make) -> None:
    with Store(old_file) as store:
        assert [(s.identity.serial, s.note) for s in store.find()] == [("2222", "roof"), ("1111", "")]
        first = store.load(store.find("1111")[0].id)
        assert first.tables[0].data == bytes(range(64))
        assert first.tables[0].status is TableStatus.READ
        error = first.tables[42].error
        assert isinstance(error, ServiceRefused)
        assert error.response == 3
        assert [meter.identity.serial for meter in store.recent_meters()] == ["2222", "1111"]
        assert store.deletions()[0].reason == "twice"
        assert store.last_profile_time("GE 1111") in (None, datetime(2026, 3, 1, 6, 45))
        number = store.save(read_out())
        assert len(store.load(number).tables) == 7
        store.check()


def test_an_old_file_ends_up_like_a_new_one(old_file: Path, tmp_path: Path) -> None:
    Store(old_file).close()
    Store(tmp_path / "new.sqlite").close()
    assert shape(old_file) == shape(tmp_path / "new.sqlite")
    assert version(old_file) == len(STEPS)


def test_opening_twice_changes_nothing_more(old_file: Path) -> None:
    Store(old_file).close()
    before = shape(old_file)
    connection = sqlite3.connect(old_file)
    assert migrate(connection, old_file) == 0
    connection.close()
    with Store(old_file) as store:
        assert store.count() == 2
    assert shape(old_file) == before


def test_a_step_that_fails_half_way_leaves_the_file_as_it_was(old_file: Path) -> None:
    def fails(db: Database) -> None:
        db.execute("ALTER TABLE read_outs ADD COLUMN half TEXT")
        db.execute("UPDATE read_outs SET half = 'done'")
        db.execute("DELETE FROM tables")
        raise sqlite3.OperationalError("power cut")

    begun = version(old_file)
    steps = (*STEPS[:begun], fails)
    before = shape(old_file)
    with pytest.raises(StoreError):
        Store(old_file, steps=steps)
    assert version(old_file) == begun
    assert shape(old_file) == before
    with Store(old_file) as store:  # and the sound program opens it
        assert store.load(store.find("1111")[0].id).tables[0].data == bytes(range(64))


def test_two_programs_that_open_an_old_file_at_once(old_file: Path) -> None:
    barrier = threading.Barrier(4)
    counts: list[int] = []

    def open_it() -> None:
        barrier.wait()
        with Store(old_file) as store:
            counts.append(store.count())

    threads = [threading.Thread(target=open_it) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert counts == [2, 2, 2, 2]
    assert version(old_file) == len(STEPS)


def test_a_new_file_takes_every_step_once(tmp_path: Path) -> None:
    connection = sqlite3.connect(tmp_path / "r.sqlite")
    assert migrate(connection, tmp_path / "r.sqlite") == len(STEPS)
    assert migrate(connection, tmp_path / "r.sqlite") == 0
    connection.close()

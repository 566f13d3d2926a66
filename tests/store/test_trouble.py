"""A file that is locked, damaged, full, out of reach or from a later program: a StoreError with the reason."""

from __future__ import annotations

import os
import shutil
import sqlite3
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from fieldpro.errors import StoreError
from fieldpro.records import ReadOut
from fieldpro.store import Store
from fieldpro.store.trouble import reason_of

Make = Callable[..., ReadOut]


@contextmanager
def anybody() -> Iterator[None]:
    """Root may write everywhere; for a moment be a user who may not."""
    if os.geteuid() != 0:
        yield
        return
    os.seteuid(65534)
    try:
        yield
    finally:
        os.seteuid(0)


@pytest.fixture
def public_folder() -> Iterator[Path]:
    """A folder every user can reach, unlike pytest's own."""
    folder = Path(tempfile.mkdtemp(prefix="fieldpro-store-"))
    folder.chmod(0o755)
    yield folder
    shutil.rmtree(folder)


def reason(call: Callable[[], object]) -> str:
    with pytest.raises(StoreError) as caught:
        call()
    assert caught.value.path
    assert caught.value.detail
    return caught.value.reason


def test_a_locked_file(tmp_path: Path, read_out: Make) -> None:
    path = tmp_path / "r.sqlite"
    with Store(path, timeout_s=0.05) as store:
        number = store.save(read_out())
        other = sqlite3.connect(path)
        other.execute("BEGIN IMMEDIATE")
        assert reason(lambda: store.save(read_out())) == "locked"
        assert store.load(number).identity.serial == "00012345"  # a reader is not kept waiting
        other.rollback()
        other.close()
        store.save(read_out())
        assert store.count() == 2


def test_an_old_file_locked_while_it_is_opened(tmp_path: Path) -> None:
    path = tmp_path / "r.sqlite"
    other = sqlite3.connect(path)
    other.execute("PRAGMA journal_mode = WAL")
    other.execute("BEGIN IMMEDIATE")
    assert reason(lambda: Store(path, timeout_s=0.05)) == "locked"
    other.rollback()
    other.close()
    Store(path).close()


def test_a_file_that_is_no_database(tmp_path: Path) -> None:
    path = tmp_path / "r.sqlite"
    path.write_bytes(b"This is a letter, not a database. " * 40)
    assert reason(lambda: Store(path)) == "damaged"
    assert path.read_bytes().startswith(b"This is a letter")


def test_pages_overwritten_in_the_middle(tmp_path: Path, read_out: Make) -> None:
    path = tmp_path / "r.sqlite"
    with Store(path) as store:
        for _ in range(50):
            store.save(read_out())
    size = path.stat().st_size
    with path.open("r+b") as file:
        file.seek(4096 * 2)
        file.write(b"\xa5" * (size - 4096 * 3))
    with Store(path) as store:
        assert reason(lambda: [store.load(summary.id) for summary in store.find()]) == "damaged"
        assert reason(store.check) == "damaged"


def test_a_sound_file_passes_the_check(store: Store, read_out: Make) -> None:
    store.save(read_out())
    store.check()


def test_a_full_disk_leaves_what_was_there(tmp_path: Path, read_out: Make) -> None:
    path = tmp_path / "r.sqlite"
    with Store(path) as store:
        kept = store.save(read_out())
        pages = store._connection.execute("PRAGMA page_count").fetchone()[0]
        store._connection.execute(f"PRAGMA max_page_count = {pages + 1}")
        assert reason(lambda: [store.save(read_out()) for _ in range(50)]) == "full"
        count = store.count()
        store.check()
    with Store(path) as store:
        assert store.count() == count
        assert len(store.load(kept).tables) == 7


def test_a_folder_nobody_may_write(public_folder: Path) -> None:
    public_folder.chmod(0o555)
    with anybody():
        assert reason(lambda: Store(public_folder / "r.sqlite")) == "denied"
        assert reason(lambda: Store(public_folder / "deeper" / "r.sqlite")) == "denied"


def test_a_file_nobody_may_write(public_folder: Path, read_out: Make) -> None:
    path = public_folder / "r.sqlite"
    with Store(path) as store:
        store.save(read_out())
    path.chmod(0o444)
    public_folder.chmod(0o555)
    with anybody():
        assert reason(lambda: Store(path)) == "denied"


def test_a_folder_that_is_a_file(tmp_path: Path) -> None:
    (tmp_path / "records").write_text("a file")
    assert reason(lambda: Store(tmp_path / "records" / "r.sqlite")) == "denied"


def test_a_file_from_a_later_program(tmp_path: Path) -> None:
    path = tmp_path / "r.sqlite"
    Store(path).close()
    with sqlite3.connect(path) as file:
        file.execute("PRAGMA user_version = 999")
    file.close()
    before = path.read_bytes()
    assert reason(lambda: Store(path)) == "newer-version"
    assert path.read_bytes() == before


def test_a_database_of_another_program(tmp_path: Path) -> None:
    path = tmp_path / "r.sqlite"
    with sqlite3.connect(path) as file:
        file.execute("CREATE TABLE songs (title TEXT)")
    file.close()
    assert reason(lambda: Store(path)) == "damaged"
    with sqlite3.connect(path) as file:
        assert [row[0] for row in file.execute("SELECT name FROM sqlite_master")] == ["songs"]
    file.close()


def test_extended_codes_fall_under_their_primary_one() -> None:
    error = sqlite3.OperationalError("disk I/O error")
    error.sqlite_errorname = "SQLITE_IOERR_WRITE"
    assert reason_of(error) == "disk"
    error.sqlite_errorname = "SQLITE_BUSY_SNAPSHOT"
    assert reason_of(error) == "locked"

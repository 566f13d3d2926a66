"""The audit log in the store: it keeps one chain, and every tampering with it is found and named."""

from __future__ import annotations

import hashlib
import itertools
import json
import random
import runpy
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from fieldpro.errors import FileError
from fieldpro.secret import Secret
from fieldpro.security.chain import FIRST, Fault
from fieldpro.store import Store
from fieldpro.store.audit import AuditLog, verify_export


class Key:
    """A key as a secret store gives it."""

    def __init__(self, value: bytes | None = None) -> None:
        self.value = value
        self.settled = value is not None

    def recall(self) -> Secret | None:
        return None if self.value is None else Secret(self.value)

    def make(self) -> Secret:
        self.value = bytes(range(32))
        return Secret(self.value)

    def is_settled(self) -> bool:
        return self.settled

    def settle(self) -> None:
        self.settled = True


@pytest.fixture
def key() -> Key:
    return Key()


@pytest.fixture
def log(store: Store, key: Key) -> AuditLog:
    return AuditLog(store, key)


@pytest.fixture
def full(log: AuditLog) -> Iterator[AuditLog]:
    fill(log, 12)
    return log


def fill(log: AuditLog, count: int) -> None:
    for number in range(count):
        log.append("write", who="Ada", role="lab", meter=f"ITRN {number % 3}", data={"n": number, "text": "größer"})


def tampered(store: Store, *statements: str) -> None:
    for statement in statements:
        store._connection.execute(statement)
    store._connection.commit()


def faults(log: AuditLog) -> list[tuple[Fault, int | None]]:
    return [(finding.fault, finding.number) for finding in log.verify()]


def test_a_new_log_is_whole(log: AuditLog) -> None:
    assert log.verify() == []
    assert log.head is None


def test_records_come_back_newest_first_and_hang_together(full: AuditLog) -> None:
    records = full.records()
    assert [record.number for record in records] == list(range(12, 0, -1))
    assert records[-1].previous == FIRST
    assert all(later.previous == earlier.hash for later, earlier in itertools.pairwise(records))
    assert records[0].data == '{"n":11,"text":"größer"}'
    assert full.verify() == []
    assert [record.number for record in full.records(meter="ITRN 1")] == [11, 8, 5, 2]
    assert full.records("export") == []
    assert full.records(limit=1, offset=2)[0].number == 10


def test_the_hash_is_sha_256_of_the_canonical_record(log: AuditLog) -> None:
    record = log.append("export", who="Ada", role="lab", meter="M", data={"b": 1, "a": [True, None]})
    text = (
        f'{{"at":"{record.at}","data":"{{\\"a\\":[true,null],\\"b\\":1}}","kind":"export","meter":"M","number":1,'
        f'"previous":"{"0" * 64}","role":"lab","who":"Ada"}}'
    )
    assert record.hash == hashlib.sha256(text.encode()).hexdigest()


def test_secrets_in_the_data_are_hidden(log: AuditLog, store: Store) -> None:
    data = {"value": Secret(b"hunter2"), "password": "hunter2", "list": [{"new_passphrase": "hunter2"}]}
    record = log.append("write", who="Ada", data=data)
    assert "hunter2" not in record.data
    store.close()
    assert b"hunter2" not in store.path.read_bytes()


@pytest.mark.parametrize(
    ("statement", "expected"),
    [
        ("UPDATE audit SET who = 'Bob' WHERE number = 4", [(Fault.ALTERED, 4)]),
        ("UPDATE audit SET data = replace(data, '3', '8') WHERE number = 4", [(Fault.ALTERED, 4)]),
        ("UPDATE audit SET seal = replace(seal, 'a', 'b') WHERE number = 4", [(Fault.FORGED, 4)]),
        ("UPDATE audit SET kind = NULL WHERE number = 4", [(Fault.ALTERED, 4)]),
        ("UPDATE audit SET who = x'ff41' WHERE number = 4", [(Fault.ALTERED, 4)]),
        ("UPDATE audit SET number = 'four' WHERE number = 4", [(Fault.ALTERED, 4)]),
        ("DELETE FROM audit WHERE number = 4", [(Fault.MISSING, 4)]),
        ("DELETE FROM audit WHERE number = 1", [(Fault.MISSING, 1)]),
        ("DELETE FROM audit WHERE number = 12", [(Fault.MISSING, 12)]),
        ("DELETE FROM audit WHERE number > 10", [(Fault.MISSING, 11), (Fault.MISSING, 12)]),
        ("DELETE FROM audit", [(Fault.MISSING, number) for number in range(1, 13)]),
        ("UPDATE audit SET place = 99 WHERE number = 12", [(Fault.REORDERED, 12)]),
        ("UPDATE anchor SET count = 11", [(Fault.ANCHOR, None)]),
        ("UPDATE anchor SET seal = ''", [(Fault.ANCHOR, None)]),
        ("UPDATE anchor SET count = NULL", [(Fault.ANCHOR, None)]),
        ("DELETE FROM anchor", [(Fault.ANCHOR, None)]),
    ],
)
def test_each_tampering_is_named(
    full: AuditLog, store: Store, statement: str, expected: list[tuple[Fault, int | None]]
) -> None:
    tampered(store, statement)
    assert faults(full) == expected


def test_a_doubled_record_is_named(full: AuditLog, store: Store) -> None:
    rest = "number, kind, at, who, role, meter, data, previous, hash, seal"
    tampered(store, f"INSERT INTO audit (place, {rest}) SELECT 13, {rest} FROM audit WHERE place = 5")
    assert [(f.fault, f.number, f.place) for f in full.verify()] == [(Fault.DOUBLED, 5, 13)]
    assert "Record 5 (row 13) is there twice" in str(full.verify()[0])


def test_swapped_records_are_named(full: AuditLog, store: Store) -> None:
    tampered(store, *(f"UPDATE audit SET place = {to} WHERE place = {at}" for at, to in ((3, 99), (7, 3), (99, 7))))
    assert faults(full) == [(Fault.REORDERED, 3), (Fault.REORDERED, 7)]


def test_a_record_that_was_forged_with_its_whole_chain_is_found_by_its_seal(full: AuditLog, store: Store) -> None:
    forged = AuditLog(store, Key(b"another key".ljust(32)))
    tampered(store, "DELETE FROM audit WHERE number = 12", "DELETE FROM anchor")
    forged.append("write", who="Mallory")
    assert {fault for fault, _ in faults(full)} >= {Fault.FORGED, Fault.ANCHOR}


def test_a_log_whose_end_was_cut_off_does_not_heal_by_going_on(full: AuditLog, store: Store) -> None:
    tampered(store, "DELETE FROM audit WHERE number > 10")
    full.append("write", who="Ada")
    assert faults(full) == [(Fault.MISSING, 11), (Fault.MISSING, 12)]
    assert full.records()[0].number == 13


REST = "number, kind, at, who, role, meter, data, previous, hash, seal"


@pytest.mark.parametrize("place", [20, 2**62, 2**63 - 1])
def test_rows_far_after_the_end_are_found_and_do_not_stop_the_log(full: AuditLog, store: Store, place: int) -> None:
    tampered(store, f"INSERT INTO audit (place, {REST}) SELECT {place}, {REST} FROM audit WHERE place = 5")
    full.append("write", who="Ada")
    assert faults(full) == [(Fault.DOUBLED, 5)]
    tampered(store, "DELETE FROM anchor")
    full.append("write", who="Ada")
    assert faults(full) == [(Fault.DOUBLED, 5), (Fault.BROKEN, 14)]
    assert full.append("write", who="Ada").number == 16


def test_rows_right_after_the_end_are_gone_around(full: AuditLog, store: Store) -> None:
    tampered(
        store,
        *(f"INSERT INTO audit (place, {REST}) SELECT {to}, {REST} FROM audit WHERE place = 5" for to in (13, 15)),
    )
    full.append("write", who="Ada")
    assert [(f.fault, f.number, f.place) for f in full.verify()] == [
        (Fault.DOUBLED, 5, 13),
        (Fault.DOUBLED, 5, 15),
        (Fault.BROKEN, 16, 16),
    ]
    assert full.append("write", who="Ada").number == 18


def test_a_log_that_lost_its_anchor_says_so_for_ever(full: AuditLog, store: Store) -> None:
    tampered(store, "DELETE FROM audit WHERE number > 10", "DELETE FROM anchor")
    full.append("write", who="Ada")
    full.append("write", who="Ada")
    assert faults(full) == [(Fault.BROKEN, 11)]


def test_a_log_that_was_taken_away_whole_is_found(full: AuditLog, store: Store) -> None:
    tampered(store, "DELETE FROM audit", "DELETE FROM anchor")
    assert faults(full) == [(Fault.ANCHOR, None)]
    full.append("write", who="Ada")
    assert faults(full) == [(Fault.BROKEN, 1)]


def test_a_log_whose_key_is_lost_cannot_be_proven(full: AuditLog, key: Key, store: Store) -> None:
    key.value = None
    assert faults(AuditLog(store, key)) == [(Fault.KEY, None)]


def test_a_kill_before_the_very_first_record_is_no_tampering(log: AuditLog, key: Key, store: Store) -> None:
    key.make()  # and then the power went, before anything was sealed with it
    assert log.verify() == []
    log.append("write", who="Ada")
    assert log.verify() == []
    assert key.settled
    assert AuditLog(store, key).append("write", who="Ada").number == 2


def test_a_hash_on_paper_is_looked_for(full: AuditLog) -> None:
    head = full.head
    assert head is not None
    assert full.verify(known=[head.hash]) == []
    assert full.verify(known=[f" {head.hash.upper()}"]) == []
    assert [finding.fault for finding in full.verify(known=["00" * 32])] == [Fault.UNKNOWN_HASH]


def test_a_hash_on_paper_is_missed_though_log_and_key_were_taken_away(log: AuditLog) -> None:
    assert [finding.fault for finding in log.verify(known=["00" * 32])] == [Fault.UNKNOWN_HASH]


def test_an_export_has_the_same_verdict(full: AuditLog, key: Key, tmp_path: Path) -> None:
    path = tmp_path / "audit.jsonl"
    assert full.export(path) == 12
    assert verify_export(path, key.recall()) == []
    lines = path.read_text().splitlines()
    path.write_text("\n".join([*lines[:4], *lines[5:]]))
    assert [(f.fault, f.number) for f in verify_export(path, key.recall())] == [(Fault.MISSING, 5)]
    path.write_text(lines[0].replace('"who":"Ada"', '"who":"Bob"'))
    assert [f.fault for f in verify_export(path, key.recall())] == [Fault.ALTERED, Fault.ANCHOR]
    path.write_text("{}\n")
    with pytest.raises(FileError):
        verify_export(path, key.recall())


# --- a thousand tamperings by chance ------------------------------------------------------------------------------

WAYS = runpy.run_path(str(Path(__file__).parents[1] / "benchmark" / "tampering.py"))["WAYS"]


def test_a_thousand_random_tamperings_are_all_found_and_named(log: AuditLog, store: Store) -> None:
    count = 24
    fill(log, count)
    chance = random.Random(20260301)
    missed = []
    for nth in range(1000):
        way = WAYS[nth % len(WAYS)]
        store._connection.execute("BEGIN")
        touched = way(chance, store._connection, count)
        findings = log.verify()
        store._connection.rollback()
        if not touched <= {finding.number for finding in findings}:
            missed.append((nth, way.__name__, touched, [str(finding) for finding in findings]))
        if nth % 100 == 0:
            assert log.verify() == []
    assert missed == []


# --- several writers, kills, old files ----------------------------------------------------------------------------

WRITER = """
import os, sys
from pathlib import Path
from fieldpro.security.secret_store import StoredKey
from fieldpro.security.vault import VaultFile
from fieldpro.store import Store
from fieldpro.store.audit import AuditLog

folder, name, count = Path(sys.argv[1]), sys.argv[2], int(sys.argv[3])
log = AuditLog(Store(folder / "records.sqlite", timeout_s=60), StoredKey(VaultFile(folder / "vault.json"), "audit key"))
for n in range(count):
    print(log.append("write", who=name, data={"n": n}).number, flush=True)
"""


def opened(folder: Path) -> AuditLog:
    from fieldpro.security.secret_store import StoredKey
    from fieldpro.security.vault import VaultFile

    return AuditLog(Store(folder / "records.sqlite"), StoredKey(VaultFile(folder / "vault.json"), "audit key"))


def test_two_programs_that_write_at_once_keep_one_chain(tmp_path: Path) -> None:
    command = [sys.executable, "-c", WRITER, str(tmp_path)]
    writers = [subprocess.Popen([*command, name, "30"], stdout=subprocess.PIPE) for name in ("Ada", "Bob")]
    heard = [writer.communicate(timeout=60)[0].split() for writer in writers]
    log = opened(tmp_path)
    assert sorted(int(number) for numbers in heard for number in numbers) == list(range(1, 61))
    assert log.verify() == []
    assert {record.who for record in log.records()} == {"Ada", "Bob"}
    log._store.close()


def test_killed_at_any_moment_the_chain_is_whole(tmp_path: Path) -> None:
    before = 0
    for lines in (1, 4, 9, 2):
        child = subprocess.Popen([sys.executable, "-c", WRITER, str(tmp_path), "Ada", "9999"], stdout=subprocess.PIPE)
        assert child.stdout is not None
        heard = [int(line) for _, line in zip(range(lines), child.stdout, strict=False)]
        child.kill()
        heard += [int(line) for line in child.stdout.read().split()]
        child.stdout.close()
        child.wait(timeout=60)
        assert heard == list(range(heard[0], heard[0] + len(heard)))
        log = opened(tmp_path)
        assert log.verify() == []
        assert before + len(heard) <= log.count() <= before + len(heard) + 1
        before = log.count()
        log._store.close()


def test_the_log_of_a_file_of_version_3_is_whole(tmp_path: Path) -> None:
    copy = tmp_path / "records.sqlite"
    shutil.copy(Path(__file__).parent / "files" / "version-3.sqlite", copy)
    with Store(copy) as store:
        log = AuditLog(store, Key(bytes(range(32))))
        assert log.verify() == []
        assert [(record.kind, record.who) for record in log.records()] == [("write", "Ada"), ("session", "Ada")]
        assert json.loads(log.records()[0].data)["count"] == 2

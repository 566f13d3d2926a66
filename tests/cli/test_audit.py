"""`fieldpro audit`: what was done is a record each, and a tampering is found and named."""

from __future__ import annotations

import json
import sqlite3
from pathlib import Path
from typing import Any

import pytest

from fieldpro.settings import data_folder


def tamper(statement: str) -> None:
    with sqlite3.connect(data_folder() / "fieldpro.sqlite3") as database:
        database.execute(statement)
    database.close()


@pytest.fixture
def three(fieldpro: Any, meter: str, tmp_path: Path) -> None:
    """Three records: two sessions and an export."""
    assert fieldpro("identify", meter).code == 0
    assert fieldpro("profile", meter, "--csv", tmp_path / "profile.csv").code == 0


@pytest.mark.usefixtures("three")
def test_every_session_and_export_is_a_record(fieldpro: Any, meter: str) -> None:
    records = fieldpro("audit", "list", "--json").json
    assert [record["kind"] for record in records] == ["export", "session", "session"]
    export, read, identified = (record["data"] for record in records)
    assert export["format"] == "csv"
    assert export["count"] > 0
    assert 64 in read["tables"]
    assert (identified["job"], identified["port"], identified["outcome"]) == ("identify", meter, "done")
    assert all(record["meter"] == "FPRO 0000000061873204" for record in records)
    assert fieldpro("audit", "list", "--kind", "export").out.count("\n") == 2
    assert fieldpro("audit", "list", "--meter", "nobody", "--json").json == []


def test_a_session_that_failed_is_a_record_too(fieldpro: Any, meter: str, secret_file: Any) -> None:
    assert fieldpro("identify", meter, "--password-file", secret_file("WR0NGW0RD")).code == 1
    (record,) = fieldpro("audit", "list", "--json").json
    assert (record["data"]["outcome"], record["data"]["error"]) == ("failed", "refused")


@pytest.mark.usefixtures("three")
@pytest.mark.parametrize(
    ("statement", "words"),
    [
        ("UPDATE audit SET who = 'somebody else' WHERE number = 2", "Record 2 was altered"),
        ("DELETE FROM audit WHERE number = 2", "Record 2 is missing"),
        ("DELETE FROM audit WHERE number = 3", "Record 3 is missing"),
        ("DELETE FROM anchor", "the end of the log"),
    ],
)
def test_a_tampering_is_named_and_ends_with_3(fieldpro: Any, statement: str, words: str) -> None:
    assert "The log is whole: 3 records" in fieldpro("audit", "verify").out
    tamper(statement)
    said = fieldpro("audit", "verify")
    assert said.code == 3
    assert words in said.out
    assert fieldpro("audit", "verify", "--json").json


@pytest.mark.usefixtures("three")
def test_an_exported_log_is_proven_apart_from_the_database(fieldpro: Any, tmp_path: Path) -> None:
    file = tmp_path / "audit.jsonl"
    assert fieldpro("audit", "export", file).code == 0
    whole = fieldpro("audit", "verify", file)
    assert whole.code == 0, whole.out
    assert "3 records" in whole.out
    lines = file.read_text(encoding="utf-8").splitlines()
    assert len(lines) == 4  # three records and the anchor
    record = json.loads(lines[1])
    file.write_text("\n".join([lines[0], json.dumps({**record, "who": "x"}), *lines[2:]]) + "\n", encoding="utf-8")
    assert fieldpro("audit", "verify", file).code == 3


@pytest.mark.usefixtures("three")
def test_a_hash_on_paper_is_looked_for(fieldpro: Any) -> None:
    head = fieldpro("audit", "list", "--json").json[0]["hash"]
    assert fieldpro("audit", "verify", "--known", head).code == 0
    assert fieldpro("audit", "verify", "--known", "0" * 64).code == 3


def test_a_file_that_is_no_log_ends_with_2(fieldpro: Any, tmp_path: Path) -> None:
    file = tmp_path / "no-log.txt"
    file.write_text("nothing\n", encoding="utf-8")
    assert fieldpro("audit", "verify", file).code == 2
    assert fieldpro("audit", "verify", tmp_path / "nowhere").code == 2

"""A file is written whole or not at all."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from fieldpro.files import write_atomically


def test_the_content_is_there_and_nothing_else(tmp_path: Path) -> None:
    write_atomically(tmp_path / "new" / "report.csv", b"1,2")
    assert (tmp_path / "new" / "report.csv").read_bytes() == b"1,2"
    assert [file.name for file in (tmp_path / "new").iterdir()] == ["report.csv"]


def test_a_failure_in_the_middle_keeps_the_old_file_and_leaves_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "report.csv"
    file.write_bytes(b"old")

    def power_cut(_: int) -> None:
        raise OSError("no space left on device")

    monkeypatch.setattr(os, "fsync", power_cut)
    with pytest.raises(OSError, match="no space"):
        write_atomically(file, b"new")
    assert file.read_bytes() == b"old"
    assert [left.name for left in tmp_path.iterdir()] == ["report.csv"]

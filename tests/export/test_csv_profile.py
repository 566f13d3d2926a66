"""The load profile as CSV: held to a file written by hand, and read back by Python's own reader."""

from __future__ import annotations

import csv
from pathlib import Path

import numpy as np
import pytest

from fieldpro.errors import FileError
from fieldpro.export import csv_profile
from fieldpro.interval.series import Channel, IntervalSeries

GOLDEN = """\
end,dst,Wh delivered [kWh],"varh, lagging [kvarh]",status
2026-03-08 01:45:00,0,0.1250,1.0000,
2026-03-08 02:00:00,0,65535.0000,0.0005,"Wh delivered: overflow; power failure"
2026-03-08 03:15:00,1,,,skipped interval
2026-03-08 03:30:00,1,0.0000,0.0000,test data; clock set forward; clock set back
"""


def series() -> IntervalSeries:
    return IntervalSeries(
        channels=(
            Channel("Wh delivered", "kWh", "delivered", 0.0005),
            Channel("varh, lagging", "kvarh", "reactive", 0.0005),
        ),
        interval_s=900,
        end_times=np.array(
            ["2026-03-08T01:45", "2026-03-08T02:00", "2026-03-08T03:15", "2026-03-08T03:30"], dtype="datetime64[s]"
        ),
        pulses=np.array([[250, 2000], [131_070_000, 1], [7, 7], [0, 0]], dtype=np.int64),
        status=np.array([[0, 0], [1, 0], [4, 4], [5, 5]], dtype=np.uint8),
        flags=np.array([0, 2, 1, 1 | 4 | 8], dtype=np.uint8),
        valid=np.array([True, True, False, True]),
    )


def test_the_file_is_as_written_by_hand(tmp_path: Path) -> None:
    path = tmp_path / "profile.csv"
    assert csv_profile.write(path, series()) == 4
    written = path.read_text(encoding="utf-8")
    assert list(csv.reader(written.splitlines())) == list(csv.reader(GOLDEN.splitlines()))
    assert "\r" not in written
    assert [file.name for file in tmp_path.iterdir()] == ["profile.csv"]


def test_the_values_read_back_are_those_of_the_series(tmp_path: Path) -> None:
    path = tmp_path / "profile.csv"
    csv_profile.write(path, series())
    with path.open(encoding="utf-8", newline="") as file:
        read = list(csv.DictReader(file))
    numbers = [float(row["Wh delivered [kWh]"] or "nan") for row in read]
    assert np.array_equal(numbers, series().values[:, 0], equal_nan=True)


def test_a_place_that_cannot_be_written_is_told_and_nothing_is_left(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("kept")
    with pytest.raises(FileError) as caught:
        csv_profile.write(tmp_path / "file" / "profile.csv", series())
    assert caught.value.path.endswith("profile.csv")
    assert caught.value.found
    assert [file.name for file in tmp_path.iterdir()] == ["file"]


def test_an_empty_series_is_a_file_with_a_heading(tmp_path: Path) -> None:
    empty = series()
    part = IntervalSeries(
        empty.channels,
        900,
        empty.end_times[:0],
        empty.pulses[:0],
        empty.status[:0],
        empty.flags[:0],
        empty.valid[:0],
    )
    csv_profile.write(tmp_path / "p.csv", part)
    assert (tmp_path / "p.csv").read_text(encoding="utf-8").splitlines() == [GOLDEN.splitlines()[0]]

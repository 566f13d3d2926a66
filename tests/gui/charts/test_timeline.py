"""x is monotonic across a change of daylight saving time, and words are clock time again."""

from __future__ import annotations

from datetime import datetime, timedelta

import numpy as np
import pytest

from fieldpro.gui.charts.timeline import HOUR_S, time_line

QUARTER = timedelta(minutes=15)


def clocked(start: datetime, count: int, change: datetime, step_h: int) -> tuple[np.ndarray, np.ndarray]:
    """Ends of intervals of a meter on local time: at `change` (its clock before) the clock jumps by `step_h` hours."""
    standard = [start + QUARTER * n for n in range(count)]
    after = [moment > change for moment in standard]
    ends = [moment + timedelta(hours=step_h if late else 0) for moment, late in zip(standard, after, strict=True)]
    dst = after if step_h > 0 else [not late for late in after]
    return np.array(ends, dtype="datetime64[s]"), np.array(dst)


@pytest.mark.parametrize(("step_h", "begins"), [(1, True), (-1, False)])
def test_a_change_is_a_fold_and_no_gap(step_h: int, begins: bool) -> None:
    ends, dst = clocked(datetime(2026, 3, 8, 0, 15), 40, datetime(2026, 3, 8, 2, 0), step_h)
    x, line = time_line(ends, dst, 900)
    assert np.diff(x).tolist() == [900.0] * 39
    assert [fold.begins for fold in line.folds] == [begins]
    assert [line.moment(at) for at in x] == ends.astype(datetime).tolist()


def test_spring_skips_an_hour_of_words_at_the_fold() -> None:
    ends, dst = clocked(datetime(2026, 3, 8, 0, 15), 40, datetime(2026, 3, 8, 2, 0), 1)
    _, line = time_line(ends, dst, 900)
    fold = line.folds[0].x
    assert line.moment(fold - 60) == datetime(2026, 3, 8, 1, 59)
    assert line.moment(fold + 60) == datetime(2026, 3, 8, 3, 1)


def test_x_of_a_clock_time_is_the_way_back() -> None:
    ends, dst = clocked(datetime(2026, 3, 8, 0, 15), 200, datetime(2026, 3, 8, 2, 0), 1)
    x, line = time_line(ends, dst, 900)
    for at, end in zip(x, ends.astype("datetime64[s]").astype(np.int64), strict=True):
        assert line.x(float(end)) == at


def test_an_hour_that_never_happened_stands_at_the_fold() -> None:
    ends, dst = clocked(datetime(2026, 3, 8, 0, 15), 40, datetime(2026, 3, 8, 2, 0), 1)
    _, line = time_line(ends, dst, 900)
    half_past_two = float(np.datetime64("2026-03-08T02:30:00", "s").astype(np.int64))
    assert line.x(half_past_two) == pytest.approx(line.folds[0].x, abs=HOUR_S)


def test_a_flag_without_a_jump_moves_nothing() -> None:
    ends = np.datetime64("2026-03-08T00:15:00", "s") + np.arange(40) * np.timedelta64(900, "s")
    x, line = time_line(ends, np.arange(40) > 8, 900)
    assert np.diff(x).tolist() == [900.0] * 39
    assert line.folds == ()


def test_no_interval_gives_no_x() -> None:
    x, line = time_line(np.empty(0, dtype="datetime64[s]"), np.empty(0, dtype=bool), 900)
    assert len(x) == 0
    assert line.clock(5.0) == 5.0

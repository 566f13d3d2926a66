"""A curve cut to the screen keeps every peak, and its gaps."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from fieldpro.gui.charts.decimate import bin_size, peaks, steps, visible

values = st.lists(st.one_of(st.floats(-1e6, 1e6), st.just(float("nan"))), min_size=1, max_size=300)


@given(values, st.integers(0, 8), st.data())
def test_no_peak_is_lost(samples: list[float], power: int, data: st.DataObject) -> None:
    y = np.array(samples)
    x = np.arange(len(y)) * 900.0
    start = data.draw(st.integers(0, len(y) - 1))
    stop = data.draw(st.integers(start + 1, len(y)))
    _, shown = peaks(x, y, start, stop, 2**power)
    inside = y[start:stop][np.isfinite(y[start:stop])]
    seen = shown[np.isfinite(shown)]
    if len(inside):
        assert seen.max() >= inside.max()
        assert seen.min() <= inside.min()
    assert set(seen) <= set(y[np.isfinite(y)])


@given(values, st.integers(1, 8))
def test_only_a_bin_without_any_value_is_a_gap(samples: list[float], power: int) -> None:
    y = np.array(samples)
    size = 2**power
    _, shown = peaks(np.arange(len(y)) * 900.0, y, 0, len(y), size)
    empty = [not np.isfinite(y[at : at + size]).any() for at in range(0, len(y), size)]
    assert np.isnan(shown[0::2]).tolist() == empty


def test_a_peak_beside_a_missing_interval_is_seen() -> None:
    y = np.ones(64)
    y[10], y[11] = np.nan, 99.0
    _, shown = peaks(np.arange(64.0), y, 0, 64, 16)
    assert np.nanmax(shown) == 99.0


def test_bins_stay_where_they_are_while_the_view_moves() -> None:
    random = np.random.default_rng(1)
    x, y = np.arange(1000.0), random.random(1000)
    first_x, first_y = peaks(x, y, 100, 500, 8)
    second_x, second_y = peaks(x, y, 103, 507, 8)
    inside = np.isin(second_x, first_x)
    assert (
        dict(zip(first_x, first_y, strict=True)).items()
        >= dict(zip(second_x[inside], second_y[inside], strict=True)).items()
    )


def test_a_pixel_gets_two_points_at_least_and_four_at_most() -> None:
    for points in (1, 999, 2_000, 2_001, 35_040, 1_000_000):
        size = bin_size(points, 1000)
        assert points / size <= 2_000
        assert size == 1 or points / size > 1_000


def test_what_is_visible_has_a_point_more_on_each_side() -> None:
    x = np.arange(10) * 900.0
    assert visible(x, 1800.0, 3600.0) == (1, 6)
    assert visible(x, -1e9, 1e9) == (0, 10)


def test_levels_run_from_start_to_end_and_join_only_what_touches() -> None:
    x = np.array([900.0, 1800.0, 3600.0, 4500.0])
    y = np.array([1.0, 2.0, 3.0, np.nan])
    out_x, out_y, joins = steps(x, y, 0, 4, 900.0)
    assert out_x.tolist() == [0, 900, 900, 1800, 2700, 3600, 3600, 4500]
    assert out_y[:6].tolist() == [1, 1, 2, 2, 3, 3]
    assert joins.tolist() == [1, 1, 1, 0, 1, 0, 0, 0]

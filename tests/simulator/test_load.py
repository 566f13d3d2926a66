"""The load model is a pure function of seed and slot, and behaves like a customer."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from fieldpro.simulator import describe
from fieldpro.simulator.load import Flow, energies, power, shares
from fieldpro.simulator.noise import smooth, uniform
from fieldpro.simulator.specs import load_shape

JULY = 1_783_000_000 // 300  # a slot in July 2026
YEAR = 105_120


@pytest.fixture(scope="module")
def shape():
    return load_shape(describe.load("centron"))


@given(st.integers(0, 2**32 - 1), st.integers(0, 20), st.integers(0, 5000))
def test_a_slot_has_the_same_load_whatever_else_is_asked_for(seed: int, gap: int, start: int) -> None:
    shape = load_shape(describe.load("centron"))
    slots = np.arange(JULY + start, JULY + start + 40)
    assert np.array_equal(energies(shape, seed, slots)[gap:], energies(shape, seed, slots[gap:]))


def test_another_seed_is_another_load(shape) -> None:
    slots = np.arange(JULY, JULY + 288)
    assert not np.allclose(energies(shape, 1, slots), energies(shape, 2, slots))


def test_energies_agree_with_power(shape) -> None:
    slots = np.arange(JULY, JULY + 2000)
    drawn, counted = power(shape, 5, slots), energies(shape, 5, slots)
    net = counted[:, Flow.WH_DELIVERED] - counted[:, Flow.WH_RECEIVED]
    assert np.allclose(net * 12, drawn.active_watts)
    assert np.allclose(counted[:, Flow.VAH] * 12, np.hypot(drawn.active_watts, drawn.reactive_vars))
    assert (counted >= 0).all()
    assert not (counted[:, Flow.WH_DELIVERED] * counted[:, Flow.WH_RECEIVED]).any()


def test_the_roof_feeds_the_grid_by_day_in_summer_and_never_by_night(shape) -> None:
    slots = np.arange(JULY, JULY + 288 * 60)
    hour = (slots * 300 + shape.zone_s) % 86_400 / 3600
    fed = energies(shape, 3, slots)[:, Flow.WH_RECEIVED]
    assert fed[(hour > 10) & (hour < 14)].sum() > 0
    assert not fed[(hour > 21) | (hour < 3)].any()


def test_a_weekday_of_a_shop_draws_more_than_a_sunday(shape) -> None:
    slots = np.arange(JULY, JULY + 288 * 70)
    weekday = (slots // 288 + 4) % 7
    drawn = energies(shape, 3, slots)[:, Flow.VAH]
    assert drawn[weekday == 3].mean() > 1.1 * drawn[weekday == 0].mean()


def test_the_phases_share_all_of_the_power(shape) -> None:
    split = shares(shape, 3, np.arange(JULY, JULY + 500))
    assert split.shape == (500, 3)
    assert np.allclose(split.sum(axis=1), 1)
    assert (split > 0.2).all()


@given(st.integers(0, 2**32 - 1), st.integers(0, 90))
def test_noise_is_even_and_within_its_bounds(seed: int, stream: int) -> None:
    drawn = uniform(seed, stream, np.arange(20_000))
    assert drawn.min() >= 0
    assert drawn.max() < 1
    assert abs(drawn.mean() - 0.5) < 0.02
    wandering = smooth(seed, stream, np.arange(20_000), period=7)
    assert wandering.min() >= 0
    assert wandering.max() < 1
    assert np.abs(np.diff(wandering)).max() < 0.3

"""The stretch that a chart shows stays inside the data, whatever is done to it."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from fieldpro.gui.charts.timeline import DAY_S
from fieldpro.gui.charts.window import TimeWindow

WHOLE = TimeWindow.over(0.0, 60 * DAY_S, 900)

moves = st.lists(
    st.one_of(
        st.tuples(st.just("zoom"), st.floats(0.01, 100)),
        st.tuples(st.just("pan"), st.floats(-1e8, 1e8)),
        st.tuples(st.just("page"), st.floats(-3, 3)),
        st.tuples(st.just("days"), st.floats(0.1, 400)),
        st.tuples(st.just("showing"), st.floats(0, 60 * DAY_S)),
    ),
    max_size=20,
)


@given(moves)
def test_no_move_leaves_the_data_or_gets_too_narrow(steps: list[tuple[str, float]]) -> None:
    window = WHOLE
    for name, amount in steps:
        window = getattr(window, name)(amount)
        assert window.first - 1e-3 <= window.left < window.right <= window.last + 1e-3
        assert window.span >= window.least - 1e-3


def test_zoom_keeps_what_is_under_the_pointer() -> None:
    window = WHOLE.to(10 * DAY_S, 20 * DAY_S)
    zoomed = window.zoom(0.5, 12 * DAY_S)
    assert (zoomed.left, zoomed.right) == (11 * DAY_S, 16 * DAY_S)


def test_days_are_the_last_ones_at_first_and_then_those_that_end_here() -> None:
    assert WHOLE.days(7).right == WHOLE.last
    here = WHOLE.to(10 * DAY_S, 40 * DAY_S).days(1)
    assert (here.left, here.right) == (39 * DAY_S, 40 * DAY_S)


def test_pages_home_and_end() -> None:
    window = WHOLE.last_days(10)
    assert window.page(-1).right == 50 * DAY_S
    assert window.home().left == 0.0
    assert window.home().end() == window


def test_showing_moves_as_little_as_it_must() -> None:
    window = WHOLE.to(10 * DAY_S, 20 * DAY_S)
    assert window.showing(15 * DAY_S) is window
    moved = window.showing(21 * DAY_S)
    assert moved.span == window.span
    assert moved.left < 21 * DAY_S < moved.right


def test_a_profile_shorter_than_the_least_is_shown_whole() -> None:
    tiny = TimeWindow.over(0.0, 900.0, 900)
    assert tiny.zoom(0.1) == tiny.whole()

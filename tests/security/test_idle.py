"""The automatic lock locks when nobody is there, and stays locked."""

from __future__ import annotations

import pytest

from fieldpro.errors import ScreenLocked
from fieldpro.security.idle import IdleLock, seconds_awake_or_asleep


class Seconds:
    now = 0.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def seconds() -> Seconds:
    return Seconds()


def test_it_locks_when_nobody_touches_it(seconds: Seconds) -> None:
    lock = IdleLock(60, clock=seconds)
    seconds.now = 59
    assert not lock.is_locked
    assert lock.remaining_s == 1
    lock.touch()
    seconds.now = 118
    assert not lock.is_locked
    seconds.now = 119
    assert lock.is_locked
    assert lock.remaining_s == 0
    with pytest.raises(ScreenLocked):
        lock.require_open("Ada")


def test_a_touch_that_comes_too_late_does_not_unlock(seconds: Seconds) -> None:
    lock = IdleLock(60, clock=seconds)
    seconds.now = 61
    lock.touch()
    assert lock.is_locked
    lock.unlock()
    assert not lock.is_locked
    lock.require_open()


def test_it_can_be_locked_at_once_and_never(seconds: Seconds) -> None:
    never = IdleLock(0, clock=seconds)
    seconds.now = 1e9
    assert not never.is_locked
    assert never.remaining_s is None
    never.lock()
    assert never.is_locked


def test_the_clock_goes_forward() -> None:
    assert seconds_awake_or_asleep() <= seconds_awake_or_asleep()

"""Samples of a site by hand."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime

import pytest

from fieldpro.meter.diagnosis import Sample
from fieldpro.records import PhaseValues

NAN = float("nan")
AT = datetime(2026, 3, 1, 12, tzinfo=UTC)
Column = Sequence[float] | None


def sample(
    volts: Column = None,
    volt_angles: Column = None,
    amps: Column = None,
    amp_angles: Column = None,
    *,
    phases: tuple[str, ...] = ("A", "B", "C"),
    distortion: Mapping[str, float] | None = None,
    total: float | None = None,
) -> Sample:
    """A column that is left out was not measured."""
    columns = [tuple(column) if column else (NAN,) * len(phases) for column in (volts, amps, volt_angles, amp_angles)]
    values = PhaseValues(phases, columns[0], columns[1], columns[2], columns[3])
    return Sample(AT, values, distortion or {}, total)


@pytest.fixture
def make_sample() -> Callable[..., Sample]:
    return sample

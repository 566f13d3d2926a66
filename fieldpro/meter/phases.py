"""Present volts, amperes and angles of each phase, from wherever the device profile says they lie."""

from __future__ import annotations

from fieldpro.c12.dictionary.decoded import DecodedTable
from fieldpro.errors import TableError
from fieldpro.meter.device_profile import Instantaneous, PhaseElements
from fieldpro.meter.sources import number
from fieldpro.records import PhaseValues

NOT_MEASURED = float("nan")


def phase_values(decoded: DecodedTable, where: Instantaneous) -> PhaseValues | None:
    """The values of the phases that the meter has; None when it has none of them. NaN where one is not measured."""
    phases = [phase for phase in where.phases if _has(decoded, phase)]
    if not phases:
        return None

    def column(name: str, per_count: float) -> tuple[float, ...]:
        return tuple(_value(decoded, getattr(phase, name), per_count) for phase in phases)

    frequency = _value(decoded, where.frequency, where.hertz_per_count)
    return PhaseValues(
        phases=tuple(phase.name for phase in phases),
        volts=column("volts", where.volts_per_count),
        amps=column("amps", where.amps_per_count),
        volt_angles=column("volt_angle", where.degrees_per_count),
        amp_angles=column("amp_angle", where.degrees_per_count),
        frequency_hz=None if frequency != frequency else frequency,
    )


def _has(decoded: DecodedTable, phase: PhaseElements) -> bool:
    return any(_there(decoded, path) for path in (phase.volts, phase.amps, phase.volt_angle, phase.amp_angle))


def _there(decoded: DecodedTable, path: str) -> bool:
    try:
        decoded.layout.node(path)
    except TableError:
        return False
    return bool(path)


def _value(decoded: DecodedTable, path: str, per_count: float) -> float:
    if not path or not _there(decoded, path):
        return NOT_MEASURED
    counts = number(decoded.get(path))
    return NOT_MEASURED if counts is None else float(counts) * per_count

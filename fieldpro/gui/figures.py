"""Figures as a person reads them: thousands grouped, a unit apart, no more digits than there are. No Qt here."""

from __future__ import annotations

from decimal import Decimal

from fieldpro.gui.words import tr

PORT_LETTERS = 28
MINUS = "\u2212"


def grouped(value: int | float | Decimal, decimals: int | None = None) -> str:
    """1204 -> "1,204"; a Decimal keeps its own digits when `decimals` is None."""
    if decimals is not None:
        text = f"{value:,.{decimals}f}"
    elif isinstance(value, Decimal):
        text = f"{value:,f}"
    else:
        text = f"{value:,}"
    return text.replace("-", MINUS)


def clock_drift(drift_s: float) -> str:
    """+3 s, -2 min 10 s, +1 h 0 min: the two largest parts."""
    sign = MINUS if drift_s < 0 else "+"
    return sign + duration(abs(drift_s))


def duration(seconds: float) -> str:
    """A length of time in its two largest parts: "41 s", "2 min 10 s", "3 h 5 min", "12 d 4 h"."""
    whole = round(seconds)
    for unit, size, below, below_size in (("d", 86_400, "h", 3_600), ("h", 3_600, "min", 60), ("min", 60, "s", 1)):
        if whole >= size:
            return f"{whole // size} {unit} {whole % size // below_size} {below}"
    return f"{whole} s"


def time_left(seconds: float) -> str:
    """How long a job still takes, no finer than anyone can know."""
    if seconds < 10:
        return tr("a few seconds left")
    if seconds < 90:
        return tr("{count} s left", count=round(seconds / 5) * 5)
    if seconds < 5_400:
        return tr("{count} min left", count=round(seconds / 60))
    return tr("{count} h left", count=round(seconds / 3_600))


def data_size(count: float) -> str:
    """Bytes as "812 B", "4.1 kB", "1.2 MB" (thousands, as rates are)."""
    if count < 1_000:
        return f"{round(count)} B"
    if count < 1_000_000:
        return f"{count / 1_000:.1f} kB" if count < 100_000 else f"{count / 1_000:.0f} kB"
    return f"{count / 1_000_000:.1f} MB"


def rate(per_s: float, unit: str) -> str:
    """How fast a job goes: bytes a second, or so many of `unit` a minute."""
    if unit == "bytes":
        return tr("{size}/s", size=data_size(per_s))
    return tr("{count} {unit}/min", count=grouped(round(per_s * 60)), unit=unit)


def progress(done: int, total: int | None, unit: str) -> str:
    """ "1,204 of 3,504 tables", "41 kB of 120 kB"."""
    if unit == "bytes":
        return (
            data_size(done) if total is None else tr("{done} of {total}", done=data_size(done), total=data_size(total))
        )
    if total is None:
        return f"{grouped(done)} {unit}"
    return tr("{done} of {total} {unit}", done=grouped(done), total=grouped(total), unit=unit)


def short_port(port: str) -> str:
    """The name of a port without what stands behind its question mark, and not longer than a line has room for."""
    name = port.partition("?")[0]
    return name if len(name) <= PORT_LETTERS else f"{name[: PORT_LETTERS - 1]}\u2026"

"""From a read-out to what the window shows of it: the view, and the meter bar's state. Runs outside the GUI thread."""

from __future__ import annotations

from typing import Any

from fieldpro.errors import FieldProError
from fieldpro.gui.standing import MeterState
from fieldpro.records import ReadOut, Severity

ORDER = (Severity.GOOD, Severity.INFO, Severity.WARNING, Severity.ALERT)


def make_view(readout: ReadOut) -> tuple[Any, MeterState]:
    """The `MeterView` of a read-out and the state of the meter bar, without standing and access."""
    from fieldpro.meter.view import MeterView

    view = MeterView(readout)
    return view, summarise(view, readout)


def summarise(view: Any, readout: ReadOut) -> MeterState:
    """What the meter bar says. Status or clock that cannot be decoded are left out, not guessed."""
    flags = [flag for flag in _attempt(view.status) or () if flag.is_set]
    worst = max(flags, key=lambda flag: ORDER.index(flag.severity), default=None)
    known = _attempt(view.status) is not None
    clock = _attempt(view.clock)
    return MeterState(
        port=readout.port,
        identity=readout.identity,
        severity=worst.severity if worst is not None else Severity.GOOD if known else None,
        headline=worst.title if worst is not None else "",
        flags=sum(flag.severity in (Severity.WARNING, Severity.ALERT) for flag in flags),
        mode=str(_attempt(lambda: view.mode) or ""),
        drift_s=None if clock is None else clock.drift_s,
    )


def _attempt(call: Any) -> Any:
    try:
        return call()
    except FieldProError:
        return None

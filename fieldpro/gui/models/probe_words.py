"""What a probe test found, as sentences. No Qt here."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fieldpro.explain import explain
from fieldpro.gui.figures import grouped
from fieldpro.gui.words import mark, tr

if TYPE_CHECKING:
    from fieldpro.session.probe_test import ProbeReport, RateResult

FOUND = {
    "meter": mark("A meter answers through this probe."),
    "mirror": mark("Our own bytes come back: the head lies on a mirror, or echoes and sees no meter."),
    "noise": mark("Something comes back, but nothing one can read: shade the head from the sun and seat it again."),
    "nothing": mark("Nothing comes back: check the cable, the probe's power and its profile, and seat the head."),
}


def report_lines(report: ProbeReport) -> list[str]:
    """The whole report: what is at the far end, echo, profile, each rate, and the fastest good one."""
    lines = [tr(FOUND[report.found])]
    if report.probe:
        lines.append(tr("Profile used: {probe}.", probe=report.probe))
    if report.echo:
        lines.append(tr("The probe echoes what we send; FieldPro takes that out."))
    lines += [rate_line(rate) for rate in report.rates]
    if report.best_baud is not None:
        lines.append(tr("Fastest rate without a fault: {baud} baud.", baud=grouped(report.best_baud)))
    return lines


def rate_line(rate: RateResult) -> str:
    """One rate in one line."""
    baud = grouped(rate.baud)
    if not rate.offered:
        return tr("{baud} baud: not offered by the meter", baud=baud)
    if rate.error is not None:
        return tr("{baud} baud: failed, {why}", baud=baud, why=explain(rate.error, translate=tr).what.lower())
    if rate.good:
        return tr("{baud} baud: good", baud=baud)
    faults = (
        (rate.wrong_bits, mark("bits wrong: {count}")),
        (rate.lost_bytes, mark("bytes lost: {count}")),
        (rate.retries, mark("packets repeated: {count}")),
        (rate.garbage_bytes, mark("bytes of noise: {count}")),
    )
    told = ", ".join(tr(words, count=grouped(count)) for count, words in faults if count)
    return f"{baud} baud: {told}"

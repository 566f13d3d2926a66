"""The site diagnostics D1 to D6, each a function of one sample: what it found, in words and numbers.

    verdicts = judge(sample, Site(form("9S"), class_amps=200), settings)
    verdicts["D1"].outcome, verdicts["D1"].text, verdicts["D1"].findings

A check judges what is measured and needed for it; where nothing of it is, its outcome is "not judged", which is neither
a pass nor a miss. A current that is too small to have an angle worth looking at is left out; one whose size is not
known is looked at.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType

from fieldpro.meter.diagnosis.forms import Form
from fieldpro.meter.diagnosis.sample import Sample, deviation, is_measured
from fieldpro.meter.diagnosis.settings import Settings, checks

REFERENCE = "A"
EITHER, ABC, CBA = range(3)
REVERSED_WITHIN_DEG = 30.0  # so near to the opposite angle it is called reversed, so near to another phase's exchanged
DEFAULT_CLASS_AMPS = 200.0


class Outcome(StrEnum):
    PASS = "pass"
    MISS = "miss"
    NOT_JUDGED = "not-judged"
    OFF = "off"


@dataclass(frozen=True, slots=True)
class Finding:
    """One value that is not as it should be. expected and found are in `unit`; text is what a person reads."""

    phase: str
    what: str  # "voltage", "current"
    found: float
    expected: float
    unit: str
    text: str


@dataclass(frozen=True, slots=True)
class Verdict:
    """What one check says of one sample."""

    check: str
    outcome: Outcome
    text: str
    findings: tuple[Finding, ...] = ()

    @property
    def title(self) -> str:
        return checks()[self.check].title


@dataclass(frozen=True, slots=True)
class Site:
    """How the meter is wired, and its current class in amperes."""

    form: Form
    class_amps: float = DEFAULT_CLASS_AMPS


Judged = tuple[Outcome, str, tuple[Finding, ...]]


def judge(sample: Sample, site: Site, settings: Settings | None = None) -> Mapping[str, Verdict]:
    """The verdict of every check, D1 to D6."""
    settings = settings or Settings()
    found: dict[str, Verdict] = {}
    for name, look in CHECKS.items():
        if not settings.is_on(name):
            found[name] = Verdict(name, Outcome.OFF, "Switched off")
            continue
        outcome, text, findings = look(_Look(sample, site, settings, name, found))
        found[name] = Verdict(name, outcome, text, findings)
    return MappingProxyType(found)


@dataclass(frozen=True, slots=True)
class _Look:
    """One check looking at one sample; `before` are the verdicts of those before it."""

    sample: Sample
    site: Site
    settings: Settings
    check: str
    before: Mapping[str, Verdict]

    def value(self, name: str) -> float:
        return self.settings.value(self.check, name)

    def share_of_class(self, name: str) -> float:
        """A setting in per cent of the class, in amperes."""
        return self.value(name) / 100 * self.site.class_amps

    def currents(self, least: float) -> Iterator[tuple[str, float]]:
        """(phase, angle) of the currents with an angle that are not known to be smaller."""
        for phase in self.site.form.amps:
            angle, amps = self.sample.amp_angle(phase), self.sample.amps(phase)
            if is_measured(angle) and not (is_measured(amps) and (amps < least or amps == 0)):
                yield phase, angle


def _judged(findings: Iterable[Finding], fine: str) -> Judged:
    found = tuple(findings)
    if not found:
        return Outcome.PASS, fine, ()
    return Outcome.MISS, "; ".join(finding.text for finding in found), found


def _not_judged(why: str) -> Judged:
    return Outcome.NOT_JUDGED, why, ()


# --- D1


def _polarity(look: _Look) -> Judged:
    """D1: every voltage and current in its sector. Of the two rotations the one that fits more counts, unless one is
    set."""
    form = look.site.form
    measured = [phase for phase in form.volts if is_measured(look.sample.volt_angle(phase))]
    if not measured:
        return _not_judged("No voltage angle is measured")
    rotation = int(look.value("rotation"))
    turned = {ABC: (form,), CBA: (form.mirrored(),)}.get(rotation, (form, form.mirrored()))
    fits = [list(_out_of_sector(look, each)) for each in turned]
    best = min(fits, key=len)
    return _judged(best, "Every voltage and current is in its sector")


def _out_of_sector(look: _Look, form: Form) -> Iterator[Finding]:
    within = look.value("voltage_tolerance")
    for phase, expected in form.volts.items():
        angle = look.sample.volt_angle(phase)
        if is_measured(angle) and abs(deviation(angle, expected)) > within:
            yield _finding(phase, "voltage", angle, expected, within, _guess(angle, phase, form.volts, "transformer"))
    within = look.value("current_tolerance")
    for phase, angle in look.currents(look.share_of_class("minimum_current")):
        expected = form.amps[phase]
        off = abs(deviation(angle, expected))
        if off > within and not (look.value("received_is_fine") and 180 - off <= within):
            yield _finding(phase, "current", angle, expected, within, _guess(angle, phase, form.amps, "flow"))


def _finding(phase: str, what: str, angle: float, expected: float, within: float, guess: str) -> Finding:
    text = f"{what} {phase} at {angle:.1f} degrees, expected at {expected:.0f} within {within:.0f}"
    return Finding(phase, what, angle, expected, "deg", text + (f" ({guess})" if guess else ""))


def _guess(angle: float, phase: str, places: Mapping[str, float], kind: str) -> str:
    """What the angle looks like, "" where like nothing known."""
    if abs(deviation(angle, places[phase] + 180)) <= REVERSED_WITHIN_DEG:
        return "as if reversed" if kind == "transformer" else "reversed, or energy flows back"
    for other, expected in places.items():
        if other != phase and abs(deviation(angle, expected)) <= REVERSED_WITHIN_DEG:
            return f"as if it were phase {other}"
    return ""


# --- D2 to D4


def _voltages(look: _Look) -> Judged:
    """D2: each phase voltage against that of phase A."""
    phases = [phase for phase in look.site.form.volts if is_measured(look.sample.volts(phase))]
    reference = look.sample.volts(REFERENCE)
    if not is_measured(reference) or len(phases) < 2:
        return _not_judged("Voltages of two phases are wanted, one of them phase A")
    if reference <= 0:
        return _not_judged("There is no voltage at phase A")
    within = look.value("tolerance")

    def findings() -> Iterator[Finding]:
        for phase in phases:
            volts = look.sample.volts(phase)
            off = 100 * (volts - reference) / reference
            if abs(off) > within:
                text = f"voltage {phase} is {volts:.1f} V, {off:+.1f} % from phase A's {reference:.1f} V"
                yield Finding(phase, "voltage", volts, reference, "V", f"{text}, allowed {within:g} %")

    return _judged(findings(), f"Every voltage is within {within:g} % of phase A's")


def _inactive(look: _Look) -> Judged:
    """D3: a current under the low threshold while another one is above."""
    amps = {phase: look.sample.amps(phase) for phase in look.site.form.amps if is_measured(look.sample.amps(phase))}
    if len(amps) < 2:
        return _not_judged("Currents of two phases are wanted")
    low = look.share_of_class("low_current")
    if all(current < low for current in amps.values()):
        return Outcome.PASS, "No phase has a current", ()

    def findings() -> Iterator[Finding]:
        for phase, current in amps.items():
            if current < low:
                text = f"current {phase} is {current:.3f} A, below {low:.3f} A, while another phase has a current"
                yield Finding(phase, "current", current, low, "A", text)

    return _judged(findings(), "No phase is without current alone")


def _angles(look: _Look) -> Judged:
    """D4: every current near its own voltage. Only where D1 is on and passes."""
    first = look.before["D1"].outcome
    if first is not Outcome.PASS:
        words = {Outcome.OFF: "is switched off", Outcome.MISS: "does not pass", Outcome.NOT_JUDGED: "is not judged"}
        return _not_judged(f"D1 {words[first]}")
    currents = list(look.currents(look.share_of_class("minimum_current")))
    if not currents:
        return _not_judged("No current is large enough")
    envelope = look.value("envelope")
    form = look.site.form
    turned = form if _turns(look, form) <= _turns(look, form.mirrored()) else form.mirrored()

    def findings() -> Iterator[Finding]:
        for phase, angle in currents:
            expected = _unity(look, turned, phase)
            off = deviation(angle, expected)
            folded = off if abs(off) <= 90 or not look.settings.value("D1", "received_is_fine") else deviation(off, 180)
            if abs(folded) > envelope:
                lead = "behind" if off > 0 else "ahead of"
                text = f"current {phase} is {abs(off):.1f} degrees {lead} its voltage, allowed {envelope:g}"
                yield Finding(phase, "current", angle, expected, "deg", text)

    return _judged(findings(), f"Every current is within {envelope:g} degrees of its voltage")


def _turns(look: _Look, form: Form) -> float:
    """How far the voltages are from a rotation's, in all."""
    angles = ((look.sample.volt_angle(phase), expected) for phase, expected in form.volts.items())
    return sum(abs(deviation(angle, expected)) for angle, expected in angles if is_measured(angle))


def _unity(look: _Look, form: Form, phase: str) -> float:
    """Where a phase's current lies at unity power factor: by its own voltage as it is measured."""
    measured = look.sample.volt_angle(phase) if phase in form.volts else float("nan")
    if not is_measured(measured):
        return form.amps[phase]
    return (measured + form.amps[phase] - form.volts[phase]) % 360.0


# --- D5 and D6


def _distortion(look: _Look) -> Judged:
    """D5: distortion of each current, and of all of them."""
    parts = dict(look.sample.distortion)
    if look.sample.total_distortion is not None:
        parts["total"] = look.sample.total_distortion
    if not parts:
        return _not_judged("The meter does not tell how distorted its currents are")
    threshold = look.value("threshold")

    def findings() -> Iterator[Finding]:
        for phase, percent in parts.items():
            if percent > threshold:
                text = f"current {phase} is distorted by {percent:.1f} %, allowed {threshold:g} %"
                yield Finding(phase, "current", percent, threshold, "%", text)

    return _judged(findings(), f"No current is distorted by more than {threshold:g} %")


def _demand_distortion(look: _Look) -> Judged:
    """D6: total demand distortion; how long it must last is the counter's matter."""
    percent = look.sample.total_distortion
    if percent is None:
        return _not_judged("The meter does not tell how distorted its currents are")
    threshold = look.value("threshold")
    found = []
    if percent > threshold:
        text = f"demand is distorted by {percent:.1f} %, allowed {threshold:g} %"
        found = [Finding("total", "current", percent, threshold, "%", text)]
    return _judged(found, f"Demand is distorted by no more than {threshold:g} %")


CHECKS: Mapping[str, Callable[[_Look], Judged]] = {
    "D1": _polarity,
    "D2": _voltages,
    "D3": _inactive,
    "D4": _angles,
    "D5": _distortion,
    "D6": _demand_distortion,
}

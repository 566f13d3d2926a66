"""A site diagnosis as the window shows it: verdicts in words and tones, phases as rows, sectors. No Qt here."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

from fieldpro.gui.words import mark, tr
from fieldpro.meter.diagnosis import Counter, Counters, Diagnosis, Form, Look, Outcome, Settings, Site, Verdict, checks
from fieldpro.meter.diagnosis.sample import Sample, deviation, is_measured

OUTCOME_LOOKS: Mapping[Outcome, tuple[str, str]] = {
    Outcome.PASS: (mark("Good"), "good"),
    Outcome.MISS: (mark("Found"), "bad"),
    Outcome.NOT_JUDGED: (mark("Not checked"), "weak"),
    Outcome.OFF: (mark("Off"), "weak"),
}
"""Word and tone of what a check says. Not checked is never good."""


@dataclass(frozen=True, slots=True)
class CheckRow:
    """One check: its verdict of the last sample, and its counter. `tone` as in `look`."""

    name: str
    title: str
    word: str
    tone: str
    text: str
    misses: int
    tripped: bool
    before: int
    count: int

    @property
    def counted(self) -> str:
        """ "3 trips, 1 miss in a row"."""
        trips = tr("1 trip") if self.count == 1 else tr("{count} trips", count=self.count)
        if not self.misses:
            return trips
        misses = tr("1 miss in a row") if self.misses == 1 else tr("{count} misses in a row", count=self.misses)
        return f"{trips}, {misses}"


@dataclass(frozen=True, slots=True)
class PhaseRow:
    """One phase as texts, with its angles of lag in degrees."""

    phase: str
    volts: str
    volt_angle: str
    amps: str
    amp_angle: str
    power_factor: str


@dataclass(frozen=True, slots=True)
class SectorOf:
    """Where a voltage is expected: degrees of lag, from and over."""

    start_deg: float
    span_deg: float
    missed: bool


def check_rows(look: Look | None, before: Counters) -> list[CheckRow]:
    """A row for each check; what was not looked at yet says so."""
    rows = []
    for check in checks().values():
        verdict = None if look is None else look.verdicts.get(check.name)
        counter = before[check.name] if look is None else look.counters[check.name]
        rows.append(_row(check.name, check.title, verdict, counter, before[check.name].count))
    return rows


def _row(name: str, title: str, verdict: Verdict | None, counter: Counter, before: int) -> CheckRow:
    if verdict is None:
        return CheckRow(
            name, title, tr("Not checked"), "weak", "", counter.misses, counter.tripped, before, counter.count
        )
    word, tone = OUTCOME_LOOKS[verdict.outcome]
    word = tr(word)
    if verdict.outcome is Outcome.MISS and counter.tripped:
        word = tr("Tripped")
    return CheckRow(name, title, word, tone, verdict.text, counter.misses, counter.tripped, before, counter.count)


def overall(rows: list[CheckRow], samples: int) -> tuple[str, str]:
    """The verdict in a word and its tone: what was found, else how much was checked."""
    if not samples:
        return tr("Not started"), "weak"
    found = [row.name for row in rows if row.tone == "bad"]
    if found:
        return tr("Found: {checks}", checks=", ".join(found)), "bad"
    unchecked = [row.name for row in rows if row.tone == "weak"]
    if len(unchecked) == len(rows):
        return tr("Nothing could be checked"), "warn"
    if unchecked:
        return tr("Good, {checks} not checked", checks=", ".join(unchecked)), "good"
    return tr("All good"), "good"


def phase_rows(sample: Sample) -> list[PhaseRow]:
    rows = []
    for phase in sample.phases:
        volt_angle, amp_angle = sample.volt_angle(phase), sample.amp_angle(phase)
        lag = deviation(amp_angle, volt_angle)
        factor = f"{math.cos(math.radians(lag)):.2f}" if is_measured(lag) else ""
        rows.append(
            PhaseRow(
                phase,
                _text(sample.volts(phase), 1),
                _text(volt_angle, 1),
                _text(sample.amps(phase), 3),
                _text(amp_angle, 1),
                factor.replace("-", "\u2212"),
            )
        )
    return rows


def _text(value: float, decimals: int) -> str:
    return f"{value:.{decimals}f}" if is_measured(value) else "\u2013"


def sectors(sample: Sample, site: Site, settings: Settings) -> tuple[SectorOf, ...]:
    """The sectors of the voltages for the form, in the rotation that fits better; none while D1 is off."""
    if not settings.is_on("D1"):
        return ()
    within = settings.value("D1", "voltage_tolerance")
    form = min((site.form, site.form.mirrored()), key=lambda each: _off(sample, each))
    return tuple(
        SectorOf(expected - within, 2 * within, abs(deviation(sample.volt_angle(phase), expected)) > within)
        for phase, expected in form.volts.items()
        if is_measured(sample.volt_angle(phase))
    )


def _off(sample: Sample, form: Form) -> float:
    angles = ((sample.volt_angle(phase), expected) for phase, expected in form.volts.items())
    return sum(abs(deviation(angle, expected)) for angle, expected in angles if is_measured(angle))


def note_of(diagnosis: Diagnosis) -> str:
    """The diagnosis in a line or two, for the note of a record."""
    lines = diagnosis.for_visit().checks
    words = {"good": tr("good"), "bad": tr("found"), "not-checked": tr("not checked")}
    told = "; ".join(
        f"{line.code} {words[line.verdict]}" + (f" ({line.detail})" if line.verdict == "bad" else "") for line in lines
    )
    samples = len(diagnosis.looks)
    count = tr("1 sample") if samples == 1 else tr("{count} samples", count=samples)
    return tr("Site diagnosis, {count}: {told}", count=count, told=told)

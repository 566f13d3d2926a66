"""What a site diagnosis leaves behind: settings, the last sample with its verdicts, counters before and after.

record.data()                      as JSON can say it; `Diagnosis.from_data` reads it
record.for_visit()                 the lines that the record of a visit keeps
reset(counters, saved=record)      counters back to nothing, once they were saved
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from typing import Any

from fieldpro import visit_record
from fieldpro.errors import UsageError
from fieldpro.meter.diagnosis.checks import Finding, Outcome, Site, Verdict
from fieldpro.meter.diagnosis.counters import Counter, Counters
from fieldpro.meter.diagnosis.forms import form
from fieldpro.meter.diagnosis.sample import Sample
from fieldpro.meter.diagnosis.settings import Settings, checks
from fieldpro.records import PhaseValues

SCHEMA = 1
_VERDICTS = {Outcome.PASS: visit_record.Verdict.GOOD, Outcome.MISS: visit_record.Verdict.BAD}


@dataclass(frozen=True)
class Look:
    """One sample, what the checks said of it, and the counters with it."""

    sample: Sample
    verdicts: Mapping[str, Verdict]
    counters: Counters


@dataclass(frozen=True)
class Diagnosis:
    """A whole diagnosis. meter: the key of its identity. before: the counters as it began; looks: in order."""

    meter: str
    site: Site
    settings: Settings
    before: Counters
    looks: tuple[Look, ...]

    @property
    def last(self) -> Look:
        """Raises `UsageError` where nothing was looked at."""
        if not self.looks:
            raise UsageError("diagnosis", "at least one sample", "none")
        return self.looks[-1]

    @property
    def counters(self) -> Counters:
        """As they stand at the end."""
        return self.looks[-1].counters if self.looks else self.before

    @property
    def verdicts(self) -> dict[str, Verdict]:
        """What is to be said of each check: that it tripped, else what its last sample said; a miss that has not
        tripped is a miss all the same."""
        found: dict[str, Verdict] = {}
        for name in checks():
            told = [look.verdicts[name] for look in self.looks]
            misses = [verdict for verdict in told if verdict.outcome is Outcome.MISS]
            count = self.counters[name].count - self.before[name].count
            if self.counters[name].tripped or count > 0:
                times = "once" if count == 1 else f"{count} times"
                text = f"Tripped {times} in {len(told)} samples" if count > 0 else "In error since before"
                found[name] = replace(misses[-1], text=f"{text}: {misses[-1].text}") if misses else told[-1]
            elif told:
                found[name] = told[-1]
        return found

    def data(self) -> dict[str, Any]:
        """Plain values for JSON; what is not measured is null."""
        return {
            "schema": SCHEMA,
            "meter": self.meter,
            "form": self.site.form.name,
            "class_amps": self.site.class_amps,
            "settings": self.settings.data(),
            "before": _counters_data(self.before),
            "looks": [
                {
                    "at": look.sample.at.isoformat(),
                    "values": _nulls(asdict(look.sample.values)),
                    "distortion": dict(look.sample.distortion),
                    "total_distortion": look.sample.total_distortion,
                    "verdicts": {name: asdict(verdict) for name, verdict in look.verdicts.items()},
                    "counters": _counters_data(look.counters),
                }
                for look in self.looks
            ],
        }

    @classmethod
    def from_data(cls, data: Mapping[str, Any]) -> Diagnosis:
        """A diagnosis out of a record. Raises `UsageError` for what is none."""
        try:
            if data["schema"] != SCHEMA:
                raise UsageError("diagnosis record", f"schema {SCHEMA}", str(data["schema"]))
            return cls(
                data["meter"],
                Site(form(data["form"]), float(data["class_amps"])),
                Settings.from_data(data["settings"]),
                _counters(data["before"]),
                tuple(_look(entry) for entry in data["looks"]),
            )
        except (KeyError, TypeError, ValueError, AttributeError) as error:
            raise UsageError("diagnosis record", "one that this program wrote", str(error)) from error

    def for_visit(self) -> visit_record.Diagnosis:
        """The lines for the record of a visit and its report: every check, with the counters before and after."""
        lines = []
        for name, verdict in self.verdicts.items():
            before, after = self.before[name].count, self.counters[name].count
            lines.append(
                visit_record.CheckLine(
                    name,
                    verdict.title,
                    _VERDICTS.get(verdict.outcome, visit_record.Verdict.NOT_CHECKED),
                    verdict.text,
                    f"{before} before, {after} after" if before or after else "",
                )
            )
        sample = self.last.sample
        return visit_record.Diagnosis(sample.at.isoformat(), tuple(lines), sample.values, self.site.form.name)


def reset(counters: Counters, *, saved: Diagnosis) -> Counters:
    """Counters at nothing. Raises `UsageError` when `saved` does not hold them: what is reset is lost."""
    if saved.counters.counts != counters.counts:
        raise UsageError("reset of the counters", "a saved diagnosis that holds them", "counters that moved since")
    return Counters()


def _nulls(values: dict[str, Any]) -> dict[str, Any]:
    def plain(value: Any) -> Any:
        if isinstance(value, float) and math.isnan(value):
            return None
        return [plain(part) for part in value] if isinstance(value, tuple) else value

    return {name: plain(value) for name, value in values.items()}


def _counters_data(counters: Counters) -> dict[str, Any]:
    return {name: asdict(counter) for name, counter in counters.by_check.items()}


def _counters(data: Mapping[str, Any]) -> Counters:
    return Counters({name: Counter(**entry) for name, entry in data.items()})


def _look(entry: Mapping[str, Any]) -> Look:
    values = entry["values"]
    sample = Sample(
        datetime.fromisoformat(entry["at"]),
        PhaseValues(
            tuple(values["phases"]),
            volts=_column(values["volts"]),
            amps=_column(values["amps"]),
            volt_angles=_column(values["volt_angles"]),
            amp_angles=_column(values["amp_angles"]),
            frequency_hz=values["frequency_hz"],
        ),
        dict(entry["distortion"]),
        entry["total_distortion"],
    )
    verdicts = {
        name: Verdict(
            verdict["check"],
            Outcome(verdict["outcome"]),
            verdict["text"],
            tuple(Finding(**finding) for finding in verdict["findings"]),
        )
        for name, verdict in entry["verdicts"].items()
    }
    return Look(sample, verdicts, _counters(entry["counters"]))


def _column(values: Sequence[float | None]) -> tuple[float, ...]:
    return tuple(float("nan") if value is None else float(value) for value in values)

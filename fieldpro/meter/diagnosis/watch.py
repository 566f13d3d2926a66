"""Watching a site: the instantaneous values every five seconds, judged, counted, and shown as they come.

    diagnosis = yield from diagnose(samples=12, on_look=page.show)

A cancel ends it with what was seen; a link that dies is raised, and everything seen went to `on_look` before. It reads
only.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from fieldpro.errors import Cancelled, FieldProError, UsageError
from fieldpro.meter import wanted
from fieldpro.meter.collection import Collection, utc_now
from fieldpro.meter.device_profile import DeviceProfile
from fieldpro.meter.diagnosis.checks import DEFAULT_CLASS_AMPS, Site, judge
from fieldpro.meter.diagnosis.counters import Counters
from fieldpro.meter.diagnosis.forms import Form, class_amps_of, form_of_meter, forms
from fieldpro.meter.diagnosis.record import Diagnosis, Look
from fieldpro.meter.diagnosis.sample import Sample, sample_of
from fieldpro.meter.diagnosis.settings import Settings, sampling
from fieldpro.meter.programs.target import NAMEPLATE
from fieldpro.meter.reading import Visit
from fieldpro.meter.view import MeterView
from fieldpro.session.conversation import Conversation, Pause, Progress

PRESENT_SELECTION, PRESENT = 27, 28


def nobody_looks(_: Look) -> None:
    """Where nobody is shown the samples as they come."""


@dataclass(frozen=True)
class Terms:
    """How it is done. form: None takes the nameplate's. before: the counters to go on from."""

    form: Form | None = None
    settings: Settings = field(default_factory=Settings)
    before: Counters = field(default_factory=Counters)
    profile: DeviceProfile | None = None


def diagnose(
    *,
    samples: int | None = 1,
    terms: Terms | None = None,
    on_look: Callable[[Look], None] = nobody_looks,
    collection: Collection | None = None,
    now: Callable[[], datetime] = utc_now,
) -> Conversation[Diagnosis]:
    """So many samples, or until it is cancelled when that is None.

    Raises `UsageError` for a meter that has no instantaneous values, or whose form is not known and not given.
    """
    terms = terms or Terms()
    watch = _Watch(terms, Visit(collection or Collection(), profile=terms.profile), on_look, now)
    return (yield from watch.run(samples))


class _Watch:
    def __init__(
        self, terms: Terms, visit: Visit, on_look: Callable[[Look], None], now: Callable[[], datetime]
    ) -> None:
        self.terms, self.visit, self.on_look, self.now = terms, visit, on_look, now
        self.looks: list[Look] = []
        self.counters = terms.before

    def run(self, samples: int | None) -> Conversation[Diagnosis]:
        identity = yield from self.visit.meet()
        yield from self._read(self._shaping())
        site = self._site()
        try:
            while samples is None or len(self.looks) < samples:
                if self.looks:
                    yield Pause(sampling().every_s)
                yield Progress(len(self.looks), samples, "samples", "Watching the site")
                sample = yield from self._sample()
                self._take(sample, site)
        except Cancelled:
            if not self.looks:
                raise
        return Diagnosis(identity.key, site, self.terms.settings, self.terms.before, tuple(self.looks))

    def _take(self, sample: Sample, site: Site) -> None:
        verdicts = judge(sample, site, self.terms.settings)
        self.counters = self.counters.after(verdicts, self.terms.settings)
        look = Look(sample, verdicts, self.counters)
        self.looks.append(look)
        self.on_look(look)

    def _sample(self) -> Conversation[Sample]:
        at = self.now()
        yield from self._read(self._living())
        sample = sample_of(self._view(), at)
        if sample is None:
            error = self.visit.collection.read_out().tables[self._table()].error
            raise error if isinstance(error, FieldProError) else _no_values("no values in its table")
        return sample

    def _table(self) -> int:
        where = self.visit.profile.instantaneous
        if where is None:
            raise _no_values("a meter whose device profile has no place for them")
        return where.table

    def _living(self) -> list[int]:
        """What is read anew for every sample."""
        has_harmonics = PRESENT in self.visit.listed() and self._has_harmonics()
        return list(dict.fromkeys([self._table(), *([PRESENT] if has_harmonics else [])]))

    def _shaping(self) -> Iterable[int]:
        """What is read once: the nameplate, what shapes the tables, and the sources that name present values."""
        listed = self.visit.listed()
        first = {NAMEPLATE, PRESENT_SELECTION, 22} | wanted.SOURCES
        shaping = wanted.closure(self.visit.tables, {self._table(), PRESENT, *first}) - {self._table(), PRESENT}
        return wanted.in_order(self.visit.tables, ((first | shaping) & listed) - self.visit.fresh)

    def _has_harmonics(self) -> bool:
        units = self._values(12).get("UOM_ENTRY", ())
        return any(bool(entry["HARMONIC"]) for entry in units)

    def _values(self, number: int) -> dict[str, Any]:
        try:
            return dict(self.visit.tables.decode(number).values)
        except FieldProError:
            return {}

    def _site(self) -> Site:
        tables = self.visit.tables
        form = self.terms.form or form_of_meter(tables)
        if form is None:
            raise UsageError("meter form", f"one of {', '.join(forms())}", "a nameplate that names none of them")
        return Site(form, class_amps_of(tables) or DEFAULT_CLASS_AMPS)

    def _read(self, numbers: Iterable[int]) -> Conversation[None]:
        for number in numbers:
            yield from self.visit.read(number)

    def _view(self) -> MeterView:
        return MeterView(self.visit.collection.read_out(), profile=self.visit.profile)


def _no_values(found: str) -> UsageError:
    return UsageError("instantaneous values", "a meter that gives volts, amperes and angles", found)

"""What the Diagnosis page has done in the port's thread: watching the site."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from fieldpro.meter.collection import Collection
from fieldpro.meter.diagnosis import (
    Counters,
    Diagnosis,
    Form,
    Look,
    Settings,
    Site,
    Terms,
    class_amps_of,
    diagnose,
    form_of_meter,
)
from fieldpro.meter.diagnosis.checks import DEFAULT_CLASS_AMPS
from fieldpro.meter.view import MeterView
from fieldpro.records import ReadOut

if TYPE_CHECKING:
    from fieldpro.session.conversation import Conversation


@dataclass
class Watching:
    """One watch of a site. `on_look` is called in the port's thread; `site` is there with the first look."""

    form: Form | None
    settings: Settings
    before: Counters
    profile: Any
    operator: str
    base: ReadOut | None
    on_look: Callable[[Look], None]
    samples: int | None = None
    site: Site | None = None
    _collection: Collection | None = field(default=None, repr=False)

    def conversation(self) -> Conversation[Diagnosis]:
        collection = self._collection = Collection(operator=self.operator, base=self.base)
        terms = Terms(self.form, self.settings, self.before, self.profile)
        return (yield from diagnose(samples=self.samples, terms=terms, on_look=self._look, collection=collection))

    def so_far(self) -> ReadOut | None:
        """The tables as they were read last."""
        return None if self._collection is None else self._collection.read_out()

    def _look(self, look: Look) -> None:
        if self.site is None and self._collection is not None:
            tables = MeterView(self._collection.read_out()).tables
            form = self.form or form_of_meter(tables)
            if form is not None:
                self.site = Site(form, class_amps_of(tables) or DEFAULT_CLASS_AMPS)
        self.on_look(look)


def seen_so_far(
    meter: str, site: Site | None, settings: Settings, before: Counters, looks: Sequence[Look]
) -> Diagnosis | None:
    """A diagnosis of what was seen before a watch failed; None when nothing was."""
    return Diagnosis(meter, site, settings, before, tuple(looks)) if site is not None and looks else None

"""Compare: two records, tapes, or what the meter says now, held against each other element by element.

place on it: "12 15" compares two records, "12" sets the left side, "tape:PATH" a tape as the left side.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtGui import QKeySequence, QShortcut

from fieldpro.errors import FieldProError
from fieldpro.gui.look import Look
from fieldpro.gui.page import Page
from fieldpro.gui.pages import compare_work as work
from fieldpro.gui.pages.compare_chooser import LEFT, RIGHT, CompareChooser
from fieldpro.gui.pages.compare_result import CompareResult
from fieldpro.gui.pages.compare_work import Compared, Kind, Source
from fieldpro.gui.save_file import choose_file
from fieldpro.gui.standing import Standing
from fieldpro.gui.states import Choice, PageState
from fieldpro.gui.words import tr
from fieldpro.security.rights import Right

if TYPE_CHECKING:
    from fieldpro.gui.workbench import Workbench
    from table_playback.compare import Side

FILES = "Page (*.html);;Text (*.txt);;JSON (*.json)"
TAPE = "tape:"


class ComparePage(Page):
    """See the module. `done` is the comparison that is shown, None for none."""

    def __init__(self, workbench: Workbench) -> None:
        super().__init__(workbench, tr("Compare"))
        self.done: Compared | None = None
        self._asked = 0  # counts what was asked for; an answer to an earlier question is thrown away
        self.choose_file: Callable[..., object] = choose_file
        self.chooser = CompareChooser()
        self.chooser.wanted.connect(self.compare)
        self.chooser.changed.connect(self._side_changed)
        self._outer.insertWidget(1, self.chooser)
        self.result = CompareResult(self.look, self._compute)
        self.result.save_wanted.connect(self._ask_where_to_save)
        self.result.bytes_wanted.connect(self._find_bytes)
        self.body_layout.addWidget(self.result, 1)
        QShortcut(QKeySequence.StandardKey.Find, self, self.result.filter.setFocus)
        workbench.records_changed.connect(self._look_into_store)
        workbench.meter_changed.connect(lambda _meter: self._show_meter())
        self._show_none()
        self._show_meter()
        self._look_into_store()

    # --- Page -------------------------------------------------------------------------------------------------

    def set_theme(self, look: Look) -> None:
        super().set_theme(look)
        self.chooser.set_look(look)
        self.result.set_look(look)

    def show_view(self, view: Any) -> None:
        self._show_meter()

    def show_no_view(self) -> None:
        self._show_meter()

    def visited(self, place: str = "") -> None:
        if place.startswith(TAPE):
            self.chooser.choose(work.tape_source(Path(place.removeprefix(TAPE))), self.chooser.sides[RIGHT])
        elif place:
            numbers = [int(word) for word in place.split() if word.isdecimal()]
            sides = [work.record_source(number) for number in numbers[:2]]
            if sides:
                self.chooser.choose(sides[0], sides[1] if len(sides) > 1 else self.chooser.sides[RIGHT])
        if place:
            self._side_changed()
            if self.chooser.both is not None:
                self.compare()
        elif self.states.state is PageState.EMPTY:
            self._show_none()
            self.chooser.boxes[RIGHT if self.chooser.sides[LEFT] else LEFT].setFocus()

    # --- what there is to compare -----------------------------------------------------------------------------

    def _look_into_store(self) -> None:
        self.workbench.store(work.offered_records, self._show_records)

    def _show_records(self, records: list[Source]) -> None:
        self.chooser.show_records(records)
        if self.states.state is PageState.EMPTY:
            self._show_none()

    def _show_meter(self) -> None:
        bench = self.workbench
        identity = bench.meter.identity
        meter = "" if identity is None else f"{identity.manufacturer} {identity.model} {identity.serial}".strip()
        meter = meter or tr("meter not named")
        connected = bench.connected and bench.meter.standing is Standing.CONNECTED
        shown = bench.readout is not None
        self.chooser.show_meter(meter if connected else None, meter if shown else None)

    def _show_none(self) -> None:
        """Nothing is compared yet; the button goes for what is likeliest wanted."""
        newest = self.chooser.newest_two()
        choices = [Choice(tr("Compare the two newest records"), self._compare_newest)] if newest else []
        if not newest:
            choices = [Choice(tr("Open a tape"), lambda: self.chooser.ask_file(LEFT))]
        self.states.show_empty(
            tr("Nothing compared yet"),
            self.chooser.why_not or tr("Press Compare."),
            *choices,
            Choice(tr("Choose from Records"), lambda: self.workbench.go("records")),
            icon="compare",
        )

    def _compare_newest(self) -> None:
        newest = self.chooser.newest_two()
        if newest is not None:
            self.chooser.choose(*newest)
            self.compare()

    def _side_changed(self) -> None:
        """Another side was chosen: what is shown is not about it any more."""
        self._asked += 1
        self.done = None
        if self.chooser.both is None:
            self._show_none()
        else:
            self.states.show_empty(
                tr("Not compared yet"),
                tr("Compare goes table by table and element by element."),
                Choice(tr("Compare"), self.compare),
                icon="compare",
            )

    # --- comparing --------------------------------------------------------------------------------------------

    def compare(self) -> None:
        """Open both sides, read the meter where it is one of them, and show what is different."""
        both = self.chooser.both
        if both is None:
            self._show_none()
            return
        self._asked += 1
        asked = self._asked
        self.states.show_loading(tr("Comparing"), f"{both[LEFT].title}\n{both[RIGHT].title}")
        if both[LEFT].kind is Kind.METER:
            self._open(both[RIGHT], asked, lambda right: self._read(both[LEFT], right, asked, meter_is_left=True))
        elif both[RIGHT].kind is Kind.METER:
            self._open(both[LEFT], asked, lambda left: self._read(both[RIGHT], left, asked, meter_is_left=False))
        else:
            self._open(
                both[LEFT],
                asked,
                lambda left: self._open(both[RIGHT], asked, lambda right: self._put_together(left, right, asked)),
            )

    def _open(self, source: Source, asked: int, then: Callable[[Side], object]) -> None:
        """Open a side in the lane that owns it."""
        view = self.workbench.view

        def opened(side: Side) -> None:
            if asked == self._asked:
                then(side)

        def failed(error: FieldProError) -> None:
            self._failed(error, asked)

        if source.kind is Kind.RECORD:
            self.workbench.store(lambda store: work.side_of(source, store, None), opened, failed)
        else:
            self._compute(lambda: work.side_of(source, None, view), opened, failed)

    def _read(self, meter: Source, other: Side, asked: int, *, meter_is_left: bool) -> None:
        """Read from the meter what the other side has."""

        def read(side: Side) -> None:
            if asked == self._asked:
                self._put_together(*((side, other) if meter_is_left else (other, side)), asked)

        ticket = self.workbench.submit(
            tr("Reading to compare"),
            work.reading_like(other, meter.title),
            then=read,
            failed=lambda error: self._failed(error, asked),
        )
        if ticket is None and asked == self._asked:
            self._show_none()

    def _put_together(self, left: Side, right: Side, asked: int) -> None:
        self._compute(
            lambda: work.compared(left, right),
            lambda done: self._show(done, asked),
            lambda error: self._failed(error, asked),
        )

    def _show(self, done: Compared, asked: int) -> None:
        if asked != self._asked:
            return
        self.done = done
        self.result.show_result(done)
        self.result.save_button.setEnabled(self.workbench.allowed(Right.EXPORT))
        self.states.show_full()

    def _failed(self, error: FieldProError, asked: int) -> None:
        if asked == self._asked:
            self.states.show_failed(self.explain(error), Choice(tr("Compare again"), self.compare))

    # --- a row, a file ----------------------------------------------------------------------------------------

    def _find_bytes(self, key: tuple[str, int, int]) -> None:
        done = self.done
        if done is not None:
            self._compute(lambda: work.bytes_of(done, key), lambda sides: self.result.show_bytes(key, sides))

    def _ask_where_to_save(self) -> None:
        self.choose_file(self, tr("Save the comparison"), "comparison.html", FILES, self._save)

    def _save(self, path: Path) -> None:
        done = self.done
        if done is None:
            return
        rights, volatile = self.workbench.rights, self.result.with_volatile
        self._compute(
            lambda: work.save(done, path, rights, volatile=volatile),
            lambda saved: self.workbench.tell(tr("Comparison saved as {path}", path=saved)),
        )

    def _compute(
        self,
        run: Callable[[], Any],
        then: Callable[[Any], object],
        failed: Callable[[FieldProError], object] | None = None,
    ) -> None:
        """What is compared has nothing to do with the meter that is shown meanwhile."""
        self.workbench.compute(run, then, failed, of_view=False)

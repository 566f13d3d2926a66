"""The top of the Compare page: what stands left and what stands right, each a record, a tape or the meter."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from pathlib import Path

from PySide6.QtCore import QDir, Signal
from PySide6.QtWidgets import QFileDialog, QGridLayout, QSizePolicy, QWidget

from fieldpro.gui.fields import Choose
from fieldpro.gui.look import Look
from fieldpro.gui.pages.compare_work import Kind, Source, tape_source
from fieldpro.gui.parts import button, dress, label
from fieldpro.gui.words import tr

TAPES = "FieldPro tapes (*.tape)"
LEFT, RIGHT = 0, 1


class CompareChooser(QWidget):
    """`wanted` when the two are to be compared; `changed` when a side was chosen. `sides` are the two, None for none
    yet."""

    wanted = Signal()
    changed = Signal()

    def __init__(self) -> None:
        super().__init__()
        self._meter: Source | None = None
        self._shown: Source | None = None
        self._records: list[Source] = []
        self._tapes: list[Source] = []
        self.sides: list[Source | None] = [None, None]
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(8)
        grid.setVerticalSpacing(8)
        self.boxes: list[Choose] = []
        self.open_buttons = []
        for place, words in enumerate((tr("Left"), tr("Right"))):
            box = Choose(words, partial(self._chosen, place))
            box.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
            said = label(words, tone="weak")
            said.setBuddy(box)
            opener = button(tr("Open a tape"), partial(self.ask_file, place), icon="open")
            opener.setAccessibleName(tr("Open a tape: {side}", side=words))
            grid.addWidget(said, place, 0)
            grid.addWidget(box, place, 1)
            grid.addWidget(opener, place, 2)
            self.boxes.append(box)
            self.open_buttons.append(opener)
        self.swap_button = button(tr("Swap"), self.swap, icon="swap")
        self.compare_button = button(tr("Compare"), self.wanted.emit, kind="primary")
        grid.addWidget(self.swap_button, 0, 3)
        grid.addWidget(self.compare_button, 1, 3)
        grid.setColumnStretch(1, 1)
        self._offer()

    def set_look(self, look: Look) -> None:
        dress(self, look)

    # --- what there is ----------------------------------------------------------------------------------------

    def show_records(self, records: Sequence[Source]) -> None:
        """The saved read-outs to choose from; one that was chosen and is not among them stays."""
        self._records = list(records)
        self._offer()

    def show_meter(self, title: str | None, shown: str | None) -> None:
        """What the meter on the line is called, and the read-out that is shown; None for none."""
        self._meter = None if title is None else Source(Kind.METER, tr("The meter on the line: {meter}", meter=title))
        self._shown = None if shown is None else Source(Kind.SHOWN, tr("What is shown: {meter}", meter=shown))
        for place, side in enumerate(self.sides):
            if side is not None and side.kind in (Kind.METER, Kind.SHOWN):
                self.sides[place] = self._meter if side.kind is Kind.METER else self._shown
        self._offer()

    def choose(self, left: Source | None, right: Source | None) -> None:
        """Show these as chosen, without saying so."""
        for source in (left, right):
            if source is not None and source.kind is Kind.TAPE:
                self._add_tape(source)
        self.sides = [left, right]
        self._offer()

    def open_tape(self, place: int, path: Path) -> None:
        """A tape's file becomes one of the sides."""
        source = tape_source(path)
        self._add_tape(source)
        self._chosen(place, source)
        self._offer()

    def swap(self) -> None:
        self.sides.reverse()
        self._offer()
        self.changed.emit()

    @property
    def both(self) -> tuple[Source, Source] | None:
        """The two sides, None while they cannot be compared."""
        left, right = self.sides
        if left is None or right is None or left.key == right.key:
            return None
        return left, right

    def newest_two(self) -> tuple[Source, Source] | None:
        """The two newest records, the older one left."""
        return (self._records[1], self._records[0]) if len(self._records) > 1 else None

    @property
    def why_not(self) -> str:
        """Why they cannot be compared, "" when they can."""
        left, right = self.sides
        if left is None or right is None:
            return tr("Choose what stands left and what stands right.")
        return tr("Both sides are the same.") if left.key == right.key else ""

    # --- inside -----------------------------------------------------------------------------------------------

    def ask_file(self, place: int) -> None:
        """Choose a tape's file for a side."""
        dialog = QFileDialog(self, tr("Open a tape"), QDir.homePath(), TAPES)
        dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
        dialog.fileSelected.connect(lambda path: self.open_tape(place, Path(path)))
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()

    def _add_tape(self, source: Source) -> None:
        if all(source.key != each.key for each in self._tapes):
            self._tapes.append(source)

    def _chosen(self, place: int, source: Source) -> None:
        self.sides[place] = source
        self._allow()
        self.changed.emit()

    def _offer(self) -> None:
        offered = [each for each in (self._meter, self._shown) if each is not None] + self._tapes + self._records
        titles = {each.key: each for each in offered}
        for place, side in enumerate(self.sides):
            if side is not None:
                if side.key not in titles:
                    offered.insert(0, side)
                    titles[side.key] = side
                self.sides[place] = titles[side.key]
        for box, side in zip(self.boxes, self.sides, strict=True):
            box.offer([(each, each.title) for each in offered], side)
            box.setPlaceholderText(tr("Choose a record, a tape or the meter"))
        self._allow()

    def _allow(self) -> None:
        self.compare_button.setEnabled(self.both is not None)
        self.compare_button.setToolTip(self.why_not)
        self.swap_button.setEnabled(any(side is not None for side in self.sides))

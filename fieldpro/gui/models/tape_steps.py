"""The steps of a tape as a Qt model. It holds no rows: what is seen is asked of the tape, a step at a time.

A tape of 100,000 steps costs nothing until it is scrolled, and then the rows that are seen. Steps that were changed
lie over the tape's own; results lie beside them by number. What is shown is what is in the file: row 1 is step 1,
unless only some of the steps are shown.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, Qt, Signal
from PySide6.QtGui import QColor, QFont, QIcon

from fieldpro.gui import icons
from fieldpro.gui.figures import grouped
from fieldpro.gui.look import TONES, Look
from fieldpro.gui.models import tape_words as words
from fieldpro.gui.roles import Role
from fieldpro.gui.words import mark, tr
from table_playback.tape.model import Step

if TYPE_CHECKING:
    from table_playback.play.verdicts import StepResult

Index = QModelIndex | QPersistentModelIndex
NOWHERE = QModelIndex()
HEADERS = (
    mark("Step"),
    mark("Time"),
    mark("Service"),
    mark("Table"),
    mark("Bytes"),
    mark("Answer"),
    mark("Verdict"),
    mark("Note"),
)
NUMBER, TIME, SERVICE, TABLE, SIZE, ANSWER, VERDICT, NOTE = range(8)
RIGHT = (NUMBER, TIME, SIZE)
KEPT = 4_096  # rows whose texts are kept: some screens of them, up and down


class _Row(NamedTuple):
    texts: tuple[str, ...]
    enabled: bool
    ok: bool


class StepsModel(QAbstractTableModel):
    """`set_tape` shows another one; `set_results`, `set_current` and `set_step` change what is shown of it."""

    switched = Signal(int, bool)  # step number, on: a person checked or unchecked its box

    def __init__(self, look: Look) -> None:
        super().__init__()
        self._steps: Sequence[Step] = ()
        self._changed: dict[int, Step] = {}
        self._results: dict[int, StepResult] = {}
        self._titles: Mapping[int, str] = {}
        self._procedures: Mapping[int, str] = {}
        self._only: list[int] | None = None  # numbers, when not all are shown
        self._current = 0
        self._rows: dict[int, _Row] = {}
        self.set_look(look)

    # --- what is shown ----------------------------------------------------------------------------------------

    def set_look(self, look: Look) -> None:
        self._mono: QFont = look.mono("small")
        self._strong: QFont = look.font(strong=True)
        self._tones: dict[str, QColor] = {tone: look.color(role) for tone, role in TONES.items()}
        self._marked: QColor = look.color(Role.CHOSEN)
        self._pictures: dict[str, QIcon] = {
            name: icons.icon(face.icon, look, TONES[face.tone], 16) for name, face in words.FACES.items()
        }
        self._all_changed()

    def set_tape(self, steps: Sequence[Step], changed: Mapping[int, Step], results: Mapping[int, StepResult]) -> None:
        """Another tape; `changed` and `results` by step number are taken over."""
        self.beginResetModel()
        self._steps, self._changed, self._results = steps, dict(changed), dict(results)
        self._only, self._current = None, 0
        self._rows.clear()
        self.endResetModel()

    def set_names(self, titles: Mapping[int, str], procedures: Mapping[int, str]) -> None:
        """Titles of tables and procedures, by number."""
        self._titles, self._procedures = titles, procedures
        self._rows.clear()
        self._all_changed()

    def show_only(self, numbers: Iterable[int] | None) -> None:
        """These steps, or all of them."""
        self.beginResetModel()
        self._only = None if numbers is None else sorted(numbers)
        self.endResetModel()

    @property
    def shows_all(self) -> bool:
        return self._only is None

    def step(self, number: int) -> Step:
        """As it is now."""
        found = self._changed.get(number)
        return self._steps[number - 1] if found is None else found

    def result(self, number: int) -> StepResult | None:
        return self._results.get(number)

    def number_at(self, row: int) -> int:
        return row + 1 if self._only is None else self._only[row]

    def row_of(self, number: int) -> int | None:
        """None while that step is not shown."""
        if self._only is None:
            return number - 1 if 1 <= number <= len(self._steps) else None
        from bisect import bisect_left

        place = bisect_left(self._only, number)
        return place if place < len(self._only) and self._only[place] == number else None

    def set_step(self, step: Step) -> None:
        """A step was changed."""
        self._changed[step.number] = step
        self._row_changed(step.number)

    def add_results(self, results: Iterable[StepResult]) -> None:
        """Verdicts as they come; the last one of a step counts."""
        for result in results:
            self._results[result.step.number] = result
        self._all_changed()

    def clear_results(self) -> None:
        self._results.clear()
        self._all_changed()

    @property
    def current(self) -> int:
        """The number of the step that is played, 0 for none."""
        return self._current

    def set_current(self, number: int) -> None:
        before, self._current = self._current, number
        for each in {before, number}:
            self._row_changed(each, forget=False)

    def _row_changed(self, number: int, *, forget: bool = True) -> None:
        if forget:
            self._rows.pop(number, None)
        row = self.row_of(number)
        if row is not None:
            self.dataChanged.emit(self.index(row, 0), self.index(row, NOTE))

    def _all_changed(self) -> None:
        count = self.rowCount()
        if count:
            self.dataChanged.emit(self.index(0, 0), self.index(count - 1, NOTE))

    # --- the Qt model -----------------------------------------------------------------------------------------

    def rowCount(self, parent: Index = NOWHERE) -> int:
        if parent.isValid():
            return 0
        return len(self._steps) if self._only is None else len(self._only)

    def columnCount(self, parent: Index = NOWHERE) -> int:
        return 0 if parent.isValid() else len(HEADERS)

    def flags(self, index: Index) -> Qt.ItemFlag:
        flags = super().flags(index)
        return flags | Qt.ItemFlag.ItemIsUserCheckable if index.column() == NUMBER else flags

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if not index.isValid():
            return None
        number, column = self.number_at(index.row()), index.column()
        match role:
            case Qt.ItemDataRole.DisplayRole:
                return self._row_texts(number)[column]
            case Qt.ItemDataRole.AccessibleTextRole:
                text = f"{tr(HEADERS[column])}: {self._row_texts(number)[column]}"
                return f"{text}, {tr('being played')}" if number == self._current and column == NUMBER else text
            case Qt.ItemDataRole.ToolTipRole if column in (TABLE, NOTE):
                return self._row_texts(number)[column]
            case Qt.ItemDataRole.ToolTipRole if column == VERDICT:
                result = self._results.get(number)
                return None if result is None else words.because(result)
            case Qt.ItemDataRole.TextAlignmentRole:
                side = Qt.AlignmentFlag.AlignRight if column in RIGHT else Qt.AlignmentFlag.AlignLeft
                return int(side | Qt.AlignmentFlag.AlignVCenter)
            case Qt.ItemDataRole.FontRole:
                if number == self._current:
                    return self._strong
                return self._mono if column == TIME else None
            case Qt.ItemDataRole.CheckStateRole if column == NUMBER:
                return Qt.CheckState.Checked if self._row(number).enabled else Qt.CheckState.Unchecked
            case Qt.ItemDataRole.DecorationRole if column == VERDICT:
                result = self._results.get(number)
                return None if result is None else self._pictures[str(result.verdict)]
            case Qt.ItemDataRole.BackgroundRole if number == self._current:
                return self._marked
            case Qt.ItemDataRole.ForegroundRole:
                return self._colour(number, column)
        return None

    def setData(self, index: Index, value: Any, role: int = Qt.ItemDataRole.EditRole) -> bool:
        if role != Qt.ItemDataRole.CheckStateRole or index.column() != NUMBER:
            return False
        self.switched.emit(self.number_at(index.row()), Qt.CheckState(value) == Qt.CheckState.Checked)
        return True

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if orientation != Qt.Orientation.Horizontal:
            return None
        if role == Qt.ItemDataRole.DisplayRole:
            return tr(HEADERS[section])
        if role == Qt.ItemDataRole.TextAlignmentRole:
            side = Qt.AlignmentFlag.AlignRight if section in RIGHT else Qt.AlignmentFlag.AlignLeft
            return int(side | Qt.AlignmentFlag.AlignVCenter)
        return None

    def _row_texts(self, number: int) -> tuple[str, ...]:
        """The texts of a row, with its verdict, which changes by itself."""
        known = self._row(number).texts
        result = self._results.get(number)
        if result is None:
            return known
        return (*known[:VERDICT], tr(words.FACES[str(result.verdict)].word), known[NOTE])

    def _row(self, number: int) -> _Row:
        """What a step says, kept: a row that is seen is asked for many times."""
        known = self._rows.get(number)
        if known is None:
            if len(self._rows) >= KEPT:
                self._rows.clear()
            step = self.step(number)
            known = self._rows[number] = _Row(self._make_texts(step), step.enabled, step.response == 0)
        return known

    def _make_texts(self, step: Step) -> tuple[str, ...]:
        size = words.size_of(step)
        return (
            grouped(step.number),
            words.clock_words(step.time_s),
            words.service_words(step),
            words.subject(step, self._titles, self._procedures),
            "" if size is None else grouped(size),
            words.answer_words(step),
            "",
            words.note_words(step),
        )

    def _colour(self, number: int, column: int) -> QColor | None:
        if column == VERDICT:
            result = self._results.get(number)
            return None if result is None else self._tones[words.FACES[str(result.verdict)].tone]
        row = self._row(number)
        if not row.enabled or column in (TIME, SIZE):
            return self._tones["weak"]
        if column == ANSWER and not row.ok:
            return self._tones["warn"]
        return None

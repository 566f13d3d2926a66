"""What the parts of the Configure page share: a sheet is shown, a change of the editor is wanted, why it cannot be.

`GroupsPart` serves every editor that is fields alone: a card for each group of them.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from PySide6.QtCore import QSignalBlocker, QSize, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from fieldpro.gui.look import Look
from fieldpro.gui.models.configuration import Change, Sheet
from fieldpro.gui.models.rows import Column, RowsModel
from fieldpro.gui.pages.configure_form import FieldForm
from fieldpro.gui.parts import Card, CardGrid, dress, label
from fieldpro.gui.rows_view import RowsView
from fieldpro.gui.states import Choice, StateStack
from fieldpro.gui.words import tr
from fieldpro.meter.editors import Complaint

CARD_PX = 340


class ConfigurePart(QWidget):
    """One editor. `wanted` with a change of it; `unread_changed` when a field holds what is no value, or not any more.
    `read` is what its empty state offers; None where nothing can be read."""

    wanted = Signal(object)
    unread_changed = Signal()

    def __init__(self, nothing: str) -> None:
        super().__init__()
        self.sheet: Sheet | None = None
        self.look = Look()
        self.read: Callable[[], object] | None = None
        self._nothing = nothing
        full = QWidget()
        full.setProperty("kind", "page")
        self.column = QVBoxLayout(full)
        self.column.setContentsMargins(0, 0, 0, 0)
        self.column.setSpacing(16)
        self.why = label(tone="weak", wrap=True)
        self.column.addWidget(self.why)
        self.states = StateStack(full)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.addWidget(self.states)

    def show_sheet(self, sheet: Sheet, *, anew: bool = False) -> None:
        """What the editor shows now; `anew`: not what was typed here."""
        self.sheet = sheet
        whole = not sheet.absent and not sheet.missing
        wanted = QSizePolicy.Policy.Preferred if whole else QSizePolicy.Policy.Ignored
        self.states.full.setSizePolicy(wanted, wanted)  # what is not shown takes no room
        if sheet.absent:
            self.states.show_empty(self._nothing, tr("The tables it would stand in are not among those it lists."))
            return
        if sheet.missing:
            self._show_missing(sheet)
            return
        self.why.setText(sheet.read_only)
        self.why.setVisible(bool(sheet.read_only))
        self.fill(sheet, anew)
        self.states.show_full()

    def fill(self, sheet: Sheet, anew: bool) -> None:
        """Show a sheet that is whole."""

    @property
    def unread(self) -> bool:
        """Whether a field holds what is no value."""
        return False

    def go_to(self, name: str) -> None:
        """Bring a field or entry to the front."""

    def set_look(self, look: Look) -> None:
        self.look = look
        self.states.set_look(look)
        dress(self, look)

    def put(self, name: str, value: Any) -> None:
        self.want(lambda editor: editor.with_value(name, value))

    def want(self, change: Change) -> None:
        self.wanted.emit(change)

    def _show_missing(self, sheet: Sheet) -> None:
        numbers = ", ".join(map(str, sheet.missing))
        if sheet.refused:
            words = tr("The meter did not let be read, of its tables: {numbers}.", numbers=numbers)
            again = () if self.read is None else (Choice(tr("Read again"), self.read),)
            self.states.show_empty(tr("This log-on may not see it"), words, *again, icon="lock")
            return
        words = tr("Not read yet, of its tables: {numbers}. Reading changes nothing in the meter.", numbers=numbers)
        choices = () if self.read is None else (Choice(tr("Read the configuration"), self.read),)
        self.states.show_empty(tr("This was not read yet"), words, *choices, icon="tables")


class SideBySide(QWidget):
    """Cards beside each other as far as there is room for what stands in them, else one below the other."""

    def __init__(self, *cards: tuple[QWidget, int]) -> None:
        super().__init__()
        self._cards = [card for card, _stretch in cards]
        self._box = QBoxLayout(QBoxLayout.Direction.LeftToRight, self)
        self._box.setContentsMargins(0, 0, 0, 0)
        self._box.setSpacing(16)
        for card, stretch in cards:
            self._box.addWidget(card, stretch)

    @property
    def stacked(self) -> bool:
        return self._box.direction() is QBoxLayout.Direction.TopToBottom

    def minimumSizeHint(self) -> QSize:
        least = [card.minimumSizeHint() for card in self._cards]
        heights = [size.height() for size in least]
        high = sum(heights) + self._box.spacing() * (len(least) - 1) if self.stacked else max(heights)
        return QSize(max(size.width() for size in least), high)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        room = self.width() - self._box.spacing() * (len(self._cards) - 1)
        shares = [self._box.stretch(place) for place in range(len(self._cards))]
        narrow = any(
            card.minimumSizeHint().width() > room * share / sum(shares)
            for card, share in zip(self._cards, shares, strict=True)
        )
        wanted = QBoxLayout.Direction.TopToBottom if narrow else QBoxLayout.Direction.LeftToRight
        if wanted is not self._box.direction():
            self._box.setDirection(wanted)
            self.updateGeometry()


class GroupsPart(ConfigurePart):
    """See the module."""

    def __init__(self, nothing: str) -> None:
        super().__init__(nothing)
        self.forms: dict[str, FieldForm] = {}
        self._notes: dict[str, Any] = {}
        self._grid = CardGrid(minimum_px=CARD_PX)
        self.column.addWidget(self._grid)
        self.column.addStretch(1)

    def fill(self, sheet: Sheet, anew: bool) -> None:
        groups: dict[str, list[Any]] = {}
        for each in sheet.fields:
            groups.setdefault(each.group, []).append(each)
        if list(groups) != list(self.forms):
            self._build(list(groups))
        for group, fields in groups.items():
            self.forms[group].show_fields(fields, sheet.complaints, anew=anew)
            note = sheet.notes.get(group, "")
            self._notes[group].setText(note)
            self._notes[group].setVisible(bool(note))

    @property
    def unread(self) -> bool:
        return any(form.unread for form in self.forms.values())

    def go_to(self, name: str) -> None:
        any(form.focus(name) for form in self.forms.values())

    def _build(self, groups: list[str]) -> None:
        old = self._grid
        self._grid = CardGrid(minimum_px=CARD_PX)
        self._grid.set_columns(self.look.density.columns)
        self.column.replaceWidget(old, self._grid)
        old.hide()
        old.deleteLater()
        self.forms, self._notes = {}, {}
        for group in groups:
            card, form, note = Card(group), FieldForm(group), label(wrap=True)
            form.put.connect(self.put)
            form.changed.connect(self.unread_changed)
            card.add(note)
            card.add(form)
            card.content.addStretch(1)
            self.forms[group], self._notes[group] = form, note
            self._grid.add(card)


def select(view: RowsView, row: int) -> None:
    """Take a row into the hand without saying so."""
    with QSignalBlocker(view.selectionModel()):
        view.setCurrentIndex(view.model().index(row, 0))
    view.viewport().update()


def show_checked(model: RowsModel, columns: Sequence[Column], check: Column, rows: Sequence[Any]) -> None:
    """The rows, with the column of what is wrong where anything is."""
    model.set_table([*columns, check] if any(check.text(row) for row in rows) else columns, rows)


def check_column(about: Callable[[Any], Sequence[Complaint]]) -> Column:
    return Column(tr("Check"), lambda row: words_of(about(row)), tone=lambda row: tone_of(about(row)))


def moved(items: Sequence[Any], row: int, by: int) -> list[Any]:
    """The same with one of them a place further up (-1) or down (1)."""
    found = list(items)
    found[row], found[row + by] = found[row + by], found[row]
    return found


def words_of(complaints: Sequence[Complaint]) -> str:
    return ". ".join(each.text[:1].upper() + each.text[1:] for each in complaints)


def tone_of(complaints: Sequence[Complaint]) -> str:
    return "" if not complaints else "bad" if any(each.is_error for each in complaints) else "warn"

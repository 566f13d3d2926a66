"""The display: its lists, and the items of the one in hand as the meter would show them, in the order it shows them."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from fieldpro.gui.fields import Choose, above
from fieldpro.gui.look import Look
from fieldpro.gui.models.configuration import DisplaySheet, Sheet, list_title
from fieldpro.gui.models.rows import Column, RowsModel
from fieldpro.gui.pages.configure_form import FieldForm
from fieldpro.gui.pages.configure_parts import ConfigurePart, SideBySide, check_column, moved, select, show_checked
from fieldpro.gui.parts import Card, button, label
from fieldpro.gui.rows_view import RowsView
from fieldpro.gui.words import tr
from fieldpro.meter.editors import Complaint, DisplayList

LISTS_PX, ITEMS_PX = 160, 200


class DisplayPart(ConfigurePart):
    """See the module. `chosen` is the list in hand."""

    def __init__(self) -> None:
        super().__init__(tr("This meter has no display lists"))
        self._row = 0
        self.cards = SideBySide((self._lists_card(), 1), (self._items_card(), 1))
        self.column.addWidget(self.cards, 1)

    def _lists_card(self) -> Card:
        card = Card(tr("Lists"))
        self._columns = (
            Column(tr("List"), list_title, strong=lambda _each: True),
            Column(tr("Items"), lambda each: str(len(each.items)), right=True),
            Column(tr("Once round"), _round, right=True),
        )
        self._check = check_column(self._about)
        self.lists = RowsModel(self._columns, self)
        self.lists_view = RowsView(self.lists, tr("Display lists"), stretch=0)
        self.lists_view.setMinimumHeight(LISTS_PX)
        self.lists_view.selectionModel().currentRowChanged.connect(lambda *_rows: self._list_chosen())
        card.add(self.lists_view, 1)
        self.room = label(type="small", tone="weak", wrap=True)
        card.add(self.room)
        self.form = FieldForm()
        self.form.put.connect(self.put)
        self.form.changed.connect(self.unread_changed)
        card.add(self.form)
        return card

    def _items_card(self) -> Card:
        self.items_card = Card(tr("What it shows"))
        self.items = RowsModel(
            [
                Column(tr("No."), lambda row: str(row[0] + 1), right=True),
                Column(tr("On the display"), lambda row: row[1].shown or "-", mono=True),
                Column(tr("That is"), lambda row: row[1].name, strong=lambda _row: True),
            ],
            self,
        )
        self.items_view = RowsView(self.items, tr("Items of the list"), stretch=2)
        self.items_view.setMinimumHeight(ITEMS_PX)
        self.items_view.selectionModel().currentRowChanged.connect(lambda *_rows: self._set_possible())
        self.items_card.add(self.items_view, 1)
        self._edit = QWidget()
        edit = QVBoxLayout(self._edit)
        edit.setContentsMargins(0, 0, 0, 0)
        row = QHBoxLayout()
        row.setSpacing(8)
        self.up_button = button(tr("Move up"), lambda: self._move(-1))
        self.down_button = button(tr("Move down"), lambda: self._move(1))
        self.remove_button = button(tr("Remove"), self._remove)
        for made in (self.up_button, self.down_button, self.remove_button):
            row.addWidget(made)
        row.addStretch(1)
        edit.addLayout(row)
        more = QHBoxLayout()
        more.setSpacing(8)
        self.addable = Choose(tr("Item to add"))
        self.add_button = button(tr("Add"), self._add)
        more.addLayout(above(tr("Add to the list"), self.addable), 1)
        more.addWidget(self.add_button, 0, Qt.AlignmentFlag.AlignBottom)
        edit.addLayout(more)
        self.items_card.add(self._edit)
        return self.items_card

    # --- showing ----------------------------------------------------------------------------------------------

    @property
    def shown(self) -> DisplaySheet | None:
        return self.sheet.more if self.sheet is not None else None

    @property
    def chosen(self) -> DisplayList | None:
        lists = self.lists.rows
        return lists[self._row] if 0 <= self._row < len(lists) else None

    def fill(self, sheet: Sheet, anew: bool) -> None:
        more: DisplaySheet = sheet.more
        show_checked(self.lists, self._columns, self._check, more.lists)
        self._row = min(self._row, len(more.lists) - 1)
        select(self.lists_view, self._row)
        self._show_list(anew)

    @property
    def unread(self) -> bool:
        return bool(self.form.unread)

    def go_to(self, name: str) -> None:
        for number, each in enumerate(self.lists.rows):
            if name == _name(each) or name.endswith(f"_{each.kind}_{each.index}"):
                self.lists_view.setCurrentIndex(self.lists.index(number, 0))
                if not self.form.focus(name):
                    self.items_view.setFocus()

    def set_look(self, look: Look) -> None:
        super().set_look(look)
        self.lists_view.set_look(look)
        self.items_view.set_look(look)

    def _list_chosen(self) -> None:
        if self.lists_view.row >= 0:
            self._row = self.lists_view.row
            self._show_list(True)

    def _show_list(self, anew: bool) -> None:
        chosen, shown, sheet = self.chosen, self.shown, self.sheet
        if chosen is None or shown is None or sheet is None:
            return
        self.items_card.heading.setText(tr("What {list} shows", list=list_title(chosen)))
        row = self.items_view.row
        self.items.set_rows(list(enumerate(chosen.items)))
        if chosen.items:
            select(self.items_view, min(max(row, 0), len(chosen.items) - 1))
        end = f"_{chosen.kind}_{chosen.index}"
        fields = [each for each in sheet.fields if each.name.endswith(end)]
        self.form.show_fields(fields, sheet.complaints, anew=anew)
        taken = sum(len(each.items) for each in shown.lists if each.kind == chosen.kind)
        self.room.setText(
            tr(
                "{taken} of {room} places of the {kind} lists are taken.",
                taken=taken,
                room=shown.room[chosen.kind],
                kind=tr(chosen.kind),
            )
        )
        used = {item.index for item in chosen.items}
        free = [(item.index, str(item)) for item in shown.items if item.index not in used]
        kept = self.addable.chosen
        self.addable.offer(free, kept if kept in dict(free) else free[0][0] if free else None)
        self._set_possible()

    def _set_possible(self) -> None:
        chosen, shown = self.chosen, self.shown
        able = chosen is not None and shown is not None and chosen.kind in shown.can_change
        self._edit.setVisible(able)
        row, count = self.items_view.row, len(self.items.rows)
        self.up_button.setEnabled(able and row > 0)
        self.down_button.setEnabled(able and 0 <= row < count - 1)
        self.remove_button.setEnabled(able and 0 <= row < count)
        self.add_button.setEnabled(able and self.addable.count() > 0)
        self.addable.setEnabled(able and self.addable.count() > 0)

    def _about(self, each: DisplayList) -> tuple[Complaint, ...]:
        return () if self.sheet is None else self.sheet.about(_name(each))

    # --- changing ---------------------------------------------------------------------------------------------

    def _move(self, by: int) -> None:
        row = self.items_view.row
        numbers = self._numbers()
        if 0 <= row < len(numbers) and 0 <= row + by < len(numbers):
            self._put_items(moved(numbers, row, by), row + by)

    def _remove(self) -> None:
        row, numbers = self.items_view.row, self._numbers()
        if 0 <= row < len(numbers):
            del numbers[row]
            self._put_items(numbers, row)

    def _add(self) -> None:
        if self.addable.chosen is not None:
            numbers = [*self._numbers(), self.addable.chosen]
            self._put_items(numbers, len(numbers) - 1)

    def _numbers(self) -> list[int]:
        return [item.index for _number, item in self.items.rows]

    def _put_items(self, numbers: list[int], row: int) -> None:
        """Shown at once; the editor follows."""
        chosen, shown = self.chosen, self.shown
        if chosen is None or shown is None:
            return
        known = {item.index: item for item in (*shown.items, *chosen.items)}
        self.items.set_rows([(place, known[number]) for place, number in enumerate(numbers)])
        if numbers:
            select(self.items_view, min(row, len(numbers) - 1))
        self._set_possible()
        self.want(lambda editor: editor.with_items(chosen.kind, chosen.index, numbers))


def _name(each: DisplayList) -> str:
    return f"{each.kind}[{each.index}]"


def _round(each: DisplayList) -> str:
    return "-" if each.cycle_s is None else f"{each.cycle_s} s"

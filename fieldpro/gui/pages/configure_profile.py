"""The load profile: how a set is laid out, what it holds in days and bytes, and what each channel records, by name."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QCheckBox, QHBoxLayout, QVBoxLayout, QWidget

from fieldpro.gui.fields import Choose, above
from fieldpro.gui.figures import grouped
from fieldpro.gui.look import Look, mark_as
from fieldpro.gui.models.configuration import ProfileSet, ProfileSheet, Sheet
from fieldpro.gui.models.rows import Column, RowsModel
from fieldpro.gui.pages.configure_form import FieldForm
from fieldpro.gui.pages.configure_parts import ConfigurePart, SideBySide, check_column, moved, select, show_checked
from fieldpro.gui.parts import Card, button, label
from fieldpro.gui.rows_view import RowsView
from fieldpro.gui.words import tr
from fieldpro.meter.editors import Complaint, ProfileChannel

CHANNELS_PX = 200


class ProfilePart(ConfigurePart):
    """See the module. `number` is the set in hand."""

    def __init__(self) -> None:
        super().__init__(tr("This meter has no load profile"))
        self.number = 1
        self.set_box = Choose(tr("Set"), self._set_chosen)
        self._set_row = QWidget()
        inside = QHBoxLayout(self._set_row)
        inside.setContentsMargins(0, 0, 0, 0)
        inside.addLayout(above(tr("Set"), self.set_box))
        inside.addStretch(1)
        self.column.addWidget(self._set_row)
        self.cards = SideBySide((self._set_card(), 2), (self._channels_card(), 3))
        self.column.addWidget(self.cards, 1)

    def _set_card(self) -> Card:
        card = Card(tr("The set"))
        self.days = label(type="strong", wrap=True)
        self.memory = label(wrap=True)
        self.form = FieldForm()
        self.form.put.connect(self.put)
        self.form.changed.connect(self.unread_changed)
        for thing in (self.days, self.memory, self.form):
            card.add(thing)
        card.content.addStretch(1)
        return card

    def _channels_card(self) -> Card:
        card = Card(tr("Channels"))
        self._columns = (
            Column(tr("No."), lambda each: str(each.index + 1), right=True),
            Column(tr("Records"), lambda each: each.name, strong=lambda _each: True),
            Column(tr("Reading at the end of a block"), lambda each: each.end_name if each.has_end_reading else "-"),
        )
        self._check = check_column(self._about)
        self.channels = RowsModel(self._columns, self)
        self.channels_view = RowsView(self.channels, tr("Channels"), stretch=2)
        self.channels_view.setMinimumHeight(CHANNELS_PX)
        self.channels_view.selectionModel().currentRowChanged.connect(lambda *_rows: self._show_channel())
        card.add(self.channels_view, 1)
        self._edit = QWidget()
        edit = QVBoxLayout(self._edit)
        edit.setContentsMargins(0, 0, 0, 0)
        fields = QHBoxLayout()
        fields.setSpacing(12)
        self.source = Choose(tr("Records"), lambda source: self._put_channel(LP_SOURCE_SELECT=source))
        self.end = Choose(tr("Reading at the end of a block"), lambda s: self._put_channel(END_BLK_RDG_SOURCE_SELECT=s))
        self.has_end = QCheckBox(tr("has one"))
        self.has_end.setAccessibleName(tr("Has a reading at the end of a block"))
        self.has_end.clicked.connect(lambda on: self._put_channel(**{"CHNL_FLAG.END_RDG_FLAG": on}))
        fields.addLayout(above(tr("Records"), self.source), 1)
        fields.addLayout(above(tr("Reading at the end of a block"), self.end), 1)
        fields.addWidget(self.has_end, 0, Qt.AlignmentFlag.AlignBottom)
        edit.addLayout(fields)
        row = QHBoxLayout()
        row.setSpacing(8)
        self.add_button = button(tr("Add a channel"), self._add)
        self.up_button = button(tr("Move up"), lambda: self._move(-1))
        self.down_button = button(tr("Move down"), lambda: self._move(1))
        self.remove_button = button(tr("Remove"), self._remove)
        for made in (self.add_button, self.up_button, self.down_button, self.remove_button):
            row.addWidget(made)
        row.addStretch(1)
        edit.addLayout(row)
        card.add(self._edit)
        return card

    # --- showing ----------------------------------------------------------------------------------------------

    @property
    def chosen(self) -> ProfileSet | None:
        """The set in hand."""
        more: ProfileSheet | None = None if self.sheet is None else self.sheet.more
        return None if more is None else next((each for each in more.sets if each.number == self.number), None)

    @property
    def channel(self) -> ProfileChannel | None:
        row = self.channels_view.row
        return self.channels.rows[row] if 0 <= row < len(self.channels.rows) else None

    def fill(self, sheet: Sheet, anew: bool) -> None:
        more: ProfileSheet = sheet.more
        numbers = [each.number for each in more.sets]
        if self.number not in numbers:
            self.number = numbers[0]
        self.set_box.offer([(number, tr("Set {number}", number=number)) for number in numbers], self.number)
        self._set_row.setVisible(len(numbers) > 1)
        for box in (self.source, self.end):
            box.offer(list(more.names.items()), box.chosen)
        self._show_set(anew)

    @property
    def unread(self) -> bool:
        return bool(self.form.unread)

    def go_to(self, name: str) -> None:
        kind, _, rest = name.partition("_")
        if kind == "source":
            _each, _, channel = rest.partition("_")
            self.channels_view.setCurrentIndex(self.channels.index(int(channel), 0))
            self.source.setFocus()
        else:
            self.form.focus(name)

    def set_look(self, look: Look) -> None:
        super().set_look(look)
        self.channels_view.set_look(look)

    def _set_chosen(self, number: int) -> None:
        self.number = number
        self._show_set(True)

    def _show_set(self, anew: bool) -> None:
        sheet, chosen = self.sheet, self.chosen
        if sheet is None or chosen is None:
            return
        group = f"Set {chosen.number}"
        fields = [each for each in sheet.fields if each.group == group]
        self.form.show_fields(fields, sheet.complaints, anew=anew)
        self.days.setText(tr("A full set holds {days} days.", days=f"{chosen.days:,.1f}".removesuffix(".0")))
        self._show_memory(sheet.more)
        row = self.channels_view.row
        show_checked(self.channels, self._columns, self._check, chosen.channels)
        if chosen.channels:
            select(self.channels_view, min(max(row, 0), len(chosen.channels) - 1))
        self._show_channel()

    def _show_memory(self, more: ProfileSheet) -> None:
        memory = more.memory
        self.memory.setVisible(memory is not None)
        if memory is None:
            return
        taken, there = grouped(memory.taken), grouped(memory.there)
        self.memory.setText(
            tr("It takes {taken} of {there} bytes of memory.", taken=taken, there=there)
            if memory.there
            else tr("It takes {taken} bytes; the meter does not tell how many it has.", taken=taken)
        )
        mark_as(self.memory, tone="" if memory.fits else "bad")

    def _show_channel(self) -> None:
        channel = self.channel
        if channel is not None:
            self.source.choose(channel.source)
            self.end.choose(channel.end_source)
            self.has_end.setChecked(channel.has_end_reading)
        self._set_possible()

    def _set_possible(self) -> None:
        sheet = self.sheet
        able = sheet is not None and all(each.writable for each in sheet.fields)
        row, count = self.channels_view.row, len(self.channels.rows)
        self._edit.setVisible(able)
        inside = able and 0 <= row < count
        for field in (self.source, self.has_end, self.end):
            field.setEnabled(inside)
        self.up_button.setEnabled(inside and row > 0)
        self.down_button.setEnabled(inside and row < count - 1)
        self.remove_button.setEnabled(inside and count > 1)
        self.add_button.setEnabled(able)

    def _about(self, channel: ProfileChannel) -> tuple[Complaint, ...]:
        return () if self.sheet is None else self.sheet.about(f"source_{self.number}_{channel.index}")

    # --- changing ---------------------------------------------------------------------------------------------

    def _put_channel(self, **elements: Any) -> None:
        channel = self.channel
        if channel is not None:
            path = f"LP_CTRL_TBL.LP_SEL_SET{self.number}[{channel.index}]"
            values = {f"{path}.{element}": value for element, value in elements.items()}
            self.want(lambda editor: editor.with_elements(values))

    def _move(self, by: int) -> None:
        row, pairs = self.channels_view.row, self._pairs()
        if 0 <= row < len(pairs) and 0 <= row + by < len(pairs):
            self._put_pairs(moved(pairs, row, by), row + by)

    def _remove(self) -> None:
        row, pairs = self.channels_view.row, self._pairs()
        if 0 <= row < len(pairs) and len(pairs) > 1:
            del pairs[row]
            self._put_pairs(pairs, row)

    def _add(self) -> None:
        """The first source that is not recorded yet, else the first."""
        sheet = self.sheet
        if sheet is None:
            return
        pairs = self._pairs()
        used = {source for source, _end in pairs}
        free = next((number for number in sheet.more.names if number not in used), 0)
        self._put_pairs([*pairs, (free, free)], len(pairs))

    def _pairs(self) -> list[tuple[int, int]]:
        return [(each.source, each.end_source) for each in self.channels.rows]

    def _put_pairs(self, pairs: list[tuple[int, int]], row: int) -> None:
        sheet, number = self.sheet, self.number
        if sheet is None:
            return
        names = sheet.more.names
        self.channels.set_rows(
            [
                ProfileChannel(place, source, names.get(source, str(source)), end, names.get(end, str(end)), True)
                for place, (source, end) in enumerate(pairs)
            ]
        )
        select(self.channels_view, min(row, len(pairs) - 1))
        self._show_channel()
        self.want(lambda editor: editor.with_channels(number, pairs))

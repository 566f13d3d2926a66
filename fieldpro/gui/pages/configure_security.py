"""Security: who may read and write what, as words; passwords and keys, which are typed blind and never shown.

What was typed becomes a `Secret` and is gone from the fields at once. A list says only that something new is wanted.
"""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QCheckBox, QGridLayout, QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from fieldpro.errors import UsageError
from fieldpro.gui.fields import above
from fieldpro.gui.look import Look
from fieldpro.gui.models.configuration import SecuritySheet, Sheet
from fieldpro.gui.models.rows import Column, RowsModel
from fieldpro.gui.pages.configure_parts import (
    ConfigurePart,
    SideBySide,
    check_column,
    select,
    show_checked,
    tone_of,
    words_of,
)
from fieldpro.gui.parts import Card, button, label
from fieldpro.gui.rows_view import RowsView
from fieldpro.gui.words import tr
from fieldpro.meter.editors import Access, Complaint
from fieldpro.secret import Secret

GROUPS = range(8)
PLACES_PX, RIGHTS_PX = 160, 200


@dataclass(frozen=True, slots=True)
class Place:
    """A password or a key: `name` as in complaints (`password_3`), `length` in bytes."""

    name: str
    title: str
    index: int
    is_key: bool
    length: int
    typed: bool
    writable: bool
    previous: str  # what becomes of the one before


class SecurityPart(ConfigurePart):
    """See the module."""

    def __init__(self) -> None:
        super().__init__(tr("This meter has no security tables"))
        self.cards = SideBySide((self._places_card(), 2), (self._rights_card(), 3))
        self.column.addWidget(self.cards, 1)

    def _places_card(self) -> Card:
        card = Card(tr("Passwords and keys"))
        self.places = RowsModel(
            [
                Column(tr("Place"), lambda each: each.title, strong=lambda each: each.typed),
                Column(tr("State"), self._state, tone=self._tone),
            ],
            self,
        )
        self.places_view = RowsView(self.places, tr("Passwords and keys"), stretch=1)
        self.places_view.setMinimumHeight(PLACES_PX)
        self.places_view.selectionModel().currentRowChanged.connect(lambda *_rows: self._place_chosen())
        card.add(self.places_view, 1)
        self.about_place = label(type="small", tone="weak", wrap=True)
        card.add(self.about_place)
        self.new, self.again = QLineEdit(), QLineEdit()
        self._typing = QWidget()
        typing = QVBoxLayout(self._typing)
        typing.setContentsMargins(0, 0, 0, 0)
        fields = QHBoxLayout()
        fields.setSpacing(8)
        for field, words in ((self.new, tr("New")), (self.again, tr("Again"))):
            field.setEchoMode(QLineEdit.EchoMode.NoEcho)
            field.setPlaceholderText(tr("typed blind"))
            field.setContextMenuPolicy(Qt.ContextMenuPolicy.NoContextMenu)
            fields.addLayout(above(words, field))
        self.again.returnPressed.connect(self.take)
        typing.addLayout(fields)
        self.trouble = label(tone="bad", type="small", wrap=True)
        self.trouble.hide()
        typing.addWidget(self.trouble)
        row = QHBoxLayout()
        row.setSpacing(8)
        self.take_button = button(tr("Take it"), self.take)
        self.forget_button = button(tr("Leave the one that is there"), self._forget)
        row.addWidget(self.take_button)
        row.addWidget(self.forget_button)
        row.addStretch(1)
        typing.addLayout(row)
        card.add(self._typing)
        return card

    def _rights_card(self) -> Card:
        card = Card(tr("Access rights"))
        self._columns = (
            Column(tr("Table or procedure"), lambda each: each.title, strong=self._is_changed),
            Column(tr("Read by"), _readers),
            Column(tr("Written or run by"), lambda each: _who(each.write, each.anyone_writes)),
        )
        self._check = check_column(self._about)
        self.rights = RowsModel(self._columns, self)
        self.rights_view = RowsView(self.rights, tr("Access rights"), stretch=0)
        self.rights_view.setMinimumHeight(RIGHTS_PX)
        self.rights_view.selectionModel().currentRowChanged.connect(lambda *_rows: self._show_right())
        card.add(self.rights_view, 1)
        self.right_words = label(wrap=True)
        card.add(self.right_words)
        self._boxes = QWidget()
        grid = QGridLayout(self._boxes)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(8)
        grid.setVerticalSpacing(4)
        self.boxes: dict[tuple[str, int], QCheckBox] = {}
        self.anyone: dict[str, QCheckBox] = {}
        self._read_row: list[QWidget] = []
        for row, (what, anyone) in enumerate((("read", "reads"), ("write", "writes")), start=1):
            words = label(tr("Read") if what == "read" else tr("Write or run"), type="small", tone="weak")
            everyone = QCheckBox(tr("anyone"))
            everyone.setAccessibleName(f"{words.text()}: {everyone.text()}")
            everyone.clicked.connect(lambda on, anyone=anyone: self._put(f"anyone_{anyone}_{{index}}", on))
            grid.addWidget(words, row, 0)
            grid.addWidget(everyone, row, 1)
            self.anyone[anyone] = everyone
            for group in GROUPS:
                box = QCheckBox(str(group))
                box.setAccessibleName(tr("{what}: group {group}", what=words.text(), group=group))
                box.clicked.connect(lambda on, w=what, g=group: self._put(f"{w}_{{index}}_{g}", on))
                grid.addWidget(box, row, group + 2)
                self.boxes[what, group] = box
            if what == "read":
                self._read_row = [words, everyone, *(self.boxes["read", group] for group in GROUPS)]
        grid.addWidget(label(tr("or the groups"), type="small", tone="weak"), 0, 2, 1, 8)
        grid.setColumnStretch(10, 1)
        card.add(self._boxes)
        return card

    # --- showing ----------------------------------------------------------------------------------------------

    @property
    def shown(self) -> SecuritySheet | None:
        return None if self.sheet is None else self.sheet.more

    @property
    def place(self) -> Place | None:
        row = self.places_view.row
        return self.places.rows[row] if 0 <= row < len(self.places.rows) else None

    @property
    def right(self) -> Access | None:
        row = self.rights_view.row
        return self.rights.rows[row] if 0 <= row < len(self.rights.rows) else None

    def fill(self, sheet: Sheet, anew: bool) -> None:
        more: SecuritySheet = sheet.more
        for model, view, rows in (
            (self.places, self.places_view, _places(more)),
            (self.rights, self.rights_view, list(more.rights)),
        ):
            row = view.row
            if model is self.rights:
                show_checked(model, self._columns, self._check, rows)
            else:
                model.set_rows(rows)
            if rows:
                select(view, min(max(row, 0), len(rows) - 1))
        self._show_place()
        self._show_right()

    def go_to(self, name: str) -> None:
        names = [each.name for each in self.places.rows]
        if name in names:
            self.places_view.setCurrentIndex(self.places.index(names.index(name), 0))
            self.new.setFocus()
            return
        for number, each in enumerate(self.rights.rows):
            if _is_about(name, each):
                self.rights_view.setCurrentIndex(self.rights.index(number, 0))
                self.rights_view.setFocus()

    def set_look(self, look: Look) -> None:
        super().set_look(look)
        self.places_view.set_look(look)
        self.rights_view.set_look(look)

    def _place_chosen(self) -> None:
        """What was typed for another place is gone."""
        self.empty()
        self._say("")
        self._show_place()

    def _show_place(self) -> None:
        place = self.place
        able = place is not None and place.writable
        self._typing.setVisible(able)
        self.forget_button.setEnabled(place is not None and place.typed)
        if place is None:
            self.about_place.setText("")
            return
        for field, words in ((self.new, tr("New: {title}")), (self.again, tr("Again: {title}"))):
            field.setAccessibleName(words.format(title=place.title))
        length = (
            tr("{length} bytes in hex.", length=place.length)
            if place.is_key
            else tr("Up to {length} characters.", length=place.length)
        )
        closed = tr("This meter does not let it be written.")
        self.about_place.setText(f"{length} {place.previous}" if able else closed)

    def _show_right(self) -> None:
        right, shown = self.right, self.shown
        self._boxes.setVisible(right is not None and shown is not None and shown.rights_writable)
        if right is None or shown is None:
            self.right_words.setText(tr("They were not read: not every log-on may."))
            return
        self.right_words.setText(str(right))
        for what, groups in (("read", right.read), ("write", right.write)):
            for group in GROUPS:
                self.boxes[what, group].setChecked(group in groups)
        self.anyone["reads"].setChecked(right.anyone_reads)
        self.anyone["writes"].setChecked(right.anyone_writes)
        for group in GROUPS:
            self.boxes["read", group].setEnabled(not right.anyone_reads)
            self.boxes["write", group].setEnabled(not right.anyone_writes)
        for widget in self._read_row:
            widget.setVisible(not right.is_procedure)

    def _state(self, place: Place) -> str:
        told = () if self.sheet is None else self.sheet.about(place.name)
        if told:
            return words_of(told)
        return tr("a new one was typed") if place.typed else tr("as it is") if place.writable else tr("read-only")

    def _tone(self, place: Place) -> str:
        told = () if self.sheet is None else self.sheet.about(place.name)
        return tone_of(told) or ("warn" if place.typed else "weak")

    def _is_changed(self, right: Access) -> bool:
        return self.shown is not None and right.index in self.shown.changed

    def _about(self, right: Access) -> tuple[Complaint, ...]:
        complaints = () if self.sheet is None else self.sheet.complaints
        return tuple(each for each in complaints if _is_about(each.name, right))

    # --- changing ---------------------------------------------------------------------------------------------

    def _put(self, name: str, on: bool) -> None:
        right = self.right
        if right is not None:
            self.put(name.format(index=right.index), on)

    def take(self) -> None:
        """What was typed, twice the same, becomes wanted; the fields forget it at once."""
        place, typed, again = self.place, self.new.text(), self.again.text()
        self.empty()
        if place is None or not place.writable:
            return
        if not typed:
            self._say(tr("Nothing was typed."))
        elif typed != again:
            self._say(tr("The two are not the same: type both again."))
        else:
            try:
                secret = Secret(bytes.fromhex(typed)) if place.is_key else Secret.from_text(typed)
            except ValueError:
                self._say(tr("A key is typed in hex: 0 to 9, A to F."))
                return
            except UsageError:
                self._say(tr("It has a sign that no password of a meter can have."))
                return
            self._say("")
            self._want(place, secret)

    def _forget(self) -> None:
        self.empty()
        self._say("")
        if self.place is not None:
            self._want(self.place, None)

    def _want(self, place: Place, secret: Secret | None) -> None:
        if place.is_key:
            self.want(lambda editor: editor.with_key(place.index, secret))
        else:
            self.want(lambda editor: editor.with_password(place.index, secret))

    def _say(self, text: str) -> None:
        self.trouble.setText(text)
        self.trouble.setVisible(bool(text))
        self.new.setAccessibleDescription(text)
        if text:
            self.new.setFocus()

    def empty(self) -> None:
        """What was typed is gone."""
        self.new.clear()
        self.again.clear()


def _places(more: SecuritySheet) -> list[Place]:
    """Passwords first; the places that keep the one before are the meter's own matter and are not offered."""
    found = []
    for each in more.places:
        if each.is_previous:
            continue
        name = f"password_{each.index}"
        kept = each.previous is not None
        words = (
            tr("The one before stays valid beside it.")
            if kept
            else tr("The one before is kept here until it is proven.")
        )
        found.append(
            Place(
                name,
                tr("Password, {place}", place=each.title.lower()),
                each.index,
                False,
                more.password_length,
                name in more.typed,
                more.passwords_writable,
                words,
            )
        )
    for index in range(more.key_count):
        name = f"key_{index}"
        words = tr("No service of this port can prove a key: the one before is kept here.")
        found.append(
            Place(
                name,
                tr("Key {number}", number=index + 1),
                index,
                True,
                more.key_length,
                name in more.typed,
                more.keys_writable,
                words,
            )
        )
    return found


def _is_about(name: str, right: Access) -> bool:
    parts = name.split("_")
    if len(parts) != 3:
        return False
    return parts[2 if parts[0] == "anyone" else 1] == str(right.index) and parts[0] in ("anyone", "read", "write")


def _who(groups: frozenset[int], anyone: bool) -> str:
    if anyone:
        return tr("anyone")
    if not groups:
        return tr("nobody")
    names = ", ".join(map(str, sorted(groups)))
    return tr("group {names}", names=names) if len(groups) == 1 else tr("groups {names}", names=names)


def _readers(right: Access) -> str:
    return "-" if right.is_procedure else _who(right.read, right.anyone_reads)

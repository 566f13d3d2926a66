"""The few widgets every page is made of: labels, cards, buttons, a grid of cards that folds. All on a 4 px grid."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QEvent, QSize, Qt
from PySide6.QtWidgets import (
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QLayout,
    QPushButton,
    QScrollArea,
    QSizePolicy,
    QSpinBox,
    QVBoxLayout,
    QWidget,
)

from fieldpro.gui import icons
from fieldpro.gui.look import TONES, Look, mark_as
from fieldpro.gui.roles import Role


def label(text: str = "", *, type: str = "body", tone: str = "", wrap: bool = False, copyable: bool = False) -> QLabel:
    """A text. `type` and `tone` as in `look`; `copyable` texts can be selected and reached by Tab."""
    made = QLabel(text)
    made.setTextFormat(Qt.TextFormat.PlainText)
    made.setProperty("type", type)
    if tone:
        made.setProperty("tone", tone)
    made.setWordWrap(wrap)
    if copyable:
        made.setTextInteractionFlags(
            Qt.TextInteractionFlag.TextSelectableByMouse | Qt.TextInteractionFlag.TextSelectableByKeyboard
        )
        made.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        made.setAccessibleName(text)
    return made


def button(text: str, on_click: Callable[[], object] | None = None, *, kind: str = "", icon: str = "") -> QPushButton:
    """A button with a verb. `kind`: primary (one a page), quiet, danger, link. `icon` is coloured by `dress`."""
    made = QPushButton(text)
    made.setAutoDefault(True)  # Enter presses it, not Space alone
    if kind:
        made.setProperty("kind", kind)
    if icon:
        made.setProperty("icon_name", icon)
    if on_click is not None:
        made.clicked.connect(lambda _checked=False: on_click())
    return made


def number_field(value: int, low: int, high: int) -> QSpinBox:
    """A whole number within limits; its text stands as far in as that of other fields."""
    made = QSpinBox()
    made.setRange(low, high)
    made.setValue(value)
    made.lineEdit().setTextMargins(8, 0, 8, 0)
    return made


class IconLabel(QLabel):
    """An icon in the colour of a tone; decoration only, its word stands beside it."""

    def __init__(self, name: str, *, tone: str = "", size: int = 20) -> None:
        super().__init__()
        self._name, self._tone, self._size = name, tone, size
        self.setFixedSize(size, size)

    def show_icon(self, name: str, tone: str, look: Look) -> None:
        self._name, self._tone = name, tone
        self.dress(look)

    def dress(self, look: Look) -> None:
        self.setPixmap(icons.pixmap(self._name, look, TONES.get(self._tone, Role.TEXT), self._size))


def dress(root: QWidget, look: Look) -> None:
    """Colour every icon below `root` anew; call it from `set_theme`, after widgets were made."""
    for picture in root.findChildren(IconLabel):
        picture.dress(look)
    for made in root.findChildren(QPushButton):
        name = made.property("icon_name")
        if name:
            kind = made.property("kind")
            role = {"primary": Role.ON_ACCENT, "danger": Role.BAD, "link": Role.ACCENT}.get(kind, Role.TEXT)
            made.setIcon(icons.icon(str(name), look, role))
    for grid in root.findChildren(CardGrid):
        grid.set_columns(look.density.columns)


def rule() -> QFrame:
    """A thin line where two things touch."""
    made = QFrame()
    made.setProperty("kind", "rule")
    made.setFixedHeight(1)
    return made


class Card(QFrame):
    """A group of things on raised ground, with a small heading. Add to `content`."""

    def __init__(self, title: str = "", *, wide: bool = False) -> None:
        super().__init__()
        self.wide = wide
        self.setProperty("kind", "card")
        self.setAccessibleName(title)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(16, 16, 16, 16)
        outer.setSpacing(8)
        self.heading_row = QHBoxLayout()
        self.heading_row.setSpacing(8)
        self.heading = label(title, type="heading")
        self.heading_row.addWidget(self.heading)
        self.heading_row.addStretch(1)
        if title:
            outer.addLayout(self.heading_row)
        self.content = QVBoxLayout()
        self.content.setSpacing(8)
        outer.addLayout(self.content, 1)

    def add(self, thing: QWidget | QLayout, stretch: int = 0) -> None:
        if isinstance(thing, QWidget):
            self.content.addWidget(thing, stretch)
        else:
            self.content.addLayout(thing, stretch)


class CardGrid(QWidget):
    """Cards side by side, as many as fit and the density allows; the rest goes below. `wide` cards take a row."""

    def __init__(self, *, minimum_px: int = 300, spacing: int = 16) -> None:
        super().__init__()
        self._cards: list[QWidget] = []
        self._minimum_px = minimum_px
        self._most = 3
        self._placed = 0
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setSpacing(spacing)

    def add(self, card: QWidget) -> None:
        self._cards.append(card)
        self._placed = 0
        self._place()

    def set_columns(self, most: int) -> None:
        self._most = most
        self._place()

    def resizeEvent(self, event: object) -> None:
        self._place()

    def _place(self) -> None:
        shown = [card for card in self._cards if not card.isHidden() or card.parent() is None]
        fit = max(1, (self.width() + self._grid.spacing()) // (self._minimum_px + self._grid.spacing()))
        columns = max(1, min(fit, self._most, len(shown) or 1))
        if columns == self._placed:
            return
        self._placed = columns
        for column in range(self._grid.columnCount()):
            self._grid.setColumnStretch(column, 1 if column < columns else 0)
        row = column = 0
        for card in self._cards:
            self._grid.removeWidget(card)
            if getattr(card, "wide", False):
                if column:
                    row, column = row + 1, 0
                self._grid.addWidget(card, row, 0, 1, columns)
                row += 1
                continue
            self._grid.addWidget(card, row, column)
            self._grid.setColumnStretch(column, 1)
            column += 1
            if column == columns:
                row, column = row + 1, 0


class Pill(QFrame):
    """A state: icon, word and colour together, never one alone."""

    def __init__(self) -> None:
        super().__init__()
        self.setProperty("kind", "pill")
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        row = QHBoxLayout(self)
        row.setContentsMargins(8, 3, 12, 3)
        row.setSpacing(4)
        self._icon = IconLabel("none", size=16)
        self._word = label()
        row.addWidget(self._icon)
        row.addWidget(self._word)

    @property
    def word(self) -> str:
        return self._word.text()

    def show_state(self, word: str, tone: str, look: Look) -> None:
        """`tone` is good, warn, bad or weak."""
        icon = {"good": "good", "warn": "warn", "bad": "bad"}.get(tone, "none")
        self._icon.show_icon(icon, tone, look)
        self._word.setText(word)
        mark_as(self._word, tone=tone)
        mark_as(self, tone=tone)
        self.setAccessibleName(word)


LEAST_PX = 48  # the narrowest a shortened text gets


class Elided(QLabel):
    """A label that shortens its text with an ellipsis rather than push others away; the whole is in the tool tip."""

    def __init__(self, text: str = "", *, type: str = "body", tone: str = "") -> None:
        super().__init__()
        self._full = ""
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setProperty("type", type)
        if tone:
            self.setProperty("tone", tone)
        self.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Preferred)
        self.set_text(text)

    def set_text(self, text: str) -> None:
        self._full = text
        self.setAccessibleName(text)
        self.updateGeometry()
        self._shorten()

    def sizeHint(self) -> QSize:
        return QSize(self.fontMetrics().horizontalAdvance(self._full) + 4, super().sizeHint().height())

    def minimumSizeHint(self) -> QSize:
        return QSize(min(LEAST_PX, self.sizeHint().width()), super().minimumSizeHint().height())

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() in (QEvent.Type.FontChange, QEvent.Type.StyleChange):
            self._shorten()

    def resizeEvent(self, event: object) -> None:
        self._shorten()

    def _shorten(self) -> None:
        shown = self.fontMetrics().elidedText(self._full, Qt.TextElideMode.ElideRight, max(self.width(), LEAST_PX))
        self.setText(shown)
        self.setToolTip(self._full if shown != self._full else "")


def scrolling(inside: QWidget) -> QScrollArea:
    """What fills the page where there is room, and scrolls where there is not."""
    area = QScrollArea()
    area.setWidgetResizable(True)
    area.setFrameShape(QFrame.Shape.NoFrame)
    area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
    area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
    area.setWidget(inside)
    inside.setAutoFillBackground(False)
    area.viewport().setAutoFillBackground(False)
    return area

"""The rail: every page with icon and word, in groups. On small screens only the icons, with the word as tool tip.

One Tab stop for the whole rail; the arrow keys go up and down in it.
"""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QButtonGroup, QFrame, QScrollArea, QToolButton, QVBoxLayout, QWidget

from fieldpro.gui import icons
from fieldpro.gui.look import Look
from fieldpro.gui.parts import label
from fieldpro.gui.registry import PAGES
from fieldpro.gui.words import tr

WIDE_PX, NARROW_PX = 184, 60
ICON_PX = 20


class RailButton(QToolButton):
    """A page, or another thing the rail offers."""

    def __init__(self, title: str, icon: str) -> None:
        super().__init__()
        self.icon_name = icon
        self.setText(f"  {title}")  # Fusion leaves no room between icon and text
        self.setAccessibleName(title)
        self.setProperty("kind", "rail")
        self.setIconSize(QSize(ICON_PX, ICON_PX))
        self.setSizePolicy(self.sizePolicy().Policy.Expanding, self.sizePolicy().Policy.Fixed)


class Rail(QFrame):
    """`page_chosen(id)` when a page is chosen; `who_wanted` and `palette_wanted` from who works here and the search, at
    the foot."""

    page_chosen = Signal(str)
    palette_wanted = Signal()
    who_wanted = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.setProperty("kind", "rail")
        self.setAccessibleName(tr("Pages"))
        self._narrow = False
        self._headings: list[QWidget] = []
        self._buttons: dict[str, RailButton] = {}
        self._group = QButtonGroup(self)
        self._group.setExclusive(True)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(8, 12, 8, 12)
        outer.setSpacing(2)
        pages = QWidget()
        self._column = QVBoxLayout(pages)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(2)
        self._area = QScrollArea()  # with gloves the pages are more than a small screen has room for
        self._area.setWidgetResizable(True)
        self._area.setFrameShape(QFrame.Shape.NoFrame)
        self._area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._area.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._area.setWidget(pages)
        pages.setAutoFillBackground(False)
        self._area.viewport().setAutoFillBackground(False)
        outer.addWidget(self._area, 1)
        group = ""
        for page in PAGES:
            if page.group != group:
                group = page.group
                self._add_heading(tr(group))
            self._add_page(page.id, tr(page.title), page.icon)
        self._column.addStretch(1)
        self.who = RailButton(tr("Users"), "users")
        self.who.clicked.connect(self.who_wanted)
        self.who.hide()
        outer.addWidget(self.who)
        self.search = RailButton(tr("Find  Ctrl+K"), "search")
        self.search.setAccessibleName(tr("Find an action, page, table or record"))
        self.search.clicked.connect(self.palette_wanted)
        outer.addWidget(self.search)
        self.set_narrow(False)

    @property
    def narrow(self) -> bool:
        return self._narrow

    def set_narrow(self, narrow: bool) -> None:
        """Icons only; the words are tool tips then, and stay accessible names."""
        self._narrow = narrow
        self.setFixedWidth(NARROW_PX if narrow else WIDE_PX)
        style = Qt.ToolButtonStyle.ToolButtonIconOnly if narrow else Qt.ToolButtonStyle.ToolButtonTextBesideIcon
        for made in (*self._buttons.values(), self.who, self.search):
            made.setToolButtonStyle(style)
            made.setToolTip(made.accessibleName() if narrow else "")
        for heading in self._headings:
            heading.setVisible(not narrow)

    def show_page(self, page: str) -> None:
        """Mark this page as the one that is shown."""
        here = any(made.hasFocus() for made in self._buttons.values())
        for page_id, made in self._buttons.items():
            made.setChecked(page_id == page)
            made.setFocusPolicy(Qt.FocusPolicy.StrongFocus if page_id == page else Qt.FocusPolicy.ClickFocus)
        if page in self._buttons:
            self._area.ensureWidgetVisible(self._buttons[page], 0, 48)
        if here and page in self._buttons:
            self._buttons[page].setFocus(Qt.FocusReason.OtherFocusReason)

    def show_who(self, name: str) -> None:
        """Who works here; "" while there are no users."""
        self.who.setVisible(bool(name))
        shown = self.who.fontMetrics().elidedText(name, Qt.TextElideMode.ElideRight, WIDE_PX - 72)
        self.who.setText(f"  {shown}")
        self.who.setAccessibleName(tr("{name} works here", name=name))
        self.who.setToolTip(self.who.accessibleName())

    def set_look(self, look: Look) -> None:
        for made in (*self._buttons.values(), self.who, self.search):
            made.setIcon(icons.icon(made.icon_name, look, size=ICON_PX))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            for made in (*self._buttons.values(), self.who, self.search):
                if made.hasFocus():
                    made.click()
            return
        step = {Qt.Key.Key_Down: 1, Qt.Key.Key_Up: -1}.get(Qt.Key(event.key()))
        if step is None:
            super().keyPressEvent(event)
            return
        rail = list(self._buttons.values())
        at = next((number for number, one in enumerate(rail) if one.hasFocus()), None)
        if at is not None:
            rail[(at + step) % len(rail)].setFocus(Qt.FocusReason.TabFocusReason)

    def _add_heading(self, title: str) -> None:
        heading = label(title, type="heading")
        heading.setContentsMargins(10, 8 if self._headings else 0, 0, 4)
        self._headings.append(heading)
        self._column.addWidget(heading)

    def _add_page(self, page: str, title: str, icon: str) -> None:
        made = RailButton(title, icon)
        made.setCheckable(True)
        made.clicked.connect(lambda: self.page_chosen.emit(page))
        self._group.addButton(made)
        self._buttons[page] = made
        self._column.addWidget(made)

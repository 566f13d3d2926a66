"""What a page is. Read this before writing one.

    class TariffPage(Page):
        needs_meter = True

        def __init__(self, workbench: Workbench) -> None:
            super().__init__(workbench)
            self.body_layout.addWidget(...)          # the page when it is full

        def show_view(self, view: MeterView) -> None:   # GUI thread; called when a meter or record is (re)shown
            self.states.show_loading(tr("Laying out the tariff"))
            self.workbench.compute(lambda: tariff_rows(view), self._show_rows)   # never decode in the GUI thread

        def set_theme(self, look: Look) -> None:        # colours and density changed; also called once at the start
            super().set_theme(look)

and one line in `registry.PAGES`. A page is built on its first visit, gets `set_theme`, then `show_view` when there is
a meter (else its `needs_meter` sentence). It may import NumPy and pyqtgraph; the frame may not. Text goes through
`words.tr`. Every widget that takes the focus has an accessible name or a buddy label.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QHBoxLayout, QScrollArea, QVBoxLayout, QWidget

from fieldpro.errors import FieldProError
from fieldpro.explain import Explanation, explain
from fieldpro.gui.banners import Banners
from fieldpro.gui.look import Look
from fieldpro.gui.parts import dress, label
from fieldpro.gui.states import StateStack
from fieldpro.gui.words import tr

if TYPE_CHECKING:
    from fieldpro.gui.trouble import Trouble
    from fieldpro.gui.workbench import Workbench


SCROLL_BAR_PX = 12


class Page(QWidget):
    """A page of the window: title, banners, and the stack of its four states.

    Attributes: `workbench`; `look`, in force; `states`, the `StateStack`; `banners`; `head`, the row of the title, for
    buttons at its right; `body_layout`, where the content of the full state goes.
    """

    needs_meter = False
    scrolls = False  # True: the full state scrolls as a whole (cards); False: it fills the window (charts, tables)

    def __init__(self, workbench: Workbench, title: str = "") -> None:
        super().__init__()
        self.workbench = workbench
        self.look = workbench.look
        self.setAccessibleName(title)
        outer = self._outer = QVBoxLayout(self)
        outer.setContentsMargins(24, 16, 24, 16)
        outer.setSpacing(16)
        self.head = QHBoxLayout()
        self.head.setSpacing(8)
        self.title_label = label(title, type="title")
        self.head.addWidget(self.title_label)
        self.head.addStretch(1)
        outer.addLayout(self.head)
        self.banners = Banners(workbench)
        outer.addWidget(self.banners)
        body = QWidget()
        body.setProperty("kind", "page")
        self.body_layout = QVBoxLayout(body)
        self.body_layout.setContentsMargins(0, 0, 0, 0)
        self.body_layout.setSpacing(16)
        full: QWidget = body
        if self.scrolls:
            area = QScrollArea()
            area.setWidgetResizable(True)
            area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
            area.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOn)
            area.setFrameShape(QFrame.Shape.NoFrame)
            area.setFocusPolicy(area.focusPolicy().NoFocus)
            area.viewport().setAutoFillBackground(False)
            body.setAutoFillBackground(False)
            area.setWidget(body)
            bar = area.verticalScrollBar()
            bar.setFixedWidth(SCROLL_BAR_PX)
            bar.setEnabled(False)
            bar.rangeChanged.connect(lambda low, high: bar.setEnabled(high > low))
            full = area
        self.states = StateStack(full)
        outer.addWidget(self.states, 1)

    # --- what a page may override -----------------------------------------------------------------------------

    def show_view(self, view: Any) -> None:
        """A meter or saved read-out is shown, a `fieldpro.meter.view.MeterView`; again when more was read."""

    def show_no_view(self) -> None:
        """There is no meter any more."""
        if self.needs_meter:
            self.states.show_no_meter(lambda: self.workbench.go("connect"))

    def set_theme(self, look: Look) -> None:
        """Colours or density changed. Call the base; then recolour what you paint yourself."""
        self.look = look
        margin = look.density.around
        beside = SCROLL_BAR_PX if self.scrolls else 0  # the bar stands in the margin, so that all right edges agree
        self._outer.setContentsMargins(margin, 16, margin - beside, 16)
        self.head.setContentsMargins(0, 0, beside, 0)
        self.banners.setContentsMargins(0, 0, beside, 0)
        self.title_label.setMinimumHeight(look.density.target)
        dress(self, look)
        self.states.set_look(look)
        self.banners.set_look(look)

    def visited(self, place: str = "") -> None:
        """The page came to the front. `place` is where on it: a table number, a record id, a moment."""

    def show_trouble(self, trouble: Trouble) -> None:
        """Something failed that nobody else shows: a banner, unless the page knows better."""
        self.banners.show_trouble(trouble)

    @staticmethod
    def explain(error: FieldProError) -> Explanation:
        """The words for a failed state."""
        return explain(error, translate=tr)

    def places(self) -> Iterator[tuple[str, str, str]]:
        """What the command palette can find on this page: (place, title, what kind of thing)."""
        return iter(())

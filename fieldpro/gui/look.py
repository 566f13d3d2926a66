"""A look: one theme at one density, as Qt understands it. Fusion, a palette, and one small generated stylesheet.

Widgets say what they ARE, in dynamic properties, and the stylesheet gives them their colours and sizes:

    kind    of a button or frame: primary, quiet, danger, card, popup, rail, bar, banner, pill
    type    of a label: figure, title, body, small, mono
    tone    of a label or icon: weak, accent, good, warn, bad
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from PySide6.QtGui import QColor, QFont, QFontDatabase, QPalette
from PySide6.QtWidgets import QApplication, QStyleFactory, QWidget

from fieldpro import resources
from fieldpro.gui.density import DESK, Density
from fieldpro.gui.roles import CHART_OF_QUANTITY, LIGHT, Role, Theme

SMALLEST_TARGET = 28  # px: of a page in the rail, where twenty stand one below the other
TONES = {"weak": Role.WEAK, "accent": Role.ACCENT, "good": Role.GOOD, "warn": Role.WARN, "bad": Role.BAD}


@dataclass(frozen=True, slots=True)
class Look:
    """What a page is given to draw with. `theme.sizes` and `density` are in device-independent pixels."""

    theme: Theme = LIGHT
    density: Density = DESK

    def color(self, role: Role) -> QColor:
        return QColor(self.theme.colours[role])

    def hex(self, role: Role) -> str:
        return self.theme.colours[role]

    def chart_color(self, quantity_role: str) -> QColor:
        """The colour of a quantity in every chart; `quantity_role` as in `fieldpro.records.Quantity`."""
        return self.color(CHART_OF_QUANTITY.get(quantity_role, Role.CHART_8))

    def font(self, size: str = "body", *, strong: bool = False) -> QFont:
        """The system's sans with tabular figures; `size` is figure, title, body or small."""
        font = QFont(QFontDatabase.systemFont(QFontDatabase.SystemFont.GeneralFont))
        font.setPixelSize(getattr(self.theme.sizes, size))
        font.setFeature(QFont.Tag("tnum"), 1)
        if strong:
            font.setWeight(QFont.Weight.DemiBold)
        return font

    def mono(self, size: str = "body") -> QFont:
        """The system's monospace, for bytes and serial numbers."""
        font = QFont(QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont))
        font.setPixelSize(getattr(self.theme.sizes, size))
        return font

    def palette(self) -> QPalette:
        palette = QPalette()
        roles = QPalette.ColorRole
        for qt_role, role in (
            (roles.Window, Role.GROUND),
            (roles.Base, Role.RAISED),
            (roles.AlternateBase, Role.GROUND),
            (roles.Button, Role.RAISED),
            (roles.WindowText, Role.TEXT),
            (roles.Text, Role.TEXT),
            (roles.ButtonText, Role.TEXT),
            (roles.BrightText, Role.BAD),
            (roles.PlaceholderText, Role.WEAK),
            (roles.Highlight, Role.ACCENT),
            (roles.HighlightedText, Role.ON_ACCENT),
            (roles.Link, Role.ACCENT),
            (roles.LinkVisited, Role.ACCENT),
            (roles.ToolTipBase, Role.RAISED),
            (roles.ToolTipText, Role.TEXT),
            (roles.Accent, Role.ACCENT),
            (roles.Mid, Role.LINE),
            (roles.Dark, Role.LINE),
            (roles.Midlight, Role.GRID),
            (roles.Light, Role.RAISED),
            (roles.Shadow, Role.LINE),
        ):
            palette.setColor(qt_role, self.color(role))
        for qt_role in (roles.WindowText, roles.Text, roles.ButtonText):
            palette.setColor(QPalette.ColorGroup.Disabled, qt_role, self.color(Role.WEAK))
        return palette

    def stylesheet(self) -> str:
        sizes, density = self.theme.sizes, self.density
        values = {role.name: colour for role, colour in self.theme.colours.items()}
        values |= {
            "figure": str(sizes.figure),
            "title": str(sizes.title),
            "body": str(sizes.body),
            "small": str(sizes.small),
            "line": str(sizes.line),
            "ring": str(sizes.focus),
            "target": str(density.target - 2 * sizes.focus),  # what is inside the ring
            "rail": str(max(density.row, SMALLEST_TARGET) - 2 * sizes.focus),
            "row": str(density.row),
            "inside": str(density.inside),
            "arrow": resources.path("themes", f"arrow-{self.theme.name}.svg").as_posix(),
            "check": resources.path("themes", f"check-{self.theme.name}.svg").as_posix(),
            "edge": self.hex(Role.LINE if self.theme.name == "sunlight" else Role.RAISED),
            "card_line": f"{sizes.line}px solid {self.hex(Role.LINE)}" if self.theme.name == "sunlight" else "none",
        }
        return _PLACE.sub(lambda place: values[place.group(1)], _SHEET)

    def apply(self, app: QApplication) -> None:
        """Dress the whole program in this look."""
        app.setStyle(QStyleFactory.create("Fusion"))
        app.setPalette(self.palette())
        app.setFont(self.font())
        app.setStyleSheet(self.stylesheet())


def mark_as(widget: QWidget, **properties: str) -> None:
    """Change dynamic properties of a widget that is already shown, and have it drawn so."""
    changed = False
    for name, value in properties.items():
        if widget.property(name) != value:
            widget.setProperty(name, value)
            changed = True
    if changed:
        widget.style().unpolish(widget)
        widget.style().polish(widget)


_PLACE = re.compile("@([A-Z_0-9]+|figure|title|body|small|line|ring|target|rail|row|inside|card_line|edge|arrow|check)")

# Each colour stands as @ROLE_NAME; each size as @namepx. Rings are always there, in the ground's colour until focused,
# so that nothing moves when the focus does.
_SHEET = """
QLabel, QCheckBox, QRadioButton, QAbstractItemView, QMenu, QTabBar, QTextEdit, QPlainTextEdit { font-size: @bodypx; }
QLabel[type="figure"] { font-size: @figurepx; font-weight: 600; }
QLabel[type="title"] { font-size: @titlepx; font-weight: 600; }
QLabel[type="strong"] { font-weight: 600; }
QLabel[type="small"] { font-size: @smallpx; }
QLabel[type="heading"] { font-size: @smallpx; font-weight: 600; color: @WEAK; }
QLabel[type="mono"] { font-family: monospace; }
QLabel[tone="weak"] { color: @WEAK; }
QLabel[tone="accent"] { color: @ACCENT; }
QLabel[tone="good"] { color: @GOOD; }
QLabel[tone="warn"] { color: @WARN; }
QLabel[tone="bad"] { color: @BAD; }
QLabel:focus { border: @ringpx solid @FOCUS; border-radius: 4px; }

QFrame[kind="card"] { background: @RAISED; border: @card_line; border-radius: 8px; }
QFrame[kind="popup"] { background: @RAISED; border: @ringpx solid @ACCENT; border-radius: 8px; }
QFrame[kind="rail"] { background: @SUNKEN; border: none; border-right: @card_line; }
QFrame[kind="lock"] { background: @GROUND; border: none; }
QFrame[kind="bar"] { background: @RAISED; border: none; }
QFrame[kind="rule"] { background: @LINE; border: none; }
QFrame[kind="banner"] { border: @card_line; border-radius: 8px; background: @BAD_GROUND; border-left: 4px solid @BAD; }
QFrame[kind="banner"][tone="warn"] { background: @WARN_GROUND; border-left: 4px solid @WARN; }
QFrame[kind="banner"][tone="good"] { background: @GOOD_GROUND; border-left: 4px solid @GOOD; }
QFrame[kind="pill"] { border: @linepx solid @LINE; border-radius: 12px; }
QFrame[kind="pill"][tone="good"] { background: @GOOD_GROUND; border-color: @GOOD; }
QFrame[kind="pill"][tone="warn"] { background: @WARN_GROUND; border-color: @WARN; }
QFrame[kind="pill"][tone="bad"] { background: @BAD_GROUND; border-color: @BAD; }

QPushButton, QToolButton[kind="quiet"], QToolButton[kind="menu"] {
    min-height: @targetpx; padding: 0px 12px; border: @ringpx solid @LINE; border-radius: 6px;
    background: @RAISED; color: @TEXT; }
QPushButton:hover, QToolButton[kind="menu"]:hover { background: @CHOSEN; }
QPushButton:pressed { background: @GRID; }
QPushButton:focus, QToolButton[kind="menu"]:focus { border-color: @FOCUS; }
QPushButton:disabled { color: @WEAK; background: @SUNKEN; }
QPushButton[kind="primary"] { background: @ACCENT; color: @ON_ACCENT; border-color: @ACCENT; font-weight: 600; }
QPushButton[kind="primary"]:hover { border-color: @TEXT; }
QPushButton[kind="primary"]:focus { border-color: @TEXT; }
QPushButton[kind="primary"]:disabled { background: @SUNKEN; color: @WEAK; border-color: @LINE; }
QPushButton[kind="danger"] { color: @BAD; border-color: @BAD; font-weight: 600; }
QPushButton[kind="quiet"], QToolButton[kind="quiet"] { background: transparent; border-color: transparent; }
QPushButton[kind="quiet"]:hover, QToolButton[kind="quiet"]:hover { background: @CHOSEN; border-color: @CHOSEN; }
QPushButton[kind="quiet"]:focus, QToolButton[kind="quiet"]:focus { border-color: @FOCUS; }
QPushButton[kind="link"] { background: transparent; border: @ringpx solid transparent; color: @ACCENT;
    padding: 0px 4px; text-align: left; }
QPushButton[kind="link"]:focus { border-color: @FOCUS; }
QPushButton[kind="way-in"] { text-align: left; padding: 16px; border-radius: 8px; border-color: @edge; }
QPushButton[kind="way-in"]:hover { border-color: @ACCENT; background: @RAISED; }
QPushButton[kind="way-in"]:checked { border-color: @ACCENT; background: @CHOSEN; }
QPushButton[kind="way-in"]:focus { border-color: @FOCUS; }

QToolButton[kind="rail"] { min-height: @railpx; border: @ringpx solid transparent; border-radius: 6px;
    padding: 0px 8px; background: transparent; color: @TEXT; text-align: left; }
QToolButton[kind="rail"]:hover { background: @GRID; }
QToolButton[kind="rail"]:checked { background: @CHOSEN; color: @ACCENT; font-weight: 600; }
QToolButton[kind="rail"]:focus { border-color: @FOCUS; }
QToolButton, QPushButton, QLineEdit, QComboBox, QSpinBox, QDoubleSpinBox { font-size: @bodypx; }
QToolButton::menu-indicator { image: none; }

QLineEdit, QComboBox, QSpinBox, QDoubleSpinBox, QPlainTextEdit, QTextEdit, QDateEdit, QDateTimeEdit {
    border: @ringpx solid @LINE; border-radius: 6px; background: @RAISED; color: @TEXT; padding: 0px @insidepx;
    selection-background-color: @ACCENT; selection-color: @ON_ACCENT; }
QLineEdit, QComboBox, QSpinBox, QDoubleSpinBox, QDateEdit, QDateTimeEdit { min-height: @targetpx; }
QAbstractSpinBox::up-button, QAbstractSpinBox::down-button { width: 0px; height: 0px; border: none; image: none; }
QLineEdit, QPlainTextEdit { placeholder-text-color: @WEAK; }
QAbstractSpinBox > QLineEdit, QComboBox > QLineEdit { border: none; padding: 0px; min-height: 0px;
    background: transparent; placeholder-text-color: @WEAK; }
QLineEdit:focus, QComboBox:focus, QSpinBox:focus, QDoubleSpinBox:focus, QPlainTextEdit:focus, QTextEdit:focus,
QDateEdit:focus, QDateTimeEdit:focus { border-color: @FOCUS; }
QComboBox::drop-down { border: none; width: 28px; }
QComboBox::down-arrow { image: url("@arrow"); width: 16px; height: 16px; }
QComboBox QAbstractItemView { border: @linepx solid @LINE; background: @RAISED; }
QTextBrowser { border: @ringpx solid transparent; background: @RAISED; padding: 16px; }

QAbstractItemView { border: @ringpx solid transparent; border-radius: 8px; background: @RAISED; color: @TEXT;
    alternate-background-color: @GROUND; gridline-color: @GRID; outline: none;
    selection-background-color: @CHOSEN; selection-color: @TEXT; }
QAbstractItemView:focus { border-color: @FOCUS; }
QTreeView::item, QListView::item { min-height: @rowpx; padding: 0px 4px; }
QTableView::item { padding: 0px 5px; }
QTreeView::item:selected, QListView::item:selected, QTableView::item:selected {
    background: @CHOSEN; color: @TEXT; }
QHeaderView { background: @RAISED; border: none; }
QHeaderView::section { background: @RAISED; color: @WEAK; border: none; border-bottom: @linepx solid @LINE;
    padding: 4px 8px; font-size: @smallpx; font-weight: 600; }
QTableCornerButton::section { background: @RAISED; border: none; }

QTabBar::tab { min-height: @targetpx; padding: 0px 12px; border: @ringpx solid transparent; color: @WEAK; }
QTabBar::tab:selected { color: @ACCENT; border-bottom: @ringpx solid @ACCENT; font-weight: 600; }
QTabBar::tab:focus { border-color: @FOCUS; }
QTabWidget::pane { border: none; }

QProgressBar { border: none; border-radius: 4px; background: @GRID; min-height: 8px; max-height: 8px; }
QProgressBar::chunk { border-radius: 4px; background: @ACCENT; }

QCheckBox, QRadioButton { min-height: @targetpx; spacing: 8px; border: @ringpx solid transparent;
    border-radius: 6px; }
QCheckBox::indicator, QTableView::indicator { width: 18px; height: 18px; border: @ringpx solid @WEAK;
    border-radius: 4px; background: @RAISED; }
QCheckBox::indicator:checked, QTableView::indicator:checked { background: @ACCENT; border-color: @ACCENT;
    image: url("@check"); }
QTableView::indicator:indeterminate { background: @CHOSEN; border-color: @ACCENT; }
QCheckBox:focus, QRadioButton:focus { border-color: @FOCUS; }

QScrollArea { border: none; background: transparent; }
QScrollArea > QWidget > QWidget[kind="page"] { background: transparent; }
QScrollBar { background: transparent; border: none; margin: 0px; }
QScrollBar:vertical { width: 12px; }
QScrollBar:horizontal { height: 12px; }
QScrollBar::handle { background: @LINE; border-radius: 4px; margin: 2px; min-height: 32px; min-width: 32px; }
QScrollBar::handle:hover { background: @WEAK; }
QScrollBar::handle:disabled { background: transparent; }
QScrollBar::add-line, QScrollBar::sub-line { width: 0px; height: 0px; border: none; }
QScrollBar::add-page, QScrollBar::sub-page { background: transparent; }
QSplitter::handle { background: transparent; }

QMenu { background: @RAISED; border: @linepx solid @LINE; padding: 4px; }
QMenu::item { min-height: @rowpx; padding: 4px 24px 4px 12px; border-radius: 4px; }
QMenu::item:selected { background: @CHOSEN; color: @TEXT; }
QMenu::item:disabled { color: @WEAK; }
QMenu::separator { height: 1px; background: @LINE; margin: 4px 8px; }
QToolTip { background: @RAISED; color: @TEXT; border: @linepx solid @LINE; padding: 4px 8px; font-size: @smallpx; }
"""

"""What the tape is, in two seconds: whose, when, how much, whether it was well, and what is not saved yet."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QFrame, QHBoxLayout, QMenu, QSizePolicy, QToolButton, QVBoxLayout

from fieldpro.gui import icons
from fieldpro.gui.look import Look
from fieldpro.gui.models import tape_words as words
from fieldpro.gui.models.tape_reel import Reel
from fieldpro.gui.parts import Elided, Pill, button
from fieldpro.gui.words import tr


def menu_button(text: str, icon: str, name: str) -> QToolButton:
    """A button that opens a menu; its icon is coloured by `colour_menus`."""
    made = QToolButton()
    made.setProperty("kind", "menu")
    made.setProperty("icon_name", icon)
    made.setText(text)
    made.setAccessibleName(name)
    made.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
    made.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
    made.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
    made.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
    made.setMenu(QMenu(made))
    return made


class DeckHead(QFrame):
    """The card above the steps. `tape_chosen(place)` when another one of the playlist is asked for."""

    save_wanted = Signal()

    def __init__(self, look: Look) -> None:
        super().__init__()
        self.setProperty("kind", "card")
        self.setAccessibleName(tr("The tape"))
        self._look = look
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 8, 12, 8)
        column.setSpacing(4)
        row = QHBoxLayout()
        row.setSpacing(12)
        self.title = Elided(type="title")
        self.unsaved = Pill()
        self.redacted = Pill()
        self.verdict = Pill()
        self.save_button = button(tr("Save"), self.save_wanted.emit, icon="save")
        for widget in (self.title, self.unsaved, self.redacted):
            row.addWidget(widget)
        row.addStretch(1)
        row.addWidget(self.verdict)
        row.addWidget(self.save_button)
        column.addLayout(row)
        self.facts = Elided(tone="weak")
        self.facts.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        column.addWidget(self.facts)

    def set_look(self, look: Look) -> None:
        self._look = look

    def show_reel(self, reel: Reel, place: int, count: int) -> None:
        """What is in hand; `place` of `count` in the playlist."""
        header, tape = reel.header, reel.tape
        name = words.title_words(tape, "" if reel.path is None else reel.path.name)
        self.title.set_text(name if count < 2 else f"{place + 1}/{count}  {name}")
        facts = [words.meter_words(header), words.origin_words(header)]
        facts.append(words.content_words(len(tape.steps), len(tape.tables)))
        if header.interrupted:
            facts.append(tr("the recording broke off"))
        if header.note:
            facts.append(header.note)
        self.facts.set_text(" · ".join(facts))
        self.facts.setToolTip(f"{self.facts.accessibleName()}\n{reel.path or ''}".strip())
        redactions = words.redaction_words(header)
        self.redacted.setVisible(bool(redactions))
        if redactions:
            self.redacted.show_state(tr("Redacted"), "weak", self._look)
            self.redacted.setToolTip(redactions)
            self.redacted.setAccessibleDescription(redactions)
        self.show_saved(reel)

    def show_saved(self, reel: Reel) -> None:
        self.unsaved.setVisible(not reel.saved)
        if not reel.saved:
            self.unsaved.show_state(tr("Not saved"), "warn", self._look)
        self.save_button.setVisible(not reel.saved)

    def show_verdict(self, came_to: words.Sum) -> None:
        """What playing it came to."""
        self.verdict.show_state(came_to.headline, came_to.tone, self._look)
        self.verdict.setToolTip(came_to.detail)


class DeckMenus:
    """The three menus at the right of the page's title: open, record, and what is done with a tape."""

    def __init__(self) -> None:
        self.open = menu_button(tr("Open"), "open", tr("Open a tape"))
        self.record = menu_button(tr("Record"), "record", tr("Record a tape"))
        self.more = menu_button(tr("Tape"), "more", tr("More for this tape"))
        self.buttons = (self.open, self.record, self.more)
        self._recent: list[QAction] = []

    def set_look(self, look: Look) -> None:
        for each in self.buttons:
            each.setIcon(icons.icon(str(each.property("icon_name")), look))

    def add(self, menu: QToolButton, text: str, run: Any, *, shortcut: str = "") -> QAction:
        made = QAction(text, menu)
        made.triggered.connect(lambda _checked=False: run())
        if shortcut:
            made.setToolTip(shortcut)
            made.setText(f"{text}\t{shortcut}")
        menu.menu().addAction(made)
        return made

    def show_recent(self, paths: Sequence[Path], run: Any) -> None:
        """The recent tapes at the end of the menu that opens."""
        menu = self.open.menu()
        for old in self._recent:
            menu.removeAction(old)
            old.deleteLater()
        self._recent = []
        if paths:
            separator = menu.addSeparator()
            self._recent.append(separator)
        for path in paths:
            made = QAction(path.name, menu)
            made.setToolTip(str(path))
            made.triggered.connect(lambda _checked=False, path=path: run(path))
            menu.addAction(made)
            self._recent.append(made)
        menu.setToolTipsVisible(True)

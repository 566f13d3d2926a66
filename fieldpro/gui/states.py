"""The four designed states of a page: empty, loading, failed and full.

Empty says in one sentence what is missing and has the button that helps; loading says what is going on; failed says
what happened, to what, and what to do next; full is the page itself.
"""

from __future__ import annotations

from collections.abc import Callable
from enum import StrEnum

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QProgressBar, QStackedWidget, QVBoxLayout, QWidget

from fieldpro.explain import Explanation
from fieldpro.gui.look import Look
from fieldpro.gui.parts import IconLabel, button, dress, label
from fieldpro.gui.words import tr

WIDTH_PX = 520


class PageState(StrEnum):
    FULL = "full"
    EMPTY = "empty"
    LOADING = "loading"
    FAILED = "failed"


class Choice:
    """A button of a state or banner: its verb and what it does."""

    def __init__(self, text: str, run: Callable[[], object]) -> None:
        self.text, self.run = text, run


class _Sentence(QWidget):
    """A picture, a headline, a sentence and up to two buttons, in the middle of the page."""

    def __init__(self, icon: str, tone: str) -> None:
        super().__init__()
        outer = QHBoxLayout(self)
        column = QVBoxLayout()
        column.setSpacing(12)
        self._icon = IconLabel(icon, tone=tone, size=48)
        self._headline = label(type="title", wrap=True)
        self._text = label(tone="weak", wrap=True)
        self.bar = QProgressBar()
        self.bar.setRange(0, 0)
        self.bar.setTextVisible(False)
        self._buttons = QHBoxLayout()
        self._buttons.setSpacing(8)
        for thing in (self._headline, self._text, self.bar):
            thing.setFixedWidth(WIDTH_PX)
        column.addStretch(2)
        for thing in (self._icon, self._headline, self._text, self.bar):
            column.addWidget(thing, 0, Qt.AlignmentFlag.AlignLeft)
        column.addSpacing(4)
        column.addLayout(self._buttons)
        column.addStretch(3)
        outer.addStretch(1)
        outer.addLayout(column)
        outer.addStretch(1)

    def say(self, headline: str, text: str, choices: tuple[Choice, ...], look: Look, icon: str = "") -> None:
        if icon:
            self._icon.show_icon(icon, "weak", look)
        self._headline.setText(headline)
        self._text.setText(text)
        self._text.setVisible(bool(text))
        while (item := self._buttons.takeAt(0)) is not None:
            if (old := item.widget()) is not None:
                old.hide()
                old.deleteLater()
        for number, choice in enumerate(choices):
            self._buttons.addWidget(button(choice.text, choice.run, kind="primary" if number == 0 else ""))
        self._buttons.addStretch(1)
        self.setAccessibleName(f"{headline}. {text}")
        dress(self, look)


class StateStack(QStackedWidget):
    """Shows one of the four states. `full` is the widget the page puts its content into."""

    def __init__(self, full: QWidget) -> None:
        super().__init__()
        self._look = Look()
        self.full = full
        self._empty = _Sentence("none", "weak")
        self._loading = _Sentence("recent", "weak")
        self._failed = _Sentence("bad", "bad")
        self._empty.bar.hide()
        self._failed.bar.hide()
        for widget in (full, self._empty, self._loading, self._failed):
            self.addWidget(widget)

    @property
    def state(self) -> PageState:
        shown = self.currentWidget()
        for sentence, state in (
            (self._empty, PageState.EMPTY),
            (self._loading, PageState.LOADING),
            (self._failed, PageState.FAILED),
        ):
            if shown is sentence:
                return state
        return PageState.FULL

    def set_look(self, look: Look) -> None:
        self._look = look
        for sentence in (self._empty, self._loading, self._failed):
            dress(sentence, look)

    def show_full(self) -> None:
        self.setCurrentWidget(self.full)

    def show_empty(self, headline: str, text: str, *choices: Choice, icon: str = "none") -> None:
        """What is missing, in one sentence, and the buttons that help; the first is the main one."""
        self._empty.say(headline, text, choices, self._look, icon)
        self.setCurrentWidget(self._empty)

    def show_loading(self, headline: str, text: str = "", *choices: Choice) -> None:
        self._loading.say(headline, text, choices, self._look)
        self.setCurrentWidget(self._loading)

    def show_failed(self, explanation: Explanation, *choices: Choice) -> None:
        """What happened, to what, what to do next. Always give the button that tries again."""
        headline = f"{explanation.what}."
        text = f"{explanation.subject}\n{explanation.next_step}" if explanation.subject else explanation.next_step
        self._failed.say(headline, text, choices, self._look)
        self.setCurrentWidget(self._failed)

    def show_no_meter(self, connect: Callable[[], object]) -> None:
        self.show_empty(
            tr("No meter yet"),
            tr("This page shows a meter. Connect one, or open a saved read-out from Records."),
            Choice(tr("Connect a meter"), connect),
            icon="meter",
        )

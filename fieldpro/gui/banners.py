"""Messages on the page: what happened, to what, what to do next, a button that does it. Never a box with OK."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QVBoxLayout, QWidget

from fieldpro.gui.look import Look
from fieldpro.gui.parts import IconLabel, button, dress, label
from fieldpro.gui.states import Choice
from fieldpro.gui.words import tr

if TYPE_CHECKING:
    from fieldpro.gui.trouble import Trouble
    from fieldpro.gui.workbench import Workbench

MOST = 3  # older ones give way


class Banner(QFrame):
    """One message. It stays until it is read: dismissed, or the thing it speaks of is done again."""

    dismissed = Signal()

    def __init__(self, tone: str, headline: str, text: str, choices: tuple[Choice, ...]) -> None:
        super().__init__()
        self.setProperty("kind", "banner")
        self.setProperty("tone", tone)
        self.headline, self.text = headline, text
        row = QHBoxLayout(self)
        row.setContentsMargins(12, 8, 8, 8)
        row.setSpacing(12)
        row.addWidget(IconLabel(tone, tone=tone, size=24))
        words = QVBoxLayout()
        words.setSpacing(4)
        words.addWidget(label(headline, type="strong", wrap=True))
        if text:
            words.addWidget(label(text, wrap=True))
        row.addLayout(words, 1)
        for choice in choices:
            row.addWidget(button(choice.text, choice.run))
        row.addWidget(button(tr("Dismiss"), self.dismiss, kind="quiet"))
        self.setAccessibleName(headline)
        self.setAccessibleDescription(text)

    def dismiss(self) -> None:
        self.hide()
        self.setParent(None)
        self.deleteLater()
        self.dismissed.emit()


class Banners(QWidget):
    """The banners of one page, newest first."""

    def __init__(self, workbench: Workbench) -> None:
        super().__init__()
        self._workbench = workbench
        self._look = workbench.look
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(8)
        self._shown: list[Banner] = []
        self.hide()

    @property
    def banners(self) -> list[Banner]:
        return list(self._shown)

    def set_look(self, look: Look) -> None:
        self._look = look
        dress(self, look)

    def show_trouble(self, trouble: Trouble) -> None:
        """A failure, with its remedy and the way to the conversation when there was one."""
        choices = [Choice(tr(remedy.text), remedy.run) for remedy in trouble.remedies]
        if trouble.at_s is not None:
            at_s = trouble.at_s
            choices.append(Choice(tr("Show the conversation"), lambda: self._workbench.show_wire(at_s)))
        words = trouble.explanation
        subject = words.subject
        if subject.partition(" ")[0].isalpha():  # a word; the name of a port or file keeps its letters
            subject = subject[0].upper() + subject[1:]
        subject = f"{subject}. " if subject else ""
        self.say("warn" if trouble.mild else "bad", f"{words.what}.", f"{subject}{words.next_step}", *choices)

    def say(self, tone: str, headline: str, text: str, *choices: Choice) -> Banner:
        """`tone`: good, warn or bad. The same headline and text are not said twice."""
        for old in self.banners:
            if (old.headline, old.text) == (headline, text):
                old.dismiss()
        banner = Banner(tone, headline, text, choices)
        dress(banner, self._look)
        banner.dismissed.connect(lambda: self._forget(banner))
        self._shown.insert(0, banner)
        self._column.insertWidget(0, banner)
        self.show()
        for old in self.banners[MOST:]:
            old.dismiss()
        return banner

    def _forget(self, banner: Banner) -> None:
        self._shown.remove(banner)
        self.setVisible(bool(self._shown))

    def clear(self) -> None:
        for banner in self.banners:
            banner.dismiss()

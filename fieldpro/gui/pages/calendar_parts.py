"""What the parts of the Calendar page share: the draft in hand, saying that it was changed, rows with checks."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from fieldpro.gui.look import Look
from fieldpro.gui.models.calendar_draft import CalendarDraft, Outlook, worst
from fieldpro.gui.models.rows import Column
from fieldpro.gui.parts import dress
from fieldpro.gui.words import tr


class CalendarPart(QWidget):
    """One view of the draft. `changed` after it has changed the draft; the page then shows it to all parts anew."""

    changed = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.draft: CalendarDraft | None = None
        self.outlook: Outlook | None = None
        self.look = Look()

    def show_draft(self, draft: CalendarDraft) -> None:
        """Another draft, or the same after a change. The outlook of before stays until the new one is there."""
        self.draft = draft

    def show_outlook(self, outlook: Outlook) -> None:
        self.outlook = outlook

    def go_to(self, part: str, index: int) -> None:
        """Bring an entry to the front."""

    def set_look(self, look: Look) -> None:
        self.look = look
        dress(self, look)

    def check_column(self, part: str) -> Column:
        """What is wrong with a row `(index, entry)`, in words and colour; the tool tip has all of it."""

        def told(row: tuple[int, Any]) -> list[str]:
            if self.outlook is None:
                return []
            return [complaint.text for complaint in self.outlook.about(part, row[0])]

        def tone(row: tuple[int, Any]) -> str:
            return "" if self.outlook is None else worst(self.outlook.about(part, row[0]))

        def text(row: tuple[int, Any]) -> str:
            found = told(row)
            return "" if not found else found[0] if len(found) == 1 else f"{found[0]} (+{len(found) - 1})"

        return Column(tr("Check"), text, tone=tone, tip=lambda row: "\n".join(told(row)))

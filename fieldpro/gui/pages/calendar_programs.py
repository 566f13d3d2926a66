"""The calendar in hand as a part of a program of the library."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from PySide6.QtWidgets import QComboBox

from fieldpro.errors import FieldProError
from fieldpro.gui.models.calendar_draft import CalendarDraft
from fieldpro.gui.pages import calendar_work as work
from fieldpro.gui.words import tr

if TYPE_CHECKING:
    from fieldpro.gui.workbench import Workbench


class CalendarPrograms:
    """A part of the Calendar page."""

    workbench: Workbench
    banners: Any
    draft: CalendarDraft | None
    program_box: QComboBox

    def _look_into_library(self) -> None:
        def found(names: list[tuple[str, str]]) -> None:
            typed = self.program_box.currentText()
            self.program_box.clear()
            self.program_box.addItems([name for name, _title in names])
            self.program_box.setEditText(typed)

        bench = self.workbench
        bench.compute(lambda: work.program_names(bench.desk.library), found, self._quietly, of_view=False)

    def _quietly(self, _error: FieldProError) -> None:
        """No list to choose from; putting it into a program says why when it is asked for."""

    def put_into_program(self) -> None:
        draft, name, bench = self.draft, self.program_box.currentText().strip(), self.workbench
        if draft is None:
            return
        if not name:
            self.program_box.setFocus()
            self.banners.say(
                "warn", tr("Which program?"), tr("Choose one of the library, or type the name of a new one.")
            )
            return
        calendar, view = draft.calendar, bench.view

        def kept(result: work.Kept) -> None:
            name, revision = result.name, result.revision
            text = tr("It is in the library.")
            if result.complaints:
                text = tr("The program has faults: {first}", first=str(result.complaints[0]))
            headline = tr("The calendar is in program {name}, revision {revision}.", name=name, revision=revision)
            self.banners.say("warn" if result.complaints else "good", headline, text)
            self._look_into_library()

        bench.compute(
            lambda: work.into_program(bench.desk.library, name, calendar, view), kept, bench.fail, of_view=False
        )

"""Keeping the program in hand: in the library as its next revision, or as a file."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from fieldpro.gui.pages import program_work as work
from fieldpro.gui.pages.program_chooser import PROGRAMS
from fieldpro.gui.words import tr

if TYPE_CHECKING:
    from fieldpro.gui.workbench import Workbench


class ProgramKeeping:
    """A part of the Program page."""

    workbench: Workbench
    loaded: work.Loaded | None
    choose_file: Callable[..., object]
    open_offer: Callable[[work.Offer], None]
    _compute: Callable[..., None]
    _look_into_library: Callable[[], None]
    _load_failed: Callable[..., None]

    def _keep(self) -> None:
        """Into the library, as the next revision."""
        loaded = self.loaded
        if loaded is None:
            return

        def kept(entry: Any) -> None:
            self.workbench.tell(tr("Kept as {name}, revision {revision}", name=entry.name, revision=entry.revision))
            self._look_into_library()
            offer = work.Offer(work.LIBRARY, entry.name, entry.title, entry.revision)
            self.open_offer(offer)

        self._compute(lambda: work.keep(self.workbench.desk.library, loaded.program), kept, self._load_failed)

    def _ask_where_to_save(self) -> None:
        if self.loaded is not None:
            name = f"{self.loaded.program.name}.toml"
            self.choose_file(self, tr("Save the program"), name, PROGRAMS, self.save_to)

    def save_to(self, path: Path) -> None:
        """The program in hand as a file."""
        loaded, view = self.loaded, self.workbench.view
        if loaded is not None:
            tables = None if view is None else view.tables
            self._compute(
                lambda: work.save_to(path, loaded.program, tables),
                lambda saved: self.workbench.tell(tr("Saved in {path}", path=saved)),
                self._load_failed,
            )

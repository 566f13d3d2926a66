"""Opening, making, saving, exporting and redacting tapes: what the Tape deck does with files and the store."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QDir
from PySide6.QtWidgets import QFileDialog

from fieldpro.errors import FieldProError
from fieldpro.gui.figures import grouped
from fieldpro.gui.models.tape_reel import Opened, Playlist, Reel
from fieldpro.gui.models.tape_words import title_words
from fieldpro.gui.pages import tape_deck_work as work
from fieldpro.gui.pages.tape_deck_head import DeckMenus
from fieldpro.gui.save_file import choose_file
from fieldpro.gui.states import Choice, PageState
from fieldpro.gui.words import tr
from fieldpro.security.rights import Right

if TYPE_CHECKING:
    from fieldpro.gui.page import Page
    from fieldpro.records import ReadOut
    from table_playback.play import PlayResult

    Base = Page
else:
    Base = object

RECORD = "record:"
REPORT_KINDS = "HTML (*.html);;JUnit (*.xml);;CSV (*.csv);;JSON (*.json);;Text (*.txt)"  # as `play.report.BY_ENDING`


class DeckFiles(Base):
    """A part of `TapeDeckPage`; what it asks of the rest of the page is named here."""

    playlist: Playlist
    menus: DeckMenus
    last_result: PlayResult | None
    choose_file: Callable[..., object] = staticmethod(choose_file)

    def show_reel(self, *, same: bool = False) -> None:
        raise NotImplementedError

    def show_none(self) -> None:
        raise NotImplementedError

    # --- opening ----------------------------------------------------------------------------------------------

    def ask_file(self, *, add: bool = False) -> None:
        """Choose a tape, or a file that can be made one."""
        others = [f"{title} ({endings})" for title, endings in work.filters(write=False)]
        dialog = QFileDialog(self, tr("Open a tape"), QDir.homePath(), ";;".join((tr("Tapes (*.tape)"), *others)))
        dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
        dialog.fileSelected.connect(lambda path: self.open_file(Path(path), add=add))
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()

    def ask_folder(self) -> None:
        """A folder of table images."""
        dialog = QFileDialog(self, tr("Open a folder of table images"), QDir.homePath())
        dialog.setFileMode(QFileDialog.FileMode.Directory)
        dialog.fileSelected.connect(lambda path: self.open_file(Path(path)))
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()

    def open_files(self, paths: Iterable[Path]) -> None:
        """What was dropped: the first in the place of the one in hand, the others behind it."""
        for place, path in enumerate(paths):
            self.open_file(path, add=place > 0)

    def open_file(self, path: Path, *, add: bool = False) -> None:
        """A tape, or a file of another format."""

        def opened(made: tuple[Opened, list[Path]]) -> None:
            self.menus.show_recent(made[1], self.open_file)
            self.take(made[0], add=add)

        self._open(partial(work.open_file, path), opened)

    def open_record(self, number: int, *, add: bool = False) -> None:
        """A tape of a saved read-out."""
        self._loading()
        self.workbench.store(
            lambda store: store.load(number),
            lambda read_out: self.of_read_out(read_out, add=add),
            self._open_failed,
        )

    def of_read_out(self, read_out: ReadOut | None, *, add: bool = False) -> None:
        """A tape of a read-out, such as the one that is shown."""
        if read_out is None:
            self.banners.say(
                "warn",
                tr("There is no read-out to make a tape of."),
                tr("Connect a meter, or open a saved read-out from Records."),
                Choice(tr("Open the records"), lambda: self.workbench.go("records")),
            )
            return
        self._open(partial(work.of_read_out, read_out), lambda opened: self.take(opened, add=add, saved=False))

    def rescue(self, part: Path) -> None:
        """A recording that was interrupted, or never saved."""
        self.banners.clear()
        self._open(partial(work.rescue, part), lambda opened: self.take(opened, saved=False, part=part))

    def look_for_left_over(self, being_made: Iterable[Path] = ()) -> None:
        """Say so when a recording was interrupted, or never saved."""

        def found(paths: list[Path]) -> None:
            for path in paths[-1:]:
                name = path.name.removesuffix(".part")
                self.banners.say(
                    "warn",
                    tr("A recording was not saved."),
                    tr("{name}: what was recorded is still there.", name=name),
                    Choice(tr("Open it"), partial(self.rescue, path)),
                    Choice(tr("Throw it away"), partial(self._throw_away, path)),
                )

        self._compute(lambda: work.left_over(being_made), found, lambda _error: None)

    def _throw_away(self, path: Path) -> None:
        def gone(_none: object) -> None:
            self.banners.clear()
            self.workbench.tell(tr("{name} is gone", name=path.name))

        self._compute(lambda: path.unlink(missing_ok=True), gone)

    def take(self, opened: Opened, *, add: bool = False, saved: bool = True, part: Path | None = None) -> None:
        """Have a tape in hand."""
        reel = Reel(opened, saved=saved and opened.path is not None, part=part)
        if add or (self.playlist.reel is not None and not self.playlist.reel.saved):
            self.playlist.add(reel)
        else:
            self.playlist.replace(reel)
        for note in opened.notes:
            self.banners.say("warn", note, "")
        self.show_reel()

    def close_tape(self) -> None:
        """Take the tape in hand out of the deck; one that is not saved only when somebody says so."""
        reel = self.playlist.reel
        if reel is None or reel.saved:
            self._close_reel()
            return
        self.banners.say(
            "warn",
            tr("This tape is not saved."),
            tr("What was changed or recorded since is lost when it is closed."),
            Choice(tr("Save it"), self.save),
            Choice(tr("Close it all the same"), self._close_reel),
        )

    def _close_reel(self) -> None:
        self.banners.clear()
        self.playlist.close()
        if self.playlist.reel is None:
            self.show_none()
        else:
            self.show_reel()

    def _open(self, load: Callable[[], Any], then: Callable[[Any], object]) -> None:
        self._loading()
        self._compute(load, then, self._open_failed)

    def _loading(self) -> None:
        if self.playlist.reel is None:
            self.states.show_loading(tr("Opening the tape"), tr("All of it is checked before any of it is shown."))

    def _open_failed(self, error: FieldProError) -> None:
        """Nothing of a tape that is not in order is shown; what was in hand stays."""
        if self.states.state is PageState.LOADING:
            self.show_none()
        self.say_error(error)

    def say_error(self, error: FieldProError, *choices: Choice) -> None:
        """A banner: what happened, to what, what to do next."""
        words = self.explain(error)
        subject = f"{words.subject}. " if words.subject else ""
        self.banners.say("bad", f"{words.what}.", f"{subject}{words.next_step}", *choices)

    def _compute(self, *work_then_failed: Callable[..., Any]) -> None:
        """In the lane of views, about what is in hand here and not about what the window shows."""
        self.workbench.compute(*work_then_failed, of_view=False)

    # --- saving -----------------------------------------------------------------------------------------------

    def save(self) -> None:
        """Over the file it came from; a tape without one is asked for its name."""
        reel = self.playlist.reel
        if reel is None:
            return
        if reel.path is None:
            self.save_as()
        else:
            self._save(reel, reel.path)

    def save_as(self) -> None:
        reel = self.playlist.reel
        if reel is not None:
            name = reel.path.name if reel.path is not None else f"{file_name(reel)}{work.SUFFIX}"
            self.choose_file(self, tr("Save the tape"), name, tr("Tapes (*.tape)"), partial(self._save, reel))

    def _save(self, reel: Reel, path: Path) -> None:
        changed, tape, part = dict(reel.changed), reel.tape, reel.part

        def saved(made: tuple[Opened, list[Path]]) -> None:
            reel.opened = made[0]
            for number, step in changed.items():
                if reel.changed.get(number) is step:
                    del reel.changed[number]
            reel.saved, reel.part = not reel.changed, None
            self.menus.show_recent(made[1], self.open_file)
            self.workbench.tell(tr("Saved {steps} steps in {path}", steps=grouped(len(tape.steps)), path=path))
            if reel is self.playlist.reel:
                self.show_reel(same=True)

        self._compute(lambda: work.saved(work.with_changes(tape, changed), path, part=part), saved, self.say_error)

    def export(self) -> None:
        """In another format."""
        reel = self.playlist.reel
        if reel is None:
            return
        kinds = ";;".join(f"{title} ({endings})" for title, endings in work.filters(write=True))
        ending = work.filters(write=True)[0][1].split()[0].lstrip("*")
        self.choose_file(self, tr("Export the tape"), f"{file_name(reel)}{ending}", kinds, partial(self._export, reel))

    def _export(self, reel: Reel, path: Path) -> None:
        rights, changed, tape = self.workbench.rights, dict(reel.changed), reel.tape

        def exported(left_out: tuple[str, ...]) -> None:
            self.workbench.tell(tr("Exported to {path}", path=path))
            if left_out:
                self.banners.say("warn", tr("The file does not have all of the tape."), " ".join(left_out[:4]))

        self._compute(lambda: work.exported(work.with_changes(tape, changed), path, rights), exported, self.say_error)

    def redact(self, what: list[str]) -> None:
        """Take these things out of the tape in hand; it is not saved before a person saves it."""
        reel = self.playlist.reel
        if reel is None or not what:
            return
        changed, tape = dict(reel.changed), reel.tape
        before = len(tape.header.redactions)

        def redacted(opened: Opened) -> None:
            reel.opened, reel.saved = opened, False
            reel.changed.clear()
            reel.forget_results()
            fresh = opened.tape.header.redactions[before:]
            places = sum(each.parts for each in fresh)
            self.workbench.tell(tr("{count} places taken out; save the tape to keep it so", count=grouped(places)))
            if reel is self.playlist.reel:
                self.show_reel(same=True)

        self._compute(lambda: work.redacted(work.with_changes(tape, changed), what), redacted, self.say_error)

    # --- the summary ------------------------------------------------------------------------------------------

    def save_report(self) -> None:
        """What the last playing came to, as a file."""
        result, reel = self.last_result, self.playlist.reel
        if result is None or reel is None:
            return
        name = f"{file_name(reel)} {datetime.now():%Y-%m-%d %H%M}.html"
        rights = self.workbench.rights
        self.choose_file(
            self,
            tr("Save the summary"),
            name,
            REPORT_KINDS,
            lambda path: self._compute(
                lambda: work.save_report(result, path, rights),
                lambda made: self.workbench.tell(
                    tr("Summary of {steps} steps in {path}", steps=grouped(made.steps), path=made.path)
                ),
                self.say_error,
            ),
        )

    def may_export(self) -> bool:
        return self.workbench.allowed(Right.EXPORT)


def file_name(reel: Reel) -> str:
    """A name for a file of this tape, without what no file system takes."""
    if reel.path is not None:
        return reel.path.stem
    meter = reel.header.meter
    name = meter.serial if meter is not None and meter.serial else title_words(reel.tape)
    kept = "".join(each if each.isalnum() or each in " -_." else "-" for each in name).strip()
    return f"{kept or 'tape'} {reel.header.started_at.astimezone():%Y-%m-%d}"

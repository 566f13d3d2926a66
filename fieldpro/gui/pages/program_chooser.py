"""The top of the Program page: which program, from the library, a template or a file, or this meter made into one."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QDir, QSignalBlocker, Qt, Signal
from PySide6.QtWidgets import QComboBox, QCompleter, QFileDialog, QHBoxLayout, QVBoxLayout, QWidget

from fieldpro.gui.look import Look
from fieldpro.gui.parts import button, dress, label
from fieldpro.gui.words import tr

if TYPE_CHECKING:
    from fieldpro.gui.pages.program_work import Loaded, Offer

HASH_SHOWN = 12  # digits of the hash that a person compares; all of them are in the tool tip
PROGRAMS = "FieldPro programs (*.toml)"


class ProgramChooser(QWidget):
    """`chosen(Offer)`, `revision_chosen(int)`; the buttons say what they are wanted for."""

    chosen = Signal(object)
    revision_chosen = Signal(int)
    file_chosen = Signal(object)  # Path
    meter_wanted = Signal()
    keep_wanted = Signal()
    save_wanted = Signal()

    def __init__(self) -> None:
        super().__init__()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        self.box = QComboBox()
        self.box.setAccessibleName(tr("Program"))
        self.box.setEditable(True)
        self.box.setInsertPolicy(QComboBox.InsertPolicy.NoInsert)
        typed = self.box.lineEdit()
        assert typed is not None  # an editable box has one
        typed.setPlaceholderText(tr("Choose a program, or type a part of its name"))
        self.box.setMinimumWidth(200)
        self.box.setMinimumContentsLength(12)
        self.box.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        completer = QCompleter(self.box.model(), self.box)
        completer.setFilterMode(Qt.MatchFlag.MatchContains)
        completer.setCaseSensitivity(Qt.CaseSensitivity.CaseInsensitive)
        completer.setCompletionMode(QCompleter.CompletionMode.PopupCompletion)
        self.box.setCompleter(completer)
        self.box.activated.connect(self._activated)
        self.revisions = QComboBox()
        self.revisions.setAccessibleName(tr("Revision"))
        self.revisions.hide()
        self.revisions.activated.connect(lambda _index: self.revision_chosen.emit(self.revisions.currentData()))
        self.open_button = button(tr("Open a file"), self.ask_file, icon="open")
        self.meter_button = button(tr("This meter as a program"), self.meter_wanted.emit, icon="meter")
        self.keep_button = button(tr("Keep in the library"), self.keep_wanted.emit, icon="records")
        self.save_button = button(tr("Save as a file"), self.save_wanted.emit, icon="save")
        row = QHBoxLayout()
        row.setSpacing(8)
        row.addWidget(self.box, 1)
        row.addWidget(self.revisions)
        for made in (self.open_button, self.meter_button):
            row.addWidget(made)
        column.addLayout(row)
        self.facts = label(type="small", tone="weak", wrap=True)
        below = QHBoxLayout()
        below.setSpacing(8)
        below.addWidget(self.facts, 1)
        below.addWidget(self.keep_button)
        below.addWidget(self.save_button)
        column.addLayout(below)
        self._offers: list[Offer] = []
        self.show_program(None)

    def set_look(self, look: Look) -> None:
        dress(self, look)

    def show_offers(self, offers: Sequence[Offer]) -> None:
        """The programs to choose from; the one in hand stays chosen."""
        self._offers = list(offers)
        with QSignalBlocker(self.box):
            text = self.box.currentText()
            self.box.clear()
            for offer in offers:
                where = tr("template") if offer.kind == "template" else tr("revision {number}", number=offer.revision)
                self.box.addItem(f"{offer.title}  ({where})", offer)
            self.box.setCurrentIndex(-1)
            self.box.setEditText(text)

    def show_program(self, loaded: Loaded | None) -> None:
        """What is known of the program in hand."""
        there = loaded is not None
        self.keep_button.setVisible(there)
        self.save_button.setVisible(there)
        self.facts.setVisible(there)
        self.revisions.setVisible(False)
        if loaded is None:
            self.box.setEditText("")
            return
        program = loaded.program
        with QSignalBlocker(self.box):
            self.box.setEditText(program.title or program.name)
        origin = {"template": tr("a template"), "library": tr("from the library"), "meter": tr("made from this meter")}
        parts = [
            program.name,
            tr("revision {number}", number=program.revision),
            origin.get(loaded.origin, loaded.origin),
            tr("for {target}", target=_target(loaded)),
            tr("SHA-256 {start}", start=program.hash[:HASH_SHOWN]),
        ]
        self.facts.setText(" · ".join(parts))
        self.facts.setToolTip(program.hash)
        if len(loaded.revisions) > 1:
            with QSignalBlocker(self.revisions):
                self.revisions.clear()
                for number in loaded.revisions:
                    self.revisions.addItem(tr("Revision {number}", number=number), number)
                self.revisions.setCurrentIndex(self.revisions.findData(program.revision))
            self.revisions.setVisible(True)

    def ask_file(self) -> None:
        """Choose a program's file."""
        dialog = QFileDialog(self, tr("Open a program"), QDir.homePath(), PROGRAMS)
        dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
        dialog.fileSelected.connect(lambda path: self.file_chosen.emit(Path(path)))
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()

    def _activated(self, index: int) -> None:
        offer = self.box.itemData(index)
        if offer is not None:
            self.chosen.emit(offer)


def _target(loaded: Loaded) -> str:
    """What meters it is for, in a few words."""
    target = loaded.program.target
    parts = [part for part in (target.manufacturer, target.model, target.form) if part not in ("*", "")]
    return " ".join(parts) or tr("any meter")

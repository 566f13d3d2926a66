"""Ask where to save a file, without holding up the window."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QDir
from PySide6.QtWidgets import QFileDialog, QWidget

Choose = Callable[[QWidget, str, str, str, Callable[[Path], object]], object]


def choose_file(parent: QWidget, title: str, name: str, kind: str, then: Callable[[Path], object]) -> QFileDialog:
    """`name` is offered, `kind` is a filter such as "CSV (*.csv)"; `then` gets the path that was chosen, if one was."""
    dialog = QFileDialog(parent, title, QDir.homePath(), kind)
    dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
    dialog.setDefaultSuffix(Path(name).suffix.lstrip("."))
    dialog.selectFile(name)
    dialog.fileSelected.connect(lambda chosen: then(Path(chosen)))
    dialog.finished.connect(dialog.deleteLater)
    dialog.open()
    return dialog

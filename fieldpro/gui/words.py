"""Words for a person, in their own language.

Every text of the window passes through `tr`. Tables of declared texts (`actions`, `registry`, `roles`) mark theirs
with `mark` and translate when they are shown, so that a language can change while the window is open.
`pyside6-lupdate -tr-function-alias translate+=tr,QT_TR_NOOP+=mark` finds both.
"""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication

CONTEXT = "FieldPro"


def tr(text: str, /, **values: object) -> str:
    """`text` in the reader's language, with `{name}` places filled from `values`."""
    translated = QCoreApplication.translate(CONTEXT, text)
    return translated.format(**values) if values else translated


def mark(text: str) -> str:
    """Mark a text for translation where it is declared; `tr` is called where it is shown."""
    return text

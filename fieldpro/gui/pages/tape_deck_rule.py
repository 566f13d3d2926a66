"""How one step is held to the tape, and what is noted of it: the form behind `table_playback.tape.VerifyRule`."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtCore import QSignalBlocker, Signal
from PySide6.QtWidgets import QCheckBox, QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from fieldpro.gui.fields import Choose, form
from fieldpro.gui.look import Look
from fieldpro.gui.models import tape_words as words
from fieldpro.gui.parts import button, label, scrolling
from fieldpro.gui.words import tr
from table_playback.tape import EXACT, Order, Step, VerifyRule

MOST_PX = 1100


class RuleForm(QWidget):
    """`changed(step)` when a person changed something that can be used; what cannot is said below the field."""

    changed = Signal(object)
    for_all_wanted = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self._step: Step | None = None
        self.enabled_box = QCheckBox(tr("This step is played"))
        self.repeats_box = QCheckBox(tr("Served as a meter, it may be asked for again"))
        self.order_box = Choose(tr("Held to the tape"), lambda _order: self._take())
        self.order_box.offer([(order, tr(text)) for order, text in words.ORDERS.items()], Order.RECORDED)
        self.order_box.setMinimumContentsLength(18)
        self.ignore_field = self._line(tr("CLOCK_TBL.*, *.LAST_ENTRY_SEQ_NBR"), tr("Left out"))
        self.tolerance_field = self._line(tr("INSTANTANEOUS_*=50"), tr("Tolerances"))
        self.note_field = self._line(tr("What a person should know of this step"), tr("Note"))
        self.wrong = label(tone="bad", type="small", wrap=True)
        self.wrong.hide()
        self.exact_button = button(tr("Hold it exactly"), self._make_exact)
        self.all_button = button(tr("The same for every step like it"), self._for_all)
        inside = QWidget()
        inside.setMaximumWidth(MOST_PX)
        column = QVBoxLayout(inside)
        column.setContentsMargins(2, 0, 8, 0)
        column.setSpacing(8)
        boxes = QHBoxLayout()
        boxes.setSpacing(16)
        boxes.addWidget(self.enabled_box)
        boxes.addWidget(self.repeats_box)
        boxes.addStretch(1)
        column.addLayout(boxes)
        both = QHBoxLayout()
        both.setSpacing(24)
        both.addLayout(form((tr("Held to the tape"), self.order_box), (tr("Note"), self.note_field)), 1)
        both.addLayout(form((tr("Left out"), self.ignore_field), (tr("Tolerances"), self.tolerance_field)), 1)
        column.addLayout(both)
        column.addWidget(self.wrong)
        acts = QHBoxLayout()
        acts.setSpacing(8)
        acts.addWidget(self.exact_button)
        acts.addWidget(self.all_button)
        acts.addStretch(1)
        column.addLayout(acts)
        column.addStretch(1)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.addWidget(scrolling(inside))
        for box in (self.enabled_box, self.repeats_box):
            box.toggled.connect(lambda _on: self._take())
        for field in (self.ignore_field, self.tolerance_field, self.note_field):
            field.editingFinished.connect(self._take)

    @staticmethod
    def _line(hint: str, name: str) -> QLineEdit:
        made = QLineEdit()
        made.setPlaceholderText(hint)
        made.setAccessibleName(name)
        return made

    def set_look(self, _look: Look) -> None:
        """Nothing here is painted by hand."""

    def show_step(self, step: Step) -> None:
        """Fill the form, without saying so."""
        self._step = step
        rule = step.verify
        pairs = (
            (self.ignore_field, ", ".join(rule.ignore)),
            (self.tolerance_field, ", ".join(f"{path}={limit:g}" for path, limit in rule.tolerance)),
            (self.note_field, step.note),
        )
        for field, text in pairs:
            if field.text() != text:
                with QSignalBlocker(field):
                    field.setText(text)
        for box, on in ((self.enabled_box, step.enabled), (self.repeats_box, rule.repeats)):
            with QSignalBlocker(box):
                box.setChecked(on)
        self.order_box.choose(rule.order)
        self.exact_button.setEnabled(rule != EXACT)
        self.wrong.hide()

    def _take(self) -> None:
        step = self._step
        if step is None:
            return
        try:
            tolerance = parse_tolerance(self.tolerance_field.text())
        except ValueError as error:
            self.wrong.setText(tr("A tolerance is an element, an equals sign and a number: {text}", text=str(error)))
            self.wrong.show()
            return
        rule = VerifyRule(
            order=self.order_box.chosen,
            ignore=parse_ignore(self.ignore_field.text()),
            tolerance=tolerance,
            repeats=self.repeats_box.isChecked(),
        )
        after = replace(step, verify=rule, note=self.note_field.text().strip(), enabled=self.enabled_box.isChecked())
        if after != step:
            self._step = after
            self.exact_button.setEnabled(rule != EXACT)
            self.wrong.hide()
            self.changed.emit(after)

    def _make_exact(self) -> None:
        if self._step is not None:
            self.changed.emit(replace(self._step, verify=EXACT))

    def _for_all(self) -> None:
        self._take()
        if self._step is not None and not self.wrong.isVisible():
            self.for_all_wanted.emit(self._step)


def parse_ignore(text: str) -> tuple[str, ...]:
    """Elements with commas between."""
    return tuple(dict.fromkeys(part.strip() for part in text.split(",") if part.strip()))


def parse_tolerance(text: str) -> tuple[tuple[str, float], ...]:
    """ "ELEMENT=NUMBER, ...". Raises `ValueError` with the part that is none."""
    found = []
    for part in (piece.strip() for piece in text.split(",")):
        if not part:
            continue
        path, equals, number = part.partition("=")
        try:
            limit = float(number)
        except ValueError:
            limit = -1.0
        if not equals or not path.strip() or not 0 <= limit < float("inf"):
            raise ValueError(part)
        found.append((path.strip(), limit))
    return tuple(found)

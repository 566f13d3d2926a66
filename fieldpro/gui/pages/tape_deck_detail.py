"""The step in hand: expected against actual, element by element, with the bytes; and how it is held to the tape."""

from __future__ import annotations

from PySide6.QtCore import QModelIndex, Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QSplitter, QStackedWidget, QVBoxLayout, QWidget

from fieldpro.gui.hexview import HexView
from fieldpro.gui.look import Look
from fieldpro.gui.models import tape_words as words
from fieldpro.gui.models.rows import Column, RowsModel
from fieldpro.gui.models.tape_fields import FieldRow, StepContent
from fieldpro.gui.pages.tape_deck_rule import RuleForm
from fieldpro.gui.parts import Elided, Pill, button, label
from fieldpro.gui.rows_view import RowsView
from fieldpro.gui.segments import Segments
from fieldpro.gui.words import tr
from table_playback.tape import Step

FIELDS, DIFFERENT, RULE = "fields", "different", "rule"
TAPE, METER = "tape", "meter"
HEX_PX = 336
LEAST_ROWS = 3
MOST_WIDE = (0.36, 0.26, 0.26, 0.16)


def _tone(row: FieldRow) -> str:
    return "bad" if row.differs else "warn" if row.otherwise else ""


def _mark(row: FieldRow) -> str:
    """What the colour says, in a word."""
    return tr("differs") if row.differs else tr("left out") if row.otherwise else ""


def _with_unit(text: str, unit: str) -> str:
    return f"{text} {unit}" if text and unit else text


COLUMNS = (
    lambda: Column(tr("Element"), lambda row: row.title, tip=lambda row: row.path, strong=lambda row: row.differs),
    lambda: Column(tr("On the tape"), lambda row: _with_unit(row.expected, row.unit)),
    lambda: Column(tr("From the meter"), lambda row: _with_unit(row.found, row.unit), tone=_tone),
    lambda: Column(tr("Verdict"), _mark, tone=_tone),
)


class StepDetail(QFrame):
    """`step_changed(step)` when a person changed it; `left_out(path)` when an element is to be ignored from now on."""

    step_changed = Signal(object)
    rule_for_all = Signal(object)  # Step: its rule is to hold for every step like it
    left_out = Signal(str)

    def __init__(self, look: Look) -> None:
        super().__init__()
        self.setProperty("kind", "card")
        self.setAccessibleName(tr("The step in hand"))
        self._look = look
        self.content: StepContent | None = None
        self._rows: tuple[FieldRow, ...] = ()
        self.title = Elided(type="strong")
        self.verdict = Pill()
        self.why = Elided(tone="weak")
        self.which = Segments(
            ((DIFFERENT, tr("What differs")), (FIELDS, tr("All elements")), (RULE, tr("Rule and note"))),
            name=tr("Of this step"),
        )
        self.which.changed.connect(lambda _key: self._show())
        self.model = RowsModel([column() for column in COLUMNS], self)
        self.fields = RowsView(self.model, tr("Elements, expected and actual"), stretch=0, most=MOST_WIDE)
        self.fields.setTextElideMode(Qt.TextElideMode.ElideMiddle)  # which of many, and what of it
        self.fields.selectionModel().currentRowChanged.connect(self._row_chosen)
        self.nothing = label(tone="weak", wrap=True)
        self.leave_button = button(tr("Leave this element out"), self._leave_out)
        self.side = Segments(((TAPE, tr("On the tape")), (METER, tr("From the meter"))), name=tr("Bytes of"))
        self.side.changed.connect(lambda _side: self._show_bytes())
        self.hex = HexView(look)
        self.hex.setAccessibleName(tr("Bytes of the step"))
        self.hex.byte_chosen.connect(self._byte_chosen)
        self.rule = RuleForm()
        self.rule.changed.connect(self.step_changed)
        self.rule.for_all_wanted.connect(self.rule_for_all)
        self._build()
        self.show_content(None)

    def _build(self) -> None:
        head = QHBoxLayout()
        head.setSpacing(12)
        head.addWidget(self.title)
        head.addWidget(self.verdict)
        head.addWidget(self.why)
        head.addStretch(1)
        head.addWidget(self.which)
        left = QWidget()
        column = QVBoxLayout(left)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        column.addWidget(self.nothing)
        column.addWidget(self.fields, 1)
        column.addWidget(self.leave_button, 0, Qt.AlignmentFlag.AlignLeft)
        self.right = QWidget()
        beside = QVBoxLayout(self.right)
        beside.setContentsMargins(0, 0, 0, 0)
        beside.setSpacing(4)
        beside.addWidget(self.side)
        beside.addWidget(self.hex, 1)
        self.both = QSplitter()
        self.both.setHandleWidth(12)
        self.both.setChildrenCollapsible(False)
        self.both.addWidget(left)
        self.both.addWidget(self.right)
        self.both.setStretchFactor(0, 1)
        self.both.setSizes([640, HEX_PX])
        self.stack = QStackedWidget()
        self.stack.addWidget(self.both)
        self.stack.addWidget(self.rule)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(16, 10, 12, 10)
        outer.setSpacing(8)
        outer.addLayout(head)
        outer.addWidget(self.stack, 1)

    def set_look(self, look: Look) -> None:
        self._look = look
        self.fields.set_look(look)
        self.setMinimumHeight(3 * look.density.target + LEAST_ROWS * look.density.row + 24)
        self.hex.set_look(look)
        for each in (self.which, self.side, self.rule):
            each.set_look(look)
        self._show_head()

    # --- what is shown ----------------------------------------------------------------------------------------

    @property
    def step(self) -> Step | None:
        return None if self.content is None else self.content.step

    def show_content(self, content: StepContent | None, title: str = "") -> None:
        """Another step, or the same one with a verdict."""
        same = content is not None and self.step is not None and self.step.number == content.step.number
        self.content = content
        self.title.set_text(title)
        self.stack.setVisible(content is not None)
        self.which.setVisible(content is not None)
        self._show_head()
        if content is None:
            return
        found = content.found is not None
        self.side.button(METER).setEnabled(found)
        if not found:
            self.side.choose(TAPE)
        self.which.button(DIFFERENT).setEnabled(content.result is not None)
        if self.which.chosen != RULE and not same:
            self.which.choose(DIFFERENT if content.differing else FIELDS)
        elif self.which.chosen == DIFFERENT and content.result is None:
            self.which.choose(FIELDS)
        elif self.which.chosen == FIELDS and content.differing:
            self.which.choose(DIFFERENT)
        self.rule.show_step(content.step)
        self._show()

    def _show_head(self) -> None:
        content = self.content
        if content is None:
            self.title.set_text(tr("No step in hand"))
        result = None if content is None else content.result
        self.verdict.setVisible(result is not None)
        self.why.setVisible(result is not None)
        if result is not None:
            face = words.FACES[str(result.verdict)]
            self.verdict.show_state(tr(face.word), face.tone, self._look)
            self.why.set_text("" if result.differences else result.detail)

    def _show(self) -> None:
        content = self.content
        if content is None:
            return
        chosen = self.which.chosen
        self.stack.setCurrentWidget(self.rule if chosen == RULE else self.both)
        if chosen == RULE:
            return
        self._rows = content.differing if chosen == DIFFERENT else content.rows
        self.model.set_rows(self._rows)
        said = content.why
        if not self._rows and not said:
            said = tr("Nothing differs.") if content.result is not None else tr("There are no elements.")
        self.nothing.setText(said)
        self.nothing.setVisible(bool(said))
        self.fields.setVisible(bool(self._rows))
        self.right.setVisible(bool(content.expected or content.found))
        self._show_bytes()
        self.leave_button.setVisible(False)
        if self._rows:
            self.fields.selectRow(0)

    def _show_bytes(self) -> None:
        content = self.content
        if content is None:
            return
        span = self.hex.span
        data = (content.found or b"") if self.side.chosen == METER else content.expected
        if data != self.hex.data:
            self.hex.set_data(data)
            self.hex.select(*span)
        row = self._row()
        if row is not None and row.length:
            self.hex.select(row.offset, row.length)

    # --- what is chosen ---------------------------------------------------------------------------------------

    def _row(self) -> FieldRow | None:
        place = self.fields.row
        return self._rows[place] if 0 <= place < len(self._rows) else None

    def _row_chosen(self, _current: QModelIndex) -> None:
        row = self._row()
        self.leave_button.setVisible(row is not None and row.differs and bool(row.path))
        if row is not None:
            self.leave_button.setText(tr("Leave “{element}” out from now on", element=row.title))
            if row.length:
                self.hex.select(row.offset, row.length)

    def _byte_chosen(self, offset: int) -> None:
        for place, row in enumerate(self._rows):
            if row.offset <= offset < row.offset + row.length:
                self.fields.selectRow(place)
                return

    def _leave_out(self) -> None:
        row = self._row()
        if row is not None and row.path:
            self.left_out.emit(row.path)

"""The fields of a request made by hand, and the bytes as they will go out (`goes_out`, which the page places)."""

from __future__ import annotations

from collections.abc import Iterable

from PySide6.QtCore import QStringListModel, Qt, Signal
from PySide6.QtWidgets import QCompleter, QGridLayout, QHBoxLayout, QLineEdit, QPlainTextEdit, QVBoxLayout, QWidget

from fieldpro.gui.fields import Choose
from fieldpro.gui.look import Look, mark_as
from fieldpro.gui.models.request_builder import (
    COUNT,
    DATA,
    INDEX,
    NOT_OFFERED,
    OFFSET,
    SECONDS,
    SERVICES,
    TABLE,
    Built,
    Service,
    Typed,
)
from fieldpro.gui.pages.tables_bar import EditBar
from fieldpro.gui.pages.tables_catalogue import Presence, TableEntry
from fieldpro.gui.pages.tables_detail import Content, TableDetail
from fieldpro.gui.pages.tables_draft import TableDraft, is_same_layout
from fieldpro.gui.parts import button, label, number_field
from fieldpro.gui.words import mark, tr

FIELDS = (
    (TABLE, mark("Table"), mark("23, MT 3 or a name")),
    (OFFSET, mark("Offset"), mark("0, 0x10 or an element")),
    (INDEX, mark("Index path"), mark("3.0.1 or an element")),
    (COUNT, mark("Count"), mark("bytes or elements")),
    (SECONDS, mark("Seconds"), mark("0 to 255")),
)
DATA_PX = 300
MOST_SHOWN = 2_048  # bytes of a message or packet that are written out
GROUP = 16


class RequestForm(QWidget):
    """`typed` is what stands in the fields; `changed` at every change of it; `show_built` says beside each field what
    is wrong, and shows what will go out."""

    changed = Signal()
    read_wanted = Signal()

    def __init__(self, look: Look) -> None:
        super().__init__()
        self._look = look
        self.fields: dict[str, QLineEdit] = {}
        self._labels: dict[str, QWidget] = {}
        self.said: dict[str, QWidget] = {}
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        grid = QGridLayout()
        grid.setHorizontalSpacing(12)
        grid.setVerticalSpacing(4)
        grid.setColumnStretch(1, 1)
        self.service = Choose(tr("Service"), lambda _value: self._service_chosen())
        self.service.offer([(each, f"{tr(each.title)}  ({each.code})") for each in SERVICES], SERVICES[0])
        self.service.setToolTip(tr(NOT_OFFERED))
        words = label(tr("Service"))
        words.setBuddy(self.service)
        grid.addWidget(words, 0, 0)
        grid.addWidget(self.service, 0, 1)
        for row, (name, title, hint) in enumerate(FIELDS):
            self._add(grid, 2 * row + 1, name, tr(title), tr(hint))
        self.names = QStringListModel(self)
        completer = QCompleter(self.names, self)
        completer.setCaseSensitivity(Qt.CaseSensitivity.CaseInsensitive)
        completer.setFilterMode(Qt.MatchFlag.MatchContains)
        self.fields[TABLE].setCompleter(completer)
        column.addLayout(grid)
        column.addWidget(self._make_data(), 1)
        self.about = label(tr(NOT_OFFERED), type="small", tone="weak", wrap=True)
        self.why_not = label(tone="warn", wrap=True)
        self.why_not.hide()
        column.addWidget(self.why_not)
        self.goes_out = QPlainTextEdit()
        self.goes_out.setReadOnly(True)
        self.goes_out.setAccessibleName(tr("What will go out"))
        self.goes_out.setTabChangesFocus(True)
        self.goes_out.setMinimumHeight(110)
        self.goes_out.setLineWrapMode(QPlainTextEdit.LineWrapMode.NoWrap)
        column.addStretch(1)
        self._show_fields()

    def _add(self, grid: QGridLayout, row: int, name: str, title: str, hint: str) -> None:
        field = QLineEdit()
        field.setPlaceholderText(hint)
        field.setAccessibleName(title)
        field.textChanged.connect(lambda _text: self.changed.emit())
        words = label(title)
        words.setBuddy(field)
        said = label(type="small", wrap=True)
        said.hide()
        grid.addWidget(words, row, 0)
        grid.addWidget(field, row, 1)
        grid.addWidget(said, row + 1, 1)
        self.fields[name], self._labels[name], self.said[name] = field, words, said

    def _make_data(self) -> QWidget:
        """What is written: the bytes, and the fields where they are known, as in Tables."""
        self.data_side = QWidget()
        column = QVBoxLayout(self.data_side)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        row = QHBoxLayout()
        row.setSpacing(8)
        row.addWidget(label(tr("Data"), type="heading"))
        row.addStretch(1)
        self.size_field = number_field(1, 1, 0xFFFF)
        self.size_field.setAccessibleName(tr("Bytes of data"))
        self.size_field.setSuffix(tr(" bytes"))
        self.size_field.valueChanged.connect(self._size_chosen)
        row.addWidget(self.size_field)
        column.addLayout(row)
        self.data = TableDetail(self._look, stacked=True)
        self.data.setMinimumHeight(DATA_PX)
        self.data.edited.connect(self._data_edited)
        self.bar = EditBar(self.data)
        self.bar.revert_button.hide()
        column.addWidget(self.bar)
        column.addWidget(self.data, 1)
        self.not_read = label(tr("It was not read: these are zeros."), type="small", tone="warn", wrap=True)
        self.read_button = button(tr("Read it"), self.read_wanted.emit, kind="link")
        unread = QHBoxLayout()
        unread.addWidget(self.not_read)
        unread.addWidget(self.read_button)
        unread.addStretch(1)
        column.addLayout(unread)
        said = label(type="small", wrap=True)
        said.hide()
        column.addWidget(said)
        self.said[DATA] = said
        self.draft = TableDraft(-1, b"\0")
        self._show_draft(self.draft)
        return self.data_side

    def set_look(self, look: Look) -> None:
        self._look = look
        self.data.set_look(look)
        self.goes_out.setFont(look.mono("small"))

    # --- what is typed ----------------------------------------------------------------------------------------

    @property
    def chosen(self) -> Service:
        service: Service = self.service.chosen
        return service

    @property
    def typed(self) -> Typed:
        texts = {name: field.text() for name, field in self.fields.items()}
        return Typed(self.chosen.id, data=self.draft.data, **texts)

    def fill(self, typed: Typed) -> None:
        """Put something into the fields, as if it was typed."""
        self.service.choose(next(each for each in SERVICES if each.id == typed.service))
        for name, field in self.fields.items():
            field.setText(getattr(typed, name))
        if typed.data:
            self._show_draft(TableDraft(-1, typed.data))
        self._service_chosen()

    def _service_chosen(self) -> None:
        self._show_fields()
        self.changed.emit()

    def _show_fields(self) -> None:
        takes = self.chosen.takes
        for name, field in self.fields.items():
            field.setVisible(name in takes)
            self._labels[name].setVisible(name in takes)
            if name not in takes:
                self.said[name].hide()
        self.data_side.setVisible(DATA in takes)

    # --- data -------------------------------------------------------------------------------------------------

    def _show_draft(self, draft: TableDraft) -> None:
        self.draft = draft
        entry = TableEntry(-1, "", "", "", Presence.READ, len(draft.data))
        self.data.show_content(Content(entry, draft.base, draft.decoded, editable=True), draft)
        self.bar.show_state()
        self._show_size()

    def _show_size(self) -> None:
        self.size_field.blockSignals(True)
        self.size_field.setValue(len(self.draft.data))
        self.size_field.blockSignals(False)
        fixed = self.draft.layout is not None and len(self.draft.data) == self.draft.layout.size
        self.size_field.setEnabled(not fixed)

    def _size_chosen(self, size: int) -> None:
        self.data.resize_table(size)

    def _data_edited(self) -> None:
        self._show_size()
        self.changed.emit()

    def show_layout(self, built: Built, held: bytes) -> None:
        """Fields beside the bytes for what is written now. `held`: what was read of it, to begin with."""
        layout = built.data_layout
        unread = layout is not None and len(held) != layout.size and not self.draft.changed
        if is_same_layout(self.draft.layout, layout) and (layout is None or len(self.draft.data) == layout.size):
            fresh = layout is not None and not unread and not self.draft.changed and self.draft.base != held
            if not fresh:
                self._say_unread(unread)
                return
        if layout is None:
            self._show_draft(TableDraft(-1, self.draft.data or b"\0"))
        else:
            base = held if len(held) == layout.size else bytes(layout.size)
            self._show_draft(TableDraft(-1, base, layout))
        self._say_unread(unread)
        self.changed.emit()

    def _say_unread(self, unread: bool) -> None:
        self.not_read.setVisible(unread)
        self.read_button.setVisible(unread)

    # --- what comes of it -------------------------------------------------------------------------------------

    def show_built(self, built: Built, link_words: str) -> None:
        """What is wrong, beside its field; else the message and the packets."""
        for name, said in self.said.items():
            complaint, note = built.complaints.get(name, ""), built.notes.get(name, "")
            visible = (
                name in built.service.takes and bool(complaint or note) and not self._is_untouched(name, complaint)
            )
            text = tr("Expected: {what}", what=complaint) if complaint else note
            said.setText(text)  # type: ignore[attr-defined] # a QLabel
            mark_as(said, tone="bad" if complaint else "warn")
            said.setVisible(visible)
            if name in self.fields:
                self.fields[name].setAccessibleDescription(text if visible else "")
        self.why_not.setText(built.why_not_sent)
        self.why_not.setVisible(bool(built.why_not_sent))
        self.goes_out.setPlainText(sent_text(built, link_words))

    def _is_untouched(self, name: str, complaint: str) -> bool:
        """A field that is still empty is not scolded; Send stays off all the same."""
        return bool(complaint) and name in self.fields and not self.fields[name].text()

    def offer_names(self, names: Iterable[str]) -> None:
        """Table names for completion."""
        self.names.setStringList(sorted(names))


def sent_text(built: Built, link_words: str) -> str:
    """The exact bytes before they are sent."""
    if built.request is None:
        return tr("Not yet a request.")
    message = built.message
    lines = [tr("{request}: message of {size} bytes", request=built.title, size=f"{len(message):,}")]
    lines += hex_lines(message)
    count = len(built.packets)
    words = tr("1 packet") if count == 1 else tr("{count} packets", count=count)
    lines += ["", f"{words}, {link_words}"]
    shown = 0
    for packet in built.packets:
        if shown > MOST_SHOWN:
            lines.append(tr("and so on"))
            break
        lines += hex_lines(packet)
        shown += len(packet)
    return "\n".join(lines)


def hex_lines(data: bytes) -> list[str]:
    """Sixteen bytes a line, indented; of very many only the first."""
    lines = [f"  {data[at : at + GROUP].hex(' ')}" for at in range(0, min(len(data), MOST_SHOWN), GROUP)]
    if len(data) > MOST_SHOWN:
        lines.append(tr("  and {count} more bytes", count=f"{len(data) - MOST_SHOWN:,}"))
    return lines

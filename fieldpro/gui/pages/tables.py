"""Tables: every table of the meter by decade, its elements in words beside its bytes; both can be changed.

What is changed is a draft: it stays while other tables are looked at, shapes what follows from it, can be kept as a
file, and is written to the meter by a change set that is shown and confirmed.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QModelIndex, Qt, QTimer
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import (
    QHBoxLayout,
    QHeaderView,
    QLineEdit,
    QSizePolicy,
    QSplitter,
    QTreeView,
    QVBoxLayout,
    QWidget,
)

from fieldpro.gui.figures import grouped
from fieldpro.gui.look import Look, mark_as
from fieldpro.gui.page import Page
from fieldpro.gui.pages.program_work import Done
from fieldpro.gui.pages.tables_bar import EditBar
from fieldpro.gui.pages.tables_catalogue import (
    PROCEDURE,
    Group,
    TableEntry,
    catalogue,
    filtered,
    find,
    procedures_group,
    size_text,
)
from fieldpro.gui.pages.tables_detail import Content, TableDetail, content_of
from fieldpro.gui.pages.tables_draft import Drafts
from fieldpro.gui.pages.tables_history import TableHistory
from fieldpro.gui.pages.tables_procedure import ProcedureBench
from fieldpro.gui.pages.tables_tree import TablesTree
from fieldpro.gui.pages.tables_work import LookingBefore, NewLayout, look_at_layout, overlaid, save_draft
from fieldpro.gui.pages.tables_writing import Writer
from fieldpro.gui.parts import Elided, button, dress, label
from fieldpro.gui.save_file import choose_file
from fieldpro.gui.segments import Segments
from fieldpro.gui.words import tr
from fieldpro.security.rights import Right

if TYPE_CHECKING:
    from fieldpro.gui.workbench import Workbench

ALL, IN_METER = "all", "in-meter"
FIELDS, HISTORY = "fields", "history"
FILTER_MS = 120
LAYOUT_MS = 60  # after the last edit, before it is looked whether the layout is another one now
TAPES = "Tape (*.tape);;JSON (*.json);;Table images (*.zip)"
STATE_PX = 76
TREE_PX = 300
LEAST_TREE_PX = 260
FIRST_TABLE = 1  # what is shown first: general manufacturer identification


class TablesPage(Page):
    """The page of the tables."""

    needs_meter = True

    def __init__(self, workbench: Workbench) -> None:
        super().__init__(workbench, tr("Tables"))
        self.groups: tuple[Group, ...] = ()
        self.chosen: int | None = None
        self._view: Any = None
        self._wanted: int | None = None  # asked for before there was a meter
        self.drafts = Drafts()
        self.model = TablesTree(self.look)
        self.detail = TableDetail(self.look)
        self.history = TableHistory(workbench, self.look)
        self.procedure = ProcedureBench(self)
        self.writer = Writer(self)
        self.writer.done.connect(self._written)
        splitter = QSplitter(Qt.Orientation.Horizontal)
        splitter.setHandleWidth(16)
        splitter.setChildrenCollapsible(False)
        splitter.addWidget(self._make_tree())
        splitter.addWidget(self._make_detail())
        splitter.setStretchFactor(0, 1)
        splitter.setStretchFactor(1, 4)
        splitter.setSizes([TREE_PX, 760])
        self.body_layout.addWidget(splitter, 1)
        self._filter_timer = QTimer(self, singleShot=True, interval=FILTER_MS)
        self._filter_timer.timeout.connect(self._filter)
        self._layout_timer = QTimer(self, singleShot=True, interval=LAYOUT_MS)
        self._layout_timer.timeout.connect(self._look_at_layout)
        self.detail.edited.connect(self._edited)
        QShortcut(QKeySequence.StandardKey.Find, self, self.search.setFocus)
        workbench.meter_changed.connect(self._allow)
        workbench.job_changed.connect(self._allow)
        self.show_no_view()

    def _make_tree(self) -> QWidget:
        side = QWidget()
        side.setMinimumWidth(LEAST_TREE_PX)
        column = QVBoxLayout(side)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        self.search = QLineEdit()
        self.search.setPlaceholderText(tr("Number, name or element"))
        self.search.setAccessibleName(tr("Search tables by number, name or element"))
        self.search.setClearButtonEnabled(True)
        self.search.textChanged.connect(lambda _text: self._filter_timer.start())
        self.search.returnPressed.connect(self._choose_first)
        self.which = Segments(((ALL, tr("All")), (IN_METER, tr("In this meter"))), name=tr("Tables"))
        self.which.changed.connect(lambda _which: self._filter())
        self.tree = QTreeView()
        self.tree.setModel(self.model)
        self.tree.setAccessibleName(tr("Tables by decade"))
        self.tree.setUniformRowHeights(True)
        self.tree.setHeaderHidden(True)
        self.tree.setIndentation(16)
        self.tree.setTabKeyNavigation(False)
        header = self.tree.header()
        header.setStretchLastSection(False)
        header.setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
        header.setSectionResizeMode(1, QHeaderView.ResizeMode.Fixed)
        self.tree.setColumnWidth(1, STATE_PX)
        self.tree.selectionModel().currentChanged.connect(self._row_chosen)
        column.addWidget(self.search)
        column.addWidget(self.which)
        column.addWidget(self.tree, 1)
        return side

    def _make_detail(self) -> QWidget:
        side = QWidget()
        column = QVBoxLayout(side)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        self.name = Elided(type="title")
        self.facts = Elided(type="small", tone="weak")
        self.reason = label(tone="warn", wrap=True)
        self.needs_button = button(tr("Read what it needs"), self._read_needs)
        self.reveal_button = button(tr("Show them"), self._reveal)
        self.copy_value_button = button(tr("Copy value"), self.detail.copy_value, kind="quiet", icon="copy")
        self.copy_hex_button = button(tr("Copy hex"), self.detail.copy_hex, kind="quiet", icon="copy")
        self.read_button = button(tr("Read again"), self.read_again, kind="primary", icon="read")
        self.bar = EditBar(self.detail)
        self.save_button = button(tr("Save draft"), self.ask_where, kind="quiet", icon="save")
        self.write_button = button(tr("Write changes"), self.write)
        self.bar.extra.addWidget(self.write_button)
        words = QVBoxLayout()
        words.setSpacing(2)
        words.addWidget(self.name)
        words.addWidget(self.facts)
        head = QHBoxLayout()
        head.setSpacing(8)
        for made in (self.name, self.facts):  # each may be wider than the other
            made.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Preferred)
        head.addLayout(words, 1)
        for widget in (self.copy_value_button, self.copy_hex_button, self.read_button):
            head.addWidget(widget)
        why = QHBoxLayout()
        why.addWidget(self.reason, 1)
        why.addWidget(self.needs_button)
        why.addWidget(self.reveal_button)
        column.addLayout(head)
        column.addLayout(why)
        self.view_choice = Segments(((FIELDS, tr("Content")), (HISTORY, tr("Earlier values"))), name=tr("View"))
        self.view_choice.changed.connect(lambda _which: self._show_choice())
        self.request_button = button(tr("Build a request"), self._build_request, kind="quiet", icon="sent")
        views = QHBoxLayout()
        views.addWidget(self.view_choice)
        views.addSpacing(12)
        views.addWidget(self.bar.said)
        views.addStretch(1)
        views.addWidget(self.save_button)
        views.addWidget(self.request_button)
        column.addLayout(views)
        column.addWidget(self.bar)
        column.addWidget(self.detail, 1)
        column.addWidget(self.history, 1)
        column.addWidget(self.procedure, 1)
        self.history.hide()
        self.procedure.hide()
        self._keep_room(True)
        return side

    # --- the four states --------------------------------------------------------------------------------------

    def show_view(self, view: Any) -> None:
        self._view = view
        if self.drafts.begin(view.identity.key):
            self.banners.say("warn", tr("The draft is gone."), tr("It was for the meter that was shown before."))
            self.procedure.forget()
        if not self.groups:
            self.states.show_loading(tr("Laying out the tables"))
        readings = dict(self.workbench.readout.tables) if self.workbench.readout is not None else {}
        profile = getattr(view, "device_profile", None)

        def work() -> tuple[Group, ...]:
            return (*catalogue(view.tables, readings), procedures_group(view.tables, profile))

        self.workbench.compute(work, self._show_groups)

    def show_no_view(self) -> None:
        self.groups, self.chosen, self._view = (), None, None
        self.drafts.begin("")
        self.procedure.forget()
        self.model.set_groups(())
        self.detail.show_content(None)
        super().show_no_view()

    def _show_groups(self, groups: tuple[Group, ...]) -> None:
        self.groups = groups
        self._filter()
        self.states.show_full()
        wanted = self._wanted if self._wanted is not None else self.chosen
        self._wanted = None
        self.show_table(FIRST_TABLE if wanted is None else wanted)

    # --- the tree ---------------------------------------------------------------------------------------------

    def _filter(self) -> None:
        self._filter_timer.stop()
        text = self.search.text().strip()
        unfolded = {group.decade for place, group in enumerate(self.model.groups) if self._is_open(place)}
        self.model.set_groups(filtered(self.groups, text, only_meter=self.which.chosen == IN_METER))
        for place, group in enumerate(self.model.groups):
            few = sum(len(each.entries) for each in self.model.groups) <= 24
            if group.decade in unfolded or (text and few) or (not unfolded and group.in_meter):
                self.tree.expand(self.model.index(place, 0))
        if self.chosen is not None:
            index = self.model.index_of(self.chosen)
            if index.isValid():
                self.tree.setCurrentIndex(index)

    def _is_open(self, place: int) -> bool:
        return self.tree.isExpanded(self.model.index(place, 0))

    def _choose_first(self) -> None:
        """Enter in the search: the first table that was found."""
        self._filter()
        if self.model.groups:
            self.show_table(self.model.groups[0].entries[0].number)

    def _row_chosen(self, current: QModelIndex, _before: QModelIndex) -> None:
        entry = self.model.entry(current)
        if entry is not None and (
            self.chosen != entry.number or (self.detail.content is None and not entry.is_procedure)
        ):
            self._show_entry(entry)

    def show_table(self, number: int) -> None:
        """Choose a table by number; manufacturer table n is 2048 + n."""
        entry = find(self.groups, number)
        if entry is None:
            return
        if not self.model.index_of(number).isValid():
            self.search.clear()
            self.which.choose(ALL)
            self._filter()
        self._show_entry(entry)
        index = self.model.index_of(number)
        self.tree.expand(index.parent())
        self.tree.setCurrentIndex(index)
        self.tree.scrollTo(index)

    # --- one table --------------------------------------------------------------------------------------------

    def _reveal(self) -> None:
        """Show passwords or keys, this once."""
        entry = None if self.chosen is None else find(self.groups, self.chosen)
        if entry is not None:
            self._show_entry(entry, reveal=True)

    def _show_entry(self, entry: TableEntry, *, reveal: bool = False) -> None:
        self.chosen = entry.number
        view = self._view
        self._show_kind(entry)
        if entry.is_procedure:
            self._show_procedure(entry)
            return
        readout = self.workbench.readout
        reading = None if readout is None else readout.tables.get(entry.number)
        data = b"" if reading is None else reading.data
        parts = () if reading is None else reading.parts
        images = self.drafts.images
        shown = self.drafts.data(entry.number, data)

        def work() -> Content:
            return content_of(overlaid(view.tables, images), entry, shown, reveal=reveal, parts=parts)

        self.workbench.compute(work, lambda content: self._show_content(content, data))
        self._allow()

    def _show_content(self, content: Content, base: bytes) -> None:
        """`base`: the bytes as they were read."""
        entry = content.entry
        if entry.number != self.chosen:
            return
        draft = self.drafts.of(entry.number, base, content.layout) if content.editable else None
        self.name.set_text(f"{entry.label}  {entry.title}")
        self.facts.set_text(" \u00b7 ".join(filter(None, (entry.name, self._read_when(entry)))))
        self.reason.setText(content.reason)
        self.reason.setVisible(bool(content.reason))
        self.needs_button.setVisible(bool(content.needs) and self.workbench.connected)
        self.reveal_button.setVisible(content.is_secret)
        self.detail.show_content(content, draft)
        self._show_choice()
        self.detail.show_match(self.search.text())
        self._allow()

    def _show_kind(self, entry: TableEntry) -> None:
        """A procedure has another side than a table."""
        is_table = not entry.is_procedure
        for made in (self.read_button, self.copy_value_button, self.copy_hex_button, self.view_choice):
            made.setVisible(is_table)
        self.request_button.setVisible(is_table)
        self.save_button.setVisible(is_table)
        self.bar.said.setVisible(is_table)
        self.procedure.setVisible(not is_table)

    def _show_procedure(self, entry: TableEntry) -> None:
        for made in (self.detail, self.bar, self.history, self.needs_button, self.reveal_button):
            made.hide()
        self._keep_room(False)
        self.detail.show_content(None)
        self.name.set_text(f"{entry.label}  {entry.title}")
        self.facts.set_text(entry.name)
        self.reason.setText(entry.reason)
        self.reason.setVisible(bool(entry.reason))
        self.procedure.show_procedure(entry, self._view)

    def _keep_room(self, keep: bool) -> None:
        """Whether a table without content leaves its place empty, so that nothing moves."""
        policy = self.detail.sizePolicy()
        policy.setRetainSizeWhenHidden(keep)
        self.detail.setSizePolicy(policy)

    def _show_choice(self) -> None:
        """The content of the table, or what it held earlier."""
        content, draft = self.detail.content, self.detail.draft
        earlier = self.view_choice.chosen == HISTORY
        self._keep_room(not earlier)
        self.detail.setVisible(not earlier and content is not None and bool(content.data))
        self.bar.setVisible(not earlier and draft is not None)
        self.bar.said.setVisible(draft is not None)
        self.history.setVisible(earlier)
        if earlier and content is not None:
            self.history.show_table(content.entry.number, content.data if draft is None else draft.data)

    def _build_request(self) -> None:
        if self.chosen is not None:
            self.workbench.go("request", str(self.chosen))

    def _read_when(self, entry: TableEntry) -> str:
        readout = self.workbench.readout
        reading = None if readout is None else readout.tables.get(entry.number)
        if reading is None or not reading.data:
            return ""
        size = size_text(len(reading.data))
        if reading.read_at is None:
            return size
        return tr("{size}, read {when}", size=size, when=f"{reading.read_at.astimezone():%Y-%m-%d %H:%M:%S}")

    def _allow(self, _changed: object = None) -> None:
        free = self.workbench.connected and not self.workbench.jobs.busy
        entry = None if self.chosen is None else find(self.groups, self.chosen)
        self.read_button.setEnabled(free and entry is not None)
        self.read_button.setText(tr("Read again") if entry is not None and entry.has_bytes else tr("Read"))
        self.read_button.setAccessibleName(self.read_button.text())
        self.needs_button.setEnabled(free)
        has_bytes = self.detail.content is not None and bool(self.detail.content.data)
        self._allow_draft()
        self.copy_hex_button.setEnabled(has_bytes)
        self.copy_value_button.setEnabled(has_bytes and self.detail.model.table is not None)

    def read_again(self) -> None:
        """Read the chosen table, as a job."""
        entry = None if self.chosen is None else find(self.groups, self.chosen)
        if entry is not None and not entry.is_procedure:
            self.workbench.read([entry.number], name=tr("Reading {table}", table=entry.label))

    def _read_needs(self) -> None:
        content = self.detail.content
        if content is not None and content.needs:
            self.workbench.read([*content.needs], name=tr("Reading what {table} needs", table=content.entry.label))

    # --- the draft --------------------------------------------------------------------------------------------

    def _edited(self) -> None:
        self._layout_timer.start()
        self._allow_draft()

    def _allow_draft(self) -> None:
        """How much is changed in all tables together, and what can become of it."""
        self.bar.show_state()
        changed = self.drafts.changed
        count = sum(draft.count() for draft in changed.values())
        self.write_button.setText(
            tr("Write changes")
            if not count
            else tr("Write 1 change")
            if count == 1
            else tr("Write {count} changes", count=grouped(count))
        )
        why_not = self.writer.why_not() or ("" if changed else tr("Nothing was changed."))
        self.write_button.setEnabled(not why_not)
        self.write_button.setToolTip(why_not)
        self.write_button.setAccessibleDescription(why_not)
        self.save_button.setEnabled(bool(changed) and self.workbench.allowed(Right.EXPORT))
        kinds = ("primary", "") if not why_not else ("", "primary")
        if (self.write_button.property("kind") or "", self.read_button.property("kind") or "") != kinds:
            for made, kind in zip((self.write_button, self.read_button), kinds, strict=True):
                mark_as(made, kind=kind)
            dress(self, self.look)
        self.model.set_changed(frozenset(changed))

    def _look_at_layout(self) -> None:
        """What was changed may give the table another layout: counts and formats are among its own elements."""
        draft, view = self.detail.draft, self._view
        if draft is None or view is None:
            return
        number, data, held, version = draft.number, draft.data, draft.layout, draft.version
        images = self.drafts.images

        def take(found: NewLayout) -> None:
            now = self.detail.draft
            if now is draft and now.version == found.version and not found.same:
                self.detail.set_layout(found.layout)

        self.workbench.compute(lambda: look_at_layout(view.tables, number, data, images, held, version), take)

    def write(self) -> None:
        """Read the changed tables again, and show what would be written."""
        bench = self.workbench
        profile = getattr(self._view, "device_profile", None)
        looking = LookingBefore(list(self.drafts.changed.values()), bench.settings.operator, bench.readout, profile)
        self.writer.look(tr("Comparing with the meter"), looking.conversation)

    def _written(self, done: Done) -> None:
        self.drafts.forget(done.written.change_set.tables)

    def ask_where(self) -> None:
        """Keep what was read, with what was changed, as a file."""
        name = f"{self.workbench.readout.identity.serial if self.workbench.readout else 'meter'}-draft.tape"
        choose_file(self, tr("Save the draft as a tape"), name, TAPES, self.save_draft)

    def save_draft(self, path: Path) -> None:
        bench, images = self.workbench, self.drafts.images
        readout = bench.readout
        if readout is None:
            return
        bench.at_store(
            lambda: save_draft(readout, images, path, bench.rights),
            lambda where: bench.tell(tr("Saved as {file}", file=where)),
        )

    # --- the page ---------------------------------------------------------------------------------------------

    def visited(self, place: str = "") -> None:
        """`place` is a table's number."""
        if not place:
            return
        if self.groups:
            self.show_table(int(place))
        else:
            self._wanted = int(place)

    def places(self) -> Iterator[tuple[str, str, str]]:
        """The tables that only this meter has; the window knows those of the dictionary."""
        for group in self.groups:
            for entry in group.entries:
                if entry.number >= PROCEDURE:
                    yield str(entry.number), f"{entry.label}  {entry.title}", tr("Procedure")
                elif not entry.name:
                    yield str(entry.number), f"{entry.label}  {entry.title}", tr("Table")

    def set_theme(self, look: Look) -> None:
        super().set_theme(look)
        self.model.set_look(look)
        self.detail.set_look(look)
        self.which.set_look(look)
        self.view_choice.set_look(look)
        self.history.set_look(look)
        self.procedure.set_look(look)

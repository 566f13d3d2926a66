"""Tape deck: what was said to a meter, step by step; recorded, played to a meter, played as one, held against it.

head        which meter, when, who, how much, redacted or not; not saved; what the last playing came to
transport   play, from here, one step, stop, loop, speed, record mode
steps       a list that asks the tape for what is seen; the step that is played stays in view
detail      expected against actual, element by element, with the bytes; rule and note
serve       the tape as a meter
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QDragEnterEvent, QDropEvent, QKeySequence, QShortcut
from PySide6.QtWidgets import QHBoxLayout, QSplitter

from fieldpro.errors import FieldProError
from fieldpro.gui.look import Look
from fieldpro.gui.models import tape_recent
from fieldpro.gui.models import tape_words as words
from fieldpro.gui.models.tape_reel import Opened, Playlist, Reel
from fieldpro.gui.models.tape_steps import StepsModel
from fieldpro.gui.page import SCROLL_BAR_PX, Page
from fieldpro.gui.pages import tape_deck_work as work
from fieldpro.gui.pages.tape_deck_detail import StepDetail
from fieldpro.gui.pages.tape_deck_files import RECORD, DeckFiles
from fieldpro.gui.pages.tape_deck_head import DeckHead, DeckMenus
from fieldpro.gui.pages.tape_deck_list import StepList
from fieldpro.gui.pages.tape_deck_playing import DeckPlaying
from fieldpro.gui.pages.tape_deck_record import Recorder, RecordStrip
from fieldpro.gui.pages.tape_deck_redact import RedactPanel
from fieldpro.gui.pages.tape_deck_serve import ServeOrder, ServePanel, Serving
from fieldpro.gui.pages.tape_deck_transport import Transport
from fieldpro.gui.parts import button
from fieldpro.gui.standing import Standing
from fieldpro.gui.states import Choice, PageState
from fieldpro.gui.words import tr

if TYPE_CHECKING:
    from fieldpro.gui.models.tape_fields import StepContent
    from fieldpro.gui.workbench import Workbench
    from table_playback.tape import Step

KEYS = {"open": "Ctrl+O", "save": "Ctrl+Shift+S", "record": "Ctrl+R", "serve": "Ctrl+Shift+V"}


class _Shared(QSplitter):
    """Takes the room that there is, and asks for no more than its parts must have: else the page would scroll early."""

    def sizeHint(self) -> QSize:
        return self.minimumSizeHint()


class TapeDeckPage(DeckFiles, DeckPlaying, Page):
    """See the module. `playlist` has the tapes that are open."""

    scrolls = True  # on a small screen; else list and detail share what there is

    def __init__(self, workbench: Workbench) -> None:
        super().__init__(workbench, tr("Tape deck"))
        self.playlist = Playlist()
        self._asked = 0  # counts what was asked for of a step; an earlier answer is thrown away
        self._looked_for_left_over = False
        self.model = StepsModel(self.look)
        self.begin_playing()
        self.recorder = Recorder(workbench, self)
        self.serving = Serving(workbench, self)
        self._serve_order = ServeOrder()
        self._build()
        self._listen()
        self.setAcceptDrops(True)
        self.show_none()
        self.menus.show_recent(tape_recent.recent(), self.open_file)

    # --- building ---------------------------------------------------------------------------------------------

    def _build(self) -> None:
        self.menus = DeckMenus()
        self.serve_button = button(tr("Serve"), self.toggle_serve_panel, icon="virtual")
        self.serve_button.setToolTip(tr("Play the tape as a meter ({key})", key=KEYS["serve"]))
        for each in (self.menus.open, self.menus.record, self.serve_button, self.menus.more):
            self.head.addWidget(each)
        self._fill_menus()
        self.strip = RecordStrip()
        above = QHBoxLayout()
        above.setContentsMargins(0, 0, SCROLL_BAR_PX, 0)  # in line with what scrolls
        above.addWidget(self.strip)
        self._outer.insertLayout(1, above)
        self.head_card = DeckHead(self.look)
        self.redact_panel = RedactPanel()
        self.transport = Transport(self)
        self.serve_panel = ServePanel(self.look)
        self.serve_panel.hide()
        self.steps = StepList(self.model)
        self.detail = StepDetail(self.look)
        self.splitter = _Shared(Qt.Orientation.Vertical)
        self.splitter.setHandleWidth(12)
        self.splitter.setChildrenCollapsible(False)
        self.splitter.addWidget(self.steps)
        self.splitter.addWidget(self.detail)
        self.splitter.setStretchFactor(0, 3)
        self.splitter.setStretchFactor(1, 2)
        self.splitter.setSizes([300, 240])
        self.body_layout.setSpacing(12)
        for widget in (self.head_card, self.redact_panel, self.transport, self.serve_panel):
            self.body_layout.addWidget(widget)
        self.body_layout.addWidget(self.splitter, 1)
        for key, run in (
            (KEYS["open"], self.ask_file),
            (KEYS["save"], self.save),
            (KEYS["record"], self.toggle_recording),
            (KEYS["serve"], self.toggle_serve_panel),
        ):
            shortcut = QShortcut(QKeySequence(key), self)
            shortcut.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
            shortcut.activated.connect(run)

    def _fill_menus(self) -> None:
        menus, add = self.menus, self.menus.add
        add(menus.open, tr("Open a tape or another file"), self.ask_file, shortcut=KEYS["open"])
        add(menus.open, tr("Open a folder of table images"), self.ask_folder)
        self.shown_action = add(
            menus.open,
            tr("Make a tape of the read-out that is shown"),
            lambda: self.of_read_out(self.workbench.readout),
        )
        self.add_action = add(menus.open, tr("Put another tape behind this one"), lambda: self.ask_file(add=True))
        self.record_action = add(menus.record, tr("Record from now on"), self.toggle_recording, shortcut=KEYS["record"])
        self.read_action = add(
            menus.record, tr("Record a read of every table"), lambda: self.record_a_read(every_table=True)
        )
        self.short_action = add(menus.record, tr("Record a short read"), lambda: self.record_a_read(every_table=False))
        self.tape_actions = (
            add(menus.more, tr("Save"), self.save, shortcut=KEYS["save"]),
            add(menus.more, tr("Save as"), self.save_as),
            add(menus.more, tr("Export"), self.export),
            add(menus.more, tr("Redact"), lambda: self.redact_panel.setVisible(True)),
            add(menus.more, tr("Close"), self.close_tape),
        )

    def _listen(self) -> None:
        bench, deck = self.workbench, self.transport
        bench.meter_changed.connect(lambda _meter: self._set_possible())
        bench.job_changed.connect(lambda _job: self._set_possible())
        deck.play_wanted.connect(lambda: self.play())
        deck.from_wanted.connect(lambda: self.play(first=max(1, self.steps.number)))
        deck.step_wanted.connect(self.play_step)
        deck.stop_wanted.connect(self.stop)
        deck.next_wanted.connect(self.next_tape)
        self.steps.chosen.connect(self._step_chosen)
        self.model.switched.connect(self._switched)
        self.detail.step_changed.connect(self._step_changed)
        self.detail.rule_for_all.connect(self._rule_for_all)
        self.detail.left_out.connect(self._leave_out)
        self.head_card.save_wanted.connect(self.save)
        self.steps.report_wanted.connect(self.save_report)
        self.redact_panel.wanted.connect(self.redact)
        self.strip.stop_wanted.connect(self.recorder.stop)
        self.recorder.began.connect(self._recording_began)
        self.recorder.counted.connect(self.strip.show_count)
        self.recorder.made.connect(self._recorded)
        self.recorder.failed.connect(self._recording_failed)
        panel = self.serve_panel
        panel.start_wanted.connect(self.serve)
        panel.stop_wanted.connect(self.serving.stop)
        panel.rewind_wanted.connect(self.serving.rewind)
        panel.connect_wanted.connect(self.connect_to_served)
        panel.closed.connect(self._close_serve_panel)
        self.serving.began.connect(self._serving_began)
        self.serving.said.connect(panel.show_served)
        self.serving.ended.connect(self._serving_ended)
        serving = self.serving
        self.destroyed.connect(lambda: serving.stop())

    # --- Page -------------------------------------------------------------------------------------------------

    def set_theme(self, look: Look) -> None:
        super().set_theme(look)
        self.model.set_look(look)
        for each in (
            self.menus,
            self.strip,
            self.head_card,
            self.serve_panel,
            self.steps,
            self.detail,
        ):
            each.set_look(look)
        reel = self.playlist.reel
        if reel is not None:
            self._show_head(reel)

    def visited(self, place: str = "") -> None:
        """`place`: the path of a tape, or record:N."""
        if place.startswith(RECORD):
            self.open_record(int(place.removeprefix(RECORD)))
        elif place:
            self.open_file(Path(place))
        if not self._looked_for_left_over:
            self._looked_for_left_over = True
            being_made = () if self.recorder.path is None else (self.recorder.path,)
            self.look_for_left_over(being_made)
        if self.states.state is PageState.FULL:
            self.steps.table.setFocus()
        self._set_possible()

    def show_view(self, view: Any) -> None:
        self._set_possible()

    def show_no_view(self) -> None:
        self._set_possible()

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if any(url.isLocalFile() for url in event.mimeData().urls()):
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        self.open_files([Path(url.toLocalFile()) for url in event.mimeData().urls() if url.isLocalFile()])
        event.acceptProposedAction()

    # --- what is in hand --------------------------------------------------------------------------------------

    def show_none(self) -> None:
        self.states.show_empty(
            tr("No tape in the deck"),
            tr(
                "A tape holds what was said to a meter, to be played to it again, or as it. "
                "Open one, drop one here, or record a read of the connected meter."
            ),
            *self._ways_to_begin(),
            icon="tape",
        )
        self._set_possible()

    def _ways_to_begin(self) -> tuple[Choice, ...]:
        opens = Choice(tr("Open a tape"), self.ask_file)
        if self.workbench.meter.standing is Standing.CONNECTED:
            return (Choice(tr("Record a read"), lambda: self.record_a_read(every_table=True)), opens)
        return (opens, Choice(tr("Connect a meter"), lambda: self.workbench.go("connect")))

    def show_reel(self, *, same: bool = False) -> None:
        """The tape in hand, from its first step, or, when it is the `same`, from the one that was chosen."""
        reel = self.playlist.reel
        if reel is None:
            return
        number = self.steps.number if same else 1
        self.model.set_tape(reel.tape.steps, reel.changed, reel.results)
        self.model.set_names(reel.opened.titles, reel.opened.procedures)
        self.states.show_full()
        self.redact_panel.hide()
        if not same:
            self.detail.show_content(None)
        self._show_head(reel)
        self.steps.show_bad(sorted(reel.bad))
        self.steps.choose(max(1, number))
        self._set_possible()

    def _show_head(self, reel: Reel) -> None:
        self.steps.offer_report(self.last_result is not None and self.may_export())
        self.head_card.show_reel(reel, self.playlist.at, len(self.playlist.reels))
        if self.playing.is_on:
            self._show_running()
        else:
            self.head_card.show_verdict(reel.came_to or words.Sum("weak", tr("Not played yet")))

    def next_tape(self) -> None:
        self.playlist.next()
        self.show_reel()

    def _set_possible(self) -> None:
        bench, reel = self.workbench, self.playlist.reel
        connected = bench.meter.standing is Standing.CONNECTED
        playing = self.playing.is_on
        why_not = ""
        if not connected:
            why_not = tr("Connect the meter to play to it.")
        elif bench.jobs.busy and not playing:
            why_not = tr("A job is running.")
        shown = reel is not None
        self.transport.set_state(
            tape=shown,
            playing=playing,
            serving=self.serving.is_on,
            why_not=why_not,
            several=len(self.playlist.reels) > 1,
        )
        for each in self.tape_actions:
            each.setEnabled(shown and not playing)
        self.menus.more.setEnabled(shown)
        self.serve_button.setEnabled(shown)
        self.shown_action.setEnabled(bench.readout is not None)
        self.add_action.setEnabled(shown and not playing)
        free = connected and not bench.jobs.busy and not self.recorder.is_on
        self.read_action.setEnabled(free)
        self.short_action.setEnabled(free)
        self.record_action.setText(
            f"{tr('Stop recording') if self.recorder.is_on else tr('Record from now on')}\t{KEYS['record']}"
        )
        if self.states.state is PageState.EMPTY and not shown and connected != self._offered_a_read:
            self._offered_a_read = connected
            self.show_none()

    _offered_a_read = False

    # --- one step ---------------------------------------------------------------------------------------------

    def _step_chosen(self, number: int) -> None:
        reel = self.playlist.reel
        if reel is None:
            return
        self._asked += 1
        asked, step, result = self._asked, reel.step(number), reel.results.get(number)
        opened = reel.opened

        def show(content: StepContent) -> None:
            if asked == self._asked:
                subject = words.subject(step, opened.titles, opened.procedures)
                title = f"{tr('Step {number}', number=number)}  {words.service_words(step)}  {subject}".rstrip()
                self.detail.show_content(content, title)

        self._compute(lambda: work.content(opened, step, result), show)

    def _switched(self, number: int, on: bool) -> None:
        reel = self.playlist.reel
        if reel is not None and not self.playing.is_on:
            self._step_changed(replace(reel.step(number), enabled=on))

    def _step_changed(self, step: Step) -> None:
        self._take_changes([step])

    def _take_changes(self, steps: list[Step]) -> None:
        reel = self.playlist.reel
        if reel is None or self.playing.is_on:
            return
        for step in steps:
            reel.change(step)
            self.model.set_step(step)
        self.head_card.show_saved(reel)
        if any(step.number == self.steps.number for step in steps):
            self._step_chosen(self.steps.number)

    def _rule_for_all(self, step: Step) -> None:
        """Every step that asks the same is held to the tape in the same way."""
        reel = self.playlist.reel
        if reel is None:
            return

        def found(steps: list[Step]) -> None:
            self._take_changes(steps)
            self.workbench.tell(tr("{count} other steps have this rule now", count=len(steps)))

        tape, changed = reel.tape, dict(reel.changed)
        self._compute(lambda: work.same_rule(tape, changed, step), found)

    def _leave_out(self, path: str) -> None:
        """From now on this element may be what it likes, in this step."""
        step = self.detail.step
        if step is not None and path not in step.verify.ignore:
            self._step_changed(replace(step, verify=replace(step.verify, ignore=(*step.verify.ignore, path))))
            self.workbench.tell(tr("{element} is left out of step {number}", element=path, number=step.number))

    # --- recording --------------------------------------------------------------------------------------------

    def toggle_recording(self) -> None:
        if self.recorder.is_on:
            self.recorder.stop()
        else:
            self.recorder.start()

    def record_a_read(self, *, every_table: bool) -> None:
        self.recorder.record_a_read(every_table=every_table)

    def _recording_began(self) -> None:
        self.strip.show_count(0, 0.0)
        self.strip.show()
        self._set_possible()

    def _recorded(self, opened: Opened, part: Path) -> None:
        self.strip.hide()
        self._set_possible()
        if opened.tape.steps:
            self.take(opened, saved=False, part=part)
            self.workbench.tell(
                tr(
                    "Recorded {what}; save it to keep it",
                    what=words.content_words(len(opened.tape.steps), len(opened.tape.tables)),
                )
            )
        else:
            self._compute(lambda: part.unlink(missing_ok=True))
            self.banners.say("warn", tr("Nothing was said to a meter meanwhile."), tr("There is no tape of it."))

    def _recording_failed(self, error: FieldProError) -> None:
        self.strip.hide()
        self.say_error(error)
        self._set_possible()

    # --- serving ----------------------------------------------------------------------------------------------

    def toggle_serve_panel(self) -> None:
        """What is to be served, and how, in the place of the detail: both have no room on a small screen."""
        if self.playlist.reel is None or self.serving.is_on:
            return
        if not self.serve_panel.isHidden():
            self._close_serve_panel()
            return
        self.serve_panel.show()
        self.detail.hide()
        self.serve_panel.where.setFocus()

    def _close_serve_panel(self) -> None:
        self.serve_panel.hide()
        self.detail.show()

    def serve(self, order: ServeOrder) -> None:
        """The tape in hand as a meter."""
        reel = self.playlist.reel
        if reel is None:
            return
        self._serve_order = order
        tape, changed = reel.tape, dict(reel.changed)
        self.serving.start(lambda: work.with_changes(tape, changed), order)
        self._set_possible()

    def connect_to_served(self) -> None:
        """It becomes the meter of this window."""
        reel = self.playlist.reel
        if self.serving.url and reel is not None:
            self.workbench.connect_to(self.serving.url, title=words.title_words(reel.tape, str(reel.path or "")))

    def _serving_began(self, url: str, remarks: tuple[str, ...]) -> None:
        self.serve_panel.show()
        self.detail.show()
        self.serve_panel.show_running(url, remarks, strict=self._serve_order.order == "strict")
        self._set_possible()

    def _serving_ended(self, error: FieldProError | None) -> None:
        self.serve_panel.show_running("")
        self._close_serve_panel()
        if error is not None:
            self.say_error(error)
        self._set_possible()

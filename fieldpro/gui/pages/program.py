"""Program: what a meter is to be told, against what it holds; choose, write, see it verified, take it back.

choose a program    library, template, file, or this meter made into one; checked at once
compare             with the meter on the line, or with the read-out that is shown
write               the one dialog lists what will be written; the journal, the right and the record are the job's
interrupted         what was interrupted at this meter stands before anything else
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtWidgets import QHBoxLayout

from fieldpro.errors import Cancelled, FieldProError
from fieldpro.gui.banners import Banner
from fieldpro.gui.confirm import Confirm
from fieldpro.gui.figures import grouped
from fieldpro.gui.look import Look
from fieldpro.gui.models.differences import Verdict, elements_of, title_of, with_unit, within_table
from fieldpro.gui.models.written import undo_words, waiting_states, waiting_verdict, written_states, written_verdict
from fieldpro.gui.page import SCROLL_BAR_PX, Page
from fieldpro.gui.pages import program_work as work
from fieldpro.gui.pages.program_chooser import ProgramChooser
from fieldpro.gui.pages.program_differences import Differences
from fieldpro.gui.pages.program_fields import ProgramFields
from fieldpro.gui.pages.program_interrupted import InterruptedPanel, Interruption
from fieldpro.gui.pages.program_keeping import ProgramKeeping
from fieldpro.gui.save_file import choose_file
from fieldpro.gui.standing import Standing
from fieldpro.gui.states import Choice, PageState
from fieldpro.gui.words import tr
from fieldpro.security.rights import Right

if TYPE_CHECKING:
    from fieldpro.gui.workbench import Workbench
    from fieldpro.meter.changes import ChangeSet
    from fieldpro.meter.pending import Trigger
    from fieldpro.meter.programs import Program


class ProgramPage(ProgramKeeping, Page):
    """See the module. `loaded` is the program in hand, `filled` it with its fields, `change_set` what is shown."""

    scrolls = True

    def __init__(self, workbench: Workbench) -> None:
        super().__init__(workbench, tr("Program"))
        self.loaded: work.Loaded | None = None
        self.filled: Program | None = None
        self.change_set: ChangeSet | None = None
        self.done: work.Done | None = None
        self.dialog: Confirm | None = None
        self.record_id: int | None = None
        self._meter_key = ""
        self._asked = 0  # counts what was asked for; an answer to an earlier question is thrown away
        self._warning: Banner | None = None
        self.choose_file: Callable[..., object] = choose_file
        self._build()
        workbench.meter_changed.connect(lambda _meter: self._set_possible())
        workbench.job_changed.connect(lambda _job: self._set_possible())
        self._show_none()
        self._look_into_library()

    def _build(self) -> None:
        self.interrupted = InterruptedPanel()
        self.chooser = ProgramChooser()
        self.chooser.chosen.connect(self.open_offer)
        self.chooser.revision_chosen.connect(self._open_revision)
        self.chooser.file_chosen.connect(self.open_file)
        self.chooser.meter_wanted.connect(self.make_of_meter)
        self.chooser.keep_wanted.connect(self._keep)
        self.chooser.save_wanted.connect(self._ask_where_to_save)
        beside = QHBoxLayout()
        beside.setContentsMargins(0, 0, SCROLL_BAR_PX, 0)  # in line with what scrolls
        beside.addWidget(self.interrupted)
        self._outer.insertLayout(1, beside)
        self._outer.insertWidget(2, self.chooser)
        self.interruption = Interruption(self.interrupted, self.workbench, self._show_left, self._write_all)
        self.interruption.changed.connect(self._set_possible)
        self.fields = ProgramFields()
        self.fields.changed.connect(self._fields_changed)
        self.differences = Differences()
        self.differences.write_wanted.connect(self._ask_to_write)
        self.differences.undo_wanted.connect(self.show_undo)
        self.differences.again_wanted.connect(self.compare)
        self.differences.past_wanted.connect(self._show_past)
        self.differences.record_wanted.connect(self._open_record)
        self.body_layout.addWidget(self.fields)
        self.body_layout.addWidget(self.differences, 1)
        self._outer.addWidget(self.differences.foot)
        self.states.currentChanged.connect(lambda _index: self._show_foot())
        self._show_foot()

    def _show_foot(self) -> None:
        self.differences.foot.setVisible(self.states.state is PageState.FULL)

    # --- Page -------------------------------------------------------------------------------------------------

    def set_theme(self, look: Look) -> None:
        super().set_theme(look)
        self.differences.set_look(look)
        self.chooser.set_look(look)
        self.interrupted.set_look(look)
        for each in (self.chooser, self.differences.foot):
            each.setContentsMargins(0, 0, SCROLL_BAR_PX, 0)

    def show_view(self, view: Any) -> None:
        """Another meter is compared anew; more of the same one changes nothing that was shown."""
        key = f"{view.identity.key} {self.workbench.meter.standing}"
        if key != self._meter_key:
            self._meter_key = key
            if self.loaded is not None:
                self.fields.forget_secrets()
                self._fill(self.compare)
            else:
                self._show_none()
        self._set_possible()

    def show_no_view(self) -> None:
        self._meter_key = ""
        if self.loaded is not None:
            self._fill(self.compare)
        self._set_possible()

    def visited(self, place: str = "") -> None:
        self._look_into_library()
        if self.states.state is PageState.EMPTY:
            self.chooser.box.setFocus()

    # --- choosing a program -----------------------------------------------------------------------------------

    def open_offer(self, offer: work.Offer) -> None:
        """A program of the library, or a template."""
        self._load(lambda: work.open_offer(self.workbench.desk.library, offer))

    def open_file(self, path: Path) -> None:
        self._load(lambda: work.open_file(path))

    def make_of_meter(self) -> None:
        """This meter as a program: what of its configuration was not read yet is read first."""
        if self.workbench.view is None:
            self.banners.say(
                "warn",
                tr("There is no meter to make a program of."),
                tr("Connect one, or open a saved read-out."),
                Choice(tr("Connect a meter"), lambda: self.workbench.go("connect")),
            )
        elif self.workbench.connected:
            bench = self.workbench
            making = work.Making(bench.settings.operator, bench.readout, bench.view)
            bench.submit(tr("Reading the programming"), making.conversation, then=self._made)
        else:
            view = self.workbench.view
            self._load(lambda: work.of_meter(view))

    def _made(self, made: tuple[work.Loaded, Any]) -> None:
        loaded, readout = made
        self.workbench.merge(readout)
        self._asked += 1
        self._loaded(self._asked, loaded)

    def _load(self, load: Callable[[], work.Loaded]) -> None:
        self._asked += 1
        asked = self._asked
        if self.loaded is None:
            self.states.show_loading(tr("Opening the program"))

        def failed(error: FieldProError) -> None:
            if asked == self._asked:
                self._load_failed(error)

        self._compute(load, lambda loaded: self._loaded(asked, loaded), failed)

    def _load_failed(self, error: FieldProError) -> None:
        if self.loaded is None:
            self._show_none()
        words = self.explain(error)
        self.banners.say("bad", f"{words.what}.", f"{words.subject}. {words.next_step}".lstrip(". "))

    def _loaded(self, asked: int, loaded: work.Loaded) -> None:
        if asked != self._asked:
            return
        self.loaded, self.filled, self.change_set, self.done = loaded, loaded.program, None, None
        self._dismiss_warning()
        self.chooser.show_program(loaded)
        self.fields.show_blanks(loaded.program.blanks)
        self.compare()

    def _open_revision(self, revision: int) -> None:
        if self.loaded is not None:
            program = self.loaded.program
            offer = work.Offer(work.LIBRARY, program.name, program.title, program.revision)
            self._load(lambda: work.open_offer(self.workbench.desk.library, offer, revision))

    def _look_into_library(self) -> None:
        self._compute(lambda: work.offers(self.workbench.desk.library), self.chooser.show_offers)

    def _compute(self, *work_then_failed: Callable[..., Any]) -> None:
        """In the lane of views; the page itself throws away what comes too late."""
        self.workbench.compute(*work_then_failed, of_view=False)

    # --- comparing --------------------------------------------------------------------------------------------

    def compare(self) -> None:
        """With the meter on the line; with what was read, when there is none; else only what the program says."""
        loaded, program = self.loaded, self.filled
        if loaded is None or program is None:
            return
        self._asked += 1
        asked = self._asked
        self.done = None
        bench = self.workbench
        if loaded.complaints:
            self._show_complaints(loaded)
        elif bench.connected:
            self.states.show_loading(tr("Comparing with the meter"), tr("The bar below says how far it is."))
            comparing = work.Comparing(program, bench.settings.operator, bench.readout)
            ticket = bench.submit(
                tr("Comparing with the meter"),
                comparing.conversation,
                then=lambda compared: self._compared(asked, compared),
                failed=lambda error: self._compare_failed(asked, error),
            )
            if ticket is None:
                self._compare_failed(asked, Cancelled(tr("Comparing with the meter")))
        elif bench.view is not None:
            view = bench.view
            self._compute(
                lambda: work.compare_here(program, view),
                lambda compared: self._compared(asked, compared),
                lambda error: self._compare_failed(asked, error),
            )
        else:
            self._show_elements(program)

    def _compared(self, asked: int, compared: work.Compared) -> None:
        if asked != self._asked:
            return
        if compared.read_out is not None:
            self.workbench.merge(compared.read_out)
        self._show_change_set(compared.change_set)

    def _compare_failed(self, asked: int, error: FieldProError) -> None:
        if asked == self._asked:
            self.states.show_failed(self.explain(error), Choice(tr("Compare again"), self.compare))

    def _show_change_set(self, change_set: ChangeSet, *, whole: bool = False, said: Verdict | None = None) -> None:
        self.change_set, self.done = change_set, None
        self.states.show_full()
        self.differences.again_button.setVisible(not whole)
        self.differences.show_changes(change_set, whole=whole, said=said)
        self.differences.offer_to_wait(work.can_wait(change_set))
        self._warn(change_set)
        self._set_possible()

    def _warn(self, change_set: ChangeSet) -> None:
        """The wrong device class, form, edition: one message that says all of it."""
        self._dismiss_warning()
        words = [str(warning) for warning in change_set.warnings if warning.kind != "blank"]
        if words:
            more = ". ".join(words[1:])
            self._warning = self.banners.say("warn", f"{words[0]}.", f"{more}." if more else "")
            self._warning.dismissed.connect(self._forget_warning)

    def _dismiss_warning(self) -> None:
        if self._warning is not None:
            self._warning.dismiss()

    def _forget_warning(self) -> None:
        self._warning = None

    def _show_none(self) -> None:
        self.states.show_empty(
            tr("No program chosen"),
            tr("A program says what a meter is to be told. Choose one above, open a file, or make one of this meter."),
            *self._ways_to_begin(),
            icon="program",
        )

    def _ways_to_begin(self) -> tuple[Choice, ...]:
        file = Choice(tr("Open a file"), self.chooser.ask_file)
        if self.workbench.view is None:
            return (file,)
        return (Choice(tr("This meter as a program"), self.make_of_meter), file)

    def _show_complaints(self, loaded: work.Loaded) -> None:
        count = len(loaded.complaints)
        headline = (
            tr("1 fault in this program") if count == 1 else tr("{count} faults in this program", count=grouped(count))
        )
        self.states.show_full()
        detail = tr("Nothing is compared or written until they are mended in the file.")
        self.differences.show_complaints(loaded.complaints, Verdict(headline, detail, "bad"))

    def _show_elements(self, program: Program) -> None:
        self.states.show_full()
        count = len(program.elements)
        said = Verdict(
            tr("The program was checked and has no faults"),
            tr("{count} elements. Connect a meter, or open a saved read-out, to compare.", count=grouped(count)),
            "good",
        )
        self.differences.show_elements(elements_of(program), said)

    # --- fields -----------------------------------------------------------------------------------------------

    def _fields_changed(self) -> None:
        self._fill(self._compare_again)

    def _fill(self, then: Callable[[], object]) -> None:
        """Check what was typed, and go on with what fits."""
        loaded, view = self.loaded, self.workbench.view
        if loaded is None:
            return
        texts, tables = self.fields.texts, None if view is None else view.tables
        try:
            secrets = self.fields.secrets
        except FieldProError as error:
            self._load_failed(error)
            return

        def filled(result: tuple[Program, dict[str, str]]) -> None:
            if self.loaded is loaded:
                self.filled, wrong = result
                self.fields.show_wrong(wrong)
                then()

        self._compute(lambda: work.fill_in(loaded.program, texts, secrets, tables), filled, self._load_failed)

    def _compare_again(self) -> None:
        """With what was read already: a field was filled in, the meter is the same."""
        program, view, loaded = self.filled, self.workbench.view, self.loaded
        if program is None or view is None or loaded is None or loaded.complaints:
            return
        self._asked += 1
        asked = self._asked
        self._compute(
            lambda: work.compare_here(program, view),
            lambda compared: self._compared(asked, compared),
            lambda error: self._compare_failed(asked, error),
        )

    # --- writing ----------------------------------------------------------------------------------------------

    def _set_possible(self) -> None:
        bench = self.workbench
        why_not = ""
        right = Right.PROGRAM_WRITE if self.change_set is None else work.right_for(self.change_set)
        if bench.meter.standing is not Standing.CONNECTED:
            why_not = tr("Connect the meter to write to it.")
        elif bench.unfinished is not None and not (self.change_set is not None and self.change_set.continues):
            why_not = tr("An interrupted write comes first.")
        elif not bench.allowed(right):
            why_not = tr("Your role may not write this.")
        elif bench.jobs.busy:
            why_not = tr("A job is running.")
        self.differences.set_possible(not why_not, why_not)
        self.interrupted.set_possible(bench.connected and not bench.jobs.busy)

    def _ask_to_write(self, paths: list[str]) -> None:
        """The one dialog: what will be written, to which meter."""
        change_set = self.change_set
        if change_set is None:
            return
        chosen = [change for change in change_set.different if change.path in set(paths)]
        serial = change_set.identity.serial
        trigger = work.trigger_of(*self.differences.takes_hold)
        many = tr("Write 1 change") if len(chosen) == 1 else tr("Write {count} changes", count=grouped(len(chosen)))
        wrong = [str(warning) for warning in change_set.warnings if warning.kind not in ("blank", "dictionary")]
        self.dialog = Confirm(
            self,
            self.look,
            title=tr("{many} to {serial}", many=many, serial=serial),
            text=tr("What is there now is kept, so that the write can be taken back.")
            if trigger is None
            else tr("The meter keeps it as pending tables; it takes hold {when}.", when=trigger.words),
            verb=many,
            rows=[
                (title_of(each), with_unit(each.old_text, each.unit), with_unit(each.new_text, each.unit))
                for each in chosen
            ],
            warnings=wrong,
            acknowledge=tr("Write it to this meter all the same") if wrong else "",
        )
        everything = len(chosen) == len(change_set.different)
        self.dialog.accepted.connect(lambda: self._write(change_set, None if everything else tuple(paths), trigger))
        self.dialog.finished.connect(self._forget_dialog)
        self.dialog.open()

    def _forget_dialog(self) -> None:
        self.dialog = None

    def _show_left(self, change_set: ChangeSet, said: Verdict) -> None:
        """What an interruption left to write."""
        self._show_change_set(change_set, whole=True, said=said)

    def _write_all(self, change_set: ChangeSet) -> None:
        self._write(change_set, None)

    def _write(self, change_set: ChangeSet, paths: tuple[str, ...] | None, trigger: Trigger | None = None) -> None:
        bench = self.workbench
        profile = None if bench.view is None else getattr(bench.view, "device_profile", None)
        journal, operator, name = bench.desk.journal, bench.settings.operator, tr("Writing to the meter")
        if trigger is not None:
            staging = work.Staging(
                change_set=change_set,
                trigger=trigger,
                journal=journal,
                rights=bench.rights,
                operator=operator,
                profile=profile,
                paths=paths,
            )
            bench.submit(name, staging.conversation, then=self._waits, failed=self._write_failed)
            return
        writing = work.Writing(change_set, journal, bench.rights, operator, bench.readout, profile, paths)
        bench.submit(name, writing.conversation, then=self._written, failed=self._write_failed)

    def _written(self, done: work.Done) -> None:
        self.done = done
        written = done.written
        self.change_set = written.change_set
        self.states.show_full()
        self.differences.show_changes(written.change_set)
        self.differences.show_written(written_verdict(written), written_states(written), undo=undo_words(written))
        self.differences.again_button.setVisible(self.loaded is not None)
        if written.side_effects:
            self.banners.say(
                "warn",
                tr("The meter changed other elements along with these."),
                ", ".join(within_table(path) for path in written.side_effects[:8]),
            )
        self.fields.forget_secrets()
        self._keep_record(done)
        self.workbench.look_for_unfinished()
        self._set_possible()

    def _waits(self, done: work.Waits) -> None:
        """Written into pending tables: nothing in force has changed."""
        staged = done.staged
        self.change_set = staged.change_set
        said, states = waiting_verdict(staged), waiting_states(staged)
        self.differences.show_changes(staged.change_set)
        self.differences.show_written(said, states, undo="")
        self.workbench.tell(said.headline, tr("Writing to the meter"))
        self._set_possible()

    def _keep_record(self, done: work.Done) -> None:
        """The tables as they are now, with the program, its revision and its hash in the note."""
        readout = done.read_out
        if readout is None:
            return
        self.workbench.merge(readout)

        def saved(record: int) -> None:
            self.record_id = record
            self.workbench.tell(tr("Verified, and saved as record {record}", record=record))
            self.workbench.records_changed.emit()
            if self.done is done:
                self.differences.offer_record()

        self.workbench.store(lambda store: store.save(readout), saved)

    def _write_failed(self, error: FieldProError) -> None:
        """What was written until then is in the journal; the page says so before anything else."""
        self.workbench.fail(error, conversation=True)
        self.workbench.look_for_unfinished()
        self._set_possible()

    def _open_record(self) -> None:
        if self.record_id is not None:
            self.workbench.go("records", str(self.record_id))

    def show_undo(self) -> None:
        """The change set that takes the write back, shown like every other."""
        done = self.done
        if done is None:
            return

        def shown(change_set: ChangeSet) -> None:
            count = len(change_set.different)
            headline = tr("Taking back 1 change") if count == 1 else tr("Taking back {count} changes", count=count)
            said = Verdict(headline, tr("Choose what is to be as it was before, and write it."), "warn")
            self._show_change_set(change_set, said=said)

        self._compute(done.written.inverse, shown)

    def _show_past(self) -> None:
        view = self.workbench.view
        if view is not None:
            identity, desk = view.identity, self.workbench.desk
            self._compute(lambda: work.past_writes(desk.journal, identity), self.differences.show_past)

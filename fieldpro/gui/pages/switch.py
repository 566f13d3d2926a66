"""Switch: what the service switch is doing, and the orders that cut a customer off or on.

An order takes a reason in words and two acts that lie apart: the button on the page, and the end of the meter's number
typed into the dialog. What does not fit the state is refused with the reason, here and again by the order itself.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from PySide6.QtWidgets import QCheckBox, QHBoxLayout, QLineEdit, QProgressBar, QVBoxLayout, QWidget

from fieldpro.errors import FieldProError
from fieldpro.gui.confirm import Confirm
from fieldpro.gui.figures import grouped
from fieldpro.gui.look import Look
from fieldpro.gui.models.differences import title_of, with_unit
from fieldpro.gui.page import Page
from fieldpro.gui.pages import switch_work as work
from fieldpro.gui.pages.switch_limit import LimitCard
from fieldpro.gui.parts import Card, CardGrid, IconLabel, button, label
from fieldpro.gui.segments import Segments
from fieldpro.gui.standing import JobOutcome, JobState, Standing
from fieldpro.gui.states import Choice
from fieldpro.gui.words import tr
from fieldpro.meter.switch import Deed
from fieldpro.meter.switch.approval import SHORTEST_REASON
from fieldpro.security.rights import Right

if TYPE_CHECKING:
    from fieldpro.gui.workbench import Workbench
    from fieldpro.meter.changes import ChangeSet
    from fieldpro.meter.switch import SwitchOutcome, SwitchState

LAST_DIGITS = 4

STATE_WORDS = {
    "open": (lambda: tr("Open"), "warn"),
    "closed": (lambda: tr("Closed"), "good"),
    "armed": (lambda: tr("Open and armed"), "warn"),
    "moving": (lambda: tr("Moving"), "warn"),
    "failed": (lambda: tr("Failed"), "bad"),
}
MEANS = {
    Deed.DISCONNECT: lambda: tr("The switch opens: the customer has no supply until it is armed or connected."),
    Deed.ARM: lambda: tr("The switch stays open, and the customer may close it at the meter."),
    Deed.CONNECT: lambda: tr("The switch closes: the customer has supply at once. Nobody may be at the lines."),
}
VERBS = {
    Deed.DISCONNECT: lambda: tr("Disconnect {serial}"),
    Deed.ARM: lambda: tr("Arm {serial}"),
    Deed.CONNECT: lambda: tr("Connect {serial}"),
}


class SwitchPage(Page):
    """See the module. `facts` is what is known of the switch."""

    needs_meter = True
    scrolls = True

    def __init__(self, workbench: Workbench) -> None:
        super().__init__(workbench, tr("Switch"))
        self.facts = work.Facts(False)
        self.dialog: Confirm | None = None
        self.order: work.SwitchOrder | None = None
        self.outcome: SwitchOutcome | None = None
        self._asked_for = ""  # the meter whose switch was read without being told to
        self.read_button = button(tr("Read the switch"), self.read, icon="read")
        self.head.addWidget(self.read_button)
        cards = CardGrid(minimum_px=420)
        cards.add(self._state_card())
        cards.add(self._order_card())
        self.limit_card = LimitCard(self._show_changes)
        cards.add(self.limit_card)
        self.body_layout.addWidget(cards)
        self.body_layout.addStretch(1)
        workbench.meter_changed.connect(lambda _meter: self._set_possible())
        workbench.job_changed.connect(self._job_changed)

    # --- building ---------------------------------------------------------------------------------------------

    def _state_card(self) -> Card:
        card = Card(tr("State"))
        row = QHBoxLayout()
        row.setSpacing(12)
        self._icon = IconLabel("switch", size=40)
        self.state_label = label(type="figure")
        row.addWidget(self._icon)
        row.addWidget(self.state_label, 1)
        card.add(row)
        self.load_side = label(type="strong", wrap=True)
        card.add(self.load_side)
        self.more = label(tone="weak", wrap=True)
        card.add(self.more)
        self.moving = QWidget()
        moving = QVBoxLayout(self.moving)
        moving.setContentsMargins(0, 0, 0, 0)
        moving.setSpacing(4)
        self.moving_text = label(wrap=True)
        self.bar = QProgressBar()
        self.bar.setTextVisible(False)
        self.bar.setAccessibleName(tr("How long the switch has been watched"))
        moving.addWidget(self.moving_text)
        moving.addWidget(self.bar)
        self.moving.hide()
        card.add(self.moving)
        card.content.addStretch(1)
        return card

    def _order_card(self) -> Card:
        card = Card(tr("Order"))
        self.deeds = Segments(
            (
                (Deed.DISCONNECT, tr("Disconnect")),
                (Deed.ARM, tr("Arm")),
                (Deed.CONNECT, tr("Connect")),
            ),
            name=tr("Order"),
        )
        self.deeds.changed.connect(lambda _key: self._show_deed())
        card.add(self.deeds)
        self.means = label(wrap=True)
        card.add(self.means)
        self.refused = label(tone="warn", wrap=True)
        card.add(self.refused)
        self.reason = QLineEdit()
        self.reason.setPlaceholderText(tr("Why? Order number, who asked for it"))
        self.reason.textChanged.connect(lambda _text: self._set_possible())
        words = label(tr("Reason"))
        words.setBuddy(self.reason)
        self.reason.setAccessibleName(tr("Reason"))
        card.add(words)
        card.add(self.reason)
        self.measured = QCheckBox(tr("I have measured that there is no voltage on the load side"))
        self.measured.toggled.connect(lambda _on: self._set_possible())
        card.add(self.measured)
        row = QHBoxLayout()
        row.addStretch(1)
        self.order_button = button(tr("Disconnect"), self._press_order, kind="danger")
        row.addWidget(self.order_button)
        card.add(row)
        card.content.addStretch(1)
        return card

    # --- Page -------------------------------------------------------------------------------------------------

    def set_theme(self, look: Look) -> None:
        super().set_theme(look)
        self.deeds.set_look(look)
        if self.facts.state is not None:
            self._show_state(self.facts.state)

    def visited(self, place: str = "") -> None:
        if place in set(Deed):
            self.deeds.choose(place)
            self._show_deed()
        self._read_when_unknown()

    def show_view(self, view: Any) -> None:
        self.workbench.compute(lambda: work.facts_of(view), self._show_facts)

    def show_no_view(self) -> None:
        self.facts = work.Facts(False)
        self._asked_for = ""
        super().show_no_view()

    def _show_facts(self, facts: work.Facts) -> None:
        self.facts = facts
        if not facts.has_switch:
            self.states.show_empty(
                tr("No service switch"),
                tr("The device profile of this meter describes no service switch."),
                Choice(tr("Look at its tables"), lambda: self.workbench.go("tables")),
                icon="switch",
            )
        elif facts.state is None:
            self._show_unread()
            self._read_when_unknown()
        else:
            self.states.show_full()
            self._show_state(facts.state)

    def _show_unread(self) -> None:
        if self.workbench.meter.standing is Standing.CONNECTED:
            help_it = Choice(tr("Read the switch"), self.read)
        else:
            help_it = Choice(tr("Connect a meter"), lambda: self.workbench.go("connect"))
        self.states.show_empty(
            tr("The switch was not read yet"), tr("Its state is read in a moment."), help_it, icon="switch"
        )

    def _read_when_unknown(self) -> None:
        """Once a meter, when somebody looks at the page."""
        bench, facts = self.workbench, self.facts
        key = "" if bench.meter.identity is None else bench.meter.identity.key
        front = self.isVisible()
        if front and facts.has_switch and facts.state is None and bench.connected and self._asked_for != key:
            self._asked_for = key
            self.read()

    # --- the state --------------------------------------------------------------------------------------------

    def read(self) -> None:
        """Look at the switch again."""
        if self.facts.has_switch:
            if self.facts.state is None:
                self.states.show_loading(tr("Reading the switch"))
            self.workbench.read(sorted(self.facts.tables), name=tr("Reading the switch"))

    def _show_state(self, state: SwitchState) -> None:
        words, tone = STATE_WORDS.get(state.state, (lambda: tr("Not known"), "bad"))
        if state.has_failed:
            tone = "bad"
        self._icon.show_icon({"good": "good", "bad": "bad"}.get(tone, "switch"), tone, self.look)
        self.state_label.setText(words())
        self.load_side.setText(_load_side(state))
        self.more.setText("\n".join(_more(state, self.facts.read_at)))
        self.measured.setVisible(state.load_side_voltage is None)
        limit = state.limit
        self.limit_card.setVisible(limit is not None)
        if limit is not None:
            self.limit_card.show_limit(limit, self.facts.policies or {})
        self._show_deed()

    def _job_changed(self, job: JobState) -> None:
        """While an order runs, how the switch comes to rest."""
        running = self.order is not None and job.outcome is JobOutcome.RUNNING
        self.moving.setVisible(running)
        if running:
            self.moving_text.setText(job.text or job.name)
            self.bar.setRange(0, job.total or 0)
            self.bar.setValue(job.done)
        self._set_possible()

    # --- orders -----------------------------------------------------------------------------------------------

    @property
    def deed(self) -> Deed:
        return Deed(self.deeds.chosen or Deed.DISCONNECT)

    @property
    def _serial(self) -> str:
        identity = self.workbench.meter.identity
        return "" if identity is None else identity.serial

    def _show_deed(self) -> None:
        self.means.setText(MEANS[self.deed]())
        self.order_button.setText(VERBS[self.deed]().format(serial=self._serial))
        self._set_possible()

    def _set_possible(self) -> None:
        bench, state = self.workbench, self.facts.state
        connected = bench.meter.standing is Standing.CONNECTED
        busy = bench.jobs.busy
        self.read_button.setEnabled(connected and not busy and self.facts.has_switch)
        if state is None:
            return
        why_not = work.why_not(self.deed, state)
        if not connected:
            why_not = tr("Connect the meter to give it an order.")
        elif not bench.allowed(Right(self.deed.right)):
            why_not = tr("Your role may not give this order.")
        elif bench.unfinished is not None:
            why_not = tr("An interrupted write comes first.")
        self.refused.setText(why_not)
        self.refused.setVisible(bool(why_not))
        has_reason = sum(letter.isalnum() for letter in self.reason.text()) >= SHORTEST_REASON
        unmeasured = state.load_side_voltage is None and self.deed is not Deed.DISCONNECT
        ready = not why_not and has_reason and not (unmeasured and not self.measured.isChecked())
        self.order_button.setEnabled(ready and not busy)
        may_limit = connected and not busy and bench.allowed(Right.LOAD_LIMIT) and self.facts.policies is not None
        self.limit_card.set_possible(may_limit)

    def _press_order(self) -> None:
        """The first act. The second is the end of the meter's number, typed into the dialog."""
        deed, pressed = self.deed, datetime.now(UTC)
        verb = VERBS[deed]().format(serial=self._serial)
        dialog = self._confirm(verb, text=f"{MEANS[deed]()}\n{tr('Reason: {reason}', reason=self.reason.text())}")
        dialog.accepted.connect(lambda: self._give(deed, pressed))
        dialog.open()

    def _confirm(self, verb: str, *, text: str, rows: Any = (), ask_reason: bool = False) -> Confirm:
        self.dialog = Confirm(
            self,
            self.look,
            title=verb,
            text=text,
            verb=verb,
            rows=rows,
            ask_reason=ask_reason,
            type_it=self._serial[-LAST_DIGITS:],
            danger=True,
            keep=tr("Leave the switch as it is"),
        )
        self.dialog.finished.connect(self._forget_dialog)
        return self.dialog

    def _forget_dialog(self) -> None:
        self.dialog = None

    def _give(self, deed: Deed, pressed: datetime) -> None:
        bench, view = self.workbench, self.workbench.view
        if view is None:
            return
        operator = bench.settings.operator
        approval = work.approval_for(
            deed,
            view.identity,
            self.reason.text().strip(),
            pressed,
            datetime.now(UTC),
            operator,
            measured=self.measured.isChecked(),
        )
        self.banners.clear()
        order = work.SwitchOrder(approval, view.identity, bench.rights, operator, view.device_profile)
        self.outcome = None
        ticket = bench.submit(
            VERBS[deed]().format(serial=self._serial),
            order.conversation,
            then=lambda outcome: self._done(order, outcome),
            failed=lambda error: self._failed(order, error),
        )
        self.order = None if ticket is None else order
        self._set_possible()

    def _done(self, order: work.SwitchOrder, outcome: SwitchOutcome) -> None:
        self.outcome = outcome
        self._ended(order)
        seconds = tr("It came to rest in {seconds} s.", seconds=f"{outcome.moved_in_s:.1f}")
        text = " ".join([seconds, *outcome.notes] if outcome.result is not None else outcome.notes)
        said = tr("The switch is {state}.", state=outcome.after.words)
        self.banners.say("warn" if outcome.notes else "good", said, text)
        self.workbench.tell(said, outcome.deed.words)
        self.reason.clear()
        self.measured.setChecked(False)

    def _failed(self, order: work.SwitchOrder, error: FieldProError) -> None:
        self._ended(order)
        self.workbench.fail(error, conversation=True)

    def _ended(self, order: work.SwitchOrder) -> None:
        """Whatever became of it, what was read of the switch last is shown."""
        self.order = None
        self.moving.hide()
        read_out = order.read_out
        if read_out is not None:
            self.workbench.merge(read_out)
        self._set_possible()

    # --- the load limit ---------------------------------------------------------------------------------------

    def _show_changes(self) -> None:
        view, wanted, pressed = self.workbench.view, self.limit_card.wanted, datetime.now(UTC)
        if view is not None:
            self.workbench.compute(
                lambda: work.changes_of(wanted, view), lambda changes: self._ask_limit(changes, pressed)
            )

    def _ask_limit(self, changes: ChangeSet, pressed: datetime) -> None:
        if not changes:
            self.banners.say("good", tr("The meter has this load limit already."), "")
            return
        verb = tr("Change the load limit of {serial}", serial=self._serial)
        rows = [
            (title_of(each), with_unit(each.old_text, each.unit), with_unit(each.new_text, each.unit))
            for each in changes.different
        ]
        dialog = self._confirm(verb, text=tr("The switch opens by itself at this limit."), rows=rows, ask_reason=True)
        dialog.accepted.connect(lambda: self._write_limit(changes, pressed, dialog.reason))
        dialog.open()

    def _write_limit(self, changes: ChangeSet, pressed: datetime, reason: str) -> None:
        bench, operator = self.workbench, self.workbench.settings.operator
        approval = work.approval_for(
            Deed.LIMIT, changes.identity, reason, pressed, datetime.now(UTC), operator, measured=False
        )
        profile = None if bench.view is None else bench.view.device_profile
        write = work.LimitWrite(changes, approval, bench.desk.journal, bench.rights, operator, bench.readout, profile)
        bench.submit(
            tr("Changing the load limit"), write.conversation, then=self._limit_written, failed=self._limit_failed
        )

    def _limit_written(self, read_out: Any) -> None:
        self.limit_card.fold()
        self.banners.say("good", tr("The load limit was written and verified."), "")
        if read_out is not None:
            self.workbench.merge(read_out)
        self.workbench.look_for_unfinished()

    def _limit_failed(self, error: FieldProError) -> None:
        self.workbench.fail(error, conversation=True)
        self.workbench.look_for_unfinished()


def _load_side(state: SwitchState) -> str:
    if state.load_side_volts is not None:
        return tr("{volts} V on the load side", volts=grouped(round(state.load_side_volts)))
    if state.load_side_voltage is None:
        return tr("The meter does not tell whether there is voltage on the load side")
    return tr("Voltage on the load side") if state.load_side_voltage else tr("No voltage on the load side")


def _more(state: SwitchState, read_at: datetime | None) -> list[str]:
    """The small print: what failed, why it moved last, how often it has."""
    found = []
    if state.has_failed:
        found.append(tr("It did not move when it was told to."))
    if state.cause:
        when = "" if state.last_change is None else f", {state.last_change:%Y-%m-%d %H:%M:%S}"
        found.append(tr("Last moved by: {cause}{when}", cause=state.cause, when=when))
    if state.operations is not None:
        many = tr("1 movement") if state.operations == 1 else tr("{count} movements", count=grouped(state.operations))
        found.append(many)
    if state.trips:
        found.append(tr("Opened by the load limit: {count}", count=grouped(state.trips)))
    if read_at is not None:
        found.append(tr("Read at {time}", time=f"{read_at.astimezone():%H:%M:%S}"))
    return found

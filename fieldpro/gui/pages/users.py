"""Users: who works here and what they may do; lock now, sign out; and, for who manages users, all of them.

While there are no users the page says so: everybody at this computer is administrator. The first user ends that.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QLineEdit, QWidget

from fieldpro.errors import UsageError
from fieldpro.gui.attendance import Presence, Remaining
from fieldpro.gui.confirm import Confirm
from fieldpro.gui.fields import Choose, above
from fieldpro.gui.look import Look
from fieldpro.gui.models.rows import Column, RowsModel
from fieldpro.gui.page import Page
from fieldpro.gui.parts import Card, CardGrid, Pill, button, dress, label
from fieldpro.gui.rows_view import RowsView
from fieldpro.gui.words import tr
from fieldpro.secret import Secret
from fieldpro.security.rights import RIGHT_ROWS, ROLE_ROWS, Right, Role, role_title

if TYPE_CHECKING:
    from fieldpro.gui.workbench import Workbench
    from fieldpro.security.users import User


class UsersPage(Page):
    """See the module."""

    scrolls = True

    def __init__(self, workbench: Workbench) -> None:
        super().__init__(workbench, tr("Users"))
        self.dialog: Confirm | None = None
        self._attendance = workbench.attendance
        self.lock_button = button(tr("Lock now"), self._attendance.lock, icon="lock")
        self.out_button = button(tr("Sign out"), self._attendance.sign_out)
        self.head.addWidget(self.lock_button)
        self.head.addWidget(self.out_button)
        self._grid = CardGrid(minimum_px=420)
        self._grid.add(self._who_card())
        self._grid.add(self._add_card())
        self._grid.add(self._list_card())
        self._grid.add(self._rights_card())
        self.body_layout.addWidget(self._grid)
        self.body_layout.addStretch(1)
        self._attendance.changed.connect(self._show)
        self._attendance.users_changed.connect(self._show_users)
        self._attendance.remaining_changed.connect(self._show_remaining)
        self._show()

    # --- building ---------------------------------------------------------------------------------------------

    def _who_card(self) -> Card:
        card = Card(tr("Who works here"))
        self.name = label(type="figure", wrap=True)
        card.add(self.name)
        row = QHBoxLayout()
        self.role = Pill()
        row.addWidget(self.role)
        row.addStretch(1)
        card.add(row)
        self.words = label(wrap=True)
        card.add(self.words)
        self.idle = label(tone="weak", wrap=True)
        card.add(self.idle)
        self.authorised = label(wrap=True)
        card.add(self.authorised)
        card.content.addStretch(1)
        return card

    def _add_card(self) -> Card:
        self.add_card = Card(tr("Add a user"))
        self.new_name, self.new_password, self.again = QLineEdit(), QLineEdit(), QLineEdit()
        for field, name in (
            (self.new_name, tr("Name")),
            (self.new_password, tr("Password")),
            (self.again, tr("Password again")),
        ):
            field.setAccessibleName(tr("New user: {what}", what=name))
        for field in (self.new_password, self.again):
            field.setEchoMode(QLineEdit.EchoMode.Password)
        self.new_role = Choose(tr("New user: role"))
        self.new_role.offer([(row.role, tr(row.title)) for row in ROLE_ROWS], Role.ADMINISTRATOR)
        fields = QGridLayout()
        fields.setSpacing(8)
        fields.addLayout(above(tr("Name"), self.new_name), 0, 0)
        fields.addLayout(above(tr("Role"), self.new_role), 0, 1)
        fields.addLayout(above(tr("Password"), self.new_password), 1, 0)
        fields.addLayout(above(tr("Password again"), self.again), 1, 1)
        self.add_card.add(fields)
        self.add_trouble = label(tone="bad", wrap=True)
        self.add_card.add(self.add_trouble)
        row = QHBoxLayout()
        self.add_button = button(tr("Add the user"), self.add_user, kind="primary")
        row.addWidget(self.add_button)
        row.addStretch(1)
        self.add_card.add(row)
        self.first_words = label(tone="weak", wrap=True)
        self.add_card.add(self.first_words)
        self.add_card.content.addStretch(1)
        return self.add_card

    def _list_card(self) -> Card:
        self.list_card = Card(tr("All users"), wide=True)
        self.users = RowsModel(
            [
                Column(tr("Name"), lambda user: user.name, strong=lambda _user: True),
                Column(tr("Role"), lambda user: tr(role_title(user.role))),
                Column(tr("State"), _state, tone=_state_tone),
            ],
            self,
        )
        self.users_view = RowsView(self.users, tr("All users"), whole=True, stretch=2)
        self.users_view.selectionModel().currentRowChanged.connect(lambda *_rows: self._set_possible())
        self.list_card.add(self.users_view)
        row = QHBoxLayout()
        row.setSpacing(8)
        self.role_box = Choose(tr("Role of the chosen user"), self._set_role)
        self.role_box.setMinimumContentsLength(14)
        self.role_box.offer([(row.role, tr(row.title)) for row in ROLE_ROWS])
        self.disable_button = button(tr("Let them in no more"), self._toggle_disabled)
        self.unlock_button = button(tr("End the lock-out"), self._end_lock_out)
        self.remove_button = button(tr("Remove"), self._ask_to_remove, kind="danger")
        for made in (self.role_box, self.disable_button, self.unlock_button, self.remove_button):
            row.addWidget(made)
        row.addStretch(1)
        self.list_card.add(row)
        return self.list_card

    def _rights_card(self) -> Card:
        card = Card(tr("What the role allows"), wide=True)
        self.rights = RowsModel(
            [
                Column(
                    tr("May"),
                    lambda row: tr("yes") if row[1] else tr("no"),
                    tone=lambda row: "good" if row[1] else "weak",
                ),
                Column(tr("What"), lambda row: tr(row[0].title), strong=lambda row: row[1]),
                Column(tr("That is"), lambda row: tr(row[0].help), tip=lambda row: tr(row[0].help)),
            ],
            self,
        )
        self.rights_view = RowsView(self.rights, tr("What the role allows"), whole=True, stretch=2)
        card.add(self.rights_view)
        return card

    # --- Page -------------------------------------------------------------------------------------------------

    def set_theme(self, look: Look) -> None:
        super().set_theme(look)
        self.users_view.set_look(look)
        self.rights_view.set_look(look)
        self._show()

    def visited(self, place: str = "") -> None:
        self._attendance.list_users()
        self._show()

    # --- showing ----------------------------------------------------------------------------------------------

    def _show(self) -> None:
        attendance = self._attendance
        signed_in, guard = attendance.signed_in, attendance.guard
        if signed_in is None or guard is None:
            self.states.show_loading(tr("Looking who works here"))
            return
        self.states.show_full()
        self.name.setText(signed_in.name)
        self.role.show_state(tr(role_title(signed_in.role)), "good", self.look)
        if signed_in.is_open:
            self.words.setText(
                tr("No users are set up: everybody at this computer is administrator, without a password.")
            )
        else:
            row = next(row for row in ROLE_ROWS if row.role is signed_in.role)
            since = f"{signed_in.at.astimezone():%Y-%m-%d %H:%M}"
            self.words.setText(tr("{help} Signed in since {since}.", help=tr(row.help), since=since))
        idle_s = guard.policy.idle_lock_s
        locks = bool(idle_s) and not signed_in.is_open
        minutes = round(idle_s / 60)
        self.idle.setText(tr("Locks itself after {minutes} min without a touch.", minutes=minutes) if locks else "")
        self._show_remaining(attendance.remaining)
        self.rights.set_rows([(row, signed_in.may(row.right)) for row in RIGHT_ROWS])
        manages = signed_in.may(Right.USERS)
        self.add_card.setVisible(manages)
        self.list_card.setVisible(manages and not signed_in.is_open)
        self.new_role.setEnabled(not signed_in.is_open)
        if signed_in.is_open:
            self.new_role.choose(Role.ADMINISTRATOR)
        self.first_words.setText(
            tr("The first user is an administrator. From then on everybody signs in, and you do so next.")
            if signed_in.is_open
            else ""
        )
        self.lock_button.setVisible(not signed_in.is_open)
        self.out_button.setVisible(not signed_in.is_open)
        self._set_possible()
        dress(self, self.look)

    def _show_users(self, users: list[User]) -> None:
        row = self.users_view.row
        self.users.set_rows(users)
        if users:
            self.users_view.setCurrentIndex(self.users.index(min(max(row, 0), len(users) - 1), 0))
        self._set_possible()

    def _show_remaining(self, remaining: Remaining) -> None:
        self.authorised.setVisible(bool(remaining.detail))
        self.authorised.setText(tr("Authorisations for this meter:\n{detail}", detail=remaining.detail))

    @property
    def user(self) -> User | None:
        """The one in hand."""
        row = self.users_view.row
        return self.users.rows[row] if 0 <= row < len(self.users.rows) else None

    def _set_possible(self) -> None:
        user = self.user
        for made in (self.role_box, self.disable_button, self.remove_button):
            made.setEnabled(user is not None)
        self.unlock_button.setEnabled(user is not None and user.failures > 0)
        if user is not None:
            self.role_box.choose(user.role)
            self.disable_button.setText(tr("Let them in again") if user.is_disabled else tr("Let them in no more"))
        self.add_button.setEnabled(self._attendance.presence in (Presence.OPEN, Presence.HERE))

    # --- changing ---------------------------------------------------------------------------------------------

    def add_user(self) -> None:
        """With what was typed; the fields forget the password at once."""
        name, typed, again = self.new_name.text().strip(), self.new_password.text(), self.again.text()
        self.new_password.clear()
        self.again.clear()
        if not name:
            self._say(tr("A name is wanted."), self.new_name)
        elif not typed:
            self._say(tr("A password is wanted."), self.new_password)
        elif typed != again:
            self._say(tr("The two passwords are not the same."), self.new_password)
        else:
            try:
                secret = Secret.from_text(typed)
            except UsageError:
                self._say(tr("The password has a sign that no password here can have."), self.new_password)
                return
            self.add_trouble.setText("")
            self._attendance.add_user(name, self.new_role.chosen, secret, self._added)

    def _added(self) -> None:
        self.new_name.clear()
        self.workbench.tell(tr("The user was added"))

    def _say(self, text: str, field: QWidget) -> None:
        self.add_trouble.setText(text)
        field.setFocus()

    def _set_role(self, role: Any) -> None:
        user = self.user
        if user is not None and user.role is not role:
            self._attendance.set_role(user.name, role)

    def _toggle_disabled(self) -> None:
        if (user := self.user) is not None:
            self._attendance.set_disabled(user.name, not user.is_disabled)

    def _end_lock_out(self) -> None:
        if (user := self.user) is not None:
            self._attendance.end_lock_out(user.name)

    def _ask_to_remove(self) -> None:
        user = self.user
        if user is None:
            return
        self.dialog = Confirm(
            self,
            self.look,
            title=tr("Remove {name}", name=user.name),
            text=tr("What they did stays in the records."),
            verb=tr("Remove {name}", name=user.name),
            danger=True,
            keep=tr("Keep them"),
        )
        self.dialog.accepted.connect(lambda: self._attendance.remove_user(user.name))
        self.dialog.finished.connect(self._forget_dialog)
        self.dialog.open()

    def _forget_dialog(self) -> None:
        self.dialog = None


def _state(user: User) -> str:
    if user.is_disabled:
        return tr("let in no more")
    if user.locked_until is not None and user.failures:
        return tr("locked out until {time}", time=f"{user.locked_until.astimezone():%H:%M:%S}")
    if user.failures:
        return tr("1 wrong password") if user.failures == 1 else tr("{n} wrong passwords", n=user.failures)
    return tr("may sign in")


def _state_tone(user: User) -> str:
    return "weak" if user.is_disabled else "warn" if user.failures else ""

"""The load limit on the Switch page: what it is, and the fields for another. What a make does not have is left out."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QCheckBox, QGridLayout, QHBoxLayout, QWidget

from fieldpro.gui.fields import Choose
from fieldpro.gui.parts import Card, button, label, number_field
from fieldpro.gui.words import tr
from fieldpro.meter.switch import LoadLimit

MOST_WATTS, MOST_S, MOST_TRIPS = 10_000_000, 1_000_000, 255


class LimitCard(Card):
    """`wanted` is the limit that stands in the fields; `show_changes` is called when it is to be looked at."""

    def __init__(self, show_changes: Callable[[], object]) -> None:
        super().__init__(tr("Load limit"), wide=True)
        self._limit: LoadLimit | None = None
        self._policies: Mapping[str, str] = {}
        row = QHBoxLayout()
        row.setSpacing(8)
        self.words = label(type="strong", wrap=True)
        self.change_button = button(tr("Change the load limit"), self.unfold)
        row.addWidget(self.words, 1)
        row.addWidget(self.change_button)
        self.add(row)
        self.add(self._build_form(show_changes))

    def _build_form(self, show_changes: Callable[[], object]) -> QWidget:
        self.form = QWidget()
        grid = QGridLayout(self.form)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(16)
        grid.setVerticalSpacing(8)
        self.is_on = QCheckBox(tr("In force"))
        self.threshold = number_field(0, 0, MOST_WATTS)
        self.duration = number_field(0, 0, MOST_S)
        self.policy = Choose(tr("Afterwards it"))
        self.delay = number_field(0, 0, MOST_S)
        self.trips = number_field(0, 0, MOST_TRIPS)
        for limit, unit in ((self.threshold, " W"), (self.duration, " s"), (self.delay, " s")):
            limit.setSuffix(unit)
            limit.setGroupSeparatorShown(True)
        grid.addWidget(self.is_on, 0, 0, 1, 4)
        self._said: dict[QWidget, QWidget] = {}
        for number, (words, field) in enumerate(
            (
                (tr("Opens above"), self.threshold),
                (tr("for"), self.duration),
                (tr("Afterwards it"), self.policy),
                (tr("after"), self.delay),
                (tr("Openings after which it stays open"), self.trips),
            )
        ):
            self._said[field] = label(words)
            self._said[field].setBuddy(field)  # type: ignore[attr-defined] # a QLabel
            field.setAccessibleName(words)
            row, column = 1 + number // 2, 2 * (number % 2)
            grid.addWidget(self._said[field], row, column, Qt.AlignmentFlag.AlignVCenter)
            grid.addWidget(field, row, column + 1)
        grid.setColumnStretch(1, 1)
        grid.setColumnStretch(3, 1)
        self.changes_button = button(tr("Show what changes"), show_changes, kind="primary")
        buttons = QHBoxLayout()
        buttons.addWidget(button(tr("Leave it"), self.fold))
        buttons.addStretch(1)
        buttons.addWidget(self.changes_button)
        grid.addLayout(buttons, 5, 0, 1, 4)
        self.form.hide()
        return self.form

    def show_limit(self, limit: LoadLimit, policies: Mapping[str, str]) -> None:
        """The limit that the meter has; `policies` are those of its make, in words."""
        self._limit, self._policies = limit, policies
        self.words.setText(limit.words[:1].upper() + limit.words[1:])

    def set_possible(self, possible: bool) -> None:
        self.change_button.setEnabled(possible)
        self.changes_button.setEnabled(possible)

    def fold(self) -> None:
        self.form.hide()

    def unfold(self) -> None:
        """The fields, with what the meter has now."""
        limit = self._limit
        if limit is None:
            return
        self.is_on.setVisible(limit.on is not None)
        self.is_on.setChecked(bool(limit.on))
        self.threshold.setValue(round(limit.threshold_watts))
        self.duration.setValue(round(limit.duration_s))
        self.policy.offer(list(self._policies.items()), limit.policy or None)
        self.delay.setValue(round(limit.reconnect_s or 0))
        self.trips.setValue(limit.most_trips or 0)
        for field, value in (
            (self.policy, limit.policy),
            (self.delay, limit.reconnect_s),
            (self.trips, limit.most_trips),
        ):
            field.setVisible(value is not None)
            self._said[field].setVisible(value is not None)
        self.form.show()
        self.threshold.setFocus()

    @property
    def wanted(self) -> LoadLimit:
        """What stands in the fields; None for what this make does not have."""
        return LoadLimit(
            on=None if self.is_on.isHidden() else self.is_on.isChecked(),
            threshold_watts=float(self.threshold.value()),
            duration_s=float(self.duration.value()),
            policy=None if self.policy.isHidden() else self.policy.chosen,
            reconnect_s=None if self.delay.isHidden() else float(self.delay.value()),
            most_trips=None if self.trips.isHidden() else self.trips.value(),
        )

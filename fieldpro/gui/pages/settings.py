"""Settings: one row for each declared setting, made from its declaration; a change holds at once."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QSignalBlocker, Qt
from PySide6.QtWidgets import QCheckBox, QComboBox, QGridLayout, QLineEdit, QSpinBox, QWidget

from fieldpro.explain import explain
from fieldpro.gui import density, roles
from fieldpro.gui.page import Page
from fieldpro.gui.parts import Card, label, number_field
from fieldpro.gui.words import mark, tr
from fieldpro.settings import SETTINGS, Setting
from fieldpro.transports.probes import profiles

if TYPE_CHECKING:
    from fieldpro.gui.workbench import Workbench

FIELD_PX = 280

CHOICE_WORDS = {
    **{("theme", theme.name): theme.title for theme in roles.THEMES},
    **{("density", one.name): one.title for one in density.DENSITIES},
}


class SettingsPage(Page):
    """See the module."""

    scrolls = True

    def __init__(self, workbench: Workbench) -> None:
        super().__init__(workbench, tr("Settings"))
        self.fields: dict[str, QWidget] = {}
        card = Card(tr("Kept in {path}", path=workbench.settings.path))
        grid = QGridLayout()
        grid.setHorizontalSpacing(24)
        grid.setVerticalSpacing(16)
        grid.setColumnStretch(2, 1)
        for row, setting in enumerate(SETTINGS):
            field = self._field(setting)
            self.fields[setting.key] = field
            title = label(tr(setting.title), type="strong")
            title.setBuddy(field)
            grid.addWidget(title, row, 0)
            field.setFixedWidth(FIELD_PX)
            field.setAccessibleName(tr(setting.title))
            field.setAccessibleDescription(tr(setting.help))
            grid.addWidget(field, row, 1, Qt.AlignmentFlag.AlignVCenter)
            grid.addWidget(label(tr(setting.help), tone="weak", wrap=True), row, 2)
        card.add(grid)
        self.body_layout.addWidget(card)
        self.body_layout.addStretch(1)
        for problem in workbench.settings.problems:
            words = explain(problem, translate=tr)
            self.banners.say("warn", f"{words.what}.", f"{words.subject}. {words.next_step}")
        workbench.setting_changed.connect(self._setting_changed)

    def _field(self, setting: Setting) -> QWidget:
        value = self.workbench.settings.get(setting.key)
        if setting.choices or setting.key == "probe":
            return self._choice(setting, str(value))
        if isinstance(setting.default, bool):
            box = QCheckBox()
            box.setChecked(bool(value))
            box.toggled.connect(lambda on: self.workbench.set_setting(setting.key, on))
            return box
        if isinstance(setting.default, int):
            spin = number_field(int(value), setting.minimum, setting.maximum)
            spin.setGroupSeparatorShown(True)
            spin.editingFinished.connect(lambda: self.workbench.set_setting(setting.key, spin.value()))
            return spin
        line = QLineEdit(str(value))
        line.editingFinished.connect(lambda: self.workbench.set_setting(setting.key, line.text().strip()))
        return line

    def _choice(self, setting: Setting, value: str) -> QComboBox:
        box = QComboBox()
        for choice, title in _choices(setting):
            box.addItem(tr(title), choice)
        box.setCurrentIndex(box.findData(value))
        box.activated.connect(lambda _index: self.workbench.set_setting(setting.key, str(box.currentData())))
        return box

    def _setting_changed(self, key: str) -> None:
        """Somewhere else changed it: an action, another page."""
        field, value = self.fields[key], self.workbench.settings.get(key)
        with QSignalBlocker(field):
            match field:
                case QComboBox():
                    field.setCurrentIndex(field.findData(value))
                case QCheckBox():
                    field.setChecked(bool(value))
                case QSpinBox():
                    field.setValue(int(value))
                case QLineEdit():
                    field.setText(str(value))


def _choices(setting: Setting) -> list[tuple[str, str]]:
    """(value, words) of a setting that is chosen from a list."""
    if setting.key == "probe":
        return [("", mark("Find it by trying")), *((profile.name, profile.title) for profile in profiles())]
    return [(choice, CHOICE_WORDS.get((setting.key, choice), choice)) for choice in setting.choices]

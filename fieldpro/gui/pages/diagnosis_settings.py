"""The settings of the checks D1 to D6, as fields that say what they can have; a check can be switched off."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QSignalBlocker, Signal
from PySide6.QtWidgets import QDoubleSpinBox, QGridLayout, QLabel, QWidget

from fieldpro.errors import UsageError
from fieldpro.gui.fields import Choose
from fieldpro.gui.parts import Card, button, label
from fieldpro.gui.words import mark, tr
from fieldpro.meter.diagnosis import Display, Parameter, Settings, checks

DISPLAY_WORDS = {
    Display.DISABLE: mark("off: not looked at"),
    Display.IGNORE: mark("on, not displayed"),
    Display.LOCK: mark("on, locks the display"),
    Display.SCROLL: mark("on, in the display's scroll"),
}


class SettingsCard(Card):
    """`changed(settings)` when a field holds something that the setting can have."""

    changed = Signal(object)

    def __init__(self, settings: Settings) -> None:
        super().__init__(tr("Settings"))
        self.settings = settings
        self.fields: dict[str, QWidget] = {}
        grid = QGridLayout()
        grid.setHorizontalSpacing(12)
        grid.setVerticalSpacing(8)
        grid.setColumnStretch(1, 1)
        row = 0
        for check in checks().values():
            heading = label(f"{check.name}  {check.title}", type="strong")
            grid.addWidget(heading, row, 0, 1, 2)
            row += 1
            grid.addWidget(label(check.meaning, tone="weak", wrap=True), row, 0, 1, 2)
            row += 1
            box = Choose(tr("{check} on or off", check=check.name), partial(self._show, check.name))
            box.offer([(display, tr(words)) for display, words in DISPLAY_WORDS.items()], self._display(check.name))
            self.fields[check.name] = box
            self._add(grid, row, tr("This check is"), box)
            row += 1
            for parameter in check.parameters.values():
                field = self._field(check.name, parameter)
                self.fields[f"{check.name}.{parameter.name}"] = field
                unit = f" ({parameter.unit})" if parameter.unit else ""
                self._add(grid, row, f"{parameter.title}{unit}", field)
                row += 1
        self.add(grid)
        self.add(button(tr("All as they come"), self.restore))

    def restore(self) -> None:
        """The values that the checks come with."""
        self.settings = Settings()
        for check in checks().values():
            box = self.fields[check.name]
            if isinstance(box, Choose):
                box.choose(self._display(check.name))
            for parameter in check.parameters.values():
                field = self.fields[f"{check.name}.{parameter.name}"]
                if isinstance(field, QDoubleSpinBox):
                    with QSignalBlocker(field):
                        field.setValue(parameter.default)
                elif isinstance(field, Choose):
                    field.choose(int(parameter.default))
        self.changed.emit(self.settings)

    def _add(self, grid: QGridLayout, row: int, words: str, field: QWidget) -> None:
        said = QLabel(words)
        said.setWordWrap(True)
        said.setBuddy(field)
        grid.addWidget(said, row, 0)
        grid.addWidget(field, row, 1)

    def _field(self, check: str, parameter: Parameter) -> QWidget:
        name = f"{check}, {parameter.title}"
        value = self.settings.value(check, parameter.name)
        if parameter.choices:
            box = Choose(name, partial(self._put, check, parameter.name))
            box.offer(list(enumerate(parameter.choices)), int(value))
            return box
        spin = QDoubleSpinBox()
        spin.setAccessibleName(name)
        spin.lineEdit().setTextMargins(8, 0, 8, 0)
        spin.setRange(parameter.low, parameter.high)
        whole = parameter.step >= 1
        spin.setDecimals(0 if whole else 2 if parameter.high <= 10 else 1)
        if parameter.step:
            spin.setSingleStep(parameter.step)
        spin.setValue(value)
        spin.setToolTip(
            tr("{low} to {high} {unit}", low=f"{parameter.low:g}", high=f"{parameter.high:g}", unit=parameter.unit)
        )
        spin.editingFinished.connect(lambda: self._put(check, parameter.name, spin.value(), spin))
        return spin

    def _put(self, check: str, name: str, value: float, field: QDoubleSpinBox | None = None) -> None:
        try:
            self.settings = self.settings.with_value(check, name, float(value))
        except UsageError:
            if field is not None:  # not a step: what holds stands there again
                with QSignalBlocker(field):
                    field.setValue(self.settings.value(check, name))
            return
        self.changed.emit(self.settings)

    def _display(self, check: str) -> Display:
        return self.settings.display.get(check, Display.SCROLL)

    def _show(self, check: str, display: Display) -> None:
        self.settings = self.settings.shown(check, display)
        self.changed.emit(self.settings)

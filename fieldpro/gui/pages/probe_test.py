"""The probe test of the Connect page: what the head on this port does, said in words."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from fieldpro.explain import explain
from fieldpro.gui.parts import button, label
from fieldpro.gui.words import tr

if TYPE_CHECKING:
    from fieldpro.errors import FieldProError
    from fieldpro.gui.workbench import Workbench


class ProbeTest(QWidget):
    """A button, and below it what was found. `port` gives the URL in force; `probe` the profile's name."""

    def __init__(self, workbench: Workbench, port: Callable[[], str], probe: Callable[[], str]) -> None:
        super().__init__()
        self._workbench, self._port, self._probe = workbench, port, probe
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        row = QHBoxLayout()
        self.test_button = button(tr("Test the probe"), self.run, icon="probe")
        row.addWidget(self.test_button)
        row.addStretch(1)
        column.addLayout(row)
        self.words = label(wrap=True, copyable=True)
        self.words.setAccessibleName(tr("What the probe test found"))
        self.words.hide()
        column.addWidget(self.words)

    def run(self) -> None:
        """Test in the ports' lane; the head lies on a mirror, on a meter, or on nothing."""
        url, probe = self._port(), self._probe()
        self.test_button.setEnabled(False)
        self._say(tr("Testing {port}", port=url))
        self._workbench.look_at_ports(lambda desk: desk.probe_test(url, probe), self._done, self._failed)

    def _done(self, report: Any) -> None:
        self.test_button.setEnabled(True)
        self._say(str(report))

    def _failed(self, error: FieldProError) -> None:
        self.test_button.setEnabled(True)
        self._say(str(explain(error, translate=tr)))

    def _say(self, text: str) -> None:
        self.words.setText(text)
        self.words.setAccessibleName(text)
        self.words.show()

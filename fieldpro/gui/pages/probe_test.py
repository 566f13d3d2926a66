"""The probe test of the Connect page: what the head on this port does, said in words, rate by rate as it goes."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from fieldpro.errors import Cancelled
from fieldpro.explain import explain
from fieldpro.gui.models.probe_words import rate_line, report_lines
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
        self._ticket: Any = None
        self._lines: list[str] = []
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        row = QHBoxLayout()
        row.setSpacing(8)
        self.test_button = button(tr("Test the probe"), self.run, icon="probe")
        self.stop_button = button(tr("Stop the test"), self.stop, icon="cancel")
        self.stop_button.hide()
        row.addWidget(self.test_button)
        row.addWidget(self.stop_button)
        row.addStretch(1)
        column.addLayout(row)
        self.words = label(wrap=True, copyable=True)
        self.words.setAccessibleName(tr("What the probe test found"))
        self.words.hide()
        column.addWidget(self.words)

    def run(self) -> None:
        """Test in the lane of ports; the head lies on a mirror, on a meter, or on nothing."""
        from fieldpro.session.ticket import Ticket

        url, probe = self._port(), self._probe()
        self._ticket = ticket = Ticket(tr("Testing the probe"))
        self._lines = [tr("Testing {port}", port=url)]
        self._say()
        self.test_button.setEnabled(False)
        self.stop_button.show()
        post = self._workbench.bridge.post
        self._workbench.look_at_ports(
            lambda _desk: run_probe_test(url, probe, ticket, lambda rate: post(lambda: self._heard(ticket, rate))),
            self._done,
            self._failed,
        )

    def stop(self) -> None:
        if self._ticket is not None:
            self._ticket.cancel()

    def _heard(self, ticket: Any, rate: Any) -> None:
        if ticket is self._ticket:
            self._lines.append(rate_line(rate))
            self._say()

    def _done(self, report: Any) -> None:
        self._lines = report_lines(report)
        self._end()

    def _failed(self, error: FieldProError) -> None:
        if isinstance(error, Cancelled):
            self._lines.append(tr("Stopped."))
        else:
            self._lines.append(str(explain(error, translate=tr)))
        self._end()

    def _end(self) -> None:
        self._ticket = None
        self.test_button.setEnabled(True)
        self.stop_button.hide()
        self._say()

    def _say(self) -> None:
        self.words.setText("\n".join(self._lines))
        self.words.show()


def run_probe_test(url: str, probe: str, ticket: Any, on_rate: Callable[[Any], None]) -> Any:
    """Run the test, in the lane of ports. `probe` names a profile, "" tries the usual ones."""
    from fieldpro.app import open_transport
    from fieldpro.session.probe_test import probe_test
    from fieldpro.transports.probes import profile

    chosen = profile(probe) if probe else None
    return probe_test(lambda: open_transport(url, chosen), ticket=ticket, on_rate=on_rate)

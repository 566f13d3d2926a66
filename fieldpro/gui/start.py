"""Opens the window. Only what the first paint needs is imported before it; the rest is fetched in a plain thread
afterwards, so that the first click finds everything there."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from types import TracebackType
from typing import Any

from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import QApplication

from fieldpro.explain import Explanation
from fieldpro.gui import density, icons, roles
from fieldpro.gui.attendance import USERS_FILE
from fieldpro.gui.look import Look
from fieldpro.gui.roles import Role
from fieldpro.gui.trouble import Trouble
from fieldpro.gui.window import Window
from fieldpro.gui.words import tr
from fieldpro.gui.workbench import Workbench
from fieldpro.settings import Settings, data_folder

SIZE_PX = (1280, 800)
ICON_PX = 64


def make_app() -> QApplication:
    """The one QApplication of this process."""
    found = QApplication.instance()
    if isinstance(found, QApplication):
        return found
    QApplication.setHighDpiScaleFactorRoundingPolicy(Qt.HighDpiScaleFactorRoundingPolicy.PassThrough)
    app = QApplication(sys.argv[:1])
    app.setApplicationName("fieldpro")
    app.setApplicationDisplayName("FieldPro")
    app.setDesktopFileName("fieldpro")
    return app


def make_window(settings: Settings, make_desk: Callable[[], Any] | None = None) -> Window:
    """A window on a workbench of its own. Without `make_desk`, the program's own `Desk` is used."""
    look = Look(roles.theme(settings.get_text("theme")), density.density(settings.get_text("density")))
    workbench = Workbench(settings, make_desk or (lambda: _desk(settings)), look)
    window = Window(workbench)
    if (data_folder() / USERS_FILE).exists():
        workbench.attendance.expect_users()
    window.resize(*SIZE_PX)
    window.setWindowIcon(icons.icon("meter", look, Role.ACCENT, ICON_PX))
    return window


def open_window(*, first_paint: bool = False) -> int:
    """Open the window and stay until it is closed; the exit code. `first_paint`: print when it was painted, in
    seconds since the epoch, and end."""
    app = make_app()
    window = make_window(Settings())
    if first_paint:
        window.painted.connect(lambda: (print(f"{time.time():.6f}", flush=True), app.quit()))
    else:
        window.painted.connect(lambda: QTimer.singleShot(50, lambda: warm_up(window)))
        sys.excepthook = _show_defects(window)
    window.show()
    return app.exec()


def warm_up(window: Window) -> None:
    """See who works here, and fetch what the pages will need, outside the GUI thread: the desk, the dictionary, NumPy
    and pyqtgraph."""
    from fieldpro.gui.warm import known_tables

    window.workbench.attendance.begin()
    window.workbench.warm(known_tables, window.set_tables)


def _desk(settings: Settings) -> Any:
    from fieldpro.app import Desk

    return Desk(settings)


def _show_defects(window: Window) -> Callable[[type[BaseException], BaseException, TracebackType | None], None]:
    """The last handler: a defect of the program is logged and said, and the window lives on."""

    def show(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
        import logging  # not before the first paint

        logging.getLogger("fieldpro.gui").critical("defect", exc_info=(kind, error, trace))
        words = Explanation(
            tr("FieldPro met a defect of its own"),
            f"{kind.__name__}: {error}",
            tr("What you read is kept. Save it, and report this with the program's log."),
        )
        window.page.show_trouble(Trouble(words))

    return show

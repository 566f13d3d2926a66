"""Icons: small SVGs of our own, drawn in one colour, taken from a role.

Every file in `resources/icons` is 24 by 24 with strokes of `currentColor`. An icon never stands for a state alone:
there is always a word beside it.
"""

from __future__ import annotations

from functools import lru_cache

from PySide6.QtCore import QByteArray, QRectF, QSize, Qt
from PySide6.QtGui import QGuiApplication, QIcon, QPainter, QPixmap
from PySide6.QtSvg import QSvgRenderer

from fieldpro import resources
from fieldpro.gui.look import Look
from fieldpro.gui.roles import Role


@lru_cache(maxsize=256)
def _drawing(name: str) -> str:
    return resources.text("icons", f"{name}.svg")


@lru_cache(maxsize=512)
def _pixmap(name: str, color: str, size: int, ratio: float) -> QPixmap:
    pixmap = QPixmap(QSize(round(size * ratio), round(size * ratio)))
    pixmap.fill(Qt.GlobalColor.transparent)
    painter = QPainter(pixmap)
    renderer = QSvgRenderer(QByteArray(_drawing(name).replace("currentColor", color).encode()))
    renderer.render(painter, QRectF(0, 0, pixmap.width(), pixmap.height()))
    painter.end()
    pixmap.setDevicePixelRatio(ratio)
    return pixmap


def pixmap(name: str, look: Look, role: Role = Role.TEXT, size: int = 20) -> QPixmap:
    """An icon as a picture, sharp at the screen's scale. `UsageError` when there is no such icon."""
    app = QGuiApplication.instance()
    ratio = app.devicePixelRatio() if isinstance(app, QGuiApplication) else 1.0
    return _pixmap(name, look.hex(role), size, ratio)


def icon(name: str, look: Look, role: Role = Role.TEXT, size: int = 20) -> QIcon:
    """An icon for a button; drawn weaker while the button is disabled, in the accent while it is checked."""
    found = QIcon(pixmap(name, look, role, size))
    found.addPixmap(pixmap(name, look, Role.WEAK, size), QIcon.Mode.Disabled)
    if role is Role.TEXT:
        found.addPixmap(pixmap(name, look, Role.ACCENT, size), QIcon.Mode.Normal, QIcon.State.On)
    return found


def names() -> list[str]:
    return resources.names("icons", ".svg")

"""Tiers as colours and letters, the same in every picture: A is off-peak by custom, and later letters cost more."""

from __future__ import annotations

from PySide6.QtGui import QColor

from fieldpro.gui.look import Look
from fieldpro.gui.roles import Role, contrast

TIER_ROLES = (
    Role.CHART_6,
    Role.CHART_3,
    Role.CHART_5,
    Role.CHART_2,
    Role.CHART_4,
    Role.CHART_1,
    Role.CHART_7,
    Role.CHART_8,
)
"""Tier 0 to 7: NEW_TIER of a tier switch has three bits (C12.19 table 54)."""


def tier_colour(tier: int, look: Look) -> QColor:
    return look.color(TIER_ROLES[tier % len(TIER_ROLES)]) if tier >= 0 else look.color(Role.SUNKEN)


def ink_on(ground: QColor) -> QColor:
    """Black or white, whichever stands out more on a ground."""
    name = ground.name()
    return QColor("#000000") if contrast(name, "#000000") >= contrast(name, "#ffffff") else QColor("#ffffff")

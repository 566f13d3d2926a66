"""Settings: one field for each declared setting; a change holds at once and is kept."""

from __future__ import annotations

from typing import Any

import pytest

from fieldpro.gui.pages.settings import SettingsPage
from fieldpro.gui.window import Window
from fieldpro.settings import SETTINGS, Settings


@pytest.fixture
def page(window: Window) -> SettingsPage:
    window.go("settings")
    page = window.page
    assert isinstance(page, SettingsPage)
    return page


def test_every_declared_setting_has_a_field_with_name_and_help(page: SettingsPage) -> None:
    assert list(page.fields) == [setting.key for setting in SETTINGS]
    for setting in SETTINGS:
        assert page.fields[setting.key].accessibleName() == setting.title
        assert page.fields[setting.key].accessibleDescription() == setting.help


def test_a_change_is_kept(page: SettingsPage, window: Window, qtbot: Any) -> None:
    field = page.fields["operator"]
    qtbot.keyClicks(field, "Ada")
    with qtbot.waitSignal(page.workbench.setting_changed):
        field.editingFinished.emit()
    assert Settings(page.workbench.settings.path).get("operator") == "Ada"
    theme = page.fields["theme"]
    theme.setCurrentIndex(theme.findData("sunlight"))
    with qtbot.waitSignal(window.look_changed):
        theme.activated.emit(theme.currentIndex())
    assert window.workbench.look.theme.name == "sunlight"


def test_a_change_made_elsewhere_shows(page: SettingsPage, qtbot: Any) -> None:
    with qtbot.waitSignal(page.workbench.setting_changed):
        page.workbench.set_setting("density", "bench")
    assert page.fields["density"].currentData() == "bench"


def test_a_file_that_cannot_be_used_is_told(workbench: Any, qtbot: Any) -> None:
    workbench.settings.path.write_text('{"theme": "neon"}')
    workbench.settings = Settings(workbench.settings.path)
    page = SettingsPage(workbench)
    qtbot.addWidget(page)
    assert "theme" in page.banners.banners[0].text

"""Settings: declared once, kept in one plain file, never in the way of starting."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from fieldpro.errors import FileError, UsageError
from fieldpro.settings import SETTINGS, Settings, data_folder, default_path


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "deep" / "settings.json"


def test_without_a_file_every_setting_has_its_default(file: Path) -> None:
    settings = Settings(file)
    assert {setting.key: settings.get(setting.key) for setting in SETTINGS} == {s.key: s.default for s in SETTINGS}


def test_what_is_set_is_there_after_a_restart(file: Path) -> None:
    Settings(file).set("theme", "dark")
    assert Settings(file).get_text("theme") == "dark"


@pytest.mark.parametrize(
    ("key", "value"), [("theme", "pink"), ("user_id", -1), ("user_id", "seven"), ("user_id", True), ("nonsense", 1)]
)
def test_a_value_a_setting_cannot_have_is_refused_and_nothing_is_written(file: Path, key: str, value: object) -> None:
    with pytest.raises(UsageError):
        Settings(file).set(key, value)  # type: ignore[arg-type]  # the wrong type is the point
    assert not file.exists()


@pytest.mark.parametrize("text", ["", "{", "[]", "\x00", '"text"'])
def test_a_file_that_cannot_be_read_gives_defaults_and_says_so(file: Path, text: str) -> None:
    file.parent.mkdir()
    file.write_text(text)
    settings = Settings(file)
    assert settings.get("theme") == "light"
    assert len(settings.problems) == 1


def test_one_bad_value_in_the_file_does_not_lose_the_others(file: Path) -> None:
    file.parent.mkdir()
    file.write_text(json.dumps({"theme": "pink", "density": "field", "from_the_future": 1}))
    settings = Settings(file)
    assert settings.get("density") == "field"
    assert [problem.place for problem in settings.problems] == ["theme", "from_the_future"]


def test_a_folder_that_cannot_be_written_is_an_error_with_the_path(tmp_path: Path) -> None:
    blocked = tmp_path / "file"
    blocked.write_text("not a folder")
    with pytest.raises(FileError) as caught:
        Settings(blocked / "settings.json").set("theme", "dark")
    assert str(blocked) in caught.value.path


def test_every_default_is_a_value_its_setting_can_have() -> None:
    assert [setting.key for setting in SETTINGS if setting.complaint(setting.default) is not None] == []


def test_the_operator_is_the_computers_user_until_somebody_says_otherwise(file: Path) -> None:
    settings = Settings(file)
    assert settings.operator
    settings.set("operator", "Ada")
    assert settings.operator == "Ada"


def test_one_variable_moves_everything_the_program_keeps(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FIELDPRO_HOME", str(tmp_path))
    assert default_path() == tmp_path / "settings.json"
    assert data_folder() == tmp_path

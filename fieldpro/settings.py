"""Every setting of the program, declared once: the window, the command line and the help are made from this list.

The values lie in one plain JSON file, so that a person, a test and a script read the same. What is not in the file
has its default. A file that cannot be used does not stop the program: `Settings.problems` says what was wrong.
"""

from __future__ import annotations

import getpass
import json
import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TypeAlias

import platformdirs

from fieldpro.errors import FileError, UsageError
from fieldpro.files import write_atomically

Value: TypeAlias = str | int | bool


@dataclass(frozen=True, slots=True)
class Setting:
    """One setting. Its type is the type of `default`; `choices` limits a text, `minimum` and `maximum` a number."""

    key: str
    default: Value
    title: str
    help: str
    choices: tuple[str, ...] = ()
    minimum: int = 0
    maximum: int = 1_000_000

    def complaint(self, value: object) -> str | None:
        """What this setting expects, when `value` is not it."""
        if type(value) is not type(self.default):
            return {bool: "true or false", int: "a whole number", str: "a text"}[type(self.default)]
        if self.choices and value not in self.choices:
            return "one of " + ", ".join(self.choices)
        if type(value) is int and not self.minimum <= value <= self.maximum:
            return f"a number from {self.minimum} to {self.maximum}"
        return None


SETTINGS: tuple[Setting, ...] = (
    Setting(
        "operator", "", "Operator", "Your name, as it stands in every record you save. Empty: the computer's user."
    ),
    Setting(
        "theme",
        "light",
        "Theme",
        "Light for indoors, sunlight for outdoors, dark for the night.",
        choices=("light", "sunlight", "dark"),
    ),
    Setting(
        "density",
        "desk",
        "Density",
        "Field has large targets for gloves, desk is the everyday size, bench is dense.",
        choices=("field", "desk", "bench"),
    ),
    Setting("user_id", 0, "User number", "The number a meter writes into its log for you.", maximum=65_535),
    Setting("user_name", "FieldPro", "User name", "The name sent to a meter at log-on, ten characters at most."),
    Setting(
        "max_baud",
        57_600,
        "Fastest rate",
        "The highest baud rate to ask a meter for. Lower it for a probe that makes errors.",
        minimum=300,
        maximum=115_200,
    ),
    Setting(
        "reset_lock_out_h",
        24,
        "Lock-out of demand resets",
        "Hours after a demand reset within which another one is refused unless it is forced. 0: never refused.",
        maximum=24 * 366,
    ),
    Setting(
        "clock_gradual_s",
        60,
        "Set the clock in steps up to",
        "Seconds by which a clock may be wrong and still be set in small steps, where a load profile records.",
        maximum=900,
    ),
    Setting(
        "clock_step_s",
        5,
        "Clock step",
        "The largest of these steps, in seconds.",
        minimum=1,
        maximum=60,
    ),
    Setting("probe", "", "Probe", "The profile of the optical probe. Empty: found by trying."),
    Setting("last_port", "", "Last port", "The port used last; Connect offers it first."),
)

BY_KEY: Mapping[str, Setting] = {setting.key: setting for setting in SETTINGS}


def default_path() -> Path:
    """The settings file of this user; FIELDPRO_HOME moves it, with everything else the program keeps."""
    home = os.environ.get("FIELDPRO_HOME")
    folder = Path(home) if home else Path(platformdirs.user_config_dir("fieldpro", appauthor=False))
    return folder / "settings.json"


def data_folder() -> Path:
    """Where the program keeps its database and journals."""
    home = os.environ.get("FIELDPRO_HOME")
    return Path(home) if home else Path(platformdirs.user_data_dir("fieldpro", appauthor=False))


class Settings:
    """The values in force. `set` writes the file at once and atomically."""

    def __init__(self, path: Path | None = None) -> None:
        self.path = path if path is not None else default_path()
        self.problems: list[FileError] = []
        self.acting = ""  # who signed in, while somebody has
        self._values: dict[str, Value] = {}
        self._read()

    def get_text(self, key: str) -> str:
        return str(self.get(key))

    def get_number(self, key: str) -> int:
        return int(self.get(key))

    def get(self, key: str) -> Value:
        """The value of one setting; `UsageError` for a key that is not declared."""
        return self._values.get(key, _declared(key).default)

    def set(self, key: str, value: Value) -> None:
        """Change one setting and save. `UsageError` for a value that the setting cannot have."""
        expected = _declared(key).complaint(value)
        if expected is not None:
            raise UsageError(f"setting {key}", expected, repr(value))
        self._values[key] = value
        self._write()

    @property
    def operator(self) -> str:
        """Who works here: who signed in, else the setting, or else the computer's user."""
        return self.acting or self.get_text("operator") or _computer_user()

    def _read(self) -> None:
        try:
            content = json.loads(self.path.read_text(encoding="utf-8"))
        except FileNotFoundError:
            return
        except (OSError, ValueError) as problem:
            self.problems.append(FileError(str(self.path), "the whole file", "JSON", str(problem)))
            return
        if not isinstance(content, dict):
            self.problems.append(FileError(str(self.path), "the whole file", "an object", type(content).__name__))
            return
        for key, value in content.items():
            setting = BY_KEY.get(key)
            expected = "a setting of this version" if setting is None else setting.complaint(value)
            if expected is not None:
                self.problems.append(FileError(str(self.path), key, expected, repr(value)))
            else:
                self._values[key] = value

    def _write(self) -> None:
        text = json.dumps(self._values, indent=2, sort_keys=True, ensure_ascii=False) + "\n"
        try:
            write_atomically(self.path, text.encode())
        except OSError as problem:
            raise FileError(str(self.path), "the whole file", "a file that can be written", str(problem)) from problem


def _declared(key: str) -> Setting:
    if key not in BY_KEY:
        raise UsageError("settings", "one of " + ", ".join(BY_KEY), key)
    return BY_KEY[key]


def _computer_user() -> str:
    try:
        return getpass.getuser()
    except OSError:
        return "unknown"

"""The one place that finds data files: dictionaries, profiles, virtual meters, icons, themes, help.

They lie in `resources/` beside the package in a checkout, in `fieldpro/_resources` in a wheel, and below
`sys._MEIPASS` in a frozen program.
"""

from __future__ import annotations

import sys
from pathlib import Path

from fieldpro.errors import UsageError


def root() -> Path:
    """The folder that holds the data files."""
    frozen = getattr(sys, "_MEIPASS", None)
    here = Path(__file__).resolve().parent
    candidates = [here / "_resources", here.parent / "resources"]
    if frozen is not None:
        candidates.insert(0, Path(frozen) / "resources")
    for folder in candidates:
        if folder.is_dir():
            return folder
    raise UsageError("the program's data files", "a folder resources/", str(candidates[-1]))


def path(*parts: str) -> Path:
    """The path of one data file or folder; it need not exist."""
    return root().joinpath(*parts)


def text(*parts: str) -> str:
    """The text of one data file, UTF-8. Raises `UsageError` when there is no such file."""
    file = path(*parts)
    if not file.is_file():
        raise UsageError("/".join(parts), "a data file of this name", "none")
    return file.read_text(encoding="utf-8")


def names(folder: str, suffix: str) -> list[str]:
    """The names, without suffix, of the files in one folder of the data files, sorted."""
    return sorted(file.stem for file in path(folder).glob(f"*{suffix}"))

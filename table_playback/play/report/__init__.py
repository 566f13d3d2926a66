"""What a playing came to, to be kept: as text, HTML, JUnit XML, CSV, JSON.

text = as_junit(result)
save(result, Path("night.html"))        by its ending; written whole or not at all
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

from fieldpro.errors import FileError, UsageError
from fieldpro.files import write_atomically
from table_playback.play.report.as_csv import as_csv
from table_playback.play.report.as_html import as_html
from table_playback.play.report.as_json import as_json
from table_playback.play.report.as_junit import as_junit
from table_playback.play.report.as_text import as_text
from table_playback.play.verdicts import PlayResult

BY_ENDING: Mapping[str, Callable[[PlayResult], str]] = {
    ".html": as_html,
    ".xml": as_junit,
    ".csv": as_csv,
    ".json": as_json,
    ".txt": as_text,
}


def save(result: PlayResult, path: Path) -> None:
    """Raises `UsageError` for an ending that no report has, `FileError` when it cannot be written."""
    make = BY_ENDING.get(path.suffix.casefold())
    if make is None:
        raise UsageError("report", f"a name that ends with {', '.join(BY_ENDING)}", path.name)
    try:
        write_atomically(path, make(result).encode())
    except OSError as problem:
        raise FileError(str(path), "the file", "a place that can be written", str(problem)) from problem


__all__ = ["BY_ENDING", "as_csv", "as_html", "as_json", "as_junit", "as_text", "save"]

"""The report of a visit on one page: before, after, what was changed, the site with its phasors, who, when.

    write_pdf(path, record) ; write_html(path, record)         raise `FileError`

The same record gives the same bytes, whenever and wherever the report is made (in one time zone).
"""

from __future__ import annotations

from datetime import tzinfo
from pathlib import Path

from fieldpro.errors import FileError
from fieldpro.export.visit_report_content import content
from fieldpro.files import write_atomically
from fieldpro.visit_record import VisitRecord


def write_pdf(path: Path, record: VisitRecord, *, zone: tzinfo | None = None, paper: str = "letter") -> None:
    """paper: letter or A4. Raises `FileError` when the file cannot be written."""
    from fieldpro.export.visit_report_pdf import pdf  # reportlab takes a while to load

    _put(path, pdf(content(record, zone), paper=paper))


def write_html(path: Path, record: VisitRecord, *, zone: tzinfo | None = None) -> None:
    """One file without scripts, pictures or fonts of its own beside it. Raises `FileError`."""
    from fieldpro.export.visit_report_html import html

    _put(path, html(content(record, zone)).encode())


def _put(path: Path, data: bytes) -> None:
    try:
        write_atomically(path, data)
    except OSError as problem:
        raise FileError(
            str(path), "the file", "a place that can be written", problem.strerror or str(problem)
        ) from problem

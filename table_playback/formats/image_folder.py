"""A folder, or a zip, with a file for each table: its bytes, or the same in hex.

    0001.bin  2053.bin        by number, manufacturer tables from 2048; this is how they are written
    ST1  MT5.bin  PST6.hex    standard table 1, manufacturer table 5, the pending copy of standard table 6

`.hex` and `.txt` hold hex, with blanks and line ends as one likes; anything else holds the bytes themselves. Hidden
files and README are passed over; any other name is refused, and so are links, folders within, and names that lead out.
"""

from __future__ import annotations

import io
import os
import re
import secrets
import shutil
import stat
import zipfile
from collections.abc import Iterator
from pathlib import Path, PurePosixPath

from fieldpro.c12.psem.table_number import MANUFACTURER, NUMBER_MASK, PENDING, table_name
from fieldpro.files import write_atomically
from table_playback.formats.format import Format
from table_playback.formats.images import tape_of_images, whole_images
from table_playback.tape import Tape
from table_playback.tape.archive import Foreign, shown
from table_playback.tape.limits import MAX_IMAGES, MiB
from table_playback.tape.trouble import Trouble, changed_at, file_errors, read_bounded

ZIP = ".zip"
LAST_TABLE = 0x1FFF
MAX_IMAGE = 16 * MiB  # the reach of an offset (ANSI C12.18)
MAX_TOTAL = 64 * MiB
_MAX_FILE = 128 * MiB
_NAME = re.compile(r"(?P<kind>P?ST|P?MT)?[-_ ]?(?P<number>[0-9]{1,5})(?P<ending>\.(?:bin|dat|hex|txt))?", re.IGNORECASE)
_PASSED_OVER = re.compile(r"\..*|README.*|desktop\.ini|Thumbs\.db|__MACOSX", re.IGNORECASE)
_HEX = (".hex", ".txt")
_BLANKS = re.compile(rb"\s+")


def read(path: Path) -> Tape:
    """A tape of the tables in a folder or zip. Raises `TapeError` with the name of the file."""
    trouble = Trouble(str(path))
    found = _folder(path, trouble) if path.is_dir() else _zip(path, trouble)
    images: dict[int, bytes] = {}
    total = 0
    for name, content in found:
        number, ending = _table(name, trouble)
        if number in images:
            raise trouble("malformed", shown(name), f"{table_name(number)} stands there twice")
        images[number] = _bytes(content, ending, name, trouble)
        total += len(content)
        if total > MAX_TOTAL or len(images) > MAX_IMAGES:
            raise trouble("too-large", shown(name), f"more than {MAX_TOTAL:,} bytes or {MAX_IMAGES:,} tables")
    if not images:
        raise trouble("not-a-tape", "the folder", "there is no table image in it")
    return tape_of_images(
        images, at=changed_at(path), title=path.stem, note=f"Imported from the table images in {path.name}."
    )


def _table(name: str, trouble: Trouble) -> tuple[int, str]:
    """Number and ending of a file by its name."""
    found = _NAME.fullmatch(name)
    if found is None:
        raise trouble("unsafe-name", shown(name), "it is not named as a table: 0023.bin, ST23, MT5.hex")
    number, kind = int(found["number"]), (found["kind"] or "").upper()
    if number > (NUMBER_MASK if kind else LAST_TABLE):
        raise trouble("unsafe-name", shown(name), f"there is no table {number}")
    number |= (MANUFACTURER if kind.endswith("MT") else 0) | (PENDING if kind.startswith("P") else 0)
    return number, (found["ending"] or "").lower()


def _bytes(content: bytes, ending: str, name: str, trouble: Trouble) -> bytes:
    if ending not in _HEX:
        return content
    try:
        return bytes.fromhex(_BLANKS.sub(b"", content.removeprefix(b"\xef\xbb\xbf")).decode("ascii"))
    except ValueError as problem:
        raise trouble("malformed", shown(name), "it is not hex") from problem


def _folder(folder: Path, trouble: Trouble) -> Iterator[tuple[str, bytes]]:
    with file_errors(folder):
        names = []
        with os.scandir(folder) as entries:
            for entry in entries:
                if not _PASSED_OVER.fullmatch(entry.name):
                    names.append(entry.name)
                if len(names) > MAX_IMAGES:
                    raise trouble("too-large", "the folder", f"more than {MAX_IMAGES:,} files")
    for name in sorted(names):
        file = folder / name
        with file_errors(file, shown(name)):
            mode = file.lstat().st_mode
        if not stat.S_ISREG(mode):
            raise trouble("unsafe-name", shown(name), "it is a link, a folder or a device, and no plain file")
        yield name, read_bounded(file, MAX_IMAGE)


def _zip(path: Path, trouble: Trouble) -> Iterator[tuple[str, bytes]]:
    """The files of a zip; a folder that all of them are in does not count."""
    archive = Foreign(read_bounded(path, _MAX_FILE), trouble, max_entries=MAX_IMAGES)
    names = [name for name in archive.names if not name.endswith("/")]
    names = [name for name in names if not any(_PASSED_OVER.fullmatch(part) for part in PurePosixPath(name).parts)]
    above = {PurePosixPath(name).parent for name in names}
    if len(above) > 1 or any(len(folder.parts) > 1 for folder in above):
        raise trouble("unsafe-name", shown(names[-1]), "the files of tables stand in one folder")
    for name in sorted(names):
        yield PurePosixPath(name).name, archive.unpack(name, MAX_IMAGE)


def write(tape: Tape, path: Path) -> tuple[str, ...]:
    """Write a file for each whole table: a folder that is not there yet, or a zip. Raises `TapeError`."""
    images, told = whole_images(tape)
    files = {f"{number:04d}.bin": image.data for number, image in images.items()}
    if path.suffix.casefold() == ZIP:
        target = io.BytesIO()
        with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as packed:
            for name, content in files.items():
                packed.writestr(zipfile.ZipInfo(name), content, zipfile.ZIP_DEFLATED)
        with file_errors(path):
            write_atomically(path, target.getvalue())
        return told
    _write_folder(files, path)
    return told


def _write_folder(files: dict[str, bytes], path: Path) -> None:
    """All of the folder or nothing of it."""
    temporary = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    with file_errors(path):
        try:
            temporary.mkdir(parents=True)
            for name, content in files.items():
                (temporary / name).write_bytes(content)
            if path.is_dir():
                path.rmdir()  # refused where there is something in it
            temporary.replace(path)
        except BaseException:
            shutil.rmtree(temporary, ignore_errors=True)
            raise


FORMAT = Format("image-folder", "folder or zip of table images", ("", ZIP), read, write)

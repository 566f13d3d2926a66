"""The table dump of termineter: a line of text for each table that its module dump_tables could read.

    0,GEN_CONFIG_TBL,57,0a8c...
    table number, name or UNKNOWN, bytes, the bytes in hex          manufacturer tables count from 2048

On Windows it ends its lines with two carriage returns. What spreadsheets make of such a file is taken too: semicolons,
quotation marks, a byte order mark; but not hex that they turned into a number.
"""

from __future__ import annotations

import os
import re
from pathlib import Path

from fieldpro.c12.psem.table_number import table_name
from fieldpro.dictionaries import load_dictionary
from fieldpro.errors import FieldProError
from fieldpro.files import write_atomically
from table_playback.formats.format import Format
from table_playback.formats.images import tape_of_images, whole_images
from table_playback.tape import Tape
from table_playback.tape.limits import MAX_IMAGES, MiB
from table_playback.tape.trouble import Trouble, changed_at, file_errors, read_bounded

UNKNOWN = "UNKNOWN"
LAST_TABLE = 0x1FFF
_MAX_FILE = 64 * MiB
_HEX = re.compile(r"(?:0[xX])?((?:[0-9A-Fa-f]{2})*)")
_NUMBER = re.compile(r"[0-9]{1,8}")


def read(path: Path) -> Tape:
    """A tape of the tables in a dump. Raises `TapeError` with the line."""
    trouble = Trouble(str(path))
    content = read_bounded(path, _MAX_FILE)
    images: dict[int, bytes] = {}
    for line, raw in enumerate(content.removeprefix(b"\xef\xbb\xbf").split(b"\n"), 1):
        text = raw.decode("latin-1").strip()
        if not text:
            continue
        number, data = _table(text, f"line {line}", trouble)
        if number in images:
            raise trouble("malformed", f"line {line}", f"{table_name(number)} stands there twice")
        images[number] = data
        if len(images) > MAX_IMAGES:
            raise trouble("too-large", f"line {line}", f"more than {MAX_IMAGES:,} tables")
    if not images:
        raise trouble("not-a-tape", "line 1", "there is no table in it")
    return tape_of_images(
        images, at=changed_at(path), title=path.stem, note=f"Imported from {path.name}, a table dump of termineter."
    )


def _table(text: str, place: str, trouble: Trouble) -> tuple[int, bytes]:
    comma = "," if "," in text else ";"
    fields = [field.strip().strip('"').strip() for field in text.split(comma)]
    if len(fields) < 4:
        raise trouble("malformed", place, f"{len(fields)} fields where a table number, a name, a length and hex belong")
    first, length, last = fields[0], fields[-2], fields[-1]
    if not _NUMBER.fullmatch(first) or int(first) > LAST_TABLE:
        raise trouble("malformed", place, f"{first[:20]!r} is no number of a table")
    found = _HEX.fullmatch(last)
    if found is None:
        raise trouble("malformed", place, f"the data of {table_name(int(first))} is not in hex")
    data = bytes.fromhex(found[1])
    if not _NUMBER.fullmatch(length) or int(length) != len(data):
        raise trouble(
            "malformed", place, f"{table_name(int(first))} has {len(data)} bytes of data, and says {length[:20]}"
        )
    return int(first), data


def write(tape: Tape, path: Path) -> tuple[str, ...]:
    """Write the whole tables of a tape as termineter would have, so that it can compare them."""
    images, told = whole_images(tape)
    names = _names(tape)
    lines = [
        ",".join((str(number), names.get(number, UNKNOWN), str(len(image.data)), image.data.hex())) + os.linesep
        for number, image in images.items()
    ]
    with file_errors(path):
        write_atomically(path, "".join(lines).encode("ascii"))
    return told


def _names(tape: Tape) -> dict[int, str]:
    """The names of tables, as the tape's dictionary has them."""
    try:
        dictionary = load_dictionary(tape.header.dictionary)
    except FieldProError:
        dictionary = load_dictionary()
    return {number: table.name for number, table in dictionary.tables.items()}


FORMAT = Format("termineter-csv", "table dump of termineter", (".csv",), read, write)

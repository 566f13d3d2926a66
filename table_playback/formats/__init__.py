"""Tapes from and to other formats: table dumps, JSON, folders of table images, read-outs.

FORMATS                                   files: read(path) -> Tape, write(tape, path) -> what it could not take
from_read_out(read_out) ; to_read_out(tape) ; tape_of_images({number: bytes})
"""

from __future__ import annotations

from table_playback.formats import image_folder, json_file, termineter
from table_playback.formats.format import Format
from table_playback.formats.images import tape_of_images
from table_playback.formats.read_outs import from_read_out, to_read_out

FORMATS: tuple[Format, ...] = (termineter.FORMAT, json_file.FORMAT, image_folder.FORMAT)
"""Every format of files; a read-out is a record of the store, and no file."""

__all__ = ["FORMATS", "Format", "from_read_out", "tape_of_images", "to_read_out"]

"""Every verb of `table-playback`, in one list, with its one line of help.

A verb's module is imported when it is wanted. The line stands here, so that `--help` imports none of them; a test
holds it to the verb's own.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Verb:
    help: str
    load: Callable[[], Callable[..., None]]


def _record() -> Callable[..., None]:
    from table_playback.cli.record import record

    return record


def _play() -> Callable[..., None]:
    from table_playback.cli.play import play

    return play


def _serve() -> Callable[..., None]:
    from table_playback.cli.serve import serve

    return serve


def _compare() -> Callable[..., None]:
    from table_playback.cli.compare import compare

    return compare


def _show() -> Callable[..., None]:
    from table_playback.cli.show import show

    return show


def _edit() -> Callable[..., None]:
    from table_playback.cli.edit import edit

    return edit


def _redact() -> Callable[..., None]:
    from table_playback.cli.redact import redact

    return redact


def _import() -> Callable[..., None]:
    from table_playback.cli.convert import import_tape

    return import_tape


def _export() -> Callable[..., None]:
    from table_playback.cli.convert import export_tape

    return export_tape


VERBS: Mapping[str, Verb] = {
    "record": Verb("Record what is said to a meter: a read, or all that another program says.", _record),
    "play": Verb("Play tapes to a meter, and say step by step whether it answers as it did.", _play),
    "serve": Verb("Play a tape, a saved read-out or table images as a meter, until Ctrl-C.", _serve),
    "compare": Verb("Compare two of: a tape, a saved read-out, a meter. Differences end with 1.", _compare),
    "show": Verb("Show a tape: its header, its steps, or one step in full.", _show),
    "edit": Verb("Change how a tape is played: steps on and off, notes, rules, writable tables.", _edit),
    "redact": Verb("Take secrets and identifiers out of a tape; it still plays.", _redact),
    "import": Verb("Make a tape of a table dump, JSON, a folder of table images or a read-out.", _import),
    "export": Verb("Write a tape in another format.", _export),
}

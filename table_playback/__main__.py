"""`table-playback` and `python -m table_playback`: the command line of the tapes."""

from __future__ import annotations

import sys


def main() -> int:
    from table_playback.cli.main import run

    return run(sys.argv[1:])


if __name__ == "__main__":
    sys.exit(main())

"""`fieldpro` and `python -m fieldpro`: the window without arguments, the command line with them.

Each face is imported only when it is wanted: the window's first paint does not wait for the command line's libraries.
"""

from __future__ import annotations

import sys


def main() -> int:
    if len(sys.argv) > 1:
        from fieldpro.cli.main import run

        return run(sys.argv[1:])
    from fieldpro.gui.start import open_window

    return open_window()


if __name__ == "__main__":
    sys.exit(main())

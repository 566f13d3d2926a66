"""`fieldpro` and `python -m fieldpro`: the window without arguments, the command line with them.

Each face is imported only when it is wanted: the window's first paint does not wait for the command line's libraries.
"""

from __future__ import annotations

import os
import sys

NO_SCREEN = 3  # as the command line says it: the bench failed, not the meter


def main() -> int:
    if len(sys.argv) > 1:
        from fieldpro.cli.main import run

        return run(sys.argv[1:])
    if not has_screen():
        print("There is no screen here for the window.", file=sys.stderr)
        print("  `fieldpro --help` shows the command line; `xvfb-run fieldpro` makes a screen.", file=sys.stderr)
        return NO_SCREEN
    from fieldpro.gui.start import open_window

    return open_window()


def has_screen() -> bool:
    """Qt would end the process without a word a person understands."""
    names = ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM")
    return not sys.platform.startswith("linux") or any(os.environ.get(name) for name in names)


if __name__ == "__main__":
    sys.exit(main())

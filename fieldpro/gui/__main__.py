"""`python -m fieldpro.gui` opens the window; `--first-paint` measures how long a start takes until it is painted.

python -m fieldpro.gui [--first-paint]
"""

from __future__ import annotations

import sys


def main() -> int:
    arguments = set(sys.argv[1:])
    if unknown := arguments - {"--first-paint", "--first-paint-once"}:
        print(f"{__doc__}\nunknown: {' '.join(sorted(unknown))}", file=sys.stderr)
        return 2
    if "--first-paint" in arguments:
        from statistics import median

        from fieldpro.gui.first_paint import measure

        print(f"{median(measure()):.3f}")
        return 0
    from fieldpro.gui.start import open_window  # the last import: what a start costs is counted here

    return open_window(first_paint="--first-paint-once" in arguments)


if __name__ == "__main__":
    sys.exit(main())

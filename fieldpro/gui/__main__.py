"""`python -m fieldpro.gui` opens the window; `--first-paint` measures how long a start takes until it is painted."""

from __future__ import annotations

import argparse
import statistics
import sys


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m fieldpro.gui", description=__doc__)
    parser.add_argument("--first-paint", action="store_true", help="start nine times, print the median in seconds")
    parser.add_argument("--first-paint-once", action="store_true", help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.first_paint:
        from fieldpro.gui.first_paint import measure

        print(f"{statistics.median(measure()):.3f}")
        return 0
    from fieldpro.gui.start import open_window

    return open_window(first_paint=arguments.first_paint_once)


if __name__ == "__main__":
    sys.exit(main())

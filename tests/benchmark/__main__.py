"""`python tests/benchmark [GROUP ...]`: measure every figure, or those of some groups. 1 when one falls short."""

from __future__ import annotations

import sys

import figure
from registry import GROUPS


def main(names: list[str]) -> int:
    unknown = set(names) - {group.name for group in GROUPS}
    if unknown:
        print("No such group:", *sorted(unknown), "- there are:", *(group.name for group in GROUPS), file=sys.stderr)
        return 2
    wanted = [group for group in GROUPS if not names or group.name in names]
    return 0 if figure.run(wanted, say=lambda line: print(line, flush=True)) else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

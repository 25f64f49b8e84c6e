"""``python -m tests.equivalence``: our engine on this Python against stock Rasa 3.6.21 on Python 3.10."""

from __future__ import annotations

import argparse
import sys
import time

from rich.console import Console

from bot.cli.bench_environment import StockUnavailable, stock_environ, stock_python
from tests.equivalence.compare import ROOT, compare
from tests.equivalence.conversations import conversations


def main() -> int:
    """Compare, print the counts and the first differences. Returns 1 if there are any, 2 if there is no stock Rasa."""
    parser = argparse.ArgumentParser(prog="python -m tests.equivalence", description=__doc__)
    parser.add_argument("--conversations", type=int, default=240, help="how many random conversations (240)")
    parser.add_argument("--seed", type=int, default=20, help="another number gives other conversations (20)")
    wanted = parser.parse_args()
    say = Console(highlight=False)
    try:
        python = stock_python(ROOT, say)
    except StockUnavailable as missing:
        say.print(str(missing))
        return 2
    began = time.monotonic()
    compared = compare(conversations(wanted.conversations, wanted.seed), python, stock_environ())
    for difference in compared.differences[:3]:
        say.print(difference, markup=False)
    version = ".".join(map(str, sys.version_info[:3]))
    say.print(f"Stock Rasa 3.6.21 on Python 3.10, ours on {version} ({time.monotonic() - began:.0f} s)")
    say.print(str(compared))
    return 1 if compared.differences else 0


if __name__ == "__main__":
    sys.exit(main())

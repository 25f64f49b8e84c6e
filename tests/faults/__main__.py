"""``make faults``: the whole suite, with its figures printed."""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from contextlib import ExitStack
from pathlib import Path

from bot.settings import Settings
from tests import servers
from tests.faults.people import Load
from tests.faults.suite import run
from tests.servers import Missing


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.faults")
    parser.add_argument("--messages", type=int, default=10_000, help="on each of the two channels")
    parser.add_argument("--people", type=int, default=200, help="on each of the two channels")
    parser.add_argument("--kills", type=int, default=10)
    parser.add_argument("--faults", type=int, default=400, help="on each of the two channels")
    parser.add_argument("--jumps", type=int, default=6, help="of the clock, by hours")
    parser.add_argument("--full", type=int, default=3, help="how often the disk is full (SQLite alone)")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--database", choices=("sqlite", "postgresql"), default="sqlite")
    given = parser.parse_args()
    shared = given.database == "postgresql"
    began = time.monotonic()
    load = Load(
        given.messages,
        given.people,
        given.kills,
        given.faults,
        given.seed,
        jumps=given.jumps,
        full=0 if shared else given.full,
        servers=2 if shared else 1,
    )
    model = Settings.read().model_dir / "hotline.tar.gz"
    if not model.exists():
        print(f"There is no model at {model}: make train")
        return 2
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="hotline-faults-")))
        try:
            url = None
            if shared:
                place = stack.enter_context(tempfile.TemporaryDirectory(prefix="hotline-postgresql-"))
                url = stack.enter_context(servers.postgresql(Path(place)))
            counts = run(load, folder, model, lambda text: print(text, flush=True), url)
        except Missing as missing:
            print(f"MISSING: {missing}")
            return 2
    took = time.monotonic() - began
    print(
        f"\n{2 * load.messages} messages, {load.servers} server(s) on {given.database}, {load.kills} kills, "
        f"{load.jumps} jumps of the clock, {load.full} times a full disk, {2 * load.faults} faults, {took:.0f} s"
    )
    for count in counts:
        print(count.line())
    bad = sum(one.lost + one.doubled + one.out_of_order + one.unanswered for one in counts)
    uncertain = sum(one.uncertain for one in counts)
    print(
        f"lost = {sum(one.lost for one in counts)}, doubled = {sum(one.doubled for one in counts)}, "
        f"out of order = {sum(one.out_of_order for one in counts)}, uncertain = {uncertain} "
        "(Telegram cannot be asked: shown to operators, who may send them again; Twilio was asked each time)"
    )
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())

"""Many short rehearsals, each with a seed of its own; prints what they add up to. `scripts/storms --help` lists the arguments.

Words that are no arguments of the script stand for themselves, as on the command line of the runner: a strategy, an account, a source.
Status 1 when an order was sent twice, a fill was lost, a position stood without a stop for too long, a ledger differs from its venue or its
journal, or a run without faults differs from the backtest.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from loguru import logger

ROOT = Path(__file__).resolve().parent.parent
WORDS = ("+strategy=ema_cross", "+account=hyro_1step", "strategy.timeframe=5m", "strategy.exit.stop.multiple=1.0")
MOST_NAKED_S = 5.0


@dataclass(kw_only=True)
class Sum:
    """What many rehearsals add up to."""

    runs: int = 0
    counts: Counter[str] = field(default_factory=Counter)
    faults: Counter[str] = field(default_factory=Counter)
    killed: Counter[str] = field(default_factory=Counter)
    naked_seconds_max: float = 0.0
    bad: dict[int, str] = field(default_factory=dict)  # why, by seed

    def take(self, seed: int, section: dict[str, Any] | str) -> None:
        """One rehearsal; a text is why it did not come to its end."""
        self.runs += 1
        if isinstance(section, str):
            self.bad[seed] = section
            return
        for name in ("orders", "fills", "requests", "refused", "duplicate_orders", "lost_fills"):
            self.counts[name] += section[name]
        self.counts["breaches"] += len(section["breaches"])
        self.counts["unequal"] += not section["state_equal"]
        self.faults.update(section["faults"])
        self.killed.update(section["killed"])
        self.naked_seconds_max = max(self.naked_seconds_max, section["naked_seconds_max"])
        if why := reasons(section):
            self.bad[seed] = why


def reasons(section: dict[str, Any]) -> str:
    """What was wrong with one rehearsal; '' when nothing was."""
    found = [f"{name} {section[name]}" for name in ("duplicate_orders", "lost_fills") if section[name]]
    if section["naked_seconds_max"] > MOST_NAKED_S:
        found.append(f"without a stop for {section['naked_seconds_max']} s")
    if not section["rebuilt"]:
        found.append("the journal gives another ledger")
    if section["calm"] and min(section["parity"].values()) < 1.0:
        found.append(f"not equal to the backtest: {section['parity']}")
    return ", ".join([*found, *([section["differs"]] if section["differs"] else [])])


def rehearse(words: Sequence[str], seeds: Sequence[int]) -> list[tuple[int, dict[str, Any] | str]]:
    """Each seed in a folder of its own, one after another, in this process."""
    from runner.build import build
    from runner.compose import compose
    from runner.menu import Menu
    from runner.mode.rehearse import run
    from runner.model.errors import RunnerError

    logger.remove()
    bot, told = build(compose([*words, "mode=rehearse", "mode.quiet=true"], Menu(Path.cwd()))), []
    for seed in seeds:
        folder = Path(tempfile.mkdtemp(prefix=f"storm-{seed}-"))
        try:
            run(replace(bot, folder=folder / "run", options={**bot.options, "seed": seed, "output": str(folder / "run")}))
            told.append((seed, json.loads((folder / "run" / "summary.json").read_text(encoding="utf-8"))["rehearsal"]))
        except RunnerError as error:
            told.append((seed, " ".join(str(error).split())))
        finally:
            shutil.rmtree(folder, ignore_errors=True)
    return told


def chunks(seeds: range, size: int) -> Iterator[list[int]]:
    """The seeds in parts, so that progress can be told."""
    for start in range(0, len(seeds), size):
        yield list(seeds[start : start + size])


def main() -> int:
    """Rehearse, add up, print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--count", type=int, default=1000, help="rehearsals (default %(default)s)")
    parser.add_argument("--first", type=int, default=1, help="first seed (default %(default)s)")
    parser.add_argument("--bars", type=int, default=60, help="bars of each (default %(default)s)")
    parser.add_argument("--faults", choices=("none", "gentle", "storm"), default="storm", help="how much goes wrong (default %(default)s)")
    parser.add_argument("--kills", type=int, default=0, help="kills of the bot in each (default %(default)s)")
    parser.add_argument("--jobs", type=int, default=os.cpu_count() or 1, help="at once (default: one for each processor)")
    parser.add_argument("words", nargs="*", help=f"as on the command line of the runner (default {' '.join(WORDS)})")
    args = parser.parse_args()
    options = [f"mode.bars={args.bars}", "mode.history=200", f"mode.faults={args.faults}", f"mode.kills={args.kills}"]
    words, seeds, began, total = [*WORDS, *args.words, *options], range(args.first, args.first + args.count), time.monotonic(), Sum()
    with ProcessPoolExecutor(args.jobs) as pool:
        for done in as_completed([pool.submit(rehearse, words, part) for part in chunks(seeds, 5)]):
            for seed, section in done.result():
                total.take(seed, section)
            print(f"\r{total.runs} of {args.count}, {len(total.bad)} bad", end="", file=sys.stderr, flush=True)
    print(file=sys.stderr)
    print(json.dumps({"runs": total.runs, "seconds": round(time.monotonic() - began), **told(total)}, indent=2))
    return 1 if total.bad else 0


def told(total: Sum) -> dict[str, Any]:
    """The sum for the screen."""
    return {
        **total.counts,
        "naked_seconds_max": total.naked_seconds_max,
        "faults": dict(total.faults.most_common()),
        "killed": dict(total.killed),
        "bad": total.bad,
    }


if __name__ == "__main__":
    sys.exit(main())

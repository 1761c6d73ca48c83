"""Ours beside backtesting.py and vectorbt on the same work; how time and memory grow; a sweep; starting up.

Writes one JSON object a measurement and makes docs/benchmarks.md and its pictures of the newest measurement of each part.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path

from benchmarks import scaling, single, startup, sweep
from benchmarks.page import MODULES, bars, page
from benchmarks.peers import BACKTESTING, VECTORBT, PeerMissingError, cache, command
from benchmarks.picture import picture
from benchmarks.process import facts
from benchmarks.record import Row, append, newest
from benchmarks.work import AXES, FEW, ROOT

PAGE = ROOT / "docs" / "benchmarks.md"
PEERS = (BACKTESTING, VECTORBT)
WITH_PEERS = {single.PART, sweep.PART}
TEACHES = """\
parts:
  single   one symbol: the same signal-and-stop work by runner, backtesting.py and vectorbt, first call and once compiled
  scaling  one symbol, a thousand bars to ten million: time of each stage, peak memory, the whole command
  symbols  one account, one symbol to a hundred
  sweep    a hundred combinations by `runner -m`, by backtesting.py's optimize and by vectorbt's columns
  starts   a thousand starts of a challenge
  startup  `runner --help` and a first backtest, shell to shell

examples:
  scripts/bench                                    everything, some ten minutes; writes docs/benchmarks.md
  scripts/bench --quick --json t.jsonl --output t.md   does it work here?
  scripts/bench --only sweep --rounds 5            the sweep alone, the page anew with it
  scripts/bench --only single --bars 100000 --no-peers
  scripts/bench --only scaling --json /tmp/mine.jsonl --output /tmp/mine.md

Peers are installed once, each into an environment of its own in your cache folder, from the pins in scripts/peers/*.txt.
Exit status: 0 all bars kept · 1 a bar missed or a peer that could not be measured · 2 wrong arguments, or a measurement that did not run.
"""


def arguments() -> argparse.Namespace:
    """What was asked for."""
    parser = argparse.ArgumentParser(
        prog="scripts/bench", description=__doc__, epilog=TEACHES, formatter_class=argparse.RawDescriptionHelpFormatter, allow_abbrev=False
    )
    parser.add_argument("--only", type=parts_of, default=tuple(MODULES), metavar="PART[,PART]", help="measure these parts only (below)")
    parser.add_argument("--rounds", type=positive, default=3, metavar="N", help="rounds in turns, of which the median counts (3)")
    parser.add_argument(
        "--bars", type=numbers, default=(100_000, 1_000_000), metavar="N[,N]", help="sizes of the single part (100000,1000000)"
    )
    parser.add_argument(
        "--sizes", type=numbers, default=(10**3, 10**4, 10**5, 10**6, 10**7), metavar="N[,N]", help="bars of the scaling part"
    )
    parser.add_argument("--symbols", type=numbers, default=(1, 2, 5, 10, 20, 50, 100), metavar="N[,N]", help="counts of the symbols part")
    parser.add_argument("--starts", type=positive, default=1_000, metavar="N", help="starts of the challenge (1000)")
    parser.add_argument("--no-peers", action="store_true", help="measure nobody else; not a failure")
    parser.add_argument("--peers", type=Path, default=cache(), metavar="FOLDER", help="where peers are installed (your cache folder)")
    parser.add_argument("--json", type=Path, default=Path("bench.jsonl"), metavar="FILE", help="JSON lines, added to (bench.jsonl)")
    parser.add_argument(
        "--output", type=Path, metavar="FILE", help="page to write (docs/benchmarks.md once every part is in the JSON lines)"
    )
    parser.add_argument("--date", default=datetime.now(UTC).date().isoformat(), help="date on the page")
    parser.add_argument("--quick", action="store_true", help="small sizes and one round, to see that it works; says nothing of speed")
    asked = parser.parse_args()
    if asked.quick:
        asked.rounds, asked.bars, asked.sizes, asked.symbols, asked.starts = 1, (5_000,), (1_000, 5_000), (1, 2), 5
    return asked


def parts_of(said: str) -> tuple[str, ...]:
    """Names of parts."""
    wanted = tuple(word.strip() for word in said.split(",") if word.strip())
    unknown = [word for word in wanted if word not in MODULES]
    if unknown or not wanted:
        raise argparse.ArgumentTypeError(f"expected some of {', '.join(MODULES)}, was {said!r}")
    return wanted


def numbers(said: str) -> tuple[int, ...]:
    """Whole numbers above zero."""
    return tuple(positive(word) for word in said.split(","))


def positive(said: str) -> int:
    """A whole number above zero."""
    value = int(said.replace("_", "")) if said.replace("_", "").isdecimal() else 0
    if value < 1:
        raise argparse.ArgumentTypeError(f"expected a whole number above zero, was {said!r}")
    return value


def peers(asked: argparse.Namespace) -> tuple[dict[str, list[str]], list[str]]:
    """What starts each peer, and a line for each that cannot be had."""
    commands: dict[str, list[str]] = {}
    missing = []
    for peer in PEERS if WITH_PEERS & set(asked.only) and not asked.no_peers else ():
        try:
            commands[peer] = command(peer, asked.peers)
        except PeerMissingError as reason:
            missing.append(str(reason))
            print(f"not measured: {reason}", file=sys.stderr)
    return commands, missing


def measures(asked: argparse.Namespace, folder: Path, commands: Mapping[str, Sequence[str]]) -> dict[str, Callable[[], list[Row]]]:
    """How each part is measured."""
    return {
        single.PART: lambda: single.measure(folder, commands, asked.bars, asked.rounds),
        scaling.BARS: lambda: scaling.measure(folder, asked.sizes, asked.rounds),
        scaling.SYMBOLS: lambda: scaling.measure_symbols(folder, asked.symbols, asked.rounds),
        sweep.PART: lambda: sweep.measure(folder, commands, FEW if asked.quick else AXES, asked.rounds),
        startup.STARTS: lambda: startup.measure_starts(folder, asked.starts, asked.rounds),
        startup.PART: lambda: startup.measure(1 if asked.quick else max(3, asked.rounds)),
    }


def main() -> int:
    """Measure, keep the lines, write page and pictures, say where."""
    asked = arguments()
    commands, missing = peers(asked)
    with tempfile.TemporaryDirectory() as folder:
        for part, measure in measures(asked, Path(folder), commands).items():
            if part in asked.only:
                print(f"measuring {part}", file=sys.stderr)
                place = facts()
                append(asked.json, measure(), place)
    parts = newest(asked.json)
    whole = page(parts, asked.date, missing)
    output = asked.output or (PAGE if parts.keys() == MODULES.keys() else None)
    print(whole)
    print(f"measurements: {asked.json}")
    if output:
        written(output, whole, {part: rows for part, (rows, _) in parts.items() if part in {scaling.BARS, scaling.SYMBOLS}})
    else:
        print(f"no page: {', '.join(part for part in MODULES if part not in parts)} not measured yet")
    return int(bool(missing) or not all(bar.kept for bar in bars({part: parts[part] for part in asked.only})))


def written(output: Path, whole: str, scaled: Mapping[str, Sequence[Row]]) -> None:
    """The page and its pictures."""
    pictures = output.parent / "pictures"
    pictures.mkdir(parents=True, exist_ok=True)
    output.write_text(whole, encoding="utf-8")
    for part, rows in scaled.items():
        (pictures / f"{part}.svg").write_text(picture(rows), encoding="utf-8")
    print(f"written to {output}")


if __name__ == "__main__":
    try:
        status = main()
    except SystemExit as stopped:
        if isinstance(stopped.code, str):
            print(stopped.code, file=sys.stderr)
            stopped.code = 2
        raise
    raise SystemExit(status)

"""The table and the picture of docs/search.md: every point of a space is run once, then each sampler searches it with many seeds."""

from __future__ import annotations

import argparse
import csv
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from runner.compose.optuna import SAMPLERS
from runner.compose.overrides import parsed
from runner.report.objective import Objective
from runner.search.book import Book
from runner.search.loop import Search
from runner.search.packages import needed
from runner.search.settings import Settings
from runner.search.space import Space, space
from runner.search.storage import opened
from runner.search.study import study

ROOT = Path(__file__).resolve().parent.parent
JOB = ("+strategy=ema_cross", "+account=no_limits", "mode.quiet=true")
WORDS = ("strategy.entry.fast=range(5,30,2)", "strategy.entry.slow=range(30,120,10)", "strategy.exit.stop.multiple=range(1,4,0.5)")
FIGURE = "profit_per_headroom"
WAYS = (("tpe", 4), ("tpe", 1), ("tpe", 8), ("cmaes", 4), ("random", 4), ("nsgaii", 4))
AFTER = (10, 20, 30, 40, 60)
DRAWN = {"tpe": "#0072b2", "random": "#999999"}
WIDTH, HEIGHT, LEFT, BOTTOM = 720, 320, 46, 40

type Table = Mapping[tuple[str, ...], float]


def grid(folder: Path, points: Space) -> Table:
    """The figure of every point; run where the folder does not hold them yet."""
    if not (folder / "leaderboard.csv").is_file():
        command = [sys.executable, "-m", "runner", "-m", *JOB, *WORDS, f"mode.output={folder}"]
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL)  # noqa: S603 - our own command
    with (folder / "leaderboard.csv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    return {tuple(each.text(float(row[each.name])) for each in points.dimensions): float(row[FIGURE]) for row in rows}


def searched(points: Space, table: Table, way: tuple[str, int], seed: int) -> NDArray[np.float64]:
    """The best figure found after each trial."""
    name, together = way

    def launch(jobs: Sequence[Sequence[str]]) -> list[dict[str, Any]]:
        found = [table[tuple(word.partition("=")[2] for word in job)] for job in jobs]
        return [{"status": 0, "folder": "", "page": {FIGURE: value}, "said": "", "seconds": 0.0} for value in found]

    needed(name)
    goals, storage = (Objective(FIGURE),), opened(None)
    settings = Settings(sampler={**asdict(SAMPLERS[name]()), "seed": seed}, n_trials=AFTER[-1])
    kept = study(settings, points, goals, {}, storage=storage, name="figures")
    Search(book=Book(kept, storage, points, limit=AFTER[-1]), launch=launch, objectives=goals, together=together, say=lambda _: None).run()
    return np.maximum.accumulate([trial.value for trial in kept.trials])


def drawing(curves: Mapping[str, NDArray[np.float64]], best: float) -> str:
    """The median and the middle half of the best found so far, of TPE and of chance, as SVG."""
    count = AFTER[-1]

    def at(trial: int, value: float) -> str:
        x = LEFT + (WIDTH - LEFT - 110) * (trial - 1) / (count - 1)
        return f"{x:.1f},{HEIGHT - BOTTOM - (HEIGHT - BOTTOM - 16) * value / best:.1f}"

    def row(value: float) -> str:
        return at(1, value).split(",")[1]

    right, near = WIDTH - 110, 'dominant-baseline="middle"'
    parts = []
    for value in range(0, int(best) + 1, 2):
        parts.append(f'<line x1="{LEFT}" y1="{row(value)}" x2="{right}" y2="{row(value)}" stroke="#ddd"/>')
        parts.append(f'<text x="{LEFT - 8}" y="{row(value)}" text-anchor="end" {near}>{value}</text>')
    parts += [f'<text x="{at(k, 0).split(",")[0]}" y="{HEIGHT - BOTTOM + 18}" text-anchor="middle">{k}</text>' for k in AFTER]
    parts.append(f'<text x="{LEFT}" y="{HEIGHT - 4}">trials; best profit per headroom so far, median and middle half of the seeds</text>')
    parts.append(f'<line x1="{LEFT}" y1="{row(best)}" x2="{right}" y2="{row(best)}" stroke="#000" stroke-dasharray="3 4"/>')
    parts.append(f'<text x="{right + 6}" y="{row(best)}" {near}>the best there is</text>')
    for name, runs in curves.items():
        low, middle, high = np.percentile(runs, [25, 50, 75], axis=0)
        band = " ".join([at(k + 1, v) for k, v in enumerate(high)] + [at(k + 1, low[k]) for k in reversed(range(count))])
        parts.append(f'<polygon points="{band}" fill="{DRAWN[name]}" opacity="0.15"/>')
        line = " ".join(at(k + 1, v) for k, v in enumerate(middle))
        parts.append(f'<polyline points="{line}" fill="none" stroke="{DRAWN[name]}" stroke-width="2"/>')
        parts.append(f'<text x="{right + 6}" y="{row(middle[-1])}" {near} fill="{DRAWN[name]}">{name}</text>')
    style = 'font-family="sans-serif" font-size="12" style="background:#fff"'
    return f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" {style}>{"".join(parts)}</svg>\n'


def main() -> None:
    """Print the table, write the picture."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seeds", type=int, default=20)
    parser.add_argument("--grid", type=Path, default=Path("search-grid"), help="where the runs of all points are, or are to be")
    args = parser.parse_args()
    points = space(parsed(list(WORDS)))
    table = grid(args.grid, points)
    values = sorted(table.values(), reverse=True)
    few = values[len(values) // 100 - 1]
    print(f"{len(values)} points, best {values[0]:.2f}, middle {np.median(values):.2f}, best hundredth from {few:.2f}")
    curves: dict[str, NDArray[np.float64]] = {}
    for way in WAYS:
        runs = np.array([searched(points, table, way, seed) for seed in range(args.seeds)])
        medians = " | ".join(f"{value:.2f}" for value in np.median(runs[:, [k - 1 for k in AFTER]], axis=0))
        print(f"| {way[0]}, n_jobs={way[1]} | {medians} | {(runs[:, 39] >= few).mean():.0%} |")
        if way[0] in DRAWN and way[1] == WAYS[0][1]:
            curves[way[0]] = runs
    (ROOT / "docs" / "pictures" / "search.svg").write_text(drawing(curves, values[0]), encoding="utf-8")


if __name__ == "__main__":
    main()

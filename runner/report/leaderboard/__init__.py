"""The leaderboard of a sweep: its jobs beside each other, the best first, in the terminal, as leaderboard.csv and as leaderboard.html.

What draws and prints is only loaded when a leaderboard is made: every command starts by importing this.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TextIO

from runner.report.leaderboard.rows import HTML as HTML
from runner.report.leaderboard.rows import Row as Row
from runner.report.objective import Objective


def leave(folder: Path, rows: Sequence[Row], objectives: Sequence[Objective]) -> str:
    """Write leaderboard.csv and leaderboard.html into `folder`, in place of those of an earlier run of the same sweep.

    One that lies there and has runs that these rows have not is kept under a number; its name then is returned, else ''.

    UnwritableError where the disk does not take them: what lay there before stays as it was, and so do the jobs' own folders.
    """
    from runner.report.leaderboard import files

    return files.leave(folder, rows, objectives)


def length(folder: Path) -> int:
    """How many jobs the leaderboard in `folder` has, which is whole or not there; -1 where it is not."""
    from runner.report.leaderboard import files

    return files.length(folder)


def show(folder: Path, rows: Sequence[Row], objectives: Sequence[Objective], file: TextIO | None = None, *, left: bool = True) -> None:
    """Print the best of them, what did not run and why, and, if it was left, where the leaderboard lies; plain text without a terminal."""
    from runner.report.leaderboard import terminal

    terminal.show(folder, rows, objectives, file, left=left)

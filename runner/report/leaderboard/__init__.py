"""The leaderboard of a sweep: its jobs beside each other, the best first, in the terminal, as leaderboard.csv and as leaderboard.html."""

from runner.report.leaderboard.files import leave
from runner.report.leaderboard.rows import Row
from runner.report.leaderboard.terminal import show

__all__ = ["Row", "leave", "show"]

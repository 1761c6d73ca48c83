"""How long the desk's pages take with so many accounts and a year of journals. Made in a folder that is thrown away.

`python scripts/desk_load.py --accounts 100 --days 365`
"""

from __future__ import annotations

import argparse
import os
import statistics
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))  # the tests' makers of journals are no installed package

from runner.live.state import state_of  # noqa: E402
from tests.board.homes import NOON, journaled, left, position, status  # noqa: E402
from tests.board.serving import Shown, desk  # noqa: E402

PAGES = ("/", "/accounts/a000?span=day", "/accounts/a000?span=week", "/accounts/a000?span=all", "/api/accounts", "/metrics")


def made(home: Path, accounts: int, days: int) -> None:
    """So many accounts, each with its own journal of so many days; journals after the first are its bytes again."""
    whole = b""
    for number in range(accounts):
        stands = status(f"a{number:03}", positions=(position(),))
        state = left(home, stands, beat_ms=NOON - 3_000, guard_ms=NOON - 2_000)
        if number == 0:
            journaled(home, stands, days=days)
            whole = state.journal.read_bytes()
        else:
            state.journal.write_bytes(whole)


def timed(shown: Shown, path: str, times: int) -> tuple[float, float, float]:
    """The first answer, the median and the slowest of those after it, milliseconds."""
    taken = []
    for _ in range(times):
        begun = time.perf_counter()
        assert shown.get(path).status == 200  # noqa: S101 - else the time means nothing
        taken.append((time.perf_counter() - begun) * 1000)
    return taken[0], statistics.median(taken[1:]), max(taken[1:])


def main() -> None:
    """Make the folder, serve it, print a line for each page."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--accounts", type=int, default=100)
    parser.add_argument("--days", type=int, default=365)
    parser.add_argument("--times", type=int, default=20)
    wanted = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        made(home, wanted.accounts, wanted.days)
        size = state_of(home, "a000").journal.stat().st_size / 1e6
        print(
            f"{wanted.accounts} accounts, {wanted.days} days, {size:.0f} MB each; load {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores"
        )
        with desk(home) as shown:
            for path in PAGES:
                first, median, slowest = timed(shown, path, wanted.times)
                print(f"{path:28} first {first:6.0f} ms, median {median:6.0f} ms, slowest {slowest:6.0f} ms")


if __name__ == "__main__":
    main()

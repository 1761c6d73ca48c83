"""What lies in a folder of bars: every file with its span, its gaps and its size, the unreadable ones with the reason."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from runner.bars import funding as payments
from runner.bars.catalog import load
from runner.bars.gaps import Gap, gaps
from runner.bars.shelf import Shelved, shelf
from runner.model.errors import DataError


@dataclass(frozen=True, kw_only=True)
class Entry:
    """One file. Times are UTC ms, of the first open and the last close, None when it is empty. fault: why it cannot be used."""

    file: Shelved
    size: int
    rows: int = 0
    first_ms: int | None = None
    last_ms: int | None = None
    explained: int = 0  # gaps that the market explains: weekends, holidays, daily breaks
    unexplained: tuple[Gap, ...] = ()
    fault: str = ""

    @property
    def missing(self) -> int:
        """How many bars are missing without an explanation."""
        return sum(gap.length_ms // self.file.timeframe_ms for gap in self.unexplained)


def inventory(root: Path, symbols: tuple[str, ...] = ()) -> list[Entry]:
    """Every file of bars or funding under `root` (of these symbols; none means all), by symbol, then timeframe, then place."""
    files = [file for file in shelf(root) if not symbols or file.symbol in symbols]
    return [entry(file) for file in sorted(files, key=lambda file: (file.symbol, not file.timeframe_ms, file.timeframe_ms, file.place))]


def entry(file: Shelved) -> Entry:
    """One file looked into."""
    size = file.path.stat().st_size
    try:
        return of_bars(file, size) if file.timeframe_ms else of_funding(file, size)
    except DataError as error:
        return Entry(file=file, size=size, fault=error.problems[0].message)


def of_bars(file: Shelved, size: int) -> Entry:
    """A file of bars."""
    bars = load(file)
    if not len(bars):
        return Entry(file=file, size=size)
    found = gaps(bars)
    return Entry(
        file=file,
        size=size,
        rows=len(bars),
        first_ms=int(bars.open_time[0]),
        last_ms=int(bars.close_time[-1]),
        explained=sum(gap.explained for gap in found),
        unexplained=tuple(gap for gap in found if not gap.explained),
    )


def of_funding(file: Shelved, size: int) -> Entry:
    """A file of funding payments."""
    time = payments.load(file.path).time
    first, last = (int(time[0]), int(time[-1])) if len(time) else (None, None)
    return Entry(file=file, size=size, rows=len(time), first_ms=first, last_ms=last)

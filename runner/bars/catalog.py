"""The bars a folder holds: found by symbol and timeframe, checked before anyone sees them, resampled where needed."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from difflib import get_close_matches
from functools import cached_property
from pathlib import Path

import numpy as np

from runner.bars import funding as payments
from runner.bars.gaps import gaps, limit_ms
from runner.bars.nearest import nearest
from runner.bars.parquet import read, unfit
from runner.bars.remote import Remote
from runner.bars.shelf import Shelved, choose, misnamed, shelf
from runner.bars.shipped import BARS
from runner.bars.validate import faults
from runner.model.bars import SUMMED, Bars, resample
from runner.model.duration import milliseconds, text
from runner.model.errors import DataError, Problem
from runner.model.stream import Funding

NEEDED = ("time", "open", "high", "low", "close", "volume")


class Catalog:
    """Bars and funding under `root`, a folder or a URL (None: the bars that ship with the project).

    market: only this source, market or both (`binance`, `binance/spot`); None looks at all and chooses as `shelf.choose` says.
    longest_gap_ms: the longest hole to accept; None leaves it to `gaps.limit_ms`.
    Nothing is read before it is asked for, and nothing is read twice. Every refusal is a DataError with file and row.
    """

    def __init__(self, root: Path | Remote | None = None, *, market: str | None = None, longest_gap_ms: int | None = None) -> None:
        self.root: Path | Remote = BARS if root is None else root
        self.market = market
        self.longest_gap_ms = longest_gap_ms
        self._read: dict[Path, Bars] = {}
        self._asked: dict[tuple[str, str], Bars] = {}
        self._notes: dict[str, None] = {}

    def has(self, symbol: str, timeframe: str) -> bool:
        """Whether there are bars of this timeframe, or finer ones that it is a multiple of."""
        return bool(self._candidates(symbol, milliseconds(timeframe)))

    def bars(self, symbol: str, timeframe: str) -> Bars:
        """The bars, validated; resampled from finer ones (complete bars only) when the timeframe itself is not there.

        `origin` says which file they come from. Raises DataError when there are none or they cannot be used.
        """
        if (symbol, timeframe) not in self._asked:
            self._asked[symbol, timeframe] = self._load(symbol, milliseconds(timeframe))
        return self._asked[symbol, timeframe]

    def finest(self, symbol: str) -> list[str]:
        """The timeframes that lie there as files, finest first."""
        return [text(each) for each in sorted({file.timeframe_ms for file in self._of(symbol)})]

    def finer(self, symbol: str, timeframe: str) -> list[str]:
        """The stored timeframes that divide `timeframe` and are finer, finest first."""
        whole = milliseconds(timeframe)
        return [each for each in self.finest(symbol) if milliseconds(each) < whole and whole % milliseconds(each) == 0]

    def funding(self, symbol: str) -> Funding | None:
        """The funding history; None when there is none."""
        files = [self._ready(file) for file in self._named(symbol) if not file.timeframe_ms]
        if not files:
            return None
        file = min(files, key=lambda file: (file.spot, -file.rows, file.place))
        with self._blamed(file):
            return payments.load(file.path)

    def symbols(self) -> list[str]:
        """Every symbol with bars, sorted."""
        return sorted({file.symbol for file in self._files if file.timeframe_ms})

    def notes(self) -> tuple[str, ...]:
        """What should be said of the bars read so far: choices between files, resampling, holes, emptiness."""
        return tuple(self._notes)

    @cached_property
    def _files(self) -> list[Shelved]:
        if isinstance(self.root, Remote):
            return self._wanted(self.root.listed)
        if not self.root.is_dir():
            raise no_folder(self.root)
        return self._wanted(shelf(self.root))

    def _wanted(self, files: list[Shelved]) -> list[Shelved]:
        return [file for file in files if self.market in (None, file.place, *file.place.split("/"))]

    def _named(self, symbol: str) -> list[Shelved]:
        """Every file of a symbol; a server that lists nothing is asked for its usual names."""
        if isinstance(self.root, Remote):
            return self._wanted(self.root.files(symbol))
        return [file for file in self._files if file.symbol == symbol]

    def _of(self, symbol: str) -> list[Shelved]:
        return [file for file in self._named(symbol) if file.timeframe_ms]

    def _ready(self, file: Shelved) -> Shelved:
        """The file where it can be read: fetched, if it lies behind a URL."""
        return self.root.fetched(file) if isinstance(self.root, Remote) else file

    @contextmanager
    def _blamed(self, file: Shelved) -> Iterator[None]:
        """What is wrong with a fetched file, at its URL instead of at the copy."""
        try:
            yield
        except DataError as error:
            if not isinstance(self.root, Remote):
                raise
            raise DataError(error.title, [replace(problem, path=self.root.url(file)) for problem in error.problems]) from error

    def _candidates(self, symbol: str, wanted_ms: int) -> list[Shelved]:
        files = self._of(symbol)
        exact = [file for file in files if file.timeframe_ms == wanted_ms]
        return exact or [file for file in files if wanted_ms % file.timeframe_ms == 0]

    def _load(self, symbol: str, wanted_ms: int) -> Bars:
        files = self._candidates(symbol, wanted_ms)
        if not files:
            raise self._nothing(symbol, text(wanted_ms))
        files = [self._ready(file) for file in files] if len(files) > 1 else files
        file = choose(files)
        self._say_choice(file, files)
        bars = self._file(file)
        return bars if file.timeframe_ms == wanted_ms else self._coarse(bars, wanted_ms)

    def _say_choice(self, file: Shelved, files: list[Shelved]) -> None:
        alike = [other for other in files if other is not file and other.timeframe_ms == file.timeframe_ms]
        others = ", ".join(f"{other.name} ({other.rows} bars)" for other in alike)
        if others:
            self._note(f"{file.name} ({file.rows} bars) was chosen over {others}")

    def _file(self, file: Shelved) -> Bars:
        ready = self._ready(file)
        if ready.path not in self._read:
            with self._blamed(ready):
                bars = load(ready)
                self._check_gaps(ready, bars)
            self._read[ready.path] = bars
        return self._read[ready.path]

    def _check_gaps(self, file: Shelved, bars: Bars) -> None:
        limit = self.longest_gap_ms or limit_ms(bars)
        found = gaps(bars)
        absurd = [gap for gap in found if gap.length_ms > limit]
        if absurd:
            why = "source.longest_gap allows" if self.longest_gap_ms else "this market explains"
            raise unfit(file.path, *(f"{gap.line()}, more than the {text(limit)} {why}" for gap in absurd[:5]))
        holes = [gap for gap in found if not gap.explained]
        if holes:
            missing = sum(gap.length_ms // bars.timeframe_ms for gap in holes)
            longest = max(holes, key=lambda gap: gap.length_ms)
            self._note(f"{file.name} misses {missing} bars (gaps: {len(holes)}); the longest: {longest.line()}")
        if not len(bars):
            self._note(f"{file.name} holds no bars")

    def _coarse(self, bars: Bars, wanted_ms: int) -> Bars:
        origin = f"{bars.origin} resampled to {text(wanted_ms)}"
        self._note(origin)
        return coarse(bars, wanted_ms, origin)

    def _note(self, line: str) -> None:
        self._notes[line] = None

    def _nothing(self, symbol: str, timeframe: str) -> DataError:
        there = self.finest(symbol)
        message = f"of {symbol} there is {', '.join(there)}" if there else f"has no {symbol}{nearest(symbol, self.symbols())}"
        message += "" if there or self.symbols() else (self.root.misnamed() if isinstance(self.root, Remote) else misnamed(self.root))
        return DataError(f"no {timeframe} bars of {symbol}", [Problem(path=str(self.root), message=message)])


def no_folder(root: Path, setting: str = "source.root") -> DataError:
    """The error that says which setting leads nowhere, what was looked for and where."""
    place = root.absolute()
    close = get_close_matches(root.name, beside(place), 1)
    near = f"; nearest is {str(root.with_name(close[0]))!r}" if close else ""
    found = f"{place} {'is a file' if place.exists() else 'does not exist'}{near}"
    message = f"expected a folder of Parquet bars (SYMBOL-TIMEFRAME.parquet), was {str(root)!r}; {found}"
    return DataError("there are no bars", [Problem(path=setting, message=message)])


def beside(place: Path) -> list[str]:
    """The folders beside a place; none where they cannot be listed."""
    try:
        return [path.name for path in place.parent.iterdir() if path.is_dir()]
    except OSError:
        return []


def load(file: Shelved) -> Bars:
    """The validated bars of one file; DataError names file, row and values."""
    columns = read(file.path, NEEDED, SUMMED)
    time = columns.pop("time")
    bars = Bars(symbol=file.symbol, timeframe_ms=file.timeframe_ms, open_time=time, origin=file.name, **columns)
    found = faults(bars)
    if found:
        raise unfit(file.path, *found)
    return bars


def coarse(bars: Bars, timeframe_ms: int, origin: str) -> Bars:
    """Bars resampled to `timeframe_ms`, without a first bar whose beginning is missing and a last one that is not complete."""
    whole = resample(bars, timeframe_ms)
    begun = len(whole) > 0 and len(bars) > 0 and int(whole.open_time[0]) < int(bars.open_time[0])
    return replace(whole.rows(np.s_[1:]) if begun else whole, origin=origin)

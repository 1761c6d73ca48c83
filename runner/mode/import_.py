"""Import: bars from text files of other programs into your catalog, checked on the way. Typed `mode=import`."""

from __future__ import annotations

import time
from fnmatch import fnmatch
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from runner.bars.catalog import load
from runner.bars.foreign import Foreign, Wanted, finished, foreign, joined
from runner.bars.gaps import gaps
from runner.bars.merge import Merged, merge
from runner.bars.nearest import nearest
from runner.bars.shelf import shelved
from runner.bars.when import when
from runner.bars.write import nothing_there, write_bars
from runner.mode.shelving import Duration, Place, Symbol, listed_gaps, next_command, root_of
from runner.model.bars import Bars
from runner.model.bot import Errand
from runner.model.duration import milliseconds, text
from runner.model.errors import ConfigError, DataError, Problem

ERRAND = True
LEAVES_FILES = False


class Options(BaseModel):
    """What `mode.…` may say of an import."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)
    name: Literal["import"] = "import"
    file: str | None = Field(None, min_length=1, description="a text file, or several by a pattern such as 'BTCUSDT-1m-*.zip'")
    shape: Literal["auto", "binance", "bybit", "mt5", "histdata", "tradingview", "generic"] = Field(
        "auto", description="which program wrote them; auto = by their first line"
    )
    symbol: Symbol | None = Field(None, min_length=1, description="canonical symbol; null = what the file's name tells")
    timeframe: Duration | None = Field(None, description="such as 1h; null = the step most rows are apart")
    clock: str | None = Field(
        None, min_length=1, description="what times were read off: UTC, an IANA zone, 'New York+7h'; null = the shape's own"
    )
    force_clock: bool = Field(False, description="keep the clock though the weekends speak for another")
    decimal: Literal[".", ","] = Field(".", description="the mark before the fraction of a number")
    place: Place | None = Field(None, min_length=1, description="folder under root, such as mt5/fx; null = SHAPE/import")
    replace: bool = Field(False, description="where an imported bar differs from the stored one, take the imported one")
    root: str | None = Field(None, min_length=1, description="folder of your bars; null = $RUNNER_HOME/bars")

    def wanted(self) -> Wanted:
        """What is said of each file."""
        return Wanted(
            symbol=self.symbol,
            timeframe_ms=milliseconds(self.timeframe) if self.timeframe else None,
            shape=self.shape,
            clock=self.clock,
            decimal=self.decimal,
            force_clock=self.force_clock,
        )


def run(errand: Errand) -> int:
    """Read the files, join them to what is stored, write; print what was made of them and the command to type next."""
    options = Options(**errand.options)
    paths = files(options.file, errand.folder)
    read = joined([foreign(path, options.wanted()) for path in paths], paths)
    bars, left = finished(read.bars, int(time.time() * 1_000))
    root = root_of(errand, options.root)
    path = root / (options.place or f"{read.shape}/import") / f"{bars.symbol}-{text(bars.timeframe_ms)}.parquet"
    merged = store(path, bars, overwrite=options.replace)
    tell(paths, read, merged, path, (*read.notes, *left, *merged.notes))
    print(next_command(root, path, [bars.symbol], text(bars.timeframe_ms), [merged.bars]))
    return 0


def files(pattern: str | None, folder: Path) -> list[Path]:
    """The file of that name, or those a pattern means, in the order of their names; ConfigError when there is none."""
    if pattern is None:
        raise refused("expected file=…, such as file=EURUSD_H1.csv")
    path = folder / Path(pattern).expanduser()
    if path.is_file():
        return [path]
    if path.is_dir():
        raise refused(f"expected a file, {pattern!r} is a folder; file='{pattern}/*.csv' means all in it")
    beside = sorted(one for one in path.parent.glob("*") if one.is_file()) if path.parent.is_dir() else []
    found = [one for one in beside if fnmatch(one.name, path.name)]
    if not found:
        raise refused(f"there is no file {pattern!r}{nearest(path.name, [one.name for one in beside]) if beside else ''}")
    return found


def refused(message: str) -> ConfigError:
    """One problem with the files asked for."""
    return ConfigError("this import will not run: 1 problem", [Problem(path="mode.file", message=message)])


def store(path: Path, bars: Bars, *, overwrite: bool) -> Merged:
    """Join the bars to the file at `path`. DataError when there are none, or they disagree with the stored ones."""
    if not len(bars):
        raise DataError("there is nothing to import", [Problem(path=path.stem, message="the files hold no complete bar")])
    there = shelved(path.parent, path) if path.is_file() else None
    merged = merge(path, load(there) if there is not None else None, bars, overwrite=overwrite)
    if merged.added or merged.replaced:
        write_bars(path, merged.bars, nothing_there(path))
    return merged


def tell(paths: list[Path], read: Foreign, merged: Merged, path: Path, notes: tuple[str, ...]) -> None:
    """What was read, what became of it, what should be known."""
    bars = read.bars
    name = paths[0].name if len(paths) == 1 else f"{len(paths)} files"
    span = f"{when(bars.open_time[0])} to {when(bars.close_time[-1])}"
    print(f"{name}  {read.shape}, {bars.symbol} {text(bars.timeframe_ms)}, {len(bars)} bars, {span}, {listed_gaps(gaps(bars))}")
    for note in dict.fromkeys(notes):
        print(f"  note  {note}")
    counts = f"{merged.added} new, {merged.same} there already" + (f", {merged.replaced} replaced" if merged.replaced else "")
    print(f"{path}  {len(merged.bars)} bars, {counts}")

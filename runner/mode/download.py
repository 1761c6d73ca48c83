"""Download: bars and funding from an exchange into your catalog; only what is missing there is fetched."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationInfo, field_validator

from runner.bars.gaps import gaps
from runner.bars.when import when
from runner.bars.write import probe
from runner.feed.download import Fetch, Received, Told, download, download_funding
from runner.feed.exchange import Exchange, Patience, exchange, refused, symbols_of
from runner.mode.shelving import Duration, Symbol, listed_gaps, next_command, root_of
from runner.mode.span import Date, midnight_ms
from runner.model.bot import Errand
from runner.model.duration import DAY_MS, milliseconds
from runner.model.errors import DataError, Problem

ERRAND = True
LEAVES_FILES = False
USUAL_DAYS = 365


class Options(BaseModel):
    """What `mode.…` may say of a download."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)
    name: Literal["download"] = "download"
    exchange: str = Field("bybit", min_length=1, description="any exchange ccxt knows")
    symbols: list[Symbol] = Field(default_factory=list, description="canonical symbols, such as BTCUSDT")
    timeframe: list[Duration] = Field(default_factory=lambda: ["1h"], min_length=1, description="timeframes, such as 1h or 15m,4h")
    market: Literal["linear", "spot"] = Field("linear", description="perpetuals settled in their quote currency, or the spot market")
    start: Date | None = Field(None, description="first day, UTC; null = a year back, or where the stored bars begin")
    end: Date | None = Field(None, description="last day, UTC, inclusive; null = the last complete bar")
    funding: bool = Field(False, description="also the funding history of perpetuals")
    replace: bool = Field(False, description="where a fetched bar differs from the stored one, take the fetched one")
    ask_again: bool = Field(False, description="ask again for holes that the exchange left empty before")
    root: str | None = Field(None, min_length=1, description="folder of your bars; null = $RUNNER_HOME/bars")
    endpoint: str | None = Field(None, min_length=1, description="address of a proxy or mirror instead of the exchange's own")
    spacing_ms: int | None = Field(
        None, ge=0, le=60_000, description="wait between two calls; null = the limit ccxt knows for the exchange"
    )
    retries: int = Field(5, ge=0, le=20, description="how often a call is repeated when the exchange is busy or out of reach")
    retry_ms: int = Field(1_000, ge=0, le=60_000, description="the first wait before repeating, doubled each time")

    @field_validator("end")
    @classmethod
    def _in_order(cls, end: str | None, info: ValidationInfo) -> str | None:
        start = info.data.get("start")
        if start and end and end < start:
            raise ValueError(f"expected a day on or after start, {start!r}, was {end!r}; are the two the wrong way round?")
        return end

    @field_validator("symbols")
    @classmethod
    def _distinct(cls, symbols: list[str]) -> list[str]:
        return list(dict.fromkeys(symbols))

    def patience(self) -> Patience:
        """How the exchange is asked."""
        return Patience(spacing_ms=self.spacing_ms, retries=self.retries, retry_ms=self.retry_ms, tell=aside)


def run(errand: Errand) -> int:
    """Fetch, file by file; print what came and the command to type next. Raises RunnerError; what came before it is kept."""
    options = Options(**errand.options)
    root, now = root_of(errand, options.root), local_ms()
    possible(options, now)
    venue = exchange(options.exchange, options.market, endpoint=options.endpoint, patience=options.patience())
    writable(root / venue.place / f"{options.symbols[0]}-{options.timeframe[0]}.parquet")
    for timeframe in options.timeframe:
        venue.timeframe(timeframe)
    symbols_of(venue, options.symbols)
    now = venue.now_ms(now)
    got = [bars_of(venue, root, options, symbol, each, now) for symbol in options.symbols for each in options.timeframe]
    for symbol in options.symbols if options.funding else ():
        funding_of(venue, root, options, symbol, now)
    nothing = [one for one in got if one.bars is None or not len(one.bars)]
    if len(nothing) == len(got):
        asked = f"from {options.start or 'a year ago'} to {options.end or 'now'}"
        raise DataError("nothing came", [Problem(path=one.path.stem, message=f"{venue.name} has no bars {asked}") for one in nothing])
    held = [one.bars for one in got if one.bars is not None and one.bars.timeframe_ms == milliseconds(options.timeframe[0])]
    print(next_command(root, got[0].path, options.symbols, options.timeframe[0], held))
    return 0


def possible(options: Options, now_ms: int) -> None:
    """Refuse before anything is asked what no exchange could answer: no symbols, a start that is still to come."""
    if not options.symbols:
        raise refused("symbols", "expected symbols=…, such as symbols=BTCUSDT")
    if options.start and midnight_ms(options.start) > now_ms:
        raise refused("start", f"expected a day that has begun, was {options.start!r}; it is {when(now_ms // 60_000 * 60_000)}")


def writable(path: Path) -> None:
    """DataError where `path` could not be written; leaves nothing behind, not even the folders it would need."""
    there = next(each for each in path.parents if each.exists())
    probe(there / path.name)


def aside(line: str) -> None:
    """A line on the error stream, flushed: people watch it while they wait."""
    print(line, file=sys.stderr, flush=True)


def local_ms() -> int:
    """UTC milliseconds on the clock of this computer."""
    return int(time.time() * 1_000)


def span(options: Options, path: Path, now_ms: int) -> tuple[int, int]:
    """First and last instant wanted, UTC ms."""
    start = midnight_ms(options.start) if options.start else begin(path, now_ms)
    return start, midnight_ms(options.end) + DAY_MS if options.end else now_ms


def begin(path: Path, now_ms: int) -> int:
    """Where the stored bars begin, or the midnight a year back."""
    from runner.feed.download import stored

    bars = stored(path)
    if bars is not None and len(bars):
        return int(bars.open_time[0])
    return midnight_ms(f"{datetime.fromtimestamp(now_ms / 1000, UTC):%Y-%m-%d}") - USUAL_DAYS * DAY_MS


def bars_of(venue: Exchange, root: Path, options: Options, symbol: str, timeframe: str, now_ms: int) -> Received:
    """One file of bars brought up to date, with a line about it."""
    path = root / venue.place / f"{symbol}-{timeframe}.parquet"
    start, end = span(options, path, now_ms)
    fetch = Fetch(
        symbol=symbol,
        timeframe=timeframe,
        start_ms=start,
        end_ms=end,
        now_ms=now_ms,
        overwrite=options.replace,
        ask_again=options.ask_again,
    )
    with keeping(path), progress(f"{venue.place} {path.stem}") as told:
        got = download(venue, path, fetch, told)
    print(line(venue, got))
    return got


@contextmanager
def keeping(path: Path) -> Iterator[None]:
    """Say on Ctrl-C that nothing is lost."""
    try:
        yield
    except KeyboardInterrupt:
        print(f"what came of {path.stem} is kept in {path}; the same command goes on from there")
        raise


@contextmanager
def progress(name: str) -> Iterator[Told | None]:
    """A bar on the terminal; nothing where there is none."""
    if not sys.stderr.isatty():
        yield None
        return
    from rich.console import Console
    from rich.progress import Progress

    with Progress(console=Console(stderr=True), transient=True) as shown:
        task = shown.add_task(name, total=None)
        yield lambda done, whole: shown.update(task, completed=done, total=whole)


def line(venue: Exchange, got: Received) -> str:
    """`bybit/linear BTCUSDT-4h  594 bars, 594 new, 2025-09-24 00:00 UTC to 2026-01-01 00:00 UTC, no gaps`."""
    bars, name = got.bars, f"{venue.place} {got.path.stem}"
    if bars is None or not len(bars):
        return f"{name}  nothing there"
    length = f"{when(bars.open_time[0])} to {when(bars.close_time[-1])}"
    return f"{name}  {len(bars)} bars, {got.added} new, {length}, {listed_gaps(gaps(bars))}"


def funding_of(venue: Exchange, root: Path, options: Options, symbol: str, now_ms: int) -> None:
    """One file of funding payments brought up to date, with a line about it."""
    name = f"{venue.place} {symbol}-funding"
    if options.market == "spot" or not venue.has_funding():
        print(f"{name}  {'spot markets pay none' if options.market == 'spot' else f'{venue.name} tells none'}")
        return
    path = root / venue.place / f"{symbol}-funding.parquet"
    start, end = span(options, path.with_name(f"{symbol}-{options.timeframe[0]}.parquet"), now_ms)
    fetch = Fetch(symbol=symbol, timeframe=options.timeframe[0], start_ms=start, end_ms=end, now_ms=now_ms)
    got = download_funding(venue, path, fetch)
    print(f"{name}  {got.added} new payments")

"""Candles and funding fetched page by page into the catalog: only what is missing there, and whatever came is kept."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from runner.bars import funding as payments
from runner.bars.catalog import load
from runner.bars.merge import merge
from runner.bars.shelf import shelved
from runner.bars.spans import Span, joined, missing, runs
from runner.bars.validate import faults
from runner.bars.write import nothing_there, probe, write_bars, write_funding
from runner.feed.exchange import Exchange, Row
from runner.model.bars import Bars
from runner.model.duration import DAY_MS, HOUR_MS, milliseconds
from runner.model.errors import DataError, Problem
from runner.model.stream import Funding

WEEK_MS = 7 * DAY_MS
MONDAY_MS = 4 * DAY_MS  # 1970-01-05 was the first Monday
PAGES_BETWEEN_SAVES = 50
FUNDING_PAGE = 200  # the smallest page among the exchanges
LONGEST_INTERVAL_MS = 8 * HOUR_MS  # between two payments

Told = Callable[[int, int], None]  # how much of the time is done, of how much; milliseconds


@dataclass(frozen=True, kw_only=True)
class Fetch:
    """What to fetch: bars of a symbol that open at or after `start_ms` and are complete by `end_ms` and by `now_ms`, all UTC.

    overwrite: where a fetched bar differs from the stored one it takes its place.
    ask_again: also for holes that the exchange left empty before.
    """

    symbol: str
    timeframe: str
    start_ms: int
    end_ms: int
    now_ms: int
    overwrite: bool = False
    ask_again: bool = False


@dataclass(frozen=True, kw_only=True)
class Received:
    """What there is now, and how many bars or payments of it are new."""

    path: Path
    bars: Bars | None
    added: int
    pages: int


@dataclass
class Shelf:
    """A file of bars while pages come in: what it holds, what came since it was written, what was asked for."""

    path: Path
    stored: Bars | None
    overwrite: bool
    empty: list[Span] = field(default_factory=list)
    rows: dict[int, Row] = field(default_factory=dict)
    asked: list[Span] = field(default_factory=list)
    added: int = 0
    pages: int = 0

    def take(self, rows: list[Row], span: Span) -> None:
        """Note a page that answers for `span`."""
        self.rows |= {row[0]: row for row in rows}
        self.asked.append(span)
        self.pages += 1

    def save(self, symbol: str, step_ms: int) -> None:
        """Write what came to the file; DataError when it contradicts itself or what is stored, and then nothing is written."""
        if not self.asked:
            return
        new = candles(symbol, step_ms, [self.rows[time] for time in sorted(self.rows)])
        found = faults(new)
        if found:
            raise DataError(
                f"{self.path.name}: the exchange sent bars that cannot be used", [Problem(path=symbol, message=m) for m in found]
            )
        merged = merge(self.path, self.stored, new, overwrite=self.overwrite)
        known = joined([*self.empty, *holes(self.asked, merged.bars)])
        if merged.added or merged.replaced or known != self.empty:
            write_bars(self.path, merged.bars, known)
        self.stored, self.empty, self.added = merged.bars, known, self.added + merged.added
        self.rows, self.asked = {}, []


def download(exchange: Exchange, path: Path, fetch: Fetch, told: Told | None = None) -> Received:
    """Fetch what `path` lacks. Whatever came before an error or Ctrl-C is in the file, and the same call goes on from there.

    Raises ConfigError for a timeframe the exchange lacks, StoppedError when it answers no more, DataError when bars disagree
    with the stored ones (nothing is changed then) or the disk refuses.
    """
    step_ms, word = milliseconds(fetch.timeframe), exchange.timeframe(fetch.timeframe)
    probe(path)
    shelf = Shelf(path=path, stored=stored(path), overwrite=fetch.overwrite, empty=[] if fetch.ask_again else nothing_there(path))
    wanted = span_of(fetch, step_ms, exchange.find(fetch.symbol).get("created"))
    have = [*(runs(shelf.stored.open_time, step_ms) if shelf.stored is not None else []), *shelf.empty]
    spans = missing(wanted, have)
    whole, done = sum(end - start for start, end in spans), 0
    with saved(shelf, fetch.symbol, step_ms):
        for start, end in spans:
            for at in pages(exchange, shelf, fetch.symbol, word, (start, end), step_ms):
                if told is not None:
                    told(done + at - start, whole)
                if shelf.pages % PAGES_BETWEEN_SAVES == 1:  # after the first one too: what disagrees is found out at once
                    shelf.save(fetch.symbol, step_ms)
            done += end - start
    return Received(path=path, bars=shelf.stored, added=shelf.added, pages=shelf.pages)


def stored(path: Path) -> Bars | None:
    """The bars a file holds, checked; None when there is none."""
    found = shelved(path.parent, path) if path.exists() else None
    return load(found) if found is not None else None


def span_of(fetch: Fetch, step_ms: int, created_ms: int | None) -> Span:
    """The time to cover, in whole bars: not before the market was listed, not after the last complete bar."""
    monday = MONDAY_MS if step_ms % WEEK_MS == 0 else 0
    start = max(fetch.start_ms, created_ms or 0)
    end = min(fetch.end_ms, fetch.now_ms)
    return -((monday - start) // step_ms) * step_ms + monday, (end - monday) // step_ms * step_ms + monday


@contextmanager
def saved(shelf: Shelf, symbol: str, step_ms: int) -> Iterator[None]:
    """Write what came, also when the work inside is broken off."""
    try:
        yield
    except BaseException:
        shelf.save(symbol, step_ms)
        raise
    shelf.save(symbol, step_ms)


def pages(exchange: Exchange, shelf: Shelf, symbol: str, word: str, span: Span, step_ms: int) -> Iterator[int]:
    """Fetch a span page by page into the shelf; gives the time each page reaches.

    The first page begins with the stored bar before the span, if there is one, so that a file of another market is found out.
    """
    at, end = span
    since = at - step_ms if before(shelf.stored, at, step_ms) else at
    while at < end:
        page = exchange.candles(symbol, word, since, exchange.page) or exchange.candles(
            symbol, word, since, exchange.page
        )  # empty: surely?
        fresh = [row for row in page if since <= row[0] < end]
        reached = reach(page, fresh, at, end, exchange.page * step_ms, step_ms)
        shelf.take(fresh, (at, reached))
        at = since = reached
        yield min(at, end)


def before(bars: Bars | None, at_ms: int, step_ms: int) -> bool:
    """Whether a stored bar ends where the span begins."""
    return bars is not None and bool(np.any(bars.open_time == at_ms - step_ms))


def reach(page: list[Row], fresh: list[Row], at: int, end: int, window_ms: int, step_ms: int) -> int:
    """Up to which time a page answers: its last bar, the end when it has later ones, or a page's length when it has none."""
    if any(row[0] >= end for row in page):
        return end
    last = fresh[-1][0] + step_ms if fresh else at
    return last if last > at else min(at + window_ms, end)


def candles(symbol: str, step_ms: int, rows: list[Row]) -> Bars:
    """Rows of an exchange, sorted by time, as bars."""
    table = np.array([row[1:] for row in rows], np.float64).reshape(len(rows), 5)
    time = np.array([row[0] for row in rows], np.int64)
    opened, high, low, close, volume = (np.ascontiguousarray(column) for column in table.T)
    return Bars(symbol=symbol, timeframe_ms=step_ms, open_time=time, open=opened, high=high, low=low, close=close, volume=volume)


def holes(asked: list[Span], bars: Bars) -> list[Span]:
    """Where the exchange was asked and had nothing although later bars exist; what it has not published yet is no hole."""
    if not len(bars):
        return []
    there, last = runs(bars.open_time, bars.timeframe_ms), int(bars.open_time[-1])
    return [gap for start, end in joined(asked) for gap in missing((start, min(end, last)), there)]


def download_funding(exchange: Exchange, path: Path, fetch: Fetch) -> Received:
    """Fetch the funding payments `path` lacks from `start_ms` to `end_ms`; the file changes when all of them came."""
    probe(path)
    have = payments.load(path) if path.exists() else None
    known = dict(zip(have.time.tolist(), have.rate.tolist(), strict=True)) if have is not None else {}
    first = max(fetch.start_ms, exchange.find(fetch.symbol).get("created") or 0)
    last = min(fetch.end_ms, fetch.now_ms)
    covered = [(min(known), max(known) + 1)] if known else []
    came, asked = dict[int, float](), 0
    for span in missing((first, last), covered):
        rates, calls = paid(exchange, fetch.symbol, span)
        came, asked = came | rates, asked + calls
    both = came | known
    if came:
        time = np.array(sorted(both), np.int64)
        write_funding(path, Funding(time=time, rate=np.array([both[int(at)] for at in time], np.float64)))
    return Received(path=path, bars=None, added=len(both) - len(known), pages=asked)


def paid(exchange: Exchange, symbol: str, span: Span) -> tuple[dict[int, float], int]:
    """The payments in a span by time, and how many calls that took.

    An exchange may answer a span with its latest payments only: a full page is asked for again in shorter spans.
    """
    came, (at, end), calls, window = dict[int, float](), span, 0, (FUNDING_PAGE - 1) * LONGEST_INTERVAL_MS
    bounded = exchange.bounds_funding()
    while at < end:
        page, calls = exchange.funding(symbol, at, min(at + window, end), FUNDING_PAGE), calls + 1
        if bounded and len(page) >= FUNDING_PAGE and window > HOUR_MS:
            window //= 2
            continue
        page = [row for row in page if at <= row[0] < end]
        times = payments.on_the_minute(np.array([row[0] for row in page], np.int64)).tolist()
        came |= dict(zip(times, (rate for _, rate in page), strict=True))
        at = page[-1][0] + 1 if page and not bounded else at + window
    return came, calls

"""Times of the rule book that fall inside the bars a strategy is executed on, where nobody can act."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from runner.model.bars import Times
from runner.model.duration import DAY_MS, milliseconds
from runner.model.rules import Anchor, Code, Family, Reset, RuleBook, RuleRow, Sampling
from runner.model.settings import StrategySection

YEAR_MS = (1_704_067_200_000, 1_735_689_600_000)  # 2024, with both changes of the clocks and a leap day

BY_DAY = set(Anchor) - {Anchor.INITIAL, Anchor.CLOSED_BALANCE_HIGH, Anchor.EQUITY_HIGH}  # floors that hang from what a reset writes down


def hidden_times(strategy: StrategySection, book: RuleBook) -> Iterator[str]:
    """One sentence for each reset, flat time and window that begins or ends inside the bars; none where all of them stand at an open."""
    timeframe = strategy.detail_timeframe or strategy.timeframe
    finer = f"; a detail_timeframe finer than {timeframe} tells" if strategy.detail_timeframe else "; a detail_timeframe tells"
    said = [sentence for row in book.rows for sentence in _of(row, book, milliseconds(timeframe))]
    for sentence in dict.fromkeys(said):
        yield f"{sentence.format(bars=f'{timeframe} bars')}{finer} what came before it"


def _of(row: RuleRow, book: RuleBook, bar_ms: int) -> Iterator[str]:
    """What of one rule is hidden."""
    if row.code is Code.NEWS and row.calendar >= 0:
        times = book.calendars[row.calendar]
        if _inside(times - row.duration_ms, bar_ms) or _inside(times + row.grace_ms, bar_ms):
            yield "windows around releases begin or end inside {bars}: nothing is opened or held in the whole bar"
    elif row.code is Code.SESSION_FLAT and row.clock >= 0:
        if _inside(_resets(book.clocks[row.clock]), bar_ms):
            yield f"the flat time {_named(book.clocks[row.clock])} falls inside {{bars}}: positions leave where such a bar opens"
    elif (
        row.family is Family.FLOOR
        and (row.anchor in BY_DAY or row.sampling is Sampling.AT_RESET)
        and _inside(_resets(book.clocks[row.clock]), bar_ms)
    ):
        yield f"the reset at {_named(book.clocks[row.clock])} falls inside {{bars}}: both days see the bar's extremes"


def _named(clock: Reset) -> str:
    return f"{clock.at} {clock.zone}"


def _resets(clock: Reset) -> Times:
    """A year of a clock's instants."""
    book = RuleBook(initial=1.0, currency="", phases=(), rows=(), clocks=(clock,))
    return book.resets(*YEAR_MS)[0]


def _inside(times: Times, bar_ms: int) -> bool:
    """Does any of the instants stand elsewhere than at the open of a bar? Bars of up to a day begin with the UTC day."""
    return bool(np.any(times % min(bar_ms, DAY_MS)))

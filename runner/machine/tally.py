"""What a strategy has done so far, symbol by symbol: when it entered and closed, what it won and lost."""

from __future__ import annotations

import math
from typing import Any

from runner.machine import codes as c
from runner.machine.compiled import compiled
from runner.machine.state import View
from runner.machine.view import close_time, ledger_of, open_time, position, settings_of, tally_of

DAY_MS = 86_400_000


@compiled
def at_bar_end(w: View, s: int) -> int:
    """The instant that what happens now counts from: inside a bar the bar's end, so that live and backtest agree."""
    p, time = position(w, s), ledger_of(w).time
    if settings_of(w).follows == 1 and p.in_bar == 1 and open_time(w, p.cursor) < time:
        return close_time(w, p.cursor)
    return time


@compiled
def tally_entry(w: View, s: int) -> None:
    """An entry of the symbol's strategy was filled."""
    strategy, time = position(w, s).strategy, at_bar_end(w, s)
    count_entry(tally_of(w, strategy, s), time)
    count_entry(tally_of(w, strategy, w.symbol_count), time)


@compiled
def count_entry(tally: Any, time: int) -> None:
    """One entry more, on the day of `time`."""
    day = time // DAY_MS
    tally.entries = tally.entries + 1 if tally.day == day else 1
    tally.day = day
    tally.last_entry = time


@compiled
def tally_trade(w: View, s: int, profit: float, reason: int) -> None:
    """A trade of the symbol's strategy is closed. A reversal goes on at once, so closing by it begins no pause."""
    p, time = position(w, s), at_bar_end(w, s) if reason != c.BY_REVERSE else 0
    share = profit / p.risk if 0.0 < p.risk < math.inf else math.nan
    count_trade_of(tally_of(w, p.strategy, s), time, profit, share)
    count_trade_of(tally_of(w, p.strategy, w.symbol_count), time, profit, share)


@compiled
def count_trade_of(tally: Any, time: int, profit: float, share: float) -> None:
    """One trade more; a pause begins at `time` unless it is 0. `share` is the result in R, NaN where no risk was known."""
    if time > 0:
        tally.last_close = time
        tally.last_loss = time if profit < 0.0 else tally.last_loss
    tally.winning = tally.winning + 1 if profit > 0.0 else 0
    tally.losing = tally.losing + 1 if profit < 0.0 else 0
    if share > 0.0:
        tally.wins += 1
        tally.won += share
    elif share <= 0.0:
        tally.losses += 1
        tally.lost -= share

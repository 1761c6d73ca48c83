"""The machine beside backtesting.py on shipped bars: the same strategy, written a second time, must make the same trades."""

from __future__ import annotations

import math
import warnings
from collections import Counter
from functools import cache
from pathlib import Path
from typing import Any, ClassVar

import numpy as np
import pandas as pd
import pytest
from numpy.typing import NDArray

with warnings.catch_warnings():
    warnings.simplefilter("ignore")  # what they say while they are imported is nothing we can act on
    import pandas_ta
    from backtesting import Backtest, Strategy

from runner.build import build
from runner.compose import compose
from runner.machine import Machine
from runner.model.bars import Bars
from runner.model.records import Answer, Outcome, Reason
from runner.model.rules import Code
from runner.model.stream import Stream
from runner.pipeline import compile_strategy

FAST, SLOW, MULTIPLE, LENGTH, R = 20, 50, 2.0, 14, 2.0
CASH = 10_000_000.0  # one coin at a time is always affordable
SYMBOLS = ("BTCUSDT", "ETHUSDT")
MONEY = 1e-6
CASES = [pytest.param(0.0, id="without commission"), pytest.param(5.5, id="with a commission on both sides")]


class Cross(Strategy):  # type: ignore[misc]
    """Two exponential averages cross; stop by Wilder's true range and target by R, both reckoned from the signal's close."""

    tick: ClassVar[float] = 0.01

    def init(self) -> None:
        """Whole columns, computed once."""
        close, high, low = (pd.Series(np.array(column)) for column in (self.data.Close, self.data.High, self.data.Low))
        self.fast = self.I(lambda: pandas_ta.ema(close, length=FAST, talib=False).to_numpy())
        self.slow = self.I(lambda: pandas_ta.ema(close, length=SLOW, talib=False).to_numpy())
        self.range = self.I(wilder, high.to_numpy(), low.to_numpy(), close.to_numpy())

    def next(self) -> None:
        """A cross closes what is open on the other side and opens one coin at the next open."""
        side = int(self.fast[-1] > self.slow[-1] and self.fast[-2] <= self.slow[-2])
        side -= int(self.fast[-1] < self.slow[-1] and self.fast[-2] >= self.slow[-2])
        if side == 0 or self.position.size * side > 0:
            return
        close, distance = float(self.data.Close[-1]), MULTIPLE * float(self.range[-1])
        stop, target = self.inside(close - side * distance, side), self.on_grid(close + side * R * distance)
        (self.buy if side > 0 else self.sell)(size=1, sl=stop, tp=target)

    def inside(self, price: float, side: int) -> float:
        """A stop's price on the grid, no further away than asked for."""
        ticks = price / self.tick
        return round((math.ceil(ticks - 1e-9) if side > 0 else math.floor(ticks + 1e-9)) * self.tick, 8)

    def on_grid(self, price: float) -> float:
        """The nearest price a venue would take."""
        return round(round(price / self.tick) * self.tick, 8)


def wilder(high: NDArray[np.float64], low: NDArray[np.float64], close: NDArray[np.float64]) -> NDArray[np.float64]:
    """Average true range by Wilder, bar by bar: the mean of the first ranges, then 1/length of the distance to each next one."""
    before = [low[0], *close[:-1]]
    ranges = [max(h, b) - min(low_, b) for h, low_, b in zip(high, low, before, strict=True)]
    average = [float("nan")] * (LENGTH - 1) + [sum(ranges[:LENGTH]) / LENGTH]
    for span in ranges[LENGTH:]:
        average.append(average[-1] + (span - average[-1]) / LENGTH)
    return np.array(average)


@cache
def ours(fee_bps: float) -> tuple[list[Stream], Outcome]:
    """Both symbols on one's own money, far from its limits, on a venue that costs only the commission."""
    words = [
        "+strategy=ema_cross",
        "+account=own_money",
        f"account.size={CASH}",
        "venue@account.venue=paper",
        f"account.venue.taker_fee_bps={fee_bps}",
        f"account.venue.maker_fee_bps={fee_bps}",
        f"strategy.symbols=[{','.join(SYMBOLS)}]",
        f"strategy.entry.fast={FAST}",
        f"strategy.entry.slow={SLOW}",
        f"strategy.exit.stop.multiple={MULTIPLE}",
        f"strategy.exit.targets.r={R}",
        "sizing@strategy.sizing=fixed_quantity",
        "strategy.sizing.quantity=1",
    ]
    bot = build(compose(words), Path())
    streams = compile_strategy(bot.strategies[0], bot.source, bot.account.currency)
    return streams, Machine(streams=streams, book=bot.account.book, costs=bot.costs, gate=bot.account.gate).run()


def theirs(stream: Stream, fee_bps: float) -> pd.DataFrame:
    """Closed trades of backtesting.py on the stream's bars, in the order of their entries."""
    bars = stream.market.bars
    columns = {"Open": bars.open, "High": bars.high, "Low": bars.low, "Close": bars.close, "Volume": bars.volume}
    frame = pd.DataFrame(columns, index=pd.to_datetime(bars.open_time, unit="ms"))
    strategy = type("CrossOnGrid", (Cross,), {"tick": stream.market.instrument.tick})
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # an open trade at the end, and pandas' own notices
        test = Backtest(frame, strategy, cash=CASH, commission=fee_bps * 1e-4, trade_on_close=False, hedging=False, exclusive_orders=True)
        trades: pd.DataFrame = test.run()["_trades"]
    return trades.sort_values(["EntryBar", "ExitBar"]).reset_index(drop=True)


def table(stream: Stream, outcome: Outcome) -> pd.DataFrame:
    """Our closed trades of one symbol in the same shape; a fill inside a bar belongs to the bar that was open then."""
    bars = stream.market.bars
    trades = outcome.trades[outcome.trades["symbol"] == outcome.symbols.index(stream.symbol)]
    return pd.DataFrame(
        {
            "Size": trades["side"] * trades["quantity"],
            "EntryBar": bar_of(bars, trades["opened"]),
            "ExitBar": bar_of(bars, trades["closed"]),
            "EntryPrice": trades["entry_price"],
            "ExitPrice": trades["exit_price"],
            "PnL": trades["profit"],
            "Reason": [Reason(reason).name for reason in trades["reason"]],
        }
    )


def bar_of(bars: Bars, times: NDArray[np.int64]) -> NDArray[np.int64]:
    """The bar that is open at each time."""
    return np.searchsorted(bars.open_time, times, side="right") - 1


def reason_of(trade: Any, opened: float) -> str:
    """Why backtesting.py closed a trade, read from its prices: it writes none down."""
    stopped = trade.Size * (trade.ExitPrice - trade.SL) <= 0
    reached = trade.Size * (trade.ExitPrice - trade.TP) >= 0
    assert not (stopped and reached)
    if not stopped and not reached:
        assert trade.ExitPrice == opened, "a reversal fills at an open"
    return "STOP" if stopped else "TARGET" if reached else "REVERSE"


@pytest.mark.parametrize("fee_bps", CASES)
@pytest.mark.parametrize("symbol", SYMBOLS)
def test_trades_equal_those_of_backtesting_py(symbol: str, fee_bps: float) -> None:
    """Same bars, same side, prices within a tick, same reason, same profit: every trade of three years."""
    streams, outcome = ours(fee_bps)
    stream = next(each for each in streams if each.symbol == symbol)
    mine, other = table(stream, outcome), theirs(stream, fee_bps)
    assert len(stream.market.bars) >= 6000
    assert len(mine) == len(other)
    for column in ("Size", "EntryBar", "ExitBar"):
        np.testing.assert_array_equal(mine[column], other[column], err_msg=column)
    for column in ("EntryPrice", "ExitPrice"):
        np.testing.assert_allclose(mine[column], other[column], rtol=0, atol=stream.market.instrument.tick, err_msg=column)
    opens = stream.market.bars.open[other["ExitBar"]]
    assert list(mine["Reason"]) == [reason_of(trade, opened) for trade, opened in zip(other.itertuples(), opens, strict=True)]
    np.testing.assert_allclose(mine["PnL"], other["PnL"], rtol=0, atol=MONEY)


@pytest.mark.parametrize("fee_bps", CASES)
def test_there_is_enough_to_compare(fee_bps: float) -> None:
    """At least 100 trades, with stops, targets and reversals among them; only a signal of the very last bar finds no market."""
    _, outcome = ours(fee_bps)
    reasons = Counter(Reason(reason).name for reason in outcome.trades["reason"])
    assert reasons == {"STOP": 114, "TARGET": 81, "REVERSE": 39}
    refused = outcome.decisions[outcome.decisions["answer"] != Answer.APPROVED]
    assert len(refused) <= len(SYMBOLS)
    assert set(refused["code"]) <= {Code.NO_MARKET}


@pytest.mark.parametrize("symbol", SYMBOLS)
def test_a_commission_costs_its_share_of_both_sides(symbol: str) -> None:
    """The trades are the same ones; each earns less by the commission on its entry and its exit."""
    (streams, free), (_, charged) = ours(0.0), ours(5.5)
    stream = next(each for each in streams if each.symbol == symbol)
    without, with_fee = table(stream, free), table(stream, charged)
    pd.testing.assert_frame_equal(without.drop(columns="PnL"), with_fee.drop(columns="PnL"))
    commission = 5.5e-4 * (without["EntryPrice"] + without["ExitPrice"])
    np.testing.assert_allclose(without["PnL"] - with_fee["PnL"], commission, rtol=0, atol=MONEY)

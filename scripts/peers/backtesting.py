"""backtesting.py does the work: a strategy class as its documentation writes them. It knows no account rules, so it judges none."""

from __future__ import annotations

import warnings
from typing import Any

import numpy as np
import pandas as pd
from backtesting import Backtest, Strategy
from backtesting.lib import crossover

from peers.shared import Done, Request, Trades, answer, asked, measured


def ema(close: Any, length: int) -> Any:
    """The exponential average."""
    return pd.Series(np.array(close)).ewm(span=length, adjust=False).mean().to_numpy()


def true_range_average(high: Any, low: Any, close: Any, length: int) -> Any:
    """Wilder's average of the true range."""
    highs, lows, before = (np.array(column, np.float64) for column in (high, low, close))
    before = np.concatenate(([np.nan], before[:-1]))
    ranges = np.fmax(highs - lows, np.fmax(np.abs(highs - before), np.abs(lows - before)))
    return pd.Series(ranges).ewm(alpha=1 / length, adjust=False).mean().to_numpy()


class Cross(Strategy):  # type: ignore[misc]
    """Two exponential averages cross; stop by true range, target by R; the other side reverses."""

    fast = 20
    slow = 50
    multiple = 2.0
    length = 14
    r = 2.0

    def init(self) -> None:
        """Whole columns."""
        self.quick = self.I(ema, self.data.Close, self.fast)
        self.late = self.I(ema, self.data.Close, self.slow)
        self.range = self.I(true_range_average, self.data.High, self.data.Low, self.data.Close, self.length)

    def next(self) -> None:
        """A cross opens one coin at the next open."""
        if crossover(self.quick, self.late):
            close, distance = self.data.Close[-1], self.multiple * self.range[-1]
            self.buy(size=1, sl=close - distance, tp=close + self.r * distance)
        elif crossover(self.late, self.quick):
            close, distance = self.data.Close[-1], self.multiple * self.range[-1]
            self.sell(size=1, sl=close + distance, tp=close - self.r * distance)


def bars(request: Request) -> pd.DataFrame:
    """The file as backtesting.py wants it."""
    frame = pd.read_parquet(request["file"]).set_index("time")
    frame.index = frame.index.tz_localize(None)
    return frame.rename(columns=str.capitalize)


def told(result: Any) -> Trades:
    """Row of the signal's bar, side, profit without fees; backtesting.py takes its commission out of a trade's result."""
    rows = result["_trades"]
    gross = (rows["ExitPrice"] - rows["EntryPrice"]) * rows["Size"]
    return [
        (int(row) - 1, int(np.sign(size)), float(value)) for row, size, value in zip(rows["EntryBar"], rows["Size"], gross, strict=True)
    ]


def single(request: Request) -> Done:
    """One run; what is open at the end is closed there."""
    work = request["work"]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # a trade that is open at the end, and pandas' own notices
        test = Backtest(FRAME, Cross, cash=work["size"], commission=work["fee"], exclusive_orders=True, finalize_trades=True)
        result = test.run(**{name: work[name] for name in ("fast", "slow", "multiple", "length", "r")})
    return Done(len(result["_trades"]), float(result["Equity Final [$]"]) - work["size"], told=lambda: told(result))


def grid(request: Request) -> Done:
    """Every combination, by `optimize` as it comes: all processors."""
    work, count = request["work"], 0
    fast, slow, multiple = (sorted({combination[at] for combination in request["grid"]}) for at in range(3))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        test = Backtest(FRAME, Cross, cash=work["size"], commission=work["fee"], exclusive_orders=True, finalize_trades=True)
        best, every = test.optimize(fast=fast, slow=slow, multiple=multiple, maximize="# Trades", return_heatmap=True)
    count = int(every.sum())
    return Done(count, float(best["Equity Final [$]"]) - work["size"])


if __name__ == "__main__":
    wanted = asked()
    FRAME = bars(wanted)
    answer(measured(wanted, lambda: (grid if wanted.get("grid") else single)(wanted), ("backtesting", "numpy", "pandas")))

"""vectorbt does the work: whole columns, then `Portfolio.from_signals` with stops. It knows no account rules, so it judges none."""

from __future__ import annotations

import warnings
from typing import Any

import numpy as np
import pandas as pd

from peers.shared import Done, Request, Trades, answer, asked, measured

with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    import vectorbt as vbt


def bars(request: Request) -> pd.DataFrame:
    """The file as vectorbt wants it: with a time zone in the index it would be twenty times as slow."""
    frame = pd.read_parquet(request["file"]).set_index("time")
    frame.index = frame.index.tz_localize(None)
    return frame


def portfolio(request: Request, combinations: list[tuple[int, int, float]]) -> Any:
    """Every combination is one column of a simulation; an order fills at the close of its signal, which is the next open here."""
    work, close = request["work"], FRAME["close"]
    averages = {length: vbt.MA.run(close, length, ewm=True) for length in {c[0] for c in combinations} | {c[1] for c in combinations}}
    above = {pair: averages[pair[0]].ma_crossed_above(averages[pair[1]]).to_numpy() for pair in {c[:2] for c in combinations}}
    below = {pair: averages[pair[0]].ma_crossed_below(averages[pair[1]]).to_numpy() for pair in above}
    wilder = 2 * work["length"] - 1  # the span whose weight is 1 / length
    ranges = vbt.ATR.run(FRAME["high"], FRAME["low"], close, wilder, ewm=True).atr.to_numpy() / close.to_numpy()
    stops = np.column_stack([c[2] * ranges for c in combinations])
    return vbt.Portfolio.from_signals(
        close,
        entries=np.column_stack([above[c[:2]] for c in combinations]),
        short_entries=np.column_stack([below[c[:2]] for c in combinations]),
        open=FRAME["open"],
        high=FRAME["high"],
        low=FRAME["low"],
        sl_stop=stops,
        tp_stop=work["r"] * stops,
        size=1.0,
        fees=work["fee"],
        init_cash=work["size"],
        upon_opposite_entry="reverse",
        freq="1min",
        engine=request["engine"],
    )


def told(records: Any) -> Trades:
    """Row of the signal's bar, side, profit without fees; vectorbt's has them taken out."""
    gross = records["pnl"] + records["entry_fees"] + records["exit_fees"]
    sides = np.where(records["direction"] == 0, 1, -1)
    return [(int(row), int(side), float(value)) for row, side, value in zip(records["entry_idx"], sides, gross, strict=True)]


def work(request: Request) -> Done:
    """The simulation, the number of its trades and their profit."""
    plain = request["work"]
    combinations = [(int(fast), int(slow), float(multiple)) for fast, slow, multiple in request.get("grid") or []]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # pandas' own notices
        made = portfolio(request, combinations or [(plain["fast"], plain["slow"], plain["multiple"])])
        count, profit = int(np.sum(made.trades.count())), float(np.sum(made.total_profit()))
    return Done(count, profit, told=lambda: told(made.trades.values))


if __name__ == "__main__":
    wanted = asked()
    FRAME = bars(wanted)
    rust = ("vectorbt-rust",) if wanted["engine"] == "rust" else ()
    answer(measured(wanted, lambda: work(wanted), ("vectorbt", *rust, "numba", "numpy", "pandas")))

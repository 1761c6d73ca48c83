"""Which trades make their day count."""

from __future__ import annotations

from collections.abc import Iterator

from runner.mode.vectors.account import DAY, observer, rule
from runner.mode.vectors.answers import Answer, Pair, one_by_one
from runner.mode.vectors.notation import Part

READINGS = {"counts_abs": True, "counts_positive_only": False}
ATTRIBUTIONS = ("open_day", "close_day")


def check(example: Part) -> Iterator[Answer]:
    """One answer a trade, in both readings: a loss of that size counts, too, or only a profit does."""
    initial, params = example.number("initial"), example.part("params")
    params.word("attribution", ATTRIBUTIONS, "close_day")  # one trade alone: which day it is makes no difference
    smallest = params.percent("min_notional_pct_initial") if params.has("min_notional_pct_initial") else 0.0
    result = params.percent("min_abs_pnl_pct_notional") if params.has("min_abs_pnl_pct_notional") else 0.0
    reset = {"at": "00:00", "zone": params.text("tz", "UTC")}

    def answer(trade: Part) -> Iterator[Pair]:
        closed = trade.instant("closed")
        notional, pnl = float(trade.number("notional")), float(trade.number("pnl"))
        for key, either_sign in READINGS.items():
            days = rule(
                "trading_days", count=1, reset=reset, min_notional_fraction=smallest, min_result_fraction=result, either_sign=either_sign
            )
            account = observer({"days": days}, initial=initial, start_ms=closed - DAY)
            standing = account.trade(closed, symbol=account.symbols[0], opened_ms=closed - 1, notional=notional, result=pnl)
            if trade.has(key):
                yield Pair(key, trade.flag(key), standing.days_counted == 1)

    yield from one_by_one(example, "trades", answer)

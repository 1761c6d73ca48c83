"""Every kind of worked example by its name."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from runner.mode.vectors import (
    clock,
    consistency,
    exposure,
    lock,
    news_blackout,
    profit_cap,
    risk_per_trade,
    series,
    stop_deadline,
    symbol_daily_loss,
    trading_days,
)
from runner.mode.vectors.answers import Answer
from runner.mode.vectors.notation import Part

KINDS: Mapping[str, Callable[[Part], Iterator[Answer]]] = {
    "series": series.check,
    "consistency": consistency.check,
    "trading_days": trading_days.check,
    "exposure": exposure.check,
    "risk_per_trade": risk_per_trade.check,
    "stop_deadline": stop_deadline.check,
    "symbol_daily_loss": symbol_daily_loss.check,
    "news_blackout": news_blackout.check,
    "profit_cap": profit_cap.check,
    "lock": lock.check,
    "clock": clock.check,
}

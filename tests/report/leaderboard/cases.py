"""Rows of a sweep written by hand: pages with the keys a leaderboard reads, and figures that are easy to reckon with."""

from __future__ import annotations

import math
from collections.abc import Mapping
from hashlib import sha256
from itertools import product
from typing import Any

from runner.report.leaderboard import Row
from runner.report.objective import Objective

HEADROOM = (Objective("profit_per_headroom"),)
VALUE = (Objective("value.total"), Objective("odds"))


def backtest(
    ratio: float | None = 1.5, *, sharpe: float | None = 1.0, profit: float = 300.0, days: int = 730, **more: Any
) -> dict[str, Any]:
    """The summary of a backtest."""
    page: dict[str, Any] = {
        "strategy": "ema_cross",
        "account": "hyro_2step",
        "mode": "backtest",
        "trades": 40,
        "net_profit": profit,
        "profit_per_headroom": ratio,
        "headroom_used": None if ratio is None else profit / ratio if ratio else 0.0,
        "max_drawdown": 0.031,
        "verdict": {"phase": "challenge", "state": "active", "rule": None},
        "rules": [{"code": "DAILY_LOSS", "headroom": 211.5}, {"code": "MAX_LOSS", "headroom": 640.0}],
        "metrics": {"win_rate": 0.41, "profit_factor": 1.3, "sharpe": sharpe, "days": days, "days_per_year": 365, "worst_drawdown": 0.04},
        "config_hash": sha256(repr((ratio, sharpe, profit)).encode()).hexdigest(),
        "version": "0.1.0",
        "seconds": {"load": 0.1},
    }
    return page | more


def challenge(worth: float | None = 40.0, odds: float = 0.3, wide: float = 0.1, **more: Any) -> dict[str, Any]:
    """What a challenge found."""
    bounds = {"value": odds, "low": round(max(0.0, odds - wide), 6), "high": round(odds + wide, 6), "level": 0.95}
    total = None if worth is None else {"value": worth, "low": worth - 50.0, "high": worth + 50.0, "level": 0.95}
    page: dict[str, Any] = {
        "strategy": "fvg",
        "account": "hyro_1step",
        "mode": "challenge",
        "starts": 1068,
        "shares": {"failed": {"count": 500, "share": 0.5}, "unfinished": {"count": 20, "share": 0.02}},
        "odds": bounds,
        "days_to_pass": {"count": 12, "median": 61.25},
        "value": {"total": total, "cost": 119.0},
        "config_hash": "c" * 64,
    }
    return page | more


def row(values: Mapping[str, Any], page: Mapping[str, Any] | None = None, said: str = "", *, skipped: bool = False) -> Row:
    """A job; one without a page did not run."""
    name = "_".join(str(value) for value in values.values())
    return Row(values=values, status=0 if page else 2, page=page, folder=f"hyro_{name}" if page else "", said=said, skipped=skipped)


def grid(*sizes: int) -> list[Row]:
    """A job for each combination of so many values of each key; a hill with a top inside, and a little rise along every key."""
    made = []
    for places in product(*(range(size) for size in sizes)):
        values = {f"strategy.entry.{name}": 10 * (place + 1) for name, place in zip(KEYS, places, strict=False)}
        away = sum((place - (size - 1) / 2) ** 2 / size for place, size in zip(places, sizes, strict=True))
        ratio = round(math.exp(-away / 2) * 2 - 0.5 + 0.01 * sum(places), 6)
        made.append(row(values, backtest(ratio, sharpe=round(ratio * 1.2, 6), profit=round(200 * ratio, 2))))
    return made


KEYS = ("fast", "slow", "multiple", "period", "risk", "cap", "window")

"""trades.csv: one row per fill."""

from __future__ import annotations

import pytest

from runner.report.trades import COLUMNS, trades
from tests.report import cases

AMOUNTS = ("profit", "fee", "funding")


def test_every_fill_is_a_row_in_order() -> None:
    """Names instead of numbers, plain decimals, nothing but text."""
    rows = [dict(zip(COLUMNS, row, strict=True)) for row in trades(cases.outcome())]
    assert [row["reason"] for row in rows] == ["entry", "target", "trail", "entry", "stop", "entry", "end_of_data"]
    assert rows[1] == {
        "time": "2024-01-01T16:00:00Z",
        "strategy": "fvg",
        "symbol": "BTCUSDT",
        "position": "1",
        "plan": "0",
        "side": "sell",
        "reason": "target",
        "target": "1",
        "quantity": "1",
        "price": "201",
        "profit": "100",
        "fee": "1",
        "funding": "0",
        "slippage": "0",
        "balance": "10097",
        "open_quantity": "1",
        "phase": "challenge",
    }


def test_profit_less_fees_and_funding_is_the_net_profit() -> None:
    """What a spreadsheet adds up is what the summary says."""
    rows = [dict(zip(COLUMNS, row, strict=True)) for row in trades(cases.outcome())]
    profit, fees, funding = (sum(float(row[name]) for row in rows) for name in AMOUNTS)
    assert profit - fees - funding == pytest.approx(233.5, abs=1e-9)
    assert [row["funding"] for row in rows if row["position"] == "3"] == ["0", "1.5"]


def test_prices_of_tiny_coins_keep_their_digits() -> None:
    """A price of 0.00001234 is written in full."""
    fills = cases.fills()
    fills["price"] = 0.00001234
    assert trades(cases.outcome(fills=fills))[0][COLUMNS.index("price")] == "0.00001234"


def test_without_fills_there_are_no_rows() -> None:
    """Nothing traded, nothing written."""
    assert trades(cases.nothing()) == []

"""Trades for a tax return by hand; on real bars they are held against the ledger in tests/end_to_end."""

from __future__ import annotations

from dataclasses import replace
from decimal import ROUND_HALF_UP, Decimal, localcontext

import numpy as np
import pytest

from runner.report.tax import COLUMNS, decimal, tax
from tests.report import cases


def rows(*changes: object) -> list[dict[str, str]]:
    """The three trades as the file has them."""
    return [dict(zip(COLUMNS, row, strict=True)) for row in tax(cases.outcome(), [cases.stream()])]


def test_a_long_trade_costs_what_was_bought() -> None:
    """Two bought at 101, sold at 201 and 295: the ledger's own results of the parts count."""
    first = rows()[0]
    assert first | {"opened": "", "closed": ""} == {
        "position": "1",
        "symbol": "BTCUSDT",
        "side": "long",
        "opened": "",
        "closed": "",
        "quantity": "2",
        "entry": "101",
        "exit": "248",
        "proceeds": "496.00000000",
        "cost_basis": "202.00000000",
        "fees": "4.00000000",
        "funding": "0.00000000",
        "profit": "290.00000000",
        "currency": "USDT",
    }
    assert (first["opened"], first["closed"]) == ("2024-01-01T08:00:00Z", "2024-01-01T20:00:00Z")


def test_a_short_trade_was_sold_first() -> None:
    """Sold at 109, bought back at 60 for 49 less; 1.5 of funding paid."""
    last = rows()[2]
    assert (last["side"], last["proceeds"], last["cost_basis"]) == ("short", "109.00000000", "60.00000000")
    assert (last["entry"], last["exit"], last["funding"], last["profit"]) == ("109", "60", "1.50000000", "45.50000000")


def test_profits_add_up_to_the_net_result_in_decimals() -> None:
    """233.5, to the last digit."""
    assert sum(Decimal(row["profit"]) for row in rows()) == Decimal("233.5")


def test_contracts_and_other_currencies_are_valued_in_the_accounts() -> None:
    """Ten units each at 0.5: the opening leg at its rate, the closing leg by what was credited."""
    stream = cases.stream()
    market = replace(stream.market, instrument=replace(cases.instrument(), contract_size=10.0))
    first = dict(zip(COLUMNS, tax(cases.outcome(), [replace(stream, market=market, conversion=np.full(24, 0.5))])[0], strict=True))
    assert (first["cost_basis"], first["proceeds"], first["profit"]) == ("1010.00000000", "1304.00000000", "290.00000000")
    assert (first["quantity"], first["entry"]) == ("2", "101")


@pytest.mark.parametrize("streams", [[], [cases.stream(silent=True, count=0)]], ids=["no stream", "no bars"])
def test_no_trade_is_no_row(streams: list[object]) -> None:
    """Only the header is written then."""
    assert tax(cases.nothing(), streams) == []  # type: ignore[arg-type] # an empty list has no type of its own


def test_times_are_whole_seconds_and_trades_in_the_order_they_closed() -> None:
    """A fill inside a bar carries its place in the bar as milliseconds, which is no time of day."""
    trades = cases.trades()
    trades["closed"][0] += 90 * cases.BAR_MS + 2
    found = [dict(zip(COLUMNS, row, strict=True)) for row in tax(cases.outcome(trades=trades), [cases.stream()])]
    assert [row["position"] for row in found] == ["2", "3", "1"]
    assert found[-1]["closed"] == "2024-01-16T20:00:00Z"


def test_a_library_that_changes_the_rounding_of_the_process_changes_nothing() -> None:
    """The library ccxt leaves the process rounding halves up; what lies between two grains goes to the even one all the same."""
    with localcontext() as context:
        context.rounding = ROUND_HALF_UP
        assert decimal(5e-9) == 0

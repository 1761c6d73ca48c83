"""How far trades went, by hand and against the shipped bars."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from runner.model.records import Reason
from runner.report.analysis.excursions import adverse, excursions, favourable
from tests.outsider.left import HOUR, SECOND, candles, payments
from tests.report import cases
from tests.report.html.stories import BARE, MAIN, played


def trades() -> Any:
    """Three trades: best 300, 120 and 60; worst -20, -110 and never behind."""
    made = cases.trades()
    made["best"], made["worst"] = [300.0, 120.0, 60.0], [-20.0, -110.0, 5.0]
    return made


def test_the_rows_say_how_far_winners_and_losers_went() -> None:
    """In money and in R; the loser was once ahead by its risk."""
    everything, won, lost = excursions(trades())
    assert [row["trades"] for row in (everything, won, lost)] == [3, 2, 1]
    assert everything["mae"] == {"average": pytest.approx(130 / 3), "median": 20.0, "p90": pytest.approx(92.0), "largest": 110.0}
    assert everything["mfe_r"] == {
        "average": pytest.approx((3 + 1.2 + 1.2) / 3),
        "median": pytest.approx(1.2),
        "p90": pytest.approx(2.64),
        "largest": 3.0,
    }
    assert (won["kept"], lost["kept"]) == (pytest.approx((290 + 45.5) / 360), None)
    assert (everything["ahead_by_risk"], won["ahead_by_risk"], lost["ahead_by_risk"]) == (3, 2, 1)


def test_without_risk_there_is_no_r_and_without_trades_no_figure() -> None:
    """Nothing is said in both cases."""
    made = trades()
    made["risk"] = 0.0
    assert set(excursions(made)[0]["mae_r"].values()) == {None}
    assert excursions(made)[0]["mae"]["largest"] == 110.0
    assert set(excursions(made[:0])[0]["mae"].values()) == {None}


@pytest.mark.parametrize("name", [MAIN, BARE])
def test_real_trades_went_as_far_as_the_shipped_bars_say(name: str) -> None:
    """Every position bought at an open and closed by one fill, walked bar by bar from its fills and the funding: to the cent."""
    story = played(name)
    trades, checked = story.outcome.trades, 0
    for trade, against, forward in zip(trades, adverse(trades), favourable(trades), strict=True):
        fills = story.outcome.fills[story.outcome.fills["position"] == trade["position"]]
        if len(fills) == 2 and fills["time"][0] % SECOND == 0:
            seen = walked(story.outcome.symbols[trade["symbol"]], int(trade["side"]), *fills, net=float(trade["profit"]))
            assert (against, forward) == pytest.approx((max(-min(seen), 0.0), max(*seen, 0.0)), abs=0.01)
            checked += 1
    assert checked > 40


def walked(symbol: str, side: int, entry: Any, leave: Any, *, net: float) -> list[float]:
    """The net result at every price a position saw: each bar goes against it first, then its way, and is cut where it was left.

    Milliseconds of a fill say on which leg of its bar it happened: 0 at its open, 1 on the way against, 2 on the way for, 3 after both.
    """
    bars, due = {bar.opened: bar for bar in candles(symbol, "4h").values()}, payments(symbol)
    paid, time, leg = float(entry["fee"]), int(entry["time"]), int(leave["time"]) % SECOND

    def worth(price: Any) -> float:
        return side * float(entry["quantity"]) * (float(price) - float(entry["price"])) - paid

    seen = [-paid, net]
    while True:
        bar = bars[time]
        against, forward = (bar.low, bar.high) if side > 0 else (bar.high, bar.low)
        if time == int(leave["time"]) - leg:
            target = [leave["price"]] if leave["reason"] == Reason.TARGET else []  # reached before its fee was paid
            return [*seen, *(worth(price) for price in ([], [], [against], [against, forward])[leg]), *map(worth, target)]
        seen += [worth(against), worth(forward)]
        time = bar.closed
        if time % (8 * HOUR) == 0:
            paid += side * float(entry["quantity"]) * float(bar.close) * float(due.get(time, Decimal("0.0001")))

"""How far trades went, by hand and against the shipped bars."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from runner.report.analysis.excursions import adverse, excursions, favourable
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
def test_real_trades_went_as_far_as_their_bars_say(name: str) -> None:
    """A position of one size: at least as far as the bars it was open for from first to last, at most as far as all it touched.

    Open results are net of the fee paid so far; funding and slippage of the exit move them by a little.
    """
    story = played(name)
    checked = 0
    markets = {stream.symbol: stream.execution for stream in story.streams}
    for trade, against, forward in zip(story.outcome.trades, adverse(story.outcome.trades), favourable(story.outcome.trades), strict=True):
        fills = story.outcome.fills[story.outcome.fills["position"] == trade["position"]]
        if len(fills) != 2:
            continue
        bars = markets[story.outcome.symbols[trade["symbol"]]]
        first, last = (int(np.searchsorted(bars.open_time, fills["time"][end], side="right")) - 1 for end in (0, -1))
        near = 0.002 * trade["quantity"] * trade["entry_price"] + abs(trade["funding"]) + trade["fees"]
        inside = reached(bars, trade, slice(first + 1, last))
        touched = reached(bars, trade, slice(first, last + 1))
        for went, least, most in zip((against, forward), inside, touched, strict=True):
            assert least - near <= went <= max(most, 0.0) + near
        checked += 1
    assert checked > 10


def reached(bars: Any, trade: Any, rows: slice) -> tuple[float, float]:
    """(furthest against, furthest for) the position by these bars' extremes, in money; as little as can be without bars."""
    high, low = bars.high[rows].max(initial=-np.inf), bars.low[rows].min(initial=np.inf)
    if not np.isfinite(high):
        return -np.inf, -np.inf
    up, down = (float(trade["quantity"] * (price - trade["entry_price"])) for price in (high, low))
    return (-down, up) if trade["side"] > 0 else (up, -down)

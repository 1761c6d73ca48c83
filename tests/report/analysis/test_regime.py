"""Market regimes by hand; on real bars they are held against a recount in tests/end_to_end."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from runner.model.bars import Bars
from runner.report.analysis.regime import NAMES, change, regimes, states
from runner.report.analysis.settings import Regime
from tests.report import cases

DAILY = Regime(days=1.0, bull=0.05, bear=0.05)


def closes(*prices: float) -> Bars:
    """4h bars with these closes."""
    bars, close = cases.bars(count=len(prices)), np.array(prices)
    return replace(bars, open=close, high=close, low=close, close=close)


def test_a_close_is_held_against_the_one_a_day_before() -> None:
    """Six bars of four hours; the edges themselves are bull and bear."""
    bars = closes(*[100.0] * 6, 105.0, 104.9, 95.0, 95.1)
    assert [NAMES[state] for state in states(bars, DAILY)] == ["unknown"] * 6 + ["bull", "sideways", "bear", "sideways"]


def test_a_regime_is_known_without_the_bars_that_follow() -> None:
    """Cut off anywhere, what was said before stays."""
    bars = closes(*np.cumsum(np.random.default_rng(3).normal(0, 3, 60)) + 100.0)
    whole = states(bars, DAILY)
    for count in range(60):
        assert states(bars.rows(slice(count)), DAILY).tolist() == whole[:count].tolist()


@pytest.mark.parametrize("count", [0, 1, 6])
def test_too_few_bars_know_nothing(count: int) -> None:
    """No change, no share, and trades in an unknown market."""
    bars = cases.bars(count=count)
    assert np.isnan(change(bars, 1.0)).all()
    stream = cases.stream(count=24)
    short = replace(stream, market=replace(stream.market, bars=bars))
    found = regimes(cases.outcome(), [short], DAILY)
    assert [row["time_share"] for row in found["rows"]] == [None] * 4
    assert found["rows"][3]["trades"] == 3
    assert found["known"] == (None if count == 0 else 0.0)


def test_prices_of_nothing_are_no_regime() -> None:
    """A change against zero is not known."""
    assert states(closes(*[0.0] * 8), DAILY).tolist() == [3] * 8


def test_time_is_that_of_the_accounts_life() -> None:
    """Bars after the last mark count for nothing; two strategies on one symbol see one market."""
    story = cases.outcome(equity=cases.marks(10_000.0, 10_000.0))  # two days
    second = replace(cases.stream(), strategy="other")
    for streams in ([cases.stream()], [cases.stream(), second]):
        assert regimes(story, streams, DAILY)["known"] == pytest.approx(6 / 12)

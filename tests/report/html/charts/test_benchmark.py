"""The account beside buying and holding."""

from __future__ import annotations

import numpy as np
import pytest

from runner.report.html.charts.benchmark import benchmark, compared, deepest
from tests.report import cases
from tests.report.html.drawn import named, valid
from tests.report.html.stories import MAIN, MANY, played, told


@pytest.mark.parametrize("name", [MAIN, MANY])
def test_the_account_ends_where_the_summary_says(name: str) -> None:
    """Net profit over the initial balance; attempts add up."""
    story = played(name)
    _, account, _ = compared(story)
    assert account[-1] == pytest.approx(story.page["net_profit"] / story.page["initial"], abs=1e-6)
    assert set(named(valid(benchmark(story)), "buy and hold")["line"]) >= {"dash"}


def test_holding_is_the_mean_of_the_symbols_from_their_first_open() -> None:
    """Bought at 99 and at 99; the third day ends after bar 17 at 117."""
    _, _, held = compared(told(cases.outcome(), cases.stream(), cases.stream("ETHUSDT")))
    assert held[-1] == pytest.approx(117.0 / 99.0 - 1.0)


@pytest.mark.parametrize(
    ("result", "fall"), [([0.1, -0.12, 0.2], 0.2), ([0.0, 0.1], 0.0), ([-0.5], 0.5), ([], 0.0)], ids=["fell", "rose", "at once", "none"]
)
def test_the_deepest_fall_counts_from_the_start(result: list[float], fall: float) -> None:
    """As a share of what it fell from."""
    assert deepest(np.array(result, np.float64)) == pytest.approx(fall)

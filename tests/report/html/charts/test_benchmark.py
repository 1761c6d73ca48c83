"""The account beside buying and holding."""

from __future__ import annotations

import pytest

from runner.report.html.charts.benchmark import benchmark
from tests.report.html.drawn import named, numbers, valid
from tests.report.html.stories import MAIN, MANY, played


@pytest.mark.parametrize("name", [MAIN, MANY])
def test_both_lines_end_where_the_summary_says(name: str) -> None:
    """Net profit over the initial balance, attempts adding up; holding at its return after all costs."""
    page, made = played(name).page, valid(benchmark(played(name)))
    assert numbers(named(made, "account")["y"])[-1] == pytest.approx(page["net_profit"] / page["initial"], abs=1e-6)
    assert numbers(named(made, "buy and hold")["y"])[-1] == pytest.approx(page["analysis"]["buy_and_hold"]["return"], abs=1e-6)
    assert set(named(made, "buy and hold")["line"]) >= {"dash"}

"""The fall from the highest mark."""

from __future__ import annotations

import pytest

from runner.report.html.charts.drawdown import drawdown, fallen
from tests.report import cases
from tests.report.html.drawn import numbers, valid
from tests.report.html.stories import MAIN, MANY, played, told


@pytest.mark.parametrize("name", [MAIN, MANY])
def test_the_deepest_fall_is_the_summarys(name: str) -> None:
    """Share and money, on the line and in words."""
    story = played(name)
    lost, share = fallen(story)
    metrics = story.page["metrics"]
    assert (share.max(), lost.max()) == pytest.approx((metrics["worst_drawdown"], metrics["worst_drawdown_money"]))
    figure = valid(drawdown(story))
    assert -min(each for each in numbers(figure["data"][0]["y"]) if each == each) == pytest.approx(share.max(), abs=1e-6)  # noqa: PLR0124 - not NaN
    assert f"{share.max():.2%}" in figure["layout"]["annotations"][0]["text"]


def test_without_a_fall_nothing_is_pointed_at() -> None:
    """No annotation on an empty run."""
    assert valid(drawdown(told(cases.nothing())))["layout"]["annotations"] == []

"""The sizing `weekday_multiplier`."""

from typing import Any

import pytest

from blocks.sizing.fixed_risk import FixedRisk
from blocks.sizing.kelly import Kelly
from blocks.sizing.weekday_multiplier import WeekdayMultiplier
from runner.model.habits import no_habits
from tests.blocks.drafts import flat, pair

BASE = FixedRisk(risk_fraction=0.02)


@pytest.mark.parametrize(
    ("row", "zone", "value"),
    [
        pytest.param(0, "UTC", 0.01, id="Thursday: half"),
        pytest.param(5, "UTC", 0.03, id="a close at midnight is Friday's"),
        pytest.param(4, "Asia/Tokyo", 0.03, id="it is Friday in Tokyo already"),
        pytest.param(11, "UTC", 0.02, id="Saturday is not named"),
    ],
)
def test_what_the_inner_block_asks_for_times_the_factor_of_the_day(row: int, zone: str, value: float) -> None:
    """4h bars from Thursday midnight."""
    draft = pair(row=row)
    WeekdayMultiplier(of=BASE, factors={"thu": 0.5, "fri": 1.5}, zone=zone).complete(draft)
    assert draft.plans["sizing_value"].tolist() == pytest.approx([value] * 2)


def test_a_factor_of_nothing_trades_nothing() -> None:
    """And says so."""
    draft = pair(flat(), row=0)
    WeekdayMultiplier(of=BASE, factors={"thu": 0.0}).complete(draft)
    assert draft.plans["side"].tolist() == [0, 0]
    assert draft.why(0) == "nothing is traded on this day of the week"


@pytest.mark.parametrize("factors", [{"thu": -1.0}, {"thursday": 1.0}, {}, {"thu": float("nan")}])
def test_what_is_no_factor_is_refused(factors: dict[Any, float]) -> None:
    """Days have three letters, factors are from 0 to 10."""
    with pytest.raises(ValueError, match="factors"):
        WeekdayMultiplier(of=BASE, factors=factors)


def test_what_the_inner_sizing_keeps_to_is_kept() -> None:
    """Kelly looks at the strategy's own trades also from under a multiplier."""
    inner, outer = no_habits(), no_habits()
    Kelly().keep_to(inner)
    WeekdayMultiplier(of=Kelly(), factors={"thu": 0.5}).keep_to(outer)
    assert outer.tobytes() == inner.tobytes() != no_habits().tobytes()

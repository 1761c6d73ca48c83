"""Our own ladder."""

from __future__ import annotations

from typing import Any

import pytest

from blocks.rule.loss_ladder import LossLadder
from runner.model.rules import Anchor, Code, Family, HouseAction, HouseMeasure, Severity, Until
from tests.rulebooks import NEW_YORK, UTC, facts, refusal, rows

HALVE: Any = {"at": 0.025, "do": "scale", "value": 0.5}
MEASURES = [
    ("day_loss", 0.02),
    ("drawdown", 0.2),
    ("floor_used", 0.9),
    ("losing_streak", 3),
    ("day_before_profit", 0.025),
    ("profit_share", 0.4),
    ("trade_share", 0.4),
]
COMMON = {"family": Family.HOUSE, "code": Code.HOUSE, "severity": Severity.ADJUST, "firm": 0, "anchor": Anchor.DAY_START_EQUITY}


def ladder(**parameters: Any) -> LossLadder:
    """A ladder from plain settings, as YAML gives them."""
    return LossLadder(**parameters)


def test_one_row_a_rung() -> None:
    """The ladder of the strategy document: half the size from 2.5 %, nothing more from 4 %."""
    assert rows(ladder(rungs={"halve": HALVE, "stop": {"at": 0.04, "do": "pause"}})) == [
        {**COMMON, "key": "halve", "limit": 0.025, "value": 0.5},
        {**COMMON, "key": "stop", "limit": 0.04, "action": HouseAction.PAUSE},
    ]


@pytest.mark.parametrize("do", ["alert", "block", "close_worst_half", "flatten", "pause", "halt"])
def test_actions_without_a_number(do: str) -> None:
    """The word in YAML is the action of the row."""
    assert ladder(rungs={"x": {"at": 0.1, "do": do}}).rows(facts())[0].action == HouseAction[do.upper()]


@pytest.mark.parametrize(("do", "value"), [("scale", 0.5), ("tighten", 0.5), ("reduce", 0.9), ("close_worst", 2)])
def test_actions_with_a_number(do: str, value: float) -> None:
    """Shares below one, and a number of positions."""
    row = ladder(rungs={"x": {"at": 0.1, "do": do, "value": value}}).rows(facts())[0]
    assert (row.action, row.value) == (HouseAction[do.upper()], value)


@pytest.mark.parametrize(("measure", "at"), MEASURES)
def test_measures(measure: str, at: float) -> None:
    """Fractions for money, trades for a streak."""
    row = ladder(measure=measure, rungs={"x": {"at": at, "do": "block"}}).rows(facts())[0]
    assert (row.measure, row.limit) == (HouseMeasure[measure.upper()], at)


@pytest.mark.parametrize(
    ("end", "until", "duration_ms"),
    [
        ({}, Until.RESET, 0),
        ({"until": "duration", "lasts": "4h"}, Until.DURATION, 14_400_000),
        ({"until": "phase_end"}, Until.PHASE_END, 0),
        ({"until": "winning_trade"}, Until.WINNING_TRADE, 0),
    ],
)
def test_how_long_it_lasts(end: dict[str, Any], until: Until, duration_ms: int) -> None:
    """Until the reset unless said otherwise."""
    row = ladder(rungs={"x": {**HALVE, **end}}).rows(facts())[0]
    assert (row.until, row.duration_ms) == (until, duration_ms)


def test_anchor_and_clock() -> None:
    """What the day's loss is counted from, and when the day begins."""
    account = facts()
    row = ladder(anchor="day_peak_equity", reset=NEW_YORK, rungs={"x": HALVE}).rows(account)[0]
    assert (row.anchor, account.clocks[row.clock].zone) == (Anchor.DAY_PEAK_EQUITY, "America/New_York")


def test_a_week_is_a_day_that_begins_on_mondays() -> None:
    """The same midnight on Mondays alone is another clock."""
    account = facts()
    days: list[list[str]] = [[], ["mon"], []]
    clocks = [ladder(rungs={"x": HALVE}, reset={**UTC, "weekdays": some}).rows(account)[0].clock for some in days]
    assert clocks == [0, 1, 0]
    assert account.clocks[1].weekdays == (0,)


@pytest.mark.parametrize(
    ("parameters", "message"),
    [
        pytest.param({"rungs": {}}, "rungs: Dictionary should have at least 1 item", id="no rungs"),
        pytest.param(
            {"rungs": {"x": {"at": 2.5, "do": "block"}}},
            "rungs.x.at: expected a fraction in (0, 1], was 2.5",
            id="percent instead of a fraction",
        ),
        pytest.param({"rungs": {"x": {"at": 0, "do": "block"}}}, "rungs.x.at: Input should be greater than 0", id="always"),
        pytest.param({"rungs": {"x": {"at": 0.02, "do": "scale"}}}, "scale needs a value between 0 and 1", id="a scale without a factor"),
        pytest.param({"rungs": {"x": {"at": 0.02, "do": "scale", "value": 1.0}}}, "value between 0 and 1", id="a scale that does nothing"),
        pytest.param({"rungs": {"x": {"at": 0.02, "do": "reduce", "value": 1.5}}}, "value between 0 and 1", id="more than there is"),
        pytest.param({"rungs": {"x": {"at": 0.02, "do": "close_worst"}}}, "close_worst needs a value", id="worst of how many"),
        pytest.param({"rungs": {"x": {"at": 0.02, "do": "close_worst", "value": 1.5}}}, "the number of positions", id="half a position"),
        pytest.param({"rungs": {"x": {"at": 0.02, "do": "scale", "value": 0.0}}}, "greater than 0", id="a scale to nothing"),
        pytest.param({"rungs": {"x": HALVE}, "reset": {**UTC, "weekdays": ["monday"]}}, "weekdays", id="a day by another name"),
        pytest.param({"rungs": {"x": {"at": 0.02, "do": "flatten", "value": 0.5}}}, "flatten takes no value", id="a number without a use"),
        pytest.param({"rungs": {"x": {"at": 0.02, "do": "explode"}}}, "'scale', 'block'", id="unknown action"),
        pytest.param(
            {"rungs": {"x": {"at": 0.02, "do": "block", "until": "duration"}}}, "belong together", id="a duration without a length"
        ),
        pytest.param({"rungs": {"x": {"at": 0.02, "do": "block", "lasts": "1h"}}}, "belong together", id="a length without a use"),
        pytest.param(
            {"measure": "losing_streak", "rungs": {"x": {"at": 2.5, "do": "block"}}},
            "a whole number of losing trades, was 2.5",
            id="half a trade",
        ),
    ],
)
def test_refuses(parameters: dict[str, Any], message: str) -> None:
    """What cannot be meant is refused with a sentence that says what to write."""
    assert message in refusal(LossLadder, **parameters)

"""Times of the rule book inside the strategy's bars."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from runner.check.hidden import hidden_times
from runner.model.rules import Anchor, Code, Family, Reset, RuleRow
from runner.model.settings import StrategySection
from tests.machine.build import book, floor, row

MINUTE = 60_000
DAY = floor(anchor=Anchor.DAY_START_BALANCE)
SESSION = row(Family.CALENDAR, Code.SESSION_FLAT, clock=0)
NEWS = row(Family.CALENDAR, Code.NEWS, calendar=0, duration_ms=2 * MINUTE, grace_ms=2 * MINUTE)
PRAGUE = Reset(at="00:00", zone="Europe/Prague")


def strategy_in(timeframe: str, detail: str | None = None) -> StrategySection:
    """A strategy of which only the bars are known."""
    kind: Any = StrategySection
    made: StrategySection = kind.model_construct(timeframe=timeframe, detail_timeframe=detail)
    return made


def said(rule: RuleRow, clock: Reset, timeframe: str, detail: str | None = None) -> list[str]:
    """The sentences about one rule."""
    strategy = strategy_in(timeframe, detail)
    rules = replace(book(rule, clocks=(clock,)), calendars=(np.array([1_704_461_400_000], np.int64),))  # 2024-01-05 13:30 UTC
    return list(hidden_times(strategy, rules))


@pytest.mark.parametrize(
    ("rule", "clock", "timeframe", "words"),
    [
        pytest.param(DAY, Reset(at="00:00", zone="UTC"), "4h", "", id="midnight UTC stands at an open"),
        pytest.param(DAY, PRAGUE, "4h", "reset at 00:00 Europe/Prague falls inside 4h bars", id="midnight in Prague does not"),
        pytest.param(DAY, PRAGUE, "1h", "", id="it does in bars of an hour"),
        pytest.param(DAY, Reset(at="17:30", zone="America/New_York"), "1h", "falls inside 1h bars", id="half past five"),
        pytest.param(
            SESSION, Reset(at="16:59", zone="America/New_York"), "15m", "positions leave where such a bar opens", id="a flat time"
        ),
        pytest.param(floor(), PRAGUE, "4h", "", id="a static floor knows no day"),
        pytest.param(NEWS, PRAGUE, "5m", "windows around releases begin or end inside 5m bars", id="a window"),
        pytest.param(NEWS, PRAGUE, "1m", "", id="windows in bars of a minute"),
    ],
)
def test_hidden_times(rule: RuleRow, clock: Reset, timeframe: str, words: str) -> None:
    """Said where something of the day happens inside a bar, and only there."""
    found = said(rule, clock, timeframe)
    assert len(found) == bool(words)
    assert all(words in sentence and "; a detail_timeframe tells" in sentence for sentence in found)


@pytest.mark.parametrize(("detail", "count"), [pytest.param("1h", 0, id="fine enough"), pytest.param("2h", 1, id="not fine enough")])
def test_detail_bars_count(detail: str, count: int) -> None:
    """The bars that are executed on, where finer ones are given."""
    assert len(said(DAY, PRAGUE, "4h", detail)) == count


def test_each_thing_is_said_once() -> None:
    """Two floors on one clock share a sentence."""
    rules = book(DAY, replace(DAY, code=Code.DAILY_LOSS), clocks=(PRAGUE,))
    assert len(list(hidden_times(strategy_in("4h"), rules))) == 1

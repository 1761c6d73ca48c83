"""The page for programs."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from runner.report.summary import dumps, strategy_name, summary
from tests.report import cases

WANTED = """strategy account bars symbols start end trades verdict phases rules refusals ambiguous net_profit max_drawdown
seconds config_hash version"""


def test_the_page_holds_every_promised_key(tmp_path: Path) -> None:
    """The keys that other programs rely on, at both depths."""
    page = summary(cases.bot(tmp_path), cases.outcome(), [cases.stream()], {"load": 0.1})
    assert set(WANTED.split()) <= set(page)
    assert {"phase", "state", "rule", "time", "value", "floor"} <= set(page["verdict"])
    assert all({"code", "worst_value", "limit", "at"} <= set(rule) for rule in page["rules"])
    assert set(page["ambiguous"]) == {"resolved", "counted_failed"}
    assert page["seconds"] == {"load": 0.1, "columns": 0.0, "plans": 0.0, "machine": 0.0, "report": 0.0}


def test_the_page_says_what_ran(tmp_path: Path) -> None:
    """Names, bars of two symbols, the whole range, the result of all fills."""
    page = summary(cases.bot(tmp_path), cases.outcome(), [cases.stream(), cases.stream("ETHUSDT")], {})
    assert (page["strategy"], page["account"], page["bars"], page["symbols"]) == ("fvg", "hyro_2step", 48, ["BTCUSDT", "ETHUSDT"])
    assert (page["start"], page["end"]) == ("2024-01-01T00:00:00Z", "2024-01-05T00:00:00Z")
    assert (page["trades"], page["net_profit"]) == (3, 233.5)


def test_bars_two_strategies_share_are_counted_once(tmp_path: Path) -> None:
    """Two strategies on the same bars have read them once."""
    second = replace(cases.stream(), strategy="ema_cross")
    assert summary(cases.bot(tmp_path), cases.outcome(), [cases.stream(), second], {})["bars"] == 24


def test_a_portfolio_gives_its_name(tmp_path: Path) -> None:
    """Several strategies are called by the portfolio's name, else by their own joined."""
    bot = cases.bot(tmp_path)
    two = replace(bot, strategies=(*bot.strategies, replace(bot.strategies[0], name="ema_cross")))
    assert strategy_name(two) == "fvg+ema_cross"
    assert strategy_name(replace(two, settings={"portfolio": {"name": "hyro_duo"}})) == "hyro_duo"


def test_nan_and_infinity_never_reach_the_file(tmp_path: Path) -> None:
    """Every NaN of the records is null; a NaN that slips through is refused, not written."""
    broken = cases.outcome(trades=cases.trades()[:0], equity=cases.marks(10_000.0), phases=cases.phases(target=np.nan, balance=np.inf))
    content = dumps(summary(cases.bot(tmp_path), broken, [cases.stream()], {}))
    assert json.loads(content, parse_constant=pytest.fail)["phases"][0]["target"] is None
    with pytest.raises(ValueError, match="not JSON compliant"):
        dumps({"value": np.nan})


@pytest.mark.parametrize("marks", [None, cases.marks(10_000.0)], ids=["no mark", "one mark"])
def test_a_strategy_that_never_signalled_has_a_whole_page(tmp_path: Path, marks: NDArray[Any] | None) -> None:
    """No signal, no trade, hardly a bar: a correct empty result."""
    page = summary(cases.bot(tmp_path), cases.nothing(marks), [cases.stream(silent=True)], {})
    assert (page["trades"], page["net_profit"], page["max_drawdown"], page["refusals"]) == (0, 0.0, 0.0, {})
    assert page["streams"][0]["signals"] == 0


def test_equal_runs_write_equal_pages(tmp_path: Path) -> None:
    """Only the seconds may differ."""
    first = summary(cases.bot(tmp_path / "a"), cases.outcome(), [cases.stream()], {"machine": 1.0})
    second = summary(cases.bot(tmp_path / "b"), cases.outcome(), [cases.stream()], {"machine": 2.0})
    assert dumps(first | {"seconds": {}}) == dumps(second | {"seconds": {}})

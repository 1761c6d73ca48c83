"""What runs are compared by."""

from __future__ import annotations

import math
from typing import Any

import pytest

from runner.model.errors import ConfigError
from runner.report.objective import Objective, objectives, score

PAGE: dict[str, Any] = {
    "net_profit": 400.0,
    "profit_per_headroom": None,
    "max_drawdown": 0.04,
    "stopped": True,
    "trades": 12,
    "metrics": {"sharpe": 1.5, "calmar": None},
    "refusals": {"LEVERAGE": 3},
    "odds": {"value": 0.4, "low": 0.2, "high": 0.6, "level": 0.95},
    "days_to_pass": {"count": 7, "least": 20.0, "median": 33.0},
    "rules": [
        {"code": "DAILY_LOSS", "headroom": None, "count": 0},
        {"code": "DAILY_LOSS", "headroom": 120.0, "count": 2},
        {"code": "DAILY_LOSS", "headroom": 90.0, "count": 3},
        {"code": "MAX_LOSS", "headroom": 400.0, "count": 0},
    ],
}


@pytest.mark.parametrize(
    ("path", "value"),
    [
        pytest.param("net_profit", 400.0, id="a figure at the top"),
        pytest.param("metrics.sharpe", 1.5, id="one further down"),
        pytest.param("trades", 12.0, id="a count"),
        pytest.param("profit_per_headroom", None, id="one that was not measured"),
        pytest.param("metrics.nothing", None, id="one that is not there"),
        pytest.param("metrics.sharpe.more", None, id="beneath a number"),
        pytest.param("analysis.daily.mean", None, id="beneath what is not there"),
        pytest.param("stopped", None, id="yes is no number"),
        pytest.param("odds", 0.4, id="an interval stands for its value"),
        pytest.param("odds.low", 0.2, id="its lower end"),
        pytest.param("days_to_pass", 33.0, id="a distribution stands for its median"),
        pytest.param("rules.DAILY_LOSS.headroom", 90.0, id="of rules of one code the closest"),
        pytest.param("rules.DAILY_LOSS.count", 3.0, id="and everything of that one"),
        pytest.param("rules.MARGIN.headroom", None, id="a rule this account has not"),
        pytest.param("refusals.LEVERAGE", 3.0, id="a count by code"),
        pytest.param("refusals.MARGIN", 0.0, id="what never happened happened 0 times"),
    ],
)
def test_a_figure_is_read_by_its_path(path: str, value: float | None) -> None:
    """From the page as it was written."""
    assert Objective(path).of(PAGE) == value
    assert Objective(path).of(None) is None


def test_a_leading_minus_means_less_is_better() -> None:
    """The figure stays as it is, the score turns; the text form is what was typed."""
    less = Objective.read("-max_drawdown")
    assert (less, str(less), str(Objective.read("odds"))) == (Objective("max_drawdown", larger=False), "-max_drawdown", "odds")
    assert (less.of(PAGE), less.score(PAGE)) == (0.04, -0.04)


def test_what_was_not_measured_is_below_everything() -> None:
    """Whichever way the figure is better, and also a run without a page."""
    wanted = (Objective("metrics.calmar", larger=False), Objective("net_profit"))
    assert score(PAGE, wanted) == (-math.inf, 400.0)
    assert score(None, wanted) == (-math.inf, -math.inf)


@pytest.mark.parametrize(
    ("mode", "paths"),
    [
        ("backtest", ("profit_per_headroom",)),
        ("walk_forward", ("profit_per_headroom",)),
        ("challenge", ("value.total", "odds")),
    ],
)
def test_each_mode_has_its_own_default(mode: str, paths: tuple[str, ...]) -> None:
    """Never bare profit; a challenge by what an attempt is worth, then by its odds."""
    assert objectives(None, mode) == objectives((), mode) == tuple(Objective(path) for path in paths)


def test_words_are_taken_in_order() -> None:
    """One word, or several."""
    assert objectives("metrics.sharpe", "backtest") == (Objective("metrics.sharpe"),)
    assert objectives(["-max_drawdown", "trades"], "overfit") == (Objective("max_drawdown", larger=False), Objective("trades"))


@pytest.mark.parametrize(
    ("word", "mode", "said"),
    [
        pytest.param(
            "metrics.sharp",
            "backtest",
            "expected a figure of summary.json, was 'metrics.sharp'; nearest is 'metrics.sharpe'",
            id="misspelt",
        ),
        pytest.param("sharpe", "backtest", "nearest is 'metrics.sharpe'", id="without where it stands"),
        pytest.param("max_drawdwn", "backtest", "nearest is 'max_drawdown'", id="the shortest of that name"),
        pytest.param(
            "-net_proft", "backtest", "expected a figure of summary.json, was 'net_proft'; nearest is 'net_profit'", id="behind a minus"
        ),
        pytest.param("odds", "backtest", "was 'odds'; there are profit_per_headroom, net_profit", id="of another mode"),
        pytest.param(
            "net_profit", "challenge", "expected a figure of challenge.json, was 'net_profit'; there are value.total", id="of a backtest"
        ),
        pytest.param("histories.ods", "challenge", "nearest is 'odds'", id="its last word decides"),
        pytest.param(
            "max_drawdown", "backtest", "less of it is better; expected '-max_drawdown', was 'max_drawdown'", id="the wrong way round"
        ),
        pytest.param("days_to_pass", "challenge", "expected '-days_to_pass'", id="the wrong way round in a challenge"),
        pytest.param("seconds.machine", "backtest", "was 'seconds.machine'", id="times are no result"),
        pytest.param("", "backtest", "was ''", id="nothing"),
    ],
)
def test_a_word_no_page_has_is_refused(word: str, mode: str, said: str) -> None:
    """With the nearest that there is, before anything runs."""
    with pytest.raises(ConfigError) as refused:
        objectives([word], mode)
    assert said in refused.value.problems[0].line()


def test_every_wrong_word_is_told_at_once() -> None:
    """And a figure that is named twice, whichever way."""
    with pytest.raises(ConfigError, match="2 problems"):
        objectives(["sharpe", "calmar"], "backtest")
    with pytest.raises(ConfigError) as twice:
        objectives(["trades", "-trades"], "backtest")
    assert [problem.message for problem in twice.value.problems] == ["expected each figure once, was '-trades' again"]

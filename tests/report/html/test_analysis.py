"""The tables of the analysis as a reader sees them."""

from __future__ import annotations

from dataclasses import replace

import pytest

from runner.model.rules import Code, State
from runner.report.html import analysis
from runner.report.html.page import regime_words
from tests.report import cases
from tests.report.html.stories import BARE, FAILED, MAIN, MANY, page, played, told


def test_holding_stands_beside_the_account() -> None:
    """Return, drawdown and Sharpe of both; where the account ended early, holding to the last bar as well."""
    made, found = analysis.holding(played(FAILED).page), played(FAILED).page["analysis"]["buy_and_hold"]
    assert made.count("buy and hold to") == 2
    assert f"{found['return']:+.2%}" in made
    assert f"{found['to_the_last_bar']['return']:+.2%}" in made
    assert analysis.holding(played(BARE).page).count("buy and hold to") == 1
    assert "no bar was walked" in analysis.holding(told(cases.nothing(), cases.stream(silent=True, count=0)).page)


def test_a_group_shows_what_was_traded() -> None:
    """Hours without a trade are left out; names are told as people say them."""
    found = told().page["analysis"]
    assert analysis.group(found["by_hour"]["UTC"]).count("<tr>") == 1 + 3
    assert ">end of data<" in analysis.group(found["by_reason"])


def test_excursions_are_told_in_money_and_r() -> None:
    """The first winner was two thirds of its risk behind."""
    trades = cases.trades()
    trades["worst"], trades["best"] = [-66.0, -102.0, 0.0], [290.0, 10.0, 60.0]
    made = analysis.excursions(told(cases.outcome(trades=trades)).page)
    assert '102.00<span class="share"> 1.02 R</span>' in made
    assert ">lost<" in made
    assert analysis.excursions(told(cases.nothing()).page).count("<tr>") == 1


def test_every_week_has_a_row_and_says_what_to_do() -> None:
    """The latest first; the actions are written out above."""
    review = played(MANY).page["analysis"]["review"]
    made = analysis.weeks(played(MANY).page)
    assert made.count('<tr><td class="w">20') == len(review["rows"])
    assert made.index(review["rows"][-1]["week"]) < made.index(review["rows"][0]["week"])
    assert "open nothing new for a day after such a streak" in made
    assert ">: pause a day</span>" in made
    assert f"{review['met_all']} of {review['traded']} weeks with a closed trade met every target" in made


def test_weeks_without_trades_targets_or_bars_are_said_in_words() -> None:
    """Never an empty table without a word."""
    assert "No week was walked" in analysis.weeks(told(cases.nothing(), cases.stream(silent=True, count=0)).page)
    idle = told(cases.nothing(cases.marks(10_000.0))).page
    assert "No trade was closed in 1 week." in analysis.weeks(idle)
    bare = {**idle["analysis"], "review": {**idle["analysis"]["review"], "targets": {}, "missed": {}}}
    assert "There are no targets." in analysis.weeks({**idle, "analysis": bare})


@pytest.mark.parametrize(
    ("target", "said"),
    [
        ({"measure": "win_rate", "at_least": 0.55}, "≥ 55%"),
        ({"measure": "losing_streak", "at_most": 3.0}, "≤ 3"),
        ({"measure": "profit_factor", "at_least": 1.5}, "≥ 1.5"),
    ],
)
def test_bounds_are_written_in_their_own_unit(target: dict[str, object], said: str) -> None:
    """Shares as percent, counts and factors as they are."""
    assert analysis.bound(target) == said


def test_the_spread_of_the_days_names_the_best_and_the_worst() -> None:
    """With their days."""
    assert "Best +290.00 on 2024-01-01, worst -102.00 on 2024-01-02." in analysis.days(told().page)
    assert "No day was walked" in analysis.days(told(cases.nothing(), cases.stream(silent=True, count=0)).page)


def test_regimes_say_how_a_market_is_judged() -> None:
    """The settings in words; an unknown market only where a trade began in it."""
    assert "over the last 30 days" in regime_words(told())
    assert "unknown" in analysis.regimes(told().page)
    assert "unknown" not in analysis.regimes(played(BARE).page)
    assert "50%" in analysis.regimes(played(MAIN).page)


def test_an_account_that_broke_a_rule_on_its_first_day_has_a_whole_page() -> None:
    """One trade, one mark, one failure."""
    broken = cases.phases(state=State.FAILED, rule=0, code=Code.DAILY_LOSS, value=9_490.0, floor=9_500.0)
    story = told(cases.outcome(phases=broken, trades=cases.trades()[1:2], equity=cases.marks(9_490.0)))
    assert story.page["analysis"]["review"]["rows"][0]["missed"] == ["drawdown"]
    for part in ("Week by week", "How far trades went", "Fewer than 20 trades were closed.", "Spread of the days"):
        assert part in page(story)


def test_trades_without_a_known_risk_are_drawn_in_money() -> None:
    """A strategy without stops has no R."""
    trades = cases.trades()
    trades["risk"] = 0.0
    story = told(cases.outcome(trades=trades))
    assert "How far trades went" in page(replace(story))

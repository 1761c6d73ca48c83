"""The report's tables."""

from __future__ import annotations

import re
from dataclasses import replace

import numpy as np

from runner.report.html import tables
from runner.report.sentences import shown
from tests.report import cases
from tests.report.html.stories import FAILED, MAIN, MANY, played, told


def test_rules_carry_the_summarys_numbers() -> None:
    """Value, limit and what was left of every measured rule; those never measured are named."""
    story = played(MAIN)
    made = tables.rules(story)
    for rule in story.page["rules"]:
        if rule["headroom"] is not None:
            assert all(f"<td>{shown(rule[name], rule['unit'])}</td>" in made for name in ("worst_value", "limit", "headroom"))
    assert "Never measured: challenge.instruments, challenge.connected, challenge.martingale." in made


def test_a_reached_limit_is_said_in_words_too() -> None:
    """Colour and hatching are never the only sign; our own ladder acts instead of ending the account."""
    made = tables.rules(played(MAIN))
    assert 'challenge.inactivity<span class="flag"> reached</span>' in made
    assert 'house.daily.halve<span class="share"> acted</span>' in made


def test_the_bar_of_a_floor_is_the_allowance_that_was_used() -> None:
    """500 may be lost; 352 were left."""
    story = told()
    assert tables.share_used(story, story.page["rules"][0]) == 1 - 352.0 / 500.0


def test_a_goal_one_moved_away_from_is_reached_to_no_part() -> None:
    """-27.71 of 1,000 is 0 %, not less."""
    made = tables.rules(played(FAILED))
    assert "-27.71" in made
    assert not re.search(r'class="share">[-−]', made)


def test_only_symbols_with_a_trade_were_traded() -> None:
    """The others have no trade to walk to."""
    assert tables.traded(played(FAILED)) == {"ETHUSDT"}


def test_trades_add_up_to_the_net_profit() -> None:
    """Row by row, as printed."""
    story = played(MAIN)
    rows = re.findall(r'<td class="(?:gain|loss)">([^<]+)</td>', tables.trades(story))
    assert len(rows) == story.page["trades"]
    assert abs(sum(float(row.replace(",", "")) for row in rows) - story.page["net_profit"]) < 0.005 * len(rows)


def test_of_very_many_trades_the_latest_are_listed() -> None:
    """And the number of all is said."""
    many = np.repeat(cases.trades(), 400)
    made = tables.trades(told(cases.outcome(trades=many)))
    assert made.count("<tr data-symbol") == tables.MOST_TRADES
    assert "of 1,200; trades.csv has every fill" in made


def test_attempts_are_listed_and_counted() -> None:
    """One row for each, and how many came out how."""
    story = played(MANY)
    made = tables.phases(story.page)
    assert made.count("<tr>") == 1 + len(story.page["phases"])
    assert "challenge failed: 6, challenge passed: 3" in made


def test_refusals_are_told_by_code_with_their_reason() -> None:
    """Code, words, count; nothing refused is said too."""
    made = tables.refusals(told().page)
    assert '<td class="w">HOUSE</td><td class="w">our own ladder blocks new entries</td><td>1</td>' in made
    assert "No plan was refused" in tables.refusals(told(cases.nothing()).page)


def test_nothing_is_said_where_nothing_is() -> None:
    """No trade, no rule."""
    empty = told(cases.nothing())
    assert "There was no trade" in tables.trades(empty)
    bare = replace(empty, page={**empty.page, "rules": []})
    assert "no rule that was measured" in tables.rules(bare)

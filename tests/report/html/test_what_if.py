"""The same run with the gate off, in a sentence."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from runner.model.bot import GateSettings
from runner.model.rules import Code, State
from runner.report.html.what_if import sentence, what_if, without_gate
from tests.report import cases
from tests.report.html.stories import BARE, GATED, played

FAILED = {"state": State.FAILED, "rule": 0, "code": Code.DAILY_LOSS, "value": 9_490.0, "floor": 9_500.0}


def test_it_says_when_and_by_what_the_account_would_have_failed() -> None:
    """Moment, rule, and both numbers."""
    said = sentence(cases.outcome(), cases.outcome(phases=cases.phases(**FAILED)))
    assert said == (
        "With the gate off this account would have failed on 2024-01-04 00:00 UTC: DAILY_LOSS (challenge.daily), "
        "9,490.00 against a limit of 9,500.00."
    )


@pytest.mark.parametrize(
    ("own", "part"),
    [(FAILED, "would have failed too, on 2024-01-04"), (FAILED | {"ended": 1_704_200_000_000}, "(with the gate: 2024-01-02 12:53 UTC)")],
    ids=["at the same instant", "at another one"],
)
def test_a_run_that_failed_itself_is_held_beside_it(own: dict[str, float], part: str) -> None:
    """The same failure is 'too'; another one is named."""
    assert part in sentence(cases.outcome(phases=cases.phases(**own)), cases.outcome(phases=cases.phases(**FAILED)))


def test_where_nothing_fails_the_results_are_compared() -> None:
    """Both nets, in the account's currency."""
    other = cases.outcome(fills=cases.fills()[:0], trades=cases.trades()[:0])
    assert (
        sentence(cases.outcome(), other) == "With the gate off this account would not have failed either: net 0.00 instead of 233.50 USDT."
    )


def test_an_account_without_rules_has_no_such_line() -> None:
    """Nothing could have failed."""
    story = played(BARE)
    assert what_if(story.bot, story.outcome, story.streams) == ""


def test_a_run_without_a_gate_is_not_run_again() -> None:
    """It is its own what-if."""
    story = played("the main job, failed")
    off = replace(story.bot, account=replace(story.bot.account, gate=GateSettings(enabled=False)))
    assert what_if(off, story.outcome, story.streams) == ""


def test_the_run_itself_is_not_touched() -> None:
    """The second machine reads the same streams and leaves the first one's records alone."""
    story = played("the main job, failed")
    before = story.outcome.fills.tobytes(), [stream.plans.tobytes() for stream in story.streams]
    assert what_if(story.bot, story.outcome, story.streams).startswith("With the gate off")
    assert (story.outcome.fills.tobytes(), [stream.plans.tobytes() for stream in story.streams]) == before
    assert np.isfinite(story.outcome.balance)


def test_without_the_gate_every_plan_has_the_size_its_strategy_asked_for() -> None:
    """With it the first plans of the same run are cut down or refused by a floor or a cap; without it none is, until the account fails."""
    story = played(GATED)
    free = without_gate(story.bot, story.streams)
    bound = [Code.DAILY_LOSS, Code.MAX_LOSS, Code.RISK_PER_TRADE]
    assert np.isin(story.outcome.decisions["code"], bound).any()
    assert not np.isin(free.decisions["code"], bound).any()
    assert int(free.phases["state"][0]) == State.FAILED
    assert len(free.phases) == 1

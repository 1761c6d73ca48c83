"""Payouts in the reports: listed, and no loss to any figure."""

from __future__ import annotations

import math

import numpy as np

from runner.model.duration import DAY_MS
from runner.model.records import Outcome
from runner.model.rules import Code, RuleRow, Severity
from runner.report.daily import drawdown, paid_before, returns
from runner.report.sentences import passed
from runner.report.terminal import paid
from runner.report.verdict import payouts, phases
from tests.machine.build import counter
from tests.machine.days import week


def funded(*, count: int = 0) -> Outcome:
    """320 and 100 paid out after two days, 62 after four, 18 after six."""
    rule: RuleRow = counter(
        Code.PAYOUT,
        severity=Severity.ADJUST,
        duration_ms=2 * DAY_MS,
        grace_ms=2 * DAY_MS,
        amount=0.0,
        limit_2=0.0,
        value=1.0,
        count=count,
        steps=(math.nan,) * 12,
    )
    return week(rule)


def test_each_payout_is_listed() -> None:
    """When, of which phase, the how manieth, how much; the phase knows their number and sum."""
    listed = payouts(funded())
    assert [(each["time"], each["number"], each["amount"]) for each in listed] == [
        ("2024-01-03T00:00:00Z", 1, 420.0),
        ("2024-01-05T00:00:00Z", 2, 62.0),
        ("2024-01-07T00:00:00Z", 3, 18.0),
    ]
    assert [(phase["payouts"], phase["paid"]) for phase in phases(funded())] == [(3, 500.0)]


def test_payouts_are_said_in_short() -> None:
    """Their number, their sum and when they were."""
    assert paid(payouts(funded()), "USDT").splitlines() == [
        "3 payouts, 500.00 USDT in all",
        "2024-01-03 00:00  0 1  420.00",
        "2024-01-05 00:00  0 2  62.00",
        "2024-01-07 00:00  0 3  18.00",
    ]


def test_the_last_payout_passes_the_phase_in_words() -> None:
    """Where the number of payouts is limited."""
    assert passed(phases(funded(count=2))[0]) == "payout 2 was the last; 482.00 were paid out"


def test_a_payout_is_neither_a_negative_return_nor_a_drawdown() -> None:
    """Daily results of 320, 100, 40, 22, 18 and nothing, whatever leaves the account; the equity itself falls."""
    outcome = funded()
    assert np.isclose(paid_before(outcome)[-1], 500)
    grown = 5_000 * np.cumprod(1 + returns(outcome, 365))
    assert np.allclose(grown, [5_320, 5_420, 5_460, 5_482, 5_500, 5_500, 5_500])
    assert drawdown(outcome)[0] == drawdown(week())[0]
    assert outcome.equity["close"].max() - outcome.equity["close"][-1] == 420

"""The overall floor as a row, and what it refuses."""

from __future__ import annotations

from typing import Any

import pytest

from blocks.rule.max_loss import MaxLoss
from runner.model.rules import AmountOf, Anchor, Code, Compare, Measure, OnPayout, Sampling
from tests.rulebooks import UTC, facts, refusal, rows


@pytest.mark.parametrize(
    ("trail", "anchor"),
    [
        ("static", Anchor.INITIAL),
        ("eod_balance", Anchor.EOD_BALANCE_HIGH),
        ("eod_equity", Anchor.EOD_EQUITY_HIGH),
        ("closed_balance", Anchor.CLOSED_BALANCE_HIGH),
        ("equity", Anchor.EQUITY_HIGH),
    ],
)
def test_trails_have_their_anchor(trail: Any, anchor: Anchor) -> None:
    """The word in YAML is the peak the floor follows."""
    assert MaxLoss(amount_fraction=0.1, trail=trail, reset=UTC).rows(facts())[0].anchor == anchor


def test_stands_still_by_default() -> None:
    """Ten percent below the initial balance, touching it breaches."""
    assert rows(MaxLoss(amount_fraction=0.1)) == [{"code": Code.MAX_LOSS, "amount_fraction": 0.1}]


@pytest.mark.parametrize(
    ("lock", "level"), [({"lock_fraction": 1.0}, 10_000.0), ({"lock_amount": 0.0}, 10_000.0), ({"lock_amount": 100.0}, 10_100.0)]
)
def test_lock_is_money(lock: dict[str, Any], level: float) -> None:
    """A lock is written as a share of the initial balance or as money above it."""
    assert MaxLoss(amount=2_000, trail="equity", **lock).rows(facts())[0].lock == level


def test_every_other_choice_reaches_the_row() -> None:
    """A share of the peak, judged on the balance, only below the floor."""
    rule = MaxLoss(amount_fraction=0.06, trail="equity", amount_of="anchor", measure="balance", compare="lt")
    expected = {
        "code": Code.MAX_LOSS,
        "anchor": Anchor.EQUITY_HIGH,
        "amount_fraction": 0.06,
        "amount_of": AmountOf.ANCHOR,
        "measure": Measure.BALANCE,
        "compare": Compare.LT,
    }
    assert rows(rule) == [expected]


def test_what_payouts_and_profit_do_reaches_the_row() -> None:
    """From ten percent profit on the floor stands at the initial balance; a payout lowers the peak; compared once a day."""
    rule = MaxLoss(amount_fraction=0.1, lock_trigger_fraction=0.1, on_payout="reduce_peak", sampling="at_reset", reset=UTC)
    expected = {"on_payout": OnPayout.REDUCE_PEAK, "sampling": Sampling.AT_RESET, "lock_trigger": 0.1}
    assert rows(rule) == [{"code": Code.MAX_LOSS, "amount_fraction": 0.1, **expected}]


@pytest.mark.parametrize(
    ("parameters", "message"),
    [
        pytest.param({"amount": 1.0, "sampling": "at_reset"}, "sampling at_reset needs a reset", id="compared at a reset there is not"),
        pytest.param({"amount_fraction": 0.1, "amount": 1.0}, "exactly one of", id="two amounts"),
        pytest.param({}, "exactly one of", id="no amount"),
        pytest.param({"amount": -5}, "greater than 0", id="a negative amount"),
        pytest.param(
            {"amount": 5, "trail": "eod_balance"}, "needs a reset such as {at: '00:00', zone: UTC}", id="an end-of-day trail without a day"
        ),
        pytest.param({"amount": 5, "lock_fraction": 1.0, "lock_amount": 0.0}, "at most one of", id="two locks"),
        pytest.param({"amount": 5, "trail": "trailing"}, "'closed_balance'", id="unknown trail"),
    ],
)
def test_refuses(parameters: dict[str, Any], message: str) -> None:
    """What cannot be meant is refused with a sentence that says what to write."""
    assert message in refusal(MaxLoss, **parameters)

"""Laws of conservation: money and quantity neither appear nor vanish."""

from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from runner.model.records import Reason
from runner.model.rules import Code
from tests.machine.chance import random_machine

EXAMPLES = 80
SEEDS = st.integers(0, 2**32 - 1)


@settings(max_examples=EXAMPLES)
@given(seed=SEEDS)
def test_profits_less_fees_and_funding_are_the_change_of_the_balance(seed: int) -> None:
    """Between two fills of one attempt only funding and payouts move the balance besides."""
    machine = random_machine(seed)
    machine.world.funding_rate[:] = 0.0
    machine.world.settings["restart"] = 0
    outcome = machine.run()
    payouts = outcome.events[outcome.events["code"] == Code.PAYOUT]
    for phase in range(len(outcome.phases)):
        of = outcome.fills[outcome.fills["phase"] == phase]
        if len(of):
            begun = outcome.phases["started"][outcome.phases["phase"] == phase][0]
            paid = payouts[(payouts["time"] > begun) & (payouts["time"] <= of["time"][-1])]["value"].sum()
            assert np.isclose(of["balance"][-1] - 10_000 + paid, of["profit"].sum() - of["fee"].sum(), atol=1e-5)


@settings(max_examples=EXAMPLES)
@given(seed=SEEDS)
def test_what_was_opened_is_closed_or_still_open(seed: int) -> None:
    """Per position: bought and sold quantities differ by what is left."""
    outcome = random_machine(seed).run()
    signed = outcome.fills["side"] * outcome.fills["quantity"]
    for number in np.unique(outcome.fills["position"]):
        of = outcome.fills["position"] == number
        assert np.isclose(abs(signed[of].sum()), outcome.fills["open_quantity"][of][-1], atol=1e-9)
    assert set(outcome.trades["position"]) == set(outcome.fills["position"][outcome.fills["open_quantity"] == 0])


@settings(max_examples=EXAMPLES)
@given(seed=SEEDS)
def test_equity_is_the_balance_when_flat(seed: int) -> None:
    """And never outside the instant's own range."""
    rows = random_machine(seed).run().equity
    flat = rows["open_positions"] == 0
    assert np.allclose(rows["close"][flat], rows["balance"][flat], atol=1e-7)
    assert (rows["low"] <= rows["close"] + 1e-6).all()
    assert (rows["high"] >= rows["close"] - 1e-6).all()


@settings(max_examples=EXAMPLES)
@given(seed=SEEDS)
def test_a_trade_is_the_sum_of_its_fills(seed: int) -> None:
    """Profit net of fees and funding; only whole positions end as a trade."""
    outcome = random_machine(seed).run()
    for trade in outcome.trades:
        of = outcome.fills[outcome.fills["position"] == trade["position"]]
        assert np.isclose(trade["profit"], of["profit"].sum() - of["fee"].sum() - trade["funding"], atol=1e-5)
        assert Reason(int(of["reason"][0])) == Reason.ENTRY

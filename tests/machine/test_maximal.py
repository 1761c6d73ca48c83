"""The gate approves no less than it could: one quantity step more breaches on a path the promise admits."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from runner.machine import Machine
from runner.model.bars import Bars
from runner.model.bot import Costs
from runner.model.market import Market
from runner.model.plan import SizingMethod, empty_plans
from runner.model.records import Answer
from runner.model.rules import Anchor, Code, State
from runner.model.signal import Signals
from runner.model.stream import Stream
from tests.machine.adversary import HOUR_MS, INITIAL, START_MS, book, instrument

MARGIN = 0.05 * 0.05 * INITIAL  # of the daily rule: a twentieth of its 5 %
PRICE, RISK = 100.0, 2.0
CASES = [
    (anchor, side)
    for anchor in (Anchor.DAY_PEAK_EQUITY, Anchor.DAY_START_EQUITY, Anchor.DAY_START_BALANCE, Anchor.INITIAL)
    for side in (1, -1)
]


def stream(side: int, prices: list[float]) -> Stream:
    """One oversized plan at the first close, then the given opens; each bar travels straight to the next open or stays."""
    spec = replace(instrument("BTCUSDT", PRICE), tick=1e-7, quantity_step=0.01, max_leverage=100.0)
    opens, closes = np.array(prices[0::2]), np.array(prices[1::2])
    times = START_MS + HOUR_MS * np.arange(len(opens), dtype=np.int64)
    high, low = np.maximum(opens, closes), np.minimum(opens, closes)
    bars = Bars(symbol="BTCUSDT", timeframe_ms=HOUR_MS, open_time=times, open=opens, high=high, low=low, close=closes, volume=opens)
    plans = empty_plans(1)
    plans["time"], plans["side"], plans["stop"] = bars.close_time[0], side, PRICE - side * RISK
    plans["sizing_method"], plans["sizing_value"], plans["reference_price"] = SizingMethod.RISK_OF_INITIAL, 0.5, PRICE
    nothing = Signals(direction=np.zeros(len(bars), np.int8), strength=np.zeros(len(bars)))
    market = Market(bars=bars, instrument=spec)
    return Stream(strategy="x", market=market, execution=bars, plans=plans, columns=[], signals=nothing, passed=np.ones(len(bars), bool))


def machine(anchor: Anchor, side: int) -> Machine:
    """An account that has just been given as much as the gate allows; three more bars are to come."""
    costs = Costs(leverage=100.0, isolated_margin=False, funding=False)
    built = Machine(streams=[stream(side, [PRICE] * 12)], book=book(anchor, Anchor.INITIAL, extra=False), costs=costs)
    built.step()
    built.step()
    assert built.world.decisions[0]["answer"] == Answer.APPROVED
    assert built.world.decisions[0]["code"] == Code.DAILY_LOSS
    return built


def enlarge_by_hand(built: Machine, steps: int) -> None:
    """Give the position `steps` quantity steps more than approved, with budgets and entry fee to match."""
    world, p = built.world, built.world.positions[0]
    more = steps * world.instruments[0]["step"]
    share = (p["quantity"] + more) / p["quantity"]
    fee = more * p["entry_price"] * world.instruments[0]["taker"]
    for name in ("quantity", "initial_quantity", "largest_quantity", "loss_cap", "give_back", "notional", "margin"):
        p[name] *= share
    p["realised"] -= fee
    p["best"] -= fee
    world.ledger[0]["balance"] -= fee


def write_bar(built: Machine, i: int, start: float, end: float) -> None:
    """Bar `i` goes straight from `start` to `end`."""
    world = built.world
    world.open[i], world.high[i], world.low[i], world.close[i] = start, max(start, end), min(start, end), end


def worst_admissible(built: Machine, anchor: Anchor, side: int) -> None:
    """Run up first where the floor follows open profit, come back to just before the stop, then jump by the whole margin."""
    p, tick = built.world.positions[0], 1e-7
    rises = anchor == Anchor.DAY_PEAK_EQUITY
    top = PRICE * (1 + side * 0.2) if rises else PRICE
    write_bar(built, 1, PRICE, top)
    write_bar(built, 2, top, top)
    built.step()
    near = p["effective_stop"] + side * 2 * tick
    jump = MARGIN / (p["quantity"] * (1 - side * built.world.instruments[0]["taker"]))  # the exit fee changes with the price
    write_bar(built, 2, top, near)
    for i in (3, 4, 5):
        write_bar(built, i, near - side * jump, near - side * jump)
    while built.step():
        pass


@pytest.mark.parametrize(("anchor", "side"), CASES, ids=[f"{a.name.lower()} {'long' if s > 0 else 'short'}" for a, s in CASES])
def test_one_step_more_than_approved_breaches(anchor: Anchor, side: int) -> None:
    """What was approved survives the worst path the promise admits; one step more does not."""
    verdicts = []
    for steps in (0, 1):
        built = machine(anchor, side)
        enlarge_by_hand(built, steps)
        worst_admissible(built, anchor, side)
        verdicts.append(built.outcome().phases[0]["state"] == State.FAILED)
    assert verdicts == [False, True]

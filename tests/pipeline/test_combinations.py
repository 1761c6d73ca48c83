"""Any exits together, with any sizing: drawn combinations live through real bars, cheap ones and markets that stand still."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import replace
from functools import cache
from typing import Any

import numpy as np
import pytest

from runner.audit import probe
from runner.check.probe import PARTS
from runner.model.block import Entry, Exit, Sizing
from runner.model.bot import Costs, Strategy
from runner.model.market import Market
from runner.model.plan import EntryKind, WhenOpen
from runner.model.records import Reason
from runner.model.rules import Code
from runner.model.signal import Signals
from runner.pipeline import compile_symbol
from tests.contracts.discovery import built, cases, real, still
from tests.machine.build import book, floor, run

COSTS = Costs(slippage_bps=2.0, leverage=None, isolated_margin=False)
OWN = {"STOP", "TARGET", "TRAIL", "BREAK_EVEN", "TIME_STOP", "EXIT_COLUMN", "INVALIDATION", "ADVERSE_CLOSE", "ADVERSE"}
DRAWN = 40


class Drawn(Entry):
    """Speaks at random, by market, limit or stop order, with the levels of a zone."""

    seed: int

    def signals(self, market: Market) -> Signals:
        """About one bar in twelve."""
        chance, bars = np.random.default_rng(self.seed), market.bars
        count = len(bars)
        direction = chance.choice(np.array([0] * 22 + [1, -1], np.int8), count)
        kind = chance.choice([int(each) for each in EntryKind], count)
        better = direction * np.where(kind == EntryKind.LIMIT, -1.0, 1.0)
        wait = np.where(kind == EntryKind.MARKET, np.nan, bars.close + better * 0.25 * (bars.high - bars.low))
        levels = {"zone_lower": bars.low, "zone_upper": bars.high, "gap": bars.high - bars.low}
        plan = {"entry_kind": kind, "entry_price": wait, "expires_ms": 6 * bars.timeframe_ms, "when_open": self.seed % len(WhenOpen)}
        return Signals(direction=direction, strength=np.ones(count), levels=levels, plan=plan)


@cache
def known() -> list[tuple[str, Exit, frozenset[str]]]:
    """Every exit as its YAML has it and in its variants, with the parts of a plan that nobody beside it may write."""
    found: list[tuple[str, Exit, frozenset[str]]] = []
    for name, changed in cases("exit"):
        block, draft, bare = built("exit", name, **changed), probe(real(), 1), probe(real(), 1)
        assert isinstance(block, Exit)
        block.complete(draft)
        kept = draft.plans["side"] != 0
        written = {
            part
            for part, fields in PARTS.items()
            if any(not np.array_equal(draft.plans[f][kept], bare.plans[f][kept], equal_nan=bare.plans[f].dtype.kind == "f") for f in fields)
        }
        found.append((f"{name}_{len(found)}", block, frozenset(written)))
    return found


def drawn(seed: int) -> dict[str, Exit]:
    """Some exits that may stand together; a stop is always among them."""
    chance = random.Random(seed)
    taken: set[str] = set()
    exits: dict[str, Exit] = {}
    stops = [each for each in known() if each[1].part == "stop"]
    for name, block, written in [chance.choice(stops), *chance.sample(known(), chance.randint(0, len(known())))]:
        if not written & taken:
            exits[name] = block
            taken |= written
    return exits


def sizing(seed: int) -> Sizing:
    """One of the sizings, in turn."""
    name, changed = cases("sizing")[seed % len(cases("sizing"))]
    block = built("sizing", name, **changed)
    assert isinstance(block, Sizing)
    return block


def cheap(market: Market) -> Market:
    """The same moves at prices of about 1e-5, in ticks of 1e-9."""
    factor = 1e-5 / float(market.bars.close[0])
    prices = {name: np.round(getattr(market.bars, name) * factor, 9) for name in ("open", "high", "low", "close")}
    coarse = replace(market.instrument, tick=1e-9, quantity_step=1.0, min_quantity=1.0, min_notional=5.0)
    return replace(market, bars=replace(market.bars, **prices), instrument=coarse, others={})


def crash(market: Market) -> Market:
    """The same bars, but for a night in which the price falls to a twentieth, and one in which it is ten times as high again."""
    row, third, half = np.arange(len(market.bars)), len(market.bars) // 3, len(market.bars) // 2
    factor = np.where(row < third, 1.0, np.where(row < half, 0.05, 0.5))
    tick = market.instrument.tick
    prices = {name: np.round(getattr(market.bars, name) * factor / tick) * tick for name in ("open", "high", "low", "close")}
    return replace(market, bars=replace(market.bars, **prices), others={})


def young(market: Market) -> Market:
    """Its first three bars."""
    return replace(market, bars=market.bars.rows(slice(0, 3)), others={})


MARKETS: dict[str, Callable[[], Market]] = {
    "real": real,
    "cheap": lambda: cheap(real()),
    "still": lambda: still(30_000.0),
    "crash": lambda: crash(real()),
    "young": lambda: young(real()),
}


def lived(market: Market, seed: int) -> tuple[Any, Any]:
    """(stream, outcome) of a drawn strategy on a market, under an overall loss of a tenth."""
    entry, exits, size = Drawn(seed=seed), drawn(seed), sizing(seed)
    strategy = Strategy(
        name="drawn", symbols=(market.symbol,), timeframe="4h", detail_timeframe=None, entry=entry, exits=exits, sizing=size
    )
    stream = compile_symbol(strategy, market, market.bars, None)
    return stream, run(stream, rules=book(floor(Code.MAX_LOSS, limit=0.1)), costs=COSTS)


@pytest.mark.parametrize("seed", range(DRAWN))
@pytest.mark.parametrize("name", MARKETS)
def test_any_exits_live_together(name: str, seed: int) -> None:
    """Plans are sound, every fill has a price, and a position leaves by nothing its plan has not asked for, rules aside."""
    market = MARKETS[name]()
    stream, outcome = lived(market, seed)
    plans = stream.plans
    entry = np.where(np.isnan(plans["entry_price"]), plans["reference_price"], plans["entry_price"])
    assert (plans["side"] * (entry - plans["stop"]) > 0).all()
    assert (plans["stop"] > 0).all()
    assert all(np.isfinite(column[~np.isnan(column)]).all() for column in stream.columns)
    fills = outcome.fills
    assert (fills["price"] > 0).all()
    assert (fills["quantity"] > 0).all()
    steps = fills["quantity"] / market.instrument.quantity_step
    np.testing.assert_allclose(steps, np.rint(steps), rtol=0, atol=1e-4)
    ticks = fills["price"] / market.instrument.tick
    np.testing.assert_allclose(ticks, np.rint(ticks), rtol=0, atol=1e-4)
    reasons = {Reason(int(reason)).name for reason in fills["reason"]}
    assert reasons <= OWN | {"ENTRY", "ADD", "REVERSE", "REPLACE", "DEFENCE", "END_OF_DATA", "PHASE_END"}


def test_every_exit_is_drawn_and_acts() -> None:
    """Over the drawn combinations each block takes part, and positions leave in each of the ways."""
    assert {name for seed in range(DRAWN) for name in drawn(seed)} == {name for name, _, _ in known()}
    reasons = {Reason(int(each)).name for seed in range(DRAWN) for each in lived(real(), seed)[1].fills["reason"]}
    assert reasons >= OWN | {"ENTRY", "ADD", "REVERSE"}

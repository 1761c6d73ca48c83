"""Real exits on bars written by hand: one unit bought at the open of the second bar, and what became of it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from pydantic import Field

from blocks.exit.column_exit import ColumnExit
from blocks.exit.ladder import Ladder, Target
from blocks.exit.percent_stop import PercentStop
from blocks.indicator.sma import Sma
from blocks.sizing.fixed_quantity import FixedQuantity
from blocks.sizing.pyramid import Pyramid
from runner.model.block import Entry, Exit, Sizing
from runner.model.bot import Strategy
from runner.model.market import Market
from runner.model.signal import Signals
from runner.pipeline import compile_symbol
from tests.machine.build import HOUR, Row, bars, fills, flat, run, spec

ONE = FixedQuantity(quantity=1.0)
STOP = PercentStop(fraction=0.05)  # at 95
Fill = tuple[str, float, float]


class Told(Entry):
    """Speaks as told, with a zone whose upper edge is 99 and plan fields if given."""

    directions: list[int]
    plan: dict[str, Any] = Field(default_factory=dict)

    def signals(self, market: Market) -> Signals:
        """The given directions, one per bar, none after them."""
        count = len(market.bars)
        direction = np.array((self.directions + [0] * count)[:count], np.int8)
        levels = {"zone_lower": np.full(count, 98.0), "zone_upper": np.full(count, 99.0)}
        return Signals(direction=direction, strength=np.ones(count), levels=levels, plan=self.plan)


def outcome(
    rows: Sequence[Row], exits: dict[str, Exit], entry: Entry | None = None, sizing: Sizing = ONE, detail: Sequence[Row] = ()
) -> Any:
    """A run of hourly bars whose first one gives a long signal, so that it is bought at the open of the second."""
    told, market = entry or Told(directions=[1]), Market(bars=bars(rows), instrument=spec())
    strategy = Strategy(
        name="tried", symbols=("AAA",), timeframe="1h", detail_timeframe="30m" if detail else None, entry=told, exits=exits, sizing=sizing
    )
    execution = bars(detail, timeframe_ms=HOUR // 2) if detail else market.bars
    return run(compile_symbol(strategy, market, execution, None))


def after(rows: Sequence[Row], exits: dict[str, Exit], **more: Any) -> list[Fill]:
    """Fills after the entry of one unit at 100."""
    found = fills(outcome([*flat(1), *rows], exits, **more))
    assert found[0] == ("ENTRY", 1, 100)
    return found[1:]


def target(at: float, fraction: float = 1.0) -> Ladder:
    """One target at a share of the price."""
    return Ladder(targets={"tp": Target(at=at, fraction=fraction)}, unit="fraction")


def at_close(above: float) -> ColumnExit:
    """Leaves at the close of a bar that closes above a price."""
    return ColumnExit(indicator=Sma(length=1), long_above=above, when="beyond")


def adds(at: float) -> Pyramid:
    """Half a unit more at a share of the price in profit."""
    return Pyramid(of=ONE, steps=1, every=at, unit="fraction", fraction=0.5)

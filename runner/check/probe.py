"""One plan drawn on invented bars: what a strategy's exits and sizing fill in, asked of the blocks themselves.

No Python knows blocks by name, so the check looks at the Plan they leave. A block that cannot work on invented bars
makes the sketch impossible; the check then says which one and why.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from runner.model.bars import Bars
from runner.model.block import Block, Exit, Sizing
from runner.model.draft import NO_LEVEL, Draft
from runner.model.duration import milliseconds
from runner.model.errors import ConfigError, Problem
from runner.model.exits import ordered
from runner.model.instrument import Instrument
from runner.model.market import Market
from runner.model.plan import SizingMethod, TrailStart, empty_plans
from runner.model.settings import StrategySection

BARS = 400
PARTS: Mapping[str, tuple[str, ...]] = {  # what only one exit may write; stops and exit columns are joined
    "set of targets": ("target_price", "target_fraction", "target_count"),
    "trail": ("trail_distance", "trail_column", "trail_start", "trail_start_value", "trail_update", "tier_profit", "tier_distance"),
    "break-even": ("break_even_after", "break_even_offset"),
    "time stop": ("time_stop_ms", "time_stop_needs_no_target"),
    "invalidation": ("invalidation",),
    "set of parts at a loss": ("adverse_price", "adverse_fraction", "adverse_count"),
    "set of adverse closes": ("adverse_close_count", "adverse_close_after", "adverse_close_fraction"),
}
BY_RISK = (SizingMethod.RISK_OF_INITIAL, SizingMethod.RISK_OF_EQUITY, SizingMethod.RISK_OF_BALANCE, SizingMethod.KELLY)


@dataclass(frozen=True, kw_only=True)
class Sketch:
    """What a plan of this strategy says. `*_after`: the target waited for, 0 = none; `*_exit`: the exit's name.

    need_stop: places of the blocks that give the plan up for want of a stop.
    """

    has_stop: bool
    targets: int
    targets_need_stop: bool
    targets_exit: str
    trail_after: int
    trail_exit: str
    break_even_after: int
    break_even_exit: str
    sized_by_risk: bool
    need_stop: tuple[str, ...] = ()


class UnsketchableError(Exception):
    """A block failed on invented bars; says the block's place in the strategy, its name and why."""

    def __init__(self, path: str, block: Block, why: Exception) -> None:
        self.path = path
        self.message = f"{type(block).__name__} fails on invented bars ({type(why).__name__}: {' '.join(str(why).split())[:120]})"
        super().__init__(f"{path}: {self.message}")


def sketch(strategy: StrategySection) -> Sketch:
    """The plan as this strategy's exits and sizing leave it. UnsketchableError when a block cannot work on invented bars.

    ConfigError when an exit asks for what its entry does not give or writes what another has written; its problem's path is its name.
    """
    by: dict[str, str] = {}
    need_stop: list[str] = []
    with _trying("entry", strategy.entry):
        draft = _draft(strategy)
    for name, block in ordered(strategy.exit).items():
        before = draft.plans.copy()
        with _trying(f"exit.{name}", block):
            _completed(block, name, draft)
            need_stop += [f"exit.{name}"] if _needs_stop(block, draft, before) else []
        by |= _written(before, draft.plans, name, by)
        if strategy.entry.quotes and before.tobytes() != draft.plans.tobytes():
            message = "the entry's quotes end in a range of their own and take no exits; choose no_exit"
            raise ConfigError("an exit that nothing would heed", [Problem(path=name, message=message)])
    before = draft.plans.copy()
    with _trying("sizing", strategy.sizing):
        strategy.sizing.complete(draft)
        need_stop += ["sizing"] if _needs_stop(strategy.sizing, draft, before) else []
    drawn = _read(draft.plans, by)
    given = any(block.part == "stop" for block in strategy.exit.values())  # it may need more bars than were invented
    return replace(drawn, has_stop=drawn.has_stop or given or strategy.entry.quotes, need_stop=tuple(need_stop))


@contextmanager
def _trying(path: str, block: Block) -> Iterator[None]:
    """Names the block that fails; a block may need more than invented bars, so that is no problem yet."""
    try:
        yield
    except ConfigError:
        raise
    except Exception as error:
        raise UnsketchableError(path, block, error) from error


def _completed(block: Exit, name: str, draft: Draft) -> None:
    try:
        block.complete(draft)
    except ConfigError as error:
        asked = error.problems[0]
        of = "its entry" if error.title == NO_LEVEL else "an indicator"
        raise ConfigError(error.title, [Problem(path=name, message=f"asks {of} for {asked.path!r}; {asked.message}")]) from None


def _needs_stop(block: Exit | Sizing, draft: Draft, before: NDArray[np.void]) -> bool:
    """Whether the block gave up a plan that has no stop and would keep it with one; both are as if it had not been given up before."""
    if not np.isnan(before["stop"]).all() or (draft.plans["side"] != 0).all():
        return False
    trial = replace(draft, plans=before.copy(), columns=list(draft.columns), given_up=[])
    trial.plans["side"] = 1
    block.complete(trial)
    bare = bool((trial.plans["side"] == 0).any())
    trial.plans[:] = before
    trial.plans["side"], trial.plans["stop"] = 1, 0.98 * trial.entry
    block.complete(trial)
    return bare and bool((trial.plans["side"] != 0).all())


def _written(before: NDArray[np.void], after: NDArray[np.void], name: str, by: Mapping[str, str]) -> dict[str, str]:
    """What the exit `name` has written, one part of the plan at a time; ConfigError where an exit before it has written the same."""
    written = {what: name for what, fields in PARTS.items() if any(_changed(before, after, field) for field in fields)}
    twice = next((what for what in written if what in by), None)
    if twice is not None:
        message = f"a plan has one {twice}, and exit.{by[twice]} gives it one already; choose one of the two, or no_exit for the other"
        raise ConfigError("two exits contradict each other", [Problem(path=name, message=message)])
    return written


def _changed(before: NDArray[np.void], after: NDArray[np.void], field: str) -> bool:
    return before[field].tobytes() != after[field].tobytes()


def _read(plans: NDArray[np.void], by: Mapping[str, str]) -> Sketch:
    plan = plans[0]
    count = int(plan["target_count"])
    waits = int(plan["trail_start"]) == TrailStart.AFTER_TARGET
    return Sketch(
        has_stop=not np.isnan(plan["stop"]),
        targets=count,
        targets_need_stop=bool(np.isnan(plan["target_price"][:count]).any()),
        targets_exit=by.get("set of targets", "targets"),
        trail_after=int(plan["trail_start_value"]) if waits and not np.isnan(plan["trail_start_value"]) else 0,
        trail_exit=by.get("trail", "trail"),
        break_even_after=int(plan["break_even_after"]),
        break_even_exit=by.get("break-even", "break_even"),
        sized_by_risk=int(plan["sizing_method"]) in BY_RISK,
    )


def _draft(strategy: StrategySection) -> Draft:
    """One long plan at the last of some invented bars."""
    bars = _bars(milliseconds(strategy.timeframe))
    market = Market(bars=bars, instrument=INSTRUMENT)
    signals = strategy.entry.signals(market)
    levels = {name: bars.close[-1:] * (0.98 if "lower" in name else 0.99) for name in signals.levels}
    plans = empty_plans(1)
    plans["side"], plans["reference_price"], plans["time"], plans["signal_index"] = 1, bars.close[-1], bars.close_time[-1], BARS - 1
    return Draft(market=market, plans=plans, rows=np.array([BARS - 1]), direction=signals.direction, levels=levels)


@lru_cache(maxsize=8)
def _bars(timeframe_ms: int) -> Bars:
    """The same ones for every job of a sweep, so that a column is drawn once."""
    step = np.arange(BARS)
    close = 100 + np.sin(step / 7) * 3 + step * 0.01
    opened = np.r_[100.0, close[:-1]]
    high, low = np.maximum(opened, close) + 0.4, np.minimum(opened, close) - 0.4
    return Bars(
        symbol="INVENTED",
        timeframe_ms=timeframe_ms,
        open_time=step.astype(np.int64) * timeframe_ms,
        open=opened,
        high=high,
        low=low,
        close=close,
        volume=1000 + 100 * np.cos(step / 5),
    )


INSTRUMENT = Instrument(
    symbol="INVENTED",
    quote="USDT",
    tick=0.01,
    quantity_step=0.001,
    min_quantity=0.001,
    max_quantity=1e9,
    min_notional=0.0,
    contract_size=1.0,
    taker_fee_bps=5.0,
    maker_fee_bps=2.0,
    maintenance_margin_fraction=0.005,
    max_leverage=100.0,
    funding_interval_ms=0,
)

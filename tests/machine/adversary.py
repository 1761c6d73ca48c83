"""A market that knows the account's stops and moves against it, within what the gate's promise admits.

Prices move without jumps inside a bar and from close to open, except for jumps whose loss through all open stops together
stays within the margin; a new jump is allowed only after the account was flat.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

from runner.machine import Machine
from runner.model.bars import Bars
from runner.model.bot import Costs, GateSettings
from runner.model.instrument import Instrument
from runner.model.market import Market
from runner.model.plan import EntryKind, SizingMethod, TrailStart, WhenOpen, empty_plans
from runner.model.rules import NO_STEPS, AmountOf, Anchor, Code, Family, Measure, PhaseFacts, Reset, RuleBook, RuleRow
from runner.model.signal import Signals
from runner.model.stream import Funding, Stream

HOUR_MS = 3_600_000
DAY_MS = 24 * HOUR_MS
START_MS = 1_704_067_200_000  # 2024-01-01 00:00 UTC
INITIAL = 10_000.0
BARS = 120
RATE = 0.0001
DAILY = (
    Anchor.DAY_PEAK_EQUITY,
    Anchor.DAY_START_EQUITY,
    Anchor.DAY_START_BALANCE,
    Anchor.MAX_DAY_START,
    Anchor.DAY_PEAK_BALANCE,
    Anchor.INITIAL,
)
OVERALL = (Anchor.INITIAL, Anchor.EOD_BALANCE_HIGH, Anchor.CLOSED_BALANCE_HIGH, Anchor.EQUITY_HIGH, Anchor.EOD_EQUITY_HIGH)
COVERED = {
    Code.DAILY_LOSS,
    Code.MAX_LOSS,
    Code.RISK_PER_TRADE,
    Code.SYMBOL_DAILY_LOSS,
    Code.NOTIONAL,
    Code.MARGIN,
    Code.OPEN_POSITIONS,
    Code.ORDERS_PER_DAY,
    Code.LIQUIDATION,
    Code.LEVERAGE_CAP,
    Code.POSITION_NOTIONAL,
    Code.CONTRACTS,
    Code.MIN_INTERVAL,
}


def book(
    daily: Anchor,
    overall: Anchor,
    *,
    margin: float = 0.05,
    extra: bool = True,
    measures: tuple[Measure, Measure] = (Measure.EQUITY,) * 2,
    contracts: float = math.inf,
    pace: int | None = None,
    **changes: Any,
) -> RuleBook:
    """A firm's book: 5 % a day under `daily`, 10 % overall under `overall`, what each measures, and the caps on size when `extra`.

    contracts: open quantity allowed, half as much again from a profit of 100. pace: eight hours between entries (1: of each symbol).
    `changes` are further fields of both floors; with `on_payout` profit is paid out every day.
    """
    rows = [
        RuleRow(
            key="daily",
            family=Family.FLOOR,
            code=Code.DAILY_LOSS,
            anchor=daily,
            amount_fraction=0.05,
            margin=margin,
            **changes,
        ),
        RuleRow(key="overall", family=Family.FLOOR, code=Code.MAX_LOSS, anchor=overall, amount_fraction=0.10, margin=margin, **changes),
    ]
    if "on_payout" in changes:
        rows.append(
            RuleRow(
                key="payout",
                family=Family.COUNTER,
                code=Code.PAYOUT,
                duration_ms=DAY_MS,
                grace_ms=DAY_MS,
                amount=0.0,
                limit_2=50.0,
                value=0.9,
            )
        )
    if extra:
        rows += [
            RuleRow(key="risk", family=Family.CAP, code=Code.RISK_PER_TRADE, amount_fraction=0.03, margin=0.1),
            RuleRow(key="symbol", family=Family.CAP, code=Code.SYMBOL_DAILY_LOSS, amount_fraction=0.035, margin=0.1),
            RuleRow(key="notional", family=Family.CAP, code=Code.NOTIONAL, limit=4.0),
            RuleRow(key="positions", family=Family.CAP, code=Code.OPEN_POSITIONS, count=2),
            RuleRow(key="orders", family=Family.CAP, code=Code.ORDERS_PER_DAY, count=20),
            RuleRow(key="symbol_value", family=Family.CAP, code=Code.POSITION_NOTIONAL, limit=3.0),
            RuleRow(key="leverage", family=Family.CAP, code=Code.LEVERAGE_CAP, limit=2.5, members=0b111),
            RuleRow(
                key="balance_risk", family=Family.CAP, code=Code.RISK_PER_TRADE, amount_fraction=0.03, amount_of=AmountOf.ANCHOR, margin=0.1
            ),
        ]
    rows[:2] = [replace(row, measure=measure) for row, measure in zip(rows[:2], measures, strict=True)]
    if contracts < math.inf:
        steps = (0.0, contracts, 100.0, 1.5 * contracts, *NO_STEPS[4:])
        rows.append(RuleRow(key="contracts", family=Family.CAP, code=Code.CONTRACTS, limit=math.inf, steps=steps))
    if pace is not None:
        rows.append(RuleRow(key="pace", family=Family.CAP, code=Code.MIN_INTERVAL, duration_ms=8 * HOUR_MS, count=pace))
    return RuleBook(
        initial=INITIAL,
        currency="USDT",
        phases=(PhaseFacts(name="challenge", next=-1),),
        rows=tuple(rows),
        clocks=(Reset(at="00:00", zone="UTC"),),
    )


def instrument(symbol: str, price: float, step_value: float = 1.0) -> Instrument:
    """Specs whose tick is about 1e-5 of the price and whose quantity step is worth about `step_value`."""
    tick = 10.0 ** (np.floor(np.log10(price)) - 5)
    return Instrument(
        symbol=symbol,
        quote="USDT",
        tick=float(tick),
        quantity_step=float(10.0 ** np.round(np.log10(step_value / price))),
        min_quantity=0.0,
        max_quantity=1e12,
        min_notional=0.0,
        contract_size=1.0,
        taker_fee_bps=5.5,
        maker_fee_bps=2.0,
        maintenance_margin_fraction=0.005,
        max_leverage=10.0,
        funding_interval_ms=8 * HOUR_MS,
    )


@dataclass
class Adversary:
    """Drives a machine bar by bar; `random` decides prices and plans. Everything is decided before each step."""

    rules: RuleBook
    random: np.random.Generator
    symbols: int = 2
    costs: Costs = field(default_factory=lambda: Costs(slippage_bps=1.0, funding_rate=RATE, funding_reserve=60))
    gate: GateSettings = field(default_factory=GateSettings)
    plain: bool = False
    jumps: bool = True

    def __post_init__(self) -> None:
        self.price = [float(10 ** self.random.uniform(-1, 4.5)) for _ in range(self.symbols)]
        self.machine = Machine(streams=[self._stream(s) for s in range(self.symbols)], book=self.rules, costs=self.costs, gate=self.gate)
        self.jump_left = self._jump_budget()

    def _jump_budget(self) -> float:
        floors = [row for row in self.rules.rows if row.family == Family.FLOOR]
        of = INITIAL if all(row.amount_of == AmountOf.INITIAL for row in floors) else 0.85 * INITIAL
        return min(row.margin * row.amount_fraction for row in floors) * of * 0.98

    def _stream(self, s: int) -> Stream:
        spec = instrument(f"S{s}USDT", self.price[s])
        times = START_MS + HOUR_MS * 4 * np.arange(BARS, dtype=np.int64)
        flat = np.full(BARS, round(self.price[s] / spec.tick) * spec.tick)
        prices: dict[str, Any] = {name: flat.copy() for name in ("open", "high", "low", "close")}
        bars = Bars(symbol=spec.symbol, timeframe_ms=4 * HOUR_MS, open_time=times, volume=flat, **prices)
        rows = np.arange(0, BARS - 1)
        plans = empty_plans(len(rows))
        plans["time"] = bars.close_time[rows]
        plans["side"], plans["stop"] = 1, np.nan
        due = times[::2] + 4 * HOUR_MS
        nothing = Signals(direction=np.zeros(BARS, np.int8), strength=np.zeros(BARS))
        return Stream(
            strategy="random",
            market=Market(bars=bars, instrument=spec),
            execution=bars,
            plans=plans,
            columns=[],
            signals=nothing,
            passed=np.ones(BARS, bool),
            funding=Funding(time=due, rate=np.where(np.arange(len(due)) % 3 == 0, -RATE, RATE)),
        )

    def run(self) -> Any:
        """Play every bar; returns the outcome."""
        while self.advance():
            pass
        return self.machine.outcome()

    def advance(self) -> bool:
        """Decide the bars that end now, the opens that follow and the plans that are due; then step."""
        world = self.machine.world
        if world.ledger[0]["open_positions"] == 0:
            self.jump_left = self._jump_budget()
        jumper = int(self.random.integers(self.symbols)) if self.jumps and self.random.random() < 0.1 else -1
        for s in range(self.symbols):
            if world.positions[s]["in_bar"]:
                self._write_bar(s, jump=s == jumper)
        return self.machine.step()

    def _write_bar(self, s: int, *, jump: bool) -> None:
        world, p = self.machine.world, self.machine.world.positions[s]
        i, tick = int(p["cursor"]), float(world.instruments[s]["tick"])
        first = world.open[i]
        high, low, close = self._shape(s, first)
        following = close
        if jump and self.jump_left > 0:
            held = p["quantity"] + sum(order["quantity"] for order in world.resting[s] if order["active"])
            most = self.jump_left / max(held * p["point_value"], 1e-12)
            size = min(most, 0.02 * close)
            following = close - size * (p["side"] or 1)
            self.jump_left -= size * held * p["point_value"]
        grid = [max(tick, round(float(x) / tick) * tick) for x in (high, low, close, following)]
        if jump and p["side"]:
            grid[3] = grid[2] - p["side"] * np.floor(abs(close - following) / tick) * tick
        world.high[i], world.low[i], world.close[i] = max(grid[0], first, grid[2]), min(grid[1], first, grid[2]), grid[2]
        if i + 1 < world.symbols[s]["last"]:
            for column in (world.open, world.high, world.low, world.close):
                column[i + 1] = grid[3]
            self._write_plan(s, grid[3])

    def _shape(self, s: int, first: float) -> tuple[float, float, float]:
        """High, low and close of a bar: noise, a run to the stop, or a run-up that is given back."""
        p, r = self.machine.world.positions[s], self.random
        wide = first * 10 ** r.uniform(-4, -1.3)
        kind = r.integers(5)
        up, down = first + wide * r.random(), first - wide * r.random()
        if p["side"] and kind == 0:
            beyond = p["effective_stop"] - p["side"] * wide if np.isfinite(p["effective_stop"]) else first
            up, down = max(first, beyond), min(first, beyond)
            return up, down, beyond
        if p["side"] and kind == 1:
            run = first + p["side"] * wide * 3
            back = first - p["side"] * wide * 3
            return max(run, back), min(run, back), run if r.random() < 0.5 else back
        if p["side"] and kind == 2:
            run = first + p["side"] * wide
            return max(first, run), min(first, run), run
        return up, down, float(r.uniform(down, up))

    def _write_plan(self, s: int, price: float) -> None:
        world, r = self.machine.world, self.random
        k = int(world.positions[s]["next_plan"])
        if k >= world.symbols[s]["last_plan"]:
            return
        plan, side, distance = world.plans[k], int(r.choice([-1, 1])), price * 10 ** r.uniform(-3, -1.2)
        plan["side"], plan["reference_price"] = side, price
        kind = EntryKind.MARKET if self.plain else EntryKind(int(r.integers(3)))
        offset = {EntryKind.MARKET: 0.0, EntryKind.LIMIT: -side * 0.3 * distance, EntryKind.STOP: side * 0.3 * distance}[kind]
        entry = price + offset
        plan["entry_kind"], plan["entry_price"] = kind, entry if kind else np.nan
        plan["expires_ms"] = 12 * HOUR_MS
        plan["stop"] = entry - side * distance
        plan["sizing_method"], plan["sizing_value"] = SizingMethod.RISK_OF_INITIAL, 10 ** r.uniform(-2.3, -0.7)
        plan["when_open"] = WhenOpen.IGNORE if self.plain else WhenOpen(int(r.integers(4)))
        if not self.plain:
            self._write_exits(plan, side, entry, distance)

    def _write_exits(self, plan: Any, side: int, entry: float, distance: float) -> None:
        r = self.random
        count = int(r.integers(0, 4))
        plan["target_count"] = count
        for n in range(count):
            plan["target_price"][n] = entry + side * distance * (n + 1) * r.uniform(0.7, 1.3)
            plan["target_fraction"][n] = 1.0 / count if r.random() < 0.5 else 0.25
        plan["break_even_after"] = int(r.integers(0, 3))
        if r.random() < 0.3:
            plan["trail_distance"], plan["trail_start"], plan["trail_start_value"] = (
                distance * r.uniform(0.3, 2),
                TrailStart.AFTER_TARGET,
                1,
            )
        if r.random() < 0.3:
            plan["time_stop_ms"] = 8 * HOUR_MS
        if r.random() < 0.3:
            plan["add_count"] = 1
            plan["add_price"][0] = entry - side * distance * 0.5 if r.random() < 0.5 else entry + side * distance * 0.5
            plan["add_fraction"][0] = 0.5

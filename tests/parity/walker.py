"""A plain Python account of one symbol, written a second time for comparison: bars one after the other, nothing of the machine.

It knows what the page on fills says: a plan acts at the open after its signal; a bar goes from its open to the adverse extreme, the
favourable one and the close, flat to the side of the waiting order first; a jump fills at the open.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field

HOUR_MS = 3_600_000
TAKER, MAKER = 5.5e-4, 2e-4


@dataclass
class Wanted:
    """What a strategy wants at a close. `at`: the price of a stop entry, None = at the market."""

    side: int
    stop: float
    distance: float  # of the trail
    at: float | None = None
    targets: list[tuple[float, float]] = field(default_factory=list)  # price, quantity
    trails_after: int = 0  # targets hit before the trail starts
    trails_inside: bool = False  # the trail follows inside a bar, too


@dataclass
class Closed:
    """A trade that is over."""

    side: int
    opened: int
    closed: int
    entry: float
    exit: float
    quantity: float
    profit: float
    reason: str


class Walker:
    """One symbol, one position at a time, one waiting entry at most."""

    def __init__(self, tick: float, quantity: float, cooldown_ms: int = 0) -> None:
        self.tick, self.quantity, self.cooldown_ms = tick, quantity, cooldown_ms
        self.plan: Wanted | None = None  # of the open position
        self.waits: Wanted | None = None
        self.trades: list[Closed] = []
        self.last_loss = -math.inf
        self.time = 0

    # --- money --------------------------------------------------------------------------------------------------------

    def enter(self, plan: Wanted, price: float) -> None:
        """Open the position."""
        self.plan, self.waits = plan, None
        self.opened, self.entry, self.best, self.left = self.time, price, price, self.quantity
        self.stop, self.hit, self.why = self.rounded(plan.stop, plan.side), 0, "STOP"
        self.result, self.value = -price * self.quantity * TAKER, 0.0

    def leave(self, price: float, quantity: float, reason: str) -> None:
        """Close so much of it; the trade is written down when nothing is left."""
        plan = self.plan
        assert plan is not None
        fee = MAKER if reason == "TARGET" else TAKER
        self.result += plan.side * quantity * (price - self.entry) - price * quantity * fee
        self.left, self.value = round(self.left - quantity, 9), self.value + price * quantity
        if self.left > 0:
            return
        exit_price = self.value / self.quantity
        self.trades.append(Closed(plan.side, self.opened, self.time, self.entry, exit_price, self.quantity, self.result, reason))
        self.plan = None
        if reason != "REVERSE" and self.result < 0:
            self.last_loss = self.time

    def rounded(self, stop: float, side: int) -> float:
        """A stop on the grid, no further from the market than asked for."""
        ticks = stop / self.tick
        return round((math.ceil(ticks - 1e-9) if side > 0 else math.floor(ticks + 1e-9)) * self.tick, 8)

    def near(self, price: float) -> float:
        """The nearest price on the grid."""
        return round(math.floor(price / self.tick + 0.5) * self.tick, 8)

    # --- a bar ----------------------------------------------------------------------------------------------------------

    def bar(self, time: int, opened: float, high: float, low: float, close: float, plan: Wanted | None) -> None:
        """One bar from its open to its close, with the plan of the close before."""
        self.time, self.waits = time, None
        self.jump(opened)
        if plan is not None:
            self.consider(plan, opened)
        low_first = self.plan.side > 0 if self.plan else self.waits is None or self.waits.side < 0
        at = opened
        for leg, end in enumerate((low, high, close) if low_first else (high, low, close), 1):
            self.time = time + leg
            self.go(at, end)
            at = end
        if self.plan and not self.plan.trails_inside:
            self.trail()

    def jump(self, price: float) -> None:
        """What the open has jumped over."""
        if self.plan and self.plan.side * (self.stop - price) >= 0:
            self.leave(price, self.left, self.why)
        while self.plan and self.goal() is not None and self.plan.side * (price - self.goal_price()) >= 0:
            self.seen(price)
            self.take(price)
        if self.plan:
            self.seen(price)

    def consider(self, plan: Wanted, price: float) -> None:
        """A plan meets the open."""
        if self.time - self.last_loss < self.cooldown_ms or plan.side * (price - plan.stop) <= 0:
            return
        if self.plan:
            if plan.at is not None or plan.side == self.plan.side:
                return
            self.leave(price, self.left, "REVERSE")
        at = price if plan.at is None else self.near(plan.at)
        if plan.side * (price - at) >= 0:
            self.enter(plan, price)
        else:
            self.waits = plan

    def go(self, at: float, end: float) -> None:
        """The market trades its way from one price to another."""
        way = 1 if end > at else -1
        while True:
            plan, goal = self.plan, self.goal()
            if self.waits and self.waits.at is not None and self.waits.side == way and way * (end - self.near(self.waits.at)) >= 0:
                self.enter(self.waits, self.near(self.waits.at))
            elif plan and plan.side != way and way * (end - self.stop) >= 0:
                self.leave(self.stop, self.left, self.why)
            elif plan and plan.side == way and goal is not None and way * (end - self.goal_price()) >= 0:
                self.seen(self.goal_price())
                self.take(self.goal_price())
            else:
                break
        if self.plan:
            self.seen(end)

    # --- targets and trail ------------------------------------------------------------------------------------------------

    def goal(self) -> tuple[float, float] | None:
        """The next target."""
        return self.plan.targets[self.hit] if self.plan and self.hit < len(self.plan.targets) else None

    def goal_price(self) -> float:
        """Its price on the grid."""
        goal = self.goal()
        assert goal is not None
        return self.near(goal[0])

    def take(self, price: float) -> None:
        """A target fills; the last one closes what is left."""
        goal, plan = self.goal(), self.plan
        assert goal is not None
        assert plan is not None
        self.hit += 1
        self.leave(price, self.left if self.hit == len(plan.targets) else goal[1], "TARGET")
        if self.plan and plan.trails_inside:
            self.trail()

    def seen(self, price: float) -> None:
        """The market has been at a price."""
        plan = self.plan
        assert plan is not None
        if plan.side * (price - self.best) > 0:
            self.best = price
            if plan.trails_inside:
                self.trail()

    def trail(self) -> None:
        """The stop follows the best price, never back."""
        plan = self.plan
        assert plan is not None
        stop = self.rounded(self.best - plan.side * plan.distance, plan.side)
        if self.hit >= plan.trails_after and plan.side * (stop - self.stop) > 0:
            self.stop, self.why = stop, "TRAIL"

"""What the machine wants to stand at the venue for one symbol, as orders in the instrument's steps."""

from __future__ import annotations

import math
from dataclasses import dataclass
from decimal import ROUND_CEILING, ROUND_DOWN, ROUND_FLOOR, ROUND_HALF_EVEN, ROUND_HALF_UP, Decimal
from typing import Any

from runner.live.orders import Purpose
from runner.machine.follower import Exit, Follower, Position, Resting
from runner.model.plan import EntryKind, TimeInForce, Trigger
from runner.model.records import Reason
from runner.model.trading import Contract, Lasts, OrderKind, OrderRequest


@dataclass(frozen=True, kw_only=True)
class Wish:
    """One order that should stand at the venue. `price`: its limit or its trigger."""

    purpose: Purpose
    kind: OrderKind
    side: int
    quantity: Decimal
    price: Decimal | None = None
    rises: bool = True
    lasts: Lasts = Lasts.GTC
    reduce_only: bool = False
    stop: Decimal | None = None
    trigger: Trigger = Trigger.LAST

    def request(self, client_order_id: str) -> OrderRequest:
        """The order to be sent."""
        return OrderRequest(
            client_order_id=client_order_id,
            symbol=self.purpose.symbol,
            side=self.side,
            kind=self.kind,
            quantity=self.quantity,
            price=self.price if self.kind is OrderKind.LIMIT else None,
            trigger_price=self.price if self.kind is OrderKind.STOP else None,
            rises=self.rises,
            trigger=Trigger.LAST,
            lasts=self.lasts,
            reduce_only=self.reduce_only,
            stop=self.stop,
            stop_trigger=self.trigger,
        )


def on_tick(price: float, contract: Contract) -> Decimal:
    """A price on the venue's grid; the machine has rounded it already, so this only takes binary dust away."""
    return (Decimal(repr(price)) / contract.tick).quantize(Decimal(1), ROUND_HALF_UP) * contract.tick


def in_ticks(distance: float, contract: Contract) -> Decimal:
    """A distance in the venue's ticks, never wider than asked; binary dust is not a tick."""
    return ((Decimal(repr(distance)) / contract.tick) + Decimal("1e-9")).quantize(Decimal(1), ROUND_DOWN) * contract.tick


def in_steps(quantity: float, contract: Contract) -> Decimal:
    """A quantity in the venue's steps, never more than asked; binary dust is not a step."""
    return ((Decimal(repr(quantity)) / contract.step) + Decimal("1e-6")).quantize(Decimal(1), ROUND_DOWN) * contract.step


def wishes_of(follower: Follower, symbol: str, contract: Contract, trigger: Trigger = Trigger.LAST) -> list[Wish]:
    """Everything that should rest or be sent: entries, add steps, targets, tiers; exits at the market are asked apart.

    trigger: the price that sets off stops whose plan says nothing else.
    """
    position = follower.position(symbol)
    wishes = [_opening(follower, each, contract, trigger) for each in follower.resting(symbol)]
    if position is not None and not _leaves(position):
        wishes += _targets(position, contract)
        wishes += [_tier(position, each, contract) for each in position.tiers]
    return [wish for wish in wishes if wish.quantity > 0]


def exit_of(position: Position, contract: Contract) -> Wish | None:
    """The market order that closes what has to go now; None when nothing has to."""
    if not _leaves(position) and position.leaving <= 0.0:
        return None
    whole = position.exit is not None or position.leaving >= position.quantity
    reason = position.leaving_reason if position.leaving > 0.0 else position.exit or Reason.HOUSE
    return Wish(
        purpose=Purpose(symbol=position.symbol, role=reason, plan=position.plan),
        kind=OrderKind.MARKET,
        side=-position.side,
        quantity=in_steps(position.quantity if whole else position.leaving, contract),
        lasts=Lasts.IOC,
        reduce_only=True,
    )


def _leaves(position: Position) -> bool:
    """Whether all of it is about to be closed at the market."""
    return position.exit is not None or position.leaving >= position.quantity


def trigger_of(plan: Any, otherwise: Trigger) -> Trigger:
    """The price that sets off a plan's stop: its own where it names another than the last price, else the account's."""
    return Trigger(int(plan["stop_trigger"])) or otherwise


def _opening(follower: Follower, resting: Resting, contract: Contract, trigger: Trigger) -> Wish:
    plan = follower.world.plans[resting.plan]
    kind = {EntryKind.MARKET: OrderKind.MARKET, EntryKind.LIMIT: OrderKind.LIMIT, EntryKind.STOP: OrderKind.STOP}[EntryKind(resting.kind)]
    return Wish(
        purpose=Purpose(symbol=resting.symbol, role=resting.role, plan=resting.plan, step=resting.step),
        kind=kind,
        side=resting.side,
        quantity=in_steps(resting.quantity, contract),
        price=None if kind is OrderKind.MARKET else on_tick(resting.price, contract),
        rises=resting.side > 0,
        lasts=_lasts(plan, kind),
        reduce_only=resting.role is Reason.QUOTE and closes(plan, resting),
        stop=_stop(plan, resting, contract),
        trigger=trigger_of(plan, trigger),
    )


def _lasts(plan: Any, kind: OrderKind) -> Lasts:
    if kind is OrderKind.MARKET:
        return Lasts.IOC
    if kind is OrderKind.LIMIT and plan["post_only"]:
        return Lasts.POST_ONLY
    return {TimeInForce.GTC: Lasts.GTC, TimeInForce.IOC: Lasts.IOC, TimeInForce.FOK: Lasts.FOK}[TimeInForce(int(plan["time_in_force"]))]


def closes(plan: Any, quote: Resting) -> bool:
    """Whether a quote closes what levels further out have opened: one that buys at the centre or above it, or sells there or below."""
    level = (quote.step - 1) // 2 - min(int(plan["quote_most"]), int(plan["quote_below"]))
    return quote.side * level >= 0


def _stop(plan: Any, resting: Resting, contract: Contract) -> Decimal | None:
    """The stop that goes out with an order, on the grid and never further from the market than asked for, as the machine rounds it."""
    stop = float(plan["stop"]) if resting.role is Reason.ENTRY else math.nan
    if resting.role is Reason.QUOTE and not closes(plan, resting):
        stop = float(plan["range_low"] if resting.side > 0 else plan["range_high"])
    if math.isnan(stop):
        return None
    inside = ROUND_CEILING if resting.side > 0 else ROUND_FLOOR
    return (Decimal(repr(stop)) / contract.tick).quantize(Decimal("1e-9"), ROUND_HALF_EVEN).quantize(Decimal(1), inside) * contract.tick


def _targets(position: Position, contract: Contract) -> list[Wish]:
    """Reduce-only limits nearest first: the plan's targets up to the price at which the gate takes the whole profit."""
    exits = [each for each in position.targets if position.goal is None or position.side * (position.goal - each.price) >= 0.0]
    wishes = [_limit(position, Reason.TARGET, each, contract) for each in exits]
    left = in_steps(position.quantity, contract) - sum((wish.quantity for wish in wishes), Decimal(0))
    if position.goal is not None and left > 0:
        wishes.append(_limit(position, Reason.DEFENCE, Exit(number=0, price=position.goal, quantity=float(left)), contract))
    return wishes


def _limit(position: Position, role: Reason, each: Exit, contract: Contract) -> Wish:
    return Wish(
        purpose=Purpose(symbol=position.symbol, role=role, plan=position.plan, step=each.number),
        kind=OrderKind.LIMIT,
        side=-position.side,
        quantity=in_steps(each.quantity, contract),
        price=on_tick(each.price, contract),
        reduce_only=True,
    )


def _tier(position: Position, each: Exit, contract: Contract) -> Wish:
    return Wish(
        purpose=Purpose(symbol=position.symbol, role=Reason.ADVERSE, plan=position.plan, step=each.number),
        kind=OrderKind.STOP,
        side=-position.side,
        quantity=in_steps(each.quantity, contract),
        price=on_tick(each.price, contract),
        rises=position.side < 0,
        reduce_only=True,
    )

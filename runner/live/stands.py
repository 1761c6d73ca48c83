"""How an account stands, put together from its ledger and from what the venue is known to hold. Nothing is asked of anybody."""

from __future__ import annotations

import math
import os
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

from runner import __version__
from runner.live.levels import open_result, snapped
from runner.live.measures import Measures
from runner.live.orders import LiveOrder
from runner.live.records import practice_hash
from runner.live.standing import Standing
from runner.live.state import StateFolder
from runner.live.status import FrozenStatus, OrderStatus, PositionStatus, Status
from runner.machine.follower import Follower
from runner.machine.state import World
from runner.model.bot import Bot
from runner.model.duration import milliseconds
from runner.model.rules import Code, RuleBook, State
from runner.schedule.when import BarClose


@dataclass(frozen=True, kw_only=True)
class Ledger:
    """A ledger to be read: of a follower, or of a machine that has walked over bars."""

    world: World
    book: RuleBook
    symbols: tuple[str, ...]
    strategies: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class Venue:
    """What is known of the venue: each symbol's standing, and our orders of which something may still come."""

    standing: Mapping[str, Standing]
    orders: Iterable[LiveOrder]


def ledger_of(follower: Follower) -> Ledger:
    """A live account's ledger."""
    return Ledger(world=follower.world, book=follower.book, symbols=follower.symbols, strategies=follower.strategies)


def named(bot: Bot, state: StateFolder, environment: str) -> Status:
    """What of an account's status does not change while it trades; `status_of` fills in the rest."""
    account = bot.account
    return Status(
        account=state.account,
        environment=environment,
        mode=bot.mode,
        pid=os.getpid(),
        at_ms=0,
        firm=account.firm,
        program=account.program,
        strategies=tuple(each.name for each in bot.strategies),
        symbols=tuple(dict.fromkeys(symbol for each in bot.strategies for symbol in each.symbols)),
        currency=account.currency,
        config_hash=practice_hash(bot),
        version=__version__,
    )


def timeframes_of(bot: Bot) -> tuple[int, ...]:
    """The bars at whose closes something is decided, milliseconds."""
    return tuple(sorted({milliseconds(each.timeframe) for each in bot.strategies}))


def next_bar_ms(timeframes: Iterable[int], now_ms: int) -> int:
    """The next close of any of these bars."""
    return min((BarClose(every_ms=each).after(now_ms) for each in timeframes), default=0)


def status_of(names: Status, ledger: Ledger, now_ms: int, *, venue: Venue | None = None, **said: Any) -> Status:
    """The account now. names: what `named` made. venue: None where fills are the machine's own. said: what is known from elsewhere.

    What nobody else says of `why` is what the account's own ladder has done for good; the machine is halted by hand as well.
    """
    facts = ledger.world.ledger[0]
    measures = Measures(ledger.world, ledger.book, now_ms)
    counted, equity, target = measures.counted, measures.equity, measures.counted.target()
    needed = next(counted.of(Code.TRADING_DAYS), None)
    fills = int(facts["fills"])
    return replace(
        names,
        at_ms=now_ms,
        phase=ledger.book.phases[measures.phase].name,
        state=state_of_phase(facts),
        initial=float(facts["initial"]),
        balance=float(facts["balance"]),
        equity=equity,
        worst_case=measures.worst_case(),
        day_result=snapped(equity - float(ledger.world.clocks[0]["start_equity"])),
        target=None if math.isnan(target) else target,
        days=int(facts["days_counted"]),
        days_needed=0 if needed is None else needed.count,
        last_trade_ms=int(ledger.world.fills[fills - 1]["time"]) if fills else 0,
        rules=measures.rules(),
        positions=positions(ledger, venue),
        orders=() if venue is None else tuple(map(order, venue.orders)),
        frozen=() if venue is None else tuple(frozen(venue.standing)),
        **said | {"why": said.get("why") or ("" if said.get("halted") else own_halt(facts))},
    )


def state_of_phase(facts: Any) -> str:
    """The phase's verdict in a word; a pause is none, and is told all the same."""
    state = State(int(facts["state"]))
    paused = state in (State.ACTIVE, State.TARGET_REACHED) and int(facts["paused_until"]) > int(facts["time"])
    return (State.PAUSED if paused else state).name.lower()


def own_halt(facts: Any) -> str:
    """What the account's own ladder has done for good."""
    return "its own rules have halted it for the rest of the phase" if facts["halted"] else ""


def frozen(standing: Mapping[str, Standing]) -> Iterator[FrozenStatus]:
    """Symbols that take no entry until somebody has looked."""
    return (FrozenStatus(symbol=symbol, why=each.frozen) for symbol, each in standing.items() if each.frozen)


def positions(ledger: Ledger, venue: Venue | None) -> tuple[PositionStatus, ...]:
    """Every position of the ledger, and those at the venue that it knows nothing of."""
    standing = {} if venue is None else venue.standing
    found = ((number, standing.get(symbol)) for number, symbol in enumerate(ledger.symbols))
    made = (held(ledger, number, at) if ledger.world.positions[number]["side"] else strange(ledger, number, at) for number, at in found)
    return tuple(each for each in made if each is not None)


def held(ledger: Ledger, number: int, standing: Standing | None) -> PositionStatus:
    """A position of the ledger. Its stop is the one at the venue; without a venue the one that the machine would fill."""
    each, tick = ledger.world.positions[number], float(ledger.world.instruments[number]["tick"])
    plan = ledger.world.plans[int(each["plan"])]
    prices = plan["target_price"][int(each["targets_hit"]) : int(plan["target_count"])]
    return PositionStatus(
        symbol=ledger.symbols[number],
        side=int(each["side"]),
        quantity=text(each["quantity"]),
        entry=text(each["entry_price"]),
        mark=text(each["mark"]),
        stop=text(each["effective_stop"] if standing is None else standing.stop),
        targets=tuple(text(math.floor(price / tick + 0.5) * tick) for price in prices),
        open_result=open_result(each),
        strategy=ledger.strategies[int(each["strategy"])],
        opened_ms=int(each["opened"]),
        venue="" if standing is None else otherwise(ledger, number, standing),
    )


def strange(ledger: Ledger, number: int, standing: Standing | None) -> PositionStatus | None:
    """What the venue holds and the ledger does not know."""
    if standing is None or not standing.side:
        return None
    symbol, venue = ledger.symbols[number], otherwise(ledger, number, standing)
    quantity, stop = text(standing.quantity), text(standing.stop)
    return PositionStatus(symbol=symbol, side=standing.side, quantity=quantity, entry="", stop=stop, venue=venue)


def otherwise(ledger: Ledger, number: int, standing: Standing) -> str:
    """What the venue holds of a frozen symbol where the ledger holds something else. Others differ for a moment, while a fill is told."""
    each, step = ledger.world.positions[number], float(ledger.world.instruments[number]["step"])
    there, ours = standing.side * standing.quantity, float(each["side"] * each["quantity"])
    return text(there) if standing.frozen and abs(float(there) - ours) >= step / 2 else ""


def order(each: LiveOrder) -> OrderStatus:
    """An order of ours; its quantity is what has not filled."""
    return OrderStatus(
        client_order_id=each.id,
        symbol=each.purpose.symbol,
        side=each.side,
        kind=each.kind.value,
        quantity=text(each.quantity - each.filled),
        price=text(each.price),
        role=each.purpose.role.name.lower(),
        state=each.state.value,
    )


def text(number: Any) -> str:
    """A price or quantity without exponent and binary dust; '' for none."""
    if number is None or not math.isfinite(number):
        return ""
    value = number if isinstance(number, Decimal) else Decimal(f"{float(number):.12g}")
    shown = format(value, "f")
    return shown.rstrip("0").rstrip(".") if "." in shown else shown

"""Caps on what is held and on the pace of entries. With the gate off nothing else keeps to them, so each entry is held against them."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from tests.outsider.clock import Clock
from tests.outsider.left import Rule, decimal, duration
from tests.outsider.path import Holding

NOTHING = Decimal(0)
SIDES = {"long": 1, "short": -1, "both": 0}


@dataclass(frozen=True)
class Entry:
    """An entry that was filled, and the account right after it."""

    symbol: str
    holdings: dict[str, Holding]
    equity: Decimal
    initial: Decimal
    leverage: Decimal  # of the venue
    waited: dict[str, int | None]  # milliseconds since the entry before: 'account', 'symbol'; None without one

    @property
    def held(self) -> dict[str, Decimal]:
        """Notional by symbol, at what was paid for it."""
        return {name: abs(each.cost) for name, each in self.holdings.items() if each.quantity}


def measured(rule: Rule, entry: Entry, day: Clock | None) -> tuple[Decimal, Decimal] | None:
    """(value, most) of a cap on size after an entry; None for any other rule. `day`: the rule's clock."""
    held = entry.held
    value = {
        "open_positions": Decimal(len(held)),
        "orders_per_day": Decimal(day.orders if day else 0),
        "margin_cap": sum(held.values(), NOTHING) / entry.leverage,
        "notional_cap": sum(held.values(), NOTHING),
        "bucket_cap": sum((worth for name, worth in held.items() if rule.kind == "bucket_cap" and in_bucket(rule, name)), NOTHING),
        "position_cap": held[entry.symbol],
        "leverage_cap": held[entry.symbol],
        "contracts": sum((abs(each.quantity) for each in entry.holdings.values()), NOTHING),
    }.get(rule.kind)
    return None if value is None else (value, most(rule, entry, day))


def most(rule: Rule, entry: Entry, day: Clock | None) -> Decimal:
    """What a cap allows."""
    if rule.kind == "contracts" and day:
        return contracts(rule, day.counted - entry.initial, entry)
    if rule.kind == "leverage_cap":
        return multiple(rule, entry.symbol) * entry.equity
    return Decimal(rule["count"]) if rule["count"] else Decimal(rule["limit_multiple"] or rule["limit_fraction"]) * entry.initial


def wrong_side(rule: Rule, entry: Entry) -> tuple[Decimal, Decimal] | None:
    """(side, the one that is allowed) of an entry on the other one."""
    side = 1 if entry.holdings[entry.symbol].quantity > 0 else -1
    wanted = SIDES[rule["allowed"]] if rule.kind == "direction" else 0
    return (Decimal(side), Decimal(wanted)) if wanted == -side else None


def too_soon(rule: Rule, entry: Entry) -> tuple[Decimal, Decimal] | None:
    """(waited, least) where an entry came sooner after the one before than a rule on their pace lets it."""
    waited = entry.waited[rule["per"]] if rule.kind == "entry_interval" else None
    least = duration(rule["shortest"])
    return (Decimal(waited), Decimal(least)) if waited is not None and waited < least else None


def multiple(rule: Rule, symbol: str) -> Decimal:
    """How far a symbol may be levered."""
    return decimal(rule["limit_multiple"] or rule["by_symbol"].get(symbol, rule["otherwise"]))


def part(rule: Rule, symbol: str) -> str:
    """What a rule's path says besides, where it has a row for each multiple."""
    return f".x{multiple(rule, symbol):g}" if rule["by_symbol"] else ""


def contracts(rule: Rule, profit: Decimal, entry: Entry) -> Decimal:
    """The open quantity that is allowed: the limit, and the highest tier that the profit at the last reset has reached."""
    limits = [decimal(each) for each in [rule["limit_quantity"], by_size(rule["by_size"], entry.initial)] if each is not None]
    tiers = rule["tiers"] or by_size(rule["tiers_by_size"], entry.initial) or {}
    reached = [(Decimal(least), decimal(most)) for least, most in tiers.items() if profit >= Decimal(least)]
    if tiers:
        limits.append(max(reached)[1] if reached else decimal(tiers[min(tiers, key=Decimal)]))
    return min(limits)


def by_size[T](chosen: dict[str, T] | None, initial: Decimal) -> T | None:
    """What holds for the account's size."""
    return next((each for size, each in (chosen or {}).items() if Decimal(size) == initial), None)


def in_bucket(rule: Rule, symbol: str) -> bool:
    """The symbols named, or all but those named."""
    return symbol in rule["symbols"] if rule["symbols"] else symbol not in rule["except_symbols"]

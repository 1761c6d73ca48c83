"""What an attempt is worth: its cost, what comes back of it, and what the funded account really paid out on these bars.

value of a start = share of its payouts + refund - price - monthly fees - activation
value of an attempt = the mean over all starts

Every input is named with its source. An input that nobody knows is never replaced by a guess: without the price, the split or a needed
exchange rate there is no value; a fee that was not found is left out and the value says "without" it.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from runner.model.bot import Account
from runner.model.duration import DAY_MS
from runner.model.economics import Economics, Fees
from runner.model.rules import Code, RuleBook
from runner.odds.interval import Overlap, mean
from runner.odds.results import Afterwards, Ending, Input, Interval, Value

MONTH_DAYS = 30.0
NOTHING = Economics(currency="?")


@dataclass
class Terms:
    """The inputs of the value in account currency; NaN where unknown."""

    price: float = math.nan
    monthly: float = math.nan
    activation: float = math.nan
    saved: float = 0.0  # by buying another attempt after a failure, where that is cheaper than the first
    refund: float = math.nan  # money that comes back
    refund_at: int = 0  # with which payout; 0 = never
    split: Callable[[int], float] | None = None  # milliseconds funded → the trader's share
    inputs: list[Input] = field(default_factory=list)
    missing: list[str] = field(default_factory=list)
    without: list[str] = field(default_factory=list)

    @property
    def complete(self) -> bool:
        """Whether a value can be given, with or without its small parts."""
        return not self.missing


def terms(account: Account, *, payouts: bool) -> Terms:
    """The account's inputs. payouts: the program's funded phase says when it pays out."""
    known = account.economics or NOTHING
    found = Terms()
    price(found, account, known)
    fee(found, "monthly", known.monthly, account, known)
    fee(found, "activation", known.activation, account, known)
    refund(found, known)
    split(found, known)
    if not payouts:
        found.missing.append("when the funded phase pays out (it has no payout rule)")
    return found


def exchange(account: Account, known: Economics) -> tuple[float | None, str]:
    """Account currency for one unit of the prices' currency, and why it is not known."""
    if known.exchange_rate is not None:
        return known.exchange_rate, ""
    if known.currency == account.currency:
        return 1.0, ""
    why = f"prices are in {known.currency}, the account in {account.currency}: set account.program.economics.exchange_rate"
    return None, why


def sized(fees: Fees, size: float) -> float | None:
    """The fee of an account of this size; None when it is not known."""
    if isinstance(fees, dict):
        return fees.get(int(size)) if size == int(size) else None
    return fees


def origin(known: Economics) -> str:
    """Where the program's numbers are from, and of what day."""
    said = ", ".join(part for part in (known.source, known.as_of and f"read {known.as_of}") if part)
    return f"{said or 'the program'} (confidence {known.confidence})"


def price(found: Terms, account: Account, known: Economics) -> None:
    """What the attempt costs: what was really paid, else the program's price of this size and variant."""
    unit = account.currency
    if account.paid is not None:
        found.price = account.paid
        found.inputs.append(Input(name="price", value=account.paid, unit=unit, source="account.paid"))
        return
    rate, why = exchange(account, known)
    base = sized(known.price, account.size)
    more = sized(known.variant_price.get(account.variant, 0.0), account.size)
    lacking = why if base is not None else f"the price of an account of {account.size:,.0f} is not known: set account.paid"
    if base is not None and more is None:
        lacking = f"what the variant {account.variant} costs at {account.size:,.0f} is not known: set account.paid"
    if base is None or more is None or rate is None:
        found.missing.append(f"price ({lacking})")
        found.inputs.append(Input(name="price", value=None, unit=unit, source=origin(known), missing=lacking))
        return
    found.price = (base + more) * rate
    again = sized(known.reset_price, account.size)
    if again is not None and again < base + more:
        found.saved = found.price - again * rate
    found.inputs.append(Input(name="price", value=found.price, unit=unit, source=converted(known, rate)))


def converted(known: Economics, rate: float) -> str:
    """The source, with the rate that was used."""
    return origin(known) if rate == 1.0 and known.exchange_rate is None else f"{origin(known)}, {known.currency} at {rate:g}"


def fee(found: Terms, name: str, fees: Fees, account: Account, known: Economics) -> None:
    """A fee beside the price; one that is not known is left out of the value, and that is said."""
    amount = sized(fees, account.size)
    rate, why = exchange(account, known)
    if amount is not None and (rate is not None or amount == 0):
        value = amount * (rate or 1.0)
        setattr(found, name, value)
        found.inputs.append(Input(name=name, value=value, unit=account.currency, source=origin(known)))
        return
    lacking = why if amount is not None else "not found"
    found.without.append(f"{name} fee ({lacking})")
    found.inputs.append(Input(name=name, value=None, unit=account.currency, source=origin(known), missing=lacking))


def refund(found: Terms, known: Economics) -> None:
    """What comes back of the price, and with which payout."""
    if known.refund_fraction is None:
        found.without.append("refund (not found)")
        found.inputs.append(Input(name="refund", value=None, unit="of the price", source=origin(known), missing="not found"))
        return
    found.refund, found.refund_at = known.refund_fraction * found.price, known.refund_at_payout or 0
    where = f"with payout {found.refund_at}; {origin(known)}" if known.refund_fraction else origin(known)
    found.inputs.append(Input(name="refund", value=known.refund_fraction, unit="of the price", source=where))


def split(found: Terms, known: Economics) -> None:
    """The trader's share of payouts."""
    if known.split is None:
        found.missing.append("split (not found)")
        found.inputs.append(Input(name="split", value=None, unit="of payouts", source=origin(known), missing="not found"))
        return
    found.split = known.split.at
    grows = known.split.every is not None and known.split.step > 0
    later = f", {known.split.step:g} more every {known.split.every} up to {known.split.cap or 1:g}" if grows else ""
    found.inputs.append(Input(name="split", value=known.split.start, unit=f"of payouts{later}", source=origin(known)))


def write(attempts: NDArray[Any], payments: NDArray[Any], given: Terms) -> None:
    """Fill `cost`, `refund`, `received` and `value` of every start; NaN where an input is missing."""
    funded = attempts["funded_from"] > 0
    months = np.maximum(1.0, np.ceil(attempts["days"] / MONTH_DAYS))
    attempts["cost"] = given.price + months * known(given.monthly) + funded * known(given.activation)
    back = (attempts["payouts"] >= given.refund_at) & (given.refund_at > 0)
    attempts["refund"] = np.where(back, known(given.refund), 0.0)
    attempts["received"] = received(payments, given, len(attempts))
    attempts["value"] = attempts["received"] + attempts["refund"] - attempts["cost"] if given.complete else math.nan


def received(payments: NDArray[Any], given: Terms, count: int) -> NDArray[np.float64]:
    """The trader's share of each start's payouts; NaN when the split is not known."""
    if given.split is None:
        return np.full(count, math.nan)
    shares = np.array([given.split(int(since)) for since in payments["since"]])
    return np.bincount(payments["start"], payments["amount"] * shares, minlength=count).astype(np.float64)


def known(amount: float) -> float:
    """The amount, 0 for one that is left out."""
    return 0.0 if math.isnan(amount) else amount


def value(attempts: NDArray[Any], given: Terms, over: Overlap, seed: int) -> Value:
    """The mean of every part over all starts; `write` has filled them."""
    return Value(
        total=worth(attempts, given, over, seed),
        cost=average(attempts["cost"]),
        refund=average(attempts["refund"]) if given.complete else None,
        received=average(attempts["received"]) if given.complete else None,
        paid_out=float(attempts["paid_out"].mean()) if len(attempts) else 0.0,
        reached_payout=float((attempts["payouts"] > 0).mean()) if len(attempts) else 0.0,
        inputs=tuple(given.inputs),
        missing=tuple(given.missing),
        without=tuple(given.without),
    )


def worth(attempts: NDArray[Any], given: Terms, over: Overlap, seed: int) -> Interval | None:
    """The value of an attempt with its interval; None where an input is missing."""
    if not given.complete or not len(attempts):
        return None
    found, most = mean(attempts["value"], over, seed), float(np.max(attempts["cost"]))
    return replace(found, low=max(found.low, -most)) if math.isfinite(found.low) else found  # no attempt loses more than it costs


def average(amounts: NDArray[Any]) -> float | None:
    """The mean; None when an amount is not known."""
    return float(amounts.mean()) if len(amounts) and np.isfinite(amounts).all() else None


def has_payouts(book: RuleBook, last: int) -> bool:
    """Whether a phase after the last one to pass says when it pays out."""
    return any(row.code == Code.PAYOUT and row.phase > last for row in book.rows)


def lost_first(attempts: NDArray[Any], *, payouts: bool) -> NDArray[np.bool_]:
    """Which starts lost their account before its first payout; before it was funded where nothing is ever paid out."""
    failed = attempts["outcome"] == Ending.FAILED
    lost: NDArray[np.bool_] = failed | ((attempts["afterwards"] == Afterwards.LOST) & (attempts["payouts"] == 0) & payouts)
    return lost


def chains(attempts: NDArray[Any], length: int, saved: float = 0.0) -> tuple[float | None, int]:
    """Share of chains of up to `length` accounts that cost more than they brought, and how many chains were complete.

    saved: by which every account after the first is cheaper. A chain begins on every day; each further account begins on the first day
    after the one before was lost, and the first account that is paid out ends it. A chain is left out when the data ends before either
    that or its last account was lost.
    """
    if not len(attempts) or not np.isfinite(attempts["value"]).all():
        return None, 0
    after = following(attempts)
    sums = [total for first in range(len(attempts)) if (total := chain(attempts, after, first, length, saved)) is not None]
    return (float(np.mean(np.array(sums) < 0.0)), len(sums)) if sums else (None, 0)


def following(attempts: NDArray[Any]) -> NDArray[np.int64]:
    """For each start the first start after its account was lost; -1 when it never was."""
    lost = (attempts["outcome"] == Ending.FAILED) | (attempts["afterwards"] == Afterwards.LOST)
    ends = attempts["ended"] + (attempts["funded_days"] * DAY_MS).astype(np.int64)
    return np.where(lost, np.searchsorted(attempts["start"], ends, side="left"), -1)


def chain(attempts: NDArray[Any], after: NDArray[np.int64], first: int, length: int, saved: float) -> float | None:
    """What the accounts of one chain brought together; None when the data ends before."""
    total, place = 0.0, first
    for number in range(length):
        if place >= len(attempts):
            return None
        total += float(attempts["value"][place]) + (saved if number else 0.0)
        if attempts["payouts"][place] > 0:
            return total
        place = int(after[place])
        if place < 0:
            return None
    return total

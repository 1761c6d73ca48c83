"""A rehearsal held against the backtest of the same bars: decision by decision, fill by fill, price by price."""

from __future__ import annotations

import math
from collections.abc import Hashable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import zip_longest
from typing import Any

import numpy as np

from runner.bars.when import when
from runner.model.bars import Times
from runner.model.records import Answer, Reason
from runner.model.rules import Code

MONEY = 2e-6
PRICE, QUANTITY = 8, 8  # decimals that are compared


@dataclass(frozen=True, kw_only=True)
class Parity:
    """How much of both is equal. `share` 1: everything; `first`: the first that is not, in one line."""

    share: float
    equal: int
    expected: int
    found: int
    first: str = ""


@dataclass(frozen=True, kw_only=True)
class Item:
    """One decision or fill: what must be equal, and money that may differ by its rounding. `bar_ms`: the bar it is shown with."""

    key: tuple[Hashable, ...]
    money: float = 0.0
    bar_ms: int = 0

    def equals(self, other: Item) -> bool:
        """Whether both say the same."""
        return self.key == other.key and math.isclose(self.money, other.money, abs_tol=MONEY)

    def said(self) -> str:
        """`2026-01-01 04:00 UTC BTCUSDT -1 TARGET 1.5 100.5, fee 0.060000`."""
        words = [when(self.bar_ms), *self.key[1:]] if self.bar_ms else [*self.key]
        fee = f", fee {self.money:.6f}" if self.money else ""
        return " ".join(map(str, words)) + fee


def compared(expected: Sequence[Item], found: Sequence[Item], name: str) -> Parity:
    """Every expected item is looked for among those of the same key, in order."""
    waiting: dict[Hashable, list[Item]] = {}
    for item in reversed(found):
        waiting.setdefault(item.key, []).append(item)
    equal = sum(bool(waiting.get(item.key)) and item.equals(waiting[item.key].pop()) for item in expected)
    most = max(len(expected), len(found))
    first = _first(expected, found, name) if equal < most else ""
    return Parity(share=equal / most if most else 1.0, equal=equal, expected=len(expected), found=len(found), first=first)


def _first(expected: Sequence[Item], found: Sequence[Item], name: str) -> str:
    for place, (wanted, got) in enumerate(zip_longest(expected, found)):
        if wanted is None or got is None or not wanted.equals(got):
            told = ["nothing" if item is None else item.said() for item in (wanted, got)]
            return f"{name} {place}: the backtest has {told[0]}, the rehearsal {told[1]}"
    return ""


def decisions(plans: Any, made: Any, symbols: Sequence[str], strategies: Sequence[str], before_ms: int) -> list[Item]:
    """What became of each plan that acted before an instant, in the order of time, symbol and strategy."""
    rows = [_decision(plan, decision, symbols, strategies) for plan, decision in zip(plans, made, strict=True) if plan["time"] < before_ms]
    return [Item(key=row, bar_ms=row[0]) for row in sorted(rows)]


def _decision(plan: Any, made: Any, symbols: Sequence[str], strategies: Sequence[str]) -> tuple[Any, ...]:
    quantity = round(float(made["quantity"]), QUANTITY)
    answer = Answer(int(made["answer"])).name
    names = (int(plan["time"]), symbols[plan["symbol"]], strategies[plan["strategy"]], int(plan["side"]))
    return (*names, answer, Code(int(made["code"])).name, quantity)


def fills(rows: Any, symbols: Sequence[str], opens: Mapping[str, Times], before_ms: int) -> list[Item]:
    """Every fill up to an instant: bar, symbol, side, quantity, price and reason, with its fee."""
    return list(_fills(rows, symbols, opens, before_ms))


def _fills(rows: Any, symbols: Sequence[str], opens: Mapping[str, Times], before_ms: int) -> Iterator[Item]:
    told = sorted((each for each in rows if each["time"] < before_ms), key=lambda each: (_bar(each, symbols, opens), int(each["symbol"])))
    for each in told:
        numbers = (round(float(each["quantity"]), QUANTITY), round(float(each["price"]), PRICE))
        names = (symbols[each["symbol"]], int(each["side"]), Reason(int(each["reason"])).name)
        bar = _bar(each, symbols, opens)
        compared = 0 if each["reason"] == Reason.HOUSE else bar  # a backtest books what the house closes at its bar's end
        yield Item(key=(compared, *names, *numbers), money=float(each["fee"]), bar_ms=bar)


def _bar(fill: Any, symbols: Sequence[str], opens: Mapping[str, Times]) -> int:
    """When the bar began in which the fill happened."""
    times = opens[symbols[fill["symbol"]]]
    return int(times[max(0, int(np.searchsorted(times, fill["time"], side="right")) - 1)])

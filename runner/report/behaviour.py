"""What a human reviewer at a firm would ask about, found in the trades of a run: martingale, grid, all-in. Only ever a warning."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from runner.model.records import Answer, Outcome, Reason
from runner.model.rules import Code, Family, RuleRow
from runner.model.stream import Stream
from runner.report.figures import iso
from runner.report.openings import opens
from runner.report.words import short

FOREVER = np.iinfo(np.int64).max


@dataclass(frozen=True)
class Seen:
    """One occurrence: when it began, the trades by their position numbers, and what was measured, as the middle of a sentence."""

    time: int
    trades: tuple[int, ...]
    said: str


def behaviour(outcome: Outcome, streams: Sequence[Stream], leverage: float | None = None) -> Iterator[str]:
    """One sentence for each detector that found something in a phase that was entered. leverage: the account's, if it has one."""
    for row in outcome.book.rows:
        looks = DETECTORS.get(row.code)
        found = sorted(looks(outcome, row, Markets.of(outcome, streams, leverage)), key=lambda seen: seen.time) if looks else []
        if found:
            numbers = ", ".join(str(number) for number in found[0].trades)
            more = f"; {len(found)} times in all" if len(found) > 1 else ""
            yield f"{short(row.key)}: trade {numbers}, {iso(found[0].time)}: {found[0].said}{more}; a reviewer would ask why"


@dataclass(frozen=True)
class Markets:
    """By symbol number: units of the underlying in a quantity of one, and the leverage traded with."""

    size: NDArray[np.float64]
    leverage: NDArray[np.float64]

    @classmethod
    def of(cls, outcome: Outcome, streams: Sequence[Stream], leverage: float | None) -> Markets:
        """The traded symbols in the outcome's order."""
        known = {stream.symbol: stream.market.instrument for stream in streams}
        most = [min(known[symbol].max_leverage, math.inf if leverage is None else leverage) for symbol in outcome.symbols]
        return cls(np.array([known[symbol].contract_size for symbol in outcome.symbols]), np.array(most))

    def notional(self, trades: NDArray[Any]) -> NDArray[np.float64]:
        """Value of trades at their entry, in quote currency."""
        return np.asarray(trades["quantity"] * trades["entry_price"] * self.size[trades["symbol"]], np.float64)


def of_phase(trades: NDArray[Any], row: RuleRow) -> NDArray[Any]:
    """The phase's trades in the order they were opened."""
    mine = trades[trades["phase"] == row.phase]
    return np.asarray(mine[np.lexsort((mine["position"], mine["opened"]))])


def martingale(outcome: Outcome, row: RuleRow, markets: Markets) -> Iterator[Seen]:
    """Trades of a symbol, or of all, one after the other: each `limit` times the losing one before it or more, `count` in a row."""
    trades = of_phase(outcome.trades, row)
    alone = [trades[trades["symbol"] == symbol] for symbol in range(len(outcome.symbols))]
    said: set[tuple[int, ...]] = set()
    for chain in [*alone, trades]:
        notional = markets.notional(chain)
        size = notional if row.limit_2 == 1 else np.where(chain["risk"] > 0, chain["risk"], notional)
        run = 0
        for n, raised in enumerate(raises(chain, row, size).tolist(), 1):
            run = run + 1 if raised else 0
            if run == row.count:
                part = slice(n - run, n + 1)
                numbers = tuple(int(number) for number in chain["position"][part])
                if numbers not in said:
                    said.add(numbers)
                    sizes = " → ".join(f"{value:,.2f}" for value in size[part])
                    yield Seen(int(chain["opened"][n]), numbers, f"size raised after each of {run} losses in a row ({sizes})")


def raises(chain: NDArray[Any], row: RuleRow, size: NDArray[np.float64]) -> NDArray[np.bool_]:
    """Whether each trade but the first, opened after the one before had closed with a loss, is `limit` times its size; shape (n - 1,)."""
    before, after = chain[:-1], chain[1:]
    comparable = (row.limit_2 == 1) | ((before["risk"] > 0) == (after["risk"] > 0))
    larger = size[1:] >= row.limit * size[:-1] * (1 - 1e-9)
    return np.asarray(comparable & larger & (before["profit"] < 0) & (after["opened"] >= before["closed"]))


def grid(outcome: Outcome, row: RuleRow, markets: Markets) -> Iterator[Seen]:  # noqa: ARG001 - every detector is asked alike
    """`count` entries of a position at even distances, or as many entries of one symbol and side resting at once."""
    fills = outcome.fills[(outcome.fills["phase"] == row.phase) & opens(outcome.fills)]
    for number in np.unique(fills["position"]):
        mine = fills[fills["position"] == number]
        for n in range(len(mine) - row.count + 1):
            part = mine[n : n + row.count]
            if is_even(part["price"], row.limit):
                step = float(np.ptp(part["price"])) / (row.count - 1)
                said = f"{row.count} entries of {outcome.symbols[part['symbol'][0]]} about {step:,.6g} apart while open"
                yield Seen(int(part["time"][0]), (int(number),), said)
                break
    yield from crowds(outcome, row)


def is_even(prices: NDArray[np.float64], tolerance: float) -> bool:
    """Whether sorted prices lie at distances that differ from their mean by no more than the tolerance."""
    steps = np.diff(np.sort(prices))
    mean = float(np.mean(steps))
    return mean > 0 and bool(np.all(np.abs(steps - mean) <= tolerance * mean * (1 + 1e-9)))


def crowds(outcome: Outcome, row: RuleRow) -> Iterator[Seen]:
    """Times at which as many entries rested at once; each crowd once, until it has thinned out again."""
    for (symbol, side), lives in resting(outcome, row).items():
        edges = sorted([(begin, 1, plan) for begin, _, plan in lives] + [(end, -1, plan) for _, end, plan in lives])
        open_now: list[int] = []
        for time, change, plan in edges:
            if change < 0:
                open_now.remove(plan)
                continue
            open_now.append(plan)
            if len(open_now) == row.count:
                positions = tuple(int(outcome.decisions["position"][each]) for each in open_now if outcome.decisions["position"][each])
                word = "buy" if side > 0 else "sell"
                yield Seen(time, positions or (0,), f"{row.count} {word} entries of {outcome.symbols[symbol]} resting at once")


def resting(outcome: Outcome, row: RuleRow) -> dict[tuple[int, int], list[tuple[int, int, int]]]:
    """By symbol and side: (sent, filled or expired, plan) of each resting entry whose end is known."""
    entries = outcome.fills[outcome.fills["reason"] == Reason.ENTRY]
    filled = dict(zip(entries["plan"].tolist(), entries["time"].tolist(), strict=True))
    phases = dict(zip(entries["plan"].tolist(), entries["phase"].tolist(), strict=True))
    lives: dict[tuple[int, int], list[tuple[int, int, int]]] = {}
    for k in np.flatnonzero(np.isin(outcome.decisions["answer"], (Answer.APPROVED, Answer.EXPIRED))).tolist():
        plan, sent = outcome.plans[k], int(outcome.decisions["time"][k])
        end = filled.get(k, int(plan["time"] + plan["expires_ms"]) if plan["expires_ms"] > 0 else FOREVER)
        if end > sent and phases.get(k, row.phase) == row.phase:
            lives.setdefault((int(plan["symbol"]), int(plan["side"])), []).append((sent, end, k))
    return lives


def all_in(outcome: Outcome, row: RuleRow, markets: Markets) -> Iterator[Seen]:
    """Trades whose risk at the stop or margin is more than its share of the allowance or the balance."""
    trades = of_phase(outcome.trades, row)
    entries = outcome.fills[opens(outcome.fills)]
    numbers, first = np.unique(entries["position"], return_index=True)
    balance = dict(zip(numbers.tolist(), (entries["balance"] + entries["fee"])[first].tolist(), strict=True))
    allowed = tightest(outcome, row.phase)
    for trade, value in zip(trades, markets.notional(trades), strict=True):
        owned = balance.get(int(trade["position"]), outcome.book.initial)
        risk = float(trade["risk"]) / (allowed if allowed < math.inf else owned)
        margin = float(value / markets.leverage[trade["symbol"]]) / owned
        if risk > row.limit or margin > row.limit_2:
            what = f"{risk:.0%} of the {'allowance' if allowed < math.inf else 'balance'} at risk"
            said = what if risk > row.limit else f"{margin:.0%} of the balance as margin"
            yield Seen(int(trade["opened"]), (int(trade["position"]),), f"{said} in one position")


def tightest(outcome: Outcome, phase: int) -> float:
    """The smallest loss a floor of the firm allows in the phase, in money; inf without one."""
    floors = [row for row in outcome.book.rows if row.phase == phase and row.family is Family.FLOOR and row.firm]
    return min((row.amount_fraction * outcome.book.initial if math.isnan(row.amount) else row.amount for row in floors), default=math.inf)


DETECTORS: Mapping[Code, Callable[[Outcome, RuleRow, Markets], Iterator[Seen]]] = {
    Code.MARTINGALE: martingale,
    Code.GRID: grid,
    Code.ALL_IN: all_in,
}

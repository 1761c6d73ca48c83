"""A second opinion on a run, from nothing but its files and the shipped bars: plain loops and decimals, no code of the runner."""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal
from itertools import groupby, pairwise
from pathlib import Path
from typing import Any

from tests.outsider.left import DAY, Fill, Left, Mark, candles, milliseconds, payments

INITIAL = Decimal(10_000)
TAKER, MAKER = Decimal("0.00055"), Decimal("0.0002")  # Bybit's linear perpetuals
CENT = Decimal("0.01")


@dataclass
class Holding:
    """What is held of one symbol: quantity with its sign, and what it cost."""

    quantity: Decimal = Decimal(0)
    cost: Decimal = Decimal(0)  # quantity × average entry price
    opened: int = 0
    funding: Decimal = Decimal(0)
    largest: Decimal = Decimal(0)

    @property
    def entry(self) -> Decimal:
        """Average entry price."""
        return self.cost / self.quantity

    def worth(self, price: Decimal) -> Decimal:
        """Open result at a price."""
        return self.quantity * price - self.cost

    def take(self, fill: Fill) -> Decimal:
        """Apply a fill; returns what it realised."""
        signed = fill.side * fill.quantity
        if self.quantity * signed >= 0:
            self.opened = self.opened if self.quantity else fill.time
            self.cost += signed * fill.price
            self.quantity += signed
            self.largest = max(self.largest, abs(self.quantity))
            return Decimal(0)
        gained = -signed * (fill.price - self.entry)
        self.cost += signed * self.entry
        self.quantity += signed
        return gained


@dataclass(frozen=True)
class Closed:
    """A position from first to last fill."""

    position: int
    symbol: str
    closed: int
    result: Decimal
    notional: Decimal
    fees: Decimal
    funding: Decimal
    by_phase_end: bool


@dataclass
class Files:
    """What a run left, read without the runner."""

    folder: Path
    fills: list[Fill] = field(default_factory=list)
    marks: list[Mark] = field(default_factory=list)
    summary: dict[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        left = Left(self.folder)
        self.summary, self.fills, self.marks = left.summary, left.fills, left.marks

    @property
    def attempts(self) -> list[dict[str, Any]]:
        """Every attempt at a phase."""
        return list(self.summary["phases"])

    def marks_of(self, number: int) -> list[Mark]:
        """The marks of one attempt; the instant that ends it belongs to it, not to the next."""
        start, end = self.span(number)
        return [each for each in self.marks if start < each.time <= end]

    def fills_of(self, number: int) -> list[Fill]:
        """The fills of one attempt; those that close what it left open carry the instant of its end."""
        start, end = self.span(number)
        last = number == len(self.attempts) - 1
        found = [each for each in self.fills if start <= each.time <= end]
        return [
            each
            for each in found
            if (each.time > start or each.reason != "phase_end" or start == self.span(0)[0])
            and (each.time < end or last or each.reason == "phase_end" or self._closes(each, found))
        ]

    def _closes(self, each: Fill, found: list[Fill]) -> bool:
        """Whether a fill at the very end of an attempt closes a position that it opened itself."""
        return any(other.position == each.position and other.time < each.time for other in found)

    def span(self, number: int) -> tuple[int, int]:
        """First and last instant of one attempt."""
        attempt = self.attempts[number]
        return milliseconds(attempt["started"]), milliseconds(attempt["time"])


def closed_positions(fills: list[Fill]) -> list[Closed]:
    """Positions that were closed, in the order they closed."""
    by_number = {number: list(rows) for number, rows in groupby(sorted(fills, key=lambda each: each.position), lambda each: each.position)}
    whole = [rows for rows in by_number.values() if rows[-1].open_quantity == 0]
    return sorted((closed(rows) for rows in whole), key=lambda each: each.closed)


def closed(rows: list[Fill]) -> Closed:
    """One position from its fills."""
    holding, entry = Holding(), rows[0].price
    for row in rows:
        entry = holding.entry if holding.quantity else row.price
        holding.take(row)
    fees, funding = sum((row.fee for row in rows), Decimal(0)), rows[-1].funding
    return Closed(
        position=rows[0].position,
        symbol=rows[0].symbol,
        closed=rows[-1].time,
        result=sum((row.profit for row in rows), Decimal(0)) - fees - funding,
        notional=holding.largest * entry,
        fees=fees,
        funding=funding,
        by_phase_end=rows[-1].reason == "phase_end",
    )


@dataclass
class Replay:
    """Balance and equity at every mark, worked out again from the fills, the shipped candles and the shipped funding.

    A house or phase-end fill that carries a mark's own instant happened at that close when the mark counts the position as gone.
    """

    files: Files
    balance: Decimal = INITIAL
    done: int = 0
    holdings: dict[str, Holding] = field(default_factory=dict)
    wrong: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        symbols = self.files.summary["symbols"]
        self.holdings = {symbol: Holding() for symbol in symbols}
        self.candles = {symbol: candles(symbol, "1h") | candles(symbol, "4h") for symbol in symbols}  # finer where replayed
        self.due = {symbol: payments(symbol) for symbol in symbols}
        self.ends = {self.files.span(number)[1] for number in range(len(self.files.attempts) - 1)}

    def run(self) -> list[str]:
        """Whatever does not agree to the cent, in words; empty when all does."""
        for each in self.files.marks:
            while self.next_before(each.time):
                self.take()
            while self.next_at(each.time) and self.open > each.open_positions:
                self.take()
            self.fund(each.time)
            self.hold_against(each)
            if each.time in self.ends:
                self.start_over(each.time)
        return self.wrong

    @property
    def open(self) -> int:
        """Positions held."""
        return sum(1 for holding in self.holdings.values() if holding.quantity)

    def next_before(self, time: int) -> bool:
        """Whether the next fill happened inside the bar that closes at `time`."""
        return self.done < len(self.files.fills) and self.files.fills[self.done].time < time

    def next_at(self, time: int) -> bool:
        """Whether the next fill carries this very instant and comes from the account's own rules."""
        fills = self.files.fills
        return self.done < len(fills) and fills[self.done].time == time and fills[self.done].reason in ("house", "phase_end")

    def take(self) -> None:
        """The next fill: what it realised, what it cost, the balance after it."""
        each = self.files.fills[self.done]
        self.done += 1
        holding = self.holdings[each.symbol]
        self.agree("profit", each.time, each.profit, holding.take(each))
        fees = [each.quantity * each.price * rate for rate in (TAKER, MAKER)]
        self.agree("fee", each.time, each.fee, min(fees, key=lambda fee: abs(fee - each.fee)))
        self.balance += each.profit - each.fee
        self.agree("balance", each.time, each.balance, self.balance)
        if not holding.quantity:
            self.agree("funding", each.time, each.funding, holding.funding)
            self.holdings[each.symbol] = Holding()

    def fund(self, time: int) -> None:
        """Funding due at a close on what has been held since before."""
        for symbol, holding in self.holdings.items():
            if holding.quantity and time in self.due[symbol] and holding.opened < time:
                paid = holding.quantity * self.candles[symbol][time].close * self.due[symbol][time]
                self.balance -= paid
                holding.funding += paid

    def hold_against(self, each: Mark) -> None:
        """Balance and equity of one mark."""
        held = [(self.candles[symbol][each.time].close, holding) for symbol, holding in self.holdings.items() if holding.quantity]
        self.agree("balance", each.time, each.balance, self.balance)
        self.agree("equity", each.time, each.equity, self.balance + sum((h.worth(price) for price, h in held), Decimal(0)))

    def start_over(self, time: int) -> None:
        """The phase ends: what is left open is closed at once, and the next phase begins with the initial balance."""
        while self.next_at(time) and self.files.fills[self.done].reason == "phase_end":
            self.take()
        self.balance = INITIAL

    def agree(self, what: str, time: int, theirs: Decimal, ours: Decimal) -> None:
        """Note a difference of a cent or more."""
        if abs(theirs - ours) >= CENT:
            self.wrong.append(f"{what} at {time}: the run says {theirs}, the recount {ours}")


def floors(marks: list[Mark], amount: Decimal, *, peak: bool) -> list[Decimal]:
    """The daily floor at every mark of one attempt: below the day's highest equity, or below the larger reading at the reset."""
    anchor, found = INITIAL, []
    for each in marks:
        anchor = max(anchor, each.high) if peak else anchor
        found.append(anchor - amount)
        if each.time % DAY == 0:
            anchor = each.equity if peak else max(each.balance, each.equity)
    return found


def valid_days(fills: list[Fill]) -> int:
    """Days with a closed trade of at least 5 % of the initial balance in notional that won at least 1 % of it."""
    kept = [each for each in closed_positions(fills) if not each.by_phase_end]
    good = [each for each in kept if each.notional >= INITIAL * 5 / 100 and each.result >= each.notional / 100]
    return len({each.closed // DAY for each in good})


def credited(marks: list[Mark], final: Decimal, cap: Decimal | None) -> Decimal:
    """Profit that counts: each day's change of the balance, no more than `cap` of it."""
    starts = [INITIAL, *(each.balance for each in marks if each.time % DAY == 0), final]
    days = [after - before for before, after in pairwise(starts)]
    return sum((day if cap is None else min(day, cap) for day in days), Decimal(0))


def deepest_fall(files: Files) -> Decimal:
    """The deepest fall of equity between the last marks of days, as a fraction; never across two attempts."""
    deepest = Decimal(0)
    for number in range(len(files.attempts)):
        marks, peak = files.marks_of(number), INITIAL
        lasts = [list(day)[-1] for _, day in groupby(marks, key=lambda each: (each.time - 1) // DAY)]
        for each in lasts:
            peak = max(peak, each.equity)
            deepest = max(deepest, 1 - each.equity / peak)
    return deepest

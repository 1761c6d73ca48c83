"""What one bar did to one symbol's part of the equity: the path a reader of the design would walk, with the fills the run left."""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal

from tests.outsider.left import Bar, Fill

NOTHING = Decimal(0)


@dataclass
class Holding:
    """What is held of one symbol, from the first fill of a position to its last."""

    quantity: Decimal = NOTHING  # with its sign
    cost: Decimal = NOTHING  # quantity × average entry price
    result: Decimal = NOTHING  # realised so far, fees and funding included
    opened: int = 0
    largest: Decimal = NOTHING
    notional: Decimal = NOTHING  # the largest quantity at the average entry price
    price: Decimal = NOTHING  # the market's last price
    voided: bool = False  # one of its fills lay in a time around a release whose profit does not count

    @property
    def open(self) -> Decimal:
        """Open result at the last price."""
        return self.quantity * self.price - self.cost

    def take(self, fill: Fill) -> Decimal:
        """Apply a fill; gives what it added to the balance."""
        signed, gained = fill.side * fill.quantity, NOTHING
        if self.quantity * signed >= 0:
            if not self.quantity:
                self.result, self.opened, self.largest, self.voided = NOTHING, fill.time, NOTHING, False
            self.cost += signed * fill.price
            self.quantity += signed
            self.largest = max(self.largest, abs(self.quantity))
            self.notional = self.largest * self.cost / self.quantity
        else:
            entry = self.cost / self.quantity
            gained = -signed * (fill.price - entry)
            self.cost += signed * entry
            self.quantity += signed
            self.cost = self.cost if self.quantity else NOTHING
        self.result += gained - fill.fee
        return gained - fill.fee


@dataclass
class Path:
    """The symbol's part of the equity during one instant's bars, counted from its part of the balance before them."""

    holding: Holding
    realised: Decimal = NOTHING
    could: Decimal = NOTHING  # highest if the favourable extreme had come first
    inside: int | None = None  # how many of the points lie inside the bar; None: all
    points: list[tuple[Decimal, Decimal]] = field(default_factory=list)  # on the way: part of the equity, part of the balance

    def __post_init__(self) -> None:
        self.look()
        self.could = self.worth

    @property
    def worth(self) -> Decimal:
        """What the symbol adds to the equity now."""
        return self.realised + self.holding.open

    @property
    def high(self) -> Decimal:
        """The most it added."""
        return max(worth for worth, _ in self.points)

    @property
    def low(self) -> Decimal:
        """The least it added."""
        return min(worth for worth, _ in self.points)

    @property
    def low_after(self) -> Decimal:
        """The least it added since its part of the balance stood highest."""
        realised = [part for _, part in self.points]
        return min(worth for worth, _ in self.points[realised.index(max(realised)) :])

    @property
    def balances(self) -> list[Decimal]:
        """Its part of the balance as fills made it; what is paid at the end comes later."""
        return [part for _, part in self.points[: self.inside]]

    def look(self) -> None:
        """Note what stands now."""
        self.points.append((self.worth, self.realised))

    def reach(self, price: Decimal) -> None:
        """The market moves to a price."""
        self.holding.price = price
        self.look()

    def fill(self, fill: Fill) -> Decimal:
        """One fill at the market's price; gives what it added to the balance."""
        self.reach(fill.market)
        gained = self.holding.take(fill)
        self.realised += gained
        self.look()
        return gained

    def pay(self, amount: Decimal) -> None:
        """Funding, at the end."""
        self.inside = len(self.points)
        self.realised -= amount
        self.holding.result -= amount
        self.look()


def low_comes_first(holding: Holding, bar: Bar, first: Fill | None) -> bool:
    """With a position the adverse extreme comes first; flat, the side of the order that was nearest: the first fill shows which."""
    if holding.quantity:
        return holding.quantity > 0
    if first is None:
        return True
    return first.market <= bar.open if first.time - bar.opened == 1 else first.market >= bar.open


def corners(path: Path, bar: Bar, first: Fill | None) -> tuple[Decimal, ...]:
    """The ends of the bar's legs: open → extreme → other extreme → close; notes what the favourable one alone would bring."""
    holding = path.holding
    if holding.quantity:
        favourable = bar.high if holding.quantity > 0 else bar.low
        path.could = max(path.could, path.realised + holding.quantity * favourable - holding.cost)
    return (bar.open, bar.low, bar.high, bar.close) if low_comes_first(holding, bar, first) else (bar.open, bar.high, bar.low, bar.close)

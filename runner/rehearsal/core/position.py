"""A position and what protects it."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from runner.rehearsal.core.listing import ZERO


@dataclass(slots=True, kw_only=True)
class Position:
    """One side of one symbol. `stop`, `target`, `trail` are ids of the exchange's own orders, "" where there is none."""

    market: str
    index: int = 0
    side: int = 0
    size: Decimal = ZERO
    entry: Decimal = ZERO
    realised: Decimal = ZERO  # since it was opened, fees and funding included
    total: Decimal = ZERO  # since ever
    open_fee: Decimal = ZERO  # paid for what is open now
    stop: str = ""
    target: str = ""
    trail: str = ""
    distance: Decimal = ZERO
    trail_from: Decimal | None = None
    best: Decimal = ZERO
    armed: bool = False
    created_ms: int = 0
    updated_ms: int = 0
    number: int = 0

    def result(self, price: Decimal) -> Decimal:
        """What closing it at `price` would bring, before costs."""
        return self.side * self.size * (price - self.entry)

    @property
    def value(self) -> Decimal:
        """What it was entered for."""
        return self.size * self.entry

    def trail_price(self) -> Decimal | None:
        """Where the trail stands; None until it is armed."""
        return self.best - self.side * self.distance if self.armed and self.distance > 0 else None

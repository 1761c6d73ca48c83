"""What the guard knows of an account when it judges, and what it may decide. Money is float here, prices that are sent are Decimal."""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import ROUND_CEILING, ROUND_FLOOR, ROUND_HALF_EVEN, Decimal
from enum import StrEnum

from runner.live.state import Halt
from runner.model.rules import HouseAction
from runner.model.trading import Contract, OrderSeen, PositionSeen, WalletSeen

PEAKS_LOST = "PEAKS_LOST"  # the code of a halt that ends when they are known again


@dataclass(frozen=True, kw_only=True)
class Terms:
    """How the guard judges. Fractions are of the price unless they say otherwise."""

    stop_distance: float = 0.02  # a stop it sets itself stands this far from the mark, or nearer where floors ask for it
    nearest: float = 0.001  # a stop is never brought closer to the mark than this
    past: float = 0.005  # a stop that the mark has passed by more than this protects nothing
    bare_ms: int = 5_000  # a position whose stop cannot be set for so long is closed
    steer: float = 0.5  # share of a floor's margin under which risk is taken down
    flatten: float = 0.25  # share of a floor's margin under which everything is closed
    flat_before_ms: int = 60_000  # closed so long before a session or window that forbids holding
    warn_buffer: float = 0.5  # of the distance to liquidation
    reduce_buffer: float = 0.3
    reduce_share: float = 0.5  # of a position, when its buffer is that small
    taker_fee: float = 0.00055
    slippage: float = 0.0005


@dataclass(frozen=True, kw_only=True)
class Held:
    """An open position, the venue's rules for its symbol, and since when the guard has seen it without a stop."""

    position: PositionSeen
    contract: Contract
    bare_since_ms: int | None = None
    stops: tuple[Decimal, ...] = ()  # triggers of resting stop orders for its full size
    members: int = -1  # bit of the symbol in the rule book; -1: it is in none

    @property
    def symbol(self) -> str:
        """Which market."""
        return self.position.symbol

    @property
    def quantity(self) -> float:
        """Above zero."""
        return float(self.position.quantity)

    @property
    def mark(self) -> float:
        """What it is valued at; its own price where the venue does not say."""
        return float(self.position.mark or self.position.average_price or 0)

    def stop(self, terms: Terms) -> Decimal | None:
        """The stop that is met first, of those that stand on the right side of the mark; None when nothing protects the full size."""
        known = [stop for stop in (self.position.stop, *self.stops) if stop]
        right = [stop for stop in known if self.position.side * (self.mark - float(stop)) > -terms.past * self.mark]
        return (max if self.position.side > 0 else min)(right, default=None)

    def rounded(self, price: float) -> Decimal:
        """A stop on the tick, rounded towards the market: never wider than asked."""
        ticks = (Decimal(repr(price)) / self.contract.tick).to_integral_value(ROUND_CEILING if self.position.side > 0 else ROUND_FLOOR)
        return (ticks * self.contract.tick).quantize(self.contract.tick, ROUND_HALF_EVEN)

    def share(self, part: float) -> Decimal:
        """A part of its quantity on the step; all of it where less could not be traded, or would leave too little."""
        steps = (self.position.quantity * Decimal(repr(part)) / self.contract.step).to_integral_value(ROUND_CEILING)
        wanted = min(self.position.quantity, max(steps * self.contract.step, self.contract.min_quantity))
        return self.position.quantity if self.position.quantity - wanted < self.contract.min_quantity else wanted


@dataclass(frozen=True, kw_only=True)
class Resting:
    """An order that would open or add to a position."""

    order: OrderSeen
    members: int = -1

    @property
    def symbol(self) -> str:
        """Which market."""
        return self.order.symbol

    @property
    def left(self) -> float:
        """What of it can still fill."""
        return float(self.order.quantity - self.order.filled)

    @property
    def price(self) -> float | None:
        """Where it fills; None when it does not say."""
        price = self.order.price or self.order.trigger_price
        return None if price is None else float(price)


@dataclass(frozen=True, kw_only=True)
class Floor:
    """A level that equity must not reach, and what it allows to lose. `until_ms`: when its day ends; None when it has none."""

    key: str
    code: str
    level: float
    allowance: float
    margin: float  # share of the allowance that stays unused
    until_ms: int | None = None
    firm: bool = True


@dataclass(frozen=True, kw_only=True)
class Rung:
    """A step of the house's own ladder. `until_ms`: when what it does ends, None when only somebody ends it."""

    key: str
    act: HouseAction
    level: float  # the equity at which it fires, in the venue's money
    why: str
    in_force: bool = False
    until_ms: int | None = None

    @property
    def closes(self) -> bool:
        """Whether nothing may stay open."""
        return self.act in (HouseAction.FLATTEN, HouseAction.PAUSE, HouseAction.HALT)

    @property
    def blocks(self) -> bool:
        """Whether nothing may be opened."""
        return self.act != HouseAction.FLATTEN


@dataclass(frozen=True, kw_only=True)
class Window:
    """A time around which something is forbidden: everything is closed by `closed_by`, no entry may rest from then to `end`."""

    why: str
    closed_by: int | None
    end: int
    no_entries: bool
    members: int = -1  # bits of the symbols it concerns; -1: all

    def concerns(self, members: int) -> bool:
        """Whether it concerns a symbol; one the rule book does not know is concerned."""
        return self.members < 0 or members < 0 or bool(self.members & members)


@dataclass(frozen=True, kw_only=True)
class View:
    """An account as it stands at the venue, with everything its rules say of this instant.

    blind_until_ms: peaks are lost, so the allowance counts as used until then; None when they are known.
    """

    now_ms: int
    account: str
    wallet: WalletSeen
    held: tuple[Held, ...] = ()
    resting: tuple[Resting, ...] = ()
    floors: tuple[Floor, ...] = ()
    rungs: tuple[Rung, ...] = ()
    windows: tuple[Window, ...] = ()
    halts: tuple[Halt, ...] = ()
    ended: str = ""  # the rule that has ended the phase
    paused_until_ms: int | None = None  # no entries before
    blind_until_ms: int | None = None
    terms: Terms = field(default_factory=Terms)

    @property
    def equity(self) -> float:
        """What the venue says it is worth."""
        return float(self.wallet.equity)


class Do(StrEnum):
    """What the guard may do."""

    SET_STOP = "set_stop"
    TIGHTEN = "tighten"
    CLOSE = "close"  # `quantity` of the position, at market, reduce-only
    CANCEL = "cancel"  # one resting entry
    HALT = "halt"  # no new entries until `until_ms`, or until lifted
    WARN = "warn"


@dataclass(frozen=True, kw_only=True)
class Action:
    """One thing to do, with the code of the reason, what was measured and its limit."""

    do: Do
    code: str
    why: str
    symbol: str = ""
    stop: Decimal | None = None
    quantity: Decimal | None = None
    order: OrderSeen | None = None
    until_ms: int | None = None
    value: float | None = None
    limit: float | None = None

    def line(self) -> str:
        """The action in one line: what, where, why, both numbers."""
        numbers = "" if self.value is None or self.limit is None else f" value={self.value:.2f} limit={self.limit:.2f}"
        at = "" if self.stop is None else f" at {self.stop}"
        size = "" if self.quantity is None else f" {self.quantity}"
        return f"{self.do}{f' {self.symbol}' if self.symbol else ''}{size}{at}: {self.code}{numbers} {self.why}"

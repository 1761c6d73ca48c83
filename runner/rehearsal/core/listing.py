"""What is traded, under which rules, and how prices, quantities and money are rounded."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import ROUND_CEILING, ROUND_DOWN, ROUND_FLOOR, ROUND_HALF_EVEN, ROUND_HALF_UP, Decimal

from runner.model.instrument import Instrument

CENT = Decimal("0.00000001")  # what money is rounded to wherever it changes a balance
ZERO = Decimal(0)
BPS = Decimal(10_000)


def decimal(value: float) -> Decimal:
    """A float as it is written, not as it is stored."""
    return Decimal(repr(float(value)))


@dataclass(frozen=True, kw_only=True)
class Listing:
    """One contract or pair and the venue's rules for it. Fees, `maintenance` and `band` are fractions."""

    symbol: str
    base: str
    settle: str = "USDT"
    spot: bool = False
    tick: Decimal = Decimal("0.1")
    step: Decimal = Decimal("0.001")
    min_quantity: Decimal = Decimal("0.001")
    max_quantity: Decimal = Decimal(100_000)
    max_market_quantity: Decimal = Decimal(50_000)
    min_notional: Decimal = Decimal(5)
    max_leverage: Decimal = Decimal(100)
    maintenance: Decimal = Decimal("0.005")
    taker: Decimal = Decimal("0.00055")
    maker: Decimal = Decimal("0.0002")
    funding_interval_ms: int = 28_800_000
    band: Decimal = Decimal("0.1")  # a buy this much above the mark is refused, a sell as much below
    trading: bool = True
    launched_ms: int = 1_585_526_400_000

    @property
    def key(self) -> str:
        """How the exchange calls its market: a pair and a perpetual may share a symbol."""
        return f"spot:{self.symbol}" if self.spot else self.symbol

    def near(self, price: Decimal) -> Decimal:
        """The nearest price on the grid."""
        return (price / self.tick).quantize(Decimal(1), ROUND_HALF_UP) * self.tick

    def worse(self, price: Decimal, side: int, slippage: Decimal) -> Decimal:
        """What a taker of `side` gets at `price`: worse by `slippage`, on the grid."""
        if slippage == 0:
            return price
        way = ROUND_CEILING if side > 0 else ROUND_FLOOR
        return (price * (1 + side * slippage) / self.tick).quantize(Decimal(1), way) * self.tick

    def whole(self, quantity: Decimal) -> Decimal:
        """The quantity in whole steps, not above it."""
        return (quantity / self.step).quantize(Decimal(1), ROUND_DOWN) * self.step


def cents(money: Decimal) -> Decimal:
    """Money as it changes a balance."""
    return money.quantize(CENT, ROUND_HALF_EVEN)


def listing_of(instrument: Instrument, *, taker: float | None = None, maker: float | None = None) -> Listing:
    """The perpetual that an instrument's specification describes; fees as fractions, None = the instrument's own."""
    step = decimal(instrument.quantity_step)
    return Listing(
        symbol=instrument.symbol,
        base=instrument.symbol.removesuffix(instrument.quote),
        settle=instrument.quote,
        tick=decimal(instrument.tick),
        step=step,
        min_quantity=max(decimal(instrument.min_quantity), step),
        max_quantity=decimal(instrument.max_quantity),
        max_market_quantity=decimal(instrument.max_quantity),
        min_notional=decimal(instrument.min_notional),
        max_leverage=decimal(instrument.max_leverage),
        maintenance=decimal(instrument.maintenance_margin_fraction),
        taker=decimal(instrument.taker_fee_bps) / BPS if taker is None else decimal(taker),
        maker=decimal(instrument.maker_fee_bps) / BPS if maker is None else decimal(maker),
        funding_interval_ms=instrument.funding_interval_ms,
    )

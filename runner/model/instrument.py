"""What can be traded, in which steps and at what cost."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Instrument:
    """Specification of one symbol at one venue. Prices in `quote`, quantities in units of the venue (coins, lots)."""

    symbol: str
    quote: str
    tick: float
    quantity_step: float
    min_quantity: float
    max_quantity: float
    min_notional: float
    contract_size: float
    taker_fee_bps: float
    maker_fee_bps: float
    maintenance_margin_fraction: float
    max_leverage: float
    funding_interval_ms: int
    inferred: bool = False
    source: str = ""
    read_on: str = ""

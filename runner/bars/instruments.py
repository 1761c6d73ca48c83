"""Specifications by symbol and venue: from the facts that ship with the project, from the user, or inferred from prices."""

from __future__ import annotations

import csv
import math
from collections.abc import Mapping
from dataclasses import replace
from functools import cache
from typing import Any

from runner.bars.infer import quantity_step_of, tick_of
from runner.bars.nearest import nearest
from runner.bars.shipped import INSTRUMENTS
from runner.bars.specification import Specification
from runner.model.bars import Bars
from runner.model.currency import STABLE, quote_of
from runner.model.duration import HOUR_MS
from runner.model.errors import DataError, Problem
from runner.model.instrument import Instrument

Row = Mapping[str, str]
ALIASES = {"bybit": "bybit_linear", "binance": "binance_usdm", "mt5": "mt5_generic"}
FALLBACK = ("bybit_linear", "binance_usdm", "mt5_generic")  # where else to look, in this order

# The facts hold no maintenance margin, and some cells were not found. What stands in for them is named in `Instrument.source`.
MAINTENANCE_MARGIN = 0.005  # first tier of large perpetuals; smaller symbols and larger positions need more
PERPETUAL = {"min_notional": 5.0, "max_leverage": 25.0, "funding_interval_h": 8.0}  # SOL, BNB, AVAX, LINK on Bybit
BROKER = {"min_notional": 0.0, "max_leverage": 30.0, "funding_interval_h": 0.0, "taker_fee_pct": 0.0, "maker_fee_pct": 0.0}
UNKNOWN_FEES_BPS = (5.5, 2.0)  # taker and maker of an inferred instrument: Bybit's entry tier


def instrument(symbol: str, venue: str, bars: Bars | None = None, said: Specification | None = None) -> Instrument:
    """The specification of `symbol` at `venue` (`bybit_linear`, `binance_usdm`, `mt5_generic`, ...), with what the user `said` on top.

    A symbol the venue lacks is looked up at the others; one that nobody knows gets tick and steps from the prices of `bars`
    and is flagged `inferred`. Raises DataError with the nearest symbols when there are no prices either, or the venue is unknown.
    Ticks are today's: Bybit's of 2022 were coarser (`+instrument=bybit_2022`).
    """
    row = find(symbol, venue_name(venue))
    if row is not None:
        found = from_facts(row)
    elif bars is not None and len(bars):
        found = from_prices(symbol, bars)
    else:
        message = f"no specification{nearest(symbol, known())}"
        raise DataError(f"{symbol} is not known", [Problem(path=f"instrument.{symbol}", message=message)])
    return replace(found, **said.fields(), source=f"{found.source}; settings: {', '.join(said.fields())}") if said else found


def known() -> tuple[str, ...]:
    """Every symbol with a complete specification at some venue, sorted."""
    return tuple(sorted({row["symbol"] for row in facts()}))


def venues() -> tuple[str, ...]:
    """The venues with specifications, and the short names for them, sorted."""
    return tuple(sorted({*ALIASES, *(row["venue"] for row in facts())}))


def venue_name(venue: str) -> str:
    """The full lower-case name of a venue; DataError names the nearest when there is none."""
    name = ALIASES.get(venue.lower(), venue.lower())
    if name not in venues():
        raise DataError("no such venue", [Problem(path="source.venue", message=f"no specifications of {venue!r}{nearest(name, venues())}")])
    return name


@cache
def facts() -> tuple[Row, ...]:
    """The rows of the shipped table that say at least tick, step and contract size; empty cells were not found."""
    with INSTRUMENTS.open(newline="", encoding="utf-8") as file:
        rows = [{**row, "venue": row["venue"].lower()} for row in csv.DictReader(file)]
    return tuple(row for row in rows if row["tick_size"] and row["qty_step"] and row["contract_size"])


def find(symbol: str, venue: str) -> Row | None:
    """The row of `symbol` at `venue`, else at the first other venue that has it."""
    rows = {row["venue"]: row for row in reversed(facts()) if row["symbol"] == symbol}
    order = [name for name in (venue, *FALLBACK, *rows) if name in rows]
    return rows[order[0]] if order else None


def from_facts(row: Row) -> Instrument:
    """A row of the table as an Instrument. Of two maxima the smaller one, that of market orders, is kept; none is infinite."""
    stand_in = PERPETUAL if row["kind"] == "perpetual" else BROKER
    assumed = [name for name in stand_in if not row[name]]
    cell = {name: float(row[name]) if row[name] else value for name, value in stand_in.items()}
    fee = {name: float(row[name]) if row[name] else cell.get(name, 0.0) for name in ("taker_fee_pct", "maker_fee_pct")}
    return Instrument(
        symbol=row["symbol"],
        quote=quote_of(row["symbol"]) or "USD",
        tick=float(row["tick_size"]),
        quantity_step=float(row["qty_step"]),
        min_quantity=float(row["qty_min"] or row["qty_step"]),
        max_quantity=float(row["qty_max_market"] or row["qty_max"] or math.inf),
        min_notional=cell["min_notional"],
        contract_size=float(row["contract_size"]),
        taker_fee_bps=round(fee["taker_fee_pct"] * 100, 9),
        maker_fee_bps=round(fee["maker_fee_pct"] * 100, 9),
        maintenance_margin_fraction=MAINTENANCE_MARGIN,
        max_leverage=cell["max_leverage"],
        funding_interval_ms=int(cell["funding_interval_h"] * HOUR_MS),
        source=f"{row['venue']} {row['source_ids']}; assumed: {', '.join([*assumed, 'maintenance margin'])}",
        read_on=row["payload_date"],
    )


def from_prices(symbol: str, bars: Bars) -> Instrument:
    """An Instrument nobody knows: the smallest decimal step of its prices, and a quantity step worth at most one quote unit."""
    quote, step = quote_of(symbol), quantity_step_of(bars)
    return Instrument(
        symbol=symbol,
        quote=quote or "USD",
        tick=tick_of(bars),
        quantity_step=step,
        min_quantity=step,
        max_quantity=math.inf,
        min_notional=0.0,
        contract_size=1.0,
        taker_fee_bps=UNKNOWN_FEES_BPS[0],
        maker_fee_bps=UNKNOWN_FEES_BPS[1],
        maintenance_margin_fraction=MAINTENANCE_MARGIN,
        max_leverage=PERPETUAL["max_leverage"],
        funding_interval_ms=8 * HOUR_MS if quote in STABLE else 0,
        inferred=True,
        source=f"inferred from {len(bars)} bars",
    )


def specifications(said: Mapping[str, Any]) -> dict[str, Specification]:
    """The `instrument` section of a settled configuration, checked; pydantic's ValidationError says what is wrong."""
    return {symbol: Specification.model_validate(fields) for symbol, fields in said.items()}

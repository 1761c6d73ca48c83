"""Blocks as they lie in their rooms: found by walking the folders, built with the defaults of their YAML."""

from __future__ import annotations

import importlib
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import yaml

from blocks.entry.average_state import AverageState
from blocks.entry.ema_cross import EmaCross
from blocks.entry.fair_value_gap import FairValueGap
from blocks.entry.macd_state import MacdState
from blocks.entry.sigma_reversion import SigmaReversion
from blocks.entry.volume_push import VolumePush
from blocks.entry.zone_touch import ZoneTouch
from blocks.exit.ladder import Target
from blocks.exit.step_out import Step
from blocks.exit.tiered_trail import Tier
from blocks.filter.blackout import Stretch
from blocks.filter.indicator_range import IndicatorRange
from blocks.filter.structure import Structure
from blocks.indicator.bollinger import Bollinger
from blocks.indicator.donchian import Donchian
from blocks.indicator.rsi import Rsi
from blocks.indicator.sma import Sma
from blocks.sizing.fixed_risk import FixedRisk
from blocks.sizing.scaled import Step as Scale
from blocks.source.files import Files
from runner.audit import since
from runner.model.bars import OPTIONAL, Bars
from runner.model.block import Block
from runner.model.market import Market
from runner.model.terms import Clock, Window

ROOT = Path(__file__).resolve().parents[2]
REQUIRED: dict[tuple[str, str], dict[str, Any]] = {  # what a YAML leaves open (???)
    ("entry", "all_of"): {"entries": {"gap": FairValueGap(), "cross": EmaCross(fast=3, slow=8)}, "within_bars": 10},
    ("entry", "any_of"): {"entries": {"gap": FairValueGap(), "cross": EmaCross(fast=3, slow=8)}},
    ("entry", "confirmations"): {"voters": {"average": AverageState(), "macd": MacdState(), "volume": VolumePush()}},
    ("entry", "oscillator_band"): {"indicator": Rsi()},
    ("entry", "oscillator_levels"): {"indicator": Rsi()},
    ("entry", "python_signals"): {"file": str(Path(__file__).with_name("data") / "signals.py")},
    ("entry", "score"): {"primary": {"cross": EmaCross(fast=3, slow=8)}, "secondary": {"gap": FairValueGap()}, "within_bars": 10},
    ("exit", "column_exit"): {"indicator": Rsi(), "long_above": 60.0, "short_below": 40.0},
    ("exit", "session_flat"): {"flat_by": Clock(at="16:55", zone="America/New_York")},
    ("exit", "step_out"): {"steps": {"half_way": Step(at=0.5, fraction=0.5)}},
    ("exit", "column_stop"): {"indicator": Donchian(), "column": "lower", "short_column": "upper"},
    ("exit", "tiered_trail"): {"tiers": {"wide": Tier(profit=0.0, distance=0.03), "close": Tier(profit=0.03, distance=0.02)}},
    ("exit", "ladder"): {"targets": {"tp1": Target(at=1.0, fraction=0.5), "tp2": Target(at=2.5, fraction=0.3)}},
    ("entry", "votes"): {"voters": {"average": AverageState(), "macd": MacdState(), "volume": VolumePush()}},
    ("filter", "column_trend"): {"indicator": Sma(length=50)},
    ("filter", "blackout"): {"periods": {"christmas": Stretch(first="12-24", last="01-02")}},
    ("filter", "session"): {"windows": {"day": Window(opens="09:30", closes="16:00", zone="America/New_York")}},
    ("filter", "indicator_range"): {"indicator": Rsi(), "upper": 60.0},
    ("sizing", "fixed_notional"): {"notional": 1000.0},
    ("sizing", "fixed_quantity"): {"quantity": 0.5},
    ("sizing", "pyramid"): {"of": FixedRisk()},
    ("sizing", "weekday_multiplier"): {"of": FixedRisk(), "factors": {"mon": 0.5, "sun": 0.0}},
    ("sizing", "scaled"): {"of": FixedRisk(), "steps": {"three_losses": Scale(by="losing_streak", at=3, factor=0.5)}},
}
ABSENT: dict[str, set[str]] = {  # columns of an indicator that are NaN where there is nothing to name
    "open_gaps": {"rise_lower", "rise_upper", "fall_lower", "fall_upper"},
    "supply_demand": {"demand_lower", "demand_upper", "supply_lower", "supply_upper"},
}
VARIANTS: dict[tuple[str, str], list[dict[str, Any]]] = {  # options that take another path through the code
    ("entry", "average_state"): [{"fast": 1, "slow": 50, "kind": "simple", "fresh": 1.0}],
    ("entry", "channel_breakout"): [{"length": 5, "offset_ticks": 0, "expires_bars": 3}],
    ("entry", "confirmations"): [{"needed": 3, "repeat": True}],
    ("entry", "oscillator_levels"): [
        {"indicator": Bollinger(), "column": "percent", "strong_buy": 0.0, "buy": 0.2, "sell": 0.8, "strong_sell": 1.0}
    ],
    ("entry", "votes"): [
        {"combine": "sum", "weights": {"macd": 2.0}, "buy": 2.0, "strong_buy": 4.0, "sell": -2.0, "strong_sell": -4.0, "repeat": True},
        {"act_on": "strong"},
    ],
    ("entry", "fair_value_gap"): [
        {"partly_filled": True, "max_age": 40, "boundary": "lower"},
        {"order": "limit", "confirmation_timeframe": "1h"},
        {"detection": "two_candle", "min_gap_fraction": 0.0},
    ],
    ("exit", "atr_trail"): [{"range_at": "every_bar", "update": "bar_close", "after_target": 2}],
    ("indicator", "donchian"): [{"before": True}],
    ("exit", "column_exit"): [
        {"indicator": Sma(length=20), "measure": "close_minus_column", "when": "beyond", "long_below": 0.0, "short_above": 0.0}
    ],
    ("exit", "session_flat"): [{"flat_by": Clock(at="17:00", zone="Europe/London", weekdays=["fri"]), "before": "90m"}],
    ("exit", "column_stop"): [{"buffer_atr": 0.5}],
    ("exit", "percent_trail"): [{"start_fraction": 0.01, "update": "bar_close"}],
    ("exit", "step_out"): [{"unit": "atr", "steps": {"one": Step(at=0.5, fraction=0.3), "two": Step(at=1.0, fraction=0.3)}}],
    ("exit", "swing_stop"): [{"swing": "confirmed", "bars": 3, "buffer_atr": 0.25}],
    ("exit", "tiered_trail"): [{"unit": "atr", "tiers": {"one": Tier(profit=2.0, distance=1.0)}, "after_target": 1}],
    ("exit", "ladder"): [{"unit": "fraction", "targets": {"far": Target(at=0.9, fraction=1.0)}}, {"unit": "atr"}],
    ("indicator", "pivots"): [{"method": "camarilla", "session": {"at": "17:00", "zone": "America/New_York", "weekdays": ["sun"]}}],
    ("indicator", "vwap"): [{"session": {"at": "17:00", "zone": "America/New_York"}}, {"session": None, "length": 20}],
    ("filter", "column_trend"): [
        {"indicator": Donchian(length=10, before=True), "column": "upper", "short_column": "lower"},
        {"indicator": Rsi(), "level": 55.0, "short_level": 45.0, "timeframe": "1d"},
    ],
    ("filter", "volatility_band"): [{"measure": "realised", "length": 20, "lower": None, "upper": 0.02}],
    ("filter", "higher_timeframe_trend"): [{"timeframe": "1w", "length": 3}, {"timeframe": "1h"}],
    ("entry", "gap_open"): [{"timeframe": "8h", "min_fraction": 0.0, "max_age": "5d"}],
    ("entry", "score"): [
        {
            "primary": {},
            "secondary": {"touch": ZoneTouch(volume_ratio=1.2), "far": SigmaReversion(sigma=1.0), "cross": EmaCross(fast=3, slow=8)},
            "conditions": {"structure": Structure(), "range": IndicatorRange(indicator=Rsi(), upper=60.0)},
            "weights": {"touch": 1.5, "structure": 2.0},
            "grades": {"weak": 2.5, "strong": 4.0},
            "grade": "weak",
            "within_bars": 3,
        },
    ],
    ("entry", "sigma_reversion"): [{"speaks": "return", "sigma": 1.5, "timeframe": "8h"}],
    ("entry", "structure_break"): [{"breaks": "continuation"}, {"breaks": "reversal", "reach": 1, "timeframe": "1d"}],
    ("entry", "value_area_return"): [{"session": {"at": "00:00", "zone": "UTC"}}, {"timeframe": "12h", "length": 10}],
    ("entry", "zone_touch"): [{"volume_ratio": 1.2, "min_strength": 70.0}, {"timeframe": "8h", "volume_ratio": 1.0, "max_age": 100}],
    ("filter", "near_value_area"): [{"prices": "any", "session": {"at": "17:00", "zone": "America/New_York"}, "proximity": 0.01}],
    ("filter", "near_zone"): [{"proximity": 0.02, "min_strength": 70.0, "timeframe": "8h"}],
    ("filter", "reverting"): [{"min_strength": 20.0, "length": 40, "timeframe": "8h"}],
    ("filter", "structure"): [{"timeframe": "1d", "reach": 1}],
    ("indicator", "market_profile"): [{"session": {"at": "00:00", "zone": "UTC"}}, {"timeframe": "12h", "length": 10}],
    ("indicator", "open_gaps"): [{"timeframe": "8h", "max_age": "3d"}],
    ("indicator", "reversion_strength"): [{"timeframe": "8h", "length": 40, "max_lag": 5, "distance_length": 20, "lag": 2}],
    ("indicator", "supply_demand"): [{"timeframe": "8h", "volume_ratio": 1.2, "most": 3, "max_age": 200}],
    ("indicator", "swings"): [{"timeframe": "1d", "reach": 1}],
    ("filter", "blackout"): [{"periods": {"spring": Stretch(first="2024-03-01", last="2024-03-31")}, "zone": "Asia/Tokyo"}],
    ("filter", "session"): [{"windows": {"night": Window(opens="22:00", closes="06:00", zone="UTC", weekdays=["fri", "mon"])}}],
    ("filter", "sides"): [{"allowed": "long"}],
    ("filter", "spread"): [{"max_of_atr": 0.001}, {"max_fraction": None, "max_of_atr": 0.0005}],
    ("filter", "weekday"): [{"days": ["sat", "sun"], "zone": "America/New_York"}],
    ("sizing", "pyramid"): [{"unit": "atr", "steps": 4, "shrink": 0.5}],
    ("sizing", "volatility_target"): [{"per": "bar", "target_fraction": 0.01, "max_multiple": 3.0}],
    ("sizing", "weekday_multiplier"): [{"zone": "Asia/Tokyo"}],
    ("filter", "news_window"): [{"before": "1d", "after": "30m", "currencies": ["EUR", "GBP"]}],
}


def names(room: str) -> list[str]:
    """Every block file of a room."""
    return sorted(path.stem for path in (ROOT / "blocks" / room).glob("*.py"))


def defaults(room: str, name: str) -> dict[str, Any]:
    """The parameters of a block's YAML that are not left open."""
    written = yaml.safe_load((ROOT / "conf" / room / f"{name}.yaml").read_text(encoding="utf-8"))
    return {key: value for key, value in written.items() if key not in {"_target_", "defaults"} and value != "???"}


def built(room: str, name: str, **changed: Any) -> Block:
    """The block as its YAML describes it."""
    kind = getattr(importlib.import_module(f"blocks.{room}.{name}"), "".join(word.capitalize() for word in name.split("_")))
    block: Block = kind(**(defaults(room, name) | REQUIRED.get((room, name), {}) | changed))
    return block


def cases(room: str) -> list[tuple[str, dict[str, Any]]]:
    """Every block of a room as its YAML has it, and its variants."""
    return [(name, changed) for name in names(room) for changed in ({}, *VARIANTS.get((room, name), []))]


@cache
def source() -> Files:
    """The bars that ship with the project."""
    return Files()


@cache
def real(symbol: str = "BTCUSDT", count: int = 1500) -> Market:
    """Real 4h bars with their 1h bars and the release calendar, write-protected."""
    bars = source().bars(symbol, "4h")
    market = Market(
        bars=bars,
        instrument=source().instrument(symbol, bars),
        others={"1h": source().bars(symbol, "1h")},
        releases=source().releases(),
    )
    return frozen(since(market, 2000, 2000 + count - 1))


def frozen(market: Market) -> Market:
    """The same market whose arrays refuse to be written to."""
    return replace(market, bars=_locked(market.bars), others={name: _locked(bars) for name, bars in market.others.items()})


def _locked(bars: Bars) -> Bars:
    columns = {name: getattr(bars, name) for name in ("open_time", "open", "high", "low", "close", "volume", *OPTIONAL)}
    copies: dict[str, Any] = {name: np.array(values) for name, values in columns.items() if values is not None}
    for values in copies.values():
        values.flags.writeable = False
    return replace(bars, **copies)


def short(count: int) -> Market:
    """The first few of those bars."""
    market = real()
    return market.closed_by(int(market.bars.open_time[0]) + count * market.bars.timeframe_ms)


def still(price: float, count: int = 60) -> Market:
    """Bars in which nothing but one price trades."""
    market = short(count)
    flat = np.full(count, price)
    bars = replace(market.bars, open=flat, high=flat, low=flat, close=flat, volume=np.zeros(count))
    return replace(market, bars=bars, instrument=replace(market.instrument, tick=price / 1000 if price > 1e-8 else price), others={})

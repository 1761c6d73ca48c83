"""Filters held against an entry's signals."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from runner.model.block import Entry, Filter
from runner.model.errors import BlockError, Problem
from runner.model.market import Market
from runner.model.signal import Signals


def answer(block: Filter, market: Market, signals: Signals) -> NDArray[np.bool_]:
    """One filter's answer for the direction of each signal, bool, shape (n,)."""
    up, down = (per_bar(block, block.passes(market, direction), len(market.bars)) for direction in (1, -1))
    return up & down if both_sides(signals) else np.where(signals.direction > 0, up, down)


def both_sides(signals: Signals) -> bool:
    """Whether the plans may hold either side, as quotes around a centre do: then both must pass."""
    return bool(np.any(signals.plan.get("quote_below", 0)) and np.any(signals.plan.get("quote_above", 0)))


def per_bar(block: Filter, given: object, count: int) -> NDArray[np.bool_]:
    """What a filter gave, held to one boolean per bar; anything else is a BlockError that names the block."""
    if isinstance(given, np.ndarray) and given.dtype == np.bool_ and given.shape == (count,):
        return given
    was = f"{given.dtype} of shape {given.shape}" if isinstance(given, np.ndarray) else repr(given)[:60]
    name = f"{type(block).__module__}.{type(block).__name__}"
    message = f"expected {count} booleans, one per bar, was {was}"
    raise BlockError("a block does not keep its word", [Problem(path=f"{name}.passes", message=message)])


def judge(entry: Entry, market: Market, signals: Signals) -> tuple[NDArray[np.bool_], dict[str, NDArray[np.bool_]]]:
    """Where every filter of the entry holds, and each filter's own answer by name; bool, shape (n,)."""
    passed = np.ones(len(market.bars), np.bool_)
    answers = {name: answer(block, market, signals) for name, block in entry.when.items()}
    for column in answers.values():
        passed &= column
    return passed, answers


def opinion(entry: Entry, market: Market) -> Signals:
    """An entry's signals with its own filters applied: how combinators hear their parts."""
    signals = entry.signals(market)
    passed, _ = judge(entry, market, signals)
    return replace(signals, direction=np.where(passed, signals.direction, 0).astype(np.int8))

"""Filters held against an entry's signals."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from runner.model.block import Entry, Filter
from runner.model.market import Market
from runner.model.signal import Signals


def answer(block: Filter, market: Market, signals: Signals) -> NDArray[np.bool_]:
    """One filter's answer for the direction of each signal, bool, shape (n,)."""
    return np.where(signals.direction > 0, block.passes(market, 1), block.passes(market, -1))


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

"""Rules tell every symbol apart, beyond the 64 bits of one word too, up to a number that is said."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from runner.build import build
from runner.compose import compose
from runner.machine import Machine
from runner.model.bars import Bars
from runner.model.errors import ConfigError
from runner.model.market import Market
from runner.model.rules import MOST_SYMBOLS, Code, Family, RuleRow, Severity
from runner.pipeline import compile_symbol

MINUTE_MS = 60_000
BARS = 120


def words(symbols: list[str]) -> list[str]:
    """Averages cross often, and money is no question."""
    fixed = ["sizing@strategy.sizing=fixed_quantity", "strategy.sizing.quantity=0.01", "strategy.entry.fast=3", "strategy.entry.slow=8"]
    return [
        "+strategy=ema_cross",
        "+account=hyro_2step",
        "account.size=1e9",
        "strategy.timeframe=1m",
        f"strategy.symbols=[{','.join(symbols)}]",
        *fixed,
    ]


def walked(symbol: str, seed: int) -> Bars:
    """A walk of its own."""
    close = np.round(50_000 * np.exp(np.cumsum(np.random.default_rng(seed).normal(0, 1e-3, BARS))), 1)
    opened = np.r_[close[:1], close[:-1]]
    high, low, times = np.maximum(opened, close) + 5, np.minimum(opened, close) - 5, MINUTE_MS * np.arange(1, BARS + 1)
    ones = np.ones(BARS)
    return Bars(symbol=symbol, timeframe_ms=MINUTE_MS, open_time=times, open=opened, high=high, low=low, close=close, volume=ones)


def test_a_symbol_beyond_the_64th_is_judged_by_its_own_bit() -> None:
    """Seventy symbols, the last of them forbidden: it alone is refused, the others trade."""
    symbols = [f"C{number:03}USDT" for number in range(70)]
    bot = build(compose(words(symbols)))
    rows = bot.account.book.rows
    book = replace(
        bot.account.book, rows=tuple(replace(row, members=(1 << 69) - 1) if row.code == Code.INSTRUMENTS else row for row in rows)
    )
    known = bot.source.instrument("BTCUSDT")
    streams = []
    for seed, symbol in enumerate(symbols):
        bars = walked(symbol, seed)
        market = Market(bars=bars, instrument=replace(known, symbol=symbol))
        streams.append(compile_symbol(bot.strategies[0], market, bars, None))
    outcome = Machine(streams=streams, book=book, costs=bot.costs, gate=bot.account.gate).run()
    refused = outcome.decisions["code"] == Code.INSTRUMENTS
    of = outcome.plans["symbol"]
    assert set(of[refused].tolist()) == {69}
    assert refused[of == 69].all()
    assert set(range(69)) == set(outcome.trades["symbol"].tolist())


def test_more_symbols_than_rules_can_tell_apart_are_refused() -> None:
    """One line, with both numbers."""
    symbols = [f"C{number:03}USDT" for number in range(MOST_SYMBOLS + 1)]
    with pytest.raises(ConfigError) as refusal:
        build(compose(words(symbols)))
    assert f"an account trades at most {MOST_SYMBOLS} symbols, these are {MOST_SYMBOLS + 1}" in str(refusal.value)


@pytest.mark.parametrize("bit", [0, 63, 64, 127, 128, MOST_SYMBOLS - 1])
def test_members_are_words_of_64_bits(bit: int) -> None:
    """First symbols first."""
    row = RuleRow(key="", family=Family.CAP, code=Code.INSTRUMENTS, severity=Severity.FAIL, members=1 << bit)
    assert [word >> number & 1 for word in row.words() for number in range(64)] == [number == bit for number in range(MOST_SYMBOLS)]

"""What strategies say at the close of a bar, candle by candle, is what the backtest's pipeline says over all of them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from runner.build import build
from runner.compose import compose
from runner.live.history import History
from runner.live.outfit import finest, outlooks
from runner.live.thinker import Thinker
from runner.mode.rehearsing.market import trimmed
from runner.model.bot import Bot
from runner.pipeline import load, look, plan

SYMBOL, STEP = "BTCUSDT", 4 * 3_600_000
COUNT = 900
OWN = ("symbol", "strategy", "cancel_column", "exit_column", "trail_column")  # given by the account


def bot_of(folder: Path, strategy: str, *words: str) -> Bot:
    """A strategy of one symbol."""
    return build(compose([f"+strategy={strategy}", "+account=hyro_2step", f"strategy.symbols=[{SYMBOL}]", *words]), folder)


def same(left: Any, right: Any) -> bool:
    """Equal in every field but those that number an account's tables; NaN equal to NaN."""
    names = [name for name in left.dtype.names if name not in OWN]
    return all(np.array_equal(left[name], right[name], equal_nan=left[name].dtype.kind == "f") for name in names)


@pytest.mark.parametrize(
    ("strategy", "words"),
    [
        pytest.param("ema_cross", ("strategy.entry.fast=3", "strategy.entry.slow=8"), id="two averages"),
        pytest.param("fvg", ("strategy.entry.min_gap_fraction=0.0",), id="gaps, with a daily trend and news"),
        pytest.param("ema_cross", ("strategy.entry.fast=3", "strategy.entry.slow=8", "strategy.detail_timeframe=1h"), id="in finer bars"),
    ],
)
def test_at_a_close_it_says_what_the_backtest_says(tmp_path: Path, strategy: str, words: tuple[str, ...]) -> None:
    """At closes with plans and at closes without: the same plans to the last field, the same columns."""
    bot = bot_of(tmp_path, strategy, *words)
    (one,) = bot.strategies
    (loaded,) = load(one, bot.source, bot.account.currency)
    whole_ms = (int(loaded.market.bars.close_time[-COUNT]), int(loaded.market.bars.close_time[-1]))
    cut = trimmed(loaded, *whole_ms)
    whole = plan(one, look(one, cut.market), cut)
    (outlook,) = outlooks(bot)
    stored = bot.source.bars(SYMBOL, "1h" if finest([outlook])[SYMBOL] < STEP else "4h").between(*whole_ms)
    acting = sorted({int(at) for at in whole.plans["time"]})
    instants = {*acting[-6:], *(int(at) for at in cut.market.bars.close_time[-40::8])}
    assert len(acting) >= 3
    said = 0
    for at_ms in sorted(instants):
        history = History(SYMBOL, finest([outlook])[SYMBOL], 10_000)
        history.fill(stored.between(whole_ms[0], at_ms))
        (thought,) = Thinker([outlook], {SYMBOL: history}).think(SYMBOL, at_ms)
        expected = whole.plans[whole.plans["time"] == at_ms]
        assert len(thought.plans) == len(expected)
        assert all(same(found, wanted) for found, wanted in zip(thought.plans, expected, strict=True))
        row = int(np.searchsorted(cut.market.bars.close_time, at_ms))
        np.testing.assert_array_equal(thought.columns, [column[row] for column in whole.columns])
        said += len(expected)
    assert said >= 3


def test_between_its_closes_it_says_nothing(tmp_path: Path) -> None:
    """Bars of four hours end every four hours, whatever the candles are."""
    bot = bot_of(tmp_path, "ema_cross", "strategy.detail_timeframe=1h")
    (outlook,) = outlooks(bot)
    history = History(SYMBOL, STEP // 4, 10_000)
    stored = bot.source.bars(SYMBOL, "1h")
    history.fill(stored.between(int(stored.open_time[-2_000]), int(stored.close_time[-1])))
    thinker = Thinker([outlook], {SYMBOL: history})
    close = history.closed_ms // STEP * STEP
    assert len(thinker.think(SYMBOL, close)) == 1
    assert thinker.think(SYMBOL, close - STEP // 4) == []
    assert thinker.think("ETHUSDT", close) == []
    assert (thinker.bits(SYMBOL, close, ("other", "ema_cross")), thinker.bits(SYMBOL, close - 1, ("ema_cross",))) == (2, 0)

"""Pasts to draw histories from: the shipped bars, and small ones written by hand."""

from __future__ import annotations

import tempfile
from functools import cache
from pathlib import Path

import numpy as np

from runner.build import build
from runner.compose import compose
from runner.histories.drawn import Drawn
from runner.histories.past import Past, past
from runner.model.bars import Floats
from runner.model.bot import Bot
from tests.bars.making import START, columns, write

REAL = Path(__file__).parents[1] / "bars" / "real"


@cache
def bot(*words: str) -> Bot:
    """A bot of these words; its files are never written."""
    return build(compose(list(words)), Path(tempfile.gettempdir()) / "never-written")


@cache
def shipped() -> Past:
    """The main job's: three symbols of 4h bars, of which one ends earlier."""
    return told(bot("+strategy=fvg", "+account=hyro_2step"))


@cache
def weekly() -> Past:
    """A market that closes at weekends."""
    return told(held(REAL, "EURUSD"))


def told(made: Bot) -> Past:
    """The past a bot looks at."""
    return past(made.strategies, made.source, made.account.currency)


def held(root: Path, *symbols: str, timeframe: str = "1h", words: tuple[str, ...] = ()) -> Bot:
    """Buy and hold on bars of a folder."""
    asked = (f"source.root={root}", f"strategy.symbols=[{','.join(symbols)}]", f"strategy.timeframe={timeframe}", *words)
    return bot("+strategy=buy_and_hold", "+account=no_limits", *asked)


def whole(made: Past) -> Drawn:
    """The history that is one block from beginning to end."""
    return Drawn(past=made, origin=np.arange(made.slots))


def stored(folder: Path, symbol: str, times: list[int], close: Floats, *, step: int, timeframe: str) -> None:
    """Bars that open at the close before, on ticks of a hundredth."""
    price = np.round(close, 2)
    opened = np.r_[price[:1], price[:-1]]
    said = {
        "time": times,
        "open": opened,
        "high": np.maximum(opened, price) + 0.01,
        "low": np.minimum(opened, price) - 0.01,
        "close": price,
    }
    write(folder / f"{symbol}-{timeframe}.parquet", columns(len(times), step=step, start=START) | said)

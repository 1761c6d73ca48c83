"""Closed candles in a row: holes are named, what is known is not taken twice, and only so many are kept."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from runner.live.history import History
from runner.model.trading import CandleSeen

STEP = 60_000


def candle(number: int, *, close: float | None = None, closed: bool = True) -> CandleSeen:
    """The candle of a minute, whose close is the minute's number unless it says otherwise."""
    price = float(number) if close is None else close
    opens = number * STEP
    return CandleSeen(
        symbol="AAA", open_ms=opens, close_ms=opens + STEP, open=price, high=price, low=price, close=price, volume=1.0, closed=closed
    )


def history(count: int, keep: int = 100) -> History:
    """The first so many minutes."""
    made = History("AAA", STEP, keep)
    for number in range(count):
        assert made.takes(candle(number))
    return made


def test_nothing_is_known_at_first() -> None:
    """Any candle may be the first."""
    empty = history(0)
    assert (len(empty), empty.closed_ms, len(empty.bars())) == (0, 0, 0)
    assert not empty.knows(STEP)
    assert empty.takes(candle(7))
    assert empty.closed_ms == 8 * STEP


@pytest.mark.parametrize(
    "seen",
    [candle(4), candle(0), candle(4, close=9.0), candle(5, closed=False)],
    ids=["the last", "an old one", "changed", "still forming"],
)
def test_what_is_known_or_not_closed_is_not_taken(seen: CandleSeen) -> None:
    """What was decided on stays as it was."""
    made = history(5)
    assert not made.takes(seen)
    assert (len(made), made.close()) == (5, 4.0)


def test_a_hole_is_named_and_nothing_is_taken() -> None:
    """The missing candle closes it."""
    made = history(5)
    with pytest.raises(LookupError, match="no candle from 1970-01-01 00:05 UTC to 1970-01-01 00:06 UTC"):
        made.takes(candle(6))
    assert len(made) == 5
    assert [made.takes(candle(number)) for number in (5, 6)] == [True, True]
    assert made.bars().close.tolist() == [0, 1, 2, 3, 4, 5, 6]


@pytest.mark.parametrize("count", [4, 8, 9, 12, 13, 1_000])
def test_the_newest_are_kept(count: int) -> None:
    """At least `keep`, at most twice as many, without holes, whatever their number."""
    made = history(count, keep=4)
    kept = made.bars()
    assert min(count, 4) <= len(made) <= 8
    assert kept.close.tolist() == list(range(count - len(made), count))
    assert (kept.open_time == np.array(kept.close, np.int64) * STEP).all()
    assert made.closed_ms == count * STEP


def test_a_close_is_found_by_its_instant() -> None:
    """Those that were let go are not known any more, nor those to come."""
    made = history(11, keep=4)
    known = [number for number in range(1, 13) if made.knows(number * STEP)]
    assert known == list(range(12 - len(made), 12))
    assert [made.close_at(number * STEP) for number in known] == [number - 1 for number in known]


def test_what_was_given_out_does_not_change() -> None:
    """Columns are copies."""
    made = history(4, keep=4)
    before: Any = made.bars().close
    for number in range(4, 20):
        made.takes(candle(number))
    assert before.tolist() == [0, 1, 2, 3]


def test_stored_bars_are_appended() -> None:
    """And candles go on from there."""
    made = History("AAA", STEP, 100)
    made.fill(history(5).bars())
    assert made.takes(candle(5))
    assert made.bars().close.tolist() == [0, 1, 2, 3, 4, 5]

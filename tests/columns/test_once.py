"""What several blocks ask of the same bars is worked out once, and never taken for that of others."""

from __future__ import annotations

import numpy as np
import pytest

import runner.model.bars as module
from runner.columns.moving import ema, ema_of
from runner.columns.volatility import atr
from tests.machine.build import bars

ROWS = [(100.0 + n, 102.0 + n, 99.0 + n, 101.0 + n) for n in range(30)]


def test_the_same_bars_and_length_give_the_same_object() -> None:
    """Also from another block; another length, or other bars with the same prices, have their own."""
    first, second = bars(ROWS), bars(ROWS)
    assert atr(first, 14) is atr(first, 14)
    assert atr(first, 14) is not atr(first, 13)
    assert atr(first, 14) is not atr(second, 14)
    np.testing.assert_array_equal(atr(first, 14), atr(second, 14))


def test_a_part_of_the_bars_has_its_own() -> None:
    """Bars that are cut know nothing of what was worked out of the whole."""
    whole = bars(ROWS)
    ema_of(whole, 5)
    part = whole.rows(slice(10, None))
    np.testing.assert_array_equal(ema_of(part, 5), ema(part.close, 5))
    assert not np.array_equal(ema_of(part, 5), ema_of(whole, 5)[10:], equal_nan=True)


def test_the_oldest_columns_are_let_go(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is kept beside the bars has an end; what was let go is worked out again, and a column larger than all room is kept alone."""
    monkeypatch.setattr(module, "MOST", 3 * 8 * len(ROWS))
    held = bars(ROWS)
    first, second = ema_of(held, 5), ema_of(held, 6)
    assert ema_of(held, 5) is first
    ema_of(held, 7)
    ema_of(held, 8)
    assert ema_of(held, 6) is second
    assert ema_of(held, 5) is not first
    np.testing.assert_array_equal(ema_of(held, 5), first)
    whole = held.once("pair", lambda: (np.zeros(200), np.zeros(200)))
    assert held.once("pair", lambda: (np.ones(1), np.ones(1))) is whole

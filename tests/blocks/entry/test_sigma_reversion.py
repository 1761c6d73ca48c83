"""The entry `sigma_reversion`."""

from itertools import pairwise

import numpy as np
import pytest

from blocks.entry.sigma_reversion import SigmaReversion
from blocks.indicator.z_score import ZScore
from tests.blocks.looked_at import of
from tests.blocks.shipped import SYMBOLS, stretch
from tests.samples import market

ROOT3 = float(np.sqrt(3))  # the distance of one value that differs from three that are the same


@pytest.mark.parametrize(("sigma", "said"), [(ROOT3 - 1e-6, [0, 0, 0, 0, 1, 0]), (ROOT3 + 1e-6, [0] * 6)], ids=["within", "beyond"])
def test_a_close_far_out(sigma: float, said: list[int]) -> None:
    """A fall by one after four equal closes, and its mirror."""
    block = SigmaReversion(length=4, sigma=sigma)
    assert block.signals(market([5, 5, 5, 5, 4, 4])).direction.tolist() == said
    assert block.signals(market([5, 5, 5, 5, 6, 6])).direction.tolist() == [-one for one in said]


def test_the_return_speaks_once() -> None:
    """The first close back inside, with the distance of the bar before as its strength."""
    signals = SigmaReversion(length=4, sigma=1.5, speaks="return").signals(market([5, 5, 5, 5, 4, 4.6, 4.6]))
    assert signals.direction.tolist() == [0, 0, 0, 0, 0, 1, 0]
    assert signals.strength[5] == pytest.approx(ROOT3 / 1.5)


@SYMBOLS
@pytest.mark.parametrize("speaks", ["beyond", "return"])
def test_signals_are_those_found_bar_by_bar(symbol: str, speaks: str) -> None:
    """With the distance of the indicator, on real bars."""
    bars = stretch(symbol)
    z = ZScore().columns(bars)["z_score"].tolist()
    said = [0]
    for before, now in pairwise(z):
        if speaks == "beyond":
            said.append(int(now <= -2) - int(now >= 2))
        else:
            said.append(int(before <= -2 < now) - int(before >= 2 > now))
    signals = SigmaReversion(speaks=speaks).signals(of(bars))  # type: ignore[arg-type]
    assert signals.direction.tolist() == said
    assert min(said.count(1), said.count(-1)) > 5

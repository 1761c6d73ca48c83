"""The entry `template`."""

import pytest

from blocks.entry.template import Template
from tests.samples import market


@pytest.mark.parametrize(
    ("close", "direction"),
    [(100.0, 0), (112.0, 0), (112.5, 1), (113.0, 1), (88.0, 0), (87.5, -1), (87.0, -1)],
)
def test_a_signal_needs_the_whole_move(close: float, direction: int) -> None:
    """Below, at and above the threshold of an eighth, up and down."""
    signals = Template(move_fraction=0.125).signals(market([100.0, close]))
    assert signals.direction.tolist() == [0, direction]


def test_no_bars_give_no_signals() -> None:
    """An empty market is no mistake."""
    assert len(Template().signals(market([])).direction) == 0


def test_a_threshold_of_nothing_is_refused() -> None:
    """Every bar would be a signal."""
    with pytest.raises(ValueError, match="move_fraction"):
        Template(move_fraction=0.0)

"""The entry `never`."""

from blocks.entry.never import Never
from tests.samples import market


def test_stays_silent() -> None:
    """No opinion at any bar."""
    assert Never().signals(market([1, 2, 3])).direction.tolist() == [0, 0, 0]

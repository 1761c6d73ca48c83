"""The entry `confirmations`."""

import pytest

from blocks.entry.average_state import AverageState
from blocks.entry.confirmations import Confirmations
from blocks.entry.macd_state import MacdState
from blocks.entry.volume_push import VolumePush
from runner.model.block import Entry
from tests.blocks.entry.loops import market as of
from tests.blocks.entry.loops import shipped, votes
from tests.blocks.speaking import Says
from tests.samples import market


@pytest.mark.parametrize("needed", [2, 3])
def test_signals_are_those_of_a_loop(needed: int) -> None:
    """So many of three voters for one side and fewer for the other, at every real bar, spoken where that begins."""
    voters: dict[str, Entry] = {"average": AverageState(), "macd": MacdState(), "volume": VolumePush()}
    bars = shipped("BTCUSDT")
    expected, before = [], 0
    for ballot in zip(*(votes(voter, bars) for voter in voters.values()), strict=True):
        longs, shorts = sum(vote > 0 for vote in ballot), sum(vote < 0 for vote in ballot)
        side = 1 if longs >= needed and longs > shorts else -1 if shorts >= needed and shorts > longs else 0
        expected.append(side if side != before else 0)
        before = side
    assert Confirmations(voters=voters, needed=needed).signals(of(bars)).direction.tolist() == expected
    assert {-1, 0, 1} == set(expected)


@pytest.mark.parametrize(
    ("ballot", "direction", "strength"),
    [([1, 1, 0, 0], 1, 2), ([1, 0, 0, 0], 0, 1), ([1, 1, -1, -1], 0, 2), ([1, 1, 1, -1], 1, 3), ([-1, -1, 1, 0], -1, 2)],
)
def test_enough_and_more_than_the_other_side(ballot: list[int], direction: int, strength: float) -> None:
    """Two are needed; a draw is none."""
    signals = Confirmations(voters={str(number): Says(directions=[vote]) for number, vote in enumerate(ballot)}).signals(market([1]))
    assert (signals.direction.tolist(), signals.strength.tolist()) == ([direction], [strength])


def test_more_than_there_are_cannot_be_needed() -> None:
    """It would never speak."""
    with pytest.raises(ValueError, match="needed must not exceed the number of voters, was 2 of 1"):
        Confirmations(voters={"one": Says(directions=[1])})

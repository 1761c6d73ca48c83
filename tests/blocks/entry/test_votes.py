"""The entry `votes`."""

from typing import Any

import pytest

from blocks.entry.average_state import AverageState
from blocks.entry.macd_state import MacdState
from blocks.entry.volume_push import VolumePush
from blocks.entry.votes import Votes
from runner.model.block import Entry
from runner.model.plan import WhenOpen
from tests.blocks.entry.loops import market as of
from tests.blocks.entry.loops import shipped, votes
from tests.blocks.speaking import Only, Says
from tests.samples import market

VOTERS: dict[str, Entry] = {"average": AverageState(), "macd": MacdState(), "volume": VolumePush()}


@pytest.mark.parametrize("act_on", ["any", "strong"])
@pytest.mark.parametrize("symbol", ["BTCUSDT", "SOLUSDT"])
def test_signals_are_those_of_a_loop(symbol: str, act_on: Any) -> None:
    """The mean of three votes at every real bar, spoken where its verdict begins."""
    bars, level = shipped(symbol), {"any": 0.5, "strong": 1.0}[act_on]
    expected, before = [], 0
    for ballot in zip(*(votes(voter, bars) for voter in VOTERS.values()), strict=True):
        mean = sum(ballot) / 3
        side = 1 if mean >= level else -1 if mean <= -level else 0
        expected.append(side if side != before else 0)
        before = side
    assert Votes(voters=VOTERS, act_on=act_on).signals(of(bars)).direction.tolist() == expected
    assert {-1, 0, 1} == set(expected)


@pytest.mark.parametrize(
    ("ballot", "verdict", "direction"),
    [
        pytest.param([1, 1, 1, 1], 2, 1, id="strong buy at 1"),
        pytest.param([1, 1, 0, 0], 1, 1, id="buy at 0.5"),
        pytest.param([1, 1, -1, 0], 0, 0, id="nothing below"),
        pytest.param([-1, -1, 0, 0], -1, -1, id="sell at -0.5"),
        pytest.param([-1, -1, -1, -1], -2, -1, id="strong sell at -1"),
    ],
)
def test_thresholds_make_the_verdict(ballot: list[int], verdict: float, direction: int) -> None:
    """Four voters of strength 2, weighted to a vote of 1 by four times as many silent ones: at and inside every threshold."""
    voters: dict[str, Entry] = {str(number): Says(directions=[0, vote]) for number, vote in enumerate(ballot)}
    signals = Votes(voters=voters | {f"silent {name}": Says(directions=[0, 0]) for name in voters}).signals(market([1, 1]))
    assert signals.direction.tolist() == [0, direction]
    assert signals.contributions["verdict"][1] == verdict
    assert signals.strength[1] == abs(signals.contributions["score"][1])


def test_a_verdict_speaks_once_or_at_every_bar() -> None:
    """Buy, buy, none, buy, sell."""
    voter: dict[str, Entry] = {"one": Says(directions=[1, 1, 0, 1, -1])}
    assert Votes(voters=voter).signals(market([1] * 5)).direction.tolist() == [1, 0, 0, 1, -1]
    assert Votes(voters=voter, repeat=True).signals(market([1] * 5)).direction.tolist() == [1, 1, 0, 1, -1]


def test_weights_count_in_mean_and_sum() -> None:
    """A vote of 2 with weight 3 against one of −2: mean 1, sum 4."""
    voters: dict[str, Entry] = {"up": Says(directions=[1]), "down": Says(directions=[-1])}
    mean, total = (Votes(voters=voters, weights={"up": 3.0}, combine=how).signals(market([1])) for how in ("mean", "sum"))
    assert mean.contributions["score"].tolist() == [1.0]
    assert total.contributions["score"].tolist() == [4.0]
    assert total.contributions["up"].tolist() == [2.0]


def test_a_voter_whose_filter_says_no_is_silent() -> None:
    """Its vote is 0, and still counts in the mean."""
    voters: dict[str, Entry] = {"up": Says(directions=[1], when={"short": Only(direction=-1)}), "other": Says(directions=[1])}
    assert Votes(voters=voters).signals(market([1])).contributions["score"].tolist() == [1.0]


def test_how_a_position_is_opened_is_its_own_affair() -> None:
    """At the market, whatever a voter would have asked for; an opposite verdict reverses unless told otherwise."""
    voters: dict[str, Entry] = {"one": Says(directions=[1], price=90.0, level=80.0)}
    signals = Votes(voters=voters).signals(market([100]))
    assert signals.plan == {"when_open": WhenOpen.REVERSE}
    assert signals.levels["zone_lower"].tolist() == [80.0]


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"buy": 1.5}, "strong_sell, sell, buy, strong_buy must rise"),
        ({"strong_sell": -0.1}, "strong_sell, sell, buy, strong_buy must rise"),
        ({"weights": {"nobody": 1.0}}, "weights name voters and are positive; wrong: nobody"),
        ({"weights": {"one": 0.0}}, "weights name voters and are positive; wrong: one"),
        ({"sell": 0.5}, "less than 0"),
        ({"voters": {}}, "at least 1"),
    ],
)
def test_contradictions_are_refused(wrong: dict[str, Any], said: str) -> None:
    """One line that says what is asked for."""
    with pytest.raises(ValueError, match=said):
        Votes(**({"voters": {"one": Says(directions=[1])}} | wrong))

"""The exit `ladder`."""

import numpy as np
import pytest

from blocks.exit.ladder import Ladder, Target
from tests.blocks.drafts import pair


def steps(*pairs: tuple[float, float]) -> dict[str, Target]:
    """Targets named tp1, tp2, ... from (at, fraction)."""
    return {f"tp{number}": Target(at=at, fraction=fraction) for number, (at, fraction) in enumerate(pairs, 1)}


@pytest.mark.parametrize(
    ("unit", "away"),
    [
        pytest.param("r", [2.5, 10], id="r: the stop is 5 away"),
        pytest.param("atr", [2, 8], id="atr: the range is 4"),
        pytest.param("fraction", [50, None], id="fraction: of the price of 100"),
    ],
)
def test_targets_in_each_unit(unit: str, away: list[float]) -> None:
    """Half a unit and two of them, on both sides."""
    pairs = [(at, 0.4) for at, found in zip((0.5, 2.0), away, strict=True) if found]
    draft = pair(stop=5.0)
    Ladder(targets=steps(*pairs), unit=unit).complete(draft)  # type: ignore[arg-type]
    found = np.array([each for each in away if each])
    np.testing.assert_allclose(draft.plans["target_price"][:, : len(found)], [100 + found, 100 - found])
    assert draft.plans["target_count"].tolist() == [len(found)] * 2


def test_ten_targets_that_close_the_whole() -> None:
    """TP1 to TP10 with a tenth each, nearest first whatever the order of the names."""
    draft = pair(stop=5.0)
    pairs = [(0.5 * number, 0.1) for number in range(1, 11)]
    Ladder(targets=steps(*reversed(pairs))).complete(draft)
    np.testing.assert_allclose(draft.plans["target_price"][0], 100 + 2.5 * np.arange(1, 11))
    np.testing.assert_allclose(draft.plans["target_fraction"].sum(axis=1), 1)


def test_a_target_without_a_share_is_left_out() -> None:
    """So that one of a strategy's targets can be switched off by name."""
    draft = pair(stop=5.0)
    Ladder(targets=steps((1, 0.5), (2, 0.0), (3, 0.5))).complete(draft)
    np.testing.assert_allclose(draft.plans["target_price"][0, :3], [105, 115, np.nan])
    assert draft.plans["target_fraction"][0, :3].tolist() == [0.5, 0.5, 0]


def test_a_short_has_no_target_at_or_below_zero() -> None:
    """Three times 40 below 100 is no price; the nearer two stay, and so does what they leave open."""
    draft = pair(stop=40.0)
    Ladder(targets=steps((1, 0.5), (2, 0.3), (3, 0.2))).complete(draft)
    assert draft.plans["target_count"].tolist() == [3, 2]
    np.testing.assert_allclose(draft.plans["target_price"][1, :3], [60, 20, np.nan])
    assert draft.plans["target_fraction"][1, :3].tolist() == [0.5, 0.3, 0]


def test_targets_nearer_than_half_a_tick_withdraw_the_plan() -> None:
    """They would fill at the entry; the reason says so."""
    draft = pair(stop=0.4)
    Ladder(targets=steps((0.1, 1.0))).complete(draft)
    assert draft.plans["side"].tolist() == [0, 0]
    assert draft.why(0) == "a target would lie at the entry or behind it"


@pytest.mark.parametrize(
    ("pairs", "unit", "match"),
    [
        pytest.param([(1, 0.6), (2, 0.5)], "r", "sum to at most 1", id="fractions above 1"),
        pytest.param([(1, 0.2), (1, 0.2)], "r", "must differ", id="two at one place"),
        pytest.param([(1, 0.0)], "r", "1 to 10 targets", id="none that closes anything"),
        pytest.param([(n, 0.05) for n in range(1, 12)], "r", "1 to 10 targets", id="eleven"),
        pytest.param([(1.5, 0.5)], "fraction", r"0\.01 = 1 %, was 1\.5", id="percent written as a number"),
        pytest.param([], "r", "at least 1", id="none at all"),
    ],
)
def test_contradictions_are_refused(pairs: list[tuple[float, float]], unit: str, match: str) -> None:
    """The ladder has to fit together."""
    with pytest.raises(ValueError, match=match):
        Ladder(targets=steps(*pairs), unit=unit)  # type: ignore[arg-type]

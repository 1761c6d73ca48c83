"""Which moments are repeated: at the same time of day, in blocks of the length that was asked for, none more often than others."""

from __future__ import annotations

import numpy as np
import pytest

from runner.histories.origins import around, origins

CASES = [(6312, 6, 180.0), (6312, 42, 90.0), (100, 6, 1.0), (97, 24, 12.0), (24, 24, 1000.0), (1067, 1, 30.0)]


def random(seed: int = 0) -> np.random.Generator:
    """Seeded chance."""
    return np.random.default_rng(seed)


@pytest.mark.parametrize(("slots", "period", "mean"), CASES)
def test_every_slot_repeats_one_at_the_same_place_of_the_period(slots: int, period: int, mean: float) -> None:
    """And one of the past, also where a block ran on across its end."""
    for seed in range(20):
        found = origins(slots, period, mean, random(seed))
        assert found.shape == (slots,)
        assert (found >= 0).all()
        assert (found < slots).all()
        assert (found % period == np.arange(slots) % period).all()


@pytest.mark.parametrize("mean", [12.0, 60.0, 180.0])
def test_blocks_are_as_long_as_asked_on_average(mean: float) -> None:
    """The end of a block is where the next slot is not the one after; a block of any length ends with the same chance."""
    found = origins(400_000, 6, mean, random())
    ended = found[1:] != around(found[:-1] + 1, len(found), 6)
    assert 1 / ended.mean() == pytest.approx(mean, rel=0.05)
    lengths = np.diff(np.flatnonzero(ended))
    assert lengths.std() == pytest.approx(mean, rel=0.08)


def test_all_moments_are_drawn_about_equally_often() -> None:
    """The first and the last ones too: over many histories each slot comes up once in each."""
    count = np.bincount(np.concatenate([origins(60, 6, 10.0, random(seed)) for seed in range(4_000)]))
    assert count.sum() == 4_000 * 60
    assert count.min() > 3_500
    assert count.max() < 4_500


def test_the_same_chance_gives_the_same_slots() -> None:
    """And another chance others."""
    assert np.array_equal(origins(600, 6, 30.0, random(1)), origins(600, 6, 30.0, random(1)))
    assert not np.array_equal(origins(600, 6, 30.0, random(1)), origins(600, 6, 30.0, random(2)))


def test_a_block_runs_on_across_the_end_by_whole_periods() -> None:
    """Of 100 slots in periods of 6 the one after the last stands at place 4, as slot 4 does; 96 later the same again."""
    assert around(np.array([99, 100, 101, 196]), 100, 6).tolist() == [99, 4, 5, 4]


def test_a_past_shorter_than_a_period_is_refused() -> None:
    """No slot would have another one at its place."""
    with pytest.raises(ValueError, match="at least one period of 24 slots, was 23"):
        origins(23, 24, 10.0, random())

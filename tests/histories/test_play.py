"""Starts in drawn histories: every one counted, the same for the same seed, stopped with what is done, and right where theory is."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from pathlib import Path

import numpy as np
import pytest

from runner.histories.play import Wanted, clustered, histories
from runner.model.bars import Floats
from runner.model.block import Entry, Exit
from runner.model.bot import Bot
from runner.model.draft import Draft
from runner.model.duration import HOUR_MS
from runner.model.market import Market
from runner.model.rules import Code, PhaseFacts
from runner.model.signal import Signals
from runner.odds.interval import student, wilson
from runner.odds.results import Histories
from tests.bars.making import START
from tests.histories.pasts import bot, held, stored
from tests.machine.build import FREE, OFF, book, counter, floor


class Broken(Entry):
    """Cannot look at anything."""

    def signals(self, market: Market) -> Signals:
        """Divides by nothing."""
        raise ZeroDivisionError(market.symbol)


class TenPercent(Exit):
    """All of it goes at a tenth more than the signal's close, and a little for the step to the next open."""

    def complete(self, draft: Draft) -> None:
        """One target."""
        draft.plans["target_count"] = 1
        draft.plans["target_price"][:, 0] = draft.plans["reference_price"] * 1.1005
        draft.plans["target_fraction"][:, 0] = 1.0


SMALL = Wanted(histories=8, days=20.0, starts=6)


class Always(Entry):
    """Long on every bar."""

    def signals(self, market: Market) -> Signals:
        """+1 throughout."""
        return Signals(direction=np.ones(len(market.bars), np.int8), strength=np.ones(len(market.bars)))


def traded() -> Bot:
    """A strategy that passes and fails within the shipped bars."""
    return bot("+strategy=ema_cross", "+account=hyro_1step_swing", "strategy.sizing.risk_fraction=0.02", "strategy.symbols=[BTCUSDT]")


@cache
def played(wanted: Wanted = SMALL) -> Histories:
    """Its histories."""
    return histories(traded(), wanted)


def same(first: Histories, other: Histories) -> bool:
    """Whether two are alike in everything."""
    return repr(first) == repr(other)


def test_every_start_of_every_history_is_counted() -> None:
    """Passed, failed by cause and unfinished are all starts, and the shares of the histories are the odds."""
    made = played()
    assert (made.planned, made.drawn, made.stopped) == (8, 8, False)
    found = made.shares
    assert found.starts == 8 * 6 == found.passed + sum(cause.count for cause in found.causes) + found.unfinished
    assert found.passed > 0
    assert found.failed > 0
    assert made.odds.value == pytest.approx(found.passed / found.starts) == pytest.approx(made.passed.mean())
    assert made.decided.value == pytest.approx(found.passed / (found.passed + found.failed))
    assert made.odds.low < made.odds.value < made.odds.high
    assert made.days.count == found.passed


def test_the_same_seed_gives_the_same_result() -> None:
    """Whichever thread came first; another seed gives another."""
    assert same(played(), histories(traded(), SMALL))
    assert not same(played(), replace(histories(traded(), replace(SMALL, seed=2)), seed=1))


def test_more_histories_keep_those_there_were() -> None:
    """The first four of eight are the four of four."""
    fewer = played(replace(SMALL, histories=4))
    assert fewer.passed.tolist() == played().passed[:4].tolist()


def test_ctrl_c_keeps_what_is_done() -> None:
    """Histories finished by then are told; none is half counted."""

    def told(done: int, _of: int) -> None:
        if done >= 3:
            raise KeyboardInterrupt

    made = histories(traded(), replace(SMALL, histories=60), told=told)
    assert made.stopped
    assert 3 <= made.drawn < 60
    assert made.shares.starts == 6 * made.drawn


def test_the_progress_ends_with_all_of_them() -> None:
    """Numbers never fall, and the last is the whole."""
    seen: list[tuple[int, int]] = []
    histories(traded(), replace(SMALL, histories=3), told=lambda done, of: seen.append((done, of)))
    assert seen == sorted(seen)
    assert seen[-1] == (3, 3)


def test_a_span_is_all_that_is_drawn_from() -> None:
    """A stretch of the bars; one that holds few blocks says so."""
    half = (1_688_169_600_000, 1_704_067_200_000)  # the second half of 2023
    made = histories(traded(), SMALL, half)
    assert (made.first, made.last) == half
    assert made.notes == ()
    few = histories(traded(), replace(SMALL, days=30.0), half)
    assert few.notes == ("184 days hold only 6 blocks of 30 days, so histories are much alike; mode.block=… shortens them",)


def test_what_goes_wrong_in_a_history_ends_it_all() -> None:
    """An error is raised, not counted as a history less."""
    made = traded()
    broken = replace(made, strategies=(replace(made.strategies[0], entry=Broken()),))
    with pytest.raises(ZeroDivisionError):
        histories(broken, SMALL)


def driftless(folder: Path) -> Bot:
    """A long of the whole balance in a market whose hours rise as much as they fall, between ±10 %, without costs and gate."""
    up = np.abs(np.random.default_rng(3).normal(0, 0.006, 6_000))
    moves = np.random.default_rng(4).permutation(np.concatenate([up, -up]))
    times = [START + HOUR_MS * n for n in range(len(moves))]
    stored(folder, "AAAUSDT", times, 1_000 * np.cumprod(1 + moves), step=HOUR_MS, timeframe="1h")
    made = held(folder, "AAAUSDT")
    rules = book(counter(Code.PROFIT_TARGET, limit=0.1), floor(amount_fraction=0.1))
    account = replace(made.account, book=replace(rules, phases=(PhaseFacts(name="challenge", next=-1),)), gate=OFF)
    strategy = replace(made.strategies[0], entry=Always(), exits={"target": TenPercent()})
    return replace(made, strategies=(strategy,), account=account, costs=FREE)


def test_without_drift_half_of_the_decided_pass(tmp_path: Path) -> None:
    """Equal distances up and down: one half, within what the drawing leaves open."""
    made = histories(driftless(tmp_path), Wanted(histories=150, days=5.0, starts=8))
    assert made.shares.unfinished / made.shares.starts < 0.15  # of which an eighth began on the last day
    assert made.decided.value == pytest.approx(0.5, abs=0.03)
    assert made.decided.low < 0.5 < made.decided.high


def counts(chance: np.random.Generator, many: int, starts: int, spread: float) -> tuple[Floats, Floats]:
    """Passed and all starts of histories whose own odds vary around 0.4."""
    own = chance.beta(0.4 * spread, 0.6 * spread, many)
    passed: Floats = chance.binomial(starts, own).astype(np.float64)
    return passed, np.full(many, float(starts))


@pytest.mark.parametrize("spread", [0.5, 5.0, 500.0])
def test_the_interval_covers_the_truth(spread: float) -> None:
    """Whether the starts of a history all end alike or each by itself: in at least nine of ten surveys."""
    chance = np.random.default_rng(0)
    found = [clustered(*counts(chance, 60, 10, spread)) for _ in range(400)]
    covered = np.mean([each.low <= 0.4 <= each.high for each in found])
    assert 0.92 < covered < 0.99


def test_starts_that_end_alike_count_once() -> None:
    """Ten starts each, all or none passed: as wide as one start each."""
    passed = np.array([10.0, 0.0] * 20)
    one, ten = clustered(passed / 10, np.ones(40)), clustered(passed, np.full(40, 10.0))
    assert (one.low, one.high) == pytest.approx((ten.low, ten.high))
    assert (one.low, one.high) == pytest.approx(wilson(0.5, 39, student(39)), abs=1e-9)


@pytest.mark.parametrize(("passed", "low", "high"), [(0.0, 0.0, 0.17), (10.0, 0.83, 1.0)])
def test_where_all_end_alike_each_history_is_one_trial(passed: float, low: float, high: float) -> None:
    """Nobody is told a certainty."""
    found = clustered(np.full(20, passed), np.full(20, 10.0))
    assert (found.low, found.high) == pytest.approx((low, high), abs=0.01)


def test_one_history_has_no_interval() -> None:
    """And none has no odds."""
    single = clustered(np.array([3.0]), np.array([10.0]))
    assert (single.value, np.isnan(single.low)) == (0.3, True)
    assert np.isnan(clustered(np.array([]), np.array([])).value)

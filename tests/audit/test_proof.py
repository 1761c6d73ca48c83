"""Every planted leak is found with block, column and bar; what is sound is said to be so, and what was not tried is not."""

from __future__ import annotations

import contextlib

import numpy as np
import pytest

from blocks.entry.never import Never
from blocks.filter.indicator_range import IndicatorRange
from blocks.indicator.sma import Sma
from runner.audit.proof import Wanted, proof, stretches
from runner.model.bars import Bars, Floats
from runner.model.block import Indicator
from runner.model.bot import Strategy
from tests.audit.planted import (
    BackFilled,
    CentredDpo,
    CentredMean,
    Chikou,
    ComingLow,
    ComingTrail,
    EachTimeAnew,
    FinerPeek,
    Forever,
    FullSampleScore,
    Impatient,
    LaterPlans,
    LeftLabel,
    NextClose,
    OpenDay,
    RareWinner,
    WholeRange,
    filtered,
    leaks,
    market,
    proved,
    strategy,
    through,
    with_finer,
)

INSIDE = "entry.when.mine.indicator"


@pytest.mark.parametrize(
    ("indicator", "column", "later"),
    [
        pytest.param(NextClose(), "next", 1, id="shift(-1)"),
        pytest.param(CentredMean(), "mean", 2, id="a centred window"),
        pytest.param(FullSampleScore(), "score", None, id="normalised with the whole series"),
        pytest.param(BackFilled(), "mean", 19, id="bfill"),
        pytest.param(Chikou(), "chikou", 25, id="chikou"),
        pytest.param(CentredDpo(), "dpo", 11, id="centred dpo"),
        pytest.param(LeftLabel(), "day", 3, id="a day labelled by its beginning"),
    ],
)
def test_indicators_that_leak_are_named_with_column_and_first_bar(indicator: Indicator, column: str, later: int | None) -> None:
    """The block by its place, the column, the first bar, both values, and how many bars later the value is final."""
    found = proved(through(indicator, column))
    own = {name: each.leak for (path, name), each in leaks(found).items() if path == INSIDE}
    assert set(own) == {column}
    leak = own[column]
    assert leak is not None
    assert leak.row == first_leak(indicator, column)
    assert leak.later == later
    assert leak.close_ms == market().bars.close_time[leak.row]
    assert leak.known_ms >= leak.close_ms
    assert not leak.again
    assert leak.picture is not None
    shown = np.flatnonzero(leak.picture.close_time == leak.close_ms)[0]
    np.testing.assert_equal(leak.picture.whole[shown], leak.whole)
    assert leak.picture.live[shown] != leak.whole
    assert not found.good


def first_leak(indicator: Indicator, column: str) -> int:
    """The first bar at which any of the first cuts differs, cut by cut, without any of the proof's shortcuts."""
    bars = market().bars
    whole, first = indicator.columns(bars)[column], len(bars)
    for row in range(120):
        with contextlib.suppress(TypeError), np.errstate(all="ignore"):  # too short a history for the library
            cut = indicator.columns(bars.rows(slice(0, row + 1)))[column]
            if cut.shape == (row + 1,):
                wrong = np.flatnonzero((cut != whole[: row + 1]) & ~(np.isnan(cut) & np.isnan(whole[: row + 1])))
                first = min([first, *wrong.tolist()])
    return first


@pytest.mark.parametrize(
    ("planted", "path", "column"),
    [
        pytest.param(filtered(day=OpenDay()), "entry.when.day", "long", id="a filter that asks the unfinished day"),
        pytest.param(strategy(entry=RareWinner()), "entry", "direction", id="an entry that seldom speaks"),
        pytest.param(strategy(exits={"stop": ComingLow()}), "exit.stop", "long.stop", id="a stop below what is to come"),
        pytest.param(
            strategy(exits={**strategy().exits, "trail": ComingTrail()}), "exit.trail", "long.trail_column", id="a trail's column"
        ),
        pytest.param(strategy(exits={**strategy().exits, "time": LaterPlans()}), "exit.time", "long.time_stop_ms", id="later plans"),
        pytest.param(strategy(sizing=WholeRange()), "sizing", "long.sizing_value", id="a size of the whole history"),
    ],
)
def test_other_blocks_that_leak_are_named(planted: Strategy, path: str, column: str) -> None:
    """Filters, entries, exits and sizing; the blocks beside them are clean."""
    found = leaks(proved(planted))
    assert (path, column) in found
    assert {place for place, _ in found} <= {path, "entry", "plans"}


def test_an_hour_that_begins_at_the_close_is_too_late() -> None:
    """Finer bars that were loaded are cut as well."""
    found = leaks(proved(filtered(hour=FinerPeek()), with_finer(market(), "1h")))
    assert {("entry.when.hour", "long"), ("entry.when.hour", "short")} <= set(found)


def test_history_is_cut_inside_a_bar_where_finer_ones_are_loaded() -> None:
    """At the close of an hour."""
    found = proved(filtered(hour=FinerPeek()), with_finer(market(), "1h"))
    assert found.kinds["inside a bar"] > 0


def test_a_leak_beside_a_sound_column_is_the_only_one() -> None:
    """The other column of the same block is not accused."""
    found = proved(through(NextClose(), "own"))
    assert {(path, name) for path, name in leaks(found) if path == INSIDE} == {(INSIDE, "next")}


def test_two_answers_are_not_called_a_leak() -> None:
    """A block that answers differently each time is told apart."""
    found = leaks(proved(filtered(mine=EachTimeAnew())))
    leak = found["entry.when.mine", "long"].leak
    assert leak is not None
    assert leak.again


def test_a_block_that_needs_more_bars_is_told_of_and_not_accused() -> None:
    """It raises on the first bars; everything else is compared."""
    found = proved(filtered(mine=Impatient()))
    assert not found.leaks
    assert found.good
    told = {each.path: each for each in found.unanswered}
    assert told["entry.when.mine"].bars < 50
    assert "IndexError" in told["entry.when.mine"].said


def test_sums_that_never_forget_are_causal_and_depend_on_the_start() -> None:
    """The two faults are told apart."""
    found = proved(through(Forever()))
    column = next(each for each in found.columns if each.path == INSIDE)
    assert found.good
    assert column.warm.from_start
    assert column.warm.settled is None


def test_the_warm_up_is_measured() -> None:
    """A plain mean of twenty bars is known and settled after 19; an exponential one takes several times its length."""
    found = {(column.path, column.name): column.warm for column in proved(through(Sma(length=20))).columns}
    assert (found[INSIDE, "sma"].known, found[INSIDE, "sma"].settled) == (19, 19)
    slow = found["entry", "levels.slow"] if ("entry", "levels.slow") in found else found["entry", "contributions.slow"]
    assert slow.settled is not None
    assert 24 < slow.settled < 120


def test_a_strategy_without_a_signal_is_not_proven() -> None:
    """Nothing was compared where it matters."""
    found = proved(strategy(entry=Never()))
    assert not found.leaks
    assert not found.good


def test_a_column_that_never_holds_a_value_is_not_proven() -> None:
    """A mean of more bars than there are says nothing about looking ahead."""
    found = proved(through(Sma(length=2_000)))
    assert [part.path for part in found.silent] == [INSIDE]
    assert not found.good


def test_closeness_lets_rounding_pass_and_no_leak() -> None:
    """A difference of a millionth of a millionth is none when asked so."""

    class Rounded(Indicator):
        """A sum whose last digits depend on how many there are."""

        def columns(self, bars: Bars) -> dict[str, Floats]:
            """The close, a hair beside."""
            close = bars.close
            return {"close": close * (1 + 1e-13 * (len(close) % 7))}

    assert leaks(proved(through(Rounded())))
    assert not leaks(proved(through(Rounded()), closeness=1e-9))
    assert leaks(proved(through(CentredMean()), closeness=1e-9))


def test_long_histories_are_looked_at_in_stretches(monkeypatch: pytest.MonkeyPatch) -> None:
    """Bars are counted from the symbol's first one, whichever stretch a leak lies in."""
    monkeypatch.setattr("runner.audit.proof.LONGEST", 200)
    found = proved(through(CentredMean()))
    leak = leaks(found)[INSIDE, "mean"].leak
    assert found.bars == 600
    assert leak is not None
    assert market().bars.close_time[leak.row] == leak.close_ms


@pytest.mark.parametrize(
    ("longest", "lengths"), [(1_000, [900]), (800, [450, 450]), (450, [450, 450]), (449, [300, 300, 300]), (100, [100] * 3)]
)
def test_stretches_reach_from_the_first_bar_to_the_last_without_meeting(
    longest: int, lengths: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    """As few as hold all bars, three at most; the cuts are shared."""
    monkeypatch.setattr("runner.audit.proof.LONGEST", longest)
    found = list(stretches([market()], 30))
    assert [len(each.bars) for each, _, _ in found] == lengths
    assert [cuts for _, _, cuts in found] == [30 // len(lengths)] * len(lengths)
    assert found[-1][0].bars.open_time[-1] == market().bars.open_time[-1]
    assert all(each.bars.open_time[0] == market().bars.open_time[first] for each, first, _ in found)


def test_an_empty_slice_of_cuts_is_no_proof() -> None:
    """One bar cannot be cut."""
    found = proof(through(Close()), [market(1)], Wanted(cuts=5))
    assert found.cuts == 0
    assert not found.good


class Close(Indicator):
    """The close."""

    def columns(self, bars: Bars) -> dict[str, Floats]:
        """As it is."""
        return {"close": bars.close.copy()}


def test_parts_of_parts_are_looked_at() -> None:
    """A filter's own indicator, by its place."""
    found = proved(filtered(mine=IndicatorRange(indicator=Sma(length=5), upper=1e12)))
    assert {column.path for column in found.columns} == {
        "entry",
        "entry.when.mine",
        INSIDE,
        "exit.stop",
        "exit.targets",
        "sizing",
        "plans",
    }

"""Many starts at once: the order does not matter, stopping keeps a fair sample, doubtful bars are taken apart."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from runner.mode.replay import spliced
from runner.model.rules import Anchor, Code
from runner.model.stream import Stream
from runner.odds.engine import Stage, evenly, every_day, scattered
from runner.odds.results import Ending
from tests.machine.build import HOUR, START, bars, book, counter, floor, plan, stream
from tests.odds.stages import shipped_stage, stage
from tests.odds.walks import betting

WORDS = ("+strategy=ema_cross", "+account=hyro_1step")


def test_threads_change_nothing() -> None:
    """One thread and three leave the same bytes."""
    one = shipped_stage(*WORDS)
    days = every_day(one.machine)[::9]
    alone, three = replace(one, threads=1).play(days), replace(one, threads=3).play(days)
    for name in ("attempts", "payments", "states", "paths"):
        assert getattr(alone, name).tobytes() == getattr(three, name).tobytes(), name


@pytest.mark.parametrize("count", [0, 1, 2, 7, 64, 1_000])
def test_every_start_is_played_once(count: int) -> None:
    """A permutation, whatever the number."""
    assert sorted(scattered(count)) == list(range(count))


def test_a_beginning_of_the_order_is_spread_over_all() -> None:
    """After a tenth, no stretch of an eighth of the data has been left out."""
    done = np.array(sorted(scattered(1_000)[:100]))
    assert np.diff(np.concatenate([[0], done, [1_000]])).max() <= 125


def test_thinning_takes_the_first_and_the_last() -> None:
    """Evenly, and all where there are few."""
    assert evenly(5, 10).tolist() == [0, 1, 2, 3, 4]
    assert evenly(101, 3).tolist() == [0, 50, 100]
    assert evenly(0, 3).tolist() == evenly(3, 0).tolist() == []


def test_stopping_keeps_what_is_done() -> None:
    """Ctrl-C while it counts: some starts, spread over the data, and the count of all."""
    one = replace(shipped_stage(*WORDS), threads=2)
    days = every_day(one.machine)

    def pressed(done: int, _whole: int) -> None:
        if done >= 200:
            raise KeyboardInterrupt

    found = one.play(days, pressed)
    assert found.stopped
    assert 200 <= len(found.attempts) < found.planned == len(days)
    assert (np.diff(found.attempts["start"]) > 0).all()
    assert found.attempts["start"][-1] > days[-1] - (days[-1] - days[0]) / 8
    assert one.halt.is_set()
    assert not len(one.sized(0.5).play(days).attempts)
    one.halt.clear()
    whole = one.play(days)
    rows = np.searchsorted(whole.attempts["start"], found.attempts["start"])
    assert whole.attempts[rows].tobytes() == found.attempts.tobytes()


def test_progress_counts_up_to_all() -> None:
    """Never backwards, and everything at the end."""
    one, told = stage([betting(50, 2.5, 10.0, seed=1)], book(counter(Code.PROFIT_TARGET, limit=0.1))), list[tuple[int, int]]()
    one.play(every_day(one.machine), lambda done, whole: told.append((done, whole)))
    assert told == sorted(told)
    assert told[-1] == (50, 50)


def doubtful(*, certain: bool) -> tuple[Stage, list[int]]:
    """Two days; from 01:00 a long whose 4-hour bar both makes the day's peak and falls 6 % below it.

    Finer bars, if `certain`, say that it fell first: no floor is broken, and the target is reached.
    """
    rising = [(price, price + 2.5, price, price + 2.5) for price in (103.5, 106.0, 108.5, 111.0, 113.5)]
    coarse = bars([(100, 100, 100, 100)] * 6 + [(100, 104, 99.5, 103.5), *rising], timeframe_ms=4 * HOUR)
    fine = bars([(100, 100, 99.5, 99.6), (99.6, 102, 99.6, 102), (102, 104, 102, 104), (104, 104, 103.5, 103.5)], start=START + 24 * HOUR)
    at = plan(4, sizing_value=100.0, targets=[(111.0, 1.0)])
    asked: list[int] = []

    def finer(one: Stream, moment: int) -> Stream:
        asked.append(moment)
        row = int(np.searchsorted(one.execution.close_time, moment))
        return replace(one, execution=spliced(one.execution, row, fine)) if certain else one

    rules = book(
        counter(Code.PROFIT_TARGET, limit=0.10),
        floor(Code.DAILY_LOSS, anchor=Anchor.DAY_PEAK_EQUITY, amount_fraction=0.04),
        floor(amount_fraction=0.9),
    )
    return replace(stage([stream(coarse, [at])], rules), finer=finer), asked


def test_a_verdict_that_hangs_on_the_order_is_settled_by_finer_bars() -> None:
    """Without them it is a failure and called ambiguous; with them it is what they say."""
    unclear, asked = doubtful(certain=False)
    found = unclear.play(every_day(unclear.machine)[:1])
    assert found.attempts["outcome"].tolist() == [Ending.FAILED]
    assert found.attempts["ambiguous"].tolist() == [1]
    assert found.resolved == 0
    assert asked == [START + 28 * HOUR]
    clear, _ = doubtful(certain=True)
    found = clear.play(every_day(clear.machine)[:1])
    assert found.attempts["outcome"].tolist() == [Ending.PASSED]
    assert found.attempts["ambiguous"].tolist() == [0]
    assert found.resolved == 1

"""Trials judged on stretches of the shipped bars."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest

from runner.machine import Machine
from runner.mode.backtest import Options, compiled, play
from runner.mode.studying.trials import Result, Segment, days_of, judge, judge_all, played, span, trials_of
from runner.mode.studying.trials import compiled as compiled_trials
from runner.model.duration import DAY_MS
from runner.model.errors import ConfigError, DataError
from runner.pipeline import between, compile_strategy
from runner.report.stopwatch import Stopwatch
from runner.report.summary import summary
from tests.mode.studying.cases import PLAIN, Net, six, trials

JANUARY_2024, JULY_2024 = 1_704_067_200_000, 1_719_792_000_000
HALF = Segment(start_ms=JANUARY_2024, end_ms=JULY_2024)
NET = (Net(),)


def test_a_trial_is_judged_as_a_backtest_of_the_same_days_with_restart() -> None:
    """Every figure that both have is the same, and where nothing is open at the end the daily profits add up to the net profit."""
    words = (
        "mode.start=2024-01-01",
        "mode.end=2024-06-30",
        "mode.after_failure=restart",
        "strategy.entry.fast=13",
        "strategy.entry.slow=34",
    )
    bot = trials({}, [*PLAIN, *words, "strategy.entry.fast=13", "strategy.entry.slow=34"])[0].bot
    options = Options(**bot.options)
    streams = [each for strategy in bot.strategies for each in compiled(bot, options, strategy, Stopwatch())]
    wanted = summary(bot, play(bot, options, streams), streams, {})
    found = judge(six()[2], HALF, NET)
    assert six()[2].values == {"strategy.entry.fast": 13, "strategy.entry.slow": 34}
    assert found.page == {key: wanted[key] for key in found.page}
    assert {"trades", "net_profit", "verdict", "rules", "metrics"} <= set(found.page)
    assert found.page["trades"] > 10
    assert found.score == (wanted["net_profit"],)
    assert found.profits.sum() == pytest.approx(wanted["net_profit"], abs=1e-6)


def test_what_is_open_at_the_end_counts_at_its_last_price() -> None:
    """A stretch that ends while a trade is open: the days add up to the change of equity, and nothing is closed."""
    held = Segment(start_ms=JANUARY_2024, end_ms=JANUARY_2024 + 12 * DAY_MS)
    open_ones = 0
    for trial in six():
        outcome = played(trial, [between(stream, held.start_ms, held.end_ms) for stream in trial.streams])
        open_ones += int(outcome.equity["open_positions"][-1])
        assert judge(trial, held, NET).profit == pytest.approx(outcome.equity_now - outcome.book.initial)
    assert open_ones > 0


def test_what_is_left_out_of_streams_changes_nothing() -> None:
    """The machine's record of a trial is that of the streams as compiled, byte for byte."""
    trial = six()[0]
    whole = [between(s, HALF.start_ms, HALF.end_ms) for s in compile_strategy(trial.bot.strategies[0], trial.bot.source, "USDT")]
    bare = [between(s, HALF.start_ms, HALF.end_ms) for s in trial.streams]
    assert any(stream.filters or stream.signals.levels or stream.signals.contributions for stream in whole)
    assert not any(stream.filters or stream.signals.levels or stream.signals.contributions for stream in bare)
    made = [Machine(streams=each, book=trial.bot.account.book, costs=trial.bot.costs) for each in (whole, bare)]
    for machine in made:
        machine.run()
    assert made[0].state() == made[1].state()


def test_equal_sources_are_read_once() -> None:
    """All trials look at the same bars object; one with another source does not."""
    assert len({id(stream.market.bars) for trial in six() for stream in trial.streams}) == 1
    assert len({id(trial.bot.source) for trial in six()}) == 1


def test_threads_and_order_change_nothing() -> None:
    """Two threads, one thread, one by one: the same pages and profits."""
    asked = [(trial, segment) for trial in six() for segment in (HALF, Segment(start_ms=JULY_2024, end_ms=JULY_2024 + 40 * DAY_MS))]
    told: list[tuple[int, int]] = []
    two, one = judge_all(asked, NET, lambda done, whole: told.append((done, whole)), threads=2), judge_all(asked, NET, threads=1)
    alone = [judge(trial, segment, NET) for trial, segment in asked]
    for first, second, third in zip(two, one, alone, strict=True):
        assert first.page == second.page == third.page
        assert np.array_equal(first.profits, second.profits)
        assert np.array_equal(first.profits, third.profits)
    assert told[-1] == (12, 12)


def test_a_stretch_knows_nothing_of_what_comes_after() -> None:
    """A segment judged over the streams as they are and over streams that end with it is the same."""
    trial = six()[1]
    short = replace(trial, streams=tuple(between(stream, None, HALF.end_ms) for stream in trial.streams))
    assert judge(trial, HALF, NET).page == judge(short, HALF, NET).page


def test_no_trade_reaches_over_the_edge() -> None:
    """Two stretches that touch: every entry lies in the stretch of its signal and every exit before its end."""
    middle = (JANUARY_2024 + JULY_2024) // 2 // DAY_MS * DAY_MS
    for trial in six():
        for segment in (Segment(start_ms=JANUARY_2024, end_ms=middle), Segment(start_ms=middle, end_ms=JULY_2024)):
            outcome = played(trial, [between(stream, segment.start_ms, segment.end_ms) for stream in trial.streams])
            assert outcome.trades["opened"].min() >= segment.start_ms
            assert outcome.trades["closed"].max() <= segment.end_ms
            assert outcome.plans["time"].min() > segment.start_ms
            assert outcome.plans["time"].max() <= segment.end_ms


def test_a_failed_account_is_bought_again() -> None:
    """So that there is a profit for every day of the bars."""
    ruinous = trials({}, [*PLAIN, "strategy.sizing.risk_fraction=0.03", "account.gate.enabled=false"])
    trial = compiled_trials(ruinous, Stopwatch())[0]
    whole = span([trial])
    found = judge(trial, whole, NET)
    assert sum(phase["state"] == "failed" for phase in found.page["phases"]) > 1
    assert len(found.days) == (whole.end_ms - whole.start_ms) // DAY_MS


def test_a_stretch_without_a_bar_measures_nothing() -> None:
    """Before the data began: no page, no day, a score below every other."""
    found = judge(six()[0], Segment(start_ms=0, end_ms=DAY_MS), NET)
    assert (found.page, found.score, found.profit) == ({}, (-math.inf,), 0.0)


def test_days_are_those_on_which_bars_close() -> None:
    """Every UTC day of a market that never closes; profits on other days are 0."""
    days = days_of(six(), HALF)
    assert list(days) == list(range(JANUARY_2024 // DAY_MS, JULY_2024 // DAY_MS))
    found = Result(page={}, score=(), days=np.array([3, 5]), profits=np.array([1.0, 2.0]))
    assert found.on(np.array([2, 3, 4, 5, 6])).tolist() == [0.0, 1.0, 0.0, 2.0, 0.0]
    assert found.on(np.array([5])).tolist() == [2.0]
    assert found.on(np.empty(0, np.int64)).tolist() == []


def test_the_span_is_of_whole_days() -> None:
    """Within mode.start and mode.end where they are given; a span without a day is refused."""
    whole = span(six())
    assert whole.start_ms % DAY_MS == whole.end_ms % DAY_MS == 0
    assert span(six(), JANUARY_2024 + 1, JULY_2024 - 1) == Segment(start_ms=JANUARY_2024 + DAY_MS, end_ms=JULY_2024 - DAY_MS)
    with pytest.raises(DataError, match="no bars to trade on"):
        span(six(), JANUARY_2024 + 1, JANUARY_2024 + DAY_MS - 1)


def test_a_bot_without_trials_is_its_own() -> None:
    """One trial that nothing sets apart."""
    bot = trials({})[0].bot
    (only,) = trials_of(bot)
    assert only.bot is bot
    assert only.name == ""


def test_what_one_raises_ends_all() -> None:
    """The first error comes out of `judge_all`, and what has not begun is not begun."""

    def told(_done: int, _whole: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        judge_all([(trial, HALF) for trial in six()], NET, told)


def test_accounts_of_several_currencies_are_not_compared() -> None:
    """Their money cannot be added up."""
    dollars, other = (trials({}, [PLAIN[0], f"+account={name}", PLAIN[2]])[0] for name in ("hyro_1step", "ftmo_1step"))
    assert dollars.bot.account.currency != other.bot.account.currency
    with pytest.raises(ConfigError, match="these trials cannot be compared"):
        trials_of(replace(dollars.bot, trials=(dollars, other)))


def test_an_option_of_the_study_itself_makes_no_trials() -> None:
    """It has one value for all of them."""
    two = trials({"mode.windows": (3, 4)}, [*PLAIN, "mode=walk_forward"])
    with pytest.raises(ConfigError) as refused:
        trials_of(replace(two[0].bot, trials=two))
    assert [problem.line() for problem in refused.value.problems] == ["mode.windows  expected one value, of a study's own option, was 3, 4"]

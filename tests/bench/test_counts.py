"""The gate against slowness: counts that are the same on a busy machine and on a slow one, no seconds.

A count beyond its bound means that the same run costs so much more than it did. Where that is meant, raise the bound and say why in
the commit.
"""

from __future__ import annotations

import gc
import json
import os
import subprocess
import sys
import tracemalloc
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from runner.build import build
from runner.columns.library import library
from runner.compose import compose
from runner.compose.loader import Loader
from runner.machine import Machine
from runner.menu import Menu
from runner.model.bars import Bars
from runner.model.bot import Bot
from runner.model.market import Market
from runner.model.signal import Signals
from runner.pipeline import Loaded, look, plan
from runner.sweep.jobs import Desk
from tests.instructions import CANNOT

ROOT = Path(__file__).parent.parent.parent
sys.path.insert(0, str(ROOT / "scripts"))

from benchmarks.work import MINUTE_MS, SYMBOL, walk, words  # noqa: E402 - scripts are no package of the project

MOST_INSTRUCTIONS = 530  # of the machine, a bar, under the rules of hyro_2step: 351 were counted
MOST_STEPS = 3_800  # lines of Python and functions in C, for columns, plans and machine of any number of bars: 2541 were counted
MOST_JOB_STEPS = 36_000  # to compose, check and build one more job of a sweep: 23,094 were counted
MOST_BYTES = 220  # held at the peak, a bar: 145 were counted


def counted(*words_: str) -> dict[int, int]:
    """Instructions of the machine by the number of bars; skipped where they cannot be counted, but not in the pipeline."""
    command = [sys.executable, "-m", "tests.instructions", *words_]
    done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=ROOT)
    if done.returncode == CANNOT and not os.environ.get("CI"):
        pytest.skip(done.stderr.strip())
    assert done.returncode == 0, done.stderr
    return {int(bars): count for bars, count in json.loads(done.stdout.splitlines()[-1]).items()}


def a_bar(counts: dict[int, int]) -> float:
    """Instructions of one bar more."""
    (fewer, low), (more, high) = sorted(counts.items())
    return (high - low) / (more - fewer)


def test_the_machine_takes_few_instructions_a_bar() -> None:
    """Eight trades on four hundred bars, quiet bars between them, every rule judged."""
    assert a_bar(counted("100", "500")) <= MOST_INSTRUCTIONS


def test_the_long_way_through_every_bar_would_be_noticed() -> None:
    """The same machine without its short cuts leaves the same bytes and is far beyond the bound: this gate can fail."""
    assert a_bar(counted("10", "30", "--long-way")) > 2 * MOST_INSTRUCTIONS


@pytest.fixture(scope="module")
def bot() -> Bot:
    """The benchmark's."""
    library()
    return build(compose(words("hyro_2step")))


def work(bot: Bot, bars: int) -> Callable[[], Any]:
    """Columns, plans and machine, done once before, so that what is imported and kept by then does not count."""
    candles = {name: column[:bars] for name, column in walk(20_000).items()}
    traded = Bars(symbol=SYMBOL, timeframe_ms=MINUTE_MS, **candles)
    loaded = Loaded(market=Market(bars=traded, instrument=bot.source.instrument(SYMBOL)), execution=traded)

    def once() -> Any:
        stream = plan(bot.strategies[0], look(bot.strategies[0], loaded.market), loaded)
        return Machine(streams=[stream], book=bot.account.book, costs=bot.costs, gate=bot.account.gate).run()

    assert len(once().trades) > bars / 100
    return once


def steps(call: Callable[[], object]) -> int:
    """Lines of Python that one call runs through, each round of a loop anew, and functions in C that they call."""
    count = 0

    def line(_frame: object, event: str, _about: object) -> Any:
        nonlocal count
        count += event == "line"
        return line

    def seen(_frame: object, event: str, _about: object) -> None:
        nonlocal count
        count += event == "c_call"

    traced, profiled = sys.gettrace(), sys.getprofile()
    gc.disable()
    sys.settrace(line)
    sys.setprofile(seen)
    try:
        call()
    finally:
        sys.setprofile(profiled)
        sys.settrace(traced)
        gc.enable()
    return count


def peak_bytes(call: Callable[[], object]) -> int:
    """The most bytes that one call holds at once, arrays included."""
    gc.collect()
    tracemalloc.start()
    try:
        call()
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


def test_python_takes_no_more_steps_for_more_bars(bot: Bot) -> None:
    """Columns are computed whole and the machine is compiled: twice the bars, the same steps."""
    fewer, more = steps(work(bot, 5_000)), steps(work(bot, 10_000))
    assert more == pytest.approx(fewer, rel=0.02)
    assert more <= MOST_STEPS


def test_a_block_that_walks_bar_by_bar_would_be_noticed(bot: Bot) -> None:
    """An entry that looks at each bar once by itself: this gate can fail."""

    class Walks(type(bot.strategies[0].entry)):  # type: ignore[misc]
        def signals(self, market: Market) -> Signals:
            assert [value + 1 for value in market.bars.close]
            return super().signals(market)

    entry = Walks(**bot.strategies[0].entry.model_dump())
    slow = replace(bot, strategies=(replace(bot.strategies[0], entry=entry),))
    assert steps(work(slow, 10_000)) > steps(work(bot, 10_000)) + 10_000 > MOST_STEPS


def test_another_job_of_a_sweep_takes_few_steps(tmp_path: Path) -> None:
    """Composed, checked and built from its words, where values alone differ from the jobs before it; the first one asks Hydra."""
    desk = Desk(Loader(Menu(tmp_path)))
    plain = [word for word in words("hyro_2step") if "entry.fast" not in word]

    def job(fast: int) -> int:
        return steps(lambda: desk.job([*plain, f"strategy.entry.fast={fast}"]))

    first, *others = (job(fast) for fast in (8, 10, 12, 14, 16))
    assert min(others) <= MOST_JOB_STEPS < first / 10, (first, others)


def test_memory_grows_by_few_bytes_a_bar(bot: Bot) -> None:
    """Ten million bars within four GiB are some four hundred bytes a bar for everything; this is what a run holds at its peak."""
    fewer, more = peak_bytes(work(bot, 10_000)), peak_bytes(work(bot, 20_000))
    assert (more - fewer) / 10_000 <= MOST_BYTES

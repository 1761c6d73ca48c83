"""Finished runs to tell reports from: real ones, each played once, and small ones written by hand."""

from __future__ import annotations

import tempfile
from dataclasses import replace
from functools import cache
from pathlib import Path

from runner.build import build
from runner.compose import compose
from runner.mode.backtest import Options, compiled, play
from runner.model.records import Outcome
from runner.model.stream import Stream
from runner.report.html.page import report
from runner.report.html.story import Story
from runner.report.stopwatch import Stopwatch
from runner.report.summary import summary
from tests.report import cases

WARN = "account.program.phases.challenge.rules.inactivity.severity=warn"
RESTART = "mode.after_failure=restart"
RUNS: dict[str, tuple[str, ...]] = {
    "the main job, inactivity warned of": ("+strategy=fvg", "+account=hyro_2step", WARN),
    "the main job, failed": ("+strategy=fvg", "+account=hyro_2step"),
    "many attempts and phases": ("+strategy=ema_cross", "+account=hyro_1step_swing", "strategy.sizing.risk_fraction=0.02", RESTART),
    "the gate at work": ("+strategy=ema_cross", "+account=hyro_1step_swing", "strategy.sizing.risk_fraction=0.02", WARN),
    "two strategies": ("+portfolio=hyro_duo", "+account=hyro_2step", RESTART),
    "no rules": ("+strategy=ema_cross", "+account=no_limits"),
    "no trade, a position left open": ("+strategy=buy_and_hold", "+account=no_limits"),
    "no bars of one symbol": ("+strategy=fvg", "+account=hyro_2step", "mode.start=2025-11-20"),
    "two bars": ("+strategy=fvg", "+account=hyro_2step", "strategy.symbols=[BTCUSDT]", "mode.start=2025-12-03"),
}
MAIN = "the main job, inactivity warned of"
MANY = "many attempts and phases"
FAILED = "the main job, failed"
DUO = "two strategies"
BARE = "no rules"
GATED = "the gate at work"


@cache
def played(name: str) -> Story:
    """One of the runs above."""
    bot = build(compose(list(RUNS[name])), Path(tempfile.gettempdir()) / "never-written")
    options, watch = Options(**bot.options), Stopwatch()
    streams = [stream for strategy in bot.strategies for stream in compiled(bot, options, strategy, watch)]
    outcome = play(bot, options, streams)
    return Story(bot=bot, outcome=outcome, streams=streams, page=summary(bot, outcome, streams, {}))


@cache
def written(name: str) -> str:
    """The report of one of the runs."""
    return page(played(name))


def page(story: Story) -> str:
    """The report of a story."""
    return report(story.bot, story.outcome, story.streams, dict(story.page))


def told(outcome: Outcome | None = None, *streams: Stream) -> Story:
    """A story of a small outcome written by hand."""
    made, walked = outcome or cases.outcome(), streams or (cases.stream(),)
    bot = cases.bot(Path("here"))
    bot = replace(bot, account=replace(bot.account, book=made.book))
    return Story(bot=bot, outcome=made, streams=walked, page=summary(bot, made, walked, {}))

"""Stages by hand: shipped strategies on shipped accounts, and walks with a plan at every bar."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache

import numpy as np

from runner.build import build
from runner.compose import compose
from runner.model.bot import Bot, Costs, GateSettings
from runner.model.rules import RuleBook
from runner.model.stream import Stream
from runner.odds.engine import Stage
from runner.odds.restart import Restartable
from runner.pipeline import compile_strategy
from tests.machine.build import FREE, OFF


def same(stream: Stream, moment: int) -> Stream:
    """No finer bars anywhere."""
    return stream


def stage(streams: Sequence[Stream], book: RuleBook, costs: Costs = FREE, gate: GateSettings = OFF) -> Stage:
    """What starts are played on, without finer bars."""

    def build_(tape: Sequence[Stream]) -> Restartable:
        return Restartable(streams=tape, book=book, costs=costs, gate=gate)

    return Stage(machine=build_(streams), streams=streams, build=build_, finer=same)


@cache
def shipped(*words: str) -> tuple[Bot, tuple[Stream, ...]]:
    """A shipped strategy on a shipped account over the shipped bars."""
    bot = build(compose(list(words)))
    streams = tuple(one for strategy in bot.strategies for one in compile_strategy(strategy, bot.source, bot.account.currency))
    return bot, streams


def shipped_stage(*words: str) -> Stage:
    """The same as a stage."""
    bot, streams = shipped(*words)
    return stage(streams, bot.account.book, bot.costs, bot.account.gate)


def random(seed: int) -> np.random.Generator:
    """Numbers that are the same every time."""
    return np.random.default_rng(seed)

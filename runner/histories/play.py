"""Starts in drawn histories: each is drawn, looked at by the ordinary pipeline and played; several at a time."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass
from itertools import islice
from os import cpu_count
from threading import Event
from typing import Any

import numpy as np
from numpy.typing import NDArray

from runner.histories.drawn import drawn
from runner.histories.past import Past, Span, past
from runner.machine.native import drive
from runner.model.bot import Bot
from runner.odds.engine import evenly, every_day
from runner.odds.interval import LEVEL, UNKNOWN, student, wilson
from runner.odds.reading import goal, read
from runner.odds.restart import Restartable
from runner.odds.results import ATTEMPT, Ending, Histories, Interval
from runner.odds.shares import shares, spread
from runner.pipeline import compile_strategy

FEW = 8  # blocks

type Told = Callable[[int, int], None]  # (done, of how many)
Attempts = NDArray[Any]


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """What to draw. days: mean length of a block. starts: of each history, spread evenly over its days. threads: None = one a processor."""

    histories: int = 200
    seed: int = 1
    days: float = 30.0
    starts: int = 20
    threads: int | None = None


def histories(bot: Bot, wanted: Wanted, span: Span = (None, None), told: Told | None = None, halt: Event | None = None) -> Histories:
    """The odds over histories drawn from `span` of the past. Setting `halt`, or Ctrl-C, ends it early; what is done is kept.

    Raises DataError where there is too little to draw from.
    """
    made = past(bot.strategies, bot.source, bot.account.currency, span)
    found = together(bot, made, wanted, told, halt or Event())
    played = [found[number] for number in sorted(found)]
    return told_of(bot, made, wanted, played)


def together(bot: Bot, made: Past, wanted: Wanted, told: Told | None, stop: Event) -> dict[int, Attempts]:
    """The attempts of each history by its number, made by one thread for each processor: compiled code runs without Python's lock."""
    waiting, found = iter(range(wanted.histories)), dict[int, Attempts]()

    def one(number: int) -> None:
        if not stop.is_set():
            found[number] = attempts(bot, made, wanted, number)

    drive.load()  # once, before threads would each load it
    workers = max(1, min(wanted.threads or cpu_count() or 1, wanted.histories))
    with ThreadPoolExecutor(workers) as pool:
        running: set[Future[None]] = {pool.submit(one, number) for number in islice(waiting, workers)}
        try:
            while running and not stop.is_set():
                running = onwards(pool, one, running, waiting)
                if told is not None:
                    told(len(found), wanted.histories)
        except BaseException as end:
            stop.set()
            if not isinstance(end, KeyboardInterrupt):
                raise
    return found


def onwards(pool: ThreadPoolExecutor, one: Callable[[int], None], running: set[Future[None]], waiting: Iterator[int]) -> set[Future[None]]:
    """Wait for a thread and hand it the next history; returns what is running then."""
    done, going = wait(running, timeout=0.2, return_when=FIRST_COMPLETED)
    for future in done:
        future.result()
        going |= {pool.submit(one, number) for number in [next(waiting, None)] if number is not None}
    return going


def attempts(bot: Bot, made: Past, wanted: Wanted, number: int) -> Attempts:
    """What became of the starts of one history, dtype ATTEMPT. There are no finer bars, so an ambiguous breach is a failure."""
    source = drawn(made, number, seed=wanted.seed, days=wanted.days)
    streams = [stream for strategy in bot.strategies for stream in compile_strategy(strategy, source, bot.account.currency)]
    machine = Restartable(streams=streams, book=bot.account.book, costs=bot.costs, gate=bot.account.gate)
    days = every_day(machine)
    return np.concatenate([attempt(machine, int(start)) for start in days[evenly(len(days), wanted.starts)]])


def attempt(machine: Restartable, start_ms: int) -> Attempts:
    """What became of one start, a single row."""
    last = goal(machine.book)
    if last is None:
        raise ValueError("the account has no phase with a target")
    machine.begin_at(start_ms)
    machine.play()
    return read(machine.world, 0, start_ms, last, path=False).row


def told_of(bot: Bot, made: Past, wanted: Wanted, played: Sequence[Attempts]) -> Histories:
    """The histories played, counted."""
    every = np.concatenate(played) if played else np.zeros(0, ATTEMPT)
    many = [np.array([(each["outcome"] == ending).sum() for each in played], np.float64) for ending in Ending]
    passed, failed, unfinished = many
    each = passed / np.maximum(passed + failed + unfinished, 1)
    return Histories(
        planned=wanted.histories,
        drawn=len(played),
        seed=wanted.seed,
        block_days=wanted.days,
        first=made.first,
        last=made.first + made.slots * made.unit,
        shares=shares(bot.account.book, every),
        odds=clustered(passed, passed + failed + unfinished),
        decided=clustered(passed, passed + failed),
        passed=each,
        spread=spread(each),
        days=spread(every["days"][every["outcome"] == Ending.PASSED]),
        notes=(*made.notes, *few(made, wanted)),
    )


def few(made: Past, wanted: Wanted) -> list[str]:
    """A line where the past holds so few blocks that all histories are much alike."""
    blocks = made.days / wanted.days
    many = f"{made.days:.0f} days hold only {blocks:.0f} blocks of {wanted.days:g} days, so histories are much alike"
    return [f"{many}; mode.block=… shortens them"] if blocks < FEW else []


def clustered(part: NDArray[np.float64], whole: NDArray[np.float64]) -> Interval:
    """The share that `part` is of `whole`, a number of each per history: Wilson's interval for as many trials as its spread allows.

    Histories are drawn independently; starts of one are not, so the spread is taken from history to history. Where none differs from
    the others, each counts for one trial.
    """
    count, total = len(whole), float(whole.sum())
    if count < 2 or not total:
        return UNKNOWN if not total else Interval(value=float(part.sum()) / total, low=math.nan, high=math.nan)
    value = float(part.sum()) / total
    variance = float(((part - value * whole) ** 2).sum()) * count / (count - 1) / total**2
    trials = value * (1 - value) / variance if variance > 0 else float(count)
    low, high = wilson(value, trials, student(count - 1))
    return Interval(value=value, low=min(low, value), high=max(high, value), level=LEVEL)

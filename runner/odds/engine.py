"""Every start played: one machine for each thread over the same tape, in an order that makes a broken-off run a fair sample."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass, field, replace
from itertools import islice
from os import cpu_count
from threading import Event
from typing import Any

import numpy as np
from numpy.typing import NDArray

from runner.model.bars import Times
from runner.model.stream import Stream
from runner.odds.reading import PAYMENT, Reading, goal, read
from runner.odds.restart import Restartable
from runner.odds.results import ATTEMPT, MAX_PATHS, PATH
from runner.odds.settle import Again, Build, Finer, settle

CHUNK = 8  # starts handed to a thread at a time

type Told = Callable[[int, int], None]  # (done, of how many)


@dataclass(frozen=True, kw_only=True)
class Played:
    """The starts that were played, oldest first.

    attempts: dtype ATTEMPT, shape (k,), without money. payments: dtype PAYMENT, `start` is a row of `attempts`. states: dtype
    RULE_STATE, shape (k, rules). paths: dtype PATH of up to MAX_PATHS starts. planned: how many were asked for. resolved: starts
    that were ambiguous until finer bars decided.
    """

    attempts: NDArray[Any]
    payments: NDArray[Any]
    states: NDArray[Any]
    paths: NDArray[Any]
    planned: int
    resolved: int

    @property
    def stopped(self) -> bool:
        """Whether it was broken off."""
        return len(self.attempts) < self.planned


def every_day(machine: Restartable) -> Times:
    """The first instant of every day of the data, UTC ms: each reset of the firm's first clock that a bar opens after, on that day."""
    resets, opens = machine.world.resets[0], np.sort(machine.world.open_time)
    inside = resets[(resets >= opens[0]) & (resets <= opens[-1])]
    bounds = np.searchsorted(opens, np.append(inside, np.iinfo(np.int64).max), side="left")
    days: Times = inside[np.diff(bounds) > 0]
    return days


def scattered(count: int) -> list[int]:
    """The numbers below `count` in an order of which every beginning is spread evenly: by bits read backwards."""
    bits = max(1, (count - 1).bit_length())
    backwards = (int(f"{number:0{bits}b}"[::-1], 2) for number in range(1 << bits))
    return [number for number in backwards if number < count]


def evenly(count: int, most: int) -> NDArray[np.int64]:
    """Up to `most` of `count` places, evenly spread, in order."""
    return np.unique(np.linspace(0, count - 1, min(count, most)).round().astype(np.int64)) if count and most else np.zeros(0, np.int64)


@dataclass(frozen=True, kw_only=True)
class Stage:
    """What starts are played on. machine: over `streams` as they are. build: the same over other streams, for bars taken apart by `finer`.

    threads: None = one for each processor. halt: set where nothing more is to be begun.
    """

    machine: Restartable
    streams: Sequence[Stream]
    build: Build
    finer: Finer
    threads: int | None = None
    halt: Event = field(default_factory=Event)

    def sized(self, factor: float) -> Stage:
        """The stage on which plans ask for `factor` times their size."""
        return replace(self, machine=self.machine.sized(factor), build=lambda streams: self.build(streams).sized(factor))

    def play(self, starts: Times, told: Told | None = None, *, paths: int = MAX_PATHS) -> Played:
        """Play the program from each of `starts` on. Ctrl-C (KeyboardInterrupt in this thread) ends it early; what is done is kept.

        paths: of how many starts the daily path is kept.
        """
        last = goal(self.machine.book)
        if last is None:
            raise ValueError("the account has no phase with a target")
        kept = frozenset(evenly(len(starts), paths).tolist())
        workers = max(1, min(self.threads or cpu_count() or 1, len(starts)))
        machines = [self.machine, *(self.machine.twin() for _ in range(workers - 1))]

        def one(machine: Restartable, number: int) -> Reading:
            machine.begin_at(int(starts[number]))
            machine.play()
            return read(machine.world, number, int(starts[number]), last, path=number in kept)

        readings = together(machines, len(starts), one, told, self.halt)
        resolved = settle(readings, self.streams, self.build, self.finer, one)
        return joined(readings, len(starts), resolved)


def together(machines: Sequence[Restartable], count: int, one: Again, told: Told | None, halt: Event) -> dict[int, Reading]:
    """The readings of `count` starts by number, made by one thread for each machine, until all are made or `halt` is set."""
    readings: dict[int, Reading] = {}
    waiting = iter(scattered(count))

    def some(machine: Restartable, numbers: Sequence[int]) -> Restartable:
        for number in numbers:
            if halt.is_set():
                break
            readings[number] = one(machine, number)
        return machine

    with ThreadPoolExecutor(len(machines)) as pool:
        running = {pool.submit(some, machine, numbers) for machine, numbers in zip(machines, chunks(waiting), strict=False)}
        try:
            while running and not halt.is_set():
                running = onwards(pool, some, running, waiting)
                if told is not None:
                    told(len(readings), count)
        except KeyboardInterrupt:
            halt.set()
    return readings


def chunks(waiting: Iterator[int]) -> Iterator[list[int]]:
    """CHUNK numbers at a time, until there are none."""
    while some := list(islice(waiting, CHUNK)):
        yield some


def onwards(
    pool: ThreadPoolExecutor,
    some: Callable[[Restartable, Sequence[int]], Restartable],
    running: set[Future[Restartable]],
    waiting: Iterator[int],
) -> set[Future[Restartable]]:
    """Wait for a thread and hand it more; returns what is running then."""
    done, going = wait(running, timeout=0.2, return_when=FIRST_COMPLETED)
    for future in done:
        if more := list(islice(waiting, CHUNK)):
            going.add(pool.submit(some, future.result(), more))
        else:
            future.result()
    return going


def joined(readings: dict[int, Reading], planned: int, resolved: int) -> Played:
    """The readings as tables, starts renumbered in the order of time."""
    numbers = sorted(readings)
    every = [readings[number] for number in numbers]
    attempts = np.concatenate([reading.row for reading in every]) if every else np.zeros(0, ATTEMPT)
    return Played(
        attempts=attempts,
        payments=renumbered([reading.payments for reading in every], PAYMENT),
        states=np.stack([reading.rule_states for reading in every]) if every else np.zeros((0, 0)),
        paths=renumbered([reading.path for reading in every], PATH),
        planned=planned,
        resolved=resolved,
    )


def renumbered(parts: Sequence[NDArray[Any]], dtype: Any) -> NDArray[Any]:
    """The parts end to end; `start` becomes the part's place."""
    if not parts:
        return np.zeros(0, dtype)
    whole: NDArray[Any] = np.concatenate(parts)
    whole["start"] = np.repeat(np.arange(len(parts)), [len(part) for part in parts])
    return whole

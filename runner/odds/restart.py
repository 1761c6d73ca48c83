"""A machine that begins again at any instant of its tape: the tape is joined once, each beginning only rewinds the state."""

from __future__ import annotations

import copy
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from runner.machine.actions import END, FULL, RUN
from runner.machine.machine import Machine
from runner.machine.native import drive
from runner.machine.state import RECORDS, STATE, World
from runner.machine.table import table
from runner.model.errors import DataError, Problem

OWN = (*STATE, *RECORDS, "settings", "row")  # what a twin may not share


class Restartable(Machine):
    """`begin_at`, then `play`: as a fresh Machine on streams cut at that instant would, byte for byte, in a fraction of the time.

    Twins share bars, plans and columns, so that several threads can play at once: compiled code runs without Python's lock.
    """

    blank: dict[str, NDArray[Any]]

    def twin(self) -> Self:
        """Another machine over the same tape, with state and records of its own."""
        twin = copy.copy(self)
        twin.world = self.world._replace(**{name: getattr(self.world, name).copy() for name in OWN})
        twin.view = table(twin.world)
        return twin

    def sized(self, factor: float) -> Self:
        """A twin whose plans ask for `factor` times their size."""
        twin, plans = self.twin(), self.world.plans.copy()
        plans["sizing_value"] *= factor
        twin.world = twin.world._replace(plans=plans)
        twin.view = table(twin.world)
        return twin

    def begin_at(self, start_ms: int) -> None:
        """Stand at the first bar that opens at or after `start_ms`, UTC ms, as if nothing had been before. DataError: there is none."""
        world = self.world
        for name in RECORDS:
            record = getattr(world, name)
            record[: int(world.ledger[0][name])] = np.zeros((), record.dtype)
        for name in STATE:
            np.copyto(getattr(world, name), self.blank[name])
        world.row[:] = np.zeros((), world.row.dtype)
        world.settings["first_time"] = wound(world, start_ms, self._plan_opens())
        super()._begin()

    def missing_funding(self) -> tuple[str, ...]:
        """Symbols whose history of funding has holes that are filled with the assumed rate."""
        return self._missing_funding()

    def play(self) -> None:
        """Advance to the end of the tape or of the account, and end the record. `world` then holds what happened."""
        while drive(self.view, RUN) == FULL:
            self._grow()
        drive(self.view, END)

    def _begin(self) -> None:
        self.blank = {name: getattr(self.world, name).copy() for name in STATE}
        super()._begin()

    def _plan_opens(self) -> NDArray[np.int64]:
        """When the signal bar of each plan opened, never falling within a symbol; worked out once."""
        if "opens" not in self.__dict__:
            self.opens = plan_opens(self)
        return self.opens


def plan_opens(machine: Machine) -> NDArray[np.int64]:
    """Open times of the plans' signal bars; where strategies of several timeframes meet on a symbol, the highest so far."""
    world = machine.world
    lengths = np.array([lasting(machine, strategy) for strategy in dict.fromkeys(s.strategy for s in machine.streams)], np.int64)
    opens: NDArray[np.int64] = world.plans["time"] - lengths[world.plans["strategy"]]
    for place in world.symbols:
        part = slice(int(place["first_plan"]), int(place["last_plan"]))
        opens[part] = np.maximum.accumulate(opens[part]) if part.stop > part.start else opens[part]
    return opens


def lasting(machine: Machine, strategy: str) -> int:
    """Length of the strategy's signal bars, ms."""
    return next(stream.market.bars.timeframe_ms for stream in machine.streams if stream.strategy == strategy)


def wound(world: World, start_ms: int, opens: NDArray[np.int64]) -> int:
    """Put every symbol's place on the tape at `start_ms`; returns the first instant at which a bar opens."""
    first = []
    for position, place in zip(world.positions, world.symbols, strict=True):
        cursor = after(world.open_time, place["first"], place["last"], start_ms)
        position["cursor"] = cursor
        position["next_plan"] = after(opens, place["first_plan"], place["last_plan"], start_ms)
        position["next_funding"] = after(world.funding_time, place["first_funding"], place["last_funding"], start_ms)
        if cursor < place["last"]:
            first.append(int(world.open_time[cursor]))
    if not first:
        raise DataError("nothing to run on", [Problem(path="bars", message="no bar opens at or after the start")])
    return min(first)


def after(times: NDArray[np.int64], first: int, last: int, start_ms: int) -> int:
    """The first place in [first, last) whose time is at or after `start_ms`; `last` when there is none."""
    return int(first) + int(np.searchsorted(times[int(first) : int(last)], start_ms, side="left"))

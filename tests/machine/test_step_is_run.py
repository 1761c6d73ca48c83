"""Stepping bar by bar, running in one go, growing records, and the long way round: one machine, the same bytes."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from runner.machine import Machine
from runner.machine.state import RECORDS
from runner.machine.table import table
from tests.machine.build import records
from tests.machine.chance import random_machine

EXAMPLES = 120
SEEDS = st.integers(0, 2**32 - 1)


def with_rooms(machine: Machine, room: int) -> Machine:
    """The machine with records of `room` rows, which must grow almost at once."""
    small = {name: np.zeros(room, getattr(machine.world, name).dtype) for name in RECORDS}
    machine.world = machine.world._replace(**small)
    machine.view = table(machine.world)
    return machine


def the_long_way(machine: Machine) -> Machine:
    """The machine without short cuts through quiet bars and instants."""
    machine.world.settings["shortcuts"] = 0
    return machine


def same(left: Any, right: Any) -> bool:
    """Equal field by field; money to 1e-8, NaN equal to NaN."""
    return len(left) == len(right) and all(
        np.allclose(left[name], right[name], rtol=1e-12, atol=2e-8, equal_nan=True)
        if left[name].dtype.kind == "f"
        else (left[name] == right[name]).all()
        for name in left.dtype.names
    )


@settings(max_examples=EXAMPLES)
@given(seed=SEEDS)
def test_stepping_leaves_the_bytes_of_a_run(seed: int) -> None:
    """State and every record, after the last bar."""
    stepped, ran = random_machine(seed), random_machine(seed)
    while stepped.step():
        pass
    ran.run()
    assert stepped.state() == ran.state()


@settings(max_examples=EXAMPLES // 2)
@given(seed=SEEDS, room=st.integers(1, 700))
def test_growing_records_leave_the_same_bytes(seed: int, room: int) -> None:
    """Records that start far too small, stepped and run."""
    plain, small, stepped = random_machine(seed), with_rooms(random_machine(seed), room), with_rooms(random_machine(seed), room)
    plain.run()
    small.run()
    while stepped.step():
        pass
    assert small.state() == plain.state() == stepped.state()


@settings(max_examples=EXAMPLES)
@given(seed=SEEDS)
def test_quiet_instants_book_what_the_full_way_books(seed: int) -> None:
    """Fills, trades, equity, days, phases, rule states and decisions of both ways."""
    short, long = records(random_machine(seed).run()), records(the_long_way(random_machine(seed)).run())
    assert [name for name in short if not same(short[name], long[name])] == []


def test_random_machines_trade() -> None:
    """The property tests above see every kind of fill, verdict and refusal."""
    outcomes = [random_machine(seed).run() for seed in range(150)]
    assert len(np.unique(np.concatenate([o.fills["reason"] for o in outcomes]))) >= 16
    assert len(np.unique(np.concatenate([o.phases["state"] for o in outcomes]))) >= 3
    assert len(np.unique(np.concatenate([o.decisions["code"] for o in outcomes]))) >= 16


@pytest.mark.parametrize("seed", range(3))
def test_reading_the_outcome_changes_nothing(seed: int) -> None:
    """An outcome is taken from a copy; the machine goes on."""
    asked, plain = random_machine(seed), random_machine(seed)
    while asked.step():
        asked.outcome()
    plain.run()
    assert asked.state() == plain.state()

"""A machine that begins again does what a fresh one on cut streams does, byte for byte."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from runner.machine import Machine
from runner.model.errors import DataError
from runner.odds.engine import every_day
from runner.odds.restart import Restartable
from runner.pipeline import between
from tests.odds.stages import shipped

PAIRS = [
    pytest.param(("+strategy=fvg", "+account=hyro_2step"), id="three symbols of one strategy"),
    pytest.param(("portfolio=hyro_duo", "+account=hyro_2step"), id="two strategies on one account"),
    pytest.param(("+strategy=ema_cross", "+account=hyro_1step", "strategy.symbols=[BTCUSDT]"), id="one symbol, which coasts"),
    pytest.param(("+strategy=fvg", "+account=hyro_2step", "strategy.detail_timeframe=1h", "strategy.symbols=[BTCUSDT]"), id="finer bars"),
]
RECORDS = {"fills": "fills", "trades": "trades", "stops": "stops", "days": "days", "results": "phases", "events": "events"}


def restartable(words: tuple[str, ...]) -> Restartable:
    """The machine of a shipped pair."""
    bot, streams = shipped(*words)
    return Restartable(streams=streams, book=bot.account.book, costs=bot.costs, gate=bot.account.gate)


def without_plan(rows: NDArray[Any]) -> bytes:
    """The rows without the number of the plan, which counts from the first plan of the tape."""
    rows = rows.copy()
    if "plan" in (rows.dtype.names or ()):
        rows["plan"] = 0
    return rows.tobytes()


@pytest.mark.parametrize("words", PAIRS)
def test_a_start_equals_a_backtest_from_that_day(words: tuple[str, ...]) -> None:
    """Fills, trades, stops, days, verdicts, events, closest approaches and equity of starts all over the data."""
    bot, streams = shipped(*words)
    machine = restartable(words)
    days = every_day(machine)
    for day in [days[0], *days[7:-1:149], days[-1]]:
        machine.begin_at(int(day))
        machine.play()
        cut = [between(stream, int(day), None) for stream in streams]
        fresh = Machine(streams=cut, book=bot.account.book, costs=bot.costs, gate=bot.account.gate).run()
        ledger = machine.world.ledger[0]
        for ours, theirs in RECORDS.items():
            assert without_plan(getattr(machine.world, ours)[: ledger[ours]]) == without_plan(getattr(fresh, theirs)), (ours, int(day))
        assert machine.world.rule_states.tobytes() == fresh.rule_states.tobytes()
        assert machine.world.stretches[: ledger["stretches"]].tobytes() == fresh.equity_record.stretches.tobytes()
        assert machine.world.marks[: ledger["marks"]].tobytes() == fresh.equity_record.marks.tobytes()
        assert float(ledger["balance"]) == fresh.balance


def test_what_was_played_before_leaves_no_trace() -> None:
    """The same start before and after others, on the machine and on its twin: the same bytes."""
    machine = restartable(("+strategy=ema_cross", "+account=hyro_1step"))
    days = every_day(machine)

    def played(one: Restartable) -> bytes:
        one.begin_at(int(days[400]))
        one.play()
        return one.state()

    first, twin = played(machine), machine.twin()
    for day in days[::211]:
        machine.begin_at(int(day))
        machine.play()
    assert played(machine) == first
    assert played(twin) == first
    assert played(machine.sized(1.0)) == first
    assert played(machine.sized(0.5)) != first


def test_records_that_were_too_small_grow_and_start_over() -> None:
    """A record that had to grow during one start is empty for the next."""
    machine = restartable(("+strategy=ema_cross", "+account=hyro_1step"))
    machine.world = machine.world._replace(days=machine.world.days[:405].copy(), fills=machine.world.fills[:500].copy())
    from runner.machine.table import table

    machine.view = table(machine.world)
    whole = restartable(("+strategy=ema_cross", "+account=hyro_1step"))
    for day in every_day(whole)[[0, 300]]:
        for one in (machine, whole):
            one.begin_at(int(day))
            one.play()
        assert machine.state() == whole.state()
    assert len(machine.world.days) > 405


def test_a_start_after_the_last_bar_is_refused() -> None:
    """There is nothing to run on."""
    machine = restartable(("+strategy=ema_cross", "+account=hyro_1step"))
    with pytest.raises(DataError):
        machine.begin_at(int(np.max(machine.world.open_time)) + 1)

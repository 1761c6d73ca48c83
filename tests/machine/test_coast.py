"""Bars booked in a row leave the bytes that one instant at a time leaves, and that the full way leaves."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import pytest

from runner.build import build
from runner.compose import compose
from runner.machine import Machine
from runner.model.bot import Bot
from runner.model.stream import Stream
from runner.pipeline import compile_strategy

QUICK = ("strategy.entry.fast=5", "strategy.entry.slow=12")
CASES = [
    pytest.param("hyro_2step", ("strategy.sizing.risk_fraction=0.005", *QUICK), id="a floor that trails the peak of the day"),
    pytest.param("hyro_2step_swing", ("strategy.sizing.risk_fraction=0.005", *QUICK), id="a floor that stands still for the day"),
    pytest.param(
        "hyro_2step", ("account.size=1e9", "sizing@strategy.sizing=fixed_quantity", "strategy.sizing.quantity=1"), id="floors far away"
    ),
    pytest.param("hyro_funded", QUICK, id="caps"),
    pytest.param("own_money", (), id="own money"),
    pytest.param("no_limits", QUICK, id="no rules"),
]


@cache
def prepared(account: str, words: tuple[str, ...]) -> tuple[Bot, list[Stream]]:
    """A bot that trades one symbol of the shipped bars, and its streams."""
    bot = build(compose(["+strategy=ema_cross", f"+account={account}", "strategy.symbols=[BTCUSDT]", *words]), Path())
    return bot, compile_strategy(bot.strategies[0], bot.source, bot.account.currency)


def machine(account: str, words: tuple[str, ...], *, shortcuts: bool = True) -> Machine:
    """That bot's machine at its first bar; a failed account is bought again."""
    bot, streams = prepared(account, words)
    made = Machine(streams=streams, book=bot.account.book, costs=bot.costs, gate=bot.account.gate, after_failure="restart")
    made.world.settings["shortcuts"] = shortcuts
    return made


@pytest.mark.parametrize(("account", "words"), CASES)
def test_a_run_leaves_what_its_steps_leave(account: str, words: tuple[str, ...]) -> None:
    """Byte for byte, though a run books many bars at once."""
    ran, stepped = machine(account, words), machine(account, words)
    ran.run()
    while stepped.step():
        pass
    assert len(ran.outcome().trades) > 100
    assert ran.state() == stepped.state()


@pytest.mark.parametrize(("account", "words"), CASES)
def test_a_run_leaves_what_the_full_way_leaves(account: str, words: tuple[str, ...]) -> None:
    """Every record and every floor's closest approach is the same when no bar is booked short."""
    short, full = machine(account, words).run(), machine(account, words, shortcuts=False).run()
    for name in ("fills", "trades", "stops", "equity", "decisions", "days", "phases", "events"):
        assert getattr(short, name).tobytes() == getattr(full, name).tobytes(), name
    floors = [row for phase in short.floor_rules for row in phase]
    for name in ("worst_headroom", "worst_value", "worst_limit", "worst_at", "count"):
        assert short.rule_states[name][floors].tobytes() == full.rule_states[name][floors].tobytes(), name

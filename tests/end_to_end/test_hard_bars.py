"""Every strategy on markets that no strategy was made for: no exception, no warning, no order that a venue would refuse."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from pathlib import Path

import pytest

from runner.build import build
from runner.compose import compose
from runner.machine import Machine
from runner.model.bot import Bot, Strategy
from runner.model.duration import text
from runner.model.records import Outcome
from runner.model.stream import Stream
from runner.pipeline import Loaded, compile_symbol, look, plan
from tests.end_to_end.hard_markets import MARKETS, SYMBOLS
from tests.end_to_end.legal import illegal
from tests.pipeline.test_combinations import Drawn, drawn, sizing

ROOT = Path(__file__).parents[2]
STRATEGIES = sorted(file.stem for file in (ROOT / "conf" / "strategy").glob("*.yaml"))
NEEDS = {"python_signals": ("strategy.entry.file=tests/contracts/data/signals.py",)}  # what a strategy leaves open
ACCOUNTS = {
    "rich": ("no_limits", 1e9),
    "usual": ("no_limits", 10_000.0),
    "poor": ("no_limits", 10.0),
    "firm": ("hyro_2step", 10_000.0),
}
CASES = [pytest.param(strategy, where) for strategy in STRATEGIES for where in MARKETS if where != "no bars"]
LIVELY = [name for name, hard in MARKETS.items() if not hard.idle]


@pytest.fixture(autouse=True)
def trusted(monkeypatch: pytest.MonkeyPatch) -> None:
    """A user's own signals lie where they may be run."""
    monkeypatch.setenv("RUNNER_HOME", str(ROOT))


@cache
def bot(strategy: str, account: str) -> Bot:
    """A strategy on an account, built once."""
    name, size = ACCOUNTS[account]
    words = [f"+strategy={strategy}", f"+account={name}", f"account.size={size}", f"strategy.symbols=[{','.join(SYMBOLS)}]"]
    return build(compose([*words, *NEEDS.get(strategy, ())]), Path())


@cache
def streams(strategy: str, where: str) -> tuple[Stream, ...]:
    """The strategy's plans on a hard market; they are the same on every account."""
    markets = [MARKETS[where].market(symbol) for symbol in SYMBOLS]
    its = replace(bot(strategy, "usual").strategies[0], timeframe=text(markets[0].bars.timeframe_ms))
    return tuple(plan(its, look(its, market), Loaded(market=market, execution=market.bars)) for market in markets)


def outcome(strategy: str, where: str, account: str) -> Outcome:
    """The strategy's run over a hard market; a lost account is begun anew."""
    its = bot(strategy, account)
    machine = Machine(
        streams=streams(strategy, where), book=its.account.book, costs=its.costs, gate=its.account.gate, after_failure="restart"
    )
    return machine.run()


@pytest.mark.parametrize(("strategy", "where"), CASES)
def test_nothing_is_sent_that_a_venue_refuses(strategy: str, where: str) -> None:
    """On a huge, a usual, a tiny and a firm's account: every order could be sent, every figure is a number."""
    assert {
        account: found
        for account in ACCOUNTS
        if (found := illegal(outcome(strategy, where, account), streams(strategy, where), bot(strategy, account).costs))
    } == {}


@pytest.mark.parametrize("strategy", STRATEGIES)
def test_no_bars_make_no_plan(strategy: str) -> None:
    """Columns, signals and plans of nothing are nothing."""
    assert [len(stream.plans) for stream in streams(strategy, "no bars")] == [0, 0, 0]


@pytest.mark.parametrize("where", LIVELY)
def test_there_is_trade_to_look_at(where: str) -> None:
    """Hard markets are traded, not only watched: most strategies find something to do in each."""
    trading = [strategy for strategy in STRATEGIES if len(outcome(strategy, where, "usual").trades) > 0]
    assert len(trading) >= 6, trading


@pytest.mark.parametrize("where", ["a crash between two bars", "prices of 1e-5 in steps of a thousand", "whole pieces, orders of 100"])
@pytest.mark.parametrize("seed", range(12))
def test_nor_do_any_exits_with_any_sizing(seed: int, where: str) -> None:
    """Drawn combinations of exits and sizings, by market, limit and stop entries: nothing is sent that a venue refuses."""
    exits, on = drawn(seed), MARKETS[where]
    its = Strategy(
        name="drawn", symbols=SYMBOLS, timeframe="4h", detail_timeframe=None, entry=Drawn(seed=seed), exits=exits, sizing=sizing(seed)
    )
    compiled = [compile_symbol(its, market, market.bars, None) for market in map(on.market, SYMBOLS)]
    account = bot("ema_cross", "usual")
    found = Machine(streams=compiled, book=account.account.book, costs=account.costs, gate=account.account.gate).run()
    assert illegal(found, compiled, account.costs) == []

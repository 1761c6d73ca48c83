"""A run's verdicts, floors and times are what an outsider finds who has only its files and the bars."""

from __future__ import annotations

from pathlib import Path

import pyarrow.parquet as pq
import pytest

from tests.command import command
from tests.outsider.conftest import Lived, Made
from tests.outsider.runs import ACCOUNTS, FUTURES, PAIRS, RUNS, SHIPS, STRATEGIES

NO_STOP = "NO_STOP"  # a position without a stop risks everything, so no rule on losses lets it in
REFUSED = {(account, "buy_and_hold"): NO_STOP for account in ACCOUNTS if account not in ("no_limits", *FUTURES)}
SEEN = {
    *((kind, "failed") for kind in ("daily_loss", "max_loss", "symbol_daily_loss", "risk_per_trade", "holding_time", "consistency")),
    *((kind, "failed") for kind in ("inactivity", "time_limit", "notional_cap", "margin_cap", "open_positions", "orders_per_day")),
    *((kind, "failed") for kind in ("session_flat", "contracts", "leverage_cap", "position_cap", "entry_interval")),
    ("direction", "failed"),
    *((kind, "pause") for kind in ("daily_loss", "symbol_daily_loss")),
    *((kind, "warn") for kind in ("daily_loss", "risk_per_trade", "inactivity")),
    *((kind, "passed") for kind in ("profit_target", "payout")),
    ("payout", "paid"),
    ("", "active"),
    *(("day_loss", act) for act in ("alert", "scale", "block", "close_worst", "close_worst_half", "reduce", "flatten", "pause")),
    *(("drawdown", act) for act in ("flatten", "halt")),
    *(("floor_used", act) for act in ("close_worst_half", "flatten")),
    *(("losing_streak", act) for act in ("scale", "pause")),
    *((measure, "reduce") for measure in ("profit_share", "trade_share")),
    ("day_before_profit", "scale"),
    ("loss_ladder", "scaled"),
}
MOST_DOUBTS = 0.01  # of all marks


@pytest.mark.parametrize("name", RUNS)
def test_the_outsider_agrees(lived: Lived, name: str) -> None:
    """Balance, equity and its extremes, every floor, each attempt's verdict with its figures, each pause, each act of the house."""
    assert lived(name).differences == []


def test_every_rule_was_seen_at_work(lived: Lived) -> None:
    """Over all runs every kind of rule that can end, pause or pass a phase did so, and our own ladders did all they can."""
    assert set().union(*(set(lived(name).seen) for name in RUNS)) >= SEEN


def test_little_is_left_in_doubt(lived: Lived) -> None:
    """The marks at which the files do not show whether a floor was broken are few, and none of a run whose floors keep still."""
    doubts, marks = sum(lived(name).doubts for name in RUNS), sum(lived(name).marks for name in RUNS)
    assert 0 < doubts < MOST_DOUBTS * marks
    assert all(lived(name).doubts == 0 for name in RUNS if "swing" in name or "prague" in name)


@pytest.mark.parametrize("account", [account for account in ACCOUNTS if account not in FUTURES])
@pytest.mark.parametrize("strategy", STRATEGIES)
def test_pairs_that_cannot_trade_are_refused_for_the_reason_given(made: Made, account: str, strategy: str) -> None:
    """Every pair trades but those listed, whose plans are all refused with one code."""
    left = made(f"{strategy} on {account}")
    codes = set(pq.read_table(left.folder / "decisions.parquet").column("code").to_pylist())
    reason = REFUSED.get((account, strategy))
    assert bool(left.fills) == (reason is None)
    assert reason is None or codes == {reason}


def test_every_shipped_account_meets_every_shipped_strategy() -> None:
    """No pair is left out but those of futures; strategies that came later meet some accounts."""
    assert {f"{strategy} on {account}" for account in ACCOUNTS if account not in FUTURES for strategy in STRATEGIES} <= set(PAIRS)
    assert all(f"{strategy} on own_money" in PAIRS for strategy in SHIPS)


@pytest.mark.parametrize("account", FUTURES)
@pytest.mark.parametrize("strategy", STRATEGIES)
def test_futures_accounts_do_not_run_on_coins(tmp_path: Path, account: str, strategy: str) -> None:
    """The command names the symbols and the rule that forbids them."""
    ran = command(f"strategy={strategy}", f"account={account}", home=tmp_path)
    assert ran.status == 2
    assert "expected symbols this account may trade" in ran.err

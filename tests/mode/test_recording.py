"""Which commands leave a record in an account's file, and that none is in the way of a result."""

from __future__ import annotations

import os
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from runner.build import build
from runner.compose import compose
from runner.live.records import records
from runner.mode.recording import is_own, rehearsed
from tests.command import command, written
from tests.mode.rehearsals import stored, words

OWN = "defaults:\n  - hyro_2step\n  - _self_\nname: mine\n"


@pytest.fixture(scope="module")
def market(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Made bars that every test here reads."""
    return stored(tmp_path_factory.mktemp("market"))


def typed(market: Path, mode: str, account: str, *more: str) -> list[str]:
    """The words of a rehearsal, of another mode and account."""
    given = [word for word in words(market) if not word.startswith(("mode", "+account"))]
    return [*given, f"+account={account}", f"mode={mode}", "mode.quiet=true", *more]


def test_a_backtest_of_an_account_of_ones_own_is_recorded(market: Path, tmp_path: Path) -> None:
    """With its verdict and its folder; one of a sample leaves nothing, and neither do the jobs of a sweep."""
    home = written(tmp_path / "home", {"accounts/mine.yaml": OWN})
    assert command(*typed(market, "backtest", "hyro_2step"), home=home).status == 0
    assert command("-m", *typed(market, "backtest", "mine")[:-1], "strategy.entry.slow=5,6", home=home).status == 0
    assert not (home / "state").exists()
    ran = command(*typed(market, "backtest", "mine"), home=home)
    assert ran.status == 0, ran.err
    (record,) = records(home, "mine")
    assert (record.kind, record.strategy, record.passed, record.detail["phase"]) == ("backtest", "ema_cross", False, "challenge")
    assert Path(record.detail["folder"], "summary.json").is_file()


def test_a_rehearsal_has_the_hash_of_its_backtest(market: Path, tmp_path: Path) -> None:
    """So that who trades live knows which configuration was rehearsed."""
    home = written(tmp_path / "home", {"accounts/mine.yaml": OWN})
    for words_ in (typed(market, "backtest", "mine"), typed(market, "rehearse", "mine", "mode.bars=20", "mode.history=30")):
        assert command(*words_, home=home).status == 0
    first, second = records(home, "mine")
    assert [first.kind, second.kind, second.passed] == ["backtest", "rehearsal", second.detail["orders"] > 0]
    assert first.config_hash == second.config_hash


@pytest.mark.parametrize(("orders", "passed"), [(5, True), (0, False)])
def test_a_rehearsal_counts_where_something_was_traded(orders: int, passed: bool, tmp_path: Path) -> None:
    """One without an order has shown nothing, however calm it was."""
    bot = replace(build(compose(["+strategy=ema_cross", "+account=hyro_2step", "mode=rehearse"])), home=tmp_path, alone=True)
    page = {"bars": 30, "faults": "none", "seed": 1, "rehearsal": {"good": True, "orders": orders}}
    rehearsed(bot, page, tmp_path)
    assert [each.passed for each in records(tmp_path, "hyro_2step", "rehearsal")] == [passed]


@pytest.mark.skipif(sys.platform == "win32", reason="permissions as POSIX has them")
def test_a_home_that_cannot_be_written_changes_nothing_of_the_result(market: Path, tmp_path: Path) -> None:
    """The status is that of the run; one line says that it is not in the records."""
    home = written(tmp_path / "home", {"accounts/mine.yaml": OWN, "state": ""})
    ran = command(*typed(market, "backtest", "mine", f"mode.output={tmp_path / 'out'}"), home=home)
    assert ran.status == 0, ran.err
    assert "this backtest is not in the account's records" in ran.err


@pytest.mark.skipif(sys.platform == "win32", reason="permissions as POSIX has them")
def test_a_state_that_is_somebody_elses_is_left_alone(tmp_path: Path) -> None:
    """A service's folder that may not be looked into: the account is none of one's own, and the backtest's result is shown."""
    bot = replace(build(compose(["+strategy=ema_cross", "+account=hyro_2step", "mode=backtest"])), home=tmp_path / "home")
    bot.home.mkdir(mode=0)
    before = os.geteuid()
    try:
        if before == 0:
            os.seteuid(65534)
        assert not is_own(bot)
    finally:
        os.seteuid(before)
        bot.home.chmod(0o700)

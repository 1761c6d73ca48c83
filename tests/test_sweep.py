"""Sweeps over strategies and accounts: what a strategy lacks is dropped, equal jobs run once, nothing unknown passes."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.command import command, written

CHECK = "mode=check"


def jobs(out: str) -> list[str]:
    """The job headings of a sweep, without their numbers."""
    return [" ".join(line.split()[2:]) for line in out.splitlines() if line.startswith("job ")]


def test_every_combination_is_a_job(tmp_path: Path) -> None:
    """Two strategies on two accounts are four jobs, with or without signs."""
    bare = command("-m", "strategy=fvg,ema_cross", "account=hyro_2step,own_money", CHECK, home=tmp_path)
    signed = command("-m", "+strategy=fvg,ema_cross", "+account=hyro_2step,own_money", CHECK, home=tmp_path)
    assert (bare.status, bare.err) == (0, "")
    assert len(jobs(bare.out)) == 4
    assert jobs(bare.out) == jobs(signed.out)


def test_a_key_a_strategy_lacks_is_dropped_and_listed(tmp_path: Path) -> None:
    """The gap strategy has no `fast`: its job runs once, without it; ema_cross runs with each value."""
    ran = command("-m", "strategy=fvg,ema_cross", "account=own_money", "strategy.entry.fast=5,10", CHECK, home=tmp_path)
    assert ran.status == 0
    assert "strategy=fvg account=own_money: no strategy.entry.fast, left out" in ran.out
    assert "1 of 4 jobs equal another and run once" in ran.out
    assert jobs(ran.out) == [
        "account=own_money strategy=fvg",
        "account=own_money strategy=ema_cross strategy.entry.fast=5",
        "account=own_money strategy=ema_cross strategy.entry.fast=10",
    ]


def test_a_key_under_an_exit_only_one_has_is_dropped(tmp_path: Path) -> None:
    """A value for a trail reaches the strategy that trails, and makes no half-made trail for the other."""
    ran = command("-m", "strategy=fvg,ema_cross", "account=own_money", "strategy.exit.trail.multiple=1.5", CHECK, home=tmp_path)
    assert (ran.status, ran.err) == (0, "")
    assert "strategy=ema_cross account=own_money: no strategy.exit.trail.multiple, left out" in ran.out


def test_a_key_no_job_has_is_an_error(tmp_path: Path) -> None:
    """Nothing runs; each strategy's nearest name is given once."""
    ran = command("-m", "strategy=fvg,ema_cross", "account=own_money,no_limits", "strategy.entry.fastt=5,10", CHECK, home=tmp_path)
    assert (ran.status, ran.out) == (2, "")
    assert ran.err.splitlines()[0] == "this sweep will not run: 2 problems"
    assert "EmaCross has no 'fastt'; nearest is 'fast'" in ran.err
    assert "FairValueGap has no 'fastt'" in ran.err


def test_equal_jobs_run_once(tmp_path: Path) -> None:
    """A value given twice, in two ways of writing it, is one job."""
    ran = command("-m", "strategy=ema_cross", "account=own_money", "strategy.sizing.risk_fraction=0.01,1e-2", CHECK, home=tmp_path)
    assert "1 of 2 jobs equal another and run once" in ran.out
    assert len(jobs(ran.out)) == 1


@pytest.mark.parametrize(
    ("word", "count"), [("strategy.entry.fast=range(5,8)", 3), ("account=glob(hyro_2*)", 2), ("account=choice(own_money,no_limits)", 2)]
)
def test_hydras_ways_to_sweep(word: str, count: int, tmp_path: Path) -> None:
    """Ranges, globs and choices are Hydra's own."""
    account = () if word.startswith("account") else ("account=own_money",)
    ran = command("-m", "strategy=ema_cross", *account, word, CHECK, home=tmp_path)
    assert (ran.status, ran.err) == (0, "")
    assert len(jobs(ran.out)) == count


def test_every_wrong_choice_is_named(tmp_path: Path) -> None:
    """A sweep over choices that do not exist starts nothing."""
    ran = command("-m", "strategy=fvgg,ema_cros", "account=own_money", home=tmp_path)
    assert (ran.status, ran.out) == (2, "")
    assert "there is no strategy 'fvgg'; nearest is 'fvg'; there is no strategy 'ema_cros'; nearest is 'ema_cross'" in ran.err


def test_each_job_has_a_folder(tmp_path: Path) -> None:
    """multirun/TIME_PROCESS/NUMBER_ACCOUNT_STRATEGY; hydra.sweep.dir names another."""
    words = ("-m", "strategy=ema_cross", "account=no_limits", "strategy.symbols=[BTCUSDT]", "mode.quiet=true", "strategy.entry.fast=5,10")
    assert command(*words, "hydra.sweep.dir=mine", home=tmp_path).status == 0
    assert sorted(path.parent.name for path in (tmp_path / "mine").rglob("summary.json")) == [
        "0_no_limits_ema_cross",
        "1_no_limits_ema_cross",
    ]


def test_output_is_the_folder_of_the_jobs_folders(tmp_path: Path) -> None:
    """mode.output holds one folder per job, whatever it is called; a second sweep into it is refused and touches nothing."""
    words = ("-m", "strategy=ema_cross", "account=no_limits", "strategy.symbols=[BTCUSDT]", "mode.quiet=true", "strategy.entry.fast=5,10")
    place = "mode.output='a sweep/it\\'s'"
    assert command(*words, place, home=tmp_path).status == 0
    held = sorted(path.relative_to(tmp_path).as_posix() for path in tmp_path.rglob("summary.json"))
    assert held == [f"a sweep/it's/{number}_no_limits_ema_cross/summary.json" for number in (0, 1)]
    assert [path.name for path in tmp_path.iterdir()] == ["a sweep"]
    again = command(*words, place, home=tmp_path)
    assert again.status == 2
    assert again.err.count("the folder already holds a run") == 2
    assert len(list(tmp_path.rglob("summary.json"))) == 2


def test_a_sweep_has_one_output(tmp_path: Path) -> None:
    """Several values of mode.output would scatter one sweep: refused before anything runs."""
    ran = command("-m", "strategy=ema_cross", "account=no_limits", "mode.output=here,there", home=tmp_path)
    assert (ran.status, ran.out) == (2, "")
    assert "mode.output  expected one folder for the sweep, each job has its own beneath it; was here, there  command line" in ran.err
    assert not list(tmp_path.iterdir())


def test_a_quiet_job_is_one_line(tmp_path: Path) -> None:
    """What it has of its own, what came of it and its folder; a job alone is known by its choices."""
    words = ("strategy=ema_cross", "account=no_limits,own_money", "strategy.symbols=[BTCUSDT]", "mode.quiet=true", "mode.output=here")
    ran = command("-m", *words, home=tmp_path)
    assert (ran.status, ran.err) == (0, "")
    for number, (account, line) in enumerate(zip(("no_limits", "own_money"), ran.out.splitlines(), strict=True)):
        folder = f"here/{number}_{account}_ema_cross"
        net = json.loads((tmp_path / folder / "summary.json").read_text())["net_profit"]
        assert line == f"job {number}  account={account}  trading still ACTIVE, net {net:+,.2f} USDT  {folder}"
    alone = command("-m", "strategy=ema_cross", "account=own_money", "mode.quiet=true", home=tmp_path)
    assert alone.out.startswith("job 0  account=own_money strategy=ema_cross  trading still ACTIVE, net ")


def test_a_job_that_fails_does_not_stop_the_others(tmp_path: Path) -> None:
    """One symbol has no bars: its job says so, the other runs, and the sweep's status is 2."""
    (tmp_path / "empty").mkdir()
    ran = command(
        "-m",
        "strategy=ema_cross",
        "account=no_limits",
        "strategy.symbols=[NOSUCH],[BTCUSDT]",
        "mode.quiet=true",
        "hydra.sweep.dir=mine",
        home=tmp_path,
    )
    assert ran.status == 2
    assert "NOSUCH" in ran.err
    assert ran.out.startswith("job 0  strategy.symbols=[NOSUCH]  did not run\njob 1  strategy.symbols=[BTCUSDT]  trading ")
    assert len(list((tmp_path / "mine").rglob("summary.json"))) == 1


def test_portfolios_are_swept_too(tmp_path: Path) -> None:
    """A portfolio is a choice like any other."""
    written(tmp_path, {"conf/portfolio/other.yaml": "defaults: [shipped/hyro_duo, _self_]\nstrategies: {gaps: {symbols: [SOLUSDT]}}\n"})
    ran = command("-m", "portfolio=hyro_duo,other", "account=own_money", CHECK, home=tmp_path)
    assert (ran.status, len(jobs(ran.out))) == (0, 2)


@pytest.mark.parametrize("words", ["mode=live", "mode=once", "mode=paper", "mode=guard", "mode=exchange", "mode=check,live"])
def test_what_trades_or_runs_until_stopped_is_no_job(tmp_path: Path, words: str) -> None:
    """One clear line before anything starts, and nothing is left."""
    chosen = ("strategy=ema_cross",) if words.partition("=")[2] not in ("guard", "exchange") else ()
    ran = command("-m", *chosen, "account=own_money", words, home=tmp_path)
    assert (ran.status, ran.out) == (2, "")
    mode = words.rpartition(",")[2].removeprefix("mode=")
    assert f"mode={mode} is no job of a sweep; start it once for each account, without -m" in ran.err
    assert list(tmp_path.iterdir()) == []

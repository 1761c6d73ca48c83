"""Sweeps over strategies and accounts: what a strategy lacks is dropped, equal jobs run once, nothing unknown passes."""

from __future__ import annotations

import json
import re
import shutil
from pathlib import Path

import pytest

import runner
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
        "strategy=fvg",
        "strategy=ema_cross strategy.entry.fast=5",
        "strategy=ema_cross strategy.entry.fast=10",
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
    ("word", "count"),
    [
        ("strategy.entry.fast=range(5,8)", 3),
        ("strategy.exit.stop.multiple=range(1,1.3,0.1)", 3),
        ("strategy.entry.fast=sort(range(1,10,4),reverse=true)", 3),
        ("account=glob(hyro_2*)", 2),
        ("account=choice(own_money,no_limits)", 2),
    ],
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
    """multirun/TIME_PROCESS/ACCOUNT_STRATEGY_DIGEST; hydra.sweep.dir names another. The digest is of the job's words, in any order."""
    words = ("-m", "strategy=ema_cross", "account=no_limits", "strategy.symbols=[BTCUSDT]", "mode.quiet=true", "strategy.entry.fast=5,10")
    assert command(*words, "hydra.sweep.dir=mine", home=tmp_path).status == 0
    turned = (words[0], "strategy.entry.fast=10,5", *words[1:-1])
    assert command(*turned, "hydra.sweep.dir=other", "hydra/launcher=basic", home=tmp_path).status == 0
    held = [sorted(path.parent.name for path in (tmp_path / place).rglob("summary.json")) for place in ("mine", "other")]
    assert held[0] == held[1]
    assert len(held[0]) == 2
    assert all(re.fullmatch("no_limits_ema_cross_[0-9a-f]{8}", name) for name in held[0])


def test_a_folder_named_otherwise(tmp_path: Path) -> None:
    """hydra.sweep.subdir means what it means to Hydra."""
    words = ("-m", "strategy=ema_cross", "account=no_limits", "strategy.symbols=[BTCUSDT]", "strategy.entry.fast=5,10")
    assert (
        command(*words, "hydra.sweep.dir=mine", "hydra.sweep.subdir='${hydra.job.num}-${strategy.entry.fast}'", home=tmp_path).status == 0
    )
    assert sorted(path.parent.name for path in (tmp_path / "mine").rglob("summary.json")) == ["0-5", "1-10"]


def test_output_is_the_folder_of_the_jobs_folders(tmp_path: Path) -> None:
    """mode.output holds one folder per job, whatever it is called; the same sweep again finds all done and touches nothing."""
    words = ("-m", "strategy=ema_cross", "account=no_limits", "strategy.symbols=[BTCUSDT]", "mode.quiet=true", "strategy.entry.fast=5,10")
    place = "mode.output='a sweep/it\\'s'"
    assert command(*words, place, home=tmp_path).status == 0
    held = {path: path.stat().st_mtime_ns for path in tmp_path.rglob("summary.json")}
    assert len(held) == 2
    assert all(path.match("a sweep/it's/no_limits_ema_cross_*/summary.json") for path in held)
    assert [path.name for path in tmp_path.iterdir()] == ["a sweep"]
    again = command(*words, place, home=tmp_path)
    assert (again.status, again.err) == (0, "")
    assert again.out.count("(was done before)") == 2
    assert {path: path.stat().st_mtime_ns for path in tmp_path.rglob("summary.json")} == held


def test_what_was_done_of_another_kind_is_refused(tmp_path: Path) -> None:
    """A folder that holds a run of another version, or of other bars, is named and left as it is; the other jobs run."""
    words = (
        "-m",
        "strategy=ema_cross",
        "account=no_limits",
        "strategy.symbols=[BTCUSDT]",
        "strategy.entry.fast=5,10,12",
        "mode.output=out",
    )
    assert command(*words, home=tmp_path).status == 0
    first, second, third = sorted(tmp_path.rglob("summary.json"))
    first.write_text(first.read_text().replace(f'"version": "{runner.__version__}"', '"version": "0.0.1"'))
    page = json.loads(second.read_text())
    second.write_text(json.dumps(page | {"config_hash": "0" * 64}))
    shutil.rmtree(third.parent)
    again = command(*words, home=tmp_path)
    assert again.status == 2
    assert f"holds a run of version 0.0.1, this is {runner.__version__}; name another folder in mode.output" in again.err
    assert "holds a run of other settings, rules, bars or code" in again.err
    assert third.is_file()
    assert json.loads(second.read_text())["config_hash"] == "0" * 64


def test_what_a_killed_run_left_half_written_is_no_hindrance(tmp_path: Path) -> None:
    """The folder that files are made in is removed, and the job runs."""
    words = ("-m", "strategy=ema_cross", "account=no_limits", "strategy.symbols=[BTCUSDT]", "strategy.entry.fast=5,10", "mode.output=out")
    assert command(*words, home=tmp_path).status == 0
    done = next(tmp_path.rglob("summary.json"))
    done.unlink()
    for file in done.parent.iterdir():
        file.unlink()
    (done.parent / ".writing").mkdir()
    (done.parent / ".writing" / "trades.csv").touch()
    assert command(*words, home=tmp_path).status == 0
    assert done.is_file()


def test_a_sweep_of_no_jobs(tmp_path: Path) -> None:
    """A range without a number in it is named; nothing is left behind."""
    ran = command("-m", "strategy=ema_cross", "account=no_limits", "strategy.entry.fast=range(5,5)", home=tmp_path)
    assert (ran.status, ran.out) == (2, "")
    assert "strategy.entry.fast  names no value, so there is no job  command line" in ran.err
    assert not list(tmp_path.iterdir())


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
    for number, (account, line) in enumerate(zip(("no_limits", "own_money"), ran.out.splitlines()[:-1], strict=True)):
        (page,) = tmp_path.glob(f"here/{account}_ema_cross_*/summary.json")
        folder, net = page.parent.relative_to(tmp_path), json.loads(page.read_text())["net_profit"]
        assert line == f"job {number}  account={account}  trading still ACTIVE, net {net:+,.2f} USDT  {folder}"
    assert ran.out.splitlines()[-1] == "leaderboard: here/leaderboard.html"
    alone = command("-m", "strategy=ema_cross", "account=own_money", "mode.quiet=true", home=tmp_path)
    assert alone.out.startswith("job 0  strategy=ema_cross account=own_money  trading still ACTIVE, net ")


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


@pytest.mark.parametrize("mode", ["walk-forward", "sensitivity"])
def test_a_study_is_no_job_but_takes_swept_values_itself(tmp_path: Path, mode: str) -> None:
    """One clear line says how it is typed."""
    ran = command("-m", "strategy=ema_cross", "account=own_money", f"mode={mode}", "strategy.entry.fast=8,13", home=tmp_path)
    assert (ran.status, ran.out) == (2, "")
    assert f"mode={mode} is a study, swept values are its trials; leave out -m" in ran.err


@pytest.mark.parametrize("words", ["mode=live", "mode=once", "mode=paper", "mode=guard", "mode=exchange", "mode=check,live"])
def test_what_trades_or_runs_until_stopped_is_no_job(tmp_path: Path, words: str) -> None:
    """One clear line before anything starts, and nothing is left."""
    chosen = ("strategy=ema_cross",) if words.partition("=")[2] not in ("guard", "exchange") else ()
    ran = command("-m", *chosen, "account=own_money", words, home=tmp_path)
    assert (ran.status, ran.out) == (2, "")
    mode = words.rpartition(",")[2].removeprefix("mode=")
    assert f"mode={mode} is no job of a sweep; start it once for each account, without -m" in ran.err
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("word", "said"),
    [
        (
            "mode.objective=metrics.sharpe,-max_drawdown",
            "mode.objective  expected one objective for the sweep, its jobs are compared by it",
        ),
        ("mode.report=true,false", "mode.report  expected one answer for the sweep; was True, False"),
        ("hydra.sweep.subdir=x", "hydra.sweep.subdir  gives 2 jobs 1 folders; put what tells them apart into it, ${hydra.job.num}"),
        ("hydra.sweep.subdir=../${hydra.job.num}", "hydra.sweep.subdir  expected a folder beneath the sweep's own"),
        ("'hydra.sweep.subdir=${hydra.job.nope}'", "hydra.sweep.subdir  leads to nothing: "),
        ("strategy.entry.slow=interval(30,50)", "strategy.entry.slow  an interval has no end of values; a sweep lists them"),
        ("strategy.entry.slow=range(50,100000050)", "this sweep will not run: expected at most 100,000 combinations, was 200,000,000"),
        ("strategy.entry.slow=range(50,60,0)", "strategy.entry.slow=range(50,60,0)  expected a step that is not 0, was range(50,60,0)"),
        ("strategy.entry.slow=range(50,60),70", "slow=range(50,60),70  expected values with commas between them, or one range(…)"),
        ("strategy.entry.slow=glob(*)", "strategy.entry.slow  glob(*) chooses among the files of a group, and this is a value"),
        (
            "exit@strategy.exit.stop=glob(nosuch*)",
            "stop  no exit is called like glob(nosuch*), so there is no job; there are adverse_closes",
        ),
        ("hydra.launcher.workers=1,2", "hydra.launcher.workers  expected one value, was '1,2'; Hydra's own settings are not swept"),
        ("mode.output=/", "/  a sweep leaves a folder for each job here; name one of its own in mode.output"),
        ("hydra.launcher.workers=0", "hydra.launcher.workers  expected a number of processes from 1 on, was 0"),
    ],
)
def test_what_would_go_wrong_later_is_refused_at_once(word: str, said: str, tmp_path: Path) -> None:
    """One line, status 2, and nothing is left behind."""
    ran = command("-m", "strategy=ema_cross", "account=no_limits", "strategy.entry.fast=5,10", word.strip("'"), home=tmp_path)
    assert (ran.status, ran.out) == (2, "")
    assert said in ran.err
    assert not list(tmp_path.iterdir())


def test_a_done_job_that_lost_a_file_is_named(tmp_path: Path) -> None:
    """It is neither taken for done nor run over what is left."""
    words = ("-m", "strategy=ema_cross", "account=no_limits", "strategy.symbols=[BTCUSDT]", "strategy.entry.fast=5,10", "mode.output=out")
    assert command(*words, home=tmp_path).status == 0
    first = min(tmp_path.rglob("trades.csv"))
    first.unlink()
    again = command(*words, home=tmp_path)
    assert again.status == 2
    assert "holds a run without its trades.csv; name another folder in mode.output, or move this one away" in again.err
    assert not first.exists()


def test_a_report_of_what_is_done_is_made(tmp_path: Path) -> None:
    """The job is run again for its pages and its line says so; everything else of it stays as it was, and a third time nothing runs."""
    words = ("-m", "strategy=ema_cross", "account=no_limits", "strategy.symbols=[BTCUSDT]", "strategy.entry.fast=5,10", "mode.output=out")
    assert command(*words, home=tmp_path).status == 0
    held = {path: path.read_bytes() for path in tmp_path.rglob("*") if path.suffix in (".csv", ".parquet", ".db", ".yaml")}
    ran = command(*words, "mode.report=true", home=tmp_path)
    assert (ran.status, ran.err) == (0, "")
    assert ran.out.count("(was done before, run again for report.html, trades_tax.csv, its analysis)") == 2
    assert len(list(tmp_path.rglob("report.html"))) == 2
    assert all(json.loads(path.read_text())["analysis"] for path in tmp_path.rglob("summary.json"))
    assert {path: path.read_bytes() for path in held} == held
    assert not list(tmp_path.rglob(".again"))
    assert command(*words, "mode.report=true", home=tmp_path).out.count("(was done before)") == 2


def test_a_challenge_that_was_stopped_is_run_again(tmp_path: Path) -> None:
    """Its page says that it was; as long as it did, it was taken for done."""
    words = ("-m", "strategy=ema_cross", "account=hyro_1step", "strategy.symbols=[BTCUSDT]", "mode=challenge", "mode.histories=0")
    more = ("mode.risks=[]", "mode.start=2025-09-01", "strategy.entry.fast=5,10", "mode.output=out", "mode.quiet=true")
    assert command(*words, *more, home=tmp_path).status == 0
    page = next(tmp_path.rglob("challenge.json"))
    whole = page.read_text()
    page.write_text(json.dumps(json.loads(whole) | {"stopped": True, "starts": 3}))
    ran = command(*words, *more, home=tmp_path)
    assert (ran.status, ran.err) == (0, "")
    assert (ran.out.count("(was stopped before, run again)"), ran.out.count("(was done before)")) == (1, 1)
    assert json.loads(page.read_text()) | {"seconds": None} == json.loads(whole) | {"seconds": None}


@pytest.mark.parametrize("page", ['{"version": "VERSION", "config_hash": "HASH"}', '{"net_profit": "a lot", '])
def test_a_page_that_somebody_has_spoilt_is_named(page: str, tmp_path: Path) -> None:
    """One line, no fault of ours; the other job stands."""
    words = ("-m", "strategy=ema_cross", "account=no_limits", "strategy.symbols=[BTCUSDT]", "strategy.entry.fast=5,10", "mode.output=out")
    assert command(*words, home=tmp_path).status == 0
    spoilt = next(tmp_path.rglob("summary.json"))
    known = json.loads(spoilt.read_text())
    spoilt.write_text(page.replace("VERSION", known["version"]).replace("HASH", known["config_hash"]) if page[-1] == "}" else page)
    again = command(*words, home=tmp_path)
    assert (again.status, again.out.count("(was done before)")) == (2, 1)
    assert "holds a run" in again.err
    assert "internal" not in again.err


def test_an_errand_of_a_sweep_looks_from_where_the_command_stands(tmp_path: Path) -> None:
    """A relative folder means the same with -m as without."""
    words = ("strategy=ema_cross", "account=no_limits", "strategy.symbols=[BTCUSDT]", "mode.quiet=true", "mode.output=alone")
    assert command(*words, home=tmp_path).status == 0
    alone = command("mode=explain", "run=alone", home=tmp_path)
    ran = command("-m", "mode=explain", "run=alone", home=tmp_path)
    assert (alone.status, ran.status, ran.err) == (0, 0, "")
    assert alone.out in ran.out

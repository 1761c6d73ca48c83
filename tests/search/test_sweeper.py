"""`runner -m hydra/sweeper=optuna` as it is typed: what it runs, what it leaves, how it goes on, and what it refuses."""

from __future__ import annotations

import csv
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from tests.command import Ran, command

WORDS = ("-m", "+strategy=ema_cross", "+account=no_limits", "hydra/sweeper=optuna", "strategy.symbols=[BTCUSDT]", "mode.start='2025-01-01'")
FAST, SLOW = "strategy.entry.fast=range(5,30)", "strategy.entry.slow=range(30,120,10)"


def search(home: Path, *words: str) -> Ran:
    """What came of a search over two averages on a year of bars."""
    return command(*WORDS, *words, home=home)


def board(folder: Path) -> list[dict[str, str]]:
    """The leaderboard a search left."""
    with (folder / "leaderboard.csv").open(encoding="utf-8") as file:
        return list(csv.DictReader(file))


def jobs(ran: Ran) -> list[str]:
    """The jobs that were run, without number, result and folder."""
    return [line.split("  ")[1] for line in ran.out.splitlines() if line.startswith("job ")]


def test_a_search_runs_its_trials_and_leaves_what_a_sweep_leaves(tmp_path: Path) -> None:
    """A folder and a row for each trial, the best one as YAML; its figure is that of the leaderboard's first row."""
    ran = search(tmp_path, FAST, SLOW, "hydra.sweeper.n_trials=6", "mode.output=found")
    assert (ran.status, ran.err) == (0, "")
    rows = board(tmp_path / "found")
    assert len(rows) == len(jobs(ran)) == len(list((tmp_path / "found").glob("*/summary.json"))) == 6
    best = yaml.safe_load((tmp_path / "found/optimization_results.yaml").read_text(encoding="utf-8"))
    assert best["best_params"] == {
        "strategy.entry.fast": int(rows[0]["strategy.entry.fast"]),
        "strategy.entry.slow": int(rows[0]["strategy.entry.slow"]),
    }
    assert best["best_value"] == pytest.approx(float(rows[0]["profit_per_headroom"]))
    assert "\n6 trials\n" in ran.out


def test_a_trial_is_what_the_single_run_is(tmp_path: Path) -> None:
    """The same words without a search have the same hash."""
    search(tmp_path, FAST, "hydra.sweeper.n_trials=1", "mode.output=found")
    (row,) = board(tmp_path / "found")
    single = [word for word in WORDS if word != "-m" and not word.startswith("hydra")]
    command(*single, f"strategy.entry.fast={row['strategy.entry.fast']}", "mode.output=alone", home=tmp_path)
    assert yaml.safe_load((tmp_path / "alone/summary.json").read_text(encoding="utf-8"))["config_hash"] == row["config_hash"]


def test_every_launcher_gives_the_same_trials(tmp_path: Path) -> None:
    """Hydra's own, one job after the other, and ours on two processes."""
    ways = {"one": ("hydra/launcher=basic",), "two": ("hydra/launcher=pool", "hydra.launcher.workers=2")}
    for name, words in ways.items():
        assert search(tmp_path, FAST, SLOW, "hydra.sweeper.n_trials=6", f"mode.output={name}", *words).status == 0
    one, two = (board(tmp_path / name) for name in ways)
    assert [{**row, "folder": ""} for row in one] == [{**row, "folder": ""} for row in two]


def test_the_same_command_goes_on_and_then_refuses(tmp_path: Path) -> None:
    """Four trials, then eight in all; the leaderboard is of the whole study; the third time there is nothing left to do."""
    kept = (FAST, SLOW, "hydra.sweeper.storage=sqlite:///study.db")
    first = search(tmp_path, *kept, "hydra.sweeper.n_trials=4")
    second = search(tmp_path, *kept, "hydra.sweeper.n_trials=8")
    assert (first.status, second.status) == (0, 0)
    assert second.out.splitlines()[0] == "study 'no_limits_ema_cross' in study.db: 4 of 8 trials done"
    assert len(jobs(second)) == 4
    assert len(board(tmp_path / "multirun/no_limits_ema_cross")) == 8
    third = search(tmp_path, *kept, "hydra.sweeper.n_trials=8")
    assert (third.status, third.out) == (2, "")
    assert "study 'no_limits_ema_cross' has its 8 trials; for more type hydra.sweeper.n_trials=16" in third.err
    (left,) = tmp_path.rglob("leaderboard.csv")
    content = left.read_bytes()
    left.write_bytes(content[: content.index(b"\n", len(content) // 2) + 1])  # of a search with fewer trials, as a kill leaves it
    fourth = search(tmp_path, *kept, "hydra.sweeper.n_trials=8")
    assert (fourth.status, fourth.err, jobs(fourth), left.read_bytes()) == (0, "", [], content)
    whole = search(tmp_path, FAST, SLOW, "hydra.sweeper.n_trials=8")
    assert jobs(whole) == jobs(first) + jobs(second)


def test_another_study_of_the_name_is_refused(tmp_path: Path) -> None:
    """Another objective, another setting, other bars: one line says which, and nothing is run."""
    kept = (FAST, "hydra.sweeper.storage=sqlite:///study.db", "hydra.sweeper.study_name=mine")
    assert search(tmp_path, *kept, "hydra.sweeper.n_trials=2").status == 0
    others = {
        "objective is profit_per_headroom there and metrics.sharpe here": "mode.objective=metrics.sharpe",
        "its configuration is another": "strategy.entry.slow=55",
        "its configuration is another; its data is another": "strategy.symbols=[ETHUSDT]",
        "strategy.entry.slow is searched here only": SLOW,
    }
    for message, word in others.items():
        replaced = [each for each in WORDS if each.partition("=")[0] != word.partition("=")[0]]
        ran = command(*replaced, *kept, word, "hydra.sweeper.n_trials=4", home=tmp_path)
        assert (ran.status, ran.out) == (2, "")
        assert f"study 'mine'  is another study: {message}" in ran.err.replace("\n", "")


def test_a_study_may_be_read_through_a_variable(tmp_path: Path) -> None:
    """The address of a server holds a password, and stands on no command line."""
    words = (*WORDS, FAST, "hydra.sweeper.n_trials=2", "hydra.sweeper.storage=STUDY_URL")
    ran = command(*words, home=tmp_path, environment={"STUDY_URL": "sqlite:///theirs.db"})
    assert (ran.status, ran.err) == (0, "")
    assert (tmp_path / "theirs.db").is_file()
    unset = command(*words, home=tmp_path)
    assert unset.status == 2
    assert "hydra.sweeper.storage  there is no environment variable STUDY_URL" in unset.err


def test_trials_are_pruned_on_segments(tmp_path: Path) -> None:
    """A pruned trial is a row without a result that says where it was given up; only the others are run on the whole."""
    pruning = ("hydra.sweeper.segments=2", "hydra.sweeper.pruner=median", "hydra.sweeper.n_trials=14")
    ran = search(tmp_path, FAST, SLOW, *pruning, "mode.output=found")
    assert (ran.status, ran.err) == (0, "")
    rows = board(tmp_path / "found")
    pruned = [row for row in rows if "pruned after segment" in row["problem"]]
    assert pruned
    assert len(rows) == 14
    assert len([job for job in jobs(ran) if "mode.end" not in job]) == 14 - len(pruned)
    assert f"14 trials: {len(pruned)} pruned" in ran.out


def test_several_objectives_have_a_front(tmp_path: Path) -> None:
    """The solutions that no other beats in everything."""
    objectives = "mode.objective=[net_profit,-max_drawdown]"
    ran = search(tmp_path, FAST, SLOW, objectives, "hydra/sweeper/sampler=nsgaii", "hydra.sweeper.n_trials=6", "mode.output=found")
    assert ran.status == 0
    solutions = yaml.safe_load((tmp_path / "found/optimization_results.yaml").read_text(encoding="utf-8"))["solutions"]
    assert "no trial beats these in every objective (Pareto front): strategy.entry.fast=" in ran.out
    assert {row["strategy.entry.fast"] for row in board(tmp_path / "found")} >= {
        str(each["params"]["strategy.entry.fast"]) for each in solutions
    }


def test_strategies_are_searched_as_well(tmp_path: Path) -> None:
    """What only one of them knows is left out for the other."""
    words = ["-m", "+strategy=ema_cross,fvg", *WORDS[2:]]
    ran = command(*words, FAST, "hydra.sweeper.n_trials=6", "mode.output=found", home=tmp_path)
    assert (ran.status, ran.err) == (0, "")
    rows = board(tmp_path / "found")
    assert [row["strategy.entry.fast"] for row in rows if row["strategy"] == "fvg"] == [""]
    assert len({row["strategy.entry.fast"] for row in rows if row["strategy"] == "ema_cross"}) > 1
    assert "the same as trial" in ran.out


def test_a_combination_that_is_refused_is_a_failed_trial(tmp_path: Path) -> None:
    """The slow average must be the slower; where too many are not, the search stops and says what to look at."""
    crossed = ("strategy.entry.fast=range(5,60)", "strategy.entry.slow=range(5,60)", "hydra/sweeper/sampler=random")
    ran = search(tmp_path, *crossed, "hydra.sweeper.n_trials=12", "hydra.sweeper.max_failure_rate=0.9", "mode.output=found")
    assert ran.status == 0
    failed = [row for row in board(tmp_path / "found") if row["problem"]]
    assert 0 < len(failed) < 12
    stopped = search(tmp_path, *crossed, "hydra.sweeper.n_trials=12", "hydra.sweeper.max_failure_rate=0.1", "mode.output=again")
    assert stopped.status == 2
    assert "hydra.sweeper.max_failure_rate  " in stopped.err
    assert "trials failed, more than 10%; the last: " in stopped.err


REFUSED = {
    "hydra.sweeper.n_trials=0": "hydra.sweeper.n_trials  expected 1 or more, was 0",
    "hydra.sweeper.n_trials=many": "hydra.sweeper.n_trials  expected a whole number, was 'many'",
    "hydra.sweeper.ntrials=3": "hydra.sweeper.ntrials  is no setting of it; nearest is 'n_trials'",
    "hydra.sweeper.n_jobs=0": "hydra.sweeper.n_jobs  expected 1 or more, was 0",
    "hydra.sweeper.max_failure_rate=2": "hydra.sweeper.max_failure_rate  expected a share from 0 to 1, was 2",
    "hydra.sweeper.direction=maximize": "hydra.sweeper.direction  is said by the objective: mode.objective=metrics.sharpe",
    "hydra.sweeper.pruner=medain": "hydra.sweeper.pruner  there is no pruner 'medain'; nearest is 'median'",
    "hydra.sweeper.pruner=median": "hydra.sweeper.pruner  median judges a trial by its segments; type hydra.sweeper.segments=4",
    "hydra.sweeper.segments=3": "hydra.sweeper.segments  only a pruner looks at segments",
    "hydra/sweeper/sampler=gird": "hydra/sweeper/sampler  there is no sampler 'gird'; nearest is 'grid'",
    "hydra/sweeper/sampler=cmaes": "needs two or more settings that are numbers, range(…) or interval(…); has strategy.entry.fast",
    "hydra.sweeper.sampler.sed=3": "hydra.sweeper.sampler.sed  is no setting of it; nearest is 'sampler.seed'",
    "hydra.sweeper.storage=postgresql://me:hush@127.0.0.1:1/x": "postgresql://me:***@127.0.0.1:1/x  Can't create a connection",
    "mode.objective=net_profits": "mode.objective  expected a figure of summary.json, was 'net_profits'; nearest is 'net_profit'",
    "mode=check": "mode  mode=check leaves no figures to search by; type mode=backtest or mode=challenge",
    "mode.objective=net_profit,trades": "mode.objective  cannot be searched: what all trials are compared by and over must be the same",
    "strategy.entry.slow=interval(90,30)": "strategy.entry.slow  expected interval(LOW,HIGH) with LOW below HIGH, was interval(90,30)",
    "strategy.entry.slow=interval(30,90)": "strategy.entry.slow  expected a whole number",
    "strategy.entry.slw=range(30,90)": "strategy.entry.slw  EmaCross has no 'slw'; nearest is 'slow'",
}


@pytest.mark.parametrize(("word", "message"), REFUSED.items(), ids=REFUSED)
def test_what_cannot_be_searched_is_refused_before_anything_runs(word: str, message: str, tmp_path: Path) -> None:
    """Exit status 2, one line of what, where and what was expected; no folder is left, and no password is said."""
    ran = command(*(each for each in WORDS if word != "mode=check" or "mode.start" not in each), FAST, word, home=tmp_path)
    assert (ran.status, ran.out) == (2, "")
    assert message in " ".join(ran.err.split("\n"))
    assert "hush" not in ran.err
    assert not list(tmp_path.iterdir())


def test_a_grid_has_no_intervals(tmp_path: Path) -> None:
    """It would never end."""
    ran = search(tmp_path, "strategy.exit.stop.multiple=interval(1,4)", "hydra/sweeper/sampler=grid")
    assert (ran.status, ran.out) == (2, "")
    assert "strategy.exit.stop.multiple  a grid needs steps, was real(1.0..4.0); type range(LOW,HIGH,STEP)" in ran.err


def test_without_optuna_a_line_says_what_to_install(tmp_path: Path) -> None:
    """Other commands never miss it."""
    hidden = "import sys; sys.modules['optuna'] = None; from importlib import util; find = util.find_spec\n"
    hidden += "util.find_spec = lambda name, package=None: None if name == 'optuna' else find(name, package)\n"
    code = f"{hidden}from runner.cli import main; main({[*WORDS, FAST]!r})"
    ran = subprocess.run([sys.executable, "-c", code], cwd=tmp_path, capture_output=True, text=True, check=False)
    assert (ran.returncode, ran.stdout) == (2, "")
    assert "hydra/sweeper=optuna  needs the package optuna: pip install 'prop-runner[optuna]'" in ran.stderr


def test_a_killed_search_goes_on_where_it_was(tmp_path: Path) -> None:
    """Killed in the middle of a trial: what was done is not run again, and in the end there are as many trials as were asked for."""
    words = [*WORDS, FAST, SLOW, "hydra.sweeper.n_trials=40", "hydra.sweeper.storage=sqlite:///study.db", "hydra.launcher.workers=2"]
    process = subprocess.Popen(
        [sys.executable, "-m", "runner", *words], cwd=tmp_path, stdout=subprocess.PIPE, text=True, start_new_session=True
    )
    assert process.stdout is not None
    before = [process.stdout.readline() for _ in range(6)]
    os.killpg(process.pid, signal.SIGKILL)
    before += process.stdout.readlines()
    process.wait()
    process.stdout.close()
    ran = command(*words, home=tmp_path)
    assert (ran.status, ran.err) == (0, "")
    assert len(before) >= 6
    done = [line for line in before if line.startswith("job ")]
    again = [line for line in ran.out.splitlines() if "(was done before)" in line]
    both = {line.split("  ")[1] for line in done} & set(jobs(ran))
    assert {line.split("  ")[1] for line in again} >= both
    rows = board(tmp_path / "multirun/no_limits_ema_cross")
    assert len(rows) == len({(row["strategy.entry.fast"], row["strategy.entry.slow"]) for row in rows})
    assert "40 trials" in ran.out

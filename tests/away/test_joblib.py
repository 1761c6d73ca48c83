"""Sweeps whose jobs other processes run, through joblib: the same files, the user's own choices, and a worker that is killed."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.command import command, written

WORDS = ("-m", "strategy=ema_cross", "account=no_limits", "strategy.symbols=[BTCUSDT]", "mode.quiet=true", "mode.report=false")
JOBLIB = ("hydra/launcher=joblib", "hydra.launcher.n_jobs=2")
FILTER = """
from __future__ import annotations
import os, signal
import numpy as np
from numpy.typing import NDArray
from pydantic import Field
from runner.model.market import Market
from runner.model.block import Filter


class Mine(Filter):
    \"\"\"Lets everything pass, or kills its process.\"\"\"

    kill: bool = Field(default=False, description="whether to")

    def passes(self, market: Market, direction: int) -> NDArray[np.bool_]:
        if self.kill:
            os.kill(os.getpid(), signal.SIGKILL)
        return np.full(len(market.bars), os.environ.get("RUNNER_TRUST") == "blocks")
"""


def told(folder: Path) -> dict[str, bytes | dict[str, object]]:
    """Every file of a sweep by its path; the summaries without the seconds they took."""
    files = {file.relative_to(folder).as_posix(): file.read_bytes() for file in folder.rglob("*") if file.is_file()}
    pages = {name: json.loads(content) for name, content in files.items() if name.endswith("summary.json")}
    return files | {name: {key: value for key, value in page.items() if key != "seconds"} for name, page in pages.items()}


def test_workers_leave_the_same_files(tmp_path: Path) -> None:
    """The same words with joblib and with Hydra's own launcher: the same lines, and the same bytes but for the seconds."""
    grid = ("strategy.entry.fast=5,10,12",)
    basic = command(*WORDS, *grid, "mode.output=basic", "hydra/launcher=basic", home=tmp_path)
    joblib = command(*WORDS, *grid, "mode.output=joblib", *JOBLIB, home=tmp_path)
    assert (basic.status, joblib.status, joblib.err) == (0, 0, "")
    assert len(told(tmp_path / "basic")) == 3 * 6 + 2
    assert told(tmp_path / "joblib") == told(tmp_path / "basic")


def test_all_jobs_lie_in_one_folder(tmp_path: Path) -> None:
    """The time and the process in the folder's name are those of the command, not of each worker."""
    assert command(*WORDS, "strategy.entry.fast=5,10", *JOBLIB, home=tmp_path).status == 0
    assert len(list((tmp_path / "multirun").iterdir())) == 1
    assert len(list((tmp_path / "multirun").glob("*/*/summary.json"))) == 2
    assert not list(tmp_path.rglob(".sweep"))


def with_filter(home: Path) -> Path:
    """A home with a filter of its own and a strategy that uses it."""
    strategy = "defaults: [shipped/ema_cross, /filter@entry.when.mine: mine, _self_]\nname: own\n"
    return written(home, {"blocks/filter/mine.py": FILTER, "conf/filter/mine.yaml": CHOICE, "conf/strategy/own.yaml": strategy})


CHOICE = "_target_: blocks.filter.mine.Mine\nkill: false\n"
OWN = ("-m", "strategy=own", *WORDS[2:])


def test_workers_have_the_users_choices(tmp_path: Path) -> None:
    """A strategy and a block of the user's home, which is not the working directory, and whom the user trusts."""
    home = with_filter(tmp_path / "home")
    environment = {"RUNNER_HOME": str(home), "RUNNER_TRUST": "blocks"}
    ran = command(*OWN, "strategy.entry.fast=5,10", "mode.output=out", *JOBLIB, home=tmp_path, environment=environment)
    assert (ran.status, ran.err) == (0, "")
    pages = [json.loads(file.read_text()) for file in sorted((tmp_path / "out").glob("*/summary.json"))]
    assert [page["strategy"] for page in pages] == ["own", "own"]
    assert all(page["trades"] > 0 for page in pages)


def test_a_killed_worker_is_told_and_takes_nothing_along(tmp_path: Path) -> None:
    """One line, status 2, no traceback; what the other jobs left stays complete."""
    with_filter(tmp_path)
    ran = command(*OWN, "strategy.entry.when.mine.kill=false,true", "mode.output=out", *JOBLIB, home=tmp_path)
    assert ran.status == 2
    assert ran.err.splitlines()[0] == "the sweep did not end"
    assert "hydra/launcher=joblib  a worker was lost: " in ran.err
    assert "the same command runs the others" in ran.err
    assert "Traceback" not in ran.err
    assert not list(tmp_path.rglob(".sweep"))
    again = command(*OWN, "strategy.entry.when.mine.kill=false", "mode.output=out", *JOBLIB, home=tmp_path)  # a new pool of workers
    assert (again.status, again.err) == (0, "")
    assert len(list((tmp_path / "out").glob("*/summary.json"))) == 1


def test_what_was_done_is_not_run_again(tmp_path: Path) -> None:
    """The same command into the same folder: each job is found, and its files stay as they are."""
    words = (*WORDS, "strategy.entry.fast=5,10", "mode.output=out", *JOBLIB)
    assert command(*words, home=tmp_path).status == 0
    before = {file: (file.stat().st_mtime_ns, file.read_bytes()) for file in (tmp_path / "out").rglob("*") if file.is_file()}
    again = command(*words, home=tmp_path)
    assert (again.status, again.err, again.out.count("(was done before)")) == (0, "", 2)
    after = {file: (file.stat().st_mtime_ns, file.read_bytes()) for file in (tmp_path / "out").rglob("*") if file.is_file()}
    assert {file: held for file, held in after.items() if "ema_cross" in str(file)} == {
        file: held for file, held in before.items() if "ema_cross" in str(file)
    }


def test_a_job_that_fails_in_a_worker_says_so(tmp_path: Path) -> None:
    """A symbol without bars ends its job alone; the sweep's status is 2."""
    words = [word for word in WORDS if "symbols" not in word]
    ran = command(*words, "strategy.symbols=[NOSUCH],[BTCUSDT]", "mode.output=out", *JOBLIB, home=tmp_path)
    assert ran.status == 2
    assert len(list((tmp_path / "out").glob("*/summary.json"))) == 1


@pytest.mark.parametrize(
    ("word", "said"),
    [
        ("hydra/launcher=ray", "hydra/launcher  'ray' is not installed; in a clone .venv/bin/pip install -e '.[ray]' brings it"),
        ("hydra/launcher=jobli", "hydra/launcher  there is no launcher 'jobli'; nearest is 'joblib'"),
        ("hydra/sweeper=nonsense", "hydra/sweeper  there is no sweeper 'nonsense'; there are "),
    ],
)
def test_what_is_not_installed_is_named(word: str, said: str, tmp_path: Path) -> None:
    """One line with what to type, before anything is composed or written."""
    ran = command(*WORDS, "strategy.entry.fast=5,10", word, home=tmp_path)
    assert (ran.status, ran.out) == (2, "")
    assert said in ran.err
    assert list(tmp_path.iterdir()) == []

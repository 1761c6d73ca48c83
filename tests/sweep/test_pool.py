"""The launcher `pool` as a command of its own: forked workers, the same files as Hydra's launcher, and whatever interrupts them."""

from __future__ import annotations

import json
import os
import resource
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.command import command, written

ROOT = Path(__file__).resolve().parents[2]
WORDS = ("-m", "strategy=ema_cross", "account=hyro_2step,no_limits", "strategy.symbols=[BTCUSDT]")
GRID = ("strategy.entry.fast=5,10", "exit@strategy.exit.stop=atr_stop,percent_stop")
FILTER = '''
from __future__ import annotations
import os, signal, time
import numpy as np
from numpy.typing import NDArray
from pydantic import Field
from runner.model.market import Market
from runner.model.block import Filter


class Mine(Filter):
    """Lets everything pass, kills its process, ends it, or takes its time."""

    do: str = Field(default="pass", description="what")

    def passes(self, market: Market, direction: int) -> NDArray[np.bool_]:
        if self.do == "kill" and len(market.bars) > 1000:
            os.kill(os.getpid(), signal.SIGKILL)
        if self.do == "leave" and len(market.bars) > 1000:
            os._exit(3)
        if self.do == "wait" and len(market.bars) > 1000:
            time.sleep(30)
        return np.ones(len(market.bars), bool)
'''
CHOICE = "_target_: blocks.filter.mine.Mine\ndo: pass\n"
OWN = "defaults: [shipped/ema_cross, /filter@entry.when.mine: mine, _self_]\nsymbols: [BTCUSDT]\n"


def started(*words: str, folder: Path, limit: Callable[[], None] | None = None) -> subprocess.Popen[str]:
    """`runner words…` as a process of its own in `folder`, alone in its group."""
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "PYTHONWARNINGS": "error::DeprecationWarning:runner"}
    return subprocess.Popen(
        [sys.executable, "-m", "runner", *words],
        cwd=folder,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
        preexec_fn=limit,  # noqa: PLW1509 - nothing else runs in this process
    )


def ended(process: subprocess.Popen[str]) -> tuple[int, str, str]:
    """Exit status, stdout, stderr."""
    out, err = process.communicate(timeout=240)
    return process.returncode, out, err


def with_filter(home: Path) -> Path:
    """A home with a filter of its own, and a strategy `own` that uses it."""
    return written(home, {"blocks/filter/mine.py": FILTER, "conf/filter/mine.yaml": CHOICE, "conf/strategy/own.yaml": OWN})


def told(folder: Path) -> dict[str, object]:
    """Every file of a sweep by its path; the summaries without the seconds they took."""
    files: dict[str, object] = {str(file.relative_to(folder)): file.read_bytes() for file in folder.rglob("*") if file.is_file()}
    for file in folder.rglob("summary.json"):
        page = json.loads(file.read_text())
        files[str(file.relative_to(folder))] = {key: value for key, value in page.items() if key != "seconds"}
    return files


def test_the_same_files_as_hydras_launcher(tmp_path: Path) -> None:
    """Forked or one after the other, typed in another order: the same folders, bytes and leaderboard, apart from seconds."""
    status, out, err = ended(started(*WORDS, *GRID, "mode.output=pool", folder=tmp_path))
    assert (status, err) == (0, "")
    basic = command(*WORDS, *GRID, "mode.output=basic", "hydra/launcher=basic", home=tmp_path)
    turned = command(*WORDS[:1], *reversed(GRID), *WORDS[:0:-1], "mode.output=turned", home=tmp_path)
    assert (basic.status, turned.status) == (0, 0)
    found = told(tmp_path / "pool")
    assert len(found) == 8 * 6 + 2
    assert found == told(tmp_path / "basic") == told(tmp_path / "turned")
    assert out.replace("pool/", "basic/") == basic.out
    assert [line.split()[1] for line in out.splitlines() if line.startswith("job ")] == [str(number) for number in range(8)]


def test_rows_equal_single_runs(tmp_path: Path) -> None:
    """A job's summary is that of the same words without -m, apart from its seconds and the page for people."""
    assert ended(started(*WORDS, *GRID, "mode.output=pool", folder=tmp_path))[0] == 0
    words = ("strategy=ema_cross", "account=hyro_2step", "strategy.symbols=[BTCUSDT]", "strategy.entry.fast=5")
    alone = command(*words, "exit@strategy.exit.stop=percent_stop", "mode.report=false", "mode.output=alone", home=tmp_path)
    assert alone.status == 0
    page = json.loads((tmp_path / "alone" / "summary.json").read_text()) | {"seconds": None}
    pages = [json.loads(file.read_text()) | {"seconds": None} for file in (tmp_path / "pool").rglob("summary.json")]
    assert pages.count(page) == 1


@pytest.mark.parametrize(("do", "said"), [("kill", "its process was killed (SIGKILL, perhaps for want of memory)"), ("leave", "status 3")])
def test_a_process_that_dies_takes_one_job_along(do: str, said: str, tmp_path: Path) -> None:
    """The job is named with the reason, the others are done, and the same command again tries only what is missing."""
    with_filter(tmp_path)
    words = ("-m", "strategy=own", "account=no_limits", f"strategy.entry.when.mine.do={do},pass", "strategy.entry.fast=5,10,12")
    status, out, err = ended(started(*words, "mode.output=out", folder=tmp_path))
    assert status == 1
    assert err.count(said) == 3
    assert out.count("did not run") >= 3
    assert "Traceback" not in err
    assert len(list(tmp_path.rglob("summary.json"))) == 3
    again = ended(started(*words, "mode.output=out", folder=tmp_path))
    assert again[1].count("(was done before)") == 3


def test_ctrl_c_keeps_what_was_done(tmp_path: Path) -> None:
    """One line on how to go on; no process stays behind, and the same words run the rest to the same leaderboard."""
    with_filter(tmp_path)
    words = ("-m", "strategy=own", "account=no_limits", "strategy.entry.fast=5,10,12", "strategy.entry.when.mine.do=pass,wait")
    process = started(*words, "mode.output=out", folder=tmp_path)
    until = time.monotonic() + 120
    while len(list(tmp_path.rglob("summary.json"))) < 1 and time.monotonic() < until:
        time.sleep(0.05)
    os.killpg(process.pid, signal.SIGINT)
    status, _, err = ended(process)
    assert status == 130
    assert err.splitlines()[-2:] == ["what was done is kept in out; the same words with mode.output=out run the rest", "interrupted"]
    with pytest.raises(ProcessLookupError):
        os.killpg(process.pid, 0)
    done = len(list(tmp_path.rglob("summary.json")))
    quick = (*words[:-1], "strategy.entry.when.mine.do=pass")
    status, out, _ = ended(started(*quick, "mode.output=out", folder=tmp_path))
    assert (status, out.count("(was done before)")) == (0, done)


def test_a_killed_sweep_goes_on(tmp_path: Path) -> None:
    """Kill -9 of everything at once: no half-made folder counts as done, none stands in the way."""
    with_filter(tmp_path)
    words = ("-m", "strategy=own", "account=no_limits", "strategy.entry.fast=5,6,7,8,9,10,11,12", "mode.output=out")
    process = started(*words, folder=tmp_path)
    until = time.monotonic() + 120
    while len(list(tmp_path.rglob("summary.json"))) < 2 and time.monotonic() < until:
        time.sleep(0.01)
    os.killpg(process.pid, signal.SIGKILL)
    process.communicate(timeout=60)
    status, _, err = ended(started(*words, folder=tmp_path))
    assert (status, err) == (0, "")
    assert ended(started(*words[:-1], "mode.output=whole", folder=tmp_path))[0] == 0
    assert told(tmp_path / "out") == told(tmp_path / "whole")


def test_a_full_disk_fails_jobs_and_keeps_others(tmp_path: Path) -> None:
    """No file may grow beyond 60 kB, as the journal would: one reason for each job, no traceback, nothing half-made is left."""

    def limit() -> None:
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (60_000, 60_000))

    status, out, err = ended(started(*WORDS, *GRID, "mode.output=out", folder=tmp_path, limit=limit))
    assert status == 2
    assert err.count("the run's files could not be written") == 8
    assert out.count("did not run") >= 8
    assert "Traceback" not in err
    assert not [file for file in tmp_path.rglob("*") if file.is_file() and file.name not in ("leaderboard.csv", "leaderboard.html")]


def test_a_disk_without_room_for_the_leaderboard_keeps_every_job(tmp_path: Path) -> None:
    """Jobs fit, the page of them all does not: they are compared on the screen, a line says why, a second run finds them done."""

    def limit() -> None:
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (1_000_000, 1_000_000))

    status, out, err = ended(started(*WORDS, *GRID, "mode.output=out", folder=tmp_path, limit=limit))
    assert status == 2
    assert err.splitlines()[0] == "the leaderboard could not be written"
    assert "every job's own files are whole, and the same command again writes it" in err.splitlines()[1]
    assert " by profit per headroom, " in out
    assert (len(list(tmp_path.rglob("summary.json"))), list(tmp_path.rglob("*leaderboard*"))) == (8, [])
    status, out, err = ended(started(*WORDS, *GRID, "mode.output=out", folder=tmp_path))
    assert (status, err) == (0, "")
    assert out.count("(was done before)") == 8
    assert sorted(path.name for path in tmp_path.rglob("leaderboard*")) == ["leaderboard.csv", "leaderboard.html"]


def test_two_sweeps_in_one_folder(tmp_path: Path) -> None:
    """The second is refused while the first runs."""
    with_filter(tmp_path)
    words = ("-m", "strategy=own", "account=no_limits", "strategy.entry.fast=5,10", "strategy.entry.when.mine.do=wait", "mode.output=out")
    first = started(*words, folder=tmp_path)
    until = time.monotonic() + 120
    while not (tmp_path / "out" / ".sweep.lock").exists() and time.monotonic() < until:
        time.sleep(0.05)
    second = ended(started(*words, folder=tmp_path))
    os.killpg(first.pid, signal.SIGKILL)
    first.communicate(timeout=60)
    assert second[0] == 2
    assert "another sweep is running in this folder; wait for it, or name another in mode.output" in second[2]


@pytest.mark.parametrize(
    ("word", "said"),
    [
        ("hydra.launcher.workers=0", "hydra.launcher.workers  expected a number of processes from 1 on, was 0"),
        ("hydra.job.chdir=true", "hydra.job.chdir  is not followed by the launcher 'pool'; add hydra/launcher=basic"),
        ("+hydra.job.env_set.A=1", "hydra.job.env_set  is not followed by the launcher 'pool'; add hydra/launcher=basic"),
    ],
)
def test_what_it_cannot_follow_is_refused(word: str, said: str, tmp_path: Path) -> None:
    """One line, before a job runs."""
    ran = command(*WORDS, word, "mode.output=out", home=tmp_path)
    assert (ran.status, ran.out) == (2, "")
    assert said in ran.err
    assert not list(tmp_path.rglob("summary.json"))

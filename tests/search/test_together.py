"""Several processes and one study: the work is shared, nothing is done twice, and a killed process costs what it was doing."""

from __future__ import annotations

import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
from optuna.trial import FrozenTrial, TrialState
from sqlalchemy import make_url, text
from sqlalchemy.engine import create_engine

from runner.search.book import RESULT, counted
from runner.search.sampler import LEFT
from tests.postgres import postgres
from tests.search.cases import Bench, Kept, points
from tests.search.together import WORDS

TRIALS = 30


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    """A new server; its URL."""
    with postgres() as url:
        yield url


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """Where the study is kept: a file, and a server that is emptied afterwards."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'study.db'}"
        return
    address = request.getfixturevalue("server")
    yield address
    engine = create_engine(make_url(address).set(drivername="postgresql+pg8000"))
    with engine.begin() as connection:
        connection.execute(text("DROP SCHEMA public CASCADE"))
        connection.execute(text("CREATE SCHEMA public"))
    engine.dispose()


def started(url: str, log: Path, *last: str) -> subprocess.Popen[bytes]:
    """A process that takes part."""
    return subprocess.Popen([sys.executable, "-m", "tests.search.together", url, str(log), str(TRIALS), *last], stderr=subprocess.PIPE)


def ended(process: subprocess.Popen[bytes]) -> tuple[int, str]:
    """Its exit status and what it complained of."""
    _, said = process.communicate()
    return process.returncode, said.decode()


def jobs(log: Path) -> list[str]:
    """The jobs that were begun, in order."""
    return [line.partition(" ")[2] for line in log.read_text(encoding="utf-8").splitlines()]


def trials(url: str) -> list[FrozenTrial]:
    """Those of the study."""
    with Kept(space=points(*WORDS), url=url).opened() as book:
        return [each for each in book.trials() if counted(each)]


def test_two_processes_share_a_study(url: str, tmp_path: Path) -> None:
    """As many trials as were asked for, whoever ran them; each point once; each process did some."""
    log = tmp_path / "log"
    both = [started(url, log), started(url, log)]
    assert [ended(process) for process in both] == [(0, ""), (0, "")]
    found = trials(url)
    assert (len(found), {each.state for each in found}) == (TRIALS, {TrialState.COMPLETE})
    assert max(Counter(jobs(log)).values()) == 1
    assert {int(line.split()[0]) for line in log.read_text(encoding="utf-8").splitlines()} == {process.pid for process in both}


def test_a_killed_process_loses_only_what_it_was_doing(url: str, tmp_path: Path) -> None:
    """The next one asks for that again, runs the rest, and nothing that was told before."""
    log = tmp_path / "log"
    assert ended(started(url, log, "11")) == (-9, "")
    before = [each for each in trials(url) if each.state == TrialState.COMPLETE]
    kept = {each.user_attrs[RESULT]["folder"].replace("-", " ") for each in before if RESULT in each.user_attrs}
    begun = jobs(log)
    assert len(kept) == 10
    assert ended(started(url, log)) == (0, "")
    found = trials(url)
    assert (len(found), {each.state for each in found}) == (TRIALS, {TrialState.COMPLETE})
    again = set(jobs(log)[len(begun) :])
    assert not again & kept
    assert set(begun) - kept <= again


def test_a_trial_whose_owner_is_alive_is_left_to_it(tmp_path: Path) -> None:
    """Only the trials of processes that are gone are asked for again."""
    kept = Kept(space=points(*WORDS), trials=4, url=f"sqlite:///{tmp_path / 'study.db'}")
    with kept.opened() as mine, kept.opened() as theirs:
        theirs.worker = mine.worker
        assert theirs.ask() is not None
        assert mine.recover() == 0
        assert mine.others()
        theirs.release()
        assert [each.state for each in mine.trials()] == [TrialState.FAIL, TrialState.WAITING]
        assert "left behind" in mine.trials()[0].user_attrs[LEFT]
        kept.search(mine, Bench()).run()
        assert len([each for each in mine.trials() if counted(each)]) == 4


def test_a_study_has_no_more_trials_than_were_asked_for(tmp_path: Path) -> None:
    """Of two processes that ask for the last one at the same time, the later withdraws."""
    kept = Kept(space=points(*WORDS), trials=1, url=f"sqlite:///{tmp_path / 'study.db'}")
    with kept.opened() as mine, kept.opened() as theirs:
        theirs.worker = mine.worker
        assert mine.ask() is not None
        theirs.limit = 2
        assert theirs.ask() is not None
        mine.limit = 2
        assert mine.ask() is None
        assert len([each for each in mine.trials() if counted(each)]) == 2
        mine.release()
        theirs.release()

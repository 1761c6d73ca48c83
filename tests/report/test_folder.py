"""Complete or not at all."""

from __future__ import annotations

import os
import resource
import signal
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

from runner.model.errors import RunnerError
from runner.report.files import FILES
from runner.report.folder import STAGING, WHOLE, Writer, finish, fresh, held, stage, usable, write

SMALL = """
import resource, sys
from pathlib import Path
sys.path.insert(0, sys.argv[2])
from runner.model.errors import RunnerError
from runner.report.files import leave
from runner.report.stopwatch import Stopwatch
from runner.report.summary import summary
from tests.report import cases

folder, watch = Path(sys.argv[1]), Stopwatch()
outcome, streams = cases.outcome(), [cases.stream()]
bot = cases.bot(folder)
page = summary(bot, outcome, streams, {})
resource.setrlimit(resource.RLIMIT_FSIZE, (int(sys.argv[3]), int(sys.argv[3])))
try:
    leave(folder, bot, outcome, streams, page, watch)
except RunnerError as error:
    print(error)
"""


def said(content: str) -> Writer:
    """A writer of one text."""

    def writer(path: Path) -> None:
        path.write_text(content)

    return writer


def full(path: Path) -> None:
    """A writer whose disk is full."""
    path.write_text("half")
    raise OSError(28, "No space left on device")


def broken(path: Path) -> None:
    """A writer whose database fails."""
    raise sqlite3.OperationalError("database or disk is full")


def test_all_files_appear_in_a_new_folder(tmp_path: Path) -> None:
    """Parents are made, staging is gone."""
    write(tmp_path / "a" / "b", {"one": said("1"), "two": said("2")})
    assert {path.name: path.read_text() for path in (tmp_path / "a" / "b").iterdir()} == {"one": "1", "two": "2"}


@pytest.mark.parametrize(("writer", "reason"), [(full, "No space left on device"), (broken, "database or disk is full")])
def test_a_failing_writer_leaves_nothing(tmp_path: Path, writer: Writer, reason: str) -> None:
    """No half file, no staging, no folder that was not there before."""
    with pytest.raises(RunnerError) as refused:
        write(tmp_path / "out", {"one": said("1"), "two": writer})
    assert str(refused.value) == f"the run's files could not be written\n  {tmp_path / 'out'}  {reason}"
    assert list(tmp_path.iterdir()) == []


def test_a_failing_writer_keeps_what_was_there(tmp_path: Path) -> None:
    """Files of others stay, ours do not appear."""
    (tmp_path / "log.txt").write_text("kept")
    with pytest.raises(RunnerError):
        write(tmp_path, {"one": said("1"), "two": full})
    assert [path.name for path in tmp_path.iterdir()] == ["log.txt"]


@pytest.mark.parametrize("limit", [0, 1_000, 6_000, 40_000])
def test_a_disk_that_takes_only_so_much_leaves_nothing(tmp_path: Path, limit: int) -> None:
    """With a real limit on file sizes each kind of file fails in its own way; the message is ours and nothing stays."""
    root = Path(__file__).parents[2]
    command = [sys.executable, "-c", SMALL, str(tmp_path / "out"), str(root), str(limit)]
    done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=root)
    assert done.stderr == ""
    assert done.stdout.splitlines()[0] == "the run's files could not be written"
    assert "out" not in {path.name for path in tmp_path.iterdir()}


def test_the_same_run_fits_without_the_limit(tmp_path: Path) -> None:
    """The test above fails for the limit's sake."""
    root = Path(__file__).parents[2]
    command = [sys.executable, "-c", SMALL, str(tmp_path / "out"), str(root), str(resource.RLIM_INFINITY)]
    done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=root)
    assert (done.stdout, done.stderr) == ("", "")
    assert len(list((tmp_path / "out").iterdir())) == len(FILES)


def test_a_folder_that_holds_a_run_is_refused_and_kept(tmp_path: Path) -> None:
    """The second run says so; the first one's files are untouched."""
    write(tmp_path, {"one": said("first")})
    with pytest.raises(RunnerError, match="already holds a run") as refused:
        write(tmp_path, {"one": said("second")})
    assert "mode.output" in str(refused.value)
    assert (tmp_path / "one").read_text() == "first"


def test_two_runs_do_not_write_into_one_folder_at_once(tmp_path: Path) -> None:
    """While one is staging, the other is refused and told what to do."""
    stage(tmp_path)
    with pytest.raises(RunnerError) as refused:
        write(tmp_path, {"one": said("1")})
    assert f"remove {tmp_path / STAGING}" in str(refused.value)
    assert [path.name for path in tmp_path.iterdir()] == [STAGING]


def test_a_folder_is_checked_before_anything_is_computed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The disk's root, the home folder, a file, a folder being written and one that holds a run; other people's files do not matter."""
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    for name in ("home", "busy/.writing", "held", "others"):
        (tmp_path / name).mkdir(parents=True)
    for name in ("held/one", "others/log.txt", "file"):
        (tmp_path / name).write_text("x")
    refused = {Path("/"): "folder of its own", tmp_path / "home": "folder of its own", tmp_path / "others" / ".." / "home": "of its own"}
    refused |= {tmp_path / "busy": f"remove {tmp_path / 'busy' / STAGING}", tmp_path / "held": "already holds one"}
    refused |= {tmp_path / "file": "is not a folder"}
    for folder, words in refused.items():
        with pytest.raises(RunnerError) as error:
            usable(folder, ("one",))
        assert words in str(error.value)
    usable(tmp_path / "others", ("one",))
    usable(tmp_path / "new" / "er", ("one",))


def test_a_file_in_the_folders_place_is_refused(tmp_path: Path) -> None:
    """A path that is a file, or leads through one."""
    (tmp_path / "file").write_text("x")
    for path in (tmp_path / "file", tmp_path / "file" / "below"):
        with pytest.raises(RunnerError, match="could not be written"):
            write(path, {"one": said("1")})


def test_fresh_is_the_first_folder_without_a_run(tmp_path: Path) -> None:
    """The folder itself while it holds none, then numbered neighbours."""
    folder = tmp_path / "out"
    assert fresh(folder, ("one",)) == folder
    write(folder, {"one": said("1")})
    write(tmp_path / "out-2", {"one": said("1")})
    assert fresh(folder, ("one",)) == tmp_path / "out-3"


@pytest.mark.parametrize("after", range(5))
def test_a_kill_at_any_moment_leaves_all_or_nothing(after: int, tmp_path: Path) -> None:
    """Killed while files are made, or after any number of them were moved: once put in order there are none, or all of them."""
    folder, files = tmp_path / "run", {"one": "1", "two": "2", "three": "3", "four": "4"}

    def end(path: Path) -> None:
        path.write_text("half")
        os.kill(os.getpid(), signal.SIGKILL)

    child = os.fork()
    if not child:
        moves, rename = iter(range(9)), Path.rename

        def move(path: Path, target: Path) -> Path:
            moved = rename(path, target)
            if next(moves) + 1 == after:
                os.kill(os.getpid(), signal.SIGKILL)
            return moved

        Path.rename = move  # type: ignore[assignment, method-assign]
        write(folder, {name: said(text) for name, text in files.items()} | ({} if after else {"five": end}))
        os._exit(0)
    assert os.waitpid(child, 0)[1] == signal.SIGKILL
    finish(folder)
    assert {path.name: path.read_text() for path in folder.iterdir()} == (files if after else {})


def test_what_a_killed_run_left_stands_in_nobodys_way(tmp_path: Path) -> None:
    """Files half made are removed and the run is left; a run that was whole is put in order, and then held against the new one."""
    for name in ("half", "whole"):
        os.utime(killed(tmp_path / name, whole=name == "whole"), (0, 0))
    usable(tmp_path / "half", ("one",))
    write(tmp_path / "half", {"one": said("new")})
    assert (tmp_path / "half" / "one").read_text() == "new"
    with pytest.raises(RunnerError, match="already holds a run"):
        usable(tmp_path / "whole", ("one",))
    assert {path.name: path.read_text() for path in (tmp_path / "whole").iterdir()} == {"one": "old"}


def test_a_run_that_is_writing_is_left_in_peace(tmp_path: Path) -> None:
    """However long it takes: as long as it holds its folder nothing is put in order."""
    staging = killed(tmp_path, whole=False)
    with held(staging) as ours:
        os.utime(staging, (0, 0))
        with pytest.raises(RunnerError, match="another run is writing here"):
            usable(tmp_path, ("one",))
    assert ours
    assert staging.is_dir()


def killed(folder: Path, *, whole: bool) -> Path:
    """What a run leaves that was killed while it made its files, or before it moved them; the folder they were made in."""
    staging = stage(folder)
    (staging / "one").write_text("old")
    if whole:
        (staging / WHOLE).touch()
    return staging


def test_a_file_of_ones_own_is_not_taken_for_a_killed_runs(tmp_path: Path) -> None:
    """What lay in the folder before a run was killed in it stays."""
    (tmp_path / "one").write_text("mine")
    stage(tmp_path)
    (tmp_path / STAGING / "one").write_text("half")
    finish(tmp_path)
    assert {path.name: path.read_text() for path in tmp_path.iterdir()} == {"one": "mine"}

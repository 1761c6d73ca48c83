"""Changing what is installed: all of it or nothing, remembered even where it is cut off."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

from runner.deploy.installed import Change, Record, changes, cron_reader, edited, put
from runner.model.errors import ConfigError, UnwritableError
from tests.command import written
from tests.deploy.samples import site


def test_a_change_that_fails_halfway(tmp_path: Path) -> None:
    """The second file cannot be put in place: the first is as it was, the third was never there."""
    first, second, third = (tmp_path / name for name in ("a", "b", "c"))
    first.write_text("old\n", encoding="utf-8")
    (second / "in the way").mkdir(parents=True)
    todo = [Change(path=str(file), before="old\n" if file == first else None, after="new\n") for file in (first, second, third)]
    with pytest.raises(UnwritableError, match="nothing is changed"):
        put(todo, Record.read(tmp_path, "systemd"), site(tmp_path))
    assert first.read_text(encoding="utf-8") == "old\n"
    assert not third.exists()
    assert sorted(file.name for file in tmp_path.iterdir()) == ["a", "b"]


def test_what_was_written_before_a_kill_is_ours(tmp_path: Path) -> None:
    """The record names old and new content before the first file changes, so that whatever is there can be taken away."""
    file = tmp_path / "a"
    host = site(tmp_path)
    put(changes({str(file): "old\n"}, Record.read(tmp_path, "systemd"), host), Record.read(tmp_path, "systemd"), host)
    record = Record.read(tmp_path, "systemd")
    both = Record(file=record.file, written={str(file): [*record.written[str(file)], *record.written[str(file)]]})
    assert both.ours(str(file), "old\n")
    assert not edited(changes({str(file): "new\n"}, record, host), record)
    file.write_text("theirs\n", encoding="utf-8")
    assert [problem.path for problem in edited(changes({}, record, host), record)] == [str(file)]


def test_a_file_that_is_gone_is_no_problem(tmp_path: Path) -> None:
    """Somebody removed it: there is nothing to take away."""
    file, host = tmp_path / "a", site(tmp_path)
    put(changes({str(file): "x\n"}, Record.read(tmp_path, "systemd"), host), Record.read(tmp_path, "systemd"), host)
    file.unlink()
    record = Record.read(tmp_path, "systemd")
    found = changes({}, record, host)
    assert (found, edited(found, record)) == ([], [])
    put(found, record, host)
    assert not record.file.exists()


@pytest.mark.parametrize(
    ("names", "target", "reader"),
    [
        (("init", "cron"), "false", "cron"),
        (("crond", "sh"), "true", "crond"),
        (("init", "cronolog"), "false", ""),
        (("systemd", "sh"), "true", "systemd-cron"),
        (("init",), "no-such-program-here", ""),
        ((), "true", None),
    ],
)
def test_what_reads_crontabs(tmp_path: Path, names: tuple[str, ...], target: str, reader: str | None) -> None:
    """A daemon by the names of processes, systemd-cron by what systemd answers; where the first is not shown, nobody can tell."""
    for number, name in enumerate(names, 1):
        written(tmp_path, {f"{number}/comm": f"{name}\n"})
    (tmp_path / "77").mkdir()  # it ended meanwhile
    assert cron_reader(tmp_path, [target]) == reader


def test_a_record_that_cannot_be_read(tmp_path: Path) -> None:
    """Then nobody knows what is ours: nothing is touched."""
    (tmp_path / "deploy").mkdir()
    (tmp_path / "deploy" / "cron.json").write_text("[]", encoding="utf-8")
    with pytest.raises(ConfigError, match="nothing is changed"):
        Record.read(tmp_path, "cron")


@pytest.mark.skipif(sys.platform == "win32" or os.geteuid() != 0, reason="only root gives folders away")
def test_folders_are_of_whom_the_units_run_as(tmp_path: Path) -> None:
    """Those that were not there; what was there stays as it is."""
    put([], Record.read(tmp_path, "systemd"), site(tmp_path, user="daemon"), [tmp_path / "a" / "state"])
    assert [(tmp_path / name).owner() for name in ("a", "a/state")] == ["daemon", "daemon"]
    assert tmp_path.owner() != "daemon"

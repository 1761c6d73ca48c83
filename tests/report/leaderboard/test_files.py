"""leaderboard.csv and leaderboard.html on the disk."""

from __future__ import annotations

import csv
import json
import os
import random
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from runner.model.errors import UnwritableError
from runner.report.figures import text
from runner.report.leaderboard import Row, leave
from runner.report.leaderboard.columns import BACKTEST
from runner.report.objective import Objective
from tests.command import command
from tests.report.leaderboard.cases import HEADROOM, VALUE, backtest, challenge, grid, row

FAST, SLOW = "strategy.entry.fast", "strategy.entry.slow"


def read(folder: Path) -> list[dict[str, str]]:
    """The rows of the csv by column."""
    with (folder / "leaderboard.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_the_csv_has_settings_objectives_figures_and_where_to_look(tmp_path: Path) -> None:
    """In this order; failed jobs last, with their reason."""
    leave(tmp_path, [row({FAST: 8, SLOW: 30}, backtest()), row({FAST: 12, SLOW: 30}, None, "no bars, none")], HEADROOM)
    rows = read(tmp_path)
    names = ["rank", FAST, "profit_per_headroom", "verdict.phase", "verdict.state", "net_profit", "trades", "metrics.sharpe"]
    assert list(rows[0])[: len(names)] == names
    assert list(rows[0])[-3:] == ["config_hash", "folder", "problem"]
    assert (rows[0]["rank"], rows[0][FAST], rows[0]["net_profit"], rows[0]["folder"], rows[0]["problem"]) == (
        "1",
        "8",
        "300",
        "hyro_8_30",
        "",
    )
    assert (rows[1]["rank"], rows[1][FAST], rows[1]["net_profit"], rows[1]["problem"]) == ("", "12", "", "no bars, none")


def test_a_challenge_has_its_own_figures(tmp_path: Path) -> None:
    """Odds with their interval, days, what it costs; an objective stands once."""
    leave(tmp_path, [row({FAST: 8}, challenge(40.0, 0.3))], VALUE)
    (only,) = read(tmp_path)
    shown = ("value.total", "odds", "odds.low", "odds.high", "days_to_pass", "value.cost")
    assert [only[name] for name in shown] == ["40", "0.3", "0.2", "0.4", "61.25", "119"]
    assert (tmp_path / "leaderboard.csv").read_text().partition("\n")[0].split(",").count("odds") == 1


def test_any_figure_may_be_an_objective(tmp_path: Path) -> None:
    """Also one that is no column otherwise."""
    leave(tmp_path, [row({FAST: 8}, backtest())], (Objective("rules.MAX_LOSS.headroom"), Objective("metrics.days")))
    assert [read(tmp_path)[0][name] for name in ("rules.MAX_LOSS.headroom", "metrics.days")] == ["640", "730"]


def test_the_front_of_several_objectives_is_a_column(tmp_path: Path) -> None:
    """Behind the objectives; of one objective there is no such column, and failed jobs have their reason in their own."""
    rows = [
        *(row({FAST: fast}, backtest(fast / 9, sharpe=sharpe)) for fast, sharpe in ((8, 1.0), (9, 0.5), (7, 0.7))),
        row({FAST: 6}, None, "no bars"),
    ]
    leave(tmp_path, rows, (*HEADROOM, Objective("metrics.sharpe")))
    assert list(read(tmp_path)[0])[:5] == ["rank", FAST, "profit_per_headroom", "metrics.sharpe", "front"]
    assert [(each[FAST], each["front"], each["problem"]) for each in read(tmp_path)] == [
        ("9", "yes", ""),
        ("8", "yes", ""),
        ("7", "", ""),
        ("6", "", "no bars"),
    ]
    leave(tmp_path, rows, HEADROOM)
    assert "front" not in read(tmp_path)[0]


def test_the_files_do_not_depend_on_the_order_of_the_jobs(tmp_path: Path) -> None:
    """Byte for byte, in whichever folder the sweep lies, and whether a job ran now or in an earlier run."""
    rows = [*grid(3, 3, 2), row({FAST: 99}, None, "killed")]

    def moved(folder: str) -> list[Row]:
        return [
            Row(values=each.values, status=each.status, page=each.page, folder=f"{tmp_path}/{folder}/{each.folder}", said=each.said)
            for each in rows
        ]

    leave(tmp_path / "a", moved("a"), HEADROOM)
    random.Random(1).shuffle(rows)
    again = [Row(values=e.values, status=e.status, page=e.page, folder=e.folder, said=e.said, skipped=True) for e in moved("b")]
    leave(tmp_path / "b", again, HEADROOM)
    for name in ("leaderboard.csv", "leaderboard.html"):
        assert (tmp_path / "a" / name).read_bytes() == (tmp_path / "b" / name).read_bytes()


def test_a_leaderboard_of_an_earlier_run_is_replaced(tmp_path: Path) -> None:
    """When its runs are among the new ones; nothing else is left in the folder."""
    rows = grid(2, 2)
    assert leave(tmp_path, rows[:3], HEADROOM) == ""
    assert leave(tmp_path, rows, HEADROOM) == ""
    assert len(read(tmp_path)) == 4
    assert sorted(path.name for path in tmp_path.iterdir()) == ["leaderboard.csv", "leaderboard.html"]


def test_a_leaderboard_with_other_runs_is_kept(tmp_path: Path) -> None:
    """Under the first number that is free, both files, as they were; its name is returned."""
    rows = grid(2, 2)
    leave(tmp_path, rows, HEADROOM)
    before = (tmp_path / "leaderboard.csv").read_bytes()
    assert leave(tmp_path, rows[:1], HEADROOM) == "leaderboard-1.html"
    assert (tmp_path / "leaderboard-1.csv").read_bytes() == before
    assert len(read(tmp_path)) == 1
    assert leave(tmp_path, rows[1:], HEADROOM) == "leaderboard-2.html"
    names = [f"leaderboard{number}.{kind}" for number in ("-1", "-2", "") for kind in ("csv", "html")]
    assert sorted(path.name for path in tmp_path.iterdir()) == names


@contextmanager
def full(room: int) -> Iterator[None]:
    """A disk with room for so many bytes in a file."""
    import resource
    import signal

    before, heard = resource.getrlimit(resource.RLIMIT_FSIZE), signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (room, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
        signal.signal(signal.SIGXFSZ, heard)


def test_a_full_disk_keeps_what_was_there(tmp_path: Path) -> None:
    """One line; the leaderboard of before stays whole, nothing half written is left."""
    leave(tmp_path, grid(2), HEADROOM)
    before = {path.name: path.read_bytes() for path in tmp_path.iterdir()}
    with full(100_000), pytest.raises(UnwritableError, match="the leaderboard could not be written") as refused:
        leave(tmp_path, grid(3), HEADROOM)
    assert "every job's own files are whole" in refused.value.problems[0].line()
    assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == before


def test_a_folder_that_is_a_file_is_refused(tmp_path: Path) -> None:
    """In the disk's own words."""
    place = tmp_path / "sweep"
    place.write_text("")
    with pytest.raises(UnwritableError) as refused:
        leave(place, grid(2), HEADROOM)
    assert refused.value.problems[0].path == str(place)


@contextmanager
def nobody() -> Iterator[None]:
    """As a user without rights, where tests are run by one who may write anywhere."""
    before = os.geteuid()
    if before == 0:
        os.seteuid(65_534)
    try:
        yield
    finally:
        os.seteuid(before)


def test_a_folder_nobody_may_write_is_refused(tmp_path: Path) -> None:
    """Permission denied; what lay there stays."""
    leave(tmp_path, grid(2), HEADROOM)  # everything that draws is loaded by now
    before = (tmp_path / "leaderboard.csv").read_bytes()
    tmp_path.chmod(0o500)
    with nobody(), pytest.raises(UnwritableError, match="could not be written") as refused:
        leave(tmp_path, grid(2, 2), HEADROOM)
    tmp_path.chmod(0o700)
    assert "Permission denied" in refused.value.problems[0].line()
    assert (tmp_path / "leaderboard.csv").read_bytes() == before


def test_rows_equal_the_single_runs(tmp_path: Path) -> None:
    """Every figure of two real runs stands in the csv as it stands in their summary.json."""
    rows = []
    for gap in (0.004, 0.006):
        folder = f"run{gap}"
        words = ("strategy=fvg", "account=hyro_2step", "mode.quiet=true", "mode.report=false")
        assert command(*words, f"strategy.entry.min_gap_fraction={gap}", f"mode.output={folder}", home=tmp_path).status == 0
        page = json.loads((tmp_path / folder / "summary.json").read_text(encoding="utf-8"))
        values = {"strategy.entry.min_gap_fraction": gap}
        rows.append(Row(values=values, status=0, page=page, folder=str(tmp_path / folder), said=""))
    leave(tmp_path, rows, HEADROOM)
    left = read(tmp_path)
    assert len(left) == 2
    for found in left:
        page = json.loads((tmp_path / found["folder"] / "summary.json").read_text(encoding="utf-8"))
        assert found["config_hash"] == page["config_hash"]
        shown = {
            column.path: plain(page, column.path) for column in BACKTEST if column.path in found and not column.path.startswith("rules.")
        }
        assert {path: found[path] for path in shown} == shown
        assert len(shown) > 10


def plain(page: Any, path: str) -> str:
    """A figure of a page as text, read without the leaderboard's help."""
    for word in path.split("."):
        page = page[word]
    return page if isinstance(page, str) else text(page)

"""The files of a run, read back."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import pyarrow.parquet as pq
import pytest
import yaml

from runner.journal.journal import read
from runner.model.records import Outcome
from runner.model.stream import Stream
from runner.report.files import FILES, leave
from runner.report.stopwatch import Stopwatch
from runner.report.summary import summary
from tests.report import cases


def left(folder: Path, outcome: Outcome, stream: Stream) -> Path:
    """Write a run's files and return their folder."""
    page = summary(cases.bot(folder), outcome, [stream], {})
    leave(folder, cases.bot(folder), outcome, [stream], page, Stopwatch())
    return folder


def test_files_read_back_tell_one_story(tmp_path: Path) -> None:
    """Net profit of summary, csv and journal agree to the cent; the last mark is the balance; counts agree."""
    folder = left(tmp_path / "out", cases.outcome(), cases.stream())
    page = json.loads((folder / "summary.json").read_text())
    with (folder / "trades.csv").open(newline="") as file:
        fills = list(csv.DictReader(file))
    journal = read(folder / "journal.db")
    summed = sum(float(fill["profit"]) - float(fill["fee"]) - float(fill["funding"]) for fill in fills)
    assert summed == pytest.approx(page["net_profit"], abs=0.005)
    assert pq.read_table(folder / "equity.parquet")["balance"][-1].as_py() == pytest.approx(cases.INITIAL + page["net_profit"], abs=0.005)
    assert len(fills) == len(journal["fill"]) == 7
    assert pq.read_table(folder / "decisions.parquet")["outcome"].to_pylist().count("refused") == page["refusals"]["HOUSE"] == 1
    assert journal["run"][0]["config_hash"] == page["config_hash"]


def test_equal_runs_leave_equal_bytes(tmp_path: Path) -> None:
    """Every file but the summary, and the summary but for its seconds, whatever the folder is called."""
    first, second = left(tmp_path / "a", cases.outcome(), cases.stream()), left(tmp_path / "b" / "c", cases.outcome(), cases.stream())
    for name in FILES[:-1]:
        assert (first / name).read_bytes() == (second / name).read_bytes(), name
    pages = [json.loads((folder / "summary.json").read_text()) | {"seconds": None} for folder in (first, second)]
    assert pages[0] == pages[1]


def test_no_file_names_a_folder(tmp_path: Path) -> None:
    """Paths of this machine stay out of every file."""
    folder = left(tmp_path / "out", cases.outcome(), cases.stream())
    assert all(str(tmp_path).encode() not in (folder / name).read_bytes() for name in FILES)


def test_a_run_without_a_signal_leaves_every_file(tmp_path: Path) -> None:
    """Headers and columns are there, rows are not."""
    folder = left(tmp_path / "out", cases.nothing(), cases.stream(silent=True))
    assert sorted(path.name for path in folder.iterdir()) == sorted(FILES)
    assert (folder / "trades.csv").read_bytes().count(b"\n") == 1
    assert pq.read_table(folder / "decisions.parquet").num_rows == pq.read_table(folder / "equity.parquet").num_rows == 0


def test_the_settled_configuration_is_left_without_folders(tmp_path: Path) -> None:
    """What ran can be read and run again; where it ran is nobody's business."""
    folder = left(tmp_path / "out", cases.outcome(), cases.stream())
    assert yaml.safe_load((folder / "config.yaml").read_text()) == {"strategy": {"name": "fvg"}, "mode": {"name": "backtest"}, "source": {}}


def test_text_files_end_lines_with_a_line_feed(tmp_path: Path) -> None:
    """The same bytes on every system."""
    folder = left(tmp_path / "out", cases.outcome(), cases.stream())
    for name in ("config.yaml", "trades.csv", "summary.json"):
        content = (folder / name).read_bytes()
        assert b"\r" not in content
        assert content.endswith(b"\n")


def test_the_summary_counts_the_time_of_writing(tmp_path: Path) -> None:
    """`seconds.report` includes the files that were written before it."""
    watch, folder = Stopwatch(), tmp_path / "out"
    with watch.stage("report"):
        page = summary(cases.bot(folder), cases.outcome(), [cases.stream()], watch.seconds())
        leave(folder, cases.bot(folder), cases.outcome(), [cases.stream()], page, watch)
    assert 0.0 < json.loads((folder / "summary.json").read_text())["seconds"]["report"] <= watch.seconds()["report"]

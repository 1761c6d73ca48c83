"""Challenge mode from a command to its files."""

from __future__ import annotations

import csv
import json
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest

from runner.build import build
from runner.compose import compose
from runner.mode import challenge
from runner.model.errors import DataError, RunnerError
from runner.report.odds.files import COLUMNS, FILES
from tests.command import command

FEW = ("mode=challenge", "mode.start=2024-01-01", "mode.end=2024-06-30", "mode.risks=[0.005,0.02]", "mode.curve_starts=20")


def ran(folder: Path, *words: str) -> dict[str, Any]:
    """A short challenge in `folder`; the page it left."""
    bot = build(compose(["+strategy=ema_cross", "+account=hyro_1step", *FEW, *words]), folder)
    assert challenge.run(bot) == 0
    page: dict[str, Any] = json.loads((folder / "challenge.json").read_text())
    return page


def test_starts_are_days_and_endings_add_up(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Half of 2024 has 182 days; passed, causes and unfinished are all of them; the sentence comes first on the screen."""
    page = ran(tmp_path / "out")
    shares = page["shares"]
    assert page["days"] == page["starts"] == shares["starts"] == 182
    causes = sum(cause["count"] for cause in shares["causes"])
    assert shares["passed"]["count"] + causes + shares["unfinished"]["count"] == 182
    assert shares["passed"]["share"] + sum(c["share"] for c in shares["causes"]) + shares["unfinished"]["share"] == pytest.approx(
        1, abs=1e-9
    )
    assert " ".join(capsys.readouterr().out.split()).startswith(f"ema_cross on hyro_1step: {page['line']}")


def test_every_file_is_left(tmp_path: Path) -> None:
    """One row for each start, a path for some, everything in challenge.json."""
    page = ran(tmp_path / "out", "mode.quiet=true")
    assert {path.name for path in (tmp_path / "out").iterdir()} <= set(FILES)
    with (tmp_path / "out" / "starts.csv").open(newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    assert tuple(rows[0]) == COLUMNS
    assert [row["start"][:10] for row in rows[:2]] == ["2024-01-01", "2024-01-02"]
    assert sum(row["outcome"] == "passed" for row in rows) == page["shares"]["passed"]["count"]
    paths = pq.read_table(tmp_path / "out" / "paths.parquet")
    assert paths.column_names == ["start", "phase", "day", "equity", "low"]
    assert set(paths["equity"].to_pylist()[:1]) == {1.0}


def test_the_curve_holds_the_sizes_asked_for_and_the_own(tmp_path: Path) -> None:
    """Two risks and the strategy's own between them; none where none is wanted."""
    page = ran(tmp_path / "out", "mode.quiet=true")
    assert [point["risk"] for point in page["curve"]["points"]] == [0.005, 0.01, 0.02]
    assert [point["own"] for point in page["curve"]["points"]] == [False, True, False]
    assert ran(tmp_path / "none", "mode.quiet=true", "mode.risks=[]")["curve"] is None


def test_two_runs_leave_the_same_but_for_the_time(tmp_path: Path) -> None:
    """Whatever the number of threads."""
    first, second = ran(tmp_path / "a", "mode.quiet=true"), ran(tmp_path / "b", "mode.quiet=true", "mode.threads=1")
    for page in (first, second):
        page.pop("seconds")
        page.pop("config_hash")
    assert first == second
    for name in ("starts.csv", "paths.parquet"):
        assert (tmp_path / "a" / name).read_bytes() == (tmp_path / "b" / name).read_bytes()


def test_an_account_without_a_target_is_refused_in_one_line(tmp_path: Path) -> None:
    """Nothing to pass, nothing computed, exit status 2."""
    told = command("+strategy=ema_cross", "+account=own_money", "mode=challenge", home=tmp_path)
    assert told.status == 2
    said = "account own_money has no profit target from its phase trading on, so there is nothing to pass"
    assert told.err == f"{said}; choose the account of an evaluation\n"
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("words", "error"),
    [
        pytest.param(("mode.risks=[2]",), DataError, id="a risk of twice the balance"),
        pytest.param(("mode.start=2031-01-01", "mode.end=null"), DataError, id="a stretch without bars"),
        pytest.param(("mode.risks=[0]",), RunnerError, id="a risk of nothing"),
        pytest.param(("mode.start=2024-07-01",), RunnerError, id="an end before the start"),
        pytest.param(("mode.accounts=0",), RunnerError, id="chains of no account"),
    ],
)
def test_what_cannot_be_run_is_refused(tmp_path: Path, words: tuple[str, ...], error: type[RunnerError]) -> None:
    """Each mistake is said, and nothing is left behind."""
    with pytest.raises(error):
        ran(tmp_path / "out", *words)
    assert not (tmp_path / "out").exists()


def test_a_sweep_prints_the_sentence_of_each_job(tmp_path: Path) -> None:
    """One line a job, with what a person would repeat."""
    words = ["+strategy=ema_cross,buy_and_hold", "+account=hyro_1step", *FEW[:3], "mode.risks=[]", "mode.quiet=true", "-m"]
    told = command(*words, home=tmp_path)
    assert told.status == 0
    assert told.out.count(" % pass (95 % CI ") == 2

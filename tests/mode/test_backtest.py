"""A backtest from a built bot to its files."""

from __future__ import annotations

import csv
import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest
from pydantic import ValidationError

from runner.build import build
from runner.compose import compose
from runner.mode.backtest import Options, destination, run
from runner.model.bot import Bot
from runner.model.duration import DAY_MS
from runner.model.errors import RunnerError
from runner.report.files import FILES

JANUARY = 1_704_067_200_000


def bot(folder: Path, *words: str) -> Bot:
    """The shipped FVG strategy on the shipped two-step account."""
    return build(compose(["+strategy=fvg", "+account=hyro_2step", *words]), folder)


def page(folder: Path) -> dict[str, Any]:
    """The summary a run left."""
    found: dict[str, Any] = json.loads((folder / "summary.json").read_text())
    return found


def test_a_backtest_prints_its_verdict_and_leaves_every_file(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Exit status 0, the verdict first, every file, times of every stage."""
    assert run(bot(tmp_path / "out")) == 0
    assert capsys.readouterr().out.startswith("fvg on hyro_2step: challenge ")
    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == sorted(FILES)
    assert set(page(tmp_path / "out")["seconds"]) == {"load", "columns", "plans", "machine", "report"}


def test_quiet_prints_nothing(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The files are there all the same."""
    assert run(bot(tmp_path / "out", "mode.quiet=true")) == 0
    assert capsys.readouterr().out == ""
    assert (tmp_path / "out" / "summary.json").exists()


def test_two_runs_differ_in_seconds_only(tmp_path: Path) -> None:
    """Every other byte of every file is the same, whatever the folder is called."""
    for name in ("a", "b"):
        run(bot(tmp_path / name, "mode.quiet=true"))
    for name in FILES[:-1]:
        assert (tmp_path / "a" / name).read_bytes() == (tmp_path / "b" / name).read_bytes(), name
    assert page(tmp_path / "a") | {"seconds": None} == page(tmp_path / "b") | {"seconds": None}


def test_the_files_agree_with_each_other(tmp_path: Path) -> None:
    """The fills of trades.csv add up to the net profit, which is what the balance gained, to the cent."""
    trend = build(compose(["+strategy=ema_cross", "+account=own_money", "mode.quiet=true"]), tmp_path)
    run(trend)
    with (tmp_path / "trades.csv").open(newline="") as file:
        rows = list(csv.DictReader(file))
    summed = sum(float(row["profit"]) - float(row["fee"]) - float(row["funding"]) for row in rows)
    found = page(tmp_path)
    assert found["trades"] > 100
    assert summed == pytest.approx(found["net_profit"], abs=0.005)
    assert found["initial"] + summed == pytest.approx(found["phases"][-1]["balance"], abs=0.005)
    equity = pq.read_table(tmp_path / "equity.parquet")
    assert equity["balance"][-1].as_py() == pytest.approx(found["phases"][-1]["balance"], abs=0.005)
    assert pq.read_table(tmp_path / "decisions.parquet").num_rows == sum(stream["signals"] for stream in found["streams"])


def test_start_and_end_bound_the_bars_that_are_traded(tmp_path: Path) -> None:
    """Both days are traded whole."""
    run(bot(tmp_path, "mode.start='2024-03-01'", "mode.end='2024-03-31'", "mode.quiet=true"))
    assert (page(tmp_path)["start"], page(tmp_path)["end"]) == ("2024-03-01T00:00:00Z", "2024-04-01T00:00:00Z")


def test_a_range_without_bars_is_refused(tmp_path: Path) -> None:
    """Every symbol is named, nothing is written."""
    with pytest.raises(RunnerError) as refused:
        run(bot(tmp_path / "out", "mode.start='1999-01-01'", "mode.end='1999-12-31'"))
    assert str(refused.value).splitlines()[:2] == ["there are no bars to trade on", "  BTCUSDT  has none from 1999-01-01 to 1999-12-31"]
    assert not (tmp_path / "out").exists()


def test_a_named_folder_that_holds_a_run_is_refused_before_anything_is_read(tmp_path: Path) -> None:
    """The message names the folder and the way out; the first run stays."""
    (tmp_path / "summary.json").write_text("first")
    with pytest.raises(RunnerError, match="already holds a run"):
        run(replace(bot(tmp_path, f"mode.output='{tmp_path}'"), source=None))
    assert (tmp_path / "summary.json").read_text() == "first"


@pytest.mark.parametrize("place", ["/", "home"], ids=["root", "home"])
def test_the_disks_root_and_the_home_folder_are_refused_before_anything_is_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, place: str
) -> None:
    """Seven files among those of others are nobody's wish."""
    monkeypatch.setenv("HOME", str(tmp_path))
    folder = tmp_path if place == "home" else Path(place)
    with pytest.raises(RunnerError, match="a folder of its own"):
        run(replace(bot(folder, f"mode.output='{folder}'"), source=None))


def test_a_folder_nobody_named_is_replaced_by_a_new_one(tmp_path: Path) -> None:
    """Without mode.output a second run of the same second goes beside the first."""
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "summary.json").write_text("first")
    assert destination(bot(tmp_path / "out"), Options()) == tmp_path / "out-2"


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"start": "2024-13-01"}, "expected a date such as '2024-01-31', was '2024-13-01'"),
        ({"end": "yesterday"}, "expected a date such as '2024-01-31', was 'yesterday'"),
        ({"start": "2024-02-01", "end": "2024-01-31"}, "expected a day on or after mode.start, '2024-02-01', was '2024-01-31'"),
        ({"after_failure": "go on"}, "Input should be 'stop' or 'restart'"),
        ({"quiet": "yes"}, "Input should be a valid boolean"),
        ({"outputs": "x"}, "Extra inputs are not permitted"),
        ({"output": ""}, "at least 1 character"),
    ],
)
def test_options_that_make_no_sense_are_refused(options: dict[str, Any], message: str) -> None:
    """What was expected and what was found."""
    with pytest.raises(ValidationError, match="1 validation error") as refused:
        Options(**options)
    assert message in str(refused.value)


def test_days_become_instants_that_hold_both_of_them() -> None:
    """The start is its midnight, the end the midnight after it."""
    options = Options(start="2024-01-01", end="2024-01-01")
    assert (options.start_ms(), options.end_ms()) == (JANUARY, JANUARY + DAY_MS)
    assert (Options().start_ms(), Options().end_ms()) == (None, None)


def test_a_run_without_a_report_is_the_same_run(tmp_path: Path) -> None:
    """`mode.report=false` leaves out what people read and the analysis; hash, figures and every other file stay as they were."""
    run(bot(tmp_path / "with", "mode.quiet=true"))
    run(bot(tmp_path / "without", "mode.quiet=true", "mode.report=false"))
    assert {path.name for path in (tmp_path / "without").iterdir()} == set(FILES) - {"report.html", "trades_tax.csv"}
    assert page(tmp_path / "without")["analysis"] is None
    assert page(tmp_path / "with") | {"seconds": None, "analysis": None} == page(tmp_path / "without") | {"seconds": None}
    for name in set(FILES) - {"report.html", "trades_tax.csv", "summary.json"}:
        assert (tmp_path / "with" / name).read_bytes() == (tmp_path / "without" / name).read_bytes(), name


def test_the_report_says_what_the_summary_says(tmp_path: Path) -> None:
    """Net profit and verdict stand in the file that was left."""
    run(bot(tmp_path, "mode.quiet=true"))
    text = (tmp_path / "report.html").read_text(encoding="utf-8")
    assert f"{page(tmp_path)['net_profit']:+,.2f}" in text
    assert ">FAILED</span>" in text

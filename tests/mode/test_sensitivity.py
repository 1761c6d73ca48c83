"""A sensitivity from trials to its files, on the bars that ship."""

from __future__ import annotations

import csv
import json
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from runner.build import build
from runner.compose import compose
from runner.mode import backtest
from runner.mode.progress import Progress
from runner.mode.sensitivity import FILES, Options, run
from runner.study.sensitivity import Case
from tests.command import command
from tests.mode.studying.cases import PLAIN, study

FEW = ("mode=sensitivity", "mode.start=2024-01-01", "mode.end=2024-09-30", "mode.quiet=true")


def page(folder: Path) -> dict[str, Any]:
    """What a sensitivity left."""
    found: dict[str, Any] = json.loads((folder / "sensitivity.json").read_text())
    return found


def test_every_file_is_left_and_the_sentence_comes_first(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """On the screen, in the JSON and on the page the same words."""
    assert run(study(tmp_path / "out", *FEW, "mode.quiet=false", swept={})) == 0
    assert {path.name for path in (tmp_path / "out").iterdir()} == set(FILES)
    line = page(tmp_path / "out")["line"]
    assert line.startswith("As it is, the account ")
    assert " ".join(capsys.readouterr().out.split()).startswith(f"ema_cross on hyro_1step: {line}")
    assert f"<h1>{line}</h1>" in (tmp_path / "out" / "sensitivity.html").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("case", "words"),
    [
        pytest.param("as it is", [], id="as it is"),
        pytest.param("fees × 2", ["account.venue.taker_fee_bps=11", "account.venue.maker_fee_bps=4"], id="twice the fees"),
        pytest.param("slippage + 5 bps", ["account.venue.slippage_bps=6"], id="more slippage"),
    ],
)
def test_a_case_is_the_backtest_of_that_world(case: str, words: list[str], tmp_path: Path) -> None:
    """Typed as settings of the venue, the same trades, profit and verdict: once bought again, once not."""
    plain = ("account.venue.slippage_bps=1", "account.venue.taker_fee_bps=5.5", "account.venue.maker_fee_bps=2")
    run(study(tmp_path / "out", *FEW, *plain, swept={}))
    found = next(each for each in page(tmp_path / "out")["cases"] if each["case"] == case)
    for failure in ("restart", "stop"):
        own = ("mode.start=2024-01-01", "mode.end=2024-09-30", "mode.quiet=true", "mode.report=false", f"mode.after_failure={failure}")
        backtest.run(build(compose([*PLAIN, *plain, *words, *own]), tmp_path / failure))
    again, once = (json.loads((tmp_path / failure / "summary.json").read_text()) for failure in ("restart", "stop"))
    assert found["trades"] == again["trades"]
    assert found["objective"] == pytest.approx(again["profit_per_headroom"])
    assert found["accounts_failed"] == sum(phase["state"] == "failed" for phase in again["phases"])
    assert found["rule"] == next((phase["rule"] for phase in once["phases"] if phase["state"] == "failed"), None)


def test_dearer_worlds_pay_more(tmp_path: Path) -> None:
    """With the same trades of the same quantity, profit falls by as much with each step of the fees."""
    run(study(tmp_path / "out", *FEW, "sizing@strategy.sizing=fixed_quantity", "strategy.sizing.quantity=0.01", swept={}, plain=OWN))
    cases = {each["case"]: each for each in page(tmp_path / "out")["cases"]}
    fees = [cases[name] for name in ("fees × 0", "fees × 0.5", "as it is", "fees × 1.5", "fees × 2")]
    assert len({each["trades"] for each in fees}) == 1
    profits = [each["net_profit"] for each in fees]
    assert [first - second for first, second in pairwise(profits)] == pytest.approx(
        [profits[0] - profits[1]] * 4, rel=1e-3
    )  # a stop may move by a tick
    assert profits[0] - profits[1] > 0
    assert cases["1 bar late"]["net_profit"] != profits[2]


OWN = ("+strategy=ema_cross", "+account=no_limits", "strategy.symbols=[BTCUSDT]")


def test_the_break_even_lies_where_the_profit_changes_its_sign(tmp_path: Path) -> None:
    """Played again at both ends of the last step of the search: a profit and a loss."""
    span = ("mode=sensitivity", "mode.start=2023-01-01", "mode.end=2024-06-30", "mode.quiet=true", "mode.report=false", "mode.slippage=[]")
    run(study(tmp_path / "out", *span, "mode.fees=[1,3]", swept={}))
    even, half = page(tmp_path / "out")["break_even"]["fees"]["at"], 2 / 256 / 2
    assert 3 < even < 5
    run(study(tmp_path / "near", *span, f"mode.fees=[{even - half:.12g},{even + half:.12g}]", swept={}))
    below, above = (each["net_profit"] for each in page(tmp_path / "near")["cases"][1:3])
    assert below > 0 >= above


def test_several_trials_begin_with_the_best(tmp_path: Path) -> None:
    """By the objective as it is; every trial has every case in the table."""
    run(study(tmp_path / "out", *FEW, swept={"strategy.entry.fast": (8, 13, 21)}))
    said = page(tmp_path / "out")
    values = [each["as_it_is"]["objective"] for each in said["each_trial"]]
    assert values == sorted(values, reverse=True)
    assert said["values"] == said["each_trial"][0]["values"]
    with (tmp_path / "out" / "cases.csv").open(newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    assert len(rows) == 3 * len(said["cases"])


def test_two_runs_leave_the_same_but_for_the_time(tmp_path: Path) -> None:
    """Whatever the number of threads."""
    run(study(tmp_path / "a", *FEW, swept={}))
    run(study(tmp_path / "b", *FEW, "mode.threads=1", swept={}))
    for name in ("cases.csv", "sensitivity.html"):
        assert (tmp_path / "a" / name).read_bytes() == (tmp_path / "b" / name).read_bytes()
    assert page(tmp_path / "a") | {"seconds": None} == page(tmp_path / "b") | {"seconds": None}


def test_cases_are_each_once() -> None:
    """As it is first, each thing by itself, all of it together; without a delay nothing is late."""
    plain = Options(fees=[2.0, 1.0], slippage=[5.0], delay=1)
    assert plain.cases() == [Case(), Case(fees=2), Case(slippage=5), Case(delay=1), Case(fees=2, slippage=5, delay=1)]
    assert Options(fees=[1.0], slippage=[], delay=0).cases() == [Case()]
    assert Options(fees=[0.5], slippage=[], delay=0).worst() == Case()


@pytest.mark.parametrize(
    ("words", "wanted"),
    [
        pytest.param(["mode.fees=[-1]"], "mode.fees", id="a negative factor"),
        pytest.param(["mode.slippage=2"], "mode.slippage", id="no list"),
        pytest.param(["mode.delay=1.5"], "mode.delay", id="half a bar"),
        pytest.param(["mode.objective=sharp"], "nearest is 'metrics.sharpe'", id="no such figure"),
        pytest.param(["mode.start=2030-01-01"], "expected at least one whole day", id="no bars there"),
    ],
)
def test_what_cannot_be_run_is_one_line_and_status_2(words: list[str], wanted: str, tmp_path: Path) -> None:
    """No traceback, nothing left."""
    done = command(*PLAIN, "mode=sensitivity", *words, home=tmp_path)
    assert done.status == 2
    assert wanted in done.err
    assert "Traceback" not in done.err
    assert list(tmp_path.iterdir()) == []


def test_ctrl_c_leaves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Pressed among the cases."""

    def pressed(_done: int, _whole: int) -> None:
        raise KeyboardInterrupt

    def told(_self: Progress, name: str) -> Any:
        return pressed if name == "cases" else None

    monkeypatch.setattr(Progress, "told", told)
    with pytest.raises(KeyboardInterrupt):
        run(study(tmp_path / "out", *FEW, swept={}))
    assert not (tmp_path / "out").exists()

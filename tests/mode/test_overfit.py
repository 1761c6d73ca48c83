"""mode=overfit: real trials on real bars, noise from end to end, and what cannot be compared."""

from __future__ import annotations

import json
import math
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from runner.mode import overfit
from runner.mode.overfit import Options, compare
from runner.mode.studying.trials import compiled, days_of, judge_all, span, year_of
from runner.model.errors import ConfigError, DataError, RunnerError
from runner.report.stopwatch import Stopwatch
from tests.command import command
from tests.mode.studying.cases import study, trials
from tests.mode.studying.walks import FREE, elsewhere, walk
from tests.report.study.told import about

FEW = ("mode=overfit", "mode.blocks=8", "mode.start=2024-01-01", "mode.end=2024-12-31")
THIRTY = {"strategy.entry.fast": (5, 8, 12, 16, 20, 25), "strategy.entry.slow": (30, 40, 50, 60, 80)}


def ran(folder: Path, *words: str, **more: Any) -> dict[str, Any]:
    """Run a small study; returns overfit.json."""
    assert overfit.run(study(folder, *FEW, *words, **more)) == 0
    page: dict[str, Any] = json.loads((folder / "overfit.json").read_text())
    return page


def test_a_study_leaves_its_files_and_says_its_sentence(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Everything that was promised, and the line on the screen is that of the page."""
    page = ran(tmp_path / "out")
    assert sorted(each.name for each in (tmp_path / "out").iterdir()) == [
        "config.yaml",
        "daily.csv",
        "overfit.html",
        "overfit.json",
        "splits.csv",
        "trials.csv",
    ]
    assert page["line"] in " ".join(capsys.readouterr().out.split())
    assert (page["tries"]["compared"], page["overfitting"]["splits"], page["trials"]) == (6, 70, 6)
    assert page["days_compared"] == 366


def test_a_try_made_what_its_backtest_makes(tmp_path: Path) -> None:
    """Profit and trades of a single run over the same days, bought again after a failure; of every account its last equity."""
    page = ran(tmp_path / "out", "mode.quiet=true")
    best = page["best"]
    words = [f"{key}={value}" for key, value in best["values"].items()]
    plain = ("+strategy=ema_cross", "+account=hyro_1step", "strategy.symbols=[BTCUSDT]", *words)
    span_of = ("mode.start=2024-01-01", "mode.end=2024-12-31", "mode.after_failure=restart", "mode.quiet=true", "mode.output=single")
    assert command(*plain, *span_of, home=tmp_path).status == 0
    single = json.loads((tmp_path / "single" / "summary.json").read_text())
    earned = sum(phase["equity"] - single["initial"] for phase in single["phases"]) + sum(each["amount"] for each in single["payouts"])
    assert best["profit"] == pytest.approx(earned, abs=1e-6)
    assert best["trades"] == single["trades"]


def test_two_runs_leave_the_same_bytes_apart_from_seconds(tmp_path: Path) -> None:
    """Whatever the number of threads."""
    pages = [ran(tmp_path / name, "mode.quiet=true", f"mode.threads={threads}") for name, threads in (("one", 1), ("two", 2))]
    for page in pages:
        page.pop("seconds")
    assert pages[0] == pages[1]
    for name in ("trials.csv", "splits.csv", "daily.csv", "overfit.html"):
        assert (tmp_path / "one" / name).read_bytes() == (tmp_path / "two" / name).read_bytes(), name


def test_of_prices_that_go_nowhere_the_best_try_is_luck(tmp_path: Path) -> None:
    """Thirty settings on each of 40 random walks without costs: overfit half of the time, deflated at most one in twenty significant.

    Without deflation a third of them would be.
    """
    thirty = trials(THIRTY, [*FREE, "mode=overfit", "source=files", f"source.root={walk(tmp_path / 'first', 400, 0)}"])
    odds, significant, naive = [], [], []
    for seed in range(40):
        made = compiled(elsewhere(thirty, walk(tmp_path / str(seed), 400, seed)), Stopwatch())
        whole = span(made)
        results = judge_all([(each, whole) for each in made], ())
        told = about("overfit", [each.values for each in made], 400, "metrics.sharpe")
        found = compare(told, results, days_of(made, whole), year_of(made), Options(blocks=8))
        odds.append(found.overfit.probability)
        significant.append(found.deflated.significant)
        naive.append(found.deflated.alone > 0.95)
    assert np.mean(odds) == pytest.approx(0.5, abs=0.05)
    assert np.mean(significant) <= 0.05
    assert np.mean(naive) > 0.2


def test_a_command_with_commas_is_a_study(tmp_path: Path) -> None:
    """As a reader types it, on bars of one's own; the sentence comes first and the figures are those of the trials built by hand."""
    root = walk(tmp_path / "bars", 200, 4)
    plain = (*FREE, "source=files", f"source.root={root}", "mode=overfit", "mode.blocks=6")
    told = command(*plain, "strategy.entry.fast=5,8", "strategy.entry.slow=range(30,60,10)", "mode.output=out", home=tmp_path)
    assert told.status == 0, told.err
    page = json.loads((tmp_path / "out" / "overfit.json").read_text())
    assert " ".join(told.out.split()).startswith(f"ema_cross on no_limits: {page['line']}")
    assert [each["values"] for each in page["each"]] == [
        {"strategy.entry.fast": fast, "strategy.entry.slow": slow} for fast in (5, 8) for slow in (30, 40, 50)
    ]
    swept = {"strategy.entry.fast": (5, 8), "strategy.entry.slow": (30, 40, 50)}
    assert overfit.run(study(tmp_path / "again", "mode.quiet=true", plain=plain, swept=swept)) == 0
    again = json.loads((tmp_path / "again" / "overfit.json").read_text())
    assert (page["overfitting"], page["deflated"], page["each"]) == (again["overfitting"], again["deflated"], again["each"])


def test_tries_that_repeat_or_rest_are_left_out(tmp_path: Path) -> None:
    """And said so; the statistics are those of the others."""
    bot = study(tmp_path / "out", *FEW, "mode.quiet=true")
    idle = replace(bot.trials[0], bot=replace(bot.trials[0].bot, strategies=(resting(tmp_path),)))
    assert overfit.run(replace(bot, trials=(*bot.trials, bot.trials[2], idle))) == 0
    page = json.loads((tmp_path / "out" / "overfit.json").read_text())
    assert page["tries"] | {"average_correlation": 0, "independent": 0} == {
        "asked": 8,
        "compared": 6,
        "left_out": 2,
        "before": 0,
        "counted": 6,
        "average_correlation": 0,
        "independent": 0,
    }
    assert [each["left_out"] for each in page["each"][6:]] == ["the same days as try 3", "never traded"]
    alone = ran(tmp_path / "alone", "mode.quiet=true")
    assert page["overfitting"] == alone["overfitting"]
    assert page["deflated"] == alone["deflated"]


def resting(folder: Path) -> Any:
    """A strategy whose averages never cross."""
    return study(folder, swept={"strategy.entry.fast": (2_000,), "strategy.entry.slow": (5_000,)}).strategies[0]


def test_tries_made_before_make_the_best_one_worth_less(tmp_path: Path) -> None:
    """mode.tried is reckoned in, and the ranking by profit is another one."""
    page, more = ran(tmp_path / "a", "mode.quiet=true"), ran(tmp_path / "b", "mode.quiet=true", "mode.tried=500")
    assert more["deflated"]["probability"] < page["deflated"]["probability"]
    assert more["tries"]["counted"] == 506
    assert more["overfitting"] == page["overfitting"]
    by_profit = ran(tmp_path / "c", "mode.quiet=true", "mode.objective=net_profit")
    assert by_profit["objectives"] == ["net_profit"]
    assert by_profit["overfitting"] != page["overfitting"]
    assert by_profit["config_hash"] != page["config_hash"]


def test_without_a_report_there_is_no_page(tmp_path: Path) -> None:
    """The other files are the same."""
    ran(tmp_path / "out", "mode.quiet=true", "mode.report=false")
    assert not (tmp_path / "out" / "overfit.html").exists()


@pytest.mark.parametrize(
    ("words", "error", "said"),
    [
        pytest.param(("mode.blocks=7",), RunnerError, "mode.blocks", id="an odd number of blocks"),
        pytest.param(("mode.blocks=22",), RunnerError, "mode.blocks", id="more blocks than anyone waits for"),
        pytest.param(("mode.objective=trades",), RunnerError, "expected metrics.sharpe or net_profit, was 'trades'", id="no daily figure"),
        pytest.param(("mode.objective=metrics.sharp",), RunnerError, "nearest is 'metrics.sharpe'", id="no figure at all"),
        pytest.param(("mode.end=2024-01-12",), DataError, "blocks of 2 days or more; expected an even number up to 6", id="few days"),
        pytest.param(("mode.start=2031-01-01", "mode.end=null"), DataError, "there are no bars to trade on", id="no bars"),
        pytest.param(("mode.tried=-1",), RunnerError, "mode.tried", id="fewer than no tries"),
    ],
)
def test_what_cannot_be_split_is_refused(tmp_path: Path, words: tuple[str, ...], error: type[RunnerError], said: str) -> None:
    """In a line, and nothing is left behind."""
    with pytest.raises(error) as refused:
        ran(tmp_path / "out", *words)
    assert said in str(refused.value)
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize(
    ("swept", "said"),
    [
        pytest.param({"strategy.entry.fast": (8, 8, 8)}, "of 3 0 never traded, 2 are the same", id="all the same"),
        pytest.param({"strategy.entry.slow": (4_000, 5_000)}, "of 2 2 never traded, 0 are the same", id="none trades"),
        pytest.param({"strategy.entry.slow": (40, 5_000)}, "of 2 1 never traded, 0 are the same", id="one trades"),
    ],
)
def test_what_cannot_be_compared_is_refused(tmp_path: Path, swept: dict[str, Any], said: str) -> None:
    """Two trials must trade on different days."""
    with pytest.raises(DataError, match=r"expected at least 2 trials that trade on different days") as refused:
        ran(tmp_path / "out", swept=swept)
    assert said in str(refused.value)
    assert not (tmp_path / "out").exists()


def test_a_single_trial_is_refused_in_one_line_with_an_example(tmp_path: Path) -> None:
    """Before any bar is read."""
    with pytest.raises(ConfigError, match=r"there is nothing to compare") as refused:
        ran(tmp_path / "out", swept={"strategy.entry.fast": (8,)})
    assert "strategy.entry.fast=8,12,16" in str(refused.value)
    told = command("+strategy=ema_cross", "+account=hyro_1step", "mode=overfit", home=tmp_path / "home")
    assert told.status == 2
    assert "there is nothing to compare" in told.err
    assert "Traceback" not in told.err


def test_yearly_figures_are_of_the_markets_days(tmp_path: Path) -> None:
    """365 of a market that never closes."""
    page = ran(tmp_path / "out", "mode.quiet=true")
    rows = [line.split(",") for line in (tmp_path / "out" / "daily.csv").read_text().splitlines()]
    column = rows[0].index(f"try_{page['best']['number']}")
    series = np.array([float(row[column]) for row in rows[1:]])
    assert page["days_per_year"] == 365
    assert page["best"]["sharpe"] == pytest.approx(series.mean() / series.std(ddof=1) * math.sqrt(365))

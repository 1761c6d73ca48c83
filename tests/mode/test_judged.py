"""What runs are compared by is an option, checked before anything runs, and decides no result."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from runner.mode.backtest import Options as Backtest
from runner.mode.challenge import Options as Challenge
from runner.report.objective import Objective
from tests.command import command

HYRO = ("strategy=fvg", "account=hyro_2step", "mode.quiet=true", "mode.report=false")


def test_each_mode_looks_words_up_in_its_own_page() -> None:
    """A backtest has no odds, a challenge no Sharpe."""
    assert Backtest(objective=["metrics.sharpe", "-trades"]).objectives() == (
        Objective("metrics.sharpe"),
        Objective("trades", larger=False),
    )
    assert Challenge().objectives() == (Objective("value.total"), Objective("odds"))
    with pytest.raises(ValueError, match=r"expected a figure of [a-z]*\.json, was 'odds'"):
        Backtest(objective="odds")
    with pytest.raises(ValueError, match=r"expected a figure of [a-z]*\.json, was 'trades'"):
        Challenge(objective=["odds", "trades"])


def test_an_unknown_figure_is_refused_on_the_command_line(tmp_path: Path) -> None:
    """One line, exit status 2, nothing left behind; also of every job of a sweep at once."""
    ran = command(*HYRO, "mode.objective=metrics.sharp", "mode.output=run", home=tmp_path)
    said = "  mode.objective  expected a figure of summary.json, was 'metrics.sharp'; nearest is 'metrics.sharpe'  command line"
    assert (ran.status, ran.err.splitlines()[1:]) == (2, [said])
    swept = command("-m", *HYRO, "strategy.entry.min_gap_fraction=0.004,0.005", "mode.objective=metrics.sharp", home=tmp_path)
    assert (swept.status, said in swept.err.splitlines(), list(tmp_path.iterdir())) == (2, True, [])


def test_what_is_compared_decides_no_result(tmp_path: Path) -> None:
    """The same hash whatever is asked for; a figure of the analysis brings the analysis with it."""
    for name, more in {"a": (), "b": ("mode.objective=[-max_drawdown,trades]",), "c": ("mode.objective=analysis.daily.mean",)}.items():
        assert command(*HYRO, f"mode.output={name}", *more, home=tmp_path).status == 0
    pages = {name: json.loads((tmp_path / name / "summary.json").read_text(encoding="utf-8")) for name in "abc"}
    assert len({page["config_hash"] for page in pages.values()}) == 1
    assert [page["analysis"] is None for page in pages.values()] == [True, True, False]

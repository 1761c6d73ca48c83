"""What every study says of itself."""

from __future__ import annotations

from dataclasses import replace

import pytest

from runner.report.objective import Objective
from runner.report.study.about import labels, parameters, short, study_hash
from tests.mode.studying.cases import six, study
from tests.report.study.findings import about

OBJECTIVE = (Objective("net_profit"),)


@pytest.mark.parametrize(
    ("keys", "wanted"),
    [
        pytest.param(["strategy.entry.fast", "strategy.entry.slow"], ["fast", "slow"], id="the last word is enough"),
        pytest.param(
            ["strategy.exit.stop.multiple", "strategy.exit.trail.multiple"], ["stop.multiple", "trail.multiple"], id="two are needed"
        ),
        pytest.param(["strategy", "exit@strategy.exit.stop"], ["strategy", "stop"], id="choices"),
        pytest.param(["a.b", "b"], ["a.b", "b"], id="one is the end of the other"),
        pytest.param([], [], id="none"),
    ],
)
def test_keys_are_as_short_as_they_can_be_told_apart(keys: list[str], wanted: list[str]) -> None:
    """By their last words."""
    assert list(short(keys).values()) == wanted


def test_labels_name_what_sets_trials_apart() -> None:
    """The strategy's name where nothing does."""
    assert labels([{"strategy.entry.fast": 8, "strategy.entry.slow": 34}], "x") == ["fast=8 slow=34"]
    assert labels([{}], "ema_cross") == ["ema_cross"]
    assert parameters([{"a": 1}, {"a": 1, "b": 2}, {"a": 3}]) == {"a": [1, 3], "b": [2]}


def test_the_scope_is_one_line() -> None:
    """Trials, days, money, objectives."""
    one = about("walk_forward")
    assert one.scope == "1 trial, 2024-01-01 to 2024-01-14, 10,000 USDT; compared by net_profit"
    several = replace(one, values=({}, {}), objectives=(Objective("metrics.sharpe"), Objective("max_drawdown", larger=False)))
    assert several.scope.endswith("compared by metrics.sharpe, then -max_drawdown")
    assert several.scope.startswith("2 trials, ")


def test_the_hash_covers_what_decides_and_nothing_else(tmp_path: object) -> None:
    """Trials, objectives, options and bars; not folders, threads or reading."""
    pairs = [(each.trial, each.streams) for each in six()]

    def hashed(*words: str, **more: object) -> str:
        from pathlib import Path

        bot = study(Path(str(tmp_path)), "mode=walk_forward", *words, swept={})
        return study_hash(bot, "walk_forward", more.get("pairs", pairs), more.get("by", OBJECTIVE))  # type: ignore[arg-type]

    plain = hashed()
    assert hashed("mode.threads=3", "mode.quiet=true", "mode.report=false", "mode.output=elsewhere", "mode.objective=net_profit") == plain
    others = [
        hashed("mode.anchored=true"),
        hashed("mode.start=2024-01-01"),
        hashed(by=(Objective("trades"),)),
        hashed(pairs=pairs[:-1]),
        hashed(
            pairs=[(trial, [replace(each, execution=each.execution.rows(slice(5, None))) for each in streams]) for trial, streams in pairs]
        ),
    ]
    assert len({plain, *others}) == 6

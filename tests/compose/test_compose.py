"""Composition: self-naming files, places, references, and the file behind every value."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from runner.compose import Composition, compose
from runner.menu import Menu
from tests.command import written


def composed(home: Path, files: dict[str, str], *words: str) -> Composition:
    """A composition in a home with these files."""
    return compose(list(words), Menu(written(home, files)))


def value(found: Composition, dotted: str) -> Any:
    """The value at a dotted path."""
    node: Any = found.data
    for key in dotted.split("."):
        node = node[key]
    return node


def test_a_file_that_names_itself_means_the_shipped_one(tmp_path: Path) -> None:
    """The user's fvg is ours with one value changed; so is a file in a nested folder."""
    files = {
        "conf/strategy/fvg.yaml": "defaults: [fvg, _self_]\ntimeframe: 1h\n",
        "conf/firm/hyrotrader/2step.yaml": "defaults: [2step, _self_]\nprogram: mine\n",
        "accounts/hyro_2step.yaml": "defaults: [/account: hyro_2step, _self_]\nsize: 5000\n",
    }
    found = composed(tmp_path, files, "strategy=fvg", "account=hyro_2step")
    assert found.problems == ()
    assert value(found, "strategy.timeframe") == "1h"
    assert value(found, "strategy.entry._target_") == "blocks.entry.fair_value_gap.FairValueGap"
    assert (value(found, "account.size"), value(found, "account.program.program"), value(found, "account.currency")) == (
        5000,
        "mine",
        "USDT",
    )
    assert "account" not in value(found, "account")


def test_shipped_asks_for_ours_by_name(tmp_path: Path) -> None:
    """`shipped/NAME` on the command line and in a defaults list, whatever the user's file of that name says."""
    files = {"accounts/own_money.yaml": "size: 1\n", "accounts/mine.yaml": "defaults: [shipped/own_money, _self_]\n"}
    assert value(composed(tmp_path, files, "account=own_money"), "account.size") == 1
    assert value(composed(tmp_path, files, "account=shipped/own_money"), "account.size") == 10000
    assert value(composed(tmp_path, files, "account=mine"), "account.size") == 10000


def test_a_shipped_account_uses_the_users_parts(tmp_path: Path) -> None:
    """What a shipped file names is looked up in the user's folder first."""
    found = composed(tmp_path, {"conf/venue/bybit_demo.yaml": "defaults: [bybit_demo, _self_]\nslippage_bps: 7.5\n"}, "account=hyro_2step")
    assert value(found, "account.venue.slippage_bps") == 7.5


def test_a_portfolio_holds_whole_strategies(tmp_path: Path) -> None:
    """Each under its name, with its own symbols and its own entry."""
    found = composed(tmp_path, {}, "portfolio=hyro_duo", "account=hyro_2step", "portfolio.strategies.averages.entry.fast=7")
    assert found.problems == ()
    assert value(found, "portfolio.strategies.gaps.entry._target_").startswith("blocks.entry.fair_value_gap")
    assert value(found, "portfolio.strategies.averages.entry.fast") == 7
    assert value(found, "portfolio.strategies.gaps.symbols") != value(found, "portfolio.strategies.averages.symbols")


def test_a_reference_is_followed(tmp_path: Path) -> None:
    """To a setting of its own section, of another, and back from the command line."""
    files = {
        "accounts/mine.yaml": "defaults: [shipped/own_money, _self_]\nsize: 500\nvariant: ${.currency}\nphase: ${account.name}\n"
        "name: mine\n"
    }
    found = composed(tmp_path, files, "account=mine", "account.currency=EUR")
    assert (value(found, "account.variant"), value(found, "account.phase")) == ("EUR", "mine")


def test_a_reference_in_a_circle_is_a_problem(tmp_path: Path) -> None:
    """Two settings that name each other."""
    found = composed(tmp_path, {"accounts/mine.yaml": "size: ${account.currency}\ncurrency: ${account.size}\n"}, "account=mine")
    assert sorted(problem.path for problem in found.problems) == ["account.currency", "account.size"]


def test_the_last_file_that_spoke_is_named(tmp_path: Path) -> None:
    """The user's line, ours without a line, and the command line."""
    files = {"conf/strategy/mine.yaml": "defaults: [shipped/fvg, _self_]\n\nentry:\n  max_age: 3\n"}
    trace = composed(tmp_path, files, "strategy=mine", "account=hyro_2step", "strategy.timeframe=2h").trace
    assert trace.where(("strategy", "entry", "max_age")) == "conf/strategy/mine.yaml:4"
    assert trace.where(("strategy", "sizing", "max_leverage")) == "conf/sizing/fixed_risk.yaml (shipped)"
    assert trace.where(("strategy", "timeframe")) == "command line"
    assert trace.where(("account", "program", "phases", "funded", "nothing_here")) == "conf/firm/hyrotrader/2step.yaml (shipped)"
    assert trace.where(("nowhere",)) == ""


def test_a_part_is_swapped_from_the_command_line(tmp_path: Path) -> None:
    """Hydra's own `group@place=choice`."""
    found = composed(
        tmp_path, {}, "strategy=ema_cross", "account=own_money", "sizing@strategy.sizing=fixed_quantity", "strategy.sizing.quantity=0.1"
    )
    assert value(found, "strategy.sizing") == {"_target_": "blocks.sizing.fixed_quantity.FixedQuantity", "quantity": 0.1}


def test_a_key_is_deleted_from_the_command_line(tmp_path: Path) -> None:
    """Hydra's own `~key`."""
    assert "targets" not in value(
        composed(tmp_path, {}, "strategy=ema_cross", "account=own_money", "~strategy.exit.targets"), "strategy.exit"
    )


def test_composing_twice_gives_the_same(tmp_path: Path) -> None:
    """Nothing of one composition is left for the next."""
    first = composed(tmp_path, {}, "strategy=fvg", "account=hyro_2step", "strategy.timeframe=1h")
    other = composed(tmp_path, {}, "strategy=ema_cross", "account=own_money")
    again = composed(tmp_path, {}, "strategy=fvg", "account=hyro_2step", "strategy.timeframe=1h")
    assert first.data == again.data != other.data

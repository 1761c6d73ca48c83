"""A checked configuration as a bot: what stands in it, and what its settings are taken from."""

from __future__ import annotations

import json
from pathlib import Path

from runner.build import build
from runner.compose import compose
from runner.menu import Menu
from runner.model.block import Entry, Exit, Sizing, Source
from runner.model.bot import Bot
from tests.command import written


def bot(home: Path, *words: str) -> Bot:
    """The bot of a command."""
    return build(compose(list(words), Menu(home)), home)


def test_the_main_job(tmp_path: Path) -> None:
    """Strategy, account, rule book, costs and options stand where a mode looks for them."""
    built = bot(tmp_path, "strategy=fvg", "account=hyro_2step", "mode.after_failure=restart")
    (strategy,) = built.strategies
    assert (strategy.name, strategy.symbols, strategy.timeframe) == ("fvg", ("BTCUSDT", "ETHUSDT", "SOLUSDT"), "4h")
    assert isinstance(strategy.entry, Entry)
    assert isinstance(strategy.sizing, Sizing)
    assert all(isinstance(block, Exit) for block in strategy.exits.values())
    assert isinstance(built.source, Source)
    assert (built.account.name, built.account.size, built.account.firm, built.account.program) == (
        "hyro_2step",
        10000,
        "hyrotrader",
        "2step",
    )
    assert [phase.name for phase in built.account.book.phases] == ["challenge", "verification", "funded"]
    assert (built.mode, built.options["after_failure"]) == ("backtest", "restart")
    assert built.counts["rules_built"] == built.counts["rules_written"]


def test_a_portfolio_is_several_strategies_on_one_account(tmp_path: Path) -> None:
    """Named by the portfolio, with their own symbols, under one rule book."""
    built = bot(tmp_path, "portfolio=hyro_duo", "account=hyro_2step")
    assert [(strategy.name, strategy.symbols) for strategy in built.strategies] == [
        ("gaps", ("BTCUSDT", "SOLUSDT")),
        ("averages", ("ETHUSDT",)),
    ]
    assert built.settings["portfolio"]["name"] == "hyro_duo"
    assert "strategy" not in built.settings


def test_a_name_is_the_choice_unless_it_is_given(tmp_path: Path) -> None:
    """A strategy and an account without `name` are called as they are typed."""
    files = {
        "conf/strategy/deep/mine.yaml": "defaults: [/entry@entry: never, /exit@exit.none: no_exit, "
        "/sizing@sizing: fixed_quantity, _self_]\n"
        "symbols: [BTCUSDT]\ntimeframe: 1d\nsizing: {quantity: 1.0}\n",
        "accounts/plain.yaml": "defaults: [/firm@program: none, /venue@venue: paper, _self_]\nsize: 1\ncurrency: USDT\nphase: trading\n",
    }
    built = bot(written(tmp_path, files), "strategy=deep/mine", "account=plain")
    assert (built.strategies[0].name, built.account.name) == ("mine", "plain")


def test_settings_are_the_same_whoever_wrote_the_defaults(tmp_path: Path) -> None:
    """A value left out and its default written out settle to the same; another value does not."""
    plainly = "defaults: [shipped/ema_cross, _self_]\n"
    files = {
        "conf/strategy/one.yaml": plainly + "name: x\n",
        "conf/strategy/two.yaml": plainly + "name: x\nsizing: {of: initial}\ndetail_timeframe: null\n",
    }
    home = written(tmp_path, files)
    one, two = (bot(home, f"strategy={name}", "account=own_money").settings for name in ("one", "two"))
    assert one == two
    assert one != bot(home, "strategy=one", "account=own_money", "strategy.entry.fast=21").settings


def test_settings_are_plain_data_that_compose_again(tmp_path: Path) -> None:
    """Settled config → JSON, which is YAML → settled config is the identity."""
    settings = bot(tmp_path, "strategy=fvg", "account=hyro_2step").settings
    assert json.loads(json.dumps(settings)) == settings
    files = {
        "conf/strategy/again.yaml": json.dumps(settings["strategy"]),
        "accounts/again.yaml": json.dumps(settings["account"]),
        "conf/source/again.yaml": json.dumps(settings["source"]),
    }
    assert bot(written(tmp_path / "again", files), "strategy=again", "account=again", "source=again").settings == settings


def test_own_fields_of_an_instrument_reach_the_source(tmp_path: Path) -> None:
    """instrument.SYMBOL.FIELD on the command line and an instrument file are what the source answers with."""
    words = ("strategy=ema_cross", "account=own_money")
    assert bot(tmp_path, *words, "instrument.BTCUSDT.tick=0.5").source.instrument("BTCUSDT").tick == 0.5
    assert bot(tmp_path, *words, "instrument=bybit_2022").source.instrument("SOLUSDT").tick == 0.005

"""The hash of what decides a result."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from runner.model.stream import Stream
from runner.report.fingerprint import config_hash
from tests.report import cases

SETTINGS: dict[str, Any] = {
    "strategy": {"name": "fvg", "entry": {"min_gap_fraction": 0.005}},
    "mode": {"name": "backtest", "after_failure": "stop", "output": "/here", "quiet": False, "analysis": {"rolling_trades": 20}},
    "source": {"root": "/data", "venue": "bybit_linear"},
    "account": {"size": 10_000, "runs": {"fvg": {"every": "4h"}}, "secrets": {"key": "ONE"}},
    "home": "/home/one",
}


def hashed(settings: Mapping[str, Any] = SETTINGS, stream: Stream | None = None, **book: Any) -> str:
    """The hash with some of its parts changed."""
    return config_hash(settings, replace(cases.book(), **book), [stream or cases.stream()], {})


def test_folders_and_verbosity_do_not_change_the_hash() -> None:
    """Where files lie, the order of keys, what is printed, how a result is read, when it is started and by which key decide nothing."""
    elsewhere = {
        "home": "/home/two",
        "source": {"venue": "bybit_linear", "root": None},
        "mode": SETTINGS["mode"] | {"output": None, "quiet": True, "analysis": {"rolling_trades": 30}, "objective": "trades"},
        "strategy": SETTINGS["strategy"],
        "account": {"size": 10_000, "runs": {"fvg": {"every": "1h"}, "daily": {"job": "report"}}, "secrets_keyring": "mine"},
    }
    assert hashed(elsewhere) == hashed()
    renamed = cases.stream(origin="somewhere else")
    assert hashed(stream=renamed) == hashed()


@pytest.mark.parametrize(
    "settings",
    [
        pytest.param(SETTINGS | {"strategy": {"name": "fvg", "entry": {"min_gap_fraction": 0.007}}}, id="a strategy's number"),
        pytest.param(SETTINGS | {"mode": SETTINGS["mode"] | {"after_failure": "restart"}}, id="a mode's option"),
        pytest.param(SETTINGS | {"account": SETTINGS["account"] | {"size": 20_000}}, id="the account's size"),
        pytest.param(SETTINGS | {"source": {"root": "/data", "venue": "binance"}}, id="the venue"),
    ],
)
def test_settings_that_decide_change_the_hash(settings: dict[str, Any]) -> None:
    """Every number that can change a result changes the hash."""
    assert hashed(settings) != hashed()


def test_data_and_rules_change_the_hash() -> None:
    """One price, one rate, one step of an instrument, one limit."""
    plain = cases.stream()
    assert plain.funding is not None
    close = plain.market.bars.close.copy()
    close[3] += 0.1
    price = replace(plain, market=replace(plain.market, bars=replace(plain.market.bars, close=close)))
    rate = replace(plain, funding=replace(plain.funding, rate=plain.funding.rate * 2))
    step = replace(plain, market=replace(plain.market, instrument=replace(plain.market.instrument, quantity_step=0.01)))
    hashes = [hashed(), hashed(stream=price), hashed(stream=rate), hashed(stream=step), hashed(initial=5_000.0)]
    assert len(set(hashes)) == len(hashes)


def test_the_hash_does_not_depend_on_memory_layout() -> None:
    """A view of every second number hashes as a copy of it."""
    wide = np.repeat(cases.stream().market.bars.close, 2)[::2]
    plain = cases.stream()
    viewed = replace(plain, market=replace(plain.market, bars=replace(plain.market.bars, close=wide)))
    assert hashed(stream=viewed) == hashed()


def test_code_counts_by_content_and_not_by_name() -> None:
    """The digest stands for a file's name in the settings; without code of the user's nothing is added."""

    def with_code(name: str, digest: str) -> str:
        return config_hash({"strategy": {"entry": {"file": name}}}, cases.book(), [], {name: digest})

    assert with_code("signals.py", "abc") == with_code("/elsewhere/mine.py", "abc")
    assert with_code("signals.py", "abc") != with_code("signals.py", "abd")

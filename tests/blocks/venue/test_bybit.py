"""What Bybit charges."""

from __future__ import annotations

from typing import Any

import pytest

from blocks.venue.bybit import Bybit
from runner.model.bot import Costs
from tests.rulebooks import account, refusal


def test_options_are_costs() -> None:
    """Untouched, the instrument's own fees and one basis point of slippage."""
    assert Costs(**Bybit().options()) == Costs(slippage_bps=1.0)


def test_every_option_reaches_the_costs() -> None:
    """What is set in YAML is what the machine gets; the environment is not a cost."""
    chosen: dict[str, Any] = {
        "taker_fee_bps": 6.0,
        "maker_fee_bps": -0.5,
        "slippage_bps": 2.0,
        "leverage": 10.0,
        "isolated_margin": False,
        "funding": False,
        "funding_rate": 0.0002,
        "funding_reserve": 1,
    }
    assert Bybit(environment="testnet", category="spot", apply_settings=True, trigger="mark", **chosen).options() == chosen


@pytest.mark.parametrize(
    ("parameters", "message"),
    [
        pytest.param({"environment": "real"}, "'demo', 'testnet' or 'live'", id="unknown environment"),
        pytest.param({"taker_fee_bps": 550}, "less than or equal to 100", id="a fee of five percent"),
        pytest.param({"slippage_bps": -1}, "greater than or equal to 0", id="slippage in our favour"),
        pytest.param({"leverage": 0}, "greater than or equal to 1", id="no leverage at all"),
        pytest.param({"category": "inverse"}, "'linear' or 'spot'", id="a category nobody trades here"),
        pytest.param({"endpoint": "http://example.com"}, "on this machine", id="an endpoint out in the world"),
        pytest.param({"endpoint": "http://127.0.0.1.example.com:80"}, "on this machine", id="one that only looks like ours"),
        pytest.param({"endpoint": "http://127.0.0.1:80@example.com"}, "on this machine", id="one with ours as its user"),
        pytest.param({"endpoint": "ftp://127.0.0.1"}, "on this machine", id="one that is not asked by http"),
        pytest.param({"endpoint": "http://127.0.0.1:80", "environment": "live"}, "never with live", id="real money beside an endpoint"),
        pytest.param({"fees": 1}, "fees: Extra inputs", id="unknown key"),
    ],
)
def test_refuses(parameters: dict[str, Any], message: str) -> None:
    """What cannot be meant is refused."""
    assert message in refusal(Bybit, **parameters)


def test_the_demo_preset() -> None:
    """`bybit_demo` is Bybit with its orders in the demo world."""
    assert account("hyro_2step")["venue"] == Bybit(environment="demo")


def test_how_it_speaks() -> None:
    """Category, world and endpoint reach the translation."""
    dialect = Bybit(environment="testnet", category="spot", endpoint="http://[::1]:80").dialect()
    assert (dialect.environment, dialect.category, dialect.endpoint) == ("testnet", "spot", "http://[::1]:80")

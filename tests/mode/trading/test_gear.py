"""What a bot that trades needs, and what it refuses to begin with."""

from __future__ import annotations

import pytest

from runner.mode.trading.gear import protectable
from runner.model.errors import ConfigError
from runner.wire.bybit import BybitDialect


def test_coins_cannot_be_protected() -> None:
    """Spot has no position that a stop could stand on; a perpetual has."""
    protectable(BybitDialect(category="linear", environment="demo"))
    with pytest.raises(ConfigError, match="could not be protected"):
        protectable(BybitDialect(category="spot", environment="demo"))

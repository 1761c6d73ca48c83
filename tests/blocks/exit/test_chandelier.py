"""The preset `chandelier` of the exit `atr_trail`."""

from pathlib import Path

from runner.check import Checked, check
from runner.compose import compose
from runner.menu import Menu
from runner.model.exits import ordered


def test_highest_price_less_three_present_ranges(tmp_path: Path) -> None:
    """It takes the range of every bar and moves at closes."""
    checked = check(compose(["strategy=ema_cross", "account=no_limits", "+exit@strategy.exit.trail=chandelier"], Menu(tmp_path)))
    assert isinstance(checked, Checked)
    trail = ordered(checked.strategies["ema_cross"].exit)["trail"].model_dump()
    assert trail == {
        "multiple": 3.0,
        "length": 22,
        "range_at": "every_bar",
        "after_target": 0,
        "start_fraction": 0.0,
        "update": "bar_close",
    }

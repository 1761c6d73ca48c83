"""A user's own block that fails is named; the fault is not called ours and nothing is printed twice."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.command import command, written

BLOCK = '"""Mine."""\n\nfrom runner.model.block import Filter\n\n\nclass {kind}(Filter):\n    """Mine."""\n\n'


def home(folder: Path, name: str, body: str) -> Path:
    """A home with one filter of its own and a strategy that uses it; a module is imported once, so each case has its own name."""
    return written(
        folder,
        {
            f"blocks/filter/{name}.py": BLOCK.format(kind=name.title()) + body,
            f"conf/filter/{name}.yaml": f"_target_: blocks.filter.{name}.{name.title()}\n",
            "conf/strategy/mine.yaml": f"defaults: [ema_cross, /filter@entry.when.mine: {name}, _self_]\nname: mine\n",
        },
    )


@pytest.mark.parametrize(
    ("name", "body", "said"),
    [
        pytest.param(
            "single", "    def passes(self, market, direction):\n        return True\n", "expected 6404 booleans", id="one answer"
        ),
        pytest.param(
            "faulty", "    def passes(self, market, direction):\n        return 1 / 0\n", "faulty.py:10  ZeroDivision", id="a fault"
        ),
        pytest.param("unfinished", "    x: int = 1\n", "has no passes(), which a block of the room 'filter' needs", id="no method"),
    ],
)
def test_the_block_is_named(name: str, body: str, said: str, tmp_path: Path) -> None:
    """One clear line and exit status 2."""
    ran = command("strategy=mine", "account=own_money", "strategy.symbols=[BTCUSDT]", home=home(tmp_path, name, body))
    assert ran.status == 2
    assert said in ran.err
    assert "Traceback" not in ran.err


def test_a_comma_without_a_sweep_is_explained(tmp_path: Path) -> None:
    """A decimal comma, or two values without -m."""
    ran = command("strategy=fvg", "account=own_money", "strategy.sizing.risk_fraction=0,01", home=tmp_path)
    assert ran.status == 2
    assert "strategy.sizing.risk_fraction  a comma lists several values, was '0,01'; add -m to sweep over them" in ran.err

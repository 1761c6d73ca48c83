"""What every block promises, whatever its room."""

from __future__ import annotations

import json
from typing import Any

import pytest

from runner.audit import parts
from runner.model.bot import Strategy
from tests.contracts.discovery import ROOT, built, names

ROOMS = ("indicator", "filter", "entry", "exit", "sizing")
BLOCKS = [(room, name) for room in ROOMS for name in names(room)]


@pytest.mark.parametrize(("room", "name"), BLOCKS)
def test_a_misspelt_parameter_is_refused(room: str, name: str) -> None:
    """No block ignores what it does not know."""
    with pytest.raises(ValueError, match="nosuchthing"):
        built(room, name, nosuchthing=1)


@pytest.mark.parametrize(("room", "name"), BLOCKS)
def test_schema_describes_every_parameter(room: str, name: str) -> None:
    """Editors complete YAML from it: each parameter has a description."""
    schema: dict[str, Any] = json.loads(json.dumps(type(built(room, name)).model_json_schema()))
    assert all(each.get("description") for each in schema.get("properties", {}).values())


@pytest.mark.parametrize(("room", "name"), BLOCKS)
def test_a_block_fits_on_one_screen(room: str, name: str) -> None:
    """Only the fair value gap, with a parameter for each sentence of its rules, may be longer."""
    lines = (ROOT / "blocks" / room / f"{name}.py").read_text(encoding="utf-8").splitlines()
    assert len(lines) <= (160 if name == "fair_value_gap" else 60)


def test_parts_of_a_strategy_are_named_by_their_path() -> None:
    """Nested blocks included, so that a finding can say where it stands in the YAML."""
    entry = built("entry", "all_of", when={"calm": built("filter", "indicator_range")})
    strategy = Strategy(
        name="x",
        symbols=("BTCUSDT",),
        timeframe="4h",
        detail_timeframe=None,
        entry=entry,  # type: ignore[arg-type]
        exits={"stop": built("exit", "atr_stop")},  # type: ignore[dict-item]
        sizing=built("sizing", "fixed_risk"),  # type: ignore[arg-type]
    )
    paths = [path for path, _ in parts(strategy)]
    inner = ["entry.when.calm", "entry.when.calm.indicator", "entry.entries.gap", "entry.entries.cross"]
    assert paths == ["entry", *inner, "exit.stop", "sizing"]

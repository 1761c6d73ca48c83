"""The strategy `zones` in every way it can be tried without a venue, on the bars that ship."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.command import command

WORDS = ("+strategy=zones", "+account=hyro_2step", "mode.quiet=true", "mode.output=out")


@pytest.mark.parametrize("timeframe", ["4h", "1h"])
def test_a_backtest_trades_both_sides(timeframe: str, tmp_path: Path) -> None:
    """Some hundred fills, long and short, each by one of the parts' sides."""
    symbols = "[BTCUSDT,ETHUSDT]"
    ran = command(*WORDS, f"strategy.timeframe={timeframe}", f"strategy.symbols={symbols}", home=tmp_path)
    assert (ran.status, ran.err) == (0, "")
    fills = (tmp_path / "out" / "trades.csv").read_text(encoding="utf-8")
    assert min(fills.count(f",{side},entry,") for side in ("buy", "sell")) > 20


def test_a_challenge_is_decided(tmp_path: Path) -> None:
    """Every start of a year ends, or the data does."""
    ran = command(*WORDS, "mode=challenge", "mode.risks=[]", "mode.histories=0", "mode.end=2023-12-31", "mode.report=false", home=tmp_path)
    assert (ran.status, ran.err) == (0, "")
    found = json.loads((tmp_path / "out" / "challenge.json").read_text(encoding="utf-8"))
    assert found["starts"] == 365


def test_a_rehearsal_is_the_backtest(tmp_path: Path) -> None:
    """Sixty bars of three symbols through an exchange: every decision and fill equal, nothing lost, nothing sent twice."""
    ran = command(*WORDS, "mode=rehearse", "mode.bars=60", home=tmp_path)
    assert (ran.status, ran.err) == (0, "")
    summary = json.loads((tmp_path / "out" / "summary.json").read_text(encoding="utf-8"))
    section = summary["rehearsal"]
    assert section["parity"] == {"decisions": 1.0, "fills": 1.0}
    assert (section["duplicate_orders"], section["lost_fills"], section["breaches"], section["state_equal"]) == (0, 0, [], True)

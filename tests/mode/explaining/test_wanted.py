"""What a strategy wanted, in words."""

from __future__ import annotations

from typing import Any

from runner.mode.explaining.wanted import opened
from runner.model.plan import EntryKind, WhenOpen
from tests.machine.build import plan


def test_a_quote_set_is_told_by_its_levels_and_its_range() -> None:
    """Not as one order at its centre."""
    fields: dict[str, Any] = {
        "entry_kind": EntryKind.LIMIT,
        "entry_price": 100.0,
        "quote_spacing": 1.0,
        "range_low": 96.0,
        "range_high": 104.0,
    }
    both = opened(plan(quote_below=3, quote_above=2, when_open=WhenOpen.REPLACE, **fields)[0])
    ends = "everything is closed at 96 and 104; with a position open: replace"
    assert both == f"quotes 1 apart around 100: 3 buys down to 97 and 2 sells up to 102; {ends}"
    assert "sells" not in opened(plan(quote_below=3, **fields)[0])

"""Durations as text and as milliseconds."""

from __future__ import annotations

import pytest

from runner.model.duration import milliseconds, text

EXACT = {"30s": 30_000, "5m": 300_000, "4h": 14_400_000, "1d": 86_400_000, "2w": 1_209_600_000}
MEANT = {
    "4H": "4h",
    "1D": "1d",
    "15M": "15m",
    "4 hours": "4h",
    "4hr": "4h",
    "30 sec": "30s",
    "15min": "15m",
    "1day": "1d",
    "2 weeks": "2w",
    "H4": "4h",
    "M15": "15m",
    "04h": "4h",
    " 4h": "4h",
}


@pytest.mark.parametrize(("written", "long"), EXACT.items(), ids=EXACT)
def test_a_duration_there_and_back(written: str, long: int) -> None:
    """Text to milliseconds, and the shortest exact text again."""
    assert (milliseconds(written), text(long)) == (long, written)


@pytest.mark.parametrize(("written", "meant"), MEANT.items(), ids=MEANT)
def test_what_was_meant_is_named(written: str, meant: str) -> None:
    """Other spellings of platforms and of people, each with ours."""
    with pytest.raises(ValueError, match=f"or '1d', was '{written}'; nearest is '{meant}'$"):
        milliseconds(written)


@pytest.mark.parametrize("written", ["", "0h", "-4h", "4", "240", "fortnight", "h", "1.5h"])
def test_no_guess_is_made(written: str) -> None:
    """No length, no unit and words: refused without a nearest."""
    with pytest.raises(ValueError, match=f"or '1d', was '{written}'$"):
        milliseconds(written)


@pytest.mark.parametrize(("written", "unit"), [("4x", "x"), ("1M", "M"), ("3 moons", "moons")])
def test_a_unit_that_is_none_is_named(written: str, unit: str) -> None:
    """A month has no length; m would be minutes, which nobody guesses."""
    with pytest.raises(ValueError, match=f"was '{written}'; '{unit}' is no unit, there are s, m, h, d and w$"):
        milliseconds(written)

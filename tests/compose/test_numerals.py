"""Numbers as people write them."""

from __future__ import annotations

import pytest

from runner.compose.numerals import plain_number

WRITTEN = {
    "comma between thousands": ("25,000", "25000"),
    "space between thousands": ("25 000", "25000"),
    "hard space between thousands": ("25\u00a0000", "25000"),
    "apostrophe between thousands": ("1'000'000", "1000000"),
    "thousands with cents": ("25,000.50", "25000.50"),
    "decimal comma": ("0,5", "0.5"),
    "decimal comma with three digits": ("0,005", "0.005"),
    "k": ("25k", "25000"),
    "half a million": ("0.5M", "500000"),
    "currency behind": ("25,000 USDT", "25000"),
    "currency before": ("$25000", "25000"),
    "negative": ("-1,500", "-1500"),
    "a plain number needs no other writing": ("25000", ""),
    "two kinds of separator": ("25,000 000", ""),
    "two numbers": ("5,10,20", ""),
    "a word": ("lots", ""),
    "a duration": ("4h", ""),
    "nothing": ("", ""),
}


@pytest.mark.parametrize(("text", "number"), WRITTEN.values(), ids=WRITTEN)
def test_a_number_as_yaml_reads_it(text: str, number: str) -> None:
    """What to write instead, or nothing where it would be a guess."""
    assert plain_number(text) == number

"""Numbers as people write them, turned into what YAML reads as a number."""

from __future__ import annotations

import re

THOUSANDS = re.compile(r"^[-+]?[1-9]\d{0,2}([ ,'’_\u00a0\u202f])\d{3}(?:\1\d{3})*(?:\.\d+)?$")
DECIMAL_COMMA = re.compile(r"^[-+]?\d+,\d+$")
SHORT = re.compile(r"^([-+]?\d+(?:\.\d+)?)\s*([kKmM])$")
CURRENCY = re.compile(r"^[$€£]\s*|\s*(?:[$€£]|[A-Z]{3,4})$")
ZEROS = {"k": 1_000, "m": 1_000_000}


def plain_number(text: str) -> str:
    """`25000` for '25,000', '25 000', '25k' or '25,000 USDT', `0.5` for '0,5'; empty when the text is no such number."""
    bare = CURRENCY.sub("", text.strip())
    short = SHORT.match(bare)
    if short is not None:
        return f"{float(short[1]) * ZEROS[short[2].lower()]:.15g}"
    if THOUSANDS.match(bare):
        return re.sub(r"[^-+\d.]", "", bare)
    if DECIMAL_COMMA.match(bare):
        return bare.replace(",", ".")
    return bare if bare != text and re.fullmatch(r"[-+]?\d+(?:\.\d+)?", bare) else ""

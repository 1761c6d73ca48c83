"""What a request asks for: its parameters, checked; and the page of a list it wants."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal, InvalidOperation
from typing import Any
from urllib.parse import quote, unquote

from runner.rehearsal.face.codes import bad

CATEGORIES = ("linear", "spot", "inverse", "option")


class Asked:
    """The parameters of one request; every reading refuses what the venue would refuse."""

    def __init__(self, values: Mapping[str, Any]) -> None:
        self.values = values

    def text(self, name: str) -> str:
        """A text; "" when it was not sent. Numbers are taken as they are written."""
        value = self.values.get(name)
        if value is None:
            return ""
        if isinstance(value, (str, int, float)) and not isinstance(value, bool):
            return str(value)
        raise bad(f"params error: {name} invalid")

    def need(self, name: str) -> str:
        """A text that must be there."""
        value = self.text(name)
        if not value:
            raise bad(f"params error: {name} is required")
        return value

    def flag(self, name: str) -> bool:
        """A boolean, false when it was not sent."""
        value = self.values.get(name, False)
        if value in (True, "true"):
            return True
        if value in (False, "false", "", None):
            return False
        raise bad(f"params error: {name} invalid")

    def whole(self, name: str) -> int | None:
        """An integer; None when it was not sent."""
        value = self.text(name)
        if not value:
            return None
        try:
            return int(value)
        except ValueError:
            raise bad(f"params error: {name} invalid") from None

    def number(self, name: str) -> Decimal | None:
        """A number in a string; None when it was not sent or is empty."""
        value = self.text(name)
        if not value:
            return None
        try:
            number = Decimal(value)
        except InvalidOperation:
            raise bad(f"params error: {name} invalid") from None
        if not number.is_finite() or "e" in value.lower():
            raise bad(f"params error: {name} invalid")
        return number

    def amount(self, name: str) -> Decimal:
        """A number that must be there."""
        number = self.number(name)
        if number is None:
            raise bad(f"params error: {name} is required")
        return number

    def category(self) -> str:
        """The category, which every market needs."""
        value = self.need("category")
        if value not in CATEGORIES:
            raise bad("params error: Category is invalid")
        return value

    def market(self) -> str:
        """The key of the market asked for."""
        symbol = self.need("symbol")
        if symbol != symbol.upper():
            raise bad("params error: symbol invalid")
        return f"spot:{symbol}" if self.category() == "spot" else symbol

    def limit(self, *, usual: int, most: int) -> int:
        """How many rows: the venue's own default, and no more than it gives."""
        value = self.whole("limit")
        if value is None:
            return usual
        if value < 1:
            raise bad("params error: limit invalid")
        return min(value, most)

    def page[T](self, rows: Sequence[T], *, usual: int, most: int) -> tuple[list[T], str]:
        """One page of a list and the cursor of the next, "" at the end."""
        limit, start = self.limit(usual=usual, most=most), offset(self.text("cursor"))
        page = list(rows[start : start + limit])
        return page, cursor(start + limit) if start + limit < len(rows) else ""

    def window(self, now_ms: int, *, usual_ms: int, most_ms: int = 604_800_000) -> tuple[int, int]:
        """The time span asked for: the last `usual_ms` when nothing was said, never more than `most_ms`."""
        start, end = self.whole("startTime"), self.whole("endTime")
        if start is None and end is None:
            return now_ms - usual_ms, now_ms + 1
        if start is None:
            return (end or 0) - usual_ms, end or 0
        if end is None:
            return start, start + usual_ms
        if end < start or end - start > most_ms:
            raise bad("The time range between startTime and endTime cannot exceed 7 days")
        return start, end


def cursor(position: int) -> str:
    """Where the next page begins, in the venue's shape."""
    return quote(f"{position}:1,{position}:1", safe="")


def offset(text: str) -> int:
    """The position that a cursor stands for; clients may have quoted it once more."""
    if not text:
        return 0
    for _ in range(2):
        text = unquote(text)
    try:
        return max(0, int(text.split(":")[0]))
    except ValueError:
        raise bad("params error: cursor invalid") from None

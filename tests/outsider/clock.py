"""When trading days begin: wall-clock times in IANA zones."""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from functools import cache
from zoneinfo import ZoneInfo

NOTHING = Decimal(0)


FIRST, LAST = date(2022, 12, 30), date(2026, 1, 2)  # the shipped bars lie between


def resets(at: str, zone: str, weekdays: tuple[str, ...], first: int) -> list[int]:
    """Every instant after `first` at which it is `at` in `zone` (on some weekdays only), UTC milliseconds."""
    found = every(at, zone, weekdays)
    return found[bisect_right(found, first) :]


@cache
def every(at: str, zone: str, weekdays: tuple[str, ...]) -> list[int]:
    """The instants of all days."""
    days = [FIRST + timedelta(days=number) for number in range((LAST - FIRST).days)]
    days = [day for day in days if not weekdays or day.strftime("%a").lower() in weekdays]
    return [int(datetime.combine(day, time.fromisoformat(at), ZoneInfo(zone)).timestamp()) * 1000 for day in days]


@dataclass
class Clock:
    """One reset clock with its running day."""

    coming: list[int]
    began: int = 0
    balance: Decimal = NOTHING  # the snapshot at the reset
    equity: Decimal = NOTHING
    peak_balance: Decimal = NOTHING
    peak_equity: Decimal = NOTHING
    counted: Decimal = NOTHING  # the balance the day's result is counted from
    orders: int = 0  # sent today
    results: dict[int, Decimal] = field(default_factory=dict)  # of the days that ended, by their beginning
    symbols: dict[str, Decimal] = field(default_factory=dict)  # what each symbol added to the balance today

    def begin(self, began: int, balance: Decimal, equity: Decimal, counted: Decimal) -> None:
        """A day begins."""
        self.began, self.balance, self.equity, self.counted, self.symbols = began, balance, equity, counted, {}
        self.peak_balance, self.peak_equity, self.orders = balance, equity, 0

    def pay(self, amount: Decimal) -> None:
        """Money is paid out: the day takes it for no loss."""
        self.balance -= amount
        self.equity -= amount
        self.peak_balance -= amount
        self.peak_equity -= amount
        self.counted -= amount
